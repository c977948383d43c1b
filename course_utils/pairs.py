"""Two texts in one row: checked before they are tokenized, and the answers of models that number their classes differently.

    tokenized = pairs.tokenized(data.load("pairs"), tokenizer, "premise", "hypothesis", truncation="longest_first", max_length=128)
    logits = pairs.in_order(logits, their_model.config.id2label, ["entailment", "neutral", "contradiction"])
"""

import string

import numpy as np


NOTHING = string.whitespace + "\u00a0\u200b\u200c\u200d\u2060\ufeff"  # blanks, also those without width, which no tokenizer sees


class PairError(ValueError):
    """Something is wrong with a pair, or with the names of its classes; the message says where, and what to do."""


def tokenized(splits, tokenizer, first, second, **how):
    """A DatasetDict with what the tokenizer makes of the columns `first` and `second`; `how` goes to the tokenizer.

    Raises PairError for a column that is not there, and for the first row that lacks a text.
    """
    for split, rows in splits.items():
        missing = [name for name in (first, second) if name not in rows.column_names]
        if missing:
            raise PairError(f"There is no column {missing[0]!r}, only {', '.join(rows.column_names)}.")
        checked(list(rows[first]), list(rows[second]), (f"{split}: {first}", f"{split}: {second}"))
    return splits.map(lambda rows: tokenizer(rows[first], rows[second], **how), batched=True)


def checked(first, second, names=("first", "second")):
    """Nothing, when both lists hold a text for each row. Raises PairError that names the row which does not."""
    for name, texts in zip(names, (first, second)):
        if isinstance(texts, str):
            raise PairError(f"{name} is one text, where a list with a text for each row is expected.")
    if len(first) != len(second):
        raise PairError(f"There are {len(first)} first texts and {len(second)} second ones. Each row needs both.")
    for name, texts in zip(names, (first, second)):
        for number, text in enumerate(texts):
            if not isinstance(text, str) or not text.strip(NOTHING):
                what = "missing" if str(text) in ("None", "nan", "<NA>", "NaT") else "empty" if isinstance(text, str) else f"{text!r}, a {type(text).__name__}"
                raise PairError(f"{name}, row {number} is {what}, where a text is expected. Drop the row, or fill it in.")


def in_order(logits, theirs, ours):
    """Logits (texts, classes) of a model whose names are `theirs`, its `id2label`, with the columns in the order of the names `ours`.

    Capitals do not matter. Raises PairError when the two do not have the same names, or the columns are not numbered by them.
    """
    wanted, given = [str(name).lower() for name in ours], {str(name).lower(): int(number) for number, name in theirs.items()}
    if sorted(wanted) != sorted(given) or len(given) != len(theirs):
        raise PairError(f"The model's classes are {', '.join(map(str, theirs.values()))}; wanted are {', '.join(map(str, ours))}. Which is which has to be found out, not guessed.")
    logits = np.asarray(logits)
    if sorted(given.values()) != list(range(len(given))) or logits.ndim != 2 or logits.shape[1] != len(given):
        raise PairError(f"Logits of shape {logits.shape} do not fit classes numbered {sorted(given.values())}: a row for each text and a column for each class are wanted, counted from 0.")
    return logits[:, [given[name] for name in wanted]]
