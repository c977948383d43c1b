"""start.py, tried on a tiny course and a tiny package index on the loopback address: no real network is asked."""

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

START = Path(__file__).resolve().parents[1] / "start.py"
FAKE_INDEX = Path(__file__).resolve().with_name("fake_index.py")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="written for the signals and links of Linux and macOS")

# What the fake programs do when they are run.
LAB = """
import json, os, signal, sys, time
if "LAB_IS_DEAF" in os.environ:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd(), "environment": dict(os.environ)}), flush=True)
    time.sleep(float(os.environ.get("LAB_SECONDS", "0")))
except KeyboardInterrupt:
    print("lab was told to stop", flush=True)
"""
PYTEST = """
import json, os, signal, sys
if "PYTEST_IS_KILLED" in os.environ:
    os.kill(os.getpid(), signal.SIGKILL)
print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd()}))
sys.exit(int(os.environ.get("PYTEST_STATUS", "0")))
"""
UV = """
import json, os, subprocess, sys
with open(os.environ["UV_LOG"], "w") as log:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, log)
index = os.environ.get("UV_FINDS")
install = [sys.executable, "-m", "pip", "install", "--no-deps", "--index-url", str(index), sys.argv[-1]]
sys.exit(subprocess.call(install) if index else 2)
"""
LIBRARIES = {
    "transformers.py": "Trainer = pipeline = None",
    "sklearn/__init__.py": "",
    "sklearn/linear_model.py": "",
    "matplotlib/__init__.py": "",
    "matplotlib/pyplot.py": "",
    "datasets.py": "",
    "ipywidgets.py": "",
}


def load(path):
    """A module from a file, apart from every other of its name."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def index():
    """The package index: on `plain` PyTorch is the build for GPUs, on `local` there is one for CPUs too."""
    index = load(FAKE_INDEX).FakeIndex()
    both, cpu_only = ("plain", "local", "without_uv"), ("local", "pytorch")
    index.put("torch", "2.13.0", {"torch.py": "build = 'cuda'"}, "Requires-Dist: nvidia\n", both)
    index.put("torch", "2.13.0+cpu", {"torch.py": "build = 'cpu'"}, "", cpu_only)
    index.put("nvidia", "1", {"nvidia.py": ""}, "", both)
    index.put("libraries", "1", LIBRARIES, "", both)
    index.put("jupyterlab", "1", {"jupyterlab/__init__.py": "", "jupyterlab/__main__.py": LAB}, "", both)
    index.put("pytest", "1", {"pytest/__init__.py": "", "pytest/__main__.py": PYTEST}, "", both)
    index.put("uv", "1", {"uv/__init__.py": "", "uv/__main__.py": UV}, "", ("plain",))
    yield index
    index.close()


@pytest.fixture(scope="session")
def bare_venv(tmp_path_factory):
    """An environment with a pip and nothing else; copied where one is needed, for making one takes seconds."""
    folder = tmp_path_factory.mktemp("bare") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


def copy_venv(bare_venv, checkout):
    """Put a copy of the bare environment into a checkout."""
    shutil.copytree(bare_venv, checkout / ".venv", symlinks=True)


def write_notebook(path, *sources, outputs=()):
    """A notebook of code cells with these sources."""
    cells = [
        {"cell_type": "code", "source": [source], "outputs": list(outputs), "execution_count": 7, "id": f"c{number}"}
        for number, source in enumerate(sources)
    ]
    cells.append({"cell_type": "markdown", "source": "Größe", "id": "text"})
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def make_checkout(folder):
    """The tiny course."""
    (folder / "notebooks").mkdir(parents=True)
    shutil.copy(START, folder)
    shutil.copy(FAKE_INDEX, folder / "backend.py")
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(system + '[project]\nname = "tiny-course"\nversion = "1"\n')
    (folder / "constraints.txt").write_text("# pins\nlibraries==1\ntorch==2.13.0\n")
    shown = {"output_type": "stream", "name": "stdout", "text": "42"}
    write_notebook(folder / "notebooks" / "00_start_here.ipynb", "print(42)", outputs=[shown])
    write_notebook(folder / "notebooks" / "02_single_label.ipynb", "one", "two", outputs=[shown])
    return folder


@pytest.fixture
def checkout(tmp_path):
    """A tiny course in which nothing is installed."""
    return make_checkout(tmp_path / "the course")


def clean_environment(home, index_url, **more):
    """An environment without the settings of this machine, and on its PATH nothing but what a test puts there."""
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(("PIP_", "UV_", "JUPYTER"))
    }
    kept = {name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")}
    (home / "programs").mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "PATH": str(home / "programs"),
        "HOME": str(home),
        "PIP_INDEX_URL": index_url,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CACHE_DIR": str(home / "cache"),
        "PIP_TRUSTED_HOST": "127.0.0.1",  # or pip would cache nothing from there, as it does from every real index
        "PIP_RETRIES": "1",
        "UV_LOG": str(home / "uv.json"),
        **more,
    }


def start(checkout, index_url, *arguments, **more):
    """Run start.py as a person would; return what came of it."""
    environ = clean_environment(checkout.parent / "home", index_url, **more)
    command = [sys.executable, "start.py", *arguments]
    return subprocess.run(
        command, cwd=checkout, env=environ, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


def last_sentence(done, *words):
    """The one sentence that a failed run ends with; it holds these words, the status is 1 and there is no traceback."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr + done.stdout
    sentence = done.stderr.strip().splitlines()[-1]
    assert all(word in sentence for word in words), done.stderr
    assert re.fullmatch(r"[A-Z/].*[.]", sentence), sentence
    return sentence


@pytest.fixture
def here(checkout, index, monkeypatch):
    """The module start of a tiny course, to be called in this process, with a clean environment."""
    home = checkout.parent / "home"
    environ = clean_environment(home, index.url("plain"))
    for name in set(os.environ) - set(environ):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    index.asked.clear()
    return load(checkout / "start.py")


