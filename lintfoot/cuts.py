"""The few lines of a module that one name needs, for libcst to read. Lines keep their text, not their numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from lintfoot.census import nodes
from lintfoot.outline import Outline, Piece, alters
from lintfoot.regexes import regex

_MOST_LINES = 250  # of one cut: what needs more is no thin wrapper
_LONG = 60  # lines of a class that is cut member by member


def cut(of: Outline, name: str, attrs: Sequence[str] = ()) -> str:
    """The module that a name of the top level, or a member of a class of that name, needs, and nothing else of it."""
    knife = _Knife(of)
    knife.waiting += of.by_name.get(name, ())
    knife.waiting += [piece for piece in of.altering if _speaks_of(of.text(piece), name)]
    knife.wanted.update(attrs)
    knife.run()
    return knife.text()


def _speaks_of(text: str, name: str) -> bool:
    return re.search(rf"\b(?:{re.escape(name)}|setdefaulttimeout)\b", text) is not None


class _Knife:
    """Takes a statement, then the statements that bind what it mentions, and so on; of a long class the members needed."""

    def __init__(self, of: Outline) -> None:
        self.of = of
        self.waiting: list[Piece] = []
        self.wanted: set[str] = {"__init__", "__enter__"}
        self.taken: set[int] = set()
        self.seen: set[int] = set()
        self.members: dict[str, list[Piece]] = {}
        self.bare: dict[int, range] = {}  # last line of a class header: the lines of its members

    def run(self) -> None:
        """Until nothing is missing, or it is too much for a thin wrapper."""
        while self.waiting and len(self.taken) < _MOST_LINES:
            piece = self.waiting.pop(0)
            if id(piece) not in self.seen:
                self.seen.add(id(piece))
                if piece.kind == "class" and piece.members and piece.end - piece.start > _LONG:
                    self._open(piece)
                else:
                    self._take(piece)

    def text(self) -> str:
        """The lines taken, in order; a class of which none is taken gets a body."""
        found = []
        for number in sorted(self.taken):
            found.append(self.of.between(number, number))
            if number in self.bare and self.taken.isdisjoint(self.bare[number]):
                first = self.of.between(number + 1, number + 1)
                found.append(f"{first[: len(first) - len(first.lstrip())]}pass")
        return "\n".join(found) + "\n"

    def _open(self, piece: Piece) -> None:
        header = piece.members[0].start - 1
        self.bare[header] = range(header + 1, piece.end + 1)
        self.taken.update(range(piece.start, header + 1))
        for member in piece.members:
            text = self.of.text(member)
            for name in (*member.binds, *_WRITTEN.findall(text), *(["__init__"] if alters(text) else [])):
                self.members.setdefault(name, []).append(member)
        self._want(self.wanted)

    def _take(self, piece: Piece) -> None:
        self.taken.update(range(piece.start, piece.end + 1))
        tree = self.of.parsed(piece)
        if tree is not None:
            mentioned = set(_mentioned(tree))
            self._want(mentioned - self.wanted)
            self.wanted |= mentioned
            for name in sorted(mentioned):
                self.waiting += self.of.by_name.get(name, ())

    def _want(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            self.waiting += self.members.get(name, ())


_WRITTEN = regex(r"\bself\.(\w+)\s*(?::[^=\n]*)?=(?!=)")


def _mentioned(tree: ast.AST) -> Iterator[str]:
    for node in nodes(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
