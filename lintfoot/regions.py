"""A module that libcst reads in parts: each when something is asked that it may add to.

Which parts those are is told by words in the text, always more of them than needed. What looks at the trees themselves (the
body of the module, of a class) gets all of them: nothing can be missed, only be slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import libcst as cst

from lintfoot.scopes import Index, Scope
from lintfoot.split import Division, Unit


class InDoubt(BaseException):
    """A part does not parse: the file has to be taken whole. Nothing on the way may catch this for an error of its own."""


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
        self._blocks: dict[
            int, tuple[int, cst.CSTNode]
        ] = {}  # id of a class's block -> the unit of its head, true body
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
        text, above = self._text(unit)
        try:
            module = cst.parse_module(text)
        except Exception as error:
            raise InDoubt from error
        self.lines += unit.end - unit.lead
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

    def _text(self, unit: Unit) -> tuple[str, int]:
        """What libcst is given for a unit, and by how much its lines are off."""
        text = self.division.written(unit)
        if unit.members:
            line = self.division.lines[unit.members[0].start - 1]
            text += f"\n{line[: len(line) - len(line.lstrip())]}pass"
        return (f"class _:\n{text}\n", unit.lead - 2) if unit.owner is not None else (f"{text}\n", unit.lead - 1)

    def _note(self, unit: Unit, nodes: tuple[cst.CSTNode, ...]) -> None:
        index = self.index
        parent: Any = self.module
        scope: Scope = index.scopes[id(self.module)]
        if unit.owner is not None:
            owner: Any = self.nodes[unit.owner.number][0]
            parent, scope = owner.body, index.scopes[id(owner)]
        if unit.members:
            if len(nodes) != 1 or not isinstance(nodes[0], cst.ClassDef | cst.FunctionDef):
                raise InDoubt
            self._cut_open(unit, nodes[0])
        index.add(nodes, parent, scope, unit.number)
        if unit.members:
            inner: Scope = index.scopes[id(nodes[0])]
            bound = dict(inner.bindings)
            inner.bindings = index.names_of(inner.node)
            inner.bindings.update(bound)

    def _cut_open(self, unit: Unit, owner: cst.ClassDef | cst.FunctionDef) -> None:
        """Give a class or a function a body that is read member by member."""
        block = _empty(_Block, owner.body, self)
        self._blocks[id(block)] = (unit.number, owner.body)
        self._open[id(owner)] = unit.number
        object.__setattr__(owner, "body", block)

    def body_of(self, holder: object) -> tuple[cst.CSTNode, ...]:
        """All statements of the module or of a class."""
        if self._adding:
            return ()
        if holder is self.module:
            units = [unit for unit in self.division.units if unit.owner is None]
        else:
            units = self.division.units[self._blocks[id(holder)][0]].members
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
        """The number of the unit that a node stands in."""
        if id(node) in self.unit_of:
            return self.unit_of[id(node)]
        return next(self.unit_of[id(above)] for above in self.index.ancestors(node) if id(above) in self.unit_of)

    # what may add to an answer

    def everything(self) -> None:
        """Read the whole module."""
        for unit in self.division.units:
            self.read(unit)

    def within(self, scope: cst.CSTNode) -> None:
        """Read all that stands directly in a scope."""
        number = self._open.get(id(scope))
        for unit in self.division.units if number is None else self.division.units[number].members:
            self.read(unit)

    def ends(self, function: int, word: str) -> None:
        """Read all of a function, by its id, in which a word stands."""
        number = self._open.get(function)
        for unit in self.division.units[number].members if number is not None else ():
            if word in self.division.code(unit):
                self.read(unit)

    def bound(self, scope: cst.CSTNode, name: str) -> None:
        """Read all that may bind a name in the module's scope, or in that of a class or function that is cut up."""
        head = None if scope is self.module else self._open.get(id(scope))
        if scope is not self.module and head is None:
            return
        key = -1 if head is None else head
        if key not in self._tables:
            units = self.division.units
            table = self._tables[key] = self._binders(units if head is None else units[head].members, top=head is None)
        else:
            table = self._tables[key]
        for unit in table.get(name, ()):
            self.read(unit)

    def _binders(self, units: list[Unit], *, top: bool) -> dict[str, list[Unit]]:
        """Which units may bind a name at their own level."""
        table: dict[str, list[Unit]] = {}
        for unit in units:
            names = set() if top and unit.owner is not None else set(self._binds(unit))
            if top:
                code = self.division.code(unit)
                if "global" in code:
                    names.update(_WORD.findall(" ".join(_GLOBAL.findall(code))))
            for name in names:
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
        for unit in self.division.units:
            if unit.owner is None and unit.kind in ("plain", "block"):
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
    """A class's head with the body that it was read with."""

    def __init__(self, regions: Regions, number: int) -> None:
        nodes = regions.nodes[number]
        self.owner = nodes[0] if regions.division.units[number].members else None
        self.regions = regions

    def __enter__(self) -> None:
        if self.owner is not None:
            self.block = self.owner.body  # type: ignore[attr-defined]
            object.__setattr__(self.owner, "body", self.regions._blocks[id(self.block)][1])  # noqa: SLF001

    def __exit__(self, *_: object) -> None:
        if self.owner is not None:
            object.__setattr__(self.owner, "body", self.block)


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


_STAR = re.compile(r"\bimport[\s\\(]*\*")
_WORD = re.compile(r"\w+")
_GLOBAL = re.compile(r"\bglobal\b([^\n;]*(?:\\\r?\n[^\n;]*)*)")
_BARE_ANNOTATION = re.compile(r"[\w.]+\s*:")
_EQUALS = re.compile(r"(?:(?<![=!<>:])|(?<=<<)|(?<=>>))=(?!=)")
_WRITTEN = re.compile(r"[\s)\]]*(?:=(?!=)|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|:|$)")
_ITEM_WRITTEN = re.compile(r"[\s)]*\[.*\]\s*(?:=(?!=)|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|:|$)")
