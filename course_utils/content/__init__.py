"""What the lessons ask and answer, as data: the YAML of this folder, and the solved lessons, read once.

    content.read("questions/02")            # what a YAML file holds
    content.misconception("macro-is-accuracy")
    content.cell("02.macro_f1", "solution")  # the source of a cell of a solved lesson
"""

import functools
import html
import re
from pathlib import Path

HERE = Path(__file__).parent


@functools.cache
def read(name):
    """The content of `name.yaml`. Raises KeyError when there is no such file."""
    import yaml

    path = HERE / f"{name}.yaml"
    if not path.exists():
        raise KeyError(f"There is no {name}.yaml among the course's content.")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def misconception(id):
    """A misconception: its belief, why it is tempting, the answer to it, and a counter-example. Raises KeyError."""
    return read("misconceptions")[id]


def lessons():
    """The solved lessons, `NN_slug.py`, by their number: in the package, or beside it in a checkout."""
    folder = HERE / "solutions"
    folder = folder if folder.is_dir() else HERE.parents[1] / "solutions"
    return {path.name[:2]: path for path in sorted(folder.glob("[0-9][0-9]_*.py"))}


@functools.cache
def cells(lesson):
    """The cells of a solved lesson as (header, source), in order; markdown cells included, as they stand in the file."""
    text = lessons()[lesson].read_text(encoding="utf-8")
    blocks = re.split(r"^# %%(.*)$", text, flags=re.M)[1:]
    return [(header.strip(), source.strip()) for header, source in zip(blocks[::2], blocks[1::2])]


def cell(id, tag):
    """The source of the cell of exercise `id` that has a tag, `solution` or `stub`. Raises KeyError when there is none."""
    for header, source in cells(id.split(".")[0]):
        if f'exercise="{id}"' in header and f'"{tag}"' in header:
            return source
    raise KeyError(f"There is no {tag} cell for {id!r}.")


def as_html(text):
    """A text of the content as HTML: escaped, what stands in backticks as code."""
    parts = html.escape(str(text)).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
