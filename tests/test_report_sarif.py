import copy
import gzip
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import BOOK, EMPTY, FULL, PLAIN, many, sample
from sarif_conformance import faults

from lintfoot import book as books
from lintfoot.findings import Edit, Finding, Fix, Note, Related, Result, Safety, Severity, Source, Span
from lintfoot.reports import REPORTS
from lintfoot.reports.sarif import limits, message
from lintfoot.reports.sarif_rules import sentence

LEVELS = ("error", "warning", "note")
SCHEMA = Path(__file__).parents[2] / "shared" / "data" / "sarif-schema-2.1.0.json"


def base(code="LF201"):
    return next(finding for finding in sample().findings if finding.code == code)


def render(result, options=PLAIN, book=BOOK):
    return REPORTS["sarif"](result, book, options)


def run(result, options=PLAIN, book=BOOK):
    (one,) = json.loads(render(result, options, book))["runs"]
    return one


@cache
def own_book():
    return books.load([books.own_folder()])


def own_result():
    """One finding for each rule of the shipped book."""
    findings = tuple(
        replace(
            base(),
            code=rule.code,
            name=rule.name,
            severity=rule.severity,
            span=Span(at, 1, at, 4),
            message=rule.summary,
        )
        for at, rule in enumerate(own_book().rules, 1)
    )
    return Result(findings, sources=sample().sources)


LOGS = {
    "plain": lambda: render(sample()),
    "full": lambda: render(sample(), FULL),
    "empty": lambda: render(EMPTY),
    "no rule with a weakness": lambda: render(EMPTY, book=type(BOOK)([BOOK.by_code["LF502"]])),
    "own book": lambda: render(own_result(), book=own_book()),
    "many": lambda: render(many(6_000)),
}


@cache
def log(name):
    return LOGS[name]()


@pytest.mark.parametrize("name", LOGS)
def test_the_schema_accepts_it(name):
    if not SCHEMA.is_file():
        pytest.skip(
            f"no OASIS schema at {SCHEMA}: this is a bare clone; sarif-pydantic and our own check run all the same"
        )
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(log(name)))] == []


@pytest.mark.parametrize("name", LOGS)
def test_an_independent_reader_reads_it(name):
    from sarif_pydantic import Level, Sarif

    read = Sarif.model_validate_json(log(name)).runs
    assert len(read) == 1
    driver = read[0].tool.driver
    for result in read[0].results:
        assert driver.rules[result.rule_index].id == result.rule_id
        assert result.level in (Level.ERROR, Level.WARNING, Level.NOTE)
        assert result.locations[0].physical_location.region.end_column


@pytest.mark.parametrize("name", LOGS)
def test_it_conforms(name):
    assert faults(log(name)) == []


def change(path, value):
    """Set, or with None delete, what stands at a path like `results>0>level`; the path starts in the run."""

    def broken(one):
        *way, last = [int(part) if part.isdigit() else part for part in path.split(">")]
        for part in way:
            one = one[part]
        if value is None:
            del one[last]
        else:
            one[last] = value

    return broken


def unsuppressed(result):
    return {**result, "suppressions": []}


