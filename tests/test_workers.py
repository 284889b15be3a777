"""Many processes say what one says; one that dies costs its file; an interrupt ends them all."""

import faulthandler
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lintfoot import run, work, workers
from lintfoot.config import Sources, load
from lintfoot.work import Outcome, Setup
from lintfoot.workers import Crew, chunks, processes

GUILTY = "import subprocess\nsubprocess.run('ls ' + name, shell=True)\n"
FILES = tuple(Path(f"{name}.py") for name in "abcdefgh")


# how the work is shared


@given(st.lists(st.integers(0, 3_000_000), max_size=200), st.integers(1, 9))
@example([0, 1_500_001], 1)
def test_every_file_is_in_exactly_one_chunk(sizes, count):
    made = chunks(sizes, count)
    assert [number for one in made for number in one] == list(range(len(sizes)))
    assert all(len(one) == 1 or sum(sizes[number] for number in one) <= 1_500_000 for one in made)


def test_chunks_are_about_equal():
    made = chunks([10_000] * 1000, 2)
    assert 20 <= len(made) <= 30
    assert {len(one) for one in made[:-1]} == {len(made[0])}


@pytest.mark.parametrize(
    ("asked", "sizes", "count"),
    [
        (0, [], 1),
        (0, [1000] * 50, 1),  # a handful
        (8, [1000] * 50, 1),  # however many were asked for
        (1, [1_000_000] * 50, 1),
        (3, [1_000_000] * 50, 3),
        (8, [2_000_000] * 2, 2),
        (8, [2_000_000], 1),
    ],
)
def test_how_many_processes(asked, sizes, count):
    assert processes(asked, sizes) == count


def test_all_processors_are_used_for_much(monkeypatch):
    monkeypatch.setattr(workers, "_processors", lambda: 5)
    assert processes(0, [1_000_000] * 50) == 5


# the same findings


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for number in range(30):
        file = tmp_path / f"pkg{number % 3}" / f"m{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(GUILTY if number % 2 else "import os\n")
    (tmp_path / "pkg1" / "broken.py").write_text("def (\n")
    (tmp_path / "pkg2" / "binary.py").write_bytes(b"\0")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def many(monkeypatch):
    monkeypatch.setattr(workers, "WORTH", 1)
    monkeypatch.setattr(workers, "_SMALLEST", 100)


def test_many_processes_say_what_one_says(tree, monkeypatch):
    config = load(Sources(folder=tree, arguments={"select": ("LF101",), "cache": False}))
    alone = run.check(replace(config, jobs=1))
    many(monkeypatch)
    ticks = []
    together = run.check(replace(config, jobs=3), progress=lambda done, total: ticks.append((done, total)))
    assert alone == together
    assert len(alone.findings) == 17
    assert ticks[-1] == (32, 32)
    assert ticks == sorted(ticks)


@pytest.mark.skipif(not workers.forks(), reason="processes that begin afresh stay to the end")
def test_a_process_that_has_grown_makes_room_for_a_new_one(tree, monkeypatch):
    config = load(Sources(folder=tree, arguments={"select": ("LF101",), "cache": False}))
    alone = run.check(replace(config, jobs=1))
    many(monkeypatch)
    monkeypatch.setattr(workers, "_GROWN", -(1 << 60))
    began, started = [], workers.Crew._started
    monkeypatch.setattr(workers.Crew, "_started", lambda crew: began.append(crew) or started(crew))
    assert run.check(replace(config, jobs=2)) == alone
    assert len(began) > 4


def test_any_executor_can_do_the_work(tree):
    config = load(Sources(folder=tree, arguments={"select": ("LF101",), "cache": False}))
    setup = Setup(config, run="one")
    with ThreadPoolExecutor(1) as executor:
        files = sorted(Path().rglob("*.py"))
        made = [*executor.map(work.chunk, [setup] * 4, [files[at::4] for at in range(4)])]
    assert sum(len(one.findings) for outcomes in made for one in outcomes) == 17


def test_a_process_is_started_where_no_fork_is_safe(tree, monkeypatch):
    many(monkeypatch)
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        config = load(Sources(folder=tree, arguments={"select": ("LF101",), "cache": False}))
        assert workers._context().get_start_method() == "spawn"
        together = run.check(replace(config, jobs=2))
    finally:
        done.set()
        other.join()
    assert len(together.findings) == 17


# what can go wrong


def outcome(path):
    return Outcome(notes=(str(path),))


