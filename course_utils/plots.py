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
