"""The exercises of lesson 03: what is right, and how the known errors look."""

import collections
import functools
from dataclasses import dataclass

import numpy as np
import torch

from course_utils.exercises.core import Choose, Number, Write
from course_utils.exercises.lesson_01 import read_yes_or_no
from course_utils.exercises.lesson_02 import read_number, same_number
from course_utils.exercises.running import NotAttempted, Wrong, code_of, of_type, told

TOPICS = ("politics", "economics", "technology", "sports", "entertainment")
REFUSED = "a ValueError"
Evaluation = collections.namedtuple("Evaluation", "predictions label_ids")  # unpacks and has attributes, as that of transformers
SEVERAL = "multi_label_classification"


class Refusing(Write):
    """A function to write that has to stop in some cases with a ValueError, which counts as its answer."""

    def examine(self, answer, reference):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        return super().examine(refusing(answer) if callable(answer) else answer, refusing(reference))


class Blanks(Write):
    """A function with blanks inside: one that is wrong while it still holds `...` is not attempted."""

    def examine(self, answer, reference):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        try:
            return super().examine(answer, reference)
        except Wrong:
            code = code_of(answer)
            if code and ... in code.co_consts:
                raise NotAttempted from None
            raise


def refusing(function):
    """The function, with a ValueError of its own as an answer like any other."""

    @functools.wraps(function, assigned=(), updated=())
    def tried(*arguments):
        try:
            return function(*arguments)
        except ValueError:
            return REFUSED
        except TypeError:
            if isinstance(arguments[0], str):  # a text where a list belongs: nobody said how to refuse that
                return REFUSED
            raise
        except (LookupError, AssertionError) as error:
            if set(arguments[0]) <= set(arguments[1]):
                raise
            raise Wrong(f"An unknown topic stops your function with {told(error)}. A ValueError is asked for, so that whoever calls it knows what to expect.") from None

    return tried


def lists_of_topics():
    """Lists of topics and the names to place them by, in other orders and of another desk too."""
    desks = ["payments", "app", "staff", "delivery", "returns"]
    turned = list(reversed(TOPICS))
    return [(["technology", "politics"], list(TOPICS)), ([], list(TOPICS)), (["sports"], list(TOPICS)), (["sports", "economics"], turned),
            (["staff", "payments", "app"], desks), (["entertainment", "technology", "economics"], list(TOPICS)), (list(TOPICS), turned),
            (["Politics"], list(TOPICS)), (["politics", "tech"], list(TOPICS)), (["sports", "Sports"], turned), (["staff"], list(TOPICS)),
            (["tech", "politics"], list(TOPICS)), (["sports", "tech", "politics"], turned), ([" politics"], list(TOPICS))]  # fmt: skip


def odd_lists():
    """A topic that is twice in the list, and a text where a list belongs."""
    return [(["sports", "sports"], list(TOPICS)), ("geopolitics", list(TOPICS))]


def read_row(answer):
    """A row of numbers as a tuple, with their types kept; a single number as it is. Raises Wrong for anything else."""
    if isinstance(answer, str) and answer == REFUSED:
        return REFUSED
    values = answer.tolist() if hasattr(answer, "tolist") else answer
    if isinstance(values, (int, float)):
        return values
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, (bool, int, float)) for value in values):
        raise Wrong(f"Your function gives {of_type(answer)}. A row is expected, a list of 0.0 and 1.0.")
    return tuple(values)


def same_row(one, other):
    """Whether two rows are equal, their types included."""
    return one == other and str(one) == str(other)


def types_alone(said):
    """The misconception that the types of the answers give away."""
    if any(type(row) in (int, float) for row in said):
        return "single-label-index"
    return "integer-dtype" if any(type(value) is int for row in said if row != REFUSED for value in row) else None


