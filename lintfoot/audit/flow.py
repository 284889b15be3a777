"""From repositories to an audit: each is one call of `repository`, which knows nothing of the others.

What goes in and out of that call can be pickled, so that any process or machine that sees the repository can make it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lintfoot import __version__, run
from lintfoot.audit.records import Audit, Kind, Repository
from lintfoot.audit.targets import Target
from lintfoot.findings import Bug, Finding, Note, Result, Severity
from lintfoot.layers import Config, Layer
from lintfoot.tables import Problems
from lintfoot.work import trace

Progress = Callable[[int, int], None]

UNPARSABLE = "LF000"


@dataclass(frozen=True, slots=True)
class Work:
    """What every repository's audit is told: the auditor's own settings, and whether the repository's count as well.

    `hashes` says that a report will show GitHub's line hashes.
    """

    config: Config
    trusted: bool = False
    hashes: bool = False


def work(config: Config, *, trusted: bool = False, hashes: bool = False) -> Work:
    """The work of an audit: every rule runs unless the auditor says otherwise; those that are off elsewhere, as notes."""
    layer = Layer("audit", config.folder, {"select": ("on", "opt", "audit"), "severity": {"opt": Severity.NOTE}})
    return Work(replace(config.with_layer(layer, 1), isolated=True), trusted, hashes)


def audit(told: Work, targets: Iterable[Target], *, progress: Progress | None = None) -> Audit:
    """Audit one repository after the other, in this process and its workers; one that fails does not stop the rest."""
    started = time.monotonic()
    made = tuple(repository(told, target, progress) for target in targets)
    return Audit(made, _today(), __version__, seconds=time.monotonic() - started)


def repository(told: Work, target: Target, progress: Progress | None = None) -> Repository:
    """Audit one repository. What fails is told in the record: only an interrupt gets out."""
    started = time.monotonic()
    blank = Repository(target.name, target.where, trusted=told.trusted)
    try:
        made = _audited(told, target, blank, progress)
    except Problems as problems:
        made = replace(blank, failed="; ".join(map(str, problems.problems)))
    except OSError as error:
        made = replace(blank, failed=f"cannot be read: {(error.strerror or 'an error').lower()}")
    except (MemoryError, RecursionError, Exception) as error:  # noqa: BLE001 - the other repositories must still be audited
        made = replace(blank, failed="lintfoot failed inside", bugs=(Bug(target.where, trace(error)),))
    return replace(made, seconds=time.monotonic() - started)


def _audited(told: Work, target: Target, blank: Repository, progress: Progress | None) -> Repository:
    folder = Path(target.path)
    if not folder.is_dir():
        return replace(blank, failed="no such folder" if not folder.exists() else "is no folder")
    result = run.check(_config(told, folder), progress=progress, hashes=told.hashes)
    return replace(_filled(blank, result), kind=Kind.FOLDER)


def _config(told: Work, folder: Path) -> Config:
    return replace(told.config, folder=folder, root=folder, paths=(".",), named=False)


def _filled(blank: Repository, result: Result) -> Repository:
    findings = result.findings if blank.trusted else (*result.findings, *result.silenced)
    return replace(
        blank,
        findings=tuple(sorted(findings, key=lambda finding: finding.place)),
        silenced=result.silenced,
        unread=tuple(_unread(finding) for finding in result.findings if finding.code == UNPARSABLE),
        notes=result.notes,
        bugs=result.bugs,
        scanned=result.scanned,
        skipped=result.skipped,
        sources=result.sources,
    )


def _unread(finding: Finding) -> Note:
    return Note(finding.path, Severity.ERROR, finding.message)


def _today() -> str:
    return dt.datetime.now(tz=dt.UTC).date().isoformat()
