"""Marked files: `# expect: CODE` on guilty lines, silence everywhere else; only the folder's rule is selected."""

import re
from functools import cache

import pytest
from verbs import FIXTURES, the_book, the_models

from lintfoot.parse import Script, opened
from lintfoot.visit import Place, Plan, visit

_EXPECT = re.compile(r"# expect: ((?:[A-Z]+\d{3} ?)+)\s*$")
FILES = sorted(FIXTURES.glob("LF[0-9][0-9][0-9]/*.py"))
CARD = tuple(rule.code for rule in the_book().rules if rule.default == "card")


def expected(text):
    marks = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _EXPECT.search(line)
        marks += [(number, code) for code in match[1].split()] if match else []
    return marks


@cache
def seen(path, code):
    data = path.read_bytes()
    script = opened(path.name, data)
    assert isinstance(script, Script), script
    assert script.fault is None, script.fault
    place = Place(path.name, path.name, is_test=path.name.startswith("test_"))
    visited = visit(script, place, Plan({code: the_book().by_code[code]}, the_models()))
    assert not visited.bugs, visited.bugs
    return visited.findings


def found(path, code):
    return [(one.span.line, one.code) for one in seen(path, code)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_guilty_lines_are_reported_and_all_others_are_silent(path):
    assert sorted(found(path, path.parent.name)) == sorted(expected(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("code", CARD)
def test_every_card_rule_has_fixtures_enough(code):
    marks = [mark for path in FILES if path.parent.name == code for mark in expected(path.read_text(encoding="utf-8"))]
    assert len(marks) >= 12, f"{code} has {len(marks)} guilty places"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_advice_is_what_stands_there_already(path):
    """Advice that repeats the call is worse than none: whoever follows it sees the finding again."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for finding in seen(path, path.parent.name):
        span = finding.span
        if span.line == span.end_line:
            text = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            assert finding.help != text, f"{path}:{span.line}"
