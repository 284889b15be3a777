"""The parts of an audit as the whole audit: then whatever is told of a whole can be told, rank and comparison included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lintfoot.audit import document
from lintfoot.audit.comparing import compared
from lintfoot.audit.ranking import ranked
from lintfoot.audit.records import Audit, Repository
from lintfoot.audit.views import VIEWS, ready
from lintfoot.book import Book
from lintfoot.findings import Finding, Note, Severity
from lintfoot.merging import Merged, Part
from lintfoot.records import replace
from lintfoot.reports import Options
from lintfoot.tables import Problem, Problems

_SAME = ("where", "kind", "revision", "past", "trusted", "failed")


def merged(parts: Sequence[Part], book: Book, form: str, against: str, options: Options) -> Merged:
    """Put the audits together. Raises Problems for what is none, or belongs to another one."""
    ready(form or "json")
    audits = [document.audit_of(part.document) for part in parts]
    before = document.read(Path(against), against) if against else None
    for part, audit in zip(parts, audits, strict=True):
        _same(part, audit, parts[0], audits[0])
    columns = zip(*(audit.repositories for audit in audits), strict=True)
    whole = Audit(
        tuple(map(_together, columns)),
        max(audit.date for audit in audits),
        audits[0].version,
        seconds=sum(audit.seconds for audit in audits),
    )
    whole = ranked(whole, book)
    if before is not None:
        whole = replace(whole, compared=compared(whole, before, against))
    return Merged(
        VIEWS[form or "json"](whole, book, options),
        sum(len(one.bugs) for one in whole.repositories),
        sum(bool(one.failed) or _has_errors(one) for one in whole.repositories),
        tuple(finding.severity.rank for one in whole.repositories for finding in one.findings),
    )


def _has_errors(repository: Repository) -> bool:
    return any(note.level is Severity.ERROR for note in repository.notes)


def _same(part: Part, audit: Audit, first: Part, other: Audit) -> None:
    """Raise Problems where the repositories of two parts are not the same ones."""
    names, others = ([one.name for one in each.repositories] for each in (audit, other))
    if names != others:
        raise _fault(part, f"is of other repositories than {first.file}")
    for one, its in zip(audit.repositories, other.repositories, strict=True):
        for name in _SAME:
            if getattr(one, name) != getattr(its, name):
                raise _fault(part, f"{one.name}: its {name} is not as in {first.file}")
        if not one.failed and (one.share is None or one.share.number != part.share.number):
            raise _fault(part, f"{one.name}: is no part {part.share.number} of {part.share.count}")


def _fault(part: Part, message: str) -> Problems:
    return Problems([Problem(part.file, 0, 0, message)])


def _together(parts: tuple[Repository, ...]) -> Repository:
    """One repository of all its parts."""
    first = parts[0]
    if first.failed:
        return first
    told = first.share.told if first.share is not None else 0
    notes = [*first.notes[told:], *(note for one in parts[1:] for note in one.notes)]
    return replace(
        first,
        findings=_by_place(finding for one in parts for finding in one.findings),
        silenced=_by_place(finding for one in parts for finding in one.silenced),
        scripts=tuple(sorted((script for one in parts for script in one.scripts), key=lambda one: one.path)),
        unread=_by_path(note for one in parts for note in one.unread),
        notes=(*first.notes[:told], *_by_path(notes)),
        bugs=tuple(sorted((bug for one in parts for bug in one.bugs), key=lambda one: one.path)),
        scanned=sum(one.scanned for one in parts),
        skipped=sum(one.skipped for one in parts),
        seconds=sum(one.seconds for one in parts),
        sources={path: source for one in parts for path, source in one.sources.items()},
        share=None,
    )


def _by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: one.place))


def _by_path(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda one: one.path))
