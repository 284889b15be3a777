"""What an audit comes to in numbers: the same ones in every view."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lintfoot.audit.ranking import HIGH, MEDIUM
from lintfoot.explain import FAMILIES
from lintfoot.findings import Severity
from lintfoot.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lintfoot.audit.records import Audit, Change, Repository, Script
    from lintfoot.book import Book
    from lintfoot.findings import Finding


@dataclass(frozen=True, slots=True)
class Totals:
    """The first numbers that somebody wants: all repositories together."""

    repositories: int
    failed: int
    scanned: int
    scripts: int
    high: int  # scripts at high risk
    medium: int
    errors: int
    warnings: int
    notes: int
    silenced: int
    unread: int

    @property
    def findings(self) -> int:
        """All of them, whatever their severity."""
        return self.errors + self.warnings + self.notes


@dataclass(frozen=True, slots=True)
class Share:
    """Findings of one rule or one family: how many of each severity."""

    code: str
    name: str
    errors: int
    warnings: int
    notes: int

    @property
    def count(self) -> int:
        """All of them, whatever their severity."""
        return self.errors + self.warnings + self.notes


@dataclass(frozen=True, slots=True)
class Silent:
    """Findings that were silenced the same way and with the same reason."""

    repository: str
    by: str
    reason: str
    findings: tuple[Finding, ...]


def totals(audit: Audit) -> Totals:
    """Count an audit."""
    kinds = Counter(finding.severity for finding in _findings(audit))
    risks = [script.risk for repository in audit.repositories for script in repository.scripts]
    return Totals(
        repositories=len(audit.repositories),
        failed=sum(bool(repository.failed) for repository in audit.repositories),
        scanned=sum(repository.scanned for repository in audit.repositories),
        scripts=len(risks),
        high=sum(risk >= HIGH for risk in risks),
        medium=sum(MEDIUM <= risk < HIGH for risk in risks),
        errors=kinds[Severity.ERROR],
        warnings=kinds[Severity.WARNING],
        notes=kinds[Severity.NOTE],
        silenced=sum(len(repository.silenced) for repository in audit.repositories),
        unread=sum(len(repository.unread) for repository in audit.repositories),
    )


def _findings(audit: Audit) -> Iterator[Finding]:
    for repository in audit.repositories:
        yield from repository.findings


def by_rule(audit: Audit) -> list[Share]:
    """A share for each rule that spoke, the most frequent first."""
    names = {finding.code: finding.name for finding in _findings(audit)}
    shares = _shares(((finding.code, finding.severity) for finding in _findings(audit)), names)
    return sorted(shares, key=lambda share: (-share.count, share.code))


def by_family(audit: Audit, book: Book) -> list[Share]:
    """A share for each family that spoke, in the order of the codes; `name` is the word that the docs use."""
    codes = {finding.code for finding in _findings(audit)}
    families = {code: book.by_code[code].family if code in book.by_code else code[:-2] for code in codes}
    names = {family: FAMILIES.get(family, family.lower()) for family in families.values()}
    found = ((families[finding.code], finding.severity) for finding in _findings(audit))
    return sorted(_shares(found, names), key=lambda share: share.code)


def _shares(found: Iterable[tuple[str, Severity]], names: dict[str, str]) -> list[Share]:
    counts = Counter(found)
    return [Share(code, name, *(counts[(code, severity)] for severity in Severity)) for code, name in names.items()]


def of(repository: Repository) -> dict[Severity, int]:
    """How many findings of each severity a repository has."""
    kinds = Counter(finding.severity for finding in repository.findings)
    return {severity: kinds[severity] for severity in Severity}


def worst(repository: Repository) -> Script | None:
    """The script at the highest risk, where any is at risk."""
    return min((one for one in repository.scripts if one.risk), key=lambda one: (-one.risk, one.path), default=None)


def repositories(audit: Audit) -> list[Repository]:
    """The worst first; those that could not be read at the end."""
    return sorted(audit.repositories, key=_how_bad)


def _how_bad(repository: Repository) -> tuple[bool, list[int], str]:
    risks = sorted((-script.risk for script in repository.scripts), reverse=False)
    return (bool(repository.failed), risks[:5], repository.name)


def silences(audit: Audit) -> list[Silent]:
    """What is silenced, by whom and why: the largest groups first, those without a reason before those with one."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for repository in audit.repositories:
        for finding in repository.silenced:
            silence = finding.silenced_by
            key = (repository.name, silence.by if silence else "", silence.reason if silence else "")
            groups.setdefault(key, []).append(finding)
    made = [Silent(*key, tuple(findings)) for key, findings in groups.items()]
    return sorted(made, key=lambda one: (-len(one.findings), bool(one.reason), one.repository, one.by, one.reason))


def changed(changes: Iterable[Change]) -> tuple[int, int, int]:
    """How many findings are new, gone and moved."""
    new = gone = moved = 0
    for change in changes:
        new, gone, moved = new + len(change.new), gone + len(change.gone), moved + len(change.moved)
    return new, gone, moved
