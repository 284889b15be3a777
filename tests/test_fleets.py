"""Many repositories in one go: one that fails stops none, a run that was killed begins where it ended, on any executor."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lintfoot import api, keeping, progress
from lintfoot.audit import fleets, flow
from lintfoot.audit.snapshots import snapshot
from lintfoot.audit.targets import targets
from lintfoot.config import Sources, load
from lintfoot.findings import Severity
from lintfoot.tables import Problems
from lintfoot.work import Refused

BAD = "import requests\n\n\ndef main():\n    requests.get('https://example.com/{name}')\n"
NAMES = ("alpha", "beta", "gamma", "delta")


def git(folder, *words):
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(["git", *identity, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture
def repositories(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "fetch.py").write_text(BAD.replace("{name}", name))
        (folder / "Makefile").write_text("all:\n\tpython fetch.py\n")
        git(folder, "init", "-q")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "first")
    return tmp_path


def timeless(audit):
    return replace(audit, seconds=0, repositories=tuple(replace(one, seconds=0) for one in audit.repositories))


@pytest.fixture
def counted(monkeypatch):
    """The repositories that were really audited."""
    made, real = [], flow.repository
    monkeypatch.setattr(
        flow, "repository", lambda told, target, *more: made.append(target.name) or real(told, target, *more)
    )
    return made


# one run after another

KILLED = """
import os, signal, sys
from lintfoot import cli
from lintfoot.audit import flow

real, done = flow.repository, []

def repository(told, target, *more):
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(target)
    return real(told, target, *more)

