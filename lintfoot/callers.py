"""Which calls in this file hand a wrapper the value that is wrong: there the owner has something to change."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls
from lintfoot.book import CallPattern
from lintfoot.libraries import Argument
from lintfoot.names import Names, local_argument
from lintfoot.paths import within
from lintfoot.values import Parameter

_DEEPEST = 4  # wrappers round wrappers


def guilty_callers(
    names: Names, call: cst.CSTNode, argument: Argument, facet: str, given: calls.Given, pattern: CallPattern
) -> Iterator[cst.Call]:
    """The calls that hand a bad value to the parameters that `given` may be.

    Where every value has to be bad (`pattern.every`), a call that leaves out a bad default is as guilty, and a parameter that the
    wrapper tests or binds anew says nothing. What comes out of another function may have come from any of its callers: only
    the function round the call is asked, and the `__init__` that set an attribute.
    """
    above = set(map(id, names.index.ancestors(call)))
    for value in given.values:
        if not isinstance(value, Parameter) or not value.called:
            continue
        function = value.function
        made = isinstance(function, cst.FunctionDef) and function.name.value == "__init__"
        if made or id(function) in above:
            yield from _of_parameter(names, argument, facet, value, pattern, 0)


def _of_parameter(
    names: Names, argument: Argument, facet: str, parameter: Parameter, pattern: CallPattern, depth: int
) -> Iterator[cst.Call]:
    function = parameter.function
    if not isinstance(function, cst.FunctionDef) or depth > _DEEPEST:
        return
    if len(names.index.scopes[id(function)].bindings.get(parameter.name, ())) > 1:
        return
    if pattern.every and _tested(function, parameter.name):
        return
    bound = names.index.class_of(function) is not None
    for call in names.callers(function):
        written, unsure = local_argument(call, function, parameter.name, bound=bound)
        expression = written if written is not None or not pattern.every else parameter.default
        if unsure or expression is None:
            continue
        words = calls.meanings_of(names, expression, argument.means, facet)
        if words and words <= set(pattern.when):
            yield call
        else:
            for value in names.values(written) if written is not None else ():
                if isinstance(value, Parameter) and value.called:
                    yield from _of_parameter(names, argument, facet, value, pattern, depth + 1)


def _tested(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function asks what a parameter is: then None may well have a meaning of its own."""
    for node in within(function.body):
        match node:
            case cst.If(test=test) | cst.IfExp(test=test) | cst.Assert(test=test) | cst.While(test=test):
                asked: tuple[cst.CSTNode, ...] = (test, *within(test))
            case cst.BooleanOperation() | cst.Comparison():
                asked = tuple(within(node))
            case _:
                continue
        if any(isinstance(inner, cst.Name) and inner.value == name for inner in asked):
            return True
    return False
