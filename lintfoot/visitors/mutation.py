"""Where a function changes what one of its parameters holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from lintfoot.descent import ALL, Sought
from lintfoot.flow import reaching
from lintfoot.names import Names
from lintfoot.scopes import FunctionNode, How
from lintfoot.visitors.below import below

# Methods of lists, dicts, sets, bytearrays and of the collections module's kin that change what they are called on.
_METHODS = frozenset(
    "__delitem__ __setitem__ add append appendleft clear difference_update discard extend extendleft insert "
    "intersection_update move_to_end pop popitem popleft remove reverse rotate setdefault sort subtract "
    "symmetric_difference_update update".split()
)
# Functions that change their first argument.
_FUNCTIONS = frozenset(
    {
        "bisect.insort",
        "bisect.insort_left",
        "bisect.insort_right",
        "builtins.delattr",
        "builtins.setattr",
        "heapq.heapify",
        "heapq.heappop",
        "heapq.heappush",
        "heapq.heappushpop",
        "heapq.heapreplace",
        "operator.delitem",
        "operator.iadd",
        "operator.setitem",
        "random.shuffle",
    }
)
_UNBOUND = ("builtins.list.", "builtins.dict.", "builtins.set.", "builtins.bytearray.")


def changes(names: Names, function: FunctionNode, wanted: Mapping[str, cst.Param]) -> dict[str, cst.CSTNode]:
    """Map the parameters in `wanted` that the function changes to the first place that does so.

    A parameter bound to something else before (`hosts = list(hosts)`) is another object; another name for it is the same.
    """
    found: dict[str, cst.CSTNode] = {}
    if not wanted:
        return found
    for name, place in changed(names, function.body, _names_of(function.body, wanted)):
        for parameter, param in wanted.items():
            if parameter not in found and _is_parameter(names, function, name, param, 0):
                found[parameter] = place
    return found


def _names_of(body: cst.CSTNode, wanted: Iterable[str]) -> Sought:
    """The names that may stand for some parameters: their own, and those that are given one of them."""
    found = frozenset(wanted)
    while True:
        more = set(found)
        for node in below(body, sought=found):
            match node:
                case cst.Assign(targets=targets, value=cst.Name(value=name)) if name in found:
                    more |= {one.target.value for one in targets if isinstance(one.target, cst.Name)}
                case (
                    cst.AnnAssign(target=cst.Name(value=other), value=cst.Name(value=name))
                    | cst.NamedExpr(target=cst.Name(value=other), value=cst.Name(value=name))
                ) if name in found:
                    more.add(other)
                case _:
                    pass
        if more == found:
            return found
        found = frozenset(more)


def changed(names: Names, body: cst.CSTNode, sought: Sought = ALL) -> Iterator[tuple[cst.Name, cst.CSTNode]]:
    """Every name whose object is changed, with the place; with `sought`, of those names at least."""
    for node in below(body, sought=sought):
        roots: list[cst.Name | None] = []
        match node:
            case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=method))) if (
                method in _METHODS and not _is_unbound(names, node)
            ):
                roots = [_root(value)]
            case cst.Call(args=[cst.Arg(value=value, star=""), *_]) if _changes_argument(names, node):
                roots = [_root(value)]
            case cst.AssignTarget(target=target) | cst.For(target=target) | cst.Del(target=target):
                roots = _stored_into(target)
            case cst.AnnAssign(target=cst.Subscript() as target):
                roots = [_root(target)]
            case cst.AugAssign(target=target):
                roots = [_root(target)]
            case _:
                continue
        for root in roots:
            if root is not None:
                yield root, node


def _stored_into(target: cst.BaseExpression) -> list[cst.Name | None]:
    match target:
        case cst.Subscript():
            return [_root(target)]
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return [root for element in elements for root in _stored_into(element.value)]
        case _:
            return []


def _root(node: cst.BaseExpression) -> cst.Name | None:
    """The name at the bottom of `name[...][...]`."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def _changes_argument(names: Names, call: cst.Call) -> bool:
    return isinstance(call.func, cst.Name | cst.Attribute) and (
        not _FUNCTIONS.isdisjoint(names.names_of(call.func)) or _is_unbound(names, call)
    )


def _is_unbound(names: Names, call: cst.Call) -> bool:
    """Whether a call is of the form `list.append(hosts, host)`."""
    if not (isinstance(call.func, cst.Attribute) and call.func.attr.value in _METHODS):
        return False
    return any(name.startswith(_UNBOUND) for name in names.names_of(call.func))


def _is_parameter(names: Names, function: FunctionNode, use: cst.Name, param: cst.Param, depth: int) -> bool:
    """Whether a name may stand for what the parameter was given, under its own name or another."""
    scope = names.lookup(use)
    if scope is None or scope.node is not function or depth > 3:  # noqa: PLR2004 - a name for a name for a name
        return False
    for binding in reaching(names.index, use, scope, scope.bindings[use.value]):
        if binding.how is How.PARAMETER and binding.node is param:
            return True
        renamed = binding.value if binding.how is How.ASSIGNED and not binding.path else None
        if isinstance(renamed, cst.Name) and _is_parameter(names, function, renamed, param, depth + 1):
            return True
    return False
