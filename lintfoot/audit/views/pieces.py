"""Source lines and prose in pieces, each with the part it plays: what a page sets apart, before anything is markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.findings import printable
from lintfoot.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lintfoot.findings import FrameLine, Mark

Piece = tuple[str, str]  # a text and the part it plays: "mark", "rel", "code" or nothing

_LONGEST = 240  # characters of a source line: a minified one would bury the page
_BEFORE = 60  # characters that are kept before the mark of a line that is cut
_TAB = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A source line as it is shown: its number, its pieces, and what is said of the marked ones."""

    number: int
    pieces: tuple[Piece, ...]
    labels: tuple[Piece, ...]


def line(frame: FrameLine) -> Line:
    """Cut a line at its marks; where two overlap, the primary one is seen."""
    text = frame.text.rstrip("\r\n")
    marks = sorted(frame.marks, key=lambda mark: mark.primary)
    parts = [""] * len(text)
    for mark in marks:
        start = min(max(mark.start - 1, 0), len(text))
        end = min(max(mark.end - 1, start + 1), len(text))
        parts[start:end] = [_part(mark)] * (end - start)
    labels = tuple((printable(mark.label), _part(mark)) for mark in reversed(marks) if mark.label)
    return Line(frame.number, tuple(_runs(text, parts, marks)), labels)


def _part(mark: Mark) -> str:
    return "mark" if mark.primary else "rel"


def _runs(text: str, parts: Sequence[str], marks: Sequence[Mark]) -> Iterator[Piece]:
    first, last = _window(text, marks)
    if first:
        yield "…", ""
    at = first
    for here in range(first, last + 1):
        if here == last or parts[here] != parts[at]:
            if here > at:
                yield printable(text[at:here].replace("\t", " " * _TAB)), parts[at]
            at = here
    if last < len(text):
        yield "…", ""


def _window(text: str, marks: Sequence[Mark]) -> tuple[int, int]:
    if len(text) <= _LONGEST:
        return 0, len(text)
    start = max(marks[-1].start - 1, 0) if marks else 0
    first = 0 if start + _BEFORE < _LONGEST else min(start - _BEFORE, max(len(text) - _LONGEST, 0))
    return first, min(first + _LONGEST, len(text))


def prose(text: str) -> Iterator[Piece]:
    """Prose, cut where backticks set code apart; an odd one at the end is just a backtick."""
    parts = text.split("`")
    closed = len(parts) if len(parts) % 2 else len(parts) - 1
    for at, part in enumerate(parts):
        if at >= closed:
            yield f"`{part}", ""
        elif part:
            yield part, "code" if at % 2 else ""


def paragraphs(text: str) -> list[str]:
    """A page's prose cut at its blank lines, each paragraph one line."""
    return [" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip()]
