"""What an expression means: each way a value can take, and what nobody can tell."""

import ast
import contextlib
import textwrap

import libcst as cst
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from verbs import the_models

from lintfoot.literals import evaluate
from lintfoot.names import Names
from lintfoot.strings import written_out
from lintfoot.values import Constant, Display, Function, Instance, Named, Object, Parameter, Text, Unknown


def probes(code):
    """The values of the arguments of every `probe(…)` in a piece of code, in order."""
    module = cst.parse_module(textwrap.dedent(code))
    names = Names(module, the_models())
    return [names.values(call.args[0].value) for call in names.calls_of("probe")], names


def shown(value):
    match value:
        case Constant(value=constant):
            return repr(constant)
        case Named(name=name):
            return name
        case Instance(name=name):
            return f"<{name}>"
        case Object(node=node):
            return f"<{node.name.value}>"
        case Function(node=cst.FunctionDef(name=name)):
            return f"def {name.value}"
        case Display(kind=kind):
            return kind
        case Text():
            return f"text {value.known!r}"
        case Parameter(name=name):
            return f"parameter {name}"
        case Unknown():
            return "?"
        case _:
            return type(value).__name__


def probed(code):
    found, _ = probes(code)
    assert len(found) == 1, "one probe a piece"
    return sorted(shown(value) for value in found[0])


SESSION = "<requests.Session>"

