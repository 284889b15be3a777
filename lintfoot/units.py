"""Columns as editors count them: in code units of UTF-8, UTF-16 or UTF-32, whatever was agreed on; here they are code points."""

from __future__ import annotations

_WIDE = 0xFFFF  # beyond it UTF-16 needs two units


def units(text: str, encoding: str) -> int:
    """How long a text is in an encoding's units; `utf-16` is what everybody speaks who has agreed on nothing."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(ord(char) > _WIDE for char in text)


def characters(line: str, column: int, encoding: str) -> int:
    """How many characters of a line stand before a column (from 0) in units; inside of one it does not count.

    Beyond the line's end it is the whole line.
    """
    if encoding == "utf-32" or line.isascii():
        return min(column, len(line))
    left = column
    for number, char in enumerate(line):
        left -= units(char, encoding)
        if left < 0:
            return number
    return len(line)
