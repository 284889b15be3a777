"""An audit as one SARIF log with a run for each repository.

GitHub takes several runs of one tool only under categories that differ, so each run's category ends with its repository's name. A
repository that could not be audited has a run as well, which says so: a missing one would look like one without findings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lintfoot.findings import Note, Result, Severity
from lintfoot.reports import sarif

if TYPE_CHECKING:
    from lintfoot.audit.records import Audit, Repository
    from lintfoot.book import Book
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
        runs.append(made)
    return sarif.log(runs)


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
