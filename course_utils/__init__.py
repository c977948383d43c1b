"""What the lessons call; the libraries' own API stays in the notebooks. Cheap to import: nothing heavy is loaded here.

The learner's words, each loaded when it is first used:

    from course_utils import check, hint, solution, breaks, predict, quiz, explore, explain_error
"""

__version__ = "0.1.0"

WORDS = {
    "check": "exercises.core",
    "hint": "exercises.core",
    "solution": "exercises.core",
    "breaks": "exercises.core",
    "predict": "quizzes.core",
    "quiz": "quizzes.core",
    "explore": "explorers.core",
    "explain_error": "errors",
}

__all__ = list(WORDS)


def __getattr__(name):
    """A learner's word, from the module that has it."""
    import importlib

    if name not in WORDS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{WORDS[name]}"), name)


def __dir__():
    """The module's names, the learner's words among them, for completion by Tab."""
    return sorted([*globals(), *WORDS])
