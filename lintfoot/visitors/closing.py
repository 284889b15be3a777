"""What becomes of a handle that has a name: closed on every path, handed on, or left open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from lintfoot.names import Names
from lintfoot.records import dataclass
from lintfoot.scopes import last_word
from lintfoot.visitors.below import below
from lintfoot.visitors.ways_out import CLOSERS, Walk

UsesUp = Callable[[cst.Call, cst.Arg], bool]
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
    walk = Walk(names, handle.name.value, {id(names.index.statement_of(use)) for use in closes})
    start = names.index.statement_of(handle.call)
    if walk.from_(start) and walk.place is not None:
        return Leak(f"`{shown}` is not closed on every path", walk.place, f"`{shown}` is still open here")
    return None


def _is_later(names: Names, use: cst.Name, handle: Handle) -> bool:
    """Whether the use can meet this handle: it does not stand before the call, or inside it, unless a loop comes round."""
    if names.index.stands_in(use, handle.call):
        return False
    if names.index.order[id(use)] > names.index.order[id(handle.call)]:
        return True
    if names.index.function_of(use) is not names.index.function_of(handle.call):
        return True
    loops = (one for one in names.index.ancestors(handle.call) if isinstance(one, cst.For | cst.While))
    return any(names.index.stands_in(use, loop) for loop in loops)


def _uses(names: Names, target: cst.Name) -> Iterator[cst.Name]:
    scope = names.lookup(target)
    if scope is None:
        return
    for node in below(scope.node, sought=frozenset((target.value,))):
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
        case cst.Attribute(attr=cst.Name(value=method)) if method in CLOSERS:
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
            if isinstance(call, cst.Call) and last_word(call.func) in ("closing", "enter_context", "push"):
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
    return not (isinstance(outer, cst.Call) and last_word(outer.func) in _SYNCS)
