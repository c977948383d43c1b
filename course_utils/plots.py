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


TYPES = {"PER": "#CFE8F7", "ORG": "#FFE2B8", "LOC": "#CDEFE2", "MISC": "#F3D9EA"}  # light tints: dark text on them is read easily


def lattice(words, pieces, word_ids):
    """Show words above and their pieces below with an arrow to each piece; `word_ids` has each piece's word, None for specials."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(0.42 * len(pieces), 2.8))
    places = {word: [place for place, of in enumerate(word_ids) if of == word] for word in range(len(words))}
    for word, of_word in places.items():
        centre = sum(of_word) / len(of_word) if of_word else None
        for place in of_word:
            axes.annotate("", (place, 0.05), (centre, 0.95), arrowprops={"arrowstyle": "->", "color": "#0072B2" if len(of_word) == 1 else "#8F3B00"})
        if of_word:
            axes.text(centre, 1, words[word], rotation=60, ha="left", va="bottom")
    for place, piece in enumerate(pieces):
        axes.text(place, 0, piece, rotation=60, ha="right", va="top", family="monospace", fontsize=9)
    axes.set(xlim=(-1, len(pieces)), ylim=(-0.6, 1.6), title="Words above, pieces below: most words are one piece, names often several")
    axes.axis("off")
    show(figure, "Words and the pieces under them: " + "; ".join(f"{words[word]}: {' '.join(pieces[place] for place in of)}" for word, of in places.items()) + ".")


def marked(text, spans):
    """Show a text with its entities, (start, end, type) in characters: each in a box with its type written in it."""
    from IPython.display import display

    plain, boxes, before = "", "", 0
    for start, end, kind in [*sorted(spans), (len(text), len(text), "")]:
        between, inside = text[before:start], text[start:end]
        plain += between + (f"[{inside} {kind}]" if kind else "")
        boxes += html.escape(between)
        if kind:
            boxes += f'<span style="background:{TYPES.get(kind, "#EEE")};color:#111;border:1px solid #555;border-radius:3px;padding:0 3px">{html.escape(inside)} <b>{html.escape(kind)}</b></span>'
        before = end
    display({"text/html": f'<p style="line-height:2">{boxes}</p>', "text/plain": plain}, raw=True)


def tag_table(pieces, rows):
    """A table as HTML: a column for each piece, a row for each name in `rows` with a tag for each piece; colours only repeat the words."""
    head = "".join(f"<th>{html.escape(piece)}</th>" for piece in pieces)
    lines = ""
    for name, tags in rows.items():
        cells = "".join(f'<td style="text-align:center;background:{TYPES.get(str(tag)[2:], "inherit")};{"color:#111" if str(tag)[2:] in TYPES else ""}">{html.escape(str(tag))}</td>' for tag in tags)
        lines += f'<tr><th style="text-align:left">{html.escape(name)}</th>{cells}</tr>'
    return f'<div style="overflow-x:auto"><table><tr><th></th>{head}</tr>{lines}</table></div>'


def tags(pieces, rows):
    """Show pieces with rows of tags below them, as `tag_table` makes it, and as text."""
    from IPython.display import display

    lines = {"": pieces, **rows}
    wide = [max(len(str(line[place])) for line in lines.values()) for place in range(len(pieces))]
    plain = "\n".join(f"{name:16}" + " ".join(str(tag).ljust(width) for tag, width in zip(line, wide)) for name, line in lines.items())
    display({"text/html": tag_table(pieces, rows), "text/plain": plain}, raw=True)
