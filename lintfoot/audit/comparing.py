"""An audit beside an earlier one: what is new, what is gone, what only stands elsewhere now.

Findings are matched one to one, the surest first, so that counts are right (one there, two now: one is new):

1. the same fingerprint: rule, file, function and form of the statement. On another line it has moved.
2. the same rule and form of the statement in the same file: a function was renamed, or code moved.
3. the same in a file that is gone and one that was not there, where most of the old file's findings are in the new one: renamed.

Repositories go by their names, then by where they are. One that could not be read now or then is in no comparison, and a file that
cannot be read now has lost nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from lintfoot.audit.records import Audit, Change, Comparison, Moved, Repository

if TYPE_CHECKING:
    from lintfoot.findings import Finding

_MOST = 0.5  # of a file's findings that must be in another one for that to be its heir

Key = Callable[["Finding"], Hashable]


def compared(now: Audit, before: Audit, against: str) -> Comparison:
    """What changed since; `against` is what the user calls the earlier audit."""
    pairs = _pairs(now.repositories, before.repositories)
    changes = [_change(one, old) for one, old in pairs if not one.failed and not old.failed]
    mine, theirs = {one.name for one, _ in pairs}, {old.name for _, old in pairs}
    return Comparison(
        against,
        before.date,
        tuple(one for one in changes if one.new or one.gone or one.moved),
        tuple(one.name for one in now.repositories if one.name not in mine),
        tuple(old.name for old in before.repositories if old.name not in theirs),
    )


def _pairs(now: Sequence[Repository], before: Sequence[Repository]) -> list[tuple[Repository, Repository]]:
    """Each repository with what it was before; in the order of today."""
    by_name = {old.name: old for old in before}
    found = {one.name: by_name[one.name] for one in now if one.name in by_name}
    taken = {old.name for old in found.values()}
    by_where = {old.where: old for old in before if old.name not in taken}
    for one in now:
        if one.name not in found and one.where in by_where:
            found[one.name] = by_where.pop(one.where)
    return [(one, found[one.name]) for one in now if one.name in found]


def _change(now: Repository, before: Repository) -> Change:
    unread = {note.path for note in now.unread}
    new, old = _all(now), [one for one in _all(before) if one.path not in unread or _is_there(one, now)]
    moved: list[Moved] = []
    for key in (_exactly, _fingerprint, _form):
        new, old, found = _matched(new, old, key)
        moved += found
    for was, path in _renamed(new, old, now, before):
        new, old, found = _across(new, old, was, path)
        moved += found
    silenced = {id(one) for one in now.silenced}
    fresh = tuple(one for one in new if id(one) not in silenced or not now.trusted)
    moved.sort(key=lambda one: one.finding.place)
    return Change(now.name, fresh, tuple(old), tuple(moved))


def _all(repository: Repository) -> list[Finding]:
    """Every finding once, silenced or not, in order."""
    listed = {id(one) for one in repository.findings} | {_exactly(one) for one in repository.findings}
    more = (one for one in repository.silenced if id(one) not in listed and _exactly(one) not in listed)
    return sorted((*repository.findings, *more), key=lambda one: one.place)


def _is_there(finding: Finding, now: Repository) -> bool:
    return any(one.fingerprint == finding.fingerprint for one in now.findings)


def _exactly(finding: Finding) -> Hashable:
    return finding.fingerprint, finding.code, finding.path, finding.span.line


def _fingerprint(finding: Finding) -> Hashable:
    return finding.fingerprint or None, finding.code, finding.path


def _form(finding: Finding) -> Hashable:
    return finding.code, finding.path, finding.shape or finding.message


def _matched(
    new: Sequence[Finding], old: Sequence[Finding], key: Key
) -> tuple[list[Finding], list[Finding], list[Moved]]:
    """What is left of both, and what stands elsewhere: as many of each as there were, in the order of their places."""
    waiting: defaultdict[Hashable, list[Finding]] = defaultdict(list)
    for one in reversed(old):
        waiting[key(one)].append(one)
    left, moved = [], []
    for one in new:
        if not waiting[key(one)]:
            left.append(one)
            continue
        was = waiting[key(one)].pop()
        if (was.path, was.span.line) != (one.path, one.span.line):
            moved.append(Moved(one, f"{was.path}:{was.span.line}"))
    rest = {id(one) for many in waiting.values() for one in many}
    return left, [one for one in old if id(one) in rest], moved


def _renamed(
    new: Iterable[Finding], old: Iterable[Finding], now: Repository, before: Repository
) -> list[tuple[str, str]]:
    """Files that are gone with those that they are now, the most alike first; each is in one pair at most."""
    here, there = _files(now), _files(before)
    lost, come = _forms(one for one in old if one.path not in here), _forms(one for one in new if one.path not in there)
    alike = [
        (-(lost[was] & come[path]).total(), was, path)
        for was in lost
        for path in come
        if (lost[was] & come[path]).total() >= max(1, _MOST * lost[was].total())
    ]
    pairs: list[tuple[str, str]] = []
    for _, was, path in sorted(alike):
        if all(was != one and path != other for one, other in pairs):
            pairs.append((was, path))
    return pairs


def _files(repository: Repository) -> set[str]:
    return {one.path for one in repository.scripts} | {one.path for one in repository.findings}


def _forms(findings: Iterable[Finding]) -> dict[str, Counter[Hashable]]:
    made: dict[str, Counter[Hashable]] = {}
    for one in findings:
        made.setdefault(one.path, Counter())[_anywhere(one)] += 1
    return made


def _anywhere(finding: Finding) -> Hashable:
    return finding.code, finding.shape or finding.message


def _across(
    new: Sequence[Finding], old: Sequence[Finding], was: str, path: str
) -> tuple[list[Finding], list[Finding], list[Moved]]:
    mine, theirs = [one for one in new if one.path == path], [one for one in old if one.path == was]
    moved: list[Moved] = []
    for key in (lambda one: (*_pair(one), one.scope), _pair):
        mine, theirs, found = _matched(mine, theirs, key)
        moved += found
    left, rest = {id(one) for one in mine}, {id(one) for one in theirs}
    return (
        [one for one in new if one.path != path or id(one) in left],
        [one for one in old if one.path != was or id(one) in rest],
        moved,
    )


def _pair(finding: Finding) -> tuple[Hashable, ...]:
    return finding.code, finding.shape or finding.message
