"""An audit as Markdown for a ticket: what to fix first as a list to tick off, then what the rest comes to.

It fits into the body of a ticket: hosts cut or refuse more than 65,536 characters. What is left out is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.audit.views.counting import by_rule, changed, of, repositories, silences, totals, worst
from lintfoot.reports.counts import number, worst_first
from lintfoot.reports.markup import code, link, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lintfoot.audit.records import Audit, Repository
    from lintfoot.book import Book
    from lintfoot.findings import Finding
    from lintfoot.reports import Options

_ROOM = 60_000  # characters, of the 65,536 that GitHub takes
_PARTS = (10_000, 8_000, 8_000, 6_000, 6_000)  # of them, for each list; the findings get what is left
_ENTRY = 1_500  # characters of one line: a long path must not push the rest out


def render(audit: Audit, book: Book, options: Options) -> str:
    """The ticket."""
    del options
    many = len(audit.repositories) > 1
    parts = [_head(audit)]
    lists: tuple[tuple[str, Sequence[str], Iterable[str]], ...] = (
        ("Fix first", (), _first(audit, many=many)),
        ("Repositories", _REPOSITORIES, _repositories(audit) if many else ()),
        ("Findings by rule", _RULES, _rules(audit, book)),
        ("Silenced in the repositories", _SILENCED, _silenced(audit, many=many)),
        ("Could not be read", (), _unread(audit, many=many)),
    )
    for (heading, columns, rows), room in zip(lists, _PARTS, strict=True):
        parts.append(_listed(heading, columns, [*rows], room))
    left = _ROOM - sum(map(len, parts))
    found = [_row(finding, repository, book, many=many) for repository, finding in _findings(audit)]
    parts.append(_listed("Findings, the worst first", _columns(many=many), found, left))
    return "".join(parts)


def _columns(*, many: bool) -> Sequence[str]:
    return ("", *(("Repository",) if many else ()), "Place", "Rule", "Finding")


_REPOSITORIES = ("Repository", "Scripts", "Errors", "Warnings", "Notes", "Highest risk")
_RULES = ("Rule", "Errors", "Warnings", "Notes")
_SILENCED = ("Where", "Rules", "By", "Reason")


def _listed(heading: str, columns: Sequence[str], rows: Sequence[str], room: int) -> str:
    """A heading with as many rows as there is room for; nothing at all without rows."""
    if not rows:
        return ""
    head = f"## {heading}\n\n"
    if columns:
        head += f"{_table(columns)}{_table(['---'] * len(columns))}"
    kept = []
    for row in rows:
        room -= len(row)
        if room < 0:
            break
        kept.append(row)
    left = len(rows) - len(kept)
    return head + "".join(kept) + (f"\n… and {left} more\n" if left else "") + "\n"


def _table(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cut(text: str) -> str:
    return text if len(text) <= _ENTRY // 5 else f"{text[: _ENTRY // 5]}…"


def _head(audit: Audit) -> str:
    counts = totals(audit)
    failed = f", {counts.failed} not audited" if counts.failed else ""
    text = (
        f"# lintfoot audit of {prose(audit.date)}\n\n"
        f"{number(counts.errors, 'error')}, {number(counts.warnings, 'warning')} and {number(counts.notes, 'note')} in "
        f"{number(counts.scanned, 'file')}; **{counts.high} of {number(counts.scripts, 'script')} at high risk**, "
        f"{counts.medium} at medium; {counts.silenced} silenced, {counts.unread} unreadable{failed}.\n\n"
    )
    compared = audit.compared
    if compared:
        new, gone, moved = changed(compared.changes)
        since = f"Since {prose(compared.date)} ({code(_cut(compared.against))})"
        text += f"{since}: **{new} new**, {gone} gone, {moved} moved.\n\n"
    return text


def _first(audit: Audit, *, many: bool) -> Iterator[str]:
    for place in audit.first:
        name = f"{place.repository}: {place.path}" if many else place.path
        why, first = prose(_cut(place.why)), prose(_cut(place.first))
        yield f"- [ ] {code(_cut(name))} (risk {place.risk})  \n  {why}  \n  {first}\n"


def _repositories(audit: Audit) -> Iterator[str]:
    for one in repositories(audit):
        if one.failed:
            yield _table([code(_cut(one.name)), prose(f"not audited: {_cut(one.failed)}"), "", "", "", ""])
            continue
        top = worst(one)
        counts = map(str, of(one).values())
        yield _table([code(_cut(one.name)), str(len(one.scripts)), *counts, str(top.risk if top else 0)])


def _rules(audit: Audit, book: Book) -> Iterator[str]:
    for share in by_rule(audit):
        name = link(f"{share.code} {share.name}", book.by_code.get(share.code))
        yield _table([name, str(share.errors), str(share.warnings), str(share.notes)])


def _silenced(audit: Audit, *, many: bool) -> Iterator[str]:
    for group in silences(audit):
        places = [f"{finding.path}:{finding.span.line}" for finding in group.findings]
        where = f"{group.repository}: {places[0]}" if many else places[0]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        codes = ", ".join(dict.fromkeys(finding.code for finding in group.findings))
        yield _table(
            [code(_cut(where)) + more, _cut(codes), prose(_cut(group.by)), prose(_cut(group.reason) or "none")]
        )


def _unread(audit: Audit, *, many: bool) -> Iterator[str]:
    for one in audit.repositories:
        for note in one.unread:
            name = f"{one.name}: {note.path}" if many else note.path
            yield f"- {code(_cut(name))}: {prose(_cut(note.message))}\n"


def _findings(audit: Audit) -> list[tuple[Repository, Finding]]:
    by_finding = {id(finding): one for one in audit.repositories for finding in one.findings}
    findings = worst_first(finding for one in audit.repositories for finding in one.findings)
    return [(by_finding[id(finding)], finding) for finding in findings]


def _row(finding: Finding, repository: Repository, book: Book, *, many: bool) -> str:
    place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
    named = [code(_cut(repository.name))] if many else []
    rule = link(f"{finding.code} {finding.name}", book.by_code.get(finding.code))
    return _table([finding.severity.value, *named, code(_cut(place)), rule, prose(_cut(finding.message))])
