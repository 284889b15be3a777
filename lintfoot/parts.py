"""A module of the project as one question sees it: nothing of it is looked at without being noted, part by part.

What an answer hangs on is not the whole text of another file but how a few of its names are bound, the text of one function,
the lines that were cut out of it. Each of these parts has a digest of its own, worked out of the outline alone, so that a later run
can tell whether an edit of that file touched what was looked at. Lines are no part of any of them: no fact tells where it was read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lintfoot import cuts, sketches
from lintfoot.digests import digest
from lintfoot.outline import Outline, Piece, alters, spoken
from lintfoot.trail import FILE, Trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What a part begins with: how a name is bound; the text that binds it; what is cut out for a name, or a member of a class; a class
# without what its methods do; one member of it, as it is written and given. A text comes with how the names in it are bound. The
# other three stand alone.
BOUND, TEXT, CUT, CLASS, MEMBER = "=", "~", "%", "@", "."
READABLE, STARS, PUBLIC = "", "*", "+"


class Seen:
    """The outline of a file, as far as one question looks at it."""

    def __init__(self, of: Outline, file: str, trail: Trail) -> None:
        self._of, self._file, self._trail, self._noting = of, file, trail, trail.is_kept
        self._covered: frozenset[str] = frozenset()  # names of which a text that was looked at says how they are bound
        self._noted: set[str] = set()

    def _note(self, part: str) -> bool:
        """Note a part, where anybody reads that; whether that is news to this question."""
        if not self._noting:
            return False
        self._trail.passed((FILE, (self._file, part)))
        news = part not in self._noted
        self._noted.add(part)
        return news

    def _note_bound(self, name: str) -> None:
        if self._noting and name not in self._covered:
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
        """A class without what its methods do; None for what is none."""
        piece = self._class(name)
        return _owner(self._of, piece) if piece is not None else None

    def methods(self, name: str) -> dict[str, list[Piece]]:
        """The functions of a class by their names; of some there are several."""
        piece = self._class(name)
        return self._of.methods(piece) if piece is not None else {}

    def method(self, name: str, piece: Piece) -> sketches.Def | None:
        """A function of a class as Python reads it."""
        owner = self._member(name, piece.binds[0])
        node = self._of.member(owner, piece) if owner is not None else None
        return node if isinstance(node, sketches.DEFS) else None

    def given(self, name: str, member: str) -> list[ast.expr | None]:
        """What a class and its methods give an attribute; None for a write that nobody can follow."""
        piece = self._member(name, member)
        owner = _owner(self._of, piece) if piece is not None else None
        return owner.attributes.get(member, []) if owner is not None else []

    def alters(self, name: str) -> bool:
        """Whether a class changes how a client sends."""
        piece = self._class(name)
        return piece is not None and alters(self._of.text(piece))

    def _class(self, name: str) -> Piece | None:
        piece = self._of.the(name)
        if piece is None or piece.kind != "class":
            self._note_bound(name)
            return None
        if self._note(f"{CLASS}{name}"):
            self._covered |= _words_of_class(self._of, piece)
        return piece

    def _member(self, name: str, member: str) -> Piece | None:
        piece = self._class(name)
        if piece is not None and self._note(f"{MEMBER}{name}.{member}"):
            self._covered |= _words_of_member(self._of, piece, member)
        return piece

    def _open(self, name: str) -> Piece | None:
        piece = self._of.the(name)
        if piece is None:
            self._note_bound(name)
            return None
        if self._note(f"{TEXT}{name}"):
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
    how, (name, *attrs) = part[:1], part[1:].split(".")
    if how in _TEXTS:
        piece = of.the(name)
        texts, words = _TEXTS[how](of, piece, *attrs) if piece is not None else ((), frozenset())
        yield from texts
        for word in sorted({name, *words}):
            yield from _bound(of, word)
    elif how == BOUND:
        yield from _bound(of, name)
    elif how == CUT:
        yield cuts.cut(of, name, attrs)
    elif part == STARS:
        yield from of.stars
    elif part == PUBLIC:
        yield from _public(of)


def _of_text(of: Outline, piece: Piece) -> Told:
    return (of.text(piece),), of.words(piece)


def _of_class(of: Outline, piece: Piece) -> Told:
    """What stands above a class's members, what these are called, and what an `Owner` says beside the values of attributes."""
    owner = _owner(of, piece)
    if owner is None:
        return ("no class",), frozenset()
    members = (f"{one.kind} {' '.join(one.binds)}" for one in piece.members)
    made = (f"{name} {call}" for name, call in sorted(owner.makers.items()))
    about = (f"{owner.plain} {alters(of.text(piece))}", *owner.bases, *sorted(owner.attributes))
    return (_header(of, piece), *members, "", *made, "", *about), _words_of_class(of, piece)


def _of_member(of: Outline, piece: Piece, member: str) -> Told:
    """The functions of a name in a class, and what the class gives an attribute of that name."""
    texts = (of.text(one) for one in piece.members if member in one.binds)
    return (*texts, "", *_dumped(of, piece, member)), _words_of_member(of, piece, member)


def _words_of_class(of: Outline, piece: Piece) -> frozenset[str]:
    key = -id(piece)
    if key not in of.owners:
        owner = _owner(of, piece)
        of.owners[key] = spoken("\n".join((_header(of, piece), *(owner.makers.values() if owner is not None else ()))))
    found: frozenset[str] = of.owners[key]
    return found


def _words_of_member(of: Outline, piece: Piece, member: str) -> frozenset[str]:
    texts = (of.text(one) for one in piece.members if member in one.binds)
    return spoken("\n".join((*texts, *_dumped(of, piece, member))))


def _dumped(of: Outline, piece: Piece, member: str) -> list[str]:
    """The values of an attribute as texts: all the names in them are words of these."""
    owner = _owner(of, piece)
    values = owner.attributes.get(member, ()) if owner is not None else ()
    return ["" if one is None else ast.dump(one) for one in values]


def _header(of: Outline, piece: Piece) -> str:
    """The lines of a class above its first member; never none."""
    last = piece.members[0].start - 1 if piece.members else piece.end
    return of.between(piece.start, max(piece.start, last))


def _owner(of: Outline, piece: Piece) -> sketches.Owner | None:
    if id(piece) not in of.owners:
        node = of.parsed(piece)
        of.owners[id(piece)] = sketches.owner(node) if isinstance(node, ast.ClassDef) else None
    found: sketches.Owner | None = of.owners[id(piece)]
    return found


Told = tuple[tuple[str, ...], frozenset[str]]  # texts, and the names in them
_TEXTS: dict[str, Callable[..., Told]] = {TEXT: _of_text, CLASS: _of_class, MEMBER: _of_member}


def _bound(of: Outline, name: str) -> Iterator[str]:
    """How a name is bound; nothing where it is not."""
    pieces = of.by_name.get(name)
    if pieces is not None:
        yield name
        yield " ".join(piece.kind for piece in pieces)
        yield f"{name in of.rebound} {name in of.imported} {of.imports.get(name, '')}"
