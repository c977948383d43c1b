"""What all tests share: nothing leaves this machine, nothing touches the learner's own folders, everything runs on the CPU."""

import ipaddress
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRATCH = tempfile.mkdtemp(prefix="course-tests-")
os.environ.update(
    COURSE_HOME=f"{SCRATCH}/home",
    HF_HOME=f"{SCRATCH}/hf",
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_ENDPOINT="http://127.0.0.1:9",
    MPLBACKEND="agg",
    CUDA_VISIBLE_DEVICES="",
    ACCELERATE_USE_CPU="true",
    TOKENIZERS_PARALLELISM="false",
)
for name in ("COURSE_SOURCE", "COURSE_ENCODER"):
    os.environ.pop(name, None)
sys.path.insert(0, str(ROOT / "tools"))

BEYOND = []  # the connections that somebody tried to open beyond this machine


def is_here(host):
    """Whether a host is this machine; a name that is not `localhost` is not."""
    try:
        return host in ("localhost", "", None) or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def guard(event, arguments):
    """Refuse, and remember, what would leave this machine. An audit hook sees every socket that Python opens."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_here(host.decode() if isinstance(host, bytes) else host):
        BEYOND.append(host)
        raise PermissionError(f"a test tried to reach {host!r}; tests stay on this machine")


sys.addaudithook(guard)


@pytest.fixture(autouse=True)
def stays_on_this_machine():
    """Fail a test that tried to open a connection beyond this machine, even where the refusal was swallowed."""
    BEYOND.clear()
    yield
    assert not BEYOND, f"tried to reach {BEYOND}"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The course's settings with an empty home, put back after the test."""
    from course_utils.settings import settings

    for name, value in vars(settings).items():
        monkeypatch.setattr(settings, name, value)
    settings.home = tmp_path / "home"
    return settings


def pytest_unconfigure():
    shutil.rmtree(SCRATCH, ignore_errors=True)
