"""Questions in three faces: buttons that answer and are kept, HTML that unfolds, plain text."""

import html
import re

import ipywidgets
import pytest

from course_utils import predict, quiz, record
from course_utils.quizzes import core, faces


@pytest.fixture(autouse=True)
def shown(settings, monkeypatch):
    """What is displayed, in place of displaying it; and an empty home."""
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    return found


@pytest.fixture
def boxes(monkeypatch):
    """The widgets that are made."""
    made, live = [], faces.live
    monkeypatch.setattr(faces, "live", lambda *given: made.append(live(*given)) or made[-1])
    return made


def buttons(box):
    return [child for child in box.children if isinstance(child, ipywidgets.Button)]


def test_a_click_answers_and_is_kept(boxes):
    quiz("02")
    questions = core.questions("02")
    assert len(boxes) == len(questions) >= 5
    for box, question in zip(boxes, questions):
        for button, choice in zip(buttons(box), question["choices"], strict=True):
            assert button.description == choice["text"]
            button.click()
            assert core.reply(choice).split("`")[0] in html.unescape(box.children[-1].value)
            assert [other.icon for other in buttons(box)].count("check") == 1
            line = record.lines()[-1]
            assert (line["kind"], line["id"], line["misconception"]) == ("question", question["id"], choice.get("misconception"))
            assert line["verdict"] == ("right" if choice.get("right") else "wrong")
            assert line["section"] == question["section"]


def test_the_stored_face_unfolds_a_reply_to_each_choice_and_holds_no_widget_or_script(shown):
    quiz("02")
    stored = [data for data in shown if data["text/plain"]]
    for data, question in zip(stored, core.questions("02"), strict=True):
        assert faces.WIDGET not in data and "<script" not in data["text/html"]
        assert len(re.findall("<details><summary>", data["text/html"])) == len(question["choices"])
        text = html.unescape(re.sub("<[^>]+>", "", data["text/html"]))
        for choice in question["choices"]:
            assert choice["feedback"].replace("`", "") in text
            assert choice["text"] in data["text/plain"]
    live = [data for data in shown if faces.WIDGET in data]
    assert len(live) == len(stored) and all(data["text/html"] == "<span></span>" for data in live)


def test_a_prediction_is_kept_and_can_be_changed(boxes, shown):
    predict("02.padding", "nine in ten", "about half", "fewer than one in four")
    for place in (0, 2):
        buttons(boxes[0])[place].click()
    assert record.lines()[-1]["verdict"] == "fewer than one in four"
    assert len(record.lines()) == 2
    assert "<li>about half</li>" in shown[0]["text/html"] and "<details" not in shown[0]["text/html"]


@pytest.mark.parametrize("id, choices", [("02.a", ()), ("02.a", ("one",)), ("02.a", ("one", 2)), ("02.a", (["one", "two"],)), ("02.a", ("one", "one")), (5, ("one", "two")), ("02.a", tuple("abcdefghi"))])
def test_a_prediction_needs_an_id_and_choices(id, choices):
    with pytest.raises(ValueError, match="two to eight different choices"):
        predict(id, *choices)


def test_an_opener_asks_what_was_missed_and_then_what_is_marked():
    marked = [question["id"] for question in core.questions("02.opener")]
    assert len(marked) == 3 and all("02" in question["opener"] for question in core.questions("02.opener"))
    record.add("question", "01.q.decoder", "wrong")
    assert [question["id"] for question in core.questions("02.opener")] == ["01.q.decoder", *marked[:2]]
    record.add("question", "01.q.decoder", "right")
    record.add("question", "02.q.loss", "wrong")
    assert [question["id"] for question in core.questions("02.opener")] == marked
    with pytest.raises(KeyError, match="There is no quiz '00.opener'"):
        quiz("00.opener")


def test_ratings_are_kept_under_the_lesson_and_have_no_right_or_wrong(boxes, shown):
    for lesson in ("00", "07"):
        quiz(f"{lesson}.ratings")
    assert len(boxes) == 6
    for box, name in zip(boxes, ["00.ratings.build", "00.ratings.judge", "00.ratings.mend", "07.ratings.build"]):
        buttons(box)[1].click()
        line = record.lines()[-1]
        assert (line["kind"], line["id"], line["verdict"], line["misconception"]) == ("rating", name, "with help", None)
        assert line["lesson"] == name[:2] and "Kept: with help." in box.children[-1].value
    assert "<details" not in shown[0]["text/html"] and "<li>not yet</li>" in shown[0]["text/html"]


def test_an_unknown_quiz_lists_the_known_ones():
    with pytest.raises(KeyError, match="There is no quiz '99'. There are: .*02"):
        quiz("99")


def test_text_is_escaped_and_code_is_marked(shown):
    faces.show("Is `a < b` & <i>so</i>?", {"yes": "`a` is.", "no": "no"}, lambda choice: None)
    assert "Is <code>a &lt; b</code> &amp; &lt;i&gt;so&lt;/i&gt;?" in shown[0]["text/html"]


def test_faces_use_what_ipywidgets_7_has_too():
    """Colab ships ipywidgets 7.7, in which widgets have a model_id and no mime bundle of their own."""
    box = faces.live("key", "Is it so?", {"yes": "Yes.", "no": "No."}, lambda choice: None)
    assert faces.view(box) == {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
