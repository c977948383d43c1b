"""The exercises of lesson 04: what is right, and how the known errors look."""

import random

from course_utils.exercises.core import Choose, Number, Write
from course_utils.exercises.running import Wrong, of_type

NAMES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
OTHER_ORDERS = [  # the alphabet's order; shuffled; types with a hyphen; a type that ends another, and one that begins with B
    ["B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O"],
    ["I-LOC", "O", "B-ORG", "I-PER", "B-LOC", "B-PER", "I-ORG"],
    ["O", "B-SUB-UNIT", "I-SUB-UNIT", "I-creative-work", "B-creative-work"],
    ["O", "I-SUB-UNIT", "I-BANK", "I-UNIT", "B-SUB-UNIT", "B-UNIT", "B-BANK"],
]


def pieces_and_labels():
    """Word ids of pieces, a label for each word: plain; padded; cut; a word without a piece; without specials; long; at random."""
    fixed = [
        ([None, 0, 1, 1, 1, 2, None], [5, 1, 0]),
        ([None, 0, 0, 1, None, None, None], [3, 4]),
        ([None, 0, 1, 2, 2, None], [0, 5, 1, 2, 0]),
        ([None, 0, 3, 3, 4, None], [1, 7, 8, 3, 4]),
        ([None, 0, 0, None], [7]),
        ([0, 0], [5]),
        ([0, 1, 1, 2], [4, 0, 3]),
        ([None, 0, 0, 0, 0, 0, 0, 1, None], [6, 2]),
    ]
    return fixed + [case_of(random.Random(seed)) for seed in range(8)]


def case_of(rng):
    """Random words of one to four pieces, now and then none; cut and padded at random."""
    labels = [rng.randrange(9) for _ in range(rng.randrange(2, 9))]
    pieces = [word for word in range(len(labels)) for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 4]))]
    kept = pieces[: rng.randrange(1, len(pieces) + 1)] if pieces else []
    return [None, *kept, None, *[None] * rng.randrange(3)], labels


def read_labels(answer):
    """A list of whole numbers, also from NumPy or torch. Raises Wrong for anything else."""
    numbers = as_list(answer, "A label for each piece is expected, in a list.")
    odd = next((number for number in numbers if type(number) is not int), 0)
    if type(odd) is not int:
        raise Wrong(f"In your list stands {of_type(odd)}. Labels are whole numbers, and -100 where none counts.")
    return numbers


def as_list(answer, wanted):
    """An answer as a plain list. Raises Wrong that says what is wanted."""
    if not isinstance(answer, (list, tuple)) and not hasattr(answer, "tolist"):
        raise Wrong(f"Your function gives {of_type(answer)}. {wanted}")
    answer = answer.tolist() if hasattr(answer, "tolist") else answer
    if not isinstance(answer, (list, tuple)):
        raise Wrong(f"Your function gives a single value. {wanted}")
    return [plain(value) for value in answer]


def plain(value):
    """A value of NumPy or torch as Python's own; what holds several, as it is."""
    try:
        return value.item() if hasattr(value, "item") else value
    except (ValueError, RuntimeError):
        return value


def first_pieces(word_ids, labels, special=-100, further=lambda label: -100):
    """The right alignment, with the parts that known errors change."""
    before = [None, *word_ids]
    return [special if word is None else labels[word] if word != last else further(labels[word]) for last, word in zip(before, word_ids)]


def filled_with_o(word_ids, labels):
    """The known error: only the first and the last place are taken for specials, and filling is labelled O."""
    row = first_pieces(word_ids, labels, special=0)
    return [-100, *row[1:-1], -100]


def from_the_labels(word_ids, labels):
    """The known error: it goes through the labels and not through the pieces, so words that were cut get a place as well."""
    row = [-100]
    for word, label in enumerate(labels):
        row += [label] + [-100] * (word_ids.count(word) - 1)
    return row + [-100] * max(len(word_ids) - len(row), 1)


def next_please(word_ids, labels):
    """The known error: it takes the next label when a new word begins, also after a word that has no piece."""
    left, before, row = iter(labels), None, []
    for word in word_ids:
        row.append(next(left, -100) if word is not None and word != before else -100)
        before = word
    return row


def zero_is_falsy(word_ids, labels):
    """The classic: `if word:` is False for word 0."""
    row, before = [], None
    for word in word_ids:
        row.append(labels[word] if word and word != before else -100)
        before = word
    return row


def tags_to_continue():
    """Each label of several lists of names, in the usual order first."""
    return [(number, names) for names in [NAMES, *OTHER_ORDERS] for number in range(len(names))]


