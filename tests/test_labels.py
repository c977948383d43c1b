"""Labels find their words again, whatever the words are; spans and scores are those of seqeval; windows lose nothing.

What is right is computed another way: each word is tokenized on its own and its pieces are counted, without `word_ids`.
"""

import random
from collections import Counter

import numpy as np
import pytest
import tokenizers
import transformers
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from course_utils import data, encoder, labels

NAMES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
SHUFFLED = ["I-LOC", "B-ORG", "O", "I-PER", "B-MISC", "B-LOC", "I-MISC", "B-PER", "I-ORG"]
WORDS = {  # words by kind, to draw from
    "ordinary": ["paid", "Okafor", "refund", "Zenvy", "Kowalczyk", "in", "US", "don't", "178", "-", "...", "São", "straße", "U.S.", "ﬁne", "½"],
    "emoji": ["😀", "👍🏽", "👩‍👩‍👧", "🇵🇱", "❤️", "ok👍", "🤖🤖🤖"],
    "zero-width": ["\u200b", "\u200d", "\ufe0f", "\u2060", "pa\u200bid", "\ufeff", "\u200bOkafor", "\u00ad"],
    "empty": ["", " ", "\t", "\u00a0", "\x00"],
    "over-long": ["x" * 101, "ab" * 80, "qzx" * 30, "é" * 120, "Donaudampfschifffahrtsgesellschaftskapitän", "https://zenvy.example/a/b?c=" + "9" * 60],
    "right-to-left": ["שלום", "مرحبا", "سلام", "\u200fשלום", "القاهرة", "ירושלים"],
    "other scripts": ["한국", "東京", "นคร", "Київ", "Ελλάδα", "हिन्दी"],
}
KIND_OF = {word: kind for kind, words in WORDS.items() for word in words}
COUNTED = ("emoji", "zero-width", "empty", "over-long", "right-to-left", "truncation")
FAST = {"deadline": None, "database": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}

any_word = st.one_of(*[st.sampled_from(words) for words in WORDS.values()], st.text(max_size=8))
texts = st.lists(st.tuples(any_word, st.integers(0, 8)), max_size=12)


@pytest.fixture(scope="module")
def tokenizer():
    return encoder.tokenizer()


@pytest.fixture(scope="module")
def byte_level():
    """A byte-level tokenizer as RoBERTa's, trained on a few words, without token_type_ids."""
    made = tokenizers.ByteLevelBPETokenizer(add_prefix_space=True)
    made.train_from_iterator(["paid in Kraków with the Zenvy app 😀 שלום"] * 3, vocab_size=300, special_tokens=["<s>", "<pad>", "</s>"], show_progress=False)
    made._tokenizer.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made._tokenizer, pad_token="<pad>", model_input_names=["input_ids", "attention_mask"])


def piece_counts(tokenizer, words):
    """How many pieces each word has, each tokenized as a text of one word."""
    alone = tokenizer([[word] for word in words], is_split_into_words=True, add_special_tokens=False)["input_ids"] if words else []
    return [len(ids) for ids in alone]


def kept_pieces(counts, room):
    """For each word the places of its pieces that are left of all, (word, rank in the word) in order, when `room` pieces fit."""
    return [(word, rank) for word, count in enumerate(counts) for rank in range(count)][:room]


def expected_labels(word_labels, kept, strategy):
    """The labels of the pieces that are left, by the rule of each strategy written out."""
    found = []
    for word, rank in kept:
        label = word_labels[word]
        if rank == 0 or strategy == "copy":
            found.append(label)
        elif strategy == "inside":
            found.append(NAMES.index("I-" + NAMES[label][2:]) if label else 0)
        else:
            found.append(-100)
    return found


def as_logits(rows):
    """Logits that say what the labels of pieces say; where there is none they are all zero."""
    tables = np.zeros((len(rows), max(map(len, rows)), len(NAMES)))
    for text, row in enumerate(rows):
        for place, label in enumerate(row):
            if label != -100:
                tables[text, place, label] = 1
    return tables


