"""Many repositories in one go, each kept when it is done, so that a run that was killed begins where it ended.

What is kept is looked up by everything that it hangs on: where the repository is, what is in it, what was asked, lintfoot itself.
So whatever has changed is audited again, and what has not is told as it was. Kept files are sealed as the cache's are: what
anybody else puts in their place is as good as not there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lintfoot import __version__, cache, keeping, shards, workers
from lintfoot.audit import flow
from lintfoot.audit.records import Audit, Repository
from lintfoot.audit.snapshots import snapshot, weight
from lintfoot.digests import digest
from lintfoot.findings import Severity, Share
from lintfoot.packing import Misfit, pack, unpack
from lintfoot.records import dataclass, field, replace
from lintfoot.selection import load_shelf
from lintfoot.settings import Group, table

if TYPE_CHECKING:
    from lintfoot.audit.flow import Work
    from lintfoot.audit.targets import Target
    from lintfoot.fleet import Host

Watch = Callable[[str, int, int], None]
_FOLDER = "audits"
_LARGE = 4_000_000  # bytes of Python from which on a repository is work for all processes
_HOW = (Group.OUTPUT, Group.SPEED, Group.FAILURE)  # settings that change nothing of what is found


@dataclass(slots=True)
class Ledger:
    """What is kept of repositories, and how many were told from it. Without a folder nothing is."""

    told: Work
    folder: str = ""
    known: list[str] = field(default_factory=list)

    def file(self, target: Target) -> str:
        """Where one repository's audit is kept, as everything stands now; nothing where that cannot be told."""
        secret = keeping.key() if self.folder else None
        found = snapshot(target.path) if secret else ""
        content = load_shelf(self.told.config).content if found else b""
        if not secret or not found or not content:
            return ""
        facts = (target.name, target.where, target.path, found, content, cache.parser(), _asked(self.told))
        return os.path.join(self.folder, f"{keeping.named(repr(facts), secret)}{keeping.SUFFIX}")  # noqa: PTH118 - a text

    def found(self, file: str) -> Repository | None:
        """What was kept, if it is whole."""
        try:
            made: Repository = unpack(Repository, keeping.load(file))
        except Misfit:
            return None
        self.known.append(made.name)
        return made

    def keep(self, file: str, target: Target, made: Repository) -> None:
        """Keep an audit, unless something went wrong in it, or the repository changed meanwhile."""
        failed = made.failed or made.bugs or any(note.level is Severity.ERROR for note in made.notes)
        if not failed and self.file(target) == file:
            keeping.save(file, pack(made))


def ledger(told: Work) -> Ledger:
    """The ledger of an audit: in the user's own cache folder, and none where nothing is to be kept."""
    home = keeping.home() if told.config.cache else None
    folder = os.path.join(home, _FOLDER) if home else ""  # noqa: PTH118 - a text
    if not folder or not keeping.folder(folder):
        return Ledger(told)
    cache.tidy(folder)
    return Ledger(told, folder)


def _asked(told: Work) -> object:
    said = {one.name for one in table() if one.about.group not in _HOW}
    layers = [
        (str(layer.folder), sorted((key, value) for key, value in layer.values.items() if key in said))
        for layer in told.config.sources
    ]
    return layers, told.config.isolated, told.trusted, told.hashes, told.shard


def audit(
    told: Work,
    targets: Sequence[Target],
    *,
    watch: Watch | None = None,
    host: Host | None = None,
    book: Ledger | None = None,
) -> Audit:
    """Audit all of them; one that fails does not stop the rest. Raises Refused where the host must not do the work."""
    started = time.monotonic()
    kept = book or ledger(told)
    made: dict[int, Repository] = {}
    todo: dict[int, str] = {}  # where each is to be kept
    for number, target in enumerate(targets):
        if watch is not None:
            watch("What is known", number, len(targets))
        file = kept.file(target)
        known = kept.found(file) if file else None
        if known is not None:
            made[number] = known
        else:
            todo[number] = file
    for number, repository in _audited(told, targets, list(todo), watch, host):
        made[number] = repository
        if todo[number]:
            kept.keep(todo[number], targets[number], repository)
    whole = Audit(
        tuple(made[number] for number in range(len(targets))),
        flow.today(),
        __version__,
        seconds=time.monotonic() - started,
    )
    return replace(whole, shard=_share(told, whole)) if told.shard else whole


def _share(told: Work, audit: Audit) -> Share:
    """What this part of an audit has in common with the others."""
    shares = [one.share for one in audit.repositories if one.share is not None]
    asked = (shards.asked_for(told.config), told.trusted, told.hashes)
    seen = [(one.name, one.share.project if one.share else one.failed) for one in audit.repositories]
    number, count = map(int, told.shard.split("/"))
    files, total = sum(one.files for one in shares), sum(one.total for one in shares)
    return Share(number, count, files, total, load_shelf(told.config).content.hex(), _mark(asked), _mark(seen))


def _mark(facts: object) -> str:
    return digest(repr(facts).encode("utf-8", "surrogatepass")).hex()


def _audited(
    told: Work, targets: Sequence[Target], todo: Sequence[int], watch: Watch | None, host: Host | None
) -> Iterator[tuple[int, Repository]]:
    """Repositories as they are done: small ones side by side, large ones one after the other, each by all processes."""
    weights = {number: weight(targets[number].path) for number in todo} if host is None else {}
    small = sorted((one for one in weights if weights[one] < _LARGE), key=lambda one: -weights[one])
    count = workers.processes(told.config.jobs, [weights[one] for one in small])
    side = small if count > 1 else []
    for done, (number, made) in enumerate(_side_by_side(told, targets, side, count), 1):
        yield number, made
        if watch is not None:
            watch(f"{done} of {len(todo)} repositories", done, len(todo))
    for place, number in enumerate((one for one in todo if one not in set(side)), len(side) + 1):
        words = f"{targets[number].name} ({place} of {len(todo)})" if len(todo) > 1 else targets[number].name
        yield number, _one(told, targets[number], words, watch, host)


def _one(told: Work, target: Target, words: str, watch: Watch | None, host: Host | None) -> Repository:
    if watch is None:
        return flow.repository(told, target, None, host)
    watch(words, 0, 1)
    return flow.repository(told, target, lambda done, total: watch(words, done, total), host)


def _side_by_side(
    told: Work, targets: Sequence[Target], chosen: Sequence[int], count: int
) -> Iterator[tuple[int, Repository]]:
    """Each repository in a process of its own, `count` at once. One that a process dies of has failed, and no other."""
    if not chosen:
        return
    alone = replace(told, config=replace(told.config, jobs=1))

    def lost(number: int, ended: str) -> Repository:
        target = targets[number]
        failed = f"the process that audited it ended: {ended}"
        return Repository(target.name, target.where, trusted=told.trusted, failed=failed)

    with workers.Crew(alone, targets, task=_repositories, lost=lost) as crew:
        for held, made in crew.outcomes([range(one, one + 1) for one in chosen], count):
            yield held.start, made[0]


def _repositories(told: Work, targets: Sequence[Target]) -> list[Repository]:
    return [flow.repository(told, target) for target in targets]
