"""One line for each finding and nothing else: for editors, `grep` and `wc -l`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.reports.counts import reading_order, statistics
from lintfoot.reports.frames import first_line

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Result
    from lintfoot.reports import Options


def render(result: Result, book: Book, options: Options) -> str:
    """The first line of each finding as `text` shows it, never wrapped or coloured; a clean run is an empty text."""
    del book
    findings = reading_order(result, options)
    lines = ["".join(text for text, _ in first_line(finding)) for finding in findings]
    if options.statistics:
        lines += [f"{count} {rule}" for count, _, rule in statistics(result.findings)]
    return "".join(f"{line}\n" for line in lines)