def within_a_character(encoding):
    """Whether a text was cut and all its pieces are of one character: at which end it was cut cannot be told, and it is refused."""
    cut = [row for row in encoding.encodings if row.overflowing]
    places = [{(word, start) for part in [row, *row.overflowing] for word, (start, _) in zip(part.word_ids, part.offsets) if word is not None} for row in cut]
    return any(len(place) == 1 for place in places)


def check_there_and_back(tokenizer, words, word_labels, strategy, room, pad):
    """Align, compare with what the counts of pieces say, read back, and compare once more. Returns how many words were cut."""
    cutting = {} if room is None else {"truncation": True, "max_length": room + 2}
    others = [["paid", "in", "Kraków"]] if pad else []
    encoding = tokenizer([words, *others], is_split_into_words=True, padding=pad, verbose=False, **cutting)
    counts = piece_counts(tokenizer, words)
    if within_a_character(encoding):
        assume(False)
    rows = labels.align_labels(encoding, [word_labels, *([0, 1, 2] for _ in others)], strategy, NAMES)
    kept = kept_pieces(counts, room)
    wanted = [-100, *expected_labels(word_labels, kept, strategy), -100]
    assert rows[0] == wanted + [-100] * (len(encoding["input_ids"][0]) - len(wanted))

    for how in ("first", "mean") if strategy == "copy" else ("first",):
        read = labels.read_words(encoding, as_logits(rows), [len(words), *(3 for _ in others)], how)[0]
        alive = {word for word, rank in kept if rank == 0}
        assert read.labels == [label if word in alive else None for word, label in enumerate(word_labels)]
        assert read.without_piece == [word for word, count in enumerate(counts) if not count]
        assert read.cut == [word for word, count in enumerate(counts) if count and word not in alive]
    return len(read.cut)


def test_each_surviving_word_gets_its_label_back_and_the_others_are_named(tokenizer):
    """Ten thousand texts of any words; how many had a word of each kind is counted and printed."""
    seen = Counter()

    @settings(max_examples=10_500, **FAST)
    @given(texts, st.sampled_from(labels.STRATEGIES), st.none() | st.integers(1, 12), st.booleans())
    def holds(rows, strategy, room, pad):
        words, word_labels = [word for word, _ in rows], [label for _, label in rows]
        cut = check_there_and_back(tokenizer, words, word_labels, strategy, room, pad)
        seen.update({"texts": 1, "truncation": bool(cut), **{kind: 1 for kind in {KIND_OF.get(word, "drawn at random") for word in words}}})

    holds()
    print(dict(seen))
    assert seen["texts"] >= 10_000
    assert not {kind: seen[kind] for kind in COUNTED if seen[kind] < 500}


def test_a_byte_level_tokenizer_without_token_type_ids_works_as_well(byte_level):
    assert "token_type_ids" not in byte_level([["paid"]], is_split_into_words=True)

    @settings(max_examples=1_000, **FAST)
    @given(texts, st.sampled_from(labels.STRATEGIES), st.none() | st.integers(1, 30), st.booleans())
    def holds(rows, strategy, room, pad):
        check_there_and_back(byte_level, [word for word, _ in rows], [label for _, label in rows], strategy, room, pad)

    holds()


@pytest.mark.parametrize("which, most", [("tokenizer", 12), ("byte_level", 30)])
def test_a_text_that_was_cut_from_the_left_is_refused_whatever_its_words(which, most, request):
    """Every one, also where all pieces are of one character; and what was not cut is aligned as ever."""
    some, refused = request.getfixturevalue(which), Counter()

    @settings(max_examples=1_500, **FAST)
    @given(texts, st.integers(1, most), st.integers(0, 3))
    def holds(rows, room, stride):
        words, word_labels = [word for word, _ in rows], [label for _, label in rows]
        some.truncation_side = "left"
        encoding = some([words], is_split_into_words=True, truncation=True, max_length=room + 2, stride=min(stride, room - 1))
        some.truncation_side = "right"
        cut = sum(piece_counts(some, words)) > room
        refused[cut] += 1
        if cut:
            with pytest.raises(labels.LabelError, match="cut from the left"):
                labels.align_labels(encoding, [word_labels])
        else:
            labels.align_labels(encoding, [word_labels])

    holds()
    assert min(refused[True], refused[False]) > 200


