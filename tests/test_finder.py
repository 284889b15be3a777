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
from lintfoot.sight import Sight, words_of
from lintfoot.triage import has_a_say

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
    here = Finder(wheel)
    for text in (texts[0], *texts):
        look = here.look(text)
        assert look.holds(words) == any(word in text for word in words)
        assert [look.holds([word]) for word in words] == [word in text for word in words]


@pytest.mark.parametrize("wheel", FINDERS)
def test_a_short_word_hides_no_longer_one(wheel):
    here = Finder(wheel)
    for _ in range(2):
        look = here.look("requests.get(url, verify_ssl=False)")
        assert all(look.holds([word]) for word in ("verify", "verify_ssl", "ssl", "get(", "requests.get"))
        assert not look.holds(["verify_", "tls"][1:])


@pytest.mark.parametrize("wheel", FINDERS)
def test_half_a_character_stops_nothing(wheel):
    here = Finder(wheel)
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
    monkeypatch.setattr(finder, "_finder", Finder(wheel))
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
