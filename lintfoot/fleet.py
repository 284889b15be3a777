"""The work of a run on somebody else's machines: any `concurrent.futures.Executor` that can call a function.

What goes out is a chunk of files and what comes back are their outcomes, made by the very function that our own processes call.
A worker reads the files itself, at the same paths, as facts from other files of the project have to be read there, too. So each
parcel says what the files hold, and a worker that sees anything else, or runs another lintfoot, refuses. A task that is lost is
given out again, file by file; a file that cannot be brought home has a note, and the run goes on. An executor that breaks down
leaves what is left to processes of our own.

Parcels are pickled, as executors do it anyway: they go from lintfoot to lintfoot over a cluster that is trusted with running it.
"""

from __future__ import annotations

import os
import pickle
import platform
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lintfoot import __version__, work, workers
from lintfoot.book import own_folder
from lintfoot.decoding import read
from lintfoot.digests import blake2b, digest
from lintfoot.findings import Note, Severity
from lintfoot.records import dataclass, replace
from lintfoot.selection import load_shelf
from lintfoot.tables import Folder, Problem, Problems
from lintfoot.work import Outcome, Refused, Setup, shown

PATIENCE = (
    600  # seconds without any answer, after which all that is out is taken for lost; a chunk takes a minute at most
)
_TRIES = 3  # for a single file
_CANNOT_LOAD = "Error during deserialization of the task graph"  # what Dask's scheduler says, whatever the reason was
_WORKERS = 8  # where nobody says how many there are

Reply = tuple[str, str, str, bytes]  # who answers, why not or nothing, the file that it is about, pickled outcomes


# on the worker


def serve(mark: str, parcel: bytes) -> Reply:
    """Check a chunk: what a worker does. What is refused is told, so that nobody takes it for a lost task."""
    if mark != identity():
        return _me(), "version", identity(), b""
    setup, pages, names, contents = pickle.loads(parcel)  # noqa: S301 - from the lintfoot that runs this cluster's work
    files = [Path(name) for name in names]
    if pages != pages_of(setup):
        return _me(), "pages", "", b""
    for file, content in zip(files, contents, strict=True):
        if content_of(setup, file) != content:
            return _me(), "file", str(file), b""
    return _me(), "", "", pickle.dumps(work.chunk(setup, files))


def _me() -> str:
    return platform.node() or "a worker"


@cache
def identity() -> str:
    """Everything that findings hang on besides files and settings: lintfoot's own text, libcst and Python."""
    whole = blake2b(digest_size=8)
    own = Path(__file__).parent
    for file in sorted((*own.rglob("*.py"), *_pages([own_folder()]))):
        data = read(file)
        whole.update(file.name.encode() + digest(data.replace(b"\r\n", b"\n") if isinstance(data, bytes) else b""))
    try:
        parser = version("libcst")
    except PackageNotFoundError:
        parser = "?"
    python = ".".join(map(str, sys.version_info[:2]))
    return f"lintfoot {__version__} (build {whole.hexdigest()[:8]}) with libcst {parser} on Python {python}"


def _pages(folders: Sequence[Folder]) -> list[Path]:
    return [file for one in folders if isinstance(one.root, Path) for file in sorted(one.root.rglob("*.toml"))]


def pages_of(setup: Setup) -> bytes:
    """What stands in the user's own pages and models."""
    data = [read(file) for file in _pages(load_shelf(setup.config).folders[1:])] if setup.config.rules else []
    return digest(b"\0".join(digest(one) if isinstance(one, bytes) else b"" for one in data))


def content_of(setup: Setup, file: Path) -> bytes:
    """A digest of a file as it is here; nothing for what cannot be read."""
    data = read(os.path.join(setup.config.folder, file))  # noqa: PTH118 - many, and used as texts
    return digest(data) if isinstance(data, bytes) else b""


# on this side


@dataclass(frozen=True, slots=True)
class Host:
    """An executor, what errors call it, and how many tasks it does at once (0: nobody knows)."""

    executor: Executor
    called: str = "executor"
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    """Some of the files, given out for the n-th time."""

    held: range
    tries: int = 1


