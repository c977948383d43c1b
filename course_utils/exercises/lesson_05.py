"""The exercises of lesson 05: what is right, and how the known errors look."""

import random

from course_utils.exercises.core import Choose, Write
from course_utils.exercises.lesson_01 import read_yes_or_no
from course_utils.exercises.running import Wrong, of_type

CLS, SEP = "[CLS]", "[SEP]"


def two_texts():
    """Pairs of texts in pieces, of different lengths: one of a single piece, one in which `[SEP]` was typed, and an empty one among them."""
    return [(["a", SEP, "b"], ["c"]), (["alone"], []), (["card", "declined", "twice"], ["it", "works"]), (["zen", "##vy"], ["no"]), (["a"], ["an", "old", "mug", "."]), (["so", "it", "is"], ["is", "it", "so"])]


def read_row(answer):
    """Pieces and segments of a row: a list of texts and a list of whole numbers. Raises Wrong for anything else."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Wrong(f"Your function gives {of_type(answer)}. Two things are expected: the list of pieces and the list of segments.")
    pieces, segments = (part.tolist() if hasattr(part, "tolist") else part for part in answer)
    if not all(isinstance(part, (list, tuple)) for part in (pieces, segments)) or not all(isinstance(piece, str) for piece in pieces):
        raise Wrong("The first of the two has to be a list of pieces, the second a list of whole numbers, one for each piece.")
    if any(isinstance(number, str) for number in segments):
        raise Wrong("Your function gives two lists of pieces, a row for each text.", "list-of-tuples-as-batch")
    return list(pieces), list(segments)


def row(first, second, middle=(SEP,), segments=(0, 0, 1, 1)):
    """A row, with what known errors change: what stands between the texts, and the segment of each of the four parts."""
    parts = ([CLS, *first], middle, second, [SEP])
    return [piece for part in parts for piece in part], [segment for part, segment in zip(parts, segments) for _ in part]


def row_error(**changes):
    """A function that builds the row with a known error."""
    return lambda first, second: row(first, second, **changes)


def second_cls(first, second):
    """The known error: the second text gets a `[CLS]` of its own."""
    return row(first, [CLS, *second])


def numbered_answers():
    """A model's answers as numbers, its names, and ours: the same order, others, capitals on either side, names that begin alike, a dictionary out of order, no answers."""
    ours = ["entailment", "neutral", "contradiction"]
    orders = [["contradiction", "entailment", "neutral"], ["entailment", "neutral", "contradiction"], ["CONTRADICTION", "NEUTRAL", "ENTAILMENT"]]
    fixed = [([0, 1, 2, 2, 0], dict(enumerate(names)), ours) for names in orders]
    desk = ["answers", "partly", "elsewhere", "does_not_answer"]
    capitals, alike = ([1, 0, 2], dict(enumerate(orders[0])), ["Entailment", "Neutral", "CONTRADICTION"]), ["Yes", "yes_in_part", "no"]
    return [*fixed, ([3, 0, 0, 1, 2], dict(enumerate(random.Random(4).sample(desk, 4))), desk), capitals,
            ([0, 2, 1, 1, 0, 2, 2], {2: "YES_in_part", 0: "nO", 1: "yEs"}, alike), ([], {0: "no", 1: "yes"}, ["yes", "no"])]  # fmt: skip


def read_numbers(answer):
    """A list of whole numbers, from lists, NumPy or torch. Raises Wrong for anything else."""
    values = answer.tolist() if hasattr(answer, "tolist") else list(answer) if isinstance(answer, (list, tuple, range)) else None
    values = values if values is None else [value.item() if hasattr(value, "item") else value for value in values]
    if values is None or any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        raise Wrong(f"Your function gives {of_type(answer)}. A list of whole numbers is expected.")
    return values


def by_name(numbers, theirs, ours):
    """The right numbers, for the known errors to spoil."""
    places = {name.lower(): place for place, name in enumerate(ours)}
    return [places[theirs[number].lower()] for number in numbers]


def inverted(numbers, theirs, ours):
    """The known error: it looks up in the other direction."""
    back = {by_name([number], theirs, ours)[0]: number for number in theirs}
    return [back[number] for number in numbers]


def with_capitals(numbers, theirs, ours):
    """The known error: names with capitals are not found, and their numbers are left as they are."""
    return [ours.index(theirs[number]) if theirs[number] in ours else number for number in numbers]


class Answers:
    """A classifier of pairs for `hypothesis_only`: `rule(premise, hypothesis)` gives the label of a pair."""

    def __init__(self, name, rule):
        self.name, self.rule = name, rule

    def __call__(self, premises, hypotheses):
        """A label for each pair. Raises ValueError when there are not equally many."""
        return [self.rule(premise, hypothesis) for premise, hypothesis in zip(premises, hypotheses, strict=True)]

    def __repr__(self):
        return self.name


