#!/usr/bin/env python3
"""Start the course: install it into an environment of its own, then open JupyterLab on your copies of the lessons.

python3 start.py            install what is missing and open JupyterLab in my_course/
python3 start.py test       install what the tests need and run them (what follows goes to pytest)
python3 start.py --help     all options
"""

# Standard library only. It has to parse on Python 3.6, so that an old Python gets a sentence to read and no traceback.

import argparse
import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)  # the Pythons that constraints.txt has releases for
RECIPE = "2"  # raise it when the steps of install() change: every learner's next start installs again
GB_FREE, GB_FREE_CUDA, GB_FREE_UPDATE = 4, 12, 1

ROOT = Path(__file__).resolve().parent
NOTEBOOKS, MY_COURSE, VENV = ROOT / "notebooks", ROOT / "my_course", ROOT / ".venv"
CONSTRAINTS, LAID, STAMP, LOG = ROOT / "constraints.txt", MY_COURSE / ".laid.json", VENV / "stamp", VENV / "install.log"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / ("python.exe" if os.name == "nt" else "python"))

# The first import of these takes 14 s while no byte code lies ready, and 5 s from then on.
WARM_UP = (
    "import torch, datasets, ipywidgets, matplotlib.pyplot, sklearn.linear_model; "
    "from transformers import Trainer, pipeline"
)

NO_SPACE = (
    "There is too little free space: the course needs about {} GB for itself and, while it installs, some in the "
    "folder for temporary files, so free that and run it again."
)
DAMAGED = "BadZipFile|Wheel .* is invalid|invalid wheel|DO NOT MATCH|IncompleteDownload"
# What pip's last lines hold and what that means. The first that fits is told: without a network it says "no match" too.
CAUSES = {
    "No space left on device|Errno 28|not enough space|quota exceeded": NO_SPACE.format(GB_FREE),
    "ProxyError|connect to proxy|Tunnel connection failed|407 Proxy": "The proxy lets no download through: check "
    "HTTPS_PROXY and HTTP_PROXY, or the proxy that pip is set to use, then run it again.",
    "CERTIFICATE_VERIFY_FAILED|SSLError": "The package index shows a certificate that pip does not trust: check the "
    "clock, or ask whoever runs the network what to set PIP_CERT to, then run it again.",
    "40[13] (Client )?Error|HTTP error 40[13]|Credentials not correct": "The package index refuses the download: "
    "check the address and the account that pip is set to use, then run it again.",
    "NewConnection|Connect(ion)?Timeout|Read ?timed ?out|name resolution|getaddrinfo|is unreachable|Max retries"
    "|Connection (refused|reset|aborted|broken)|IncompleteRead|HTTP error 5": "The package index cannot be reached: "
    "check the network connection, then run it again; it goes on where it was.",
    DAMAGED: "A download arrived damaged: run it again, and it is fetched anew.",
    "No matching distribution|ResolutionImpossible": "The package index does not give out a release that the course "
    "asks for: check the network and which index pip is set to use, or get the newest course, then run it again.",
}
UNKNOWN = "The install did not finish, for the reason in the lines above: run it again; it goes on where it was."


class Stop(Exception):
    """Why the course cannot go on, and the way out, in one sentence for the person at the keyboard."""


# --- The machine ------------------------------------------------------------------------------------------------------


def check_python() -> None:
    """Stop on a Python that the pinned packages have no releases for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Stop(
            "The course needs Python {}.{} to {}.{} and this is Python {}.{}: install one of those and start with it, "
            "for example by `python{}.{} start.py`.".format(*OLDEST + NEWEST + tuple(sys.version_info[:2]) + NEWEST)
        )


def check_machine() -> None:
    """Stop on a system that PyTorch has no releases for."""
    system, processor, release = platform.system(), platform.machine().lower(), platform.release()
    if system == "Darwin":
        system, release = "macOS", platform.mac_ver()[0]
    known = {"macOS": ["arm64"], "Linux": ["x86_64", "aarch64"], "Windows": ["amd64"]}
    is_too_old = system == "macOS" and int(release.split(".")[0]) < 14
    has_other_libc = system == "Linux" and platform.libc_ver()[0] != "glibc"
    if processor not in known.get(system, []) or sys.maxsize < 2**32 or is_too_old or has_other_libc:
        raise Stop(
            "The course needs a 64-bit Python on Linux with glibc, Windows or macOS 14 or newer with Apple silicon, as "
            f"PyTorch does, and this one is for {system} {release} on {processor}: start it with another."
        )


def check_space(gigabytes: int) -> None:
    """Stop where the disk of the course has less space left than this."""
    if shutil.disk_usage(str(ROOT)).free < gigabytes * 10**9:
        raise Stop(NO_SPACE.format(gigabytes))


# --- The environment --------------------------------------------------------------------------------------------------


def say(line: str) -> None:
    """Tell the person at once what is going on."""
    print(line, flush=True)


def environment(**more: str) -> dict:
    """What the course's programs run with: .venv as if activated, and no packages of another Python on the path."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    path = str(BIN) + os.pathsep + kept.get("PATH", "")
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(VENV), **more}


