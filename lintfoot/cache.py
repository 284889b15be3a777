"""What unchanged files said last time, kept for the next run.

An outcome is said again where everything that it hangs on is as it was: the file's content, what was found in other files
and folders of the project (also that something was not there), and all that is the same for a whole run: lintfoot itself,
Python, libcst, pages, models and settings. That last part is in the name of the kept file. A file whose stamp is the same and
old enough is not even read (see `stamps`).

A kept file is sealed (see `keeping`), so what anybody else puts in its place is not looked at; whatever does not fit is
forgotten. Two runs at once may each forget what the other learned, never mix it up. Findings hold no secret: it was taken
out where they were made.
"""

from __future__ import annotations

import os
import time
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot import keeping, stamps
from lintfoot.decoding import read
from lintfoot.digests import digest
from lintfoot.findings import Finding, Note, Severity, Source
from lintfoot.packing import Misfit, pack, unpack
from lintfoot.places import Tree
from lintfoot.settings import Group, table
from lintfoot.stamps import Stamp
from lintfoot.standing import Standing
from lintfoot.trail import Lean
from lintfoot.work import Basis, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lintfoot.layers import Config
    from lintfoot.work import Desk, Setup

_DAY = 86_400  # seconds
_OLD = 30  # days after which what nobody asked for is forgotten
_MOST = 300_000_000  # bytes of kept files in one folder; beyond, the oldest go
_TAG = "CACHEDIR.TAG"
_TAGGED = b"Signature: 8a477f597d28d172789f06886806bc55\n# Made by lintfoot; see https://bford.info/cachedir/\n"
_PARTS: Any = tuple[tuple[Finding, ...], tuple[Finding, ...], Source | None, bool]  # of an outcome, as they are kept

# Settings that decide which files are looked at, how findings are shown and what becomes of them: not what a file says.
_ELSEWHERE = (Group.FILES, Group.REPAIRS, Group.FAILURE, Group.OUTPUT, Group.SPEED)
_SAID = ("project",)

# … the numbers of its leans, the packed outcome, the day when it was last asked for, and the parts of its leans: packed, as few are
# ever looked at.
Entry = tuple[Stamp, bytes, tuple[int, ...], Any, int, bytes]


