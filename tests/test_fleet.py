"""Work on somebody else's machines: the same findings whatever happens there, none lost, none doubled."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from lintfoot import api, cluster, fleet, run, workers
from lintfoot.cli import main
from lintfoot.config import Sources, load
from lintfoot.findings import Severity
from lintfoot.fleet import Host
from lintfoot.tables import Problems

HELPER = "import requests\n\n\ndef client():\n    return requests.Session()\n"
GUILTY = """\
import subprocess
from helper import client

client().get("https://example.com/{number}")
subprocess.run("ls " + name, shell=True)
subprocess.run("rm " + name, shell=True)  # noqa: S602
"""


def filled(folder, count=12):
    (folder / ".git").mkdir(parents=True)
    (folder / "helper.py").write_text(HELPER)
    (folder / "broken.py").write_text("def (\n")
    for number in range(count):
        (folder / f"s{number:03}.py").write_text(GUILTY.replace("{number}", str(number)))


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = tmp_path / "project"
    filled(made)
    monkeypatch.chdir(made)
    monkeypatch.setattr(workers, "_SMALLEST", 400)
    monkeypatch.setattr(workers, "_LARGEST", 800)
    return made


def checked(executor=None, **more):
    return api.check(["."], isolated=True, cache=False, executor=executor, select=["LF101", "LF201"], **more)


class Odd(Executor):
    """An executor of one process whose `does` may do anything with a task instead of the task."""

    def __init__(self, does):
        self.does, self.files, self.tasks = does, Counter(), 0

    def submit(self, fn, /, *args):
        future = Future()
        self.tasks += 1
        names = pickle.loads(args[1])[2]
        self.files.update(names)
        self.does(self, future, names, lambda: fn(*args))
        return future


def fair(_self, future, _names, task):
    future.set_result(task())


# any executor


@pytest.mark.usefixtures("project")
def test_threads_processes_and_nobody_say_the_same():
    alone = checked()
    assert len(alone.findings) == 12 * 2 + 1
    assert len(alone.silenced) == 12
    with ThreadPoolExecutor(4) as threads:
        assert checked(threads) == alone
    with ProcessPoolExecutor(2) as processes:
        assert checked(processes) == alone
    odd = Odd(fair)
    assert checked(odd) == alone
    assert set(odd.files.values()) == {1}
    assert odd.tasks > 3


def test_only_an_executor_is_one():
    with pytest.raises(Problems, match='executor: "int" is no executor: it has no submit'):
        checked(7)


def test_what_an_executor_found_is_kept_for_the_next_run(project):
    config = load(Sources(folder=project, arguments={"cache_dir": ("../kept",)}))
    first = run.check(config, host=Host(Odd(fair)))
    idle = Odd(fair)
    again = run.check(config, host=Host(idle))
    assert again == first
    assert idle.tasks == 0


@pytest.mark.usefixtures("project")
def test_progress_is_told():
    ticks = []
    run.check(load(Sources(arguments={"cache": False})), progress=lambda *at: ticks.append(at), host=Host(Odd(fair)))
    assert ticks[-1] == (14, 14)
    assert ticks == sorted(ticks)


# tasks that are lost


def raises(_self, future, _names, _task):
    future.set_exception(RuntimeError("KilledWorker"))


def cancels(_self, future, _names, _task):
    future.cancel()
    future.set_running_or_notify_cancel()


def sleeps(_self, _future, _names, _task):
    pass


def nonsense(_self, future, _names, _task):
    future.set_result(None)


def too_few(_self, future, _names, task):
    who, fault, file, parcel = task()
    future.set_result((who, fault, file, pickle.dumps(pickle.loads(parcel)[1:])))


def half(_self, future, _names, task):
    who, fault, file, parcel = task()
    future.set_result((who, fault, file, parcel[: len(parcel) // 2]))


WAYS = (raises, cancels, sleeps, nonsense, too_few, half)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("project")
def test_a_task_that_is_lost_is_given_out_again(monkeypatch, way):
    monkeypatch.setattr(fleet, "PATIENCE", 0.05)
    alone = checked()

    def does(self, future, names, task):
        (way if self.tasks % 3 == 0 and max(self.files[name] for name in names) < 3 else fair)(
            self, future, names, task
        )

    assert checked(Odd(does)) == alone


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("project")
def test_a_file_that_is_always_lost_costs_itself(monkeypatch, way):
    monkeypatch.setattr(fleet, "PATIENCE", 0.05)
    alone = checked()

    def does(self, future, names, task):
        (way if "s005.py" in names else fair)(self, future, names, task)

    odd = Odd(does)
    made = checked(odd)
    (note,) = made.notes
    assert (note.path, note.level) == ("s005.py", Severity.ERROR)
    why = {
        raises: "RuntimeError",
        cancels: "CancelledError",
        sleeps: "CancelledError",
        nonsense: "TypeError",
        half: "UnpicklingError",
    }
    said = why.get(way, "its answer does not fit")
    assert note.message == f"was not checked: executor lost it 3 times ({said}); does its worker run out of memory?"
    assert made.findings == tuple(one for one in alone.findings if one.path != "s005.py")
    assert made.failed == alone.failed + 1
    assert odd.files["s005.py"] == 4  # in company, and three times alone


@pytest.mark.usefixtures("project")
def test_an_executor_that_breaks_down_leaves_the_rest_to_us():
    alone = checked()

    def does(self, future, names, task):
        if self.tasks > 3:
            raise RuntimeError("cannot schedule new futures after shutdown")
        fair(self, future, names, task)

    made = checked(Odd(does))
    (note,) = made.notes
    assert (note.path, note.level) == ("executor", Severity.WARNING)
    assert "broke down" in note.message
    assert (made.findings, made.silenced) == (alone.findings, alone.silenced)


@pytest.mark.usefixtures("project")
def test_an_interrupt_takes_back_what_is_out():
    taken = []

    def does(self, future, names, task):
        if self.tasks > 2:
            future.add_done_callback(lambda one: taken.append(one.cancelled()))
            return
        fair(self, future, names, task)

    def progress(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.check(load(Sources(arguments={"cache": False})), progress=progress, host=Host(Odd(does)))
    assert taken
    assert all(taken)


# workers that must not do the work


def refused(does, **more):
    with pytest.raises(Problems) as caught:
        checked(Odd(does), **more)
    (problem,) = caught.value.problems
    assert problem.file == "executor"
    return problem.message


@pytest.mark.usefixtures("project")
def test_another_version_is_refused(monkeypatch):
    here = fleet.identity()

    def does(_self, future, _names, task):
        with monkeypatch.context() as patch:
            patch.setattr(fleet, "identity", lambda: "lintfoot 9.9")
            future.set_result(task())

    said = refused(does)
    assert "runs lintfoot 9.9, this is " in said
    assert here in said


@pytest.mark.usefixtures("project")
def test_a_worker_that_does_not_see_the_files_is_refused(monkeypatch):
    def does(_self, future, _names, task):
        with monkeypatch.context() as patch:
            patch.setattr(fleet, "content_of", lambda *_: b"")
            future.set_result(task())

    assert "does not see broken.py as it is here: workers read files themselves, at the same paths" in refused(does)


def test_a_file_that_changes_meanwhile_is_given_out_again(project):
    changed = []

    def does(self, future, names, task):
        if "s003.py" in names and not changed:
            changed.append((project / "s003.py").write_text("import os\n"))
        fair(self, future, names, task)

    made = checked(Odd(does))
    assert len(made.findings) == 11 * 2 + 1


def test_other_pages_are_refused(project, monkeypatch):
    (project / "lint").mkdir()
    (project / "lint" / "libraries").mkdir()

    def does(_self, future, _names, task):
        with monkeypatch.context() as patch:
            patch.setattr(fleet, "pages_of", lambda *_: b"")
            future.set_result(task())

    assert "has other rule pages: it must see lint as they are here" in refused(does, rules=["lint"])


@pytest.mark.usefixtures("project")
def test_what_answers_in_another_way_is_refused():
    def does(_self, future, _names, _task):
        future.set_result(("host", "gone mad", "", b""))

    assert refused(does) == "a worker on host gave no answer that is known"


def bare(_self, future, _names, _task):
    future.set_exception(ModuleNotFoundError("No module named 'lintfoot'"))


def graph(_self, future, _names, _task):
    error = RuntimeError("wrapped")
    error.__cause__ = RuntimeError("Error during deserialization of the task graph. This frequently occurs")
    future.set_exception(error)


@pytest.mark.parametrize("does", [bare, graph])
@pytest.mark.usefixtures("project")
def test_a_worker_without_lintfoot_is_told(does):
    assert refused(does) == "cannot load lintfoot: it is needed on every worker, and on the scheduler of a cluster"


def test_the_mark_of_lintfoot_tells_its_build():
    assert fleet.identity().startswith("lintfoot ")
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in fleet.identity()


# --executor


@pytest.mark.parametrize(
    "word", ["dask", "dask://", "dask://host", "tcp://host:1", "dask://a b:1", "dask://h:1/x", "dask://h:123456"]
)
@pytest.mark.usefixtures("project")
def test_what_is_no_address_is_one_line(capsys, word):
    assert main(["check", "--executor", word]) == 2
    assert capsys.readouterr().err == f'--executor: "{word}" is no address: dask://HOST:PORT, or dask+tls://HOST:PORT\n'


@pytest.mark.usefixtures("project")
def test_without_dask_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["check", "--executor", "dask://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err == '--executor: Dask is not installed here: pip install "lintfoot[fleet]"\n'


# a real cluster: processes on the loopback


def started(*words, folder, **more):
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", *words], cwd=folder, **pipes, **more)


def worker(address, folder, **more):
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return started("distributed.cli.dask_worker", address, *options, folder=folder, **more)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "address.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    process = started("distributed.cli.dask_scheduler", *options, folder=folder)
    try:
        until(file.exists)
        yield json.loads(file.read_text())["address"]
    finally:
        process.kill()
        process.wait()


def until(there, seconds=60):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "that took too long"
        time.sleep(0.05)


@pytest.fixture
def two_workers(scheduler, tmp_path):
    made = [worker(scheduler, tmp_path) for _ in range(2)]
    yield made
    for one in made:
        one.kill()
        one.wait()


# Dask's threads stay with the process that asked, so that this is one of its own.
ASKS = """
import sys
from dataclasses import replace
import distributed
from lintfoot import run, workers
from lintfoot.config import Sources, load

