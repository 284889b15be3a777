"""The items of a list and the keys of a dict that are written out here, with what the file adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from lintfoot.scopes import How, dotted
from lintfoot.values import Display

if TYPE_CHECKING:
    from lintfoot.names import Names

_DEEPEST = 8  # sums of sums, splats of splats
Given = dict[str, list[cst.BaseExpression]]


def elements(
    names: Names, display: Display, written: cst.BaseExpression | None = None
) -> tuple[cst.BaseExpression | None, ...]:
    """The items of a list, tuple or set in order; None stands for any number of unknown ones.

    `written` is the expression that named it: what was appended under that name before counts as well.
    """
    found = _elements(names, display.node, 0)
    path = dotted(written) if written is not None else ""
    return tuple(found + _appended(names, path, written) if path and written is not None else found)


def _appended(names: Names, path: str, written: cst.BaseExpression) -> list[cst.BaseExpression | None]:
    order, found = names.index.order, []
    here = names.index.function_of(written)
    for method in ("append", "extend", "insert"):
        for call in names.calls_of(method, path.rpartition(".")[2]):
            named = isinstance(call.func, cst.Attribute) and dotted(call.func.value) == path and call.args
            if named and order[id(call)] < order[id(written)] and names.index.function_of(call) is here:
                found.append((order[id(call)], method, call.args[-1].value))
    added: list[cst.BaseExpression | None] = []
    for _, method, value in sorted(found, key=lambda one: one[0]):
        added += _inner(names, value, 0) if method == "extend" else [value] if method == "append" else [None]
    return added


def _elements(names: Names, node: cst.CSTNode, depth: int) -> list[cst.BaseExpression | None]:
    if depth > _DEEPEST:
        return [None]
    match node:
        case cst.List() | cst.Tuple() | cst.Set():
            found: list[cst.BaseExpression | None] = []
            for element in node.elements:
                if isinstance(element, cst.StarredElement):
                    found += _inner(names, element.value, depth)
                else:
                    found.append(element.value)
            return found
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return _inner(names, left, depth) + _inner(names, right, depth)
        case cst.AugAssign(target=target, value=value):
            return _inner(names, cast("cst.BaseExpression", target), depth) + _inner(names, value, depth)
        case cst.Call(args=[cst.Arg(value=inner, star="")]):
            return _inner(names, inner, depth)
        case _:
            return [None]


def _inner(names: Names, node: cst.BaseExpression, depth: int) -> list[cst.BaseExpression | None]:
    match names.values(node):
        case (Display(node=inner, kind="list" | "tuple" | "set"),):
            return _elements(names, inner, depth + 1)
        case _:
            return [None]


def mapping(names: Names, display: Display, written: cst.BaseExpression | None = None) -> tuple[Given, bool]:
    """The keys of a dict with the expressions they may hold, and whether that is all there is.

    `written` is the expression that named it: what is stored under keys of that name later counts as well.
    """
    given: Given = {}
    whole = _fill(names, display.node, given, 0)
    if written is not None:
        whole = _stored(names, written, given) and whole
        first = _first_name(names, display)
        if first is not None and not (dotted(first) == dotted(written) and same_name(names, first, written)):
            whole = _stored(names, first, given) and whole
    return given, whole


def _first_name(names: Names, display: Display) -> cst.BaseExpression | None:
    """The name that a dict was written out under: a function may fill it before it hands it over."""
    match names.index.parent.get(id(display.node)):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
            return target
        case cst.AnnAssign(target=cst.Name() as target):
            return target
        case _:
            return None


def stored(names: Names, written: cst.BaseExpression) -> Given:
    """What this file stores in a dict that comes from elsewhere, such as its own `**kwargs`."""
    given: Given = {}
    _stored(names, written, given)
    return given


def _fill(names: Names, node: cst.CSTNode, given: Given, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    match node:
        case cst.Dict(elements=items):
            return False not in [
                _fill_item(names, item, given, depth) for item in items
            ]  # all of them, whatever comes first
        case cst.Call(args=args):
            whole = True
            for arg in args:
                if arg.keyword is not None:
                    given[arg.keyword.value] = [arg.value]
                else:
                    whole = _fill_from(names, arg.value, given, depth) and whole
            return whole
        case cst.BinaryOperation(left=left, right=right):
            return False not in [_fill_from(names, side, given, depth) for side in (left, right)]
        case _:
            return False


def _fill_item(names: Names, item: cst.BaseDictElement, given: Given, depth: int) -> bool:
    match item:
        case cst.DictElement(key=key, value=value):
            name = names.constant(key)
            if isinstance(name, str):
                given[name] = [value]
            return name is not ...
        case cst.StarredDictElement(value=value):
            return _fill_from(names, value, given, depth)
        case _:
            return False


def _fill_from(names: Names, node: cst.BaseExpression, given: Given, depth: int) -> bool:
    match names.values(node):
        case (Display(node=inner, kind="dict"),):
            return _fill(names, inner, given, depth + 1)
        case _:
            return False


def _stored(names: Names, written: cst.BaseExpression, given: Given) -> bool:
    """Add what `name["key"] = value` and `name.update(…)` put in; False where something unknown went in."""
    whole = True
    path = dotted(written)
    scope = names.lookup(written) if isinstance(written, cst.Name) else None
    holder = scope.node if scope is not None else names.index.module
    for target, binding in names.index.items_written(path.rpartition(".")[2], holder):
        if dotted(target.value) != path or not same_name(names, target.value, written):
            continue
        key = names.constant(target.slice[0].slice.value) if isinstance(target.slice[0].slice, cst.Index) else ...
        if isinstance(key, str) and binding.how is How.ASSIGNED and binding.value is not None:
            given.setdefault(key, []).append(binding.value)
        else:
            whole = False
    for method in ("update", "setdefault") if path else ():
        for call in names.calls_of(method, path.rpartition(".")[2]):
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            if owner is not None and dotted(owner) == path and same_name(names, owner, written):
                whole = _updated(names, call, method, given) and whole
    return whole


def same_name(names: Names, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two equal spellings are one variable: `options` of one function is not that of the next."""
    if isinstance(one, cst.Name) and isinstance(other, cst.Name):
        return names.lookup(one) is names.lookup(other)
    return True


def _updated(names: Names, call: cst.Call, method: str, given: Given) -> bool:
    if method == "setdefault":
        key = names.constant(call.args[0].value) if call.args else ...
        if isinstance(key, str) and len(call.args) > 1:
            given.setdefault(key, []).append(call.args[1].value)
            return True
        return False
    more: Given = {}
    whole = _fill(names, call, more, 0)
    for key, expressions in more.items():
        given.setdefault(key, []).extend(expressions)
    return whole
