"""Fingerprints from the whole way: what GitHub, GitLab and a baseline know a finding by stays while the finding does."""

import json

import pytest

from lintfoot import cli

THREE = """\
import requests


def first(host):
    return requests.get(host)


def sync(host):
    requests.post(host, json={"a": 1})
    requests.post(host, json={"a": 1})
    requests.post(host, json={"a": 1})


class Inventory:
    def read(self, host):
        return requests.get(host)
"""


@pytest.fixture
def marks(tmp_path, monkeypatch, capsys):
    """The fingerprints of a text, from SARIF and from GitLab's report, which must agree."""
    monkeypatch.chdir(tmp_path)

    def call(text, name="ops/a.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
        cli.main(
            [
                "check",
                "--isolated",
                "--no-cache",
                "--select",
                "LF201",
                "--output",
                "sarif:x.sarif",
                "--format",
                "gitlab",
                name,
            ]
        )
        told = capsys.readouterr()
        assert told.err == ""
        log = json.loads((tmp_path / "x.sarif").read_text())
        ours = [one["partialFingerprints"]["lintfoot/v1"] for one in log["runs"][0]["results"]]
        assert sorted(ours) == sorted(one["fingerprint"] for one in json.loads(told.out))
        hashes = [one["partialFingerprints"]["primaryLocationLineHash"] for one in log["runs"][0]["results"]]
        assert len(set(hashes)) == len(hashes)
        return ours

    return call


def test_twelve_equal_findings_have_twelve_fingerprints(marks):
    found = marks("import requests\n" + "requests.get(HOST)\n" * 12)
    assert len(found) == len(set(found)) == 12


@pytest.mark.parametrize(
    "changed",
    [
        THREE.replace("import requests\n", "import os\nimport requests\n\n# a comment\nLIMIT = 3\n"),  # inserted
        THREE.replace("    requests.post", "    # one\n    requests.post", 1),
        THREE.replace('(host, json={"a": 1})', "(\n        host,\n        json={'a': 1},\n    )"),  # formatted
        THREE.replace("\n", "\r\n"),
        THREE.replace("    ", "\t"),
    ],
    ids=["insert", "comment", "format", "line ends", "tabs"],
)
def test_edits_beside_a_finding_change_nothing(marks, changed):
    assert marks(changed) == marks(THREE)


def test_what_moves_within_its_file_keeps_its_name(marks):
    head, first, rest = THREE.partition("def first(host):\n    return requests.get(host)\n\n\n")
    moved = f"{head}{rest}\n\n{first.rstrip()}\n"
    assert sorted(marks(moved)) == sorted(marks(THREE))


@pytest.mark.parametrize("which", [1, 2, 3])
def test_one_of_three_equal_ones_mended_closes_one(marks, which):
    lines = THREE.splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if "requests.post" in line][which - 1]
    lines[at] = lines[at].replace("})", "}, timeout=5)")
    before, after = set(marks(THREE)), set(marks("".join(lines)))
    assert after < before
    assert len(before) - len(after) == 1


def test_a_new_one_beside_it_is_the_only_new_one(marks):
    before = set(marks(THREE))
    after = set(marks(THREE.replace("def sync(host):\n", "def sync(host):\n    requests.put(host)\n")))
    assert before < after
    assert len(after) - len(before) == 1


def test_two_rules_and_two_secrets_on_one_line_are_apart(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(
        'import requests\nrequests.get(A, verify=False)\nlogin(password="kestrel-77", db_password="falcon-31x")\n'
    )
    cli.main(["check", "--isolated", "--no-cache", "--format", "gitlab"])
    found = json.loads(capsys.readouterr().out)
    assert [one["location"]["lines"]["begin"] for one in found] == [2, 2, 3, 3]
    assert len({one["fingerprint"] for one in found}) == 4


def test_the_folder_that_lintfoot_starts_in_changes_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text("[tool.lintfoot]\n")
    (tmp_path / "ops" / "deep").mkdir(parents=True)
    (tmp_path / "ops" / "deep" / "a b:ü%.py").write_text(THREE)
    seen = []
    for folder, path in (
        ("", "."),
        ("", str(tmp_path / "ops")),
        ("ops", "."),
        ("ops/deep", ".."),
        ("ops", "deep/a b:ü%.py"),
    ):
        monkeypatch.chdir(tmp_path / folder)
        cli.main(["check", "--no-cache", "--format", "sarif", path])
        (run,) = json.loads(capsys.readouterr().out)["runs"]
        places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
        seen.append((places, [one["partialFingerprints"]["lintfoot/v1"] for one in run["results"]]))
    assert seen[0][0][0] == "ops/deep/a%20b%3A%C3%BC%25.py"
    assert all(one == seen[0] for one in seen)
