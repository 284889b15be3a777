"""The command `server`: a language server on standard input and output, for editors to start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lintfoot.tables import Problem, Problems
from lintfoot.terminal import is_terminal, tell

if TYPE_CHECKING:
    from lintfoot.arguments import Asked

_NEEDS = "pygls is not installed, which it needs: pip install 'pygls>=2.1,<3'"
_OUTSIDE = ("pygls", "lsprotocol", "cattrs", "attrs")


def server(asked: Asked) -> int:
    """Serve one editor until it says goodbye or hangs up. 0 for a goodbye, 1 without one."""
    if asked.problems:
        raise Problems(asked.problems)
    try:
        from lintfoot.server import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _OUTSIDE:
            raise Problems([Problem("lintfoot server", 0, 0, _NEEDS)]) from error
        raise
    if is_terminal(sys.stdin):
        tell("lintfoot: an editor starts this, and speaks the language server protocol to it (Ctrl-C ends it)")
    return serve(asked.sources.file, isolated=asked.sources.isolated)
