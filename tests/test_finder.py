"""Words in texts: what is found in one pass is what is found one by one, with the wheel of the extra `fast` and without it."""

from __future__ import annotations

import random
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verbs import FIXTURES, the_book, the_models

from lintfoot import finder
from lintfoot.finder import Finder, automaton
from lintfoot.gates import VISITORS
from lintfoot.gates.secret_giving import named_lines
from lintfoot.gates.secret_lines import literal_lines
from lintfoot.secret_names import evidence, said, that_speak
from lintfoot.sight import Sight, words_of
from lintfoot.split import layout
from lintfoot.triage import has_a_say
from lintfoot.ways import ways_to

RULES = {code: rule for code, rule in the_book().by_code.items() if code != "LF000"}
WHEEL = pytest.mark.skipif(find_spec("ahocorasick_rs") is None, reason="the wheel of the extra `fast` is not installed")
FINDERS = [
    pytest.param(lambda: None, id="alone"),
    pytest.param(lambda: automaton, id="wheel", marks=WHEEL),
]
PIECES = st.sampled_from(
    [
        "verify",
        "verify_ssl",
        "ssl",
        ".",
        "os.",
        "os",
        " . ",
        "-p",
        "--",
        "K",
        "\u017f",
        "İ",
        "ß",
        "é",
        "://",
        "\n",
        "(",
        "\\\n",
        "_",
        "1",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("wheel", FINDERS)
@given(
    texts=st.lists(TEXTS | st.text(max_size=30), min_size=1, max_size=4), words=st.lists(TEXTS, min_size=1, max_size=8)
)
def test_a_word_is_found_where_it_stands(wheel, texts, words):
    here = Finder(wheel, 0)
    for text in (texts[0], *texts):
        look = here.look(text)
        assert look.holds(words) == any(word in text for word in words)
        assert [look.holds([word]) for word in words] == [word in text for word in words]


@pytest.mark.parametrize("wheel", FINDERS)
def test_a_short_word_hides_no_longer_one(wheel):
    here = Finder(wheel, 0)
    for _ in range(2):
        look = here.look("requests.get(url, verify_ssl=False)")
        assert all(look.holds([word]) for word in ("verify", "verify_ssl", "ssl", "get(", "requests.get"))
        assert not look.holds(["verify_", "tls"][1:])


@pytest.mark.parametrize("wheel", FINDERS)
def test_half_a_character_stops_nothing(wheel):
    here = Finder(wheel, 0)
    for _ in range(2):
        assert here.look("password = '\ud800'").holds(["password"])


ODD = {
    "blanks round dots": "import os\nos . system ( 'ls' )\n",
    "a continued line": "import os\nos.\\\n  system('ls')\n",
    "a continued keyword": "run(x, shell = \\\nTrue)\n",
    "capitals": "PASSWORD = 'Hunter2!x'\n",
    "letters beyond ASCII": "größe = 1\npaßwort = 2\nİpassword = 3\n",
    "lone carriage returns": "import subprocess\rsubprocess.call('x', shell=True)\r",
    "a form feed": "\fdef f(x=[]):\n    pass\n",
    "a name in a string": "getattr(os, 'sys' 'tem')('ls')\n",
    "nothing": "",
}


@pytest.mark.parametrize("wheel", FINDERS)
def test_gates_let_through_what_holds_one_of_their_words(monkeypatch, wheel):
    monkeypatch.setattr(finder, "_finder", Finder(wheel, 0))
    files = sorted(FIXTURES.glob("LF[0-9][0-9][0-9]/*.py"))
    texts = [path.read_text(encoding="utf-8") for path in random.Random(4).sample(files, 40)]
    for text in (*ODD.values(), *texts):
        sight = Sight(text, "script.py", RULES, the_models())
        for gate in VISITORS:
            words = words_of(gate, RULES, the_models())
            assert has_a_say(gate, sight) == (not words or any(word in text.lower() for word in words)), gate.visitor
        named = {id(one) for one in sight.libraries}
        for library in the_models().libraries:
            assert (id(library) in named) == any(name.lower() in text.lower() for name in library.imports)


def test_what_stands_in_odd_spelling_passes_its_gate():
    passing = {
        name: {
            gate.visitor.partition(":")[0]
            for gate in VISITORS
            if has_a_say(gate, Sight(text, "x.py", RULES, the_models()))
        }
        for name, text in ODD.items()
    }
    assert "processes" in passing["blanks round dots"] & passing["a continued line"] & passing["a continued keyword"]
    assert "secrets" in passing["capitals"] & passing["letters beyond ASCII"]
    assert "processes" in passing["lone carriage returns"]
    assert "definitions" in passing["a form feed"]


def test_the_runs_of_a_text_hold_every_word_of_it():
    text = "a.b-c d_e\n1x=föö"
    assert finder.runs(text) == {"a.b-c", "d_e", "1x", "föö"}
    sight = Sight(text, "x.py", RULES, the_models())
    assert sight.words == {"a", "b", "c", "d_e", "x", "föö"}


LEADING = {
    "under its own name": ("import requests\nrequests.get(url)\n", ""),
    "with blanks and a continued line": ("import requests\nrequests . \\\n  get (url)\n", ""),
    "under another name": ("from requests import get as fetch\nfetch(url)\n", ""),
    "through an alias of its module": ("from requests.sessions import Session as S\nS().get(url)\n", ""),
    "through a string": ("import requests\ngetattr(requests, 'get')(url)\n", ""),
    "from its own package": ("from .sessions import Session\nSession().get(url)\n", "requests"),
    "imported by name": ("import importlib\nimportlib.import_module('requests').get(url)\n", ""),
}


@pytest.mark.parametrize(("text", "package"), LEADING.values(), ids=LEADING)
def test_a_call_that_a_page_speaks_of_is_looked_at(text, package):
    patterns = next(gate for gate in VISITORS if gate.visitor.startswith("patterns:"))
    assert 2 in set(patterns.places(Sight(text, "x.py", RULES, the_models(), package=package)) or ())


def test_a_text_that_names_no_library_of_a_call_is_not_looked_at():
    rules = {"LF201": RULES["LF201"]}
    patterns = next(gate for gate in VISITORS if gate.visitor.startswith("patterns:"))
    assert not patterns.places(Sight("settings = {}\nsettings.get('url')\n", "x.py", rules, the_models()))


def test_the_ways_to_a_function_are_its_modules_and_those_that_give_its_class():
    ways = ways_to(the_models())
    assert "requests" in ways.to("requests.Session.get")
    assert {"queue", "multiprocessing"} <= ways.to("queue.Queue.get") | ways.to("multiprocessing.Queue.get")
    assert ways.to("nothing.known") == {"nothing"}


SECRET = {
    "a name": "db_password = 'xK9#mQ2$vL7p'\n",
    "a name in capitals": "DB_PASSWORD = 'xK9#mQ2$vL7p'\n",
    "a name in two pieces": "config['pass-word'] = 'xK9#mQ2$vL7p'\n",
    "on a continued line": "db_password = \\\n    'xK9#mQ2$vL7p'\n",
    "through another name": "value = 'xK9#mQ2$vL7p'\nconnect(password=value)\n",
    "a call by another name": "from requests.auth import HTTPBasicAuth as Basic\nBasic('root', 'xK9#mQ2$vL7p')\n",
}


@pytest.mark.parametrize("text", SECRET.values(), ids=SECRET)
def test_where_a_secret_may_be_given_is_found_from_the_words(text):
    found = named_lines(Sight(text, "x.py", RULES, the_models()))
    assert found
    assert max(found) >= text.count("\n") - text.count("\\\n")


PIECED = [
    "token = 'ghp_' + '{rest}'\n",
    "token = 'ghp_' '{rest}'\n",
    "token = ('ghp_'\n    '{rest}')\n",
    "token = '\\x67hp_{rest}'  # written otherwise\nother = 'ghp_'\n",
    "token = 'ghp_{rest}'\n",
    "header = f'token ghp_{rest} {{user}}'\n",
]


@pytest.mark.parametrize("text", PIECED)
def test_a_credential_is_looked_for_however_it_is_pieced_together(text):
    rest = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
    code = text.replace("{rest}", rest).replace("{{", "{").replace("}}", "}")
    sight = Sight(code, "x.py", RULES, the_models())
    assert 1 in {*(literal_lines(sight) or ()), *(named_lines(sight) or ())}


NAMES = st.lists(
    st.sampled_from(
        [
            "pass",
            "word",
            "Pass",
            "KEY",
            "api",
            "_",
            "-",
            ".",
            "tok",
            "en",
            "key",
            "board",
            "o",
            "auth",
            "pre",
            "shared",
            "1",
            "\u212aey",
            "é",
        ]
    ),
    max_size=7,
).map("".join)


@given(name=NAMES)
def test_a_name_that_says_something_of_a_secret_is_never_taken_for_a_silent_one(name):
    if evidence(name) or said(name):
        assert that_speak(frozenset({name})) == [name]
        assert that_speak(frozenset({name})) == [name]


@given(
    lines=st.lists(
        st.sampled_from(
            ["f(", ")", "x = [", "]", "a \\", "b", "'''", "'s' # c", "", "  {", "}", "é = 'ü'", "\t# (", "d = '''t"]
        ),
        max_size=12,
    )
)
def test_logical_lines_are_told_without_looking_at_every_sign(lines):
    found = layout("\n".join(lines))
    if found is None:
        return
    depth = start = 0
    goes_on = False
    for number, line in enumerate(found.bare, 1):
        if not depth and not goes_on and line[:1] != "\0":
            start = number
        assert found.logical[number - 1] == start
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        goes_on = line.rstrip("\r").endswith("\\")
