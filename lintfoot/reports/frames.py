"""A finding as people read it: the first line, the source lines with what is marked in them, and the help."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from lintfoot.findings import Finding, FrameLine, Mark, Silence, printable
from lintfoot.records import dataclass
from lintfoot.reports.layout import Row, cells, wrapped
from lintfoot.reports.safety import at_start, hooks, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TAB = 4  # cells between tab stops: what most editors show in Python
_LONGEST = 500  # cells of a source line where no terminal sets a width: a minified line would bury the log
_CONTINUED = 4  # cells that the message's further lines stand in from the left
_LABEL_ROOM = 40  # cells that a label is given at least, once it needs a line of its own


def first_line(finding: Finding) -> Row:
    """Path, place, severity, rule and message, as terminals and editors can click them."""
    level = "suppressed" if finding.silenced_by else finding.severity.value
    return (
        (f"{at_start(shown(finding.path))}:{finding.span.line}:{finding.span.column}", "place"),
        (": ", ""),
        (level, "gutter" if finding.silenced_by else finding.severity.value),
        (f"[{finding.code} {finding.name}]", "rule"),
        (" ", ""),
        (shown(finding.message), "message"),
    )


def rows(finding: Finding, width: int, *, verbose: bool = False) -> Iterator[Row]:
    """The whole finding; a `width` of 0 wraps nothing."""
    *head, (message, part) = first_line(finding)
    taken = sum(cells(text) for text, _ in head)
    first, *more = wrapped(message, width, taken, _CONTINUED)
    yield (*head, (first, part))
    for line in more:
        yield ((" " * _CONTINUED, ""), (at_start(line), part))
    digits = len(str(max((line.number for line in finding.frame), default=finding.span.line)))
    gutter = " " * (digits + 2)
    if finding.frame and not finding.silenced_by:
        yield ((f"{gutter}|", "gutter"),)
        for frame in finding.frame:
            yield from _frame(frame, digits, width, finding.severity.value)
    notes = list(_notes(finding, verbose=verbose))
    if notes and finding.frame and not finding.silenced_by:
        yield ((f"{gutter}|", "gutter"),)
    for word, text in notes:
        yield from _note(gutter, word, text, width)


def _notes(finding: Finding, *, verbose: bool) -> Iterator[tuple[str, str]]:
    if finding.silenced_by:
        yield "suppressed", silence_in_words(finding.silenced_by)
        return
    if not finding.frame:
        for related in finding.related:
            yield f"line {related.span.line}", related.message
    if finding.help:
        yield "help", finding.help
    if verbose:
        yield "confidence", finding.confidence.value
        yield "explain", f"lintfoot explain {finding.code}"


def silence_in_words(silence: Silence) -> str:
    """Who silenced a finding, where, and why."""
    where = f" on line {silence.line}" if silence.line else ""
    return f"by {silence.by}{where}" + (f": {silence.reason}" if silence.reason else "")


def _note(gutter: str, word: str, text: str, width: int) -> Iterator[Row]:
    head = f"{word}: "
    indent = len(gutter) + 2 + len(head)
    lines = [part for line in text.strip("\n").split("\n") for part in wrapped(shown(line), width, indent, indent)]
    yield ((gutter, ""), ("= ", "gutter"), (head, "help"), (lines[0], ""))
    for line in lines[1:]:
        yield ((" " * indent, ""), (at_start(line), ""))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A source line as it is printed, and the cell at which each of its columns stands."""

    text: str
    edges: Sequence[int]  # the cell where column n + 1 begins; one more for the end
    room: int

    def cells_of(self, mark: Mark) -> tuple[int, int]:
        """Where a mark begins and ends, cut to what is shown; never empty."""
        start, end = (min(max(self._edge(column), 0), self.room) for column in (mark.start, mark.end))
        start = min(start, self.room - 1)
        return start, max(end, start + 1)

    def _edge(self, column: int) -> int:
        return self.edges[min(max(column, 1), len(self.edges)) - 1]


def _frame(line: FrameLine, digits: int, width: int, level: str) -> Iterator[Row]:
    """One source line and, below it, a row for each mark: the primary one first."""
    room = max(width - digits - 4, 10) if width else _LONGEST
    drawn = _drawn(line.text.rstrip("\r\n"), line.marks, room)
    yield ((f" {line.number:>{digits}} |", "gutter"), (f" {drawn.text}" if drawn.text.strip() else "", "source"))
    for mark in sorted(line.marks, key=lambda mark: (not mark.primary, mark.start)):
        start, end = drawn.cells_of(mark)
        part = level if mark.primary else "related"
        bar = (("^" if mark.primary else "-") * (end - start), part)
        gutter = (" " * (digits + 2) + "| ", "gutter")
        label = shown(mark.label)
        if not label:
            yield (gutter, (" " * start, ""), bar)
        elif not width or end + 1 + cells(label) <= room:
            yield (gutter, (" " * start, ""), bar, (f" {label}", part))
        else:
            yield (gutter, (" " * start, ""), bar)
            indent = min(start, max(room - max(_LABEL_ROOM, cells(label)), 0))
            for text in wrapped(label, room, indent, indent):
                yield (gutter, (" " * indent, ""), (text, part))


def _drawn(text: str, marks: Sequence[Mark], room: int) -> _Drawn:
    pieces, edges = _pieces(text)
    if edges[-1] <= room:
        return _Drawn("".join(pieces), edges, room)
    first, last = _window(edges, marks, room)
    left, right = "…" if first else "", "…" if last < len(pieces) else ""
    shift = edges[first] - len(left)
    return _Drawn(left + "".join(pieces[first:last]) + right, [edge - shift for edge in edges], room)


def _pieces(text: str) -> tuple[Sequence[str], Sequence[int]]:
    """What each character of a line is printed as, and the cell where each begins (and the last one ends)."""
    broken = hooks(text)
    if text.isascii() and text.isprintable() and not broken:
        return text, range(len(text) + 1)
    pieces: list[str] = []
    edges = [0]
    for at, char in enumerate(text):
        piece = r"\x23" if at in broken else _piece(char, edges[-1])
        pieces.append(piece)
        edges.append(edges[-1] + cells(piece))
    return pieces, edges


def _piece(char: str, at: int) -> str:
    return " " * (_TAB - at % _TAB) if char == "\t" else printable(char)


def _window(edges: Sequence[int], marks: Sequence[Mark], room: int) -> tuple[int, int]:
    """Choose the characters to show of a line that is too long: round its primary mark, or its first one."""
    mark = min(marks, key=lambda mark: (not mark.primary, mark.start), default=Mark(1, 1, "", primary=True))
    start, end = (edges[min(max(column, 1), len(edges)) - 1] for column in (mark.start, mark.end))
    left = 0
    if end > room - 1:
        spare = room - 2 - min(end - start, room - 2)
        left = min(max(start - spare // 2, 0), edges[-1] - (room - 1))
    used = room - (left > 0)
    if left + used < edges[-1]:
        used -= 1
    return bisect_left(edges, left), bisect_right(edges, left + used) - 1