@pytest.fixture(scope="session")
def installed(tmp_path_factory, index):
    """A tiny course, installed by `start.py test` from the very beginning."""
    folder = make_checkout(tmp_path_factory.mktemp("installed") / "the course")
    done = start(folder, index.url("local"), "test", "-k", "a word", PYTEST_STATUS="3")
    return SimpleNamespace(folder=folder, done=done)


def add_program(folder, name, script):
    """Put an executable shell script into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(folder / name):
        (folder / name).unlink()
    (folder / name).write_text("#!/bin/sh\n" + script)
    (folder / name).chmod(0o755)


# --- The machine ------------------------------------------------------------------------------------------------------


def test_an_old_python_can_read_the_file():
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 6))


def find_python(version):
    """The path of a Python of this version that runs here, or None."""
    roots = [os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv"]
    found = [path for root in roots if root for path in Path(root).glob(f"versions/{version}.*/bin/python")]
    for path in [*found, shutil.which(f"python{version}")]:
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8", "3.9", "3.10"])
def test_an_old_python_gets_one_sentence(checkout, version):
    python = find_python(version) or pytest.skip(f"there is no Python {version} here to try it with")
    done = subprocess.run([python, "start.py"], cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    last_sentence(done, "3.11", f"this is Python {version}")
    assert len(done.stderr.splitlines()) == 1
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("oldest, newest", [((3, 6), (3, 7)), ((3, 98), (3, 99))])
def test_a_python_out_of_range_gets_one_sentence(here, monkeypatch, capsys, oldest, newest):
    monkeypatch.setattr(here, "OLDEST", oldest)
    monkeypatch.setattr(here, "NEWEST", newest)
    assert here.main(["--install-only"]) == 1
    told = capsys.readouterr().err
    assert f"Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]} " in told and len(told.splitlines()) == 1
    assert not here.VENV.exists()


def test_this_python_is_in_range(here):
    here.check_python()
    assert here.OLDEST == (3, 11)


@pytest.mark.parametrize(
    "system, processor, mac, libc, is_known",
    [
        ("Linux", "x86_64", "", "glibc", True),
        ("Linux", "aarch64", "", "glibc", True),
        ("Windows", "AMD64", "", "", True),
        ("Darwin", "arm64", "14.0", "", True),
        ("Darwin", "arm64", "26.1", "", True),
        ("Darwin", "arm64", "13.6.1", "", False),
        ("Darwin", "x86_64", "14.2", "", False),
        ("Linux", "x86_64", "", "", False),  # musl
        ("Linux", "i686", "", "glibc", False),
        ("Windows", "ARM64", "", "", False),
        ("FreeBSD", "amd64", "", "", False),
    ],
)
def test_a_system_without_pytorch_gets_one_sentence(here, monkeypatch, capsys, system, processor, mac, libc, is_known):
    monkeypatch.setattr(here.platform, "system", lambda: system)
    monkeypatch.setattr(here.platform, "machine", lambda: processor)
    monkeypatch.setattr(here.platform, "mac_ver", lambda: (mac, ("", "", ""), ""))
    monkeypatch.setattr(here.platform, "libc_ver", lambda: (libc, "2.36" if libc else ""))
    if is_known:
        return here.check_machine()
    assert here.main(["--install-only"]) == 1
    told = capsys.readouterr().err
    assert "Apple silicon" in told and processor.lower() in told and len(told.splitlines()) == 1
    assert not here.VENV.exists()


def test_a_32_bit_python_gets_one_sentence(here, monkeypatch):
    monkeypatch.setattr(here.sys, "maxsize", 2**31 - 1)
    with pytest.raises(here.Stop, match="64-bit"):
        here.check_machine()


def test_a_full_disk_is_told_before_anything_is_made(here, monkeypatch, capsys):
    monkeypatch.setattr(here.shutil, "disk_usage", lambda path: SimpleNamespace(free=3.9e9))
    assert here.main(["--install-only"]) == 1
    assert "too little free space" in capsys.readouterr().err
    assert not here.VENV.exists()
    monkeypatch.setattr(here.shutil, "disk_usage", lambda path: SimpleNamespace(free=4.1e9))
    here.check_space(here.GB_FREE)


def test_an_update_asks_for_less_space_than_a_first_install(here, monkeypatch):
    monkeypatch.setattr(here.shutil, "disk_usage", lambda path: SimpleNamespace(free=2e9))
    monkeypatch.setattr(here, "find_torch", lambda: "2.12.0")
    monkeypatch.setattr(here, "make_venv", lambda: (_ for _ in ()).throw(here.Stop("as far as this")))
    with pytest.raises(here.Stop, match="as far as this"):
        here.install(["lab"])


@pytest.mark.parametrize(
    "code, words", [(errno.ENOSPC, "too little free space"), (errno.EACCES, "ed (Permission denied)")]
)
def test_a_file_that_cannot_be_written_gets_one_sentence(here, monkeypatch, capsys, code, words):
    def fail(arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(here, "run", fail)
    assert here.main([]) == 1
    assert words in capsys.readouterr().err


# --- pip, and what its failures mean ----------------------------------------------------------------------------------

REFUSED = "NewConnectionError('<HTTPConnection>: Failed to establish a new connection: [Errno 111] Connection refused')"


@pytest.mark.parametrize(
    "output, words",
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "too little free space",
        ),
        ("ERROR: [Errno 122] Disk quota exceeded", "too little free space"),
        ("OSError: [WinError 112] There is not enough space on the disk", "too little free space"),
        (
            "WARNING: Retrying: ProxyError('Cannot connect to proxy.', OSError())\nERROR: No matching distribution",
            "proxy",
        ),
        ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "proxy"),
        (
            "SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')\nERROR: No matching distribution",
            "certificate",
        ),
        ("ERROR: HTTP error 403 while getting http://127.0.0.1/x.whl", "refuses"),
        (
            "WARNING: 401 Error, Credentials not correct for http://127.0.0.1\nERROR: No matching distribution",
            "refuses",
        ),
        (REFUSED + "\nERROR: No matching distribution found for torch", "cannot be reached"),
        ("[Errno -3] Temporary failure in name resolution", "cannot be reached"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "cannot be reached"),
        ("ConnectTimeoutError(<HTTPSConnection>, 'Connection timed out. (connect timeout=15)')", "cannot be reached"),
        ("ERROR: Wheel 'torch' located at /tmp/torch.whl is invalid.", "damaged"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "damaged"),
        ("ERROR: No matching distribution found for torch==2.13.0", "does not give out a release"),
        ("ERROR: ResolutionImpossible", "does not give out a release"),
        ("error: command 'gcc' failed", "did not finish"),
        (REFUSED + 30 * "\nCollecting x" + "\nERROR: Wheel 'x' located at /tmp/x is invalid.", "damaged"),
        ("Downloading x-1.407.whl (407 kB)\nerror: command 'gcc' failed", "did not finish"),
    ],
)
def test_what_pip_says_is_told_in_one_sentence(here, monkeypatch, capsys, output, words):
    monkeypatch.setattr(here, "run_logged", lambda *command, **more: (False, "first line\n" + 9 * "-\n" + output))
    with pytest.raises(here.Stop, match=words) as stopped:
        here.pip("install", "x")
    told = capsys.readouterr().err
    assert output.splitlines()[-1] in told and "first line" not in told and str(here.LOG) in told
    assert re.fullmatch(r"[A-Z][^.]*(\.[^. ]+[^.]*)*\.", str(stopped.value))  # one sentence, dots inside names apart


def closed_port():
    """The number of a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_without_a_network_it_says_so_and_a_second_run_repairs(checkout, index, bare_venv):
    copy_venv(bare_venv, checkout)
    done = start(checkout, f"http://127.0.0.1:{closed_port()}/simple", "--install-only")
    last_sentence(done, "cannot be reached", "network")
    assert "No matching distribution found for torch" in done.stderr  # the end of pip's output is shown
    assert "No matching distribution" in (checkout / ".venv" / "install.log").read_text()
    assert str(checkout / ".venv" / "install.log") in done.stderr
    done = start(checkout, index.url("local"), "--install-only")
    assert done.returncode == 0 and done.stderr == "" and "made anew" not in done.stdout


