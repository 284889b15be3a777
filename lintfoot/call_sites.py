"""The calls of a function in its own file, and what they give its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import decorators
from lintfoot.scopes import Binding, FunctionNode, parameters
from lintfoot.values import NOTHING_KNOWN, Class, Function, Object, Parameter, Values, union

if TYPE_CHECKING:
    from lintfoot.names import Names

_MOST_CALLERS = 12


def parameter(names: Names, binding: Binding, name: str) -> Values:
    """What a parameter may be: `self`, what its annotation says, else what the calls in this file give it."""
    param = binding.node
    function = next(node for node in names.index.ancestors(param) if isinstance(node, cst.FunctionDef | cst.Lambda))
    owner = names.index.class_of(function) if isinstance(function, cst.FunctionDef) else None
    if owner is not None and parameters(function)[:1] == [param] and not decorators.has(function, "staticmethod"):
        return (Class(owner),) if decorators.has(function, "classmethod") else (Object(owner),)
    if getattr(param, "star", ""):
        return NOTHING_KNOWN
    annotated = names.annotated(binding.annotation) if binding.annotation else NOTHING_KNOWN
    if annotated != NOTHING_KNOWN:
        return annotated
    given = _from_callers(names, function, name, binding.value)
    return (Parameter(name, binding.value, function, called=given is not None), *(given or ()))


def _from_callers(names: Names, function: FunctionNode, name: str, default: cst.BaseExpression | None) -> Values | None:
    """What the calls in this file hand to a parameter; None where none calls the function."""
    if isinstance(function, cst.Lambda):
        return None
    bound = names.index.class_of(function) is not None
    found: list[Values] = []
    for call in callers(names, function):
        given, unsure = local_argument(call, function, name, bound=bound)
        found.append(NOTHING_KNOWN if unsure else names.values(given or default))
    return union(found) if found else None


def callers(names: Names, function: cst.FunctionDef) -> list[cst.Call]:
    """The calls of a function in this file, of its class where it is an `__init__`; not all where there are many."""
    owner = names.index.class_of(function)
    called = owner.name.value if owner and function.name.value == "__init__" else function.name.value
    calls = names.index.calls_of(called, most=_MOST_CALLERS)
    if called != function.name.value and len(calls) < _MOST_CALLERS:
        calls = [*calls, *names.index.calls_of("cls", most=_MOST_CALLERS)]  # `return cls(…)` in a class method
    return [
        call
        for call in calls[:_MOST_CALLERS]
        if any(
            (isinstance(value, Function) and value.node is function)
            or (owner is not None and isinstance(value, Class) and value.node is owner)
            for value in names.values(call.func)
        )
    ]


def local_argument(
    call: cst.Call, function: FunctionNode, name: str, *, bound: bool
) -> tuple[cst.BaseExpression | None, bool]:
    """The expression that a call in this file gives a parameter of a function in this file; True where a splat hides it."""
    positional = [*function.params.posonly_params, *function.params.params][1 if bound else 0 :]
    wanted = next((number for number, param in enumerate(positional) if param.name.value == name), None)
    place = 0
    for arg in call.args:
        if arg.star:
            return None, True
        if arg.keyword is not None:
            if arg.keyword.value == name:
                return arg.value, False
        elif place == wanted:
            return arg.value, False
        else:
            place += 1
    return None, False
