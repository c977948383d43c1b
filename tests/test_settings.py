"""The settings read the environment, can be changed, and refuse what makes no sense."""

import logging
from pathlib import Path

import pytest

from course_utils.settings import Settings, says_more_than_a_new_head


def test_defaults_are_the_course_and_no_folders():
    settings = Settings({})
    assert (settings.source, settings.encoder, settings.realdata) == ("course", None, None)
    assert settings.home.is_absolute()


def test_the_environment_is_read():
    settings = Settings({"COURSE_SOURCE": "hub", "COURSE_HOME": "/a", "COURSE_ENCODER": "~/b", "COURSE_REALDATA": "/c"})
    assert settings.source == "hub" and settings.home == Path("/a") and settings.encoder == Path.home() / "b"
    assert "realdata  /c" in repr(settings)


def test_a_source_can_be_changed_to_any_name_of_the_hub():
    settings = Settings({})
    settings.source = "microsoft/deberta-v3-small"
    assert settings.source == "microsoft/deberta-v3-small"


@pytest.mark.parametrize("wrong", ["bert-base-uncased", "Hub", "", "a/b/c", 3, None])
def test_a_wrong_source_is_refused_with_the_way_out(wrong):
    settings = Settings({})
    with pytest.raises(ValueError, match="Use 'course', 'hub', or a model's name"):
        settings.source = wrong
    assert settings.source == "course"


def test_an_unknown_setting_is_refused():
    with pytest.raises(AttributeError, match="There are: source, home, encoder, realdata"):
        Settings({}).sorce = "hub"


@pytest.mark.parametrize(
    "rows, shown",
    [
        ("classifier.weight | MISSING |\nclassifier.bias   | MISSING |", False),
        ("cls.predictions.bias | UNEXPECTED |\nclassifier.weight | MISSING |", False),
        ("encoder.layer.0.output.dense.weight | MISSING |\nclassifier.weight | MISSING |", True),
        ("classifier.weight | MISMATCH | ckpt: torch.Size([2, 384])", True),
    ],
)
def test_only_the_report_of_a_new_head_is_turned_off(rows, shown):
    text = f"\x1b[1mBertForSequenceClassification LOAD REPORT\x1b[0m from: /somewhere\nKey | Status |\n---+---\n{rows}\n"
    record = logging.LogRecord("transformers.modeling_utils", logging.WARNING, "", 0, text, (), None)
    assert says_more_than_a_new_head(record) is shown


def test_other_warnings_are_shown():
    record = logging.LogRecord("transformers.modeling_utils", logging.WARNING, "", 0, "something else", (), None)
    assert says_more_than_a_new_head(record)
