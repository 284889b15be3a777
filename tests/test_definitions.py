"""LF501: the cases behind the fixtures, the advice, and functions that are run for real."""

import random
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import reports, silent, steps

IMPORTS = """
import array, bisect, builtins, collections, collections.abc, copy, heapq, os, random, sys, time, types, typing
import typing as t
from collections import OrderedDict, defaultdict as dd, deque
from collections import abc
from collections.abc import *
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import AbstractSet, Annotated, Any, Dict, List, Optional, Set, Union
import typing_extensions

Hosts = Sequence[str]
Maybe: t.TypeAlias = Optional[Hosts]
type Many = Sequence[str]
Mutable = List[str]
DEFAULTS = {"retries": 3}
PORTS = [22, 443]
POOL = deque()
FROZEN = (22, 443)
ALIAS = PORTS
"""

MUTABLE = [
    "[]",
    "{}",
    "[1, 2]",
    "{1: 2}",
    "{1, 2}",
    "[i for i in range(3)]",
    "{i: i for i in range(3)}",
    "{i for i in range(3)}",
    "(i for i in range(3))",
    "(made := [])",
    "list()",
    "dict()",
    "set()",
    "builtins.list()",
    "list([1])",
    "list(range(3))",
    "set((1, 2))",
    "dict(a=1)",
    "dict.fromkeys('ab')",
    "bytearray(3)",
    "dd(list)",
    "OrderedDict()",
    "collections.OrderedDict(a=1)",
    "collections.Counter()",
    "collections.ChainMap({})",
    "collections.UserDict()",
    "collections.UserList()",
    "deque()",
    "deque([], 3)",
    "array.array('i')",
    "[None] * 3",
    "3 * [None]",
    "[] + PORTS",
    "PORTS + [80]",
    "{} | DEFAULTS",
    "{1} - {2}",
    "{1} & {2}",
    "PORTS or []",
    "None or {}",
    "[] if PORTS else ()",
    "() if PORTS else []",
    "([])",
    "copy.copy([])",
    "copy.deepcopy({'a': []})",
    "[1, 2].copy()",
    "typing.cast(Sequence, [])",
    "dict[str, int]()",
    "collections.deque[int]()",
    "dd[str, list](list)",
]
IMMUTABLE = [
    "()",
    "(1, 2)",
    "([],)",
    "None",
    "1",
    "''",
    "b''",
    "frozenset()",
    "frozenset([1])",
    "tuple([1])",
    "types.MappingProxyType({})",
    "range(3)",
    "FROZEN",
    "(0,) * 3",
    "'a b'.split()",
    "sys.argv[1:]",
    "PORTS",
    "PORTS[0]",
    "PORTS[1:]",
    "DEFAULTS",
    "POOL",
    "len([])",
    "time.time()",
    "os.environ.get('HOSTS')",
    "int([1][0])",
    "load([])",
    "object()",
    "Config()",
    "list",
    "dict",
    "lambda: []",
    "(['ls'], ['df'])",
    "unknown",
    "unknown.copy()",
    "field(default_factory=list)",
    "Query([])",
]


@pytest.mark.parametrize("default", MUTABLE)
@pytest.mark.parametrize(
    "shape",
    [
        "def f(x={}): return x",
        "async def f(x={}): return x",
        "def f(a, b=1, /, c=2, x={}): return x",
        "def f(x={}, /): return x",
        "def f(*, x={}): return x",
        "def f(x: list = {}): return x",
        "f = lambda x={}: x",
        "f = lambda a, *, x={}: x",
        "class C:\n    def f(self, x={}): return x",
        "class C:\n    @staticmethod\n    def f(x={}): return x",
        "def outer():\n    def f(x={}): return x\n    return f",
    ],
)
def test_mutable_defaults(default, shape):
    (found,) = reports(IMPORTS + shape.replace("{}", default), "LF501")
    assert found.label == "one object for all calls"


@pytest.mark.parametrize("default", IMMUTABLE)
def test_defaults_that_cannot_or_do_not_change(default):
    silent(f"{IMPORTS}\ndef f(x={default}): return x\n", "LF501")
    silent(f"{IMPORTS}\nf = lambda x={default}: x\n", "LF501")


