"""An audit as one SARIF log with a run for each repository.

GitHub takes several runs of one tool only under categories that differ, so each run's category ends with its repository's name. A
repository that could not be audited has a run as well, which says so: a missing one would look like one without findings.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lintfoot.audit.records import Change
from lintfoot.findings import Note, Result, Severity
from lintfoot.records import replace
from lintfoot.reports import sarif

if TYPE_CHECKING:
    from lintfoot.audit.records import Audit, Comparison, Repository
    from lintfoot.book import Book
    from lintfoot.findings import Finding
    from lintfoot.reports import Options
    from lintfoot.reports.sarif_rules import Json

_CATEGORY = "lintfoot-audit"


def render(audit: Audit, book: Book, options: Options) -> str:
    """The whole log; paths are relative to their repositories."""
    category = options.sarif_category.rstrip("/") or _CATEGORY
    names = _names(audit)
    runs = []
    for repository, name in zip(audit.repositories, names, strict=True):
        own = replace(options, sarif_category=f"{category}/{name}" if name else category, baseline=False)
        made = _unaudited(sarif.run(result_of(repository), book, own), repository)
        runs.append(_beside(made, audit.compared, repository) if audit.compared else made)
    return sarif.log(runs)


def _beside(run: Json, compared: Comparison, repository: Repository) -> Json:
    """Mark each result as new, moved (`updated`) or as it was.

    What is gone is counted and not listed: services take every result for one that is there, `absent` ones too.
    """
    change = next((one for one in compared.changes if one.repository == repository.name), Change(repository.name))
    new = Counter(map(_mark, change.new))
    moved = Counter(_mark(one.finding) for one in change.moved)
    added = repository.name in compared.added
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        mark = (result["ruleId"], result.get("partialFingerprints", {}).get("lintfoot/v1", ""), region["startLine"])
        result["baselineState"] = "new" if added or new[mark] else "updated" if moved[mark] else "unchanged"
    counts = {"new": len(change.new), "gone": len(change.gone), "moved": len(change.moved)}
    run["properties"] = {"lintfoot/since": {"date": compared.date, "added": added, **counts}}
    return run


def _mark(finding: Finding) -> tuple[str, str, int]:
    return finding.code, finding.fingerprint, max(finding.span.line, 1)


def _names(audit: Audit) -> list[str]:
    """A category for each repository, none twice; one repository alone needs none."""
    if len(audit.repositories) == 1:
        return [""]
    found: list[str] = []
    for repository in audit.repositories:
        name = re.sub(r"[^A-Za-z0-9._/-]+", "-", repository.name).strip("-/") or "repository"
        same = sum(re.fullmatch(re.escape(name) + r"(~\d+)?", other) is not None for other in found)
        found.append(f"{name}~{same + 1}" if same else name)
    return found


def result_of(repository: Repository) -> Result:
    """A repository as the result of a check: what is silenced there is told apart only where that counts."""
    return Result(
        findings=tuple(replace(finding, silenced_by=None) for finding in repository.findings),
        silenced=repository.silenced if repository.trusted else (),
        scanned=repository.scanned,
        skipped=repository.skipped,
        failed=len(repository.unread),
        notes=(*repository.notes, *_failed(repository)),
        bugs=repository.bugs,
        sources=repository.sources,
    )


def _failed(repository: Repository) -> tuple[Note, ...]:
    return (Note("", Severity.ERROR, f"not audited: {repository.failed}"),) if repository.failed else ()


def _unaudited(run: Json, repository: Repository) -> Json:
    """Mark the run of a repository that could not be audited as one that went wrong."""
    if repository.failed:
        run["invocations"][0]["executionSuccessful"] = False
    return run
