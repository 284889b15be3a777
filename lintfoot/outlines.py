"""The outlines of a project's modules: a text is parsed once, for its own check and for all who import it.

Trees take a hundred times the room of their text, so that few are kept: those of the modules read last, until they are checked
themselves, or were checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.outline import Outline, parsed, read_text, taken_apart

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from lintfoot.parse import Script
    from lintfoot.places import Tree

_MOST_FRESH = 6000  # lines of the modules whose trees are kept for the next questions


class Outlines:
    """Each module is taken apart once; `texts` are of files, by path, that count instead of what the disk says."""

    def __init__(self, tree: Tree, texts: Mapping[str, bytes]) -> None:
        self.contents: dict[str, bytes] = {}  # digests of the files read; empty for what cannot be read
        self.known: dict[str, Outline | None] = {}
        self._tree, self._texts = tree, texts
        self._fresh: dict[str, tuple[str, ast.Module, int]] = {}  # the texts parsed last, with their trees and lines

    @property
    def lines(self) -> int:
        """How many lines there are of which anything is known."""
        return sum(len(one.before) for one in self.known.values() if one is not None)

    def read(self, file: str) -> None:
        """Read a module that somebody asks for; it is None for what may not or cannot be read."""
        text, self.contents[file] = read_text(self._tree, file, self._texts)
        tree = self._parsed(file, text) if text is not None else None
        made = taken_apart(text, tree, self._tree.package(file)) if text is not None and tree is not None else None
        if made is not None and file not in self._fresh:  # too long to be kept
            made.settle()
        self.known[file] = made

    def _parsed(self, file: str, text: str) -> ast.Module | None:
        """The tree of a text: that of its own check where it is still at hand."""
        if file in self._fresh and self._fresh[file][0] == text:
            return self._fresh[file][1]
        tree = parsed(text)
        if tree is not None:
            self._keep(file, text, tree)
        return tree

    def _keep(self, file: str, text: str, tree: ast.Module) -> None:
        """Keep the trees of the texts parsed last: most of what is asked of a module is asked at once."""
        self._fresh[file] = (text, tree, text.count("\n") + 1)
        kept = sum(lines for _, _, lines in self._fresh.values())
        while kept > _MOST_FRESH:
            first = next(iter(self._fresh))
            kept -= self._fresh.pop(first)[2]
            of = self.known.get(first)
            if of is not None:
                of.settle()

    def syntax(self, file: str, script: Script) -> ast.Module | None:
        """The tree of a script that is being checked, from here on at hand for those that import it, too."""
        kept = self._fresh.get(file)
        if kept is not None and kept[0] == script.text and script.is_shallow:
            return kept[1]
        tree = script.syntax
        if tree is not None and file.endswith(".py"):
            self._keep(file, script.text, tree)
        return tree
