"""The exercises of lesson 02: what is right, and how the known errors look."""

import random

import numpy as np

from course_utils.exercises.core import Choose, Write
from course_utils.exercises.running import Wrong, of_type

LOSSES = ("mean squared error", "cross-entropy", "binary cross-entropy")


def label_features():
    """ClassLabels to try: the reviews', one that is not in the order of the alphabet, and shuffled ones."""
    from datasets import ClassLabel

    fixed = [["negative", "neutral", "positive"], ["routine", "complaint", "fraud"], ["yes", "no"]]
    names = ["delivery", "card", "app", "staff", "fees", "other"]
    shuffled = [random.Random(seed).sample(names, 4) for seed in range(4)]
    return [(ClassLabel(names=chosen),) for chosen in fixed + shuffled]


def read_mapping(answer):
    """A dictionary as a model's config can keep it: whole numbers and texts. Raises Wrong for anything else."""
    if not isinstance(answer, dict):
        raise Wrong(f"Your function gives {of_type(answer)}. A dictionary is expected, such as {{0: 'no', 1: 'yes'}}.")
    odd = next((part for pair in answer.items() for part in pair if type(part) not in (int, str)), None)
    if odd is not None:
        raise Wrong(f"In your dictionary stands {of_type(odd)}. A model's config keeps whole numbers and texts only: `int(…)` makes one of a NumPy number.")
    return dict(answer)


def matrices():
    """Confusion matrices of counts, labels in rows and answers in columns, with small, missed and empty classes among them."""
    rng = np.random.default_rng(2)
    fixed = [[[8, 2], [1, 9]], [[90, 0], [10, 0]], [[5, 1, 0], [2, 6, 0], [0, 0, 0]], [[0, 4, 1], [0, 7, 2], [0, 1, 9]],
             [[1, 0, 0], [0, 2, 1], [0, 0, 0]], [[3, 2, 0], [0, 0, 0], [1, 2, 4]]]  # fmt: skip
    return [(np.array(matrix),) for matrix in fixed] + [(rng.integers(0, 30, size=(size, size)),) for size in (2, 3, 3, 4)]


def read_number(answer):
    """A number, from Python, NumPy or torch, to five decimals. Raises Wrong for anything else."""
    try:
        value = answer.item() if hasattr(answer, "item") else answer
        if not isinstance(value, (str, bytes)):
            return round(float(value), 5)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        pass
    raise Wrong(f"Your function gives {of_type(answer)}. One number is expected.")


def has_nan(said):
    """The misconception behind a score that is not a number."""
    return "nan-class-kept" if np.isnan(said).any() else None


def same_number(one, other):
    """Whether two numbers are the same to four decimals, or both none at all."""
    return bool(np.isclose(one, other, atol=2e-4, equal_nan=True))


def f1_by_class(matrix):
    """F1 of each class, nan where a class has neither labels nor answers."""
    with np.errstate(all="ignore"):
        return 2 * np.diag(matrix) / (matrix.sum(0) + matrix.sum(1))


def f1_of_means(matrix):
    """The harmonic mean of macro precision and macro recall: a different thing under the same name."""
    right = np.diag(matrix)
    precision = np.nan_to_num(right / np.maximum(matrix.sum(0), 1)).mean()
    recall = np.nan_to_num(right / np.maximum(matrix.sum(1), 1)).mean()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def weighted_f1(matrix):
    """The mean of the F1s, each class weighing as much as it has texts."""
    return (np.nan_to_num(f1_by_class(matrix)) * matrix.sum(1)).sum() / matrix.sum()


def runs():
    """Runs of training to diagnose, as dictionaries: the lesson's four, and others made with other seeds."""
    return [(run,) for seed in range(8) for run in broken_runs(seed).values()]


