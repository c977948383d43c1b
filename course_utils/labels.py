"""Labels of words on pieces, and back: alignment, read-out, BIO and spans, entity F1, and windows for long texts.

    encoded = tokenizer(words, is_split_into_words=True, truncation=True)      # words: a list of words for each text
    encoded["labels"] = labels.align_labels(encoded, word_labels, "first")     # inside Dataset.map(…, batched=True) too
    read = labels.read_words(encoded, logits, [len(text) for text in words])   # after training: one label a word
    spans = labels.spans_of([names[label] for label in read[0].labels])        # (start, end, type), and where in the text:
    labels.to_characters(spans, offsets)

Which word a piece belongs to is always asked of the tokenizer, never counted: some words have several pieces, some have
none, and truncation takes others. Truncation and padding have to be on the right, as they are unless a tokenizer is told
otherwise. BIO names are "O", "B-TYPE" for the first word of an entity and "I-TYPE" for the rest.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

IGNORED = -100  # the label that PyTorch's cross-entropy passes over
STRATEGIES = ("first", "inside", "copy")
KINDS = ("right", "type", "boundary", "type and boundary", "missed", "invented")


class LabelError(ValueError):
    """Labels and pieces do not fit together; the message says why and what to do."""


@dataclass
class Words:
    """What was read for the words of one text: a label for each, None where there is none; and which words those are."""

    labels: list
    cut: list = field(default_factory=list)  # places of words whose first piece was cut off by truncation
    without_piece: list = field(default_factory=list)  # places of words that the tokenizer makes no piece of


def align_labels(encoding, word_labels, strategy="first", names=None):
    """A label for each piece of each text, from a label for each word: a list of lists like `input_ids`.

    `encoding` is what a fast tokenizer gave for lists of words; specials and padding get -100, which the loss passes over.
    The first piece of a word gets the word's label. Its further pieces get, by `strategy`: "first", -100; "inside", the
    I- label of an entity's type where the word has B-, else the word's label (`names`, the labels' names in order, are
    needed); "copy", the word's label again. Raises LabelError.
    """
    rows = encodings_of(encoding)
    if len(rows) != len(word_labels) or any(np.ndim(labels) == 0 for labels in word_labels):
        raise LabelError(f"There are {len(rows)} texts in the encoding and {len(word_labels)} rows of labels. Labels want a list for each text, also for a single one.")
    further = label_of_further_pieces(strategy, names)
    return [aligned(row, labels, further) for row, labels in zip(rows, word_labels)]


def encodings_of(encoding):
    """The parts of a tokenizer's answer, one a text. Raises LabelError where words cannot be told, or some begin with a later piece."""
    if not hasattr(encoding, "encodings"):
        raise LabelError(f"A {type(encoding).__name__} does not know which word a piece belongs to. Give what the tokenizer returned, before it became a column or a tensor.")
    if not encoding.encodings:
        raise LabelError("Nothing here says which word a piece belongs to: the tokenizer is a slow one, written in Python (`tokenizer.is_fast` has to be True), or `pad` or a collator has made a new batch. Give what a fast tokenizer returned.")
    if "overflow_to_sample_mapping" in encoding:
        raise LabelError("With return_overflowing_tokens a window may begin in the middle of a word, and a later piece would be taken for its first. Use `labels.windows`, which cuts between words.")
    if any(row.n_sequences > 1 for row in encoding.encodings):
        raise LabelError("These are pairs of texts, and the words of both are counted from 0. Tokenize one text at a time.")
    if any(cut_from_the_left(row) for row in encoding.encodings):
        raise LabelError("A text was cut from the left, so a later piece of a word may stand where its first was. Set `tokenizer.truncation_side = \"right\"`, and give `max_length` room for a whole word.")
    if not of_words(encoding.encodings):
        raise LabelError("Places are counted through the text, not from the start of each word, so the tokenizer got texts. Give it lists of words, and `is_split_into_words=True`.")
    return encoding.encodings


def cut_from_the_left(row):
    """Whether truncation took the first pieces; also where all are of one character, and it cannot be told which it took."""
    kept, gone = places_of(row), [place for part in row.overflowing for place in places_of(part)]
    ends = (min(gone), max(gone)) if kept and gone else None
    return ends is not None and (ends[0] < kept[0] or ends[1] < kept[-1] or ends == (kept[0], kept[-1]))


def places_of(row):
    """For each piece that belongs to a word: the word, and where in the word the piece starts."""
    return [(word, start) for word, (start, _) in zip(row.word_ids, row.offsets) if word is not None]