workers._SMALLEST, workers._LARGEST = 1500, 3000

def progress(done, total):
    print(done, total, flush=True)
    if done < 12:
        sys.stdin.readline()  # until the test has done what it wants to do in the middle

if __name__ == "__main__":
    with distributed.Client(sys.argv[1].replace("dask", "tcp"), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
    config = load(Sources(arguments={"cache": False, "select": ("LF101", "LF201"), "executor": (sys.argv[1],)}))
    there = run.check(config, progress=progress)
    here = run.check(replace(config, executor=""))
    print("same" if there == here else (there, here))
    print(len(there.findings), len({one.fingerprint for one in there.findings}), there.notes)
"""


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(scheduler, two_workers, project):
    for number in range(12, 60):
        (project / f"s{number:03}.py").write_text(GUILTY.replace("{number}", str(number)) * 6)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    asks = subprocess.Popen([sys.executable, "-c", ASKS, scheduler.replace("tcp", "dask")], cwd=project, **pipes)
    done, total = asks.stdout.readline().split()
    assert int(done) < int(total) == 62
    two_workers[0].send_signal(signal.SIGKILL)
    two_workers[0].wait()
    said, errors = asks.communicate("\n" * 20, timeout=300)
    *_, same, counts = said.splitlines()
    assert (same, errors) == ("same", "")
    assert counts == f"{12 * 2 + 48 * 12 + 1} {12 * 2 + 48 * 12 + 1} ()"


def asked(address, folder, *more):
    command = [
        sys.executable,
        "-m",
        "lintfoot",
        "check",
        "--no-cache",
        "--format",
        "json",
        "--executor",
        address,
        *more,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.usefixtures("monkeypatch")
def test_a_worker_of_another_build_is_refused_and_one_is_wanted(scheduler, project, tmp_path):
    other = tmp_path / "other"
    source = Path(fleet.__file__).parent
    shutil.copytree(source, other / "lintfoot", ignore=shutil.ignore_patterns("__pycache__"))
    if not (other / "lintfoot" / "rules").exists():
        shutil.copytree(source.parent / "rules", other / "lintfoot" / "rules")
    with (other / "lintfoot" / "fleet.py").open("a") as file:
        file.write("# another build\n")
    process = worker(scheduler, tmp_path, env={**os.environ, "PYTHONPATH": str(other)})
    try:
        done = asked(scheduler.replace("tcp", "dask"), project)
    finally:
        process.kill()
        process.wait()
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("--executor dask://127.0.0.1:")
    assert "runs lintfoot" in line
    assert line.endswith("the same is needed everywhere")


@pytest.mark.usefixtures("capsys")
def test_where_nobody_answers(project, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    done = subprocess.run(
        [sys.executable, "-c", "from lintfoot import cluster, cli; cluster._PATIENCE = 0.5; raise SystemExit(cli.main())", "check", "--executor", "dask://127.0.0.1:9"],
        cwd=project, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("--executor: there is no scheduler at dask://127.0.0.1:9: ")
    assert len(done.stderr.splitlines()) == 1
