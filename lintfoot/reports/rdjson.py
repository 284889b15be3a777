"""Reviewdog's diagnostic format: comments on the changed lines of any code host, with repairs to accept.

Columns count UTF-8 bytes from 1, the end exclusive, as `proto/rdf/reviewdog.proto` says. A repair of several places is
left out: reviewdog would offer each of them alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lintfoot.explain import rule_url
from lintfoot.findings import Safety, Severity
from lintfoot.reports import workspace
from lintfoot.reports.counts import worst_first
from lintfoot.reports.safety import in_json, shown, shown_lines

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Finding, Result, Source, Span
    from lintfoot.reports import Options

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_LONE = str.maketrans(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))  # half characters, which strict readers refuse


def render(result: Result, book: Book, options: Options) -> str:
    """One DiagnosticResult, one diagnostic a line."""
    rows = [json.dumps(_diagnostic(one, result, book, options)) for one in worst_first(result.findings)]
    body = "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"
    return in_json(f'{{"source": {{"name": "lintfoot"}},\n"diagnostics": {body}\n}}\n')


def _diagnostic(finding: Finding, result: Result, book: Book, options: Options) -> dict[str, Any]:
    source, rule = result.sources.get(finding.path), book.by_code.get(finding.code)
    code = {"value": finding.code} | ({"url": rule_url(rule)} if rule else {})
    made: dict[str, Any] = {
        "message": shown(finding.message) + (f"\nHelp: {shown_lines(finding.help)}" if finding.help else ""),
        "location": {
            "path": workspace.relative(finding.path, result, options).translate(_LONE),
            "range": _range(finding.span, source),
        },
        "severity": _SEVERITIES[finding.severity],
        "code": code,
    }
    if finding.fix and len(finding.fix.edits) == 1 and finding.fix.safety is not Safety.SUGGESTION:
        edit = finding.fix.edits[0]
        made["suggestions"] = [{"range": _range(edit.span, source), "text": edit.text.translate(_LONE)}]
    return made


def _range(span: Span, source: Source | None) -> dict[str, Any]:
    return {
        "start": _place(span.line, span.column, source),
        "end": _place(span.end_line, span.end_column, source),
    }


def _place(line: int, column: int, source: Source | None) -> dict[str, int]:
    return {"line": line, "column": source.utf8(line, column) if source else column}
