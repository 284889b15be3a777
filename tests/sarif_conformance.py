"""What SARIF's readers need and its schema cannot say, as one function.

Each fault begins with the number of the requirement that it breaks:

- S1 one run, results always a list. S2 UTF-16 columns, declared. S3 the root is declared, without address.
- S4 a category ends in a slash. S5 nothing that differs between two runs over the same files.
- S6 success is told as the notifications tell it. S7 a file that could not be read is a result as well.
- S8 all rules, complete, in order. S9 lengths. S10 names in PascalCase, ids are codes. S11 properties in step with
  the level. S12 CWE as tag and as relationship.
- S13 rule, index and level on each result. S14 messages. S15 no absolute path in them. S16 one location, four
  coordinates.
- S17 addresses from the root, percent-encoded. S19, S20 fingerprints. S21 related places and links to them. S22
  flows. S23 repairs.
- S24, S25 suppressions and baseline on all results or on none. S26 size. S27 clean characters.

`python tests/sarif_conformance.py FILE…` checks files and prints their faults.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

LEVELS = ("error", "warning", "note")
SCORES = {"error": (7.0, 8.9), "warning": (4.0, 6.9), "note": (0.1, 3.9)}
PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
FLOWS = ("LF101", "LF201", "LF301", "LF303", "LF304", "LF305", "LF402", "LF403")
SECRETS = (798, 259, 321, 522, 312, 319)
COORDINATES = {"startLine", "startColumn", "endLine", "endColumn"}
LINK = re.compile(r"\[[^\[\]]*\]\((\d+)\)")


def faults(text: str) -> list[str]:
    """Everything that is wrong with a log, given as the text of its file."""
    log = json.loads(text, parse_constant=lambda word: f"no JSON: {word}")
    return list(_log(text, log))


def _log(text: str, log: Json) -> Iterator[str]:
    yield from _characters(text, log)
    runs = log.get("runs", [])
    if log.get("version") != "2.1.0" or len(runs) != 1:
        yield "S1: not exactly one run of version 2.1.0"
        return
    run = runs[0]
    if not isinstance(run.get("results"), list):
        yield "S1: results is no list"
        return
    yield from _run(run)
    yield from _rules(run)
    yield from _invocation(run)
    for at, result in enumerate(run["results"]):
        for fault in _result(result, run):
            yield f"{fault} (result {at})"
    yield from _whole_or_none(run["results"])


def _characters(text: str, log: Json) -> Iterator[str]:
    if text.startswith("\ufeff") or re.search(r"##(\[|vso\[)", text, re.IGNORECASE):
        yield "S27: a byte order mark, or a command to a build agent"
    if len(text) > 10_000_000 and len(log["runs"][0]["results"]) <= 5_000:
        yield "S26: more than 10 MB for no more than 5,000 results"
    if text.count("\n") > 1 or ": " in text[:40]:
        yield "S26: not compact"
    odd = re.search(
        r"\\u(0000|d[89a-f])|[\ud800-\udfff]", text, re.IGNORECASE
    )  # of most logs no text has to be looked at
    if odd and re.search(r"[\x00\ud800-\udfff]", "".join(_texts(log))):
        yield "S27: NUL or half a character"


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield key
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def _run(run: Json) -> Iterator[str]:
    if run.get("columnKind") != "utf16CodeUnits":
        yield "S2: columnKind is not utf16CodeUnits"
    root = run.get("originalUriBaseIds", {}).get("%SRCROOT%")
    if not root or "uri" in root or not root.get("description", {}).get("text"):
        yield "S3: %SRCROOT% is not declared by a description alone"
    if "automationDetails" in run and not re.fullmatch(r".+[^/]/", run["automationDetails"].get("id", "")):
        yield "S4: the category does not end in one slash"
    if {"versionControlProvenance", "runAggregates"} & set(run):
        yield "S5: provenance that nobody asked for"
    for artifact in run.get("artifacts", []):
        yield from _address(artifact["location"])
    if len(run["results"]) > 25_000:
        yield "S26: more than 25,000 results"
    ranks = [LEVELS.index(result["level"]) for result in run["results"] if result.get("level") in LEVELS]
    if (
        len(ranks) > 5_000
        and not any(result.get("suppressions") for result in run["results"])
        and ranks != sorted(ranks)
    ):
        yield "S26: more than 5,000 results and not the worst first"


def _rules(run: Json) -> Iterator[str]:
    driver = run["tool"]["driver"]
    if driver.get("name") != "lintfoot" or "version" not in driver or "informationUri" not in driver:
        yield "S8: the tool does not say what it is"
    rules = driver.get("rules", [])
    ids = [rule["id"] for rule in rules]
    if ids != sorted(set(ids)):
        yield "S8: rules are not in the order of their codes"
    for rule in (*rules, *driver.get("notifications", [])):
        yield from _descriptor(rule)
    for rule in rules:
        yield from _rule(rule, run)


def _descriptor(rule: Json) -> Iterator[str]:
    short, full = (rule.get(key, {}).get("text", "") for key in ("shortDescription", "fullDescription"))
    helped = rule.get("help", {})
    if not (short and full and helped.get("text") and helped.get("markdown") and rule.get("helpUri")):
        yield f"S8: {rule['id']} is incomplete"
    if max(len(short), len(full)) > 1_024 or max(len(rule["id"]), len(rule.get("name", ""))) > 255:
        yield f"S9: texts of {rule['id']} are too long"
    if not rule.get("helpUri", "").startswith("https://") or len(rule.get("helpUri", "")) > 2_048:
        yield f"S9: the address of {rule['id']} is no address"
    if not re.fullmatch("([A-Z][a-z0-9]*|[0-9]+)+", rule.get("name", "")):
        yield f"S10: the name of {rule['id']} is not in PascalCase"


def _rule(rule: Json, run: Json) -> Iterator[str]:
    code, level = rule["id"], rule.get("defaultConfiguration", {}).get("level")
    if not re.fullmatch("[A-Z]{2,8}[0-9]{3}", code):
        yield f"S10: {code} is no code"
    if level not in LEVELS:
        yield f"S8: {code} has no level"
        return
    properties = rule.get("properties", {})
    tags, score = properties.get("tags", []), properties.get("security-severity")
    if len(tags) > 10 or not tags or len(set(tags)) != len(tags):
        yield f"S9: {code} has no tags, too many or some twice"
    if properties.get("precision") not in ("very-high", "high", "medium", "low"):
        yield f"S11: {code} has no precision"
    if properties.get("problem.severity") != PROBLEMS[level] or "rank" in properties:
        yield f"S11: {code} contradicts its level"
    if (score is not None) != ("security" in tags):
        yield f"S11: {code} has a score without the tag, or the tag without a score"
    if score is not None and not _in_step(score, level):
        yield f"S11: the score of {code} is no string, or does not fit its level"
    yield from _weaknesses(rule, run, tags)


def _in_step(score: Any, level: str) -> bool:
    low, high = SCORES[level]
    return isinstance(score, str) and bool(re.fullmatch(r"\d\.\d", score)) and low <= float(score) <= high


def _weaknesses(rule: Json, run: Json, tags: list[str]) -> Iterator[str]:
    tagged = [int(tag.rpartition("-")[2]) for tag in tags if tag.startswith("external/cwe/cwe-")]
    related = []
    for relationship in rule.get("relationships", []):
        target = relationship["target"]
        component = target.get("toolComponent", {})
        taxa = (run.get("taxonomies") or [{}])[component.get("index", 0)].get("taxa", [])
        at = target.get("index", -1)
        if component.get("name") != "CWE" or not 0 <= at < len(taxa) or taxa[at]["id"] != target["id"]:
            yield f"S12: {rule['id']} points to a weakness that is not there"
        related.append(int(target["id"].removeprefix("CWE-")))
    if tagged != related[: len(tagged)] or len(tagged) < min(len(related), 8):
        yield f"S12: {rule['id']} has other weaknesses as tags than as relationships"
    if set(related) & set(SECRETS) and rule["id"] not in ("LF305", "LF401", "LF403") and rule["id"].startswith("LF"):
        yield f"S12: {rule['id']} would be filed under secret detection"


def _invocation(run: Json) -> Iterator[str]:
    invocations = run.get("invocations", [])
    if len(invocations) != 1:
        yield "S6: not exactly one invocation"
        return
    invocation, driver = invocations[0], run["tool"]["driver"]
    if set(invocation) - {"executionSuccessful", "toolExecutionNotifications", "toolConfigurationNotifications"}:
        yield "S5: an invocation with a time, a host, a user or a command line"
    notes = invocation.get("toolExecutionNotifications", [])
    if invocation.get("executionSuccessful") is any(note.get("level") == "error" for note in notes):
        yield "S6: success is not told as the notifications tell it"
    known = [notification["id"] for notification in driver.get("notifications", [])]
    for note in notes:
        descriptor = note.get("descriptor", {})
        at = descriptor.get("index", -1)
        if not 0 <= at < len(known) or known[at] != descriptor.get("id") or note.get("level") not in LEVELS:
            yield "S6: a notification without a level or a descriptor that is there"
        for location in note.get("locations", []):
            yield from _location(location, run, whole_file=descriptor.get("id") != "LF000")
    broken = sorted(_uris(note) for note in notes if note.get("descriptor", {}).get("id") == "LF000")
    results = sorted(
        _uris(one) for one in run["results"] if one.get("ruleId") == "LF000" and not one.get("suppressions")
    )
    if broken != results and len(run["results"]) < 5_000:
        yield "S7: results and notifications name other unreadable files"


def _uris(item: Json) -> list[str]:
    return [place["physicalLocation"]["artifactLocation"]["uri"] for place in item.get("locations", [])]


def _result(result: Json, run: Json) -> Iterator[str]:
    rules, at = run["tool"]["driver"].get("rules", []), result.get("ruleIndex", -1)
    if not 0 <= at < len(rules) or rules[at]["id"] != result.get("ruleId") or "rule" in result:
        yield "S13: ruleId and ruleIndex do not agree"
    if result.get("level") not in LEVELS or result.get("kind", "fail") != "fail" or "rank" in result:
        yield "S13: no level of a failure"
    yield from _message(result)
    locations = result.get("locations", [])
    if len(locations) != 1:
        yield "S16: not exactly one location"
    for location in locations:
        yield from _location(location, run)
    yield from _fingerprints(result)
    yield from _related(result, run)
    for fix in result.get("fixes", []):
        yield from _fix(fix)


def _message(result: Json) -> Iterator[str]:
    message = result.get("message", {})
    text = message.get("text", "")
    if set(message) != {"text"} or not text:
        yield "S14: a message that is not exactly one text"
        return
    if len(text) > 1_024:
        yield "S9: a message longer than 1,024 characters"
    if not text.endswith((".", "!", "?")) or re.search(r"[{}]", text) or not text.isprintable():
        yield "S14: a message with braces or control characters, or without a full stop"
    targets = [int(number) for number in LINK.findall(text)]
    if text.count("](") != len(targets):
        yield "S14: a link that nobody meant"
    ids = [place.get("id") for place in result.get("relatedLocations", [])]
    if not set(targets) <= set(ids):
        yield "S21: a link that leads nowhere"
    if ids and not targets:
        yield "S21: related places that the message does not name"
    if re.search(r"(^|[\s'\"(])(/home/|/root/|/tmp/|/Users/|[A-Z]:\\)", text):
        yield "S15: an absolute path in a message"


def _location(location: Json, run: Json, *, whole_file: bool = False) -> Iterator[str]:
    place = location.get("physicalLocation", {})
    address = place.get("artifactLocation", {})
    yield from _address(address)
    artifacts, at = run.get("artifacts", []), address.get("index", -1)
    if not 0 <= at < len(artifacts) or artifacts[at]["location"].get("uri") != address.get("uri"):
        yield "S17: an index to another file"
    if not (whole_file and "region" not in place):
        yield from _region(place.get("region", {}))


def _region(region: Json) -> Iterator[str]:
    if set(region) != COORDINATES or any(type(value) is not int or value < 1 for value in region.values()):
        yield "S16: a region without its four coordinates"
        return
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    if start > end:
        yield "S16: a region that ends before it starts"


def _address(address: Json) -> Iterator[str]:
    uri = address.get("uri", "")
    inside = address.get("uriBaseId") == "%SRCROOT%"
    if not re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri.removeprefix("file://").replace(":/", "/", 1)):
        yield f"S17: {uri!r} is not percent-encoded"
    parts = unquote(uri).split("/")
    if inside and (uri.startswith(("/", "file:")) or ".." in parts or "." in parts or "" in parts):
        yield f"S17: {uri!r} does not start from the root"
    if not inside and not uri.startswith("file:///"):
        yield f"S17: {uri!r} hangs on nothing"


def _fingerprints(result: Json) -> Iterator[str]:
    marks = result.get("partialFingerprints", {})
    if set(marks) - {"primaryLocationLineHash", "lintfoot/v1"} or "fingerprints" in result:
        yield "S20: a fingerprint with a name that readers stumble over"
    if not re.fullmatch("[0-9a-f]{32}", marks.get("lintfoot/v1", "")):
        yield "S20: no fingerprint of our own"
    if not re.fullmatch("[0-9a-f]{1,16}:[1-9][0-9]*", marks.get("primaryLocationLineHash", "0:1")):
        yield "S19: not a hash as GitHub writes it"


def _related(result: Json, run: Json) -> Iterator[str]:
    places = result.get("relatedLocations", [])
    ids = [place.get("id", -1) for place in places]
    if len(set(ids)) != len(ids) or any(number < 0 for number in ids):
        yield "S21: related places without an id of their own"
    for place in places:
        if not place.get("message", {}).get("text"):
            yield "S21: a related place without a message"
        yield from _location(place, run)
    flows = result.get("codeFlows", [])
    if flows and (not places or result.get("ruleId") not in FLOWS):
        yield "S22: a flow where no data flows"
    for flow in flows:
        threads = flow.get("threadFlows", [])
        steps = [step.get("location", {}) for thread in threads for step in thread.get("locations", [])]
        if len(threads) != 1 or not 2 <= len(steps) <= 1_000:
            yield "S22: not one thread of two to 1,000 steps"
        if not all(step.get("message", {}).get("text") for step in steps):
            yield "S22: a step without a message"
        if steps and steps[-1].get("physicalLocation") != result["locations"][0].get("physicalLocation"):
            yield "S22: a flow that does not end at the finding"
        for step in steps:
            yield from _location(step, run)


def _fix(fix: Json) -> Iterator[str]:
    if not fix.get("description", {}).get("text") or fix.get("properties", {}).get("applicability") not in (
        "safe",
        "unsafe",
    ):
        yield "S23: a repair without a title, or without its safety"
    changes = fix.get("artifactChanges", [])
    uris = [change.get("artifactLocation", {}).get("uri") for change in changes]
    if len(set(uris)) != len(uris) or not uris:
        yield "S23: not one change for each file"
    for change in changes:
        yield from _address(change.get("artifactLocation", {}))
        ends = (0, 0)
        for replacement in change.get("replacements", []):
            region = replacement.get("deletedRegion", {})
            yield from _region(region)
            if not isinstance(replacement.get("insertedContent", {}).get("text"), str):
                yield "S23: a replacement without a text"
            if set(region) >= COORDINATES:
                if (region["startLine"], region["startColumn"]) < ends:
                    yield "S23: replacements that are out of order"
                ends = (region["endLine"], region["endColumn"])


def _whole_or_none(results: list[Json]) -> Iterator[str]:
    for number, key in (("S24", "suppressions"), ("S25", "baselineState")):
        if len({key in result for result in results}) > 1:
            yield f"{number}: {key} on some results only"
    for result in results:
        for one in result.get("suppressions", []):
            if (
                one.get("kind") not in ("inSource", "external")
                or one.get("status") != "accepted"
                or not one.get("justification")
            ):
                yield "S24: a suppression that does not say who accepted what"
        if result.get("baselineState", "new") not in ("new", "unchanged", "updated"):
            yield "S25: a state that no report of ours has"


if __name__ == "__main__":
    found = [f"{file}: {fault}" for file in sys.argv[1:] for fault in faults(Path(file).read_text(encoding="utf-8"))]
    print(*found, sep="\n", end="\n" if found else "")  # noqa: T201 -- a command for people
    sys.exit(bool(found))