def read_settings(answer):
    """Settings for `from_pretrained`: the two maps and the problem type; `num_labels` may be there, too. Raises Wrong for anything else."""
    if not isinstance(answer, dict) or not {"id2label", "label2id", "problem_type"} <= set(answer) <= {"id2label", "label2id", "problem_type", "num_labels"}:
        raise Wrong(f"Your function gives {of_type(answer)}. A dictionary with id2label, label2id and problem_type is expected.")
    for name in ("id2label", "label2id"):
        if not isinstance(answer[name], dict) or not all(type(part) in (int, str) for pair in answer[name].items() for part in pair):
            raise Wrong(f"{name} is {of_type(answer[name])}. A dictionary of whole numbers and texts is expected, such as {{0: 'politics'}} for id2label.")
    if not isinstance(answer["problem_type"], str):
        raise Wrong(f"problem_type is {of_type(answer['problem_type'])}, and a text is expected.")
    if answer.get("num_labels", len(answer["label2id"])) != len(answer["label2id"]):
        raise Wrong("num_labels is not the number of names.")
    return {name: answer[name] for name in ("id2label", "label2id", "problem_type")}


def settings_with(names=None, id2label=None, problem_type=SEVERAL):
    """Settings, with what a known error changes."""
    return {"id2label": dict(enumerate(names)) if id2label is None else id2label,
            "label2id": {name: number for number, name in enumerate(names)}, "problem_type": problem_type}  # fmt: skip


def evaluations():
    """What Trainer hands to `compute_metrics`: logits and labels of shape (texts, labels), a label that never occurs among them."""
    cases = []
    for seed, (texts, count) in enumerate(((40, 5), (30, 3), (25, 4))):
        rng = np.random.default_rng(seed)
        labels = (rng.random((texts, count)) < np.linspace(0.1, 0.5, count)).astype(np.float32)
        cases.append((Evaluation(predictions=(rng.normal(0, 1.2, (texts, count)) + labels).astype(np.float32), label_ids=labels),))
    cases[1][0].label_ids[:, 2] = 0
    cases[1][0].predictions[:, 2] = -2
    return cases


def judged(read_out=lambda logits: 1 / (1 + np.exp(-logits)), average="macro", answers_of=lambda scores: scores >= 0.5):
    """The judge, with what a known error changes."""

    def judge(evaluation):
        from sklearn.metrics import f1_score

        answers = answers_of(read_out(evaluation.predictions))
        return {"macro_f1": f1_score(evaluation.label_ids, answers, average=average, zero_division=0)}

    return judge


def softmax(logits):
    """Shares that sum to one in each row."""
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def largest(scores):
    """An answer that is yes for the largest score of a row and no for all others."""
    return scores == scores.max(axis=1, keepdims=True)


def read_score(answer):
    """The number under `macro_f1`. Raises Wrong for anything else."""
    if not isinstance(answer, dict) or "macro_f1" not in answer:
        raise Wrong(f"Your function gives {of_type(answer)}. A dictionary with macro_f1 is expected, which the log shows.")
    return read_number(answer["macro_f1"])


def validations():
    """Probabilities, labels (floats, as in the lesson) and what a missed label costs, few enough texts for ties."""
    cases = []
    for seed, (texts, count) in enumerate(((12, 3), (30, 2), (20, 4))):
        rng = np.random.default_rng(seed)
        labels = (rng.random((texts, count)) < 0.3).astype(float)
        probabilities = np.clip(0.3 * rng.random((texts, count)) + 0.4 * rng.random((texts, count)) + 0.2 * labels, 0.006, 0.984)
        cases.append((np.floor(probabilities * 100) / 100 + 0.005, labels, np.array([20, 1, 5, 1, 2])[:count]))
    return cases


