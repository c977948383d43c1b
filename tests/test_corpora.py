"""What the datasheets promise of the corpora, and that the package holds what the written texts give."""

import collections

import audit
import pack
import pytest
from pyarrow import parquet

from course_utils import data

SIZES = {"reviews": (600, 100, 200), "briefs": (450, 100, 150), "pairs": (400, 75, 125), "questions": (200, 40, 60), "helpdesk": (2400, 600, 1000)}


@pytest.mark.parametrize("corpus", data.TASKS)
@pytest.mark.parametrize("split", data.SPLITS)
def test_the_package_holds_what_the_texts_give(corpus, split):
    """The Parquet files are what pack.py makes of tools/texts, row for row."""
    stored = parquet.read_table(data.HERE / f"{corpus}-{split}.parquet")
    assert stored.to_pylist() == pack.table(corpus, pack.rows(corpus)[split]).to_pylist()


@pytest.mark.parametrize("corpus, sizes", SIZES.items())
def test_sizes(corpus, sizes):
    assert tuple(len(rows) for rows in data.load(corpus).values()) == sizes


@pytest.mark.parametrize("corpus", data.TASKS)
def test_no_near_duplicates_across_splits(corpus):
    assert audit.near_duplicates(corpus) == []


def test_near_duplicates_are_found():
    """The measure sees what it is for, and only across splits."""
    texts = ["one two three four five six", "one two three four five six seven", "something else altogether, and longer", "one two three four five six"]
    rows = [{"id": str(number), "split": split, "text": text} for number, (split, text) in enumerate(zip("abba", texts))]
    assert audit.near_pairs(rows, "text") == [(0.8, "0", "1"), (0.8, "1", "3")]


@pytest.mark.parametrize("corpus", data.TASKS)
def test_a_corpus_is_within_a_megabyte(corpus):
    assert sum(path.stat().st_size for path in data.HERE.glob(f"{corpus}-*.parquet")) < 1_000_000


def test_helpdesk_keeps_its_shares_in_every_split():
    for rows in data.load("helpdesk").values():
        counts = collections.Counter(rows.features["label"].int2str(rows["label"]))
        assert counts == {"routine": 0.9 * len(rows), "complaint": 0.08 * len(rows), "fraud": 0.02 * len(rows)}


def test_each_passage_has_a_question_that_it_answers_and_one_that_it_does_not():
    for rows in data.load("questions").values():
        labels = collections.defaultdict(list)
        for row in rows:
            labels[row["passage"]].append(row["label"])
            assert 35 <= len(row["passage"].split()) <= 130
        assert all(sorted(found) == [0, 1] for found in labels.values())


def test_a_hypothesis_serves_at_most_three_premises_each_under_another_label():
    seen = collections.defaultdict(list)
    for split, rows in data.load("pairs").items():
        for row in rows:
            seen[row["hypothesis"]].append((split, row["label"], row["premise"]))
    for found in seen.values():
        assert len(found) <= 3 and len({split for split, _, _ in found}) == 1
        assert len({label for _, label, _ in found}) == len({premise for _, _, premise in found}) == len(found)


def test_scores_are_between_0_and_5_and_not_a_function_of_the_label():
    nli, similarity = (data.load("pairs", task=task)["train"] for task in ("nli", "similarity"))
    scores = collections.defaultdict(list)
    for label, score in zip(nli["label"], similarity["score"]):
        assert 0 <= score <= 5
        scores[label].append(score)
    lowest, highest = zip(*((min(found), max(found)) for found in scores.values()))
    assert max(lowest) + 1 < min(highest), "the labels' scores overlap by more than a point"


def test_a_hypothesis_alone_says_little_about_the_label():
    """At most 12 points above chance on the test split, or the items go back for rewriting."""
    splits = data.load("pairs")
    alone = audit.baselines(splits, ["hypothesis"], "label")["TF-IDF, hypothesis"]
    assert alone < 1 / 3 + 0.12


def entity_splits():
    """The briefs of all splits, and those put aside for lesson 07, with their words and tags."""
    aside = parquet.read_table(data.HERE / "briefs-aside.parquet").to_pylist()
    return [*(row for rows in data.load("briefs", task="entities").values() for row in rows), *aside]


def test_words_and_offsets_rebuild_the_text():
    for row in entity_splits():
        assert [row["text"][start:end] for start, end in row["offsets"]] == row["tokens"]
        ends = [0, *(end for _, end in row["offsets"])]
        between = [row["text"][end:start] for end, (start, _) in zip(ends, row["offsets"])]
        assert not "".join(between).strip() and row["offsets"][-1][1] == len(row["text"])


def test_tags_are_legal_bio():
    names = pack.NER
    for row in entity_splits():
        assert len(row["ner_tags"]) == len(row["tokens"])
        for before, tag in zip([0, *row["ner_tags"]], row["ner_tags"]):
            if names[tag].startswith("I-"):
                assert names[before][2:] == names[tag][2:], row["id"]


def test_topics_are_at_most_three():
    for rows in data.load("briefs").values():
        assert all(set(row["labels"]) <= {0.0, 1.0} and sum(row["labels"]) <= 3 for row in rows)
        assert all(total > 0 for total in map(sum, zip(*rows["labels"])))


def test_a_hundred_briefs_are_put_aside():
    aside = parquet.read_table(data.HERE / "briefs-aside.parquet").to_pylist()
    known = {row["id"] for rows in data.load("briefs").values() for row in rows}
    assert len(aside) == 100 and not known & {row["id"] for row in aside}


def test_no_invented_name_and_no_place_comes_too_often():
    """No invented name in more than 0.5 % of the briefs (Zenvy apart), no real place in more than 3 %, those put aside counted."""
    rows, features = entity_splits(), data.load("briefs", task="entities")["train"].features
    seen = collections.Counter(pair for row in rows for pair in set(audit.entities(row, features)))
    often = {text for (kind, text), count in seen.items() if count > len(rows) * (0.005 if kind in ("PER", "ORG") else 0.03)}
    assert often <= {"Zenvy"}


def test_spans_are_read_from_tags():
    """Adjacent entities stay apart, and a change of type opens a new one."""
    names = pack.NER
    tags = [names.index(name) for name in ("B-PER", "I-PER", "B-PER", "O", "I-LOC", "I-ORG")]
    assert audit.spans(tags, names) == {(0, 2, "PER"), (2, 3, "PER"), (4, 5, "LOC"), (5, 6, "ORG")}


def test_parts_of_speech_for_150_briefs():
    splits = data.load("briefs", task="pos")
    assert [len(rows) for rows in splits.values()] == [100, 25, 25]
    for rows in splits.values():
        assert all(len(row["pos_tags"]) == len(row["tokens"]) for row in rows)
    names = splits["train"].features["pos_tags"].feature.names
    assert len(names) == 17 and {"NOUN", "VERB", "PROPN", "PUNCT"} <= {names[tag] for row in splits["train"] for tag in row["pos_tags"]}


def test_both_readers_labels_are_kept_as_they_gave_them():
    stored = parquet.read_table(data.HERE / "briefs-readers.parquet").to_pylist()
    assert stored == pack.table("briefs-readers", pack.readers()).to_pylist()
    labels = collections.defaultdict(dict)
    for row in stored:
        labels[row["id"]][row["annotator"]] = row["labels"]
    assert len(labels) == 200 and all(set(found) == {"A", "B"} for found in labels.values())
    assert any(found["A"] != found["B"] for found in labels.values())
