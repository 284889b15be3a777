"""Repairs of started processes: words instead of a line for a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import shellwords
from lintfoot.findings import Safety
from lintfoot.repairs.edits import keyword_of, replaced, without_argument
from lintfoot.values import Constant
from lintfoot.visitors.advice import is_plain
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_RUNNERS = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))


def words(context: Context, hit: Hit) -> Change | None:
    """LF101: a constant command without shell syntax, as a list. Unsafe: a program that is missing raises, and exits no 127."""
    call = hit.node
    if (
        not isinstance(call, cst.Call)
        or not call.args
        or not _RUNNERS.issuperset(context.names.names_of(call.func) or "-")
    ):
        return None
    command, switch = call.args[0], keyword_of(call, "shell")
    if command.star or (command.keyword is not None and command.keyword.value != "args"):
        return None
    if switch is None or not isinstance(switch.value, cst.Name) or keyword_of(call, "executable") is not None:
        return None
    match context.names.values(command.value):
        case (Constant(value=str() as text),) if isinstance(command.value, cst.SimpleString):
            listed = _listed(text)
        case _:
            return None
    if not listed:
        return None
    pieces = (replaced(command.value, listed), without_argument(call, switch))
    return Change(f"run {listed} without a shell", Safety.UNSAFE, pieces)


def _listed(text: str) -> str:
    """The words of a command as a list's code; empty where the shell would do more than part them."""
    found = shellwords.split(text)
    if len(found) != 1 or found[0].redirects or not is_plain(found[0]) or text.rstrip().endswith("&"):
        return ""
    parts = [word.text for word in found[0].words]
    if any(part is None or shellwords.DATA in part for part in parts):
        return ""
    return "[" + ", ".join(_quoted(part or "") for part in parts) + "]"


def _quoted(text: str) -> str:
    quoted = repr(text)
    return f'"{quoted[1:-1]}"' if quoted[0] == "'" and '"' not in text else quoted
