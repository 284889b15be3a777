"""Baselines: what is known is silent, one more of it is new, what is gone is told, and the file holds no secret."""

import ntpath
import os
import posixpath
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintfoot import baseline, cli, discover
from lintfoot.findings import Finding, Severity, Span

NAME = "lintfoot-baseline.toml"
SCRIPT = """\
import requests

DB_PASSWORD = "kestrel-77"


def ask(host):
    return requests.get(f"https://{host}", timeout=None)
"""


@pytest.fixture
def tree(tmp_path_factory, monkeypatch):
    root = tmp_path_factory.mktemp(
        "repository"
    )  # no `test_…` on the way to it: seen from `/` that would make it a test
    monkeypatch.chdir(root)
    (root / "pyproject.toml").write_text(f'[tool.lintfoot]\nbaseline = "{NAME}"\n')
    (root / "ops").mkdir()
    (root / "ops" / "ask.py").write_text(SCRIPT)
    return root


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def recorded(tree, run):
    assert run("baseline") == (0, f"{NAME}: 2 findings recorded (+2)\n", "")
    return tree / NAME


def test_what_is_recorded_is_counted_and_not_reported(recorded, run):
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out == "0 findings, 0 suppressed, 2 baselined; 1 file scanned, 0 skipped, 0 failed\n"
    assert recorded.is_file()


def test_one_recorded_and_two_present_is_one_new(recorded, run, tree):
    file = tree / "ops" / "ask.py"
    line = '    return requests.get(f"https://{host}", timeout=None)\n'
    file.write_text(SCRIPT.replace(line, f"    if host:\n    {line}{line}"))
    code, out, _ = run("check", "--format", "concise")
    assert code == 1
    assert [one.split(" ")[1] for one in out.splitlines()] == ["error[LF201"]
    assert recorded.is_file()


def test_lines_above_change_nothing(recorded, run, tree):
    before = recorded.read_bytes()
    (tree / "ops" / "ask.py").write_text("# a comment\n" * 50 + SCRIPT)
    assert run("check")[0] == 0
    assert run("baseline")[0] == 0
    assert recorded.read_bytes() == before


def test_formatting_changes_nothing(recorded, run, tree):
    (tree / "ops" / "ask.py").write_text(
        SCRIPT.replace(
            'get(f"https://{host}", timeout=None)', "get(\n        f'https://{host}',\n        timeout=None,\n    )"
        )
    )
    assert run("check")[0] == 0
    assert recorded.is_file()


def test_a_renamed_file_is_known(recorded, run, tree):
    (tree / "ops" / "ask.py").rename(tree / "ops" / "asks.py")
    assert run("check") == (
        0,
        "0 findings, 0 suppressed, 2 baselined; 1 file scanned, 0 skipped, 0 failed\n",
        "",
    )
    assert recorded.is_file()


def test_a_copy_is_not(recorded, run, tree):
    (tree / "ops" / "copy.py").write_text(SCRIPT)
    code, out, _ = run("check", "--format", "concise")
    assert code == 1
    assert {line.split(":")[0] for line in out.splitlines()} == {"ops/copy.py"}
    assert recorded.is_file()


@pytest.mark.parametrize("folder", ["ops", "/"])
def test_it_holds_from_any_folder(recorded, run, tree, monkeypatch, folder):
    monkeypatch.chdir(tree / folder)
    code, out, _ = run("check", str(tree / "ops"), "--baseline", str(recorded))
    assert (code, out.partition(";")[0]) == (0, "0 findings, 0 suppressed, 2 baselined")


def test_what_is_mended_is_told_and_pruned(recorded, run, tree):
    (tree / "ops" / "ask.py").write_text(SCRIPT.replace("timeout=None", "timeout=5"))
    code, _, err = run("check")
    assert code == 0
    assert err == f"{NAME}: warning: records 1 finding that is gone: lintfoot baseline --prune takes it out\n"
    assert run("check", "--fail-on-stale")[0] == 1
    assert run("baseline", "--prune") == (0, f"{NAME}: 1 finding recorded (-1)\n", "")
    assert run("check", "--fail-on-stale")[0] == 0
    assert recorded.is_file()


