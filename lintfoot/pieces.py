"""The text that libcst is given for some statements of a file: all that are wanted at a time in one, none of them twice.

Each stands at the top level there: what it is indented by is taken from its lines, so that nothing has to stand round it. A tree
tells an indent by what it adds to the one outside, so that the nodes are those of the whole file; those of comments and blank
lines between two statements belong to neither, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from lintfoot.libcst_import import parsed
from lintfoot.portions import LONG
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.split import INSIDE, Division, Unit


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of a unit, what they are indented by, and which line of the file each is: a `pass` has that of what it stands for."""

    unit: Unit
    indent: str
    lines: list[str]
    numbers: list[int]


def piece(division: Division, unit: Unit) -> Piece:
    """A unit as it is written, with the comments round it, and nothing in what is cut out of it."""
    numbers = list(range(unit.lead, unit.end))
    lines = division.lines[unit.lead - 1 : unit.end - 1]
    if not unit.members:
        return Piece(unit, division.indent_of(unit), lines, numbers)
    ends = [*(body.start for body in unit.bodies[1:]), unit.stop]
    for number, body in enumerate(unit.bodies):
        first = next(one for one in unit.members if one.body == number)
        code = next(n for n in range(body.end - 1, body.start - 1, -1) if division.bare[n - 1].strip(" \t\r"))
        lines += [_pass(division, first), *division.lines[code : ends[number] - 1]]
        numbers += [body.start, *range(code + 1, ends[number])]
    if not unit.bodies:
        lines.append(_pass(division, unit.members[0]))
        numbers.append(unit.end)
    return Piece(unit, division.indent_of(unit), lines, numbers)


def _pass(division: Division, unit: Unit) -> str:
    return f"{division.indent_of(unit)}pass{division.newline[:-1]}"


def portions(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces in portions, as libcst needs room for a long text that it gives back only when that is done."""
    found: list[list[Piece]] = [[]]
    held = 0
    for one in pieces:
        size = sum(map(len, one.lines))
        if found[-1] and held + size > LONG:
            found.append([])
            held = 0
        found[-1].append(one)
        held += size
    return found


def read(division: Division, pieces: Sequence[Piece]) -> list[Any]:
    """The statement of each piece. Raises ValueError where there is not one of each, and whatever libcst raises."""
    end = division.newline[:-1]
    moved = [_moved(division, one) for one in pieces]
    lines = [one for own, piece in zip(moved, pieces, strict=True) for one in own or (f"class _:{end}", *piece.lines)]
    text = "\n".join(lines) + "\n"
    module = parsed(text)
    nodes = list(module.body)
    if module.default_newline != division.newline or (module.default_indent != division.indent and _INDENTED(text)):
        module = parsed(f"if 1:{end}\n{division.indent}0{end}\n{text}")  # what comes first is the file's own for libcst
        nodes = list(module.body[1:])
    if len(nodes) != len(pieces):
        raise ValueError
    first: Any = nodes[0]
    object.__setattr__(first, "leading_lines", (*module.header, *first.leading_lines))
    return [_own(node, apart=own is None, unit=one.unit) for node, own, one in zip(nodes, moved, pieces, strict=True)]


def _own(node: Any, *, apart: bool, unit: Unit) -> Any:
    """A statement with the comments that touch it alone."""
    if apart:
        (node,) = node.body.body
    above = unit.start - unit.lead
    if len(node.leading_lines) != above:
        object.__setattr__(node, "leading_lines", node.leading_lines[len(node.leading_lines) - above :])
    return node


def _moved(division: Division, piece: Piece) -> list[str] | None:
    """The lines without what all of them are indented by; None where one that a tree may tell the indent of is less deep."""
    indent, width, bare = piece.indent, len(piece.indent), division.bare
    if not width:
        return piece.lines
    found = []
    for line, number in zip(piece.lines, piece.numbers, strict=True):
        if bare[number - 1][:1] == INSIDE or bare[number - 2].endswith(_GOES_ON) or line in _EMPTY:
            found.append(line)
        elif line.startswith(indent):
            found.append(line[width:])
        else:
            return None
    return found


def standing(division: Division, piece: Piece, node: Any, header: Sequence[cst.EmptyLine]) -> cst.Module:
    """A statement in a module of its own, that says where it stands; what is indented stands in a class there."""
    if piece.indent:
        node = cst.ClassDef(cst.Name("_"), cst.IndentedBlock([node], indent=piece.indent))
    above = header if piece.unit.number == 0 else ()
    return cst.Module([node], above, default_indent=division.indent, default_newline=division.newline)


_EMPTY = ("", "\r")
_GOES_ON = ("\\", "\\\r")
_INDENTED = regex(r"\n[ \t]").search
