"""What to fix first: the risk of every script, and the list that says where to begin and why.

    risk  =  100 · (1 - e^(-x / 12))        x  =  danger · exposure · churn

- danger: each finding weighs by severity and confidence; the heaviest counts in full, the next by half, the next by a quarter. So
  any number of warnings never outweigh one error of the same confidence, and one more finding never lowers the sum.
- exposure: where the script is run, looked for through the scripts that run or import it. What stands with tests, examples or docs counts
  little unless something that runs unattended starts it.
- churn: up to half as much again for a script that changes often, on a logarithmic scale: each change is a chance to break it.

No clock, no chance, no names of people: the same records give the same order. docs/audit-report.md tells the same to its readers.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from lintfoot.audit.records import Audit, Past, Place, Repository, Script, Starter
from lintfoot.findings import Confidence, Finding, Severity, printable
from lintfoot.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lintfoot.book import Book

_SEVERITY = {Severity.ERROR: 10.0, Severity.WARNING: 3.0, Severity.NOTE: 0.5}
_CONFIDENCE = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.6, Confidence.LOW: 0.3}
_NEXT = 0.5  # what the next lighter finding of a script counts, beside the one before it

# Unattended runs first: nobody sees them hang, and they mostly run as root.
_EXPOSURE = {"cron": 1.0, "systemd": 1.0, "docker": 0.9, "ci": 0.8, "package": 0.8, "make": 0.7, "script": 0.5}
_UNKNOWN = 0.4  # nothing in the tree runs it: somebody does by hand, or nobody
_IMPORTED = 0.9  # of what the script counts that imports it
_ASIDE = 0.1  # tests, examples, docs
_OUTDOORS = frozenset(
    {"cron", "systemd", "docker", "package"}
)  # whoever starts these means it, wherever the file stands
_ASIDE_FOLDERS = frozenset(
    "test tests testing testsuite unittests fixtures testdata example examples sample samples demo demos doc docs "
    "benchmark benchmarks".split()
)

_CHURN = 0.5  # how much a script that changes often gains at most
_OFTEN = 64  # changes from which on it is often
_SCALE = 12.0  # one error, run by cron, never changed: 57
_DIGITS = 6  # of x: what follows may differ from one machine's exponential to the next

HIGH, MEDIUM = 50, 25  # the risks from which on a script is called so
_LISTED = 20  # places in Audit.first
_NAMED = 2  # rules that a reason names
_POINTED = 5  # findings that a place points to


@dataclass(frozen=True, slots=True)
class _Exposure:
    """Where a script is run, as a factor and in words; `imported` tells the script that imports it and is run."""

    value: float
    words: str
    imported: str = ""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One script with its findings, the heaviest first, and what they come to together."""

    repository: Repository
    script: Script
    findings: tuple[Finding, ...]
    exposure: _Exposure
    x: float

    @property
    def order(self) -> tuple[float, str, str]:
        return (-self.x, self.repository.name, self.script.path)


def ranked(audit: Audit, book: Book) -> Audit:
    """The audit with the risk of every script, and with what to do first over all repositories."""
    weighed = [list(_weighed(repository)) for repository in audit.repositories]
    repositories = tuple(
        replace(repository, scripts=tuple(replace(one.script, risk=risk(one.x)) for one in scripts))
        for repository, scripts in zip(audit.repositories, weighed, strict=True)
    )
    worst = sorted((one for scripts in weighed for one in scripts if one.findings), key=lambda one: one.order)
    return replace(audit, repositories=repositories, first=tuple(_place(one, book) for one in worst[:_LISTED]))


def risk(x: float) -> int:
    """From 0 (nothing was found) to 100; what was found is never 0."""
    return 0 if x <= 0 else min(max(round(100 * -math.expm1(-x / _SCALE)), 1), 100)


def danger(findings: Iterable[Finding]) -> float:
    """What the findings of one script weigh together: one more never makes it less."""
    return sum(weight * _NEXT**place for place, weight in enumerate(sorted(map(_weight, findings), reverse=True)))


