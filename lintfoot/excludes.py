"""Patterns that leave files out: the user's, and those of .gitignore files where git itself cannot be asked.

Patterns are looked at from the top down, as git does: what stands in a folder that is left out stays out. pathspec is
imported where there is a pattern that needs it; the default ones are plain names of folders.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from lintfoot.records import dataclass, field
from lintfoot.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pathspec import GitIgnoreSpec

_PLAIN = regex(r"[^/*?\[\]!\\#\s]+/")  # `build/`: folders of that name, wherever they stand


@dataclass(frozen=True)
class Rules:
    """Gitignore-style patterns of one source, and the folder that they are relative to (absolute)."""

    folder: str
    lines: tuple[str, ...]

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.lines)

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether a path is left out (true), brought back (false) or not spoken of."""
        return self.said(path, is_folder=is_folder)[0]

    def said(self, path: str, *, is_folder: bool, base: str = "") -> tuple[bool | None, str]:
        """The same, with the line that says so; a path outside `folder` is seen from `base`: patterns without a slash hold there too."""
        if not self.lines:
            return None, ""
        relative = below(path, self.folder)
        if relative is None:
            relative = below(path, base) if base else os.path.basename(path)
        if not relative:
            return None, ""
        text = relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace(os.sep, "/")
        found = self._spec.check_file(f"{text}/" if is_folder else text)
        return found.include, self.lines[found.index] if found.index is not None else ""


def below(path: str, folder: str) -> str | None:
    """The path relative to a folder that it stands in, or None; both absolute and normal. Text alone, no disk."""
    start = folder if folder.endswith(os.sep) else folder + os.sep
    if path.startswith(start):
        return path[len(start) :]
    return "" if path == folder else None


@dataclass
class Excludes:
    """What the user's own patterns leave out, seen from the folder `base`; folders once judged are remembered.

    `heard` are the patterns that had anything to say, each with its folder; plain names of folders have none.
    """

    sources: tuple[Rules, ...]
    base: str
    names: frozenset[str] = frozenset()
    judged: dict[str, bool] = field(default_factory=dict)
    heard: set[tuple[str, str]] = field(default_factory=set)

    def file(self, path: str) -> bool:
        """Whether a file is left out, by itself or with a folder between it and the base."""
        return self.folder(os.path.dirname(path)) or self._spoken(path, is_folder=False)

    def folder(self, path: str) -> bool:
        """Whether a folder is left out; the base never is, nor is anything above it."""
        if path not in self.judged:
            self.judged[path] = bool(below(path, self.base)) and (
                self.folder(os.path.dirname(path)) or self._is_named(path) or self._spoken(path, is_folder=True)
            )
        return self.judged[path]

    def _is_named(self, path: str) -> bool:
        name = os.path.basename(path)
        if name in self.names:
            self.heard.add(("", f"{name}/"))
        return name in self.names

    def _spoken(self, path: str, *, is_folder: bool) -> bool:
        said = None
        for source in self.sources:
            verdict, line = source.said(path, is_folder=is_folder, base=self.base)
            if verdict is not None:
                said = verdict
                self.heard.add((source.folder, line))
        return bool(said)

    def seen_from(self, base: str) -> Excludes:
        """The same for a folder that was named: patterns that would leave out the folder itself do not count in it."""
        sources = self.sources
        if base != self.base and self.folder(base):
            sources = tuple(Rules(one.folder, _without(one, base)) for one in sources)
        return Excludes(sources, base, self.names, heard=self.heard)


def _without(rules: Rules, folder: str) -> tuple[str, ...]:
    return tuple(line for line in rules.lines if not Rules(rules.folder, (line,)).verdict(folder, is_folder=True))


def was_heard(line: str, folder: str, heard: Collection[tuple[str, str]]) -> bool:
    """Whether a pattern of a folder had anything to say."""
    return (folder, line) in heard or ("", line) in heard


def excludes(patterns: Iterable[tuple[str, Sequence[str]]], base: str) -> Excludes:
    """Make the matcher of (folder, patterns), later ones stronger. Plain names of folders need no pathspec."""
    names: set[str] = set()
    sources = []
    for folder, lines in patterns:
        rest = [line for line in lines if not _PLAIN.fullmatch(line)]
        if any(line.startswith("!") for line in rest):  # what is brought back must be seen in order
            rest = list(lines)
        else:
            names.update(line[:-1] for line in lines if _PLAIN.fullmatch(line))
        if rest:
            sources.append(Rules(folder, tuple(rest)))
    return Excludes(tuple(sources), base, frozenset(names))


class GitIgnore:
    """The .gitignore files on the way from the top of a tree down to a folder; the deepest that speaks decides."""

    def __init__(self, files: tuple[Rules, ...] = ()) -> None:
        self.files = files

    @classmethod
    def above(cls, folder: str, top: str) -> GitIgnore:
        """Those that hold for a folder, from `top` down to the folder above it."""
        relative = below(folder, top)
        if not relative:
            return cls(tuple(_read(os.path.join(top, ".git", "info", "exclude"), top)))
        steps = relative.split(os.sep)[:-1]
        folders = [top, *(os.path.join(top, *steps[: number + 1]) for number in range(len(steps)))]
        files = [*_read(os.path.join(top, ".git", "info", "exclude"), top)]
        for one in folders:
            files += _read(os.path.join(one, ".gitignore"), one)
        return cls(tuple(files))

    def within(self, folder: str) -> GitIgnore:
        """With the folder's own .gitignore added."""
        own = tuple(_read(os.path.join(folder, ".gitignore"), folder))
        return GitIgnore((*self.files, *own)) if own else self

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path is ignored, its folders apart."""
        for rules in reversed(self.files):
            verdict = rules.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False


def _read(file: str, folder: str) -> list[Rules]:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as lines:
            patterns = tuple(line.rstrip("\r\n") for line in lines)
    except (OSError, ValueError):
        return []
    return [Rules(folder, patterns)] if any(patterns) else []