def test_the_specimen_by_hand(tokenizer):
    words = ["Paid", "in", "Kraków", ",", "said", "Okafor"]
    encoding = tokenizer([words], is_split_into_words=True)
    assert tokenizer.convert_ids_to_tokens(encoding["input_ids"][0]) == ["[CLS]", "paid", "in", "krakow", ",", "said", "ok", "##af", "##or", "[SEP]"]
    given_labels = [[0, 0, 5, 0, 0, 1]]
    assert labels.align_labels(encoding, given_labels) == [[-100, 0, 0, 5, 0, 0, 1, -100, -100, -100]]
    assert labels.align_labels(encoding, given_labels, "inside", NAMES) == [[-100, 0, 0, 5, 0, 0, 1, 2, 2, -100]]
    assert labels.align_labels(encoding, given_labels, "copy") == [[-100, 0, 0, 5, 0, 0, 1, 1, 1, -100]]


def test_inside_finds_the_label_by_its_name_in_any_order(tokenizer):
    encoding = tokenizer([["Okafor"]], is_split_into_words=True)
    for names in (NAMES, SHUFFLED):
        for name in names:
            row = labels.align_labels(encoding, [[names.index(name)]], "inside", names)[0]
            inside = "I-" + name[2:] if name != "O" else "O"
            assert [names[label] for label in row[1:-1]] == [name, inside, inside]


def test_a_labelled_word_may_be_left_out_of_training(tokenizer):
    encoding = tokenizer([["Okafor", "paid"]], is_split_into_words=True)
    for strategy in labels.STRATEGIES:
        assert labels.align_labels(encoding, [[-100, 0]], strategy, NAMES)[0][1:4] == [-100, -100, -100]


def test_it_runs_inside_map_and_the_labels_fit_the_pieces(tokenizer):
    briefs = data.load("briefs", task="entities")["validation"]

    def prepare(rows):
        encoding = tokenizer(rows["tokens"], is_split_into_words=True, truncation=True, max_length=40)
        encoding["labels"] = labels.align_labels(encoding, rows["ner_tags"], "inside", NAMES)
        return encoding

    made = briefs.map(prepare, batched=True, batch_size=7)
    assert all(len(row["labels"]) == len(row["input_ids"]) for row in made)
    assert made[3]["labels"].count(-100) == 2 and set(made[3]["labels"]) > {0, -100}


