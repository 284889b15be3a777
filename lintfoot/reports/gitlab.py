"""GitLab's Code Quality report: one JSON array, one finding a line.

GitLab shows the description alone, so it begins with the code; equal fingerprints would collapse into one, and ours
never are. The document is written as in GitLab's `doc/ci/testing/code_quality.md`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lintfoot.findings import Severity
from lintfoot.reports import workspace
from lintfoot.reports.counts import worst_first
from lintfoot.reports.safety import in_json, shown

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Finding, Result
    from lintfoot.reports import Options

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(result: Result, book: Book, options: Options) -> str:
    """An array, empty where nothing was found: without a report GitLab would compare with nothing."""
    del book
    rows = [json.dumps(_row(one, result, options), separators=(",", ":")) for one in worst_first(result.findings)]
    return in_json("[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n")


def _row(finding: Finding, result: Result, options: Options) -> dict[str, Any]:
    return {
        "description": shown(f"{finding.code} {finding.name}: {finding.message}"),
        "check_name": f"{finding.code}-{finding.name}",
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": workspace.relative(finding.path, result, options),
            "lines": {"begin": finding.span.line, "end": finding.span.end_line},
        },
    }
