"""What CI services read: GitLab, Azure Pipelines, JUnit's readers, reviewdog."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import BOOK, CI, EMPTY, PLAIN, sample

from lintfoot.findings import Result, Severity, Source, Span
from lintfoot.reports import REPORTS


def found(message="`x` waits", path="a.py", **changes):
    base = next(finding for finding in sample().findings if finding.code == "LF201")
    finding = replace(base, message=message, path=path, frame=(), **changes)
    return Result((finding,), scanned=1, sources={path: Source(path, path)})


def in_file(result, number):
    first = result.findings[0]
    return replace(result, findings=tuple(replace(first, fingerprint=f"{at:032x}") for at in range(number)))


def test_every_format_tells_of_the_same_findings():
    places = {(finding.code, finding.span.line) for finding in sample().findings}
    gitlab = json.loads(REPORTS["gitlab"](sample(), BOOK, PLAIN))
    assert {(one["check_name"].partition("-")[0], one["location"]["lines"]["begin"]) for one in gitlab} == places
    diagnostics = json.loads(REPORTS["rdjson"](sample(), BOOK, PLAIN))["diagnostics"]
    assert {(one["code"]["value"], one["location"]["range"]["start"]["line"]) for one in diagnostics} == places
    commands = REPORTS["azure"](sample(), BOOK, PLAIN).splitlines()
    assert {
        (re.search(r"code=(\w+)", one)[1], int(re.search(r"linenumber=(\d+)", one)[1])) for one in commands
    } == places
    cases = ET.fromstring(REPORTS["junit"](sample(), BOOK, PLAIN)).iter("testcase")
    assert {(code, int(line)) for code, line, _ in (one.get("name").split(":") for one in cases)} == places


def test_gitlab_gets_the_code_in_front_and_a_fingerprint_of_its_own_for_each():
    rows = json.loads(REPORTS["gitlab"](in_file(found(), 12), BOOK, PLAIN))
    assert len({row["fingerprint"] for row in rows}) == 12
    assert rows[0]["description"] == "LF201 request-without-timeout: `x` waits"
    assert rows[0]["severity"] == "major"
    assert set(rows[0]) == {"description", "check_name", "fingerprint", "severity", "location"}


def test_gitlab_gets_an_array_where_nothing_was_found():
    assert REPORTS["gitlab"](EMPTY, BOOK, PLAIN) == "[]\n"


def test_paths_start_at_the_workspace():
    (row,) = json.loads(REPORTS["gitlab"](found(path="ops/a.py"), BOOK, CI))
    assert row["location"]["path"] == "a.py"
    (line,) = REPORTS["azure"](found(path="ops/a.py"), BOOK, CI).splitlines()
    assert "sourcepath=/home/runner/work/r/r/ops/a.py;" in line


def test_azure_escapes_what_would_end_a_property_or_a_line():
    result = found(message="100% ]; of\r\nit", path="a;b]%.py")
    (line,) = REPORTS["azure"](result, BOOK, PLAIN).splitlines()
    assert "sourcepath=a%3Bb%5D%AZP25.py;" in line
    assert line.partition("]")[2].startswith("LF201 request-without-timeout: 100%AZP25 ]; of")
    assert re.fullmatch(r"##vso\[task\.logissue [^\]]*\][^\r\n]*", line)


@pytest.mark.parametrize(("severity", "kind"), [("error", "error"), ("warning", "warning"), ("note", "warning")])
def test_azure_knows_errors_and_warnings(severity, kind):
    assert f"type={kind};" in REPORTS["azure"](found(severity=Severity(severity)), BOOK, PLAIN)


def test_junit_has_a_passing_case_where_nothing_was_found():
    root = ET.fromstring(REPORTS["junit"](EMPTY, BOOK, PLAIN))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert [case.get("name") for case in root.iter("testcase")] == ["3 files checked"]
    assert list(root.iter("failure")) == []


def test_junit_counts_by_file():
    root = ET.fromstring(REPORTS["junit"](sample(), BOOK, PLAIN))
    suites = list(root.iter("testsuite"))
    assert sum(int(suite.get("tests")) for suite in suites) == int(root.get("tests")) == len(sample().findings)
    assert all(len(suite) == int(suite.get("failures")) for suite in suites)


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(min_size=1))
def test_junit_is_xml_whatever_a_file_holds(message, path):
    root = ET.fromstring(REPORTS["junit"](found(message=message, path=path), BOOK, PLAIN))
    assert len(list(root.iter("failure"))) == 1


def test_reviewdog_counts_bytes():
    result = found(span=Span(3, 5, 3, 7))
    result = replace(result, sources={"a.py": Source("a.py", "a.py", {3: ((2, 2), (4, 4), (6, 3))})})
    (row,) = json.loads(REPORTS["rdjson"](result, BOOK, PLAIN))["diagnostics"]
    assert row["location"]["range"] == {"start": {"line": 3, "column": 9}, "end": {"line": 3, "column": 13}}


def test_reviewdog_gets_repairs_of_one_place():
    rows = {row["code"]["value"]: row for row in json.loads(REPORTS["rdjson"](sample(), BOOK, PLAIN))["diagnostics"]}
    assert [one["text"] for one in rows["LF201"]["suggestions"]] == [", timeout=(3.05, 30)"]
    assert "suggestions" not in rows["LF101"]  # of two places
    assert rows["LF201"]["severity"] == "ERROR"
    assert rows["LF201"]["code"]["url"].endswith("/rules/LF201/")
    assert "url" not in rows["ACME101"]["code"] or rows["ACME101"]["code"]["url"].startswith("http")


def test_markdown_holds_every_finding():
    text = REPORTS["markdown"](sample(), BOOK, PLAIN)
    assert all(finding.code in text for finding in sample().findings)
    assert "<script>" not in text


# --- the shapes that their readers accept ------------------------------------------------------------------------------

# What Jenkins' xUnit plugin takes (its junit-10.xsd): elements, with the attributes that they must and may have. Any other one
# makes it refuse the file.
JUNIT = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"failure", "error", "skipped", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
}


@pytest.mark.parametrize("result", [sample(), EMPTY, Result(())], ids=["findings", "clean", "nothing"])
def test_junit_has_the_shape_that_strict_readers_take(result):
    tree = ET.fromstring(REPORTS["junit"](result, BOOK, PLAIN))
    assert tree.tag == "testsuites"
    for element in tree.iter():
        needed, allowed, inner = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed, element.tag
        assert {child.tag for child in element} <= inner
    for suite in tree.iter("testsuite"):
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))


PLACE = {
    "type": "object",
    "required": ["line", "column"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {"start": PLACE, "end": PLACE},
    "additionalProperties": False,
}
REVIEWDOG = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "required": ["name"], "properties": {"name": {"const": "lintfoot"}}},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": {
                        "type": "object",
                        "required": ["path", "range"],
                        "properties": {"path": {"type": "string", "minLength": 1}, "range": RANGE},
                        "additionalProperties": False,
                    },
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "properties": {"value": {"type": "string"}, "url": {"type": "string", "pattern": "^https://"}},
                        "additionalProperties": False,
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                            "additionalProperties": False,
                        },
                    },
                },
            },
        },
    },
}
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}


@pytest.mark.parametrize(("form", "schema"), [("rdjson", REVIEWDOG), ("gitlab", GITLAB)])
@pytest.mark.parametrize("result", [sample(), EMPTY], ids=["findings", "clean"])
def test_reports_have_the_shape_that_is_documented(form, schema, result):
    jsonschema.validate(json.loads(REPORTS[form](result, BOOK, PLAIN)), schema)


AZURE = re.compile(
    r"##vso\[task\.logissue type=(error|warning);sourcepath=[^;\]]+;linenumber=\d+;columnnumber=\d+;code=[A-Z]+\d{3};\][^\r\n]+"
)


def test_azures_commands_are_whole_and_known():
    lines = REPORTS["azure"](sample(), BOOK, CI).splitlines()
    assert len(lines) == len(sample().findings)
    assert all(AZURE.fullmatch(line) for line in lines)
