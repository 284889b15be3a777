"""Keeping secrets out of what is shown, where the finding is made: no later room sees the text any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lintfoot.findings import HIDDEN, FrameLine, Mark, Span

_SHORTEST = (
    4  # shorter values are hidden where their literal stands and between quotes, but not hunted for inside words
)


class Hidden:
    """The secrets of one file: where their literals stand and what they say."""

    def __init__(self, spans: Iterable[Span], values: Iterable[str]) -> None:
        self.by_line: dict[int, list[Span]] = {}
        for span in sorted(set(spans)):
            for number in range(span.line, span.end_line + 1):
                self.by_line.setdefault(number, []).append(span)
        pieces = {piece.strip() for value in values for piece in (value, *value.splitlines())}
        pieces |= {repr(piece)[1:-1] for piece in pieces}  # as code that a message offers would write it
        ordered = sorted(filter(None, pieces), key=len, reverse=True)
        self.values = [piece for piece in ordered if len(piece) >= _SHORTEST]
        self.short = [piece for piece in ordered if len(piece) < _SHORTEST]

    def clean(self, text: str) -> str:
        """A message without any of the values."""
        for value in self.values:
            if value in text:
                text = text.replace(f'"{value}"', HIDDEN).replace(f"'{value}'", HIDDEN).replace(value, "…")
        for value in self.short:
            text = text.replace(f'"{value}"', HIDDEN).replace(f"'{value}'", HIDDEN)
        return text

    def line(self, number: int, text: str, marks: Sequence[Mark]) -> FrameLine:
        """A source line with every secret replaced, and its marks moved to fit."""
        cuts = [cut for span in self.by_line.get(number, ()) if (cut := _cut(span, number, len(text)))]
        for value in self.values:
            at = text.find(value)
            while at >= 0:
                cuts.append(_with_quotes(text, at, at + len(value)))
                at = text.find(value, at + len(value))
        merged = _merged(cuts)
        if not merged:
            return FrameLine(number, text, tuple(marks))
        shown, last = [], 0
        for start, end in merged:
            shown += [text[last:start], HIDDEN]
            last = end
        shown.append(text[last:])
        moved = tuple(
            Mark(
                _moved(mark.start, merged),
                max(_moved(mark.end, merged), _moved(mark.start, merged) + 1),
                mark.label,
                mark.primary,
            )
            for mark in marks
        )
        return FrameLine(number, "".join(shown), moved)


def _with_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """The value alone, or with the quotes it stands between."""
    quoted = start > 0 and end < len(text) and text[start - 1] == text[end] and text[end] in "\"'"
    return (start - 1, end + 1) if quoted else (start, end)


def _cut(span: Span, number: int, length: int) -> tuple[int, int] | None:
    start = span.column - 1 if number == span.line else 0
    end = span.end_column - 1 if number == span.end_line else length
    return (start, end) if end > start else None


def _merged(cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(cuts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _moved(column: int, merged: list[tuple[int, int]]) -> int:
    """Where a column (from 1) of the original line stands in the shown one."""
    at, shift = column - 1, 0
    for start, end in merged:
        if at >= end:
            shift += len(HIDDEN) - (end - start)
        elif at > start:
            return start + shift + len(HIDDEN) + 1
        else:
            break
    return at + shift + 1
