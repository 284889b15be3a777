"""The report for people: code frames, in colour on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.reports.counts import reading_order, repairs, statistics, summary
from lintfoot.reports.frames import rows
from lintfoot.reports.layout import Row, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lintfoot.book import Book
    from lintfoot.findings import Result
    from lintfoot.reports import Options

# Eight basic colours, which every terminal's own theme has chosen to be readable.
_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "place": "bold",
    "gutter": "blue",
    "related": "blue",
    "help": "green",
    "clean": "bold green",
}


def render(result: Result, book: Book, options: Options) -> str:
    """Show a result; nothing at all when it is clean and quiet was asked for."""
    del book  # a frame holds all that a reader needs; `lintfoot explain` has the page
    paint = _colours() if options.color else _plain
    return "".join(f"{''.join(map(paint, _trimmed(row)))}\n" for row in _report(result, options))


def _report(result: Result, options: Options) -> Iterator[Row]:
    findings = reading_order(result, options)
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


def _trimmed(row: Row) -> Row:
    while row and not row[-1][0].rstrip(" "):
        row = row[:-1]
    return row and (*row[:-1], (row[-1][0].rstrip(" "), row[-1][1]))


def _plain(piece: tuple[str, str]) -> str:
    return piece[0]


def _colours() -> Callable[[tuple[str, str]], str]:
    """Paint pieces with rich's styles; whether to paint at all was decided by the caller, never by rich."""
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {part: Style.parse(words) for part, words in _STYLES.items()}

    def paint(piece: tuple[str, str]) -> str:
        text, part = piece
        style = styles.get(part)
        return style.render(text, color_system=ColorSystem.STANDARD) if style and text else text

    return paint
