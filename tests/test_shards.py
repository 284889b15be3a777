"""Shards: every script in exactly one, and their reports put together are the report of the whole run, to the byte."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot import shards
from lintfoot.cli import main

HELPER = "import requests\n\n\ndef client():\n    return requests.Session()\n"
GUILTY = """\
import subprocess
import helper

session = helper.client()
session.get("https://example.com/{number}")
subprocess.run("ls " + name, shell=True)  # noqa: S602
subprocess.run("rm " + name, shell=True)
"""
UNIQUE = "import subprocess\nsubprocess.Popen('stat ' + only, shell=True, cwd='/srv')\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = tmp_path / "project"
    filled(made)
    monkeypatch.chdir(made)
    return made


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Two shards of one run, in both forms, for tests that read them and nothing else."""
    made = tmp_path_factory.mktemp("reports") / "project"
    filled(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        return {form: [Path(name).read_bytes() for name in parts(form, 2)] for form in ("json", "sarif")}


@pytest.fixture
def two(reports, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def put(form):
        for number, data in enumerate(reports[form], 1):
            Path(f"../{number}.part").write_bytes(data)
        return "../1.part", "../2.part"

    return put


def filled(tmp_path):
    (tmp_path / ".git").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lintfoot]\nextend-select = ["opt"]\nextend-exclude = ["left_out.py"]\n'
    )
    for number in range(12):
        file = tmp_path / f"ops{number % 3}" / f"s{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(GUILTY.replace("{number}", str(number)) * (1 + number % 4))
    (tmp_path / "helper.py").write_text(HELPER)
    (tmp_path / "left_out.py").write_text(GUILTY)
    (tmp_path / "unique.py").write_text(UNIQUE)
    (tmp_path / "broken.py").write_text("def (\n")
    (tmp_path / "binary.py").write_bytes(b"\0")
    (tmp_path / "wörter.py").write_text(
        "import subprocess\nläuft = '𝄞'; subprocess.run('ls ' + läuft, shell=True)\n", encoding="utf-8"
    )
    (tmp_path / "out.py").symlink_to("/etc/hosts")


def whole(form, *more, code=1):
    assert main(["check", "--format", form, "-o", "../whole", *more]) == code
    return Path("../whole").read_bytes()


def parts(form, count, *more):
    names = [f"../{number}.part" for number in range(1, count + 1)]
    for number, name in enumerate(names, 1):
        assert main(["check", "--format", form, "-o", name, "--shard", f"{number}/{count}", "--exit-zero", *more]) == 0
    return names


def merged(names, *more, code=1):
    assert main(["merge", *names, "-o", "../merged", *more]) == code
    return Path("../merged").read_bytes()


# who checks what


@given(
    st.lists(st.tuples(st.text(), st.integers(0, 10_000)), unique_by=lambda one: one[0]),
    st.integers(1, 20),
    st.randoms(),
)
def test_every_file_is_in_exactly_one_shard_whatever_the_order(weights, count, chance):
    hands = shards.dealt(weights, count)
    assert sorted(one for hand in hands for one in hand) == list(range(len(weights)))
    mixed = chance.sample(weights, len(weights))
    again = [{mixed[one] for one in hand} for hand in shards.dealt(mixed, count)]
    assert again == [{weights[one] for one in hand} for hand in hands]


@given(st.lists(st.integers(1, 1000), min_size=50), st.integers(1, 8))
def test_shards_are_about_equal(sizes, count):
    weights = [(f"{number}.py", size) for number, size in enumerate(sizes)]
    held = [sum(sizes[one] for one in hand) for hand in shards.dealt(weights, count)]
    assert max(held) - min(held) <= max(sizes)


def test_line_ends_of_another_system_change_nothing(tmp_path):
    names = [Path("a.py"), Path("b.py")]
    for name in names:
        (tmp_path / name).write_bytes(b"import os\nimport sys\n")
    before = shards.weighed(tmp_path, names)
    (tmp_path / "b.py").write_bytes(b"import os\r\nimport sys\r\n")
    assert shards.weighed(tmp_path, names) == before


