"""The Python interface: records in, records out; nothing printed, no exit."""

import gc
import json
import os
import subprocess
import sys
import threading
import tomllib
import warnings
from pathlib import Path

import pytest

from lintfoot import api
from lintfoot.settings import table

GUILTY = 'import requests\n\nrequests.get("https://a")\nrequests.get("https://b", verify=False, timeout=5)\n'

PAGE = """\
code = "HOUSE101"
name = "no-get"
default = "opt"
severity = "warning"
summary = "Use the client of the house."
why = "It counts."
remedy = "Use it."

[[calls]]
call = ["requests.get"]
message = "`{call}` is not counted"

[[examples]]
title = "get"
bad = "import requests\\nrequests.get('https://a')\\n"
good = "import house\\nhouse.get('https://a')\\n"
"""


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "a.py").write_text(GUILTY)
    return tmp_path


def codes(findings):
    return [finding.code for finding in findings]


def test_files_are_checked(tree, capsys):
    result = api.check(["ops"], folder=tree)
    assert codes(result.findings) == ["LF201", "LF301"]
    assert {finding.path for finding in result.findings} == {"ops/a.py"}
    assert result.scanned == 1
    assert capsys.readouterr() == ("", "")


def test_paths_may_be_paths(tree):
    assert codes(api.check([tree / "ops" / "a.py"], select=["LF301"]).findings) == ["LF301"]


def test_the_configuration_counts_unless_isolated(tree):
    (tree / "pyproject.toml").write_text('[tool.lintfoot]\nignore = ["LF301"]\n')
    assert codes(api.check(["ops"], folder=tree).findings) == ["LF201"]
    assert codes(api.check(["ops"], folder=tree, isolated=True).findings) == ["LF201", "LF301"]


def test_a_text_is_checked():
    findings = api.check_source(GUILTY, filename="deploy/a.py")
    assert codes(findings) == ["LF201", "LF301"]
    assert findings[0].path == "deploy/a.py"
    assert findings[0].span == api.Span(3, 1, 3, 26)
    assert findings[0].severity is api.Severity.ERROR


def test_bytes_are_decoded_as_python_does():
    findings = api.check_source("# coding: latin-1\nimport requests\nrequests.get('ä')\n".encode("latin-1"))
    assert codes(findings) == ["LF201"]


def test_a_text_that_is_no_python_is_a_finding():
    assert codes(api.check_source("def f(:\n")) == ["LF000"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"select": ["LF201"]}, ["LF201"]),
        ({"select": "LF201,LF301"}, ["LF201", "LF301"]),
        ({"ignore": ("request-without-timeout",)}, ["LF301"]),
        ({"per_file_ignores": {"deploy/**": ["LF301"]}}, ["LF201"]),
        ({"min_confidence": "high"}, ["LF201", "LF301"]),
    ],
)
def test_settings_are_keywords(settings, expected):
    assert codes(api.check_source(GUILTY, filename="deploy/a.py", **settings)) == expected


def test_severities_and_options_of_rules():
    findings = api.check_source(GUILTY, severity={"LF201": "note"}, rule={"LF201": {"fix-timeout": 7}})
    assert findings[0].severity is api.Severity.NOTE
    assert [edit.text for edit in findings[0].fix.edits] == [", timeout=7"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"selct": ["LF201"]}, 'no such setting (did you mean "select"?)'),
        ({"select": ["LF999"]}, 'unknown rule "LF999"'),
        ({"fix": "yes please"}, "is no value for it"),
        ({"format": "xml"}, "must be one of text"),
    ],
)
def test_what_is_wrong_is_raised(settings, words):
    with pytest.raises(api.Problems) as raised:
        api.check_source(GUILTY, **settings)
    assert words in str(raised.value)


def test_a_path_that_is_not_there_is_raised(tmp_path):
    with pytest.raises(api.Problems, match="nowhere"):
        api.check(["nowhere"], folder=tmp_path)


def test_fix_writes(tree):
    result = api.check(["ops"], folder=tree, fix=True, unsafe_fixes=True)
    assert result.findings == ()
    assert codes(result.mended[0].repaired) == ["LF201", "LF301"]
    assert "timeout=30" in (tree / "ops" / "a.py").read_text()


def test_json_has_a_schema_version(tree):
    document = json.loads(api.to_json(api.check(["ops"], folder=tree), folder=tree))
    assert document["schema_version"] == 1
    assert [one["code"] for one in document["findings"]] == ["LF201", "LF301"]


def test_what_is_promised_is_there():
    assert all(hasattr(api, name) for name in api.__all__)


def test_importing_it_costs_no_parser():
    program = "import sys; from lintfoot import api; sys.exit(sorted({'libcst', 'rich'} & set(sys.modules)) != [])"
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent.parent, check=False)
    assert done.returncode == 0


def test_a_text_is_not_decoded_whatever_its_coding_comment_says():
    text = "# coding: latin-1\nimport requests\nx = 'é'; requests.get('https://a')\n"
    (finding,) = api.check_source(text)
    assert finding.span == api.Span(3, 10, 3, 35)
    (finding,) = api.check_source(text.replace("latin-1", "no-such-thing"))
    assert finding.code == "LF201"