def test_what_cannot_be_aligned_is_said(tokenizer):
    encoding = tokenizer([["paid", "in"], ["Okafor"]], is_split_into_words=True)
    rows = [[0, 0], [1]]
    for unknown in (transformers.CanineTokenizer()([["paid"]], is_split_into_words=True), tokenizer.pad(encoding)):
        with pytest.raises(labels.LabelError, match="which word.*slow one.*is_fast.*`pad` or a collator"):
            labels.align_labels(unknown, rows[: len(unknown["input_ids"])])
    with pytest.raises(labels.LabelError, match="A dict does not know which word"):
        labels.align_labels(dict(encoding), rows)
    with pytest.raises(labels.LabelError, match="2 texts in the encoding and 1 rows"):
        labels.align_labels(encoding, rows[:1])
    with pytest.raises(labels.LabelError, match="2 texts in the encoding and 2 rows of labels. Labels want a list for each text"):
        labels.align_labels(encoding, [1, 1])
    with pytest.raises(labels.LabelError, match="1 labels and at least 2 words"):
        labels.align_labels(encoding, [[0], [1]])
    with pytest.raises(labels.LabelError, match="no strategy 'last'. There are: first, inside, copy"):
        labels.align_labels(encoding, rows, "last")
    with pytest.raises(labels.LabelError, match="needs `names`"):
        labels.align_labels(encoding, rows, "inside")
    with pytest.raises(labels.LabelError, match="B-ORG has no I- label"):
        labels.align_labels(encoding, rows, "inside", ["O", "B-PER", "I-PER", "B-ORG"])
    with pytest.raises(labels.LabelError, match="no way to read 'last'"):
        labels.read_words(encoding, np.zeros((2, 5, 9)), [2, 1], "last")
    with pytest.raises(labels.LabelError, match="2 texts in the encoding, 1 in the logits and 2"):
        labels.read_words(encoding, np.zeros((1, 5, 9)), [2, 1])
    with pytest.raises(labels.LabelError, match="more than the 1 words"):
        labels.read_words(encoding, np.zeros((2, 5, 9)), [1, 1])
    with pytest.raises(labels.LabelError, match="4 pieces and logits for 3"):
        labels.read_words(encoding, np.zeros((2, 3, 9)), [2, 1])
    with pytest.raises(labels.LabelError, match="Logits are nan"):
        labels.read_words(encoding, np.full((2, 5, 9), np.nan), [2, 1])
    with pytest.raises(labels.LabelError, match="windows cover 4 words, and `count` says 3"):
        labels.join_windows([(0, 4)], [labels.Words([0] * 4)], 3)


def test_pairs_and_texts_that_were_not_split_are_refused(tokenizer):
    with pytest.raises(labels.LabelError, match="pairs of texts"):
        labels.align_labels(tokenizer([["paid", "in"]], [["Okafor"]], is_split_into_words=True), [[0, 0, 1]])
    with pytest.raises(labels.LabelError, match="is_split_into_words=True"):
        labels.align_labels(tokenizer(["Okafor paid in Kraków"]), [[1, 0, 0, 5]])
    for split in data.load("briefs", task="entities").values():
        labels.encodings_of(tokenizer(list(split["tokens"]), is_split_into_words=True))
        for row in split.select(range(20)):
            with pytest.raises(labels.LabelError, match="got texts"):
                labels.encodings_of(tokenizer([row["text"]]))


def test_padding_on_the_left_is_refused_where_the_logits_have_more_of_it(tokenizer):
    tokenizer.padding_side = "left"
    encoding = tokenizer([["paid", "in"], ["Okafor", "paid"]], is_split_into_words=True, padding=True)
    tokenizer.padding_side = "right"
    logits = as_logits(labels.align_labels(encoding, [[0, 0], [1, 0]]))
    assert [words.labels for words in labels.read_words(encoding, logits, [2, 2])] == [[0, 0], [1, 0]]
    with pytest.raises(labels.LabelError, match="padding on the right"):
        labels.read_words(encoding, np.pad(logits, ((0, 0), (2, 0), (0, 0))), [2, 2])


def test_windows_of_the_library_may_begin_within_a_word_and_are_refused(tokenizer):
    encoding = tokenizer([["Okafor"] * 5], is_split_into_words=True, truncation=True, max_length=7, stride=1, return_overflowing_tokens=True)
    assert tokenizer.convert_ids_to_tokens(encoding["input_ids"][1])[1] == "##af"
    with pytest.raises(labels.LabelError, match="in the middle of a word"):
        labels.align_labels(encoding, [[1] * 5])


