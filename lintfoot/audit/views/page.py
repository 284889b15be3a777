"""What the page shows, worked out before any markup: records and plain texts, which the template only puts in order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lintfoot.audit.ranking import is_aside
from lintfoot.audit.records import Kind, Past
from lintfoot.audit.views import counting, pieces
from lintfoot.audit.views.scene import level, maps
from lintfoot.explain import CWE_URL, rule_url
from lintfoot.findings import Severity
from lintfoot.records import dataclass
from lintfoot.reports.counts import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lintfoot.audit.records import Audit, Place, Repository, Script
    from lintfoot.audit.views.counting import Share, Totals
    from lintfoot.audit.views.pieces import Line
    from lintfoot.audit.views.treemap import Picture
    from lintfoot.book import Book, Rule
    from lintfoot.findings import Finding, Note, Span

    Where = tuple[str, tuple[str, Span, str]]  # a repository, and a finding's place in it

SHOWN, FOLDED = 5, 150  # places that are unfolded, scripts of a repository before the rest is folded
_NAMES = 3  # authors that are named
_POINTED = 12  # places that a rule's text leads to


@dataclass(frozen=True, slots=True)
class Item:
    """One finding as it is shown."""

    key: str
    finding: Finding
    lines: tuple[Line, ...]
    silent: str  # who silenced it in its repository, and why
    new: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One script with its findings."""

    key: str
    repository: int
    path: str
    risk: int
    about: str
    items: tuple[Item, ...]
    counts: tuple[tuple[int, Severity], ...]

    @property
    def level(self) -> int:
        """Which of the five colours of risk it has."""
        return level(self.risk)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One repository with its scripts, the riskiest first; those that nothing was found in are counted."""

    key: str
    repository: Repository
    groups: tuple[Group, ...]
    clean: int
    worst: int
    counts: tuple[int, int, int]

    @property
    def level(self) -> int:
        """Which of the five colours of risk its worst script has."""
        return level(self.worst)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do first, with where it leads."""

    place: Place
    key: str
    level: int
    pointed: tuple[tuple[str, str], ...]  # (anchor, words)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a rule says, once: why it hurts, what to write instead, and where it spoke."""

    rule: Rule
    share: Share
    why: tuple[str, ...]
    remedy: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Since:
    """Findings that are new, gone or moved, with where they stand now."""

    new: tuple[tuple[str, Finding, str], ...]  # (repository, finding, anchor)
    gone: tuple[tuple[str, Finding], ...]
    moved: tuple[tuple[str, Finding, str, str], ...]  # (…, anchor, where it was)


@dataclass(frozen=True, slots=True)
class Page:
    """All of it."""

    audit: Audit
    title: str
    verdict: str
    begin: Step | None
    totals: Totals
    many: bool
    steps: tuple[Step, ...]
    shelves: tuple[Shelf, ...]
    families: tuple[Share, ...]
    rules: tuple[Share, ...]
    chapters: tuple[Chapter, ...]
    silences: tuple[counting.Silent, ...]
    unread: tuple[tuple[str, Note], ...]
    notes: tuple[tuple[str, Note], ...]
    wide: Picture
    narrow: Picture
    past: Since | None
    limits: tuple[str, ...]


def page(audit: Audit, book: Book) -> Page:
    """Work out the whole page."""
    totals = counting.totals(audit)
    many = len(audit.repositories) > 1
    shelves = _shelves(audit)
    keys = {(shelf.repository.name, group.path): group.key for shelf in shelves for group in shelf.groups}
    anchors = {(s.repository.name, i.finding.place): i.key for s in shelves for g in s.groups for i in g.items}
    steps = tuple(_step(place, keys, shelves) for place in audit.first)
    rules = tuple(counting.by_rule(audit))
    wide, narrow = maps(shelves, many=many)
    return Page(
        audit=audit,
        title=_title(audit),
        verdict=_verdict(totals),
        begin=steps[0] if steps else None,
        totals=totals,
        many=many,
        steps=steps,
        shelves=shelves,
        families=tuple(counting.by_family(audit, book)),
        rules=rules,
        chapters=tuple(_chapters(rules, book, shelves, many=many)),
        silences=tuple(counting.silences(audit)),
        unread=tuple((one.name, note) for one in audit.repositories for note in one.unread),
        notes=tuple((one.name, note) for one in audit.repositories for note in one.notes),
        wide=wide,
        narrow=narrow,
        past=_past(audit, anchors),
        limits=tuple(_limits(audit)),
    )


def _title(audit: Audit) -> str:
    if len(audit.repositories) == 1:
        return audit.repositories[0].name
    return f"{len(audit.repositories)} repositories"


def _verdict(totals: Totals) -> str:
    if not totals.findings:
        return "Nothing was found."
    scripts = f"{totals.scripts:,} script" + ("" if totals.scripts == 1 else "s")
    are = "is" if totals.high == 1 else "are"
    if totals.high:
        return f"{totals.high:,} of {scripts} {are} at high risk."
    if totals.medium:
        are = "is" if totals.medium == 1 else "are"
        return f"No script is at high risk; {totals.medium:,} of {scripts} {are} at medium."
    return "No script is at high or medium risk."


def _shelves(audit: Audit) -> tuple[Shelf, ...]:
    news = {(c.repository, one.place) for c in (audit.compared.changes if audit.compared else ()) for one in c.new}
    made = []
    scripts = findings = 0
    for at, repository in enumerate(counting.repositories(audit)):
        groups = _groups(repository, at, scripts, findings, news)
        scripts, findings = scripts + len(groups), findings + sum(len(group.items) for group in groups)
        made.append(_shelf(repository, at, groups))
    return tuple(made)