def ask(*command: str) -> str:
    """What a short command prints; empty where it fails or cannot be run."""
    try:
        output = subprocess.check_output(command, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment(), timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return output.decode("utf-8", "replace").strip()


def run_logged(*command: str, **more: str) -> tuple:
    """Run a step of the install with its output in the log; return whether it worked, and that output."""
    with open(LOG, "ab+") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        start, env = log.tell(), environment(**more)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, env=env)
        log.seek(start)
        return done.returncode == 0, log.read().decode("utf-8", "replace")


def show_end(output: str) -> None:
    """Show the last lines of a failed step and where the rest is."""
    lines = ["    " + line for line in output.strip().splitlines()[-8:]]
    print("\n".join(lines + [f"All of the output is in {LOG}."]), file=sys.stderr)


def run_pip(*arguments: str) -> tuple:
    """Run pip in .venv, quietly; return whether it worked, and its output."""
    return run_logged(PYTHON, "-m", "pip", *arguments, "--no-input", "--disable-pip-version-check", PIP_USER="0")


def pip(*arguments: str) -> str:
    """Run pip in .venv and return its output. Where it fails, stop with the sentence that fits that best."""
    worked, output = run_pip(*arguments)
    if not worked and re.search(DAMAGED, output):  # which pip's cache keeps, and would serve for ever
        worked, output = run_pip(*arguments, "--no-cache-dir")
    if not worked:
        show_end(output)
        end = "\n".join(output.splitlines()[-25:])
        raise Stop(next((cause for signs, cause in CAUSES.items() if re.search(signs, end, re.IGNORECASE)), UNKNOWN))
    return output


def check_venv_is_ours() -> None:
    """Stop where .venv is no environment but may be the person's own (folders without a file may be half of one)."""
    if (VENV / "pyvenv.cfg").is_file() and not VENV.is_symlink():
        return
    if VENV.is_symlink() or VENV.is_file() or any(path.is_file() for path in VENV.rglob("*")):
        raise Stop(f"{VENV} is not an environment that the course made: move it elsewhere, then run it again.")