def read_label(answer):
    """One whole number. Raises Wrong for anything else."""
    value = plain(answer)
    if isinstance(value, str):
        raise Wrong("Your function gives a text. The number of the label is wanted: `names.index(…)` finds it.")
    if type(value) is not int:
        raise Wrong(f"Your function gives {of_type(answer)}. The number of a label is expected.")
    return value


def o_becomes_inside(label, names):
    """The known error: the type of O is taken to be '', and every I- ends in that."""
    return next((number for number, name in enumerate(names) if name.startswith("I-") and name.endswith(names[label][2:])), label)


def replaced(label, names):
    """The known error: `replace` changes each `B-`, also the one inside a type's name."""
    name = names[label].replace("B-", "I-")
    return names.index(name) if name in names else label


def sequences():
    """BIO tags to read: each known shape once, and random ones, legal or not."""
    types = ["", "O B-MISC I-MISC", "B-X-Y I-X-Y B-X-Z I-X-Y"]  # none at all; of four letters; with a hyphen
    fixed = ["O B-PER I-PER O", "B-PER I-PER B-PER O", "O B-ORG I-ORG", "B-PER I-ORG O", "O I-LOC I-LOC O", "B-LOC B-LOC", "O O", "I-PER B-PER I-PER I-ORG"]
    made = [[random.Random(seed).choice(["O", "B-PER", "I-PER", "B-ORG", "I-ORG"]) for _ in range(3 + seed)] for seed in range(8)]
    return [(text.split(),) for text in [*fixed, *types]] + [(tags,) for tags in made]


def read_spans(answer):
    """Spans as (start, end, type), in order. Raises Wrong for anything else."""
    if not isinstance(answer, (list, tuple, set)):
        raise Wrong(f"Your function gives {of_type(answer)}. A list of (start, end, type) is expected.")
    spans = [tuple(map(plain, span)) if isinstance(span, (list, tuple)) else span for span in answer]
    for span in spans:
        if not isinstance(span, tuple) or [type(part) for part in span] != [int, int, str]:
            raise Wrong(f"In your list stands {span!r}. Each span is (start, end, type), two whole numbers and a text such as 'PER'.")
    return sorted(spans)


def spans_of(tags, merge=False, ignore_type=False, drop_illegal=False, last=True, end=0):
    """The right spans, with the parts that known errors change."""
    found = []
    for place, tag in enumerate(tags):
        open_here = found and found[-1][1] == place
        same = open_here and (found[-1][2] == tag[2:] or ignore_type)
        if tag.startswith("I-") and same or merge and tag.startswith("B-") and open_here and found[-1][2] == tag[2:]:
            found[-1] = (found[-1][0], place + 1, found[-1][2])
        elif tag != "O" and not (drop_illegal and tag.startswith("I-")):
            found.append((place, place + 1, tag[2:]))
    kept = found if last else [span for span in found if span[1] < len(tags)]
    return [(start, stop + end, kind) for start, stop, kind in kept]


def spans_error(**changes):
    """A function that reads spans with a known error."""
    return lambda tags: spans_of(tags, **changes)


def pieces_to_read():
    """Word ids, an answer for each piece, and the number of words: plain; cut; words without a piece; padded; and at random."""
    rng = random.Random(4)
    rows = [ids for ids, _ in pieces_and_labels()]
    counts = [len(labels) for _, labels in pieces_and_labels()]
    return [(ids, [rng.randrange(9) for _ in ids], count) for ids, count in zip(rows, counts)]


def read_pair(answer):
    """A list of labels, None where there is none, and a list of places. Raises Wrong for anything else."""
    wanted = "Two lists are expected: a label for each word, and the places of the words without one."
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise Wrong(f"Your function gives {of_type(answer)}. {wanted}")
    labels, lost = (as_list(list(part) if isinstance(part, set) else part, f"That is one of the two. {wanted}") for part in answer)
    odd = next((label for label in labels if label is not None and type(label) is not int), None)
    if odd is not None:
        raise Wrong(f"In your labels stands {of_type(odd)}. One label, a whole number, or None is expected for each word.")
    if any(type(place) is not int for place in lost):
        raise Wrong("Your second list has something else than whole numbers. The places of the words without a label are expected.")
    return labels, sorted(lost)


def read_pieces(word_ids, answers, count, which=min, lost=None):
    """The right reading, with the parts that known errors change."""
    places = {word: which(place for place, of in enumerate(word_ids) if of == word) for word in word_ids if word is not None}
    return [answers[places[word]] if word in places else lost for word in range(count)], [word for word in range(count) if word not in places]


def surviving_only(word_ids, answers, count):
    """The known error: a list of those that are left, and nobody knows of the others."""
    labels, _ = read_pieces(word_ids, answers, count)
    return [label for label in labels if label is not None], []


