"""Trains the upper layers of an encoder on the kept output of its lower ones, with the stock classes and the stock Trainer.

    cached = training.cache_lower_layers(model, tokenized, layers=3)   # once: the lower layers read every text
    with training.upper_layers_only(model, layers=3):                  # the model starts after them
        Trainer(model=model, train_dataset=cached["train"], data_collator=training.pad_states, …).train()
                                                                       # and is whole again: save it, load it, use it

Frozen layers give the same states for the same text in every epoch, so nothing is lost by computing them once; what is
lost is that they cannot learn. Works for models of transformers whose `base_model` has `embeddings` and
`encoder.layer` (BERT, RoBERTa, ELECTRA and others).
"""

import contextlib

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence


class KeptStates(nn.Module):
    """Stands where the embeddings stood, and hands on the states that it is given."""

    def forward(self, inputs_embeds=None, **ignored):
        """The states (texts, pieces, hidden), as they came."""
        return inputs_embeds


def cache_lower_layers(model, tokenized, layers, batch_size=32):
    """Each text's states after the first `layers` layers: a DatasetDict with `inputs_embeds` (pieces, hidden) and the labels.

    `tokenized` has `input_ids` and one of `label`, `labels`. Texts of like length are read together, and each keeps its
    own number of pieces, so no padding is stored.
    """
    return type(tokenized)({split: kept_split(model, rows, layers, batch_size) for split, rows in tokenized.items()})


def kept_split(model, rows, layers, batch_size):
    """One split for `cache_lower_layers`, in the order of its rows, as float16: half the memory, and training does not notice."""
    from datasets import Dataset

    states = read_states(model, rows, batch_size, keep=lambda states: states[layers].half().cpu().numpy())
    target = "labels" if "labels" in rows.features else "label"
    kept = Dataset.from_dict({"inputs_embeds": states, "labels": rows[target]})
    return kept.with_format("numpy", columns=["inputs_embeds"], output_all_columns=True)  # as arrays, not as lists of lists


def read_states(model, rows, batch_size, keep):
    """For each text, in order, what `keep` makes of its states after each layer, embeddings first: (layers + 1, pieces, hidden).

    `rows` has `input_ids` and, for pairs of a tokenizer that gives them, `token_type_ids`. Texts of like length are read
    together, in eval mode; the model's mode is put back. All states of all layers would be a gigabyte for a few thousand
    texts, so `keep` takes what is wanted of one text at a time.
    """
    texts = {name: [torch.tensor(row) for row in rows[name]] for name in ("input_ids", "token_type_ids") if name in rows.column_names}
    ids, found, was_training = texts["input_ids"], [None] * len(rows), model.training
    order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
    model.eval()
    for start in range(0, len(order), batch_size):
        numbers = order[start : start + batch_size]
        inputs = {name: pad_sequence([of[number] for number in numbers], batch_first=True).to(model.device) for name, of in texts.items()}
        mask = pad_sequence([torch.ones_like(ids[number]) for number in numbers], batch_first=True).to(model.device)
        with torch.no_grad():
            states = torch.stack(model.base_model(**inputs, attention_mask=mask, output_hidden_states=True).hidden_states)
        for row, number in enumerate(numbers):
            found[number] = keep(states[:, row, : len(ids[number])])
    model.train(was_training)
    return found


@contextlib.contextmanager
def upper_layers_only(model, layers):
    """Inside the `with`, `model` starts after its first `layers` layers and reads `inputs_embeds`; afterwards it is whole again."""
    base, whole = model.base_model, model.base_model.encoder.layer
    embeddings = base.embeddings
    base.embeddings, base.encoder.layer = KeptStates(), whole[layers:]
    try:
        yield model
    finally:
        base.embeddings, base.encoder.layer = embeddings, whole


def layer_means(model, tokenized, batch_size=32):
    """Each text as the mean of its states after each layer, embeddings first: {split: array (layers + 1, texts, hidden)}."""
    return {
        split: torch.stack(read_states(model, rows, batch_size, keep=lambda states: states.mean(dim=1).cpu()), dim=1).numpy()
        for split, rows in tokenized.items()
    }


def mean_states(model, tokenized):
    """Each text as the mean of its last states: {split: (vectors (texts, hidden), labels (texts,))}.

    The encoder is read as it is now and does not change; a linear model on the vectors is called a probe, or a frozen encoder.
    """
    means = layer_means(model, tokenized)
    return {split: (means[split][-1], np.array(rows["label"])) for split, rows in tokenized.items()}


def fit_head(train, validation, learning_rate, epochs, seed=0):
    """Macro-F1 on validation before training and after each epoch of a head like BERT's (dense, tanh, linear) on fixed vectors.

    `train` and `validation` are pairs of vectors (texts, hidden) and labels (texts,). AdamW, batches of 16. Returns epochs + 1 scores.
    """
    torch.manual_seed(seed)
    vectors, labels = torch.tensor(train[0]), torch.tensor(train[1])
    hidden, classes = vectors.shape[1], int(labels.max()) + 1
    head = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, classes))
    optimizer = torch.optim.AdamW(head.parameters(), lr=learning_rate)
    scores = [head_score(head, *validation, classes)]
    for _ in range(epochs):
        for batch in torch.randperm(len(labels)).split(16):
            loss = nn.functional.cross_entropy(head(vectors[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scores.append(head_score(head, *validation, classes))
    return scores


def head_score(head, vectors, labels, classes):
    """Macro-F1 of a head's answers over the given number of classes."""
    from sklearn.metrics import f1_score

    with torch.no_grad():
        answers = head(torch.tensor(vectors)).argmax(dim=1)
    return f1_score(labels, answers, average="macro", labels=range(classes), zero_division=0)


def pad_states(rows):
    """A collator for kept states: `inputs_embeds` (texts, pieces of the longest, hidden), its `attention_mask`, and the labels.

    Where each text has a list of labels, one a piece, they are padded with -100, which the loss passes over.
    """
    labels = [torch.tensor(row["labels"]) for row in rows]
    states = [torch.as_tensor(row["inputs_embeds"], dtype=torch.float32) for row in rows]
    mask = [torch.ones(len(row), dtype=torch.long) for row in states]
    return {
        "inputs_embeds": pad_sequence(states, batch_first=True),
        "attention_mask": pad_sequence(mask, batch_first=True),
        "labels": pad_sequence(labels, batch_first=True, padding_value=-100) if labels[0].ndim else torch.stack(labels),
    }