WEAKNESS = "tool>driver>rules>2>relationships>0>target"
MUTATIONS = [
    ("S1", change("results", {})),
    ("S2", change("columnKind", None)),
    ("S2", change("columnKind", "unicodeCodePoints")),
    ("S3", change("originalUriBaseIds>%SRCROOT%>uri", "file:///home/me/repo/")),
    ("S3", change("originalUriBaseIds", {})),
    ("S4", change("automationDetails>id", "nightly")),
    ("S5", change("versionControlProvenance", [{"repositoryUri": "https://me:pw@git.example/r"}])),
    ("S5", change("invocations>0>endTimeUtc", "2026-11-21T10:00:00Z")),
    ("S5", change("invocations>0>commandLine", "lintfoot check /home/me")),
    ("S6", change("invocations>0>executionSuccessful", True)),
    ("S6", change("invocations", [])),
    ("S6", change("invocations>0>toolExecutionNotifications>0>descriptor", {"id": "LF000", "index": 3})),
    ("S6", change("invocations>0>toolExecutionNotifications>1>level", None)),
    ("S7", lambda one: one["results"].pop(-1)),
    ("S8", lambda one: one["tool"]["driver"]["rules"].reverse()),
    ("S8", change("tool>driver>rules>1>fullDescription", None)),
    ("S8", change("tool>driver>rules>1>help>markdown", "")),
    ("S8", change("tool>driver>rules>1>defaultConfiguration", None)),
    ("S8", change("tool>driver>notifications>0>help", None)),
    ("S8", change("tool>driver>version", None)),
    ("S9", change("tool>driver>rules>1>shortDescription>text", "x" * 1_025)),
    ("S9", change("tool>driver>rules>1>properties>tags", [f"tag{n}" for n in range(11)])),
    ("S9", change("tool>driver>rules>1>helpUri", "rules/LF000.md")),
    ("S9", change("results>0>message>text", "x" * 1_024 + ".")),
    ("S10", change("tool>driver>rules>1>name", "unparsable-file")),
    ("S10", change("tool>driver>rules>1>id", "unparsable")),
    ("S11", change("tool>driver>rules>2>properties>security-severity", "high")),
    ("S11", change("tool>driver>rules>2>properties>security-severity", 8.1)),
    ("S11", change("tool>driver>rules>2>properties>security-severity", "9.8")),
    ("S11", change("tool>driver>rules>2>properties>security-severity", None)),
    ("S11", change("tool>driver>rules>2>properties>precision", "sure")),
    ("S11", change("tool>driver>rules>2>properties>problem.severity", "warning")),
    ("S11", change("tool>driver>rules>2>properties>rank", 50.0)),
    ("S12", change("tool>driver>rules>2>relationships", None)),
    ("S12", change(f"{WEAKNESS}>toolComponent>name", None)),
    ("S12", change(f"{WEAKNESS}>index", 1)),
    ("S12", change("taxonomies", None)),
    ("S13", change("results>0>ruleIndex", None)),
    ("S13", change("results>0>ruleIndex", 1)),
    ("S13", change("results>0>ruleIndex", 99)),
    ("S13", change("results>0>level", "none")),
    ("S13", change("results>0>level", None)),
    ("S13", change("results>0>kind", "review")),
    ("S14", change("results>0>message", {"id": "default", "arguments": ["x"]})),
    ("S14", change("results>0>message>markdown", "**x**")),
    ("S14", change("results>0>message>text", "no full stop")),
    ("S14", change("results>0>message>text", "{0} is a placeholder.")),
    ("S14", change("results>0>message>text", "`x[0](y)` makes a link.")),
    ("S14", change("results>0>message>text", "an escape \x1b[31m.")),
    ("S15", change("results>0>message>text", "see /home/me/x.py.")),
    ("S16", change("results>0>locations", [])),
    ("S16", lambda one: one["results"][0]["locations"].append(one["results"][0]["locations"][0])),
    ("S16", change("results>0>locations>0>physicalLocation>region", {"startLine": 3})),
    ("S16", change("results>0>locations>0>physicalLocation>region>startColumn", 0)),
    ("S16", change("results>0>locations>0>physicalLocation>region>endLine", 1)),
    ("S17", change("results>0>locations>0>physicalLocation>artifactLocation>uri", "ops/a b.py")),
    ("S17", change("results>0>locations>0>physicalLocation>artifactLocation>uri", "/home/me/x.py")),
    ("S17", change("results>0>locations>0>physicalLocation>artifactLocation>uri", "../x.py")),
    ("S17", change("results>0>locations>0>physicalLocation>artifactLocation>index", 1)),
    ("S17", change("results>0>locations>0>physicalLocation>artifactLocation>uriBaseId", None)),
    ("S17", change("artifacts>0>location>uri", "./x.py")),
    ("S19", change("results>2>partialFingerprints>primaryLocationLineHash", "0x54703d4cd895b18")),
    ("S20", change("results>0>partialFingerprints", None)),
    ("S20", change("results>0>partialFingerprints>lintfoot/v1", None)),
    ("S20", change("results>0>partialFingerprints>lintfoot/v1", "short")),
    ("S20", change("results>0>partialFingerprints>other", "1")),
    ("S21", change("results>3>relatedLocations>0>id", 7)),
    ("S21", change("results>2>relatedLocations>1>id", 1)),
    ("S21", change("results>3>relatedLocations>0>message", None)),
    ("S21", change("results>3>message>text", "See [nothing](9).")),
    ("S21", change("results>3>message>text", "No link at all.")),
    ("S22", change("results>3>codeFlows>0>threadFlows>0>locations>0>location>message", None)),
    ("S22", lambda one: one["results"][3]["codeFlows"][0]["threadFlows"][0]["locations"].pop()),
    ("S22", lambda one: one["results"][3]["codeFlows"][0]["threadFlows"][0]["locations"].reverse()),
    ("S22", lambda one: one["results"][0].update(codeFlows=one["results"][3]["codeFlows"])),
    ("S23", change("results>3>fixes>0>description", None)),
    ("S23", change("results>3>fixes>0>properties", None)),
    ("S23", change("results>3>fixes>0>artifactChanges>0>replacements>0>insertedContent", None)),
    ("S16", change("results>3>fixes>0>artifactChanges>0>replacements>0>deletedRegion", {"startLine": 41})),
    ("S23", lambda one: one["results"][2]["fixes"][0]["artifactChanges"][0]["replacements"].reverse()),
    ("S24", change("results>0>suppressions", None)),
    ("S24", change("results>4>suppressions>0>justification", "")),
    ("S25", change("results>0>baselineState", None)),
    ("S25", change("results>0>baselineState", "absent")),
    ("S26", lambda one: one.update(results=one["results"] * 3_600)),
    ("S26", lambda one: one.update(results=[unsuppressed(result) for result in one["results"]] * 800)),
    ("S27", change("results>0>properties>confidence", "a\0b")),
    ("S27", change("results>0>properties>confidence", "\ud800")),
]


