"""An audit for people at a terminal: where to begin, and what the rest comes to; every finding stands in the other reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.audit.ranking import HIGH, MEDIUM
from lintfoot.audit.views.counting import (
    by_family,
    changed,
    of,
    repositories,
    silences,
    totals,
    worst,
)
from lintfoot.reports.counts import number
from lintfoot.reports.layout import Row, cells, wrapped
from lintfoot.reports.paint import painted
from lintfoot.reports.safety import at_start, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lintfoot.audit.records import Audit, Place
    from lintfoot.audit.views.counting import Share
    from lintfoot.book import Book
    from lintfoot.findings import Note
    from lintfoot.reports import Options

_LISTED = 10  # places, groups and files that are named; the rest is counted
_BAR = 30  # cells of the longest bar


def render(audit: Audit, book: Book, options: Options) -> str:
    """The summary; with `quiet`, what to fix first alone, and nothing where nothing is wrong."""
    return painted(_report(audit, book, options), color=options.color)


def _report(audit: Audit, book: Book, options: Options) -> Iterator[Row]:
    width = options.width
    if options.quiet:
        yield from _first(audit, width)
        return
    yield from _line(_title(audit), width, "heading")
    parts = (
        _compared(audit, width),
        _first(audit, width),
        _repositories(audit, width),
        _families(by_family(audit, book), width),
        _silenced(audit, width),
        _unread(audit, width),
    )
    for part in parts:
        rows = list(part)
        if rows:
            yield ()
            yield from rows
    yield ()
    yield from _line(_end(audit), width, "" if audit.first else "clean")


def _line(text: str, width: int, part: str = "", indent: int = 0) -> Iterator[Row]:
    first, *more = wrapped(text, width, indent, indent)
    yield ((" " * indent, ""), (at_start(first) if not indent else first, part))
    for line in more:
        yield ((" " * indent, ""), (line, part))


def _title(audit: Audit) -> str:
    return (
        f"Audit of {audit.date}: {shown(audit.repositories[0].name)}"
        if len(audit.repositories) == 1
        else (
            f"Audit of {audit.date}: {number(len(audit.repositories), 'repository').replace('repositorys', 'repositories')}"
        )
    )


def _heading(text: str) -> Row:
    return ((text, "heading"),)


def _level(risk: int) -> str:
    return "error" if risk >= HIGH else "warning" if risk >= MEDIUM else ""


def _first(audit: Audit, width: int) -> Iterator[Row]:
    """What to fix first; the number is the risk."""
    if not audit.first:
        return
    yield _heading("Fix first (risk from 0 to 100)")
    many = len(audit.repositories) > 1
    for place in audit.first[:_LISTED]:
        yield ()
        yield ((f"{place.risk:>4}  ", _level(place.risk)), (_name(place, many=many), "place"))
        yield from _line(shown(place.why), width, indent=6)
        yield from _line(shown(place.first), width, "help", indent=6)


def _name(place: Place, *, many: bool) -> str:
    return shown(f"{place.repository}: {place.path}" if many else place.path)


def _repositories(audit: Audit, width: int) -> Iterator[Row]:
    """One line a repository where there are several: the worst first."""
    if len(audit.repositories) == 1 and not audit.repositories[0].failed:
        return
    yield _heading("Repositories")
    head = ("", "scripts", "errors", "warnings", "notes", "risk")
    rows: list[tuple[str, Sequence[str], str, str]] = []
    for one in repositories(audit):
        name, top = shown(one.name), worst(one)
        if one.failed:
            rows.append((name, (), "error", f"not audited: {shown(one.failed)}"))
            continue
        counts = [str(len(one.scripts)), *map(str, of(one).values()), str(top.risk if top else 0)]
        rows.append((name, counts, _level(top.risk if top else 0), ""))
    taken = min(max(cells(name) for name, *_ in rows), 36)
    yield ((f"  {'':<{taken}}" + "".join(f"  {word:>{len(word)}}" for word in head[1:]), "gutter"),)
    for name, numbers, part, words in rows:
        pad = " " * max(taken - cells(name), 0)
        if words:
            yield from _line(f"{name}{pad}  {words}", width, part, indent=2)
            continue
        *first, last = (f"  {count:>{len(word)}}" for count, word in zip(numbers, head[1:], strict=True))
        yield ((f"  {name}{pad}" + "".join(first), ""), (last, part))


def _families(shares: Sequence[Share], width: int) -> Iterator[Row]:
    if not shares:
        return
    yield _heading("Findings by family")
    taken = max(cells(f"{share.code} {share.name}") for share in shares)
    digits = max(len(str(share.count)) for share in shares)
    most = max(share.count for share in shares)
    room = min(width - taken - digits - 8, _BAR) if width else _BAR
    for share in shares:
        name = f"{share.code} {share.name}"
        row = ((f"  {name:<{taken}}  {share.count:>{digits}}  ", ""),)
        yield (*row, *_bar(share, most, max(room, 0)))


def _bar(share: Share, most: int, room: int) -> Row:
    """At least one cell for every severity that there is, as long as there is room."""
    counts = ((share.errors, "error"), (share.warnings, "warning"), (share.notes, "note"))
    return tuple(("=" * (max(round(room * count / most), 1) if room else 0), part) for count, part in counts if count)


def _silenced(audit: Audit, width: int) -> Iterator[Row]:
    groups = silences(audit)
    if not groups:
        return
    trusted = all(one.trusted for one in audit.repositories)
    count = sum(len(group.findings) for group in groups)
    yield from _line(
        f"Silenced in the repositories: {count} ({'not ' if trusted else ''}counted above)", width, "heading"
    )
    digits = len(str(len(groups[0].findings)))
    many = len(audit.repositories) > 1
    for group in groups[:_LISTED]:
        where = f"{group.repository}: " if many else ""
        codes = ", ".join(dict.fromkeys(finding.code for finding in group.findings))
        why = f": {group.reason}" if group.reason else ", without a reason"
        text = shown(f"{where}{codes} by {group.by}{why}")
        lines = list(wrapped(text, width, digits + 4, digits + 4))
        yield ((f"  {len(group.findings):>{digits}}  ", ""), (lines[0], ""))
        yield from (((" " * (digits + 4), ""), (line, "")) for line in lines[1:])
    yield from _rest(len(groups) - _LISTED, "group")


def _unread(audit: Audit, width: int) -> Iterator[Row]:
    found: list[tuple[str, Note]] = [(one.name, note) for one in audit.repositories for note in one.unread]
    if not found:
        return
    yield _heading(f"Could not be read: {number(len(found), 'file')}")
    many = len(audit.repositories) > 1
    for name, note in found[:_LISTED]:
        where = f"{name}: " if many else ""
        yield from _line(shown(f"{where}{note.path}: {note.message}"), width, indent=2)
    yield from _rest(len(found) - _LISTED, "file")


def _rest(count: int, noun: str) -> Iterator[Row]:
    if count > 0:
        yield ((f"  and {number(count, noun)} more", ""),)


def _compared(audit: Audit, width: int) -> Iterator[Row]:
    compared = audit.compared
    if not compared:
        return
    new, gone, moved = changed(compared.changes)
    yield from _line(
        f"Since {shown(compared.date)} ({shown(compared.against)}): {new} new, {gone} gone, {moved} moved", width
    )
    for words, names in (("first audited now", compared.added), ("no longer audited", compared.removed)):
        if names:
            yield from _line(f"{words}: {', '.join(map(shown, names))}", width, indent=2)


def _end(audit: Audit) -> str:
    """One sentence with all the counts, zeros included."""
    counts = totals(audit)
    failed = f", {counts.failed} not audited" if counts.failed else ""
    return (
        f"{number(counts.errors, 'error')}, {number(counts.warnings, 'warning')}, {number(counts.notes, 'note')}; "
        f"{counts.high} of {number(counts.scripts, 'script')} at high risk, {counts.medium} at medium; "
        f"{number(counts.scanned, 'file')} scanned, {counts.unread} unreadable, {counts.silenced} silenced{failed}"
    )
