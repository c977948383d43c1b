"""The checks: each known wrong answer gets the feedback meant for it, a right one in any form is accepted, nothing escapes."""

import functools
import importlib
import json
import threading

import numpy as np
import pytest
import torch

from course_utils import check, content, hint, solution
from course_utils.exercises import core, running

LESSONS = [lesson for lesson in content.lessons() if core.of_lesson(lesson)]
ATTEMPTS = {lesson: importlib.import_module(f"wrong_answers.lesson_{lesson}") for lesson in LESSONS}
IDS = [id for lesson in LESSONS for id in core.of_lesson(lesson)]


def attempts(id):
    return ATTEMPTS[id[:2]].ATTEMPTS[id]


def misconceptions_of(exercise):
    """The names of the misconceptions that an exercise knows."""
    return exercise.wrong if isinstance(exercise, core.Write) else exercise.wrong.values()


WRONG = [(id, number) for id in IDS for number in range(len(attempts(id)["wrong"]))]


@pytest.fixture(autouse=True)
def shown(settings, monkeypatch):
    """What is displayed, in place of displaying it; and an empty home."""
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    core.shown_hints.clear()
    return found


@pytest.mark.parametrize("id, number", WRONG)
def test_each_wrong_answer_gets_its_feedback(id, number, shown):
    answer, misconception = attempts(id)["wrong"][number]
    verdict = check(id, answer)
    assert (verdict.verdict, verdict.misconception) == ("wrong", misconception)
    if misconception:
        assert content.misconception(misconception)["answer"] in verdict.message
    assert shown[0]["text/plain"].startswith("Not yet. ") and len(shown[0]["text/plain"]) < 1200
    assert f"`hint('{id}')` helps." in verdict.message


@pytest.mark.parametrize("id", IDS)
def test_there_are_at_least_four_wrong_answers_and_the_named_ones_are_all_there(id):
    exercise = core.find(id)
    named = set(misconceptions_of(exercise))
    caught = {misconception for _, misconception in attempts(id)["wrong"]}
    assert len(attempts(id)["wrong"]) >= 4
    assert named <= caught, "a misconception that no attempt meets"


@pytest.mark.parametrize("id", IDS)
def test_right_answers_in_unusual_forms_are_accepted_and_go_on(id):
    for answer in attempts(id)["right"]:
        verdict = check(id, answer)
        assert verdict.verdict == "right" and verdict.version is answer, verdict


@pytest.mark.parametrize("id", IDS)
def test_the_solution_cell_is_right_and_its_stub_is_not_attempted(id, monkeypatch):
    for tag, wanted in (("solution", "right"), ("stub", "not attempted")):
        verdicts = []
        code = content.cell(id, tag)
        if tag == "stub":
            code = "\n".join(line.removeprefix("# ").removeprefix("#") for line in code.splitlines())
        names = {"check": check, "np": np, "torch": torch, "__builtins__": __builtins__}
        given = set(names)
        with monkeypatch.context() as patch:
            patch.setattr("course_utils.exercises.core.record.add", lambda *told, **more: verdicts.append(told[2]))
            exec(code, names)
            if not verdicts:
                made = [value for name, value in names.items() if name not in given]
                functions = [value for value in made if getattr(value, "__code__", None)]
                check(id, (functions or made)[-1])
        assert verdicts == [wanted]


@pytest.mark.parametrize("id", IDS)
def test_what_is_not_attempted_is_said_and_the_lesson_goes_on_with_the_courses_version(id):
    for answer in attempts(id)["not attempted"]:
        verdict = check(id, answer)
        assert verdict.verdict == "not attempted"
        if isinstance(core.find(id), core.Write):
            assert "The lesson goes on with the course’s version." in verdict.message
            assert verdict.version.__code__.co_filename == f"<solution of {id}>"


@pytest.mark.parametrize("id, function", [pair for lesson in LESSONS for pair in ATTEMPTS[lesson].ENDLESS])
@pytest.mark.parametrize("timer", ["of the system", "a thread"])
def test_an_endless_loop_ends_and_its_line_is_told(id, function, timer, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.3)
    if timer == "a thread":
        monkeypatch.delattr("signal.setitimer")
        if function.__name__ == "swallows_everything":
            pytest.skip("only the system's timer rings again")
    verdict = check(id, function)
    assert verdict.verdict == "wrong"
    assert "was stopped after 0.3 seconds" in verdict.message and "in its line `" in verdict.message
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and not thread.finished.is_set()]


def test_the_course_goes_on_with_what_is_right_where_there_is_something_to_choose_or_a_number():
    key = core.find("00.first").key
    assert check("00.first", {}).version == check("00.first", dict.fromkeys(key, ...)).version == key
    assert check("01.count", 1).version == 384 * 7 + 7


@pytest.mark.parametrize("strength", [1, 10, 100])
@pytest.mark.parametrize("seed", range(5))
def test_the_classifier_of_lesson_00_is_fooled_by_the_two_sentences_of_the_key(six, seed, strength):
    """Whatever the head's setting, and with noise a thousand times larger than what two machines differ by."""
    from sklearn.linear_model import LogisticRegression

    vectors, labels, asked = six
    noise = np.random.default_rng(seed).normal(0, 1e-3, vectors.shape)
    said = LogisticRegression(C=strength, max_iter=1000).fit(vectors + noise, labels).predict(asked)
    verdicts = ["right" if one == truth else "fooled" for one, truth in zip(said, ["good", "bad", "good", "bad", "good"])]
    assert verdicts == list(core.find("00.broken").key.values())


