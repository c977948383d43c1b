"""Attempts at the exercises of lesson 03. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

import numpy as np
import torch
from sklearn.metrics import f1_score


def by_index(topics, names):
    row = [0.0] * len(names)
    for topic in topics:
        row[names.index(topic)] = 1.0
    return row


def in_torch(topics, names):
    places = torch.tensor([names.index(topic) for topic in topics], dtype=torch.long)
    return torch.zeros(len(names)).scatter(0, places, 1.0)


def in_numpy(topics, names):
    if not set(topics) <= set(names):
        raise ValueError
    return np.isin(names, list(topics)).astype(np.float32)


def by_dictionary(topics, names):
    place = {name: number for number, name in enumerate(names)}
    row = [0.0] * len(names)
    for topic in topics:
        row[place[topic]] = 1.0
    return row


def by_counting(topics, names):
    row = [0.0] * len(names)
    for topic in topics:
        row[names.index(topic)] += 1.0
    return row


def takes_topics_away(topics, names):
    row = [0.0] * len(names)
    while topics:
        row[names.index(topics.pop())] = 1.0
    return row


def settings(names, **changes):
    return {"id2label": dict(enumerate(names)), "label2id": {name: number for number, name in enumerate(names)}, "problem_type": "multi_label_classification", **changes}


def judge(read_out, threshold=0.5, average="macro"):
    def judged(evaluation):
        logits = torch.tensor(evaluation.predictions)
        return {"macro_f1": f1_score(evaluation.label_ids, (read_out(logits) >= threshold).numpy(), average=average, zero_division=0)}

    return judged


def without_sigmoid(evaluation):
    """Sigmoid passes 0.5 where the logit passes 0."""
    return {"macro_f1": f1_score(evaluation.label_ids, evaluation.predictions >= 0, average="macro", zero_division=0)}


def half_filled(evaluation):
    probabilities = 1 / (1 + np.exp(-evaluation.predictions))
    return {"macro_f1": f1_score(evaluation.label_ids, probabilities >= 0.5, average=..., zero_division=0)}


def one_label_a_text(evaluation):
    answers = np.eye(evaluation.predictions.shape[1])[evaluation.predictions.argmax(axis=1)]
    return {"macro_f1": f1_score(evaluation.label_ids, answers, average="macro", zero_division=0)}


def searched(probabilities, labels, miss, better=lambda cost, best: cost < best, false_alarm=lambda label: 1):
    found = []
    for label in range(labels.shape[1]):
        best, at = None, None
        for threshold in np.linspace(0.01, 0.99, 99):
            cost = 0
            for probability, truth in zip(probabilities[:, label], labels[:, label]):
                cost += (miss[label] if truth and probability < threshold else 0) + (false_alarm(label) if not truth and probability >= threshold else 0)
            if best is None or better(cost, best):
                best, at = cost, threshold
        found.append(at)
    return found


def last_topic_only(topics, names):
    unknown = False
    for topic in topics:
        unknown = topic not in names
    if unknown:
        raise ValueError
    return [float(name in topics) for name in names]


def no_texts(topics, names):
    if isinstance(topics, str):
        raise TypeError("a list, please")
    return by_index(topics, names)


def unpacked(evaluation):
    logits, labels = evaluation
    return {"macro_f1": f1_score(labels, logits >= 0, average="macro", zero_division=0)}


def whole_number_labels(probabilities, labels, miss):
    grid = np.arange(1, 100) / 100
    return [grid[np.argmin([(miss[k] * (labels[:, k] & (probabilities[:, k] < t)) + ((1 - labels[:, k]) & (probabilities[:, k] >= t))).sum() for t in grid])] for k in range(labels.shape[1])]


def searched_on_a_part(probabilities, labels, miss):
    grid = np.arange(20, 80) / 100
    return [grid[np.argmin([(miss[k] * (labels[:, k] * (probabilities[:, k] < t)) + (1 - labels[:, k]) * (probabilities[:, k] >= t)).sum() for t in grid])] for k in range(labels.shape[1])]


def sum_moves(scores_of):
    """Takes a sum that stays for competition."""
    one, other = torch.tensor([[1.0, 0.5, -1.0]]), torch.tensor([[1.0, 0.5, 9.0]])
    return bool(abs(scores_of(one).sum() - scores_of(other).sum()) < 1e-3)


def bools_added(labels, answers):
    due = (labels + answers).sum(axis=1)
    return np.where(due == 0, 1.0, 2 * (labels * answers).sum(axis=1) / np.maximum(due, 1)).mean()


def searched_on_a_coarse_grid(probabilities, labels, miss):
    grid = np.arange(1, 10) / 10
    return [grid[np.argmin([(miss[k] * (labels[:, k] * (probabilities[:, k] < t)) + (1 - labels[:, k]) * (probabilities[:, k] >= t)).sum() for t in grid])] for k in range(labels.shape[1])]


def f1_searched(probabilities, labels, miss):
    grid, found = np.arange(1, 100) / 100, []
    for truth, scores in zip(labels.T, probabilities.T):
        found.append(grid[np.argmax([2 * truth[scores >= t].sum() / max(truth.sum() + (scores >= t).sum(), 1) for t in grid])])
    return found


def shared_by_loop(probabilities, labels, miss):
    grid = np.arange(1, 100) / 100
    costs = [(miss * labels * (probabilities < t) + (1 - labels) * (probabilities >= t)).sum() for t in grid]
    return [grid[int(np.argmin(costs))]] * labels.shape[1]


def two_texts(scores_of):
    scores = scores_of(torch.tensor([[0.0, 0.0, -9.0, -9.0], [0.0, 0.0, 9.0, -9.0]]))
    return bool(abs(scores[0, 0] - scores[1, 0]) > 1e-3)


def by_gradient(scores_of):
    """Right for smooth read-outs only."""
    logits = torch.tensor([[1.0, 0.5, -1.0]], requires_grad=True)
    scores_of(logits)[0, 0].backward()
    return bool(logits.grad[0, 1:].abs().sum() > 0)


def a_little_more(scores_of):
    """Raises the other logit too little to overtake."""
    return not torch.allclose(scores_of(torch.tensor([[1.0, 0.5, -1.0]]))[0, 0], scores_of(torch.tensor([[1.0, 0.5, -0.9]]))[0, 0], atol=1e-4)


def samples_by_loop(labels, answers):
    found = []
    for row, said in zip(labels.tolist(), answers.tolist()):
        due, given = {place for place, one in enumerate(row) if one}, {place for place, one in enumerate(said) if one}
        found.append(2 * len(due & given) / (len(due) + len(given)) if due or given else 1)
    return sum(found) / len(found)


def samples_with_nan(labels, answers):
    with np.errstate(all="ignore"):
        return (2 * (labels * answers).sum(1) / (labels.sum(1) + answers.sum(1))).mean()


WISHES = {
    "a rare topic must matter as much as a frequent one": "macro-F1",
    "all topics in one pot: of what we give and of what was due, how much is right": "micro-F1",
    "a reader opens one brief: how good are its topics, on average": "samples-F1",
    "we pay a clerk for each tick, set or removed": "Hamming loss",
    "only briefs with every topic right are filed without a human": "exact match",
}
RARE, POT, READER, CLERK, FILED = WISHES

ATTEMPTS = {
    "03.multi_hot": {
        "right": [by_index, in_torch, in_numpy, no_texts],
        "not attempted": [lambda topics, names: ..., ..., lambda topics, names: [...]],
        "wrong": [
            (lambda topics, names: [int(name in topics) for name in names], "integer-dtype"),
            (lambda topics, names: [1 if name in topics else 0 for name in names], "integer-dtype"),
            (lambda topics, names: names.index(topics[0]) if topics else -1, "single-label-index"),
            (lambda topics, names: [1.0] * len(topics) + [0.0] * (len(names) - len(topics)), "order-of-input-not-of-names"),
            (lambda topics, names: [float(name in topics) for name in names], "unknown-label-ignored"),
            (lambda topics, names: [1.0 if name in topics else 0.0 for name in names], "unknown-label-ignored"),
            (last_topic_only, None),
            (by_dictionary, None),
            (by_counting, None),
            (takes_topics_away, None),
            (lambda topics, names: [name in topics for name in names], None),
            (lambda topics, names: [float(name in topics) for name in sorted(names)], None),
            (lambda topics, names: set(topics), None),
            (lambda topics, names: "1.0 0.0", None),
            (lambda topics, names: None, None),
            (lambda topics, names: [[float(name in topics)] for name in names], None),
            (by_index([], ["sports"]), None),
            ([0.0, 1.0], None),
        ],
    },
    "03.softmax_ceiling": {
        "right": [0.5, np.float64(0.5), torch.tensor(0.5), 1 / 2],
        "not attempted": [...],
        "wrong": [
            (1.0, "softmax-gives-independent-scores"),
            (1, "softmax-gives-independent-scores"),
            (0.99, "softmax-gives-independent-scores"),
            (0.2, "softmax-shares-evenly"),
            (0.3, None),
            ("0.5", None),
            (None, None),
        ],
    },
    "03.settings": {
        "right": [settings, lambda names: settings(names, num_labels=len(names))],
        "not attempted": [lambda names: settings(names, problem_type=...), lambda names: ...],
        "wrong": [
            (lambda names: settings(names, problem_type="multilabel"), "problem-type-typo"),
            (lambda names: settings(names, problem_type="single_label_classification"), "several-labels-are-one-class"),
            (lambda names: settings(names, id2label={str(number): name for number, name in enumerate(names)}), "string-keys"),
            (lambda names: settings(names, id2label={name: number for number, name in enumerate(names)}), "inverted-map"),
            (lambda names: settings(names, id2label=dict(enumerate(sorted(names)))), "sorted-alphabetically"),
            (lambda names: settings(names, id2label=names), None),
            (lambda names: settings(names, num_labels=2), None),
            (lambda names: settings(names, problem_type=None), None),
            (lambda names: settings(names, id2label={np.int64(number): name for number, name in enumerate(names)}), None),
            (lambda names: settings(["politics", "economics", "technology", "sports", "entertainment"]), None),
            (lambda names: "multi_label_classification", None),
        ],
    },
    "03.judge": {
        "right": [unpacked, judge(torch.sigmoid), judge(lambda logits: logits, threshold=0), without_sigmoid, judge(lambda logits: torch.stack([-logits, logits], -1).div(2).softmax(-1)[..., 1])],
        "not attempted": [half_filled, ..., lambda evaluation: ...],
        "wrong": [
            (judge(lambda logits: logits.softmax(-1)), "softmax-gives-independent-scores"),
            (judge(lambda logits: logits), "threshold-on-logits"),
            (judge(torch.sigmoid, average="micro"), "micro-equals-macro"),
            (judge(torch.sigmoid, average="samples"), "texts-are-labels"),
            (judge(torch.sigmoid, average="weighted"), "weighted-not-macro"),
            (one_label_a_text, "largest-output-only"),
            (judge(torch.sigmoid, average=None), None),
            (judge(torch.sigmoid, average="binary"), None),
            (judge(lambda logits: logits.softmax(0)), None),
            (lambda evaluation: f1_score(evaluation.label_ids, evaluation.predictions >= 0, average="macro", zero_division=0), None),
            (lambda evaluation: {"f1": 1.0}, None),
            (lambda evaluation: {"macro_f1": "0.5"}, None),
            (lambda evaluation: None, None),
        ],
    },
    "03.metric_pick": {
        "right": [WISHES, dict(reversed(WISHES.items()))],
        "not attempted": [dict.fromkeys(WISHES, ...)],
        "wrong": [
            ({**WISHES, RARE: "micro-F1"}, "micro-equals-macro"),
            ({**WISHES, POT: "macro-F1"}, "micro-equals-macro"),
            ({**WISHES, RARE: "samples-F1"}, "texts-are-labels"),
            ({**WISHES, READER: "macro-F1"}, "texts-are-labels"),
            ({**WISHES, RARE: "Hamming loss"}, "hamming-low-is-good"),
            ({**WISHES, READER: "Hamming loss"}, "hamming-low-is-good"),
            ({**WISHES, CLERK: "exact match"}, None),
            ({**WISHES, FILED: ...}, None),
            ({**WISHES, FILED: "accuracy"}, None),
            ("macro-F1", None),
            (list(WISHES.values()), None),
        ],
    },
    "03.best_thresholds": {
        "right": [searched, lambda probabilities, labels, miss: torch.tensor(searched(probabilities, labels, miss)), lambda *case: np.round(searched(*case), 2)],
        "not attempted": [lambda probabilities, labels, miss: ..., ...],
        "wrong": [
            (shared_by_loop, "one-threshold-for-all"),
            (lambda probabilities, labels, miss: searched(probabilities, labels, np.ones(labels.shape[1])), "accuracy-instead-of-cost"),
            (f1_searched, "f1-instead-of-cost"),
            (lambda probabilities, labels, miss: searched(probabilities, labels, np.ones(len(miss)), false_alarm=lambda label: miss[label]), "miss-and-false-alarm-swapped"),
            (lambda *case: searched(*case, better=lambda cost, best: cost <= best), "ties-take-last"),
            (searched_on_a_coarse_grid, None),
            (searched_on_a_part, None),
            (whole_number_labels, None),
            (lambda probabilities, labels, miss: searched(probabilities, labels, np.array([20, 1, 5, 1, 2])[: labels.shape[1]]), None),
            (lambda probabilities, labels, miss: 0.5, None),
            (lambda probabilities, labels, miss: np.full(labels.shape[1], 0.5), None),
            (lambda probabilities, labels, miss: 1 / (1 + miss), None),
            (lambda probabilities, labels, miss: [searched(probabilities, labels, miss)], None),
            (lambda probabilities, labels, miss: "low", None),
            (lambda probabilities, labels, miss: None, None),
            (lambda probabilities, labels: None, None),
            (0.5, None),
        ],
    },
    "03.wrong_head": {
        "right": [two_texts, lambda scores_of: torch.tensor(two_texts(scores_of)), lambda scores_of: np.bool_(two_texts(scores_of))],
        "not attempted": [lambda scores_of: ..., ...],
        "wrong": [
            (lambda scores_of: bool(abs(scores_of(torch.tensor([[2.0, 0.1, -3.0]])).sum() - 1) < 1e-3), "sum-of-one-means-softmax"),
            (lambda scores_of: bool(scores_of(torch.tensor([[-0.2, 3.0]])).argmax() != 1), "argmax-tells-them-apart"),
            (lambda scores_of: bool(scores_of(torch.tensor([[-5.0, -4.0]]))[0, 0] != scores_of(torch.tensor([[5.0, -4.0]]))[0, 0]), "own-score-is-no-proof"),
            (by_gradient, None),
            (sum_moves, None),
            (lambda scores_of: two_texts(lambda logits: scores_of(logits.numpy())), None),
            (a_little_more, None),
            (lambda scores_of: True, "own-score-is-no-proof"),
            (lambda scores_of: False, "argmax-tells-them-apart"),
            (lambda scores_of: "softmax", None),
            (lambda scores_of: "softmax" in repr(scores_of), None),
            (lambda scores_of: None, None),
            (True, None),
        ],
    },
    "03.samples_f1": {
        "right": [samples_by_loop, lambda labels, answers: f1_score(labels, answers, average="samples", zero_division=1), lambda *case: torch.tensor(samples_by_loop(*case))],
        "not attempted": [lambda labels, answers: ..., ...],
        "wrong": [
            (lambda labels, answers: f1_score(labels, answers, average="samples", zero_division=0), "zero-over-zero"),
            (samples_with_nan, "zero-over-zero"),
            (lambda labels, answers: f1_score(labels, answers, average="macro", zero_division=1), "averaged-over-labels"),
            (lambda labels, answers: f1_score(labels, answers, average="samples", zero_division=np.nan), "empty-rows-dropped"),
            (lambda labels, answers: (labels == answers).all(1).mean(), "exact-match-is-samples-f1"),
            (lambda labels, answers: f1_score(labels, answers, average="micro", zero_division=1), None),
            (lambda labels, answers: (labels == answers).mean(), None),
            (bools_added, None),
            (lambda labels, answers: 0.833, None),
            (lambda labels, answers: None, None),
            (0.833, None),
        ],
    },
}

ENDLESS = []