FLOWS = {
    "import": ("import requests\nprobe(requests.get)", ["requests.get"]),
    "import of a submodule": ("import os.path\nprobe(os.path.join)", ["os.path.join"]),
    "import as": ("import requests as r\nprobe(r.get)", ["requests.get"]),
    "from import as": ("from requests import get as fetch\nprobe(fetch)", ["requests.get"]),
    "re-export": ("from requests.sessions import Session\nprobe(Session)", ["requests.Session"]),
    "alias": ("import requests\nr = requests\nprobe(r.get)", ["requests.get"]),
    "alias of a function": ("import requests\nfetch = requests.get\nprobe(fetch)", ["requests.get"]),
    "builtin": ("probe(open)", ["builtins.open"]),
    "shadowed builtin": ("def open(p): ...\nprobe(open)", ["def open"]),
    "unbound": ("probe(nowhere)", ["?"]),
    "instance": ("import requests\ns = requests.Session()\nprobe(s)", [SESSION]),
    "method of an instance": ("import requests\ns = requests.Session()\nprobe(s.get)", ["requests.Session.get"]),
    "with": ("import requests\nwith requests.Session() as s:\n    probe(s)", [SESSION]),
    "with closing": (
        "import requests, contextlib\nwith contextlib.closing(requests.Session()) as s:\n    probe(s)",
        [SESSION],
    ),
    "async with": (
        "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        probe(s)",
        ["<aiohttp.ClientSession>"],
    ),
    "await": ("async def g():\n    return 3\nasync def f():\n    x = await g()\n    probe(x)", ["3"]),
    "walrus": ("import requests\nif (s := requests.Session()):\n    probe(s)", [SESSION]),
    "tuple unpacking": ("import requests\na, (b, c) = 1, (2, requests.Session())\nprobe(c)", [SESSION]),
    "starred unpacking": ("a, *b = 1, 2\nprobe(a)", ["1"]),
    "loop over a display": ("for x in (1, 2):\n    probe(x)", ["1", "2"]),
    "loop over pairs": ("for a, b in [(1, 'x'), (2, 'y')]:\n    probe(b)", ["'x'", "'y'"]),
    "comprehension": ("[probe(x) for x in (1, 2)]", ["1", "2"]),
    "or": ("import requests\ndef f(s=None):\n    s = s or requests.Session()\n    probe(s)", [SESSION, "parameter s"]),
    "conditional expression": ("import requests\ns = requests.Session() if x else None\nprobe(s)", [SESSION, "None"]),
    "branches": ("if x:\n    a = 1\nelse:\n    a = 2\nprobe(a)", ["1", "2"]),
    "own branch": ("if x:\n    a = 1\n    probe(a)\nelse:\n    a = 2", ["1"]),
    "other branch": ("a = 0\nif x:\n    a = 1\nelse:\n    probe(a)", ["0"]),
    "rebinding": ("a = 1\na = 2\nprobe(a)", ["2"]),
    "later rebinding": ("a = 1\nprobe(a)\na = 2", ["1"]),
    "rebinding in a loop": ("a = 1\nwhile x:\n    probe(a)\n    a = 2", ["1", "2"]),
    "a branch that leaves": ("def f():\n    a = 1\n    if x:\n        a = 2\n        return\n    probe(a)", ["1"]),
    "try and except": ("try:\n    import json5 as j\nexcept ImportError:\n    j = None\nprobe(j)", ["None", "json5"]),
    "closure": ("def f():\n    a = 1\n    def g():\n        probe(a)\n    return g", ["1"]),
    "class scope is not seen from methods": ("a = 1\nclass C:\n    a = 2\n    def m(self):\n        probe(a)", ["1"]),
    "class attribute": ("class C:\n    a = 2\n    def m(self):\n        probe(self.a)", ["2"]),
    "self across methods": (
        "import requests\nclass C:\n    def __init__(self):\n        self.s = requests.Session()\n    def m(self):\n        probe(self.s)",
        [SESSION],
    ),
    "self through a base": (
        "import requests\nclass B:\n    def __init__(self):\n        self.s = requests.Session()\nclass C(B):\n    def m(self):\n        probe(self.s)",
        [SESSION],
    ),
    "nearest write of self": (
        "class C:\n    def __init__(self):\n        self.t = None\n    def m(self):\n        self.t = 5\n        probe(self.t)",
        ["5"],
    ),
    "property": (
        "import requests\nclass C:\n    @property\n    def s(self):\n        return requests.Session()\n    def m(self):\n        probe(self.s)",
        [SESSION],
    ),
    "dataclass field": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    t: int = 5\n    def m(self):\n        probe(self.t)",
        ["5", "?"],
    ),
    "dataclass field by factory": (
        (
            "import requests\nfrom dataclasses import dataclass, field\n@dataclass\nclass C:\n"
            "    s: requests.Session = field(default_factory=requests.Session)\n    def m(self):\n        probe(self.s)"
        ),
        [SESSION, "?"],
    ),
    "object of a class here": ("class C:\n    t = 5\nc = C()\nprobe(c.t)", ["5"]),
    "subclass of a library class": (
        "import requests\nclass S(requests.Session):\n    pass\nprobe(S().get)",
        ["requests.Session.get"],
    ),
    "super": (
        "import requests\nclass S(requests.Session):\n    def get(self, u):\n        probe(super().get)",
        ["requests.Session.get"],
    ),
    "written outside": (
        "import requests\napp.session = requests.Session()\ndef f():\n    probe(app.session)",
        [SESSION],
    ),
    "annotation": ("import requests\ndef f(s: requests.Session):\n    probe(s)", [SESSION]),
    "quoted annotation": ("import requests\ndef f(s: 'requests.Session'):\n    probe(s)", [SESSION]),
    "quoted annotation of its own name": (
        "import requests\nclass C:\n    requests: 'requests.Session'\n    def m(self):\n        probe(self.requests)",
        [SESSION],
    ),
    "quoted annotations in a circle": ("a: 'b.x' = f()\nb: 'a.y' = g()\nprobe(a)", ["?"]),
    "optional annotation": (
        "import requests\nfrom typing import Optional\ndef f(s: Optional[requests.Session] = None):\n    probe(s)",
        [SESSION],
    ),
    "union annotation": ("import requests\ndef f(s: requests.Session | None = None):\n    probe(s)", [SESSION]),
    "variable annotation": ("import requests\ns: requests.Session = make()\nprobe(s)", [SESSION]),
    "factory": ("import requests\ndef make():\n    s = requests.Session()\n    return s\nprobe(make())", [SESSION]),
    "factory by its annotation": (
        "import requests\ndef make() -> requests.Session:\n    return build()\nprobe(make())",
        [SESSION],
    ),
    "method as a factory": (
        "import requests\nclass C:\n    def s(self):\n        return requests.Session()\n    def m(self):\n        probe(self.s())",
        [SESSION],
    ),
    "context manager": (
        "import requests, contextlib\n@contextlib.contextmanager\ndef s():\n    yield requests.Session()\nwith s() as x:\n    probe(x)",
        [SESSION],
    ),
    "__enter__": (
        "import requests\nclass C:\n    def __enter__(self):\n        self.s = requests.Session()\n        return self.s\nwith C() as x:\n    probe(x)",
        [SESSION],
    ),
    "lambda": ("import requests\nmake = lambda: requests.Session()\nprobe(make())", [SESSION]),
    "default argument": ("def f(a=3):\n    probe(a)\nf()", ["3", "parameter a"]),
    "given by a caller": ("import requests\ndef f(s):\n    probe(s)\nf(requests.Session())", [SESSION, "parameter s"]),
    "given by keyword": ("def f(*, s):\n    probe(s)\nf(s=4)", ["4", "parameter s"]),
    "given to a constructor": (
        "class C:\n    def __init__(self, t):\n        self.t = t\n    def m(self):\n        probe(self.t)\nC(7)",
        ["7", "parameter t"],
    ),
    "global": (
        "import requests\ns = None\ndef setup():\n    global s\n    s = requests.Session()\ndef f():\n    probe(s)",
        [SESSION, "None"],
    ),
    "nonlocal": (
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n    g()\n    def h():\n        probe(a)",
        ["1", "2"],
    ),
    "dict look-up": ("d = {'t': 5}\nprobe(d['t'])", ["5"]),
    "dict stored later": ("d = {}\nd['t'] = 5\nprobe(d['t'])", ["5"]),
    "list look-up": ("l = [1, 2]\nprobe(l[1])", ["2"]),
    "decorated function": ("import functools\n@functools.lru_cache\ndef f():\n    return 3\nprobe(f())", ["3"]),
    "cast": ("import requests\nfrom typing import cast\nprobe(cast(requests.Session, x))", [SESSION]),
    "star import of a modelled library": ("from requests import *\nprobe(get)", ["requests.get"]),
    "parameter": ("def f(a):\n    probe(a)", ["parameter a"]),
    "attribute of something unknown": ("def f(a):\n    probe(a.b)", ["?"]),
    "a handler sees what a block bound that would have left": (
        "def f():\n    a = 1\n    try:\n        a = 2\n        return g(a)\n    except E:\n        probe(a)",
        ["1", "2"],
    ),
    "behind the try what left is gone": (
        "def f():\n    a = 1\n    try:\n        a = 2\n        return g(a)\n    except E:\n        pass\n    probe(a)",
        ["1"],
    ),
    "match binds": ("match x:\n    case {'a': a}:\n        probe(a)", ["?"]),
    "deleted branches do not loop for ever": ("a = a + 1\nprobe(a)", ["?"]),
    "mutual recursion": ("def f():\n    return g()\ndef g():\n    return f()\nprobe(f())", ["?"]),
}