def churn(script: Script) -> float:
    """From 1 for a script that never changed, or whose history is not known, to 1.5."""
    changes = max(script.history.changes - 1, 0) if script.history else 0
    return 1 + _CHURN * min(math.log2(1 + changes) / math.log2(_OFTEN), 1.0)


def is_aside(path: str) -> bool:
    """Whether a script stands with tests, examples or docs: what is wrong there seldom wakes anybody."""
    stem = path.lower().rpartition("/")[2].partition(".")[0]
    named = stem.startswith("test_") or stem.endswith("_test") or stem in ("conftest", "test", "tests")
    return named or _in_folder_aside(path)


def _in_folder_aside(path: str) -> bool:
    return not _ASIDE_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def _counts_for_nothing(starter: Starter) -> bool:
    """Whether what starts a script is itself a test, an example or part of the docs: a container that builds them, say."""
    return is_aside(starter.path) if starter.kind == "script" else _in_folder_aside(starter.path)


def _weight(finding: Finding) -> float:
    """What lintfoot could not read, or what is wrong with its own comments, is no outage by itself: a warning at most."""
    weight = _SEVERITY[finding.severity] * _CONFIDENCE[finding.confidence]
    return min(weight, _SEVERITY[Severity.WARNING]) if finding.code.startswith("LF0") else weight


def _weighed(repository: Repository) -> Iterator[_Weighed]:
    """Every script of a repository; files with findings that nothing else is known of are scripts as well."""
    found: dict[str, list[Finding]] = {}
    for finding in repository.findings:
        found.setdefault(finding.path, []).append(finding)
    scripts = {script.path: script for script in repository.scripts}
    for path in found:
        scripts.setdefault(path, Script(path, 0, 0, handled=False))
    exposures = _exposures(scripts)
    for path, script in scripts.items():
        findings = tuple(sorted(found.get(path, ()), key=_heaviest))
        exposure = exposures[path]
        x = round(danger(findings) * exposure.value * churn(script), _DIGITS)
        yield _Weighed(repository, script, findings, exposure, x)


def _heaviest(finding: Finding) -> tuple[float, tuple[object, ...]]:
    return (-_weight(finding), finding.place)


def _exposures(scripts: Mapping[str, Script]) -> dict[str, _Exposure]:
    """Where each script is run. One that another script runs is run wherever that one is, and what it imports nearly so."""
    found = {path: _own_exposure(script) for path, script in scripts.items()}
    edges = sorted(_edges(scripts))
    changed = True
    while changed:  # values only rise and are few, so this ends; chains of scripts are short
        changed = False
        for caller, path, imports in edges:
            handed = _imported(caller, found[caller]) if imports else _run(caller, found[caller])
            if handed.value > found[path].value:
                found[path] = handed
                changed = True
    return found


def _edges(scripts: Mapping[str, Script]) -> Iterator[tuple[str, str, bool]]:
    """Who runs or imports whom, where neither stands aside: (caller, script, whether it imports it)."""
    for path, script in scripts.items():
        callers = {(starter.path, False) for starter in script.started_by if starter.kind == "script"}
        for caller, imports in callers | {(other, True) for other in script.imported_by}:
            if caller in scripts and caller != path and not is_aside(path) and not is_aside(caller):
                yield caller, path, imports


def _run(caller: str, exposure: _Exposure) -> _Exposure:
    return replace(exposure, words=f"is run by {printable(caller)}, which {exposure.words}", imported="")


def _imported(caller: str, exposure: _Exposure) -> _Exposure:
    """What one imports, at whatever distance, counts a little less than itself: not all of it need be called."""
    if exposure.imported:
        return replace(exposure, words=f"is imported, through other files, by {exposure.imported}")
    root = f"{printable(caller)}, which {exposure.words}"
    return _Exposure(exposure.value * _IMPORTED, f"is imported by {root}", root)


