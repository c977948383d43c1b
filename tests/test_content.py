"""The content is whole: every counter-example runs, every key is proven, every id leads somewhere, every message is raised."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

import course_utils
from course_utils import content
from course_utils.exercises import core
from course_utils.quizzes import core as quizzes

MISCONCEPTIONS = content.read("misconceptions")
QUESTIONS = [question for lesson in content.lessons() for question in quizzes.bank(lesson)]
EXERCISES = [id for lesson in content.lessons() for id in core.of_lesson(lesson)]
ERRORS = content.read("errors")


def misconceptions_of(exercise):
    """The names of the misconceptions that an exercise knows."""
    return exercise.wrong if isinstance(exercise, core.Write) else exercise.wrong.values()


def notebook(lesson):
    """The solved notebook of a lesson."""
    return nbformat.read(next((ROOT / "solutions").glob(f"{lesson}_*.ipynb")), 4)


def printed(cell):
    """All text that a cell's outputs hold."""
    texts = []
    for output in cell.get("outputs", []):
        texts += [output.get("text", ""), *map(str, output.get("data", {}).values())]
    return "\n".join(texts)


@pytest.mark.parametrize("id", MISCONCEPTIONS)
def test_a_misconception_is_whole_and_its_counter_example_runs(id):
    entry = MISCONCEPTIONS[id]
    assert set(entry) == {"belief", "tempting", "answer", "example", "lessons"}
    assert re.fullmatch(r"[a-z0-9-]+", id) and "assert" in entry["example"] or "raise AssertionError" in entry["example"]
    assert entry["lessons"] and all(re.fullmatch(r"0\d", lesson) for lesson in entry["lessons"])
    exec(compile(entry["example"], id, "exec"), {})


