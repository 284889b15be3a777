"""A bar on a terminal for work that lasts longer than a second: never in a pipe, gone when the work is done."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lintfoot.findings import printable
from lintfoot.terminal import colored, is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

    from lintfoot.layers import Config

PATIENCE = 1.0  # seconds before anything shows


@contextmanager
def watched(config: Config) -> Iterator[Callable[[int, int], None] | None]:
    """What to tell (files done, files in all) during work, or None where nobody wants to see it."""
    if not wanted(config):
        yield None
        return
    bar = _Bar(config)
    try:
        yield bar.tick
    finally:
        bar.close()


@contextmanager
def watched_fleet(config: Config) -> Iterator[Callable[[str, int, int], None] | None]:
    """The same for many repositories: what to tell (repository, files done, files in all) during work."""
    if not wanted(config):
        yield None
        return
    bar = _Bar(config)
    try:
        yield bar.tell
    finally:
        bar.close()


def wanted(config: Config) -> bool:
    """Whether a bar may show at all."""
    dull = os.environ.get("TERM") == "dumb" or os.environ.get("CI", "") not in ("", "0", "false")
    return config.progress and not config.quiet and not dull and is_terminal(sys.stderr)


class _Bar:
    """Nothing at first; a bar from the first tick after a second on. rich is imported then."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.start = time.monotonic()
        self.shown: tuple[Progress, TaskID] | None = None

    def tick(self, done: int, total: int) -> None:
        self.tell("Checking", done, total)

    def tell(self, words: str, done: int, total: int) -> None:
        if self.shown is None and time.monotonic() - self.start > PATIENCE:
            self.shown = _start(colored(self.config.color, os.environ, terminal=True), total)
        if self.shown:
            bar, task = self.shown
            bar.update(task, completed=done, total=total, description=printable(words))

    def close(self) -> None:
        if self.shown:
            self.shown[0].stop()


def _start(color: bool, total: int) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, force_terminal=True, no_color=not color)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    bar.start()
    return bar, bar.add_task("Checking", total=total)
