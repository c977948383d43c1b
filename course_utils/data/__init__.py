"""The course's texts as `datasets` objects, and a learner's own file with the same checks.

    reviews = data.load("reviews")             # a DatasetDict: train, validation, test
    mine = data.read("mine.csv", reviews["train"].features)
    data.datasheet("reviews")                  # how the texts were made, and what their labels mean
"""

import csv
import json
from pathlib import Path

from course_utils import hub
from course_utils.data import real
from course_utils.settings import checked_source, quiet, settings

HERE = Path(__file__).parent
SPLITS = ("train", "validation", "test")
TOPICS = ["politics", "economics", "technology", "sports", "entertainment"]  # what the places of `labels` in `briefs` mean
EMOTIONS = real.EMOTIONS  # the same with source="hub"
TASKS = {  # corpus: {task: columns after `id`}; the first task is taken where none is named
    "reviews": {None: ["text", "label"]},
    "briefs": {
        "topics": ["text", "labels"],
        "entities": ["text", "tokens", "offsets", "ner_tags"],
        "pos": ["tokens", "pos_tags"],
    },
    "pairs": {"nli": ["premise", "hypothesis", "label", "kind"], "similarity": ["premise", "hypothesis", "score"]},
    "questions": {None: ["question", "passage", "label"]},
    "helpdesk": {None: ["text", "label"]},
}


class DataError(ValueError):
    """Something is wrong with the data; the message names the row, the cause and the way out."""


class Datasheet(str):
    """A text in Markdown: rendered in a notebook, plain everywhere else."""

    def _repr_markdown_(self):
        return str(self)

    __repr__ = str.__str__


def load(name, source=None, task=None, fallback=False):
    """A corpus of the course as a DatasetDict with the splits `train`, `validation` and `test`.

    Each row has an `id` and a `label`, a ClassLabel. `reviews` (negative, neutral, positive) and `helpdesk` (routine,
    complaint, fraud) have a `text`; `questions` (answers, does_not_answer) a `question` and a `passage`; `pairs` has a
    `premise` and a `hypothesis`, with the task `nli` (entailment, neutral, contradiction; `kind` is the phenomenon that
    the pair was written for), and with `similarity` a `score` from 0 to 5 in place of the label. `briefs` has no `label` but `labels`, a float for
    each of TOPICS (task `topics`); or `tokens` with `ner_tags` in BIO, and `offsets` into `text` (task `entities`); or
    `tokens` with `pos_tags` for 150 of them (task `pos`). Raises DataError for a name, a task or a source that does not exist.

    With `source="hub"`, or when `settings.source` is that, the same columns come from the hub, as far as it has them (`id`, the
    texts, the labels with their true names): SST-2 for `reviews`, GoEmotions for `topics` (the places of `labels` are then
    EMOTIONS) and, one rare emotion against the rest, for `helpdesk`, CoNLL-2003 for `entities`, MNLI, STS-B and QNLI.
    With `fallback`, a source that cannot be had is no error: a line says so, and the course's own texts come in its place.
    """
    from datasets import Dataset, DatasetDict
    from pyarrow import parquet

    quiet()
    columns, task = columns_of(name, task), task or next(iter(TASKS[name]))
    if checked_source(source or settings.source) == "hub":
        try:
            return real_data(name, task)
        except DataError as error:
            if not fallback:
                raise
            print(f"{error}\nThese are the course's own texts ({name}) in its place.")
    tables = {split: parquet.read_table(HERE / f"{name}-{split}.parquet", columns=["id", *columns]) for split in SPLITS}
    splits = DatasetDict({split: Dataset(table) for split, table in tables.items()})
    return splits.filter(lambda row: len(row["pos_tags"]) > 0) if task == "pos" else splits


def real_data(name, task):
    """The hub's data for a corpus and a task. Raises DataError with the cause and the way out when there is none, or it cannot be had."""
    if (name, task) not in real.SOURCES:
        raise DataError(f"{name} ({task}) is the course's own and has no counterpart on the hub: data.load({name!r}, source='course', task={task!r}) gives it.")
    try:
        return real.load(name, task)
    except hub.Trouble as trouble:
        raise DataError(str(trouble)) from None


