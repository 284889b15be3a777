"""Where a dotted name leads, seen from a file of the project: to a module's file, and what is asked of that module.

A script finds what stands beside it, a package what stands beside its topmost folder, both what stands in the project's root
and in `src/`. Nothing outside the root is seen, and no link that leads there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from lintfoot.decoding import read
from lintfoot.digests import digest
from lintfoot.records import dataclass
from lintfoot.trail import FOLDER, Trail

_LARGEST = 400_000  # bytes; what is larger was written by a program
_INIT, _PACKAGE = "__init__.py", "__init__"

Spot = tuple[str, tuple[str, ...]]  # a module's file, and the rest of the name: empty for the module itself


@dataclass(frozen=True, slots=True)
class Folder:
    """What of a folder can be imported: its `.py` files, and the folders in it."""

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()


def absolute(module: str, level: int, package: str) -> str:
    """A module as `from … import` names it in a package, without its dots; with them where they lead out of the package."""
    if not level:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        return "." * level + module
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


class Tree:
    """The files of one project. Paths are absolute and normal; a file outside the root sees its own folder alone."""

    def __init__(self, root: str | os.PathLike[str], *, is_kept: bool = True) -> None:
        self.root = os.path.abspath(root)
        self._real = os.path.realpath(self.root)
        self._folders: dict[str, Folder] = {}
        self._packages: dict[str, tuple[str, str]] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._listings: dict[str, bytes] = {}
        self.trail = Trail(is_kept=is_kept)

    def package(self, file: str) -> str:
        """The dotted package that a file is in, as its `__package__`; empty for a script."""
        return self._package(os.path.dirname(file))[1]

    def dotted(self, file: str) -> str:
        """What a module is called by those who import it."""
        folder, name = os.path.split(file)
        package = self._package(folder)[1]
        if package:
            return package if name == _INIT else f"{package}.{name[:-3]}"
        inside = os.path.relpath(file, self.root)[:-3]
        return os.path.basename(inside) if inside.startswith("..") else ".".join(inside.split(os.sep))

    def bases(self, file: str) -> tuple[str, ...]:
        """The folders in which a file's absolute imports are looked for, first to last."""
        own = self._package(os.path.dirname(file))[0]
        if own not in self._bases:
            further = (self.root, os.path.join(self.root, "src")) if _below(own, self.root) else ()
            self._bases[own] = tuple(dict.fromkeys((own, *further)))
        return self._bases[own]

    def find(self, bases: tuple[str, ...], parts: tuple[str, ...], binds: Callable[[str, str], bool]) -> Spot | None:
        """The module that a dotted name leads to. `binds` tells whether a package's own file binds a name."""
        for base in bases:
            found = self._descend(base, parts, binds)
            if found is not None:
                return found
        return None

    def has(self, bases: tuple[str, ...], top: str) -> bool:
        """Whether there is a module or a folder of this name."""
        return any(any(self._in(base, top)) for base in bases)

    def module(self, folder: str, name: str) -> str | None:
        """The file of a module that stands right in a folder."""
        return os.path.join(folder, f"{name}.py") if self._in(folder, name)[0] else None

    def readable(self, file: str, bases: tuple[str, ...]) -> bool:
        """Whether a file may be read: an ordinary one of the project, or beside the file that asks, and not too large."""
        try:
            real = os.path.realpath(file)
            fits = os.path.isfile(real) and os.stat(real).st_size <= _LARGEST
        except (OSError, ValueError):
            return False
        return fits and (_below(real, self._real) or any(_below(real, os.path.realpath(one)) for one in bases[:1]))

    def _in(self, folder: str, name: str) -> tuple[bool, bool]:
        """Whether a folder has a module of a name, and whether it has a folder of that name."""
        self.trail.passed((FOLDER, (folder, name)))
        found = self.folder(folder)
        return f"{name}.py" in found.files, name in found.folders

    def within(self, folder: str, names: Iterable[str]) -> bytes:
        """Which of some names a folder has something for."""
        return bytes(two for one in names for two in self._in(folder, one))

    def folder(self, path: str) -> Folder:
        """What can be imported from a folder; nothing from one that cannot be read."""
        if path not in self._folders:
            self._folders[path] = _listed(path, self._real)
        return self._folders[path]

    def listing(self, folder: str) -> bytes:
        """A digest of what can be imported from a folder: the same as long as no module comes or goes."""
        if folder not in self._listings:
            found = self.folder(folder)
            names = "\0".join((*sorted(found.files), "", *sorted(found.folders)))
            self._listings[folder] = digest(names.encode("utf-8", "surrogateescape"))
        return self._listings[folder]

    def state(self, kind: str, path: str) -> bytes:
        """What is found now at the end of a trail."""
        return self.listing(path) if kind == FOLDER else self.content(path)

    def content(self, file: str) -> bytes:
        """A digest of what stands in a file; empty where it may not or cannot be read."""
        data = read(file) if self.readable(file, self.bases(file)) else None
        return digest(data) if isinstance(data, bytes) else b""

    def _package(self, folder: str) -> tuple[str, str]:
        """The folder that the topmost package of a folder stands in, and the dotted name down to the folder."""
        key = ("package", folder)
        self.trail.passed(key)
        if folder not in self._packages:
            self.trail.enter(key)
            self._packages[folder] = self._named(folder)
            self.trail.leave()
        return self._packages[folder]

    def _named(self, folder: str) -> tuple[str, str]:
        above, name = os.path.split(folder)
        if not name or folder == self.root or not self._in(folder, _PACKAGE)[0]:
            return folder, ""
        base, package = self._package(above)
        return base, f"{package}.{name}" if package else name

    def _descend(self, folder: str, parts: tuple[str, ...], binds: Callable[[str, str], bool]) -> Spot | None:
        for number, part in enumerate(parts):
            (is_module, is_folder), rest = self._in(folder, part), parts[number + 1 :]
            if not is_folder:
                return (os.path.join(folder, f"{part}.py"), rest) if is_module else None
            folder = os.path.join(folder, part)
            if self._in(folder, _PACKAGE)[0]:
                own = os.path.join(folder, _INIT)
                deeper = bool(rest) and any(self._in(folder, rest[0]))
                if not deeper or (binds(own, rest[0]) and not _is_module(folder, rest, binds)):
                    return own, rest
        return None


def _is_module(folder: str, rest: tuple[str, ...], binds: Callable[[str, str], bool]) -> bool:
    """Whether `pkg.name.more` means the module: after `from .name import name` in the package's file, `pkg.name` is not."""
    return len(rest) > 1 and binds(os.path.join(folder, f"{rest[0]}.py"), rest[1])


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _listed(path: str, root: str) -> Folder:
    files, folders = set(), set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    files.add(entry.name)
                elif entry.name.isidentifier() and entry.is_dir() and _stays(entry, root):
                    folders.add(entry.name)
    except (OSError, ValueError):
        return Folder()
    return Folder(frozenset(files), frozenset(folders))


def _stays(entry: os.DirEntry[str], root: str) -> bool:
    """Whether a folder is no link, or one that stays in the project."""
    return not entry.is_symlink() or _below(os.path.realpath(entry.path), root)
