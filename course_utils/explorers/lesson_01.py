"""The explorer of lesson 01: pooling, head and number of classes, on a sentence of one's own."""

import functools

from course_utils.content import as_html
from course_utils.explorers.core import panel

POOLINGS = ("[CLS]", "mean", "max")
HEADS = ("linear", "pooler + linear")
HIDDEN = 384


def head(body, tokenizer):
    """Choose a pooling, a head and a number of classes for a sentence; the head's weights are random, the states the encoder's."""
    import ipywidgets

    wide = {"style": {"description_width": "initial"}}
    states = functools.lru_cache(maxsize=8)(lambda text: states_of(body, tokenizer, text))
    panel(
        {
            "text": ipywidgets.Text("Paid in Kraków with the Zenvy app.", description="sentence", continuous_update=False, layout={"width": "90%"}, **wide),
            "pooling": ipywidgets.Dropdown(options=POOLINGS, description="pooling", **wide),
            "kind": ipywidgets.Dropdown(options=HEADS, description="head", **wide),
            "classes": ipywidgets.IntSlider(3, min=2, max=20, description="classes", **wide),
        },
        lambda text, pooling, kind, classes: as_table(text, states(text), pooling, kind, classes),
    )


def states_of(body, tokenizer, text):
    """The last states of one text: (pieces, hidden). A long text is cut to what the encoder can read."""
    import torch

    with torch.no_grad():
        return body.eval()(**tokenizer(text, truncation=True, return_tensors="pt").to(body.device)).last_hidden_state[0].cpu()


def pooled(states, pooling):
    """One vector of a text's states: (hidden,)."""
    return {"[CLS]": states[0], "mean": states.mean(dim=0), "max": states.max(dim=0).values}[pooling]


def new_numbers(kind, classes):
    """How many numbers a head has: weights and constants of its one or two layers."""
    return HIDDEN * classes + classes + (HIDDEN * HIDDEN + HIDDEN if kind == HEADS[1] else 0)


def logits_of(vector, kind, classes, seed=0):
    """Logits of a head with random weights, drawn as BERT's are: (classes,)."""
    import torch

    draw = torch.Generator().manual_seed(seed)
    if kind == HEADS[1]:
        vector = torch.tanh(0.02 * torch.randn(HIDDEN, HIDDEN, generator=draw) @ vector)
    return 0.02 * torch.randn(classes, HIDDEN, generator=draw) @ vector


def as_table(text, states, pooling, kind, classes):
    """The strip from pieces to probabilities as an HTML table, a row for each step with its shape."""
    probabilities = logits_of(pooled(states, pooling), kind, classes).softmax(dim=-1)
    likely = ", ".join(f"class {place}: {probabilities[place]:.2f}" for place in probabilities.argsort(descending=True)[:3].tolist())
    rows = [
        ("pieces", f"(1, {len(states)})", f"{len(states) - 2} of the text, [CLS] and [SEP]"),
        ("states", f"(1, {len(states)}, {HIDDEN})", "after the sixth layer"),
        (f"pooled: {pooling}", f"(1, {HIDDEN})", "one vector for the text"),
        (f"head: {kind}", f"(1, {classes})", f"{new_numbers(kind, classes):,} numbers of its own"),
        ("softmax", f"(1, {classes})", f"by chance, most likely {likely}"),
    ]
    cells = "".join("<tr>" + "".join(f'<td style="text-align:left">{as_html(cell)}</td>' for cell in row) + "</tr>" for row in rows)
    return f'<table role="status"><tr><th>step</th><th>shape</th><th></th></tr>{cells}</table>'


EXPLORERS = {"01.head": head}
