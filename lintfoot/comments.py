"""Where the comments and the logical lines of a text are: a marker inside a string is no comment."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE, Kind, tokens

if TYPE_CHECKING:
    from lintfoot.findings import Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `text` from its `#` to the end of the line, `column` from 1, `alone` if nothing stands before it."""

    line: int
    column: int
    text: str
    alone: bool
    indent: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A logical line: simple statements, or the header of a compound one; `head` is its first word."""

    line: int
    end_line: int
    indent: int
    head: str

    def __contains__(self, line: int) -> bool:
        return self.line <= line <= self.end_line


@dataclass(frozen=True)
class Layout:
    """The comments and the logical lines of a text, each in order."""

    comments: tuple[Comment, ...]
    statements: tuple[Statement, ...]

    @cached_property
    def alone(self) -> frozenset[int]:
        """The lines that hold nothing but a comment."""
        return frozenset(comment.line for comment in self.comments if comment.alone)

    def below(self, line: int) -> int:
        """The line that a comment alone on `line` speaks of: the next one that is no comment as well."""
        line += 1
        while line in self.alone:
            line += 1
        return line

    def index(self, line: int) -> int:
        """The number of the statement that holds the line, or of the one before it; -1 before all."""
        return bisect_right(self._starts, line) - 1

    def at(self, line: int) -> Statement | None:
        """The statement that holds the line."""
        number = self.index(line)
        return self.statements[number] if number >= 0 and line in self.statements[number] else None

    def definition(self, line: int) -> tuple[Statement, ...]:
        """The decorators and the header of the definition, for a line in one of them; empty elsewhere."""
        number = self.index(line)
        if number < 0 or line not in self.statements[number] or self.statements[number].head not in _DEFINING:
            return ()
        first = last = number
        while first and self.statements[first - 1].head == "@":
            first -= 1
        while self.statements[last].head == "@" and last + 1 < len(self.statements):
            last += 1
        return self.statements[first : last + 1]

    def places(self, span: Span) -> tuple[tuple[int, bool], ...]:
        """Where a comment speaks of a place, nearest first: a line, and whether it stands alone above that.

        On the line of the place, on the first or last line of its statement, or above either. The statement of a
        definition's header or decorator is both together, never the body.
        """
        lines = [span.line, span.end_line]
        whole = self.definition(span.line) or [one for one in (self.at(span.line),) if one]
        own = self.at(span.line)
        if own:
            lines = [line for line in lines if line in own] + [own.line, own.end_line]
        if whole:
            lines += [whole[0].line, whole[-1].line, whole[-1].end_line]
        starts = [span.line, *(one.line for one in (own, *whole[:1]) if one)]
        return (*((line, False) for line in dict.fromkeys(lines)), *((line, True) for line in dict.fromkeys(starts)))

    @cached_property
    def _starts(self) -> list[int]:
        return [statement.line for statement in self.statements]


_DEFINING = ("@", "def", "class", "async")


def layout(text: str) -> Layout:
    """Read the comments and logical lines of a text."""
    starts = [0, *(match.end() for match in NEWLINE.finditer(text))]
    comments: list[Comment] = []
    statements: list[Statement] = []
    first: int | None = None
    last = depth = 0
    for kind, start, end in tokens(text):
        if kind is Kind.COMMENT:
            comments.append(_comment(text, starts, start, end))
        elif kind is Kind.NEWLINE:
            if first is not None and depth == 0:
                statements.append(_statement(text, starts, first, last))
                first = None
        else:
            first, last = start if first is None else first, end - 1
            depth = max(0, depth + (kind is Kind.OPEN) - (kind is Kind.CLOSE))
    if first is not None:
        statements.append(_statement(text, starts, first, last))
    return Layout(tuple(comments), tuple(statements))


def _comment(text: str, starts: list[int], start: int, end: int) -> Comment:
    line = bisect_right(starts, start)
    before = text[starts[line - 1] : start]
    return Comment(line, len(before) + 1, text[start:end].rstrip(), not before.strip(), _width(before))


_HEAD = regex(r"@|\w+")


def _statement(text: str, starts: list[int], first: int, last: int) -> Statement:
    line = bisect_right(starts, first)
    head = _HEAD.match(text, first)
    return Statement(line, bisect_right(starts, last), _width(text[starts[line - 1] : first]), head[0] if head else "")


def _width(blanks: str) -> int:
    """How far something is indented, as Python counts: tabs to the next eighth column, from the last form feed."""
    return len(blanks.rpartition("\f")[2].expandtabs(8))
