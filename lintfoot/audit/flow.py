"""From repositories to an audit: each is one call of `repository`, which knows nothing of the others.

What goes in and out of that call can be pickled, so that any process or machine that sees the repository can make it.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import discover, run, shards
from lintfoot.audit import silences, trees
from lintfoot.audit.inspection import Inspected, codes, inspect
from lintfoot.audit.records import Kind, Repository
from lintfoot.audit.targets import Target
from lintfoot.audit.trees import Tree
from lintfoot.config import FILE_NAME
from lintfoot.decoding import read
from lintfoot.findings import Bug, Finding, Note, Result, Severity, Share, Silence
from lintfoot.layers import Config, Layer
from lintfoot.records import dataclass, replace
from lintfoot.selection import Selection, load_book, select
from lintfoot.tables import Problem, Problems
from lintfoot.work import Heard, Refused, trace

if TYPE_CHECKING:
    from lintfoot.fleet import Host

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
    shard: str = ""


def work(config: Config, *, trusted: bool = False, hashes: bool = False, shard: str = "") -> Work:
    """The work of an audit: every rule runs unless the auditor says otherwise; those that are off elsewhere, as notes.

    Raises Problems for a shard that is none.
    """
    if shard and isinstance(fault := shards.parsed(shard), str):
        raise Problems([Problem("--shard", 0, 0, fault)])
    layer = Layer("audit", config.folder, {"select": ("on", "opt", "audit"), "severity": {"opt": Severity.NOTE}})
    return Work(replace(config.with_layer(layer, 1), isolated=True, executor=""), trusted, hashes, shard)


def repository(told: Work, target: Target, progress: Progress | None = None, host: Host | None = None) -> Repository:
    """Audit one repository, with scripts checked by `host` if there is one.

    What fails is told in the record: only an interrupt gets out, and what a host must not do (Refused).
    """
    started = time.monotonic()
    blank = Repository(target.name, target.where, trusted=told.trusted)
    try:
        made = _audited(told, target, blank, progress, host)
    except Refused:
        raise
    except Problems as problems:
        made = replace(blank, failed="; ".join(_fault(one, target) for one in problems.problems))
    except OSError as error:
        made = replace(blank, failed=f"cannot be read: {(error.strerror or 'an error').lower()}")
    except (MemoryError, RecursionError, Exception) as error:  # noqa: BLE001 - the other repositories must still be audited
        made = replace(blank, failed="lintfoot failed inside", bugs=(Bug(target.where, trace(error)),))
    return replace(made, seconds=time.monotonic() - started)


def _fault(problem: Problem, target: Target) -> str:
    return problem.message if problem.file == target.path else str(problem)


def _audited(told: Work, target: Target, blank: Repository, progress: Progress | None, host: Host | None) -> Repository:
    with trees.opened(target.path) as tree:
        config, settings, doubts = _settings(told, tree)
        book = load_book(config)
        heard = Heard()
        result = run.check(config, progress=progress, heard=heard, hashes=told.hashes, host=host)
        past, histories, silent = trees.past(tree)
        mine = [os.path.relpath(file, tree.folder).replace(os.sep, "/") for file in heard.files]
        ran = codes(config, book)
        seen = inspect(config, book, _all(config, mine, result.share), histories, ran)
        result = _together(result, _own(seen, mine, result.share))
        if told.trusted:
            result = _ignoring(result, select(config, book), tree.folder)
        else:
            result, more = silences.marked(result, settings, book)
            doubts = (*doubts, *more)
        scripts = _own(seen, mine, result.share).scripts
        made = replace(_filled(blank, result, tree), kind=tree.kind, revision=tree.revision, past=past, scripts=scripts)
        notes = (*tree.notes, *silent, *doubts)
        return _parted(made, notes) if made.share else replace(made, notes=(*notes, *made.notes))


def _all(config: Config, mine: Sequence[str], share: Share | None) -> Sequence[str]:
    """The Python files of the repository, also where only a part of them is checked: what hangs together is seen as a whole."""
    if share is None:
        return mine
    found = discover.discover(replace(config, shard="")).files
    return [os.path.relpath(config.folder / file, config.folder).replace(os.sep, "/") for file in found]


def _own(seen: Inspected, mine: Sequence[str], share: Share | None) -> Inspected:
    """What was seen in the files of this shard; what is in no script of anybody's is the first one's."""
    if share is None:
        return seen
    known, own = {one.path for one in seen.scripts}, set(mine)
    first = share.number == 1

    def is_ours(path: str) -> bool:
        return path in own or (first and path not in known)

    return Inspected(
        tuple(one for one in seen.scripts if is_ours(one.path)),
        tuple(one for one in seen.findings if is_ours(one.path)),
        tuple(one for one in seen.silenced if is_ours(one.path)),
        {path: one for path, one in (seen.sources or {}).items() if is_ours(path)},
    )


def _parted(made: Repository, notes: tuple[Note, ...]) -> Repository:
    """One shard's part of a repository. What is to be said of the whole is left to the first."""
    share = made.share
    if share is None or share.number > 1:
        return made
    return replace(made, notes=(*notes, *made.notes), share=replace(share, told=share.told + len(notes)))


