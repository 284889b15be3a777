"""What an audit reads: folders, checkouts, bare repositories, and what must not happen while it does."""

import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from repositories import audited, bare, checkout, codes, commit, git, lay, told

from lintfoot.audit import flow, trees
from lintfoot.audit.records import Kind, Past
from lintfoot.audit.targets import targets
from lintfoot.findings import Severity

BAD = "import requests\n\nrequests.get('https://example.com/state')\n"
FOUND = [("fetch.py", "LF201")]
CARD = {"select": ("card",)}
MAKERS = {"a folder": lay, "a checkout": checkout, "a bare repository": bare}


def made(tmp_path, kind, files):
    folder = tmp_path / "infra"
    if kind == "a folder":
        folder.mkdir()
    return MAKERS[kind](folder, files)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_repository_says_the_same(tmp_path, kind):
    files = {
        "fetch.py": BAD,
        "bin/poll": "#!/usr/bin/env python3\n" + BAD,
        "README": "not Python\n",
        "deep/er/x.py": BAD,
    }
    found = audited(made(tmp_path, kind, files), **CARD)
    assert codes(found) == [("bin/poll", "LF201"), ("deep/er/x.py", "LF201"), *FOUND]
    assert (found.name, found.scanned, found.failed) == ("infra", 3, "")
    assert [script.path for script in found.scripts] == ["bin/poll", "deep/er/x.py", "fetch.py"]
    assert found.kind == {"a folder": Kind.FOLDER, "a checkout": Kind.CHECKOUT, "a bare repository": Kind.BARE}[kind]
    assert found.past == (Past.NONE if kind == "a folder" else Past.WHOLE)
    assert len(found.revision) == (0 if kind == "a folder" else 40)


@pytest.mark.parametrize("kind", MAKERS)
def test_two_runs_are_equal_but_for_time(tmp_path, kind):
    folder = made(tmp_path, kind, {"fetch.py": BAD, "a.py": "import b\n", "b.py": "import a\n"})
    first, second = (replace(audited(folder), seconds=0) for _ in range(2))
    assert first == second


def test_what_goes_in_and_out_can_be_pickled(tmp_path):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    handed = pickle.loads(pickle.dumps((told(tmp_path, **CARD), targets([str(folder)], tmp_path)[0])))
    assert codes(pickle.loads(pickle.dumps(flow.repository(*handed)))) == FOUND


def test_nothing_is_left_of_a_bare_repository(tmp_path, monkeypatch):
    folder = bare(tmp_path / "infra.git", {"fetch.py": BAD})
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with trees.opened(str(folder)) as tree:
        assert tree.folder.stat().st_mode & 0o777 == 0o700
        assert (tree.folder / "fetch.py").stat().st_mode & 0o777 == 0o600
    assert codes(audited(folder, **CARD)) == FOUND
    assert list(place.iterdir()) == []
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before


INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without
from lintfoot import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("signalled", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_behind(tmp_path, signalled):
    files = {f"tool_{number}.py": BAD * 100 for number in range(60)}
    folder = bare(tmp_path / "infra.git", files)
    place = tmp_path / "private"
    place.mkdir()
    words = ["audit", "--no-cache", "--jobs", "2", str(folder)]
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *words],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not list(place.glob("lintfoot-*/*.py")):
        assert time.monotonic() < until
        assert child.poll() is None, child.communicate()
        time.sleep(0.02)
    child.send_signal(signalled)
    child.communicate(timeout=60)
    assert child.returncode == 128 + signalled
    assert list(place.iterdir()) == []


def test_a_git_folder_is_a_bare_repository(tmp_path):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    (folder / "fetch.py").unlink()
    found = audited(folder / ".git", **CARD)
    assert (codes(found), found.name, found.kind) == (FOUND, "infra", Kind.BARE)


def test_a_checkout_is_read_as_it_stands(tmp_path):
    folder = checkout(tmp_path / "infra", {"fetch.py": "import os\n", ".gitignore": "own/\n"})
    lay(folder, {"fetch.py": BAD, "new.py": BAD, "own/x.py": BAD})
    assert codes(audited(folder, **CARD)) == [*FOUND, ("new.py", "LF201")]


