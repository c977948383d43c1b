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


def displayed(function, *given):
    """What a function displays."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
        function(*given)
    return shown[0]


def test_words_and_pieces_are_told_in_words():
    shown = displayed(plots.lattice, ["Zenvy", "\u200b", "app"], ["[CLS]", "zen", "##vy", "app", "[SEP]"], [None, 0, 0, 2, None])
    assert shown["text/plain"] == "Words and the pieces under them: Zenvy: zen ##vy; \u200b: ; app: app."
    assert shown["text/html"].startswith("<img alt=")


def test_entities_are_readable_without_colour():
    text = "At <Zenvy>, Okafor said"
    shown = displayed(plots.marked, text, [(12, 18, "PER"), (4, 9, "ORG")])
    assert shown["text/plain"] == "At <[Zenvy ORG]>, [Okafor PER] said"
    assert "At &lt;<span" in shown["text/html"] and ">Okafor <b>PER</b></span> said" in shown["text/html"]
    assert displayed(plots.marked, text, [])["text/plain"] == text


def test_tags_stand_below_their_pieces():
    shown = displayed(plots.tags, ["ok", "##af", "<"], {"first": ["B-PER", "-100", "O"], "inside": ["B-PER", "I-PER", "O"]})
    assert [line.split() for line in shown["text/plain"].splitlines()] == [["ok", "##af", "<"], ["first", "B-PER", "-100", "O"], ["inside", "B-PER", "I-PER", "O"]]
    assert shown["text/html"].count("I-PER") == 1 and "<th>&lt;</th>" in shown["text/html"]


def test_dark_text_on_the_tints_can_be_read():
    """Contrast as WCAG counts it: 4.5 at least."""
    def brightness(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        return sum(weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for weight, part in zip((0.2126, 0.7152, 0.0722), parts))

    assert all((brightness(tint) + 0.05) / (brightness("#111111") + 0.05) > 4.5 for tint in plots.TYPES.values())
