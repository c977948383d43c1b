"""Figures carry a text in place of the picture."""

import pytest
from matplotlib import pyplot as plt
from transformers import BertConfig, BertForSequenceClassification

from course_utils import plots


def classifier(classes=3):
    config = BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, num_labels=classes, classifier_dropout=0.3)
    return BertForSequenceClassification(config)


def test_the_head_is_drawn_from_the_live_model():
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
        plots.head(classifier(), ["no", "perhaps", "yes"])
    words = shown[0]["text/plain"]
    assert words.startswith("Boxes from top to bottom: states of the last layer (1, pieces, 8); state of [CLS] (1, 8); pooler: dense 8 → 8, tanh")
    assert "dropout 0.3, in training only" in words and "classifier: linear 8 → 3 (1, 3), new; logits: no, perhaps, yes" in words
    with pytest.raises(ValueError, match="The classifier has 3 outputs, and there are 2 names."):
        plots.head(classifier(), ["no", "yes"])


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
