"""What the hub may do to a learner, caught: a wait has an end, a message has a cause and a way out, nothing broken stays.

    hub.use(endpoint="https://…", home="/a/bigger/disk", offline=False)   # at any time; each is optional
    hub.dataset("nyu-mll/glue", "sst2")                                   # load_dataset itself, watched
    hub.folder("google-bert/bert-base-uncased")                           # a model's files, watched

Every request goes through a `Watch`, which bounds it, remembers why it failed, and sends a token to nobody but the hub
itself. What arrived is held against the hub's own checksums. What was right once is not asked for again.
"""

import contextlib
import hashlib
import json
import logging
import re
import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path

from course_utils import content
from course_utils.settings import settings

PATIENCE = 20  # seconds without a sign of life; a single request waits half of that
TRIES = 3  # how often one thing is asked for
ENOUGH = 2**16  # bytes that count as a sign of life
WORDS = ("vocab.txt", "vocab.json", "merges.txt", "spm.model", "spiece.model", "sentencepiece.bpe.model")
AGAIN = ("server", "broken", "stalled", "busy", "missing")  # worth a second try at once
ELSEWHERE = ("name", "refused", "certificate", "proxy", "silent", "stalled", "broken", "busy", "server", "not the hub", "login", "gone")


class Trouble(RuntimeError):
    """The hub did not give what it was asked for; `cause` is one of content/hub.yaml, the message says why and what to do."""

    def __init__(self, cause, repo, detail="", kind="dataset"):
        from huggingface_hub import constants

        words = content.read("hub")
        facts = {"repo": repo, "detail": detail, "endpoint": constants.ENDPOINT, "host": re.sub(r"^\w+://", "", constants.ENDPOINT),
                 "seconds": round(PATIENCE / 2), "home": constants.HF_HOME, "page": f"datasets/{repo}" if kind == "dataset" else repo}  # fmt: skip
        self.cause, self.said = cause, words["causes"][cause]["said"].format(**facts)
        super().__init__(f"{self.said} {words['causes'][cause]['way_out'].format(**facts)}; {words['without_it']}.")


class Stopped(Exception):
    """Raised in the middle of a load that a Watch has given up."""


def use(endpoint=None, home=None, offline=None):
    """Another hub, another folder for what it gives (as HF_HOME), or whether it may be asked at all: from now on.

    The libraries read HF_ENDPOINT, HF_HOME and HF_HUB_OFFLINE when they are imported; later changes of those do nothing.
    """
    import datasets.config as data_config
    import transformers.utils.hub as models
    from huggingface_hub import constants, hf_api

    if endpoint:
        endpoint = endpoint.rstrip("/")
        constants.ENDPOINT = hf_api.api.endpoint = data_config.HF_ENDPOINT = endpoint
        constants.HUGGINGFACE_CO_URL_TEMPLATE = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        data_config.HUB_DATASETS_URL = endpoint + "/datasets/{repo_id}/resolve/{revision}/{path}"
        models._hf_api = None  # made with the old endpoint
    if home:
        home = Path(home).expanduser()
        constants.HF_HOME, constants.HF_HUB_CACHE = str(home), str(home / "hub")
        data_config.HF_DATASETS_CACHE, data_config.DOWNLOADED_DATASETS_PATH = home / "datasets", home / "datasets" / "downloads"
        data_config.EXTRACTED_DATASETS_PATH = data_config.DOWNLOADED_DATASETS_PATH / "extracted"
    if offline is not None:
        constants.HF_HUB_OFFLINE = data_config.HF_HUB_OFFLINE = offline


def dataset(repo, config=None):
    """A data set of the hub by `datasets.load_dataset`: from this machine if it was right once, else fetched and checked.

    Raises Trouble.
    """
    from datasets import load_dataset

    def parts(found):
        """The files that a loaded data set reads from."""
        return [Path(file["filename"]) for split in found.values() for file in split.cache_files]

    return kept_or_fetched(repo, "dataset", config or "default", lambda: load_dataset(repo, config), parts)


def folder(repo):
    """The folder of a model's configuration, weights and tokenizer, once all are here and right. Raises Trouble."""
    return kept_or_fetched(repo, "model", "encoder", lambda: model_files(repo), lambda found: [file for file in found.iterdir() if file.is_file()])