def test_a_folder_of_a_checkout_has_its_history(tmp_path):
    folder = checkout(tmp_path / "infra", {"deploy/fetch.py": BAD, "other.py": BAD})
    found = audited(folder / "deploy", **CARD)
    assert codes(found) == FOUND
    assert found.scripts[0].history.changes == 1


def test_a_head_that_is_detached(tmp_path):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    git(folder, "checkout", "-q", "--detach")
    assert (codes(audited(folder, **CARD)), audited(folder, **CARD).past) == (FOUND, Past.WHOLE)


def test_repositories_without_a_commit(tmp_path):
    for words in (("-q",), ("-q", "--bare")):
        folder = tmp_path / f"infra{len(words)}"
        folder.mkdir()
        git(folder, "init", *words)
        found = audited(folder)
        assert (found.failed, found.findings, found.past, found.revision) == ("", (), Past.NONE, "")


def test_a_head_that_names_nothing(tmp_path):
    folder = bare(tmp_path / "infra.git", {"fetch.py": BAD})
    git(folder, "symbolic-ref", "HEAD", "refs/heads/master")
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert "refs/heads/main was read" in found.notes[0].message


def test_a_shallow_clone_has_the_history_it_has(tmp_path):
    source = checkout(tmp_path / "source", {"fetch.py": BAD, "old.py": "import os\n"})
    for number in range(3):
        commit(source, author="Second", **{"fetch.py": BAD + f"# {number}\n"})
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{source}", "infra")
    found = audited(tmp_path / "infra", **CARD)
    by_path = {script.path: script.history for script in found.scripts}
    assert found.past == Past.SHALLOW
    assert (by_path["fetch.py"].changes, by_path["fetch.py"].authors) == (1, ("Second",))
    assert by_path["old.py"] is None


def test_history(tmp_path):
    folder = checkout(tmp_path / "infra", {"a.py": BAD * 9, "b.py": "import os\n"}, day="2025-01-31")
    commit(folder, author="Second", day="2025-02-01", **{"a.py": BAD * 9 + "# 1\n"})
    git(folder, "mv", "a.py", "fetch.py")
    commit(folder, author="First", day="2025-03-01")
    commit(folder, author="Second", day="2025-04-01", **{"fetch.py": BAD * 9 + "# 2\n"})
    commit(folder, author="renovate[bot]", day="2025-05-01", **{"fetch.py": BAD * 9 + "# 3\n"})
    history = {script.path: script.history for script in audited(folder, **CARD).scripts}
    assert (history["fetch.py"].changes, history["fetch.py"].authors) == (4, ("First", "Second"))
    assert (history["fetch.py"].first, history["fetch.py"].last) == ("2025-01-31", "2025-05-01")
    assert history["b.py"].changes == 1


def test_a_long_history_is_one_question(tmp_path, monkeypatch):
    folder = tmp_path / "infra"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    text = []
    for number in range(2000):
        line = f"x = {number}\n"
        text.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter P{number % 7} <p{number % 7}@x> {1_500_000_000 + number} +0000\n"
        )
        text.append(
            f"data 1\nx\n{f'from :{number}' + chr(10) if number else ''}M 100644 inline tool_{number % 50}.py\n"
        )
        text.append(f"data {len(line)}\n{line}\n")
    git(folder, "fast-import", "--quiet", given="".join(text).encode())
    git(folder, "reset", "-q", "--hard")
    asked, before = [], trees.git.stream
    monkeypatch.setattr("lintfoot.git.stream", lambda *words, **more: asked.append(words) or before(*words, **more))
    histories = [script.history for script in audited(folder, **CARD).scripts]
    assert len(asked) == 1
    assert [(one.changes, len(one.authors)) for one in histories] == [(40, 7)] * 50


