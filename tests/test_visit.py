"""One walk for all visitors, places only for what was hit, and nothing that leaks."""

import ast
import gc
import inspect
import random
import re
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider
from verbs import FIXTURES, findings, the_book, the_models

from lintfoot import nodes
from lintfoot.decoding import Decoded
from lintfoot.findings import Span
from lintfoot.gates import VISITORS
from lintfoot.gates.gate import Gate
from lintfoot.names import Names
from lintfoot.parse import Script, opened, parse
from lintfoot.positions import spans
from lintfoot.redact import Hidden
from lintfoot.sight import words_of
from lintfoot.visit import Place, Plan, visit
from lintfoot.visitors.base import Context, Visitor, visitor_of
from lintfoot.walk import walk

LAYOUT = re.compile(
    r"whitespace|^(lpar|rpar|comma|trailing_comma|equal|semicolon|dot|relative|lbracket|rbracket|lbrace|rbrace|header|footer"
    r"|leading_lines|newline|indent|asynchronous|colon|lines_after_.*|comment|posonly_ind|separator|operator|empty_lines"
    r"|first_colon|second_colon|first_line|last_line|star|tilde)$"
)
ODD = [
    "",
    "\n",
    "x = 1",
    "x = 1\r\ny = f(2)\r\n",
    "x = 1\ry = f(2)\r",
    "if x:\n\ty = f(1)\n",
    "\fdef f():\n    return g(1)\n",
    "x = (\n  1,\n  # why\n  f(2),\n)\n",
    "x = \\\n  f(1)\n",
    "@a\n\n# c\n@b(1)\ndef f(x=[]): pass\n",
    "class C(B, metaclass=M):\n  '''doc'''\n  x: int = 1\n",
    "try:\n    pass\nexcept* E as e:\n    pass\nelse:\n    pass\nfinally:\n    pass\n",
    "async def f():\n    async with a() as b, c():\n        await d(b)\n",
    'x = f"{a!r:>{w}} {b}" "c"\n',
    "match x:\n    case [1, *r] if r:\n        pass\n    case {'a': A(b=c), **d}:\n        pass\n",
    "x = 'ï🚀'; y = f('é')\n",
    "lambda x, /, y=1, *a, z, **k: (x if y else z)\n",
    "for i in (yield x): del i, x[0]\nelse: pass\n",
    "with open(a) as f: pass  # end\n# last",
]


def stdlib():
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    return random.Random(7).sample(files, 20)


def texts():
    yield from ODD
    for path in (*sorted(FIXTURES.glob("*/*.py"))[:20], *stdlib()):
        yield path.read_bytes().decode("utf-8", "replace")


def test_the_table_of_children_is_libcsts_own():
    for name, kind in vars(cst).items():
        if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)) or inspect.isabstract(kind):
            continue
        source = inspect.getsource(kind._visit_and_replace_children)
        found = {}
        for how, field in re.findall(r'visit_(\w+)\(\s*self,\s*"(\w+)"', source):
            if not LAYOUT.search(field):
                found[field] = found.get(field, False) or "sequence" in how
        assert dict(nodes.CHILDREN.get(name, ())) == found, name
        assert [field for field, _ in nodes.CHILDREN.get(name, ())] == list(found), name


class Collector(cst.CSTVisitor):
    def __init__(self):
        self.nodes = []

    def on_visit(self, node):
        self.nodes.append(node)
        return True


def test_places_equal_position_providers():
    compared = 0
    for text in texts():
        module = cst.parse_module(text)
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        collector = Collector()
        module.visit(collector)
        expected = wrapper.resolve(PositionProvider)
        # libcst gives some shared layout nodes one place; code nodes are unique
        every = [node for node in collector.nodes if type(node).__name__ in nodes.CHILDREN]
        places = spans(module, every, headers=False)
        for node in every:
            at = expected[node]
            assert places[id(node)] == Span(at.start.line, at.start.column + 1, at.end.line, at.end.column + 1), (
                text,
                node,
            )
            compared += 1
    assert compared > 30_000


def test_places_of_a_few_equal_places_of_all():
    text = FIXTURES.joinpath("LF201", "sessions.py").read_text(encoding="utf-8")
    module = cst.parse_module(text)
    calls = Names(module, the_models()).index.calls
    everything = spans(module, calls)
    for call in random.Random(3).sample(calls, 25):
        assert spans(module, [call])[id(call)] == everything[id(call)]


def test_compound_statements_are_narrowed_to_their_header():
    text = "while x:  # why\n    y\nfor a in b: c\ntry:\n    pass\nexcept (A, B) as e:\n    pass\n"
    module = cst.parse_module(text)
    one, two, three = module.body
    handler = three.handlers[0]
    places = spans(module, [one, two, handler])
    assert places[id(one)] == Span(1, 1, 1, 9)
    assert places[id(two)] == Span(3, 1, 3, 12)
    assert places[id(handler)] == Span(6, 1, 6, 20)