PREMISES = ["the cup is red", "no one came", "two men run", "a dog sleeps", "rain fell", "she sold it"]
HYPOTHESES = ["the cup is not blue", "a cat sings", "two men sit", "no dog runs", "it is wet", "she did not keep it"]
LABELS = ["entailment", "neutral", "contradiction", "contradiction", "entailment", "contradiction"]
LEARNED = dict(zip(HYPOTHESES, LABELS))
DENIED = ("no", "not")


def words_shared(premise, hypothesis):
    """How many words of a hypothesis stand in the premise."""
    return len(set(premise.split()) & set(hypothesis.split()))


def classifiers():
    """Classifiers to try: with high and with low scores, some that read the premise and some that do not."""
    rules = {
        "one that knows each hypothesis by heart": lambda premise, hypothesis: LEARNED[hypothesis],
        "one that looks for `no` and `not` in the hypothesis": lambda premise, hypothesis: "contradiction" if set(DENIED) & set(hypothesis.split()) else "neutral",
        "one that always says neutral": lambda premise, hypothesis: "neutral",
        "one that counts shared words": lambda premise, hypothesis: "entailment" if words_shared(premise, hypothesis) > 1 else "contradiction",
        "one that knows each pair by heart": lambda premise, hypothesis: LEARNED[hypothesis] if PREMISES[HYPOTHESES.index(hypothesis)] == premise else "neutral",
        "one that reads the premise alone": lambda premise, hypothesis: "contradiction" if "o" in premise else "entailment",
        "one that reads one premise and knows the rest": lambda premise, hypothesis: "neutral" if premise == PREMISES[3] else LEARNED[hypothesis],
        "one that reads another premise and knows the rest": lambda premise, hypothesis: "neutral" if premise == PREMISES[0] else LEARNED[hypothesis],
    }
    rules |= {f"one that knows pair {place + 1}, and the hypotheses of the others": only_pair(place, PREMISES, LEARNED) for place in range(len(PREMISES))}
    made = [(Answers(name, rule), list(PREMISES), list(HYPOTHESES), list(LABELS)) for name, rule in rules.items()]
    many = {f"claim {number}": LABELS[number % 6] for number in range(40)}
    premises = [f"listing {number}" for number in range(40)]
    return [*made, (Answers("one of whose forty answers depends on the premise", only_pair(17, premises, many)), premises, list(many), list(many.values()))]


def only_pair(place, premises, learned):
    """A rule that knows the label of each hypothesis, except where it stands with the premise at `place` as it was: there it says another."""
    pair = premises[place], list(learned)[place]
    return lambda premise, hypothesis: "another" if (premise, hypothesis) == pair else learned[hypothesis]


def turned(texts):
    """The texts, each a place further on."""
    return [texts[-1], *texts[:-1]]


def score(answers, labels):
    """The share of right answers."""
    return sum(one == other for one, other in zip(answers, labels)) / len(labels)


class Second:
    """The second stage of `rank_two_stage`: scores of passages by their numbers, as many as the budget allows."""

    def __init__(self, scores, budget):
        self.scores, self.budget, self.asked = scores, budget, 0

    def __call__(self, numbers):
        """The scores of some passages. Raises Wrong when more are asked for than the budget allows."""
        numbers = read_numbers(numbers)
        self.asked += len(numbers)
        if self.asked > self.budget:
            raise Wrong(f"Your function asks the second stage for {self.asked} scores, and it may ask for {self.budget}.", "scores-all")
        return [self.scores[number] for number in numbers]

    def __repr__(self):
        return f"a second stage with the scores {self.scores}"


def rankings():
    """Scores of the first stage, a second stage, and how many it may look at: once more than there are passages; some below zero, some that hardly differ, some equal in the first stage."""
    made = []
    for seed, (passages, k) in enumerate([(6, 3), (8, 2), (5, 4), (4, 6), (7, 7), (30, 20)]):
        draw = random.Random(seed)
        first, second = ([round(value / 100, 2) for value in draw.sample(range(-50, 50), passages)] for _ in range(2))
        made.append((first, Second(second, min(k, passages)), k))
    close, equal = ([0.3, 0.2, 0.1], [0.70001, 0.70003, 0.70002]), ([0.5, -0.2, 0.5, 0.4], [-1.5, 2.0, -0.5, -1.0])
    return [*made, (close[0], Second(close[1], 3), 3), (equal[0], Second(equal[1], 3), 3)]


def best(scores):
    """Numbers of scores, the largest first."""
    return sorted(range(len(scores)), key=lambda number: -scores[number])


def reranked(first, second, k, worst_first=False):
    """The right order, or the worst first."""
    return sorted(best(first)[:k], key=lambda number: second.scores[number] * (1 if worst_first else -1))


def places(first, second, k):
    """The known error: places in the short list where numbers of passages are wanted."""
    chosen = best(first)[:k]
    return best([second.scores[number] for number in chosen])


def from_behind(first, second, k):
    """The known error: a slice that starts before the list when k is larger than it."""
    chosen = sorted(range(len(first)), key=lambda number: first[number])[len(first) - k :]
    return sorted(chosen, key=lambda number: -second.scores[number])


