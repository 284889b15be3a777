"""An audit as JSON and back, and beside an earlier one: what is new, gone and moved."""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintfoot.audit.comparing import compared
from lintfoot.audit.document import audit_of, read, text
from lintfoot.audit.records import Audit, Repository, Script
from lintfoot.audit.views import VIEWS
from lintfoot.book import load, own_folder
from lintfoot.findings import Finding, Note, Severity, Silence, Span
from lintfoot.reports import Options
from lintfoot.strictjson import Node, loads
from lintfoot.tables import Problems

# the document


def any_of(kind):
    """Anything that a type allows, half characters in texts included."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return st.none() | any_of(next(one for one in inner if one is not types.NoneType))
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return st.lists(any_of(inner[0]), max_size=2).map(tuple)
        return st.tuples(*map(any_of, inner))
    if origin is not None and issubclass(origin, Mapping):
        key = st.integers(0, 10**6) if inner[0] is int else any_of(inner[0])
        return st.dictionaries(key, any_of(inner[1]), max_size=2)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{one.name: any_of(hints[one.name]) for one in fields(kind)})
    if issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    plain = {
        str: st.text(st.characters(), max_size=3),
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
    }
    return plain[kind]


AUDITS = any_of(Audit).filter(lambda one: len({each.name for each in one.repositories}) == len(one.repositories))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(AUDITS)
def test_an_audit_comes_back_as_it_was(audit):
    written = text(audit)
    assert written.isascii()
    assert audit_of(Node("a.json", loads(written.encode(), "a.json"))) == audit
    assert "##[" not in written


def finding(code="LF201", path="a.py", line=3, scope="main", form="requests.get(url)", nth=1):
    return Finding(
        code=code,
        name="request-without-timeout",
        severity=Severity.ERROR,
        path=path,
        span=Span(line, 1, line, 9),
        message="waits for ever",
        scope=scope,
        shape=f"{form}",
        fingerprint=f"{code} {path} {scope} {form} {nth}",
    )


def repository(*findings, name="infra", **more):
    paths = sorted({one.path for one in findings} | set(more.pop("paths", ())))
    scripts = tuple(Script(path, 10, 1, handled=False) for path in paths)
    return Repository(name, f"/srv/{name}", findings=findings, scripts=scripts, **more)


def audit(*repositories, date="2026-03-01"):
    return Audit(repositories, date, "1.0")


WHOLE = audit(repository(finding(), finding(line=9, nth=2)))


def changed(change):
    document = json.loads(text(WHOLE))
    change(document)
    return json.dumps(document).encode()


def first(document):
    return document["repositories"][0]


HOSTILE = {
    "is no JSON": lambda: b"{",
    "is no JSON: it is not UTF-8": lambda: b"\xff",
    "must be an object, not a list": lambda: b"[]",
    'has the key "date" twice': lambda: b'{"date": 1, "date": 2}',
    "holds a number that is none": lambda: b'{"seconds": Infinity}',
    "nested too deeply": lambda: b"[" * 10**5,
    '"schema_version" is missing': lambda: b"{}",
    "schema_version: must be 1": lambda: changed(lambda one: one.update(schema_version=2)),
    "schema_version: must be a whole number": lambda: changed(lambda one: one.update(schema_version=True)),
    "tool: must be lintfoot's": lambda: changed(lambda one: one["tool"].update(name="other")),
    "date: must be a text, not a whole number": lambda: changed(lambda one: one.update(date=7)),
    'the key "date" is missing': lambda: changed(lambda one: one.pop("date")),
    'unknown key "dat" (did you mean "date"?)': lambda: changed(lambda one: one.update(dat="x")),
    "version: no audit has this key": lambda: changed(lambda one: one.update(version="x")),
    "repositories[0].findings[1].span.line: must be a whole number, not a text": lambda: changed(
        lambda one: first(one)["findings"][1]["span"].update(line="3")
    ),
    "repositories[0].findings[0].severity: must be one of error, warning, note": lambda: changed(
        lambda one: first(one)["findings"][0].update(severity="fatal")
    ),
    "repositories[0].kind: must be one of folder, checkout, bare": lambda: changed(
        lambda one: first(one).update(kind=[])
    ),
    'repositories[0].sources["a.py"].wide: the key "x" is no whole number': lambda: changed(
        lambda one: first(one).update(sources={"a.py": {"path": "a.py", "relative": "a.py", "wide": {"x": []}}})
    ),
    "repositories[0].scripts: must be a list, not null": lambda: changed(lambda one: first(one).update(scripts=None)),
    "repositories[1]: has the name of another repository": lambda: changed(
        lambda one: one["repositories"].append(first(one))
    ),
}


@pytest.mark.parametrize("words", HOSTILE)
def test_nonsense_is_refused_with_file_and_place(tmp_path, words):
    file = tmp_path / "old.json"
    file.write_bytes(HOSTILE[words]())
    with pytest.raises(Problems) as caught:
        read(file, "old.json")
    (problem,) = caught.value.problems
    assert problem.file == "old.json"
    assert words in problem.message


def test_a_file_that_is_not_there_is_one_line():
    with pytest.raises(Problems, match=r"^old\.json: cannot be read: No such file or directory$"):
        read(Path("old.json"), "old.json")


# beside an earlier one


def change(before, now):
    """What changed in the one repository, in few words."""
    made = compared(audit(now), audit(before), "old.json")
    if not made.changes:
        return [], [], []
    (one,) = made.changes

    def place(finding):
        return f"{finding.path}:{finding.span.line}"

    return (
        [*map(place, one.new)],
        [*map(place, one.gone)],
        [f"{each.was} -> {place(each.finding)}" for each in one.moved],
    )


def test_nothing_changed():
    assert change(repository(finding()), repository(finding())) == ([], [], [])


def test_one_recorded_two_there_is_one_new():
    assert change(repository(finding()), repository(finding(), finding(line=9, nth=2))) == (["a.py:9"], [], [])


def test_two_recorded_one_there_is_one_gone():
    assert change(repository(finding(), finding(line=9, nth=2)), repository(finding())) == ([], ["a.py:9"], [])


def test_equal_fingerprints_are_counted():
    twice = (finding(line=3), finding(line=3))
    assert change(repository(finding()), repository(*twice)) == (["a.py:3"], [], [])
    assert change(repository(*twice), repository(*twice)) == ([], [], [])


def test_lines_added_above_move_it():
    assert change(repository(finding()), repository(finding(line=30))) == ([], [], ["a.py:3 -> a.py:30"])


def test_a_function_that_was_renamed_moves_it():
    before = repository(finding(), finding(line=9, form="other()"))
    now = repository(finding(scope="run", line=4), finding(line=9, form="other()"))
    assert change(before, now) == ([], [], ["a.py:3 -> a.py:4"])


def test_another_rule_or_form_is_another_finding():
    assert change(repository(finding()), repository(finding(code="LF301"))) == (["a.py:3"], ["a.py:3"], [])
    assert change(repository(finding()), repository(finding(form="get()"))) == (["a.py:3"], ["a.py:3"], [])


def test_a_file_that_was_renamed():
    before = repository(finding(), finding(line=9, form="other()"), finding(line=12, form="third()"))
    now = repository(finding(path="b.py"), finding(path="b.py", line=10, form="other()"))
    assert change(before, now) == ([], ["a.py:12"], ["a.py:3 -> b.py:3", "a.py:9 -> b.py:10"])


def test_a_copy_is_new():
    assert change(repository(finding()), repository(finding(), finding(path="b.py"))) == (["b.py:3"], [], [])


def test_one_file_has_one_heir():
    now = repository(finding(path="b.py"), finding(path="c.py"))
    assert change(repository(finding()), now) == (["c.py:3"], [], ["a.py:3 -> b.py:3"])


def test_a_file_that_is_still_there_was_not_renamed():
    now = repository(finding(path="b.py"), paths=["a.py"])
    assert change(repository(finding()), now) == (["b.py:3"], ["a.py:3"], [])


def test_a_file_that_was_there_is_no_heir():
    before = repository(finding(), paths=["b.py"])
    assert change(before, repository(finding(path="b.py"))) == (["b.py:3"], ["a.py:3"], [])


def test_a_file_that_cannot_be_read_has_lost_nothing():
    broken = finding(code="LF000", line=1)
    now = repository(broken, unread=(Note("a.py", Severity.ERROR, "invalid syntax"),))
    assert change(repository(finding()), now) == (["a.py:1"], [], [])
    assert change(now, now) == ([], [], [])


def test_what_is_silenced_is_there():
    quiet = replace(finding(), silenced_by=Silence("inSource", "lintfoot: ignore"))
    assert change(repository(finding()), repository(silenced=(quiet,), trusted=True, paths=["a.py"])) == ([], [], [])
    assert change(repository(), repository(silenced=(quiet,), trusted=True, paths=["a.py"])) == ([], [], [])
    both = repository(quiet, silenced=(quiet,))
    assert change(repository(), both) == (["a.py:3"], [], [])
    assert change(both, both) == ([], [], [])


def test_repositories_come_and_go():
    made = compared(
        audit(repository(finding()), repository(name="new")), audit(repository(finding()), repository(name="old")), "x"
    )
    assert (made.changes, made.added, made.removed) == ((), ("new",), ("old",))
    assert (made.against, made.date) == ("x", "2026-03-01")


def test_a_repository_may_be_called_otherwise():
    before = replace(repository(finding()), name="srv/infra")
    made = compared(audit(repository(finding(line=4))), audit(before), "x")
    assert (made.added, made.removed) == ((), ())
    assert made.changes[0].repository == "infra"


def test_one_that_could_not_be_read_is_not_compared():
    failed = Repository("infra", "/srv/infra", failed="no such folder")
    for now, before in ((failed, repository(finding())), (repository(finding()), failed)):
        made = compared(audit(now), audit(before), "x")
        assert (made.changes, made.added, made.removed) == ((), (), ())


PLACES = st.builds(
    finding,
    code=st.sampled_from(["LF201", "LF301"]),
    path=st.sampled_from(["a.py", "b.py", "c.py"]),
    line=st.integers(1, 5),
    scope=st.sampled_from(["", "main"]),
    form=st.sampled_from(["x", "y"]),
)


@given(st.lists(PLACES, max_size=8), st.lists(PLACES, max_size=8))
def test_every_finding_is_told_once(before, now):
    made = compared(audit(repository(*now)), audit(repository(*before)), "x")
    one = made.changes[0] if made.changes else None
    new, gone = (len(one.new), len(one.gone)) if one else (0, 0)
    assert len(now) - new == len(before) - gone >= 0
    if one:
        assert len({id(each) for each in (*one.new, *(moved.finding for moved in one.moved))}) == new + len(one.moved)
        assert {id(each) for each in one.gone} <= {id(each) for each in before}


@given(st.lists(PLACES, max_size=8))
def test_nothing_changes_where_nothing_changed(findings):
    assert compared(audit(repository(*findings)), audit(repository(*reversed(findings))), "x").changes == ()


def test_sarif_tells_what_is_new_and_what_has_moved():
    quiet = finding(path="c.py")
    before = audit(repository(finding(), finding(path="b.py"), quiet), date="2026-02-01")
    now = audit(repository(finding(line=5), finding(code="LF301"), quiet), repository(finding(), name="other"))
    now = replace(now, compared=compared(now, before, "old.json"))
    runs = json.loads(VIEWS["sarif"](now, load([own_folder()]), Options()))["runs"]
    found = [
        (one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], one["ruleId"], one["baselineState"])
        for one in runs[0]["results"]
    ]
    assert found == [("a.py", "LF301", "new"), ("a.py", "LF201", "updated"), ("c.py", "LF201", "unchanged")]
    assert runs[0]["properties"]["lintfoot/since"] == {
        "date": "2026-02-01",
        "added": False,
        "new": 1,
        "gone": 1,
        "moved": 1,
    }
    assert [one["baselineState"] for one in runs[1]["results"]] == ["new"]