class Cache:
    """The outcomes kept for one project and one configuration."""

    def __init__(self, file: str, root: str) -> None:
        self.file, self.root = file, root
        self.today = int(time.time()) // _DAY
        self.before = stamps.stamp(file)
        self.leans, self.entries = _loaded(file)
        self.changed: dict[str, Entry] = {}
        self._standing = Standing(Tree(root), self._content)
        self._stand: set[int] = set()  # the leans that were found to stand: many files have the same
        self._stamps: dict[str, Stamp | None] = {}

    def found(self, path: str) -> Outcome | None:
        """What a file (absolute) said, if nothing has changed since."""
        entry = self.entries.get(path)
        stamp = self._stamp(path) if entry is not None else None
        if entry is None or stamp is None:
            return None
        if entry[0] != stamp:
            at = stamps.now()
            data = read(path)
            if not isinstance(data, bytes) or digest(data) != entry[1]:
                return None
            self.changed[path] = entry = (stamp if stamps.settled(stamp, at) else (), *entry[1:])
        if not self._stand.issuperset(entry[2]) and not all(map(self._stands, entry[2])):
            leans = self._moved(entry)
            if leans is None:
                return None
            self.changed[path] = entry = (*entry[:2], self._numbered(leans), *entry[3:])
        if entry[4] != self.today:
            self.changed[path] = entry = (*entry[:4], self.today, entry[5])
        return self._unpacked(entry)

    def _stands(self, number: int) -> bool:
        if number not in self._stand and self._standing.stands(self.leans[number]):
            self._stand.add(number)
        return number in self._stand

    def _moved(self, entry: Entry) -> tuple[Lean, ...] | None:
        """The leans of an entry as they are now, if no part has changed that was looked at."""
        try:
            parts = unpack(tuple[tuple[str, bytes], ...], keeping.inner(entry[5]))
            return self._standing.moved(self._leans_of(entry), parts)
        except ValueError:
            return None

    def _leans_of(self, entry: Entry) -> tuple[Lean, ...]:
        leans = self.leans
        return tuple([leans[number] for number in entry[2]])

    def _numbered(self, leans: Iterable[Lean]) -> tuple[int, ...]:
        """The numbers of some leans; new ones get one."""
        numbers = self._numbers
        found = tuple([numbers.setdefault(one, len(numbers)) for one in leans])
        self.leans += list(numbers)[len(self.leans) :]
        return found

    @cached_property
    def _numbers(self) -> dict[Lean, int]:
        return {one: number for number, one in enumerate(self.leans)}

    def _unpacked(self, entry: Entry) -> Outcome | None:
        basis = Basis(entry[0], entry[1], self._leans_of(entry))
        if entry[3] == ():
            return Outcome(basis=basis)
        try:
            findings, silenced, source, failed = unpack(_PARTS, entry[3])
        except Misfit:
            return None
        return Outcome(findings, silenced, source=source, failed=failed, basis=basis)

    def _content(self, path: str) -> bytes | None:
        """A digest of what stands in a file, without reading it; None where the disk does not tell."""
        entry = self.entries.get(path)
        return entry[1] if entry is not None and entry[0] == self._stamp(path) else None

    def _stamp(self, path: str) -> Stamp | None:
        """What the disk says of a file, asked once: many files lean on others that are asked for themselves."""
        if path not in self._stamps:
            self._stamps[path] = stamps.stamp(path)
        return self._stamps[path]

    def keep(self, path: str, outcome: Outcome) -> None:
        """Keep what a file said, if its basis is known."""
        basis = outcome.basis
        if basis is not None:
            said = (outcome.findings, outcome.silenced, outcome.source, outcome.failed)
            packed = pack(said) if any(said) else ()
            parts = keeping.packed(basis.parts) if basis.parts else b""
            leans = self._numbered(basis.leans)
            self.changed[path] = (basis.stamp, basis.content, leans, packed, self.today, parts)

    def close(self) -> str:
        """Write what is new; returns why that did not work, or nothing."""
        if not self.changed:
            return ""
        known = self.entries if stamps.stamp(self.file) == self.before else self._others()
        kept = {path: one for path, one in (known | self.changed).items() if one[4] + _OLD >= self.today}
        if self.before is None:
            tidy(os.path.dirname(self.file))
        return keeping.save(self.file, self._compact(kept))

    def _others(self) -> dict[str, Entry]:
        """What another run has kept meanwhile, with the numbers that leans have here."""
        leans, entries = _loaded(self.file)
        numbers = self._numbered(leans)
        return {path: _renumbered(one, numbers) for path, one in entries.items()}

    def _compact(self, kept: dict[str, Entry]) -> dict[str, Any]:
        """What is written: leans that nothing is said with any more stay until they are more than the others."""
        used = set[int]().union(*(one[2] for one in kept.values()))
        if len(used) * 2 >= len(self.leans):
            return {"leans": tuple(self.leans), "files": kept}
        numbers = {old: new for new, old in enumerate(sorted(used))}
        files = {path: _renumbered(one, numbers) for path, one in kept.items()}
        return {"leans": tuple([self.leans[old] for old in numbers]), "files": files}


def _renumbered(entry: Entry, numbers: Sequence[int] | Mapping[int, int]) -> Entry:
    return (*entry[:2], tuple([numbers[one] for one in entry[2]]), *entry[3:])


# the kept file: leans are the same for many files, so they stand in a list of their own


def _loaded(file: str) -> tuple[list[Lean], dict[str, Entry]]:
    """The leans, and the entries that speak of them by number."""
    kept = keeping.load(file)
    try:
        leans, entries = kept["leans"], kept["files"]
        used = set[Any]().union(*(one[2] for one in entries.values()))
        known = all(one.__class__ is int and 0 <= one < len(leans) for one in used)
        if known and all(map(_is_lean, leans)) and all(map(_fits, entries.items())):
            return list(leans), entries
    except (TypeError, KeyError, IndexError, AttributeError, ValueError):
        pass  # somebody else wrote it, or another version: it counts as if it were not there
    return [], {}


