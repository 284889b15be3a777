"""Every engine finds the same: whole files, gated files, and files read in parts; whatever way a text is written."""

import ast
import importlib.util
import os
import random
import re
import sysconfig
import textwrap
import warnings
from dataclasses import replace
from pathlib import Path

import libcst as cst
import pytest
from verbs import FIXTURES, the_book, the_models

from lintfoot.decoding import Decoded
from lintfoot.gates import VISITORS
from lintfoot.gates.gate import anywhere
from lintfoot.names import Names
from lintfoot.parse import Script, opened
from lintfoot.split import divide
from lintfoot.visit import Engine, Place, Plan, visit
from lintfoot.visitors.base import Context
from lintfoot.visitors.definitions import Definitions

FILES = sorted(FIXTURES.glob("LF[0-9][0-9][0-9]/*.py"))
RULES = {code: rule for code, rule in the_book().by_code.items() if code != "LF000"}
# Of the lines of two packages that `dev` pins, so that every Python measures the same text: a little above what is reached.
MEASURED = ("pygls", "requests")
SHARES = {"card": 0.05, "default": 0.066}
CARD = {code: rule for code, rule in RULES.items() if rule.default == "card"}


def stdlib(number):
    """Some modules of the running Python: real code that is there in CI, whatever else is not."""
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("**/*.py"))
    files = [path for path in files if "site-packages" not in path.parts and path.stat().st_size < 60_000]
    return random.Random(11).sample(files, number)


def seen(text, engine, rules, name="script.py"):
    """What an engine says of a text, or of the bytes of a file."""
    script = opened(name, text if isinstance(text, bytes) else Decoded(text))
    assert isinstance(script, Script), script
    plan = Plan(rules, the_models(), engine=engine)
    visited = visit(script, Place(name, name, is_test="test" in name), plan)
    assert not visited.bugs, visited.bugs
    return visited


def parses(text):
    script = opened("script.py", text if isinstance(text, bytes) else Decoded(text))
    return isinstance(script, Script) and script.fault is None


def same(text, rules=RULES, engines=(Engine.SLICE,), name="script.py"):
    """Engines say the same as the one that takes every file whole for every visitor, word for word."""
    expected = seen(text, Engine.WHOLE, rules, name)
    for engine in engines:
        found = seen(text, engine, rules, name)
        assert found.findings == expected.findings, (engine, name)
        assert found.fault == expected.fault, (engine, name)
    return expected


def under_if(text):
    return "if True:\n" + textwrap.indent(text, "    ") + "\n"


def in_class(text):
    lines = "".join(f"    def filler_{number}(self):\n        return {number}\n\n" for number in range(12))
    return f"{text}\n\nclass Long:\n{lines}"


def continued(text):
    return re.sub(r"^(\s*\w+ =) (?=[\w\"'])", r"\1 \\\n    ", text, flags=re.MULTILINE)


def with_cookie(codec, letter):
    """A file that says how it is encoded, with a letter in it that is another one in UTF-8, or none."""
    return lambda text: f"# -*- coding: {codec} -*-\n{text}\n_ = '{letter}'  # {letter}\n".encode(codec, "replace")


def at_the_top_by_cases(text):
    """Each statement below a head of its own, so that scopes and blocks stand in one another."""
    return "try:\n" + textwrap.indent(text, "    ") + "\nfinally:\n    pass\n"


