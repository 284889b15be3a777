"""The command `audit`: whole repositories, one analysis, one report or several, one exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lintfoot import shards
from lintfoot.arguments import AUDIT_FORMATS
from lintfoot.atomic import write
from lintfoot.audit import document
from lintfoot.audit.comparing import compared
from lintfoot.audit.ranking import ranked
from lintfoot.audit.targets import listed, targets
from lintfoot.audit.views import VIEWS, ready
from lintfoot.findings import Severity
from lintfoot.outputs import STDOUT, fault_of, parts
from lintfoot.progress import watched_fleet
from lintfoot.records import dataclass, replace
from lintfoot.reports import Options
from lintfoot.settings import FailOn
from lintfoot.settling import settle
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import colored, hush, is_terminal, say, send, tell, width

if TYPE_CHECKING:
    from lintfoot.arguments import Asked, AuditAsked
    from lintfoot.audit.records import Audit, Repository
    from lintfoot.fleet import Host
    from lintfoot.layers import Config
    from lintfoot.settling import Settled

CLEAN, FINDINGS, USAGE, BUG = 0, 1, 2, 3
TEXT = "text"


@dataclass(frozen=True, slots=True)
class View:
    """One report of an audit; without a file it goes to standard output."""

    form: str
    file: Path | None = None


def audit(asked: Asked) -> int:
    """Audit what was named, write every report that was asked for, and say how it went by the exit code."""
    settled = settle(asked, lambda config: planned(asked.audit, config.folder))
    config = settled.config
    views = planned(asked.audit, config.folder)
    for view in views:
        ready(view.form)
    about = replace(
        asked.audit, shard=asked.audit.shard or config.shard, executor=asked.audit.executor or config.executor
    )
    _part(about, views)
    earlier = document.read(config.folder / asked.audit.against, asked.audit.against) if asked.audit.against else None
    chosen = targets(_words(asked, config.folder), config.folder)
    from lintfoot.audit import fleets, flow  # what is wrong with the command line is told without these

    hashes = bool(about.shard) or any(view.form == "sarif" for view in views)
    told = flow.work(config, trusted=about.trusted, hashes=hashes, shard=about.shard)
    book = fleets.ledger(told)
    with _tidy(), _host(about.executor) as host, watched_fleet(config) as watch:
        made = ranked(fleets.audit(told, chosen, watch=watch, host=host, book=book), settled.book)
    if book.known and config.verbose:
        tell(
            f"{len(book.known)} of {len(chosen)} repositories are as they were: told from an earlier run (--no-cache looks again)"
        )
    if earlier is not None:
        made = replace(made, compared=compared(made, earlier, asked.audit.against))
    for repository in made.repositories:
        tell(*_told(repository, config))
    for view in views:
        _put(view, made, settled)
    return exit_code(made, config)


def _part(asked: AuditAsked, views: list[View]) -> None:
    """Raise Problems for a shard that is none, or of which a report was asked for that only the whole can give."""
    part = shards.parsed(asked.shard) if asked.shard else ""
    faults = [part] if part and isinstance(part, str) else []
    if asked.shard and any(view.form != "json" for view in views):
        faults.append("makes parts as JSON (--format json); of these `lintfoot merge` makes every report")
    if asked.shard and asked.against:
        faults.append("makes parts, and --against needs the whole: give it to `lintfoot merge`")
    if faults:
        raise Problems(Problem("--shard", 0, 0, fault) for fault in faults)


@contextmanager
def _tidy() -> Iterator[None]:
    """Whoever is told to end leaves as after an interrupt, so that nothing stays of a repository that was laid out."""
    before = signal.signal(signal.SIGTERM, _ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _ended(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)


@contextmanager
def _host(address: str) -> Iterator[Host | None]:
    """The cluster that does the work, if one is named. Raises Problems."""
    if not address:
        yield None
        return
    from lintfoot.cluster import engaged  # Dask takes a second to import

    with engaged(address) as host:
        yield host


def _words(asked: Asked, folder: Path) -> list[str]:
    named = [*asked.words, *(listed(asked.audit.repos, folder) if asked.audit.repos else ())]
    if asked.audit.repos and not named:
        raise Problems([Problem(asked.audit.repos, 0, 0, "names no repository")])
    return named or ["."]


def planned(asked: AuditAsked, folder: Path) -> list[View]:
    """The reports that were asked for, as `check` understands `--format` and `--output`. Raises Problems."""
    made: list[View] = []
    problems: list[Problem] = []
    moved = False
    for text in asked.outputs:
        name, file = parts(text, AUDIT_FORMATS)
        view = View(name or asked.format or TEXT, None if file == STDOUT else folder / file)
        fault = fault_of(name, file, folder, AUDIT_FORMATS)
        if not fault and any(other.file == view.file for other in made):
            fault = "two reports cannot go to one place"
        if fault:
            problems.append(Problem("--output", 0, 0, fault))
        made.append(view)
        moved = moved or not name
    if problems:
        raise Problems(problems)
    return made if moved or any(view.file is None for view in made) else [View(asked.format or TEXT), *made]


def _told(repository: Repository, config: Config) -> list[str]:
    """What went wrong, for standard error; the rest is in the reports."""
    lines = [f"{repository.where}: {repository.failed}"] if repository.failed else []
    lines += [
        f"{repository.where}: {note.path}: {note.level.value}: {note.message}"
        for note in repository.notes
        if config.verbose or note.level is Severity.ERROR
    ]
    for bug in repository.bugs:
        lines.append(f"{repository.where}: {bug.path}: lintfoot failed inside. Please report these lines:")
        lines += [f"    {line}" for line in bug.trace.splitlines()]
    return lines


def exit_code(made: Audit, config: Config) -> int:
    """0, 1, 2 or 3, as for a check: what may have kept findings away outweighs findings."""
    if any(one.bugs for one in made.repositories):
        return BUG
    errors = any(note.level is Severity.ERROR for one in made.repositories for note in one.notes)
    if errors or any(one.failed for one in made.repositories):
        return USAGE
    if config.fail_on is FailOn.NEVER or config.exit_zero:
        return CLEAN
    limit = Severity(config.fail_on.value).rank
    found = any(finding.severity.rank <= limit for one in made.repositories for finding in one.findings)
    return FINDINGS if found else CLEAN


def _put(view: View, made: Audit, settled: Settled) -> None:
    config = settled.config
    shown = view.file is None
    options = Options(
        color=shown and view.form == TEXT and colored(config.color, os.environ, terminal=is_terminal(sys.stdout)),
        width=width() if shown else 0,
        quiet=config.quiet,
        verbose=config.verbose,
        sarif_category=config.sarif_category,
        root=config.folder.as_posix(),
    )
    text = VIEWS[view.form](made, settled.book, options)
    if view.file is not None:
        _save(view.file, text)
        return
    try:
        if view.form == TEXT:
            say(text)
        else:
            send(text.encode("utf-8"))
    except BrokenPipeError:
        hush()


def _save(file: Path, text: str) -> None:
    try:
        write(file, text.encode("utf-8"))
    except OSError as error:
        raise Problems([Problem(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from None
