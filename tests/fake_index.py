"""A package index on the loopback address that serves tiny wheels made on the fly, for the tests of start.py.

The file is also copied into the tiny project that those tests install, as its build backend: see build_editable().
"""

import http.server
import io
import os
import threading
import urllib.parse
import zipfile


def make_wheel(name: str, version: str, files: dict, metadata: str = "") -> bytes:
    """A pure wheel with these files."""
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return packed.getvalue()


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """What pip calls in the tiny project (PEP 660)."""
    metadata = "".join(f"Requires-Dist: {name}\n" for name in ("torch>=2.11", "libraries"))
    for extra, name in (("lab", "jupyterlab"), ("test", "pytest")):
        metadata += f'Provides-Extra: {extra}\nRequires-Dist: {name}; extra == "{extra}"\n'
    filename = "tiny_course-1-py3-none-any.whl"
    with open(os.path.join(wheel_directory, filename), "wb") as file:
        file.write(make_wheel("tiny_course", "1", {"tiny_course.pth": os.getcwd()}, metadata))
    return filename


class FakeIndex:
    """Serves the packages of a shelf below /SHELF/; `asked` lists what was asked for, what is in `damaged` is cut off.

    On the shelf `refused` everything is forbidden; on `slow` every answer waits until the server is closed.
    """

    def __init__(self):
        self.shelves, self.asked, self.damaged, self.is_closed = {}, [], set(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                status, kind, body = outer.answer(*urllib.parse.unquote(self.path).strip("/").split("/"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if kind.startswith("application"):  # as real indexes do: what pip has seen once it takes from its cache
                    self.send_header("Cache-Control", "max-age=31536000, immutable")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Print nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, name, version, files, metadata="", shelves=("plain",)):
        """Put a package on shelves."""
        wheel = make_wheel(name, version, files, metadata)
        for shelf in shelves:
            self.shelves.setdefault(shelf, {})[f"{name}-{version}-py3-none-any.whl"] = wheel

    def answer(self, shelf, name="", filename=None):
        """Status, content type and body for a path."""
        if shelf == "refused":
            return 403, "text/plain", b"no"
        if shelf == "slow":
            self.is_closed.wait(30)
        wheels = self.shelves.get(shelf, {})
        if filename is None:
            links = [f'<a href="{wheel}">{wheel}</a>' for wheel in wheels if wheel.split("-")[0] == name]
            return (200 if links else 404), "text/html", "".join(links).encode()
        broken = b"PK\3\4 cut off" if name in self.damaged else None
        return 200, "application/octet-stream", broken or wheels[filename]

    def url(self, shelf):
        """The address of a shelf, as pip takes it."""
        return f"http://127.0.0.1:{self.server.server_port}/{shelf}"

    def close(self):
        """Stop serving."""
        self.is_closed.set()
        self.server.shutdown()
        self.server.server_close()