REWRITINGS = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "lone CR": lambda text: text.replace("\n", "\r"),
    "tabs": lambda text: re.sub(r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), text, flags=re.MULTILINE),
    "form feeds": lambda text: re.sub(r"^(?=def |class )", "\f", text, flags=re.MULTILINE),
    "BOM": lambda text: "\ufeff" + text,
    "continuations": continued,
    "the code inside triple quotes first": lambda text: "'''\n" + text.replace("'''", '"""') + "\n'''\n" + text,
    "semicolons": lambda text: re.sub(r"^(import \w+)$", r"\1; _ = 0; __ = 1", text, flags=re.MULTILINE),
    "decorators with comments between": lambda text: re.sub(
        r"^( *)((?:async )?def )", r"\1@decorate(1)\n\n\1# why\n\1@decorate\n\1\2", text, flags=re.MULTILINE
    ),
    "blanks around dots": lambda text: re.sub(r"(?<=[a-z])\.(?=[a-z]+\()", " . ", text),
    "under if True": under_if,
    "under try": at_the_top_by_cases,
    "cookie of latin-1": with_cookie("latin-1", "\xe9"),
    "cookie of cp1252": with_cookie("cp1252", "\u20ac"),
    "cookie of koi8-r": with_cookie("koi8-r", "\u0436"),
    "cookie of UTF-8": with_cookie("utf-8", "\u0436"),
    "cookie and BOM": lambda text: b"\xef\xbb\xbf# coding: utf-8\n" + text.encode(),
    "with a long class": in_class,
    "non-ASCII names": lambda text: text.replace("host", "hôst"),
    "no final newline": lambda text: text.rstrip("\n"),
}


OWN = replace(RULES["LF302"], code="OPS101", calls=RULES["LF601"].calls, names=RULES["LF302"].names)
# The gate runs these tests again on other Pythons, whose trees differ. What is found in a tree, and where it is cut, WHOLE
# and SLICE tell: FILE chooses by words alone, and UNIT has the places of SLICE with more around them.
AGAIN = bool(os.environ.get("TESTED_BEFORE"))
OTHERS = (Engine.SLICE,) if AGAIN else (Engine.FILE, Engine.UNIT, Engine.SLICE)
# One rule without places has a file taken whole: what is read in parts is compared for the others.
PLACED = {code: RULES[code] for code in RULES if not any(code in g.codes for g in VISITORS if g.places is anywhere)}
SPARING = {code for gate in VISITORS if gate.spares_tests for code in gate.codes}


@pytest.mark.parametrize("path", [one for one in FILES if one.parent.name in SPARING], ids=lambda path: path.stem)
def test_a_visitor_that_is_not_sent_to_tests_would_say_nothing_there(path):
    text = path.read_text(encoding="utf-8")
    rules = {path.parent.name: RULES[path.parent.name]}
    assert not seen(text, Engine.WHOLE, rules, name="test_it.py").findings
    script, place = opened("test_it.py", Decoded(text)), Place("test_it.py", "test_it.py", is_test=True)
    assert not visit(script, place, Plan(rules, the_models(), engine=Engine.SLICE)).lines


def alone(path):
    """The rule that a fixture is about, and a page of a user's own."""
    return {path.parent.name: RULES[path.parent.name], "OPS101": OWN}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixtures_say_the_same_however_they_are_read(path):
    """Taken whole for all visitors once: what a rule finds there is the same whichever rules are chosen beside it."""
    text = path.read_text(encoding="utf-8")
    whole = seen(text, Engine.WHOLE, {**RULES, "OPS101": OWN}, path.name)
    asked = [(PLACED, Engine.SLICE), (alone(path), Engine.SLICE)]
    if not AGAIN:
        asked += [(RULES, Engine.FILE), (PLACED, Engine.UNIT), (CARD, Engine.SLICE)]
    for rules, engine in asked:
        found = seen(text, engine, rules, path.name)
        assert found.findings == tuple(one for one in whole.findings if one.code in rules), (engine, len(rules))
        assert found.fault == whole.fault, (engine, len(rules))


