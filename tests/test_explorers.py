"""Explorers follow their controls, show something without a kernel, and say in words what they show."""

import html
import re
import time

import ipywidgets
import numpy as np
import pytest
import torch
from datasets import ClassLabel, Dataset, Features, Value

from course_utils import content, encoder, explore
from course_utils.quizzes import faces


@pytest.fixture
def made(settings, monkeypatch):
    """What is displayed, and the widgets behind it."""
    found = {"shown": [], "boxes": []}
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found["shown"].append(data))
    view = faces.view
    monkeypatch.setattr(faces, "view", lambda box: found["boxes"].append(box) or view(box))
    return found


def points(texts, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, texts)
    return (np.eye(8)[labels] + 0.3 * rng.normal(size=(texts, 8))).astype(np.float32), labels


def test_the_learning_rate_moves_the_curve(made):
    explore("02.learning_rate", train=points(60, 0), validation=points(30, 1), baseline=0.68)
    rate, epochs, picture = made["boxes"][0].children
    first = picture.value
    assert 'alt="Macro-F1 on validation over 8 epochs at a learning rate of 1e-03' in first and "TF-IDF line is at 0.68" in first
    rate.value = rate.options[0]
    assert "at a learning rate of 1e-06" in picture.value and picture.value != first
    epochs.value = 3
    assert "over 3 epochs" in picture.value
    small, large = (float(re.search(r"ends at ≈([\d.]+)", text).group(1)) for text in (picture.value, first))
    assert small < large
    for value in rate.options:
        rate.value = value
    epochs.value = 1000
    assert epochs.value == 30 and "over 30 epochs" in picture.value


def test_without_a_kernel_the_first_picture_is_there(made):
    explore("02.learning_rate", train=points(60, 0), validation=points(30, 1), baseline=0.68)
    stored = made["shown"][0]
    assert "<img alt=" in stored["text/html"] and faces.WIDGET not in stored


def test_labelling_counts_agreement(made):
    rows = Dataset.from_dict({"text": ["Good <b>.", "Bad."], "label": [1, 0]}, features=Features({"text": Value("string"), "label": ClassLabel(names=["negative", "positive"])}))
    explore("02.label_reviews", rows=rows)
    *texts, tally = made["boxes"]
    for box, name in zip(texts, ("positive", "positive")):
        next(child for child in box.children if isinstance(child, ipywidgets.Button) and child.description == name).click()
    assert "You agree with 1 of the 2 labels" in tally.value
    next(child for child in texts[1].children if getattr(child, "description", "") == "negative").click()
    assert "You agree with 2 of the 2 labels" in tally.value
    assert "Good &lt;b&gt;." in made["shown"][0]["text/html"] and "The label says so, too: positive." in html.unescape(made["shown"][0]["text/html"])