def deadly(_setup, files):
    """A stand-in for the work: some files end the process that looks at them."""
    for path in files:
        match path.stem:
            case "b":
                os._exit(9)
            case "d":
                os.kill(os.getpid(), signal.SIGKILL)
            case "f":
                faulthandler.disable()  # pytest would print where every thread was
                os.kill(os.getpid(), signal.SIGSEGV)
            case "g":
                raise MemoryError
    return [outcome(path) for path in files]


def crew(task, ranges, count=2, files=FILES):
    made = {}
    with Crew(Setup(load(Sources())), files, task=task) as one:
        for held, outcomes in one.outcomes(ranges, count):
            made.update(zip(held, outcomes, strict=True))
        pids = [worker.process for worker in one.workers]
    assert not any(process.is_alive() for process in pids)
    return [made[number] for number in range(len(files))]


def test_a_process_that_dies_costs_its_own_file():
    made = crew(deadly, [range(4), range(4, 8)])
    told = {path.stem: one.bugs[0] for path, one in zip(FILES, made, strict=True) if one.bugs}
    assert {name: bug.trace.rpartition("ended: ")[2] for name, bug in told.items()} == {
        "b": "exit code 9",
        "d": "SIGKILL (out of memory?)",
        "f": "SIGSEGV",
        "g": "exit code 70",
    }
    assert told["b"].path == "b.py"
    assert [one.notes for one in made if not one.bugs] == [(f"{name}.py",) for name in "aceh"]


def always(_setup, _files):
    os._exit(1)


def test_what_dies_always_is_not_tried_for_ever(monkeypatch):
    monkeypatch.setattr(workers, "_DEATHS", 3)
    files = tuple(Path(f"{number}.py") for number in range(80))
    started = []
    start = Crew._started
    monkeypatch.setattr(Crew, "_started", lambda self: started.append(1) or start(self))
    made = crew(always, [range(at, at + 20) for at in range(0, 80, 20)], files=files)
    assert all(one.failed for one in made)
    assert len(started) < 90


def harmless(_setup, files):
    return [outcome(path) for path in files]


def test_a_system_without_processes_does_the_work_here(monkeypatch):
    def refused(_):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(Crew, "_started", refused)
    assert [one.notes for one in crew(harmless, [range(4), range(4, 8)])] == [(str(path),) for path in FILES]


def too_few(_setup, files):
    return [outcome(path) for path in files[1:]]


def test_an_answer_that_does_not_fit_is_none():
    assert all(one.failed for one in crew(too_few, [range(8)]))


SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without
from lintfoot import work, workers, cli

def slow(setup, files):
    print("at work", flush=True)
    time.sleep(60)

workers.WORTH, workers._SMALLEST = 1, 1
workers.Crew.__init__.__kwdefaults__["task"] = slow
sys.exit(cli.main(["check", "--jobs", "2", "."]))
"""


def test_an_interrupt_ends_them_all_at_once(tree):
    command = [sys.executable, "-c", SLOW]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = subprocess.Popen(command, cwd=tree, start_new_session=True, **pipes)
    assert started.stdout.readline().startswith("at work")
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does for Ctrl-C
    _, said = started.communicate(timeout=30)  # the work takes a minute
    assert (started.returncode, said) == (130, "lintfoot: interrupted\n")
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)


def test_an_interrupt_of_the_first_process_alone_is_enough(tree):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = subprocess.Popen([sys.executable, "-c", SLOW], cwd=tree, start_new_session=True, **pipes)
    started.stdout.readline()
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=30)
    assert started.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)


def test_each_process_goes_through_neighbours():
    """What one learns of a folder's files helps with the next file; another process elsewhere need not learn it again."""
    waiting = [range(one, one + 2) for one in range(0, 20, 2)]
    first = workers._next(waiting, 0)
    second = workers._next(waiting, 0)
    assert (first, second) == (range(2), range(10, 12))
    assert workers._next(waiting, first.stop) == range(2, 4)
    assert workers._next(waiting, second.stop) == range(12, 14)
    third = workers._next(waiting, 999)  # in the middle of what nobody is at
    assert third == range(6, 8)
    while waiting:
        workers._next(waiting, 4)
    assert not waiting


@pytest.mark.parametrize(("copies", "counts"), [(True, [1, 1, 2, 8]), (False, [1, 1, 1, 1])])
def test_a_few_files_are_shared_where_processes_are_cheap(copies, counts, monkeypatch):
    monkeypatch.setattr(workers, "forks", lambda: copies)
    monkeypatch.setattr(workers, "_processors", lambda: 8)
    sizes = [[49_999] * 2, [1_000_000], [50_000] * 2, [60_000] * 10]
    assert [workers.processes(0, one) for one in sizes] == counts
