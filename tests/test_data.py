"""The corpora are what the datasheets say, and a learner's own file is checked row by row."""

import pytest
from datasets import Features, Value

from course_utils import data


@pytest.fixture(scope="module")
def columns():
    return data.load("reviews")["train"].features


def write(tmp_path, text, name="mine.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize("name", data.TASKS)
def test_a_corpus_is_sound(name):
    splits = data.load(name)
    assert list(splits) == ["train", "validation", "test"]
    ids = [row for split in splits.values() for row in split["id"]]
    assert len(ids) == len(set(ids)) and all(row.startswith(name) for row in ids)
    batches = [{row.rsplit("-", 1)[0] for row in split["id"]} for split in splits.values()]
    assert not (batches[0] & batches[1] or batches[0] & batches[2] or batches[1] & batches[2]), "a batch stands in two splits"


@pytest.mark.parametrize("name, labels", [("reviews", ["negative", "neutral", "positive"]), ("helpdesk", ["routine", "complaint", "fraud"])])
def test_one_label_a_text(name, labels):
    for split in data.load(name).values():
        assert split.features["label"].names == labels and set(split["label"]) == {0, 1, 2}
        assert all(text.strip() == text and text for text in split["text"])
        assert len(set(split["text"])) == len(split)


def test_loading_writes_no_cache(tmp_path, monkeypatch):
    assert not data.load("reviews")["train"].cache_files


def test_unknown_names_tasks_and_sources():
    with pytest.raises(data.DataError, match="reviews has no task 'nli'. It has one task"):
        data.load("reviews", task="nli")
    with pytest.raises(data.DataError, match="stanfordnlp/sst2 is not on this machine"):
        data.load("reviews", source="hub")
    with pytest.raises(data.DataError, match="There is no corpus 'review'. There are: .*reviews"):
        data.load("review")
    with pytest.raises(data.DataError, match="There is no corpus"):
        data.datasheet("nothing")


def test_a_source_that_cannot_be_had_falls_back_only_where_asked_and_says_so(capsys):
    assert data.load("reviews", source="hub", fallback=True)["test"][:] == data.load("reviews")["test"][:]
    assert "the course's own texts" in capsys.readouterr().out


def test_a_datasheet_is_a_text_and_shows_as_markdown():
    sheet = data.datasheet("reviews")
    assert "## Labels" in sheet and sheet._repr_markdown_() == sheet and repr(sheet) == sheet


@pytest.mark.parametrize(
    "name, text",
    [
        ("mine.csv", "text,label\nGood.,positive\n\"Bad, very.\",negative\n"),
        ("mine.csv", "\ufefftext;label\nGood.;positive\nBad, very.;negative\n"),
        ("mine.csv", "label\ttext\npositive\tGood.\nnegative\tBad, very.\n"),
        ("mine.jsonl", '{"text": "Good.", "label": "positive"}\n\n{"text": "Bad, very.", "label": "negative"}\n'),
    ],
)
def test_a_file_of_ones_own(tmp_path, columns, name, text):
    mine = data.read(write(tmp_path, text, name), columns)
    assert mine["text"][:] == ["Good.", "Bad, very."] and mine["label"][:] == [2, 0] and mine["id"][:] == ["mine-1", "mine-2"]
    assert mine.features == columns


def test_a_text_may_run_over_lines(tmp_path, columns):
    assert data.read(write(tmp_path, 'text,label\n"Good.\nVery.",positive\n'), columns)["text"][:] == ["Good.\nVery."]


def test_numbers(tmp_path):
    columns = Features(text=Value("string"), score=Value("float32"))
    assert data.read(write(tmp_path, "text,score\nx,2.5\n"), columns)["score"][:] == [2.5]
    with pytest.raises(data.DataError, match="row 1: score is 'high', where a number"):
        data.read(write(tmp_path, "text,score\nx,high\n"), columns)


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("mine.csv", "text,label\nGood.,positive\nHm.,meh\n", "row 2: label is 'meh', which is not a label. The labels are negative, neutral, positive"),
        ("mine.csv", "text,label\nGood.,Positive\n", "row 1: .* Did you mean 'positive'"),
        ("mine.csv", "text,label\n  ,positive\n", "row 1: text is empty"),
        ("mine.csv", "text,label\nGood.,2\n", "row 1: label is '2'.*Write the label's name"),
        ("mine.jsonl", '{"text": "Good.", "label": 2}', "row 1: label is 2, a int where a name"),
        ("mine.jsonl", '{"text": "Good.", "label": null}', "label is None"),
        ("mine.jsonl", '{"text": 5, "label": "positive"}', "text is 5, a int where a text is expected"),
        ("mine.csv", "review,label\nGood.,positive\n", "there is no column 'text', only review, label"),
        ("mine.csv", "text,label\nGood, very good.,positive\n", "more or fewer values.*Put quotes"),
        ("mine.csv", "text,label\nGood.\n", "more or fewer values"),
        ("mine.csv", "text,label\n", "has no rows"),
        ("mine.csv", "", "has no rows"),
        ("mine.jsonl", '{"text": "Good."', "line 1 is not JSON"),
        ("mine.jsonl", '["Good.", "positive"]', "line 1 is not an object"),
        ("mine.xlsx", "PK", "neither .csv nor .jsonl"),
    ],
)
def test_bad_input_is_named_with_its_row_and_the_way_out(tmp_path, columns, name, text, message):
    with pytest.raises(data.DataError, match=message):
        data.read(write(tmp_path, text, name), columns)


def test_no_file_and_no_utf8(tmp_path, columns):
    with pytest.raises(data.DataError, match="There is no file"):
        data.read(tmp_path / "nothing.csv", columns)
    (tmp_path / "latin.csv").write_bytes("text,label\nCafé,positive\n".encode("latin-1"))
    with pytest.raises(data.DataError, match="not UTF-8.*CSV UTF-8"):
        data.read(tmp_path / "latin.csv", columns)