class Together(cst.CSTVisitor):
    """Many visitors under one walk of libcst's own, which makes every node anew: sixty such walks took a minute for the fixtures."""

    def __init__(self, visitors):
        self.visitors, self.known = visitors, {}

    def asked(self, how, node):
        """Those of them that do something there, which what libcst itself has under the name does not."""
        name = f"{how}_{type(node).__name__}"
        if name not in self.known:
            idle = getattr(cst.CSTVisitor, name, None)
            self.known[name] = [one for one in self.visitors if getattr(type(one), name, None) is not idle]
        return self.known[name]

    def on_visit(self, node):
        return all(visitor.on_visit(node) for visitor in self.asked("visit", node))

    def on_leave(self, original_node):
        for visitor in self.asked("leave", original_node):
            visitor.on_leave(original_node)


def hits(module, drive, gates=VISITORS):
    context = Context("x.py", module.code, module, Names(module, the_models()), the_models(), the_book().by_code)
    visitors = [visitor_of(gate)(context) for gate in gates]
    drive(visitors)
    return sorted((hit.code, module.code_for_node(hit.node)) for visitor in visitors for hit in visitor.hits)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*.py")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_visitors_also_run_under_plain_libcst(path):
    """All of them under one walk, and each that the fixture is about under a walk of its own."""
    module = cst.parse_module(path.read_bytes())

    def own(visitors):
        walk(module, visitors)

    assert hits(module, own) == hits(module, lambda visitors: module.visit(Together(visitors)))
    about = [gate for gate in VISITORS if not gate.codes or path.parent.name in gate.codes]
    alone = hits(module, lambda visitors: [module.visit(visitor) for visitor in visitors], about)
    assert alone == hits(module, own, about)


class Fails(Visitor):
    gate = Gate("fails:Fails", codes=("LF201",))

    def visit_Call(self, node):  # noqa: N802, ARG002 - libcst calls it
        raise ValueError("s3cret text of the script")


def test_one_rule_that_fails_does_not_stop_the_others(monkeypatch):
    monkeypatch.setitem(sys.modules, "lintfoot.visitors.fails", SimpleNamespace(Fails=Fails))
    monkeypatch.setattr("lintfoot.visit.VISITORS", (Fails.gate, *VISITORS))
    script = parse("x.py", b"import requests\nrequests.get('a')\n")
    assert isinstance(script, Script)
    visited = visit(script, Place("x.py", "x.py"), Plan(the_book().by_code, the_models()))
    assert [one.code for one in visited.findings] == ["LF201"]
    assert len(visited.bugs) == 1
    assert "Fails: ValueError at test_visit.py" in visited.bugs[0].trace
    assert "s3cret" not in visited.bugs[0].trace


def test_the_fingerprint_survives_moves_formatting_and_edits_elsewhere():
    first = "import requests\ndef f(u):\n    return requests.get(u, headers={'a': 'b'})\n"
    second = "import os\nimport requests\n\n\ndef g():\n    pass\n\n\ndef f(u):\n    return requests.get(\n        u,\n        headers={'a': \"b\"},  # why\n    )\n"
    one, two = (findings(text, "LF201")[0] for text in (first, second))
    assert one.fingerprint == two.fingerprint
    assert one.span != two.span


def test_equal_statements_have_names_of_their_own():
    found = findings(
        "import requests\ndef f(u):\n    requests.get(u)\n    requests.get(u)\n    requests.get(u)\n", "LF201"
    )
    assert len({one.fingerprint for one in found}) == 3
    fewer = findings("import requests\ndef f(u):\n    requests.get(u)\n    requests.get(u)\n", "LF201")
    assert {one.fingerprint for one in fewer} < {one.fingerprint for one in found}


def test_hidden_values_are_cut_out_and_marks_move():
    hidden = Hidden([Span(1, 12, 1, 22)], ["hunter22"])
    from lintfoot.findings import Mark

    line = hidden.line(
        1, "password = 'hunter22'; run(x)  # hunter22", [Mark(1, 9, "", primary=False), Mark(24, 30, "", primary=True)]
    )
    assert line.text == 'password = "…"; run(x)  # "…"'
    assert line.text[line.marks[1].start - 1 : line.marks[1].end - 1] == "run(x)"
    assert hidden.clean("the value 'hunter22' of x") == 'the value "…" of x'


def test_the_words_of_a_gate_are_made_once_and_for_the_rules_that_were_asked_for():
    gate = next(one for one in VISITORS if one.made is not None)
    book, models = the_book(), the_models()
    rules = dict(book.by_code)
    assert words_of(gate, rules, models) is words_of(gate, dict(rules), models)
    few = {code: rule for code, rule in rules.items() if code == "LF301"}
    assert words_of(gate, few, models) == gate.asks(few, models)


def test_what_was_worked_out_of_a_text_goes_with_its_file():
    text = "import requests\n\n\nclass Web:\n    def get(self, password='x'):\n        return requests.get(self.url)\n"
    gc.collect()
    before = sum(isinstance(one, ast.AST) for one in gc.get_objects())
    gc.disable()  # as it is while files are checked
    try:
        visited = visit(opened("a.py", Decoded(text)), Place("a.py", "a.py"), Plan(the_book().by_code, the_models()))
        assert visited.findings
        assert sum(isinstance(one, ast.AST) for one in gc.get_objects()) - before < 9
    finally:
        gc.enable()
