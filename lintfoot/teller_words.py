"""Words that say what a function does with the exception being handled: gives it, prints it, reports it.

A name is judged by its words, never by a part of one.
"""

from __future__ import annotations

from lintfoot.regexes import regex

# They give the exception or its traceback to whoever asks; what becomes of it then is another question.
SOURCES = frozenset(
    {
        "inspect.trace",
        "sys.exc_info",
        "sys.exception",
        "traceback.StackSummary.extract",
        "traceback.TracebackException",
        "traceback.TracebackException.from_exception",
        "traceback.extract_tb",
        "traceback.format_exc",
        "traceback.format_exception",
        "traceback.format_exception_only",
        "traceback.format_list",
        "traceback.format_tb",
        "traceback.walk_tb",
        "twisted.python.failure.Failure",
    }
)
SOURCE_NAMES = frozenset({"exc_info", "format_exc", "format_exception"})
PRINTS = frozenset(
    {
        "cgitb.handler",
        "pdb.post_mortem",
        "traceback.print_exc",
        "traceback.print_exception",
        "traceback.print_last",
        "traceback.print_stack",
        "traceback.print_tb",
        "twisted.python.log.err",
        "twisted.python.log.failure",
    }
)
# Methods of error services and consoles that fetch the exception being handled.
REPORTERS = frozenset(
    {
        "captureException",
        "capture_exception",
        "handleError",  # of a logging.Handler: prints the traceback
        "notice_error",
        "print_exception",
        "report_exc_info",
        "track_exception",
    }
)
ROLES = frozenset({"log-traceback", "report"})

_TRACES = frozenset({"backtrace", "excinfo", "printexc", "stacktrace", "traceback"})
_ABOUT = frozenset({"exc", "exception", "tb"})
_TELLING = frozenset(
    "capture current display dump emit err error exc fmt format full get handle info last log notify pprint print "
    "process record report save send show store to track write".split()
)
_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def speak_of_exceptions(name: str) -> bool:
    """Whether the name of a function that nobody can look into says that it tells of the exception: `log_exception`."""
    words = {word.lower() for word in _WORD.findall(name)}
    told = not words.isdisjoint(_ABOUT) and not words.isdisjoint(_TELLING)
    return told or (not words.isdisjoint(_TRACES) and "with" not in words)  # error.with_traceback(…) tells nobody


def is_logger(callee: str) -> bool:
    """Whether a callee is spelled like a logger's method: `exception()` of a future gives its exception instead."""
    owner = callee.rpartition(".")[0].rpartition(".")[2].lower()
    return owner.strip("_").endswith(("log", "logger", "logging"))