def test_prune_only_shrinks(recorded, run, tree):
    (tree / "ops" / "new.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    before = recorded.read_bytes()
    assert run("baseline", "--prune")[0] == 0
    assert recorded.read_bytes() == before
    assert run("check")[0] == 1


def test_what_was_not_looked_at_is_not_stale(recorded, run, tree):
    (tree / "ops" / "other.py").write_text("x = 1\n")
    assert run("check", "ops/other.py", "--fail-on-stale") == (
        0,
        "0 findings, 0 suppressed, 0 baselined; 1 file scanned, 0 skipped, 0 failed\n",
        "",
    )
    assert run("check", "--select", "LF502", "--fail-on-stale")[0] == 0
    before = recorded.read_bytes()
    assert run("baseline", "--prune", "ops/other.py")[0] == 0
    assert recorded.read_bytes() == before


def test_the_file_of_a_script_that_is_gone_is_stale(recorded, run, tree):
    (tree / "ops" / "ask.py").write_text("x = 1\n")
    (tree / "ops" / "ask.py").rename(tree / "ops" / "clean.py")
    assert run("baseline", "--prune") == (0, f"{NAME}: 0 findings recorded (-2)\n", "")
    assert "files" not in tomllib.loads(recorded.read_text()) or tomllib.loads(recorded.read_text())["files"] == {}


def test_it_holds_no_secret_no_line_and_no_date(recorded):
    text = recorded.read_text()
    assert "kestrel" not in text
    assert text.splitlines()[1:4] == ["version = 1", "", '[files."ops/ask.py"]']
    entries = tomllib.loads(text)["files"]["ops/ask.py"]
    assert [key.rpartition(" ")[0] for key in entries] == ["LF201 ask", "LF401 -"]
    assert set(entries.values()) == {1}


def test_another_secret_of_the_same_name_is_the_same_entry(recorded, run, tree):
    """Nothing in the file depends on the value, so nothing in it can be used to guess the value."""
    before = recorded.read_bytes()
    (tree / "ops" / "ask.py").write_text(SCRIPT.replace("kestrel-77", "falcon-1234"))
    run("baseline")
    assert recorded.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version = 1\n<<<<<<< HEAD\n", ":2:1: a merge is not finished here: keep the entries of both sides"),
        ('version = 1\n[files."a"]\n"LF201 - 1" = 1\n"LF201 - 1" = 2\n', ":4:1: the same is recorded twice up to here"),
        ('version = 1\n[files."a"]\n[files."a"]\n', "the same is recorded twice"),
        ("version = 1\nwhat\n", ":2:5: is no TOML: "),
        ("version = 1\nx = [", ": is no TOML: "),
        ("version = 2\n", "is no baseline of version 1"),
        ("version = 1\nfils = 1\n", 'unknown key "fils"'),
        ('version = 1\n[files."a.py"]\n"LF201 - 1" = "x"\n', "entries are texts with a number above 0"),
        ('version = 1\n[files."a.py"]\n"LF201 - 1" = 0\n', "entries are texts with a number above 0"),
        ("version = 1\nfiles = 3\n", "`files` is no table"),
    ],
)
def test_a_broken_baseline_is_one_line(recorded, run, text, words):
    recorded.write_text(text)
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert err.startswith(f"{NAME}:")
    assert words in err
    assert err.count("\n") == 1


def test_a_missing_baseline_is_an_error(tree, run):
    code, _, err = run("check")
    assert (code, err) == (2, f"{NAME}: no such baseline; `lintfoot baseline` writes one\n")
    assert run("baseline", "--prune")[0] == 2
    assert not (tree / NAME).exists()


def test_fix_leaves_what_is_known(recorded, run, tree):
    file = tree / "ops" / "ask.py"
    file.write_text(SCRIPT + "\n\ndef tell(host):\n    requests.post(host)\n")
    code, _, _ = run("check", "--fix", "--unsafe-fixes")
    assert code == 0
    assert file.read_text() == SCRIPT + "\n\ndef tell(host):\n    requests.post(host, timeout=30)\n"
    assert recorded.is_file()


