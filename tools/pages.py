"""Writes the pages of docs/ that are made of the course's content: the error index and the glossary.

    python tools/pages.py            # write them
    python tools/pages.py --check    # are they as the content has it? Writes nothing.
"""

import argparse
import re
import sys
from pathlib import Path

from course_utils import content

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- Made by tools/pages.py from course_utils/content/{}.yaml: change that. -->\n"


def errors():
    """The error index: each message with its cause, its cure, and the cell that raises it, lesson by lesson."""
    parts = [MADE.format("errors"), "# Error messages\n", "Each of these is raised on purpose in a lesson. In a notebook, `explain_error()` after a traceback looks here for you.\n"]
    entries = content.read("errors")
    for lesson in sorted({entry["lesson"] for entry in entries}):
        rows = [[as_code(entry["message"]), entry["cause"], entry["cure"], f"`{entry['cell']}`"] for entry in entries if entry["lesson"] == lesson]
        parts += [f"## {linked(lesson)}\n", table(["message", "cause", "what to do", "cell"], rows)]
    return "\n".join(parts)


def glossary():
    """The glossary: each term with its meaning, its shape and its lesson, in the order of the alphabet."""
    entries = sorted(content.read("glossary"), key=lambda entry: entry["term"].strip("[-").lower())
    rows = [[f"**{entry['term']}**", entry.get("shape", ""), entry["meaning"], linked(entry["lesson"], short=True)] for entry in entries]
    lead = "`batch` are the texts read together, `pieces` those of the longest of them, `hidden` is 384 in our encoder, `num_labels` the number of classes.\n"
    return "\n".join([MADE.format("glossary"), "# Glossary\n", lead, table(["term", "shape", "what it is", "lesson"], rows)])


def linked(lesson, short=False):
    """A lesson's name with a link to its notebook; without one while it does not exist."""
    if lesson not in content.lessons():
        return lesson if short else f"Lesson {lesson}"
    name = lesson if short else f"Lesson {lesson}: {title(content.lessons()[lesson])}"
    return f"[{name}](../notebooks/{content.lessons()[lesson].stem}.ipynb)"


def title(source):
    """A lesson's title, from its first heading."""
    return re.search(r"^# # (.+)$", source.read_text(encoding="utf-8"), re.M).group(1)


def as_code(text):
    """A text as code in Markdown, also one that has backticks in it."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


PAGES = {"errors.md": errors, "glossary.md": glossary}


def stale():
    """The names of the pages that are not as the content has it."""
    return [name for name, page in PAGES.items() if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != page()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="say which pages are not up to date; write nothing")
    if parser.parse_args().check:
        sys.exit("\n".join(f"docs/{name} is not up to date: run `python tools/pages.py`." for name in stale()) or 0)
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
