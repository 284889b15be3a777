"""Examples in pages are documentation and tests at once."""

import re

import pytest
from verbs import findings, reports, silent, the_book

from lintfoot.fix import applied

# Rules of audits see whole repositories: tests/test_audit_rules.py makes repositories of their examples.
RULES = [rule for rule in the_book().rules if not rule.code.startswith("LF00") and rule.default != "audit"]
EXAMPLES = [(rule.code, example) for rule in RULES for example in rule.examples]
CARD = [(code, example) for code, example in EXAMPLES if the_book().by_code[code].default == "card"]


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_a_bad_example_is_reported_and_a_good_one_is_silent(code, example):
    assert {one.code for one in reports(example.bad, code)} == {code}
    if example.good:
        silent(example.good, code)
    if example.fixed:
        silent(example.fixed, code)


@pytest.mark.parametrize(("code", "example"), CARD, ids=lambda value: getattr(value, "title", value))
def test_every_bad_example_comes_with_its_cure(code, example):
    assert example.good or example.fixed, f"{code}: what to write in place of {example.title!r}?"


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_a_repair_that_is_offered_clears_its_finding(code, example):
    found = reports(example.bad, code)
    for finding in found:
        if finding.fix is not None:
            text = applied(example.bad, [finding.fix])
            assert len(findings(text, code)) == len(found) - 1, text


NAMELESS = {("LF401", "A password inside a URL")}  # what it could name is the secret


@pytest.mark.parametrize(("code", "example"), CARD, ids=lambda value: getattr(value, "title", value))
def test_a_message_names_something_of_the_code(code, example):
    written = set(re.findall(r"\w+", example.bad))
    for finding in reports(example.bad, code):
        quoted = re.findall(r'[`"]([^`"]+)[`"]', finding.message)
        named = {word for one in quoted for word in re.findall(r"\w+", one)} & written
        assert named or (code, example.title) in NAMELESS, finding.message