@pytest.mark.parametrize("way", REWRITINGS)
def test_rewritten_fixtures_say_the_same_however_they_are_read(way):
    """Every way with a fixture of every third rule: each rule is written in many of them."""
    rules = sorted({path.parent.name for path in FILES})[sorted(REWRITINGS).index(way) % 3 :: 3]
    chosen = [random.Random(f"{way}{code}").choice([one for one in FILES if one.parent.name == code]) for code in rules]
    compared = 0
    for path in chosen:
        text = REWRITINGS[way](path.read_text(encoding="utf-8"))
        if parses(text):
            same(text, alone(path), engines=OTHERS, name=path.name)
            compared += 1
    assert compared > 4, way


def test_real_code_says_the_same_however_it_is_read():
    for path in stdlib(20):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a file of another encoding: the rest is enough
        if parses(text):
            same(text, CARD, name=path.name)


def test_a_page_of_ones_own_is_heard_in_every_part():
    for path in FIXTURES.joinpath("LF302").glob("*.py"):
        same(path.read_text(encoding="utf-8"), {"OPS101": OWN, "LF503": RULES["LF503"]}, engines=OTHERS)


def test_global_at_the_top_level_hides_what_a_function_imports():
    imported = "def load():\n    global paramiko\n    import paramiko\n    return paramiko\n"
    used = "def run(host):\n    client = paramiko.SSHClient()\n    client.connect(host)\n"
    for declared in ("", "global paramiko\n"):
        same(f"{declared}\n\n{imported}\n\n{used}", engines=OTHERS)


def test_what_a_function_binds_for_the_module_is_seen_though_both_are_read_in_parts():
    long = "".join(f"    print({number})\n" for number in range(12))
    for declared in ("", "    global session\n"):
        made = f"def setup():\n{declared}{long}    session = requests.Session()\n"
        said = same(f"import requests\n\n{made}\n\ndef ask(url):\n{long}    return session.get(url)\n")
        assert [one.code for one in said.findings if one.code == "LF201"] == ["LF201"] * bool(declared)


def test_classes_in_classes_are_read_in_parts_and_comments_with_what_they_touch():
    inner = "".join(
        f"        # {n}\n\n        # touches\n        def m{n}(self):\n            return {n}\n\n" for n in range(20)
    )
    text = f"import requests\n\nclass A:\n    class B:\n{inner}        def get(self, url):\n            return requests.get(url)\n"
    said = same(text)
    assert [one.code for one in said.findings if one.code == "LF201"] == ["LF201"]
    assert seen(text, Engine.SLICE, {"LF201": RULES["LF201"]}).lines < 12


def test_of_a_broken_file_nothing_but_that_is_told():
    text = "import requests\n\n\ndef get():\n    requests.get('a')\n\n\ndef broken(:\n    pass\n"
    for engine in Engine:
        visited = seen(text, engine, RULES)
        assert visited.findings == ()
        assert visited.fault is not None
        assert visited.fault.line == 8


@pytest.mark.parametrize("which", ["card", "default"])
def test_of_real_code_only_a_share_is_parsed(which):
    """Lines handed to libcst: exact, and the same on every machine."""
    rules = CARD if which == "card" else {code: rule for code, rule in RULES.items() if rule.default in ("card", "on")}
    lines = handed = 0
    for name in MEASURED:
        for path in sorted(Path(importlib.util.find_spec(name).origin).parent.rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            lines += text.count("\n") + 1
            handed += seen(text, Engine.SLICE, rules, path.name).lines
    assert lines > 10_000
    assert handed / lines < SHARES[which], handed / lines


def test_a_visitor_runs_under_plain_libcst_too():
    text = "def f(x=[]):\n    x.append(1)\n"
    module = cst.parse_module(text)
    names = Names(module, the_models())
    visitor = Definitions(Context("script.py", text, module, names, the_models(), RULES))
    module.visit(visitor)
    assert [hit.code for hit in visitor.hits] == ["LF501"]


# the splitter


def starts(tree):
    """Where the statements of a module begin, decorators included."""
    return [min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) for node in tree.body]


