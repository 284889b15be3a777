"""JUnit's XML, which every CI server reads: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lintfoot.reports.counts import reading_order
from lintfoot.reports.safety import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.book import Book
    from lintfoot.findings import Finding, Result
    from lintfoot.reports import Options

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "#": "&#35;"})


def render(result: Result, book: Book, options: Options) -> str:
    """One passing case where nothing was found, because servers take a report without cases for a broken run."""
    del book
    findings = reading_order(result, options)
    suites = [list(_suite(path, list(group))) for path, group in groupby(findings, key=_path)]
    body = [line for suite in suites for line in suite] if findings else list(_clean(result))
    tests = len(findings) or 1
    head = f'<testsuites name="lintfoot" tests="{tests}" failures="{len(findings)}" errors="{len(result.bugs)}">'
    return "".join(f"{line}\n" for line in ('<?xml version="1.0" encoding="utf-8"?>', head, *body, "</testsuites>"))


def _path(finding: Finding) -> str:
    return finding.path


def _suite(path: str, findings: list[Finding]) -> Iterator[str]:
    count = len(findings)
    yield f'  <testsuite name="{_text(path)}" tests="{count}" failures="{count}" errors="0">'
    for finding in findings:
        place = f"{finding.code}:{finding.span.line}:{finding.span.column}"
        yield f'    <testcase classname="{_text(path)}" name="{place}">'
        kind = f"{finding.severity.value} {finding.code} {finding.name}"
        told = f"line {finding.span.line}: {finding.message}" + (f" (help: {finding.help})" if finding.help else "")
        yield f'      <failure type="{_text(kind)}" message="{_text(finding.message)}">{_text(told)}</failure>'
        yield "    </testcase>"
    yield "  </testsuite>"


def _clean(result: Result) -> Iterator[str]:
    yield '  <testsuite name="lintfoot" tests="1" failures="0" errors="0">'
    yield f'    <testcase classname="lintfoot" name="{result.scanned} files checked"/>'
    yield "  </testsuite>"


def _text(text: str) -> str:
    """Text for an attribute or an element: no character that XML forbids is printable, so none is left."""
    return shown(text).translate(_ENTITIES)