def model_files(repo):
    """Fetch the files of a model that an encoder needs, all of one commit; return their folder."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    here = Path(hf_hub_download(repo, "config.json")).parent
    for name in ("model.safetensors", "tokenizer.json", *WORDS, "tokenizer_config.json", "special_tokens_map.json"):
        if name in WORDS and (here / "tokenizer.json").exists():
            continue
        try:
            hf_hub_download(repo, name, revision=here.name)
        except EntryNotFoundError:
            if name == "model.safetensors":
                raise
    if not any((here / name).exists() for name in ("tokenizer.json", *WORDS)):
        raise Trouble("missing", repo, "a tokenizer", "model")
    return here


def kept_or_fetched(repo, kind, part, load, parts):
    """What `load` gives without asking the hub, if the files are those that were right before; else fetched, checked, remembered."""
    stamp = settings.home / "hub.json"
    known = (read_stamp(stamp) or {}).get(f"{repo} {part}")
    if known and all(sizes([Path(name)]) == {name: size} for name, size in known.items()):
        with contextlib.suppress(Exception), quietly(HF_HUB_OFFLINE=True):
            found = load()
            if sizes(parts(found)) == known:
                return found
    found = fetched(repo, kind, load)
    write_stamp(stamp, {**(read_stamp(stamp) or {}), f"{repo} {part}": sizes(parts(found))})
    return found


def fetched(repo, kind, load):
    """What `load` gives while the hub is asked and watched. Tries twice where that helps; raises Trouble with the cause."""
    from huggingface_hub import constants

    for last in (False, True):
        error = None
        discard_damaged(repo, kind)
        with watched(repo, kind) as watch:
            try:
                found = load()
            except Exception as failure:
                error = failure
        damaged = discard_damaged(repo, kind)
        if not error and not damaged:
            if watch.cause:  # `datasets` went on by itself
                print(f"{Trouble(watch.cause, repo, watch.detail).said} Taken from this machine: an earlier copy of {repo}.")
            return found
        if isinstance(error, Trouble):
            raise error
        cause, detail = ("damaged", damaged[0]) if damaged else ("offline", "") if constants.HF_HUB_OFFLINE else watch.cause_of(error)
        if last or not (damaged or cause in AGAIN and not watch.stopped):
            break
        time.sleep(float(detail) if cause == "busy" else 0)
    if cause in ELSEWHERE:
        with contextlib.suppress(Exception), quietly(HF_HUB_OFFLINE=True):
            found = load()
            print(f"{Trouble(cause, repo, detail).said} Taken from this machine: an earlier copy of {repo}.")
            return found
    raise Trouble(cause, repo, detail, kind) from None


class Watch:
    """Sees every request of one load: bounds it, counts it, remembers what went wrong, and ends the load when nothing comes."""

    def __init__(self, repo, kind):
        self.repo, self.places = repo, places(repo, kind)
        self.asked, self.cause, self.detail, self.stopped = Counter(), None, "", False
        self.open, self.waiting = None, False  # the file that is on its way; whether an answer is
        self.heard, self.bytes = time.monotonic(), self.weight()

    def weight(self):
        """Bytes on disk that belong to this load, another notebook's share included."""
        return sum(size for place in self.places for size, _ in sizes(place.rglob("*")).values())

    def silence(self):
        """Seconds since the last sign of life."""
        weight = self.weight()
        if weight >= self.bytes + ENOUGH:
            self.bytes, self.heard = weight, time.monotonic()
            self.asked.clear()
        return time.monotonic() - self.heard

    def send(self, original, request, **options):
        """A client's `send`, watched: the same answer, or the same error, or Stopped."""
        ask, name = f"{request.method} {request.url}", request.url.path.partition("/resolve/")[2].partition("/")[2]
        if self.open == (ask, name) and not self.cause:  # asked for again: it did not come to its end
            self.cause, self.detail = "stalled" if time.monotonic() - self.began > PATIENCE / 3 else "broken", name
        if self.stopped or self.asked[ask] >= TRIES or (self.cause and self.silence() > PATIENCE):
            self.stop()
        self.waiting = True
        self.asked[ask] += 1
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE / 2)
        if request.url.scheme != "https" or not f".{request.url.host}".endswith((".huggingface.co", ".hf.co")):
            request.headers.pop("authorization", None)
        try:
            response = original(request, **options)
        except Exception as error:
            self.cause, self.detail = kind_of(error) or "unknown", str(error)[:80]
            raise
        self.waiting = False
        self.look_at(response, first=self.asked[ask] == 1)
        self.open, self.began = (ask, name) if name and request.method == "GET" else None, time.monotonic()
        return response

    def look_at(self, response, first):
        """Remember what a status means; give up at once where asking again is of no use."""
        status, code = response.status_code, response.headers.get("X-Error-Code")
        if status < 400 or (status == 404 and code in (None, "EntryNotFound")):
            self.cause, self.heard = None, time.monotonic() if first else self.heard
            return
        self.cause, self.detail = "login" if status in (401, 403) else "server", status
        if code == "GatedRepo":
            self.cause = "gated"
        elif status == 404 or (status == 401 and code == "RepoNotFound"):
            self.cause = "gone"
        elif status == 429:
            wait = re.search(r"t=(\d+)", response.headers.get("RateLimit", "")) or re.match(r"(\d+)", response.headers.get("Retry-After", ""))
            self.cause, self.detail = "busy", wait[1] if wait else "some"
        if self.cause in ("login", "gated", "gone") or (self.cause == "busy" and (not wait or int(wait[1]) > PATIENCE / 4)):
            self.stop()

    def stop(self):
        """End this load: nothing is asked any more."""
        if not self.cause:
            self.cause, self.detail = ("stalled", self.open[1]) if self.open else ("silent" if self.waiting else "held", "")
        self.stopped, self.heard = True, time.monotonic()
        raise Stopped(self.cause)

    def tick(self, *ignored):
        """Look at the clock, from outside the client: a trickle, a lock or a look-up can hold it for ever."""
        if self.silence() > (PATIENCE * 1.2 if not self.stopped else PATIENCE / 4):
            self.stop()

    def cause_of(self, error):
        """Why a load failed, a cause of content/hub.yaml with its detail: what the disk says first, then the last request, then the error."""
        chain = list(chained(error))
        if any(getattr(link, "errno", None) in (27, 28, 122) for link in chain):
            place = next(parent for parent in (self.places[0], *self.places[0].parents) if parent.exists())
            return "disk", f"{shutil.disk_usage(place).free / 1024**2:,.0f} MB"
        if self.cause and (self.stopped or self.cause != "unknown"):
            return self.cause, self.detail
        return by_error(chain)


