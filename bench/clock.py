"""How long commands take and how much memory: run in turns, so that whatever else the machine does hits all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_WORST = 1  # exit code of a linter that found something
_NOT_THEIRS = ("LINTFOOT_", "RUFF_", "PYTHON")  # variables: bytecode, say, is kept as it is for everybody else


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds on the wall, seconds of processors, bytes of the largest process."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Runner:
    """One contestant: a command, its folder and environment, and what to do before each of its runs."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


def run(one: Runner) -> Taken:
    """Run a command once. Raises where it did not do its work."""
    one.before()
    given = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_THEIRS)}
    environment = {**given, **one.environment}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begun = time.perf_counter()
    process = subprocess.Popen(one.command, cwd=one.folder, env=environment, **quiet)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if not 0 <= process.returncode <= _WORST:
        raise SystemExit(f"{one.name}: exit code {process.returncode}: {' '.join(one.command)}")
    return Taken(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def in_turns(runners: Sequence[Runner], times: int) -> dict[str, list[Taken]]:
    """Run all of them in turns, a number of times."""
    taken: dict[str, list[Taken]] = {one.name: [] for one in runners}
    for _ in range(times):
        for one in runners:
            taken[one.name].append(run(one))
    return taken


def wall(taken: Sequence[Taken]) -> float:
    """The median of the seconds on the wall."""
    return statistics.median(one.wall for one in taken)


def memory(taken: Sequence[Taken]) -> float:
    """The largest process of all runs, in megabytes."""
    return max(one.memory for one in taken) / 1e6