EXERCISES = {
    "05.pair_encode": Write(
        cases=two_texts,
        read=read_row,
        same=lambda one, other: one == other,
        show=lambda case: f"the texts {case[0]} and {case[1]}",
        wrong={
            "concatenated-with-space": row_error(middle=(), segments=(0, 0, 0, 0)),
            "segment-ids-all-zero": row_error(segments=(0, 0, 0, 0)),
            "separator-starts-the-second": row_error(segments=(0, 1, 1, 1)),
            "each-text-has-a-cls": second_cls,
        },
        right="One row, one `[CLS]`, a `[SEP]` after each text, and the segments say which text a piece belongs to.",
    ),
    "05.truncate": Choose(
        key={
            "A 10, B 5, longest_first": "both whole",
            "A 30, B 5, longest_first": "A is cut",
            "A 30, B 40, longest_first": "both are cut",
            "A 8, B 40, only_second": "B is cut",
            "A 30, B 5, only_first": "A is cut",
            "A 30, B 5, only_second": "an error",
        },
        choices=("both whole", "A is cut", "B is cut", "both are cut", "an error"),
        wrong={
            ("A 30, B 40, longest_first", "B is cut"): "longest-first-is-safe",
            ("A 30, B 5, longest_first", "both are cut"): "longest-first-cuts-both",
            ("A 8, B 40, only_second", "A is cut"): "only-second-cuts-question",
            ("A 30, B 5, only_second", "B is cut"): "only-second-always-fits",
        },
        right="`longest_first` takes a piece from whichever text is longer at that moment; the other two touch one text, and fail where that is not enough.",
    ),
    "05.remap_labels": Write(
        cases=numbered_answers,
        read=read_numbers,
        same=lambda one, other: one == other,
        show=lambda case: f"the answers {case[0]}, their names {case[1]} and ours {case[2]}",
        wrong={
            "matched-by-index": lambda numbers, theirs, ours: numbers,
            "looks-up-backwards": inverted,
            "case-sensitive-names": with_capitals,
        },
        right="Names are what two models have in common; numbers are each one's own.",
    ),
    "05.hypothesis_only": Write(
        cases=classifiers,
        read=read_yes_or_no,
        same=lambda one, other: one == other,
        show=lambda case: repr(case[0]),
        wrong={
            "high-score-means-understanding": lambda classify, premises, hypotheses, labels: score(classify(premises, hypotheses), labels) < 0.5,
            "both-moved-together": lambda classify, premises, hypotheses, labels: (
                score(classify(turned(premises), turned(hypotheses)), turned(labels)) == score(classify(premises, hypotheses), labels)
            ),
            "same-score-same-answers": lambda classify, premises, hypotheses, labels: score(classify(turned(premises), hypotheses), labels) == score(classify(premises, hypotheses), labels),
            "moves-the-hypotheses": lambda classify, premises, hypotheses, labels: classify(premises, turned(hypotheses)) == classify(premises, hypotheses),
        },
        right="If no answer moves when every hypothesis gets another premise, the premise was not read, whatever the score.",
    ),
    "05.regression_head": Choose(
        key={
            "scores 0.0 to 5.0, problem_type='regression'": "the number",
            "scores 0.0 to 5.0, problem_type left out, trained by Trainer": "the number",
            "labels 0 and 1, whole numbers, problem_type left out, trained by Trainer": "the number",
            "scores 0.0 to 5.0, problem_type left out, the loss computed outside the model": "a sigmoid of it",
            "labels [1.0] and [0.0], problem_type='multi_label_classification'": "a sigmoid of it",
            "labels 1.0 and 0.0, not [1.0] and [0.0], problem_type='multi_label_classification'": "an error in training",
        },
        choices=("the number", "a sigmoid of it", "an error in training"),
        wrong={
            ("scores 0.0 to 5.0, problem_type='regression'", "a sigmoid of it"): "one-label-means-binary",
            ("scores 0.0 to 5.0, problem_type left out, trained by Trainer", "a sigmoid of it"): "one-label-means-binary",
            ("labels 0 and 1, whole numbers, problem_type left out, trained by Trainer", "a sigmoid of it"): "one-label-means-binary",
            ("scores 0.0 to 5.0, problem_type left out, the loss computed outside the model", "the number"): "pipeline-knows-the-task",
            ("labels 1.0 and 0.0, not [1.0] and [0.0], problem_type='multi_label_classification'", "a sigmoid of it"): "a-label-needs-no-column",
        },
        right="The pipeline goes by `problem_type`; where that is empty, one output gets a sigmoid.",
    ),
    "05.rank_two_stage": Write(
        cases=rankings,
        read=read_numbers,
        same=lambda one, other: one == other,
        show=lambda case: f"first scores {case[0]}, {case[1]!r} and k = {case[2]}",
        wrong={
            "sorts-ascending": lambda first, second, k: reranked(first, second, k, worst_first=True),
            "places-not-numbers": places,
            "k-larger-than-n": from_behind,
            "first-order-kept": lambda first, second, k: best(first)[:k],
        },
        right="The first stage chooses who is looked at, the second decides, and the second was asked for k scores at most.",
    ),
}
