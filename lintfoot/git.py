"""git, asked so that nothing of the scanned repository runs: no hooks, no file-system monitor, no filters, no lazy fetching."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TIMEOUT = 60  # seconds for one answer
KEPT = frozenset(
    {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH"}
)
_HARMLESS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "safe.bareRepository=explicit")


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said: its exit code, its output, and the first line of its complaint."""

    code: int
    output: bytes
    complaint: str


@cache
def program() -> str | None:
    """The system's git: never one in the working directory, where a scanned repository could have put it."""
    import shutil  # 5 ms, as with subprocess: files that are named need no git

    found = shutil.which("git")
    return found if found and Path(found).is_absolute() else None


def run(folder: str, *words: str, given: bytes = b"") -> Answer | None:
    """Ask git something in a folder, with a text to read; None where there is no git, or it does not answer in time."""
    command = _command(words)
    if command is None:
        return None
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell, and a git found in the system's PATH
            command,
            cwd=folder,
            env=_environment(),
            input=given,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    complaint = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return Answer(done.returncode, done.stdout, complaint)


def stream(folder: str, *words: str, patience: float) -> Iterator[bytes]:
    """Ask git something that may have a very long answer, and hand that on piece by piece.

    Raises Unanswered where there is no git, where it fails, or after `patience` seconds. Whoever stops listening ends it.
    """
    command = _command(words)
    if command is None:
        raise Unanswered("there is no git")
    import subprocess
    import tempfile
    import threading

    with tempfile.TemporaryFile() as complaints:
        try:
            asked = subprocess.Popen(  # noqa: S603 - as in `run`
                command,
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        except OSError as error:
            raise Unanswered(f"git cannot be started: {error.strerror}") from None
        late = threading.Timer(patience, asked.kill)
        late.daemon = True
        late.start()
        try:
            while piece := asked.stdout.read(_PIECE) if asked.stdout else b"":
                yield piece
            code = asked.wait()
        finally:
            in_time = late.is_alive()
            late.cancel()
            asked.kill()
            asked.communicate()
        if code:
            complaints.seek(0)
            first = complaints.read(_COMPLAINT).decode("utf-8", "replace").strip().partition("\n")[0]
            raise Unanswered(first or "git failed" if in_time else f"git took more than {patience:.0f} s")


class Unanswered(Exception):  # noqa: N818 - it is named for what happened
    """git did not say what was asked; the text says why, in one line."""


_PIECE = 1 << 20
_COMPLAINT = 2000  # bytes


def _command(words: Sequence[str]) -> list[str] | None:
    found = program()
    if found is None:
        return None
    return [found, "--no-pager", *(part for one in _HARMLESS for part in ("-c", one)), *words]


def _environment() -> dict[str, str]:
    """Nothing that would lead git elsewhere, and no protocol: what is missing here is fetched from nowhere."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in KEPT}
    return environment | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",  # from 2.45 on; the next line is for all before
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
