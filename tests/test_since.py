"""--since: what changed is told, what did not is not, and git runs nothing of the repository."""

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintfoot import changes, cli
from lintfoot.findings import Span

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(not GIT, reason="no git")

OLD = """\
import requests


def ask(host):
    return requests.get(
        f"https://{host}",
        headers={},
    )


requests.get("https://b")
"""


def git(*words, cwd="."):
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_COMMITTER_NAME": "a"}
    environment = {**os.environ, **names, "GIT_COMMITTER_EMAIL": "a@b.example", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run([GIT, *words], cwd=cwd, env=environment, check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "ask.py").write_text(OLD)
    git("add", "-A")
    git("commit", "-qm", "first")
    return tmp_path


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main(["check", "--isolated", "--format", "concise", *arguments])
        out, err = capsys.readouterr()
        return code, [line.rsplit(" error", 1)[0] for line in out.splitlines()], err

    return call


def test_nothing_changed(tree, run):
    assert run("--since", "main") == (0, [], "")
    assert (tree / "ask.py").read_text() == OLD


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("headers={},", "headers={'a': 'b'},", ["ask.py:5:12:"]),  # any line of the statement
        ("        headers={},\n", "", ["ask.py:5:12:"]),  # a line that went counts as well
        ("import requests\n", "import os\nimport requests\n", []),
        ('"https://b"', '"https://c"', ["ask.py:11:1:"]),
        ("def ask(host):", "def asks(host):", []),
        ("\n\nrequests.get", "\nrequests.get", []),
    ],
)
def test_a_finding_counts_if_a_line_of_its_statement_changed(tree, run, old, new, places):
    (tree / "ask.py").write_text(OLD.replace(old, new))
    assert run("--since", "HEAD")[1] == places


def test_an_untracked_file_is_new_as_a_whole(tree, run):
    (tree / "ü new.py").write_text(OLD)
    assert [line.partition(":")[0] for line in run("--since", "HEAD")[1]] == ["ü new.py"] * 2


def test_what_others_changed_meanwhile_is_not_counted(tree, run):
    git("switch", "-qc", "mine")
    (tree / "mine.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    git("add", "-A")
    git("commit", "-qm", "mine")
    git("switch", "-q", "main")
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c"))
    git("commit", "-qam", "theirs")
    git("switch", "-q", "mine")
    assert run("--since", "main")[1] == ["mine.py:3:1:"]


def test_from_a_folder_below(tree, run, monkeypatch):
    (tree / "sub").mkdir()
    (tree / "sub" / "new.py").write_text("try:\n    go()\nexcept:\n    pass\n")
    monkeypatch.chdir(tree / "sub")
    assert run("..", "--since", "HEAD")[1] == ["new.py:3:1:"]


def test_line_ends_are_no_change(tree, run):
    (tree / "ask.py").write_bytes(OLD.replace("\n", "\r\n").encode())
    assert run("--since", "HEAD") == (0, [], "")


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("nowhere", '--since: git knows no revision "nowhere"\n'),
        ("--output=x", '--since: "--output=x" is no revision\n'),
    ],
)
def test_a_wrong_revision_is_one_line(tree, run, revision, words):
    code, lines, err = run(f"--since={revision}")
    assert (code, lines, err) == (2, [], words)
    assert [one.name for one in tree.iterdir() if one.name != ".git"] == ["ask.py"]


def test_a_shallow_clone_is_told_what_to_do(tree, run, tmp_path, monkeypatch):
    (tree / "ask.py").write_text(OLD + "\n")
    git("commit", "-qam", "second")
    git("clone", "-q", "--depth", "1", f"file://{tree}", str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    code, _, err = run("--since", "HEAD~1")
    assert code == 2
    assert err == (
        '--since: git knows no revision "HEAD~1": this clone is shallow, fetch more of its history '
        "(fetch-depth: 0, git fetch --unshallow)\n"
    )


def test_without_a_repository(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n")
    code, _, err = run("--since", "HEAD")
    assert code == 2
    assert err.startswith("--since: needs a git work tree: ")


def test_no_filter_of_the_repository_runs(tree, run, tmp_path):
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    spy.chmod(0o755)
    for key in (
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "core.fsmonitor",
    ):
        git("config", key, str(spy))
    (tree / ".gitattributes").write_text("*.py filter=x diff=x\n")
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c"))
    assert run("ask.py", "--since", "HEAD")[1] == ["ask.py:11:1:"]
    assert not (tmp_path / "ran").exists()


def test_fix_mends_only_what_changed(tree, run):
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c"))
    assert run("--since", "HEAD", "--fix", "--unsafe-fixes") == (0, [], "")
    assert (tree / "ask.py").read_text() == OLD.replace('"https://b"', '"https://c", timeout=30')


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


@settings(deadline=None)
@given(LINES, LINES)
def test_every_line_that_is_not_in_the_old_text_is_touched(old, new):
    found = changes._ranges("\n".join(old).encode(), "\n".join(new).encode())
    kept = [
        line
        for number, line in enumerate("\n".join(new).splitlines(), 1)
        if not any(first <= number <= last for first, last in found)
    ]
    left = iter("\n".join(old).splitlines())
    assert all(line in left for line in kept)  # in order, so what is not touched was there before


def test_a_gap_touches_what_spans_it():
    gap = ((4, 3),)  # lines were taken out between the third and the fourth
    assert changes.touched(gap, Span(3, 1, 4, 1))
    assert not changes.touched(gap, Span(4, 1, 5, 1))
    assert not changes.touched(gap, Span(2, 1, 3, 1))
    assert changes.touched(None, Span(1, 1, 1, 2))