def _own_exposure(script: Script) -> _Exposure:
    aside = is_aside(script.path)
    best = _Exposure(_ASIDE, "stands with tests, examples or docs") if aside else _Exposure(_UNKNOWN, _BY_NOBODY)
    for starter in sorted(script.started_by, key=_by_place):
        value = _EXPOSURE.get(starter.kind, _UNKNOWN)
        if aside and starter.kind not in _OUTDOORS:
            continue
        if _counts_for_nothing(starter):
            continue
        if value > best.value:
            best = _Exposure(value, _run_by(starter))
    return best


_BY_NOBODY = "nothing in the tree was seen to start it"


def _by_place(starter: Starter) -> tuple[str, int, str]:
    return (starter.path, starter.line, starter.kind)


def _run_by(starter: Starter) -> str:
    place = printable(starter.path) + (f", line {starter.line}" if starter.line else "")
    if starter.kind == "script":
        return f"is run by {place}"
    words = {
        "cron": "is run by cron",
        "systemd": "is run by systemd",
        "docker": "is run in a container image",
        "ci": "is run in CI",
        "make": "is run by make",
        "package": "is installed as a command",
    }
    return f"{words.get(starter.kind, 'is run')} ({place})"


def _place(one: _Weighed, book: Book) -> Place:
    return Place(
        repository=one.repository.name,
        path=one.script.path,
        risk=risk(one.x),
        why=_why(one),
        first=_first(one.findings[0], book),
        findings=tuple(finding.fingerprint for finding in one.findings[:_POINTED]),
    )


def _why(one: _Weighed) -> str:
    """One sentence with all that went into the risk, and nothing else."""
    parts = [f"It has {_counts(one)}", one.exposure.words]
    history = one.script.history
    if history:
        least = "at least " if one.repository.past is Past.SHALLOW else ""
        times = "once" if history.changes == 1 else f"{history.changes} times"
        parts.append(f"was changed {least}{times}{_by_people(history.authors)}")
    return f"{'; '.join(parts)}."


def _by_people(authors: Sequence[str]) -> str:
    return "" if not authors else " by one person" if len(authors) == 1 else f" by {len(authors)} people"


def _counts(one: _Weighed) -> str:
    kinds = Counter(finding.severity for finding in one.findings)
    worst = one.findings[0].severity
    words = [_many(kinds[severity], severity.value) for severity in Severity if kinds[severity]]
    rules = list(dict.fromkeys(f.code + " " + f.name for f in one.findings if f.severity is worst))
    named = ", ".join(rules[:_NAMED]) + (" and others" if len(rules) > _NAMED else "")
    at = [severity for severity in Severity if kinds[severity]].index(worst)
    unsure = "" if one.findings[0].confidence is Confidence.HIGH else f", {one.findings[0].confidence} confidence"
    words[at] += f" ({named}{unsure})"
    places = {finding.place for finding in one.repository.silenced}
    silent = sum(finding.place in places for finding in one.findings)
    return _joined(words) + (f", {silent} of them silenced there" if silent else "")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _first(finding: Finding, book: Book) -> str:
    """One sentence: the heaviest finding, and how its rule is mended; LF905 knows best itself what its script needs."""
    rule = book.by_code.get(finding.code)
    own = finding.help if finding.code == "LF905" or not rule else ""
    words = _sentence(own) or _sentence(rule.remedy if rule else "") or _sentence(finding.message)
    return f"Line {finding.span.line}, {finding.code} {finding.name}: {words}"


def _sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    line = printable(" ".join(text.split()))
    depth = 0
    for at, char in enumerate(line):
        depth += char == "`"
        if (
            char in ".!?"
            and depth % 2 == 0
            and line[at + 1 : at + 2] in ("", " ")
            and line[at - 3 : at] not in ("e.g", "i.e")
        ):
            return line[: at + 1]
    return f"{line}." if line else ""
