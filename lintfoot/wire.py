"""Findings, repairs and pages in the words of the language server protocol. Positions are the client's, in its own units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lintfoot import explain
from lintfoot.findings import Safety, Severity, Span, printable
from lintfoot.records import dataclass
from lintfoot.tokens import NEWLINE
from lintfoot.units import characters, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lintfoot.book import Book, Rule
    from lintfoot.findings import Edit, Finding
    from lintfoot.tables import Problem

SOURCE = "lintfoot"
FIX_ALL = "source.fixAll.lintfoot"
_UNUSED = "LF001"  # what it finds can go, so editors fade it out
_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_ASIDES = {
    Safety.SAFE: "",
    Safety.UNSAFE: " (unsafe: it may change what the script does)",
    Safety.SUGGESTION: " (suggestion: read it before you keep it)",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What the client can read: its encoding of columns, and which parts of a message it knows."""

    encoding: str = "utf-16"
    related: bool = False
    links: bool = False
    tags: bool = False
    versions: bool = False
    lazy: bool = False
    markdown: bool = False


def reader(can: types.ClientCapabilities, encoding: str) -> Reader:
    """What a client says it can read, whichever way it says so."""
    published, pulled = (_part(can, f"text_document.{one}") for one in ("publish_diagnostics", "diagnostic"))
    formats = _part(can, "text_document.hover.content_format") or ()
    lazily = _part(can, "text_document.code_action.resolve_support.properties") or ()
    return Reader(
        encoding=encoding,
        related=any(_part(one, "related_information") for one in (published, pulled)),
        links=any(_part(one, "code_description_support") for one in (published, pulled)),
        tags=any(_part(one, "tag_support") for one in (published, pulled)),
        versions=bool(_part(can, "workspace.workspace_edit.document_changes")),
        lazy="edit" in lazily and bool(_part(can, "text_document.code_action.data_support")),
        markdown=types.MarkupKind.Markdown in formats,
    )


def _part(whole: Any, path: str) -> Any:
    """A value far inside of capabilities, any step of which may be missing."""
    for name in path.split("."):
        whole = getattr(whole, name, None)
    return whole


# places


@dataclass(frozen=True, slots=True)
class Paper:
    """A text as the client sees it: where each place is, there and back."""

    uri: str
    lines: Sequence[str]
    encoding: str

    def position(self, line: int, column: int) -> types.Position:
        """A place from lines and columns that count from 1."""
        if line > len(self.lines):
            line, column = len(self.lines), len(self.lines[-1]) + 1
        return types.Position(line - 1, units(self.lines[line - 1][: column - 1], self.encoding))

    def range(self, span: Span) -> types.Range:
        """The client's range of a span."""
        return types.Range(self.position(span.line, span.column), self.position(span.end_line, span.end_column))

    def place(self, position: types.Position) -> tuple[int, int]:
        """Line and column from 1 of the client's position."""
        if position.line >= len(self.lines):
            return len(self.lines), len(self.lines[-1]) + 1
        return position.line + 1, characters(self.lines[position.line], position.character, self.encoding) + 1

    def covers(self, span: Span, wanted: types.Range) -> bool:
        """Whether a span and the client's range touch."""
        start, end = self.place(wanted.start), self.place(wanted.end)
        return (span.line, span.column) <= end and start <= (span.end_line, span.end_column)


def paper(uri: str, text: str, encoding: str) -> Paper:
    """A text, ready for its places to be found."""
    return Paper(uri, NEWLINE.split(text), encoding)


# what is told


def diagnostic(finding: Finding, rule: Rule, at: Paper, can: Reader) -> types.Diagnostic:
    """A finding as the client shows it."""
    told = types.Diagnostic(at.range(finding.span), printable(finding.message))
    told.severity, told.code, told.source = _LEVELS[finding.severity], finding.code, SOURCE
    if can.links:
        told.code_description = types.CodeDescription(explain.rule_url(rule))
    if can.tags and finding.code == _UNUSED:
        told.tags = [types.DiagnosticTag.Unnecessary]
    if can.related and finding.related:
        told.related_information = [
            types.DiagnosticRelatedInformation(types.Location(at.uri, at.range(one.span)), printable(one.message))
            for one in finding.related
        ]
    return told


def misset(problem: Problem, at: Paper) -> types.Diagnostic:
    """What is wrong with a setting that stands in the script itself."""
    line, column = max(problem.line, 1), max(problem.column, 1)
    span = Span(line, column, line, len(at.lines[line - 1]) + 1 if line <= len(at.lines) else column)
    return types.Diagnostic(at.range(span), printable(problem.message), types.DiagnosticSeverity.Error, source=SOURCE)


def edit(edits: Iterable[Edit], at: Paper, version: int | None, can: Reader) -> types.WorkspaceEdit:
    """Edits of one document; bound to its version, where the client knows how to tell."""
    made = [types.TextEdit(at.range(one.span), one.text) for one in edits]
    if can.versions and version is not None:
        document = types.OptionalVersionedTextDocumentIdentifier(at.uri, version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, made)])
    return types.WorkspaceEdit(changes={at.uri: made})


def repaired(title: str, safety: Safety) -> str:
    """What a repair is called: one that is not safe says so."""
    return f"{title[:1].upper()}{title[1:]}{_ASIDES[safety]}"


# pages


def hover(findings: Iterable[Finding], codes: Iterable[str], book: Book, can: Reader) -> types.MarkupContent:
    """What was found at a place, then the pages of its rules, and of those that a comment names."""
    found = list(findings)
    pages = [book.by_code[code] for code in dict.fromkeys([*(one.code for one in found), *codes])]
    if can.markdown:
        parts = [*map(_found, found), *map(explain.markdown, pages)]
        return types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts))
    plain = [*(f"{one.code}: {printable(one.message)}" for one in found), *map(explain.text, pages)]
    return types.MarkupContent(types.MarkupKind.PlainText, "\n\n".join(plain))


def _found(finding: Finding) -> str:
    """A message and its help; what came from the script is code or plain letters, never a link or a picture."""
    told = f"**{finding.code}** {_prose(printable(finding.message))}"
    if not finding.help:
        return told
    lines = [printable(line) for line in finding.help.split("\n")]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((told, "", f"{fence}python", *lines, fence))


def _prose(text: str) -> str:
    """Pieces between backticks stay code; all else is made harmless."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return _escaped(text)
    return "".join(f"`{one}`" if at % 2 and one else _escaped(one) for at, one in enumerate(pieces))


def _escaped(text: str) -> str:
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
