"""What an annotation says about the values of a name: through Optional, unions, Annotated and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.scopes import Scope, dotted, last_word
from lintfoot.values import NOTHING_KNOWN, Class, Instance, Named, Object, Value, Values, told, union

if TYPE_CHECKING:
    from lintfoot.names import Names


def annotated(names: Names, annotation: cst.BaseExpression | None) -> Values:
    """An instance of what an annotation names: through Optional, unions, Annotated and quotes."""
    match annotation:
        case cst.SimpleString():
            text = annotation.evaluated_value
            try:
                inner = cst.parse_expression(text if isinstance(text, str) else "None")
            except cst.ParserSyntaxError:
                return NOTHING_KNOWN
            return _inside_quotes(names, inner, annotation)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return told(annotated(names, left) + annotated(names, right))
        case cst.Subscript(value=value, slice=slices):
            outer = last_word(value)
            parts = _parts_of_type(outer, slices)
            return told(union(annotated(names, part) for part in parts)) if parts else NOTHING_KNOWN
        case cst.Name() | cst.Attribute():
            return _instances(names.values(annotation))
        case _:
            return NOTHING_KNOWN


def _inside_quotes(names: Names, inner: cst.BaseExpression, place: cst.BaseExpression) -> Values:
    """The same inside quotes, where nothing has a place of its own."""
    match inner:
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            sides = [_inside_quotes(names, side, place) for side in (left, right)]
            return told(union(sides))
        case cst.Subscript(value=value, slice=slices):
            parts = _parts_of_type(last_word(value), slices)
            return told(union(_inside_quotes(names, part, place) for part in parts)) or NOTHING_KNOWN
        case _:
            return _of_text(names, dotted(inner), place)


def _of_text(names: Names, text: str, place: cst.CSTNode) -> Values:
    first, _, rest = text.partition(".")
    scope: Scope | None = names.index.scope_of(place)
    while scope is not None and all(one.annotation is place for one in scope.bindings.get(first, ())):
        scope = scope.parent  # `layer: "layer.Layer"` in a class speaks of the module
    if scope is None or not first or -id(place) in names.asking:
        return NOTHING_KNOWN
    names.asking.add(-id(place))
    try:
        values = union(names.bound(binding, first) for binding in scope.bindings[first])
        for part in rest.split(".") if rest else []:
            values = union(names.member(value, part, None) for value in values)
    finally:
        names.asking.discard(-id(place))
    return _instances(values)


def _instances(values: Values) -> Values:
    found: list[Value] = []
    for value in values:
        match value:
            case Named(name=name) if not name.startswith(("builtins.", "typing.")):
                found.append(Instance(name))
            case Class(node=node):
                found.append(Object(node))
            case _:
                pass
    return tuple(found) or NOTHING_KNOWN


_HOLDERS = frozenset("Optional Union Annotated Final ClassVar Awaitable Iterator Generator".split())


def _parts_of_type(outer: str, slices: Sequence[cst.SubscriptElement]) -> list[cst.BaseExpression]:
    """The types that `Optional[…]` and its like speak of; none of any other."""
    parts = [part.slice.value for part in slices if isinstance(part.slice, cst.Index)]
    if outer not in _HOLDERS:
        return []
    return parts if outer in ("Optional", "Union") else parts[:1]
