"""From a command to its exit code: the one place that turns errors into words and codes.

A module is imported when its command runs: `--version`, `--help`, `explain`, `rules` and `config` never pay for libcst.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lintfoot import __version__
from lintfoot.arguments import parse
from lintfoot.tables import Problems
from lintfoot.terminal import hush, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lintfoot.arguments import Asked

USAGE, BUG, INTERRUPTED = 2, 3, 130  # as shells tell of SIGINT


def main(arguments: Sequence[str]) -> int:
    """Run one command; return 0, 1, 2, 3 or 130 as the contract of exit codes says."""
    try:
        asked = parse(arguments)
        code = _command(asked.command)(asked)
    except SystemExit as left:  # argparse has printed help or version
        code = _printed(left.code)
    except Problems as error:
        tell(*error.problems)
        code = USAGE
    except KeyboardInterrupt:
        tell("lintfoot: interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        hush()
        code = 0
    except OSError as error:
        tell(f"lintfoot: {error}")
        code = USAGE
    except Exception as error:  # noqa: BLE001 -- the last resort: a bug becomes a report and an exit code
        tell(*_report(error))
        code = BUG
    return code


def _command(name: str) -> Callable[[Asked], int]:
    if name == "check":
        from lintfoot.checking import check

        return check
    if name == "suppress":
        from lintfoot.suppressing import suppress

        return suppress
    if name == "baseline":
        from lintfoot.recording import baseline

        return baseline
    if name == "audit":
        from lintfoot.auditing import audit

        return audit
    if name == "server":
        from lintfoot.serving import server

        return server
    if name == "merge":
        from lintfoot.merging import merge

        return merge
    if not name:
        return _no_command
    from lintfoot import commands

    return {"explain": commands.explain, "rules": commands.rules, "config": commands.config, "init": commands.init}[
        name
    ]


def _printed(code: object) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    return code if isinstance(code, int) else USAGE


def _no_command(asked: Asked) -> int:
    if asked.problems:
        raise Problems(asked.problems)
    from lintfoot.parsers import overview

    sys.stderr.write(overview().format_help())
    return USAGE


def _report(error: Exception) -> list[str]:
    """Where it happened and what it was, but not its message: that may hold a line of the file being checked."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return [
        f"lintfoot {__version__} failed: this is a bug. Please report these lines:",
        f"    {type(error).__name__}",
        *lines,
    ]