def by_error(chain):
    """The cause and detail that a chain of exceptions tells by itself, the outermost first."""
    names, text = {name.__name__ for link in chain for name in type(link).__mro__}, " ".join(map(str, chain))
    first_line = f"{type(chain[0]).__name__}: {(str(chain[0]).splitlines() or [''])[0][:200]}"
    for row in content.read("hub")["signs"]:
        if row["sign"] in names or row["sign"] in text:
            return row["cause"], row["detail"]
    if kind := kind_of(chain[0]):
        return kind, first_line
    if names & {"RemoteEntryNotFoundError", "EntryNotFoundError", "DataFilesNotFoundError", "EmptyDatasetError", "FileNotFoundError"}:
        files = re.findall(r"/resolve/[^/\s]+/(\S+?)[\s.]*$|/resolve/[^/\s]+/(\S+)", text)
        return "missing", next(filter(None, files[0])).rstrip(".'") if files else "a file that it needs"
    return "unknown", first_line


def kind_of(error):
    """The cause that an exception's own chain of names gives, or None; the innermost knows most."""
    names = [name.__name__ for link in reversed(list(chained(error))) for name in type(link).__mro__]
    known = content.read("hub")["exceptions"]
    return next((known[name] for name in names if name in known), None)


def chained(error):
    """An exception and those that it came from, the outermost first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


@contextlib.contextmanager
def watched(repo, kind):
    """A Watch over all that happens inside. The clients' own settings come back afterwards."""
    import huggingface_hub
    from huggingface_hub.utils import _http

    watch, before = Watch(repo, kind), getattr(_http, "_GLOBAL_CLIENT_FACTORY", _http.default_client_factory)

    def client():
        made = before()
        send = made.send
        made.send = lambda request, **options: watch.send(send, request, **options)
        return made

    huggingface_hub.HfFileSystem.clear_instance_cache()  # it remembers failures of this kernel
    huggingface_hub.set_client_factory(client)
    try:
        with quietly(), bars(), ticking(watch.tick):
            yield watch
    finally:
        huggingface_hub.set_client_factory(before)
        huggingface_hub.HfFileSystem.clear_instance_cache()