def statements(body, units):
    """Where the statements begin that are units: also those below what is cut open."""
    found = set()
    for node, start in zip(body, starts(ast.Module(body, [])), strict=True):
        found.add(start)
        if start in units and units[start].members:
            for inner in blocks(node):
                found |= statements(inner, units)
    return found


def blocks(node):
    """The blocks of a statement, but for handlers that only pass; `elif` goes on with the same statement."""
    yield node.body
    yield from (handler.body for handler in getattr(node, "handlers", ()) if not passes(handler))
    other = getattr(node, "orelse", [])
    if (
        isinstance(node, ast.If)
        and len(other) == 1
        and isinstance(other[0], ast.If)
        and other[0].col_offset == node.col_offset
    ):
        yield from blocks(other[0])
    elif other:
        yield other
    if getattr(node, "finalbody", []):
        yield node.finalbody


def passes(handler):
    """Whether a handler does nothing, or stands on the line of its head."""
    nothing = all(ast.unparse(one) in ("pass", "continue", "...") for one in handler.body)
    return nothing or handler.body[0].lineno == handler.lineno


def test_units_are_the_statements_that_python_sees():
    compared = 0
    for path in (*FILES, *stdlib(120)):
        try:
            text = path.read_text(encoding="utf-8")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (UnicodeDecodeError, SyntaxError):
            continue  # Python itself cannot say where its statements begin
        division = divide(text)
        if division is None:
            continue
        expected = statements(tree.body, {unit.start: unit for unit in division.units})
        assert [unit.start for unit in division.units] == sorted(expected), path
        compared += len(expected)
    assert compared > 3000


@pytest.mark.parametrize("text", ["x = '''\n", "a\rb\n", "\fdef f(): pass\n", "x = (\n", "\ufeffx = 1\n"])
def test_in_doubt_a_text_is_not_divided(text):
    assert divide(text) is None


def test_code_in_strings_is_no_code():
    text = 'USAGE = """\ndef f():\n    pass\n"""\nx = 1\n'
    division = divide(text)
    assert [(unit.start, unit.end, unit.kind) for unit in division.units] == [(1, 5, "plain"), (5, 6, "plain")]
    assert "def" not in division.code(division.units[0])


def test_what_has_no_place_is_not_parsed_and_what_can_stand_anywhere_is_parsed_whole():
    clean = (
        "import subprocess\n\n\ndef run(argv):\n    return subprocess.run(argv, timeout=9, check=True)\n\n\n"
        + "print(1)\n" * 40
    )
    guilty = clean + "subprocess.run('ls ' + input(), shell=True)\n"

    def lines(text, rules):
        return visit(opened("a.py", Decoded(text)), Place("a.py", "a.py"), Plan(rules, the_models())).lines

    whole = guilty.count("\n") + 1
    assert 0 < lines(guilty, CARD) < whole
    assert lines(guilty, RULES) == whole  # of the rules that have to be asked for some have no places
    assert lines("import shutil\n" + "x = 1\n" * 40, RULES) == 0


