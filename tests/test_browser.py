"""A learner's first minutes in a real browser: JupyterLab opens their copy, and every cell runs."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from conftest import ROOT

import start
from course_utils import record
from course_utils.quizzes import core

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # fmt: skip


@pytest.fixture(scope="module")
def page():
    """A page of a headless Chromium that reaches this machine and no other."""
    if not CHROMIUM:
        reason = "no Chromium on this machine (Debian, Ubuntu: apt install chromium)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab as start.py runs it, on fresh copies in a folder of its own; yields its address."""
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "jupyter_config_dir").mkdir()
    (folder / "jupyter_config_dir" / "jupyter_lab_config.py").write_text("c.LabApp.expose_app_in_browser = True\n")
    code = (
        "import pathlib, sys, start; start.PYTHON = sys.executable; start.MY_COURSE = pathlib.Path('my_course').absolute(); start.LAID = start.MY_COURSE / '.laid.json'; "
        f"start.lay_all(); start.open_lab({port}, False, '/lab')"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR"):
        environment[name] = str(folder / name.lower())
    log = (folder / "log").open("w+")
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    yield address_of(folder / "log", process)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def address_of(log, process):
    """The address that start.py prints, once the server answers there."""
    for _ in range(120):
        found = re.search(r"http://127\S+", log.read_text())
        with contextlib.suppress(OSError):
            urllib.request.urlopen(found.group() if found else "http://127.0.0.1:1").close()
            return found.group()
        assert process.poll() is None, log.read_text()
        time.sleep(0.5)
    raise AssertionError("JupyterLab did not answer:\n" + log.read_text())


def shortest():
    """The learner's notebook with the fewest code cells."""
    return min(start.lessons(), key=lambda path: sum(cell.cell_type == "code" for cell in nbformat.read(path, 4).cells))


def run_all(page, address, name):
    """Open a notebook and run all its cells; returns when the last is done."""
    page.goto(address.replace("/lab?", f"/lab/tree/{name}?reset&"))  # reset: no tabs of an earlier test
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.evaluate("""async () => {
        const panel = jupyterapp.shell.currentWidget;
        await panel.context.ready; await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info;
        await jupyterapp.commands.execute('notebook:run-all-cells');
        await panel.context.save(); }""")


def test_a_learners_copy_runs_from_top_to_bottom(page, lab, tmp_path_factory):
    lesson = shortest()
    page.set_default_timeout(600_000)
    run_all(page, lab, lesson.name)
    ran = nbformat.read(next(tmp_path_factory.getbasetemp().glob("lab*/my_course")) / lesson.name, 4)
    code = [cell for cell in ran.cells if cell.cell_type == "code"]
    assert code and all(cell.execution_count for cell in code)
    assert [output for cell in code for output in cell.outputs if output.output_type in ("error",)] == []
    pictures = [output for cell in code for output in cell.outputs if "<img alt=" in str(output.get("data", {}).get("text/html"))]
    assert page.locator(".jp-RenderedHTML img[alt]").count() >= bool(pictures)
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{lesson.stem}-end.png")


def test_a_quiz_is_answered_by_mouse_and_by_keyboard(page, lab, tmp_path_factory):
    """A notebook with one prediction and the quiz: a click, Tab and Space answer, and both are kept."""
    course = next(tmp_path_factory.getbasetemp().glob("lab*/my_course"))
    cells = ["from course_utils import predict, quiz, record\n\npredict('02.padding', 'nine in ten', 'about half')", "quiz('02')"]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}  # without it JupyterLab asks which
    nbformat.write(nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)), metadata=kernel), course / "quiz.ipynb")
    page.set_default_timeout(120_000)
    run_all(page, lab, "quiz.ipynb")
    page.get_by_role("button", name="about half").click()
    page.get_by_text("You say: about half. The next cell shows it.").wait_for()
    question, other = core.questions("02")[:2]
    wrong = next(choice for choice in question["choices"] if not choice.get("right"))
    page.get_by_role("button", name=wrong["text"], exact=True).click()
    page.locator("[role=status]", has_text="Not this one.").wait_for()
    page.get_by_role("button", name=other["choices"][0]["text"], exact=True).focus()
    for _ in other["choices"][1:]:
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("[role=status]", has_text=core.reply(other["choices"][-1]).split("`")[0]).wait_for()
    kept = [(line["kind"], line["id"]) for line in record.lines()[-3:]]  # the lesson's own checks stand before them
    assert kept == [("prediction", "02.padding"), ("question", question["id"]), ("question", other["id"])]
    assert page.locator("details").filter(visible=True).count() == 0, "the face without a kernel shows beside the live one"
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/quiz.png")


def test_an_explorer_follows_its_slider_and_shows_one_picture(page, lab, tmp_path_factory):
    """The keyboard moves the learning rate; the picture that a page without a kernel shows stays hidden."""
    course = next(tmp_path_factory.getbasetemp().glob("lab*/my_course"))
    code = """import numpy as np
from course_utils import explore
labels = np.random.default_rng(0).integers(0, 3, 90)
vectors = np.eye(8)[labels].astype(np.float32)
explore("02.learning_rate", train=(vectors[:60], labels[:60]), validation=(vectors[60:], labels[60:]), baseline=0.68)"""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)], metadata=kernel), course / "explorer.ipynb")
    page.set_default_timeout(120_000)
    run_all(page, lab, "explorer.ipynb")
    page.locator(".noUi-handle").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.locator("img[alt*='at a learning rate of 1e-06']").wait_for()
    assert page.locator(".jp-Cell-outputArea img").filter(visible=True).count() == 1
