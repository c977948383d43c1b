"""The explorers of lesson 03: one row of logits under two read-outs, and a threshold on its precision-recall curve."""

import numpy as np

from course_utils.content import as_html
from course_utils.explorers.core import panel


def logits(names):
    """Move a logit for each name, and see softmax beside sigmoid."""
    import ipywidgets

    wide = {"style": {"description_width": "initial"}}
    start = [3.0, 2.5, 2.0, -3.0, -4.0] + [0.0] * len(names)
    sliders = {name: ipywidgets.FloatSlider(value, min=-6, max=6, step=0.1, description=name, **wide) for name, value in zip(names, start)}
    panel(sliders, lambda **moved: read_outs(list(moved), np.array(list(moved.values()))))


def read_outs(names, values):
    """Two bars for each name, what softmax and what sigmoid make of its logit, with a line of words."""
    import matplotlib.pyplot as plt

    from course_utils import plots

    shares, each = np.exp(values - values.max()), 1 / (1 + np.exp(-values))
    shares = shares / shares.sum()
    figure, axes = plt.subplots(figsize=(7, 2.8))
    places = np.arange(len(names))
    axes.bar(places - 0.2, shares, 0.4, label="softmax", color="#0072B2")
    axes.bar(places + 0.2, each, 0.4, label="sigmoid", color="#E69F00", hatch="//", edgecolor="black")
    axes.axhline(0.5, color="black", linestyle="--", linewidth=1)
    axes.set(ylim=(0, 1), ylabel="score", title=f"Above 0.5: softmax {(shares > 0.5).sum()}, sigmoid {(each > 0.5).sum()}")
    axes.set_xticks(places, [f"{name}\n{value:.1f}" for name, value in zip(names, values)])
    axes.legend(loc="upper right")
    told = "; ".join(f"{name} {value:.1f}: {share:.2f} and {one:.2f}" for name, value, share, one in zip(names, values, shares, each))
    line = f"softmax sums to {shares.sum():.2f}, sigmoid to {each.sum():.2f}; above 0.5 are {(shares > 0.5).sum()} and {(each > 0.5).sum()}"
    return plots.image(figure, f"Logits with what softmax and sigmoid make of them. {told}.") + f'<p role="status">{as_html(line)}</p>'


def thresholds(probabilities, rows, names, miss):
    """Move a topic's threshold along its precision-recall curve, and read which texts change sides against 0.5.

    `probabilities` has the shape (texts, labels); `rows` has `id`, `text` and `labels`; `miss` is what a missed label costs, one too many costs 1.
    """
    import ipywidgets

    labels = np.array(rows["labels"])

    def draw(topic, threshold):
        number = list(names).index(topic)
        return tuned(probabilities[:, number], labels[:, number] > 0.5, rows, topic, threshold, miss[number])

    wide = {"style": {"description_width": "initial"}}
    panel(
        {
            "topic": ipywidgets.Dropdown(options=list(names), description="topic", **wide),
            "threshold": ipywidgets.FloatSlider(0.3, min=0.01, max=0.99, step=0.01, description="threshold", **wide),
        },
        draw,
    )


def tuned(probabilities, labels, rows, topic, threshold, miss):
    """One topic's curve with the threshold on it, what its mistakes cost, and the texts that 0.5 would answer otherwise."""
    import matplotlib.pyplot as plt
    from sklearn.metrics import precision_recall_curve

    from course_utils import plots

    answers = probabilities >= threshold
    missing, too_many = int((labels & ~answers).sum()), int((~labels & answers).sum())
    recall, precision = share(labels & answers, labels), share(labels & answers, answers)
    figure, axes = plt.subplots(figsize=(5, 3.2))
    curve = precision_recall_curve(labels, probabilities)
    axes.plot(curve[1], curve[0], color="#0072B2")
    axes.plot(recall, precision, "o", color="#8F3B00", markersize=9)
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="recall", ylabel="precision", title=f"{topic} at {threshold:.2f}: {missing} missed, {too_many} too many")
    alt = f"Precision against recall for {topic}. At a threshold of {threshold:.2f} recall is ≈{recall:.2f} and precision ≈{precision:.2f}."
    cost = f"{missing} missed at {miss} minutes and {too_many} too many at 1: {missing * miss + too_many} minutes"
    return plots.image(figure, alt) + f'<p role="status"><b>{as_html(cost)}</b></p>' + flips(probabilities, labels, rows, threshold)


def share(some, all_of_them):
    """How many of them some are; 1 where there are none."""
    return some.sum() / all_of_them.sum() if all_of_them.any() else 1.0


def flips(probabilities, labels, rows, threshold):
    """The texts whose answer differs between the threshold and 0.5, as an HTML list, by their ids."""
    turned = np.flatnonzero((probabilities >= threshold) != (probabilities >= 0.5))
    if not len(turned):
        return "<p>No brief changes sides against 0.5.</p>"
    said = [
        f"{rows[int(place)]['id']} ({probabilities[place]:.2f}), {'now right' if labels[place] == (probabilities[place] >= threshold) else 'now wrong'}: {rows[int(place)]['text'][:90]}…"
        for place in turned[:12]
    ]
    more = f"<p>… and {len(turned) - 12} more.</p>" if len(turned) > 12 else ""
    return f"<p>Against 0.5, {len(turned)} change sides:</p><ul>{''.join(f'<li>{as_html(line)}</li>' for line in said)}</ul>{more}"


EXPLORERS = {"03.logits": logits, "03.thresholds": thresholds}