@contextlib.contextmanager
def quietly(**more):
    """Nothing is counted or reported, nothing goes round the watched client, and no client logs what we tell in our words."""
    import datasets.config as data_config
    from huggingface_hub import constants

    wanted = {"HF_HUB_DISABLE_TELEMETRY": True, "HF_HUB_DISABLE_XET": True, "DOWNLOAD_CHUNK_SIZE": ENOUGH, "USE_PARQUET_EXPORT": False,
              "HF_UPDATE_DOWNLOAD_COUNTS": False, **more}  # fmt: skip
    before = [(module, name, getattr(module, name)) for module in (constants, data_config) for name in wanted if hasattr(module, name)]
    loggers = [logging.getLogger(name) for name in ("huggingface_hub", "datasets")]
    levels = [logger.level for logger in loggers]
    for module, name, _ in before:
        setattr(module, name, wanted[name])
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)


@contextlib.contextmanager
def bars():
    """The hub client's bars, which the course turns off elsewhere: a model takes minutes to come, and should show it."""
    from huggingface_hub import constants, utils

    off = utils.are_progress_bars_disabled()
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        utils.enable_progress_bars()
    try:
        yield
    finally:
        if off:
            utils.disable_progress_bars()


@contextlib.contextmanager
def ticking(tick):
    """Call `tick` a few times while something is waited for; where there are no such signals (Windows, a thread), never."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE / 20, PATIENCE / 20)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def places(repo, kind):
    """The folders of the clients' caches that hold a repository: as it came, and as `datasets` wrote it."""
    import datasets.config as data_config
    from huggingface_hub import constants

    owner, name = repo.split("/")
    return Path(constants.HF_HUB_CACHE, f"{kind}s--{owner}--{name}"), Path(data_config.HF_DATASETS_CACHE, f"{owner}___{name}")


def discard_damaged(repo, kind):
    """Remove the files of a repository that are not what the hub's checksum, their own name, says, and what was made of them.

    Returns how they are called. A file is hashed once: a stamp in `COURSE_HOME` remembers its size and time.
    """
    came, made = places(repo, kind)
    stamp = settings.home / "hub_files.json"
    known, found = read_stamp(stamp) or {}, []
    for blob in sorted(came.glob("blobs/*")):
        if blob.name.endswith(".incomplete") and time.time() - blob.stat().st_mtime > 600:
            blob.unlink()  # left by a process that was killed; one that lives writes to its file
        state = sizes([blob]).get(str(blob))
        if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", blob.name) and state and known.get(str(blob)) != state:
            if right(blob):
                known[str(blob)] = state
            else:
                names = [file.name for file in came.glob("snapshots/*/**/*") if file.is_symlink() and file.resolve() == blob.resolve()]
                blob.unlink()
                found.append(names[0] if names else blob.name)
    if found:
        shutil.rmtree(made, ignore_errors=True)
    write_stamp(stamp, known)
    return found


def right(blob):
    """Whether a file's content is what its name says: SHA-256 of large files, git's SHA-1 of small ones."""
    if len(blob.name) == 40:
        content = blob.read_bytes()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest() == blob.name
    with open(blob, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == blob.name


def sizes(files):
    """Size and time of each file that is there, by path."""
    found = {}
    for file in files:
        with contextlib.suppress(OSError):
            if file.is_file():
                found[str(file)] = [file.stat().st_size, file.stat().st_mtime_ns]
    return found


def read_stamp(stamp):
    """What was verified before, or None when that is not known."""
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_stamp(stamp, state):
    """Remember what was verified. A folder that cannot be written costs a second at the next load, no more."""
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(json.dumps(state), encoding="utf-8")
    except OSError:
        pass
