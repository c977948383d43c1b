"""Figures carry a text in place of the picture."""

import pytest
from matplotlib import pyplot as plt

from course_utils import plots


def test_the_picture_has_its_words(capsys):
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    shown = []
    alt = 'Loss by epoch, falling from "high" to ≈0.53 & then level.'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
        plots.show(figure, alt)
    assert shown[0]["text/plain"] == alt
    assert 'alt="Loss by epoch, falling from &quot;high&quot; to ≈0.53 &amp; then level."' in shown[0]["text/html"]
    assert "src=\"data:image/png;base64,iVBOR" in shown[0]["text/html"]
    assert not plt.fignum_exists(figure.number)


def test_too_few_words():
    with pytest.raises(ValueError, match="say what the figure shows"):
        plots.show(plt.figure(), "a plot")