def extreme_validations():
    """Labels whose cheapest thresholds lie at the ends of the grid, one that no text has, other costs."""
    probabilities = np.array([[0.012, 0.955, 0.305, 0.505], [0.015, 0.975, 0.605, 0.255], [0.008, 0.915, 0.205, 0.755], [0.305, 0.935, 0.105, 0.505]])
    labels = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]])
    turned = [(scores, truth, miss[::-1]) for scores, truth, miss in validations()]
    return [(probabilities, labels, np.array([3.0, 1.0, 7.0, 2.0])), (probabilities[:, ::-1], labels[:, ::-1], np.array([9, 2, 1, 4])), *turned]


def grid_search(probabilities, labels, miss, false_alarm=1, last=False):
    """The cheapest threshold of the grid for each label, the first of equals or the last."""
    grid = np.arange(1, 100) / 100
    answers = probabilities >= grid[:, None, None]
    cost = (np.asarray(miss) * (labels * ~answers) + np.asarray(false_alarm) * (1 - labels) * answers).sum(axis=1)
    return grid[len(grid) - 1 - cost[::-1].argmin(axis=0) if last else cost.argmin(axis=0)]


def one_for_all(probabilities, labels, miss):
    """The threshold that is cheapest for all labels together, once for each."""
    grid = np.arange(1, 100) / 100
    answers = probabilities >= grid[:, None, None]
    cost = (miss * (labels * ~answers) + (1 - labels) * answers).sum(axis=(1, 2))
    return np.full(labels.shape[1], grid[cost.argmin()])


def best_by_f1(probabilities, labels, miss):
    """The threshold with the best F1 for each label, whatever mistakes cost."""
    grid = np.arange(1, 100) / 100
    answers = probabilities >= grid[:, None, None]
    f1 = 2 * (labels * answers).sum(axis=1) / np.maximum(labels.sum(axis=0) + answers.sum(axis=1), 1)
    return grid[f1.argmax(axis=0)]


def read_thresholds(answer):
    """Thresholds, one for each label, as an array. Raises Wrong for anything else."""
    try:
        values = np.asarray(answer, dtype=float)
    except (TypeError, ValueError, RuntimeError):
        raise Wrong(f"Your function gives {of_type(answer)}. An array of thresholds is expected, one for each label.") from None
    if values.ndim != 1:
        raise Wrong(f"Your function gives thresholds in shape {values.shape}. One for each label is expected, in one dimension.")
    return values


def same_thresholds(one, other):
    """Whether two rows of thresholds are the same to four decimals."""
    return one.shape == other.shape and np.allclose(one, other, atol=1e-4, equal_nan=True)


def rows_and_answers():
    """Labels and answers, with texts that have neither; the last three as floats and answers of True and False, as in the lesson, and both of these."""
    fixed = [([[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]], [[1, 0, 0], [1, 0, 1], [0, 0, 1], [0, 0, 0]]), ([[0, 0], [0, 0]], [[0, 0], [1, 0]])]
    rng = np.random.default_rng(3)
    drawn = [((rng.random(shape) < 0.3).astype(int), (rng.random(shape) < 0.3).astype(int)) for shape in ((20, 5), (9, 2), (30, 4))]
    others = [(drawn[0][0].astype(float), drawn[0][1] > 0), (drawn[2][0].astype(float), drawn[2][1].astype(float)), (drawn[1][0] > 0, drawn[1][1] > 0)]
    return [(np.array(labels), np.array(answers)) for labels, answers in fixed] + drawn + others


def f1_of_rows(labels, answers):
    """F1 of each text, nan where it has neither labels nor answers."""
    with np.errstate(all="ignore"):
        return 2 * (labels * answers).sum(axis=1) / (labels.sum(axis=1) + answers.sum(axis=1))


@dataclass
class ReadOut:
    """A way to read logits, as a function of a tensor (texts, labels)."""

    name: str
    function: object

    def __repr__(self):
        return self.name

    def __call__(self, logits):
        return self.function(logits)


