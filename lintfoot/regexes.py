"""Regular expressions that are compiled when they are first asked something: there are hundreds, and one run needs few.

What the standard library makes of a pattern is a list of numbers for its matcher. They are kept from one run to the next, as to
make them takes fifty times as long as to read them: a sixth of a short run. Only what says the very same as the pattern compiled
anew is kept, and the matcher looks through the numbers itself before it takes them.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Key = tuple[str, int]  # a pattern, and its flags
Row = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]  # what the matcher takes beside the pattern itself
_MOST = 1_000  # patterns that are kept
_WIDE = 4  # bytes of one number


class _Kept:
    """The patterns that an earlier run compiled, and those that this one had to."""

    def __init__(self) -> None:
        self.load: Callable[[], Any] = dict
        self.rows: dict[Key, Row] | None = None
        self.new: dict[Key, re.Pattern[str]] = {}

    def compiled(self, key: Key) -> re.Pattern[str]:
        """A pattern, ready to be asked."""
        if self.rows is None:
            found = self.load()
            self.rows = found if isinstance(found, dict) else {}
        row = self.rows.get(key)
        made = _revived(key, row) if row is not None else None
        if made is None:
            made = self.new[key] = re.compile(*key)
        return made


_kept = _Kept()


def begin(load: Callable[[], Any]) -> None:
    """Take patterns that were compiled in an earlier run from here: `load` gives what `grown` gave, or anything else."""
    _kept.load, _kept.rows = load, None


def grown() -> dict[Key, Row] | None:
    """All that is to be kept, where anything is new to it."""
    if not _kept.new:
        return None
    made = {key: _row(key, found) for key, found in _kept.new.items()}
    _kept.new.clear()
    before = _kept.load()  # others may have kept theirs since: processes that share a run do
    rows = (before if isinstance(before, dict) else {}) | {key: row for key, row in made.items() if row is not None}
    if len(rows) > _MOST or not any(made.values()):
        return None
    _kept.rows = rows
    return rows


def _row(key: Key, made: re.Pattern[str]) -> Row | None:
    """What is to be kept of a pattern; None where this Python does not compile as we know it."""
    from importlib import import_module

    try:
        parser, compiler = import_module("re._parser"), import_module("re._compiler")
        parsed = parser.parse(*key)
        numbers, names = compiler._code(parsed, key[1]), parsed.state.groupdict  # noqa: SLF001 - checked below
        groups: list[str | None] = [None] * parsed.state.groups
        for name, number in names.items():
            groups[number] = name
        code = b"".join(one.to_bytes(_WIDE, sys.byteorder) for one in numbers)
        row = (key[1] | parsed.state.flags, code, len(groups) - 1, dict(names), tuple(groups))
    except (ImportError, AttributeError, TypeError, ValueError, OverflowError):
        return None
    again = _revived(key, row)
    return row if again == made and again is not None and again.groupindex == made.groupindex else None


def _revived(key: Key, row: Row) -> re.Pattern[str] | None:
    """The pattern that a row was kept of; None for what is no such row."""
    try:
        import _sre  # type: ignore[import-not-found]

        flags, code, *about = row
        found: re.Pattern[str] = _sre.compile(key[0], flags, memoryview(code).cast("I").tolist(), *about)
    except (ImportError, AttributeError, TypeError, ValueError, OverflowError, RuntimeError):
        return None
    return found


class _Regex:
    """A pattern before it is compiled. What was once asked of it stays as an attribute: a second look costs nothing more."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        made = self.__dict__.get("_made")
        if made is None:
            made = self.__dict__["_made"] = _kept.compiled((self.pattern, int(self.flags)))
        found = getattr(made, name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    regex = re.compile
else:

    def regex(pattern: str, flags: int = 0) -> _Regex:
        """Stand for `re.compile(pattern, flags)`; what is wrong with a pattern is told at its first use, and by a test."""
        return _Regex(pattern, flags)
