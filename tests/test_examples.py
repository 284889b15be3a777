"""Examples in pages are documentation and tests at once."""

import pytest
from verbs import reports, silent, the_book

RULES = [rule for rule in the_book().rules if not rule.code.startswith("LF00")]
EXAMPLES = [(rule.code, example) for rule in RULES for example in rule.examples]


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_a_bad_example_is_reported_and_a_good_one_is_silent(code, example):
    assert {one.code for one in reports(example.bad, code)} == {code}
    if example.good:
        silent(example.good, code)
    if example.fixed:
        silent(example.fixed, code)