@pytest.mark.usefixtures("project")
def test_show_files_shows_those_of_the_shard(capsys):
    listed = []
    for number in (1, 2, 3):
        assert main(["check", "--show-files", "--shard", f"{number}/3"]) == 0
        listed += capsys.readouterr().out.splitlines()
    assert main(["check", "--show-files"]) == 0
    assert sorted(listed) == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "word", ["", "3", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/3/3", "1/99999999", "\u0661/\u0663", "1/20000"]
)
@pytest.mark.usefixtures("project")
def test_what_is_no_shard_is_one_line(capsys, word):
    code = main(["check", f"--shard={word}"])
    assert code == (2 if word else 1)
    assert len(capsys.readouterr().err.splitlines()) == bool(word)


@pytest.mark.usefixtures("project")
def test_standard_input_has_no_shards(capsys):
    assert main(["check", "-", "--shard", "1/2"]) == 2
    assert capsys.readouterr().err == "--shard: shares out files, and standard input is one text\n"


@pytest.mark.usefixtures("project")
def test_a_shard_without_files_is_no_mistake():
    assert main(["check", "unique.py", "helper.py", "--shard", "3/3"]) == 0


# the same report


@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("count", [1, 9])
@pytest.mark.usefixtures("project")
def test_merged_is_as_if_in_one_piece(form, count):
    assert merged(reversed(parts(form, count))) == whole(form)


@pytest.mark.usefixtures("project")
def test_silenced_results_are_merged_too():
    assert merged(parts("sarif", 3, "--sarif-include-suppressed")) == whole("sarif", "--sarif-include-suppressed")


def test_paths_and_folders_may_be_named(project, monkeypatch):
    monkeypatch.chdir(project / "ops1")
    paths = ["../ops2", ".", "../helper.py"]
    assert merged(parts("sarif", 3, *paths)) == whole("sarif", *paths)
    assert merged(parts("json", 3, *paths)) == whole("json", *paths)


@pytest.mark.usefixtures("project")
def test_results_that_are_too_many_are_left_out_once(monkeypatch):
    monkeypatch.setattr("lintfoot.reports.sarif.KEPT", 10)
    assert merged(parts("sarif", 4)) == whole("sarif")


@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("more", [(), ("--sarif-include-suppressed",)])
def test_a_baseline_holds_for_all_of_the_project(project, form, more):
    assert main(["baseline"]) == 0
    (project / "ops0" / "s0.py").write_text(GUILTY * 3)  # two known, one new, of each kind
    (project / "ops1" / "s1.py").unlink()  # gone, and what is recorded of it stale
    (project / "unique.py").rename(project / "renamed.py")
    (project / "ops2" / "s2.py").write_text("")
    more = ("--baseline", "lintfoot-baseline.toml", *more)
    expected = whole(form, *more)
    names = parts(form, 4, *more)
    assert merged(names) == expected
    assert b"renamed.py" not in expected or more[2:]
    assert merged(names, "--fail-on-stale", "--fail-on", "never") == expected
    assert merged(names, "--fail-on", "never", code=0) == expected


def test_a_renamed_file_has_one_heir_whatever_shard_it_is_in(project):
    assert main(["baseline", "unique.py"]) == 0
    (project / "unique.py").unlink()
    for name in ("z.py", "a.py", "m.py"):
        (project / name).write_text(UNIQUE)
    more = ("--baseline", "lintfoot-baseline.toml")
    expected = whole("json", *more)
    assert json.loads(expected)["summary"]["baselined"] == 2  # LF101 and LF104
    assert merged(parts("json", 7, *more)) == expected


def git(*words):
    import subprocess

    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words], check=True, capture_output=True
    )


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_what_did_not_change_is_counted_once(project, form):
    (project / ".git").rmdir()
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (project / "ops0" / "s0.py").write_text(GUILTY + GUILTY.replace("rm ", "mv "))
    assert merged(parts(form, 3, "--since", "HEAD")) == whole(form, "--since", "HEAD")