GIVEN = {
    "through two names": "import mysql.connector\nfirst = 'xK9#mQ2$vL7p'\nsecond = first\nmysql.connector.connect(host=h, password=second)\n",
    "through what a function gives": "def value():\n    return 'xK9#mQ2$vL7p'\nx = value()\nconnect(host=h, password=x)\n",
    "through a parameter": "def go(value):\n    connect(password=value)\ngo('xK9#mQ2$vL7p')\n",
    "through a default": "def go(value='xK9#mQ2$vL7p'):\n    connect(password=value)\ngo()\n",
    "through an attribute": "class A:\n    value = 'xK9#mQ2$vL7p'\n    def go(self):\n        connect(password=self.value)\n",
    "through an attribute that a method writes": "class A:\n    def __init__(self):\n        self.value = 'xK9#mQ2$vL7p'\n"
    "    def go(self):\n        connect(password=self.value)\n",
    "through a key": "TABLE = {'value': 'xK9#mQ2$vL7p'}\nconnect(password=TABLE['value'])\n",
    "through a loop": "for value in ('xK9#mQ2$vL7p',):\n    connect(password=value)\n",
    "through a tuple": "user, value = 'root', 'xK9#mQ2$vL7p'\nconnect(password=value)\n",
    "by place in a model": "import pysftp\npysftp.Connection('host', 'user', None, 'xK9#mQ2$vL7p')\n",
    "out of a splat": "import paramiko\nOPTIONS = dict(password='xK9#mQ2$vL7p')\nparamiko.SSHClient().connect('host', **OPTIONS)\n",
    "by a partial": "import functools, pysftp\nConnection = functools.partial(pysftp.Connection, 'host', 'user', None, 'xK9#mQ2$vL7p')\n"
    "Connection(port=1)\n",
    "in a formatted text without data": "password = f'xK9#mQ2$\\nvL7p'\n",
    "as the first default of a field": "class A(BaseModel):\n    x = Str('xK9#mQ2$vL7p', 'password')\n",
    "as a sum": "password = 'xK9#' + 'mQ2$vL7p'\n",
    "in two pieces": "password = ('xK9#'\n    'mQ2$vL7p')\n",
    "as bytes": "password = b'xK9#mQ2$vL7p'\n",
    "as bytes that are no text": "secret_key = b'\\x8f\\x01\\xa3zzzzzz\\xff\\x12'\n",
    "in a lambda": "go = lambda password='xK9#mQ2$vL7p': password\n",
    "by a match": "match password:\n    case 'a' | 'xK9#mQ2$vL7p':\n        go()\n",
    "by a key of several words": "settings = {'API key': 'xK9mQ2vL7pxK9mQ2vL7p', 'Client Secret': 'xK9mQ2vL7pxK9mQ2vL7p'}\n",
    "behind a key that the file names": "class Field:\n    pass\nx = {Field.password: 'xK9#mQ2$vL7p'}\n",
    "inside a formatted text": "x = f'{connect(password=\"xK9#mQ2$vL7p\")}'\n",
    "in a field of a record": "@dataclass\nclass A:\n    user: str\n    password: str\nA('root', 'xK9#mQ2$vL7p')\n",
    "under a letter that Python reads as another": "\uff50assword = 'xK9#mQ2$vL7p'\npassword\u00aa = 'xK9#mQ2$vL7p'\n",
}


@pytest.mark.parametrize("text", GIVEN.values(), ids=GIVEN)
def test_a_literal_is_seen_in_whatever_way_it_gets_its_name(text):
    rules = {"LF401": RULES["LF401"]}
    for code in (text, f"def main():\n{textwrap.indent(text, '    ')}\n" + "    go()\n" * 12):
        expected = same(code, rules, engines=OTHERS)
        assert expected.findings, code