def test_the_head_explorer_follows_its_controls_within_50_ms(made):
    from course_utils.explorers import lesson_01

    explore("01.head", body=encoder.body(), tokenizer=encoder.tokenizer())
    text, pooling, kind, classes, table = made["boxes"][0].children
    assert "1,155 numbers" in table.value
    classes.value = 7
    assert "2,695 numbers" in table.value and "(1, 7)" in table.value
    kind.value = "pooler + linear"
    assert "150,535 numbers" in table.value
    for nonsense in ("", "   ", "😀" * 50, "<b>", "word " * 2000):
        text.value = nonsense
        assert "states" in table.value
    text.value = "Short."
    assert "(1, 4, 384)" in table.value
    states = lesson_01.states_of(encoder.body(), encoder.tokenizer(), "Paid in Kraków with the Zenvy app.")
    taken = []
    for choice in lesson_01.POOLINGS * 3:
        start = time.perf_counter()
        lesson_01.as_table("x", states, choice, lesson_01.HEADS[1], 20)
        taken.append(time.perf_counter() - start)
    assert sorted(taken)[len(taken) // 2] < 0.05


def test_the_counts_of_the_explorer_are_those_of_torch():
    from course_utils.explorers import lesson_01

    linear = torch.nn.Linear(384, 5)
    pooler = torch.nn.Linear(384, 384)
    count = lambda layer: sum(weights.numel() for weights in layer.parameters())  # noqa: E731
    assert lesson_01.new_numbers("linear", 5) == count(linear)
    assert lesson_01.new_numbers("pooler + linear", 5) == count(linear) + count(pooler)


def test_the_nearest_messages_follow_the_sentence(made):
    vectors = {"a card": [1.0, 0.0], "a call": [0.0, 1.0], "the app": [-1.0, 0.0], "all": [1.0, 1.0]}
    asked = {"a broken card": [2.0, 0.1], "": [0.0, 1.0], "<b>": [-1.0, -1.0]}
    read = lambda texts: np.array([{**vectors, **asked}.get(text, [1.0, 2.0]) for text in texts])  # noqa: E731
    messages = [(text, f"label of {text}") for text in vectors]
    explore("00.nearest", messages=messages, vectors_of=read, tokenizer=encoder.tokenizer())
    text, table = made["boxes"][0].children
    text.value = "a broken card"
    rows = re.findall(r"<tr><td.*?>≈ ?(-?[\d.]+)</td><td.*?>(.*?)</td><td.*?>(.*?)</td></tr>", table.value)
    assert [row[2] for row in rows] == ["a card", "all", "a call"] and rows[0][1] == "label of a card"
    for (cosine, _, name) in rows:
        one, other = torch.tensor(vectors[name]), torch.tensor(asked["a broken card"])
        assert float(cosine) == pytest.approx(torch.cosine_similarity(one, other, dim=0).item(), abs=0.006)
    assert "3 pieces: a broken card" in table.value
    text.value = ""
    assert "no pieces: type a sentence" in table.value
    text.value = "<b>"
    assert "&lt; b &gt;" in table.value and "<b>" not in table.value
    assert "≈" in made["shown"][0]["text/html"] and faces.WIDGET not in made["shown"][0]


def test_the_nearest_messages_may_be_fewer_than_three_and_a_text_longer_than_the_encoder_reads(made):
    names = {}
    exec(next(source for _, source in content.cells("00") if "def vectors_of" in source), names)
    explore("00.nearest", messages=[("Works.", "good")], vectors_of=names["vectors_of"], tokenizer=names["tokenizer"])
    text, table = made["boxes"][0].children
    for nonsense in ("", "   ", "😀" * 50, "word " * 2000):
        text.value = nonsense
        assert table.value.count("<tr>") == 2
    assert "nan" not in table.value


def test_logits_are_read_in_both_ways_and_the_sums_are_those_of_torch(made):
    from course_utils.explorers import lesson_03

    names = ["politics", "economics", "technology", "sports", "entertainment"]
    explore("03.logits", names=names)
    *sliders, picture = made["boxes"][0].children
    assert "above 0.5 are 1 and 3" in picture.value and "softmax sums to 1.00, sigmoid to 2.82" in picture.value
    for slider in sliders:
        slider.value = -6
    assert "above 0.5 are 0 and 0" in picture.value and "politics -6.0: 0.20 and 0.00" in picture.value
    rng = np.random.default_rng(0)
    for _ in range(5):
        values = rng.normal(size=5) * 3
        found = re.findall(r": (\d\.\d\d) and (\d\.\d\d)", lesson_03.read_outs(names, values))
        assert np.array(found, dtype=float) == pytest.approx(np.array([torch.tensor(values).softmax(-1).numpy(), torch.tensor(values).sigmoid().numpy()]).T, abs=0.006)


def test_the_threshold_explorer_counts_mistakes_and_names_what_flips(made):
    rows = Dataset.from_dict({"id": ["b-1", "b-2", "b-3", "b-4"], "text": ["One <b>.", "Two.", "Three.", "Four."], "labels": [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]})
    probabilities = np.array([[0.9, 0.1], [0.4, 0.2], [0.35, 0.8], [0.1, 0.6]])
    explore("03.thresholds", probabilities=probabilities, rows=rows, names=["politics", "sports"], miss=[20, 1])
    topic, threshold, picture = made["boxes"][0].children
    assert "0 missed at 20 minutes and 1 too many at 1: 1 minutes" in picture.value and "2 change sides" in picture.value
    assert "b-2 (0.40), now right" in picture.value and "b-3 (0.35), now wrong" in picture.value and "b-1" not in picture.value
    threshold.value = 0.5
    assert "1 missed at 20 minutes and 0 too many at 1: 20 minutes" in picture.value and "No brief changes sides" in picture.value
    for place in (0.01, 0.99):
        threshold.value = place
    assert "2 missed at 20" in picture.value and "One &lt;b&gt;." in picture.value
    topic.value = "sports"
    assert "1 missed at 1 minutes" in picture.value


def test_the_pairs_explorer_shows_what_is_cut(made):
    tokenizer = encoder.tokenizer()
    model = encoder.classifier("sequence", id2label={0: "entailment", 1: "neutral", 2: "contradiction"})
    model.train()
    explore("05.pairs", tokenizer=tokenizer, model=model)
    assert model.training
    first, second, longest, strategy, table = made["boxes"][0].children
    assert "35 pieces" in table.value and table.value.count("nothing") == 2 and "entailment ≈0.3" in table.value
    longest.value = 20
    assert "20 pieces" in table.value and "twice" in table.value and table.value.count("nothing") == 1
    strategy.value = "only_second"
    assert "cannot make this row short enough" in table.value
    second.value = "word " * 60
    longest.value = 60
    assert "60 pieces" in table.value and table.value.count("nothing") == 1
    strategy.value = "longest_first"
    for nonsense in ("", "   ", "😀" * 50, "<b>", "[SEP] [SEP]"):
        for control in (first, second):
            control.value = nonsense
            assert "the classifier" in table.value and "<b>" not in table.value
    for length in (5, 60):
        longest.value = length


def test_the_pairs_explorer_works_for_a_family_without_segments(made):
    from transformers import DistilBertConfig, DistilBertForSequenceClassification, DistilBertTokenizer

    tiny = DistilBertForSequenceClassification(DistilBertConfig(dim=8, n_layers=1, n_heads=1, hidden_dim=8))
    explore("05.pairs", tokenizer=DistilBertTokenizer(vocab=encoder.tokenizer().get_vocab()), model=tiny)
    assert "none" in made["boxes"][0].children[-1].value


def test_an_unknown_explorer_lists_the_known_ones():
    with pytest.raises(KeyError, match="There is no explorer '02.rate'. There are: .*02.learning_rate"):
        explore("02.rate")


def test_the_alignment_explorer_follows_the_sentence_and_the_length(made):
    explore("04.align", tokenizer=encoder.tokenizer())
    sentence, longest, table = made["boxes"][0].children
    assert ">##vy<" in table.value and "15 words, 20 places." in table.value and "Cut off" not in table.value
    assert made["shown"][0]["text/html"].count("B-PER") == 5  # once with first, once with inside, three times with copy
    longest.value = 9
    assert "9 places. Cut off: 'app', ','" in html.unescape(table.value) and ">##vy<" in table.value
    longest.value = 40
    sentence.value = "[Itzel Quintanilla|PER] met \u200b nobody | [x|y] <b>"
    assert "&lt;" in table.value and "<b>" not in table.value and "Without a piece" in table.value
    for nonsense in ("", "   ", "😀" * 50, "[", "[|PER]", "[a|PER", "word " * 2000, "[\u200b|ORG] a"):
        sentence.value = nonsense
        assert "places." in table.value
    assert "Without a piece" in table.value


def test_marked_sentences_become_words_and_tags():
    from course_utils.explorers.lesson_04 import words_and_tags

    assert words_and_tags("In [Novi Sad|LOC], [Zenvy|ORG][Okafor|PER].") == (
        ["In", "Novi", "Sad", ",", "Zenvy", "Okafor", "."], ["O", "B-LOC", "I-LOC", "O", "B-ORG", "B-PER", "O"])  # fmt: skip