def columns_of(name, task):
    """The columns of a corpus for a task. Raises DataError when there is no such corpus or task."""
    if name not in TASKS:
        raise DataError(f"There is no corpus {name!r}. There are: {', '.join(TASKS)}.")
    tasks = TASKS[name]
    task = task or next(iter(tasks))
    if task not in tasks:
        names = [repr(known) for known in tasks if known]
        raise DataError(f"{name} has no task {task!r}. " + (f"It has: {', '.join(names)}." if names else "It has one task: leave `task` out."))
    return tasks[task]


def datasheet(name):
    """How the texts of a corpus were made and what their labels mean, in Markdown."""
    columns_of(name, None)
    return Datasheet((HERE / f"{name}.md").read_text(encoding="utf-8"))


def read(path, columns):
    """Your own texts, from a CSV file with a header or from JSON Lines, as a Dataset with the given columns.

    `columns` are the `features` of a dataset to be like, such as `load("reviews")["train"].features`; a missing `id`
    is made up from the row's number. Raises DataError for a missing column, an unknown label, an empty text or a
    value of the wrong type, and names the row.
    """
    from datasets import Dataset, Features

    path, columns = Path(path), Features(columns)
    rows = rows_of(path)
    if not rows:
        raise DataError(f"{path.name} has no rows. A CSV file needs a header ({', '.join(columns)}) and a row for each text.")
    for number, row in enumerate(rows, 1):
        row.setdefault("id", f"{path.stem}-{number}")
    checked = [{name: checked_value(row, name, columns[name], f"{path.name}, row {number}") for name in columns}
               for number, row in enumerate(rows, 1)]
    return Dataset.from_list(checked, features=columns)


def rows_of(path):
    """The rows of a CSV or JSON Lines file as dicts. Raises DataError when it cannot be read as one."""
    if path.suffix not in (".csv", ".jsonl"):
        raise DataError(f"{path.name} is neither .csv nor .jsonl: save your table as CSV (UTF-8), or as one JSON object a line.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"There is no file {path} (looked for from {Path.cwd()}).") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 (byte {error.start}). Save it again, as 'CSV UTF-8' in a spreadsheet.") from None
    return csv_rows(text, path.name) if path.suffix == ".csv" else json_rows(text, path.name)


def csv_rows(text, name):
    """Rows of CSV, separated by commas, semicolons or tabs: whichever the header has most of."""
    header = text.partition("\n")[0]
    rows = list(csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count)))
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            raise DataError(f"{name}, row {number} has more or fewer values than the header has names. Put quotes around a text that holds the separator.")
    return rows


def json_rows(text, name):
    """Rows of JSON Lines: an object in each line that is not blank."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise DataError(f"{name}, line {number} is not JSON: {error}. Each line holds one object, such as {{\"text\": \"…\"}}.") from None
        if rows and not isinstance(rows[-1], dict):
            raise DataError(f"{name}, line {number} is not an object. Each line holds one, such as {{\"text\": \"…\"}}.")
    return rows


def checked_value(row, name, feature, where):
    """The value of one column, when it is what the feature asks for."""
    from datasets import ClassLabel

    if name not in row:
        raise DataError(f"{where}: there is no column {name!r}, only {', '.join(map(str, row))}. Rename yours, or add it.")
    value = row[name]
    if isinstance(feature, ClassLabel):
        return checked_label(value, name, feature.names, where)
    if feature.dtype == "string":
        return checked_text(value, name, where)
    return checked_number(value, name, where)


def checked_label(value, name, names, where):
    """A label's name; a number says too little to be trusted."""
    if not isinstance(value, str) or value.strip().isdigit():
        raise DataError(f"{where}: {name} is {value!r}, a {type(value).__name__} where a name is expected. Write the label's name, one of {', '.join(names)}.")
    if value not in names:
        near = next((known for known in names if known.lower() == value.strip().lower()), None)
        hint = f"Did you mean {near!r}?" if near else f"The labels are {', '.join(names)}."
        raise DataError(f"{where}: {name} is {value!r}, which is not a label. {hint}")
    return value


def checked_text(value, name, where):
    """A text with something in it."""
    if not isinstance(value, str):
        raise DataError(f"{where}: {name} is {value!r}, a {type(value).__name__} where a text is expected. Put quotes around it.")
    if not value.strip():
        raise DataError(f"{where}: {name} is empty. Remove the row, or fill it in.")
    return value


def checked_number(value, name, where):
    """A number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise DataError(f"{where}: {name} is {value!r}, where a number is expected.") from None