def test_windows_lose_no_word_and_no_entity_and_count_none_twice(tokenizer):
    """A long text in windows: each is short enough, and joined they give each word's label once, entities whole."""

    @settings(max_examples=1_000, **FAST)
    @given(st.lists(st.tuples(any_word, st.integers(0, 8)), max_size=40), st.integers(1, 15), st.integers(0, 14))
    def holds(rows, size, stride):
        assume(stride < size)
        words, word_labels = [word for word, _ in rows], [label for _, label in rows]
        whole = tokenizer([words], is_split_into_words=True, verbose=False)
        counts = piece_counts(tokenizer, words)
        ranges = labels.windows(whole, size, stride)[0]
        for (start, end), (later, _) in zip(ranges, ranges[1:]):
            assert start < later <= end and sum(counts[later:end]) <= stride
        assert all(sum(counts[start:end]) <= size or end == start + 1 for start, end in ranges)
        assert {word for start, end in ranges for word in range(start, end)} >= {word for word, count in enumerate(counts) if count}
        parts = []
        if ranges:
            encoding = tokenizer([words[start:end] for start, end in ranges], is_split_into_words=True, truncation=True, max_length=size + 2)
            logits = as_logits(labels.align_labels(encoding, [word_labels[start:end] for start, end in ranges]))
            parts = labels.read_words(encoding, logits, [end - start for start, end in ranges])
        joined = labels.join_windows(ranges, parts, len(words))
        assert joined.labels == [label if count else None for label, count in zip(word_labels, counts)]
        assert joined.without_piece == [word for word, count in enumerate(counts) if not count] and not joined.cut

    holds()


def test_a_word_is_read_in_the_window_where_it_stands_furthest_from_a_cut():
    ranges = [(0, 6), (2, 8)]
    parts = [labels.Words([0] * 6), labels.Words([1] * 6)]
    assert labels.join_windows(ranges, parts, 9) == labels.Words([0, 0, 0, 0, 1, 1, 1, 1, None], [], [8])


def test_windows_need_a_stride_that_moves_on(tokenizer):
    whole = tokenizer([["paid"]], is_split_into_words=True)
    for size, stride in ((4, 4), (4, -1), (0, 0)):
        with pytest.raises(labels.LabelError, match="smaller than size"):
            labels.windows(whole, size, stride)


def tag_sequences(seed, count, types=("PER", "ORG"), longest=9):
    """Pairs of tag sequences, legal and illegal, that often agree in places."""
    rng = random.Random(seed)
    names = ["O"] + [f"{prefix}-{kind}" for prefix in "BI" for kind in types]
    for _ in range(count):
        length = rng.randrange(1, longest)
        truth = [rng.choice(names) for _ in range(length)]
        yield truth, [tag if rng.random() < 0.6 else rng.choice(names) for tag in truth]


@pytest.mark.filterwarnings("ignore")
def test_entity_f1_is_seqevals_in_both_modes():
    pairs = list(tag_sequences(0, 3000, types=("PER", "ORG", "X-Y")))
    differ = 0
    for start in range(0, len(pairs), 3):  # three texts a score
        truth, said = zip(*pairs[start : start + 3])
        lenient, strict = labels.entity_f1(truth, said), labels.entity_f1(truth, said, strict=True)
        assert lenient == pytest.approx(f1_score(truth, said))
        assert strict == pytest.approx(f1_score(truth, said, mode="strict", scheme=IOB2))
        differ += lenient != strict
    assert differ > 500  # of 1000: the two modes are two measures


def test_texts_of_different_length_cannot_be_scored():
    with pytest.raises(labels.LabelError, match="2 true tags and 1 predicted"):
        labels.entity_f1([["O", "O"]], [["O"]])


def test_repair_gives_legal_bio_with_the_same_entities():
    for tags, _ in tag_sequences(1, 2000):
        mended = labels.repair(tags)
        assert labels.repair(mended) == mended
        assert labels.spans_of(mended) == labels.spans_of(tags) == labels.spans_of(mended, strict=True)
        assert [tag[2:] for tag in mended] == [tag[2:] for tag in tags]


def test_repair_makes_iob2_of_iob1():
    """In IOB1 an entity starts with I-, and with B- only right after another of its type."""
    for tags, _ in tag_sequences(2, 2000):
        iob2 = labels.repair(tags)
        iob1 = [f"I-{tag[2:]}" if tag[0] == "B" and (before == "O" or before[2:] != tag[2:]) else tag for before, tag in zip(["O", *iob2], iob2)]
        assert labels.repair(iob1) == iob2


