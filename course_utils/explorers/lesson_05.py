"""The explorer of lesson 05: two texts in one row, what is cut, and what a classifier makes of what is left."""

from course_utils.content import as_html
from course_utils.explorers.core import panel

STRATEGIES = ("longest_first", "only_first", "only_second")
FIRST = "Paid in Kraków with the Zenvy app: card declined twice, but Okafor at support fixed it in ten minutes."
SECOND = "Okafor works at support."


def pairs(tokenizer, model):
    """Type two texts, set the longest row and the way of cutting; `model` is a classifier of pairs with names for its classes."""
    import ipywidgets

    wide = {"style": {"description_width": "initial"}}
    text = {"continuous_update": False, "layout": {"width": "90%"}, **wide}
    panel(
        {
            "first": ipywidgets.Text(FIRST, description="first text", **text),
            "second": ipywidgets.Text(SECOND, description="second text", **text),
            "longest": ipywidgets.IntSlider(40, min=5, max=60, description="pieces at most", continuous_update=False, **wide),
            "strategy": ipywidgets.Dropdown(options=STRATEGIES, description="cut", **wide),
        },
        lambda first, second, longest, strategy: drawn(tokenizer, model, first, second, longest, strategy),
    )


def drawn(tokenizer, model, first, second, longest, strategy):
    """The row, what was cut and the classifier's probabilities as an HTML table; a sentence where the cut cannot be made."""
    try:
        row = tokenizer(first, second, truncation=strategy, max_length=longest)
    except Exception:  # the tokenizer raises no class of its own for this
        return f'<p role="status">{as_html(f"`{strategy}` cannot make this row short enough: the text that it may cut is too short.")}</p>'
    kept = [pieces_of(tokenizer, row, place) for place in (0, 1)]
    cut = [tokenizer.tokenize(whole)[len(pieces) :] for whole, pieces in zip((first, second), kept)]
    rows = [
        (f"{len(row['input_ids'])} pieces", " ".join(tokenizer.convert_ids_to_tokens(row["input_ids"]))),
        ("segments", " ".join(map(str, row.get("token_type_ids", ["none"])))),
        ("cut from the first", " ".join(cut[0]) or "nothing"),
        ("cut from the second", " ".join(cut[1]) or "nothing"),
        ("the classifier", probabilities(model, row)),
    ]
    cells = "".join(f'<tr><th style="text-align:left">{as_html(name)}</th><td style="text-align:left">{as_html(value)}</td></tr>' for name, value in rows)
    return f'<table role="status">{cells}</table>'


def pieces_of(tokenizer, row, place):
    """The pieces of the first (0) or second (1) text that are left in a row."""
    return [piece for piece, text in zip(tokenizer.convert_ids_to_tokens(row["input_ids"]), row.sequence_ids()) if text == place]


def probabilities(model, row):
    """What a classifier says of a row, in words; its mode is put back."""
    import torch

    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = model(**{name: torch.tensor([values], device=model.device) for name, values in row.items()}).logits[0].softmax(dim=-1)
    model.train(was_training)
    return ", ".join(f"{model.config.id2label[number]} ≈{value:.2f}" for number, value in enumerate(found.tolist()))


EXPLORERS = {"05.pairs": pairs}
