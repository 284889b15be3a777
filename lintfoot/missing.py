"""None that is asked about before it gets anywhere: `if timeout is None: timeout = 30`, `verify or True`, `x if x else y`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.records import replace
from lintfoot.scopes import Binding, Index
from lintfoot.values import Constant, Parameter, Value, Values

_NOTHING = frozenset({"None", "False", "0"})


def filled_in(index: Index, use: cst.Name, binding: Binding) -> Iterator[bool]:
    """Whether a binding replaces a missing value on every way to the use; what is given is whether it replaces False, too."""
    parents = index.parent
    statement = parents.get(id(binding.node))
    if not index.may_branch(statement):
        return
    block = parents.get(id(statement))
    question = parents.get(id(block))
    if question.__class__ is not cst.If or question.body is not block or not isinstance(block, cst.IndentedBlock):
        return
    if not asks_if_missing(question.test, use):
        return
    holder = parents.get(id(question))
    if index.stands_in(use, holder):
        yield isinstance(question.test, cst.UnaryOperation)


def asks_if_missing(test: cst.BaseExpression, node: cst.BaseExpression) -> bool:
    """`node is None`, `node == None`, `not node`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _same(inner, node)
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal(), comparator=right)]
        ):
            return _same(left, node) and isinstance(right, cst.Name) and right.value == "None"
        case _:
            return False


def asks_for(test: cst.BaseExpression, node: cst.BaseExpression) -> bool:
    """`node`, `node is not None`."""
    match test:
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=cst.IsNot() | cst.NotEqual(), comparator=right)]
        ):
            return _same(left, node) and isinstance(right, cst.Name) and right.value == "None"
        case _:
            return _same(test, node)


def _same(one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    return isinstance(one, cst.Name | cst.Attribute) and one.deep_equals(other)


def without_none(values: Values, *, falsy: bool = False) -> Values:
    """The values that are left when None (with `falsy` all that counts as no) is not among them."""
    return tuple(kept for value in values for kept in _kept(value, falsy=falsy))


def _kept(value: Value, *, falsy: bool) -> Iterator[Value]:
    match value:
        case Constant(value=constant) if constant is None or (falsy and not constant):
            return
        case Parameter(default=cst.Name(value=word)) if word == "None" or (falsy and word in _NOTHING):
            yield replace(value, default=None)
        case _:
            yield value
