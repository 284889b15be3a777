"""What stands round a statement is read when somebody looks up to it: every answer is that of the whole module."""

import ast

import libcst as cst
import pytest
from verbs import the_models

from lintfoot.census import Census
from lintfoot.names import Names
from lintfoot.regions import Regions
from lintfoot.scopes import Index
from lintfoot.split import divide

LONG = "".join(f"        step({number})\n" for number in range(9))
DEEP = LONG.replace("  step", "      step")
TEXT = f"""\
import os, requests
x = y = shared = 1
def outer(x, /, a, *rest, only=(default := 2), **options):
{LONG.replace("        ", "    ")}    def inner(self, x=3):
{LONG}        probe(1, x, a, rest, only, options, default, y, os)
        if x is None:
            x = 4
        return x
    if y:
        global shared
        import json as y
{LONG}        probe(2, x, y, shared, inner, requests)
        shared = probe
    elif (walrus := a):
{LONG}        probe(3, walrus, y, shared)
    for at, (one, *many) in a:
{LONG}        probe(4, at, one, many)
        yield at
    else:
{LONG}        probe(5, at, [one for one in rest if probe(6, one, at)], lambda a, b=a: probe(7, a, b, x))
    with a as entered:
{LONG}        probe(8, entered)
    try:
{LONG}        probe(9, caught)
    except OSError as caught:
        probe(10, caught)
    finally:
{LONG}        probe(11, caught)
class Long(requests.Session):
    x = 5
    field: str = x
    def method(self, value, x=x):
{LONG}        probe(12, self, value, x, field, Long)
        self.held = value
        if value:
{DEEP}            probe(13, self.held, super())
    @staticmethod
    def alone(value):
{LONG}        class Inner(Long):
{DEEP}            y = 6
            probe(14, value, y, x, Inner)
        return value
    probe(15, x, field, method)
"""
PROBES = range(1, 16)


def number_of(call):
    return int(call.args[0].value.value)


def asked(names, call):
    """All that can be told of a place: what is round it, and who binds the names in it."""
    index = names.index
    scopes = []
    for arg in call.args[1:]:
        scope = names.lookup(arg.value) if isinstance(arg.value, cst.Name) else None
        bound = scope.bindings[arg.value.value] if scope is not None else ()
        scopes.append((scope and name(scope.node), [(one.how, type(one.node).__name__) for one in bound]))
    function = index.function_of(call)
    values = [[type(value).__name__ for value in names.values(arg.value)] for arg in call.args[1:]]
    owner = index.class_of(function) if function is not None else None
    around = [name(one) for one in index.ancestors(call)]
    returned = [type(one).__name__ for one in index.returns.get(id(function), ())] if function is not None else []
    inside = [index.stands_in(call, one) for one in (function, owner, call) if one is not None]
    return (
        scopes,
        around,
        function and name(function),
        owner and name(owner),
        values,
        returned,
        inside,
        index.imported(),
    )


def name(node):
    own = getattr(node, "name", None)
    return type(node).__name__, own.value if isinstance(own, cst.Name) else ""


@pytest.fixture(scope="module")
def whole():
    module = cst.parse_module(TEXT)
    names = Names(module, the_models(), index=Index(module))
    return {number_of(call): asked(names, call) for call in names.index.calls_of("probe")}


@pytest.mark.parametrize("probe", PROBES)
def test_a_statement_read_alone_says_the_same(whole, probe):
    division = divide(TEXT)
    regions = Regions(division, "", Census(ast.parse(TEXT)), lambda: None)
    line = next(number for number, text in enumerate(division.lines, 1) if f"probe({probe}," in text)
    unit = division.at(line)
    regions.read(unit)
    assert regions.nodes.keys() <= {unit.number} | said_outward(division)
    call = next(one for one in dict.get(regions.index._calls_by_name, "probe") if number_of(one) == probe)
    assert asked(Names(regions.module, the_models(), index=regions.index), call) == whole[probe]


@pytest.mark.parametrize("probe", PROBES)
def test_what_a_statement_stands_in_is_told_by_its_place(whole, probe):
    for number, head in enumerate(divide(TEXT).units):
        if not head.members:
            continue
        division = divide(TEXT)
        regions = Regions(division, "", Census(ast.parse(TEXT)), lambda: None)
        line = next(number for number, text in enumerate(division.lines, 1) if f"probe({probe}," in text)
        unit = division.at(line)
        node = regions.read(division.units[number])
        regions.read(unit)
        read = set(regions.nodes)
        call = next(one for one in dict.get(regions.index._calls_by_name, "probe") if number_of(one) == probe)
        inside = head.start <= line < head.stop
        assert regions.index.stands_in(call, node) == inside
        for body, cut in zip(head.bodies, regions._cuts[number], strict=bool(head.bodies)):
            assert regions.index.stands_in(call, cut.block) == (body.start <= line < body.end)
        named = [own for kind, own in whole[probe][1] if kind in ("FunctionDef", "ClassDef")]
        assert regions.index.defined_round(call) == named
        assert read == set(regions.nodes)


def said_outward(division):
    return {division.at(number).number for number, text in enumerate(division.lines, 1) if "global" in text}
