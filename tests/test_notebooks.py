"""Every cell of every notebook runs and gives what is stored: nbval, strictly, both editions side by side.

The learner's edition runs in a network namespace with nothing in it but this machine itself, where the system allows that.
"""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

import build

NO_NETWORK = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def can_unplug():
    """Whether this system lets us run a command without a network."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return subprocess.run([*NO_NETWORK, "true"], capture_output=True).returncode == 0


def start(edition, folder):
    """Start nbval over all notebooks of an edition, on copies, so that what they write lies beside the copies."""
    for notebook in (ROOT / edition).glob("*.ipynb"):
        shutil.copy(notebook, folder)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg"),
               "--nbval-cell-timeout", "900", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]  # fmt: skip
    unplugged = edition == "notebooks" and can_unplug()
    environment = {**os.environ, **build.QUIET_CPU, "COURSE_HOME": f"{folder}/home", "IPYTHONDIR": f"{folder}/ipython"}
    return unplugged, subprocess.Popen(
        NO_NETWORK * unplugged + command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Both editions, running side by side."""
    started = {edition: start(edition, tmp_path_factory.mktemp(edition)) for edition in build.EDITIONS}
    yield started
    for _, process in started.values():
        process.kill()


@pytest.mark.parametrize("edition", build.EDITIONS)
def test_stored_outputs_are_what_the_cells_give(edition, runs):
    unplugged, process = runs[edition]
    printed, _ = process.communicate()
    print(printed)
    print(f"{edition}: without a network" if unplugged else f"{edition}: with the ordinary network")
    assert process.returncode == 0, printed[-6000:]
    cells = [cell for path in (ROOT / edition).glob("*.ipynb") for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert f"{len(cells)} passed" in printed


@pytest.mark.parametrize("source", build.lessons(), ids=lambda source: source.stem)
def test_notebooks_hold_their_sources_cells(source):
    assert build.drift(source) == []


@pytest.mark.parametrize("edition", build.EDITIONS)
@pytest.mark.parametrize("source", build.lessons(), ids=lambda source: source.stem)
def test_every_cell_was_run_and_no_picture_is_without_words(edition, source):
    notebook = nbformat.read(ROOT / edition / f"{source.stem}.ipynb", 4)
    assert "widgets" not in notebook.metadata
    build.check_outputs(notebook, source.stem)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        assert cell.execution_count == number
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "image/png" not in output.get("data", {}), "show figures with plots.show, which gives them a text"
    for cell in build.uncompared(notebook.cells):
        print(f"not compared, {cell.metadata.reason}: {cell.source.splitlines()[0]}")