def one_piece_each(word_ids, answers, count):
    """The known error: piece after piece is taken for word after word."""
    labels = [answer for word, answer in zip(word_ids, answers) if word is not None][:count]
    return labels + [None] * (count - len(labels)), list(range(len(labels), count))


REASONS = ("words outside names count, and most are", "the test is too small", "train on more data", "score answers that are all O", "F1 over entities",
           "the same score without the easy texts")  # fmt: skip

EXERCISES = {
    "04.memory": Number(
        key=2 * 3 / (8 + 6),
        wrong={3 / 6: "precision-is-f1", 3 / 8: "recall-is-f1", 3 / (8 + 6): "factor-two-forgotten", 3 / (8 + 6 - 3): "overlap-for-f1"},
        right="2 · right / (to find + called so), as with a row and a column.",
    ),
    "04.align": Write(
        cases=pieces_and_labels,
        read=read_labels,
        same=lambda one, other: one == other,
        show=lambda case: f"word_ids {case[0]} and labels {case[1]}",
        gap=lambda one, other: -len(other),
        wrong={
            "shifted-by-one": (
                lambda word_ids, labels: [*first_pieces(word_ids, labels)[1:], -100],
                lambda word_ids, labels: [*first_pieces(word_ids[1:], labels), -100],
            ),
            "specials-labelled": lambda word_ids, labels: first_pieces(word_ids, labels, special=0),
            "continuation-counted": lambda word_ids, labels: first_pieces(word_ids, labels, further=lambda label: label),
            "padding-counted": filled_with_o,
            "truncation-ignored": from_the_labels,
            "next-label-please": next_please,
            "word-id-zero-is-falsy": zero_is_falsy,
        },
        right="Each first piece has its word's label, also after a word without a piece, and nothing else counts.",
    ),
    "04.continue_tag": Write(
        cases=tags_to_continue,
        read=read_label,
        same=lambda one, other: one == other,
        show=lambda case: f"label {case[0]}, {case[1][case[0]]!r}, of {case[1]}",
        wrong={
            "adds-one-blindly": lambda label, names: label + 1 if names[label].startswith("B-") else label,
            "o-becomes-i": o_becomes_inside,
            "string-replace-eats-hyphen": replaced,
            "rest-keeps-b": lambda label, names: label,
        },
        right="It goes by the name, so it holds for any order of the labels and any type.",
    ),
    "04.spans": Write(
        cases=sequences,
        read=read_spans,
        same=lambda one, other: one == other,
        show=lambda case: f"the tags {' '.join(case[0])}" if case[0] else "a text without a word",
        gap=lambda one, other: -len(other),
        wrong={
            "end-inclusive": spans_error(end=-1),
            "adjacent-entities-merged": spans_error(merge=True),
            "last-span-lost": spans_error(last=False),
            "type-change-ignored": spans_error(ignore_type=True),
            "illegal-i-dropped": spans_error(drop_illegal=True),
        },
        right="Neighbours stay apart, the last one is there, and what is illegal is repaired.",
    ),
    "04.entity_f1": Choose(
        key={"F1 over entities": "0.44"},
        choices=("0.29", "0.44", "0.50", "0.67", "0.75"),
        wrong={
            ("F1 over entities", "0.29"): "overlap-for-f1",
            ("F1 over entities", "0.67"): "partial-credit",
            ("F1 over entities", "0.75"): "token-f1",
            ("F1 over entities", "0.50"): "boundary-error-counts-once",
        },
        right="2 of 5 are found and 2 of 4 marks are right: 4 / 9.",
    ),
    "04.flattering_score": Choose(
        key={"what makes it high": REASONS[0], "what would prove it": REASONS[3], "what to report": REASONS[4]},
        choices=REASONS,
        wrong={
            ("what would prove it", "train on more data"): "more-data-will-fix",
            ("what makes it high", "train on more data"): "more-data-will-fix",
            ("what makes it high", "the test is too small"): "the-test-is-too-small",
            ("what to report", "the same score without the easy texts"): "harder-texts-mend-the-score",
        },
        right="A model that finds nothing shows what such a score is worth, and entities leave the O out.",
    ),
    "04.read_back": Write(
        cases=pieces_to_read,
        read=read_pair,
        same=lambda one, other: one == other,
        show=lambda case: f"word_ids {case[0]}, answers {case[1]} and {case[2]} words",
        gap=lambda one, other: -len(other[0]),
        wrong={
            "drops-truncated-silently": surviving_only,
            "assumes-one-piece": one_piece_each,
            "last-piece-wins": lambda word_ids, answers, count: read_pieces(word_ids, answers, count, which=max),
            "lost-words-called-o": lambda word_ids, answers, count: (read_pieces(word_ids, answers, count, lost=0)[0], []),
        },
        right="Each word has its first piece's answer, and those without one are named.",
    ),
}
