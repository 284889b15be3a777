"""The report for people: code frames, in colour on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.reports.counts import reading_order, repairs, statistics, summary
from lintfoot.reports.layout import Row, wrapped
from lintfoot.reports.paint import painted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.book import Book
    from lintfoot.findings import Result
    from lintfoot.reports import Options


def render(result: Result, book: Book, options: Options) -> str:
    """Show a result; nothing at all when it is clean and quiet was asked for."""
    del book  # a frame holds all that a reader needs; `lintfoot explain` has the page
    return painted(_report(result, options), color=options.color)


def _report(result: Result, options: Options) -> Iterator[Row]:
    findings = reading_order(result, options)
    if findings:
        from lintfoot.reports.frames import rows
    for finding in findings:
        yield from rows(finding, options.width, verbose=options.verbose)
        yield ()
    if options.statistics and result.findings:
        yield from _counts_by_rule(result)
        yield ()
    if not options.quiet:
        yield from _end(result, options)


def _counts_by_rule(result: Result) -> Iterator[Row]:
    found = list(statistics(result.findings))
    digits = max((len(str(count)) for count, _, _ in found), default=0)
    for count, severity, rule in found:
        yield ((f"{count:>{digits}}", severity.value), (f"  {rule}", ""))


def _end(result: Result, options: Options) -> Iterator[Row]:
    worst = min((finding.severity for finding in result.findings), key=lambda severity: severity.rank, default=None)
    mendable = repairs(result)
    part = worst.value if worst else "clean" if not result.failed else ""
    for words, style in ((mendable, ""), (summary(result), part)):
        if words:
            yield from (((line, style),) for line in wrapped(words, options.width))