def test_a_bad_proxy_is_named(checkout, bare_venv):
    copy_venv(bare_venv, checkout)
    proxy = f"http://127.0.0.1:{closed_port()}"
    done = start(checkout, "https://index.invalid/simple", "--install-only", HTTPS_PROXY=proxy)
    last_sentence(done, "proxy", "HTTPS_PROXY")


@pytest.mark.parametrize("shelf", ["refused", "empty"])  # pip says the same of both
def test_an_index_that_does_not_give_the_release_is_named(checkout, index, bare_venv, shelf):
    copy_venv(bare_venv, checkout)
    last_sentence(start(checkout, index.url(shelf), "--install-only"), "does not give out a release", "network")


@pytest.mark.parametrize("name", ["torch", "libraries"])
def test_a_damaged_download_is_told_and_a_second_run_repairs(checkout, index, bare_venv, name):
    copy_venv(bare_venv, checkout)
    index.damaged.add(name)
    try:
        last_sentence(start(checkout, index.url("local"), "--install-only"), "damaged")
    finally:
        index.damaged.clear()
    done = start(checkout, index.url("local"), "--install-only")
    assert done.returncode == 0, done.stderr


def test_a_package_that_does_not_load_is_fetched_anew(here, index, bare_venv, monkeypatch, capsys):
    make_venvs_by_copy(here, bare_venv, monkeypatch)
    monkeypatch.setenv("PIP_INDEX_URL", index.url("local"))
    here.install(["lab"])
    library = next(here.VENV.rglob("site-packages/transformers.py"))
    whole = library.read_text()
    library.write_text("import torch.missing")
    here.STAMP.unlink()
    here.install(["lab"])
    assert "does not load: .venv is made anew" in capsys.readouterr().out
    assert library.read_text() == whole and here.is_installed(["lab"])


def test_a_package_that_never_loads_stops_it(here, bare_venv, monkeypatch, capsys):
    make_venvs_by_copy(here, bare_venv, monkeypatch)
    monkeypatch.setattr(here, "install_torch", lambda: None)
    monkeypatch.setattr(here, "pip", lambda *arguments: None)
    assert here.main(["--install-only"]) == 1
    assert "No module named 'torch'" in capsys.readouterr().err
    assert not here.is_installed(["lab"])


# --- .venv ------------------------------------------------------------------------------------------------------------


def make_venvs_by_copy(here, bare_venv, monkeypatch):
    """Let `python -m venv FOLDER` put a copy of the bare environment there."""
    add_program(here.ROOT.parent, "copier", f'for last; do :; done; /bin/cp -R "{bare_venv}" "$last"\n')
    monkeypatch.setattr(sys, "_base_executable", str(here.ROOT.parent / "copier"))


def break_nothing(venv):
    """Leave it as it is."""


def lose_all(venv):
    """As before the first run."""
    shutil.rmtree(venv)


def stop_at_folders(venv):
    """As when the venv module was stopped at once."""
    shutil.rmtree(venv)
    (venv / "lib" / "python3" / "site-packages").mkdir(parents=True)
    (venv / "lib64").symlink_to("lib")


def lose_python(venv):
    """As when it was stopped a moment later."""
    shutil.rmtree(venv / "bin")


def lose_pip(venv):
    """As when it was stopped before it had a pip."""
    shutil.rmtree(next(venv.rglob("site-packages/pip")))


def lose_half_of_pip(venv):
    """As when it was stopped while it got its pip."""
    shutil.rmtree(next(venv.rglob("site-packages/pip/_internal")))


