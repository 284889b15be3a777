"""Repairs of started processes: words instead of a line, and a failure that is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.argvs import of_cut, of_line
from lintfoot.repairs.edits import keyword_of, replaced, with_argument, without_argument
from lintfoot.values import Constant
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_RUNNERS = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
_SPREAD = frozenset(("asyncio.create_subprocess_exec",))  # they take the words one by one
_CUTTERS = frozenset(("shlex.split",))


def words(context: Context, hit: Hit) -> Change | None:
    """LF101: a constant command without shell syntax, as a list. Unsafe: a program that is missing raises, and exits no 127."""
    call = hit.node
    if not isinstance(call, cst.Call) or not _is_one_of(context, call, _RUNNERS):
        return None
    command, switch = _command(call), keyword_of(call, "shell")
    if command is None or switch is None or not isinstance(switch.value, cst.Name):
        return None
    if keyword_of(call, "executable") is not None:
        return None
    match context.names.values(command.value):
        case (Constant(value=str()),) if isinstance(command.value, cst.SimpleString):
            listed = _list(of_line(context, command.value))
        case _:
            return None
    if not listed:
        return None
    pieces = (replaced(command.value, listed), without_argument(call, switch))
    return Change(f"run {listed} without a shell", Safety.UNSAFE, pieces)


def listed_words(context: Context, hit: Hit) -> Change | None:
    """LF102: a list with one word an element. Unsafe: a value with blanks, or an empty one, stays one word from now on."""
    node = hit.node
    if not isinstance(node, cst.Call):
        return None
    if _is_one_of(context, node, _RUNNERS | _SPREAD):
        command = _command(node)
        if command is None:
            return None
        found = of_line(context, command.value)
        spread = _is_one_of(context, node, _SPREAD)
        text = ", ".join(found) if spread else _list(found)
        return Change("give each word by itself", Safety.UNSAFE, (replaced(command.value, text),)) if found else None
    text = _list(_cut(context, node))
    return Change("write the words as a list", Safety.UNSAFE, (replaced(node, text),)) if text else None


def _cut(context: Context, call: cst.Call) -> list[str]:
    """The words that a call cuts out of a text: `TEXT.split()`, `TEXT.split(" ")`, `shlex.split(TEXT)`."""
    match call:
        case cst.Call(func=cst.Attribute(value=text, attr=cst.Name(value="split")), args=[]):
            return of_cut(context, text)
        case cst.Call(
            func=cst.Attribute(value=text, attr=cst.Name(value="split")),
            args=[cst.Arg(value=cst.SimpleString(value='" "' | "' '"), keyword=None)],
        ):
            return of_cut(context, text)
        case cst.Call(args=[cst.Arg(value=text, keyword=None, star="")]) if _is_one_of(context, call, _CUTTERS):
            return of_line(context, text)
        case _:
            return []


def checked(context: Context, hit: Hit) -> Change | None:
    """LF103: `check=True`. A suggestion: whether a failure may be overlooked is for a person to say."""
    call = hit.node
    if not isinstance(call, cst.Call):
        return None
    title = "raise CalledProcessError where the command fails"
    if _is_one_of(context, call, frozenset(("subprocess.run",))) and keyword_of(call, "check") is None:
        piece = with_argument(context, call, "check=True")
        return Change(title, Safety.SUGGESTION, (piece,)) if piece is not None else None
    match call.func:
        case cst.Attribute(attr=cst.Name(value="call") as name) if _is_one_of(
            context, call, frozenset(("subprocess.call",))
        ):
            return Change(title, Safety.SUGGESTION, (replaced(name, "check_call"),))
        case _:
            return None


def _command(call: cst.Call) -> cst.Arg | None:
    """The argument that holds the command: the first one, or `args=` wherever it stands."""
    named = keyword_of(call, "args")
    first = call.args[0] if call.args else None
    if named is not None:
        return named
    return first if first is not None and not first.star and first.keyword is None else None


def _is_one_of(context: Context, call: cst.Call, wanted: frozenset[str]) -> bool:
    names = context.names.names_of(call.func)
    return bool(names) and wanted.issuperset(names)


def _list(found: list[str]) -> str:
    return f"[{', '.join(found)}]" if found else ""
