"""Small repositories with the names, columns and labels of the real ones, for the hub of `hub_server.py`; the rows are made up."""

import pyarrow
import yaml
from pyarrow import parquet

from course_utils.data.real import EMOTIONS, TAGS

TRUE = {  # repository: {configuration: its columns}; a tuple is the names of a label, a list is a list of what is in it
    "stanfordnlp/sst2": {"default": {"idx": "int32", "sentence": "string", "label": ("negative", "positive")}},
    "nyu-mll/glue": {
        "mnli": {"premise": "string", "hypothesis": "string", "label": ("entailment", "neutral", "contradiction"), "idx": "int32"},
        "stsb": {"sentence1": "string", "sentence2": "string", "label": "float32", "idx": "int32"},
        "qnli": {"question": "string", "sentence": "string", "label": ("entailment", "not_entailment"), "idx": "int32"},
    },
    "google-research-datasets/go_emotions": {"simplified": {"text": "string", "labels": [tuple(EMOTIONS)], "id": "string"}},
    "lhoestq/conll2003": {"default": {"id": "string", "tokens": ["string"], "ner_tags": [tuple(TAGS)]}},
}
SPLITS = {"train": 30, "validation": 8, "test": 9}
MNLI = {"train": 30, "validation_matched": 8, "validation_mismatched": 7, "test_matched": 9, "test_mismatched": 6}
HIDDEN = ("stanfordnlp/sst2", "nyu-mll/glue")  # the labels of their test splits are -1


def write(root, repo, rows=None, columns=None, names=None, card=True):
    """Write a repository below `root`: Parquet files and a card.

    `rows` changes a split's rows in place (a function of split and columns), `columns` renames columns in the files, `names`
    replaces the label names in the card; without `card` there is none.
    """
    folder = root / "datasets" / repo
    infos, configs = [], []
    for config, features in TRUE[repo].items():
        splits = MNLI if config == "mnli" else SPLITS
        for split, count in splits.items():
            table = {name: [value(kind, split, number) for number in range(count)] for name, kind in features.items()}
            if "test" in split and repo in HIDDEN:
                table["label"] = [-1] * count
            if rows:
                rows(split, table)
            save({(columns or {}).get(name, name): column for name, column in table.items()}, features, folder / place(config, split))
        infos.append({"config_name": config, "features": [described(name, kind, names) for name, kind in features.items()],
                      "splits": [{"name": split, "num_bytes": 1, "num_examples": count} for split, count in splits.items()]})  # fmt: skip
        configs.append({"config_name": config, "data_files": [{"split": split, "path": place(config, split).replace("00000-of-00001", "*")} for split in splits]})
    if card:
        (folder / "README.md").write_text(f"---\n{yaml.safe_dump({'dataset_info': infos, 'configs': configs})}---\n# {repo}\n", encoding="utf-8")


def place(config, split):
    """Where the file of a split stands."""
    return f"{'data' if config == 'default' else config}/{split}-00000-of-00001.parquet"


def value(kind, split, number):
    """A value of a column: texts tell their split and row, labels go round."""
    if isinstance(kind, list):
        return [value(kind[0], split, number + step) for step in range(1 + number % 3)]
    if isinstance(kind, tuple):
        return number % len(kind)
    return {"string": f"{split} {number}", "int32": number, "float32": number % 6 * 1.0}[kind]


def described(name, kind, names):
    """A column as a card describes it."""
    inner = kind[0] if isinstance(kind, list) else kind
    if isinstance(inner, tuple):
        inner = {"class_label": {"names": dict(enumerate(map(str, names or inner)))}}
        inner["class_label"]["names"] = {str(number): label for number, label in inner["class_label"]["names"].items()}
    return {"name": name, "sequence" if isinstance(kind, list) else "dtype": inner}


def save(table, features, path):
    """Write a Parquet file, labels as int64 as the hub has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: pyarrow.array(column, pyarrow.int32()) if features.get(name) == "int32" else
               pyarrow.array(column, pyarrow.float32()) if features.get(name) == "float32" else pyarrow.array(column)
               for name, column in table.items()}  # fmt: skip
    parquet.write_table(pyarrow.table(columns), path, compression="none", use_dictionary=False)  # so that a test can find a text in the bytes