def of_words(rows):
    """Whether the tokenizer got words: places begin anew with each. In a text all grow, and from four words on that is no chance."""
    steps = 0
    for row in rows:
        places = [(word, *place) for word, place in zip(row.word_ids, row.offsets) if word is not None]
        for (word, _, end), (later, start, _) in zip(places, places[1:]):
            if start < end and word != later:
                return True
            steps += word != later
    return steps < 3


def label_of_further_pieces(strategy, names):
    """A function from a word's label to that of its pieces after the first. Raises LabelError for an unknown strategy."""
    if strategy == "first":
        return lambda label: IGNORED
    if strategy == "copy":
        return lambda label: label
    if strategy != "inside":
        raise LabelError(f"There is no strategy {strategy!r}. There are: {', '.join(STRATEGIES)}.")
    if names is None:
        raise LabelError("The strategy 'inside' needs `names`, the names of the labels in order, to find the I- of a B-.")
    after = inside_labels(names)
    return lambda label: after.get(label, label)


def inside_labels(names):
    """For the number of each B- label that of the I- label of its type. Raises LabelError where that is missing."""
    numbers = {name: number for number, name in enumerate(names)}
    missing = [name for name in names if name.startswith("B-") and f"I-{name[2:]}" not in numbers]
    if missing:
        raise LabelError(f"{', '.join(missing)} has no I- label of its type among the names.")
    return {number: numbers[f"I-{name[2:]}"] for name, number in numbers.items() if name.startswith("B-")}


def aligned(row, labels, further):
    """The label of each piece of one text."""
    found, before = [], None
    try:
        for word in row.word_ids:
            if word is None:  # [CLS], [SEP], padding
                found.append(IGNORED)
                continue
            found.append(labels[word] if word != before else further(labels[word]))
            before = word
    except IndexError:
        raise LabelError(f"A text has {len(labels)} labels and at least {word + 1} words. Each word needs a label, also one that the tokenizer makes no piece of.") from None
    return found


def read_words(encoding, logits, counts, how="first"):
    """One label for each word from logits for each piece: a `Words` for each text.

    `logits` has for each text (pieces or more, labels), as `Trainer.predict` gives them; `counts` has each text's number of
    words: the encoding does not know it when the last ones were cut, and one too many is called a word without a piece. `how` is "first", the word's first piece, right
    for every strategy; or "mean", of the logits of its pieces, which fits "copy". Raises LabelError.
    """
    if how not in ("first", "mean"):
        raise LabelError(f"There is no way to read {how!r}. There are: first, mean.")
    rows = encodings_of(encoding)
    if not len(rows) == len(logits) == len(counts):
        raise LabelError(f"There are {len(rows)} texts in the encoding, {len(logits)} in the logits and {len(counts)} in the counts.")
    return [read_row(row, np.asarray(table), count, how) for row, table, count in zip(rows, logits, counts)]


def read_row(row, table, count, how):
    """The `Words` of one text from its logits (pieces, labels)."""
    if len(table) < len(row.word_ids) or row.attention_mask[:1] == [0] and len(table) > len(row.word_ids):
        raise LabelError(f"A text has {len(row.word_ids)} pieces and logits for {len(table)}. There has to be a row for each, and padding on the right.")
    places = {}
    for place, word in enumerate(row.word_ids):
        if word is not None:
            places.setdefault(word, []).append(place)
    cut_off = {word for part in row.overflowing for word in part.word_ids if word is not None} - set(places)
    if max([*places, *cut_off], default=-1) >= count:
        raise LabelError(f"A text has more than the {count} words that `counts` gives it. Count the words that went into the tokenizer.")
    labels = [None] * count
    for word, of_word in places.items():
        scores = table[of_word[:1] if how == "first" else of_word].mean(axis=0)
        if np.isnan(scores).any():
            raise LabelError("Logits are nan, not a number: they say nothing about a word. Look at the training.")
        labels[word] = int(scores.argmax())
    none = [word for word in range(count) if word not in places and word not in cut_off]
    return Words(labels, sorted(cut_off), none)


