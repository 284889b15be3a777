import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import BOOK

from lintfoot import book as books
from lintfoot import explain

OWN = books.load([books.own_folder()])
HEADINGS = [
    "What it flags",
    "Why it hurts",
    "What to write instead",
    "What repairs it",
    "What silences it",
    "Options",
    "Twins in other linters",
    "Weaknesses",
    "References",
]


def headings(text):
    return [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("rule", [*BOOK.rules, *OWN.rules], ids=lambda rule: rule.code)
def test_headings_are_fixed_and_the_same_in_both_forms(rule):
    found = headings(explain.markdown(rule))
    assert found == [heading for heading in HEADINGS if heading in found]
    free = {"What repairs it"} | ({"Why it hurts"} if not rule.why.strip() else set())
    assert set(HEADINGS[:6]) - set(found) <= free
    unindented = [line for line in explain.text(rule).splitlines() if line and not line.startswith(" ")]
    assert unindented == [f"{rule.code} {rule.name}", *found]


@pytest.mark.parametrize("rule", OWN.rules, ids=lambda rule: rule.code)
def test_everything_on_a_page_is_told(rule):
    for told in (explain.markdown(rule), explain.text(rule, 10_000)):
        for words in (rule.summary, *rule.accepts, *rule.twins, *rule.references):
            assert " ".join(words.split()) in told
        for example in rule.examples:
            assert all(line.strip() in told for line in (example.bad + example.good + example.fixed).splitlines())
        assert all(f"CWE-{number}" in told for number in rule.cwe)
        assert all(option.replace("_", "-") in told for option in rule.options)


def test_comments_that_silence_are_spelled_out():
    told = explain.markdown(BOOK.by_code["LF201"])
    assert "`# lintfoot: ignore[LF201] -- why`" in told
    assert "`# lintfoot: ignore-file[LF201] -- why`" in told
    assert "names a twin (S113)" in told
    assert "# lintfoot: ignore" not in explain.markdown(BOOK.by_code["LF000"])


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("rule", OWN.rules, ids=lambda rule: rule.code)
def test_prose_keeps_to_the_width(rule, width):
    for line in explain.text(rule, width).splitlines():
        words = line.split()
        is_code = line.startswith("      ")
        assert len(line) <= width or is_code or max(map(len, words)) > width - 10, line


def test_lists_keep_their_lines():
    assert "\n  - for one call, `timeout=(3.05, 30)`\n  - for a Session" in explain.text(BOOK.by_code["LF201"])


def test_a_longer_fence_holds_backticks():
    assert "````python\nx = {'a': '```'}\n````\n" in explain.markdown(BOOK.by_code["ACME101"])


@given(st.text(), st.text(), st.text())
def test_no_page_can_drive_a_terminal(summary, why, code):
    example = replace(BOOK.by_code["LF201"].examples[0], title=summary, bad=code)
    rule = replace(BOOK.by_code["LF201"], summary=summary, why=why, references=(why,), examples=(example,))
    for told in (explain.text(rule), explain.markdown(rule), explain.catalogue(type(BOOK)([rule]), "table")):
        assert all(line.isprintable() for line in told.split("\n"))


def test_addresses():
    assert explain.rule_url(BOOK.by_code["LF201"]) == "https://lintfoot.readthedocs.io/rules/LF201/"
    assert explain.rule_url(BOOK.by_code["ACME101"]) == "https://wiki.acme.example/http"
    assert explain.rule_url(replace(BOOK.by_code["ACME101"], references=())) == explain.BASE_URL


@pytest.mark.parametrize("width", [0, 60, 80, 120])
def test_the_table_lists_every_rule(width):
    lines = explain.catalogue(OWN, "table", width).splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == ["code", *OWN.by_code]
    if width >= 80:
        assert max(map(len, lines)) <= width


def test_the_markdown_table_is_a_table():
    lines = explain.catalogue(BOOK, "markdown").splitlines()
    assert {line.replace(r"\|", "").count("|") for line in lines} == {6}
    assert len(lines) == 2 + len(BOOK.rules)


def test_the_json_catalogue():
    found = json.loads(explain.catalogue(OWN, "json"))
    assert [entry["code"] for entry in found] == list(OWN.by_code)
    assert {
        "code",
        "name",
        "family",
        "default",
        "severity",
        "summary",
        "fixable",
        "repairs",
        "cwe",
        "twins",
        "since",
        "url",
    } == set(found[0])


def test_an_unknown_form_is_refused():
    with pytest.raises(KeyError):
        explain.catalogue(BOOK, "yaml")
