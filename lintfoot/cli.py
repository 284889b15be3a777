"""Arguments in, exit code out. A run that was the same last time is answered before anything else is imported."""

from __future__ import annotations

import sys

from lintfoot import replay

TYPE_CHECKING = False  # as in `replay`
if TYPE_CHECKING:
    from collections.abc import Sequence


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
