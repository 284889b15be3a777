"""What becomes of a handle that has a name: closed on every path, handed on, or left open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Flag

import libcst as cst

from lintfoot.names import Names
from lintfoot.paths import is_exit
from lintfoot.visitors.below import below, last_name

UsesUp = Callable[[cst.Call, cst.Arg], bool]
_CLOSERS = frozenset({"close", "__exit__", "aclose", "detach"})
_NEUTRAL = frozenset(
    f"builtins.{name}"
    for name in "bool callable getattr hasattr id isinstance issubclass len print repr str type".split()
)
_SYNCS = frozenset({"fsync", "fdatasync", "fstat", "isatty"})


@dataclass(frozen=True, slots=True)
class Handle:
    """A call that opens, and the name that its result is bound to."""

    call: cst.Call
    name: cst.Name


@dataclass(frozen=True, slots=True)
class Leak:
    """Why a handle stays open; `place` is where a path leaves without closing it."""

    message: str
    place: cst.CSTNode | None = None
    why: str = ""


class Way(Flag):
    """How a stretch of code ends with the handle still open."""

    NONE = 0
    ON = 1
    LEAVES = 2
    TURNS = 4


def leak(names: Names, handle: Handle, uses_up: UsesUp) -> Leak | None:
    """The way in which a handle is left open; None where it is closed, handed on, or nobody can tell."""
    uses = [use for use in _uses(names, handle.name) if _is_later(names, use, handle)]
    closes = []
    here = names.index.function_of(handle.call)
    for use in uses:
        kind = _kind(names, use, uses_up)
        if kind == "handed" or (kind == "close" and names.index.function_of(use) is not here):
            return None
        if kind == "close":
            closes.append(use)
    shown = handle.name.value
    if not closes:
        return Leak(f"`{shown}` is never closed")
    walk = _Walk(names, handle.name.value, {id(names.index.statement_of(use)) for use in closes})
    start = names.index.statement_of(handle.call)
    if walk.from_(start) and walk.place is not None:
        return Leak(f"`{shown}` is not closed on every path", walk.place, f"`{shown}` is still open here")
    return None


def _is_later(names: Names, use: cst.Name, handle: Handle) -> bool:
    """Whether the use can meet this handle: it does not stand before the call, or inside it, unless a loop comes round."""
    above = list(names.index.ancestors(use))
    if any(one is handle.call for one in above):
        return False
    if names.index.order[id(use)] > names.index.order[id(handle.call)]:
        return True
    loops = {id(one) for one in names.index.ancestors(handle.call) if isinstance(one, cst.For | cst.While)}
    apart = names.index.function_of(use) is not names.index.function_of(handle.call)
    return apart or any(id(one) in loops for one in above)


def _uses(names: Names, target: cst.Name) -> Iterator[cst.Name]:
    scope = names.lookup(target)
    if scope is None:
        return
    for node in below(scope.node):
        if isinstance(node, cst.Name) and node.value == target.value and node is not target:
            parent = names.index.parent.get(id(node))
            label = isinstance(parent, cst.Attribute | cst.Arg) and parent.value is not node
            if not label and names.lookup(node) is scope:
                yield node


def _kind(names: Names, use: cst.Name, uses_up: UsesUp) -> str:
    """close, handed (on to somebody who may close it) or used."""
    index = names.index
    parent = index.parent.get(id(use))
    match parent:
        case cst.Attribute(attr=cst.Name(value=method)) if method in _CLOSERS:
            return "close"
        case cst.Attribute(attr=cst.Name(value="fileno")):
            return "handed" if _outlives(names, parent) else "used"
        case cst.Attribute():
            grand = index.parent.get(id(parent))
            return (
                "handed"
                if isinstance(grand, cst.Arg) and not isinstance(index.parent.get(id(grand)), cst.Call)
                else "used"
            )
        case cst.WithItem():
            return "close"
        case cst.Arg():
            call = index.parent.get(id(parent))
            if isinstance(call, cst.Call) and last_name(call.func) in ("closing", "enter_context", "push"):
                return "close"
            looked = isinstance(call, cst.Call) and (
                uses_up(call, parent) or not _NEUTRAL.isdisjoint(names.names_of(call.func))
            )
            return "used" if looked else "handed"
        case cst.Return() | cst.Yield() | cst.Element() | cst.DictElement() | cst.StarredElement() | cst.Lambda():
            return "handed"
        case cst.Assign(value=value) | cst.AnnAssign(value=value) | cst.NamedExpr(value=value):
            return "handed" if value is use else "used"
        case cst.IfExp(test=test):
            return "used" if test is use else "handed"
        case cst.Del() | cst.Global() | cst.NameItem() | cst.BooleanOperation():
            return "handed"
        case _:
            return "used"


def _outlives(names: Names, fileno: cst.Attribute) -> bool:
    """Whether the number of the file goes to something that wants the file to stay open: a lock, a map, a child."""
    call = names.index.parent.get(id(fileno))
    arg = names.index.parent.get(id(call)) if call is not None else None
    outer = names.index.parent.get(id(arg)) if isinstance(arg, cst.Arg) else None
    return not (isinstance(outer, cst.Call) and last_name(outer.func) in _SYNCS)


class _Walk:
    """Follows the statements behind the opening one; `place` is where the handle is lost."""

    def __init__(self, names: Names, name: str, closing: set[int]) -> None:
        self.names = names
        self.name = name
        self.closing = closing
        self.place: cst.CSTNode | None = None

    def from_(self, start: cst.CSTNode) -> bool:
        """Whether some path from a statement on leaves the function with the handle open, by a return or a new open."""
        index = self.names.index
        if self._is_covered(start):
            return False
        child = start
        for parent in index.ancestors(start):
            if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                return False
            if isinstance(parent, cst.IndentedBlock | cst.Module):
                way = self._rest(parent, child)
                if Way.LEAVES in way:
                    return True
                if Way.ON not in way and Way.TURNS not in way:
                    return False
            child = parent
        return False

    def _is_covered(self, start: cst.CSTNode) -> bool:
        """Whether a `finally` or a `with` round the opening statement closes it, however it is left."""
        child = start
        for parent in self.names.index.ancestors(start):
            if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                return False
            last = parent.finalbody if isinstance(parent, cst.Try | cst.TryStar) else None
            if last is not None and child is not last and self._holds_close(last):
                return True
            child = parent
        return False

    def _rest(self, block: cst.CSTNode, child: cst.CSTNode) -> Way:
        body = list(getattr(block, "body", ()))
        at = next((number for number, one in enumerate(body) if one is child), len(body))
        way = Way.ON
        if (
            isinstance(child, cst.Try | cst.TryStar)
            and child.orelse is not None
            and not self._holds_close(child.orelse)
        ):
            way = Way.ON
        elif isinstance(child, cst.Try | cst.TryStar) and child.orelse is not None:
            return Way.NONE
        for statement in body[at + 1 :]:
            one = self._statement(statement)
            way = (way & ~Way.ON) | one
            if Way.ON not in one:
                break
        return way

    def _sequence(self, body: cst.BaseSuite) -> Way:
        way = Way.ON
        for statement in body.body:
            one = self._statement(statement)
            way = (way & ~Way.ON) | one
            if Way.ON not in one:
                break
        return way

    def _statement(self, node: cst.CSTNode) -> Way:
        if id(node) in self.closing and not isinstance(node, cst.BaseCompoundStatement):
            return Way.NONE
        match node:
            case cst.SimpleStatementLine(body=body):
                return self._simple(body)
            case cst.If():
                return self._if(node)
            case cst.With(items=items, body=body):
                return Way.NONE if any(self._holds_close(item) for item in items) else self._sequence(body)
            case cst.Try() | cst.TryStar():
                return self._try(node)
            case cst.For(body=body) | cst.While(body=body):
                return Way.NONE if self._holds_close(node) else (self._sequence(body) & Way.LEAVES) | Way.ON
            case cst.Match(cases=cases):
                return Way.NONE if self._holds_close(node) else Way.ON | self._union(case.body for case in cases)
            case cst.FunctionDef() | cst.ClassDef():
                return Way.ON
            case _:
                return Way.NONE if self._holds_close(node) else Way.ON

    def _simple(self, body: object) -> Way:
        for small in body:  # type: ignore[attr-defined]
            if self._holds_close(small):
                return Way.NONE
            if isinstance(small, cst.Return):
                self.place = self.place or small
                return Way.LEAVES
            if isinstance(small, cst.Raise) or (
                isinstance(small, cst.Expr) and isinstance(small.value, cst.Call) and is_exit(small.value.func)
            ):
                return Way.NONE
            if isinstance(small, cst.Break | cst.Continue):
                return Way.TURNS
            if (
                isinstance(small, cst.Assign)
                and any(isinstance(one.target, cst.Name) and one.target.value == self.name for one in small.targets)
                and not any(isinstance(one, cst.Name) and one.value == self.name for one in below(small.value))
            ):
                self.place = self.place or small
                return Way.LEAVES
        return Way.ON

    def _if(self, node: cst.If) -> Way:
        asked = any(isinstance(one, cst.Name) and one.value == self.name for one in below(node.test))
        if asked:  # `if stream is not None: stream.close()`
            return Way.NONE if self._holds_close(node) else Way.ON
        taken = self._sequence(node.body)
        match node.orelse:
            case cst.If() as nested:
                other = self._if(nested)
            case cst.Else(body=body):
                other = self._sequence(body)
            case _:
                other = Way.ON
        if self._holds_close(node):  # it closes under the condition under which it opened
            return (taken | other) & Way.LEAVES
        return taken | other

    def _try(self, node: cst.Try | cst.TryStar) -> Way:
        if node.finalbody is not None and self._holds_close(node.finalbody):
            return Way.NONE
        way = self._sequence(node.body)
        if Way.ON in way and node.orelse is not None:
            way = (way & ~Way.ON) | self._sequence(node.orelse.body)
        if Way.ON in way and any(self._holds_close(handler) for handler in node.handlers):
            return way
        return way

    def _union(self, bodies: object) -> Way:
        way = Way.NONE
        for body in bodies:  # type: ignore[attr-defined]
            way |= self._sequence(body)
        return way

    def _holds_close(self, node: cst.CSTNode) -> bool:
        for one in below(node):
            match one:
                case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=method)):
                    if name == self.name and method in _CLOSERS:
                        return True
                case _:
                    pass
            if isinstance(one, cst.WithItem) and any(
                isinstance(inner, cst.Name) and inner.value == self.name for inner in below(one.item)
            ):
                return True
        return False
