"""The explorer of lesson 00: which of six messages is a sentence nearest to?"""

import functools

from course_utils.content import as_html
from course_utils.explorers.core import panel

SHOWN = 3


def nearest(messages, vectors_of, tokenizer):
    """Type a sentence; see its pieces, and the messages, pairs of text and label, that it is nearest to by cosine."""
    import ipywidgets

    known = vectors_of([text for text, _ in messages])
    typed = ipywidgets.Text("Nobody answers my calls.", description="sentence", continuous_update=False, layout={"width": "90%"})
    cosines = functools.lru_cache(maxsize=8)(lambda text: cosines_of(vectors_of([text])[0], known))
    panel({"text": typed}, lambda text: as_table(tokenizer.tokenize(text, truncation=True), messages, cosines(text)))


def cosines_of(vector, others):
    """The cosine of the angle between one vector (hidden,) and each of others (texts, hidden): (texts,).

    The dot product, divided by both lengths; see any book of linear algebra.
    """
    import numpy as np

    return others @ vector / (np.linalg.norm(others, axis=1) * np.linalg.norm(vector))


def as_table(pieces, messages, cosines):
    """The pieces of a sentence, and the nearest messages below each other, as HTML."""
    order = sorted(range(len(messages)), key=lambda place: -cosines[place])[:SHOWN]
    rows = [(f"≈{cosines[place]:5.2f}", str(messages[place][1]), str(messages[place][0])) for place in order]
    cells = "".join("<tr>" + "".join(f'<td style="text-align:left">{as_html(cell)}</td>' for cell in row) + "</tr>" for row in rows)
    said = f"{len(pieces)} pieces: {' '.join(pieces)}" if pieces else "no pieces: type a sentence"
    return f'<div role="status"><p>{as_html(said)}</p><table><tr><th>cosine</th><th>label</th><th>nearest of your messages</th></tr>{cells}</table></div>'


EXPLORERS = {"00.nearest": nearest}
