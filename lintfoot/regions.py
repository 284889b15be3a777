"""A module that libcst reads in parts: each when something is asked that it may add to.

Which parts those are is told by words in the text, always more of them than needed. What looks at the trees themselves (the
body of the module, of a class) gets all of them: nothing can be missed, only be slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import libcst as cst

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.scopes import PART, Index, Scope
from lintfoot.split import Division, Unit

_DEEPEST = 24  # heads in one another
_APART = 17  # bits for the nodes of a head behind one of its blocks


class InDoubt(BaseException):
    """The parts cannot tell: the file has to be taken whole. Nothing on the way may catch this for an error of its own."""


class _Body:
    """The body of something that is read in parts; whoever looks at it sees all."""

    regions: Regions

    @property
    def body(self) -> tuple[cst.CSTNode, ...]:
        return self.regions.body_of(self)


class _Module(_Body, cst.Module):  # type: ignore[misc]
    pass


class _Block(_Body, cst.IndentedBlock):  # type: ignore[misc]
    pass


_Module.__name__, _Block.__name__ = "Module", "IndentedBlock"  # tables of nodes go by these


def _empty(kind: type[Any], like: cst.CSTNode, regions: Regions) -> Any:
    made = object.__new__(kind)
    for name in like.__dataclass_fields__:
        if name != "body":
            object.__setattr__(made, name, getattr(like, name))
    object.__setattr__(made, "regions", regions)
    return made


@dataclass(frozen=True, slots=True)
class _Cut:
    """The node that has the block, the block that is read member by member, and the one that was read with the head."""

    holder: Any
    block: Any
    read: cst.CSTNode


def _holders(node: cst.CSTNode) -> Iterator[Any]:
    """The nodes of a statement that have a block, in the order of the text; handlers are left out."""
    match node:
        case cst.If(orelse=orelse):
            yield node
            if orelse is not None:
                yield from _holders(orelse)
        case cst.Try(orelse=orelse, finalbody=finalbody) | cst.TryStar(orelse=orelse, finalbody=finalbody):
            yield node
            yield from (one for one in (orelse, finalbody) if one is not None)
        case cst.For(orelse=orelse) | cst.While(orelse=orelse):
            yield node
            if orelse is not None:
                yield orelse
        case cst.With() | cst.Else() | cst.FunctionDef() | cst.ClassDef():
            yield node
        case _:
            pass


class Regions:
    """The parts of one module, and the index that they are noted in."""

    def __init__(self, division: Division, package: str = "") -> None:
        self.division = division
        like = cst.Module((), default_indent=division.indent, default_newline=division.newline)
        self.module: cst.Module = _empty(_Module, like, self)
        self.lines = 0  # handed to libcst
        self.nodes: dict[int, tuple[cst.CSTNode, ...]] = {}  # by the number of the unit
        self.modules: dict[
            int, tuple[cst.Module, int]
        ] = {}  # the tree a unit was read as, and its lines above the unit's
        self.unit_of: dict[int, int] = {}  # id of a node of a unit's top -> its number
        self._blocks: dict[int, list[Unit]] = {}  # id of a block that was cut out -> what stands in it
        self._cuts: dict[int, list[_Cut]] = {}  # the number of a head -> what was cut out of it
        self._open: dict[int, int] = {}  # id of a class -> the unit of its head
        self._adding = False
        self._tables: dict[int, dict[str, list[Unit]]] = {}
        self._asked: set[tuple[str, ...]] = set()
        self.index = Index(self.module, package, self)
        for unit in division.units:
            if _STAR.search(division.code(unit)):
                self.read(unit)

    # reading

    def read(self, unit: Unit) -> tuple[cst.CSTNode, ...]:
        """The nodes of a unit. Raises InDoubt for what does not parse."""
        if unit.number not in self.nodes:
            self._read(unit)
        return self.nodes[unit.number]

    def _read(self, unit: Unit) -> None:
        if unit.owner is not None:
            self.read(unit.owner)
        text, above, lines = self._text(unit)
        try:
            module = cst.parse_module(text)
        except Exception as error:
            raise InDoubt from error
        self.lines += lines
        body = module.body
        if unit.owner is not None:
            only = body[0] if len(body) == 1 else None
            if not isinstance(only, cst.ClassDef):
                raise InDoubt
            body = only.body.body  # type: ignore[assignment]
        self.nodes[unit.number] = tuple(body)
        self.modules[unit.number] = (module, above)
        self.unit_of.update((id(node), unit.number) for node in body)
        self._adding = True
        try:
            self._note(unit, tuple(body))
        finally:
            self._adding = False

    def _text(self, unit: Unit) -> tuple[str, int, int]:
        """What libcst is given for a unit, by how much its lines are off, and how many of the file's it has."""
        text, lines = self.division.written(unit), unit.end - unit.lead
        if unit.members:
            text, lines = self.division.emptied(unit)
        if unit.owner is not None:
            return f"class _:\n{text}\n", unit.lead - 2, lines
        return f"{text}\n", unit.lead - 1, lines

    def _note(self, unit: Unit, nodes: tuple[cst.CSTNode, ...]) -> None:
        index = self.index
        parent: Any = self.module
        if unit.owner is not None:
            parent = self._cuts[unit.owner.number][unit.body].block
        if unit.members:
            self._cut_open(unit, nodes)
        index.add(nodes, parent, self._scope_round(unit), unit.number)
        if unit.members and not unit.bodies:
            inner: Scope = index.scopes[id(nodes[0])]
            bound = dict(inner.bindings)
            inner.bindings = index.names_of(inner.node)
            inner.bindings.update(bound)

    def _scope_round(self, unit: Unit) -> Scope:
        """The scope that a unit stands in."""
        above = unit.owner
        while above is not None and above.bodies:
            above = above.owner
        node = self.module if above is None else self.nodes[above.number][0]
        scope: Scope = self.index.scopes[id(node)]
        return scope

    def _cut_open(self, unit: Unit, nodes: tuple[cst.CSTNode, ...]) -> None:
        """Give a class, a function or a compound statement blocks that are read member by member."""
        holders = list(_holders(nodes[0])) if len(nodes) == 1 else []
        if len(holders) != max(1, len(unit.bodies)):
            raise InDoubt
        depth, above = 0, unit.owner
        while above is not None:
            depth, above = depth + 1, above.owner
        cuts = self._cuts[unit.number] = []
        for number, holder in enumerate(holders):
            members = [one for one in unit.members if one.body == number]
            block = _empty(_Block, holder.body, self)
            last = unit.bodies[number].last if unit.bodies else max(one.number for one in unit.below())
            object.__setattr__(
                block, "after", ((last + 1) << PART) + (1 << (PART - 1)) + ((_DEEPEST - depth) << _APART)
            )
            cuts.append(_Cut(holder, block, holder.body))
            self._blocks[id(block)] = members
            object.__setattr__(holder, "body", block)
        if not unit.bodies:
            self._open[id(nodes[0])] = unit.number

    def body_of(self, holder: object) -> tuple[cst.CSTNode, ...]:
        """All statements of the module or of a class."""
        if self._adding:
            return ()
        top = (unit for unit in self.division.units if unit.owner is None)
        units = top if holder is self.module else self._blocks[id(holder)]
        return tuple(node for unit in units for node in self.read(unit))

    def closed(self, number: int) -> _Closed:
        """For the time of a `with`: the tree of a class's head as it was read, to be written out again."""
        return _Closed(self, number)

    def text_of(self, owner: cst.ClassDef) -> str | None:
        """The text of a class that is read member by member."""
        number = self._open.get(id(owner))
        if number is None:
            return None
        head = self.division.units[number]
        lines = self.division.lines[head.lead - 1 : head.stop - 1]
        while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
            lines.pop()  # what stands at the margin belongs to the next statement
        return "\n".join(lines)

    # what a node belongs to

    def unit(self, node: cst.CSTNode) -> int:
        """The number of the unit that a node stands in. Raises InDoubt for what no statement read here holds."""
        for one in (node, *self.index.ancestors(node)):
            if id(one) in self.unit_of:
                return self.unit_of[id(one)]
        raise InDoubt

    # what may add to an answer

    def everything(self) -> None:
        """Read the whole module."""
        for unit in self.division.units:
            self.read(unit)

    def within(self, scope: cst.CSTNode) -> None:
        """Read all that stands directly in a scope."""
        number = self._open.get(id(scope))
        for unit in self._directly(number):
            self.read(unit)

    def _directly(self, number: int | None) -> Iterator[Unit]:
        """The units of a scope, by the number of its head; those in its compound statements as well."""
        units = self.division.units
        waiting = [one for one in units if one.owner is None] if number is None else list(units[number].members)
        while waiting:
            unit = waiting.pop(0)
            yield unit
            if unit.bodies:
                waiting = [*unit.members, *waiting]

    def ends(self, function: int, word: str) -> None:
        """Read all of a function, by its id, in which a word stands."""
        number = self._open.get(function)
        for unit in self._directly(number) if number is not None else ():
            if word in self.division.code(unit):
                self.read(unit)

    def bound(self, scope: cst.CSTNode, name: str) -> None:
        """Read all that may bind a name in the module's scope, or in that of a class or function that is cut up."""
        head = None if scope is self.module else self._open.get(id(scope))
        if scope is not self.module and head is None:
            return
        key = -1 if head is None else head
        if key not in self._tables:
            table = self._tables[key] = self._binders(head)
        else:
            table = self._tables[key]
        for unit in table.get(name, ()):
            self.read(unit)

    def _binders(self, head: int | None) -> dict[str, list[Unit]]:
        """Which units may bind a name in the scope of a head, or of the module."""
        table: dict[str, list[Unit]] = {}
        for unit in self._directly(head):
            for name in set(self._binds(unit)):
                table.setdefault(name, []).append(unit)
        for unit in self.division.units if head is None else ():
            code = self.division.code(unit)
            if "global" in code:
                for name in set(_WORD.findall(" ".join(_GLOBAL.findall(code)))):
                    table.setdefault(name, []).append(unit)
        return table

    def _binds(self, unit: Unit) -> Iterator[str]:
        if unit.kind in ("def", "class", "head"):
            yield unit.name
            return
        code = self.division.code(unit)
        if unit.kind == "block":
            yield from _WORD.findall(code)
            return
        written = self.division.written(unit)
        if ":=" in written:
            yield from _WORD.findall(written)
        for part in code.split(";") if ";" in code else (code,):
            stripped = part.strip()
            if stripped.startswith(("import", "from", "global")) or _BARE_ANNOTATION.match(stripped):
                yield from _WORD.findall(stripped)
                continue
            signs = [found.start() for found in _EQUALS.finditer(stripped)]
            if signs:  # all but the last value: a chain has several targets, and a keyword in it does no harm
                yield from _WORD.findall(stripped[: signs[-1]])

    def written(self, name: str, *, item: bool) -> None:
        """Read all that may assign to `….name`, or to `name[…]` and `….name[…]`."""
        for unit, line, at in self._places(name, "bare"):
            after = line[at + len(name) :]
            if (_ITEM_WRITTEN if item else _WRITTEN).match(after) or self._written_beside(line, at, after, item=item):
                self.read(unit)

    def _written_beside(self, line: str, at: int, after: str, *, item: bool) -> bool:
        """Whether a name may be one of several targets, of a loop or a `with`, or stand on lines that go on."""
        if item:
            if not re.match(r"[\s\\)]*\[", after):
                return False
        elif "." not in line[:at] and line[:at].strip():
            return False
        if after.rstrip("\r").endswith("\\") or (item and after.count("[") > after.count("]")):
            return True
        if re.match(r"[^\w=]*(?:async\s+)?(?:for|with)\b", line) or re.search(r"\b(?:for|as|in)\b", line):
            return True
        return bool(_EQUALS.search(after)) or re.fullmatch(r"[\s(\[]*[\w.\s,*\[\]()]+,\s*", line) is not None

    def called(self, name: str, owner: str) -> None:
        """Read all that may call `name`, or `….owner.name` where an owner is given."""
        key = ("called", name, owner)
        if key in self._asked:
            return
        self._asked.add(key)
        if not name.isidentifier():
            self.everything()
            return
        before = rf"\b{re.escape(owner)}\b(?:[\s\\)]|#[^\n]*)*\.(?:[\s\\]|#[^\n]*)*" if owner else r"\b"
        pattern = re.compile(rf"{before}{name}\b(?:[\s\\)]|#[^\n]*)*\(")
        division = self.division
        if name in division.text:
            for found in pattern.finditer(division.text):
                unit = division.at(division.line_of(found.end() - 1)) if owner else None
                for one in (unit, division.at(division.line_of(found.start()))):
                    if one is not None:
                        self.read(one)

    def defined(self, name: str) -> None:
        """Read all functions and classes of a name, wherever they stand; of a class also what its constructor takes."""
        key = ("defined", name)
        if key in self._asked:
            return
        self._asked.add(key)
        for unit, line, at in self._places(name, "bare"):
            if unit.name == name or re.search(r"\b(?:def|class)\b[\s\\]*$", line[:at]) or not line[:at].strip():
                self.read(unit)
                for member in unit.members if unit.kind == "head" else ():
                    if member.kind in ("plain", "block") or member.name == "__init__":
                        self.read(member)

    def assigned(self) -> None:
        """Read all statements of the top level that import, or may give a name the result of a call, and what logs."""
        for unit in self._directly(None):
            if unit.kind in ("plain", "block"):
                code = self.division.code(unit)
                if (
                    unit.kind == "block"
                    or code.lstrip().startswith(("import", "from"))
                    or ("=" in code and "(" in code)
                ):
                    self.read(unit)
        self.bound(self.module, "logging")
        for name in self._tables[-1]:
            if name.lower().lstrip("_") in ("log", "logger"):
                self.bound(self.module, name)

    def _places(self, name: str, where: str) -> Iterator[tuple[Unit, str, int]]:
        """Where a word stands: the unit, the line, the column from 0."""
        division = self.division
        if not name or name not in division.text:
            return
        lines = division.bare if where == "bare" else division.lines
        for number, line in enumerate(lines, 1):
            at = line.find(name)
            while at >= 0:
                end = at + len(name)
                if not _is_word(line[at - 1 : at]) and not _is_word(line[end : end + 1]):
                    unit = division.at(number)
                    if unit is not None:
                        yield unit, line, at
                at = line.find(name, end)


class _Closed:
    """A head with the blocks that it was read with."""

    def __init__(self, regions: Regions, number: int) -> None:
        self.cuts = regions._cuts.get(number, [])  # noqa: SLF001

    def __enter__(self) -> None:
        for cut in self.cuts:
            object.__setattr__(cut.holder, "body", cut.read)

    def __exit__(self, *_: object) -> None:
        for cut in self.cuts:
            object.__setattr__(cut.holder, "body", cut.block)


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


_STAR = regex(r"\bimport[\s\\(]*\*")
_WORD = regex(r"\w+")
_GLOBAL = regex(r"\bglobal\b([^\n;]*(?:\\\r?\n[^\n;]*)*)")
_BARE_ANNOTATION = regex(r"[\w.]+\s*:")
_EQUALS = regex(r"(?:(?<![=!<>:])|(?<=<<)|(?<=>>))=(?!=)")
_WRITTEN = regex(r"[\s)\]]*(?:=(?!=)|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|:|$)")
_ITEM_WRITTEN = regex(r"[\s)]*\[.*\]\s*(?:=(?!=)|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|:|$)")
