"""The same columns as the course's corpora, from real data on the hub; what arrives is looked through before it is used.

A data set says itself what its columns and labels are. Here stands what they were when the course was written, so that a
renamed column, swapped names or a label without a name is told, and not trained on.
"""

from typing import NamedTuple

from course_utils import hub

EMOTIONS = ["admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment",
            "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
            "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral"]  # fmt: skip
TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
RARE = "fear"  # the emotion that stands for fraud in `helpdesk`: 1 in 70 comments


class Real(NamedTuple):
    """A data set of the hub: where, its columns as {ours: theirs}, the names of its labels, its splits, how many rows to train on."""

    repo: str
    config: str | None
    columns: dict
    names: list | None
    splits: tuple  # theirs for our train, validation, test; None: a part of train, since the labels of their test are hidden
    rows: int


HIDDEN, OPEN = ("train", None, "validation"), ("train", "validation", "test")
PAIR = {"premise": "sentence1", "hypothesis": "sentence2", "score": "label"}
SOURCES = {
    ("reviews", None): Real("stanfordnlp/sst2", None, {"text": "sentence", "label": "label"}, ["negative", "positive"], HIDDEN, 67349),
    ("briefs", "topics"): Real("google-research-datasets/go_emotions", "simplified", {"text": "text", "labels": "labels"}, EMOTIONS, OPEN, 43410),
    ("briefs", "entities"): Real("lhoestq/conll2003", None, {"tokens": "tokens", "ner_tags": "ner_tags"}, TAGS, OPEN, 14041),
    ("pairs", "nli"): Real("nyu-mll/glue", "mnli", {"premise": "premise", "hypothesis": "hypothesis", "label": "label"},
                           ["entailment", "neutral", "contradiction"], ("train", None, "validation_matched"), 392702),
    ("pairs", "similarity"): Real("nyu-mll/glue", "stsb", PAIR, None, HIDDEN, 5749),
    ("questions", None): Real("nyu-mll/glue", "qnli", {"question": "question", "passage": "sentence", "label": "label"},
                              ["entailment", "not_entailment"], HIDDEN, 104743),
    ("helpdesk", None): Real("google-research-datasets/go_emotions", "simplified", {"text": "text", "label": "labels"}, EMOTIONS, OPEN, 43410),
}  # fmt: skip


def load(name, task):
    """Real data for a corpus and a task as a DatasetDict: `id`, and the columns of the course. Raises hub.Trouble.

    Where the hub hides the labels of its test split, its validation split is our test, and our validation is drawn from
    its train (as many rows as the test has, at most a tenth, always the same).
    """
    from datasets import DatasetDict

    real = SOURCES[name, task]
    found = hub.dataset(real.repo, real.config)
    wanted = [split for split in real.splits if split]
    for split in wanted:
        look_through(real, found, split)
    if len({repr((len(found[split]), found[split][:100])) for split in wanted}) < len(wanted):
        raise changed(real, f"{' and '.join(wanted)} hold the same rows.")
    if found["train"].num_rows < 0.9 * real.rows:
        print(f"{real.repo} has {found['train'].num_rows:,} rows to train on where {real.rows:,} were published: a part may be missing.")
    ours = [shaped(name, task, real, found[split], split) for split in wanted]
    if len(ours) == 2:
        parts = ours[0].train_test_split(test_size=max(1, min(len(ours[1]), len(ours[0]) // 10)), seed=0)
        ours = [parts["train"], parts["test"], ours[1]]
    return DatasetDict(dict(zip(("train", "validation", "test"), ours)))


def shaped(name, task, real, rows, split):
    """A split with our columns: `id` first, labels of GoEmotions as a multi-hot row (topics) or as rare or not (helpdesk)."""
    from datasets import ClassLabel, List, Value

    short = real.repo.split("/")[1] + (f"-{real.config}" if real.config else "")
    rows = rows.select_columns(list(real.columns.values())).rename_columns({theirs: ours for ours, theirs in real.columns.items()})
    if name == "helpdesk":
        labels = [int(EMOTIONS.index(RARE) in found) for found in rows["label"]]
        rows = rows.remove_columns("label").add_column("label", labels).cast_column("label", ClassLabel(names=["other", RARE]))
    if task == "topics":
        labels = [[float(number in found) for number in range(len(EMOTIONS))] for found in rows["labels"]]
        rows = rows.remove_columns("labels").add_column("labels", labels).cast_column("labels", List(Value("float32"), length=len(EMOTIONS)))
    rows = rows.add_column("id", [f"{short}-{split}-{number}" for number in range(len(rows))])
    return rows.select_columns(["id", *real.columns])


def look_through(real, found, split):
    """Raise hub.Trouble unless a split has rows, our columns without gaps, the names that we know, and no label outside them."""
    from pyarrow import compute

    if split not in found or not found[split].num_rows:
        raise changed(real, f"it has no rows in {split!r}, only {', '.join(found)}.")
    rows = found[split]
    missing = [theirs for theirs in real.columns.values() if theirs not in rows.features]
    if missing:
        raise changed(real, f"it has no column {missing[0]!r}, only {', '.join(rows.features)}.")
    for theirs in real.columns.values():
        column = rows.data.column(theirs).combine_chunks()
        values = column.flatten() if hasattr(column, "flatten") and "list" in str(column.type) else column
        if gaps := column.null_count or values.null_count:
            raise changed(real, f"in {split}, {theirs} is empty in {gaps:,} place{'s' * (gaps > 1)}.")
        if theirs in ("label", "labels", "ner_tags"):
            low, high = compute.min_max(values).as_py().values()
            look_at_labels(real, rows.features[theirs], low, high, f"in {split}, {theirs}")


def look_at_labels(real, feature, low, high, where):
    """Raise hub.Trouble unless labels from `low` to `high` are what the course knows of them."""
    if real.names is None:
        if low < 0 or high > 5:
            raise changed(real, f"{where} goes from {low} to {high}; scores go from 0 to 5.")
        return
    names = getattr(getattr(feature, "feature", feature), "names", None)
    if names is None:
        raise changed(real, f"{where} is a number without names.")
    if names != real.names:
        what = "their order is another" if sorted(names) == sorted(real.names) else "they are others"
        raise changed(real, f"its labels are called {', '.join(names[:9])}, and we know them as {', '.join(real.names[:9])}: {what}, so a number would mean something else.")
    if low is not None and (low < 0 or high >= len(names)):
        raise changed(real, f"{where} has {low if low < 0 else high}, and its names stand for 0 to {len(names) - 1}.")


def changed(real, what):
    """The trouble of a data set that is not what it was."""
    return hub.Trouble("changed", f"{real.repo}{f' ({real.config})' if real.config else ''}", what)