REACHED = {
    "by its name": "def f(password):\n    print(password)\n",
    "through two names": "def f(password):\n    first = password\n    second = first\n    print(second)\n",
    "in a text": "def f(password):\n    line = f'login {password}'\n    print(line)\n",
    "in a text of another function": "def f(line):\n    print(line)\ndef g(password):\n    f('x %s' % password)\n",
    "in a text of another method": "class A:\n    def f(self, one, line):\n        print(line)\n    def g(self, password):\n"
    "        self.f(1, 'x {}'.format(password))\n",
    "by a keyword": "def f(a, b, *, line=None):\n    print(line)\ndef g(password):\n    f(1, 2, line='x ' + password)\n",
    "in what a function gives": "def f(password):\n    return 'x ' + password\ndef g(p):\n    print(f(p))\n",
    "in a list": "import subprocess\ndef f(password):\n    words = ['x']\n    words.append(password)\n    subprocess.run(words)\n",
    "in a list that is joined": "def f(password):\n    words = ['x']\n    words.extend(['-p', password])\n    print(' '.join(words))\n",
    "in a table": "def f(password):\n    table = {}\n    table['x'] = password\n    print(table)\n",
    "under a key": "def f(x):\n    table = {'password': x}\n    print(table)\n",
    "under a key that has a name": "KEY = 'password'\ndef f(conf):\n    print(conf[KEY])\n",
    "under a key that is stored": "def f(x):\n    table = {}\n    table['db_password'] = x\n    print(table)\n",
    "by a template": "TEXT = 'x %(password)s'\ndef f(conf):\n    print(TEXT % conf)\n",
    "by a template of another kind": "def f(user):\n    print('x {user[password]}'.format(user=user))\n",
    "out of the environment": "import os\nx = os.environ.get('DB_PASSWORD')\nprint(x)\n",
    "out of a prompt by another name": "from getpass import getpass as ask\nx = ask()\nprint(x)\n",
    "out of a store": "import boto3\nx = boto3.client('secretsmanager').get_secret_value(SecretId='a')\nprint(x['SecretString'])\n",
    "in a record": "from dataclasses import dataclass\n@dataclass\nclass A:\n    user: str\n    password: str\ndef f(a: A):\n    print(a)\n",
    "in a record that is made": "from typing import NamedTuple\nclass A(NamedTuple):\n    password: str\ndef f(x):\n    a = A(x)\n    print(a)\n",
    "in what a class shows": "class A:\n    def __init__(self, password):\n        self.password = password\n    def __str__(self):\n"
    "        return f'A {self.password}'\ndef f(x):\n    a = A(x)\n    print(f'{a}')\n",
    "in an attribute": "class A:\n    def __init__(self, password):\n        self.line = f'x {password}'\n    def f(self):\n"
    "        print(self.line)\n",
    "in a namespace": "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--password')\n"
    "args = parser.parse_args()\nprint(args)\n",
    "in a namespace as a table": "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--password')\n"
    "options = parser.parse_args()\nprint(vars(options))\n",
    "in a loop": "def f(password):\n    for one in ['x', password]:\n        print(one)\n",
    "in an exception": "def f(password):\n    raise RuntimeError('x ' + password)\n",
    "in an assertion": "def f(x, password):\n    assert x, f'{password} was refused'\n",
    "behind an option": "import subprocess\ndef f(x):\n    subprocess.run(['mysql', '--password', x])\n",
    "behind an option in a text": "import subprocess\ndef f(x):\n    subprocess.run(f'mysql --password={x}', shell=True)\n",
    "behind an option of a sum": "import os\ndef f(x):\n    line = 'mysql --password=' + x\n    os.system(line)\n",
    "in an added list": "import subprocess\ndef f(password):\n    words = ['x']\n    words += ['-p', password]\n    subprocess.run(words)\n",
    "through a helper": "import subprocess\ndef run(words):\n    subprocess.run(words)\ndef f(password):\n    run(['x', password])\n",
    "in a list that a function gives": "import subprocess\ndef words(password):\n    return ['x', password]\ndef f(p):\n"
    "    subprocess.run(words(p))\n",
    "in a list of a list": "import subprocess\ndef f(password):\n    base = ['x', password]\n    subprocess.run([*base, 'y'])\n",
    "by a log of another name": "import logging\nsay = logging.getLogger(__name__).info\ndef f(password):\n    say(password)\n",
    "by a caller of what writes": "def log(text):\n    print(text)\ndef f(password):\n    log(f'x {password}')\n",
    "with a fallback": "def f(password, line):\n    print(line or f'x {password}')\n",
    "in a conditional text": "def f(password, on):\n    line = f'x {password}' if on else 'y'\n    print(line)\n",
    "decoded": "def f(password):\n    print(password.encode().decode())\n",
    "by a call that says so": "def f(user):\n    print(get_access_token(user))\n",
    "in a walrus": "def f(password):\n    if line := f'x {password}':\n        print(line)\n",
    "in a comprehension": "def f(password):\n    print([one for one in [password]])\n",
    "in a string annotation": "from dataclasses import dataclass\n@dataclass\nclass A:\n    password: str\ndef f(a: 'A'):\n    print(a)\n",
    "as oneself": "from dataclasses import dataclass\n@dataclass\nclass A:\n    password: str\n    def f(self):\n        print(self)\n",
    "in an item of a table": "from getpass import getpass\nTABLE = {'x': getpass()}\nx = TABLE['x']\nprint(x)\n",
    "by a context manager": "from contextlib import contextmanager\n@contextmanager\ndef made(password):\n    yield f'x {password}'\n"
    "def f(p):\n    with made(p) as line:\n        print(line)\n",
    "by a lambda": "say = lambda password: f'x {password}'\ndef f(p):\n    print(say(p))\n",
    "by a property": "class A:\n    @property\n    def line(self):\n        return f'x {self.password}'\n    def f(self):\n"
    "        print(self.line)\n",
    "through a default": "def f(password, line=None):\n    print(line)\n",
}