def test_commits_that_touch_everything_say_nothing_of_one_file(tmp_path):
    files = {f"tool_{number}.py": "import os\n" for number in range(40)}
    folder = checkout(tmp_path / "infra", files)
    commit(folder, author="Second", **{"tool_1.py": "import sys\n"})
    history = {script.path: script.history for script in audited(folder, **CARD).scripts}
    assert (history["tool_1.py"].changes, history["tool_1.py"].authors) == (1, ("Second",))
    assert (history["tool_2.py"].changes, history["tool_2.py"].authors) == (1, ("First",))


def test_one_person_with_two_names(tmp_path):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    both = {"GIT_AUTHOR_NAME": "F. Author", "GIT_AUTHOR_EMAIL": "first@example.org"}
    lay(folder, {"fetch.py": BAD + "# 1\n"})
    who = {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.org"}
    git(folder, "commit", "-qam", "x", **both, **who)
    (script,) = audited(folder, **CARD).scripts
    assert len(script.history.authors) == 1


def test_without_git_there_is_less_and_nothing_breaks(tmp_path, monkeypatch):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    monkeypatch.setattr("lintfoot.git.program", lambda: None)
    found = audited(folder, **CARD)
    assert (codes(found), found.past, found.kind) == (FOUND, Past.NONE, Kind.FOLDER)
    assert "there is no git" in found.notes[0].message


HOSTILE = ["a\nb.py", "\x1b[31mred.py", "<script>.py", "-rf.py", " .py", "é\u202e.py", '"quoted".py', "%s%n.py"]


@pytest.mark.parametrize("kind", MAKERS)
def test_names_that_are_out_for_trouble(tmp_path, kind):
    found = audited(made(tmp_path, kind, dict.fromkeys(HOSTILE, BAD)), **CARD)
    assert sorted(path for path, _ in codes(found)) == sorted(HOSTILE)
    assert all(script.history or kind == "a folder" for script in found.scripts)


def tree_of(folder, *entries):
    """A commit whose tree holds entries that git itself would refuse to check out."""
    line = "".join(f"{mode} {kind} {name}\t{path}\0" for mode, kind, name, path in entries)
    tree = git(folder, "mktree", "-z", given=line.encode()).decode().strip()
    who = {"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x"}
    commit = git(folder, "commit-tree", tree, "-m", "x", **who).decode().strip()
    git(folder, "update-ref", "refs/heads/main", commit)
    return tree


def test_a_tree_that_leads_out_stays_inside(tmp_path, monkeypatch):
    folder = bare(tmp_path / "infra.git", {"fetch.py": BAD})
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    blob = git(folder, "hash-object", "-w", "--stdin", given=BAD.encode()).decode().strip()
    link = git(folder, "hash-object", "-w", "--stdin", given=b"../../../etc").decode().strip()
    inner = tree_of(folder, ("100644", "blob", blob, "out.py"))
    tree_of(
        folder,
        ("040000", "tree", inner, ".."),
        ("040000", "tree", inner, ".git"),
        ("120000", "blob", link, "etc.py"),
        ("100644", "blob", blob, "fetch.py"),
    )
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert [note.path for note in found.unread] == ["../out.py", ".git/out.py"]
    assert found.skipped == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["infra.git", "infra.git-source", "private"]
    assert list(place.iterdir()) == []


def test_a_file_where_a_folder_should_be(tmp_path):
    folder = bare(tmp_path / "infra.git", {"fetch.py": BAD})
    blob = git(folder, "hash-object", "-w", "--stdin", given=BAD.encode()).decode().strip()
    inner = tree_of(folder, ("100644", "blob", blob, "x.py"))
    tree_of(folder, ("100644", "blob", blob, "same.py"), ("040000", "tree", inner, "same.py"))
    found = audited(folder, **CARD)
    assert len(found.findings) + len(found.unread) == 2
    assert found.unread


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("kind", ["a folder", "a checkout"])
def test_links_out_of_a_repository_are_not_followed(tmp_path, kind):
    lay(tmp_path, {"secret/outside.py": BAD, "secret/pyproject.toml": "[tool.lintfoot]\nselect = 'nonsense'\n"})
    folder = made(tmp_path, kind, {"fetch.py": BAD})
    (folder / "outside.py").symlink_to(tmp_path / "secret" / "outside.py")
    (folder / "all").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder)
    (folder / "pyproject.toml").symlink_to(tmp_path / "secret" / "pyproject.toml")
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert not [note for note in found.notes if "nonsense" in note.message or "settings" in note.message]


