"""From named paths to scripts: folders, files, patterns, git and what is no ordinary file."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from lintfoot import git, listing, work
from lintfoot.discover import discover
from lintfoot.findings import Severity
from lintfoot.layers import Config
from lintfoot.tables import Problems

GIT = shutil.which("git")
BOTH = pytest.mark.parametrize("git", [False, pytest.param(True, marks=pytest.mark.skipif(not GIT, reason="no git"))])


@pytest.fixture
def tree(tmp_path):
    """A project to fill; outside it stands one more file."""
    (tmp_path / "elsewhere.py").write_text("x = 1\n")
    root = tmp_path / "project"
    root.mkdir()
    return root


def put(root, **or_more):
    for name, text in or_more.pop("files", or_more).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def files(root, *names):
    put(root, files=dict.fromkeys(names, "x = 1\n"))


def repository(root):
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run([GIT, *command], cwd=root, check=True, capture_output=True)


def look(root, *paths, cwd=None, **settings):
    return discover(Config(paths=paths or (".",), folder=cwd or root, root=root, **settings))


def found(root, *paths, **settings):
    return [path.as_posix() for path in look(root, *paths, **settings).files]


# folders


@BOTH
def test_a_folder_gives_what_is_python_by_suffix_or_shebang(tree, git):
    files(tree, "a.py", "b.pyi", "c.pyw", "sub/D.PY", ".github/e.py", "notes.txt", "data.json")
    put(tree, files={"bin/tool": "#!/usr/bin/env python3\n", "bin/sh": "#!/bin/sh\n", "README": "words\n", "empty": ""})
    if git:
        repository(tree)
    assert found(tree) == [".github/e.py", "a.py", "b.pyi", "bin/tool", "c.pyw", "sub/D.PY"]


@BOTH
def test_ignored_files_are_left_out_and_brought_back_as_git_does(tree, git):
    files(tree, "a.py", "gen/x.py", "gen/keep.py", "v.tmp.py", "sub/v.tmp.py", "sub/only.py", "sub/deep/only.py")
    files(tree, "build2/b.py", "build2/keep.py", "logs/a/b.py", "logs/keep/c.py")
    put(
        tree,
        files={".gitignore": "# generated\ngen/*\n!gen/keep.py\n*.tmp.py\nbuild2/\n!build2/keep.py\nlogs/**/b.py\n"},
    )
    put(tree, files={"sub/.gitignore": "!v.tmp.py\n/only.py\n"})
    if git:
        repository(tree)
    assert found(tree) == ["a.py", "gen/keep.py", "logs/keep/c.py", "sub/deep/only.py", "sub/v.tmp.py"]
    assert "gen/x.py" in found(tree, respect_gitignore=False)


@BOTH
def test_a_folder_that_is_ignored_is_checked_where_it_is_named(tree, git):
    files(tree, "a.py", "out/b.py", "out/c.tmp.py")
    put(tree, files={".gitignore": "out/\n", "out/.gitignore": "*.tmp.py\n"})
    if git:
        repository(tree)
    assert found(tree) == ["a.py"]
    assert found(tree, "out") == ["out/b.py"]


@pytest.mark.skipif(not GIT, reason="no git")
def test_git_and_a_walk_agree_on_the_folder_below(tree):
    files(tree, "a/b/c.py", "a/b/skip.py", "a/skip.py", "skip.py")
    put(tree, files={".gitignore": "/a/skip.py\n", "a/.gitignore": "b/skip.py\n"})
    walked = found(tree, "a")
    repository(tree)
    assert walked == found(tree, "a") == ["a/b/c.py"]


@pytest.mark.skipif(not GIT, reason="no git")
def test_repositories_inside_and_files_deleted(tree):
    files(tree, "a.py", "gone.py", ".gitmodules")
    repository(tree)
    for inner in ("vendor.d/inner", "module.d"):
        files(tree, f"{inner}/b.py", f"{inner}/no.py")
        put(tree, files={f"{inner}/.gitignore": "no.py\n"})
        repository(tree / inner)
    link = f"160000,{'1' * 40},module.d"
    subprocess.run([GIT, "update-index", "--add", "--cacheinfo", link], cwd=tree, check=True)
    files(tree, "untracked.py")
    (tree / "gone.py").unlink()
    assert found(tree) == ["a.py", "module.d/b.py", "untracked.py", "vendor.d/inner/b.py"]


@pytest.mark.skipif(not GIT, reason="no git")
@pytest.mark.parametrize("answer", ["fails", "slow", "missing"])
def test_without_an_answer_from_git_the_folder_is_walked(tree, monkeypatch, answer):
    files(tree, "a.py", "b.tmp.py")
    put(tree, files={".gitignore": "*.tmp.py\n"})
    repository(tree)

    def run(*command, **_):
        if answer == "slow":
            raise subprocess.TimeoutExpired(command, 60)
        return subprocess.CompletedProcess(command, 128, b"", b"fatal: detected dubious ownership in repository")

    if answer == "missing":
        monkeypatch.setattr(git, "program", lambda: None)
    else:
        monkeypatch.setattr(subprocess, "run", run)
    assert found(tree) == ["a.py"]


@pytest.mark.skipif(not GIT, reason="no git")
def test_nothing_of_the_repository_runs(tree, tmp_path):
    files(tree, "a.py")
    repository(tree)
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    spy.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor"):
        subprocess.run([GIT, "config", key, str(spy)], cwd=tree, check=True)
    (tree / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-commit"):
        shutil.copy(spy, tree / ".git/hooks" / hook)
    assert found(tree) == ["a.py"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not GIT, reason="no git")
def test_the_environment_of_a_hook_does_not_mislead_git(tree, monkeypatch):
    files(tree, "a.py", "sub/b.py")
    repository(tree)
    monkeypatch.setenv("GIT_DIR", "/nonexistent/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index.lock")
    assert found(tree, "sub") == ["sub/b.py"]


def test_a_git_that_lies_in_the_working_directory_is_never_run(tree, monkeypatch):
    (tree / "git").write_text("#!/bin/sh\ntouch ran\n")
    (tree / "git").chmod(0o755)
    files(tree, "a.py", ".git/HEAD")
    monkeypatch.chdir(tree)
    monkeypatch.setenv("PATH", ".:")
    git.program.cache_clear()
    assert found(tree) == ["a.py"]
    git.program.cache_clear()
    assert not (tree / "ran").exists()


def test_work_trees_that_point_elsewhere_give_nothing_outside(tree, tmp_path):
    files(tree, "a.py")
    if GIT:
        repository(tree)
        subprocess.run([GIT, "config", "core.worktree", str(tmp_path)], cwd=tree, check=True)
    assert found(tree) == ["a.py"]


# excludes


@BOTH
def test_excluded_folders_and_files(tree, git):
    files(tree, "a.py", "build/b.py", "sub/build/c.py", "sub/d.py", ".venv/e.py", "x_pb2.py", "sub/y_pb2.py")
    put(tree, files={"bin/build": "#!/usr/bin/env python3\n"})
    if git:
        repository(tree)
    assert found(tree) == ["a.py", "bin/build", "sub/d.py", "sub/y_pb2.py", "x_pb2.py"]
    assert found(tree, extend_exclude=("*_pb2.py", "/sub/d.py")) == ["a.py", "bin/build"]
    assert found(tree, exclude=("sub/*", "!sub/d.py", "build/")) == [
        ".venv/e.py",
        "a.py",
        "bin/build",
        "sub/d.py",
        "x_pb2.py",
    ]
    assert found(tree, exclude=()) == [
        ".venv/e.py", "a.py", "bin/build", "build/b.py", "sub/build/c.py", "sub/d.py", "sub/y_pb2.py", "x_pb2.py",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["build", "build/b.py", "build/inner", "build/inner/c.py", "x_pb2.py"])
def test_excludes_hold_for_what_is_named_only_when_forced(tree, path):
    files(tree, "a.py", "build/b.py", "build/inner/c.py", "build/inner/build/d.py", "x_pb2.py")
    settings = {"extend_exclude": ("*_pb2.py",)}
    forced = look(tree, path, force_exclude=True, **settings)
    assert (forced.files, forced.skipped) == ((), 1)
    assert "excluded" in forced.notes[0].message
    free = found(tree, path, force_exclude=False, **settings)
    expected = {"build": ["build/b.py", "build/inner/c.py"], "build/inner": ["build/inner/c.py"]}
    assert free == expected.get(path, [path])


def test_patterns_hold_outside_the_project_by_name(tree, tmp_path):
    files(tmp_path, "other/a.py", "other/b_pb2.py", "other/build/c.py", "build/d.py")
    assert found(tree, "../other", exclude=("*_pb2.py", "build/")) == ["../other/a.py"]
    assert found(tree, "../build/d.py", exclude=("build/",)) == ["../build/d.py"], "what stands above is not looked at"


# names


def test_what_is_named_is_checked_whatever_it_is_called(tree):
    files(tree, "app.wsgi", "README", "a.py")
    put(tree, files={"tool.in": "#!/usr/bin/python3\n"})
    assert found(tree, "app.wsgi", "README", "tool.in", "a.py") == ["README", "a.py", "app.wsgi", "tool.in"]
    skipping = look(tree, "app.wsgi", "README", "tool.in", "a.py", skip_non_python=True)
    assert [path.name for path in skipping.files] == ["a.py", "tool.in"]
    assert skipping.skipped == 2
    assert {note.level for note in skipping.notes} == {Severity.NOTE}


def test_nothing_is_checked_twice_and_the_order_is_fixed(tree):
    files(tree, "b.py", "a.py", "sub/c.py")
    assert found(tree, "sub", "b.py", ".", "./sub/../a.py", str(tree / "b.py")) == ["a.py", "b.py", "sub/c.py"]


def test_paths_are_shown_from_the_working_directory(tree):
    files(tree, "a.py", "sub/c.py")
    sub = tree / "sub"
    assert found(tree, ".", cwd=sub) == ["c.py"]
    assert found(tree, "../a.py", cwd=sub) == ["../a.py"]
    assert found(tree, str(tree / "a.py"), cwd=sub) == [(tree / "a.py").as_posix()]


@pytest.mark.parametrize(
    "name", ["-rf.py", "--help.py", "a b.py", "new\nline.py", "ü🚀.py", "'quoted\".py", "#!.py", "[x].py", "*.py"]
)
@BOTH
def test_odd_names(tree, name, git):
    files(tree, name, "plain.py")
    if git:
        repository(tree)
    assert found(tree) == sorted([name, "plain.py"])
    assert found(tree, name) == [name]


@BOTH
def test_names_that_are_no_text(tree, git):
    raw = os.fsencode(tree) + b"/caf\xe9.py"
    try:
        Path(os.fsdecode(raw)).write_text("x = 1\n")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    if git:
        repository(tree)
    assert found(tree, exclude=("*.tmp",)) == [os.fsdecode(b"caf\xe9.py")]


# patterns


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.py", ["a.py", "b.py"]),
        ("?.py", ["a.py", "b.py"]),
        ("[!a].py", ["b.py"]),
        ("[a-b].p*", ["a.py", "b.py"]),
        ("**/*.py", ["a.py", "b.py", "sub/c.py", "sub/deep/d.py"]),
        ("sub/**/*.py", ["sub/c.py", "sub/deep/d.py"]),
        ("s*", ["sub/c.py", "sub/deep/d.py"]),
        ("sub/*", ["sub/c.py", "sub/deep/d.py"]),
        ("./s?b/*.py", ["sub/c.py"]),
        ("*.wsgi", ["app.wsgi"]),
        ("**", ["a.py", "b.py", "sub/c.py", "sub/deep/d.py"]),
        (".h*/*.py", [".hidden/e.py"]),
    ],
)
def test_patterns_that_no_shell_has_expanded(tree, pattern, expected):
    files(tree, "a.py", "b.py", "sub/c.py", "sub/deep/d.py", "build/x.py", "app.wsgi", "notes.txt", ".hidden/e.py")
    assert found(tree, pattern) == expected


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tree):
    files(tree, "[ab].py", "a.py")
    assert found(tree, "[ab].py") == ["[ab].py"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nope.py", "no such file or folder"),
        ("", "no such file or folder"),
        ("a\0b", "no such file or folder"),
        ("no*.py", "nothing matches this pattern"),
        ("none/*.py", "nothing matches this pattern"),
        ("broken.py", "this link leads to nothing"),
        ("round.py", "this link leads to nothing"),
    ],
)
def test_what_is_not_there_is_an_error(tree, path, message):
    files(tree, "a.py")
    (tree / "broken.py").symlink_to("gone.py")
    (tree / "round.py").symlink_to("round.py")
    with pytest.raises(Problems) as raised:
        look(tree, "a.py", path, "neither.py")
    assert [problem.message for problem in raised.value.problems if problem.file == path] == [message]
    assert len(raised.value.problems) == 2, "all of them at once"


# links, loops and what is no file


@BOTH
def test_links_stay_in_the_project(tree, git):
    files(tree, "a.py", "real/b.py")
    put(tree, files={"notes.txt": "x\n"})
    for name, target in {
        "same.py": "a.py",
        "other.py": "notes.txt",
        "out.py": "../elsewhere.py",
        "out": "..",
        "loop": ".",
        "real/up": "..",
        "self.py": "self.py",
        "broken.py": "gone.py",
    }.items():
        (tree / name).symlink_to(target)
    if git:
        repository(tree)
    result = look(tree)
    assert [path.as_posix() for path in result.files] == ["a.py", "other.py", "real/b.py"]
    assert [note.path for note in result.notes] == ["out.py"]
    assert result.skipped == 1


def test_links_that_are_named(tree):
    files(tree, "a.py", "real/b.py")
    (tree / "same.py").symlink_to("a.py")
    (tree / "out.py").symlink_to("../elsewhere.py")
    (tree / "out").symlink_to("..")
    (tree / "inner").symlink_to("real")
    assert found(tree, "same.py", "inner") == ["inner/b.py", "same.py"]
    for path in ("out.py", "out", "out/elsewhere.py"):
        result = look(tree, path)
        assert (result.files, result.skipped) == ((), 1)
        assert (result.notes[0].level, "leads out" in result.notes[0].message) == (Severity.WARNING, True)


def test_a_project_that_is_itself_reached_by_a_link(tree, tmp_path):
    files(tree, "a.py")
    (tmp_path / "alias").symlink_to(tree)
    assert found(tmp_path / "alias") == ["a.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_sockets_are_told_and_never_opened(tree, monkeypatch):
    files(tree, "a.py")
    os.mkfifo(tree / "pipe.py")
    os.mkfifo(tree / "pipe")
    monkeypatch.chdir(tree)
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("sock.py")
        result = look(tree)
    assert [path.name for path in result.files] == ["a.py"]
    assert sorted(note.path for note in result.notes) == ["pipe", "pipe.py", "sock.py"]
    named = look(tree, "pipe.py")
    assert (named.files, named.skipped) == ((), 1)
    assert "standard input" in named.notes[0].message


def test_a_folder_that_cannot_be_listed_is_told(tree, monkeypatch):
    files(tree, "a.py", "locked/b.py")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(listing.os, "scandir", scandir)
    result = look(tree)
    assert [path.name for path in result.files] == ["a.py"]
    assert [(note.path, note.level, note.message) for note in result.notes] == [
        ("locked", Severity.WARNING, "skipped: cannot be listed: permission denied")
    ]


def test_standard_input_is_no_path(tree):
    files(tree, "a.py")
    assert found(tree, "-") == []
    assert found(tree, "-", "a.py") == ["a.py"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tests/deploy.py", True),
        ("test_server/functional.py", True),
        ("server_tests/functional.py", True),
        ("backup/testsuite/archiver.py", True),
        ("ops/test_deploy.py", True),
        ("test_env/deploy.py", False),
        ("test_cluster_a/deploy.py", False),
        ("pytest-0/test_deploy0/deploy.py", False),
        ("ops/contest/deploy.py", False),
        ("/srv/tests/ops/deploy.py", False),
        ("/srv/tests/ops/test_deploy.py", True),
    ],
)
def test_what_counts_as_a_test(path, told):
    assert work.is_test(path) is told


@pytest.mark.parametrize(
    ("inside", "told"), [("tests/deploy.py", True), ("test_tool/run.py", True), ("ops/deploy.py", False)]
)
def test_what_counts_as_a_test_in_a_project_that_is_named_from_outside(tmp_path, inside, told):
    project, elsewhere = tmp_path / "tests" / "tool", tmp_path / "elsewhere"
    files(tmp_path, "tests/tool/pyproject.toml", f"tests/tool/{inside}")
    elsewhere.mkdir()
    called = work.naming(Config(root=elsewhere, folder=elsewhere), project / inside)
    assert called.is_test is told