def test_spans_by_hand():
    tags = ["B-PER", "I-PER", "B-PER", "O", "I-LOC", "I-ORG", "B-ORG"]
    assert labels.spans_of(tags) == [(0, 2, "PER"), (2, 3, "PER"), (4, 5, "LOC"), (5, 6, "ORG"), (6, 7, "ORG")]
    assert labels.spans_of(tags, strict=True) == [(0, 2, "PER"), (2, 3, "PER"), (6, 7, "ORG")]
    assert labels.spans_of([]) == []


def test_characters_of_the_briefs_entities_are_their_words():
    row = data.load("briefs", task="entities")["train"][0]
    spans = labels.spans_of([NAMES[tag] for tag in row["ner_tags"]])
    found = [(row["text"][start:end], kind) for start, end, kind in labels.to_characters(spans, row["offsets"])]
    assert found == [("Egyptian", "MISC"), ("Cusco", "LOC"), ("Storm", "ORG")]


def test_kinds_by_hand():
    truth = [(0, 2, "PER"), (3, 4, "LOC"), (5, 7, "ORG"), (8, 9, "ORG"), (10, 12, "PER"), (13, 14, "LOC")]
    said = [(0, 2, "PER"), (3, 4, "ORG"), (5, 6, "ORG"), (8, 10, "LOC"), (15, 16, "PER"), (13, 14, "LOC")]
    kinds = {(one, other): kind for kind, one, other in labels.compare_spans(truth, said)}
    assert kinds == {
        ((0, 2, "PER"), (0, 2, "PER")): "right", ((3, 4, "LOC"), (3, 4, "ORG")): "type", ((5, 7, "ORG"), (5, 6, "ORG")): "boundary",
        ((8, 9, "ORG"), (8, 10, "LOC")): "type and boundary", ((10, 12, "PER"), None): "missed", (None, (15, 16, "PER")): "invented",
        ((13, 14, "LOC"), (13, 14, "LOC")): "right",
    }  # fmt: skip


def test_each_span_is_counted_once_and_the_least_wrong_pair_is_made_first():
    assert labels.compare_spans([(0, 3, "PER")], [(0, 1, "ORG"), (1, 3, "PER")]) == [("boundary", (0, 3, "PER"), (1, 3, "PER")), ("invented", None, (0, 1, "ORG"))]
    for truth, said in tag_sequences(3, 2000):
        one, other = labels.spans_of(truth), labels.spans_of(said)
        pairs = labels.compare_spans(one, other)
        assert sorted(pair[1] for pair in pairs if pair[1]) == one and sorted(pair[2] for pair in pairs if pair[2]) == other


def test_kinds_are_counted_as_nervaluate_counts_them():
    """On sequences in which each entity overlaps one other at most; where more overlap, the two pair differently."""
    tried = 0
    for truth, said in tag_sequences(4, 4000, types=("PER", "ORG")):
        truth, said = labels.repair(truth), labels.repair(said)
        one, other = labels.spans_of(truth), labels.spans_of(said)
        overlaps = [(first, second) for first in one for second in other if first[0] < second[1] and second[0] < first[1]]
        if not (one or other) or any(count > 1 for column in zip(*overlaps) for count in Counter(column).values()):
            continue
        tried += 1
        ours = Counter(kind for kind, _, _ in labels.compare_spans(one, other))
        theirs = Evaluator([truth], [said], tags=["PER", "ORG"], loader="list").evaluate()["overall"]
        assert theirs["strict"].correct == ours["right"]
        assert theirs["exact"].correct == ours["right"] + ours["type"]
        assert theirs["ent_type"].correct == ours["right"] + ours["boundary"]
        assert theirs["strict"].missed == ours["missed"] and theirs["strict"].spurious == ours["invented"]
        assert theirs["strict"].incorrect == ours["type"] + ours["boundary"] + ours["type and boundary"]
    assert tried > 1000
