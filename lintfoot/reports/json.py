"""The report for programs: one JSON document, one finding a line.

`schema_version` is raised when a key changes its meaning or goes away; new keys may come at any time. All lines and
columns count from 1, columns in code points (characters of the decoded text), ends are exclusive. The document,
version 1:

- `schema_version`: 1. `tool`: `name`, `version`.
- `summary`: `scanned`, `skipped`, `failed` (files), `findings`, `suppressed`, `baselined`.
- `findings`: by path and place, each with `code`, `name`, `severity` (error, warning, note), `confidence` (high,
  medium, low), `path` (as the user knows it), `file` (from the project's root, or absolute outside it), `line`,
  `column`, `end_line`, `end_column`, `message`, `label`, `help`, `scope` (the function it stands in), `url` (of the
  rule's page), `fingerprint` (stable under edits elsewhere), `related` (places that explain it: line to end_column,
  and `message`), `fix` (null, or `title`, `safety` (safe, unsafe, suggestion) and `edits`: line to end_column of the
  original text, and `text`) and `silenced_by` (null).
- `silenced`: null, or on request the findings that were silenced, where `silenced_by` holds `kind` (inSource,
  external), `by`, `line`, `reason`.
- `notes`: `path`, `level`, `message` on files skipped or checked in part. `bugs`: `path`, `trace` of failures inside
  lintfoot.
- `shard`: only where `--shard` parted the run: which part this is, and what all parts have in common. `lintfoot merge` reads it.

Secrets are hidden when a finding is made, so the document holds none.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lintfoot.explain import rule_url
from lintfoot.recordjson import plain
from lintfoot.reports.counts import counted
from lintfoot.reports.safety import in_json

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Finding, Fix, Result, Span
    from lintfoot.reports import Options

SCHEMA_VERSION = 1
_LONE = str.maketrans(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))  # half characters, which strict readers refuse


def render(result: Result, book: Book, options: Options) -> str:
    """The whole result as pure ASCII, the same bytes for the same result."""
    findings, silenced = (
        _lines([_finding(one, result, book) for one in group]) for group in (result.findings, result.silenced)
    )
    share = {"shard": _dumped(plain(result.share))} if result.share is not None else {}
    members = {
        "schema_version": _dumped(SCHEMA_VERSION),
        "tool": _dumped({"name": "lintfoot", "version": options.version}),
        "summary": _dumped(asdict(counted(result))),
        "findings": findings,
        "silenced": silenced if options.include_suppressed else "null",
        "notes": _lines([asdict(note) for note in result.notes]),
        "bugs": _lines([asdict(bug) for bug in result.bugs]),
    }
    return _document(members | share)


def again(document: dict[str, Any]) -> str:
    """A document that was read, with other content, in the very same form."""
    return _document(
        {key: _lines(one) if key in _LISTS and one is not None else _dumped(one) for key, one in document.items()}
    )


_LISTS = ("findings", "silenced", "notes", "bugs")


def _document(members: dict[str, str]) -> str:
    body = ",\n".join(f'"{key}": {value}' for key, value in members.items())
    return in_json(f"{{\n{body}\n}}\n")


def _lines(items: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(_dumped, items)) + "\n]" if items else "[]"


def _dumped(value: Any) -> str:
    return json.dumps(_whole(value), separators=(",", ":"))


def _whole(value: Any) -> Any:
    """Replace half characters in every text of a value."""
    match value:
        case str():
            return value if value.isascii() else value.translate(_LONE)
        case dict():
            return {key: _whole(item) for key, item in value.items()}
        case list() | tuple():
            return [_whole(item) for item in value]
        case _:
            return value


def _finding(finding: Finding, result: Result, book: Book) -> dict[str, Any]:
    source = result.sources.get(finding.path)
    rule = book.by_code.get(finding.code)
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "path": finding.path,
        "file": source.relative if source else finding.path,
        **_place(finding.span),
        "message": finding.message,
        "label": finding.label,
        "help": finding.help,
        "scope": finding.scope,
        "url": rule_url(rule) if rule else "",
        "fingerprint": finding.fingerprint,
        "related": [{**_place(related.span), "message": related.message} for related in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
        "silenced_by": asdict(finding.silenced_by) if finding.silenced_by else None,
    }


def _place(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_place(edit.span), "text": edit.text} for edit in sorted(fix.edits, key=lambda edit: edit.span)]
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}
