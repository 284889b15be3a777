"""From the paths a user names to the scripts to check: files, folders and patterns, in a fixed order.

In folders a script is what ends in .py, .pyi or .pyw, or has no suffix and a shebang that runs Python, executable or
not: checkouts lose that bit. What is named counts as Python, whatever it is called, unless `skip-non-python` says
otherwise. Links are never followed out of the project.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot.excludes import below, excludes
from lintfoot.findings import Note, Severity
from lintfoot.layers import DEFAULT
from lintfoot.listing import Listing, Wish, below_folder, kind
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tables import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from lintfoot.layers import Config

SUFFIXES = (".py", ".pyi", ".pyw")
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files to check, as the user would call them; how many were left out; and why, in notes.

    `heard` are the patterns of `exclude` that left anything out, or brought it back.
    """

    files: tuple[Path, ...] = ()
    skipped: int = 0
    notes: tuple[Note, ...] = ()
    heard: frozenset[tuple[str, str]] = frozenset()


def discover(config: Config) -> Discovered:
    """Find the scripts that a configuration names. Raises Problems for every path that is not there."""
    search = _Search(config)
    for path in config.paths:
        if path != STDIN:
            search.look(path)
    if search.missing:
        raise Problems(search.missing)
    return search.result()


def left_out(config: Config, path: str) -> bool:
    """Whether a file that was named would not be checked: excluded, or a link that leads out of the project."""
    search = _Search(config)
    full = search.full(path)
    return search.leads_out(full) or (config.force_exclude and search.excluded(full, is_folder=False))


