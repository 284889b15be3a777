"""Who binds what where: one walk over a module that notes parents, order, scopes and bindings, and judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from itertools import count
from typing import Any, cast

import libcst as cst

from lintfoot.asked import Asked, Parents, Rest, Scopes
from lintfoot.descent import BELOW, Getter, nothing
from lintfoot.places import absolute
from lintfoot.records import dataclass, field

FunctionNode = cst.FunctionDef | cst.Lambda
ScopeNode = (
    cst.Module
    | cst.FunctionDef
    | cst.Lambda
    | cst.ClassDef
    | cst.ListComp
    | cst.SetComp
    | cst.DictComp
    | cst.GeneratorExp
)
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
SCOPES = (cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef, *COMPREHENSIONS)
PART = 24  # bits for the nodes of one part of a module
BLOCKS = (cst.IndentedBlock, cst.SimpleStatementSuite, cst.Module)


class How(Enum):
    """How a name came to be bound."""

    ASSIGNED = "assigned"
    AUGMENTED = "augmented"
    LOOPED = "looped"  # the value is an iterable; the name holds its items
    ENTERED = "entered"  # the value is a context manager
    CAUGHT = "caught"
    IMPORTED = "imported"
    DEFINED = "defined"
    PARAMETER = "parameter"
    ANNOTATED = "annotated"  # an annotation alone
    OPAQUE = "opaque"  # bound to something nobody follows


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a name, or an attribute of self, gets a value.

    `path` says which item of the value is meant when it is unpacked (`a, (b, c) = v`); None in it means any.
    `node` is the statement or expression that binds; `annotation` what stands behind a colon.
    """

    how: How
    node: cst.CSTNode
    value: cst.BaseExpression | None = None
    path: tuple[int | None, ...] = ()
    imported: str = ""
    annotation: cst.BaseExpression | None = None