def _settings(told: Work, tree: Tree) -> tuple[Config, Config | None, tuple[Note, ...]]:
    """The settings to audit with; those of the repository itself; and what is wrong with these, where nobody trusts them.

    Raises Problems where somebody does. Nothing is written into a repository, whatever anybody's settings say.
    """
    own, wrong = silences.own(tree.folder, tree.top)
    config = told.config
    if told.trusted:
        if wrong:
            raise Problems([Problem(FILE_NAME, 0, 0, text) for text in wrong])
        mine = silences.layer(own) if own else None
        config = silences.trusting(config, mine) if mine else replace(config, isolated=False)
    private = tree.kind is Kind.BARE
    config = replace(
        config,
        folder=tree.folder,
        root=tree.top,
        paths=(".",),
        named=False,
        shard=told.shard,
        fix=False,
        diff=False,
        since="",
        baseline=config.baseline if told.trusted else "",
        cache=config.cache and not private,
        respect_gitignore=config.respect_gitignore and tree.kind is Kind.CHECKOUT,
    )
    notes = tuple(Note(FILE_NAME, Severity.WARNING, f"its own settings are wrong: {text}") for text in wrong[:1])
    return config, own, notes


def _together(result: Result, seen: Inspected) -> Result:
    return replace(
        result,
        findings=tuple(sorted((*result.findings, *seen.findings), key=lambda finding: finding.place)),
        silenced=tuple(sorted((*result.silenced, *seen.silenced), key=lambda finding: finding.place)),
        sources={**(seen.sources or {}), **result.sources},
    )


def _ignoring(result: Result, chosen: Selection, folder: Path) -> Result:
    """What a trusted repository's `per-file-ignores` say of the audit's own findings; of the others they were asked."""
    kept, silenced = [], list(result.silenced)
    for finding in result.findings:
        pattern = chosen.ignored(folder / finding.path).get(finding.code)
        if pattern is None:
            kept.append(finding)
        else:
            silenced.append(replace(finding, silenced_by=Silence("external", f"per-file-ignores {pattern}")))
    return replace(result, findings=tuple(kept), silenced=tuple(silenced))


def _filled(blank: Repository, result: Result, tree: Tree) -> Repository:
    pointers = {one.path for one in result.findings if one.code == UNPARSABLE and _is_pointer(tree.folder / one.path)}
    findings = [one for one in result.findings if one.path not in pointers]
    unread = [_unread(one, pointers) for one in result.findings if one.code == UNPARSABLE]
    first = result.share is None or result.share.number == 1
    together = findings if blank.trusted else [*findings, *result.silenced]
    return replace(
        blank,
        findings=tuple(sorted(together, key=lambda finding: finding.place)),
        silenced=result.silenced,
        unread=tuple(sorted((*unread, *(tree.absent if first else ())), key=lambda note: note.path)),
        notes=result.notes,
        bugs=result.bugs,
        scanned=result.scanned,
        skipped=result.skipped + (tree.skipped if first else 0),
        sources=result.sources,
        share=result.share,
    )


_POINTER = b"version https://git-lfs.github.com/spec/"


def _is_pointer(path: Path) -> bool:
    """Whether a file stands for one that git-lfs keeps elsewhere."""
    data = read(path)
    return isinstance(data, bytes) and data.startswith(_POINTER)


def _unread(finding: Finding, pointers: set[str]) -> Note:
    elsewhere = "is kept by git-lfs, and its content is not here"
    return Note(finding.path, Severity.ERROR, elsewhere if finding.path in pointers else finding.message)


def today() -> str:
    """The day, for a reader who finds the report later."""
    return dt.datetime.now(tz=dt.UTC).date().isoformat()
