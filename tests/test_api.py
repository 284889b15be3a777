"""The Python interface: records in, records out; nothing printed, no exit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lintfoot import api

GUILTY = 'import requests\n\nrequests.get("https://a")\nrequests.get("https://b", verify=False, timeout=5)\n'


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
