"""Every node of a text is in its census, with the statement that it stands in."""

import ast
import random
import sysconfig
from pathlib import Path

from lintfoot.census import Census

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
