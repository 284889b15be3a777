"""One thread that does one job after another, so that whoever types never waits for a check."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_STACK = 64 * 1024 * 1024  # of address space: a thread of its own gets less than the main one


class Errands:
    """Jobs are done in the order in which they were sent. The thread ends with the process, whatever it is at."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        before = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._work, name="lintfoot-errands", daemon=True).start()
        finally:
            threading.stack_size(before)

    def send(self, job: Callable[[], T]) -> asyncio.Future[T]:
        """Have a job done; the answer arrives in the loop that asks."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def done() -> None:
            try:
                result, error = job(), None
            except Exception as failed:  # noqa: BLE001 - it is told where the answer is awaited
                result, error = None, failed
            loop.call_soon_threadsafe(_tell, answer, result, error)

        self._jobs.put(done)
        return answer

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except RuntimeError:  # the loop was closed meanwhile: nobody waits for the answer
                return


def _tell(answer: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if answer.cancelled():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
