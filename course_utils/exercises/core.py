"""The learner's words for exercises: `check`, `hint` and `solution`; and `breaks`, for an error that is expected.

A lesson's module, `exercises/lesson_NN.py`, has EXERCISES: for each id a `Write`, a `Choose` or a `Number`. What is right
is the solution cell itself, compiled from the solved lesson; there is no second copy of it.
"""

import contextlib
import copy
import html
import importlib.util
import types
from dataclasses import dataclass
from typing import Any, Callable

from course_utils import content, record
from course_utils.exercises.running import NotAttempted, Wrong, answers, code_of, holds_ellipsis, of_type, short, told

COLOURS = {"right": "#00684A", "wrong": "#8F3B00", "not attempted": "#41505C"}
TITLES = {"right": "Right.", "wrong": "Not yet.", "not attempted": "Not attempted."}
shown_hints = {}  # id: how many hints this kernel has shown; one more than there are once the solution was shown


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
    wrong: dict  # for each misconception a function that errs by it, or a tuple of them
    right: str
    read: Callable  # an answer -> what is compared; raises Wrong for an answer of the wrong kind
    same: Callable
    show: Callable = repr  # a case, in words
    describe: Callable = repr  # what was given or wanted, in words
    gap: Callable = lambda one, other: 0  # how far two answers are apart: the case that differs most is shown
    spot: Callable = lambda said: None  # the misconception that the answers alone give away
    further: Callable = list  # more cases, tried once all others are right

    def examine(self, answer, reference):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        if not callable(answer):
            raise Wrong("`check` wants the function itself, its name without parentheses.")
        for make_cases in (self.cases, self.further):
            self.compared(answer, reference, make_cases)
        return self.right

    def compared(self, answer, reference, make_cases):
        """Nothing, when the answers for some cases are all right. Raises Wrong with the case that differs most."""
        cases = make_cases()
        said = answers(answer, cases, self.read, self.show)
        wanted = [self.read(reference(*case)) for case in make_cases()]
        differ = [number for number in range(len(cases)) if not self.same(said[number], wanted[number])]
        if not differ:
            return
        worst = max(differ, key=lambda number: self.gap(said[number], wanted[number]))
        example = f"For {self.show(cases[worst])} yours gives {short(self.describe(said[worst]))}, and {short(self.describe(wanted[worst]))} is right."
        known = self.wrong if make_cases == self.cases else {}
        raise Wrong(example, next((name for name, variant in known.items() if self.errs_like(said, variant)), self.spot(said)))

    def errs_like(self, said, variant):
        """Whether the answers are those of a known error."""
        variants = variant if isinstance(variant, tuple) else (variant,)
        return any(all(self.same(one, self.read(variant(*case))) for one, case in zip(said, self.cases())) for variant in variants)


@dataclass
class Choose:
    """Something to choose: `key` is what is right for each question; `wrong` names the misconception of (question, choice)."""

    key: dict
    choices: tuple
    wrong: dict
    right: str

    def examine(self, answer, reference=None):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        if len(self.key) == 1 and not isinstance(answer, dict):
            answer = dict.fromkeys(self.key, answer)
        if not isinstance(answer, dict) or set(answer) != set(self.key):
            raise Wrong(f"`check` wants a dictionary with an answer for each of {'; '.join(map(repr, self.key))}.")
        for question, choice in answer.items():
            if choice is not ... and (not isinstance(choice, str) or choice not in self.choices):
                raise Wrong(f"{short(repr(choice))} is none of {', '.join(map(repr, self.choices))}.")
        missed = [question for question in self.key if answer[question] is not ... and answer[question] != self.key[question]]
        still_open = [question for question in self.key if answer[question] is ...]
        if len(still_open) == len(self.key):
            raise NotAttempted
        if not missed and not still_open:
            return self.right
        misconception = next((name for question in missed if (name := self.wrong.get((question, answer[question])))), None)
        raise Wrong(self.tally(missed, still_open), misconception)

    def tally(self, missed, still_open):
        """How many are right, which are not, and which are open; nothing to count where there is one question."""
        if len(self.key) == 1:
            return ""
        told_open = f" Still open: {'; '.join(map(repr, still_open))}." if still_open else ""
        told_missed = f" Look again at: {'; '.join(map(repr, missed))}." if missed else ""
        return f"{len(self.key) - len(missed) - len(still_open)} of {len(self.key)} are right.{told_missed}{told_open}"


@dataclass
class Number:
    """A number to find: `key` is right; `wrong` names the misconception of other numbers, large ones within one percent."""

    key: float
    wrong: dict
    right: str

    def examine(self, answer, reference=None):
        """The message for a right answer. Raises Wrong."""
        value = answer.item() if hasattr(answer, "item") else answer
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Wrong(f"`check` wants a number, without quotes, and this is {of_type(answer)}.")
        if abs(value - self.key) <= 1e-6 * abs(self.key):
            return self.right
        if any(value == round(self.key, digits) for digits in range(2, 6)):
            raise Wrong(f"{value} is rounded, and near. Give the sum itself, such as `2 / 3`, and Python computes the rest.")
        near = sorted((abs(value - number), name) for number, name in self.wrong.items() if abs(value - number) <= (0.01 * number if number > 10_000 else 0))
        raise Wrong(f"It is not {value:,}.", near[0][1] if near else None)