class _Search:
    """What has been found so far. Paths in here are absolute and normal."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.cwd = os.path.abspath(config.folder)
        self.root = os.path.abspath(config.root)
        self.real_root = os.path.realpath(self.root)
        self.excludes = excludes(((str(one.folder), one.patterns) for one in config.patterns("exclude")), self.root)
        self.found: dict[str, Path] = {}  # by real path, so that nothing is checked twice
        self.links: dict[str, Path] = {}
        self.notes: list[Note] = []
        self.missing: list[Problem] = []
        self.skipped = 0

    def look(self, path: str) -> None:
        """Look at one path that was named."""
        full = self.full(path)
        try:
            mode = os.stat(full).st_mode
        except PermissionError:
            self.found[full] = self._called(full, path)  # reading it will say why that cannot be done
            return
        except (OSError, ValueError):
            self._not_there(path, full)
            return
        if self.leads_out(full):
            self._skip(
                self._called(full, path), "a link that leads out of the project is not followed", Severity.WARNING
            )
        elif self.config.force_exclude and self.excluded(full, is_folder=stat.S_ISDIR(mode)):
            asked = any(layer.name != DEFAULT for layer in self.config.givers("force_exclude"))  # as a hook does
            level = Severity.NOTE if asked else Severity.WARNING
            self._skip(self._called(full, path), "excluded (`--no-force-exclude` checks it)", level)
        elif stat.S_ISDIR(mode):
            self._add(full, path, below_folder(full, self._wish(full, may_be_script), self.root), is_script)
        elif not stat.S_ISREG(mode):
            why = f"{kind(mode)} is not read; `-` reads standard input"
            self._skip(self._called(full, path), why, Severity.WARNING)
        elif self.config.skip_non_python and not (full.lower().endswith(SUFFIXES) or _has_shebang(full)):
            self._skip(self._called(full, path), "no Python by suffix or shebang")
        else:
            self.found.setdefault(os.path.realpath(full), self._called(full, path))

    def result(self) -> Discovered:
        """Everything found, in order of the names shown; links only to what was not found by itself."""
        files = {**self.links, **self.found}
        ordered = sorted(files.values(), key=lambda path: path.as_posix())
        return Discovered(tuple(ordered), self.skipped, tuple(self.notes), frozenset(self.excludes.heard))

    def full(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.cwd, path)) if path else ""

    def _called(self, full: str, typed: str) -> Path:
        """A path as the user would call it: from the working directory, or as typed where it stands elsewhere."""
        inside = below(full, self.cwd)
        if inside is not None:
            return Path(inside)
        return Path(full if os.path.isabs(typed) else os.path.relpath(full, self.cwd))

    def _not_there(self, path: str, full: str) -> None:
        if path and "\0" not in path and os.path.lexists(full):
            self.missing.append(Problem(path, 0, 0, "this link leads to nothing"))
        elif not _MAGIC.search(path):
            self.missing.append(Problem(path, 0, 0, "no such file or folder"))
        elif not self._pattern(path):
            self.missing.append(Problem(path, 0, 0, "nothing matches this pattern"))

    def leads_out(self, path: str) -> bool:
        """Whether a path of the project is really one elsewhere. What is named outside the project is as it is."""
        return below(path, self.root) is not None and below(os.path.realpath(path), self.real_root) is None

    def excluded(self, path: str, *, is_folder: bool) -> bool:
        seen = self.excludes if below(path, self.root) else self.excludes.seen_from(os.path.dirname(path))
        return seen.folder(path) if is_folder else seen.file(path)

    def _wish(self, base: str, suits: Callable[[str], bool]) -> Wish:
        forced = self.config.force_exclude and below(base, self.root)
        seen = self.excludes if forced else self.excludes.seen_from(base)
        return Wish(suits, seen, self.config.respect_gitignore)

    def _pattern(self, path: str) -> bool:
        """Take what a pattern matches that no shell has expanded; false if that is nothing."""
        parts = os.path.join(self.cwd, path).replace(os.sep, "/").split("/")
        first = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
        base = os.path.normpath(os.sep.join(parts[:first]) or os.sep)
        if not os.path.isdir(base):
            return False
        matches = re.compile(_glob(parts[first:]) + "(?:/.*)?", _GLOB_FLAGS)  # a folder stands for what is in it
        exactly = re.compile(_glob(parts[first:]), _GLOB_FLAGS)
        by_suffix = "." in _MAGIC.split(parts[-1])[-1]  # `*.wsgi` asks for just these

        def suits(one: str) -> bool:
            return matches.fullmatch((below(one, base) or "").replace(os.sep, "/")) is not None

        def wanted(one: str) -> bool:
            return is_script(one) or (
                by_suffix and exactly.fullmatch((below(one, base) or "").replace(os.sep, "/")) is not None
            )

        listing = below_folder(base, self._wish(base, suits), self.root)
        self._add(base, path, listing, wanted)
        return bool(listing.files or listing.links or listing.odd)

    def _add(self, base: str, typed: str, listing: Listing, wanted: Callable[[str], bool]) -> None:
        real = os.path.realpath(base)
        tree = self.real_root if below(base, self.root) is not None else real
        for path in listing.files:
            if wanted(path):
                self.found.setdefault(real + path[len(base) :], self._called(path, typed))
        for path in listing.links:
            self._link(path, typed, tree, wanted)
        for path, why in listing.odd:
            self._skip(self._called(path, typed), why, Severity.WARNING)

    def _link(self, path: str, typed: str, tree: str, wanted: Callable[[str], bool]) -> None:
        """A link to a file in the same tree is checked, under its own name, unless that file is found by itself."""
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):
            return  # leads to nothing, or round in a circle
        target = os.path.realpath(path)
        if not stat.S_ISREG(mode):
            return
        if below(target, tree) is None:
            self._skip(self._called(path, typed), "a link that leads out of the project is not followed")
        elif wanted(path):
            self.links.setdefault(target, self._called(path, typed))

    def _skip(self, path: Path, why: str, level: Severity = Severity.NOTE) -> None:
        self.skipped += 1
        self.notes.append(Note(path.as_posix(), level, f"skipped: {why}"))


# what a script is


def is_script(path: str) -> bool:
    """Whether a file found in a folder is Python: by its suffix, or by its shebang where it has none."""
    return path.lower().endswith(SUFFIXES) or (may_be_script(path) and _has_shebang(path))


def may_be_script(path: str) -> bool:
    """Whether a name is a script's by its suffix, or has none, so that the first line has to be asked."""
    name = os.path.basename(path)
    return "." not in name.lstrip(".") or name.lower().endswith(SUFFIXES)


def _has_shebang(path: str) -> bool:
    from lintfoot import shebang

    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return path.lower().endswith(SUFFIXES)
    try:
        return shebang.is_python(os.read(descriptor, shebang.READ))
    except OSError:
        return False
    finally:
        os.close(descriptor)


# patterns

_MAGIC = regex(r"[*?\[\]]")
_GLOB_FLAGS = re.DOTALL | (re.IGNORECASE if os.name == "nt" else 0)


def _glob(parts: list[str]) -> str:
    """A shell pattern as a regular expression: `*` and `?` stay in one name, not before a dot; `**` is any folders."""
    made = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            made.append(r"(?:(?!\.)[^/]+/)*" + (r"(?!\.)[^/]+" if last else ""))
        elif part not in ("", "."):
            made.append(_glob_name(part) + ("" if last else "/"))
    return "".join(made)


def _glob_name(part: str) -> str:
    pieces = re.split(r"(\*+|\?|\[!?\]?[^\]]*\])", part)
    made = "" if part.startswith(".") else r"(?!\.)"
    for piece in pieces:
        if piece.startswith("*"):
            made += "[^/]*"
        elif piece == "?":
            made += "[^/]"
        elif len(piece) > 2 and piece.startswith("["):  # noqa: PLR2004 - brackets round something
            inside = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            made += f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
        else:
            made += re.escape(piece)
    return made
