"""A text cut into statements without a parser: exact about strings, brackets, comments and continuations.

The top level, the bodies of classes and those of functions are cut. Where the text leaves a doubt there is no division,
and whoever asks takes the file whole; a cut that is wrong all the same (a bracket that nobody could see) leaves pieces that
do not parse.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from lintfoot.records import dataclass, field
from lintfoot.regexes import regex

_DEEPEST = 16  # compound statements in one another; what is deeper is read whole
_QUOTED = regex(
    r"""\#[^\n]*
    |\"\"\"(?:[^"\\]++|\\[\s\S]|"(?!""))*+\"\"\"
    |'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+'''
    |"(?:[^"\\\n]++|\\(?:\r\n|[\s\S]))*+"
    |'(?:[^'\\\n]++|\\(?:\r\n|[\s\S]))*+'""",
    re.VERBOSE,
)
_STRANGE = ("\f", "\v", "\0")  # they move columns or lines in ways that plain text does not show, as does a lone \r
_LONE = regex(r"\r(?!\n)")
_OPENING, _CLOSING = (b"(", b"[", b"{"), (b")", b"]", b"}")
_NO_SIGN = bytes(set(range(256)) - set(b"()[]{}\\\n\0"))
INSIDE = "\0"  # begins a line that begins inside a string
_HEAD = regex(r"(?:async[ \t]+)?(?P<word>@|\w+)(?:[ \t\\\r\n]+(?P<name>\w+))?")
_PASSES = regex(r"(?:pass|continue|\.\.\.|[\s;])*+")
_DEFINES = regex(r"[ \t]*(?:async[ \t\\]|def[ \t\\]|class[ \t\\])")
_BLANK = ("", " ", "\t", "\r")
_OUTER = regex(r"\bnonlocal\b")  # what such a function binds is seen in another one: that is read whole
_JOINS = frozenset({"else", "elif", "except", "finally"})
_BLOCKS = frozenset({"if", "for", "while", "try", "with", "match"})


@dataclass(slots=True)
class Unit:
    """A statement of the top level, the head of a class or a function, or a statement in it; lines from 1, `end` exclusive.

    `lead` is the first of the comments that touch it from above: nobody looks at others but the first line of all. `owner` is
    the head of what is round it; `members` are the statements below a head, and `stop` is where they end.
    """

    number: int
    lead: int
    start: int
    end: int
    kind: str  # def, class (whole), head (of a class that is cut up), block, plain
    stop: int = 0
    name: str = ""
    owner: Unit | None = None
    members: list[Unit] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)  # of a compound statement that is cut up
    clauses: int = 1
    body: int = 0  # in which of its owner's bodies it stands

    def below(self) -> Iterator[Unit]:
        """The unit, and all that stand in it."""
        yield self
        for member in self.members:
            yield from member.below()

    def outermost(self) -> Unit:
        """The statement of the top level or of a class that a statement stands in."""
        unit = self
        while unit.owner is not None and unit.owner.kind != "head":
            unit = unit.owner
        return unit


@dataclass(slots=True)
class Body:
    """The lines of a block whose statements are members, which of the clauses it is, and the number of the last unit in it."""

    start: int
    end: int
    clause: int
    last: int = 0