@pytest.fixture(scope="module")
def six():
    """The six messages of lesson 00 and the sentences that are asked, by the lesson's own cells."""
    from course_utils.exercises.lesson_00 import BROKEN, SIX

    names = {}
    exec(next(source for _, source in content.cells("00") if "def vectors_of" in source), names)
    texts, labels = zip(*SIX)
    return names["vectors_of"](texts), labels, names["vectors_of"](BROKEN)


def test_an_error_in_a_learners_function_is_told_with_its_line():
    def average(matrix):
        return matrix.summ()

    verdict = check("02.macro_f1", average)
    assert "stopped with AttributeError" in verdict.message and "in its line `return matrix.summ()`" in verdict.message


def test_a_function_of_a_library_that_fails_is_told_without_a_line():
    message = check("02.macro_f1", ord).message
    assert "For the matrix [[8, 2], [1, 9]] your function stopped with TypeError" in message and "in its line" not in message


def test_the_line_is_found_through_partial_and_in_objects_that_can_be_called():
    def average(scale, matrix):
        return scale / 0

    class Average:
        def __call__(self, matrix):
            return 1 / 0

    assert "in its line `return scale / 0`" in check("02.macro_f1", functools.partial(average, 1)).message
    assert "in its line `return 1 / 0`" in check("02.macro_f1", Average()).message


def test_the_courses_version_is_not_taken_for_the_learners(settings):
    version = check("02.macro_f1", lambda matrix: ...).version
    again = check("02.macro_f1", version)
    assert again.verdict == "not attempted" and "This is the course's version" in again.message
    assert len((settings.home / "progress.jsonl").read_text().splitlines()) == 1


def test_what_is_left_of_the_stub_is_pointed_out():
    assert "A `...` stands in your function" in check("02.id2label", lambda feature: dict(enumerate(...))).message


def test_what_a_function_prints_is_shown_and_cut(capsys):
    def chatty(matrix):
        print("looking " * 10_000)
        return 1.0

    check("02.macro_f1", chatty)
    assert capsys.readouterr().out.startswith("looking looking") and len(capsys.readouterr().out) < 400


def test_a_library_that_a_learner_broke_is_told(monkeypatch):
    monkeypatch.setattr("numpy.diag", None)
    assert "cannot be examined" in check("02.macro_f1", lambda matrix: 1.0).message


def test_messages_to_choose_by_name_what_is_missed_and_open():
    losses = dict(ATTEMPTS["02"].LOSSES)
    message = check("02.problem_type", {**losses, "1, float": ..., "2, integer": "binary cross-entropy"}).message
    assert message.startswith("4 of 6 are right. Look again at: '2, integer'. Still open: '1, float'.")
    assert check("02.leak", "at random").message.startswith("Chance puts reviews of one shop on both sides")


def test_hints_never_count_down(settings):
    solution("02.leak")
    hint("02.leak")
    check("02.leak", "by length")
    assert json.loads((settings.home / "progress.jsonl").read_text())["hints"] == 4
    assert "helps" not in check("02.leak", "by length").message


def test_a_check_is_kept_with_the_hints_that_were_used(settings):
    hint("02.macro_f1")
    hint("02.macro_f1")
    check("02.macro_f1", lambda matrix: 1.0)
    check("02.macro_f1", ATTEMPTS["02"].loop_macro_f1)
    lines = [json.loads(line) for line in (settings.home / "progress.jsonl").read_text().splitlines()]
    assert [(line["id"], line["kind"], line["verdict"], line["hints"]) for line in lines] == [
        ("02.macro_f1", "exercise", "wrong", 2), ("02.macro_f1", "exercise", "right", 2)]  # fmt: skip


@pytest.mark.parametrize("id", IDS)
def test_three_hints_then_the_solution(id, shown):
    for _ in range(4):
        hint(id)
    titles = [data["text/plain"].partition(".")[0] for data in shown]
    assert titles == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert f"`solution('{id}')` shows ours" in shown[-1]["text/plain"]
    solution(id)
    assert content.cell(id, "solution") in shown[-1]["text/plain"]
    assert "The wrong turn: " in shown[-1]["text/plain"]


def test_unknown_ids_list_the_known_ones():
    for word in (lambda id: check(id, 1), hint, solution):
        for id in ("02.macrof1", "99.x", "", None, 2, ["02.leak"]):
            with pytest.raises(KeyError, match="02.macro_f1"):
                word(id)


def test_an_expected_error_is_shown_in_one_line(capsys):
    with core.breaks(ValueError):
        raise ValueError("\nfirst line\nsecond line")
    assert capsys.readouterr().out == "ValueError: first line\n"
    with pytest.raises(AssertionError, match="Nothing was raised; ValueError was expected."):
        with core.breaks(ValueError):
            pass
    with pytest.raises(TypeError, match="mine"):
        with core.breaks(ValueError):
            raise TypeError("mine")
    for odd in ("ValueError", (ValueError, TypeError), ValueError("x"), int):
        with pytest.raises(TypeError, match="breaks wants the class of an error"):
            with core.breaks(odd):
                pass


def test_cases_are_the_same_each_time():
    for id in IDS:
        exercise = core.find(id)
        if isinstance(exercise, core.Write):
            assert list(map(str, exercise.cases())) == list(map(str, exercise.cases()))


def test_a_home_that_cannot_be_written_does_not_stop_a_lesson(settings, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    settings.home = tmp_path / "file" / "home"
    monkeypatch.setitem(core.record.state, "told", False)
    for _ in range(2):
        assert check("02.macro_f1", ATTEMPTS["02"].loop_macro_f1).verdict == "right"
    assert capsys.readouterr().err.count("Your progress cannot be kept") == 1
