"""The learner's words for exercises: `check`, `hint` and `solution`; and `breaks`, for an error that is expected.

A lesson's module, `exercises/lesson_NN.py`, has EXERCISES: for each id a `Write` or a `Choose`. What is right is the
solution cell itself, compiled from the solved lesson; there is no second copy of it.
"""

import contextlib
import html
import importlib
import types
from dataclasses import dataclass
from typing import Any, Callable

from course_utils import content, record
from course_utils.exercises.running import NotAttempted, Wrong, call, holds_ellipsis

COLOURS = {"right": "#00684A", "wrong": "#8F3B00", "not attempted": "#41505C"}
TITLES = {"right": "Right.", "wrong": "Not yet.", "not attempted": "Not attempted."}
shown_hints = {}  # id: how many hints this kernel has shown


@dataclass
class Verdict:
    """What `check` found. `verdict` is right, wrong or not attempted; `version` is the answer that the lesson goes on with."""

    id: str
    verdict: str
    message: str
    misconception: str | None = None
    version: Any = None

    def __str__(self):
        return f"{self.id}: {TITLES[self.verdict]} {self.message}"

    __repr__ = __str__

    def _ipython_display_(self):
        """Nothing: `check` has shown it already."""


@dataclass
class Write:
    """A function to write: right when it agrees with the solution on every case; `wrong` has a function for each known error."""

    cases: Callable  # () -> a list of argument tuples, the same ones each time
    wrong: dict
    right: str
    read: Callable  # an answer -> what is compared; raises Wrong for an answer of the wrong kind
    same: Callable
    show: Callable = repr

    def examine(self, answer, reference):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        if not callable(answer):
            raise Wrong("`check` wants the function itself, its name without parentheses.")
        said = [self.read(call(answer, *case)) for case in self.cases()]
        wanted = [self.read(reference(*case)) for case in self.cases()]
        differ = [number for number, (one, other) in enumerate(zip(said, wanted)) if not self.same(one, other)]
        if not differ:
            return self.right
        misconception = next((name for name, variant in self.wrong.items() if self.errs_like(said, variant)), None)
        first = differ[0]
        example = f"For {self.show(self.cases()[first])} yours gives {said[first]}, and {wanted[first]} is right."
        raise Wrong(example, misconception)

    def errs_like(self, said, variant):
        """Whether the answers are those of a known error."""
        return all(self.same(one, self.read(variant(*case))) for one, case in zip(said, self.cases()))


@dataclass
class Choose:
    """Something to choose: `key` is what is right for each question; `wrong` names the misconception of (question, choice)."""

    key: dict
    choices: tuple
    wrong: dict
    right: str

    def examine(self, answer, reference=None):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        if not isinstance(answer, dict) or set(answer) != set(self.key):
            raise Wrong(f"`check` wants a dictionary with an answer for each of {', '.join(map(str, self.key))}.")
        for question, choice in answer.items():
            if not isinstance(choice, str) or choice not in self.choices:
                raise Wrong(f"{question}: {choice!r} is none of {', '.join(map(repr, self.choices))}.")
        missed = [question for question in self.key if answer[question] != self.key[question]]
        if not missed:
            return self.right
        misconception = next((name for question in missed if (name := self.wrong.get((question, answer[question])))), None)
        raise Wrong(f"{len(self.key) - len(missed)} of {len(self.key)} are right. Look again at: {', '.join(map(str, missed))}.", misconception)


def check(id, answer):
    """Examine an answer, show what was found, keep a line of it, and return the Verdict; the lesson goes on with its `version`."""
    exercise = find(id)
    reference = solved(id) if isinstance(exercise, Write) else None
    try:
        if holds_ellipsis(answer):
            raise NotAttempted
        verdict = Verdict(id, "right", exercise.examine(answer, reference), version=answer)
    except NotAttempted:
        verdict = Verdict(id, "not attempted", f"Replace the `...` and run the cell again. hint({id!r}) helps.", version=reference)
    except Wrong as wrong:
        belief = f" {content.misconception(wrong.misconception)['answer']}" if wrong.misconception else ""
        verdict = Verdict(id, "wrong", f"{wrong}{belief} hint({id!r}) helps.", wrong.misconception, reference)
    record.add("exercise", id, verdict.verdict, verdict.misconception, shown_hints.get(id, 0))
    if isinstance(exercise, Write):
        verdict.message += " The lesson goes on with your version." if verdict.verdict == "right" else " The lesson goes on with the course's version."
    show(TITLES[verdict.verdict], verdict.message, COLOURS[verdict.verdict])
    return verdict


def hint(id):
    """Show the next of the three hints for an exercise."""
    hints = notes(id)["hints"]
    number = min(shown_hints.get(id, 0) + 1, len(hints))
    shown_hints[id] = number
    more = "Once more for the next." if number < len(hints) else f"That was the last: solution({id!r}) shows ours."
    show(f"Hint {number} of {len(hints)}.", f"{hints[number - 1]} {more}", COLOURS["not attempted"])


def solution(id):
    """Show the course's solution, why it works, and the turn that goes wrong."""
    find(id)
    try:
        code = content.cell(id, "solution")
    except KeyError:
        code = ""
    shown_hints[id] = len(notes(id)["hints"]) + 1
    show("One solution.", f"{notes(id)['why']} The wrong turn: {notes(id)['wrong_turn']}", COLOURS["not attempted"], code)


@contextlib.contextmanager
def breaks(error):
    """Inside the `with`, `error` is expected: its type and first line are shown. Raises AssertionError when nothing is raised."""
    try:
        yield
    except error as raised:
        lines = [line for line in str(raised).strip().splitlines() if line.strip()] or [""]
        print(f"{type(raised).__name__}: {lines[0]}")
    else:
        raise AssertionError(f"Nothing was raised; {error.__name__} was expected.")


def find(id):
    """The exercise with an id. Raises KeyError that lists the lesson's exercises."""
    try:
        return importlib.import_module(f"course_utils.exercises.lesson_{str(id)[:2]}").EXERCISES[id]
    except (ImportError, KeyError):
        known = [name for lesson in content.lessons() for name in known_exercises(lesson)]
        raise KeyError(f"There is no exercise {id!r}. There are: {', '.join(known)}.") from None


def known_exercises(lesson):
    """The ids of a lesson's exercises; none when it has no module."""
    try:
        return list(importlib.import_module(f"course_utils.exercises.lesson_{lesson}").EXERCISES)
    except ImportError:
        return []


def notes(id):
    """Hints, why and wrong turn of an exercise."""
    find(id)
    return content.read(f"hints/{id[:2]}")[id]


def solved(id):
    """The course's own function: the last one that the solution cell defines."""
    import numpy

    names = {"np": numpy}
    exec(compile(content.cell(id, "solution"), f"<solution of {id}>", "exec"), names)
    return [value for value in names.values() if isinstance(value, types.FunctionType)][-1]


def show(title, message, colour, code=""):
    """Display a message as HTML with a text beside it for terminals."""
    from IPython.display import display

    source = f"<pre>{html.escape(code)}</pre>" if code else ""
    box = f'<div style="border-left:4px solid {colour};padding:2px 10px"><b>{title}</b> {content.as_html(message)}{source}</div>'
    display({"text/html": box, "text/plain": f"{title} {message}" + (f"\n\n{code}" if code else "")}, raw=True)