def check(id, answer):
    """Examine an answer, show what was found, keep a line of it, and return the Verdict; the lesson goes on with its `version`."""
    exercise = find(id)
    written = isinstance(exercise, Write)
    reference = solved(id) if written else copy.copy(exercise.key)
    code = code_of(answer)
    if code and code.co_filename == f"<solution of {id}>":
        return shown(Verdict(id, "not attempted", "This is the course's version, from an earlier run. Run the cell of your own function first.", version=answer))
    try:
        if not isinstance(exercise, Choose) and holds_ellipsis(answer):
            raise NotAttempted
        verdict = Verdict(id, "right", exercise.examine(answer, reference), version=answer)
    except NotAttempted:
        verdict = Verdict(id, "not attempted", f"Replace the `...`{' in the cell above and run it again, then this one' if written else ' and run the cell again'}.{help_for(id)}", version=reference)
    except Wrong as wrong:
        verdict = Verdict(id, "wrong", explained(id, str(wrong), wrong.misconception, code), wrong.misconception, reference)
    except Exception as error:
        verdict = Verdict(id, "wrong", explained(id, f"This answer cannot be examined ({told(error)}).", None, code), None, reference)
    record.add("exercise", id, verdict.verdict, verdict.misconception, shown_hints.get(id, 0))
    if written:
        verdict.message += f" The lesson goes on with {'your' if verdict.verdict == 'right' else 'the course’s'} version."
    return shown(verdict)


def explained(id, message, misconception, code):
    """Why an answer is wrong, with what is known of its misconception, of a `...` left in it, and where help is."""
    if misconception:
        message += f" {content.misconception(misconception)['answer']}"
    if code and ... in code.co_consts:
        message += " A `...` stands in your function: if it is the stub's, replace it."
    return (message + help_for(id)).strip()


def help_for(id):
    """Where help is to be had, until all of it was shown."""
    return "" if shown_hints.get(id, 0) > len(notes(id)["hints"]) else f" `hint({id!r})` helps."


def shown(verdict):
    """The verdict, once it was shown."""
    show(TITLES[verdict.verdict], verdict.message, COLOURS[verdict.verdict])
    return verdict


def hint(id):
    """Show the next of the three hints for an exercise."""
    hints = notes(id)["hints"]
    number = min(shown_hints.get(id, 0) + 1, len(hints))
    shown_hints[id] = max(number, shown_hints.get(id, 0))
    more = "Once more for the next." if number < len(hints) else f"That was the last: `solution({id!r})` shows ours."
    show(f"Hint {number} of {len(hints)}.", f"{hints[number - 1]} {more}", COLOURS["not attempted"])


def solution(id):
    """Show the course's solution, why it works, and the turn that goes wrong."""
    explanation = notes(id)
    shown_hints[id] = len(explanation["hints"]) + 1
    show("One solution.", f"{explanation['why']} The wrong turn: {explanation['wrong_turn']}", COLOURS["not attempted"], content.cell(id, "solution"))


@contextlib.contextmanager
def breaks(error):
    """Inside the `with`, `error`, a class, is expected: its type and first line are shown. Raises AssertionError when nothing is raised."""
    if not (isinstance(error, type) and issubclass(error, BaseException)):
        raise TypeError(f"breaks wants the class of an error, such as ValueError, and not {of_type(error)}.")
    try:
        yield
    except error as raised:
        lines = [line for line in str(raised).strip().splitlines() if line.strip()] or [""]
        print(f"{type(raised).__name__}: {lines[0]}")
    else:
        raise AssertionError(f"Nothing was raised; {error.__name__} was expected.")


def find(id):
    """The exercise with an id. Raises KeyError that lists all exercises."""
    known = {name: exercise for lesson in content.lessons() for name, exercise in of_lesson(lesson).items()}
    if not isinstance(id, str) or id not in known:
        raise KeyError(f"There is no exercise {short(repr(id))}. There are: {', '.join(known)}.")
    return known[id]


def of_lesson(lesson):
    """The exercises of a lesson; none when it has no module."""
    name = f"course_utils.exercises.lesson_{lesson}"
    return importlib.import_module(name).EXERCISES if importlib.util.find_spec(name) else {}


def notes(id):
    """Hints, why and wrong turn of an exercise."""
    find(id)
    return content.read(f"hints/{id[:2]}")[id]


def solved(id):
    """The course's own function: the last one that the solution cell defines."""
    import numpy
    import torch

    names = {"np": numpy, "torch": torch}
    exec(compile(content.cell(id, "solution"), f"<solution of {id}>", "exec"), names)
    return [value for value in names.values() if isinstance(value, types.FunctionType) and value.__code__.co_filename == f"<solution of {id}>"][-1]


def show(title, message, colour, code=""):
    """Display a message as HTML with a text beside it for terminals."""
    from IPython.display import display

    source = f"<pre>{html.escape(code)}</pre>" if code else ""
    box = f'<div style="border-left:4px solid {colour};padding:2px 10px"><b>{title}</b> {content.as_html(message)}{source}</div>'
    display({"text/html": box, "text/plain": f"{title} {message}" + (f"\n\n{code}" if code else "")}, raw=True)