READ_OUTS = [
    ReadOut("softmax", lambda logits: logits.softmax(-1)),
    ReadOut("sigmoid", lambda logits: logits.sigmoid()),
    ReadOut("softmax of a third of the logits", lambda logits: (logits / 3).softmax(-1)),
    ReadOut("sigmoid of the logits less 1.386", lambda logits: (logits - 1.386).sigmoid()),
    ReadOut("sigmoid, then divided by the sum", lambda logits: logits.sigmoid() / logits.sigmoid().sum(-1, keepdim=True)),
    ReadOut("sigmoid of the logits less their mean", lambda logits: (logits - logits.mean(-1, keepdim=True)).sigmoid()),
    ReadOut("five times softmax", lambda logits: 5 * logits.softmax(-1)),
    ReadOut("1 for the largest logit, else 0", lambda logits: (logits == logits.max(-1, keepdim=True).values).float()),
    ReadOut("1 for each logit above 0", lambda logits: (logits > 0).float()),
]


def sums_to_one(scores_of):
    """Calls it a competition when a text's scores sum to one."""
    return bool(abs(scores_of(torch.tensor([[1.0, 0.5, -1.0]])).sum() - 1) < 1e-4)


def same_argmax(scores_of):
    """Compares where the largest score stands with where the largest logit stands."""
    logits = torch.tensor([[1.0, 0.5, -1.0]])
    return bool(scores_of(logits).argmax() != logits.argmax())


def own_score_moves(scores_of):
    """Raises a logit and looks at the same label's score."""
    one, other = torch.tensor([[-1.0, -1.5, -2.0]]), torch.tensor([[-1.0, 9.0, -2.0]])
    return not torch.allclose(scores_of(one)[0, 1], scores_of(other)[0, 1])


WISHES = {
    "a rare topic must matter as much as a frequent one": "macro-F1",
    "all topics in one pot: of what we give and of what was due, how much is right": "micro-F1",
    "a reader opens one brief: how good are its topics, on average": "samples-F1",
    "we pay a clerk for each tick, set or removed": "Hamming loss",
    "only briefs with every topic right are filed without a human": "exact match",
}
RARE, POT, READER, CLERK, FILED = WISHES