@pytest.mark.parametrize("case", FLOWS.values(), ids=FLOWS.keys())
def test_flow(case):
    code, expected = case
    assert probed(code) == sorted(expected)


LITERALS = {
    "strings join": ("probe('a' 'b')", ["'ab'"]),
    "addition": ("x = 'a'\nprobe(x + 'b')", ["'ab'"]),
    "numbers": ("probe(60 * 60)", ["3600"]),
    "negative": ("probe(-1)", ["-1"]),
    "f-string of constants": ("x = 'a'\nprobe(f'{x}b')", ["'ab'"]),
    "f-string of data": ("def f(x):\n    probe(f'rm {x}')", ["text 'rm \\x00'"]),
    "percent": ("def f(x):\n    probe('rm %s -r' % x)", ["text 'rm \\x00 -r'"]),
    "percent with a tuple": ("def f(x, y):\n    probe('cp %s %s' % (x, y))", ["text 'cp \\x00 \\x00'"]),
    "percent with a dict": ("def f(x):\n    probe('rm %(a)s' % {'a': x})", ["text 'rm \\x00'"]),
    "format": ("def f(x):\n    probe('rm {} {n}'.format(x, n=1))", ["text 'rm \\x00 1'"]),
    "join": ("def f(x):\n    probe(' '.join(['rm', x]))", ["text 'rm \\x00'"]),
    "join of the unknown": ("def f(x):\n    probe(' '.join(x))", ["text '\\x00'"]),
    "augmented": ("def f(x):\n    c = 'rm '\n    c += x\n    probe(c)", ["text 'rm \\x00'"]),
    "augmented twice": ("c = 'a'\nc += 'b'\nc += 'c'\nprobe(c)", ["'abc'"]),
    "augmented in a branch": ("c = 'a'\nif x:\n    c += 'b'\nprobe(c)", ["'a'", "'ab'"]),
    "augmented list": ("c = ['a']\nc += ['b']\nprobe(c[1])", ["'b'"]),
    "dedent": ("import textwrap\nprobe(textwrap.dedent('a'))", ["'a'"]),
    "strip": ("probe(' a '.strip())", ["'a'"]),
    "str": ("probe(str(3))", ["'3'"]),
    "list": ("probe(['a'] + x)", ["list"]),
    "not": ("probe(not True)", ["False"]),
}


