"""Which calls in this file hand a wrapper the value that is wrong: there the owner has something to change."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, facets, wrappers
from lintfoot.call_sites import local_argument
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.records import dataclass
from lintfoot.scopes import parameters
from lintfoot.values import Parameter, Values

_DEEPEST = 4  # wrappers round wrappers


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong about a facet: the words of the page, and whether one wrong value among others is not enough."""

    facet: str
    means: dict[str, str]
    when: tuple[str, ...]
    every: bool = False


def guilty_callers(names: Names, place: cst.CSTNode, values: Values, wrong: Wrong) -> Iterator[cst.Call]:
    """The calls that hand a bad value to the parameters that an argument at `place` may be.

    Where every value has to be bad (`wrong.every`), a call that leaves out a bad default is as guilty, and a parameter that the
    wrapper tests or binds anew says nothing. What comes out of another function may have come from any of its callers: only
    the function round the call is asked, and the `__init__` that set an attribute.
    """
    for value in values:
        if not isinstance(value, Parameter) or not value.called:
            continue
        function = value.function
        made = isinstance(function, cst.FunctionDef) and function.name.value == "__init__"
        if made or names.index.stands_in(place, function):
            yield from _of_parameter(names, value, wrong, 0)


def _of_parameter(names: Names, parameter: Parameter, wrong: Wrong, depth: int) -> Iterator[cst.Call]:
    function = parameter.function
    if not isinstance(function, cst.FunctionDef) or depth > _DEEPEST:
        return
    if len(names.index.scopes[id(function)].bindings.get(parameter.name, ())) > 1:
        return
    if wrong.every and _tested(function, parameter.name):
        return
    bound = names.index.class_of(function) is not None
    for call in names.callers(function):
        written, unsure = local_argument(call, function, parameter.name, bound=bound)
        expression = written if written is not None or not wrong.every else parameter.default
        if unsure or expression is None:
            continue
        words = facets.meanings_of(names, expression, wrong.means, wrong.facet)
        if words and words <= set(wrong.when):
            yield call
        else:
            for value in names.values(written) if written is not None else ():
                if isinstance(value, Parameter) and value.called:
                    yield from _of_parameter(names, value, wrong, depth + 1)


@dataclass(slots=True)
class Splatted:
    """What callers put into the `**options` that a function hands on: something bad, or nothing where something is needed."""

    guilty: list[tuple[cst.Call, calls.Given]]
    left_out: bool = False
    filled_in: Values | None = None  # what stands in for what is left out


def splatted(names: Names, place: cst.Call, argument: Argument, wrong: Wrong, depth: int = 0) -> Splatted:
    """`def fetch(path, **options): return session.get(path, **options)`: what the calls of `fetch` in this file give."""
    found = Splatted([])
    function = names.index.function_of(place)
    if not isinstance(function, cst.FunctionDef) or depth > _DEEPEST:
        return found
    own = {param.name.value for param in parameters(function)}
    followed = wrappers.handed_through(names, function, place)
    if isinstance(place.func, cst.Name) and place.func.value in own:
        return found  # `def patient(function, **options)`: who hands it over is asked
    if followed is None or not followed.fixed.isdisjoint(argument.keyword) or not own.isdisjoint(argument.keyword):
        return found
    for word in argument.keyword:
        found.filled_in = followed.defaults.get(word, found.filled_in)
    asked = Argument(argument.keyword)
    for call in names.callers(function):
        given = calls.given(names, call, asked)
        if given.state == "absent":
            found.left_out = True
        elif given.state == "unknown":
            further = splatted(names, call, argument, wrong, depth + 1)
            found.guilty += further.guilty
            found.left_out = found.left_out or (further.left_out and further.filled_in is None)
        elif given.node is not None:
            words = facets.meanings_of(names, given.node, wrong.means, wrong.facet)
            if words and words <= set(wrong.when):
                found.guilty.append((call, given))
    return found


def _tested(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function asks what a parameter is: then None may well have a meaning of its own."""
    for node in within(function.body, frozenset((name,))):
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