@pytest.mark.parametrize("text", REACHED.values(), ids=REACHED)
def test_a_secret_is_seen_in_whatever_way_it_gets_out(text):
    rules = {code: RULES[code] for code in ("LF402", "LF404")}
    filler = "".join(f"def filler_{number}(x):\n    y = x\n    return y\n\n\n" for number in range(4))
    for code in (text, f"{filler}{text}", f"def main():\n{textwrap.indent(text, '    ')}\n" + "    go()\n" * 12):
        same(code, rules, engines=OTHERS)


FILLER = "".join(f"        print({number})\n" for number in range(12))
WRITTEN = {
    "by a base": f"class A:\n    def __init__(self):\n{FILLER}        self.s = requests.Session()\nclass B(A):\n    def go(self):\n{FILLER}        self.s.get(u)\n",
    "by another class": f"class A:\n    def __init__(self):\n{FILLER}        self.s = requests.Session()\nclass B:\n    def go(self):\n{FILLER}        self.s.get(u)\n",
    "by a function in a method": f"class A:\n    def go(self):\n{FILLER}        def made():\n            self.s = requests.Session()\n        made()\n        self.s.get(u)\n",
    "to a dict of the module": f"args = {{}}\ndef fill():\n{FILLER.replace('        ', '    ')}    args['timeout'] = 3\ndef go():\n    requests.get(u, **args)\n",
    "to a dict by a function inside": f"def go():\n    args = {{}}\n    def fill():\n{FILLER}        args['timeout'] = 3\n    fill()\n    requests.get(u, **args)\n",
    "to a dict of the same name": f"def one():\n    args = {{}}\n{FILLER.replace('        ', '    ')}    args['timeout'] = 3\ndef go():\n    args = {{}}\n{FILLER.replace('        ', '    ')}    requests.get(u, **args)\n",
    "to a dict in a class": f"class A:\n    args = {{}}\n    args['timeout'] = 3\n{FILLER.replace('        ', '    ')}    r = requests.get(u, **args)\n",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_what_is_written_to_an_attribute_or_a_dict_is_found_where_it_counts(way):
    said = same(f"import requests\nu = input()\n{WRITTEN[way]}", {"LF201": RULES["LF201"]})
    assert len(said.findings) == (not way.startswith("to a dict") or way == "to a dict of the same name")


def test_a_repair_that_begins_at_a_comment_leaves_the_file_in_parts():
    text = f"def f(x=[]):\n    # why\n    x.append(1)\n{FILLER.replace('        ', '    ')}    return x\n\n\n{'y = 1' * 30}\n"
    said = same(text.replace("y = 1", "print(1)\n"), {"LF501": RULES["LF501"]})
    assert said.findings[0].fix is not None
    assert not seen(text.replace("y = 1", "print(1)\n"), Engine.SLICE, {"LF501": RULES["LF501"]}).whole


def test_a_string_may_go_on_below_a_backslash_whatever_ends_the_line():
    division = divide('x = "a\\\r\nb"\r\ny = 1\r\n')
    assert [(unit.start, unit.end) for unit in division.units] == [(1, 3), (3, 4)]


NAMED = {
    "beside others": "import requests\nprint(len(requests.get(url).text), str(url).strip())\n",
    "by a table": "import requests\nBY = {'get': requests.get}\nprint(len(BY['get'](url).text))\n",
    "by what is called": "import functools, requests\nprint(len(functools.partial(requests.get, url)().text))\n",
    "under another name": "from requests import get as fetch\nprint(len(fetch(url).text))\n",
    "on a shared line": "import requests\nprint(url); print(len(requests.get(url).text))\n",
    "handed over": "import requests\nprint(list(pool.map(requests.get, urls)))\n",
    "with words": "import client\nprint(len(client.Client(url, verify_ssl=False).text))\n",
    "with words from elsewhere": "import client\nhow = {'verify_ssl': False}\nprint(len(client.Client(url, **how).text))\n",
    "a shell beside a call": "import subprocess\nprint(len(subprocess.run(f'ls {url}', shell=True).args))\n",
    "a file beside a call": "print(len(open(url).read().strip()))\n",
    "a secret beside a call": "import os\nprint(len(os.environ['DB_PASSWORD']), repr(os.environ['DB_PASSWORD']))\n",
}


@pytest.mark.parametrize("text", NAMED.values(), ids=NAMED)
def test_of_the_calls_in_a_statement_those_that_a_gate_names_are_enough(text):
    """Visitors are not shown the others."""
    chosen = {code: RULES[code] for code in ("LF101", "LF201", "LF301", "LF402", "LF506")}
    assert same(text, chosen).findings
    assert not seen(text, Engine.SLICE, chosen).whole


CALLED = {
    "as a function in a name": "import requests\nfetch = requests.get\nfetch(url)\n",
    "by what a text looks up": "import requests\ngo = getattr(requests.Session(), verb)\ngo(url)\n",
    "by getattr under another name": "import requests\nfind = getattr\ngo = find(requests, 'put')\ngo(url)\n",
    "by a partial of the same name": "import functools, requests\nget = functools.partial(requests.get, verify=False)\n"
    "get(url, timeout=3)\n",
    "by a helper under another name": "import requests\ndef retry(function, *args):\n    return function(*args)\n"
    "again = retry\nagain(requests.post, url)\n",
    "of what a table makes": "import requests\nMAKES = {'web': requests.Session}\nMAKES['web']().get(url)\n",
    "of what a method gives": "import requests\nclass Box:\n    def client(self):\n        return requests.Session()\n"
    "Box().client().get(url)\n",
    "of an object that refuses to check": "import requests\nsession = requests.Session()\nsession.verify = False\n"
    "session.get(url, timeout=5)\n",
    "with what ends nothing": "from retrying import retry\n@retry(stop_max_attempt_number=None)\ndef go():\n    pass\n",
    "with what the caller gives": "import requests\ndef get(url, verify):\n    return requests.get(url, timeout=1, verify=verify)\n"
    "get(url, False)\n",
    "with a place of its own": "import boto3\nboto3.client('s3', None, None, True, False)\n",
    "with a variable by its name": "import os\nname = 'PYTHONHTTPSVERIFY'\nheld = os.environ\nheld[name] = '0'\n",
    "with a variable in a call": "import os\nput = os.environ.setdefault\nput('PYTHONHTTPSVERIFY', '0')\n",
}


@pytest.mark.parametrize("text", CALLED.values(), ids=CALLED)
def test_a_call_is_found_in_whatever_way_it_is_reached_and_told(text):
    assert same(text, CARD).findings
    assert not seen(text, Engine.SLICE, CARD).whole
