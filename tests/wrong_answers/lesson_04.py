"""Attempts at the exercises of lesson 04. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

import numpy as np
import torch

F1 = "F1 over entities"


def align_by_set(word_ids, labels):
    seen = set()
    return [-100 if word is None or word in seen or seen.add(word) else labels[word] for word in word_ids]


def align_numpy(word_ids, labels):
    row = np.full(len(word_ids), -100)
    for word in dict.fromkeys(word_ids):
        if word is not None:
            row[word_ids.index(word)] = labels[word]
    return row


def align_torch(word_ids, labels):
    return torch.tensor(align_by_set(word_ids, labels))


def if_word(word_ids, labels):
    row, before = [], None
    for word in word_ids:
        if word and word != before:
            row.append(labels[word])
        else:
            row.append(-100)
        before = word
    return row


def by_zip(word_ids, labels):
    return [labels[word] if word is not None else -100 for word in word_ids]


def o_for_none(word_ids, labels):
    row, before = [], None
    for word in word_ids:
        row.append(0 if word is None else labels[word] if word != before else -100)
        before = word
    return row


def only_the_ends(word_ids, labels):
    row = o_for_none(word_ids, labels)
    row[0] = row[-1] = -100
    return row


def label_after_label(word_ids, labels):
    row = [-100]
    for word in range(len(labels)):
        row.append(labels[word])
        row.extend([-100] * (word_ids.count(word) - 1))
    row.append(-100)
    while len(row) < len(word_ids):
        row.append(-100)
    return row


def pops_a_copy(word_ids, labels):
    labels, row, before = list(labels), [], None
    for word in word_ids:
        if word is not None and word != before and labels:
            row.append(labels.pop(0))
        else:
            row.append(-100)
        before = word
    return row


def pops_the_labels(word_ids, labels):
    return [labels.pop(0) if word is not None else -100 for word in word_ids]


def one_off(word_ids, labels):
    return align_by_set(word_ids[1:], labels) + [-100]


def without_specials(word_ids, labels):
    return [label for label in align_by_set(word_ids, labels) if label != -100]


def looks_at_the_next(word_ids, labels):
    after = [*word_ids[1:], None]
    return [-100 if word is None or word == later else labels[word] for word, later in zip(word_ids, after)]


def needs_a_special_in_front(word_ids, labels):
    return [-100 if word is None or word == word_ids[place - 1] else labels[word] for place, word in enumerate(word_ids)]


def five_at_most(word_ids, labels):
    return [-100 if word is None or word in word_ids[max(place - 1, 0) : place] and word_ids[:place].count(word) < 5 else labels[word] for place, word in enumerate(word_ids)]


def by_dictionary(label, names):
    return {name: number for number, name in enumerate(names)}.get("I" + names[label][1:], label) if names[label] != "O" else label


def by_torch(label, names):
    return torch.tensor(by_dictionary(label, names))


def splits(label, names):
    return names.index("I-" + names[label].split("-")[1]) if names[label].startswith("B-") else label


def replaces(label, names):
    name = names[label]
    if name.startswith("B-"):
        return {known: number for number, known in enumerate(names)}.get(name.replace("B-", "I-"), label)
    return label


def plus_one(label, names):
    return label + 1 if names[label][0] == "B" else label


def odd_plus_one(label, names):
    return label + label % 2


def ends_with_type(label, names):
    kind = names[label][2:]
    for number, name in enumerate(names):
        if name.startswith("I-") and name.endswith(kind):
            return number
    return label


def ends_with_type_of_b(label, names):
    name = names[label]
    return next((number for number, other in enumerate(names) if other[0] == "I" and other.endswith(name[2:])), label) if name[0] == "B" else label


def spans_with_start(tags):
    found, start, kind = set(), None, None
    for place, tag in enumerate([*tags, "O"]):
        if start is not None and not (tag.startswith("I-") and tag[2:] == kind):
            found.add((start, place, kind))
            start = None
        if start is None and tag != "O":
            start, kind = place, tag[2:]
    return found


def spans_as_lists(tags):
    return [list(span) for span in sorted(spans_with_start(tags), reverse=True)]


def spans_numpy(tags):
    return [(np.int64(start), np.int64(end), np.str_(kind)) for start, end, kind in spans_with_start(tags)]


def spans_inclusive(tags):
    return [(start, end - 1, kind) for start, end, kind in spans_with_start(tags)]


def spans_on_o(tags):
    return [span for span in spans_with_start(tags) if span[1] < len(tags)]


def spans_merged(tags):
    found = []
    for span in sorted(spans_with_start(tags)):
        begins = tags[span[0]].startswith("B-")
        if begins and found and found[-1][1:] == (span[0], span[2]):
            found[-1] = (found[-1][0], span[1], span[2])
        else:
            found.append(span)
    return found


def spans_any_type(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag.startswith("B-") or tag.startswith("I-") and not (found and found[-1][1] == place):
            found.append((place, place + 1, tag[2:]))
        elif tag.startswith("I-"):
            found[-1] = (found[-1][0], place + 1, found[-1][2])
    return found


def spans_strict(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append((place, place + 1, tag[2:]))
        elif tag.startswith("I-") and found and found[-1][1:] == (place, tag[2:]):
            found[-1] = (found[-1][0], place + 1, tag[2:])
    return found


def spans_with_words(tags):
    return [(kind, start, end) for start, end, kind in spans_with_start(tags)]


def read_numpy(word_ids, answers, count):
    labels = [None] * count
    for word, answer in reversed(list(zip(word_ids, answers))):
        if word is not None:
            labels[word] = np.int64(answer)
    return labels, {word for word in range(count) if labels[word] is None}


def read_arrays(word_ids, answers, count):
    labels = np.array(read_numpy(word_ids, answers, count)[0], dtype=object)
    return labels, np.flatnonzero([label is None for label in labels])


def read_places(word_ids, answers, count):
    labels, lost = read_numpy(word_ids, answers, count)
    return labels, torch.tensor(sorted(lost), dtype=torch.long)


def read_last(word_ids, answers, count):
    found = {word: answer for word, answer in zip(word_ids, answers)}
    return [found.get(word) for word in range(count)], [word for word in range(count) if word not in found]


def read_survivors(word_ids, answers, count):
    return [label for label in read_numpy(word_ids, answers, count)[0] if label is not None], []


def read_side_by_side(word_ids, answers, count):
    left = [answer for word, answer in zip(word_ids, answers) if word is not None]
    return [left[word] if word < len(left) else None for word in range(count)], [word for word in range(count) if word >= len(left)]


def read_o(word_ids, answers, count):
    return [0 if label is None else label for label in read_numpy(word_ids, answers, count)[0]], []


def read_in_other_order(word_ids, answers, count):
    return read_numpy(word_ids, answers, count)[::-1]


def never_ends(word_ids, labels):
    while True:
        len(word_ids)


REASONS = {
    "what makes it high": "words outside names count, and most are",
    "what would prove it": "score answers that are all O",
    "what to report": "F1 over entities",
}

ATTEMPTS = {
    "04.memory": {
        "right": [6 / 14, 3 / 7, np.float64(6 / 14), 2 / (1 / (3 / 6) + 1 / (3 / 8))],
        "not attempted": [..., [...]],
        "wrong": [
            (3 / 6, "precision-is-f1"),
            (3 / 8, "recall-is-f1"),
            (3 / 14, "factor-two-forgotten"),
            (3 / 11, "overlap-for-f1"),
            (0.5, "precision-is-f1"),
            (0.43, None),
            (0.4286, None),
            ("6/14", None),
            (None, None),
            (True, None),
            (float("nan"), None),
        ],
    },
    "04.align": {
        "right": [align_by_set, align_numpy, align_torch, lambda word_ids, labels: tuple(align_by_set(word_ids, labels))],
        "not attempted": [lambda word_ids, labels: [... for _ in word_ids], lambda word_ids, labels: ..., ...],
        "wrong": [
            (one_off, "shifted-by-one"),
            (lambda word_ids, labels: [*align_by_set(word_ids, labels)[1:], -100], "shifted-by-one"),
            (needs_a_special_in_front, None),
            (five_at_most, None),
            (lambda word_ids, labels: [bool(label) for label in align_by_set(word_ids, labels)], None),
            (o_for_none, "specials-labelled"),
            (by_zip, "continuation-counted"),
            (only_the_ends, "padding-counted"),
            (label_after_label, "truncation-ignored"),
            (pops_a_copy, "next-label-please"),
            (if_word, "word-id-zero-is-falsy"),
            (pops_the_labels, None),
            (without_specials, None),
            (looks_at_the_next, None),
            (lambda word_ids, labels: labels, None),
            (lambda word_ids, labels: [None if word is None else labels[word] for word in word_ids], None),
            (lambda word_ids, labels: [float(label) for label in align_by_set(word_ids, labels)], None),
            (lambda word_ids, labels: str(align_by_set(word_ids, labels)), None),
            (lambda word_ids, labels: None, None),
            (lambda word_ids, labels: np.int64(3), None),
            (lambda word_ids: word_ids, None),
            ([-100, 0, -100], None),
        ],
    },
    "04.continue_tag": {
        "right": [by_dictionary, by_torch, lambda label, names: np.int64(by_dictionary(label, names))],
        "not attempted": [lambda label, names: ..., ...],
        "wrong": [
            (plus_one, "adds-one-blindly"),
            (ends_with_type, "o-becomes-i"),
            (replaces, "string-replace-eats-hyphen"),
            (lambda label, names: label, "rest-keeps-b"),
            (splits, None),
            (ends_with_type_of_b, None),
            (lambda label, names: names.index("I-" + names[label].lstrip("B-")) if names[label][0] == "B" else label, None),
            (odd_plus_one, None),
            (lambda label, names: names[by_dictionary(label, names)], None),
            (lambda label, names: -100, None),
            (lambda label, names: names.index("I-PER"), None),
            (lambda label, names: names.remove(names[label]), None),
            (lambda label, names: None, None),
            (2, None),
        ],
    },
    "04.spans": {
        "right": [spans_with_start, spans_as_lists, spans_numpy, lambda tags: tuple(spans_with_start(tags))],
        "not attempted": [lambda tags: [] or ..., lambda tags: [(..., ..., "PER")]],
        "wrong": [
            (spans_inclusive, "end-inclusive"),
            (spans_merged, "adjacent-entities-merged"),
            (spans_on_o, "last-span-lost"),
            (spans_any_type, "type-change-ignored"),
            (spans_strict, "illegal-i-dropped"),
            (spans_with_words, None),
            (lambda tags: [tag for tag in tags if tag != "O"], None),
            (lambda tags: [(start, end, kind[:3]) for start, end, kind in spans_with_start(tags)], None),
            (lambda tags: [(start, end, kind.split("-")[0]) for start, end, kind in spans_with_start(tags)], None),
            (lambda tags: [span for span in spans_with_start(tags) if span[2] != "MISC"], None),
            (lambda tags: tags[0] and spans_with_start(tags), None),
            (lambda tags: [(bool(start), end, kind) for start, end, kind in spans_with_start(tags)], None),
            (lambda tags: [], None),
            (lambda tags: None, None),
            (lambda tags: {0: "PER"}, None),
            (lambda tags: [(0, 1)], None),
            (lambda tags: [(0.0, 1.0, "PER")], None),
            ([(0, 1, "PER")], None),
        ],
    },
    "04.entity_f1": {
        "right": [{F1: "0.44"}, "0.44"],
        "not attempted": [{F1: ...}, ...],
        "wrong": [
            ({F1: "0.67"}, "partial-credit"),
            ("0.75", "token-f1"),
            ({F1: "0.50"}, "boundary-error-counts-once"),
            ({F1: "0.29"}, "overlap-for-f1"),
            (0.44, None),
            ({F1: 0.44}, None),
            (None, None),
        ],
    },
    "04.flattering_score": {
        "right": [REASONS, dict(reversed(REASONS.items()))],
        "not attempted": [dict.fromkeys(REASONS, ...)],
        "wrong": [
            ({**REASONS, "what would prove it": "train on more data"}, "more-data-will-fix"),
            ({**REASONS, "what makes it high": "train on more data"}, "more-data-will-fix"),
            ({**REASONS, "what makes it high": "the test is too small"}, "the-test-is-too-small"),
            ({**REASONS, "what to report": "the same score without the easy texts"}, "harder-texts-mend-the-score"),
            ({**REASONS, "what to report": ...}, None),
            ({**REASONS, "what to report": "accuracy"}, None),
            ("F1 over entities", None),
            (list(REASONS.values()), None),
        ],
    },
    "04.read_back": {
        "right": [read_numpy, read_arrays, read_places, lambda word_ids, answers, count: list(read_numpy(word_ids, answers, count))],
        "not attempted": [lambda word_ids, answers, count: (..., ...), ...],
        "wrong": [
            (read_survivors, "drops-truncated-silently"),
            (read_side_by_side, "assumes-one-piece"),
            (read_last, "last-piece-wins"),
            (read_o, "lost-words-called-o"),
            (read_in_other_order, None),
            (lambda word_ids, answers, count: read_numpy(word_ids, answers, count)[0], None),
            (lambda word_ids, answers, count: answers, None),
            (lambda word_ids, answers, count: (read_numpy(word_ids, answers, count)[0], count), None),
            (lambda word_ids, answers, count: (read_numpy(word_ids, answers, count)[0], [None]), None),
            (lambda word_ids, answers, count: ([label and bool(label) for label in read_numpy(word_ids, answers, count)[0]], []), None),
            (lambda word_ids, answers, count: ([[answer] for answer in answers], []), None),
            (lambda word_ids, answers, count: ([None] * count, list(range(count))), None),
            (lambda word_ids, answers, count: {}, None),
            (lambda word_ids, answers, count: None, None),
            (([], []), None),
        ],
    },
}

ENDLESS = [("04.align", never_ends)]