flow.repository = repository
sys.exit(cli.main())
"""


def test_a_run_that_was_killed_begins_where_it_ended(repositories, counted):
    command = [sys.executable, "-c", KILLED, "audit", *NAMES]
    done = subprocess.run(command, capture_output=True, check=False, cwd=repositories)
    assert done.returncode == -signal.SIGKILL
    again = api.audit(NAMES)
    assert counted == ["gamma", "delta"]
    counted.clear()
    fresh = api.audit(NAMES, cache=False)
    assert counted == list(NAMES)
    assert timeless(again) == timeless(fresh)
    assert [len(one.findings) > 0 for one in again.repositories] == [True] * 4


def commit(folder):
    (folder / "new.txt").write_text("x")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "second")


CHANGES = {
    "content": lambda folder: (folder / "fetch.py").write_text(BAD + "\n"),
    "a file more": lambda folder: (folder / "more.py").write_text(""),
    "what starts it": lambda folder: (folder / "Makefile").write_text("all:\n"),
    "a link": lambda folder: (folder / "other").symlink_to("fetch.py"),
    "a commit": commit,
    "no git any more": lambda folder: (folder / ".git").rename(folder / "git"),
    "another branch": lambda folder: git(folder, "branch", "other"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_is_audited_again(repositories, counted, change):
    api.audit(["alpha", "beta"])
    change(repositories / "alpha")
    counted.clear()
    again = api.audit(["alpha", "beta"])
    assert counted == ["alpha"]
    assert timeless(again) == timeless(api.audit(["alpha", "beta"], cache=False))


@pytest.mark.parametrize("more", [{"select": ["LF201"]}, {"trust_config": True}, {"project": False}])
@pytest.mark.usefixtures("repositories")
def test_another_question_is_asked_again(counted, more):
    api.audit(["alpha"])
    api.audit(["alpha"], **more)
    assert counted == ["alpha", "alpha"]


@pytest.mark.usefixtures("repositories")
def test_how_it_is_shown_changes_nothing(counted):
    api.audit(["alpha"])
    api.audit(["alpha"], jobs=1, quiet=True, fail_on="never")
    assert counted == ["alpha"]


def test_a_bare_repository_is_kept_by_what_git_says(repositories, counted):
    git(repositories, "clone", "-q", "--bare", "alpha", "bare.git")
    first = api.audit(["bare.git"])
    assert timeless(api.audit(["bare.git"])) == timeless(first)
    assert counted == ["bare"]
    assert len(first.repositories[0].findings) > 0
    commit(repositories / "alpha")
    git(repositories / "alpha", "push", "-q", "../bare.git", "HEAD")
    api.audit(["bare.git"])
    assert counted == ["bare", "bare"]


def kept():
    return list((Path(keeping.home()) / "audits").glob("*.kept"))


@pytest.mark.parametrize("data", [b"", b"x" * 100, None])
@pytest.mark.usefixtures("repositories")
def test_what_somebody_else_put_there_is_not_looked_at(counted, data):
    for file in kept():
        file.unlink()
    first = api.audit(["alpha", "beta"])
    one, other = kept()
    one.write_bytes(other.read_bytes() if data is None else data)
    counted.clear()
    assert timeless(api.audit(["alpha", "beta"])) == timeless(first)
    assert len(counted) == 1


def test_what_is_kept_and_no_record_is_none(repositories, counted):
    told = flow.work(load(Sources(folder=repositories)))
    book = fleets.ledger(told)
    (target,) = targets(["alpha"], repositories)
    keeping.save(book.file(target), ("alpha", 7))
    assert fleets.audit(told, [target]).repositories[0].findings
    assert counted == ["alpha"]


@pytest.mark.usefixtures("repositories")
def test_a_failure_is_not_kept(counted, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("lintfoot.audit.inspection.facts", lambda _: 1 / 0)
        assert api.audit(["alpha"]).repositories[0].failed == "lintfoot failed inside"
    assert api.audit(["alpha"]).repositories[0].failed == ""
    assert counted == ["alpha", "alpha"]


def test_what_changes_meanwhile_is_not_kept(repositories, monkeypatch):
    (target,) = targets(["alpha"], repositories)
    told = flow.work(load(Sources(folder=repositories)))
    book = fleets.ledger(told)
    before, real = book.file(target), flow.repository

    def repository(*words):
        made = real(*words)
        (repositories / "alpha" / "late.py").write_text("")
        return made

    monkeypatch.setattr(flow, "repository", repository)
    fleets.audit(told, [target])
    assert not Path(before).exists()
    assert not Path(book.file(target)).exists()


def test_a_snapshot_of_nothing_is_none(tmp_path):
    assert snapshot(str(tmp_path / "nothing")) == ""
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert snapshot(str(tmp_path)) == ""


# one that fails


def test_one_that_is_not_there_and_one_that_is_named_twice(repositories):
    (repositories / "list").write_text("# ours\n\nalpha\n./alpha/\ngone\n  beta  \n")
    command = [sys.executable, "-m", "lintfoot", "audit", "--repos", "list", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=repositories)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"{repositories / 'gone'}: no such folder"]
    names = [one.name for one in api.audit(["alpha", "./alpha/", "gone", "beta"]).repositories]
    assert names == ["alpha", "gone", "beta"]


def test_forty_repositories_in_one_go(tmp_path, monkeypatch):
    for number in range(40):
        (tmp_path / f"r{number:02}").mkdir()
        (tmp_path / f"r{number:02}" / "fetch.py").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    ticks = []
    made = api.audit(sorted(path.name for path in tmp_path.iterdir()), progress=lambda *tick: ticks.append(tick))
    assert sum(one.scanned for one in made.repositories) == 40
    assert [one for one in ticks if one[1] == 0][-1] == ("r39 (40 of 40)", 0, 1)
    assert ("r00 (1 of 40)", 1, 1) in ticks
    started = time.monotonic()
    assert timeless(api.audit(sorted(path.name for path in tmp_path.iterdir()))) == timeless(made)
    assert time.monotonic() - started < 10


def test_the_progress_line_names_the_repository_and_nothing_drives_the_terminal(monkeypatch, capfd):
    monkeypatch.setattr(progress, "PATIENCE", -1)
    monkeypatch.setenv("COLUMNS", "100")
    bar = progress._Bar(load(Sources()))
    bar.tell("in[bold]fra\x1b]0;x\x07 (3 of 40)", 1, 2)
    bar.shown[0].refresh()
    bar.close()
    said = capfd.readouterr().err
    assert "in[bold]fra\\x1b]0;x\\x07 (3 of 40)" in said
    assert "\x07" not in said


# on any executor


@pytest.mark.usefixtures("repositories")
def test_an_executor_does_the_checks():
    alone = api.audit(NAMES, cache=False)
    with ThreadPoolExecutor(3) as threads:
        assert timeless(api.audit(NAMES, cache=False, executor=threads)) == timeless(alone)


@pytest.mark.usefixtures("repositories")
def test_what_a_host_must_not_do_ends_the_run(monkeypatch):
    monkeypatch.setattr("lintfoot.fleet.serve", other_version)
    with ThreadPoolExecutor(1) as threads, pytest.raises(Refused, match="runs lintfoot 9"):
        api.audit(NAMES, cache=False, executor=threads)


def other_version(_mark, _parcel):
    return "host", "version", "lintfoot 9", b""


@pytest.mark.usefixtures("repositories")
def test_a_host_that_cannot_do_one_repository_stops_none(monkeypatch):
    from lintfoot import fleet

    real = fleet.serve

    def unseen(mark, parcel):
        return ("host", "file", "fetch.py", b"") if b"beta" in parcel else real(mark, parcel)

    monkeypatch.setattr(fleet, "serve", unseen)
    with ThreadPoolExecutor(1) as threads:
        made = api.audit(NAMES, cache=False, executor=threads)
    assert [bool(one.failed) for one in made.repositories] == [False, True, False, False]
    assert "does not see fetch.py as it is here" in made.repositories[1].failed


# from Python


def test_an_audit_from_python(repositories):
    before = api.audit(["alpha"])
    Path("old.json").write_text(api.audit_to_json(before))
    (repositories / "alpha" / "fetch.py").write_text("# more\n" + BAD.replace("{name}", "alpha"))
    for against in (before, "old.json", Path("old.json")):
        (change,) = api.audit(["alpha"], against=against).compared.changes
        assert [one.was for one in change.moved if one.finding.code == "LF201"] == ["fetch.py:5"]
    assert any(one.severity is Severity.ERROR for one in before.repositories[0].findings)
    with pytest.raises(Problems, match="no such setting"):
        api.audit(["alpha"], colour=1)
    with pytest.raises(Problems, match=r"new\.json: cannot be read"):
        api.audit(["alpha"], against="new.json")
