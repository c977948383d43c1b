"""The upper layers on kept states are the whole model: same logits, same weights to save; and nothing is left behind."""

import numpy as np
import pytest
import torch
from datasets import Dataset, DatasetDict
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)

from course_utils import training

TINY = dict(vocab_size=50, hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=32, max_position_embeddings=40, initializer_range=0.5, num_labels=3)
MODELS = {
    "BERT": lambda: BertForSequenceClassification(BertConfig(**TINY)),
    "RoBERTa": lambda: RobertaForSequenceClassification(RobertaConfig(**TINY, pad_token_id=0)),
    "ELECTRA": lambda: ElectraForSequenceClassification(ElectraConfig(**TINY, embedding_size=16)),
    "BERT for tokens": lambda: BertForTokenClassification(BertConfig(**TINY)),
}


@pytest.fixture
def tokenized():
    rng = np.random.default_rng(0)

    def rows(count):
        lengths = rng.integers(3, 20, count)
        return Dataset.from_dict({"input_ids": [rng.integers(1, 50, length).tolist() for length in lengths], "label": rng.integers(0, 3, count).tolist()})

    return DatasetDict(train=rows(40), test=rows(9))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("layers", [1, 3])
def test_the_upper_layers_on_kept_states_give_the_logits_of_the_whole_model(name, layers, tokenized):
    set_seed(0)
    model = MODELS[name]().eval()
    cached = training.cache_lower_layers(model, tokenized, layers, batch_size=4)
    for row, kept in zip(tokenized["test"], cached["test"], strict=True):
        with torch.no_grad():
            whole = model(input_ids=torch.tensor([row["input_ids"]])).logits
            with training.upper_layers_only(model, layers):
                batch = training.pad_states([kept, cached["test"][0]])
                batch.pop("labels")
                upper = model(**batch).logits[:1, : whole.shape[1]]
        assert np.shape(kept["inputs_embeds"]) == (len(row["input_ids"]), 16) and kept["labels"] == row["label"]
        assert torch.allclose(whole, upper, atol=2e-2), (whole, upper)


def test_the_segments_of_pairs_are_handed_on():
    set_seed(0)
    model = MODELS["BERT"]().eval()
    rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4], [5, 6, 7]], "token_type_ids": [[0, 0, 1, 1], [0, 1, 1]], "label": [0, 1]})
    kept = training.cache_lower_layers(model, DatasetDict(test=rows), 2)["test"]
    means = training.layer_means(model, {"test": rows})["test"]
    for number, row in enumerate(rows):
        inputs = {"input_ids": torch.tensor([row["input_ids"]]), "token_type_ids": torch.tensor([row["token_type_ids"]])}
        with torch.no_grad():
            states = model.bert(**inputs, output_hidden_states=True).hidden_states
            first_only = model.bert(inputs["input_ids"], output_hidden_states=True).hidden_states[2][0]
        assert np.allclose(kept[number]["inputs_embeds"], states[2][0], atol=2e-2)
        assert not np.allclose(first_only, states[2][0], atol=0.1)
        assert np.allclose(means[:, number], torch.stack(states)[:, 0].mean(1), atol=1e-4)


def test_the_model_is_whole_again_also_after_an_error(tokenized):
    model = MODELS["BERT"]()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(RuntimeError), training.upper_layers_only(model, 3):
        assert len(model.bert.encoder.layer) == 1 and not any("embeddings" in name for name in model.state_dict())
        raise RuntimeError
    assert list(model.state_dict()) == list(before)
    assert all(value.equal(before[name]) for name, value in model.state_dict().items())


def test_caching_leaves_train_mode_as_it_was(tokenized):
    model = MODELS["BERT"]()
    for mode in (True, False):
        model.train(mode)
        training.cache_lower_layers(model, tokenized, 2)
        assert model.training is mode