@pytest.mark.parametrize("case", LITERALS.values(), ids=LITERALS.keys())
def test_literals(case):
    code, expected = case
    assert probed(code) == sorted(expected)


def test_many_rebindings_stay_linear():
    lines = ["import requests"] + [f"x = {number}" for number in range(3000)] + ["probe(x)"]
    assert probed("\n".join(lines)) == ["2999"]


def test_too_many_possibilities_are_unknown():
    code = "def f(x):\n" + "".join(f"    if x == {n}:\n        a = {n}\n" for n in range(60)) + "    probe(a)"
    found, _ = probes(code)
    assert Unknown() in found[0]
    assert len(found[0]) < 30


def test_scopes_are_looked_up_as_python_does():
    found, _ = probes("a = 1\ndef f(a=a):\n    return [probe(a) for b in a]\n")
    assert [shown(value) for value in found[0]] == ["parameter a"]


def test_a_node_that_stands_nowhere_is_held():
    """Tables go by `id`: what is read later must not get the answer of a node that was thrown away."""
    module = cst.parse_module("import requests\n")
    names = Names(module, the_models())
    name = cst.parse_expression("requests")
    names.values(name)
    place = id(name)
    del name
    later = [cst.Name("later") for _ in range(1000)]
    assert place not in map(id, later)


@example("b", "'", "\"''")  # two literals that cannot stand side by side: libcst says so with another error
@given(
    st.sampled_from(("", "b", "r", "f", "u")),
    st.sampled_from(("'", '"', "'''", '"""')),
    st.text(st.sampled_from("ab \\\"'\n\r\t\f\0{}é"), max_size=8),
)
def test_a_text_read_off_its_quotes_is_what_python_reads(prefix, quotes, inner):
    raw = f"{prefix}{quotes}{inner}{quotes}"
    node = None
    with contextlib.suppress(cst.ParserSyntaxError, cst.CSTValidationError):
        node = cst.parse_expression(raw)
    if isinstance(node, cst.SimpleString):
        expected = read = ...
        with contextlib.suppress(ValueError, SyntaxError):
            expected = ast.literal_eval(node.value)
        with contextlib.suppress(ValueError, SyntaxError):
            read = written_out(node)
        assert read == expected


@pytest.mark.parametrize("raw", ["0", "7", "00", "1_000", "0x1f", "0o17", "123456789012345678901234567890"])
def test_a_number_is_what_python_reads(raw):
    module = cst.parse_module(raw)
    (value,) = evaluate(Names(module, the_models()), module.body[0].body[0].value)
    assert value.value == ast.literal_eval(raw)