# exit codes


@pytest.mark.usefixtures("project")
def test_the_exit_code_is_that_of_the_whole():
    names = parts("json", 2, "--select", "LF101")
    assert main(["merge", *names, "-o", "../m", "--exit-zero"]) == 0
    assert main(["merge", *names, "-o", "../m", "--fail-on", "never"]) == 0
    assert main(["merge", *names, "-o", "../m"]) == 1
    names = parts("sarif", 2, "--select", "LF705", "helper.py", "unique.py")
    assert main(["merge", *names, "-o", "../m"]) == 0


@pytest.mark.usefixtures("project")
def test_without_a_file_it_goes_to_standard_output(capsysbinary):
    names = parts("json", 2)
    assert main(["merge", *names]) == 1
    assert capsysbinary.readouterr().out == whole("json")


# what does not belong together


def told(capsys, *names):
    capsys.readouterr()
    code = main(["merge", *names, "-o", "../never"])
    said = capsys.readouterr().err.splitlines()
    assert code == 2
    assert not Path("../never").exists()
    return said


def changed(name, change):
    document = json.loads(Path(name).read_text())
    change(document)
    other = f"{name}.changed"
    Path(other).write_text(json.dumps(document))
    return other


@pytest.mark.usefixtures("project")
def test_a_shard_is_missing_or_there_twice(capsys):
    one, two, three, four = parts("json", 4)
    assert told(capsys, one, three) == ["lintfoot merge: shards 2, 4 of 4 are missing"]
    assert told(capsys, one, two, four) == ["lintfoot merge: shard 3 of 4 is missing"]
    assert told(capsys, one, two, three, four, two) == [f"{two}: is shard 2 of 4, as {two} is"]


def test_other_settings_versions_or_files(project, capsys):
    one, two = parts("json", 2)
    assert main(["check", "--shard", "2/2", "--select", "LF101", "--format", "json", "-o", "../x", "--exit-zero"]) == 0
    assert told(capsys, one, "../x") == [f"../x: was made with other settings than {one}"]
    assert main(["check", "--shard", "2/2", "--format", "sarif", "-o", "../x", "--exit-zero"]) == 0
    assert told(capsys, one, "../x") == [f"../x: is sarif, {one} is json"]
    assert main(["check", "--shard", "2/3", "--format", "json", "-o", "../x", "--exit-zero"]) == 0
    assert told(capsys, one, "../x") == [f"../x: is one of 3 shards, {one} one of 2"]
    newer = changed(two, lambda document: document["tool"].update(version="9.9"))
    assert told(capsys, one, newer)[0].startswith(f"{newer}: was made by lintfoot 9.9, {one} by ")
    other = changed(two, lambda document: document["shard"].update(rules="00"))
    assert told(capsys, one, other)[0].startswith(f"{other}: was made with other rules, another build")
    (project / "helper.py").write_text(HELPER + "\n")
    assert main(["check", "--shard", "2/2", "--format", "json", "-o", "../x", "--exit-zero"]) == 0
    assert told(capsys, one, "../x") == [f"../x: was made of other files than {one}: names or contents differ"]
    assert main(["check", "--format", "json", "-o", "../x", "--exit-zero"]) == 0
    assert told(capsys, one, "../x") == ["../x: is no part of a run: it was made without --shard"]


def drop(key):
    return lambda document: document.pop(key)


