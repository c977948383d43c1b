"""The explorers of lesson 02."""

import numpy as np

from course_utils.content import as_html
from course_utils.explorers.core import panel
from course_utils.quizzes import faces


def label_reviews(rows):
    """Label some reviews yourself, then see how often you agree with their labels. `rows` has `text` and `label`, a ClassLabel."""
    import ipywidgets
    from IPython.display import display

    names, given = rows.features["label"].names, {}
    tally = ipywidgets.HTML('<div role="status"></div>')

    def chosen(number, name):
        given[number] = name
        agreed = sum(names[rows[place]["label"]] == said for place, said in given.items())
        tally.value = f'<div role="status"><b>You agree with {agreed} of the {len(given)} labels of the texts that you labelled.</b></div>'

    for number, row in enumerate(rows):
        label = names[row["label"]]
        replies = {name: f"The label says so, too: {label}." if name == label else f"The label says {label}." for name in names}
        faces.show(f"{number + 1}. {row['text']}", replies, lambda name, number=number: chosen(number, name))
    display({faces.WIDGET: faces.view(tally), "text/html": "<span></span>", "text/plain": ""}, raw=True)


def learning_rate(train, validation, baseline):
    """Move the learning rate and the epochs of a head on fixed features; `baseline` is the macro-F1 of another model, as a line."""
    import ipywidgets

    from course_utils.training import fit_head

    rates = [f"{rate:.0e}" for rate in 10.0 ** np.arange(-6, 2)]

    def draw(rate, epochs):
        curve = fit_head(train, validation, float(rate), epochs)
        return drawn(curve, float(rate), baseline)

    wide = {"style": {"description_width": "initial"}}
    panel(
        {
            "rate": ipywidgets.SelectionSlider(options=rates, value=rates[3], description="learning rate", **wide),
            "epochs": ipywidgets.IntSlider(8, min=1, max=30, description="epochs", continuous_update=False, **wide),
        },
        draw,
    )


def drawn(curve, rate, baseline):
    """A curve as an image, with a line of words below it."""
    import matplotlib.pyplot as plt

    from course_utils import plots

    epochs, best = len(curve) - 1, int(np.argmax(curve))
    figure, axes = plt.subplots(figsize=(7, 3.2))
    axes.plot(range(epochs + 1), curve, marker="o", color="#0072B2", label="head")
    axes.axhline(baseline, color="#8F3B00", linestyle="--", label="TF-IDF")
    axes.set(xlabel="epochs", ylabel="macro-F1, validation", ylim=(0, 1), title=f"Learning rate {rate:.0e}: {verdict(curve)}")
    axes.legend(loc="lower right")
    alt = (f"Macro-F1 on validation over {epochs} epochs at a learning rate of {rate:.0e}: it starts at ≈{curve[0]:.2f}, is best after "
           f"≈{best:2d} epochs with ≈{curve[best]:.2f} and ends at ≈{curve[-1]:.2f}; the TF-IDF line is at {baseline:.2f}.")  # fmt: skip
    return plots.image(figure, alt) + f'<p role="status">{as_html(f"ends at ≈{curve[-1]:.2f}, best ≈{curve[best]:.2f}")}</p>'


def verdict(curve):
    """What a curve did, in words."""
    span = max(curve) - min(curve)
    if curve[-1] < curve[0] + 0.1:
        return "it hardly learns"
    if max(abs(one - other) for one, other in zip(curve[2:], curve[1:])) > 0.15 * max(span, 0.2):
        return "it jumps about"
    return "it still climbs" if len(curve) > 2 and curve[-1] - curve[-2] > 0.02 else "it has settled"


EXPLORERS = {"02.label_reviews": label_reviews, "02.learning_rate": learning_rate}
