"""The very same question gets the very same answer at once, and only as long as nothing has changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lintfoot import dispatch, keeping, replay, stamps
from lintfoot.cli import main

GUILTY = "import subprocess\nsubprocess.run('ls ' + name, shell=True, check=True)\n"
CLEAN = "import os\nprint(os.getcwd())\n"
CALL = "import requests\n\nfrom constants import WAIT\n\nrequests.get('https://example.com', timeout=WAIT)\n"
WORDS = ["check", "--select", "LF101,LF201", "--format", "concise"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for one in (keeping.home, keeping.key):
        one.cache_clear()
    yield tmp_path / "caches" / "lintfoot"
    for one in (keeping.home, keeping.key):
        one.cache_clear()


@pytest.fixture
def patient(monkeypatch):
    """Everything counts as old: tests need not wait for that."""
    monkeypatch.setattr(stamps, "SETTLED", -(10**18))


@pytest.fixture
def project(home, tmp_path, monkeypatch):
    folder = tmp_path / "project"
    for name, text in {
        "guilty.py": GUILTY,
        "clean.py": CLEAN,
        "caller.py": CALL,
        "constants.py": "WAIT = 5\n",
        "sub/one.py": CLEAN,
        "tool": "#!/usr/bin/env python3\n" + CLEAN,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder)
    assert not home.exists()
    return folder


@pytest.fixture
def ask(monkeypatch, capsysbinary):
    """Ask, and say whether the long way was gone."""

    def asked(*more, words=WORDS):
        gone = []
        further = dispatch.main
        with monkeypatch.context() as patch:
            patch.setattr(dispatch, "main", lambda given: gone.append(given) or further(given))
            code = main([*words, *more])
        return (code, *capsysbinary.readouterr()), bool(gone)

    return asked


@pytest.mark.usefixtures("patient", "project")
@pytest.mark.parametrize(
    "more", [(), (".",), ("guilty.py",), ("sub", "clean.py"), ("--format", "json"), ("--verbose",)]
)
def test_the_same_question_gets_the_same_answer_at_once(ask, more):
    first, long = ask(*more)
    assert long
    assert ask(*more) == (first, False)
    assert ask("--no-cache", *more)[0] == first


@pytest.mark.usefixtures("project")
def test_what_was_written_just_now_is_asked_again(ask):
    assert ask() == ask()
    assert ask()[1]


CHANGES = {
    "an edit": lambda at: (at / "clean.py").write_text(GUILTY),
    "a new file": lambda at: (at / "new.py").write_text(GUILTY),
    "a new file in an empty folder": lambda at: (at / "empty" / "new.py").write_text(GUILTY),
    "a file that is gone": lambda at: (at / "guilty.py").unlink(),
    "a constant elsewhere": lambda at: (at / "constants.py").write_text("WAIT = None\n"),
    "a module that hides another": lambda at: (at / "constants").mkdir(),
    "a first line": lambda at: (at / "tool").write_text("#!/bin/sh\n"),
    "settings": lambda at: (at / "pyproject.toml").write_text("[tool.lintfoot]\nignore = ['LF101']\n"),
    "settings further up": lambda at: (at.parent / "pyproject.toml").write_text("[tool.lintfoot]\nfail-on = 'never'\n"),
    "what to ignore": lambda at: (at / ".gitignore").write_text("guilty.py\n"),
    "a repository": lambda at: (at / ".git").mkdir(),
    "a mode": lambda at: (at / "guilty.py").chmod(0o600),
    "a link": lambda at: (at / "linked.py").symlink_to(at / "guilty.py"),
    "a package": lambda at: (at / "__init__.py").write_text(""),
}


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_seen(project, ask, change):
    ask()
    assert not ask()[1]
    change(project)
    said, long = ask()
    assert long
    assert said == ask("--no-cache")[0]


@pytest.mark.usefixtures("patient")
def test_an_edit_that_keeps_size_and_time_is_seen(project, ask):
    ask()
    about = (project / "guilty.py").stat()
    (project / "guilty.py").write_text(GUILTY.replace("shell=True", "shell=None"))
    os.utime(project / "guilty.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    (code, out, _), long = ask()
    assert (code, out.count(b"LF101"), long) == (0, 0, True)


@pytest.mark.usefixtures("patient")
def test_pages_of_ones_own_are_watched(project, ask):
    (project / "lint" / "libraries").mkdir(parents=True)
    model = project / "lint" / "libraries" / "inhouse.toml"
    text = 'imports = ["inhouse"]\n[[functions]]\nnames = ["inhouse.get"]\nrole = "request"\narguments.timeout = {}\n'
    (project / "clean.py").write_text("import inhouse\ninhouse.get()\n")
    for default, count in (("finite", 0), ("forever", 1)):
        model.write_text(text.replace("{}", f'{{ keyword = "timeout", default = "{default}" }}'))
        assert ask("--rules", "lint")[0][1].count(b"LF201") == count
    assert not ask("--rules", "lint")[1]


@pytest.mark.usefixtures("patient")
def test_words_folder_and_environment_are_part_of_the_question(project, ask, monkeypatch):
    ask()
    assert ask(".")[1]
    monkeypatch.setenv("LINTFOOT_SEVERITY", "LF101=note")
    (code, _, _), long = ask()
    assert (code, long) == (0, True)
    monkeypatch.delenv("LINTFOOT_SEVERITY")
    assert not ask()[1]
    monkeypatch.chdir(project / "sub")
    assert ask()[1]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "more",
    [
        ("--output", "json:out.json"),
        ("--diff",),
        ("--no-cache",),
        ("--show-files",),
        ("*.py",),
        ("--cache-dir", ".lintfoot_cache"),
    ],
)
def test_what_does_more_than_print_is_done_every_time(project, ask, more):
    ask(*more)
    assert ask(*more)[1]
    assert project.is_dir()


@pytest.mark.usefixtures("patient", "project")
def test_mistakes_are_told_every_time(ask):
    (code, out, said), long = ask("nowhere.py")
    assert (code, out, long) == (2, b"", True)
    assert ask("nowhere.py") == ((code, out, said), True)


@pytest.mark.usefixtures("patient", "project")
@pytest.mark.parametrize(
    "kept", [None, {}, [], {"seen": 1, "there": ()}, {"seen": ((1,),), "there": ()}, {"seen": (("x", 5),), "there": ()}]
)
def test_an_answer_that_makes_no_sense_is_none(ask, kept):
    first, _ = ask()
    assert keeping.save(replay.name(WORDS), kept) == ""
    assert ask() == (first, True)


@pytest.mark.usefixtures("patient")
def test_an_answer_of_somebody_else_is_none(project, ask):
    first, _ = ask()
    file = replay.name(WORDS)
    with Path(file).open("rb+") as stream:
        stream.seek(200)
        stream.write(b"\xff\xff")
    assert ask() == (first, True)
    assert project.is_dir()


# in a repository


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(project):
    git(project, "init", "-q")
    (project / ".gitignore").write_text("ignored/\n")
    (project / "ignored").mkdir()
    (project / "ignored" / "bad.py").write_text(GUILTY)
    git(project, "add", ".")
    return project


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "change",
    [
        lambda at: (at / ".gitignore").write_text(""),
        lambda at: git(at, "add", "-f", "ignored/bad.py"),
        lambda at: (at / ".git" / "info" / "exclude").write_text("guilty.py\n"),
        lambda at: (at / "empty" / "new.py").write_text(GUILTY),
        lambda at: (at / "sub" / ".gitignore").write_text("one.py\n"),
        lambda at: (at.parent / ".gitconfig").write_text("[core]\nexcludesFile = ~/mine\n"),
    ],
)
def test_what_git_says_is_watched(repository, ask, change):
    ask()
    assert not ask()[1]
    change(repository)
    said, long = ask()
    assert long
    assert said == ask("--no-cache")[0]


@pytest.mark.usefixtures("patient")
def test_git_settings_that_lead_elsewhere_are_not_trusted(repository, ask):
    (repository.parent / ".gitconfig").write_text("[include]\npath = other\n")
    ask()
    assert ask()[1]


def test_an_answer_at_once_needs_next_to_nothing(project):
    text = (
        "import json, sys\nfrom lintfoot import stamps\nstamps.SETTLED = -10**18\nfrom lintfoot.cli import main\n"
        "code = main(['check', '--select', 'LF101'])\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", text], cwd=project, capture_output=True, text=True, check=True)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert (code, "LF101" in done.stdout) == (1, True)
    heavy = {"argparse", "dataclasses", "lintfoot.dispatch", "lintfoot.tables", "hashlib", "tomllib", "subprocess"}
    assert not heavy & set(modules)
