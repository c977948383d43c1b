"""What a learner has done, a line of JSON each, in `COURSE_HOME/progress.jsonl`. It stays on this machine.

A line holds v, time, lesson, section, kind, id, verdict, misconception, seconds (since the line before, in this kernel)
and hints; `kind` is `exercise`, `question`, `prediction` or `rating`. A file that cannot be written never stops a lesson.
"""

import json
import sys
import time

from course_utils.settings import settings

VERSION = 1
KINDS = ("exercise", "question", "prediction", "rating")
state = {"last": time.monotonic(), "told": False}


def path():
    """The file of this learner's progress."""
    return settings.home / "progress.jsonl"


def add(kind, id, verdict=None, misconception=None, hints=0, section=None):
    """Append one line. Raises ValueError for an unknown kind; a folder that cannot be written is told once."""
    if kind not in KINDS:
        raise ValueError(f"The kind {kind!r} is none of {', '.join(KINDS)}.")
    now = time.monotonic()
    line = {"v": VERSION, "time": round(time.time()), "lesson": id.split(".")[0], "section": section, "kind": kind, "id": id,
            "verdict": verdict, "misconception": misconception, "seconds": round(now - state["last"]), "hints": hints}  # fmt: skip
    state["last"] = now
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        cut_off = path().exists() and path().read_bytes()[-1:] not in (b"", b"\n")
        with open(path(), "a", encoding="utf-8") as file:
            file.write("\n" * cut_off + json.dumps(line) + "\n")
    except (OSError, ValueError, TypeError) as error:
        if not state["told"]:
            print(f"Your progress cannot be kept in {settings.home} ({error}). The lesson goes on.", file=sys.stderr)
        state["told"] = True


def lines():
    """All lines, oldest first. A damaged line (a power cut, an editor) is left out, and no other with it."""
    try:
        text = path().read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError, TypeError):
        return []
    found = []
    for line in text.split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and {"kind", "id"} <= set(row):
            found.append(row)
    return found
