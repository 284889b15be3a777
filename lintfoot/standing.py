"""Whether what an outcome leaned on elsewhere is as it was: the whole of it, or else the parts that were looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lintfoot.places import Tree
from lintfoot.trail import FILE

if TYPE_CHECKING:
    from lintfoot.outline import Outline
    from lintfoot.trail import Lean, Parts


class Standing:
    """The folders and files of one project as they are now, each looked at once.

    `known` gives the digest of a file's content where that can be told without reading it.
    """

    def __init__(self, tree: Tree, known: Callable[[str], bytes | None]) -> None:
        self.tree, self._known = tree, known
        self._wholes: dict[tuple[str, str], bytes] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._parts: dict[tuple[str, str, str], bytes] = {}

    def stands(self, lean: Lean) -> bool:
        """Whether nothing at all has changed there."""
        return self._whole(lean[0], lean[1]) == lean[2]

    def moved(self, leans: tuple[Lean, ...], parts: tuple[Parts, ...]) -> tuple[Lean, ...] | None:
        """Leans as they are now; None where one has changed in a part that was looked at."""
        found: list[Lean] = []
        for lean, (names, was) in zip(leans, parts, strict=True):
            kind, path, _ = lean
            if not self.stands(lean) and self._part(kind, path, names) != was:
                return None
            found.append((kind, path, self._whole(kind, path)))
        return tuple(found)

    def _whole(self, kind: str, path: str) -> bytes:
        end = (kind, path)
        if end not in self._wholes:
            known = self._known(path) if kind == FILE else None
            self._wholes[end] = known if known is not None else self.tree.state(kind, path)
        return self._wholes[end]

    def _part(self, kind: str, path: str, names: str) -> bytes:
        key = (kind, path, names)
        if key not in self._parts:
            parts = names.split("\n")
            self._parts[key] = self._of_file(path, parts) if kind == FILE else self.tree.within(path, parts)
        return self._parts[key]

    def _of_file(self, path: str, names: list[str]) -> bytes:
        from lintfoot.outline import read_outline  # where nothing has changed, nothing is taken apart
        from lintfoot.parts import state

        if path not in self._outlines:
            self._outlines[path] = read_outline(self.tree, path)
        return state(self._outlines[path], names)