def test_submodules(tmp_path):
    inner = checkout(tmp_path / "inner", {"inner.py": BAD})
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "libs/inner")
    commit(folder)
    assert codes(audited(folder, **CARD)) == [*FOUND, ("libs/inner/inner.py", "LF201")]
    found = audited(folder / ".git", **CARD)
    assert (codes(found), found.skipped) == (FOUND, 1)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"


@pytest.mark.parametrize("kind", MAKERS)
def test_pointers_of_git_lfs_are_told_and_not_read(tmp_path, kind):
    found = audited(made(tmp_path, kind, {"fetch.py": BAD, "large.py": POINTER}), **CARD)
    assert codes(found) == FOUND
    assert [(note.path, note.message) for note in found.unread] == [
        ("large.py", "is kept by git-lfs, and its content is not here")
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_what_cannot_be_read_is_told(tmp_path, kind):
    files = {"two.py": "print 'x'\n", "binary.py": b"\0\1\2", "huge.py": b"#" * 3_000_000 + b"\n", "fetch.py": BAD}
    found = audited(made(tmp_path, kind, files), **CARD)
    assert [note.path for note in found.unread] == ["binary.py", "huge.py", "two.py"]


# --- whose settings count ---------------------------------------------------------------------------------------------

SETTINGS = """
[tool.lintfoot]
extend-ignore = ["LF502"]
extend-exclude = ["old/"]
per-file-ignores = { "fetch.py" = ["LF201"] }
fix = true
"""
SILENT = {
    "pyproject.toml": SETTINGS,
    "fetch.py": BAD,
    "bare.py": "try:\n    x = 1\nexcept:\n    print(1)\n",
    "old/poll.py": BAD,
    "noted.py": BAD.replace("state')", "state')  # lintfoot: ignore[LF201] -- the proxy cuts it"),
    "twin.py": BAD.replace("state')", "state')  # noqa: S113"),
    "block.py": "# /// script\n# dependencies = []\n# [tool.lintfoot]\n# extend-ignore = ['LF201']\n# ///\n" + BAD,
    "loud.py": BAD,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_silenced_is_found_and_listed_with_who_says_so(tmp_path, kind):
    folder = made(tmp_path, kind, SILENT)
    found = audited(folder, **CARD)
    assert {path for path, _ in codes(found)} == {path for path in SILENT if path.endswith(".py")}
    assert {one.path: (one.silenced_by.by, one.silenced_by.reason) for one in found.silenced} == {
        "fetch.py": ("per-file-ignores fetch.py", ""),
        "bare.py": ("pyproject.toml does not select it", ""),
        "old/poll.py": ("pyproject.toml leaves the file out", ""),
        "noted.py": ("lintfoot: ignore[LF201]", "the proxy cuts it"),
        "twin.py": ("noqa: S113", ""),
        "block.py": ("the script's own settings do not select it", ""),
    }
    assert set(found.silenced) < set(found.findings)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_trusted_repository_has_its_say(tmp_path, kind):
    folder = made(tmp_path, kind, {**SILENT, "default.py": "def f(x=[]):\n    x.append(1)\n"})
    found = audited(folder, trusted=True)
    card = [(path, code) for path, code in codes(found) if code in ("LF201", "LF501", "LF502")]
    assert card == [("default.py", "LF501"), ("loud.py", "LF201")]
    assert {one.path for one in found.silenced} == {"fetch.py", "noted.py", "twin.py"}
    if kind != "a bare repository":  # whatever its settings say, an audit writes nothing
        assert (folder / "default.py").read_text() == "def f(x=[]):\n    x.append(1)\n"


def test_a_baseline_silences_too(tmp_path):
    folder = checkout(
        tmp_path / "infra", {"fetch.py": BAD, "pyproject.toml": "[tool.lintfoot]\nbaseline = 'known.toml'\n"}
    )
    words = [sys.executable, "-m", "lintfoot", "baseline", "--baseline", "known.toml", "--no-cache"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert [one.silenced_by.kind for one in found.silenced] == ["external"]


@pytest.mark.parametrize("kind", MAKERS)
def test_settings_that_are_wrong_are_told(tmp_path, kind):
    folder = made(tmp_path, kind, {"fetch.py": BAD, "pyproject.toml": "[tool.lintfoot]\nselct = ['card']\n"})
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert any("unknown key" in note.message and note.level is Severity.WARNING for note in found.notes)
    assert "unknown key" in audited(folder, trusted=True, **CARD).failed


def test_rules_that_are_off_elsewhere_are_notes(tmp_path):
    lay(tmp_path, {"x.py": "import os\n\nos.mkdir('/srv/x')\nos.system('ls ' + input())\n"})
    levels = {one.code: one.severity for one in audited(tmp_path).findings}
    assert (levels["LF704"], levels["LF101"]) == (Severity.NOTE, Severity.ERROR)


# --- nothing of a repository runs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_bare", [False, True])
def test_nothing_that_a_repository_says_is_run(tmp_path, is_bare):
    """Hooks, monitors, filters, drivers, signatures, pagers, helpers, and the fetching of what a partial clone lacks."""
    marker, tool = tmp_path / "it-ran", tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {marker}\n")
    tool.chmod(0o755)
    attributes = {".gitattributes": "*.py filter=evil diff=evil\n", "fetch.py": BAD, "gone.py": BAD}
    source = checkout(tmp_path / "infra", attributes)
    git(source, "mv", "gone.py", "moved.py")
    lay(source, {"moved.py": BAD + "# changed\n"})
    commit(source)
    for key, value in {
        "core.fsmonitor": str(tool),
        "core.hooksPath": str(tmp_path),
        "core.pager": str(tool),
        "core.sshCommand": str(tool),
        "core.gitProxy": str(tool),
        "core.askPass": str(tool),
        "log.showSignature": "true",
        "gpg.program": str(tool),
        "diff.external": str(tool),
        "diff.evil.textconv": str(tool),
        "diff.evil.command": str(tool),
        "filter.evil.clean": str(tool),
        "filter.evil.smudge": str(tool),
        "filter.evil.process": str(tool),
        "diff.orderFile": str(tmp_path / "missing"),
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{tool}",
        "remote.origin.uploadpack": str(tool),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        git(source, "config", key, value)
    for name in ("post-checkout", "pre-commit", "post-index-change"):
        (source / ".git" / "hooks").mkdir(exist_ok=True)
        (source / ".git" / "hooks" / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (source / ".git" / "hooks" / name).chmod(0o755)
    blob = git(source, "rev-parse", "HEAD:moved.py").decode().strip()
    (source / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = audited(source / ".git" if is_bare else source, **CARD)
    assert not marker.exists()
    assert ("fetch.py", "LF201") in codes(found)
    if is_bare:
        assert [note.path for note in found.unread] == ["moved.py"]


def test_a_repository_of_somebody_else_is_said_to_be_unread(tmp_path, monkeypatch):
    folder = checkout(tmp_path / "infra", {"fetch.py": BAD})
    before = trees.git.run

    def refused(where, *words, given=b""):
        answer = before(where, *words, given=given)
        return replace(answer, code=128, complaint="fatal: detected dubious ownership") if answer else None

    monkeypatch.setattr("lintfoot.git.run", refused)
    found = audited(folder, **CARD)
    assert codes(found) == FOUND
    assert "dubious ownership" in found.notes[0].message


def test_a_pipe_or_a_file_is_no_repository(tmp_path):
    (tmp_path / "file").write_text("x")
    assert audited(tmp_path / "file").failed.endswith("is no folder")
    assert audited(Path(tmp_path / "missing")).failed.endswith("no such folder")
