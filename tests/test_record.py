"""Progress: a line for each thing done, and nothing that goes wrong with the file stops a lesson."""

import json
import stat

import pytest

from course_utils import record


def test_a_line_holds_what_was_settled(settings):
    record.add("exercise", "02.macro_f1", "wrong", "macro-is-accuracy", hints=2, section="02.3")
    record.add("prediction", "02.curve", verdict="it rises fast, then hardly – ćwiczenie")
    first, second = record.lines()
    assert set(first) == {"v", "time", "lesson", "section", "kind", "id", "verdict", "misconception", "seconds", "hints"}
    assert (first["lesson"], first["section"], first["kind"], first["hints"]) == ("02", "02.3", "exercise", 2)
    assert second["verdict"].endswith("ćwiczenie") and second["seconds"] >= 0


def test_damaged_lines_are_left_out(settings):
    record.add("exercise", "02.leak", "right")
    with open(record.path(), "ab") as file:
        file.write(b'{"kind": "exer\n\xff\xfe\n[1, 2]\n{"v": 1}\n\n')
    record.add("exercise", "02.leak", "wrong")
    assert [line["verdict"] for line in record.lines()] == ["right", "wrong"]
    assert all(json.dumps(line) for line in record.lines())


def test_a_line_that_was_cut_off_takes_no_other_with_it(settings):
    record.add("prediction", "02.curve", verdict="yes\u2028no")
    with open(record.path(), "ab") as file:
        file.write(b'{"kind": "exer')
    record.add("exercise", "02.leak", "right")
    record.add("exercise", "02.leak", "wrong")
    assert [line["verdict"] for line in record.lines()] == ["yes\u2028no", "right", "wrong"]


def test_no_home_is_no_reason_to_stop(settings, capsys, monkeypatch):
    monkeypatch.setitem(record.state, "told", False)
    settings.home = None
    record.add("exercise", "02.leak", "right")
    assert "cannot be kept" in capsys.readouterr().err and record.lines() == []


def test_an_unknown_kind_is_refused(settings):
    with pytest.raises(ValueError, match="The kind 'quiz' is none of exercise, question, prediction, rating."):
        record.add("quiz", "02.q.loss")


def test_a_folder_that_cannot_be_written_is_told_once(settings, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(record.state, "told", False)
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings.home = tmp_path / "taken"
    record.add("exercise", "02.leak", "right")
    record.add("exercise", "02.leak", "right")
    assert capsys.readouterr().err.count("The lesson goes on.") == 1
    assert record.lines() == []


def test_a_file_that_cannot_be_read_is_no_progress(settings, monkeypatch):
    record.add("exercise", "02.leak", "right")
    record.path().chmod(0)
    monkeypatch.setattr("pathlib.Path.read_text", lambda *_, **__: (_ for _ in ()).throw(PermissionError("no")))
    assert record.lines() == []
    record.path().chmod(stat.S_IRUSR | stat.S_IWUSR)