class Fleet:
    """The work of one run, out on an executor."""

    def __init__(self, host: Host, setup: Setup, files: Sequence[Path]) -> None:
        self.executor, self.called = host.executor, host.called
        self.setup, self.files = setup, files
        self.count = host.count or getattr(host.executor, "_max_workers", 0) or _WORKERS
        self.pages = pages_of(setup)
        self.out: dict[Future[Reply], _Task] = {}
        self.notes: list[Note] = []
        self.why = ""  # the last task was lost
        self.sent: dict[str, bytes] = {}  # what each file held when it was given out

    def outcomes(self, sizes: Sequence[int]) -> Iterator[tuple[range, list[Outcome]]]:
        """Outcomes chunk by chunk, as they come; each file is in exactly one of them. Raises Problems for what is refused."""
        waiting = [_Task(held) for held in workers.chunks(sizes, self.count)]
        try:
            while waiting or self.out:
                left = self._given(waiting)
                if left:
                    yield from self._here([*left, *self.out.values()])
                    return
                waiting = []
                for future in self._done():
                    task = self.out.pop(future)
                    made = self._received(future, task)
                    if made is not None:
                        yield task.held, made
                    elif len(task.held) > 1:
                        waiting += [_Task(range(one, one + 1)) for one in task.held]
                    elif task.tries < _TRIES:
                        waiting.append(replace(task, tries=task.tries + 1))
                    else:
                        yield task.held, [self._lost(number) for number in task.held]
        finally:
            for future in self.out:
                future.cancel()

    def _given(self, tasks: Sequence[_Task]) -> list[_Task]:
        """Give tasks out; those are left that the executor does not take any more."""
        for number, task in enumerate(tasks):
            files = self.files[task.held.start : task.held.stop]
            contents = [content_of(self.setup, file) for file in files]
            self.sent |= zip(map(str, files), contents, strict=True)
            parcel = pickle.dumps((self.setup, self.pages, [str(file) for file in files], contents))
            try:
                future = self.executor.submit(serve, identity(), parcel)
            except Exception:  # noqa: BLE001 - broken or shut down: each host has errors of its own
                return list(tasks[number:])
            self.out[future] = task
        return []

    def _done(self) -> list[Future[Reply]]:
        """What has ended; everything, if nothing has for too long."""
        done, _ = wait(self.out, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        for future in () if done else self.out:
            future.cancel()
        return [future for future in self.out if future in done] if done else list(self.out)

    def _received(self, future: Future[Reply], task: _Task) -> list[Outcome] | None:
        """The outcomes, or None for a task that was lost."""
        try:
            who, fault, file, parcel = future.result(timeout=0)
            made: Any = pickle.loads(parcel) if not fault else ()  # noqa: S301 - from the lintfoot that was given the work
        except (Exception, CancelledError) as error:  # noqa: BLE001 - every host loses tasks in its own way
            self._lacking(error)
            self.why = type(error).__name__
            return None
        if fault:
            self._refused(who, fault, file)
            return None
        # What the disk of another machine said of a file means nothing on this one.
        self.why = "its answer does not fit"
        return [_untimed(one) for one in made] if len(made) == len(task.held) else None

    def _lacking(self, error: BaseException) -> None:
        """Raise Refused where an executor fails because it cannot load what it is to do: that will not get better."""
        chain: BaseException | None = error
        while chain is not None:
            if isinstance(chain, ImportError) or _CANNOT_LOAD in str(chain):
                words = "cannot load lintfoot: it is needed on every worker, and on the scheduler of a cluster"
                raise Refused([Problem(self.called, 0, 0, words)])
            chain = chain.__cause__ or chain.__context__

    def _refused(self, who: str, fault: str, file: str) -> None:
        """Raise Problems for a worker that must not do this work; a file that has changed meanwhile is given out again."""
        words = {
            "version": f"a worker on {who} runs {file}, this is {identity()}: the same is needed everywhere",
            "pages": f"a worker on {who} has other rule pages: it must see {', '.join(self.setup.config.rules)} as they are here",
            "file": f"a worker on {who} does not see {file} as it is here: workers read files themselves, at the same paths",
        }
        if fault == "file" and self._has_changed(Path(file)):
            return
        message = words.get(fault, f"a worker on {who} gave no answer that is known")
        raise (Problems if fault == "file" else Refused)([Problem(self.called, 0, 0, message)])

    def _has_changed(self, file: Path) -> bool:
        return self.sent.get(str(file)) != content_of(self.setup, file)

    def _lost(self, number: int) -> Outcome:
        path = shown(self.setup.config, self.files[number])
        message = (
            f"was not checked: {self.called} lost it {_TRIES} times ({self.why}); does its worker run out of memory?"
        )
        return Outcome(notes=(Note(path, Severity.ERROR, message),), failed=True)

    def _here(self, tasks: Sequence[_Task]) -> Iterator[tuple[range, list[Outcome]]]:
        """Do in processes of our own what an executor did not do that broke down."""
        count = sum(len(task.held) for task in tasks)
        self.notes.append(
            Note(self.called, Severity.WARNING, f"broke down: {count} files were checked on this machine")
        )
        with workers.Crew(self.setup, self.files) as crew:
            yield from crew.outcomes([task.held for task in tasks], min(self.count, os.cpu_count() or 1))


def _untimed(outcome: Outcome) -> Outcome:
    return replace(outcome, basis=replace(outcome.basis, stamp=())) if outcome.basis is not None else outcome
