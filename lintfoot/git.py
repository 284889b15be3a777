"""git, asked so that nothing of the scanned repository runs: no hooks, no file-system monitor, no filters, no lazy fetching."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
    found = program()
    if found is None:
        return None
    import subprocess

    settings = [part for one in _HARMLESS for part in ("-c", one)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in KEPT}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell, and a git found in the system's PATH
            [found, "--no-pager", *settings, *words],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    complaint = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return Answer(done.returncode, done.stdout, complaint)
