"""GitHub's `primaryLocationLineHash`, to the digit.

GitHub's upload action computes this value from the checked-out file and warns about every report that says otherwise;
without it an upload through the API has no stable identity at all. Its own walk over the file (github/codeql-action,
`src/fingerprints.ts`) keeps a rolling hash; the same number comes out of the text window that follows each line
start, which needs no walk in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Collection

_WINDOW = 100  # UTF-16 units that a line's hash looks at, counted from the line's first kept unit
_BASE = 37
_ROUND = 0xFFFF_FFFF_FFFF_FFFF  # sums are kept modulo 2**64
_POWERS = tuple(pow(_BASE, _WINDOW - 1 - at, _ROUND + 1) for at in range(_WINDOW))
_END = "\uffff" + "\0" * _WINDOW  # what GitHub appends to a file: one end mark, then as many zeros as a window needs
_ASTRAL = regex("[\U00010000-\U0010ffff]")


def line_hashes(data: bytes, wanted: Collection[int]) -> dict[int, str]:
    """Hash the wanted lines (from 1) of a file's bytes; lines beyond its end are left out.

    The bytes count as UTF-8 whatever the file declares, a byte order mark included; that is GitHub's reading. The
    number after the colon tells equal windows of one file apart, in order.
    """
    units = _units(data)
    hashes: dict[int, str] = {}
    seen: dict[str, int] = {}
    last, line, start = max(wanted, default=0), 1, 0
    while line <= last:
        window = units[start : start + _WINDOW]
        seen[window] = seen.get(window, 0) + 1
        if line in wanted:
            hashes[line] = f"{_hash(window):x}:{seen[window]}"
        start = units.find("\n", start) + 1
        if not start:
            break
        line += 1
    return hashes


def _units(data: bytes) -> str:
    """Reduce a file to what GitHub hashes: no blanks, one kind of line end, one character for each UTF-16 unit."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    return _ASTRAL.sub(lambda match: _pair(match[0]), text) + _END


def _pair(char: str) -> str:
    point = ord(char) - 0x10000
    return chr(0xD800 + (point >> 10)) + chr(0xDC00 + (point & 0x3FF))


def _hash(window: str) -> int:
    return sum(ord(unit) * power for unit, power in zip(window, _POWERS, strict=True)) & _ROUND
