"""The machine check: what is installed here, what it means for the course, and what to do where something is missing."""

import importlib.metadata
import os
import platform
import shutil
from pathlib import Path

from course_utils import encoder
from course_utils.settings import settings

NEEDED = ["torch", "transformers", "datasets", "scikit-learn", "matplotlib", "ipywidgets"]
GIGABYTE = 1024**3


def rows():
    """The checks as (name, value, meaning, fine), in the order in which they are printed."""
    found = [python_row(), *map(package_row, NEEDED), cores_row(), memory_row(), gpu_row(), encoder_row(), hub_row(), disk_row()]
    return [(name, str(value), meaning, fine) for name, value, meaning, fine in found]


def report():
    """Print the table of checks; return 0 when every lesson will run, 1 when something has to be mended first."""
    checks = rows()
    for name, value, meaning, fine in checks:
        print(f"{'ok' if fine else 'MEND':4}  {name:13} {value:20} {meaning}")
    if all(fine for *_, fine in checks):
        return 0
    print("\nMend what is marked, then run the check again. Running `python3 start.py --install-only` again repairs an installation.")
    return 1


def python_row():
    """The version of Python."""
    return "python", platform.python_version(), "the course was built with 3.11 to 3.14", True


def package_row(name):
    """A library and its version."""
    try:
        return name, importlib.metadata.version(name), "installed", True
    except importlib.metadata.PackageNotFoundError:
        return name, "missing", f"install it: pip install {name}", False


def cores_row():
    """The processors that this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return "cores", count, "as the course was timed, or better" if count >= 2 else "expect lessons to take about twice the time given", True


def memory_row():
    """The machine's memory."""
    import psutil

    memory = psutil.virtual_memory()
    free = memory.available / GIGABYTE
    meaning = "enough" if free >= 3 else "close other programs: a lesson that trains takes up to 3 GB"
    return "memory", f"{free:.1f} of {memory.total / GIGABYTE:.1f} GB free", meaning, free >= 1


def gpu_row():
    """What PyTorch would compute on."""
    import torch

    if torch.cuda.is_available():
        return "GPU", torch.cuda.get_device_name(0)[:20], "lessons use it; their stored outputs were made on a CPU", True
    if torch.backends.mps.is_available():
        return "GPU", "Apple (mps)", "lessons use it; their stored outputs were made on a CPU", True
    return "GPU", "none", "none is needed: the times given are without one", True


def encoder_row():
    """Whether the encoder is there and is the right one."""
    if settings.source != "course":
        return "encoder", settings.source, "from the hub, as the source asks; not looked at here", True
    try:
        encoder.path()
    except encoder.EncoderError as error:
        return "encoder", "not usable", str(error), False
    return "encoder", "verified", "its files are the ones that the course was made with", True


def hub_row():
    """Whether the hub would be asked for anything; it is not asked here."""
    if settings.source == "course":
        return "hub", "not asked", "the lessons need no network", True
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "hub", "may not be asked", "HF_HUB_OFFLINE is set: only what came before can be used", True
    return "hub", constants.ENDPOINT.partition("://")[2], "the source is set to it: asked once for each data set and model; that needs a network", True


def disk_row():
    """Free space where the notebooks write."""
    free = shutil.disk_usage(Path.cwd()).free / GIGABYTE
    return "disk", f"{free:.1f} GB free", "enough" if free >= 1 else "a lesson saves models of 90 MB: free some space", free >= 0.5
