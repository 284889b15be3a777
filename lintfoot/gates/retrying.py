"""Gates of the visitors on retries, polls and pauses."""

from __future__ import annotations

from lintfoot.gates.gate import Gate, Lines
from lintfoot.gates.loop_lines import STATUS, bare_decorators, loop_lines, retrying, sleeping_loops
from lintfoot.regexes import regex
from lintfoot.sight import Sight

_FAILS = regex(rf"\b(?:except|ok|{'|'.join(sorted(STATUS))})\b")


def _retries(sight: Sight) -> Lines:
    """Loops in which something fails and is tried again, and decorators without arguments."""
    return None if sight.layout is None else [*loop_lines(sight), *bare_decorators(sight, "retry")]


def _recursions(sight: Sight) -> Lines:
    """Calls of a function's own name in it, where something in the same statement fails."""
    spread = sight.spread
    if spread is None:
        return None
    if _FAILS.search(spread.layout.masked) is None:
        return ()
    inside = any(name in spread.around.get(line, ()) for name in spread.definitions for line in spread.lines_with[name])
    if not inside:
        return ()  # no function of this text is mentioned in itself
    division = sight.division
    if division is None:
        return None
    found = []
    for name, starts in spread.definitions.items():
        for start in starts:
            unit = division.at(start)
            lines = spread.lines_with.get(name, ()) if unit is not None else ()
            for line in lines:
                own = division.at(line) if unit is not None and unit.start <= line < unit.stop else None
                while line != start and own is not None:
                    found += [own.start] if _FAILS.search(division.code(own)) else []
                    own = own.owner if own.owner is not None and own.owner.bodies else None
    return found


RETRIES = Gate(
    "retries:Retries",
    codes=("LF601",),
    words=("while", "retry", "backoff", "count(", "repeat(", "cycle("),
    places=_retries,
    slices=True,
)
RECURSION = Gate(
    "recursion:Recursion",
    codes=("LF601",),
    words=("except", "status", "returncode", ".ok"),
    places=_recursions,
    slices=True,
)
BACKOFFS = Gate(
    "backoffs:Backoffs",
    codes=("LF602",),
    words=("while", "range(", "retr", "backoff", "repeat("),
    places=retrying,  # loops in which something fails, and calls of what tries again
    slices=True,
    spares_tests=True,
)
REPEATS = Gate(
    "repeats:Repeats",
    codes=("LF603",),
    words=(
        *("retry", "retri", "backoff", "stamina", "while", "range(", "repeat("),
        *("allowed_methods", "method_whitelist"),
    ),
    places=retrying,
    slices=True,
)
RETRY_AFTER = Gate(
    "retry_after:RetryAfter",
    codes=("LF604",),
    words=("429", "503", "retry-after", "too_many", "service_unavailable"),
)
POLLS = Gate(
    "polls:Polls",
    codes=("LF605",),
    words=("sleep",),
    places=sleeping_loops,  # loops that sleep, themselves or by a function of the file
    slices=True,
)
