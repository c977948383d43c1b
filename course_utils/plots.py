"""Figures that everyone can read: each carries a text that says what it shows."""

import base64
import html
import io


def image(figure, alt):
    """A matplotlib figure as an HTML image with `alt`, a text that says what this figure shows; the figure is closed.

    Raises ValueError when `alt` says too little.
    """
    import matplotlib.pyplot as plt

    if len(alt.split()) < 8:
        raise ValueError("The alt text has to say what the figure shows, in a sentence: its axes, and what stands out.")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    data = base64.b64encode(picture.getvalue()).decode()
    return f'<img alt="{html.escape(alt)}" style="max-width:100%" src="data:image/png;base64,{data}">'


def show(figure, alt):
    """Display a matplotlib figure as an image with `alt`, which stands for it where there are no images.

    Scores in `alt` that depend on a training run are marked ≈, as in `≈0.53`. Raises ValueError when `alt` says too little.
    """
    from IPython.display import display

    display({"text/html": image(figure, alt), "text/plain": alt}, raw=True)


def head(classifier, classes):
    """Show the way from states to the given classes through a live classifier's own modules, as a figure with its text."""
    steps = head_steps(classifier, classes)
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 1.1 * len(steps)))
    axes.set(xlim=(0, 10), ylim=(-len(steps), 0.2), title="From states to logits: the parts on top of the encoder")
    axes.axis("off")
    for row, (name, shape, new) in enumerate(steps):
        style = {"boxstyle": "round", "facecolor": "#FFF3D6" if new else "#E8F1F8", "edgecolor": "#8F3B00" if new else "#0072B2", "linestyle": "--" if new else "-"}
        axes.text(0.3, -row - 0.5, f"{name}{'  (new)' if new else ''}", va="center", bbox=style)
        axes.text(7.2, -row - 0.5, shape, va="center", family="monospace")
        if row:
            axes.annotate("", (1, -row - 0.25), (1, -row + 0.25), arrowprops={"arrowstyle": "->"})
    show(figure, "Boxes from top to bottom: " + "; ".join(f"{name} {shape}{', new' if new else ''}" for name, shape, new in steps) + ".")


def head_steps(classifier, classes):
    """The steps that `head` draws, (name, shape, whether it is new), read from the modules of a BERT classifier."""
    hidden = classifier.config.hidden_size
    pooler, dropout, last = classifier.base_model.pooler, classifier.dropout, classifier.classifier
    if last.out_features != len(classes):
        raise ValueError(f"The classifier has {last.out_features} outputs, and there are {len(classes)} names.")
    return [
        ("states of the last layer", f"(1, pieces, {hidden})", False),
        ("state of [CLS]", f"(1, {hidden})", False),
        (f"pooler: dense {pooler.dense.in_features} → {pooler.dense.out_features}, {type(pooler.activation).__name__.lower()}", f"(1, {pooler.dense.out_features})", False),
        (f"dropout {dropout.p:g}, in training only", f"(1, {hidden})", False),
        (f"classifier: linear {last.in_features} → {last.out_features}", f"(1, {last.out_features})", True),
        ("logits: " + ", ".join(classes), f"(1, {len(classes)})", False),
    ]