VIEWS = [
    "Sequence",
    "Sequence[str]",
    "Mapping[str, list[str]]",
    "Iterable[str]",
    "t.Collection[str]",
    "typing.Container",
    "AbstractSet[str]",
    "abc.Set[str]",
    "collections.abc.Sized",
    "frozenset[str]",
    "typing.FrozenSet[str]",
    "tuple[str, ...]",
    "typing.Tuple[str, ...]",
    "Optional[Sequence[str]]",
    "Optional[abc.Mapping[int, int]]",
    "Sequence[str] | None",
    "None | Sequence[str]",
    "Union[Sequence[str], Mapping[str, str], None]",
    "Annotated[Sequence[str], 'hosts']",
    "typing_extensions.Annotated[Union[abc.Set[str], abc.Sized], 'annotation']",
    "'Sequence[str]'",
    "'typing.Sequence[str] | None'",
    "Optional['Sequence[str]']",
    "Hosts",
    "Maybe",
    "Many",
    "str | Sequence[str]",
]
HANDS = [
    "list",
    "list[str]",
    "List[str]",
    "Dict[str, str]",
    "Set[str]",
    "typing.Set",
    "set[str]",
    "MutableMapping[str, str]",
    "typing.MutableSequence",
    "Optional[Dict[int, int]]",
    "list[int] | None",
    "Union[Set[str], abc.Sized]",
    "Annotated[Union[Set[str], abc.Sized], 'annotation']",
    "Any",
    "'list[str]'",
    "Mutable",
    "unknown.Sequence",
    "Config",
    "'not an annotation ('",
]


@pytest.mark.parametrize("annotation", VIEWS)
def test_an_immutable_view_excuses_unless_the_function_changes_it(annotation):
    silent(f"{IMPORTS}\ndef f(x: {annotation} = []): return x\n", "LF501")
    (found,) = reports(f"{IMPORTS}\ndef f(x: {annotation} = []):\n    x.append('h')\n    return x\n", "LF501")
    assert [one.span.line for one in found.related] == [IMPORTS.count("\n") + 3]
    assert "`x = list(x)`" in found.help


@pytest.mark.parametrize("annotation", HANDS)
def test_other_annotations_excuse_nothing(annotation):
    reports(f"{IMPORTS}\ndef f(x: {annotation} = []): return x\n", "LF501")


CHANGES = [
    "x.append(1)",
    "x.extend([1])",
    "x.insert(0, 1)",
    "x.pop()",
    "x.clear()",
    "x.sort()",
    "x.reverse()",
    "x.remove(22)",
    "x += [1]",
    "x *= 2",
    "x[0] = 1",
    "x[:] = []",
    "x[0] += 1",
    "x[0], y = 1, 2",
    "x[0]: int = 1",
    "x[0]['a'] = 1",
    "x['a'].append(1)",
    "del x[0]",
    "del x[:]",
    "x.setdefault('a', 1)",
    "x.update(a=1)",
    "x.add(1)",
    "x.discard(1)",
    "x.appendleft(1)",
    "y = x\ny.append(1)",
    "y = z = x\nz.append(1)",
    "y = x\nz = y\nz[0] = 1",
    "heapq.heappush(x, 1)",
    "bisect.insort(x, 1)",
    "random.shuffle(x)",
    "list.append(x, 1)",
    "dict.update(x, a=1)",
    "if x:\n    x.append(1)",
    "for i in range(3):\n    x.append(i)",
    "if x is None:\n    x = []\nx.append(1)",
    "def inner():\n    x.append(1)\nreturn inner",
    "return lambda: x.append(1)",
    "return [x.append(i) for i in range(3)]",
    "for x[0] in range(3):\n    pass",
    "return x.pop()",
]
READS = [
    "return x[0]",
    "return [*x, 1]",
    "return x + [1]",
    "return sorted(x)",
    "return x.copy()",
    "return x.get('a')",
    "y = list(x)\ny.append(1)",
    "y = x[:]\ny.append(1)",
    "y = x + [1]\ny.append(1)",
    "x = list(x)\nx.append(1)",
    "x = x.copy()\nx.append(1)",
    "x = [*x]\nx += [1]",
    "x = dict(x, a=1)\nx['b'] = 2",
    "x = x + [1]",
    "y[x] = 1",
    "y[x[0]] = 1",
    "y.append(x)",
    "y.x.append(1)",
    "x.hosts.append(1)",
    "def inner(x):\n    x.append(1)\nreturn inner",
    "def inner():\n    x = []\n    x.append(1)\nreturn inner",
    "return lambda x: x.append(1)",
    "return [x.append(1) for x in y]",
    "for i in x:\n    i.close()",
    "y.x = x",
    "list.append(y, x)",
    "'{}'.format(x)",
]


@pytest.mark.parametrize("body", CHANGES)
@pytest.mark.parametrize(
    "default", ["DEFAULTS", "PORTS", "POOL", "ALIAS", "'a b'.split()", "sys.argv[1:]", "sorted(PORTS)"]
)
def test_something_shared_counts_where_the_function_changes_it(body, default):
    (found,) = reports(f"{IMPORTS}\ndef f(x={default}):\n{textwrap.indent(body, '    ')}\n", "LF501")
    assert found.label == "shared, and changed below"
    assert len(found.related) == 1


@pytest.mark.parametrize("body", READS)
def test_reading_copying_and_handing_on_change_nothing(body):
    code = f"{IMPORTS}\ny = {{}}\ndef f(x=DEFAULTS):\n{textwrap.indent(body, '    ')}\n"
    silent(code, "LF501")
    silent(code.replace("x=DEFAULTS", "x: Sequence = []"), "LF501")


