"""Azure Pipelines: one logging command for each finding, which becomes an issue on the page of the run.

Escapes as in azure-pipelines-task-lib (`taskcommand.ts`). There are errors and warnings, and nothing below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.findings import Severity
from lintfoot.reports import workspace
from lintfoot.reports.counts import worst_first
from lintfoot.reports.safety import shown, shown_lines

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Finding, Result
    from lintfoot.reports import Options


def render(result: Result, book: Book, options: Options) -> str:
    """The worst first: the page of a run shows a few."""
    del book
    return "".join(f"{_command(one, result, options)}\n" for one in worst_first(result.findings))


def _command(finding: Finding, result: Result, options: Options) -> str:
    properties = {
        "type": "error" if finding.severity is Severity.ERROR else "warning",
        "sourcepath": workspace.absolute(finding.path, result, options),
        "linenumber": str(finding.span.line),
        "columnnumber": str(finding.span.column),
        "code": finding.code,
    }
    listed = ";".join(f"{key}={_property(shown(value))}" for key, value in properties.items())
    text = shown(f"{finding.code} {finding.name}: {finding.message}")
    text += f"\nHelp: {shown_lines(finding.help)}" if finding.help else ""
    return f"##vso[task.logissue {listed};]{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