def test_sarif_says_which_are_new(recorded, run, tree):
    (tree / "ops" / "new.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    code, out, _ = run("check", "--format", "sarif", "--sarif-include-suppressed")
    assert code == 1
    assert out.count('"baselineState"') == 3
    assert out.count('"baselineState": "new"') + out.count('"baselineState":"new"') == 1
    assert recorded.is_file()


def test_the_files_are_listed_once(recorded, run, monkeypatch):
    asked = []
    look = discover.discover
    monkeypatch.setattr(discover, "discover", lambda config: asked.append(config) or look(config))
    assert run("baseline")[0] == 0
    assert len(asked) == 1
    assert recorded.is_file()


def test_it_may_stand_in_a_folder_of_its_own(tree, run):
    (tree / "ci").mkdir()
    (tree / "pyproject.toml").write_text('[tool.lintfoot]\nbaseline = "ci/known.toml"\n')
    assert run("baseline") == (0, "ci/known.toml: 2 findings recorded (+2)\n", "")
    assert '[files."../ops/ask.py"]' in (tree / "ci" / "known.toml").read_text()
    before = (tree / "ci" / "known.toml").read_bytes()
    assert run("check", "--fail-on-stale")[0] == 0
    assert run("baseline")[0] == 0
    assert (tree / "ci" / "known.toml").read_bytes() == before
    (tree / "ops" / "ask.py").unlink()
    (tree / "ops" / "other.py").write_text("x = 1\n")
    assert run("check", "--fail-on-stale")[0] == 1


def git(*words, cwd):
    names = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(["git", *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("git"), reason="no git")
def test_two_branches_merge_it_like_code(tree, run):
    """Each branch records what it brought; the merge needs nobody, and all of both is known."""
    for name in "abcdefgh":
        (tree / "ops" / f"{name}.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    assert run("baseline", "-q")[0] == 0
    git("init", "-q", "-b", "main", cwd=tree)
    git("add", "-A", cwd=tree)
    git("commit", "-qm", "all", cwd=tree)
    for branch, name in (("mine", "b"), ("theirs", "g")):
        git("switch", "-qc", branch, "main", cwd=tree)
        (tree / "ops" / f"{name}.py").write_text(SCRIPT)
        assert run("baseline", "-q")[0] == 0
        git("commit", "-qam", branch, cwd=tree)
    done = git("merge", "-q", "--no-edit", "mine", cwd=tree)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("check", "--fail-on-stale")[::2] == (0, "")


@pytest.mark.skipif(not shutil.which("git"), reason="no git")
def test_a_conflict_is_told_by_its_line(tree, run):
    git("init", "-q", "-b", "main", cwd=tree)
    (tree / NAME).write_text("version = 1\n")
    git("add", "-A", cwd=tree)
    git("commit", "-qm", "all", cwd=tree)
    for branch, line in (("mine", 'requests.get("a")'), ("theirs", "open(NAME).read()")):
        git("switch", "-qc", branch, "main", cwd=tree)
        (tree / "ops" / "ask.py").write_text(f"import requests\n{line}\n")
        assert run("baseline", "-q")[0] == 0
        git("commit", "-qam", branch, cwd=tree)
    assert git("merge", "mine", cwd=tree).returncode == 1
    (tree / "ops" / "ask.py").write_text("x = 1\n")
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"{NAME}:\d+:1: a merge is not finished here: .*\n", err)


def test_a_folder_that_is_not_there_is_one_line(tree, run):
    (tree / "pyproject.toml").write_text('[tool.lintfoot]\nbaseline = "ci/known.toml"\n')
    assert run("baseline") == (2, "", "ci/known.toml: cannot be written: No such file or directory\n")


def test_a_renamed_file_is_not_stale_for_a_run_that_did_not_look_for_it(recorded, run, tree):
    (tree / "ops" / "ask.py").rename(tree / "ops" / "asks.py")
    (tree / "ops" / "other.py").write_text("x = 1\n")
    before = recorded.read_bytes()
    assert run("check", "ops/other.py", "--fail-on-stale")[0] == 0
    assert run("baseline", "--prune", "ops/other.py")[0] == 0
    assert recorded.read_bytes() == before
    assert run("check", "ops/asks.py") == (
        0,
        "0 findings, 0 suppressed, 2 baselined; 1 file scanned, 0 skipped, 0 failed\n",
        "",
    )


def test_changed_lines_do_not_limit_what_is_recorded(tree, run, monkeypatch):
    """A variable that is meant for checks must not make a baseline of a few findings."""
    monkeypatch.setenv("LINTFOOT_SINCE", "HEAD")
    assert run("baseline")[:2] == (0, f"{NAME}: 2 findings recorded (+2)\n")
    assert (tree / NAME).is_file()


def test_a_function_that_moves_within_its_file_is_known(recorded, run, tree):
    head, secret, body = SCRIPT.partition('DB_PASSWORD = "kestrel-77"\n')
    (tree / "ops" / "ask.py").write_text(f"{head}{body}\n\n{secret}")
    before = recorded.read_bytes()
    assert run("check", "--fail-on-stale")[0] == 0
    assert run("baseline")[0] == 0
    assert recorded.read_bytes() == before


@pytest.mark.parametrize("changed", ["\r\n", "\t", "# why\n"])
def test_line_ends_indents_and_comments_change_nothing(recorded, run, tree, changed):
    lines = SCRIPT.splitlines(keepends=True)
    texts = {
        "\r\n": SCRIPT.replace("\n", "\r\n"),
        "\t": SCRIPT.replace("    ", "\t"),
        "# why\n": "".join(f"{line[: len(line) - len(line.lstrip())]}# why\n{line}" for line in lines),
    }
    (tree / "ops" / "ask.py").write_bytes(texts[changed].encode())
    before = recorded.read_bytes()
    assert run("check", "--fail-on-stale")[0] == 0
    assert run("baseline")[0] == 0
    assert recorded.read_bytes() == before


def test_entries_are_sorted_and_one_a_line(tree, run):
    for name in ("z.py", "a b.py", "ü.py"):
        (tree / name).write_text(SCRIPT.replace("ask", "tell"))
    assert run("baseline")[0] == 0
    lines = (tree / NAME).read_text().splitlines()
    paths = [line for line in lines if line.startswith("[files.")]
    assert paths == sorted(paths)
    assert len(paths) == 4
    entries = [line for line in lines if line.startswith('"')]
    assert len(entries) == 8
    assert all(re.fullmatch(r'"LF\d{3} [\w.-]+ [0-9a-f]{16}" = \d+', line) for line in entries)


@pytest.mark.parametrize(
    ("path", "folder", "flavour", "expected"),
    [
        ("C:\\work\\ops\\a.py", "C:\\work", ntpath, "ops/a.py"),
        ("C:\\work\\ops\\a.py", "C:\\work\\ci", ntpath, "../ops/a.py"),
        ("D:\\other\\a.py", "C:\\work", ntpath, "D:/other/a.py"),
        ("/work/ops/a.py", "/work/ci", posixpath, "../ops/a.py"),
        ("/work/a\\b.py", "/work", posixpath, "a\\b.py"),
    ],
)
def test_paths_have_slashes_on_every_system(path, folder, flavour, expected):
    assert baseline.relative(path, folder, flavour) == expected


FINDINGS = st.lists(
    st.tuples(
        st.sampled_from(["LF101", "LF201"]),
        st.sampled_from(["", "main", "A.go"]),
        st.sampled_from(["a" * 32, "b" * 32]),
    ),
    max_size=8,
)
SPAN = Span(1, 1, 1, 2)


def made(rows):
    return [
        Finding(code, "x", Severity.ERROR, "a.py", SPAN, "m", scope=scope, shape=shape) for code, scope, shape in rows
    ]


@given(FINDINGS, FINDINGS)
def test_counting(before, now):
    """What was recorded is silenced as often as it was recorded; the rest is new; what is missing is stale."""
    folder = Path("/w")
    known = baseline.Baseline(NAME, folder, baseline.recorded(made(before), folder, lambda _: "/w/a.py"))
    told = baseline.compare(known, made(now), lambda _: "/w/a.py", ["/w/a.py"], ["/w"], ["LF101", "LF201"])
    had, has = (Counter(map(baseline.entry, made(rows))) for rows in (before, now))
    assert Counter(map(baseline.entry, told.silenced)) == had & has
    assert Counter(map(baseline.entry, told.findings)) == has - had
    assert +told.stale.get("a.py", Counter()) == had - has
    assert +told.kept.get("a.py", Counter()) == had & has
    text = baseline.text(known.entries)
    assert text == baseline.text(baseline.recorded(made(before[::-1]), folder, lambda _: "/w/a.py"))
