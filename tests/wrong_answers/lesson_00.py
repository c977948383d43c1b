"""Attempts at the exercises of lesson 00. `right` are right in an unusual form; `wrong` has each with the misconception it must meet."""

BET = {
    "Not bad at all.": "right",
    "Great, declined again.": "right",
    "They never keep me on hold.": "fooled",
    "My card is broken.": "fooled",
    "Thank you, it works now.": "right",
}
CARD, SUPPORT, OPENS, PAYMENT, HOLD, CRASH = TEXTS = [
    "The card arrived in two days and works everywhere.",
    "Support picked up at once and solved it.",
    "I love how fast the app opens.",
    "My payment was declined again at the till.",
    "Forty minutes on hold and then the line dropped.",
    "The app crashes whenever I open statements.",
]
DESKS = dict(zip(TEXTS, ("payments", "support", "app") * 2))
MOODS = dict(zip(TEXTS, ("good",) * 3 + ("bad",) * 3))


def rules(text):
    return "app" if "app" in text else "support"


ATTEMPTS = {
    "00.broken": {
        "right": [BET, dict(reversed(BET.items()))],
        "not attempted": [dict.fromkeys(BET, ...)],
        "wrong": [
            ({**BET, "Not bad at all.": "fooled"}, "words-have-fixed-mood"),
            ({**BET, "Great, declined again.": "fooled"}, "words-have-fixed-mood"),
            ({**BET, "My card is broken.": "right"}, "words-have-fixed-mood"),
            ({**BET, "They never keep me on hold.": "right"}, None),
            (dict.fromkeys(BET, "right"), "words-have-fixed-mood"),
            ({**BET, "Not bad at all.": ...}, None),
            ({**BET, "Not bad at all.": "good"}, None),
            ({**BET, "Not bad at all.": ["right"]}, None),
            (list(BET.values()), None),
            ("fooled", None),
            (None, None),
        ],
    },
    "00.first": {
        "right": [DESKS, dict(reversed(DESKS.items()))],
        "not attempted": [dict.fromkeys(TEXTS, ...)],
        "wrong": [
            (MOODS, "more-code-needed"),
            ({**DESKS, CRASH: "bad"}, "more-code-needed"),
            ({**dict.fromkeys(TEXTS, ...), CARD: "good"}, "more-code-needed"),
            ({**DESKS, CRASH: "support"}, None),
            ({**DESKS, PAYMENT: ...}, None),
            ({**DESKS, OPENS: "App"}, None),
            ({**DESKS, OPENS: ["app"]}, None),
            ({**DESKS, SUPPORT: "good"}, "more-code-needed"),
            ({**DESKS, "A seventh.": "app"}, None),
            ({text: desk for text, desk in DESKS.items() if text != HOLD}, None),
            (list(DESKS.values()), None),
            (rules, None),
            ("app", None),
            (None, None),
        ],
    },
}

ENDLESS = []
