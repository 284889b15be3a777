"""Which file of a repository an import or a path leads to; the disk is not asked, and nothing is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from posixpath import dirname, join, normpath

from lintfoot.audit.facts import Import
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex


@dataclass(frozen=True)
class Files:
    """The Python files of one repository, by their POSIX paths from its folder."""

    paths: frozenset[str]
    by_name: dict[str, list[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    _known: dict[tuple[str, int, str, str, bool], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Iterable[str]) -> Files:
        """Sort paths by the names of their files."""
        found = frozenset(paths)
        by_name: dict[str, list[str]] = {}
        for path in sorted(found):
            by_name.setdefault(path.rpartition("/")[2], []).append(path)
        return cls(found, by_name, frozenset(word for path in found for word in _named(path)))

    def imported(self, by: str, one: Import, *, loosely: bool = False) -> tuple[str, ...]:
        """The files that an import loads: the module's, or the submodule's that is taken from a package.

        `loosely`: a name that no folder explains may still be the one file that is called so (tests set sys.path).
        """
        key = (dirname(by), one.level, one.module, one.name, loosely)
        if key not in self._known:
            self._known[key] = self._imported(by, one, loosely=loosely)
        return self._known[key]

    def _imported(self, by: str, one: Import, *, loosely: bool) -> tuple[str, ...]:
        if one.level:
            base = dirname(by)
            for _ in range(one.level - 1):
                base = dirname(base)
            found = self._module(base, one.module) if one.module else self._init(base)
            inner = self._module(join(base, one.module.replace(".", "/")) if one.module else base, one.name)
            return tuple(path for path in (inner or found,) if path)
        if one.module.partition(".")[0] in sys.stdlib_module_names:
            return ()
        for base in self._bases(by):
            found = self._module(base, one.module)
            inner = self._module(join(base, one.module.replace(".", "/")), one.name) if one.name else ""
            if found or inner:
                return (inner or found,)
        names = self.by_name.get(f"{one.module.rpartition('.')[2]}.py", []) if loosely else []
        return tuple(names) if len(names) == 1 else ()

    def module(self, name: str, by: str = "") -> str:
        """The file of `python -m name`, or nothing."""
        for base in self._bases(by):
            found = self._module(join(base, name.replace(".", "/")), "__main__") or self._module(base, name)
            if found:
                return found
        return ""

    def _bases(self, by: str) -> list[str]:
        """Where an absolute import may start: the script's own folder, the folders above it, and `src` in them."""
        folder = dirname(by)
        bases = [folder]
        while folder:
            folder = dirname(folder)
            bases.append(folder)
        return list(dict.fromkeys([*bases, *(join(base, "src") for base in bases)]))

    def _module(self, base: str, name: str) -> str:
        if not name:
            return ""
        path = join(base, name.replace(".", "/"))
        return next((one for one in (f"{path}.py", f"{path}/__init__.py") if one in self.paths), "")

    def _init(self, base: str) -> str:
        path = join(base, "__init__.py")
        return path if path in self.paths else ""

    def named(self, word: str, by: str) -> str:
        """The script that a path on a command line means, or nothing: as written, or by the end that is known of it.

        `/opt/tools/rollout.py` and `$HERE/rollout.py` are installed or found somewhere: the only script of that name is meant,
        or the one that shares most folders with it.
        """
        parts = [part for part in word.replace("\\", "/").split("/") if part not in ("", ".")]
        unknown = word.startswith(("/", "~", "\0")) or ":/" in word
        while parts and any(set(part) & _DATA for part in parts):
            unknown = True
            parts.pop(0)
        if not parts or parts[-1] not in self.by_name:
            return ""
        for base in (dirname(by), ""):
            path = normpath(join(base, "/".join(parts)))
            if not unknown and path in self.paths:
                return path
        parts = [part for part in parts if part != ".."]
        candidates = self.by_name[parts[-1]]
        shared = {path: _shared(path.split("/"), parts) for path in candidates}
        best = max(shared.values())
        chosen = [path for path in candidates if shared[path] == best]
        if len(chosen) != 1 or (not unknown and best < len(parts)):
            return ""
        return chosen[0]


def _named(path: str) -> Iterable[str]:
    """The word without which nobody can speak of a script: its name's last one, or its folder's where `-m` runs that."""
    folder, _, name = path.rpartition("/")
    for part in (name.removesuffix(".py").removesuffix(".pyw"), *([folder] if name == "__main__.py" else [])):
        yield from WORD.findall(part)[-1:]


WORD = regex(r"[\w-]+")
_DATA = set("$\0{}%*`()<>~")


def _shared(path: list[str], parts: list[str]) -> int:
    count = 0
    while count < min(len(path), len(parts)) and path[-1 - count] == parts[-1 - count]:
        count += 1
    return count