@dataclass(slots=True)
class Scope:
    """One namespace."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # name -> global or nonlocal

    @property
    def kind(self) -> type:
        """The class of the node."""
        return self.node.__class__

    def ended(self, table: dict[int, list[cst.BaseExpression | None]], value: cst.BaseExpression | None) -> None:
        """Note what a `return` or a `yield` gives."""
        table.setdefault(id(self.node), []).append(value)


class Ahead(Scope):
    """The scope of a class or a function whose head is read when somebody asks for the node: statements in it may be known before."""

    __slots__ = ("_ended", "_kind", "_node", "_read")

    def __init__(
        self, kind: type, parent: Scope, bindings: dict[str, list[Binding]], read: Callable[[], object]
    ) -> None:
        self.parent, self.bindings, self.elsewhere = parent, bindings, {}
        self._kind, self._read = kind, read
        self._node: ScopeNode | None = None
        self._ended: list[tuple[dict[int, list[cst.BaseExpression | None]], cst.BaseExpression | None]] = []

    @property
    def node(self) -> ScopeNode:  # type: ignore[override]
        """The class or the function."""
        if self._node is None:
            self._read()
        return cast("ScopeNode", self._node)

    @property
    def kind(self) -> type:
        """Its class, which is told before it is read."""
        return self._kind

    def ended(self, table: dict[int, list[cst.BaseExpression | None]], value: cst.BaseExpression | None) -> None:
        """Note what a `return` or a `yield` gives, by the function once that is known."""
        if self._node is None:
            self._ended.append((table, value))
        else:
            super().ended(table, value)

    def found(self, node: ScopeNode) -> None:
        """Say which node it is."""
        self._node = node
        for table, value in self._ended:
            super().ended(table, value)


class Index:
    """What one walk over a module notes. Keys are `id(node)`: a node's own hash is Python code.

    With a `rest` the module is read in parts, each when something is asked that it may add to: every answer is that of the
    whole module.
    """

    def __init__(self, module: cst.Module, package: str = "", rest: Rest | None = None) -> None:
        self.module = module
        self.package = package
        self.rest = rest
        self.parent: dict[int, cst.CSTNode] = {}
        self.order: dict[int, int] = {}
        self.scopes: dict[int, Scope] = {}
        self._scope_of: dict[int, Scope] = {}
        self.ahead: dict[int, Ahead] = {}  # scopes that are known before their heads, by the numbers of these
        self._opened: Scope | None = None  # that of the head that is being noted
        self.stars: list[str] = []  # modules of `from … import *`, last first
        self.attribute_writes: dict[str, list[tuple[cst.Attribute, Binding]]] = {}
        self.subscript_writes: dict[str, list[tuple[cst.Subscript, Binding]]] = {}
        self.returns: dict[int, list[cst.BaseExpression | None]] = {}
        self.yields: dict[int, list[cst.BaseExpression | None]] = {}
        self._calls: list[cst.Call] = []
        self._calls_by_name: dict[str, list[cst.Call]] = {}
        self._grown: list[list[Any]] = []
        self._texts: dict[int, str] = {}  # of classes, in small letters
        self._sorted = 0
        self._called: dict[str, list[Scope]] = {}
        self._tick = count(1).__next__
        if rest is None:
            self.order[id(module)] = 0
            top = self.scopes[id(module)] = Scope(module, None)
            self._below(module, top, module.body)
        else:
            self._prepare(rest)

    def _prepare(self, rest: Rest) -> None:
        """Tables that ask before they answer."""
        self.parent = Parents(rest.above)
        self.scopes = Scopes(rest.everything)
        self.attribute_writes = Asked(
            lambda name: rest.written(name, item=False), rest.everything, lambda found: self.order[id(found[0][0])]
        )
        self.subscript_writes = Asked(
            lambda name: rest.written(name, item=True), rest.everything, lambda found: self.order[id(found[0][0])]
        )
        self.returns = Asked(lambda key: self._ended(self.returns, key, "return"), rest.everything, lambda _: 0)
        self.yields = Asked(lambda key: self._ended(self.yields, key, "yield"), rest.everything, lambda _: 0)
        self.order[id(self.module)] = -1
        self.scopes[id(self.module)] = Scope(self.module, None, self.names_of(None))

    def _ended(self, table: dict[int, list[cst.BaseExpression | None]], key: int, word: str) -> None:
        """Read all that a function may return or yield."""
        if self.rest is not None:
            self.rest.ends(key, word)
            dict.get(table, key, []).sort(key=lambda one: self.order[id(one)] if one is not None else -1)

    def names_of(self, number: int | None) -> dict[str, list[Binding]]:
        """An empty table of the names bound in a scope that is read in parts, by the number of its head; None for the module's."""
        rest = self.rest
        if rest is None:
            return {}
        return Asked(
            lambda name: rest.bound(number, name),
            lambda: rest.within(number),
            lambda found: self.order[id(found[0].node)],
        )

    def add(self, node: cst.CSTNode, parent: cst.CSTNode | None, scope: Scope, number: int) -> None:
        """Note a statement that was read later; `number` is its place among all parts of the module.

        Where nobody has asked yet what it stands in, it has no parent.
        """
        self._tick = count((number + 1) << PART).__next__
        self._opened = self.ahead.get(number)
        self._below(parent, scope, (node,))
        if parent is None:
            del self.parent[id(node)]
        if number in self.ahead:
            self.ahead[number].found(cast("ScopeNode", node))
        for grown in self._grown:
            grown.sort(key=self._place)
        self._grown.clear()

    def statements(self, function: cst.FunctionDef) -> list[str] | None:
        """The code of each statement of a function that is read in parts, without strings; None of others."""
        return self.rest.statements(id(function)) if self.rest is not None else None

    def binds(self, name: str) -> bool:
        """Whether any scope binds a name."""
        possible = self.rest is None or self.rest.binds(name)
        return possible and any(name in scope.bindings for scope in self.scopes.values())

    def imported(self) -> set[str]:
        """The full names that imports bring in, in whatever scope; of a star none."""
        if self.rest is not None:
            self.rest.imports()
        scopes = [*dict.values(self.scopes), *self.ahead.values()]
        tables = [dict.values(scope.bindings) for scope in scopes]
        return {one.imported for table in tables for many in table for one in many if one.imported}

    def from_the_end(self) -> Iterator[cst.CSTNode]:
        """The statements of the top level, the last one first; of what is read in parts no more than are asked for."""
        yield from self.rest.from_the_end() if self.rest is not None else reversed(self.module.body)

    def assigned(self) -> dict[str, list[Binding]]:
        """What the top level may give the result of a call, and what is called like a logger: not all else that it binds."""
        bindings = self.scopes[id(self.module)].bindings
        if self.rest is None or not isinstance(bindings, Asked):
            return bindings
        self.rest.assigned()
        return bindings.read()

    def attributes_written(self, name: str, within: ScopeNode) -> list[tuple[cst.Attribute, Binding]]:
        """What is written to `….name`; what is written outside a class or a function may be left out."""
        if self.rest is not None:
            self.rest.written(name, item=False, within=id(within))
        return dict.get(self.attribute_writes, name, [])

    def items_written(self, name: str, within: ScopeNode) -> list[tuple[cst.Subscript, Binding]]:
        """The same of `name[…]` and `….name[…]`."""
        if self.rest is not None:
            self.rest.written(name, item=True, within=id(within))
        return dict.get(self.subscript_writes, name, [])

    def defined(self, name: str) -> list[Scope]:
        """The functions and classes called by a name, anywhere; a constructor by its class's."""
        if self.rest is not None:
            self.rest.defined(name)
        if len(self.scopes) != self._sorted:
            self._sorted, self._called = len(self.scopes), {}
            for scope in sorted(dict.values(self.scopes), key=lambda scope: self.order[id(scope.node)]):
                if isinstance(scope.node, cst.FunctionDef | cst.ClassDef):
                    name_of = scope.node.name.value
                    owner = scope.parent.node if name_of == "__init__" and scope.parent is not None else None
                    called = owner.name.value if isinstance(owner, cst.ClassDef) else name_of
                    self._called.setdefault(called, []).append(scope)
        return self._called.get(name, [])

    def may_run(self, function: FunctionNode) -> list[cst.Call]:
        """The calls in a function and all definitions in it, in order: none is missing that may run a command."""
        within = self.rest.running(id(function)) if self.rest is not None else None
        if within is not None:
            first, last = within
            return sorted((one for one in self._calls if first <= self.order[id(one)] < last), key=self._place)
        stack: list[cst.CSTNode] = [function]
        found = []
        while stack:
            one = stack.pop()
            if one.__class__ is cst.Call:
                found.append(one)
            stack += BELOW[one.__class__](one)[::-1]
        return found

    def runs(self, call: cst.Call) -> bool:
        """Whether a call may run a command, by the statement that it stands in; so may all of what is read as a whole."""
        return self.rest is None or self.rest.runs(call)

    def speaks_of(self, owner: cst.ClassDef, word: str) -> bool:
        """Whether a word, in small letters, stands anywhere in a class, or in the comments that touch it from above."""
        if id(owner) not in self._texts:
            text = self.rest.text_of(owner) if self.rest is not None else None
            if text is None:
                text = self.module.code_for_node(owner.with_changes(leading_lines=comments_above(owner)))
            self._texts[id(owner)] = text.lower()
        return word in self._texts[id(owner)]

    def _place(self, one: Any) -> int:
        """The number of an entry of a table: a call, a binding, or one with what it writes to."""
        kind = one.__class__
        node = one if kind is cst.Call else one.node if kind is Binding else one[1].node
        return self.order[id(node)]

    @property
    def calls(self) -> list[cst.Call]:
        """Every call of the module, in order."""
        if self.rest is not None:
            self.rest.everything()
            self._calls.sort(key=self._place)
        return self._calls

    def calls_of(self, name: str, owner: str = "", most: int = 0) -> list[cst.Call]:
        """The calls whose callee is written with this last name, in order.

        With an `owner`, none is missing that is one of its; with `most`, none of that many first ones.
        """
        if self.rest is not None:
            self.rest.called(name, owner, most)
        return self._calls_by_name.get(name, [])

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """From the parent upwards to the module."""
        found = self.parent.get(id(node))
        while found is not None:
            yield found
            found = self.parent.get(id(found))

    def may_branch(self, node: cst.CSTNode | None) -> bool:
        """Whether a node may be a statement in an `if`: no more is read to tell."""
        if node is None or not _is_statement(node.__class__):
            return False
        return self.rest is None or self.rest.branches(id(node))

    def stands_in(self, node: cst.CSTNode, outer: cst.CSTNode | None) -> bool:
        """Whether something is round a node; nobody looks further up than it can stand.

        What is round a node has a smaller number, and what is no statement, nor has any in it, is not round one.
        """
        small = outer is not None and _is_small(outer.__class__)
        first = self.order.get(id(outer), 0)
        current: cst.CSTNode | None = node
        while current is not None and not (small and _is_statement(current.__class__)):
            above = dict.get(self.parent, id(current))
            if above is None and self.rest is not None:
                told = self.rest.holds(id(outer), id(current))
                if told is not None:
                    return told
                above = self.parent.get(id(current))
            current = above
            if current is outer:
                return current is not None
            if current is not None and self.order.get(id(current), first) < first:
                break
        return False

    def defined_round(self, node: cst.CSTNode) -> list[str]:
        """The names of the functions and classes round a node, the innermost first; no head is read for them."""
        found = []
        above = dict.get(self.parent, id(node))
        while above is not None:
            node = above
            if isinstance(node, cst.FunctionDef | cst.ClassDef):
                found.append(node.name.value)
            above = dict.get(self.parent, id(node))
        return [*found, *self.rest.heads_round(id(node))] if self.rest is not None else found

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """The scope that a name standing at `node` is looked up in: decorators, defaults and bases belong outside."""
        found = self._scope_of.get(id(node))
        return found if found is not None else self.scopes[id(self.module)]

    def function_of(self, node: cst.CSTNode) -> FunctionNode | None:
        """The innermost function whose body holds the node."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None and scope.kind not in _FUNCTIONS:
            if scope.kind not in _COMPREHENSIONS:
                return None
            scope = scope.parent
        return cast("FunctionNode", scope.node) if scope else None

    def class_of(self, function: cst.CSTNode) -> cst.ClassDef | None:
        """The class that a function is a method of."""
        scope = self.scope_of(function)
        return cast("cst.ClassDef", scope.node) if scope.kind is cst.ClassDef else None

    def statement_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement that a node stands in: a whole simple statement line, or a compound statement."""
        if _is_statement(node.__class__):
            return node
        for parent in self.ancestors(node):
            if parent.__class__ in _HANDLERS or _is_statement(parent.__class__):
                return parent
        return node

    def _below(self, node: cst.CSTNode | None, scope: Scope, found: Iterable[cst.CSTNode]) -> None:
        """Note some children of a node and all that is below them, in the order of the source."""
        parents, orders, scopes = self.parent, self.order, self._scope_of
        for child in found:
            key = id(child)
            parents[key] = node  # type: ignore[assignment]
            orders[key] = self._tick()
            scopes[key] = scope
            treatment = _TREATMENTS[child.__class__]
            if treatment is None:
                continue
            get, note, opens = treatment
            if note is not None:
                note(self, child, scope)
            if opens is None:
                self._below(child, scope, get(child))
                continue
            inner = self.scopes[key] = self._scope(child, scope)  # type: ignore[arg-type]
            if opens is _INSIDE:
                self._below(child, inner, get(child))
                continue
            if child.__class__ is not cst.ClassDef:
                self._parameters(child, inner)  # type: ignore[arg-type]
            *head, body = get(child)
            self._below(child, scope, head)
            self._below(child, inner, (body,))

    def _scope(self, node: ScopeNode, scope: Scope) -> Scope:
        """What a node opens: for a head that is noted after statements in it, what they stand in."""
        opened, self._opened = self._opened, None
        return opened or Scope(node, scope)

    def _passed_over(self, node: Any, scope: Scope) -> None:
        """What stands behind a block that is read later has its number after all that is in there."""
        del scope
        self._tick = count(node.after).__next__

    # what each kind of node binds

    def _bind(self, scope: Scope, name: str, binding: Binding) -> None:
        where = scope
        if binding.node.__class__ is cst.NamedExpr:
            while where.kind in _COMPREHENSIONS and where.parent:
                where = where.parent
        kind = where.elsewhere.get(name)
        if kind == "global":
            where = self.scopes[id(self.module)]
        elif kind == "nonlocal" and where.parent:
            where = where.parent
            while name not in where.bindings and where.parent and where.parent.parent:
                where = where.parent
        self._note(where.bindings, name, binding)

    def _note(self, table: dict[str, list[Any]], name: str, entry: object) -> None:
        """Add to a table; what is read in parts is put in order when a part has been read."""
        found = table.setdefault(name, [])
        found.append(entry)
        if self.rest is not None and len(found) > 1 and not self._follows(*found[-2:]):
            self._grown.append(found)

    def _follows(self, before: object, entry: object) -> bool:
        """Whether an entry stands behind another, as far as their numbers are known yet: most are read in order."""
        try:
            return self._place(before) <= self._place(entry)
        except KeyError:
            return False

    def _target(self, scope: Scope, target: cst.CSTNode, binding: Binding) -> None:
        match target:
            case cst.Name(value=name):
                self._bind(scope, name, binding)
            case cst.Attribute(attr=cst.Name(value=name)):
                self._note(self.attribute_writes, name, (target, binding))
            case cst.Subscript(value=cst.Name(value=name)):
                self._note(self.subscript_writes, name, (target, binding))
            case cst.Subscript(value=cst.Attribute(attr=cst.Name(value=name))):
                self._note(self.subscript_writes, name, (target, binding))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                starred = False
                for number, element in enumerate(elements):
                    starred = starred or isinstance(element, cst.StarredElement)
                    path = (*binding.path, None if starred else number)
                    how = How.OPAQUE if isinstance(element, cst.StarredElement) else binding.how
                    self._target(scope, element.value, Binding(how, binding.node, binding.value, path))
            case _:
                pass

    def _note_Assign(self, node: cst.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._target(scope, target.target, Binding(How.ASSIGNED, node, node.value))

    def _note_AnnAssign(self, node: cst.AnnAssign, scope: Scope) -> None:
        how = How.ASSIGNED if node.value else How.ANNOTATED
        self._target(scope, node.target, Binding(how, node, node.value, annotation=node.annotation.annotation))

    def _note_AugAssign(self, node: cst.AugAssign, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.AUGMENTED, node, node.value))

    def _note_NamedExpr(self, node: cst.NamedExpr, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.ASSIGNED, node, node.value))

    def _note_For(self, node: cst.For, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.LOOPED, node, node.iter))

    def _note_CompFor(self, node: cst.CompFor, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.LOOPED, node, node.iter))

    def _note_WithItem(self, node: cst.WithItem, scope: Scope) -> None:
        if node.asname:
            self._target(scope, node.asname.name, Binding(How.ENTERED, node, node.item))

    def _note_ExceptHandler(self, node: cst.ExceptHandler, scope: Scope) -> None:
        if node.name:
            self._target(scope, node.name.name, Binding(How.CAUGHT, node))

    _note_ExceptStarHandler = _note_ExceptHandler

    def _note_Import(self, node: cst.Import, scope: Scope) -> None:
        for alias in node.names:
            full = dotted(alias.name)
            if alias.asname:
                self._target(scope, alias.asname.name, Binding(How.IMPORTED, node, imported=full))
            else:
                first = full.partition(".")[0]
                self._bind(scope, first, Binding(How.IMPORTED, node, imported=first))

    def _note_ImportFrom(self, node: cst.ImportFrom, scope: Scope) -> None:
        if isinstance(node.names, cst.ImportStar):
            self.stars.insert(0, self._absolute(node))  # the last one wins
            return
        module = self._absolute(node)
        for alias in node.names:
            name = dotted(alias.name)
            target = alias.asname.name if alias.asname else alias.name
            self._target(scope, target, Binding(How.IMPORTED, node, imported=f"{module}.{name}" if module else name))

    def _absolute(self, node: cst.ImportFrom) -> str:
        return absolute(dotted(node.module) if node.module else "", len(node.relative), self.package)

    def _note_FunctionDef(self, node: cst.FunctionDef, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.DEFINED, node))

    def _note_ClassDef(self, node: cst.ClassDef, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.DEFINED, node))

    def _note_TypeAlias(self, node: cst.TypeAlias, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.ASSIGNED, node, node.value))

    def _note_Global(self, node: cst.Global, scope: Scope) -> None:
        scope.elsewhere.update({item.name.value: "global" for item in node.names})

    def _note_Nonlocal(self, node: cst.Nonlocal, scope: Scope) -> None:
        scope.elsewhere.update({item.name.value: "nonlocal" for item in node.names})

    def _note_Del(self, node: cst.Del, scope: Scope) -> None:
        del node, scope  # a deleted name is bound to nothing that matters

    def _note_Call(self, node: cst.Call, scope: Scope) -> None:
        del scope
        self._calls.append(node)
        func: Any = node.func
        if func.__class__ is cst.Attribute:
            func = func.attr
        if func.__class__ is cst.Name:
            self._note(self._calls_by_name, func.value, node)

    def _note_Return(self, node: cst.Return, scope: Scope) -> None:
        scope.ended(self.returns, node.value)

    def _note_Yield(self, node: cst.Yield, scope: Scope) -> None:
        value = node.value if isinstance(node.value, cst.BaseExpression) else None
        scope.ended(self.yields, value)

    def _note_MatchAs(self, node: cst.MatchAs, scope: Scope) -> None:
        if node.name:
            self._bind(scope, node.name.value, Binding(How.OPAQUE, node))

    _note_MatchStar = _note_MatchAs

    def _note_MatchMapping(self, node: cst.MatchMapping, scope: Scope) -> None:
        if node.rest:
            self._bind(scope, node.rest.value, Binding(How.OPAQUE, node))

    def _parameters(self, node: FunctionNode, scope: Scope) -> None:
        for param in parameters(node):
            annotation = param.annotation.annotation if param.annotation else None
            binding = Binding(How.PARAMETER, param, param.default, annotation=annotation)
            self._bind(scope, param.name.value, binding)


