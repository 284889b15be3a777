"""Processes that share the work of a long run: chunks of files out, outcomes back, in the order of a run in one process.

The work itself is a pure function over a chunk, with what goes in and out picklable, so any
`concurrent.futures.Executor` could do it. This room adds what those do not have: a process that dies (memory, a crash in
native code) costs the file that it died of and nothing else, and an interrupt ends all of them at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lintfoot.findings import Bug
from lintfoot.records import dataclass, field
from lintfoot.work import Outcome, chunk, shown

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

Task = Callable[
    [Any, Sequence[Any]], list[Any]
]  # what is to be done, told once; some of the things to do it to; what came of each

WORTH = 100_000  # bytes of source to look at, below which a second process costs more than it saves: a few tenths of a second
_APART = 20  # times as much, where a process does not begin as a copy of this one
_SHARES = 12  # chunks for each process: few enough to be cheap, many enough that all end at about the same time
_SMALLEST, _LARGEST = 10_000, 1_500_000  # bytes in a chunk
_DEATHS = 20  # in a row, after which it is not the files that processes die of
_GROWN = 24_000_000  # bytes by which a process may grow; a new one grows by ten million in its first dozen files
_UNKNOWN = 1 << 62  # larger than any process
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_FAILED = 70  # exit code of a worker that met a bug of its own


def processes(asked: int, sizes: Sequence[int]) -> int:
    """How many processes to work with, given the sizes of the files; 1 is this one alone."""
    total, worth = sum(sizes), WORTH if forks() else WORTH * _APART
    if total < worth:
        return 1
    return max(1, min(asked or _processors(), len(sizes), total * 2 // worth))


def _processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return min(os.cpu_count() or 1, 60)  # Windows can wait for 63 things at once


def chunks(sizes: Sequence[int], count: int) -> list[range]:
    """Neighbours together, in chunks of about equal bytes: files of one folder ask for the same facts."""
    most = min(max(sum(sizes) // (count * _SHARES), _SMALLEST), _LARGEST)
    made, start, held = [], 0, 0
    for number, size in enumerate(sizes):
        if number > start and held + size > most:
            made.append(range(start, number))
            start, held = number, 0
        held += size
    return [*made, range(start, len(sizes))] if start < len(sizes) else made


@dataclass(slots=True)
class _Worker:
    """A process, and the chunk that it has in hand."""

    process: BaseProcess
    pipe: Connection
    began: int  # bytes of memory that it had at first
    holds: range = field(default_factory=lambda: range(0))
    next: int = 0  # the number behind the last that it was given


class Crew:
    """The processes of one run. Leaving the `with` ends them at once, whatever they do.

    The work is to check files, unless `task` says otherwise; `lost` makes what is told of a thing that a process died of, from
    its number and the words for that end.
    """

    def __init__(
        self, setup: Any, files: Sequence[Any], *, task: Task = chunk, lost: Callable[[int, str], Any] | None = None
    ) -> None:
        self.setup, self.files, self.task, self.lost = setup, files, task, lost or self._file_lost
        self.workers: list[_Worker] = []
        self.deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()
            worker.pipe.close()

    def outcomes(self, ranges: Sequence[range], count: int) -> Iterator[tuple[range, list[Any]]]:
        """Outcomes chunk by chunk, as they come; each file is in exactly one of them."""
        from multiprocessing import connection

        waiting = list(ranges)
        while waiting or any(worker.holds for worker in self.workers):
            self._engage(waiting, count)
            if not self.workers:  # the system gives no process: then this one does the work
                held = waiting.pop(0)
                yield held, self.task(self.setup, self.files[held.start : held.stop])
                continue
            ready = connection.wait([worker.pipe for worker in self.workers if worker.holds])
            for worker in [one for one in self.workers if one.pipe in ready]:
                held, made = worker.holds, self._received(worker)
                if made is not None:
                    worker.holds, self.deaths = range(0), 0
                    if waiting:
                        self._relieve(worker)
                    yield held, made
                    continue
                ended = self._buried(worker)
                if len(held) > 1 and self.deaths < _DEATHS:
                    waiting = sorted([*waiting, *(range(number, number + 1) for number in held)], key=_start)
                else:
                    yield held, [self.lost(number, _told(ended)) for number in held]

    def _engage(self, waiting: list[range], count: int) -> None:
        """Give everybody something to do; new processes as long as there are fewer than wanted."""
        for worker in self.workers:
            if waiting and not worker.holds:
                self._hand(worker, _next(waiting, worker.next))
        while waiting and len(self.workers) < count:
            try:
                worker = self._started()
            except OSError:
                return
            self._hand(worker, _next(waiting, 0))

    def _hand(self, worker: _Worker, held: range) -> None:
        worker.holds, worker.next = held, held.stop
        try:
            worker.pipe.send(self.files[held.start : held.stop])
        except OSError:
            return  # it has died: the wait will tell

    def _started(self) -> _Worker:
        context = _context()
        mine, its = context.Pipe()
        forks = context.get_start_method() == "fork"
        others = [mine, *(worker.pipe for worker in self.workers)] if forks else []
        process = context.Process(target=_serve, args=(its, others, self.setup, self.task), daemon=True)  # type: ignore[attr-defined]
        with _undisturbed():
            process.start()
            self.workers.append(_Worker(process, mine, _room(process) if forks else _UNKNOWN))
        its.close()
        return self.workers[-1]

    def _received(self, worker: _Worker) -> list[Any] | None:
        try:
            made = worker.pipe.recv()
        except Exception:  # noqa: BLE001 - half a message can fail in many ways, and all mean the same
            return None
        return made if isinstance(made, list) and len(made) == len(worker.holds) else None

    def _relieve(self, worker: _Worker) -> None:
        """End a process that has grown, and let a new one go on: what its files took is in pieces between what it keeps."""
        if _room(worker.process) <= worker.began + _GROWN:
            return
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        try:
            self._started().next = worker.next
        except OSError:
            return  # there will be another occasion

    def _buried(self, worker: _Worker) -> int:
        """Forget a process that died; its exit code, or minus the signal that ended it."""
        self.workers.remove(worker)
        self.deaths += 1
        worker.pipe.close()
        worker.process.join(1)
        worker.process.kill()
        worker.process.join()
        return worker.process.exitcode or 0

    def _file_lost(self, number: int, ended: str) -> Outcome:
        path = shown(self.setup.config, self.files[number])
        return Outcome(bugs=(Bug(path, f"the process that checked this file ended: {ended}"),), failed=True)


def _room(process: BaseProcess) -> int:
    """The bytes of memory that a process takes; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{process.pid}/statm").read_bytes().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _start(held: range) -> int:
    return held.start


