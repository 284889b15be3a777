"""--since: what changed is told, what did not is not, and git runs nothing of the repository."""

import io
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


# --- how repositories look ---------------------------------------------------------------------------------------------

BARE = "try:\n    go()\nexcept:\n    pass\n"


@pytest.mark.parametrize("staged", [True, False])
def test_staged_or_not_is_the_same(tree, run, staged):
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c"))
    (tree / "new.py").write_text(BARE)
    if staged:
        git("add", "-A")
    assert run("--since", "HEAD")[1] == ["ask.py:11:1:", "new.py:3:1:"]


def test_what_is_staged_counts_as_it_lies_on_the_disk(tree, run):
    """The files of the disk are checked, so what was staged and taken back since is no change."""
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c"))
    git("add", "-A")
    (tree / "ask.py").write_text(OLD)
    assert run("--since", "HEAD") == (0, [], "")


def test_a_renamed_file_is_as_it_was(tree, run):
    (tree / "ops").mkdir()
    git("mv", "ask.py", "ops/asks.py")
    assert run("--since", "HEAD") == (0, [], "")
    text = (tree / "ops" / "asks.py").read_text()
    (tree / "ops" / "asks.py").write_text(text.replace("https://b", "https://c"))
    assert run("--since", "HEAD")[1] == ["ops/asks.py:11:1:"]


CLAUSES = """\
import requests


@retry(
    requests.get(A)
)
def ask():
    match kind():
        case 1 if requests.get(B):
            pass
    try:
        go()
    except ValueError:
        pass
    except Exception:
        pass
"""


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("(A)", "(C)", ["ask.py:5:5:"]),
        ("(B)", "(C)", ["ask.py:9:19:"]),
        ("Exception", "(Exception)", ["ask.py:15:5:"]),
        ("match kind", "match sort", []),
        ("go()", "come()", []),
        ("except ValueError:\n        pass", "except ValueError:\n        raise", []),
    ],
)
def test_decorators_cases_and_handlers_stand_for_themselves(tree, run, old, new, places):
    (tree / "ask.py").write_text(CLAUSES)
    git("commit", "-qam", "clauses")
    (tree / "ask.py").write_text(CLAUSES.replace(old, new))
    lines = run("--since", "HEAD", "--ignore", "LF504")[1]
    assert [line.partition(" ")[0] for line in lines] == places


def test_a_copy_is_new(tree, run):
    (tree / "copy.py").write_text(OLD)
    assert len(run("--since", "HEAD")[1]) == 2


def test_a_new_file_that_is_like_no_old_one_is_new(tree, run):
    (tree / "ask.py").unlink()
    (tree / "other.py").write_text(BARE)
    assert run("--since", "HEAD")[1] == ["other.py:3:1:"]


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("\n\ndef ask", "\ndef ask", []),  # blank lines between statements
        ('    return requests.get(\n        f"https://{host}",\n        headers={},\n    )\n', "    pass\n", []),
        ("        headers={},\n", "", ["ask.py:5:12:"]),  # inside a statement
        ('\n\nrequests.get("https://b")\n', "\n", []),
    ],
)
def test_lines_that_were_only_taken_out(tree, run, old, new, places):
    assert old in OLD
    (tree / "ask.py").write_text(OLD.replace(old, new))
    assert run("--since", "HEAD")[1] == places


@pytest.mark.parametrize("autocrlf", ["true", "input", "false"])
def test_line_ends_that_git_changes(tree, run, autocrlf):
    git("config", "core.autocrlf", autocrlf)
    (tree / "win.py").write_bytes(BARE.replace("\n", "\r\n").encode())
    git("add", "-A")
    git("commit", "-qm", "win")
    (tree / "win.py").unlink()
    git("checkout", "--", "win.py")
    assert run("--since", "HEAD") == (0, [], "")
    text = (tree / "win.py").read_bytes()
    (tree / "win.py").write_bytes(text.replace(b"except:", b"except :"))
    assert run("--since", "HEAD")[1] == ["win.py:3:1:"]


def test_old_macs_line_ends(tree, run):
    (tree / "mac.py").write_bytes(b"x = 1\ntry:\n    go()\nexcept:\n    pass\n")
    git("add", "-A")
    git("commit", "-qm", "mac")
    (tree / "mac.py").write_bytes(b"x = 1\x0c\ntry:\n    go()\nexcept:\n    pass\n")
    assert run("--since", "HEAD") == (0, [], "")


