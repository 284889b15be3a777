"""A module that libcst reads in parts: each when something is asked that it may add to.

Which parts those are is told by Python's own parser, always more of them than needed. What looks at the trees themselves (the
body of the module, of a class) gets all of them: nothing can be missed, only be slow.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any

import libcst as cst

from lintfoot import pieces
from lintfoot.census import Census, last
from lintfoot.descent import ALL, Sought
from lintfoot.ledger import MODULE, Ledger, all_bound, ledger, mentions, normal
from lintfoot.pieces import Piece, piece
from lintfoot.records import dataclass
from lintfoot.scopes import PART, Ahead, Index, Scope
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
        return tuple(self.regions.holding(self, ALL))

    def holding(self, sought: Sought) -> Iterator[cst.CSTNode]:
        """The statements that hold something sought, read one by one; all of them where nothing is."""
        return self.regions.holding(self, sought)

    def last_member(self) -> cst.CSTNode | None:
        """The last statement."""
        return self.regions.last_member(self)


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
    """The nodes of a statement that have a block, in the order of the text."""
    further = _HOLDS.get(node.__class__)
    if further is not None:
        yield node
        for one in further(node):
            yield from _holders(one)


# By the class of a node with a block, what stands behind that and may have one too.
_HOLDS: dict[type, Callable[[Any], Iterable[Any]]] = {
    **dict.fromkeys((cst.If, cst.For, cst.While), lambda node: (node.orelse,)),
    **dict.fromkeys((cst.Try, cst.TryStar), lambda node: (*node.handlers, node.orelse, node.finalbody)),
    **dict.fromkeys((cst.ExceptHandler, cst.ExceptStarHandler, cst.With, cst.Else, cst.Finally), lambda _: ()),
    **dict.fromkeys((cst.FunctionDef, cst.ClassDef), lambda _: ()),
}


class Regions:
    """The parts of one module, and the index that they are noted in."""

    def __init__(
        self, division: Division, package: str, census: Census, running: Callable[[], Iterable[int] | None]
    ) -> None:
        self.division = division
        self.census = census  # the whole text as Python's own parser reads it: for what it tells of lines
        self._running = running
        like = cst.Module((), default_indent=division.indent, default_newline=division.newline)
        self.module: cst.Module = _empty(_Module, like, self)
        self.lines = 0  # handed to libcst
        self.nodes: dict[int, Any] = {}  # the statement by the number of the unit
        self.unit_of: dict[int, int] = {}  # id of a statement -> the number of its unit
        self._blocks: dict[int, list[Unit]] = {}  # id of a block that was cut out -> what stands in it
        self._cuts: dict[int, list[_Cut]] = {}  # the number of a head -> what was cut out of it
        self._open: dict[int, int] = {}  # id of a class -> the unit of its head
        self._adding = False
        self._known: dict[Sought, list[int]] = {}
        self.index = Index(self.module, package, self)
        self._read_lines(one.line for one, node in census.all(ast.ImportFrom) if node.names[0].name == "*")

    # reading

    def read(self, unit: Unit) -> Any:
        """The statement of a unit. Raises InDoubt for what does not parse."""
        if unit.number not in self.nodes:
            self.read_all((unit,))
        return self.nodes[unit.number]

    def read_all(self, units: Iterable[Unit]) -> None:
        """Read units, and what stands round them, at once. Raises InDoubt for what does not parse."""
        missing: dict[int, Piece] = {}
        waiting = list(units)
        while waiting:
            unit = waiting.pop()
            if unit.number not in self.nodes and unit.number not in missing:
                missing[unit.number] = piece(self.division, unit)
                waiting += self._outward(unit)
        if not missing:
            return
        read = {number: pieces.plain_import(self.division, one) for number, one in sorted(missing.items())}
        wanted = [missing[number] for number, node in read.items() if node is None]
        self.lines += sum(len(one.lines) for one in wanted)
        nodes = [node for some in pieces.portions(wanted) for node in self._parsed(some)]
        read |= {one.unit.number: node for one, node in zip(wanted, nodes, strict=True)}
        for number in read:
            self._add(self.division.units[number], read)

    def _parsed(self, wanted: list[Piece]) -> list[Any]:
        if not wanted:
            return []
        try:
            return pieces.read(self.division, wanted)
        except Exception as error:
            if len(wanted) == 1:
                raise InDoubt from error
        return [self._parsed([one])[0] for one in wanted]

    def _add(self, unit: Unit, read: dict[int, Any]) -> None:
        """Note what was read, after what says how its names are bound."""
        if unit.number in self.nodes:
            return
        node = read[unit.number]
        self.nodes[unit.number] = node
        self.unit_of[id(node)] = unit.number
        if unit.number == 0:  # what stands above all statements is the module's own
            object.__setattr__(self.module, "header", node.leading_lines)
            object.__setattr__(node, "leading_lines", ())
            self.unit_of.update((id(line.comment), 0) for line in self.module.header if line.comment is not None)
        for one in self._outward(unit):
            self._add(one, read)
        self._adding = True
        try:
            self._note(unit, node)
        finally:
            self._adding = False

    def _outward(self, unit: Unit) -> list[Unit]:
        """What says `global` in a function or a class, and in those round it: known before any name in it is bound or looked up."""
        found: list[Unit] = []
        above: Unit | None = unit if self._globals else None
        while above is not None:
            if above.members and not above.bodies:
                found += self._at(self._globals.get(self.division.scope_line(above), ()))
            above = above.owner
        return found

    @cached_property
    def _globals(self) -> dict[int, list[int]]:
        """By the line of a function or a class, its own statements that say `global`."""
        found: dict[int, list[int]] = {}
        for statement, _ in self.census.all(ast.Global):
            if statement.around:
                found.setdefault(statement.around[-1].lineno, []).append(statement.line)
        return found

    def _note(self, unit: Unit, node: Any) -> None:
        if unit.members:
            self._cut_open(unit, node)
            if not unit.bodies:
                self._scope(unit)
        self.index.add(node, self.module if unit.owner is None else None, self._scope_round(unit), unit.number)

    def _scope_round(self, unit: Unit) -> Scope:
        """The scope that a unit stands in."""
        above = unit.owner
        while above is not None and above.bodies:
            above = above.owner
        top: Scope = self.index.scopes[id(self.module)]
        return top if above is None else self._scope(above)

    def _scope(self, head: Unit) -> Ahead:
        """The scope of a class or a function, whether its head has been read or not."""
        known = self.index.ahead
        if head.number not in known:
            kind = cst.ClassDef if head.kind == "head" else cst.FunctionDef
            bindings = self.index.names_of(head.number)
            known[head.number] = Ahead(kind, self._scope_round(head), bindings, lambda: self.read(head))
        return known[head.number]

    def above(self, statement: int) -> cst.CSTNode | None:
        """The block that a statement stands in, by its id; None of what is no statement that was read by itself."""
        unit = self._unit_of_statement(statement)
        if unit is None or unit.owner is None:
            return None
        self.read(unit.owner)
        block: cst.CSTNode = self._cuts[unit.owner.number][unit.body].block
        self.index.parent[statement] = block
        return block

    def holds(self, outer: int, statement: int) -> bool | None:
        """Whether a statement that was read by itself stands in another one, or in a block, by their ids; None where that is neither."""
        inner, head, members = (
            self._unit_of_statement(statement),
            self._unit_of_statement(outer),
            self._blocks.get(outer),
        )
        if inner is None or not (head or members):
            return None
        if members:
            return members[0].number <= inner.number <= self.division.last(members[-1])
        return head is not None and head.number < inner.number <= self.division.last(head)

    def heads_round(self, statement: int) -> list[str]:
        """The names of the functions and classes round a statement that was read by itself, by its id, the innermost first."""
        unit = self._unit_of_statement(statement)
        found = []
        while unit is not None and unit.owner is not None:
            unit = unit.owner
            if not unit.bodies:
                found.append(unit.name)
        return found

    def branches(self, statement: int) -> bool:
        """Whether a statement, by its id, may stand in an `if`: of what was read by itself the text tells."""
        unit = self._unit_of_statement(statement)
        if unit is None:
            return True
        owner = unit.owner
        return owner is not None and self.division.bare[owner.start - 1].lstrip().startswith("if")

    def _unit_of_statement(self, statement: int) -> Unit | None:
        number = self.unit_of.get(statement)
        return self.division.units[number] if number is not None else None

    def _cut_open(self, unit: Unit, node: Any) -> None:
        """Give a class, a function or a compound statement blocks that are read member by member."""
        holders = list(_holders(node))
        if len(holders) != unit.clauses:
            raise InDoubt
        holders = [holders[body.clause] for body in unit.bodies] or holders
        depth, above = 0, unit.owner
        while above is not None:
            depth, above = depth + 1, above.owner
        cuts = self._cuts[unit.number] = []
        for number, holder in enumerate(holders):
            members = [one for one in unit.members if one.body == number]
            read = pieces.block(self.division, holder.body, self.division.indent_of(unit), members[0])
            block = _empty(_Block, read, self)
            final = unit.bodies[number].last if unit.bodies else self.division.last(unit)
            object.__setattr__(
                block, "after", ((final + 1) << PART) + (1 << (PART - 1)) + ((_DEEPEST - depth) << _APART)
            )
            cuts.append(_Cut(holder, block, read))
            self._blocks[id(block)] = members
            object.__setattr__(holder, "body", block)
        if not unit.bodies:
            self._open[id(node)] = unit.number

    def holding(self, block: object, sought: Sought) -> Iterator[cst.CSTNode]:
        """The statements of the module or of a block in which something sought stands; all of them where nothing is."""
        if self._adding:
            return
        held = self._units_with(sought) if sought else None
        for unit in self._top if block is self.module else self._blocks[id(block)]:
            if held is None or bisect_left(held, unit.number) < bisect_right(held, self.division.last(unit)):
                yield self.read(unit)

    def last_member(self, block: object) -> cst.CSTNode | None:
        """The last statement of the module or of a block."""
        units = [] if self._adding else self._top if block is self.module else self._blocks[id(block)]
        return self.read(units[-1]) if units else None

    @cached_property
    def _top(self) -> list[Unit]:
        return [unit for unit in self.division.units if unit.owner is None]

    def _units_with(self, sought: Sought) -> list[int]:
        """The numbers of the units in which something sought stands, in order."""
        if sought not in self._known:
            lines: set[int] = set()
            for one in sought:
                if isinstance(one, str):
                    lines.update(self._mentions.get(normal(one), ()))
                elif isinstance(one, type):
                    lines.update(statement.line for statement, _ in self.census.all(one))
                else:
                    lines.update(line for word, some in self._mentions.items() if one(word) for line in some)
            units = {unit.number for unit in map(self.division.at, lines) if unit is not None}
            self._known[sought] = sorted(units)
        return self._known[sought]

    @cached_property
    def _mentions(self) -> dict[str, set[int]]:
        return mentions(self.census)

    def standing(self, number: int) -> tuple[cst.Module, list[int]]:
        """A module that has a unit's statement alone, and the line of the file that each of its lines is."""
        one = piece(self.division, self.division.units[number])
        above = [0] if one.indent else []
        module = pieces.standing(self.division, one, self.nodes[number], self.module.header)
        return module, [*above, *one.written, one.written[-1] + 1]

    def closed(self, number: int) -> _Closed:
        """For the time of a `with`: the tree of a class's head as it was read, to be written out again."""
        return _Closed(self, number)

    def text_of(self, owner: cst.ClassDef) -> str | None:
        """The text of a class that is read member by member."""
        number = self._open.get(id(owner))
        if number is None:
            return None
        head = self.division.units[number]
        return "\n".join(self.division.lines[head.lead - 1 : head.stop - 1])

    # what a node belongs to

    def unit(self, node: cst.CSTNode) -> int:
        """The number of the unit that a node stands in. Raises InDoubt for what no statement read here holds."""
        for one in chain((node,), self.index.ancestors(node)):
            if id(one) in self.unit_of:
                return self.unit_of[id(one)]
        holder = self._below_comment(node) if node.__class__ is cst.Comment else None
        if holder is None:
            raise InDoubt
        return self.unit(holder)

    def _below_comment(self, comment: cst.CSTNode) -> cst.CSTNode | None:
        """The statement that a comment stands above: repairs begin there."""
        for one in self.index.parent.values():
            if any(line.comment is comment for line in getattr(one, "leading_lines", ())):
                return one
        return None

    # what may add to an answer

    def everything(self) -> None:
        """Read the whole module."""
        self.read_all(self.division.units)

    def within(self, scope: int | None) -> None:
        """Read all that stands directly in a scope, and its head."""
        head = [self.division.units[scope]] if scope is not None else []
        self.read_all([*head, *self._directly(scope)])

    def _directly(self, number: int | None) -> Iterator[Unit]:
        """The units of a scope, by the number of its head; those in its compound statements as well."""
        units = self.division.units
        waiting = list(self._top if number is None else units[number].members)
        while waiting:
            unit = waiting.pop(0)
            yield unit
            if unit.bodies:
                waiting = [*unit.members, *waiting]

    def ends(self, function: int, word: str) -> None:
        """Read all of a function, by its id, in which a word stands that ends it: `return` or `yield`."""
        number = self._open.get(function)
        if number is None:
            return
        head = self.division.units[number]
        if word == "return":
            self._read_lines(self.ledger.returns.get(self.division.scope_line(head), ()))
            return
        self.read_all(unit for unit in self._directly(number) if word in self.division.code(unit))

    @cached_property
    def ledger(self) -> Ledger:
        """Which lines bind and write what."""
        return ledger(self.census.tree, self.division.masked)

    def _read_lines(self, lines: Iterable[int]) -> None:
        self.read_all(self._at(lines))

    def _at(self, lines: Iterable[int]) -> list[Unit]:
        return [unit for unit in map(self.division.at, lines) if unit is not None]

    def bound(self, scope: int | None, name: str) -> None:
        """Read all that may bind a name in the module's scope, or in that of a class or function, by the number of its head."""
        line = MODULE if scope is None else self.division.scope_line(self.division.units[scope])
        self._read_lines(self.ledger.binders(line, name))

    def binds(self, name: str) -> bool:
        """Whether any scope may bind a name."""
        return normal(name) in self._all_bound

    @cached_property
    def _all_bound(self) -> frozenset[str]:
        return all_bound(self.census)

    def written(self, name: str, *, item: bool, within: int | None = None) -> None:
        """Read all that may assign to `….name`, or to `name[…]` and `….name[…]`; in a class or a function alone, by its id."""
        lines = self.ledger.writers(name, item=item)
        if within not in (None, id(self.module)):
            number = self._open.get(within)
            if number is None:
                return  # read as a whole, with all that stands in it
            head = self.division.units[number]
            lines = [line for line in lines if head.start <= line < head.stop]
        self._read_lines(lines)

    def called(self, name: str, owner: str, most: int) -> None:
        """Read all that may call `name`, or `….owner.name` where an owner is given; with `most`, enough for the first ones."""
        found = sorted(
            statement.line
            for statement, call in self.census.calls.get(normal(name), ())
            if last(call.func)  # the census also knows `table["name"](…)` by that name
            and (not owner or (isinstance(call.func, ast.Attribute) and last(call.func.value) == normal(owner)))
        )
        self._read_lines(found[:most] if most else found)

    @cached_property
    def runners(self) -> list[int] | None:
        """The numbers of the units that may run commands, in order; None where nobody can tell."""
        lines = self._running()
        if lines is None:
            return None
        units = {unit.number for unit in map(self.division.at, lines) if unit is not None}
        return sorted(units)

    def running(self, function: int) -> tuple[int, int] | None:
        """Read all in a function, by its id, that may run commands; the first and the last number of what stands in it.

        None where the whole of it has been read.
        """
        number = self._open.get(function)
        if number is None or self.runners is None:
            return None
        units = self.division.units
        final = self.division.last(units[number])
        held = self.runners[bisect_left(self.runners, number) : bisect_right(self.runners, final)]
        self.read_all(units[one] for one in held)
        return (number + 1) << PART, (final + 2) << PART

    def runs(self, call: cst.Call) -> bool:
        """Whether the statement that a call stands in may run a command; one that was made of parts of others may."""
        if self.runners is None:
            return True
        try:
            number = self.unit(call)
        except InDoubt:
            return True
        found = bisect_left(self.runners, number)
        return self.runners[found : found + 1] == [number]

    def statements(self, function: int) -> list[str] | None:
        """The code of each statement of a function, by its id, without strings; None where its body can be looked at."""
        number = self._open.get(function)
        return None if number is None else [self.division.code(one) for one in self.division.units[number].members]

    def defined(self, name: str) -> None:
        """Read all functions and classes of a name, wherever they stand; of a class also what its constructor takes."""
        found = self._at(self.ledger.definers(name))
        inner = [one for unit in found if unit.kind == "head" for one in unit.members]
        self.read_all([*found, *(one for one in inner if one.kind in ("plain", "block") or one.name == "__init__")])

    def from_the_end(self) -> Iterator[cst.CSTNode]:
        """The statements of the top level, the last one first, each read when it is asked for."""
        for unit in reversed(self._top):
            yield self.read(unit)

    def imports(self) -> None:
        """Read all imports, wherever they stand."""
        self._read_lines(node.lineno for kind in _IMPORTS for _, node in self.census.all(kind))

    def assigned(self) -> None:
        """Read all that may give a name of the top level the result of a call, and what is called like a logger."""
        for name in list(self.ledger.bound[MODULE]):
            if name in self.ledger.made or name.lower().lstrip("_") in ("log", "logger", "logging"):
                self.bound(None, name)


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


_IMPORTS: tuple[Any, ...] = (ast.Import, ast.ImportFrom)
