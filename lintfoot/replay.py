"""The very same question, and nothing that the answer hangs on has changed: the same answer, without asking anybody.

A run that found everything settled leaves what it printed, and every file and folder whose state it hangs on, with what
the disk said of each: the scripts and all that they lean on, the folders that were searched, ignore files, git's index,
settings, pages, lintfoot's own modules. The next run with the same words, in the same folder and the same environment, has
one look at each of them and prints the same. Whatever is different in the least, it goes the long way.

This room is imported before all others and imports next to nothing itself.
"""

from __future__ import annotations

import os
import sys

from lintfoot import keeping, stamps

TYPE_CHECKING = False  # to a type checker it is true by its name; `typing` itself costs more than all that is done here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from lintfoot.stamps import Stamp

# What differs from one call to the next and means nothing to lintfoot.
_PASSING = frozenset({"_", "OLDPWD", "SHLVL", "PYTEST_CURRENT_TEST"})
_LARGEST = 10_000_000  # bytes of output that are kept
FOLDER = "runs"


def again(arguments: Sequence[str]) -> int | None:
    """Print what the same run printed last time and return its exit code; None where that is not known to hold."""
    file = name(arguments)
    kept = keeping.load(file) if file else None
    if not isinstance(kept, dict) or not _holds(kept):
        return None
    out, said, code = kept["out"], kept["said"], kept["code"]
    if out:
        sys.stdout.flush()
        sys.stdout.buffer.write(out)
        sys.stdout.flush()
    if said:
        sys.stderr.write(said)
    return int(code)


def _holds(kept: dict[str, Any]) -> bool:
    stamp = stamps.stamp
    try:
        for path, was in kept["seen"]:  # thousands: no generator, which would cost as much as the look itself
            if stamp(path) != was:
                return False
        return all(kind(path) == was for path, was in kept["there"])
    except (KeyError, TypeError, ValueError):
        return False


def kind(path: str) -> int | None:
    """What stands at a path, whatever is in it; None for nothing."""
    stamp = stamps.stamp(path)
    return stamp[0] & 0o170000 if stamp is not None else None


def keep(arguments: Sequence[str], seen: dict[str, Stamp | None], there: dict[str, int | None], said: Tape) -> None:
    """Keep an answer with what it hangs on."""
    file = name(arguments)
    out, told = b"".join(said.out), "".join(said.told)
    if file and len(out) + len(told) <= _LARGEST and keeping.folder(os.path.dirname(file)):
        kept = {"seen": tuple(seen.items()), "there": tuple(there.items()), "out": out, "said": told, "code": said.code}
        keeping.save(file, kept)


class Tape:
    """What a run prints, as it is printed."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.told: list[str] = []
        self.code = 0


def name(arguments: Sequence[str]) -> str | None:
    """The file for one question: words, folder, environment, Python, user, terminal. The key keeps it from being guessed."""
    home, secret = keeping.home(), keeping.key()
    if home is None or secret is None:
        return None
    try:
        here = os.getcwd()
    except OSError:
        return None
    facts = (
        list(arguments),
        here,
        sorted((key, value) for key, value in os.environ.items() if key not in _PASSING),
        (sys.version, sys.executable, sys.flags, sys.prefix, sys.path[1:]),
        getattr(os, "geteuid", int)(),
        [_terminal(stream) for stream in (sys.stdout, sys.stderr)],
    )
    asked = keeping.named(repr(facts), secret)
    return os.path.join(home, FOLDER, f"{asked}{keeping.SUFFIX}")


def _terminal(stream: Any) -> Any:
    """What of a stream shapes a report: whether somebody watches, how wide, in which encoding."""
    try:
        watched = stream.isatty()
        return stream.encoding, os.get_terminal_size(stream.fileno()).columns if watched else 0
    except (OSError, ValueError, AttributeError):
        return None
