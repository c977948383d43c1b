"""A small hub on this machine, standard library only: repositories from a folder, a log of what was asked, and faults on demand.

    hub = Hub(root)                                  # root/{datasets,models}/OWNER/NAME/<files>
    hub.fault("/tree/", stall=5)                     # every request whose path matches
    hub.fault("train", method="GET", times=1, status=500)

What a fault can be: `status` with `headers`; `stall`, seconds of silence before the answer; `pause`, seconds of silence in
the middle of the body; `cut`, bytes after which the line goes dead; `trickle`, seconds after each byte; `body`, a function
of the true content; `without`, a header that is left out.
"""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

API = re.compile(r"/api/(models|datasets)/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+)(?:/(.*))?)?$")
FILE = re.compile(r"/(?:(datasets)/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)$")


class Hub:
    """Serves what stands below `root`; the commit of a repository follows from its content, so a change is a new commit."""

    def __init__(self, root):
        self.root, self.log, self.faults, self.closing = Path(root), [], [], threading.Event()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                try:
                    Answer(hub, self).give()
                except OSError:
                    self.close_connection = True

            do_HEAD = do_GET

            def log_message(self, *ignored):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def fault(self, pattern, method=None, times=-1, **what):
        """Answer requests whose path matches `pattern` wrongly, the first `times` of them or all."""
        self.faults.append({"pattern": re.compile(pattern), "method": method, "times": times, **what})

    def close(self):
        """Stop; what stalls is let go."""
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


class Answer:
    """The answer to one request."""

    def __init__(self, hub, handler):
        self.hub, self.handler, self.url = hub, handler, urlsplit(handler.path)
        hub.log.append((handler.command, handler.path, handler.headers.get("Authorization")))
        self.fault = next(filter(self.meets, hub.faults), {})
        if self.fault:
            self.fault["times"] -= 1

    def meets(self, fault):
        """Whether a fault is for this request."""
        return fault["times"] and fault["method"] in (None, self.handler.command) and fault["pattern"].search(self.handler.path)

    def give(self):
        """Look at the path and answer it."""
        if "stall" in self.fault:
            self.hub.closing.wait(self.fault["stall"])
            self.handler.close_connection = True
            return
        if "status" in self.fault:
            self.send(self.fault["status"], self.fault.get("content", b"injected"), self.fault.get("headers", {}))
            return
        api, file = API.match(self.url.path), FILE.match(self.url.path)
        kind, repo = ((api or file)[1] or "models", (api or file)[2]) if api or file else ("", "")
        files = content_of(self.hub.root / kind / repo) if repo else {}
        if not files:
            self.missing("RepoNotFound")
            return
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        commit = hashlib.sha1(json.dumps(hashes).encode()).hexdigest()
        if unquote((api[4] if api else file[3]) or "main") not in ("main", commit):
            self.missing("RevisionNotFound")
        elif file:
            self.give_file(unquote(file[4]), files, hashes, commit)
        elif api[3] == "tree":
            self.give_tree(unquote(api[5] or "").strip("/"), files, hashes)
        else:
            self.send(200, {"id": repo, "sha": commit, "private": False, "gated": False, "tags": [], "siblings": [{"rfilename": name} for name in files]})

    def give_file(self, name, files, hashes, commit):
        """A file, or the part of it that was asked for."""
        if name not in files:
            self.missing("EntryNotFound", {"X-Repo-Commit": commit})
            return
        content = self.fault["body"](files[name]) if "body" in self.fault and self.handler.command == "GET" else files[name]
        headers = {"ETag": f'"{hashes[name]}"', "X-Repo-Commit": commit, "X-Linked-Size": str(len(files[name])), "Accept-Ranges": "bytes"}
        headers.pop(self.fault.get("without"), None)
        if asked := re.match(r"bytes=(\d+)-(\d*)$", self.handler.headers.get("Range") or ""):
            first, last = int(asked[1]), min(int(asked[2] or len(content) - 1), len(content) - 1)
            self.send(206, content[first : last + 1], {**headers, "Content-Range": f"bytes {first}-{last}/{len(content)}"})
        else:
            self.send(200, content, headers)

    def give_tree(self, folder, files, hashes):
        """The list of a folder, with all below it where that is asked for."""
        deep = "true" in parse_qs(self.url.query).get("recursive", [""])[0].lower()
        inside = f"{folder}/" if folder else ""
        below = [name[len(inside) :].split("/") for name in files if name.startswith(inside)]
        if not below:
            self.missing("EntryNotFound")
            return
        folders = {inside + "/".join(parts[:depth]) for parts in below for depth in range(1, len(parts) if deep else min(2, len(parts)))}
        names = [inside + "/".join(parts) for parts in below if deep or len(parts) == 1]
        self.send(200, [{"type": "directory", "path": name, "size": 0, "oid": "0" * 40} for name in sorted(folders)]
                  + [{"type": "file", "path": name, "size": len(files[name]), "oid": hashes[name][:40]} for name in names])  # fmt: skip

    def missing(self, what, headers=()):
        """A 404 as the hub words it."""
        self.send(404, {"error": what}, {"X-Error-Code": what, **dict(headers)})

    def send(self, status, body, headers=()):
        """Status, headers and body, with what a fault does to the body."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **dict(headers)}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        if self.handler.command == "HEAD":
            return
        cut = self.fault.get("cut", len(body) // 2 if "pause" in self.fault else len(body))
        if "trickle" in self.fault:
            for byte in body:
                self.handler.wfile.write(bytes([byte]))
                self.handler.wfile.flush()
                if self.hub.closing.wait(self.fault["trickle"]):
                    break
            return
        self.handler.wfile.write(body[:cut])
        self.handler.wfile.flush()
        self.hub.closing.wait(self.fault.get("pause", 0))
        self.handler.close_connection = self.handler.close_connection or cut < len(body)


def content_of(folder):
    """The files of a repository by name, or nothing where there is none."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()} if folder.is_dir() else {}
