"""Attempts at the exercises of lesson 02. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

import functools

import numpy as np
import torch


def loop_macro_f1(matrix):
    rows, total = matrix.tolist(), 0.0
    for number, row in enumerate(rows):
        whole = sum(row) + sum(other[number] for other in rows)
        total += 2 * row[number] / whole if whole else 0
    return total / len(rows)


def torch_macro_f1(matrix):
    matrix = torch.as_tensor(matrix).double()
    return (2 * matrix.diagonal() / (matrix.sum(0) + matrix.sum(1)).clamp(min=1)).mean()


def in_place_macro_f1(matrix):
    right = np.diag(matrix).copy()
    whole = np.maximum(matrix.sum(0) + matrix.sum(1), 1)
    matrix[:] = 0
    return float((2 * right / whole).mean())


def macro_f1_that_prints(matrix):
    print("looking at", matrix)
    return loop_macro_f1(matrix)


def one_element_macro_f1(matrix):
    return np.array([loop_macro_f1(matrix)])


class Callable:
    def __call__(self, matrix):
        return loop_macro_f1(matrix)


def rounded_macro_f1(matrix):
    return round(loop_macro_f1(matrix), 4)


def divides_by_zero(matrix):
    right = [row[number] for number, row in enumerate(matrix.tolist())]
    whole = (matrix.sum(0) + matrix.sum(1)).tolist()
    return sum(2 * one / other for one, other in zip(right, whole)) / len(right)


def never_ends(matrix):
    while True:
        matrix.sum()


def swallows_everything(matrix):
    while True:
        try:
            matrix.sum()
        except:  # noqa: E722
            pass


def leaves(matrix):
    raise SystemExit("bye")


def by_precision_and_recall(matrix):
    with np.errstate(all="ignore"):
        precision, recall = np.diag(matrix) / matrix.sum(0), np.diag(matrix) / matrix.sum(1)
        return (2 * precision * recall / (precision + recall)).mean()


def harmonic_mean_of_means(matrix):
    with np.errstate(all="ignore"):
        precision, recall = (np.nan_to_num(np.diag(matrix) / matrix.sum(axis)).mean() for axis in (0, 1))
    return 2 * precision * recall / (precision + recall)


def says_nothing(matrix):
    raise NotImplementedError


class Unspeakable(Exception):
    """Called as a function, it gives an answer whose repr and str fail."""

    def __init__(self, matrix):
        pass

    def __repr__(self):
        raise ValueError

    __str__ = __repr__


def quiet_f1(matrix):
    with np.errstate(all="ignore"):
        return 2 * np.diag(matrix) / (matrix.sum(0) + matrix.sum(1))


def numpy_keys(feature):
    return {np.int64(number): name for number, name in zip(range(feature.num_classes), feature.names)}


def empties_the_names(feature):
    return {number: feature.names.pop(0) for number in range(feature.num_classes)}


def by_int2str(feature):
    return {number: feature.int2str(number) for number in range(feature.num_classes)}


def right_diagnosis(run):
    pairs = zip(run["train_ids"], run["train_labels"])
    if not all(run["label_of"][id] == label for id, label in pairs):
        return "labels"
    if any(id in run["train_ids"] for id in run["validation_ids"]):
        return "overlap"
    return "fine" if run["learning_rate"] < 0.01 else "learning rate"


def with_rate(too_large):
    """The right diagnosis but for what it calls too large."""
    return lambda run: right_diagnosis({**run, "learning_rate": 1.0 if too_large(run["learning_rate"]) else 0.0})


def with_overlap(overlaps):
    """The right diagnosis but for how it looks for texts on both sides."""
    return lambda run: right_diagnosis({**run, "validation_ids": run["train_ids"][:1] if overlaps(run) else ["elsewhere"]})


def with_labels(left):
    """The right diagnosis but for how it looks for labels that left their texts."""

    def diagnose(run):
        right = [run["label_of"][id] for id in run["train_ids"]]
        return "labels" if left(right, run["train_labels"]) else right_diagnosis({**run, "train_labels": right})

    return diagnose


def by_place_of_label_of(run):
    return with_labels(lambda right, given: list(run["label_of"].values())[: len(given)] != given)(run)


def rate_only(run):
    return "learning rate" if run["learning_rate"] >= 0.01 else "fine"


def counts_labels(run):
    """Compares how often each label comes, which shuffling does not change."""
    right = [run["label_of"][id] for id in run["train_ids"]]
    if sorted(right) != sorted(run["train_labels"]):
        return "labels"
    if set(run["train_ids"]) & set(run["validation_ids"]):
        return "overlap"
    return "learning rate" if run["learning_rate"] >= 0.01 else "fine"


def no_overlap(run):
    if [run["label_of"][id] for id in run["train_ids"]] != run["train_labels"]:
        return "labels"
    return "learning rate" if run["learning_rate"] >= 0.01 else "fine"


QUESTION = "which score would you report"
LOSSES = {
    "1, float": "mean squared error",
    "1, integer": "mean squared error",
    "2, integer": "cross-entropy",
    "3, integer": "cross-entropy",
    "3, float (a row of 0 and 1)": "binary cross-entropy",
    "5, float (a row of 0 and 1)": "binary cross-entropy",
}

ATTEMPTS = {
    "02.leak": {
        "right": [{QUESTION: "by shop"}, "by shop"],
        "not attempted": [{QUESTION: ...}, ...],
        "wrong": [
            ({QUESTION: "at random"}, "random-split-is-always-fair"),
            ({QUESTION: "by length"}, "a-hard-split-is-a-fair-split"),
            ({QUESTION: "By shop"}, None),
            ("at random", "random-split-is-always-fair"),
            ({"score": "by shop"}, None),
            (None, None),
        ],
    },
    "02.macro_f1": {
        "right": [loop_macro_f1, torch_macro_f1, macro_f1_that_prints, rounded_macro_f1, functools.partial(loop_macro_f1), Callable(), one_element_macro_f1],
        "not attempted": [lambda matrix: ..., ..., lambda matrix: [...]],
        "wrong": [
            (lambda matrix: np.trace(matrix) / matrix.sum(), "macro-is-accuracy"),
            (lambda matrix: (np.nan_to_num(quiet_f1(matrix)) * matrix.sum(1)).sum() / matrix.sum(), "weighted-not-macro"),
            (lambda matrix: np.nanmean(quiet_f1(matrix)), "nan-class-dropped"),
            (lambda matrix: quiet_f1(matrix).mean(), "nan-class-kept"),
            (lambda matrix: np.nan_to_num(np.diag(matrix) / np.maximum(matrix.sum(1), 1)).mean(), "macro-is-recall"),
            (lambda matrix: np.nan_to_num(quiet_f1(matrix)), None),
            (lambda matrix: (np.diag(matrix) / np.maximum(matrix.sum(0) + matrix.sum(1), 1)).mean(), "factor-two-forgotten"),
            (lambda matrix: 0.1764705882352941, None),
            (lambda matrix: "0.53", None),
            (lambda matrix: None, None),
            (0.53, None),
            (lambda: 1.0, None),
            (divides_by_zero, None),
            (leaves, None),
            (in_place_macro_f1, None),
            (lambda matrix: str(loop_macro_f1(matrix)), None),
            (lambda matrix: (2 * np.diag(matrix) / np.maximum(matrix.sum(0) + matrix.sum(1), 10)).mean(), None),
            (by_precision_and_recall, "nan-class-kept"),
            (harmonic_mean_of_means, "f1-of-means"),
            (lambda matrix: 10**400, None),
            (lambda matrix: [loop_macro_f1(matrix)], None),
            (lambda matrix: (_ for _ in ()).throw(GeneratorExit), None),
            (says_nothing, None),
            (Unspeakable, None),
        ],
    },
    "02.id2label": {
        "right": [by_int2str, lambda feature: {**dict(enumerate(feature.names))}],
        "not attempted": [lambda feature: ..., lambda feature: {0: ...}],
        "wrong": [
            (lambda feature: {0: "negative", 1: "neutral", 2: "positive"}, "hand-typed-order"),
            (lambda feature: dict(enumerate(sorted(feature.names))), "sorted-alphabetically"),
            (lambda feature: {str(number): name for number, name in enumerate(feature.names)}, "string-keys"),
            (lambda feature: {name: number for number, name in enumerate(feature.names)}, "inverted-map"),
            (lambda feature: feature.names, None),
            (numpy_keys, None),
            (empties_the_names, None),
            (lambda feature: {number: np.array([name]) for number, name in enumerate(feature.names)}, None),
            (lambda feature: {float(number): name for number, name in enumerate(feature.names)}, None),
            (lambda feature: {bool(number): name for number, name in enumerate(feature.names)}, None),
            (lambda feature: dict(enumerate(feature.names, 1)), None),
            (lambda feature: dict(enumerate(feature.labels)), None),
            ({0: "negative", 1: "neutral", 2: "positive"}, None),
        ],
    },
    "02.problem_type": {
        "right": [LOSSES, dict(reversed(LOSSES.items()))],
        "not attempted": [dict.fromkeys(LOSSES, ...)],
        "wrong": [
            ({**LOSSES, "1, float": ...}, None),
            ({**LOSSES, "1, float": ..., "2, integer": "banana"}, None),
            ({**LOSSES, "1, float": [LOSSES]}, None),
            ({**LOSSES, "2, integer": "binary cross-entropy"}, "two-labels-means-bce"),
            ({**LOSSES, "1, integer": "binary cross-entropy"}, "one-label-means-binary"),
            ({**LOSSES, "3, integer": "binary cross-entropy"}, "int-multihot-works"),
            ({**LOSSES, "5, float (a row of 0 and 1)": "cross-entropy"}, "int-multihot-works"),
            ({**LOSSES, "1, float": "MSE"}, None),
            (list(LOSSES.values()), None),
        ],
    },
    "02.training_bug": {
        "right": [right_diagnosis],
        "not attempted": [lambda run: ...],
        "wrong": [
            (lambda run: "more epochs", "needs-more-epochs"),
            (rate_only, "looks-at-the-rate-only"),
            (counts_labels, "labels-are-never-wrong"),
            (no_overlap, "validation-is-always-apart"),
            (lambda run: "fine", None),
            (lambda run: "shuffled", None),
            (lambda run: run["rate"], None),
            (lambda run: np.array(["labels", "fine"]), None),
            (with_rate(lambda rate: rate > 0.01), None),
            (with_rate(lambda rate: rate > 0.001), None),
            (with_rate(lambda rate: rate != 2e-4), None),
            (with_overlap(lambda run: any(map(str.__eq__, run["train_ids"], run["validation_ids"]))), "validation-is-always-apart"),
            (with_overlap(lambda run: run["validation_ids"][0] in run["train_ids"]), None),
            (with_labels(lambda right, given: right[:5] != given[:5]), None),
            (with_labels(lambda right, given: sum(map(str.__ne__, right, given)) > len(right) / 2), None),
            (by_place_of_label_of, None),
            (lambda run: right_diagnosis({**run, "train_ids": [run["train_ids"].pop(), *run["train_ids"]]}), None),
            (lambda run: {0.1: "learning rate"}.get(run["learning_rate"], "labels"), None),
        ],
    },
}

ENDLESS = [("02.macro_f1", never_ends), ("02.macro_f1", swallows_everything)]
