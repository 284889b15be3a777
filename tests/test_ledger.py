"""Which lines bind and write what: at least those that the index of the whole module notes, whatever way they are written."""

import random
import sysconfig
from pathlib import Path

import libcst as cst
import pytest
from verbs import FIXTURES

from lintfoot import syntax
from lintfoot.census import Census
from lintfoot.ledger import MODULE, all_bound, ledger, normal
from lintfoot.positions import spans
from lintfoot.scopes import Index
from lintfoot.split import divide

CODE = """\
global early
import os.path, sys as system
from a import (b,
    c as d)
x: int
(y, *z), [w] = 1, 2
self.one, two["k"], three.four[0] = 1, 2, 3
for self.loop in many: pass
for i, (j, k) in many:
    in_loop = 1
else:
    in_else = 1
with open(p) as handle, lock as (held, self.held): pass
try:
    tried = 1
except (ValueError, OSError) as error:
    caught = f()
else:
    fine = 1
finally:
    done = 1
if (walrus := f()) and [q for self.comp in r for s in t]:
    pass
elif other_walrus := 2:
    pass
while True:
    aug += 1
match x:
    case {"a": [first, *rest], **others} if (guarded := 1): pass
    case Point(px=1) as point: pass
@decorate(default := 1)
def function(parameter, *, only=(in_default := 1)):
    global shared
    shared = 1
    local = f()
    def inner():
        nonlocal local
        local = 2
        return local
    return lambda held_back: (in_lambda := held_back)
class Long(Base):
    attribute = 1
    async def method(self):
        self.written = await f()
        return (self)
"""


def noted(text):
    """What the index of the whole module notes: names of the top level, attributes, items, returns; each with lines."""
    module = cst.parse_module(text)
    index = Index(module)
    division = divide(text)
    found = []
    for scope in index.scopes.values():
        for name, many in scope.bindings.items():
            found += [("name", scope.node, name, one.node) for one in many]
    found += [("attribute", None, name, pair[1].node) for name, many in index.attribute_writes.items() for pair in many]
    found += [("item", None, name, pair[1].node) for name, many in index.subscript_writes.items() for pair in many]
    defined = [one.node for one in index.scopes.values() if isinstance(one.node, cst.FunctionDef | cst.ClassDef)]
    found += [("defined", None, node.name.value, node) for node in defined]
    places = spans(module, [node for *_, node in found] + [node for _, node, *_ in found if node is not None])
    return index, division, found, places


def check(text):
    """Every line that the index notes stands in a unit that the ledger leads to."""
    index, division, found, places = noted(text)
    tree = syntax.tree(text)
    book = ledger(tree, division.masked)
    compared = 0
    for kind, scope, name, node in found:
        if kind == "name" and isinstance(scope, cst.Module):
            lines = book.binders(MODULE, name)
        elif kind == "name" and isinstance(scope, cst.ClassDef):
            unit = division.at(places[id(scope)].line)
            if unit.kind != "head" or division.scope_line(unit) not in book.bound:
                continue
            lines = book.binders(division.scope_line(unit), name)
        elif kind in ("attribute", "item"):
            lines = book.writers(name, item=kind == "item")
        elif kind == "defined":
            lines = book.definers(name)
        else:
            continue
        units = {division.at(line).number for line in lines}
        assert division.at(places[id(node)].line).number in units, (kind, name, places[id(node)].line)
        compared += 1
    bound = all_bound(Census(tree))
    for scope in index.scopes.values():
        assert all(normal(name) in bound for name in scope.bindings)
    return compared


def test_every_way_to_bind_is_in_the_ledger():
    assert check(CODE) > 40
    assert check(CODE.replace("def function", "def füñction").replace("attribute", "ﬁeld")) > 40
    in_class = "class Round:\n" + "".join(f"    {line}\n" for line in CODE.split("\n")[1:] if line) + "    pass\n" * 30
    assert check(in_class) > 20


@pytest.mark.parametrize("name", ["held_back", "s", "in_lambda", "point", "rest", "others", "parameter", "error", "os"])
def test_whether_any_scope_binds_a_name(name):
    assert name in all_bound(Census(syntax.tree(CODE)))


@pytest.mark.parametrize("name", ["ValueError", "decorate", "Base", "px", "path", "open"])
def test_a_name_that_is_only_used_is_bound_nowhere(name):
    assert name not in all_bound(Census(syntax.tree(CODE)))


def test_names_on_lines_of_real_code():
    files = [*sorted(FIXTURES.glob("LF[0-9][0-9][0-9]/*.py"))[::9]]
    library = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    files += [path for path in random.Random(3).sample(library, 25) if path.stat().st_size < 40_000]
    compared = 0
    for path in files:
        text = path.read_text(encoding="utf-8")
        if divide(text) is not None:
            compared += check(text)
    assert compared > 1500