@dataclass(frozen=True)
class Layout:
    """A text and its logical lines: what can be told of it before it is cut up."""

    text: str
    lines: list[str]
    bare: list[str]  # without comments, strings empty
    masked: str  # the bare lines in one

    @cached_property
    def indent(self) -> str:
        """What the first indented line begins with: libcst takes that for the file's own indent."""
        for number, (line, start) in enumerate(zip(self.bare, self.logical, strict=True), 1):
            if start == number and line[:1] in (" ", "\t") and line.strip():
                return line[: len(line) - len(line.lstrip())]
        return "    "

    @property
    def newline(self) -> str:
        """How the first line ends: what libcst takes for the file's own line end."""
        return "\r\n" if self.lines[0].endswith("\r") else "\n"

    @property
    def logical(self) -> list[int]:
        """For each line, counted from 0, the line from 1 on which its logical line begins."""
        return self._joined[0]

    @property
    def ends(self) -> bool:
        """Whether no bracket is open at the end of the text."""
        return self._joined[1]

    @cached_property
    def _joined(self) -> tuple[list[int], bool]:
        found: list[int] = []
        depth = start = 0
        goes_on = False
        known: dict[bytes, tuple[int, bool, bool]] = {b"": (0, False, False)}
        data = self.masked.encode("utf-8", "surrogatepass").translate(None, _NO_SIGN)
        for number, signs in enumerate(data.split(b"\n"), 1):
            told = known.get(signs)
            if told is None:
                change = sum(map(signs.count, _OPENING)) - sum(map(signs.count, _CLOSING))
                told = known[signs] = change, signs.endswith(b"\\"), signs[:1] == b"\0"
            if not depth and not goes_on and not told[2]:
                start = number
            found.append(start)
            depth += told[0]
            goes_on = told[1]
        return found, not depth


@dataclass(frozen=True)
class Division(Layout):
    """The units of a text in order, besides its lines."""

    units: list[Unit]

    @cached_property
    def starts(self) -> tuple[list[int], list[int]]:
        """The lines from which on each unit is meant, and its number: comments above a statement go with the one before."""
        found = [(unit.start, unit.number) for unit in self.units]
        for unit in self.units:
            found += [(body.end, unit.number) for body in unit.bodies if body.end < unit.stop]
        found.sort()
        return [line for line, _ in found], [number for _, number in found]

    def at(self, line: int) -> Unit | None:
        """The unit that holds a line; None above the first."""
        lines, numbers = self.starts
        found = bisect_right(lines, line) - 1
        return self.units[numbers[found]] if found >= 0 else None

    def last(self, unit: Unit) -> int:
        """The number of the last unit that stands in one, or of itself."""
        return self._lasts[unit.number]

    @cached_property
    def _lasts(self) -> list[int]:
        found = [unit.number for unit in self.units]
        for unit in reversed(self.units):
            if unit.owner is not None:
                found[unit.owner.number] = max(found[unit.owner.number], found[unit.number])
        return found

    def scope_line(self, unit: Unit) -> int:
        """The line of the `def` or `class` of a head: decorators stand above it."""
        return next((n for n in range(unit.start, unit.end) if _DEFINES.match(self.bare[n - 1])), unit.start)

    def code(self, unit: Unit) -> str:
        """A unit's own lines without comments, and with nothing in strings."""
        lines = self.bare[unit.start - 1 : unit.end - 1]
        ends = [*(body.start for body in unit.bodies[1:]), unit.stop]
        for body, end in zip(unit.bodies, ends, strict=False):
            lines += self.bare[body.end - 1 : end - 1]  # of a compound statement between its blocks and below them
        return "\n".join(lines)

    def indent_of(self, unit: Unit) -> str:
        """What the first line of a unit begins with."""
        line = self.lines[unit.start - 1]
        return line[: len(line) - len(line.lstrip())]


def layout(text: str) -> Layout | None:
    """The lines of a text; None where it holds what moves them, or a string that does not end."""
    if any(sign in text for sign in _STRANGE) or ("\r" in text and _LONE.search(text)) or text.startswith("\ufeff"):
        return None
    masked = _QUOTED.sub(_mask, text)
    if '"' in masked or "'" in masked:
        return None
    return Layout(text, text.split("\n"), masked.split("\n"), masked)


def divide(text: str) -> Division | None:
    """Cut a text up; None where that is not sure to be right."""
    found = layout(text)
    return cut(found) if found is not None else None


def cut(found: Layout) -> Division | None:
    """Cut a text up whose lines are known; None where that is not sure to be right."""
    cutter = _Cutter(found)
    if not found.ends or not cutter.top():
        return None
    division = Division(found.text, found.lines, found.bare, found.masked, cutter.units)
    if "_joined" in vars(found):
        vars(division)["_joined"] = vars(found)["_joined"]
    return division