EXERCISES = {
    "03.multi_hot": Refusing(
        cases=lists_of_topics,
        further=odd_lists,
        read=read_row,
        same=same_row,
        show=lambda case: f"{case[0]!r} among {case[1]}",
        describe=str,
        spot=types_alone,
        wrong={
            "integer-dtype": lambda topics, names: [int(name in topics) for name in names],
            "single-label-index": lambda topics, names: names.index(topics[0]) if topics and topics[0] in names else -1,
            "unknown-label-ignored": lambda topics, names: [float(name in topics) for name in names],
            "order-of-input-not-of-names": lambda topics, names: [float(place < len(topics)) for place in range(len(names))],
        },
        right="Floats, in the order of the names, and a name that nobody knows stops it before it is lost.",
    ),
    "03.softmax_ceiling": Number(
        key=0.5,
        wrong={1.0: "softmax-gives-independent-scores", 0.99: "softmax-gives-independent-scores", 0.2: "softmax-shares-evenly"},
        right="The largest is at least as large as the second, and both share one whole. So at most one label can pass 0.5.",
    ),
    "03.settings": Write(
        cases=lambda: [(list(TOPICS),), (["payments", "app", "staff"],), (["yes", "no", "maybe", "other"],)],
        read=read_settings,
        same=lambda one, other: one == other,
        show=lambda case: f"the names {case[0]}",
        wrong={
            "problem-type-typo": lambda names: settings_with(names, problem_type="multilabel"),
            "several-labels-are-one-class": lambda names: settings_with(names, problem_type="single_label_classification"),
            "string-keys": lambda names: settings_with(names, {str(number): name for number, name in enumerate(names)}),
            "inverted-map": lambda names: settings_with(names, {name: number for number, name in enumerate(names)}),
            "sorted-alphabetically": lambda names: settings_with(names, dict(enumerate(sorted(names)))),
        },
        right="Names from the data, and the loss said out loud, so that no batch has to be guessed from.",
    ),
    "03.judge": Blanks(
        cases=evaluations,
        read=read_score,
        same=same_number,
        show=lambda case: f"logits of shape {case[0].predictions.shape}",
        gap=lambda one, other: abs(one - other),
        wrong={
            "softmax-gives-independent-scores": judged(softmax),
            "threshold-on-logits": judged(lambda logits: logits),
            "micro-equals-macro": judged(average="micro"),
            "texts-are-labels": judged(average="samples"),
            "weighted-not-macro": judged(average="weighted"),
            "largest-output-only": judged(answers_of=largest),
        },
        right="Sigmoid for each logit, a threshold for each answer, an F1 for each label, and their mean.",
    ),
    "03.metric_pick": Choose(
        key=WISHES,
        choices=("macro-F1", "micro-F1", "samples-F1", "Hamming loss", "exact match"),
        wrong={
            (RARE, "micro-F1"): "micro-equals-macro",
            (POT, "macro-F1"): "micro-equals-macro",
            (RARE, "samples-F1"): "texts-are-labels",
            (READER, "macro-F1"): "texts-are-labels",
            (RARE, "Hamming loss"): "hamming-low-is-good",
            (READER, "Hamming loss"): "hamming-low-is-good",
            (POT, "Hamming loss"): "hamming-low-is-good",
        },
        right="Each wish says what counts the same: topics, yeses, texts, places or whole rows.",
    ),
    "03.best_thresholds": Write(
        cases=validations,
        further=extreme_validations,
        read=read_thresholds,
        same=same_thresholds,
        show=lambda case: f"{case[1].shape[0]} texts with {case[1].shape[1]} labels, a miss at {case[2].tolist()}",
        describe=lambda found: np.round(found, 3).tolist(),
        wrong={
            "one-threshold-for-all": one_for_all,
            "accuracy-instead-of-cost": lambda probabilities, labels, miss: grid_search(probabilities, labels, 1),
            "f1-instead-of-cost": best_by_f1,
            "miss-and-false-alarm-swapped": lambda probabilities, labels, miss: grid_search(probabilities, labels, 1, miss),
            "ties-take-last": functools.partial(grid_search, last=True),
        },
        right="Each label has its own costs and its own threshold; of equally cheap ones the smallest, which misses least.",
    ),
    "03.wrong_head": Write(
        cases=lambda: [(read_out,) for read_out in READ_OUTS],
        read=read_yes_or_no,
        same=lambda one, other: one is other,
        show=lambda case: repr(case[0]),
        wrong={
            "sum-of-one-means-softmax": sums_to_one,
            "argmax-tells-them-apart": same_argmax,
            "own-score-is-no-proof": own_score_moves,
        },
        right="One text, one logit raised, and a look at the others: sigmoid leaves them alone, softmax cannot.",
    ),
    "03.samples_f1": Write(
        cases=rows_and_answers,
        read=read_number,
        same=same_number,
        show=lambda case: f"labels {case[0].tolist()} and answers {case[1].tolist()}",
        gap=lambda one, other: 9 if np.isnan(one) else abs(one - other),
        spot=lambda said: "zero-over-zero" if np.isnan(said).any() else None,
        wrong={
            "zero-over-zero": lambda labels, answers: np.nan_to_num(f1_of_rows(labels, answers)).mean(),
            "averaged-over-labels": lambda labels, answers: np.nan_to_num(f1_of_rows(labels.T, answers.T), nan=1.0).mean(),
            "empty-rows-dropped": lambda labels, answers: np.nanmean(f1_of_rows(labels, answers)),
            "exact-match-is-samples-f1": lambda labels, answers: (labels == answers).all(axis=1).mean(),
        },
        right="Each text counts the same, and one that rightly has no label counts as right.",
    ),
}
