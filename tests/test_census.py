"""Every node of a text is in its census, with the statement that it stands in."""

import ast
import random
import sys
import sysconfig
from pathlib import Path

import pytest

from lintfoot.census import Census, behind

LEFT_OUT = (ast.Module, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop, ast.type_ignore)

CODE = '''\
import os
@decorate(
    key=1,
)
def function(a, b=[1], *, c: "int" = 2):
    with open(a) as handle, lock:
        return [x for x in handle if x]
class Long(Base, key=call()):
    attribute = {1: f"""
{call(attribute)}
"""}
    def method(self):
        try:
            first()
        except* (A, B) as error:
            second()
        else:
            third()
        finally:
            fourth()
match x:
    case {"a": [1, *rest], **others} if guard():
        fifth()
if a: pass
elif b(): pass
else: lambda q=5: q
'''


def census(text):
    return Census(ast.parse(text))


def kinds(text):
    """All nodes of a text by what they are, beside those that its census holds."""
    tree = ast.parse(text)
    whole = [type(node) for node in ast.walk(tree) if not isinstance(node, LEFT_OUT)]
    counted = Census(tree)
    return {kind: whole.count(kind) for kind in whole}, {kind: len(counted.all(kind)) for kind in whole}


def test_no_node_is_forgotten_and_none_counted_twice():
    all_nodes, counted = kinds(CODE)
    assert all_nodes == counted
    assert len(all_nodes) > 30


@pytest.mark.skipif(sys.version_info < (3, 12), reason="written so since Python 3.12")
def test_nor_in_what_newer_pythons_write():
    all_nodes, counted = kinds("type Long[T: int, *Ts, **P] = list[T]\ndef f[T](a: T) -> T: pass\n")
    assert all_nodes == counted
    assert all_nodes[ast.Name] > 2


def test_nor_in_pythons_own_library():
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    for path in random.Random(3).sample(files, 12):
        all_nodes, counted = kinds(path.read_text(encoding="utf-8"))
        assert all_nodes == counted


def test_a_node_comes_with_the_innermost_statement_and_what_is_around():
    calls = {ast.unparse(node.func): one for one, node in census(CODE).all(ast.Call)}
    lines = {name: one.line for name, one in calls.items()}
    assert lines == {
        "decorate": 5,
        "open": 6,
        "call": 9,
        "first": 14,
        "second": 16,
        "third": 18,
        "fourth": 20,
        "guard": 22,
        "fifth": 23,
        "b": 25,
    }
    assert [one.name for one in calls["first"].around] == ["Long", "method"]
    assert [one.name for one in calls["open"].around] == ["function"]
    assert calls["guard"].around == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.b.c(a.d)", {".b", ".b.c", ".d"}),
        ("self.a.b()", {".b"}),
        ("x().a.b", {".b"}),
        ("a \\\n  . b", {".b"}),
        ("a.b.c.d.e.f", {".b", ".b.c", ".b.c.d", ".b.c.d.e"}),
        ("def f(x: 'a.B', y: Optional['a.C'] = None): ...", {".B", ".C"}),
        ("print(f'{a.b!r:>{a.c}}')", {".b", ".c"}),
        ("@a.b\ndef f():\n    del a.c", {".b", ".c"}),
        ("match x:\n    case a.B(c=a.D): pass", {".B", ".D"}),
        ("cast('a.B', x)", {".B"}),
        ("'''What a.b does.'''\n# a.c\nab.c\nb.a", set()),
    ],
)
def test_what_is_written_behind_a_name(text, found):
    assert Census(ast.parse(text)).behind({"a"}) == {"a": found}


def test_a_text_that_python_does_not_take_tells_at_least_as_much():
    text = "a.b.c(a.d)\nself.a.e()\nx: 'a.F'\nprint(f'{a.g}')\na.b.c.d.e.f\n"
    names = ("a", "b", "x", "nothing")
    of_tree, of_text = Census(ast.parse(text)).behind(names), behind(names, text)
    assert all(of_tree[name] <= of_text[name] for name in names)
    assert of_tree["a"] == of_text["a"]


def test_what_is_behind_names_is_found_in_one_pass():
    blob = "x" * 100_000  # to try again at each of its letters took minutes
    assert behind({"a"}, f"{blob} 2a.b {blob} a . c") == {"a": {".b", ".c"}}


def test_what_stands_in_a_statement_itself_is_told_of_it_alone():
    counted = census(CODE)
    told = [id(node) for statement in counted.statements for node in counted.within(statement)]
    kinds = {type(node) for node in ast.walk(counted.tree)}
    assert sorted(told) == sorted(id(node) for kind in kinds for _, node in counted.all(kind))
