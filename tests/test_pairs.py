"""Pairs are checked before they are tokenized, a model's answers follow the names of its classes, and the lesson's facts are the libraries'."""

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset, DatasetDict

from course_utils import content, data, encoder, pairs
from course_utils.exercises.lesson_05 import EXERCISES

NAMES = ["entailment", "neutral", "contradiction"]


def splits(**columns):
    return DatasetDict(train=Dataset.from_dict(columns))


def test_a_pair_is_tokenized_as_the_library_does_it():
    tokenizer = encoder.tokenizer()
    found = pairs.tokenized(splits(one=["It works.", "a b c d"], other=["It broke.", "e"]), tokenizer, "one", "other", truncation="longest_first", max_length=6)
    for row in found["train"]:
        alone = tokenizer(row["one"], row["other"], truncation="longest_first", max_length=6)
        assert (row["input_ids"], row["token_type_ids"]) == (alone["input_ids"], alone["token_type_ids"])


@pytest.mark.parametrize("bad, words", [
    (None, "hypothesis, row 1 is missing"),
    (float("nan"), "hypothesis, row 1 is missing"),
    ("  ", "hypothesis, row 1 is empty"),
    ("\u200b", "hypothesis, row 1 is empty"),
    (pd.NA, "hypothesis, row 1 is missing"),
    (5, "hypothesis, row 1 is 5, a int"),
    (["a"], "hypothesis, row 1 is ['a'], a list"),
])  # fmt: skip
def test_a_text_that_is_none_is_named_with_its_row(bad, words):
    with pytest.raises(pairs.PairError) as raised:
        pairs.checked(["a", "b"], ["c", bad], ("premise", "hypothesis"))
    assert words in str(raised.value) and "Drop the row, or fill it in" in str(raised.value)


def test_the_first_column_is_checked_too_and_lengths_have_to_agree():
    with pytest.raises(pairs.PairError, match="first, row 0 is missing"):
        pairs.checked([None], ["a"])
    with pytest.raises(pairs.PairError, match="There are 2 first texts and 1 second ones"):
        pairs.checked(["a", "b"], ["c"])
    with pytest.raises(pairs.PairError, match="second is one text"):
        pairs.checked(["a", "b"], "ab")
    pairs.checked([], [])
    pairs.checked(["❤️"], ["ok"])


def test_a_missing_column_and_a_missing_hypothesis_stop_the_tokenization():
    with pytest.raises(pairs.PairError, match="no column 'hypothesis', only premise, claim"):
        pairs.tokenized(splits(premise=["a"], claim=["b"]), encoder.tokenizer(), "premise", "hypothesis")
    with pytest.raises(pairs.PairError, match="train: hypothesis, row 1 is missing"):
        pairs.tokenized(splits(premise=["a", "b"], hypothesis=["c", None]), encoder.tokenizer(), "premise", "hypothesis")
    with pytest.raises(pairs.PairError, match="train: hypothesis, row 0 is 3, a int"):
        pairs.tokenized(splits(premise=["a"], hypothesis=[3]), encoder.tokenizer(), "premise", "hypothesis")


def test_columns_follow_the_names():
    logits = np.array([[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]])
    found = pairs.in_order(logits, {0: "CONTRADICTION", 1: "Entailment", 2: "neutral"}, NAMES)
    assert found.tolist() == [[2.0, 3.0, 1.0], [5.0, 4.0, 6.0]]
    assert pairs.in_order(logits, dict(enumerate(NAMES)), NAMES).tolist() == logits.tolist()


@pytest.mark.parametrize("theirs", [
    {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"},
    {0: "entailment", 1: "not_entailment"},
    {0: "entailment", 1: "ENTAILMENT", 2: "neutral", 3: "contradiction"},
    {0: "entailment", 1: "entailment", 2: "neutral"},
    {},
])  # fmt: skip
def test_names_that_do_not_match_are_refused(theirs):
    with pytest.raises(pairs.PairError, match="has to be found out, not guessed"):
        pairs.in_order(np.zeros((1, max(3, len(theirs)))), theirs, NAMES)


@pytest.mark.parametrize("logits, numbers", [(np.zeros((2, 4)), (0, 1, 2)), (np.zeros((2, 3)), (-1, 0, 1)), (np.zeros((2, 3)), (1, 2, 3)), (np.zeros(3), (0, 1, 2)), (np.zeros((2, 3)), (0, "0", 1))])
def test_columns_that_do_not_fit_the_names_are_refused(logits, numbers):
    with pytest.raises(pairs.PairError, match="a column for each class"):
        pairs.in_order(logits, dict(zip(numbers, NAMES)), NAMES)


def test_what_the_exercise_says_of_truncation_is_what_the_tokenizer_does():
    tokenizer = encoder.tokenizer()
    for case, said in EXERCISES["05.truncate"].key.items():
        first, second, strategy = case.split(", ")
        lengths = int(first.split()[1]), int(second.split()[1])
        try:
            owners = tokenizer("a " * lengths[0], "b " * lengths[1], truncation=strategy, max_length=20).sequence_ids()
        except Exception:
            assert said == "an error"
            continue
        cut = [owners.count(place) < length for place, length in enumerate(lengths)]
        assert said == {(False, False): "both whole", (True, False): "A is cut", (False, True): "B is cut", (True, True): "both are cut"}[tuple(cut)]


def test_what_the_exercise_says_of_the_pipeline_is_what_transformers_does():
    import torch
    from transformers import BertConfig, BertForSequenceClassification, pipeline

    tokenizer = encoder.tokenizer()
    batch = tokenizer(["a", "b"], ["c", "d"], return_tensors="pt")
    labels = {"scores": torch.tensor([0.5, 4.0]), "labels [1.0]": torch.tensor([[1.0], [0.0]]), "labels 1.0": torch.tensor([1.0, 0.0]), "labels 0 and 1": torch.tensor([0, 1])}
    for case, said in EXERCISES["05.regression_head"].key.items():
        given = {"problem_type": case.split("'")[1]} if "'" in case else {}
        model = BertForSequenceClassification(BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, num_labels=1, **given)).eval()
        torch.nn.init.constant_(model.classifier.bias, 3.0)
        try:
            if "outside" not in case:
                model(**batch, labels=next(values for start, values in labels.items() if case.startswith(start)))
        except ValueError:
            assert said == "an error in training"
            continue
        raw = model(**tokenizer("a", "b", return_tensors="pt")).logits.item()
        shown = pipeline("text-classification", model=model, tokenizer=tokenizer)({"text": "a", "text_pair": "b"})["score"]
        assert abs(shown - {"the number": raw, "a sigmoid of it": 1 / (1 + np.exp(-raw))}[said]) < 1e-4


def test_the_twists_are_whole_and_new_and_nearer_to_the_premise_in_words():
    twists = content.read("twists")
    known = {text for split in data.load("pairs").values() for name in ("premise", "hypothesis") for text in split[name]}
    assert [len(items) for items in twists.values()] == [8, 8, 8, 8]
    sentences = [sentence for items in twists.values() for item in items for sentence in item.values()]
    assert len(set(sentences)) == len(sentences) == 96 and not known & set(sentences)
    for item in (item for items in twists.values() for item in items):
        assert set(item) == {"premise", "holds", "twist"}
        words = {name: set(item[name].lower().strip(".").split()) for name in item}
        shared = {name: len(words["premise"] & words[name]) / len(words[name]) for name in ("holds", "twist")}
        assert shared["twist"] > shared["holds"], item