def test_the_issue_of_the_module_level_list():
    code = """
    def_items = []

    def add(item, items=def_items):
        items.append(item)
        return items
    """
    (found,) = reports(code, "LF501")
    assert (found.span.line, found.span.column) == (4, 21)
    silent(code.replace("items.append(item)", "items = items + [item]"), "LF501")


def test_a_list_of_the_class_counts_like_one_of_the_module():
    code = "class C:\n    hosts = []\n    def f(self, x=hosts):\n        x.append(1)\n"
    reports(code, "LF501")
    silent(code.replace("x.append(1)", "return x"), "LF501")


def test_a_closure_bound_early_is_meant():
    silent(
        "def f():\n    found = []\n    walk(lambda item, found=found: found.append(item))\n    return found\n", "LF501"
    )


def test_stubs_and_overloads_never_run():
    silent("def f(x=[]): ...\n", "LF501", path="script.pyi")
    silent("from typing import overload\n@overload\ndef f(x=[]): ...\ndef f(x=None): return x\n", "LF501")
    silent("import typing\n@typing.overload\ndef f(x=[]): ...\ndef f(x=None): return x\n", "LF501")


def test_names_of_this_file_hide_the_builtins():
    silent("def list():\n    return ()\ndef f(x=list()): return x\n", "LF501")
    silent("from ours import dict, deque\ndef f(x=dict(), y=deque()): return x, y\n", "LF501")
    silent("class Sequence: pass\ndef f(x: Sequence = None): return x\n", "LF501")
    reports("class Sequence: pass\ndef f(x: Sequence = []): return x\n", "LF501")


def test_every_default_is_its_own_finding():
    found = reports("def f(a=[], *, b={}, c=None, d=set()): return a, b, c, d\n", "LF501")
    assert [(one.span.column, one.span.end_column) for one in found] == [(9, 11), (18, 20), (32, 37)]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (
            "def f(hosts=[]): return hosts",
            "`hosts=None`, then `hosts = [] if hosts is None else hosts` as the first line",
        ),
        ("def f(hosts: list = []): return hosts", "`hosts: list | None = None`, then"),
        ("def f(hosts: Optional[list] = []): return hosts", "`hosts: Optional[list] = None`, then"),
        ("f = lambda hosts=[]: hosts", "`([] if hosts is None else hosts)`"),
        ("D = {}\ndef f(x=D):\n    x['a'] = 1", "`x = x.copy()` before it is changed"),
        (f"def f(x={[*range(40)]}): return x", "`x=None`, then the same object, made inside the function,"),
    ],
)
def test_the_advice_fits_the_definition(code, advice):
    (found,) = reports(code, "LF501")
    assert advice in found.help


def test_following_the_advice_clears_the_finding():
    silent(
        "def f(hosts=None):\n    hosts = [] if hosts is None else hosts\n    hosts.append(1)\n    return hosts\n",
        "LF501",
    )
    silent("f = lambda hosts=None: ([] if hosts is None else hosts)\n", "LF501")
    silent("D = {}\ndef f(x=D):\n    x = x.copy()\n    x['a'] = 1\n", "LF501")
    silent("def f(x: 'Sequence[str]' = []):\n    x = list(x)\n    x.append(1)\n", "LF501")


# functions of random shape, run for real: whoever changes the default is reported

STEPS = [
    "x.append(1)",
    "x = list(x)",
    "x = x + [1]",
    "x += [1]",
    "x[:] = [1]",
    "y = x",
    "y = x[:]",
    "y = []",
    "y.append(1)",
    "x = y",
    "del x[:]",
    "x.insert(0, 1)",
    "if flip():\n    y = x",
    "if flip():\n    x = []",
    "if flip():\n    x = list(x)\nelse:\n    x = []",
    "if flip():\n    x.append(1)",
    "for _ in range(2):\n    y = x",
    "for _ in range(2):\n    y.append(1)\n    y = x",
    "z = sorted(x)",
    "return",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6), st.integers(0, 2**32))
def test_a_default_that_a_run_changes_is_reported(steps, seed):
    body = textwrap.indent("\n".join(["y = []", *steps]), "    ")
    code = f"D = [0]\ndef f(x=D):\n{body}\n"
    source = random.Random(seed)
    place = {"flip": lambda: source.random() < 0.5}
    exec(code, place)
    for _ in range(8):
        place["f"]()
        if place["D"] != [0]:
            reports(code, "LF501")
            return


def test_time_grows_with_the_file_and_not_with_its_square():
    def work(count):
        args = ", ".join(f"a{number}=D" for number in range(10))
        body = "".join(f"    a{number % 10}[{number}] = {number}\n" for number in range(10))
        code = "D = {}\n" + "".join(f"def f{number}({args}):\n{body}\n" for number in range(count))
        assert len(reports(code, "LF501")) == 10 * count

    work(5)
    assert steps(lambda: work(120)) < 2 * 6 * steps(lambda: work(20))
