"""Attempts at the exercises of lesson 05. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

import numpy as np
import torch


def by_concatenation(first, second):
    row = ["[CLS]"] + first + ["[SEP]"] + second + ["[SEP]"]
    return row, [int(place > len(first) + 1) for place in range(len(row))]


def up_to_the_first_separator(first, second):
    row = by_concatenation(first, second)[0]
    return row, [int(place > row.index("[SEP]")) for place in range(len(row))]


def without_an_empty_text(first, second):
    return by_concatenation(first, second) if second else (["[CLS]", *first, "[SEP]"], [0] * (len(first) + 2))


def as_array(first, second):
    row, segments = by_concatenation(first, second)
    return [row, np.array(segments)]


def in_place_row(first, second):
    first.insert(0, "[CLS]")
    return by_concatenation(first[1:], second)


def two_rows(first, second):
    return [["[CLS]", *first, "[SEP]"], ["[CLS]", *second, "[SEP]"]]


def without_end(first, second):
    row, segments = by_concatenation(first, second)
    return row[:-1], segments[:-1]


def one_text(first, second):
    whole = first + second
    return ["[CLS]", *whole, "[SEP]"], [0] * (len(whole) + 2)


def with_second_cls(first, second):
    row = ["[CLS]", *first, "[SEP]", "[CLS]", *second, "[SEP]"]
    return row, [0] * (len(first) + 2) + [1] * (len(second) + 2)


TRUNCATED = {
    "A 10, B 5, longest_first": "both whole",
    "A 30, B 5, longest_first": "A is cut",
    "A 30, B 40, longest_first": "both are cut",
    "A 8, B 40, only_second": "B is cut",
    "A 30, B 5, only_first": "A is cut",
    "A 30, B 5, only_second": "an error",
}


def by_table(numbers, theirs, ours):
    table = {number: [one.lower() for one in ours].index(name.lower()) for number, name in theirs.items()}
    return np.array([table[number] for number in numbers])


def remap_in_torch(numbers, theirs, ours):
    places = {name.casefold(): place for place, name in enumerate(ours)}
    return torch.tensor([places[theirs[number].casefold()] for number in numbers], dtype=torch.long)


def ours_as_they_stand(numbers, theirs, ours):
    return [ours.index(theirs[number].lower()) for number in numbers]


def by_first_letter(numbers, theirs, ours):
    return [[name[0].lower() for name in ours].index(theirs[number][0].lower()) for number in numbers]


def by_order_of_the_dictionary(numbers, theirs, ours):
    return [[name.lower() for name in ours].index(list(theirs.values())[number].lower()) for number in numbers]


def first_five(numbers, theirs, ours):
    return by_table(numbers[:5], theirs, ours).tolist()


def upside_down(numbers, theirs, ours):
    names = [theirs[number].lower() for number in range(len(theirs))]
    return [names.index(ours[number].lower()) for number in numbers]


def typed(numbers, theirs, ours):
    known = {"entailment": 0, "neutral": 1, "contradiction": 2}
    return [known[theirs[number].lower()] for number in numbers]


def get_with_default(numbers, theirs, ours):
    places = {name: place for place, name in enumerate(ours)}
    return [places.get(theirs[number], number) for number in numbers]


def sorted_names(numbers, theirs, ours):
    return [sorted(ours).index(theirs[number].lower()) for number in numbers]


def reversed_premises(classify, premises, hypotheses, labels):
    return list(classify(premises[::-1], hypotheses)) == list(classify(premises, hypotheses))


def blank_premises(classify, premises, hypotheses, labels):
    return classify([""] * len(premises), hypotheses) == classify(premises, hypotheses)


def in_numpy(classify, premises, hypotheses, labels):
    one, other = (np.array(classify(list(given), hypotheses)) for given in (premises, np.roll(premises, 2)))
    return (one == other).all()


def shuffles_in_place(classify, premises, hypotheses, labels):
    before = classify(premises, hypotheses)
    premises.reverse()
    return classify(premises, hypotheses) == before


def right_share(answers, labels):
    return np.mean([one == other for one, other in zip(answers, labels)])


def both_turned(classify, premises, hypotheses, labels):
    turned = [texts[1:] + texts[:1] for texts in (premises, hypotheses, labels)]
    return bool(right_share(classify(turned[0], turned[1]), turned[2]) == right_share(classify(premises, hypotheses), labels))


def same_score(classify, premises, hypotheses, labels):
    moved = [premises[-1], *premises[:-1]]
    return bool(right_share(classify(moved, hypotheses), labels) == right_share(classify(premises, hypotheses), labels))


def mostly_the_same(classify, premises, hypotheses, labels):
    return bool(right_share(classify(premises[::-1], hypotheses), classify(premises, hypotheses)) > 0.6)


READ_OUT = {
    "scores 0.0 to 5.0, problem_type='regression'": "the number",
    "scores 0.0 to 5.0, problem_type left out, trained by Trainer": "the number",
    "labels 0 and 1, whole numbers, problem_type left out, trained by Trainer": "the number",
    "scores 0.0 to 5.0, problem_type left out, the loss computed outside the model": "a sigmoid of it",
    "labels [1.0] and [0.0], problem_type='multi_label_classification'": "a sigmoid of it",
    "labels 1.0 and 0.0, not [1.0] and [0.0], problem_type='multi_label_classification'": "an error in training",
}
GIVEN, FILLED, WHOLE, OUTSIDE, BINARY, FLAT = READ_OUT


def in_numpy_two_stages(first, second, k):
    chosen = np.argsort(first)[::-1][:k]
    return chosen[np.argsort(second(chosen.tolist()))[::-1]]


def one_at_a_time(first, second, k):
    chosen = sorted(range(len(first)), key=lambda number: first[number], reverse=True)[:k]
    scores = {number: second([number])[0] for number in chosen}
    return sorted(chosen, key=scores.get, reverse=True)


def in_torch_two_stages(first, second, k):
    chosen = torch.tensor(first).topk(min(k, len(first))).indices
    return chosen[torch.tensor(second(chosen)).argsort(descending=True)]


def scores_all(first, second, k):
    scores = second(range(len(first)))
    return sorted(range(len(first)), key=lambda number: -scores[number])[:k]


def scores_all_as_a_list(first, second, k):
    return scores_all(first, lambda numbers: second(list(numbers)), k)


def asks_twice(first, second, k):
    chosen = sorted(range(len(first)), key=lambda number: -first[number])[:k]
    second(chosen)
    return one_at_a_time(first, second, k)


def worst_first(first, second, k):
    return one_at_a_time(first, second, k)[::-1]


def places_in_the_list(first, second, k):
    chosen = sorted(range(len(first)), key=lambda number: -first[number])[:k]
    return np.argsort(-np.array(second(chosen)))


def slices_before_the_start(first, second, k):
    chosen = np.argsort(first)[len(first) - k :]
    return chosen[np.argsort(second(chosen))[::-1]]


def by_value(first, second, k):
    return one_at_a_time([-abs(score) for score in first], second, k)


def first_place_of_a_score(first, second, k):
    chosen = [first.index(score) for score in sorted(first, reverse=True)[:k]]
    return [number for _, number in sorted(zip(second(chosen), chosen), reverse=True)]


def a_dictionary_of_scores(first, second, k):
    numbers = {score: number for number, score in enumerate(first)}
    chosen = [numbers[score] for score in sorted(numbers, reverse=True)[:k]]
    return [number for _, number in sorted(zip(second(chosen), chosen), reverse=True)]


def picked_and_zeroed(first, second, k):
    first, chosen = list(first), []
    for _ in range(min(k, len(first))):
        chosen.append(max(range(len(first)), key=first.__getitem__))
        first[chosen[-1]] = 0
    return [number for _, number in sorted(zip(second(chosen), chosen), reverse=True)]


def at_most_eight(first, second, k):
    return one_at_a_time(first, second, min(k, 8))


def in_thousandths(first, second, k):
    return one_at_a_time(first, lambda numbers: [int(1000 * score) for score in second(numbers)], k)


def first_stage_only(first, second, k):
    return sorted(range(len(first)), key=lambda number: -first[number])[:k]


def lowest_of_the_first(first, second, k):
    chosen = np.argsort(first)[:k]
    return chosen[np.argsort(second(chosen))[::-1]]


def never_ends(first, second):
    while True:
        len(first)


ATTEMPTS = {
    "05.pair_encode": {
        "right": [by_concatenation, as_array],
        "not attempted": [lambda first, second: ..., lambda first, second: (["[CLS]"], ...), ...],
        "wrong": [
            (one_text, "concatenated-with-space"),
            (lambda first, second: (by_concatenation(first, second)[0], [0] * (len(first) + len(second) + 3)), "segment-ids-all-zero"),
            (lambda first, second: (by_concatenation(first, second)[0], [0] * (len(first) + 1) + [1] * (len(second) + 2)), "separator-starts-the-second"),
            (with_second_cls, "each-text-has-a-cls"),
            (two_rows, "list-of-tuples-as-batch"),
            (without_end, None),
            (up_to_the_first_separator, None),
            (without_an_empty_text, None),
            (in_place_row, None),
            (lambda first, second: by_concatenation(second, first), None),
            (lambda first, second: by_concatenation(first, second)[0], None),
            (lambda first, second: (" ".join(first), 0), None),
            (lambda first, second: ([1, 2], [0, 1]), None),
            (lambda first, second: None, None),
            (lambda first: first, None),
        ],
    },
    "05.truncate": {
        "right": [TRUNCATED],
        "not attempted": [dict.fromkeys(TRUNCATED, ...)],
        "wrong": [
            ({**TRUNCATED, "A 30, B 40, longest_first": "B is cut"}, "longest-first-is-safe"),
            ({**TRUNCATED, "A 30, B 5, longest_first": "both are cut"}, "longest-first-cuts-both"),
            ({**TRUNCATED, "A 8, B 40, only_second": "A is cut"}, "only-second-cuts-question"),
            ({**TRUNCATED, "A 30, B 5, only_second": "B is cut"}, "only-second-always-fits"),
            ({**TRUNCATED, "A 30, B 5, only_first": ...}, None),
            ("both whole", None),
            (None, None),
        ],
    },
    "05.remap_labels": {
        "right": [by_table, remap_in_torch],
        "not attempted": [lambda numbers, theirs, ours: ..., lambda numbers, theirs, ours: [...]],
        "wrong": [
            (lambda numbers, theirs, ours: list(numbers), "matched-by-index"),
            (upside_down, "looks-up-backwards"),
            (get_with_default, "case-sensitive-names"),
            (typed, None),
            (sorted_names, None),
            (ours_as_they_stand, None),
            (by_first_letter, None),
            (by_order_of_the_dictionary, None),
            (first_five, None),
            (lambda numbers, theirs, ours: [theirs[number] for number in numbers], None),
            (lambda numbers, theirs, ours: [ours.index(theirs[number]) for number in numbers], None),
            (lambda numbers, theirs, ours: [float(number) for number in numbers], None),
            (lambda numbers, theirs, ours: None, None),
            (lambda numbers, theirs, ours: 0, None),
        ],
    },
    "05.hypothesis_only": {
        "right": [reversed_premises, blank_premises, in_numpy],
        "not attempted": [lambda classify, premises, hypotheses, labels: ...],
        "wrong": [
            (lambda classify, premises, hypotheses, labels: bool(right_share(classify(premises, hypotheses), labels) < 0.5), "high-score-means-understanding"),
            (both_turned, "both-moved-together"),
            (same_score, "same-score-same-answers"),
            (lambda classify, premises, hypotheses, labels: classify(premises, hypotheses[1:] + hypotheses[:1]) == classify(premises, hypotheses), "moves-the-hypotheses"),
            (lambda classify, premises, hypotheses, labels: classify(premises, [hypotheses[-1], *hypotheses[:-1]]) == classify(premises, hypotheses), "moves-the-hypotheses"),
            (mostly_the_same, None),
            (lambda classify, premises, hypotheses, labels: bool(right_share(classify(premises[1:] + premises[:1], hypotheses), classify(premises, hypotheses)) > 0.95), None),
            (lambda classify, premises, hypotheses, labels: classify([premises[3], *premises[:3], *premises[4:]], hypotheses) == classify(premises, hypotheses), None),
            (lambda classify, premises, hypotheses, labels: classify(premises[:4][::-1] + premises[4:], hypotheses) == classify(premises, hypotheses), None),
            (lambda classify, premises, hypotheses, labels: classify(premises[1:] + premises[:1], hypotheses)[:4] == classify(premises, hypotheses)[:4], None),
            (lambda classify, premises, hypotheses, labels: classify([premises[0]] * len(premises), hypotheses) == classify(premises, hypotheses), None),
            (lambda classify, premises, hypotheses, labels: classify(sorted(premises), hypotheses) == classify(premises, hypotheses), None),
            (shuffles_in_place, None),
            (lambda classify, premises, hypotheses, labels: classify(premises[1:], hypotheses) == 0, None),
            (lambda classify, premises, hypotheses, labels: "True", None),
            (lambda classify, premises, hypotheses, labels: True, "both-moved-together"),
            (lambda classify, premises, hypotheses, labels: None, None),
        ],
    },
    "05.regression_head": {
        "right": [READ_OUT],
        "not attempted": [dict.fromkeys(READ_OUT, ...)],
        "wrong": [
            ({**READ_OUT, GIVEN: "a sigmoid of it"}, "one-label-means-binary"),
            ({**READ_OUT, FILLED: "a sigmoid of it"}, "one-label-means-binary"),
            ({**READ_OUT, WHOLE: "a sigmoid of it"}, "one-label-means-binary"),
            ({**READ_OUT, WHOLE: "an error in training"}, None),
            ({**READ_OUT, OUTSIDE: "the number"}, "pipeline-knows-the-task"),
            ({**READ_OUT, FLAT: "a sigmoid of it"}, "a-label-needs-no-column"),
            ({**READ_OUT, BINARY: "the number"}, None),
            ({**READ_OUT, BINARY: "softmax"}, None),
            (["the number"] * 6, None),
        ],
    },
    "05.rank_two_stage": {
        "right": [in_numpy_two_stages, one_at_a_time, in_torch_two_stages],
        "not attempted": [lambda first, second, k: ..., lambda first, second, k: [...]],
        "wrong": [
            (scores_all_as_a_list, "scores-all"),
            (scores_all, "scores-all"),
            (asks_twice, "scores-all"),
            (worst_first, "sorts-ascending"),
            (places_in_the_list, "places-not-numbers"),
            (slices_before_the_start, "k-larger-than-n"),
            (first_stage_only, "first-order-kept"),
            (lowest_of_the_first, None),
            (by_value, None),
            (first_place_of_a_score, None),
            (a_dictionary_of_scores, None),
            (picked_and_zeroed, None),
            (at_most_eight, None),
            (in_thousandths, None),
            (lambda first, second, k: [float(number) for number in first_stage_only(first, second, k)], None),
            (lambda first, second, k: in_numpy_two_stages(first, second, k)[0], None),
            (lambda first, second, k: second(["one"]), None),
            (lambda first, second, k: None, None),
        ],
    },
}

ENDLESS = [("05.pair_encode", never_ends)]