def _is_lean(one: Any) -> bool:
    kind, path, was = one
    return one.__class__ is tuple and (kind.__class__, path.__class__, was.__class__) == (str, str, bytes)


def _fits(named: tuple[Any, Any]) -> bool:
    path, (stamp, content, numbers, _, day, parts) = named
    kinds = (path.__class__, stamp.__class__, content.__class__, numbers.__class__, day.__class__, parts.__class__)
    return kinds == (str, tuple, bytes, tuple, int, bytes)


# where it is, and what it is called


def opened(setup: Setup, here: Desk) -> tuple[Cache | None, tuple[Note, ...]]:
    """The cache of a run; None with a note where there can be none, and without one where none is wanted."""
    config = setup.config
    if not config.cache or not here.knowledge.shelf.content:
        return None, ()
    folder, fault = _folder(config)
    if fault:
        return None, (cannot(folder, fault),)
    return Cache(os.path.join(folder, f"{_name(setup, here)}{keeping.SUFFIX}"), str(config.root)), ()


def cannot(folder: str, fault: str, level: Severity = Severity.NOTE) -> Note:
    """What to say where nothing can be kept."""
    return Note(folder, level, f"nothing is kept for the next run: {fault}")


def _folder(config: Config) -> tuple[str, str]:
    """The folder to keep outcomes in, made where it is missing; and what is wrong with it, if anything."""
    if not config.cache_dir:
        home = keeping.home()
        if home is None or keeping.key() is None:
            return "cache", "there is no cache folder of one's own"
        folder = os.path.join(home, "checked")
        return folder, _made(folder)
    base = config.givers("cache_dir")[-1].folder
    folder = os.path.join(base, os.path.expanduser(config.cache_dir))
    return folder, _made(folder) or _tagged(folder)


def _made(folder: str) -> str:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or "the name is no valid one").lower()
    return ""


def _tagged(folder: str) -> str:
    """Mark a folder that the settings name, so that neither git nor backups take it; one that holds other things is none."""
    if os.path.isfile(os.path.join(folder, _TAG)):
        return ""
    try:
        if os.listdir(folder):
            return "this folder holds other files, and no CACHEDIR.TAG"
    except OSError as error:
        return str(error.strerror or "it cannot be listed").lower()
    return keeping.write(os.path.join(folder, ".gitignore"), b"*\n") or keeping.write(
        os.path.join(folder, _TAG), _TAGGED
    )


def _name(setup: Setup, here: Desk) -> str:
    """A name for everything that is the same for all files of a run."""
    config = setup.config
    said = {one.name for one in table() if one.about.group not in _ELSEWHERE or one.name in _SAID}
    given = [
        (layer, sorted((key, value) for key, value in layer.values.items() if key in said)) for layer in config.sources
    ]
    layers = [
        (str(layer.folder), values) for layer, values in given if values
    ]  # a table that says nothing changes nothing
    run = (str(config.root), str(config.folder), config.isolated, setup.hashes)
    facts = (here.knowledge.shelf.content, parser(), run, layers)
    return digest(repr(facts).encode("utf-8", "surrogatepass")).hex()


def parser() -> bytes:
    """What stands for the version of libcst, without importing it."""
    found = find_spec("libcst")
    place = Path(found.origin).parent / "_version.py" if found is not None and found.origin else None
    data = read(place) if place is not None else None
    return digest(data) if isinstance(data, bytes) else repr(found and stamps.stamp(found.origin or "")).encode()


def tidy(folder: str) -> None:
    """Remove what nobody has asked for in a month, what a killed run has left, and the oldest where it is too much."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for one in entries:
                if one.name.endswith((keeping.SUFFIX, keeping.UNFINISHED)) and one.is_file(follow_symlinks=False):
                    about = one.stat(follow_symlinks=False)
                    found.append((about.st_mtime, about.st_size, one.path))
    except OSError:
        return
    now, held = time.time(), 0
    for changed, size, path in sorted(found, reverse=True):
        held += size
        old = _DAY / 24 if path.endswith(keeping.UNFINISHED) else _OLD * _DAY
        if changed + old < now or held > _MOST:
            keeping.remove(path)