_INSIDE, _BODY = "inside", "body"  # which children of a node stand in the scope that it opens
_OPENS: dict[type, str] = {
    **dict.fromkeys(COMPREHENSIONS, _INSIDE),
    **dict.fromkeys((cst.FunctionDef, cst.Lambda, cst.ClassDef), _BODY),
}
_FUNCTIONS: frozenset[type] = frozenset((cst.FunctionDef, cst.Lambda))
_COMPREHENSIONS: frozenset[type] = frozenset(COMPREHENSIONS)
_Treatment = tuple[Getter, Callable[[Index, Any, Scope], None] | None, str | None]


class _Treatments(dict[type, "_Treatment | None"]):
    """What is done about a node, by its class: how to get at its children, what notes it, which scope it opens; None for a leaf."""

    def __missing__(self, kind: type) -> _Treatment | None:
        name = kind.__name__
        note = vars(Index).get(f"_note_{name}")
        if name == "IndentedBlock" and kind is not cst.IndentedBlock:
            note = Index._passed_over  # noqa: SLF001 - the block of a module that is read in parts
        get = BELOW[kind]
        made = self[kind] = None if get is nothing and note is None else (get, note, _OPENS.get(kind))
        return made


_TREATMENTS = _Treatments()
_HANDLERS = frozenset({cst.ExceptHandler, cst.ExceptStarHandler})


