"""Runs a learner's function so that nothing it does stops the lesson: an error is told with its line, an endless loop ends."""

import _thread
import contextlib
import copy
import linecache
import signal
import threading
import traceback

SECONDS = 10  # how long a learner's function may run


class Wrong(Exception):
    """An answer is wrong: why, and by which known misconception, if it is one."""

    def __init__(self, message, misconception=None):
        super().__init__(message)
        self.misconception = misconception


class NotAttempted(Exception):
    """The answer still holds the `...` of the stub."""


class TimeIsUp(BaseException):
    """Raised in a learner's function that runs too long."""


def call(function, *arguments):
    """What a learner's function gives for copies of the arguments. Raises Wrong when it fails or runs too long, or NotAttempted."""
    try:
        with time_limit(SECONDS):
            answer = function(*copy.deepcopy(arguments))
    except TimeIsUp as error:
        raise Wrong(f"Your function was stopped after {SECONDS} seconds, {line_of(error, function)} Does a loop never end?") from None
    except (Exception, SystemExit) as error:
        raise Wrong(f"Your function stopped with {type(error).__name__}: {error}, {line_of(error, function)}") from None
    if holds_ellipsis(answer):
        raise NotAttempted
    return answer


def line_of(error, function):
    """The last line of the learner's own code that an error passed through, as words."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not own:
        return "when it was called with the exercise's arguments."
    return f"in its line `{linecache.getline(file, own[-1].lineno).strip() or own[-1].line}`."


def holds_ellipsis(answer):
    """Whether `...` stands in an answer, at any depth of lists, tuples and dictionaries."""
    if isinstance(answer, dict):
        return any(holds_ellipsis(value) for value in answer.values())
    return answer is ... or isinstance(answer, (list, tuple)) and any(map(holds_ellipsis, answer))


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeIsUp inside the `with` after some seconds: by a timer of the system, elsewhere by a watchdog thread."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with alarm(seconds):
            yield
        return
    rung = threading.Event()
    watchdog = threading.Timer(seconds, lambda: (rung.set(), _thread.interrupt_main()))
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    except KeyboardInterrupt as error:
        if not rung.is_set():
            raise
        raise TimeIsUp().with_traceback(error.__traceback__) from None
    finally:
        watchdog.cancel()


@contextlib.contextmanager
def alarm(seconds):
    """Raise TimeIsUp by the system's timer, and again each second, should the learner's code swallow it."""

    def ring(*_):
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