def broken_runs(seed=0):
    """Four runs of one training script, as what it was given: in three of them something is wrong, in one nothing.

    Each holds `learning_rate`; `train_ids` and `train_labels`, in the order in which the texts went in; `validation_ids`;
    and `label_of`, the right label of each text by its id.
    """
    rng = random.Random(seed)
    ids = [f"reviews-{rng.randrange(1000):03}-{number:02}" for number in range(rng.randrange(20, 30))]
    rng.shuffle(ids)
    label_of = {id: rng.choice(["negative", "neutral", "positive"]) for id in sorted(ids)}
    train, validation = ids[: len(ids) * 3 // 4], ids[len(ids) * 3 // 4 :]

    def run(rate=None, labels=None, validation_ids=None):
        rate = rng.choice([2e-5, 2e-4, 9e-3]) if rate is None else rate
        return {"learning_rate": rate, "train_ids": list(train), "train_labels": labels or [label_of[id] for id in train],
                "validation_ids": validation_ids or list(validation), "label_of": dict(label_of)}  # fmt: skip

    both = [*validation, rng.choice(train)]
    rng.shuffle(both)
    made = [run(labels=exchanged([label_of[id] for id in train], rng, few=seed % 2)), run(validation_ids=both), run(rate=rng.choice([1e-2, 2e-2, 1e-1])), run()]
    return dict(zip("ABCD", made if seed == 0 else rng.sample(made, 4)))


def exchanged(labels, rng, few):
    """Labels in another order: all of them shuffled, or, when `few`, only two exchanged."""
    mixed = list(labels)
    while mixed == labels or not few and sum(map(str.__eq__, mixed, labels)) > len(labels) // 2:
        mixed = list(labels)
        if few:
            one, other = rng.sample(range(len(mixed) // 2, len(mixed)), 2)
            mixed[one], mixed[other] = mixed[other], mixed[one]
        else:
            rng.shuffle(mixed)
    return mixed


def read_finding(answer):
    """One of the findings, as a word. Raises Wrong for anything else."""
    answer = answer.item() if hasattr(answer, "item") and getattr(answer, "size", 0) == 1 else answer
    if isinstance(answer, str) and answer == "more epochs":
        raise Wrong("Your function gives 'more epochs'.", "needs-more-epochs")
    if not isinstance(answer, str) or answer not in FINDINGS:
        given = repr(answer) if isinstance(answer, str) else of_type(answer)
        raise Wrong(f"Your function gives {given}. It has to give one of {', '.join(map(repr, FINDINGS))}.")
    return str(answer)


FINDINGS = ("labels", "overlap", "learning rate", "fine")


def show_run(case):
    """A run in a few words."""
    run = case[0]
    moved = sum(run["label_of"][id] != label for id, label in zip(run["train_ids"], run["train_labels"]))
    both = len(set(run["train_ids"]) & set(run["validation_ids"]))
    return f"a run with {moved} labels that left their texts, {both} texts on both sides and learning rate {run['learning_rate']:g}"


def diagnose(run, ignoring=()):
    """What is wrong with a run; `ignoring` leaves checks out, which is how a solution fails that forgot them."""
    if "labels" not in ignoring and any(run["label_of"][id] != label for id, label in zip(run["train_ids"], run["train_labels"])):
        return "labels"
    if "overlap" not in ignoring and set(run["train_ids"]) & set(run["validation_ids"]):
        return "overlap"
    return "learning rate" if "rate" not in ignoring and run["learning_rate"] >= 1e-2 else "fine"


EXERCISES = {
    "02.id2label": Write(
        cases=label_features,
        read=read_mapping,
        same=lambda one, other: one == other,
        show=lambda case: f"the names {case[0].names}",
        wrong={
            "hand-typed-order": lambda feature: {0: "negative", 1: "neutral", 2: "positive"},
            "sorted-alphabetically": lambda feature: dict(enumerate(sorted(feature.names))),
            "string-keys": lambda feature: {str(number): name for number, name in enumerate(feature.names)},
            "inverted-map": lambda feature: {name: number for number, name in enumerate(feature.names)},
        },
        right="The names come from the data, in the data's order, for any set of labels.",
    ),
    "02.macro_f1": Write(
        cases=matrices,
        read=read_number,
        same=same_number,
        show=lambda case: f"the matrix {case[0].tolist()}",
        gap=lambda one, other: 9 if np.isnan(one) else abs(one - other),
        spot=has_nan,
        wrong={
            "macro-is-accuracy": lambda matrix: np.trace(matrix) / matrix.sum(),
            "weighted-not-macro": weighted_f1,
            "nan-class-dropped": lambda matrix: np.nanmean(f1_by_class(matrix)),
            "nan-class-kept": lambda matrix: f1_by_class(matrix).mean(),
            "f1-of-means": f1_of_means,
            "factor-two-forgotten": lambda matrix: np.nan_to_num(f1_by_class(matrix)).mean() / 2,
            "macro-is-recall": lambda matrix: np.nan_to_num(np.diag(matrix) / np.maximum(matrix.sum(1), 1)).mean(),
        },
        right="Each class counts the same, however rare it is, and a class without texts counts zero.",
    ),
    "02.problem_type": Choose(
        key={
            "1, float": "mean squared error",
            "1, integer": "mean squared error",
            "2, integer": "cross-entropy",
            "3, integer": "cross-entropy",
            "3, float (a row of 0 and 1)": "binary cross-entropy",
            "5, float (a row of 0 and 1)": "binary cross-entropy",
        },
        choices=LOSSES,
        wrong={
            ("2, integer", "binary cross-entropy"): "two-labels-means-bce",
            ("1, integer", "binary cross-entropy"): "one-label-means-binary",
            ("1, float", "binary cross-entropy"): "one-label-means-binary",
            ("1, integer", "cross-entropy"): "one-label-means-binary",
            ("3, integer", "binary cross-entropy"): "int-multihot-works",
            ("3, float (a row of 0 and 1)", "cross-entropy"): "int-multihot-works",
            ("5, float (a row of 0 and 1)", "cross-entropy"): "int-multihot-works",
        },
        right="One output means regression; with more, the type of the labels decides, and not how many classes there are.",
    ),
    "02.training_bug": Write(
        cases=runs,
        read=read_finding,
        same=lambda one, other: one == other,
        show=show_run,
        wrong={
            "looks-at-the-rate-only": lambda run: diagnose(run, ignoring=("labels", "overlap")),
            "labels-are-never-wrong": lambda run: diagnose(run, ignoring=("labels",)),
            "validation-is-always-apart": lambda run: diagnose(run, ignoring=("overlap",)),
        },
        right="Labels that left their texts, texts on both sides, a step that is too large: each is found by looking, before an hour of training.",
    ),
    "02.leak": Choose(
        key={"which score would you report": "by shop"},
        choices=("at random", "by shop", "by length"),
        wrong={
            ("which score would you report", "at random"): "random-split-is-always-fair",
            ("which score would you report", "by length"): "a-hard-split-is-a-fair-split",
        },
        right="The classifier will meet shops that it has never read, so the test has to hold such shops.",
    ),
}
