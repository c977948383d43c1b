"""The learner's word `explain_error`: what a traceback means, from `content/errors.yaml`, and which line of one's own to look at."""

import linecache
import re
import sys
import sysconfig
import traceback
from pathlib import Path

from course_utils import content
from course_utils.exercises.core import COLOURS, show
from course_utils.exercises.running import short, told

TITLES = {True: "A known message.", False: "Not in the course's index."}


def explain_error(error=None):
    """Explain the last error of this notebook, or the one that is given: its cause and cure, or where to look when it is unknown."""
    error = last_error() if error is None else error
    if not isinstance(error, BaseException):
        return show("No error.", "Nothing has stopped with an error in this kernel. Call `explain_error()` after a traceback.", COLOURS["not attempted"])
    found = next((entry for each in chain(error) if (entry := known(each))), None)
    said = described(found) if found else f"The course has no entry for `{told(error)}`."
    show(TITLES[bool(found)], f"{said} {where(error)}".strip(), COLOURS["right" if found else "not attempted"])


def last_error():
    """The error that stopped the last cell, or None. Python keeps it when nothing catches it."""
    return getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)


def chain(error):
    """An error, and those that led to it, nearest first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def known(error):
    """The entry of the index whose message an error holds, whatever its numbers, the longest where there are several; or None."""
    try:
        text = numberless(error)
    except Exception:
        return None
    found = [entry for entry in content.read("errors") if numberless(entry["message"]) in text]
    return max(found, key=lambda entry: len(entry["message"]), default=None)


def numberless(message):
    """A message in one line, with # for each number: `Target 5 is out of bounds` is the same message as `Target 2 …`, and `Target -1 …` another."""
    return re.sub(r"\d+", "#", " ".join(str(message).split()))


def described(entry):
    """What an entry says, in words."""
    return f"`{short(entry['message'])}`: {entry['cause']} What to do: {entry['cure']} Lesson {entry['lesson']} raises it on purpose."


def where(error):
    """The last line of the learner's own code that an error passed through, as a sentence; nothing when it is not known."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename)]
    line = getattr(error, "text", None) if isinstance(error, SyntaxError) else own and (own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno))
    return f"The last line of your own code: `{short(line)}`" if line and line.strip() else ""


def is_own(filename):
    """Whether a file is the learner's: a cell of a notebook or a script, and no library, nor this package."""
    if filename.startswith("<"):  # made by a library, but for the cells of an older IPython
        return filename.startswith("<ipython-input")
    libraries = [*(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), str(Path(__file__).parent)]
    return not filename.startswith(tuple(libraries))
