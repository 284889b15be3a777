"""What libcst is given of a file says of each statement what the whole file says: what stands there, and where."""

import ast
import random
import sysconfig
from pathlib import Path

import libcst as cst
import pytest

from lintfoot import pieces
from lintfoot.census import Census
from lintfoot.positions import spans
from lintfoot.regions import InDoubt, Regions
from lintfoot.split import divide

LONG = "".join(f"        print({number})\n" for number in range(9))
ODD = {
    "comments less deep": f"def f():\n    if x:\n{LONG}# no indent\n        g(\n# none\n  1)\n        if y:\n  # less\n            h(2)\n",
    "comments deeper": f"def f():\n    x = 1\n          # deeper\n    # touches\n    y = g(2)\n    if x:\n{LONG}            # end\n    else:  # why\n        h()\n",
    "strings": f'def f():\n    """Says\nthis.\n    And that.\n    """\n    if x:\n{LONG}        g("""\n        a\n    b""", 1, """\n""", 2)\n',
    "lines that go on": f"def f():\n    if x and \\\n  y:\n{LONG}        z = g(1, \\\n 2) + \\\n        h(\n            3)\n        k(4); l(5)\n",
    "clauses": f"def f():\n    try:\n{LONG}    except A:\n        g(1)\n\n    # a\n\n    # b\n    else:\n\n{LONG}    finally:\n{LONG}        h(2)\n",
    "one line below another": "def f():\n"
    + LONG.replace("        ", "    ")
    + "    if x: g(1)\n    while y: h(2); k(3)\n",
    "a head with comments": f"#!/bin/env python\n# one\n\n# two\n@a(1)\n\n# three\n@b(2)\nclass C(D(3)):\n\n    # four\n    @e(4)\n    async def f(self, x=g(5)):\n{LONG}        await h(6)\n{LONG}",
    "global": f"x = y(0)\ndef f():\n    x = g(1)\n{LONG.replace('        ', '    ')}    if x:\n{LONG}        global y\n        y = h(2)\n",
}
WAYS = {
    "as it is": lambda text: text,
    "two blanks": lambda text: text.replace("    ", "  "),
    "tabs": lambda text: text.replace("    ", "\t"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no end": lambda text: text.rstrip("\n"),
}


def stdlib():
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    return random.Random(5).sample([one for one in files if 3_000 < one.stat().st_size < 12_000], 2)


def below(node):
    yield node
    for child in node.children:
        yield from below(child)


def calls(nodes):
    return [node for node in nodes if isinstance(node, cst.Call)]


def placed(regions, number):
    """Where the calls of a unit stand, those in what is cut out of it left out."""
    module, lines = regions.standing(number)
    with regions.closed(number):
        found = calls(below(regions.nodes[number]))
        return [
            (lines[at.line - 1], at.column, lines[at.end_line - 1], at.end_column)
            for at in spans(module, found).values()
        ]


def alone(module, node):
    """What a statement is written as, without what stands above it: comments that do not touch it are left out of a piece."""
    return module.code_for_node(node.with_changes(leading_lines=()))


def compare(text, orders):
    whole = cst.parse_module(text)
    expected = sorted(
        (at.line, at.column, at.end_line, at.end_column) for at in spans(whole, calls(below(whole))).values()
    )
    written = {alone(whole, node) for node in below(whole) if isinstance(node, cst.BaseStatement)}
    for order in orders:
        regions = Regions(divide(text), "", Census(ast.parse(text)), lambda: None)
        for batch in order(regions.division.units):
            regions.read_all(batch)
        assert len(regions.nodes) == len(regions.division.units)
        assert sorted(at for number in regions.nodes for at in placed(regions, number)) == expected
        for unit in regions.division.units:
            if not unit.members:
                assert alone(regions.module, regions.nodes[unit.number]) in written
    return len(regions.division.units)


def at_once(units):
    return [units]


def one_by_one_from_the_end(units):
    return [[unit] for unit in reversed(units)]


@pytest.mark.parametrize("way", WAYS)
def test_odd_texts(way):
    for name, text in ODD.items():
        try:
            whole = WAYS[way](text)
            ast.parse(whole)
        except SyntaxError:
            continue  # a way that this text cannot be written in
        assert compare(whole, (at_once, one_by_one_from_the_end)) > 4, name


def test_real_code():
    shuffled = lambda units: [random.Random(1).sample(units, len(units))[n::5] for n in range(5)]  # noqa: E731
    assert sum(compare(path.read_text(encoding="utf-8"), (shuffled,)) for path in stdlib()) > 50


@pytest.mark.parametrize("second", ["y = h(2)", "(y, z)"])
def test_a_statement_whose_last_line_goes_on_is_not_taken_for_one_with_the_next(second):
    text = f"def f():\n    x = 1 \\\n\n    {second}\n{LONG.replace('        ', '    ')}"
    regions = Regions(divide(text), "", Census(ast.parse(text)), lambda: None)
    with pytest.raises(InDoubt):
        regions.everything()


def test_what_is_wanted_at_once_is_given_to_libcst_in_portions(monkeypatch):
    given, parsed = [], pieces.parsed
    monkeypatch.setattr(pieces, "LONG", 300)
    monkeypatch.setattr(pieces, "parsed", lambda text: given.append(text) or parsed(text))
    text = "".join(f"# {number}\n{ODD['strings'].replace('f()', f'f{number}()')}" for number in range(3))
    assert compare(text, (at_once,)) > 4
    assert len(given) == 3


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import os.path as path, sys, json as j",
        "from a import b",
        "from a.b import c as d, e",
        "from . import a",
        "from ..a.b import c",
    ],
)
def test_imports_are_made_as_libcst_makes_them(line):
    division = divide(f"class C:\n    # why\n    {line}\n")
    given = pieces.piece(division, division.units[1])
    (parsed,) = pieces.read(division, [given])
    made = pieces.plain_import(division, given)
    assert repr(made) == repr(parsed)


@pytest.mark.parametrize(
    "line", ["import a; b()", "import a  # b", "from a import (b)", "from a import *", "import a ", "b(1)"]
)
def test_what_is_no_plain_import_is_parsed(line):
    division = divide(f"class C:\n    {line}\n")
    assert pieces.plain_import(division, pieces.piece(division, division.units[1])) is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_above_the_first_statement_needs_no_parser(end, monkeypatch):
    division = divide(end.join(("#!/bin/sh", "", "# why", "", "import a.b", "")))
    given = pieces.piece(division, division.units[0])
    (made,) = pieces.read(division, [given])
    monkeypatch.setattr(pieces, "_need_no_parser", lambda *_: False)
    whole = pieces.piece(division, division.units[0])
    (parsed,) = pieces.read(division, [whole])
    assert (len(given.lines), len(whole.lines), repr(made)) == (1, 5, repr(parsed))