def _next(waiting: list[range], number: int) -> range:
    """Take the chunk that begins with a number, else one from the middle of the longest run that nobody is at.

    So each process goes through neighbours, and learns little of the project that another has learned as well.
    """
    places = {held.start: place for place, held in enumerate(waiting)}
    if number in places:
        return waiting.pop(places[number])
    runs: list[list[int]] = []
    for place, held in enumerate(waiting):
        if place and waiting[place - 1].stop == held.start:
            runs[-1].append(place)
        else:
            runs.append([place])
    longest = max(runs, key=len)
    return waiting.pop(longest[len(longest) // 2])


def _told(ended: int) -> str:
    if ended >= 0:
        return f"exit code {ended}"
    import signal

    try:
        name = signal.Signals(-ended).name
    except ValueError:
        name = f"signal {-ended}"
    return f"{name}{' (out of memory?)' if name == 'SIGKILL' else ''}"


def _context() -> BaseContext:
    """How processes are made: by a fork where that is safe, as it takes a millisecond and not a hundred."""
    import multiprocessing

    return multiprocessing.get_context("fork" if forks() else "spawn")


def forks() -> bool:
    """Whether a process begins as a copy of this one."""
    threading = sys.modules.get("threading")  # without it there are none
    return sys.platform == "linux" and (threading is None or threading.active_count() == 1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No interrupt between the birth of a process and the note that it is there to be ended; none is lost either."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, others: Sequence[Connection], setup: Any, task: Task) -> None:
    """What a worker does until nobody asks any more: Ctrl-C and the end of the parent end it without a word."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        # Copies of the parent's ends: with these open nobody would hear that the parent is gone.
        for other in others:
            other.close()
        while True:
            pipe.send(task(setup, pipe.recv()))
    except (EOFError, OSError):
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a bug outside of any one file: the parent tells it
        os._exit(_FAILED)
