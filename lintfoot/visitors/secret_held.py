"""A secret that was found in an expression, and the expressions whose values another one holds as they are."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lintfoot.records import dataclass
from lintfoot.secret_names import Said


@dataclass(frozen=True, slots=True)
class Held:
    """A secret in an expression: `node` is what says so, `shown` its name for people, `sure` whether the name alone proves it."""

    node: cst.BaseExpression
    shown: str
    said: Said


def inside(node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    """The expressions whose values an expression may be, or holds as they are."""
    match node:
        case cst.ConcatenatedString(left=left, right=right) | cst.IfExp(body=left, orelse=right):
            return (left, right)
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return (left, right)
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            return (left, right) if isinstance(operator, cst.Or) else (right,)
        case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
            return (inner,)
        case cst.List(elements=elements) | cst.Tuple(elements=elements) | cst.Set(elements=elements):
            return [element.value for element in elements]
        case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element):
            return (element,)
        case _:
            return ()