def test_trainer_trains_what_is_above_and_saves_the_whole(tokenized, tmp_path):
    set_seed(0)
    model = MODELS["BERT"]()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    cached = training.cache_lower_layers(model, tokenized, 2)
    arguments = TrainingArguments(str(tmp_path), num_train_epochs=2, learning_rate=1e-2, save_strategy="no", report_to="none", disable_tqdm=True, use_cpu=True)
    with training.upper_layers_only(model, 2):
        trainer = Trainer(model=model, args=arguments, train_dataset=cached["train"], data_collator=training.pad_states)
        trainer.train()
    moved = {name for name, value in model.state_dict().items() if not value.equal(before[name])}
    assert any("layer.2" in name for name in moved) and any("classifier" in name for name in moved)
    assert not any("embeddings" in name or "layer.0" in name or "layer.1." in name for name in moved)
    trainer.save_model(tmp_path / "whole")
    again = BertForSequenceClassification.from_pretrained(tmp_path / "whole")
    ids = torch.tensor([tokenized["test"][0]["input_ids"]])
    with torch.no_grad():
        assert torch.allclose(again.eval()(input_ids=ids).logits, model.eval()(input_ids=ids).logits, atol=1e-6)


def test_mean_states_are_the_mean_over_the_pieces_of_each_text(tokenized):
    model = MODELS["BERT"]().eval()
    vectors, labels = training.mean_states(model, tokenized)["test"]
    by_layer = training.layer_means(model, tokenized, batch_size=4)["test"]
    assert by_layer.shape == (5, 9, 16) and np.allclose(by_layer[-1], vectors, atol=1e-4)
    assert vectors.shape == (9, 16) and labels.tolist() == tokenized["test"]["label"]
    with torch.no_grad():
        alone = model.bert(input_ids=torch.tensor([tokenized["test"][3]["input_ids"]])).last_hidden_state[0].mean(0)
        embedded = model.bert.embeddings(input_ids=torch.tensor([tokenized["test"][3]["input_ids"]]))[0].mean(0)
    assert np.allclose(vectors[3], alone, atol=1e-4) and np.allclose(by_layer[0, 3], embedded, atol=1e-4)


def test_a_head_learns_what_can_be_learned_and_the_same_each_time():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 90)
    vectors = (np.eye(8)[labels] + 0.2 * rng.normal(size=(90, 8))).astype(np.float32)
    train, validation = (vectors[:60], labels[:60]), (vectors[60:], labels[60:])
    scores = training.fit_head(train, validation, 1e-2, epochs=4)
    assert len(scores) == 5 and scores[-1] > 0.9
    assert scores == training.fit_head(train, validation, 1e-2, epochs=4)
    assert training.fit_head((vectors[:60], rng.permutation(labels[:60])), validation, 1e-2, epochs=4)[-1] < 0.7


def test_the_collator_pads_and_masks():
    rows = [{"inputs_embeds": np.ones((length, 4), dtype=np.float16), "labels": label} for length, label in ((2, 0), (5, 2))]
    batch = training.pad_states(rows)
    assert batch["inputs_embeds"].shape == (2, 5, 4) and batch["inputs_embeds"].dtype == torch.float32
    assert batch["attention_mask"].tolist() == [[1, 1, 0, 0, 0], [1] * 5] and batch["labels"].tolist() == [0, 2]


def test_labels_of_pieces_are_padded_with_what_the_loss_passes_over():
    rows = [{"inputs_embeds": np.ones((length, 4), dtype=np.float16), "labels": list(range(length))} for length in (2, 3)]
    assert training.pad_states(rows)["labels"].tolist() == [[0, 1, -100], [0, 1, 2]]
    for single, wanted in (([1, 2], torch.int64), ([[1.0, 0.0], [0.0, 1.0]], torch.float32)):
        labels = training.pad_states([{**row, "labels": label} for row, label in zip(rows, single)])["labels"]
        assert labels.tolist() == single and labels.dtype == wanted
