"""explain_error knows every message of the index, raised live, and says honestly when it does not know one."""

import linecache
import sys

import pytest
from datasets import Dataset
from raised_errors import RAISED
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, BertConfig, PrinterCallback, Trainer, TrainingArguments

from course_utils import content, encoder, errors, explain_error

ERRORS = content.read("errors")
CLASSES = {"Sequence": AutoModelForSequenceClassification, "Token": AutoModelForTokenClassification}


@pytest.fixture(autouse=True)
def shown(monkeypatch):
    """What is displayed, as text."""
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data["text/plain"]))
    return found


def tiny(head, **config):
    """A small BERT of random weights with a head for texts or for words."""
    small = BertConfig(vocab_size=99, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, **config)
    return CLASSES[head].from_config(small)


def trained(rows, compute_metrics=None, **arguments):
    """A step of a Trainer that has no collator, on a few rows."""
    quiet = {"max_steps": 1, "save_strategy": "no", "report_to": "none", "disable_tqdm": True, "dataloader_pin_memory": False, "use_cpu": True}
    rows = Dataset.from_dict(rows)
    trainer = Trainer(tiny("Sequence"), TrainingArguments("runs", **{**quiet, **arguments}), train_dataset=rows, eval_dataset=rows, compute_metrics=compute_metrics)
    trainer.remove_callback(PrinterCallback)
    trainer.train()


def raised(code, filename="cell-of-a-learner"):
    """The error that a cell stops with; its lines are known, as those of a notebook's cells are."""
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    try:
        exec(compile(code, filename, "exec"), {"tiny": tiny, "trained": trained, "tokenizer": encoder.tokenizer()})
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("entry", ERRORS, ids=lambda entry: entry["message"][:40])
def test_each_message_of_the_index_is_recognised_when_it_is_raised(entry, shown, tmp_path, monkeypatch):
    assert entry["message"] in RAISED, f"give tests/raised_errors.py the shortest code that raises {entry['message']!r}"
    monkeypatch.chdir(tmp_path)
    explain_error(raised(RAISED[entry["message"]]))
    assert shown[-1].startswith("A known message. ")
    assert entry["cure"] in shown[-1] and entry["cause"] in shown[-1] and f"Lesson {entry['lesson']}" in shown[-1]


def test_nothing_is_raised_that_is_not_in_the_index():
    assert set(RAISED) == {entry["message"] for entry in ERRORS}


def test_an_unknown_error_is_said_to_be_unknown_and_the_last_own_line_is_shown(shown):
    explain_error(raised("import json\nplace = {'first': 1}\njson.loads(place['second'])"))
    assert shown[-1] == "Not in the course's index. The course has no entry for `KeyError: 'second'`. The last line of your own code: `json.loads(place['second'])`"
    explain_error(raised("import json\njson.loads('no JSON')"))  # raised in a library, called from here
    assert shown[-1].endswith("The last line of your own code: `json.loads('no JSON')`")


def test_the_line_of_a_known_error_is_the_learners_and_not_the_librarys(shown):
    explain_error(raised("model = tiny('Sequence')\n\nmodel.base_model()\n"))
    assert "The last line of your own code: `model.base_model()`" in shown[-1]


def test_without_an_argument_it_takes_the_last_error(shown, monkeypatch):
    monkeypatch.setattr(sys, "last_exc", raised("tokenizer(['Works.', None])"), raising=False)
    explain_error()
    assert "TextEncodeInput" in shown[-1]
    monkeypatch.delattr(sys, "last_exc")
    monkeypatch.setattr(sys, "last_value", raised("1 / 0"), raising=False)
    explain_error()
    assert "ZeroDivisionError" in shown[-1]


def test_in_a_notebook_it_is_called_after_a_traceback():
    import nbformat
    from nbclient import NotebookClient

    cells = ["places = [1, 2]\nplaces['first']", "from course_utils import explain_error\nexplain_error()",
             "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit([[0.0], [1.0]], ['good'])", "explain_error()"]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    said = [notebook.cells[number].outputs[-1].data["text/plain"] for number in (1, 3)]
    assert said[0].startswith("Not in the course's index. ") and said[0].endswith("`places['first']`")
    assert said[1].startswith("A known message. `Found input variables") and "LogisticRegression().fit([[0.0], [1.0]], ['good'])" in said[1]


@pytest.mark.parametrize("nothing", [None, "ValueError", 5, ValueError])
def test_where_there_is_no_error_it_says_so(nothing, shown, monkeypatch):
    for name in ("last_exc", "last_value"):
        monkeypatch.delattr(sys, name, raising=False)
    explain_error(nothing)
    assert shown[-1].startswith("No error. Nothing has stopped")


def test_the_error_behind_an_error_counts(shown):
    explain_error(raised("try:\n    tokenizer(['Works.', None])\nexcept TypeError as error:\n    raise RuntimeError('no use') from error"))
    assert shown[-1].startswith("A known message. ") and "TextEncodeInput" in shown[-1]


def test_the_longest_message_wins_and_numbers_do_not_count():
    assert errors.known(IndexError("Target 100 is out of bounds."))["message"] == "Target 2 is out of bounds"
    assert errors.known(IndexError("Target -2 is out of bounds."))["message"] == "Target -1 is out of bounds"
    assert errors.known(ValueError("")) is None


def test_a_slip_of_the_pen_shows_its_line(shown):
    explain_error(raised("x = (1,"))
    assert "SyntaxError" in shown[-1] and "`x = (1,`" in shown[-1]


def test_an_error_that_cannot_be_read_is_no_reason_to_stop(shown):
    class Unspeakable(Exception):
        def __str__(self):
            raise ValueError

    explain_error(Unspeakable())
    assert shown[-1].startswith("Not in the course's index. ") and "Unspeakable" in shown[-1]


def test_what_is_the_learners_own():
    assert errors.is_own("/tmp/ipykernel_12/345.py") and errors.is_own("<ipython-input-3-ab>") and errors.is_own("/home/me/mine.py")
    assert not any(map(errors.is_own, [linecache.__file__, pytest.__file__, errors.__file__, "<string>", "<frozen runpy>"]))
