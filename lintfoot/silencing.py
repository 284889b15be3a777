"""Suppressions written for findings: where the comment goes, so that it speaks of the whole statement and breaks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.comments import layout
from lintfoot.directives import read
from lintfoot.findings import Edit, Fix, Safety, Span
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lintfoot.book import Book
    from lintfoot.comments import Layout
    from lintfoot.directives import Directive
    from lintfoot.findings import Finding

_WIDEST = 100  # columns of a line with a comment behind the code; where it gets wider, the comment stands above
_CODING = regex(r"[ \t\f]*#.*?coding[:=]")  # PEP 263: in the first line or the second


class Silencer:
    """Writes suppressions for one text. Without a reason (None) none is written; an empty one is left for a person to fill in."""

    def __init__(self, text: str, book: Book, reason: str | None) -> None:
        self.lines = NEWLINE.split(text)
        self.found: Layout = layout(text)
        self.reason = reason
        self.directives = [one for one in read(self.found, book) if not (one.problem or one.whole_file)]

    def fix(self, finding: Finding) -> Fix | None:
        """The comment that silences a finding; a suppression that speaks of its place already gets one more rule."""
        edit = self._longer(finding) or self._behind(finding) or self._above(finding) or self._for_file(finding)
        return Fix(f"suppress {finding.code}", Safety.SAFE, (edit,)) if edit else None

    def _longer(self, finding: Finding) -> Edit | None:
        for one in self._heard(finding):
            if finding.code not in one.codes:
                line, end = one.comment.line, one.listed[1]
                return Edit(Span(line, end, line, end), f", {finding.code}")
        return None

    def _heard(self, finding: Finding) -> Iterator[Directive]:
        """The suppressions that speak of a place, nearest first."""
        for line, alone in self.found.places(finding.span):
            for one in self.directives:
                comment = one.comment
                spoken = self.found.below(comment.line) if comment.alone else comment.line
                if (spoken, comment.alone) == (line, alone):
                    yield one

    def _behind(self, finding: Finding) -> Edit | None:
        """Behind a statement of one line that has no comment yet."""
        statement = self.found.at(finding.span.line)
        if statement is None or statement.line != statement.end_line:
            return None
        line = statement.line
        text = self.lines[line - 1]
        if any(comment.line == line for comment in self.found.comments) or text.rstrip().endswith("\\"):
            return None
        comment = f"  {self._comment(finding)}"
        end = len(text.rstrip()) + 1
        fits = end + len(comment) <= _WIDEST
        return Edit(Span(line, end, line, end), comment) if fits else None

    def _above(self, finding: Finding) -> Edit | None:
        statement = self.found.at(finding.span.line)
        if statement is None:
            return None
        text = self.lines[statement.line - 1]
        indent = text[: len(text) - len(text.lstrip())]
        return Edit(Span(statement.line, 1, statement.line, 1), f"{indent}{self._comment(finding)}\n")

    def _for_file(self, finding: Finding) -> Edit:
        """For what is found in a comment, as a first line is: below the lines that have to stay the first ones."""
        line = 1 + self.lines[0].startswith("#!")
        line += any(map(_CODING.match, self.lines[line - 1 : 2]))
        comment = f"# lintfoot: ignore-file[{finding.code}] -- {self.reason}"
        if line <= len(self.lines):
            return Edit(Span(line, 1, line, 1), f"{comment}\n")
        last, end = len(self.lines), len(self.lines[-1]) + 1
        return Edit(Span(last, end, last, end), f"\n{comment}\n")

    def _comment(self, finding: Finding) -> str:
        tail = "" if self.reason is None else f" -- {self.reason}"
        return f"# lintfoot: ignore[{finding.code}]{tail}"


def fixes(text: str, findings: Sequence[Finding], book: Book, reason: str | None) -> list[Fix | None]:
    """A fix for each finding, in their order."""
    writer = Silencer(text, book, reason)
    return [writer.fix(finding) for finding in findings]