def is_block(node: cst.CSTNode) -> bool:
    """Whether a node is a block of statements: also one that is read in parts, which has a class of its own."""
    return _is_block(node.__class__)


@cache
def _is_block(kind: type) -> bool:
    return issubclass(kind, BLOCKS)


@cache
def _is_statement(kind: type) -> bool:
    return issubclass(kind, cst.BaseStatement)


@cache
def _is_small(kind: type) -> bool:
    return issubclass(kind, cst.BaseExpression | cst.BaseSmallStatement)


def parameters(node: FunctionNode) -> list[cst.Param]:
    """All parameters in order, `*args` and `**kwargs` included."""
    params = node.params
    found = [*params.posonly_params, *params.params]
    if isinstance(params.star_arg, cst.Param):
        found.append(params.star_arg)
    found += params.kwonly_params
    if params.star_kwarg:
        found.append(params.star_kwarg)
    return found


def comments_above(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comment lines that touch a statement from above: those after the last blank line."""
    found: list[cst.EmptyLine] = []
    for line in getattr(statement, "leading_lines", ()):
        found = [*found, line] if line.comment is not None else []
    return found


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` as written, without blanks; empty for anything else."""
    parts: list[str] = []
    current: Any = node
    while current.__class__ is cst.Attribute:
        parts.append(current.attr.value)
        current = current.value
    if current.__class__ is not cst.Name:
        return ""
    parts.append(current.value)
    return ".".join(parts[::-1])


def last_word(node: cst.CSTNode) -> str:
    """`sleep` of `time.sleep`, of `clock().sleep`; empty for anything that is no name."""
    one: Any = node
    if one.__class__ is cst.Attribute:
        one = one.attr
    return one.value if one.__class__ is cst.Name else ""
