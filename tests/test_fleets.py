"""Many repositories in one go: one that fails stops none, a run that was killed begins where it ended, on any executor."""

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lintfoot import api, cli, keeping, progress
from lintfoot.audit import document, fleets, flow
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


SIDE_BY_SIDE = """
import os, signal, sys
from lintfoot import cli, workers
from lintfoot.audit import flow

workers.WORTH, real, first = 1, flow.repository, os.getpid()

def repository(told, target, *more):
    assert os.getpid() != first
    if target.name == "beta":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(told, target, *more)

flow.repository = repository
sys.exit(cli.main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_small_repositories_are_audited_side_by_side(repositories):
    words = ("audit", *NAMES, "--no-cache", "--jobs", "2", "--format", "json", "--output", "side.json")
    done = subprocess.run([sys.executable, "-c", SIDE_BY_SIDE, *words], capture_output=True, text=True, check=False)
    assert done.stderr == "beta: the process that audited it ended: SIGKILL (out of memory?)\n"
    assert done.returncode == 2
    alone = api.audit(NAMES, cache=False)
    side = document.read(repositories / "side.json", "side.json")
    assert [one.name for one in side.repositories] == list(NAMES)
    for one, other in zip(timeless(side).repositories, timeless(alone).repositories, strict=True):
        assert one == other or one.failed


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


# shards


@pytest.fixture
def many(repositories):
    """Repositories with more in them: imports in a circle, what starts what, files that cannot be read, settings of their own."""
    for name in NAMES[:2]:
        folder = repositories / name
        for number in range(7):
            text = f"import m{(number + 1) % 3}\n" * (number < 3) + BAD.replace("{name}", str(number)) * (
                1 + number % 3
            )
            (folder / f"m{number}.py").write_text(text + "requests.get(main)  # noqa: S113\n")
        (folder / "broken.py").write_text("def (\n")
        (folder / "out.py").symlink_to("/etc/hosts")
        (folder / "test_m1.py").write_text("import m1\n\n\ndef test():\n    m1.main()\n")
        (folder / "cron.d").mkdir()
        (folder / "cron.d" / "jobs").write_text("0 3 * * * root python /srv/m4.py\n")
    (repositories / "alpha" / "pyproject.toml").write_text("[tool.lintfoot]\nselect = [1]\n")
    git(repositories / "beta", "add", ".")
    git(repositories / "beta", "commit", "-qm", "more")
    git(repositories, "clone", "-q", "--bare", "beta", "bare.git")
    return ("alpha", "beta", "gone", "bare.git")


def audited(file, *words, code=1):
    assert cli.main(["audit", *words, "--output", file]) == code
    return file.rpartition(":")[2]


def sharded(count, *words):
    names = [f"part{number}.json" for number in range(1, count + 1)]
    for number, name in enumerate(names, 1):
        audited(name, *words, "--format", "json", "--shard", f"{number}/{count}", "--exit-zero", code=0)
    return names


def test_the_parts_of_an_audit_make_the_whole(many):
    whole = api.audit(many)
    parts = [api.audit(many, shard=f"{number}/3") for number in (1, 2, 3)]
    names = []
    for number, part in enumerate(parts):
        names.append(f"{number}.json")
        Path(names[-1]).write_text(api.audit_to_json(part))
    scripts = [{script.path for script in part.repositories[0].scripts} for part in parts]
    assert sum(map(len, scripts)) == len(set().union(*scripts)) == len(whole.repositories[0].scripts)
    assert cli.main(["merge", *reversed(names), "-o", "whole.json"]) == 2  # one is not there
    merged = document.read(Path("whole.json"), "whole.json")
    hashless = [replace(one, sources=sources(one)) for one in merged.repositories]
    assert timeless(replace(merged, repositories=tuple(hashless))) == timeless(whole)
    assert any(one.code == "LF906" for one in whole.repositories[0].findings)
    assert whole.repositories[2].failed


def sources(repository):
    """Parts are made with the hashes that SARIF wants, so that every report can be made of them."""
    return {path: replace(one, hashes={}) for path, one in repository.sources.items()}


@pytest.mark.usefixtures("many")
def test_any_report_can_be_made_of_the_parts():
    names = sharded(2, "beta", "alpha")
    for form in ("text", "markdown", "sarif"):
        assert cli.main(["merge", *names, "--format", form, "-o", f"merged.{form}"]) == 1
        audited(f"whole.{form}", "beta", "alpha", "--format", form)
    assert Path("merged.sarif").read_bytes() == Path("whole.sarif").read_bytes()
    assert Path("merged.markdown").read_bytes() == Path("whole.markdown").read_bytes()
    audited("old.json", "beta", "gamma", "--format", "json")
    assert cli.main(["merge", *names, "--against", "old.json", "-o", "m.json"]) == 1
    made = document.read(Path("m.json"), "m.json").compared
    assert (made.changes, made.added, made.removed) == ((), ("alpha",), ("gamma",))


def said(capsys, *words):
    capsys.readouterr()
    assert cli.main([*words]) == 2
    return capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("many")
def test_parts_that_do_not_belong_together(capsys):
    one, two = sharded(2, "beta", "gamma")
    assert said(capsys, "merge", one) == ["lintfoot merge: shard 2 of 2 is missing"]
    assert said(capsys, "merge", one, two, one) == [f"{one}: is shard 1 of 2, as {one} is"]
    assert said(capsys, "merge", one, two, "--format", "yaml")[0].startswith("lintfoot merge: argument --format")
    other = f"{two}.other"
    audited(other, "beta", "gamma", "--shard", "2/2", "--select", "LF201", "--format", "json")
    assert said(capsys, "merge", one, other) == [f"{other}: was made with other settings than {one}"]
    (Path("beta") / "m1.py").write_text("")
    audited(other, "beta", "gamma", "--shard", "2/2", "--format", "json")
    assert said(capsys, "merge", one, other) == [
        f"{other}: was made of other files than {one}: names or contents differ"
    ]
    changed = json.loads(Path(two).read_text())
    changed["repositories"][0]["share"]["number"] = 1
    Path(other).write_text(json.dumps(changed))
    assert said(capsys, "merge", one, other) == [f"{other}: beta: is no part 2 of 2"]
    changed["repositories"][0]["findings"] = 7
    Path(other).write_text(json.dumps(changed))
    assert said(capsys, "merge", one, other) == [
        f"{other}: repositories[0].findings: must be a list, not a whole number"
    ]


def test_a_shard_is_a_part_and_no_report(capsys):
    assert said(capsys, "audit", "--shard", "1/2") == [
        "--shard: makes parts as JSON (--format json); of these `lintfoot merge` makes every report"
    ]
    assert said(capsys, "audit", "--shard", "3/2", "--format", "json") == ["--shard: there is no shard 3 of 2"]
    assert said(capsys, "audit", "--shard", "1/2", "--format", "json", "--against", "x") == [
        "--shard: makes parts, and --against needs the whole: give it to `lintfoot merge`"
    ]
    with pytest.raises(Problems, match="no shard 3 of 2"):
        api.audit(shard="3/2")


@pytest.mark.usefixtures("repositories")
def test_the_parts_of_a_check_have_one_form(capsys):
    assert cli.main(["check", "--shard", "1/1", "--format", "json", "-o", "one.json", "--exit-zero"]) == 0
    assert said(capsys, "merge", "one.json", "--format", "text") == [
        "--format: is for the parts of an audit, and these are of a check"
    ]