def remove_venv() -> None:
    """Remove .venv, pyvenv.cfg last: where this is cut off half-way, the rest is still known as the course's."""
    for path in sorted(VENV.iterdir(), key=lambda path: path.name == "pyvenv.cfg"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    VENV.rmdir()


def why_anew() -> str:
    """Why .venv cannot be used as it is, in words; empty where it can."""
    mine = "{}.{}".format(*sys.version_info[:2])
    theirs = ask(PYTHON, "-c", "import sys, pip._internal; print('{}.{}'.format(*sys.version_info[:2]))")
    if not theirs:
        return ".venv is incomplete, or the Python that it was made with is gone: it is made anew."
    return "" if theirs == mine else f".venv was made by Python {theirs} and this is Python {mine}: it is made anew."


def make_venv() -> bool:
    """See to it that .venv has a Python and a pip that run; return whether it had to be made."""
    reason = why_anew() if VENV.exists() else "Making an environment for the course in .venv (10 seconds)."
    if not reason:
        return False
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise Stop(f"This Python lacks its venv module: install it (Debian, Ubuntu: `sudo apt install {package}`).")
    say(reason)
    if VENV.exists():
        remove_venv()
    base = getattr(sys, "_base_executable", sys.executable)  # should the one running be the one in .venv
    if subprocess.run([base, "-m", "venv", str(VENV)]).returncode != 0:
        raise Stop("The environment could not be made, as the lines above say: see to that, then run it again.")
    return True


def find_recipe() -> str:
    """A hash of all that decides what belongs into .venv; the course's place too, since its code is used from there."""
    parts = [RECIPE, "{}.{}".format(*sys.version_info[:2]), str(ROOT)]
    parts += [(ROOT / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_installed(extras: list) -> bool:
    """Whether .venv holds all of this already, told by its stamp: no program is run and no network asked."""
    try:
        recipe, there = STAMP.read_text().split()
        base = re.search("^home *= *(.+)$", (VENV / "pyvenv.cfg").read_text(encoding="utf-8"), re.MULTILINE).group(1)
    except (OSError, ValueError, AttributeError):
        return False
    is_whole = os.path.exists(PYTHON) and os.path.exists(base)
    return is_whole and recipe == find_recipe() and set(extras) <= set(there.split(","))


def install(extras: list) -> None:
    """Install what is missing; what an earlier, interrupted try has done is not done again."""
    check_machine()
    check_venv_is_ours()
    check_space(GB_FREE_UPDATE if find_torch() else GB_FREE)
    is_new = make_venv()
    if STAMP.exists():
        STAMP.unlink()  # unfinished until the end, whatever comes between
    install_torch()
    say("Installing JupyterLab and what the lessons use (2 to 5 minutes).")
    pip("install", "-c", str(CONSTRAINTS), "-e", f".[{','.join(extras)}]")
    say("Loading it all once, so that lessons open quickly (half a minute).")
    worked, output = run_logged(PYTHON, "-c", WARM_UP)
    if not worked and is_new:
        show_end(output)
        raise Stop("What was installed does not load, as the lines above say: run it again, and all is fetched anew.")
    if not worked:
        say("Something left in .venv by an earlier try does not load: .venv is made anew.")
        remove_venv()
        return install(extras)
    silence_news()
    write(STAMP, find_recipe() + " " + ",".join(extras))


def silence_news() -> None:
    """Keep JupyterLab's question about news off the first lesson. A setting in .venv touches none of the person's."""
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    news = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    write(settings / "overrides.json", json.dumps(news))


def install_torch() -> None:
    """Install PyTorch. What an index has for Linux is mostly the build for NVIDIA GPUs: several GB, useless without."""
    version = re.search(r"^torch==([^\s;#]+)", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE).group(1)
    if find_torch().split("+")[0] == version:
        return
    say("Installing PyTorch (1 to 5 minutes).")
    if platform.system() == "Linux" and not pip_gets_cpu_build(version):
        if "GPU 0" in ask("nvidia-smi", "-L"):
            say("An NVIDIA GPU is here: what PyTorch needs for it is a download of several GB (10 minutes or more).")
        elif uv_gets_cpu_build("torch==" + version):
            return
        else:
            say("PyTorch's small build cannot be had from here, so the one for GPUs comes: a download of several GB.")
        check_space(GB_FREE_CUDA)
    pip("install", "-c", str(CONSTRAINTS), "torch==" + version)


def find_torch() -> str:
    """The version of PyTorch in .venv; empty where there is none."""
    return ask(PYTHON, "-c", "from importlib.metadata import version; print(version('torch'))")


def pip_gets_cpu_build(version: str) -> bool:
    """Whether the index that pip uses here lists a CPU build of this version (a dry run might download all of it)."""
    return f"{version}+cpu," in pip("index", "versions", "torch").replace("\n", ",")


def uv_gets_cpu_build(wanted: str) -> bool:
    """Whether uv, which knows where PyTorch keeps its CPU builds, installed one (alone: pip gets what it needs)."""
    bounds = {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "20")}
    options = ("--python", PYTHON, "--torch-backend=cpu", "--no-deps", "--compile-bytecode", "--no-progress")
    has_uv = run_pip("install", "-c", str(CONSTRAINTS), "uv")[0]
    return has_uv and run_logged(PYTHON, "-m", "uv", "pip", "install", *options, wanted, **bounds)[0]


# --- The learner's copies ---------------------------------------------------------------------------------------------


def lessons() -> list:
    """The notebooks of the course, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def fingerprint(path: Path):
    """A hash of a notebook's cells (types and sources in order, never outputs); None where it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        parts = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def read_laid() -> dict:
    """What was laid down so far: the fingerprint of each file of the course's in my_course/."""
    try:
        laid = json.loads(LAID.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return laid if isinstance(laid, dict) else {}


def lay(lesson: Path, copy: Path, laid: dict) -> None:
    """Write a copy of a lesson, without outputs: a prediction comes before what the cell shows."""
    laid[copy.name] = fingerprint(lesson)
    if laid[copy.name] is None:
        raise Stop(f"{lesson} is damaged: get the course anew, then run it again; your own copies stay as they are.")
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    write(copy, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def lay_all() -> bool:
    """Bring my_course/ up to date; an edited copy is never overwritten. Return whether this is the first time."""
    is_first = not LAID.exists()
    MY_COURSE.mkdir(exist_ok=True)
    laid = read_laid()
    for lesson in lessons():
        copy = MY_COURSE / lesson.name
        before, now, new = laid.get(copy.name), fingerprint(copy), fingerprint(lesson)
        if not os.path.lexists(copy) or (now is not None and now == before != new):
            lay(lesson, copy, laid)
        elif now == new:
            laid[copy.name] = new
        elif before != new:
            lay_beside(lesson, new, laid)
    write(LAID, json.dumps(laid, indent=1))
    return is_first


def lay_beside(lesson: Path, new: str, laid: dict) -> None:
    """Lay a new version beside an edited copy, once, in place of an earlier one unless that was edited too."""
    stem = lesson.stem + "_new"
    if any(name.startswith(stem) and value == new for name, value in laid.items()):
        return
    for name in names(stem):
        beside = MY_COURSE / name
        if not os.path.lexists(beside) or fingerprint(beside) == laid.get(name, ""):
            lay(lesson, beside, laid)
            return say(f"There is a new version of {lesson.name}: as you edited yours, it lies beside it as {name}.")


def names(stem: str):
    """stem.ipynb, stem_2.ipynb, stem_3.ipynb and so on."""
    return [f"{stem}.ipynb", *(f"{stem}_{number}.ipynb" for number in range(2, 1000))]


def lay_afresh(wanted: str) -> int:
    """Put the learner's copy of a lesson aside and lay a new one."""
    chosen = [path for path in lessons() if wanted.zfill(2) == path.name[:2] or wanted in (path.stem, path.name)]
    if not chosen:
        known = ", ".join(path.name[:2] for path in lessons())
        raise Stop(f"There is no lesson {wanted}: there are {known or 'none yet'}.")
    MY_COURSE.mkdir(exist_ok=True)
    copy, laid = MY_COURSE / chosen[0].name, read_laid()
    if os.path.lexists(copy):
        old = next(name for name in names(copy.stem + "_old") if not os.path.lexists(MY_COURSE / name))
        os.replace(copy, MY_COURSE / old)
        say(f"Your old copy is now my_course/{old}.")
    lay(chosen[0], copy, laid)
    write(LAID, json.dumps(laid, indent=1))
    say(f"A new copy lies in my_course/{copy.name}.")
    return 0


# --- What can be asked for --------------------------------------------------------------------------------------------


def can_listen(port: int) -> bool:
    """Whether a server could listen on this port of this machine."""
    with socket.socket() as probe:
        if os.name != "nt":  # as JupyterLab does: a port that was in use a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except (OSError, OverflowError):
            return False
    return True


def choose_port(given) -> int:
    """The port that was asked for, else the first free one from 8888 on."""
    port = given if given is not None else next((port for port in range(8888, 8988) if can_listen(port)), None)
    if port is None or port == 0 or not can_listen(port):
        raise Stop(f"Port {port} is in use or cannot be used: name another, or leave out --port to get a free one.")
    return port


def run_to_end(command: list, **more: str) -> int:
    """Run a program until it ends; return its exit status, 130 where force had to end it after Ctrl-C or SIGTERM."""
    program, is_stopped = subprocess.Popen(command, cwd=ROOT, env=environment(**more)), False

    def pass_on(*_):
        program.terminate()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, pass_on)
    while program.poll() is None:
        try:
            program.wait()
        except KeyboardInterrupt:
            is_stopped = True
            end(program)
    forced = 130 if is_stopped else 128 - program.returncode
    return forced if program.returncode < 0 else program.returncode


def end(program) -> None:
    """End a program that was told to end, by force if need be: JupyterLab sometimes waits for a thread for ever."""
    for use_force in (program.terminate, program.kill):
        try:
            program.wait(5)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            use_force()


def open_lab(port: int, with_browser: bool, page: str) -> int:
    """Run JupyterLab in my_course/ until it is stopped."""
    token = secrets.token_hex(24)
    options = {
        "ServerApp.root_dir": MY_COURSE,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "LabApp.default_url": page,
        # or each kernel warns about plain TCP; transport=ipc fails where the path of the home folder is long
        "KernelManager.transport_encryption": "auto",
    }
    command = [PYTHON, "-m", "jupyterlab", "-y", "--log-level=ERROR", "--LabApp.log_level=ERROR"]
    command += [f"--{name}={value}" for name, value in options.items()]
    command += [] if with_browser else ["--no-browser"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    say(f"JupyterLab {'opens' if with_browser else 'can be opened'} in a few seconds, at this address:")
    say(f"\n    http://127.0.0.1:{port}{page}?token={token}\n\nCtrl-C here stops it. What you save is in my_course/.")
    # In the environment nobody else can read the token. Open tabs are remembered apart from the person's other work.
    status = run_to_end(command, JUPYTER_TOKEN=token, JUPYTERLAB_WORKSPACES_DIR=str(VENV / "workspaces"))
    say("JupyterLab has stopped. Your work is in my_course/.")
    return 0 if status == 130 else status


def uninstall(is_sure: bool) -> int:
    """Remove what was installed, and never what the learner made."""
    check_venv_is_ours()
    doomed = [path for path in (VENV, ROOT / ".pytest_cache", ROOT / "__pycache__") if path.exists()]
    for folder in ("course_utils", "solutions", "tests", "tools"):
        doomed += (ROOT / folder).rglob("__pycache__")
    say("\n    ".join(["To be removed:", *(map(str, doomed or ["nothing, there is nothing installed"]))]))
    say("\n    ".join(["To stay:", f"{MY_COURSE} (your copies)", f"{find_home()} (your progress)"]))
    if not is_sure and not sys.stdin.isatty():
        raise Stop("Nothing is removed: add --yes to remove it without being asked.")
    if not is_sure and input("Remove it? [y/N] ").strip().lower() not in ("y", "yes"):
        return 1
    for path in doomed:
        remove_venv() if path == VENV else shutil.rmtree(path)
    say("Removed.")
    return 0


def find_home() -> str:
    """The folder with the learner's progress, as the course itself names it while it is still installed."""
    told = ask(PYTHON, "-c", "from course_utils.settings import settings; print(settings.home)")
    return told or os.environ.get("COURSE_HOME") or "the course's data folder"


def read_options(arguments: list):
    """The options of the command line."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout, allow_abbrev=False)
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--port", type=int, metavar="N", help="the port to listen on (else 8888 or the next free one)")
    parser.add_argument("--install-only", action="store_true", help="install and open nothing")
    parser.add_argument("--fresh", metavar="LESSON", help="put your copy of a lesson (say 02) aside and lay a new one")
    parser.add_argument("--uninstall", action="store_true", help="remove what was installed; your work stays")
    parser.add_argument("--yes", action="store_true", help="with --uninstall: do not ask")
    return parser.parse_args(arguments)


def run(arguments: list) -> int:
    """Do what was asked for; return the exit status."""
    check_python()
    if arguments[:1] == ["test"]:
        is_installed(["lab", "test"]) or install(["lab", "test"])
        return run_to_end([PYTHON, "-m", "pytest", *arguments[1:]])
    options = read_options(arguments)
    if options.fresh:
        return lay_afresh(options.fresh)
    if options.uninstall:
        return uninstall(options.yes)
    port = None if options.install_only else choose_port(options.port)  # told before minutes of installing, not after
    is_installed(["lab"]) or install(["lab"])
    if options.install_only:
        say("All is installed: `python3 start.py` opens JupyterLab.")
        return 0
    is_first, first = lay_all(), lessons()[:1]
    # The first time the first lesson; from then on JupyterLab itself opens what was open last.
    page = "/lab/tree/" + first[0].name if is_first and first else "/lab"
    return open_lab(port, not options.no_browser, page)


def main(arguments: list) -> int:
    """Run, and turn what can go wrong into one sentence."""
    try:
        return run(arguments)
    except Stop as reason:
        print(reason, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run the command again and it goes on where it was.", file=sys.stderr)
        return 130
    except OSError as error:
        told = f"{error.filename or 'A file'} cannot be used ({error.strerror}): see to that, then run it again."
        print(NO_SPACE.format(GB_FREE) if error.errno == errno.ENOSPC else told, file=sys.stderr)
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended from outside is handled as Ctrl-C is
    sys.exit(main(sys.argv[1:]))
