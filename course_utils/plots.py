"""Figures that everyone can read: each carries a text that says what it shows."""

import base64
import html
import io


def show(figure, alt):
    """Display a matplotlib figure as an image with `alt`, a text that says what this figure shows, and close it.

    Scores in `alt` that depend on a training run are marked ≈, as in `≈0.53`. Raises ValueError when `alt` says too little.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if len(alt.split()) < 8:
        raise ValueError("The alt text has to say what the figure shows, in a sentence: its axes, and what stands out.")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    data = base64.b64encode(picture.getvalue()).decode()
    image = f'<img alt="{html.escape(alt)}" style="max-width:100%" src="data:image/png;base64,{data}">'
    display({"text/html": image, "text/plain": alt}, raw=True)
