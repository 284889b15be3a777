"""Every page of the book: form, references, and that something detects what it describes."""

import ast
import re

import pytest
from verbs import ROOT, the_book

from lintfoot.audit import load_bearing, ties
from lintfoot.book import Default
from lintfoot.gates import VISITORS

RULES = the_book().rules
SPOKEN_FOR = {code for gate in VISITORS for code in gate.codes}
ENGINE = {"LF000", "LF001", "LF002"}
AUDITS = {load_bearing.CODE, ties.CIRCLE, ties.BORROWED}
CATALOGUE = re.compile(r"LF\d{3}")
WIDEST = 140


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_is_complete(rule):
    assert CATALOGUE.fullmatch(rule.code)
    assert rule.summary.endswith(".")
    assert rule.summary.count(". ") == 0, "a summary is one sentence"
    assert len(rule.summary) <= 200
    assert rule.why.strip()
    assert rule.remedy.strip()
    assert all(reference.startswith("https://") for reference in rule.references)
    assert all(len(line) <= WIDEST for text in (rule.why, rule.remedy) for line in text.splitlines())
    assert rule.examples
    if rule.code not in ENGINE:
        assert rule.accepts, "a page says what the rule accepts"
        assert any(example.good for example in rule.examples)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_something_detects_what_a_page_describes(rule):
    patterns = rule.calls or rule.names or rule.assignments or rule.commands
    assert rule.code in ENGINE | AUDITS or rule.code in SPOKEN_FOR or patterns


def test_audits_tell_the_rules_of_audits_and_no_others():
    assert {rule.code for rule in RULES if rule.default is Default.AUDIT} == AUDITS


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code != "LF000"], ids=lambda rule: rule.code)
def test_snippets_are_python(rule):
    for example in rule.examples:
        for text in filter(None, (example.bad, example.good, example.fixed)):
            ast.parse(text)


def test_every_code_a_visitor_speaks_for_has_a_page():
    assert set(the_book().by_code) >= SPOKEN_FOR


def test_twins_name_one_rule_each():
    twins = [twin.casefold() for rule in RULES for twin in rule.twins]
    assert sorted(twins) == sorted(set(twins))


def test_security_scores_keep_step_with_severity():
    for rule in RULES:
        if rule.score:
            low, high = {"error": (7.0, 8.9), "warning": (4.0, 6.9), "note": (0.1, 3.9)}[rule.severity]
            assert low <= rule.score <= high, rule.code


def test_the_card_is_on():
    card = {rule.code for rule in RULES if rule.default is Default.CARD}
    assert card == {"LF101", "LF201", "LF301", "LF401", "LF501", "LF502", "LF503", "LF601"}


def test_pages_stand_where_they_belong():
    names = {path.name for path in (ROOT / "rules").glob("*.toml")}
    assert names == {f"{rule.code}-{rule.name}.toml" for rule in RULES}
