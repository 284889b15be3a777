"""Arguments in, exit code out. A run that was the same last time is answered before anything else is imported."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from lintfoot import replay

TYPE_CHECKING = False  # as in `replay`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_SELDOM = 300_000  # new objects until circles are looked for: what is kept of some thousand files is as many, and stays


def run() -> NoReturn:
    """The command `lintfoot`: run what its words say, and leave with the exit code."""
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    leave(main())


def leave(code: int) -> NoReturn:
    """End this process without taking it apart: freeing each node of libcst and each page one by one is a tenth of a short run.

    What was to be done at the end is done, and what was printed is out. Whoever watches the process (a debugger, a profiler, `-i`,
    `-X dev`), and threads that are not done, keep the long way; so does a stream that cannot take what is left for it.
    """
    threading = sys.modules.get("threading")
    watched = sys.gettrace() or sys.getprofile() or sys.flags.inspect or sys.flags.dev_mode
    if watched or (threading is not None and threading.active_count() > 1):
        sys.exit(code)
    try:
        atexit._run_exitfuncs()  # noqa: SLF001 - as Python does at its end
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:  # noqa: BLE001 - Python says what is wrong with it at its own end
        sys.exit(code)
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1, 2, 3 or 130 as the contract of exit codes says."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = replay.again(given) if given[:1] == ["check"] else None
    except BrokenPipeError:
        from lintfoot.terminal import hush

        hush()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("lintfoot: interrupted\n")
        return 130
    if code is not None:
        return code
    from lintfoot import dispatch

    return dispatch.main(given)