def test_a_counter_example_can_fail():
    with pytest.raises(AssertionError):
        exec(MISCONCEPTIONS["macro-is-accuracy"]["example"].replace('average="macro"', 'average="micro"'), {})


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_question_has_one_right_choice_and_a_reply_to_each(question):
    assert sum(bool(choice.get("right")) for choice in question["choices"]) == 1
    assert len({choice["text"] for choice in question["choices"]}) == len(question["choices"]) >= 3
    for choice in question["choices"]:
        assert len(choice["feedback"].split()) >= 5
        assert set(choice) <= {"text", "right", "feedback", "misconception"}
        assert choice.get("misconception", "macro-is-accuracy") in MISCONCEPTIONS and not (choice.get("right") and choice.get("misconception"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_key_is_proven_and_stands_in_the_lesson(question):
    exec(compile(question["proof"], question["id"], "exec"), {})
    cells = notebook(question["id"][:2]).cells
    assert any(question["cell"] in cell.source or question["cell"] in printed(cell) for cell in cells)


@pytest.mark.parametrize("lesson", [lesson for lesson in content.lessons() if lesson > "00"])
def test_a_quiz_has_eight_questions_at_three_levels_and_each_opener_three(lesson):
    bank = quizzes.bank(lesson)
    assert len(bank) >= 8 and {question["level"] for question in bank} == {1, 2, 3}
    assert all(question["objective"] for question in bank)
    if lesson > "01":
        assert sum(lesson in question.get("opener", []) for question in QUESTIONS) == 3
        assert any(f'quiz("{lesson}.opener")' in source for _, source in content.cells(lesson))


def test_lesson_00_has_one_question_and_the_ratings():
    sources = [source for _, source in content.cells("00")]
    assert len(quizzes.bank("00")) == 1 and any('quiz("00.ratings")' in source for source in sources)


def test_the_six_messages_are_those_of_the_exercises():
    from course_utils.exercises.lesson_00 import SIX

    names = {}
    exec(next(source for header, source in content.cells("00") if '"six"' in header), names)
    assert names["messages"] == SIX


def test_ids_of_questions_are_unique_and_every_quiz_is_in_its_lesson():
    ids = [question["id"] for question in QUESTIONS]
    assert len(set(ids)) == len(ids)
    for quiz in {question["quiz"] for question in QUESTIONS}:
        assert any(f'quiz("{quiz}")' in cell.source for cell in notebook(quiz[:2]).cells)


@pytest.mark.parametrize("id", EXERCISES)
def test_an_exercise_has_its_hints_its_cells_and_its_misconceptions(id):
    notes = core.notes(id)
    assert set(notes) == {"hints", "why", "wrong_turn"} and len(notes["hints"]) == 3
    assert content.cell(id, "solution") != content.cell(id, "stub")
    exercise = core.find(id)
    named = misconceptions_of(exercise)
    assert set(named) <= set(MISCONCEPTIONS)
    assert any(f'check("{id}"' in source for _, source in content.cells(id[:2]))


def test_each_misconception_is_met_in_each_of_its_lessons_that_exists():
    for lesson in content.lessons():
        met = {choice.get("misconception") for question in quizzes.bank(lesson) for choice in question["choices"]}
        for id in core.of_lesson(lesson):
            exercise = core.find(id)
            met |= set(misconceptions_of(exercise))
        shown = "\n".join(source for _, source in content.cells(lesson))
        claimed = {id for id, entry in MISCONCEPTIONS.items() if lesson in entry["lessons"]}
        assert claimed - met <= SHOWN_BY_A_CELL, f"lesson {lesson} claims misconceptions that nothing in it meets"
        assert shown


SHOWN_BY_A_CELL = {"padding-changes-the-answer", "needs-more-epochs", "accuracy-is-enough", "tokenizer-travels-by-itself", "stray-class-is-harmless"}  # run in the lesson's own cells


@pytest.mark.parametrize("entry", ERRORS, ids=lambda entry: entry["message"][:40])
def test_an_error_message_is_raised_by_the_cell_that_is_named(entry):
    assert set(entry) == {"message", "cause", "cure", "lesson", "cell"}
    cells = [cell for cell in notebook(entry["lesson"]).cells if entry["cell"] in cell.metadata.get("tags", [])]
    assert cells and entry["message"] in printed(cells[0])


def test_each_error_that_a_lesson_shows_is_in_the_index():
    for lesson in content.lessons():
        for cell in notebook(lesson).cells:
            if "with breaks(" in cell.source:
                for line in re.findall(r"^\w+Error: .+$", printed(cell), flags=re.M):
                    assert any(entry["message"] in line for entry in ERRORS), line


def coverage():
    """The rows of docs/coverage.md: statement, verdict, lesson, cell, words."""
    rows = re.findall(r"^\| (.+?) \| (right|corrected) \| (\d\d) \| `(.+?)` \| (.+?) \|$", (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"), re.M)
    assert rows
    return rows


@pytest.mark.parametrize("statement, verdict, lesson, tag, words", coverage())
def test_a_statement_is_shown_by_the_cell_that_is_named(statement, verdict, lesson, tag, words):
    cells = [cell for cell in notebook(lesson).cells if tag in cell.metadata.get("tags", [])]
    assert len(cells) == 1, f"{len(cells)} cells of lesson {lesson} are tagged {tag}"
    assert words.strip("`") in printed(cells[0])


def test_unknown_content_is_a_key_error():
    for wrong in (lambda: content.read("nothing"), lambda: content.misconception("nothing"), lambda: content.cell("02.nothing", "solution")):
        with pytest.raises(KeyError):
            wrong()


def test_longer_runs_say_how_they_were_made():
    for path in (content.HERE / "longer_runs").glob("*.json"):
        run = json.loads(path.read_text(encoding="utf-8"))
        assert set(run) >= {"command", "date", "versions", "device"}
        tool = run["command"].split()[1]
        assert (ROOT / tool).exists()


def test_the_wheel_brings_the_solutions_along(tmp_path):
    """Installed elsewhere, without the checkout, solution() shows the solution and check() knows what is right."""
    built = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("course_utils-*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site")], check=True)
    code = (
        "import course_utils; from course_utils import solution, check, content\n"
        "print(course_utils.__file__); solution('02.macro_f1'); check('02.macro_f1', lambda matrix: 1.0)\n"
        "print(sorted(content.lessons()))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert ran.returncode == 0, ran.stderr
    assert str(tmp_path) in ran.stdout.splitlines()[0]
    assert "np.diag(matrix)" in ran.stdout and "Not yet." in ran.stdout
    assert ran.stdout.splitlines()[-1] == str(sorted(content.lessons()))


def test_the_words_are_found_and_nothing_else_is():
    for word in course_utils.WORDS:
        assert callable(getattr(course_utils, word)) and word in dir(course_utils)
    with pytest.raises(AttributeError, match="has no attribute 'quizz'"):
        course_utils.quizz
