"""A module of the project as one question sees it: nothing of it is looked at without being noted, part by part.

What an answer hangs on is not the whole text of another file but how a few of its names are bound, the text of one function,
the lines that were cut out of it. Each of these parts has a digest of its own, worked out of the outline alone, so that a later run
can tell whether an edit of that file touched what was looked at. Lines are no part of any of them: no fact tells where it was read.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lintfoot import cuts, sketches
from lintfoot.digests import digest
from lintfoot.outline import Outline, Piece, alters
from lintfoot.trail import FILE, Trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What a part begins with: how a name is bound; the text that binds it, with how the names in that are bound; what is
# cut out for a name, or a member of a class. The other three stand alone.
BOUND, TEXT, CUT = "=", "~", "%"
READABLE, STARS, PUBLIC = "", "*", "+"


class Seen:
    """The outline of a file, as far as one question looks at it."""

    def __init__(self, of: Outline, file: str, trail: Trail) -> None:
        self._of, self._file, self._trail = of, file, trail
        self._covered: frozenset[str] = frozenset()  # names of which a text that was looked at says how they are bound

    def _note(self, part: str) -> None:
        self._trail.passed((FILE, (self._file, part)))

    def _note_bound(self, name: str) -> None:
        if name not in self._covered:
            self._note(f"{BOUND}{name}")

    # how a name is bound

    def binds(self, name: str) -> bool:
        """Whether the top level binds a name."""
        self._note_bound(name)
        return name in self._of.by_name

    def kind(self, name: str) -> str:
        """What the one statement is that binds a name: import, def, class, value, block; empty where there is not one."""
        self._note_bound(name)
        piece = self._of.the(name)
        return piece.kind if piece is not None else ""

    def imports(self, name: str) -> str:
        """The qualified name that is imported as a name; empty where none is."""
        self._note_bound(name)
        return self._of.imports.get(name, "")

    def only_imported(self, name: str) -> bool:
        """Whether a name is bound by nothing but imports."""
        self._note_bound(name)
        return name in self._of.imported

    @property
    def stars(self) -> tuple[str, ...]:
        """The modules that are taken whole."""
        self._note(STARS)
        return self._of.stars

    @property
    def public(self) -> tuple[str, ...]:
        """The names that a star brings in from here."""
        self._note(PUBLIC)
        return _public(self._of)

    # what stands there

    def tree(self, name: str) -> ast.stmt | None:
        """The one statement that binds a name, as Python reads it."""
        piece = self._open(name)
        return self._of.parsed(piece) if piece is not None else None

    def owner(self, name: str) -> sketches.Owner | None:
        """A class without its methods; None for what is none."""
        piece, known = self._open(name), self._of.owners
        if piece is None or piece.kind != "class":
            return None
        if id(piece) not in known:
            node = self._of.parsed(piece)
            known[id(piece)] = sketches.owner(node) if isinstance(node, ast.ClassDef) else None
        found: sketches.Owner | None = known[id(piece)]
        return found

    def methods(self, name: str) -> dict[str, list[Piece]]:
        """The functions of a class by their names; of some there are several."""
        found: dict[str, list[Piece]] = {}
        for one in self.members(name):
            if one.kind == "def":
                found.setdefault(one.binds[0], []).append(one)
        return found

    def method(self, name: str, piece: Piece) -> sketches.Def | None:
        """A function of a class as Python reads it."""
        owner = self._open(name)
        node = self._of.member(owner, piece) if owner is not None else None
        return node if isinstance(node, sketches.DEFS) else None

    def members(self, name: str) -> tuple[Piece, ...]:
        """The statements of a class."""
        piece = self._open(name)
        return piece.members if piece is not None else ()

    def alters(self, name: str) -> bool:
        """Whether a class changes how a client sends."""
        piece = self._open(name)
        return piece is not None and alters(self._of.text(piece))

    def _open(self, name: str) -> Piece | None:
        piece = self._of.the(name)
        if piece is None:
            self._note_bound(name)
            return None
        self._note(f"{TEXT}{name}")
        self._covered |= self._of.words(piece)
        return piece

    def cut(self, name: str, attrs: Sequence[str] = ()) -> str:
        """The lines that a name, or a member of a class, needs, for libcst to read."""
        self._note(f"{CUT}{'.'.join((name, *attrs))}")
        return cuts.cut(self._of, name, attrs)


def _public(of: Outline) -> tuple[str, ...]:
    return tuple(sorted(name for name in of.by_name if not name.startswith("_")))


# digests


def state(of: Outline | None, parts: Iterable[str]) -> bytes:
    """A digest of some parts of a module; of one that cannot be read, too."""
    return digest(b"".join(_state(of, part) for part in parts)) if of is not None else b"unreadable"


def _state(of: Outline, part: str) -> bytes:
    if part not in of.states:
        of.states[part] = digest("\0".join(_told(of, part)).encode("utf-8", "surrogatepass"))
    return of.states[part]


def _told(of: Outline, part: str) -> Iterator[str]:
    """The texts that a part is made of."""
    how, name = part[:1], part[1:]
    if how == BOUND:
        yield from _bound(of, name)
    elif how == TEXT:
        piece = of.the(name)
        yield of.text(piece) if piece is not None else ""
        for word in sorted({name, *(of.words(piece) if piece is not None else ())}):
            yield from _bound(of, word)
    elif how == CUT:
        name, *attrs = name.split(".")
        yield cuts.cut(of, name, attrs)
    elif part == STARS:
        yield from of.stars
    elif part == PUBLIC:
        yield from _public(of)


def _bound(of: Outline, name: str) -> Iterator[str]:
    """How a name is bound; nothing where it is not."""
    pieces = of.by_name.get(name)
    if pieces is not None:
        yield name
        yield " ".join(piece.kind for piece in pieces)
        yield f"{name in of.rebound} {name in of.imported} {of.imports.get(name, '')}"
