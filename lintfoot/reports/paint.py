"""Rows of text in colour, or without: rich's styles, and never rich's own choice of whether to paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lintfoot.reports.layout import Row

# Eight basic colours, which every terminal's own theme has chosen to be readable.
_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "place": "bold",
    "heading": "bold",
    "gutter": "blue",
    "related": "blue",
    "help": "green",
    "clean": "bold green",
}


def painted(rows: Iterable[Row], *, color: bool) -> str:
    """Rows as lines, without blanks at their ends."""
    if not color:
        return "".join(["".join([text for text, _ in row]).rstrip(" ") + "\n" for row in rows])
    paint = _colours()
    return "".join(f"{''.join(map(paint, _trimmed(row)))}\n" for row in rows)


def _trimmed(row: Row) -> Row:
    while row and not row[-1][0].rstrip(" "):
        row = row[:-1]
    return row and (*row[:-1], (row[-1][0].rstrip(" "), row[-1][1]))


def _colours() -> Callable[[tuple[str, str]], str]:
    """Paint pieces with rich's styles; whether to paint at all was decided by the caller, never by rich."""
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {part: Style.parse(words) for part, words in _STYLES.items()}

    def paint(piece: tuple[str, str]) -> str:
        text, part = piece
        style = styles.get(part)
        return style.render(text, color_system=ColorSystem.STANDARD) if style and text else text

    return paint