@pytest.mark.parametrize("text", ["x = 1\0", "x = '\ud800'", "\ufeff\ufeff", "(" * 9000, "x = 1\n" * 500_000])
def test_odd_texts_are_findings_and_no_errors(text):
    assert codes(api.check_source(text)) == ["LF000"]


def test_one_path_may_stand_alone(tree):
    assert api.check("ops", folder=tree).scanned == 1
    assert api.check(tree / "ops").scanned == 1


@pytest.mark.parametrize("value", [0, 2, 1])
def test_processes_are_made_when_asked_for(tree, value):
    padding = "# a comment, of many\n" * 2000
    for number in range(60):
        (tree / "ops" / f"b{number}.py").write_text(GUILTY + padding)
    assert len(api.check("ops", folder=tree, jobs=value, cache=False).findings) == 122


@pytest.mark.parametrize("value", [-1, "many", True, 1.5])
def test_no_number_of_processes(value):
    with pytest.raises(api.Problems):
        api.check_source(GUILTY, jobs=value)


def test_every_setting_is_a_typed_keyword():
    assert set(api.Settings.__annotations__) == {setting.name for setting in table()} - {
        "executor",
        "progress",
    }  # arguments of their own


def test_a_problem_says_where_it_is(tree):
    (tree / "pyproject.toml").write_text('[tool.lintfoot]\nignroe = ["LF301"]\n')
    with pytest.raises(api.Problems) as raised:
        api.check("ops", folder=tree)
    (problem,) = raised.value.problems
    assert isinstance(problem, api.Problem)
    assert (problem.file, problem.line) == ("pyproject.toml", 2)


@pytest.mark.parametrize("arguments", [{"folder": "/no/such/folder"}, {"paths": ["a\0b"]}])
def test_whatever_is_wrong_is_a_problem(tmp_path, arguments):
    with pytest.raises(api.Problems):
        api.check(**{"folder": tmp_path, "paths": ["."], **arguments})


def test_own_pages_are_named_for_json_too(tree):
    rules = tree / "house"
    rules.mkdir()
    (rules / "HOUSE101-no-get.toml").write_text(PAGE)
    settings = {"rules": rules, "select": ["HOUSE101"]}
    result = api.check("ops", folder=tree, **settings)
    assert codes(result.findings) == ["HOUSE101", "HOUSE101"]
    with pytest.raises(api.Problems, match="HOUSE101"):
        api.to_json(result, folder=tree)
    document = json.loads(api.to_json(result, folder=tree, **settings))
    assert [one["code"] for one in document["findings"]] == ["HOUSE101", "HOUSE101"]


def test_two_threads_at_once_find_the_same_and_leave_nothing():
    gc.unfreeze()  # what an earlier test left
    before = (sys.getrecursionlimit(), gc.isenabled(), gc.get_freeze_count(), list(warnings.filters))
    deep = "x = " + "(" * 90 + "1" + ")" * 90 + "\n" + GUILTY
    found = []

    def check():
        for _ in range(8):
            found.append(codes(api.check_source(deep)))  # noqa: PERF401 - as they come

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["LF201", "LF301"]] * 32
    assert (sys.getrecursionlimit(), gc.isenabled(), gc.get_freeze_count(), list(warnings.filters)) == before


def test_files_leave_nothing_behind_either(tree):
    gc.unfreeze()  # what an earlier test left
    before = (sys.getrecursionlimit(), gc.isenabled(), gc.get_freeze_count(), list(warnings.filters))
    api.check("ops", folder=tree)
    assert (sys.getrecursionlimit(), gc.isenabled(), gc.get_freeze_count(), list(warnings.filters)) == before


CALLER = """\
from pathlib import Path

from lintfoot import api


def worst(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    try:
        result = api.check(folder, select=["card"], severity={"LF503": "note"}, jobs=2, cache=False)
    except api.Problems as error:
        raise SystemExit("; ".join(problem.message for problem in error.problems)) from error
    for finding in (*result.findings, *api.check_source("x = 1", filename="a.py")):
        if finding.severity is api.Severity.ERROR and finding.fix is not None:
            edits: tuple[api.Edit, ...] = finding.fix.edits
            found[finding.path] = found.get(finding.path, 0) + len(edits)
    text: str = api.to_json(result)
    return {**found, text[:0]: 0}
"""


def test_types_hold_in_a_callers_own_script(tmp_path):
    environment = {
        **os.environ,
        "MYPYPATH": str(Path(__file__).parent.parent),
    }  # what an editable install does not tell

    def checked(text):
        (tmp_path / "caller.py").write_text(text)
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--follow-imports=silent",
            "--cache-dir",
            str(tmp_path / "cache"),
            "caller.py",
        ]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert checked(CALLER) == (0, "Success: no issues found in 1 source file\n")
    code, said = checked(CALLER.replace("select=", "selct=").replace("jobs=2", 'jobs="2"'))
    assert code == 1
    assert 'Unexpected keyword argument "selct"' in said
    assert '"jobs"' in said


def test_the_marker_for_type_checkers_is_shipped():
    root = Path(__file__).parent.parent
    assert (root / "lintfoot" / "py.typed").is_file()
    assert tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["lintfoot"] == [
        "py.typed"
    ]