@pytest.mark.parametrize(("box", "broken"), MUTATIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_check_sees_a_broken_log(box, broken):
    document = copy.deepcopy(json.loads(log("full")))
    broken(document["runs"][0])
    found = faults(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    assert any(fault.startswith(f"{box}:") for fault in found), found


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ("S1", '{"version":"2.1.0","runs":[]}'),
        ("S1", '{"version":"2.1.0","runs":[{"results":[]},{"results":[]}]}'),
        ("S1", '{"version":"2.0.0","runs":[{"results":[]}]}'),
        ("S26", '{\n "version": "2.1.0",\n "runs": [\n  {\n   "results": {}\n  }\n ]\n}\n'),
        ("S27", '{"version":"2.1.0","runs":[],"x":"##vso[task.x]"}'),
    ],
)
def test_the_check_sees_a_broken_file(box, text):
    assert any(fault.startswith(f"{box}:") for fault in faults(text))


def test_columns_count_utf16_units():
    (result,) = [one for one in run(sample())["results"] if one["ruleId"] == "ACME101"]
    line = "größe = '🚀漢', get(\x1b[31m)"
    region = result["locations"][0]["physicalLocation"]["region"]
    finding = base("ACME101")
    for column, counted in (
        (finding.span.column, region["startColumn"]),
        (finding.span.end_column, region["endColumn"]),
    ):
        assert len(line[: column - 1].encode("utf-16-le")) // 2 + 1 == counted
    assert region["startColumn"] == finding.span.column + 1


@pytest.mark.parametrize(
    ("relative", "uri", "inside"),
    [
        ("deploy/x.py", "deploy/x.py", True),
        ("a b:ü%.py", "a%20b%3A%C3%BC%25.py", True),
        ("#?&.py", "%23%3F%26.py", True),
        ("/srv/x y.py", "file:///srv/x%20y.py", False),
        ("C:/ops/x y.py", "file:///C:/ops/x%20y.py", False),
        ("\udcff.py", "%FF.py", True),
        ("\ud800.py", "%3F.py", True),
    ],
)
def test_addresses(relative, uri, inside):
    result = Result((replace(base(), path="x.py"),), sources={"x.py": Source("x.py", relative)})
    address = run(result)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert address["uri"] == uri
    assert ("uriBaseId" in address) is inside
    assert faults(render(result)) == []


@given(st.text(min_size=1).filter(lambda name: not {"/", "\0"} & set(name) and name not in (".", "..")))
def test_addresses_lead_back_to_the_path(name):
    if re.match("[A-Za-z]:", name):
        name = f"x{name}"
    result = Result((replace(base(), path=name),), sources={name: Source(name, f"ops/{name}")})
    address = run(result)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote(address["uri"]) == f"ops/{name}"


def test_silenced_findings_are_left_out_by_default():
    assert all("suppressions" not in result for result in run(sample())["results"])
    results = run(sample(), replace(PLAIN, include_suppressed=True))["results"]
    assert [len(result["suppressions"]) for result in results] == [0, 0, 0, 0, 1, 1, 0]
    assert results[4]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "the proxy cuts idle connections"}
    ]
    assert results[5]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "by baseline"}]


