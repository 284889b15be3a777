"""The values of what is written out: strings, numbers, what operators make of them, and calls that are as good as written out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import libcst as cst

from lintfoot import strings
from lintfoot.scopes import Binding
from lintfoot.values import NOTHING_KNOWN, Constant, Display, Instance, Text, Value, Values

if TYPE_CHECKING:
    from lintfoot.names import Names

_SHORT_NUMBER = 20  # digits, of which nobody has to think


def evaluate(names: Names, node: cst.BaseExpression) -> Values:
    """Literals and what operators make of them."""
    match node:
        case cst.SimpleString():
            return _string(node)
        case cst.Integer() | cst.Float() | cst.Imaginary():
            return _number(node)
        case cst.ConcatenatedString():
            return strings.joined(
                names, (*strings.parts_of(names, node.left), *strings.parts_of(names, node.right)), node
            )
        case cst.FormattedString():
            return strings.joined(names, strings.parts_of(names, node), node)
        case cst.BinaryOperation():
            return _binary(names, node)
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            value = names.constant(inner)
            return (Constant(-value, node),) if isinstance(value, int | float) else NOTHING_KNOWN
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            value = names.constant(inner)
            return (Constant(not value, node),) if value is not ... else NOTHING_KNOWN
        case cst.Ellipsis():
            return (Constant(Ellipsis, node),)
        case _:
            return NOTHING_KNOWN


def constant_name(name: str, node: cst.BaseExpression) -> Values | None:
    """True, False and None are names to the parser."""
    table = {"True": True, "False": False, "None": None}
    return (Constant(table[name], node),) if name in table else None


def _string(node: cst.SimpleString) -> Values:
    try:
        return (Constant(strings.written_out(node), node),)
    except (ValueError, SyntaxError):
        return NOTHING_KNOWN


def _number(node: cst.Integer | cst.Float | cst.Imaginary) -> Values:
    try:
        plain = len(node.value) < _SHORT_NUMBER and node.value.isdecimal() and node.value.isascii()
        if plain and (node.value[0] != "0" or node.value == "0"):
            return (Constant(int(node.value), node),)
        return (Constant(node.evaluated_value, node),)
    except (ValueError, SyntaxError):  # an int of more digits than Python converts
        return NOTHING_KNOWN


_ARITHMETIC: dict[type[cst.BaseBinaryOp], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.BitOr: operator.or_,
}


def _binary(names: Names, node: cst.BinaryOperation) -> Values:
    lefts = names.values(node.left)
    match node.operator:
        case cst.Modulo() if any(strings.is_text(value) for value in lefts):
            return strings.percent(names, node)
        case cst.Add() if any(isinstance(v, Display) for v in (*lefts, *names.values(node.right))):
            return (Display(node, "list"),)
        case cst.BitOr() if any(
            isinstance(v, Display) and v.kind == "dict" for v in (*lefts, *names.values(node.right))
        ):
            return (Display(node, "dict"),)
        case cst.Add() if any(strings.is_text(value) for value in (*lefts, *names.values(node.right))):
            return strings.joined(
                names, (*strings.parts_of(names, node.left), *strings.parts_of(names, node.right)), node
            )
        case cst.Divide() if any(_is_path(value) for value in (*lefts, *names.values(node.right))):
            return (Instance(_PATH),)
        case _:
            return _arithmetic(names, node)


_PATH = "pathlib.Path"


def _is_path(value: Value) -> bool:
    return isinstance(value, Instance) and value.name == _PATH


def _arithmetic(names: Names, node: cst.BinaryOperation) -> Values:
    function = _ARITHMETIC.get(type(node.operator))
    left, right = names.constant(node.left), names.constant(node.right)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if function is None or not numbers or (isinstance(node.operator, cst.BitOr) and not isinstance(left, int)):
        return NOTHING_KNOWN
    try:
        return (Constant(function(left, right), node),)
    except (ArithmeticError, TypeError, ValueError):
        return NOTHING_KNOWN


def called(names: Names, node: cst.Call) -> Values | None:
    """Calls whose result is as good as written out; None for all others."""
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=method)) if method in strings.METHODS:
            values = names.values(receiver)
            if len(values) == 1 and strings.is_text(values[0]):
                return strings.method_called(names, node, method, values[0], receiver)
            if method == "copy" and any(isinstance(value, Display) for value in values):
                return values
        case cst.Name(value=name) if name in _BUILTIN_DISPLAYS and names.lookup(node.func) is None:
            return _builtin(names, node, name)
        case cst.Attribute(attr=cst.Name(value="dedent")) | cst.Name(value="dedent"):
            if names.qualified(node.func) == "textwrap.dedent" and node.args:
                return names.values(node.args[0].value)
        case _:
            pass
    return None


_BUILTIN_DISPLAYS = {
    "dict": "dict",
    "list": "list",
    "tuple": "tuple",
    "set": "set",
    "str": "",
    "float": "",
    "int": "",
    "repr": "",
    "sorted": "list",
}


def _builtin(names: Names, node: cst.Call, name: str) -> Values | None:
    kind = _BUILTIN_DISPLAYS[name]
    if kind:
        return (Display(node, kind),)
    if len(node.args) != 1 or node.args[0].star or node.args[0].keyword:
        return None
    inner = node.args[0].value
    match names.values(inner), name:
        case (Constant(value=str() | int() | float() as value),), "str":
            return (Constant(str(value), node),)
        case (Text() as text,), "str":
            return (text,)
        case (Constant(value=int() | float() as value),), "float":
            return (Constant(float(value), node),)
        case (Constant(value=int() | float() as value),), "int":
            return (Constant(int(value), node),)
        case _, "str" | "repr":
            return (Text((inner,), node),)
        case _:
            return None


def augmented(names: Names, binding: Binding) -> Values:
    """`x += y`: a longer string, a longer list, or nothing known."""
    node = binding.node
    if not isinstance(node, cst.AugAssign) or not isinstance(node.operator, cst.AddAssign):
        return NOTHING_KNOWN
    target = cast("cst.BaseExpression", node.target)
    before, added = names.values(target), names.values(node.value)
    if any(strings.is_text(value) for value in (*before, *added)):
        return strings.joined(
            names, (*strings.parts_of(names, target), *strings.parts_of(names, node.value)), node.value
        )
    if any(isinstance(value, Display) for value in (*before, *added)):
        return (Display(node, "list"),)
    return NOTHING_KNOWN