HOSTILE = {
    "no list": lambda one: one.update(findings={}),
    "no finding": lambda one: one.update(findings=[7]),
    "no line": lambda one: one["findings"][0].update(line="1"),
    "a line below": lambda one: one["findings"][0].update(line=-1),
    "true for one": lambda one: one["findings"][0].update(line=True),
    "odd severity": lambda one: one["findings"][0].update(severity="fatal"),
    "no path": lambda one: one["findings"][0].update(path=None),
    "unknown key": lambda one: one.update(extra=1),
    "no summary": drop("summary"),
    "counts of text": lambda one: one["summary"].update(scanned="many"),
    "counts below": lambda one: one["summary"].update(scanned=-1),
    "another schema": lambda one: one.update(schema_version=2),
    "no shard": lambda one: one.update(shard=7),
    "shard 0": lambda one: one["shard"].update(number=0),
    "shard of text": lambda one: one["shard"].update(number="1"),
    "shard told too many": lambda one: one["shard"].update(told=-1),
    "odd claims": lambda one: one["shard"].update(claims=[{"path": 1}]),
    "odd note": lambda one: one.update(notes=[{"path": "a"}]),
    "odd bug": lambda one: one.update(bugs=[{}]),
    "silenced": lambda one: one.update(silenced=[]),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_report_that_somebody_changed_is_one_line(two, capsys, change):
    one, other = two("json")
    said = told(capsys, changed(one, change), other)
    assert len(said) == 1
    assert said[0].startswith(f"{one}.changed: ")


HOSTILE_SARIF = {
    "two runs": lambda log: log["runs"].append(log["runs"][0]),
    "no runs": lambda log: log.update(runs=[]),
    "runs of text": lambda log: log.update(runs="x"),
    "unknown key": lambda log: log["runs"][0].update(threadFlowLocations=[]),
    "index beyond": lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"
    ].update(index=10**6),
    "index below": lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"
    ].update(index=-1),
    "no region": lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"].pop("region"),
    "odd level": lambda log: log["runs"][0]["results"][0].update(level="none"),
    "fewer paths": lambda log: log["runs"][0]["properties"]["lintfoot/shard"]["paths"].pop(),
    "no invocation": lambda log: log["runs"][0].update(invocations=[]),
    "other rules": lambda log: log["runs"][0]["tool"]["driver"]["rules"].pop(),
    "related beyond": lambda log: log["runs"][0]["results"][0].update(
        relatedLocations=[{"artifactLocation": {"index": 10**6}}]
    ),
}


@pytest.mark.parametrize("change", HOSTILE_SARIF.values(), ids=HOSTILE_SARIF)
def test_a_log_that_somebody_changed_is_one_line(two, capsys, change):
    one, other = two("sarif")
    said = told(capsys, changed(one, change), other)
    assert len(said) == 1
    assert ".part" in said[0]


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [300, 450, 600, 900])
def test_what_is_nested_deeply_is_taken_over_or_refused(two, capsys, levels):
    one, other = two("sarif")
    code = main(
        [
            "merge",
            changed(one, lambda log: log["runs"][0]["results"][0].update(message=deep(levels))),
            other,
            "-o",
            "../m",
        ]
    )
    assert code in (1, 2)
    assert len(capsys.readouterr().err.splitlines()) == code - 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"{}",
        b'{"a": 1, "a": 2}',
        b'{"schema_version": NaN}',
        b'{"schema_version": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schema_version": ' + b"9" * 10_000 + b"}",
        b'{"runs": [{}]}',
        b'{"schema_version": 1, "tool": {"version": "x"}}',
    ],
)
@pytest.mark.usefixtures("two")
def test_nonsense_is_one_line(capsys, data):
    Path("../x").write_bytes(data)
    said = told(capsys, "../x")
    assert len(said) == 1
    assert said[0].startswith("../x:")


@pytest.mark.usefixtures("two")
def test_a_file_that_is_not_there(capsys):
    assert told(capsys, "../nothing") == ["../nothing: cannot be read: No such file or directory"]
    assert told(capsys, "..") == ["..: cannot be read: Is a directory"]


def test_merge_wants_files(capsys):
    assert main(["merge"]) == 2
    assert capsys.readouterr().err == "lintfoot merge: FILE is missing\n"


@pytest.mark.usefixtures("project")
def test_every_finding_is_in_exactly_one_part():
    names = parts("json", 6)
    found = Counter(one["fingerprint"] for name in names for one in json.loads(Path(name).read_text())["findings"])
    expected = Counter(one["fingerprint"] for one in json.loads(whole("json"))["findings"])
    assert found == expected
    assert max(found.values()) == 1
