"""The exercises of lesson 00, on six messages whose labels a learner may change."""

from course_utils.exercises.core import Choose
from course_utils.exercises.running import Wrong

SIX = [  # as in the lesson's first cell, where the learner may have changed them
    ("The card arrived in two days and works everywhere.", "good"),
    ("Support picked up at once and solved it.", "good"),
    ("I love how fast the app opens.", "good"),
    ("My payment was declined again at the till.", "bad"),
    ("Forty minutes on hold and then the line dropped.", "bad"),
    ("The app crashes whenever I open statements.", "bad"),
]
BROKEN = {  # what a frozen encoder and a head that learned from SIX make of five sentences; a test asks them
    "Not bad at all.": "right",
    "Great, declined again.": "right",
    "They never keep me on hold.": "fooled",
    "My card is broken.": "fooled",
    "Thank you, it works now.": "right",
}
DESKS = ("payments", "support", "app")


class Relabel(Choose):
    """Labels to change: `wrong` has the old ones, with the misconception of whoever leaves them."""

    def examine(self, answer, reference=None):
        """The message for a right answer. Raises Wrong or NotAttempted."""
        kept = [pair for pair in answer.items() if str(pair) in map(str, self.wrong)] if isinstance(answer, dict) else []
        if kept:
            raise Wrong(f"{len(kept)} of {len(self.key)} messages still have a mood for a label.", self.wrong[kept[0]])
        return super().examine(answer, reference)


EXERCISES = {
    "00.broken": Choose(
        key=BROKEN,
        choices=("right", "fooled"),
        wrong={
            ("Not bad at all.", "fooled"): "words-have-fixed-mood",
            ("Great, declined again.", "fooled"): "words-have-fixed-mood",
            ("My card is broken.", "right"): "words-have-fixed-mood",
        },
        right="You bet on the two that fooled it.",
    ),
    "00.first": Relabel(
        key={text: DESKS[place % 3] for place, (text, _) in enumerate(SIX)},
        choices=DESKS,
        wrong=dict.fromkeys(SIX, "more-code-needed"),
        right="Six labels, and no other line: the next cell learns from them as before.",
    ),
}