def test_baseline_states():
    assert all("baselineState" not in result for result in run(sample())["results"])
    assert {result["baselineState"] for result in run(sample(), replace(PLAIN, baseline=True))["results"]} == {"new"}
    assert [result["baselineState"] for result in run(sample(), FULL)["results"]][4:6] == ["new", "unchanged"]


@pytest.mark.parametrize("given_", ["nightly", "nightly/"])
def test_a_category_only_when_asked(given_):
    assert run(EMPTY, replace(PLAIN, sarif_category=given_))["automationDetails"] == {"id": "nightly/"}
    assert "automationDetails" not in run(EMPTY)


def test_a_file_that_could_not_be_read_is_told_twice():
    one = run(Result((base("LF000"),), failed=1))
    (invocation,) = one["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == one["results"][0]["level"] == "error"


def test_it_is_no_failure_where_it_was_graded_down():
    broken = replace(base("LF000"), severity=Severity.WARNING)
    (invocation,) = run(Result((broken,), failed=1))["invocations"]
    assert invocation["executionSuccessful"] is True


def test_success_without_notifications():
    assert run(EMPTY)["invocations"] == [{"executionSuccessful": True}]
    noted = run(Result((), notes=(Note("x.py", Severity.NOTE, "skipped"),)))
    assert noted["invocations"][0]["executionSuccessful"] is True
    assert noted["artifacts"][0]["location"]["uri"] == "x.py"


def test_a_trace_never_gets_into_the_log():
    assert "Traceback" not in render(sample())


def test_only_data_flow_is_a_flow():
    with_flow = run(Result((base("LF201"),)))["results"][0]
    steps = with_flow["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [38, 41]
    other = run(Result((replace(base("LF201"), code="LF502"),)))["results"][0]
    assert "codeFlows" not in other
    assert other["relatedLocations"] == with_flow["relatedLocations"]
    alone = run(Result((replace(base("LF201"), related=()),)))["results"][0]
    assert not {"codeFlows", "relatedLocations"} & set(alone)


@pytest.mark.parametrize(
    ("safety", "word"), [(Safety.SAFE, "safe"), (Safety.UNSAFE, "unsafe"), (Safety.SUGGESTION, "unsafe")]
)
def test_repairs(safety, word):
    fix = Fix("drop it", safety, (Edit(Span(2, 1, 3, 1), ""), Edit(Span(1, 1, 1, 1), "x")))
    (made,) = run(Result((replace(base(), fix=fix),)))["results"][0]["fixes"]
    assert made["properties"] == {"applicability": word}
    assert [one["insertedContent"]["text"] for one in made["artifactChanges"][0]["replacements"]] == ["x", ""]


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_repair_that_json_cannot_hold_is_left_out(text):
    fix = Fix("x", Safety.SAFE, (Edit(Span(1, 1, 1, 1), text),))
    assert "fixes" not in run(Result((replace(base(), fix=fix),)))["results"][0]


def test_the_catalogue_does_not_depend_on_findings():
    assert run(EMPTY)["tool"] == run(sample(), FULL)["tool"]
    assert [rule["id"] for rule in run(EMPTY, book=own_book())["tool"]["driver"]["rules"]] == sorted(own_book().by_code)


def test_fingerprints_are_those_of_the_finding_and_of_github():
    marks = {result["ruleId"]: result["partialFingerprints"] for result in run(sample())["results"]}
    assert marks["LF201"] == {"primaryLocationLineHash": "39fa2ee980eb94b0:1", "lintfoot/v1": "0" * 31 + "1"}
    assert marks["LF502"] == {"lintfoot/v1": "0" * 31 + "4"}


def test_thirty_thousand_findings():
    result = many(30_000)
    text = render(result)
    one = json.loads(text)["runs"][0]
    assert len(one["results"]) == 25_000
    assert faults(text) == []
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == (
        "warning",
        "5000 of 30000 results are left out; the worst are in the report.",
    )
    assert one["invocations"][0]["executionSuccessful"] is True
    assert limits(text) == ["5000 of 30000 results are left out; the worst are in the report."]
    levels = [found["level"] for found in one["results"]]
    assert levels == ["error"] * 10_000 + ["warning"] * 10_000 + ["note"] * 5_000


def test_more_than_readers_keep():
    one = run(many(6_000))
    assert len(one["results"]) == 6_000
    assert one["results"][0]["level"] == "error"
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"
    assert "5000 of these 6000" in note["message"]["text"]


def test_a_cap_of_ones_own():
    options = replace(PLAIN, sarif_max_results=2)
    one = run(sample(), options)
    assert [result["level"] for result in one["results"]] == ["error", "error"]
    assert faults(render(sample(), options)) == []
    assert limits(render(sample(), options)) == ["3 of 5 results are left out; the worst are in the report."]
    assert limits(render(sample())) == []


def test_a_log_that_is_too_large_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr("lintfoot.reports.sarif._ZIPPED", 20_000)
    text = render(many(1_000))
    assert len(gzip.compress(text.encode(), 6)) <= 20_000
    assert faults(text) == []
    results = json.loads(text)["runs"][0]["results"]
    assert 0 < len(results) < 1_000
    assert [one["level"] for one in results] == sorted((one["level"] for one in results), key=LEVELS.index)
    assert limits(text) == [f"{1_000 - len(results)} of 1000 results are left out; the worst are in the report."]


def test_places_stay_below_the_limit():
    places = tuple(Related(Span(at, 1, at, 2), f"place {at}") for at in range(1, 2_000))
    result = replace(sample(), findings=(replace(base(), related=places),))
    text = render(result)
    (one,) = json.loads(text)["runs"][0]["results"]
    assert len(one["relatedLocations"]) == 100
    assert len(one["codeFlows"][0]["threadFlows"][0]["locations"]) == 1_000
    assert faults(text) == []


def test_suppressed_findings_are_left_out_first():
    options = replace(PLAIN, sarif_max_results=5, include_suppressed=True)
    assert all(result["suppressions"] == [] for result in run(sample(), options)["results"])


def test_messages_say_everything_there_is_room_for():
    assert message(base()) == (
        "`session.get` waits for ever: requests has no default timeout. "
        "See: [this Session has no timeout of its own](1). Help: session.get(url, timeout=(3.05, 30))."
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=1_200), st.text(max_size=400), st.lists(st.text(max_size=200), max_size=8))
def test_any_message_conforms(text, help_, related):
    places = tuple(Related(Span(at, 1, at, 2), words) for at, words in enumerate(related, 1))
    finding = replace(base(), message=f"x{text}", help=help_, related=places)
    # Whatever a message quotes, the paths in it are the finding's business.
    assert [fault for fault in faults(render(Result((finding,)))) if not fault.startswith("S15")] == []


def test_sentences():
    assert sentence("one\n  two") == "one two."
    assert sentence("done!") == "done!"
    assert sentence("word " * 300) == "word " * 203 + "word…."
    assert len(sentence("x" * 2_000)) <= 1_024


def test_long_reasons_are_cut_between_sentences():
    rule = replace(BOOK.by_code["LF201"], why="It waits and waits. " * 100)
    text = run(EMPTY, book=type(BOOK)([rule]))["tool"]["driver"]["rules"][0]["fullDescription"]["text"]
    assert 900 < len(text) <= 1_024
    assert text.endswith("It waits and waits.")
    endless = replace(rule, why="x" * 3_000)
    assert faults(render(EMPTY, book=type(BOOK)([endless]))) == []


def test_scores_are_kept_in_step_with_the_level():
    for severity, given_, expected in (("error", 9.8, "8.9"), ("warning", 5.04, "5.0"), ("note", 4.5, "3.9")):
        rule = replace(BOOK.by_code["LF101"], severity=Severity(severity), score=given_)
        (made,) = run(EMPTY, book=type(BOOK)([rule]))["tool"]["driver"]["rules"]
        assert made["properties"]["security-severity"] == expected


def test_an_unfinished_version_is_no_semantic_one():
    driver = run(EMPTY, replace(PLAIN, version="0.2.0.dev1"))["tool"]["driver"]
    assert driver["version"] == "0.2.0.dev1"
    assert "semanticVersion" not in driver


def test_an_empty_span_is_still_a_region():
    finding = Finding(
        "LF000", "unparsable-file", Severity.ERROR, "x.py", Span(0, 0, 0, 0), "cannot be read", fingerprint="a" * 32
    )
    assert faults(render(Result((finding,)))) == []
