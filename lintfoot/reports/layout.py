"""Rows of text for a terminal or a pipe, each piece with the part it plays; colours come later, or never.

Widths count terminal cells: a Chinese character takes two, a combining mark none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Piece = tuple[str, str]  # a text and the part it plays: a severity, "place", "gutter", "related", "help" … or ""
Row = tuple[Piece, ...]


def cells(text: str) -> int:
    """How many terminal cells a printable text takes."""
    return len(text) if text.isascii() else sum(map(char_cells, text))


def char_cells(char: str) -> int:
    """How many terminal cells one printable character takes: 0, 1 or 2."""
    import unicodedata  # few reports need it

    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me") else 1


def wrapped(text: str, width: int, taken: int = 0, indent: int = 0) -> Iterator[str]:
    """Break a text at its blanks into lines of `width` cells; 0 leaves it whole.

    `taken` cells of the first line are in use already, `indent` cells of the others are kept free (and not written).
    A word that is wider than a line stays whole: a path that was broken can be neither clicked nor copied.
    """
    if not width or taken + cells(text) <= width:
        yield text
        return
    first, *words = text.split(" ")
    line, used = first, taken + cells(first)
    if used > width and taken > indent:
        yield ""
        used = indent + cells(first)
    for word in words:
        size = cells(word)
        if used + 1 + size > width:
            yield line
            line, used = word, indent + size
        else:
            line, used = f"{line} {word}", used + 1 + size
    yield line
