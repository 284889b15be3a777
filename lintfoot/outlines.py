"""The outlines of a project's modules: a text is parsed once, for its own check and for all who import it.

Trees take a hundred times the room of their text, so that few are kept: those of the modules read last, until they are checked
themselves. Where a module is checked first, its outline is made of the tree that its check needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.digests import digest
from lintfoot.outline import Outline, outline, read_text, taken_apart, unified
from lintfoot.records import replace

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from lintfoot.parse import Script
    from lintfoot.places import Tree

_MOST_FRESH = 3000  # lines of the modules whose trees are kept for the next questions
_MOST_AHEAD = 300  # outlines of what was checked, and nobody has asked for yet


class Outlines:
    """Each module is taken apart once; `texts` are of files, by path, that count instead of what the disk says."""

    def __init__(self, tree: Tree, texts: Mapping[str, bytes]) -> None:
        self.contents: dict[str, bytes] = {}  # digests of the files read; empty for what cannot be read
        self.known: dict[str, Outline | None] = {}
        self._tree, self._texts = tree, texts
        self._fresh: dict[str, Outline] = {}  # those read last, with their trees
        self._ahead: dict[str, tuple[bytes, Outline]] = {}  # without their text, with a digest of that
        self._checked = 0

    @property
    def lines(self) -> int:
        """How many lines there are of which anything is known."""
        ahead = (made for _, made in self._ahead.values())
        return sum(len(one.before) for one in (*self.known.values(), *ahead) if one is not None)

    def read(self, file: str) -> None:
        """Read a module that somebody asks for; it is None for what may not or cannot be read."""
        text, self.contents[file] = read_text(self._tree, file, self._texts)
        found = self._made_ahead(file, text) if text is not None else None
        if found is None and text is not None:
            found = outline(text, self._tree.package(file))
            if found is not None:
                self._fresh[file] = found
                self._settle()
        self.known[file] = found

    def _made_ahead(self, file: str, text: str) -> Outline | None:
        """The outline that was made when the file was checked, if that had the same text."""
        if file not in self._ahead:
            return None
        was, found = self._ahead.pop(file)
        return replace(found, source=unified(text)) if was == _digest(text) else None

    def _settle(self) -> None:
        """Keep the trees of the modules read last: most of what is asked of one is asked at once."""
        while sum(len(one.before) for one in self._fresh.values()) > _MOST_FRESH:
            self._fresh.pop(next(iter(self._fresh))).settle()

    def syntax(self, file: str, script: Script) -> ast.Module | None:
        """The tree of a script that is being checked: what its outline was made of, or else what one is made of now."""
        read = self._fresh.pop(file, None)
        if read is not None and read.source == script.text and script.is_shallow:
            self._fresh = {file: read, **self._fresh}  # the first that is not needed any more
            return read.whole()
        tree, self._checked = script.syntax, self._checked + 1
        # Nobody may ever ask, least of all where one file is checked alone.
        if tree is not None and self._checked > 1 and file not in self.known and file.endswith(".py"):
            self._make_ahead(file, script.text, tree)
        return tree

    def _make_ahead(self, file: str, text: str, tree: ast.Module) -> None:
        made = taken_apart(text, tree, self._tree.package(file))
        self._fresh = {file: made, **self._fresh}
        self._settle()
        self._ahead[file] = _digest(text), replace(made, source="")
        if len(self._ahead) > _MOST_AHEAD:
            del self._ahead[next(iter(self._ahead))]


def _digest(text: str) -> bytes:
    return digest(text.encode("utf-8", "surrogatepass"))