def lose_base(venv):
    """As after the Python that it was made with was removed."""
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")


def change_python(venv):
    """As when it was made by another Python."""
    add_program(venv / "bin", "python", "echo 3.9\n")


def remove_half(venv):
    """As when removing it was stopped."""
    for path in venv.iterdir():
        if path.name != "pyvenv.cfg":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.mark.parametrize(
    "harm, is_new, words",
    [
        (break_nothing, False, ""),
        (lose_all, True, "Making an environment"),
        (stop_at_folders, True, "incomplete"),
        (lose_python, True, "incomplete"),
        (lose_pip, True, "incomplete"),
        (lose_half_of_pip, True, "incomplete"),
        (lose_base, True, "is gone"),
        (change_python, True, "was made by Python 3.9 and this is Python"),
        (remove_half, True, "incomplete"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_half_made_environment_is_made_anew(here, bare_venv, monkeypatch, capsys, harm, is_new, words):
    copy_venv(bare_venv, here.ROOT)
    harm(here.VENV)
    make_venvs_by_copy(here, bare_venv, monkeypatch)
    here.check_venv_is_ours()
    assert here.make_venv() is is_new
    told = capsys.readouterr().out
    assert words in told and len(told.splitlines()) == is_new
    assert here.why_anew() == ""


def put_file(path):
    path.write_text("mine")


def put_folder(path):
    (path / "deep").mkdir(parents=True)
    (path / "deep" / "thesis.txt").write_text("mine")


def put_link(path):
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pyvenv.cfg").write_text("mine")
    path.symlink_to(elsewhere)


def put_link_to_nothing(path):
    path.symlink_to("/nowhere")


@pytest.mark.parametrize("put", [put_file, put_folder, put_link, put_link_to_nothing])
@pytest.mark.parametrize("arguments", [["--install-only"], ["--uninstall", "--yes"], ["test"]])
def test_what_is_not_an_environment_of_ours_is_left_alone(here, capsys, put, arguments):
    put(here.VENV)
    before = sorted(here.VENV.rglob("*"))
    assert here.main(arguments) == 1
    assert ".venv is not an environment that the course made: move it elsewhere" in capsys.readouterr().err
    assert os.path.lexists(here.VENV) and sorted(here.VENV.rglob("*")) == before


def test_an_update_that_is_stopped_leaves_no_stamp(here, bare_venv, monkeypatch):
    copy_venv(bare_venv, here.ROOT)
    here.write(here.STAMP, here.find_recipe() + " lab")
    monkeypatch.setattr(here, "install_torch", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert here.is_installed(["lab"]) and here.main(["test"]) == 130
    assert not here.is_installed(["lab"])


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_its_venv_module_gets_one_sentence(here, monkeypatch, capsys, missing):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else real(name))
    assert here.main(["--install-only"]) == 1
    assert "-venv`" in capsys.readouterr().err
    assert not here.VENV.exists()


def test_an_environment_that_cannot_be_made_gets_one_sentence(here, monkeypatch, capsys):
    add_program(here.ROOT.parent, "broken", "exit 1\n")
    monkeypatch.setattr(sys, "_base_executable", str(here.ROOT.parent / "broken"))
    assert here.main(["--install-only"]) == 1
    assert "could not be made" in capsys.readouterr().err


def stamp(here, extras="lab"):
    """Make it look installed, with as little as is looked at."""
    here.BIN.mkdir(parents=True)
    (here.VENV / "pyvenv.cfg").write_text(f"home = {here.ROOT}\n")
    Path(here.PYTHON).symlink_to(sys.executable)
    here.write(here.STAMP, here.find_recipe() + " " + extras)


CHANGES = {
    "the dependencies": lambda here: here.write(here.ROOT / "pyproject.toml", "[project]"),
    "the pins": lambda here: here.write(here.CONSTRAINTS, "torch==2.14.0"),
    "the recipe": lambda here: setattr(here, "RECIPE", "another"),
    "the place": lambda here: setattr(
        here, "ROOT", shutil.copytree(here.ROOT, here.ROOT.parent / "moved", symlinks=True)
    ),
    "the Python there": lambda here: Path(here.PYTHON).unlink(),
    "its base": lambda here: here.write(here.VENV / "pyvenv.cfg", "home = /nowhere"),
    "its settings": lambda here: (here.VENV / "pyvenv.cfg").unlink(),
    "the stamp": lambda here: here.write(here.STAMP, "half"),
    "its extras": lambda here: here.write(here.STAMP, here.find_recipe() + " test"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_stamp_holds_until_something_changes(here, change):
    assert not here.is_installed(["lab"])
    stamp(here)
    assert here.is_installed(["lab"]) and not here.is_installed(["lab", "test"])
    CHANGES[change](here)
    assert not here.is_installed(["lab"])


def test_the_stamp_knows_the_version_of_python(here, monkeypatch):
    stamp(here)
    monkeypatch.setattr(here, "sys", SimpleNamespace(version_info=(3, 99, 0)))
    assert not here.is_installed(["lab"])


def test_what_tests_need_is_enough_for_lessons_too(here):
    stamp(here, "lab,test")
    assert here.is_installed(["lab"]) and here.is_installed(["lab", "test"])


# --- PyTorch ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def torch(here, index, bare_venv, monkeypatch, capsys):
    """A function that installs PyTorch in a bare environment and returns what came of it."""
    copy_venv(bare_venv, here.ROOT)

    def install(shelf, **more):
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PIP_INDEX_URL", index.url(shelf))
        here.install_torch()
        log = Path(os.environ["UV_LOG"])
        return SimpleNamespace(
            build=here.ask(here.PYTHON, "-c", "import torch; print(torch.build)"),
            said=capsys.readouterr().out,
            uv=json.loads(log.read_text()) if log.exists() else None,
            asked=" ".join(index.asked),
        )

    install.here = here
    return install


def test_torch_comes_from_an_index_that_has_the_cpu_build(torch, index):
    came = torch("local")
    assert came.build == "cpu" and came.uv is None and "GB" not in came.said
    index.asked.clear()
    again = torch("local")  # it is there in the right version: nothing is asked, nothing said
    assert again.asked == again.said == ""


def test_torch_for_a_gpu_comes_from_the_plain_index(torch):
    add_program(Path(os.environ["PATH"]), "nvidia-smi", '[ "$1" = -L ] && echo "GPU 0: A GPU (UUID: GPU-1)"\n')
    came = torch("plain")
    assert came.build == "cuda" and came.uv is None and "NVIDIA GPU is here" in came.said and "several GB" in came.said


@pytest.mark.parametrize("script", ["exit 9\n", "echo No devices were found\n", ""])
def test_a_driver_without_a_gpu_is_no_gpu(torch, index, script):
    add_program(Path(os.environ["PATH"]), "nvidia-smi", script)
    assert torch("plain", UV_FINDS=index.url("pytorch")).build == "cpu"


def test_torch_without_a_gpu_is_never_the_build_for_gpus_where_uv_finds_another(torch, index):
    came = torch("plain", UV_FINDS=index.url("pytorch"))
    assert came.build == "cpu" and "GB" not in came.said
    assert "nvidia" not in came.asked and "/plain/torch/torch" not in came.asked  # nor was it downloaded to look at it
    assert "--torch-backend=cpu" in came.uv["arguments"] and came.uv["arguments"][-1] == "torch==2.13.0"
    assert came.uv["arguments"][came.uv["arguments"].index("--python") + 1] == torch.here.PYTHON
    bounds = {name: came.uv["environment"][name] for name in ("UV_HTTP_RETRIES", "UV_HTTP_TIMEOUT")}
    assert bounds == {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "20"}


@pytest.mark.parametrize("shelf", ["plain", "without_uv"])
def test_torch_of_several_gb_is_announced_where_no_other_can_be_had(torch, shelf):
    came = torch(shelf)
    assert came.build == "cuda" and "several GB" in came.said and "GPU is here" not in came.said
    assert (came.uv is None) == (shelf == "without_uv")


def test_torch_of_several_gb_needs_the_space_for_it(torch, monkeypatch):
    monkeypatch.setattr(torch.here.shutil, "disk_usage", lambda path: SimpleNamespace(free=11e9))
    with pytest.raises(torch.here.Stop, match="about 12 GB"):
        torch("plain")
    assert torch.here.find_torch() == ""


def test_torch_on_other_systems_comes_from_the_plain_index(torch, monkeypatch):
    monkeypatch.setattr(torch.here.platform, "system", lambda: "Windows")
    came = torch("plain")
    assert came.build == "cuda" and came.uv is None and "GB" not in came.said  # on those systems it is no such build
    assert "index versions" not in torch.here.LOG.read_text()


# --- Installing and running as a whole --------------------------------------------------------------------------------


def test_from_nothing_to_the_tests(installed):
    told = installed.done.stdout.splitlines()
    assert [line.split()[0] for line in told[:4]] == ["Making", "Installing", "Installing", "Loading"]
    assert json.loads(told[4]) == {"arguments": ["-k", "a word"], "cwd": str(installed.folder)}
    assert len(told) == 5 and installed.done.stderr == ""
    assert installed.done.returncode == 3  # pytest's own


def test_the_news_are_silenced_in_the_environment_alone(installed):
    path = installed.folder / ".venv/share/jupyter/lab/settings/overrides.json"
    assert json.loads(path.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def nowhere():
    """The address of an index that does not answer: who asks it fails."""
    return f"http://127.0.0.1:{closed_port()}"


def test_the_second_run_of_the_tests_is_quick_and_asks_no_network(installed):
    began = time.monotonic()
    done = start(installed.folder, nowhere(), "test", "--help")
    assert time.monotonic() - began < 5
    assert json.loads(done.stdout)["arguments"] == ["--help"] and done.returncode == 0


def test_the_second_run_opens_jupyterlab_quickly_and_asks_no_network(installed):
    shutil.rmtree(installed.folder / "my_course", ignore_errors=True)
    port = closed_port()
    began = time.monotonic()
    done = start(installed.folder, nowhere(), "--port", str(port))
    assert time.monotonic() - began < 5 and done.returncode == 0 and done.stderr == ""
    lab = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    token = lab["environment"]["JUPYTER_TOKEN"]
    assert len(token) >= 40 and token not in " ".join(lab["arguments"])
    assert f"http://127.0.0.1:{port}/lab/tree/00_start_here.ipynb?token={token}\n" in done.stdout
    assert f"--ServerApp.root_dir={installed.folder / 'my_course'}" in lab["arguments"]
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in lab["arguments"]  # what the browser opens
    assert "--ServerApp.ip=127.0.0.1" in lab["arguments"] and f"--ServerApp.port={port}" in lab["arguments"]
    assert "-y" in lab["arguments"]  # or Ctrl-C would ask whether it was meant
    assert ("--allow-root" in lab["arguments"]) == (os.geteuid() == 0) and "--no-browser" not in lab["arguments"]
    assert lab["environment"]["PATH"].startswith(str(installed.folder / ".venv" / "bin") + os.pathsep)


def test_later_the_first_lesson_is_not_put_in_front(installed):
    start(installed.folder, nowhere(), "--no-browser", "--port", str(closed_port()))
    done = start(installed.folder, nowhere(), "--no-browser", "--port", str(closed_port()))
    assert re.search(r"http://127\.0\.0\.1:\d+/lab\?token=", done.stdout) and '"--no-browser"' in done.stdout


def test_packages_of_another_python_do_not_reach_in(installed, tmp_path):
    (tmp_path / "jupyterlab.py").write_text("print('the wrong one')")
    done = start(installed.folder, nowhere(), "--port", str(closed_port()), PYTHONPATH=str(tmp_path))
    assert done.returncode == 0 and "the wrong one" not in done.stdout


def begin(checkout, index_url, *arguments, **more):
    """Start start.py in a process group of its own, as a terminal does."""
    environ = clean_environment(checkout.parent / "home", index_url, **more)
    command = [sys.executable, "start.py", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}

    def listen():  # what a shell starts in the background, these tests perhaps, and its children are deaf to Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(
        command, cwd=checkout, env=environ, text=True, start_new_session=True, preexec_fn=listen, **pipes
    )


def test_ctrl_c_ends_jupyterlab_in_good_order(installed):
    running = begin(installed.folder, nowhere(), "--port", str(closed_port()), LAB_SECONDS="60")
    assert any(line.startswith("{") for line in running.stdout)  # JupyterLab runs
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert "lab was told to stop" in out and "Your work is in my_course/" in out and err == ""
    assert running.returncode == 0


def test_being_ended_from_outside_ends_jupyterlab_too(installed):
    running = begin(installed.folder, nowhere(), "--port", str(closed_port()), LAB_SECONDS="60")
    assert any(line.startswith("{") for line in running.stdout)
    began = time.monotonic()
    os.kill(running.pid, signal.SIGTERM)
    out, err = running.communicate(timeout=20)  # the pipe would stay open if JupyterLab lived on
    assert "JupyterLab has stopped" in out and err == "" and running.returncode == 0
    assert time.monotonic() - began < 4  # told at once: only who does not listen is waited for longer


def test_a_jupyterlab_that_does_not_end_is_ended_by_force(installed):
    running = begin(installed.folder, nowhere(), "--port", str(closed_port()), LAB_SECONDS="60", LAB_IS_DEAF="1")
    assert any(line.startswith("{") for line in running.stdout)
    for _ in range(3):  # who is impatient need not wait: each Ctrl-C goes a step further
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.7)
    out, err = running.communicate(timeout=20)
    assert "Your work is in my_course/" in out and err == "" and running.returncode == 0


def test_tests_that_are_killed_have_not_passed(installed):
    done = start(installed.folder, nowhere(), "test", PYTEST_IS_KILLED="1")
    assert done.returncode == 128 + signal.SIGKILL


def test_ctrl_c_during_the_install_says_how_to_go_on(checkout, index, bare_venv):
    copy_venv(bare_venv, checkout)
    index.asked.clear()
    running = begin(checkout, index.url("slow"), "--install-only")
    while not index.asked and running.poll() is None:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert err.strip() == "Stopped. Run the command again and it goes on where it was." and running.returncode == 130


@pytest.mark.parametrize("port", [None, "0", "-1", "70000"])
def test_a_port_that_cannot_be_used_is_told_before_anything_is_installed(here, capsys, port):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = port or str(server.getsockname()[1])
        assert here.main(["--port", port]) == 1
    told = capsys.readouterr().err
    assert f"Port {port} is in use or cannot be used" in told and "--port" in told and len(told.splitlines()) == 1
    assert not here.VENV.exists()


def test_without_a_port_the_next_free_one_is_taken(here, monkeypatch):
    monkeypatch.setattr(here, "can_listen", lambda port: port in (8890, 8891))
    assert here.choose_port(None) == 8890
    monkeypatch.setattr(here, "can_listen", lambda port: False)
    with pytest.raises(here.Stop, match="in use"):
        here.choose_port(None)


def test_a_port_that_is_free_can_be_listened_on(here):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not here.can_listen(port)
    assert here.can_listen(port) and here.choose_port(port) == port


def test_the_real_jupyterlab_opens_at_the_printed_address_and_nowhere_without_the_token(here):
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed here")
    stamp(here)
    add_program(here.BIN, "python", f'exec "{sys.executable}" "$@"\n')
    folders = {f"JUPYTER_{kind}_DIR": str(here.ROOT.parent / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    running = begin(here.ROOT, nowhere(), "--no-browser", "--port", str(closed_port()), **folders)
    address = next(line.strip() for line in running.stdout if "?token=" in line)
    try:
        assert wait_for(address) == 200
        api = address.replace("/lab/tree/00_start_here.ipynb", "/api/contents")
        assert wait_for(api) == 200 and wait_for(api.split("?")[0]) == 403
        with urllib.request.urlopen(api) as listing:
            names = {entry["name"] for entry in json.load(listing)["content"]}
        assert names == {"00_start_here.ipynb", "02_single_label.ipynb"}
    finally:
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert running.returncode == 0 and "Traceback" not in out + err and "Your work is in my_course/" in out


def wait_for(address):
    """The HTTP status at an address, once a server answers there."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)


# --- The learner's copies ---------------------------------------------------------------------------------------------

NAME = "02_single_label.ipynb"


def sources(path):
    """The sources of a notebook's cells."""
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


@pytest.fixture
def laid(here, capsys):
    """The module start after the copies were laid for the first time."""
    assert here.lay_all() is True
    assert capsys.readouterr().out == ""
    return here


def edit(path, source="mine"):
    """Change a cell as a learner does."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def listing(here):
    """The names of what lies in my_course/."""
    return sorted(path.name for path in here.MY_COURSE.iterdir())


def test_copies_come_without_outputs(laid):
    assert listing(laid) == [".laid.json", "00_start_here.ipynb", NAME]
    notebook = json.loads((laid.MY_COURSE / NAME).read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == 2 * [([], None)]
    assert sources(laid.MY_COURSE / NAME) == ["one", "two", "Größe"]
    assert json.loads((laid.NOTEBOOKS / NAME).read_text())["cells"][0]["outputs"]  # the course's own keep theirs


def test_a_second_start_changes_nothing(laid, capsys):
    before = {path.name: path.read_bytes() for path in laid.MY_COURSE.iterdir()}
    assert laid.lay_all() is False
    assert {path.name: path.read_bytes() for path in laid.MY_COURSE.iterdir()} == before
    assert capsys.readouterr().out == ""


def test_a_missing_copy_is_laid(laid):
    (laid.MY_COURSE / NAME).unlink()
    laid.lay_all()
    assert sources(laid.MY_COURSE / NAME) == ["one", "two", "Größe"]


def test_a_copy_with_outputs_alone_stays_while_the_lesson_is_the_same(laid):
    shutil.copy(laid.NOTEBOOKS / NAME, laid.MY_COURSE / NAME)
    before = (laid.MY_COURSE / NAME).read_bytes()
    laid.lay_all()
    assert (laid.MY_COURSE / NAME).read_bytes() == before


def test_outputs_of_the_lesson_alone_are_no_new_version(laid, capsys):
    edit(laid.MY_COURSE / NAME)
    write_notebook(laid.NOTEBOOKS / NAME, "one", "two")
    laid.lay_all()
    assert listing(laid) == [".laid.json", "00_start_here.ipynb", NAME] and capsys.readouterr().out == ""


def test_an_unedited_copy_is_replaced_by_a_new_version(laid):
    shutil.copy(laid.NOTEBOOKS / NAME, laid.MY_COURSE / NAME)  # run, and so with outputs
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.lay_all()
    assert sources(laid.MY_COURSE / NAME) == ["better", "Größe"]
    assert listing(laid) == [".laid.json", "00_start_here.ipynb", NAME]


def test_an_edited_copy_stays_in_silence_while_the_lesson_is_the_same(laid, capsys):
    edit(laid.MY_COURSE / NAME)
    before = (laid.MY_COURSE / NAME).read_bytes()
    laid.lay_all()
    assert (laid.MY_COURSE / NAME).read_bytes() == before and capsys.readouterr().out == ""
    assert listing(laid) == [".laid.json", "00_start_here.ipynb", NAME]


def test_a_new_version_is_laid_beside_an_edited_copy_and_told_once(laid, capsys):
    edit(laid.MY_COURSE / NAME)
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.lay_all()
    assert len(capsys.readouterr().out.splitlines()) == 1
    laid.lay_all()
    assert capsys.readouterr().out == ""
    assert sources(laid.MY_COURSE / NAME)[0] == "mine"
    assert sources(laid.MY_COURSE / "02_single_label_new.ipynb") == ["better", "Größe"]


def test_a_further_version_replaces_the_one_beside_unless_that_was_edited(laid, capsys):
    edit(laid.MY_COURSE / NAME)
    for version in ("second", "third"):
        write_notebook(laid.NOTEBOOKS / NAME, version)
        laid.lay_all()
    assert sources(laid.MY_COURSE / "02_single_label_new.ipynb")[0] == "third"
    edit(laid.MY_COURSE / "02_single_label_new.ipynb", "mine too")
    write_notebook(laid.NOTEBOOKS / NAME, "fourth")
    capsys.readouterr()
    laid.lay_all()
    assert "02_single_label_new_2.ipynb" in capsys.readouterr().out
    laid.lay_all()
    assert capsys.readouterr().out == ""
    shown = {name: sources(laid.MY_COURSE / name)[0] for name in listing(laid) if name.startswith("02")}
    assert shown == {NAME: "mine", "02_single_label_new.ipynb": "mine too", "02_single_label_new_2.ipynb": "fourth"}


def test_a_new_version_that_the_learner_threw_away_does_not_come_back(laid, capsys):
    edit(laid.MY_COURSE / NAME)
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.lay_all()
    (laid.MY_COURSE / "02_single_label_new.ipynb").unlink()
    capsys.readouterr()
    laid.lay_all()
    assert NAME in listing(laid) and "02_single_label_new.ipynb" not in listing(laid) and not capsys.readouterr().out


def test_a_file_of_the_learner_is_never_taken_for_a_new_version(laid):
    edit(laid.MY_COURSE / NAME)
    (laid.MY_COURSE / "02_single_label_new.ipynb").write_text("mine")
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.lay_all()
    assert (laid.MY_COURSE / "02_single_label_new.ipynb").read_text() == "mine"
    assert sources(laid.MY_COURSE / "02_single_label_new_2.ipynb")[0] == "better"


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"cells": 3}', '{"cells": [{}]}', "\ud83d".encode("utf-8", "surrogatepass")]
)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_copy_that_is_no_notebook_is_never_overwritten(laid, text, is_known):
    (laid.MY_COURSE / NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    before = (laid.MY_COURSE / NAME).read_bytes()
    if not is_known:
        laid.LAID.unlink()
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.lay_all()
    laid.lay_all()
    assert (laid.MY_COURSE / NAME).read_bytes() == before
    assert sources(laid.MY_COURSE / "02_single_label_new.ipynb")[0] == "better"


@pytest.mark.parametrize("text", [None, "", "not json", "[]"])
def test_a_lost_record_costs_nobody_anything(laid, text):
    laid.LAID.unlink() if text is None else laid.LAID.write_text(text)
    edit(laid.MY_COURSE / NAME)
    laid.lay_all()  # 00 equals the course's, and so is unedited; 02 may be anything, and so counts as edited
    write_notebook(laid.NOTEBOOKS / "00_start_here.ipynb", "better")
    laid.lay_all()
    assert sources(laid.MY_COURSE / NAME)[0] == "mine"
    assert sources(laid.MY_COURSE / "00_start_here.ipynb")[0] == "better"


def test_files_of_the_learner_are_left_alone(laid):
    (laid.MY_COURSE / "thesis.ipynb").write_text("mine")
    (laid.MY_COURSE / "runs" / "02").mkdir(parents=True)
    laid.lay_all()
    assert (laid.MY_COURSE / "thesis.ipynb").read_text() == "mine" and (laid.MY_COURSE / "runs" / "02").is_dir()


def test_a_copy_is_written_as_a_whole_or_not_at_all(laid, monkeypatch):
    before = (laid.MY_COURSE / NAME).read_bytes()
    write_notebook(laid.NOTEBOOKS / NAME, "better")

    def fail(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(laid.os, "replace", fail)
    with pytest.raises(OSError):
        laid.lay_all()
    assert (laid.MY_COURSE / NAME).read_bytes() == before


def test_a_damaged_lesson_gets_one_sentence_and_costs_no_copy(laid, monkeypatch, capsys):
    (laid.NOTEBOOKS / NAME).write_text("<<<<<<< HEAD")
    monkeypatch.setattr(laid, "run", lambda arguments: laid.lay_all())
    assert laid.main([]) == 1
    assert "is damaged" in capsys.readouterr().err
    assert sources(laid.MY_COURSE / NAME)[0] == "one"
    (laid.MY_COURSE / NAME).unlink()
    assert laid.main([]) == 1


# --- --fresh and --uninstall ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["02", "2", "02_single_label", NAME])
def test_fresh_puts_the_old_copy_aside_and_lays_a_new_one_without_any_install(laid, capsys, wanted):
    edit(laid.MY_COURSE / NAME)
    assert laid.main(["--fresh", wanted]) == 0
    assert "my_course/02_single_label_old.ipynb" in capsys.readouterr().out
    edit(laid.MY_COURSE / NAME, "mine again")
    assert laid.main(["--fresh", wanted]) == 0
    shown = {name: sources(laid.MY_COURSE / name)[0] for name in listing(laid) if name.startswith("02")}
    assert shown == {NAME: "one", "02_single_label_old.ipynb": "mine", "02_single_label_old_2.ipynb": "mine again"}
    assert not laid.VENV.exists()


def test_fresh_before_the_first_start_lays_that_copy(here):
    assert here.main(["--fresh", "02"]) == 0
    assert listing(here) == [".laid.json", NAME]


def test_fresh_copies_count_as_unedited(laid):
    edit(laid.MY_COURSE / NAME)
    write_notebook(laid.NOTEBOOKS / NAME, "better")
    laid.main(["--fresh", "02"])
    write_notebook(laid.NOTEBOOKS / NAME, "best")
    laid.lay_all()
    assert sources(laid.MY_COURSE / NAME)[0] == "best" and "02_single_label_new.ipynb" not in listing(laid)


def test_fresh_with_an_unknown_lesson_lists_those_there_are(laid, capsys):
    assert laid.main(["--fresh", "09"]) == 1
    assert capsys.readouterr().err == "There is no lesson 09: there are 00, 02.\n"


@pytest.fixture
def used(laid, monkeypatch):
    """A course that is installed and was worked in."""
    monkeypatch.setenv("COURSE_HOME", str(laid.ROOT.parent / "progress"))
    (laid.ROOT.parent / "progress").mkdir()
    (laid.ROOT.parent / "progress" / "progress.jsonl").write_text("{}\n")
    stamp(laid)
    for folder in ("", "course_utils", "tests/deep"):
        (laid.ROOT / folder / "__pycache__").mkdir(parents=True)
    edit(laid.MY_COURSE / NAME)
    return laid


def tree(folder):
    """All paths in a folder."""
    return sorted(path for path in folder.rglob("*"))


def test_uninstall_keeps_what_the_learner_made(used, capsys):
    kept = [path for path in tree(used.ROOT.parent) if ".venv" not in path.parts and path.name != "__pycache__"]
    assert used.main(["--uninstall", "--yes"]) == 0
    assert tree(used.ROOT.parent) == kept
    told = capsys.readouterr().out
    assert all(str(path) in told for path in (used.VENV, used.MY_COURSE, used.ROOT.parent / "progress"))


def test_uninstall_asks_and_takes_anything_but_yes_for_no(used, monkeypatch):
    before = tree(used.ROOT)
    monkeypatch.setattr(used.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    for answer in ("", "n", "what?"):
        monkeypatch.setattr("builtins.input", lambda question: answer)
        assert used.main(["--uninstall"]) == 1
        assert tree(used.ROOT) == before
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert used.main(["--uninstall"]) == 0
    assert not used.VENV.exists()


def test_uninstall_without_a_terminal_removes_nothing_unless_told_so(used, monkeypatch, capsys):
    before = tree(used.ROOT)
    monkeypatch.setattr(used.sys, "stdin", SimpleNamespace(isatty=lambda: False))
    assert used.main(["--uninstall"]) == 1
    told = capsys.readouterr()
    assert str(used.VENV) in told.out and "--yes" in told.err
    assert tree(used.ROOT) == before


def test_uninstall_with_nothing_installed_says_so(laid, capsys):
    assert laid.main(["--uninstall", "--yes"]) == 0
    assert "nothing" in capsys.readouterr().out
    assert laid.MY_COURSE.exists()


# --- The command line and the file ------------------------------------------------------------------------------------


def test_help_names_every_way_to_start(here, capsys):
    with pytest.raises(SystemExit) as ended:
        here.main(["--help"])
    told = capsys.readouterr().out
    options = ("start.py test", "--no-browser", "--port", "--install-only", "--fresh", "--uninstall", "--yes")
    assert ended.value.code == 0 and all(option in told for option in options)


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--uninst"], ["tests"], ["--port", "many"]])
def test_an_unknown_argument_is_refused_before_anything_is_done(here, arguments):
    with pytest.raises(SystemExit) as ended:
        here.main(arguments)
    assert ended.value.code == 2 and not here.VENV.exists() and not here.MY_COURSE.exists()


def test_only_the_standard_library_is_imported_and_no_host_named():
    text = START.read_text(encoding="utf-8")
    imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {getattr(node, "module", None) or node.names[0].name for node in imported}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert set(re.findall(r"\w+://[\w.]+", text)) == {"http://127.0.0.1"} and "pypi" not in text.lower()
