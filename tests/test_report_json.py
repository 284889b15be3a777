import json
from dataclasses import replace

from report_samples import BOOK, EMPTY, FULL, PLAIN, many, sample

from lintfoot.findings import Bug, Note, Result, Severity, Span
from lintfoot.reports import REPORTS


def read(result, options=PLAIN):
    return json.loads(REPORTS["json"](result, BOOK, options))


def test_the_document_is_as_documented():
    from lintfoot.reports import json as module

    document = read(sample(), FULL)
    assert document["schema_version"] == module.SCHEMA_VERSION == 1
    words = [*document, *document["summary"], *document["findings"][0], *document["silenced"][0]["silenced_by"]]
    words += [*document["notes"][0], *document["bugs"][0]]
    assert [word for word in words if f"`{word}`" not in module.__doc__] == []


def test_an_empty_run_has_every_key():
    document = read(EMPTY)
    assert document["findings"] == document["notes"] == document["bugs"] == []
    assert document["silenced"] is None
    assert document["summary"]["scanned"] == 3


def test_a_finding_is_whole():
    found = next(one for one in read(sample())["findings"] if one["code"] == "LF201")
    assert (found["path"], found["file"]) == ("deploy/rollout.py", "ops/deploy/rollout.py")
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (41, 13, 41, 29)
    assert found["related"][0]["message"] == "this Session has no timeout of its own"
    assert found["fix"]["safety"] == "unsafe"
    assert found["fix"]["edits"][0]["text"] == ", timeout=(3.05, 30)"


def test_texts_come_through_as_they_were():
    found = next(one for one in read(sample())["findings"] if one["code"] == "ACME101")
    assert found["message"] == "::error:: \x1b[31mred\x1b[0m\r\n##[group]x \u202egnp.exe"


def test_edits_are_in_order():
    found = next(one for one in read(sample())["findings"] if one["code"] == "LF101")
    assert [edit["line"] for edit in found["fix"]["edits"]] == [3, 4]


def test_half_characters_are_replaced():
    result = Result(
        (replace(sample().findings[0], path="\udcff.py", message="\ud800"),),
        notes=(Note("\udcff", Severity.NOTE, "x"),),
        bugs=(Bug("\udcff", "y"),),
    )
    text = REPORTS["json"](result, BOOK, PLAIN)
    assert text.isascii()
    assert read(result)["findings"][0]["path"] == read(result)["notes"][0]["path"] + ".py" == "\ufffd.py"


def test_one_finding_a_line():
    text = REPORTS["json"](many(100), BOOK, PLAIN)
    assert sum(line.startswith('{"code":') for line in text.splitlines()) == 100


def test_an_unknown_rule_has_no_address():
    assert (
        read(Result((replace(sample().findings[0], code="XX999", span=Span(1, 1, 1, 1)),)))["findings"][0]["url"] == ""
    )
