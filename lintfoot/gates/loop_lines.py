"""Which loops and decorators of a text are worth reading for the rules on retries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lintfoot.gates import call_lines
from lintfoot.libraries import Function
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.split import Layout

STATUS = frozenset("status_code status ok is_success returncode exit_code exitcode exit_status rc ret retcode".split())
PAUSES = frozenset("sleep wait".split())
_LOOP = regex(r"[ \t]*(?:async\s+)?(?P<kind>while|for)\b")
_FAILS = regex(rf"\b(?:except|suppress|{'|'.join(sorted(STATUS))})\b")
_SAID = regex(r"[=!]=\s*\w[\w.]*\.\w*(?i:fail|error|retry|timeout|unavailable|unreachable|refused|ok|success)")
_ASKS = regex(r"[ \t]*while\s+(?:await\s+)?\w[\w.]*\s*\(")
_PAUSES = regex(rf"\b(?:{'|'.join(sorted(PAUSES))})\b")
_WITH = regex(r"\bwith\b")
_DECORATOR = regex(r"[ \t]*@[ \t]*[\w.]*?(?P<name>\w+)[ \t\r]*$")
_KNOWN = frozenset(
    "property cached_property staticmethod classmethod abstractmethod override overload final wraps setter getter deleter "
    "contextmanager asynccontextmanager fixture dataclass singledispatch cache lru_cache".split()
)


def loop_lines(sight: Sight) -> Iterator[int]:
    """The headers of loops whose blocks handle failures, or look at how something ended."""
    layout = sight.layout
    if layout is None:
        return
    bare = layout.bare
    counts = "itertools" in sight.text or any(word in sight.text for word in ("count(", "cycle(", "repeat("))
    suppresses = "suppress" in sight.text
    for number, line in enumerate(bare, 1):
        found = _LOOP.match(line) if "while" in line or "for" in line else None
        if found is None or (found["kind"] == "for" and not counts):
            continue
        indent = len(line) - len(line.lstrip())
        asks = _ASKS.match(line) is not None
        if any(
            _FAILS.search(inner)
            or _SAID.search(inner)
            or (suppresses and _WITH.search(inner))
            or (asks and _PAUSES.search(inner))
            for inner in _below(layout, number, indent)
        ):
            yield number


def _below(layout: Layout, number: int, indent: int) -> Iterator[str]:
    """What a header holds: its own line, and all lines that stand deeper, or go on with one that does."""
    bare, logical = layout.bare, layout.logical
    yield bare[number - 1]
    for at in range(number + 1, len(bare) + 1):
        line = bare[at - 1]
        if logical[at - 1] == at and line.strip() and line[0] != "\0" and len(line) - len(line.lstrip()) <= indent:
            return
        yield line


def retrying(sight: Sight) -> set[int] | None:
    """The loops that may try something again, decorators without arguments, and calls of libraries that retry."""
    if sight.layout is None:
        return None
    calls = call_lines.called(sight, (), _retries)
    loops = _loops(sight.layout, _REPEATS, lambda line: bool(_FAILS.search(line) or _WITH.search(line)))
    return None if calls is None else {*calls, *loops, *bare_decorators(sight, "retry")}


def _retries(function: Function) -> bool:
    return "retry" in function.role or "retries" in function.arguments


def sleeping_loops(sight: Sight) -> set[int] | None:
    """The `while` loops in which something sleeps."""
    spread = sight.spread
    if sight.layout is None or spread is None:
        return None
    words = {"sleep", "wait"}  # other files tell of nothing that sleeps
    for start in {line for word in tuple(words) for line in spread.lines_with.get(word, ())}:
        words.update(spread.around.get(start, ())[-1:])
        words.update(re.findall(r"\bas\s+(\w+)", spread.texts[start]))
        if "=" in spread.texts[start]:
            words.update(re.findall(r"\w+", spread.texts[start].partition("=")[0]))
    return set(_loops(sight.layout, _WHILE, lambda line: not words.isdisjoint(re.findall(r"\w+", line))))


def _loops(layout: Layout, header: re.Pattern[str], holds: Callable[[str], bool]) -> Iterator[int]:
    """The headers of loops in which a line is as it is asked for."""
    for number, line in enumerate(layout.bare, 1):
        if ("while" in line or "for" in line) and header.match(line):
            indent = len(line) - len(line.lstrip())
            if any(map(holds, _below(layout, number, indent))):
                yield number


_REPEATS = regex(r"[ \t]*(?:while\b|(?:async\s+)?for\b.*(?:[\w\])]\s*\(|[\\(,]\s*$))")
_WHILE = regex(r"[ \t]*while\b")


def bare_decorators(sight: Sight, role: str) -> Iterator[int]:
    """Decorators without arguments, where something may be one that a model gives this role."""
    layout = sight.layout
    if layout is None or not (sight.further or any(word in sight.low for word in _imports(sight, role))):
        return
    for number, line in enumerate(layout.bare, 1):
        found = _DECORATOR.match(line) if "@" in line else None
        if found is not None and found["name"] not in _KNOWN:
            yield number


def _imports(sight: Sight, role: str) -> set[str]:
    """The modules of libraries that have a function with this role, and the functions' own names."""
    found: set[str] = set()
    for library in sight.models.libraries:
        if any(role in function.role for function in library.functions):
            found.update(name.lower() for name in library.imports)
    return found