def _shelf(repository: Repository, at: int, groups: Sequence[Group]) -> Shelf:
    top = counting.worst(repository)
    errors, warnings, notes = counting.of(repository).values()
    clean = sum(not script.risk for script in repository.scripts)
    return Shelf(f"repo-{at + 1}", repository, tuple(groups), clean, top.risk if top else 0, (errors, warnings, notes))


def _groups(repository: Repository, at: int, scripts: int, findings: int, news: set[Where]) -> list[Group]:
    """The scripts of a repository that something was found in, the riskiest first; keys count on from those before."""
    found = defaultdict(list)
    for finding in repository.findings:
        found[finding.path].append(finding)
    silent = {one.place: _silence(one) for one in repository.silenced}
    known = {script.path: script for script in repository.scripts}
    made: list[Group] = []
    for path in sorted(found, key=lambda path: (-known[path].risk if path in known else 0, path)):
        ordered = sorted(found[path], key=lambda one: (one.severity.rank, one.span, one.code))
        items = []
        for finding in ordered:
            findings += 1
            lines = tuple(map(pieces.line, finding.frame))
            place = finding.place
            items.append(Item(f"f{findings}", finding, lines, silent.get(place, ""), (repository.name, place) in news))
        script = known.get(path)
        made.append(
            Group(
                f"s{scripts + len(made) + 1}",
                at + 1,
                path,
                script.risk if script else 0,
                _about(script) if script else "",
                tuple(items),
                _counts(ordered),
            )
        )
    return made


def _counts(findings: Iterable[Finding]) -> tuple[tuple[int, Severity], ...]:
    severities = [finding.severity for finding in findings]
    return tuple((severities.count(one), one) for one in Severity if one in severities)


def _silence(finding: Finding) -> str:
    silence = finding.silenced_by
    if not silence:
        return "silenced"
    return f"silenced by {silence.by}" + (f": {silence.reason}" if silence.reason else ", without a reason")


def _about(script: Script) -> str:
    """What is known of a script besides its findings, in a few words."""
    parts = [number(script.lines, "line")] if script.lines else []
    parts += [f"run by {starter.kind} ({starter.path})" for starter in script.started_by[:2]]
    more = len(script.started_by) - 2
    parts += [f"and from {number(more, 'more place')}"] if more > 0 else []
    parts += ["stands with tests, examples or docs"] if is_aside(script.path) else []
    if script.history:
        parts.append(f"changed {script.history.changes} times, last on {script.history.last}")
        names = script.history.authors
        parts.append(
            f"by {', '.join(names[:_NAMES])}" + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
        )
    if script.lines:
        parts.append(f"named by {number(len(script.tests), 'test file')}" if script.tests else "no test names it")
        parts += [] if script.handled else ["handles no error"]
    return " · ".join(parts)


def _step(place: Place, keys: dict[tuple[str, str], str], shelves: Sequence[Shelf]) -> Step:
    wanted = set(place.findings)
    pointed = [
        (item.key, f"line {item.finding.span.line}: {item.finding.code} {item.finding.name}")
        for shelf in shelves
        if shelf.repository.name == place.repository
        for group in shelf.groups
        if group.path == place.path
        for item in group.items
        if item.finding.fingerprint in wanted
    ]
    return Step(place, keys.get((place.repository, place.path), ""), level(place.risk), tuple(pointed[:_NAMES]))


def _chapters(rules: Iterable[Share], book: Book, shelves: Sequence[Shelf], *, many: bool) -> Iterable[Chapter]:
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for shelf in shelves:
        for group in shelf.groups:
            for item in group.items:
                code = item.finding.code
                if len(places[code]) < _POINTED:
                    name = f"{shelf.repository.name}: {group.path}" if many else group.path
                    places[code].append((item.key, f"{name}:{item.finding.span.line}"))
    for share in sorted(rules, key=lambda share: share.code):
        rule = book.by_code.get(share.code)
        if rule:
            own = places[share.code]
            yield _chapter(rule, share, own)


def _chapter(rule: Rule, share: Share, places: Sequence[tuple[str, str]]) -> Chapter:
    links = [("The rule's page", rule_url(rule))]
    links += [(f"CWE-{number_}", CWE_URL.format(number_)) for number_ in rule.cwe]
    links += [(link.removeprefix("https://"), link) for link in rule.references if link.startswith("https://")]
    why, remedy = (tuple(pieces.paragraphs(text)) for text in (rule.why, rule.remedy))
    return Chapter(rule, share, why, remedy, tuple(links), tuple(places), share.count - len(places))


def _past(audit: Audit, anchors: dict[Where, str]) -> Since | None:
    if not audit.compared:
        return None
    changes = audit.compared.changes
    return Since(
        tuple((c.repository, one, anchors.get((c.repository, one.place), "")) for c in changes for one in c.new),
        tuple((c.repository, one) for c in changes for one in c.gone),
        tuple(
            (c.repository, one.finding, anchors.get((c.repository, one.finding.place), ""), one.was)
            for c in changes
            for one in c.moved
        ),
    )


def _limits(audit: Audit) -> Iterable[str]:
    """What this audit could not know."""
    whole = [one for one in audit.repositories if not one.failed]
    shallow = [one.name for one in whole if one.past is Past.SHALLOW]
    without = [one.name for one in whole if one.past is Past.NONE]
    if shallow:
        yield f"Only a part of the history was there, so changes are counted too low: {', '.join(shallow)}."
    if without:
        yield f"No history was there, so nothing is known of changes and authors: {', '.join(without)}."
    if any(one.kind is Kind.BARE for one in whole):
        yield "Bare repositories were read through git; nothing was checked out."
    if any(one.trusted for one in whole):
        yield "The repositories' own settings and suppressions were trusted: what they silence is not among the findings."