def _mask(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == "#":
        return "\r" if text[-1] == "\r" else ""
    return "()" if "\n" not in text else "()" + f"\n{INSIDE}" * text.count("\n")


class _Cutter:
    def __init__(self, layout: Layout) -> None:
        self.lines, self.bare, self.logical = layout.lines, layout.bare, layout.logical
        self.units: list[Unit] = []
        self.indents = {
            number: line[: len(line) - len(line.lstrip(" \t"))]
            for number, (line, start) in enumerate(zip(self.bare, self.logical, strict=True), 1)
            if start == number and line.strip()
        }
        self.code = list(self.indents)  # the lines on which logical lines with code begin
        self.outer = [
            number
            for number, line in enumerate(self.bare if "nonlocal" in layout.masked else (), 1)
            if "nonlocal" in line and _OUTER.search(line)
        ]

    def top(self) -> bool:
        starts = self._starts(1, len(self.bare) + 1, "")
        if starts is None:
            return False
        for lead, start, end in self._grouped(starts, 1, len(self.bare) + 1):
            self._unit(lead, start, end, None)
        return True

    def _unit(self, lead: int, start: int, end: int, owner: Unit | None, body: int = 0) -> None:
        kind, name = self._kind(start, end)
        unit = Unit(len(self.units), lead, start, end, kind, end, name, owner, body=body)
        self.units.append(unit)
        if owner is not None:
            owner.members.append(unit)
        if kind == "class" or (kind == "def" and not self._says_outer(unit)):
            self._open(unit)
        elif kind == "block" and not self._is_deep(unit):
            self._open_block(unit)

    def _is_deep(self, unit: Unit) -> bool:
        """Whether a compound statement stands in too many others, or in something that is read whole for its names."""
        depth, above = 0, unit.owner
        while above is not None:
            depth, above = depth + 1, above.owner
        if unit.owner is None or unit.owner.kind == "head":
            return self._says_outer(unit)
        return depth > _DEEPEST

    def _says_outer(self, unit: Unit) -> bool:
        """Whether what it binds may be seen outside."""
        at = bisect_left(self.outer, unit.start)
        return at < len(self.outer) and self.outer[at] < unit.end

    def _kind(self, start: int, end: int) -> tuple[str, str]:
        """What a unit is and what it is called, by its first line that is no decorator."""
        number = start
        if self.bare[start - 1].lstrip().startswith("@"):
            number = next((n for n in range(start, end) if _DEFINES.match(self.bare[n - 1])), start)
        head = _HEAD.match(self.bare[number - 1].lstrip())
        word = head["word"] if head else ""
        if head is not None and word in ("def", "class"):
            return word, head["name"] or ""
        return ("block" if word in _BLOCKS else "plain"), ""

    def _open(self, unit: Unit) -> None:
        """Cut a class or a function at its members; it stays whole where that is not sure."""
        body = self._body(unit)
        if body is None:
            return
        first = next((n for n in range(body, unit.end) if self.bare[n - 1].strip(" \t\r")), None)
        if first is None or self.bare[first - 1][0] == INSIDE:
            return
        line = self.bare[first - 1]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        starts = self._starts(body, unit.end, indent) if indent else None
        if not starts or starts[0] != first:
            return
        end = unit.end
        unit.kind, unit.end = "head" if unit.kind == "class" else unit.kind, body
        for lead, start, stop in self._grouped(starts, body, end):
            self._unit(lead, start, stop, unit)

    def _open_block(self, unit: Unit) -> None:
        """Cut a compound statement at the members of its blocks; handlers that only pass are asked for their comments, and stay."""
        line = self.bare[unit.start - 1]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        clauses = self._starts(unit.start, unit.end, indent)
        head = _HEAD.match(line.lstrip())
        if not clauses or clauses[0] != unit.start or head is None or head["word"] == "match":
            return
        if "match" in line and line.lstrip().startswith("match"):
            return
        end = unit.end
        opened: list[tuple[Body, list[tuple[int, int, int]]]] = []
        for number, (start, stop) in enumerate(pairwise([*clauses, end])):
            word = _HEAD.match(self.bare[start - 1].lstrip())
            if word is None or (start != unit.start and word["word"] not in _JOINS):
                return
            first = self._below(start, stop)
            members = self._members(first, stop) if first is not None else None
            handles = word["word"] == "except"
            if first is None or members is None:
                if not handles:
                    return  # which block is which would not be sure
            elif not (handles and _PASSES.fullmatch("".join(self.bare[first - 1 : stop - 1]))):
                opened.append((Body(first, stop, number), members))
        unit.end, unit.clauses = opened[0][0].start, len(clauses)
        for number, (body, members) in enumerate(opened):
            unit.bodies.append(body)
            for lead, start, stop in members:
                self._unit(lead, start, stop, unit, number)
            body.last = len(self.units) - 1

    def _members(self, first: int, stop: int) -> list[tuple[int, int, int]] | None:
        """The statements of a block; None where they are not sure."""
        code = next((n for n in range(first, stop) if self.bare[n - 1].strip(" \t\r")), None)
        if code is None or self.bare[code - 1][0] == INSIDE:
            return None
        line = self.bare[code - 1]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        starts = self._starts(first, stop, indent) if indent else None
        return self._grouped(starts, first, stop) if starts and starts[0] == code else None

    def _body(self, unit: Unit) -> int | None:
        """The first line below a header; None where something follows the colon."""
        start = next((n for n in range(unit.start, unit.end) if _DEFINES.match(self.bare[n - 1])), None)
        return None if start is None else self._below(start, unit.end)

    def _below(self, start: int, end: int) -> int | None:
        """The line below the header that begins on one; None where something follows its colon."""
        last, begin = start, self.logical[start - 1]
        while last + 1 < end and self.logical[last] == begin:
            last += 1
        return last + 1 if self.bare[last - 1].rstrip().endswith(":") else None

    def _starts(self, first: int, end: int, indent: str) -> list[int] | None:
        """The lines on which statements with this indent begin; None in doubt."""
        found: list[int] = []
        for number in self.code[bisect_left(self.code, first) : bisect_left(self.code, end)]:
            own = self.indents[number]
            if own == indent:
                found.append(number)
            elif not own.startswith(indent):
                return None  # less deep than the body it stands in
        return found

    def _grouped(self, starts: list[int], first: int, end: int) -> list[tuple[int, int, int]]:
        """Join clauses to their statement and decorators to what they decorate; lead, start, end of each."""
        groups: list[int] = []
        decorating = False
        for start in starts:
            head = _HEAD.match(self.bare[start - 1].lstrip())
            word = head["word"] if head else ""
            if decorating:
                decorating = word == "@"
                continue
            if word in _JOINS and groups:
                continue
            groups.append(start)
            decorating = word == "@"
        if not groups:
            return []
        ends = [self._after_code(one, two) for one, two in pairwise([*groups, end])]
        leads = [self._touching(one, two) for one, two in zip([first, *ends], groups, strict=False)]
        return list(zip(leads, groups, ends, strict=True))

    def _touching(self, first: int, start: int) -> int:
        """The first of the comment lines right above a statement, from a line on; of a file that starts with `#!`, that."""
        if first == 1 and self.lines[0].startswith("#!"):
            return first
        while start > first and self._is_comment(start - 1):
            start -= 1
        return start

    def _after_code(self, start: int, end: int) -> int:
        """The first line behind the last code of a statement, and behind the comments that stand deeper than it."""
        if self.bare[end - 2].strip():
            return end
        number = end
        while number - 1 > start and not self.bare[number - 2].strip():
            number -= 1
        width = _width(self.bare[start - 1])
        deeper = (
            n for n in range(end - 1, number - 1, -1) if self._is_comment(n) and _width(self.lines[n - 1]) > width
        )
        return next(deeper, number - 1) + 1

    def _is_comment(self, number: int) -> bool:
        return self.lines[number - 1].lstrip(" \t").startswith("#")


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