def windows(encoding, size, stride):
    """For each text ranges of words (start, end) that cover it, for texts longer than the encoder can read.

    `encoding` is of the whole texts, without truncation. A range has at most `size` pieces, [CLS] and [SEP] not counted, or
    is a single word that has more. Neighbours share whole words of at most `stride` pieces. Tokenize the words of each
    range as a text of its own, and put what was read together with `join_windows`. Raises LabelError.
    """
    if not 0 <= stride < size:
        raise LabelError(f"stride has to be at least 0 and smaller than size, and they are {stride} and {size}.")
    found = []
    for row in encodings_of(encoding):
        pieces = Counter(word for word in row.word_ids if word is not None)
        found.append(ranges([pieces[word] for word in range(max(pieces, default=-1) + 1)], size, stride))
    return found


def ranges(pieces, size, stride):
    """The ranges for one text; `pieces` has the number of pieces of each word up to the last that has any."""
    found, start, end = [], 0, 0
    while end < len(pieces):
        end = start + 1
        while end < len(pieces) and sum(pieces[start : end + 1]) <= size:
            end += 1
        found.append((start, end))
        start = end
        while start > found[-1][0] + 1 and sum(pieces[start - 1 : end]) <= stride and sum(pieces[start - 1 : end + 1]) <= size:
            start -= 1
    return found


def join_windows(ranges, parts, count):
    """One `Words` for a text of `count` words from those of its windows: a word is read where it stands furthest from a cut."""
    last = max((end for _, end in ranges), default=0)
    if last > count:
        raise LabelError(f"The windows cover {last} words, and `count` says {count}. Count the words that were cut into windows.")
    labels, room = [None] * count, [-1] * count
    for (start, end), part in zip(ranges, parts, strict=True):
        for word in range(start, end):
            here = min(word - start if start else count, end - 1 - word if end < last else count)
            if here > room[word] and part.labels[word - start] is not None:
                labels[word], room[word] = part.labels[word - start], here
    cut = {start + word for (start, _), part in zip(ranges, parts) for word in part.cut if labels[start + word] is None}
    return Words(labels, sorted(cut), [word for word in range(count) if labels[word] is None and word not in cut])


def repair(tags):
    """BIO without illegal steps: an I- that continues no entity of its type becomes B-. The same rule turns IOB1 into IOB2."""
    before = ["O", *tags]
    return [f"B-{tag[2:]}" if tag.startswith("I-") and last[2:] != tag[2:] else tag for last, tag in zip(before, tags)]


def spans_of(tags, strict=False):
    """The entities of one text as (start, end, type), words counted from 0, end not included.

    An entity that starts with I- is repaired, as seqeval does by default; with `strict` it is none, as in its strict mode.
    """
    found = []
    for place, tag in enumerate(tags if strict else repair(tags)):
        if tag.startswith("B-"):
            found.append((place, place + 1, tag[2:]))
        elif tag.startswith("I-") and found and found[-1][1:] == (place, tag[2:]):
            found[-1] = (found[-1][0], place + 1, tag[2:])
    return found


def to_characters(spans, offsets):
    """Spans of words as spans of characters; `offsets` has the start and end of each word in the text."""
    return [(offsets[start][0], offsets[end - 1][1], kind) for start, end, kind in spans]


def entity_f1(truth, said, strict=False):
    """F1 over whole entities: one counts when start, end and type are right. `truth` and `said` have a list of BIO tags a text."""
    right = true = called = 0
    for one, other in zip(truth, said, strict=True):
        if len(one) != len(other):
            raise LabelError(f"A text has {len(one)} true tags and {len(other)} predicted ones. Each word has one of each; read_words says which words got none.")
        wanted, found = set(spans_of(one, strict)), set(spans_of(other, strict))
        right, true, called = right + len(wanted & found), true + len(wanted), called + len(found)
    return 2 * right / (true + called) if true + called else 0.0


def compare_spans(truth, said):
    """What became of each entity of a text: (kind, true span or None, predicted span or None), kind one of KINDS.

    Each span is in one pair at most; where several overlap, the pair that is less wrong is made first.
    """
    overlaps = [(kind_of(one, other), one, other) for one in truth for other in said if one[0] < other[1] and other[0] < one[1]]
    found, missed, invented = [], list(truth), list(said)
    for kind, one, other in sorted(overlaps, key=lambda pair: KINDS.index(pair[0])):
        if one in missed and other in invented:
            missed.remove(one)
            invented.remove(other)
            found.append((kind, one, other))
    return found + [("missed", one, None) for one in missed] + [("invented", None, other) for other in invented]


def kind_of(one, other):
    """How two overlapping spans differ."""
    if one[:2] == other[:2]:
        return "right" if one == other else "type"
    return "boundary" if one[2] == other[2] else "type and boundary"
