"""The explorer of lesson 04: words, pieces and the labels of each strategy, on a sentence of one's own."""

import re

from course_utils import labels, plots
from course_utils.content import as_html
from course_utils.explorers.core import panel

SENTENCE = "Paid in [Kraków|LOC] with the [Zenvy|ORG] app, but [Okafor|PER] at support fixed it."
KINDS = ("PER", "ORG", "LOC", "MISC")
NAMES = ["O", *(f"{prefix}-{kind}" for kind in KINDS for prefix in "BI")]
MARK = re.compile(rf"\[([^\[\]|]+)\|({'|'.join(KINDS)})\]")


def align(tokenizer):
    """Write a sentence with names marked as [name|PER], choose how long a text may be, and see each piece's word and labels."""
    import ipywidgets

    wide = {"style": {"description_width": "initial"}}
    panel(
        {
            "sentence": ipywidgets.Text(SENTENCE, description="sentence", continuous_update=False, layout={"width": "95%"}, **wide),
            "longest": ipywidgets.IntSlider(40, min=3, max=40, description="pieces at most", **wide),
        },
        lambda sentence, longest: as_table(tokenizer, sentence, longest),
    )


def words_and_tags(sentence):
    """The words of a marked sentence and their BIO tags; brackets that mark nothing are words like others."""
    words, tags, before = [], [], 0
    for start, end, name, kind in [*((mark.start(), mark.end(), mark[1], mark[2]) for mark in MARK.finditer(sentence)), (len(sentence), len(sentence), "", "")]:
        plain, named = split(sentence[before:start]), split(name)
        words += plain + named
        tags += ["O"] * len(plain) + [f"{'I' if place else 'B'}-{kind}" for place in range(len(named))]
        before = end
    return words, tags


def split(text):
    """Words and marks of punctuation; what is neither, such as an emoji, is a word up to the next blank."""
    return re.findall(r"\w+|[^\w\s]+", text)


def as_table(tokenizer, sentence, longest):
    """The pieces that are left with the word of each and the labels of each strategy, as an HTML table, and what was lost in words."""
    words, tags = words_and_tags(sentence)
    encoding = tokenizer([words], is_split_into_words=True, truncation=True, max_length=longest)
    rows = {"word": ["-" if word is None else str(word) for word in encoding.word_ids(0)]}
    for strategy in labels.STRATEGIES:
        row = labels.align_labels(encoding, [[NAMES.index(tag) for tag in tags]], strategy, NAMES)[0]
        rows[strategy] = ["-100" if label == labels.IGNORED else NAMES[label] for label in row]
    read = labels.read_words(encoding, [[[0]] * len(encoding["input_ids"][0])], [len(words)])[0]
    told = [f"{len(words)} words, {len(encoding['input_ids'][0])} places."]
    told += [f"{why}: {', '.join(repr(words[place]) for place in places)}." for why, places in (("Cut off", read.cut), ("Without a piece", read.without_piece)) if places]
    return plots.tag_table(encoding.tokens(0), rows) + f'<p role="status">{as_html(" ".join(told))}</p>'


EXPLORERS = {"04.align": align}