def test_from_a_subfolder_alone(tree, run, monkeypatch):
    (tree / "sub").mkdir()
    (tree / "sub" / "old.py").write_text(BARE)
    git("add", "-A")
    git("commit", "-qm", "sub")
    (tree / "sub" / "new.py").write_text(BARE)
    (tree / "other.py").write_text(BARE)
    monkeypatch.chdir(tree / "sub")
    assert run("--since", "HEAD")[1] == ["new.py:3:1:"]


def test_a_module_in_the_repository_has_a_history_of_its_own(tree, run, tmp_path):
    """What a submodule holds is compared with the commit that the outer repository had of it."""
    inner = tmp_path / "inner-origin"
    inner.mkdir()
    (inner / "a.py").write_text(BARE)
    git("init", "-q", "-b", "main", cwd=inner)
    git("add", "-A", cwd=inner)
    git("commit", "-qm", "inner", cwd=inner)
    git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "inner")
    shutil.rmtree(inner)
    git("commit", "-qm", "module")
    assert run("--since", "HEAD") == (0, [], "")
    assert run("inner", "--since", "HEAD") == (0, [], "")
    (tree / "inner" / "b.py").write_text(BARE)
    assert run("inner", "--since", "HEAD")[1] == ["inner/b.py:3:1:"]


def test_histories_without_a_common_commit(tree, run):
    git("switch", "-q", "--orphan", "other")
    (tree / "b.py").write_text(BARE)
    git("add", "-A")
    git("commit", "-qm", "other")
    assert run("--since", "main") == (2, [], '--since: "main" and HEAD have no common commit\n')


def test_a_shallow_clone_without_the_common_commit(tree, run, tmp_path, monkeypatch):
    git("switch", "-qc", "mine")
    (tree / "b.py").write_text(BARE)
    git("add", "-A")
    git("commit", "-qm", "mine")
    git("switch", "-q", "main")
    (tree / "c.py").write_text("x = 1\n")
    git("add", "-A")
    git("commit", "-qm", "theirs")
    clone = tmp_path / "shallow"
    git("clone", "-q", "--depth", "1", "--no-single-branch", "-b", "mine", f"file://{tree}", str(clone))
    monkeypatch.chdir(clone)
    code, _, err = run("--since", "origin/main")
    assert code == 2
    assert err.startswith('--since: "origin/main" and HEAD have no common commit: this clone is shallow')
    git("fetch", "-q", "--unshallow", cwd=clone)
    assert run("--since", "origin/main")[1] == ["b.py:3:1:"]


def test_before_the_first_commit(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "a.py").write_text(BARE)
    code, _, err = run("--since", "HEAD")
    assert (code, err) == (2, '--since: git knows no revision "HEAD"\n')


@pytest.mark.usefixtures("tree")
def test_a_tag_a_hash_and_a_work_tree_of_its_own(run, tmp_path, monkeypatch):
    git("tag", "-a", "v1", "-m", "v1")
    git("worktree", "add", "-q", "-b", "mine", str(tmp_path / "mine"))
    monkeypatch.chdir(tmp_path / "mine")
    (tmp_path / "mine" / "new.py").write_text(BARE)
    head = subprocess.run([GIT, "rev-parse", "--short", "v1^{commit}"], capture_output=True, text=True, check=True)
    for revision in ("v1", head.stdout.strip(), "main", "HEAD", "@"):
        assert run("--since", revision)[1] == ["new.py:3:1:"], revision


def test_standard_input_is_compared_with_the_file_it_stands_for(tree, run, monkeypatch):
    text = OLD.replace("https://b", "https://c")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run("-", "--stdin-filename", "ask.py", "--since", "HEAD")[1] == ["ask.py:11:1:"]
    assert (tree / "ask.py").read_text() == OLD


def test_with_a_baseline_both_hold(tree, run, capsys):
    (tree / "known.py").write_text(BARE)
    assert cli.main(["baseline", "--isolated"]) == 0
    capsys.readouterr()
    (tree / "ask.py").write_text(OLD.replace("https://b", "https://c") + BARE)
    assert run("--since", "HEAD", "--baseline", "lintfoot-baseline.toml")[1] == ["ask.py:14:1:"]
