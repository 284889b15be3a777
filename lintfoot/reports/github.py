"""GitHub Actions: annotations on the changed lines, and the job's summary with everything.

The runner makes annotations of the first ten commands of each kind in a step and drops the rest, so the worst come
first and the last one says how many there were. Escapes and limits as in actions/toolkit (`command.ts`) and
actions/runner (`ActionCommand.cs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.findings import Severity
from lintfoot.reports import workspace
from lintfoot.reports.counts import number, reading_order, repairs, summary, worst_first
from lintfoot.reports.markup import code, link, prose
from lintfoot.reports.safety import shown, shown_lines

if TYPE_CHECKING:
    from pathlib import Path

    from lintfoot.book import Book
    from lintfoot.findings import Finding, Result
    from lintfoot.reports import Options

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_PER_KIND = 10
_MESSAGE = 4_000  # characters; the runner cuts at 4,096
_SUMMARY = 1024 * 1024 - 1  # bytes of a step's summary; above them GitHub shows none of it


def render(result: Result, book: Book, options: Options) -> str:
    """Workflow commands, at most as many of each kind as the runner takes."""
    del book
    findings = worst_first(result.findings)
    kept = _fitting(findings)
    lines = [_command(finding, result, options) for finding in kept]
    left = len(findings) - len(kept)
    if left:
        text = f"{number(left, 'more finding')} not shown here: see the job's summary or the full report."
        lines.append(f"::notice title=lintfoot::{_data(text)}")
    return "".join(f"{line}\n" for line in lines)


def _fitting(findings: list[Finding]) -> list[Finding]:
    """The first of each kind; the word on how many were left out needs a notice's place for itself."""
    kept = _first(findings, _PER_KIND)
    return kept if len(kept) == len(findings) else _first(findings, _PER_KIND - 1)


def _first(findings: list[Finding], notices: int) -> list[Finding]:
    room = dict.fromkeys(Severity, _PER_KIND) | {Severity.NOTE: notices}
    kept = []
    for finding in findings:
        room[finding.severity] -= 1
        if room[finding.severity] >= 0:
            kept.append(finding)
    return kept


def _command(finding: Finding, result: Result, options: Options) -> str:
    span = finding.span
    place = {
        "file": workspace.relative(finding.path, result, options),
        "line": str(span.line),
        "endLine": str(span.end_line),
    }
    if span.line == span.end_line:  # the runner drops columns of anything else
        place |= {"col": str(span.column), "endColumn": str(max(span.column, span.end_column))}
    place["title"] = f"{finding.code} {finding.name}"
    properties = ",".join(f"{key}={_property(shown(value))}" for key, value in place.items())
    message = shown(finding.message)
    if finding.help:
        message += f"\nHelp: {shown_lines(finding.help)}"
    message = message if len(message) <= _MESSAGE else message[: _MESSAGE - 1] + "…"
    return f"::{_KINDS[finding.severity]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def append_job_summary(file: Path, result: Result, book: Book, options: Options) -> None:
    """Add this run to the file that $GITHUB_STEP_SUMMARY names; what other commands wrote there stays, and counts."""
    with file.open("ab") as step:
        step.write(job_summary(result, book, options, _SUMMARY - step.tell()).encode())


def job_summary(result: Result, book: Book, options: Options, room: int = _SUMMARY) -> str:
    """All findings as one Markdown table of at most `room` bytes, the worst first; a last line says how many are left.

    Without room for as much as the counts it is empty: a file that grows too large is not shown at all.
    """
    head = f"### lintfoot\n\n{prose(summary(result))}\n\n"
    mendable = repairs(result)
    if mendable:
        head += f"{prose(mendable)}\n\n"
    findings = worst_first(reading_order(result, options))
    if findings:
        head += "| | Place | Rule | Finding |\n| --- | --- | --- | --- |\n"
    room -= len(head.encode()) + _CLOSING
    if room < 0:
        return ""
    rows = []
    for row in (_table_row(finding, book) for finding in findings):
        room -= len(row.encode())
        if room < 0:
            break
        rows.append(row)
    left = len(findings) - len(rows)
    return head + "".join(rows) + (f"\n… and {left} more\n" if left else "") + "\n"


_CLOSING = 50  # bytes kept for "… and N more"


def _table_row(finding: Finding, book: Book) -> str:
    place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
    cells = (
        "suppressed" if finding.silenced_by else finding.severity.value,
        code(place),
        link(f"{finding.code} {finding.name}", book.by_code.get(finding.code)),
        prose(finding.message),
    )
    return f"| {' | '.join(cells)} |\n"
