"""The text that libcst is given for some statements of a file: all that are wanted at a time in one, none of them twice.

Each stands at the top level there: what it is indented by is taken from its lines, so that nothing has to stand round it. A tree
tells an indent by what it adds to the one outside, so that the nodes are those of the whole file; those of comments and blank
lines between two statements belong to neither, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import libcst as cst

from lintfoot.libcst_import import parsed
from lintfoot.portions import LONG
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex
from lintfoot.split import INSIDE, Division, Unit


@dataclass(frozen=True, slots=True)
class Piece:
    """What is given of a unit: its lines, what they are indented by, and which line of the file each is.

    `written` are the lines of the file that the statement's tree has, once it is whole: with the comments above, and for what
    is cut out a `pass`, on the line of what that stands for.
    """

    unit: Unit
    indent: str
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)

    def take(self, division: Division, first: int, end: int) -> None:
        """Give some lines of the file."""
        self.lines.extend(division.lines[first - 1 : end - 1])
        self.numbers.extend(range(first, end))
        self.written.extend(range(first, end))

    def leave_out(self, division: Division, member: Unit, line: int, *, alone: bool) -> None:
        """Stand in for a block that is cut out: `alone`, where nothing behind it could belong to it, no line is needed."""
        self.written.append(line)
        head = self.lines[-1]
        code = head.rstrip()
        if alone and code.endswith(":") and "#" not in head:
            self.lines[-1] = f"{code}{_NOTHING}{head[len(code) :]}"
        else:
            self.lines.append(f"{division.indent_of(member)}pass{division.newline[:-1]}")
            self.numbers.append(line)


def piece(division: Division, unit: Unit) -> Piece:
    """A unit as it is written, with the comments round it, and nothing in what is cut out of it."""
    made = Piece(unit, division.indent_of(unit))
    lead = unit.lead
    if _need_no_parser(division, made):
        lead = unit.start
        made.written.extend(range(unit.lead, lead))
    made.take(division, lead, unit.end)
    ends = [*(body.start for body in unit.bodies[1:]), unit.stop]
    for number, body in enumerate(unit.bodies):
        first = next(one for one in unit.members if one.body == number)
        code = next(n for n in range(body.end - 1, body.start - 1, -1) if division.bare[n - 1].strip(_BLANKS))
        alone = code + 1 == ends[number] or bool(division.bare[code].strip(_BLANKS))
        made.leave_out(division, first, body.start, alone=alone)
        made.take(division, code + 1, ends[number])
    if unit.members and not unit.bodies:
        made.leave_out(division, unit.members[0], unit.end, alone=True)
    return made


def _need_no_parser(division: Division, piece: Piece) -> bool:
    """Whether what stands above a statement are comments of its own depth; above the first one of all also lines without anything."""
    lines = division.lines[piece.unit.lead - 1 : piece.unit.start - 1]
    return all(line in _EMPTY or (line.startswith(piece.indent) and line.lstrip()[:1] == "#") for line in lines)


def block(division: Division, suite: Any, within: str, member: Unit) -> cst.IndentedBlock:
    """A block as it is cut out, with a `pass` in it; `within` is what the head is indented by."""
    if suite.__class__ is cst.IndentedBlock:
        found: cst.IndentedBlock = suite
        return found
    indent = division.indent_of(member)[len(within) :]
    own = None if indent == division.indent else indent
    return cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])], header=suite.trailing_whitespace, indent=own)


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


def plain_import(division: Division, piece: Piece) -> Any:
    """The statement of an import on one line, as libcst would make it: asked for more often than all else, and soon made; or None."""
    found = _IMPORT.fullmatch(piece.lines[0][len(piece.indent) :])
    if found is None or piece.numbers != [piece.unit.start]:
        return None
    names = tuple(_alias(*one.split(" as ")) for one in found["names"].split(", "))
    for name in names[:-1]:
        object.__setattr__(name, "comma", cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    module = _dotted(found["module"]) if found["module"] else None
    made = (
        cst.Import(names)
        if found["dots"] is None
        else cst.ImportFrom(module, names, tuple(cst.Dot() for _ in found["dots"]))
    )
    return _own(division, piece, cst.SimpleStatementLine((made,)), apart=False)


def _alias(name: str, bound: str = "") -> cst.ImportAlias:
    return cst.ImportAlias(_dotted(name), cst.AsName(cst.Name(bound)) if bound else None)


def _dotted(name: str) -> Any:
    outer, _, last = name.rpartition(".")
    return cst.Attribute(_dotted(outer), cst.Name(last)) if outer else cst.Name(last)


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
    return [_own(division, one, node, apart=own is None) for node, own, one in zip(nodes, moved, pieces, strict=True)]


def _own(division: Division, piece: Piece, node: Any, *, apart: bool) -> Any:
    """A statement with the comments that touch it alone."""
    if apart:
        (node,) = node.body.body
    unit = piece.unit
    above = unit.start - piece.numbers[0]
    if piece.numbers[0] == unit.start and unit.lead < unit.start:
        comments = [_comment(division, line, piece.indent) for line in division.lines[unit.lead - 1 : unit.start - 1]]
        object.__setattr__(node, "leading_lines", tuple(comments))
    elif len(node.leading_lines) != above:
        object.__setattr__(node, "leading_lines", node.leading_lines[len(node.leading_lines) - above :])
    return node


def _comment(division: Division, line: str, indent: str) -> cst.EmptyLine:
    """The node of a line with nothing but a comment, or nothing at all."""
    code = line.removesuffix("\r")
    end = "\n" if code == line else "\r\n"
    newline = cst.Newline(None if end == division.newline else end)
    if not code:
        return cst.EmptyLine(newline=newline)
    start = code.index("#")
    return cst.EmptyLine(
        whitespace=cst.SimpleWhitespace(code[len(indent) : start]), comment=cst.Comment(code[start:]), newline=newline
    )


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


_NOTHING = "0"  # what stands for a block right behind the colon
_BLANKS = " \t\r"
_EMPTY = ("", "\r")
_GOES_ON = ("\\", "\\\r")
_ONE = r"[a-zA-Z_][\w.]*+(?: as \w++)?"
_IMPORT = regex(
    rf"(?:from (?P<dots>\.*+)(?P<module>[a-zA-Z_][\w.]*+)? )?import (?P<names>{_ONE}(?:, {_ONE})*+)", re.ASCII
)
_INDENTED = regex(r"\n[ \t]").search
