"""Runs a learner's function so that nothing it does stops the lesson: an error is told with its line, an endless loop ends."""

import _thread
import contextlib
import copy
import functools
import io
import linecache
import signal
import sys
import threading
import traceback

SECONDS = 10  # how long a learner's function may run, all cases together
LONGEST = 300  # characters of an answer or an error that are shown


class Wrong(Exception):
    """An answer is wrong: why, and by which known misconception, if it is one."""

    def __init__(self, message, misconception=None):
        super().__init__(message)
        self.misconception = misconception


class NotAttempted(Exception):
    """The answer still holds the `...` of the stub."""


class TimeIsUp(BaseException):
    """Raised in a learner's function that runs too long."""


def answers(function, cases, read, show):
    """What a learner's function gives for each case, as `read` reads it. Raises Wrong when it fails, or NotAttempted.

    It gets copies; what it prints is cut; one that changes its arguments is wrong, since the next cell needs them.
    """
    case, printed = None, io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), time_limit(SECONDS):
            found = []
            for case in cases:
                found.append(read(answer_to(function, case)))
            return found
    except (Wrong, NotAttempted):
        raise
    except TimeIsUp as error:
        raise Wrong(f"Your function was stopped after {SECONDS} seconds{line_of(error, function)}. Does a loop never end?") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise Wrong(f"For {short(show(case))} your function stopped with {told(error)}{line_of(error, function)}.") from None
    finally:
        print(short(printed.getvalue().rstrip()), end="\n" if printed.getvalue() else "")


def answer_to(function, case):
    """The answer for copies of one case's arguments. Raises NotAttempted for `...`, Wrong for changed arguments."""
    arguments = copy.deepcopy(case)
    before = repr(arguments)
    answer = function(*arguments)
    if holds_ellipsis(answer):
        raise NotAttempted
    if repr(arguments) != before:
        raise Wrong("Your function changes what it was given, and the next cell needs that as it was. Work on a copy.")
    return answer


def short(text):
    """A text in one line, cut when it is long; the course's marks for code are kept out of it."""
    text = " ".join(str(text).split()).replace("`", "'")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def of_type(value):
    """The type of a value with its article, and a word on the commonest mistake."""
    name = type(value).__name__
    if value is None:
        return "None: a way through it ends without `return`, or it prints in place of returning"
    return f"{'an' if name[0].lower() in 'aeiou' or name.startswith('nd') else 'a'} {name}"


def told(error):
    """An error in words: its type, and its message if it has one."""
    try:
        message = short(error)
    except Exception:
        message = ""
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def code_of(function):
    """The code object of a function, through partial, decorators and objects that can be called; or None."""
    while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
        function = function.func if isinstance(function, functools.partial) else function.__wrapped__
    return getattr(function, "__code__", None) or getattr(getattr(type(function), "__call__", None), "__code__", None)


def line_of(error, function):
    """The last line of the learner's own code that an error passed through, as words; nothing when it is not known."""
    code = code_of(function)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if code and frame.filename == code.co_filename]
    line = own and (linecache.getline(own[-1].filename, own[-1].lineno).strip() or own[-1].line)
    return f", in its line `{short(line)}`" if line else ""


def holds_ellipsis(answer, depth=0):
    """Whether `...` stands in an answer, in lists, tuples, sets, dictionaries and arrays of objects."""
    if isinstance(answer, dict):
        answer = [*answer.keys(), *answer.values()]
    if getattr(answer, "dtype", None) == object:
        answer = list(answer.flat)
    deeper = isinstance(answer, (list, tuple, set, frozenset)) and depth < 20
    return answer is ... or deeper and any(holds_ellipsis(part, depth + 1) for part in answer)


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeIsUp inside the `with` after some seconds: by a timer of the system, elsewhere by a watchdog thread.

    Code in C that never comes back to Python cannot be stopped by either; restarting the kernel does.
    """
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
    """Raise TimeIsUp by the system's timer; and once more at the next line, should an `except:` swallow it."""

    def stop(frame, event, _):
        if event == "line":
            raise TimeIsUp
        return stop

    def ring(_, frame):
        sys.settrace(lambda *_: None)
        while frame and frame.f_code is not answer_to.__code__:
            frame.f_trace, frame = stop, frame.f_back
        raise TimeIsUp

    traced, handler = sys.gettrace(), signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.settrace(traced)
        signal.signal(signal.SIGALRM, handler)
