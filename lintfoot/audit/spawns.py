"""The command lines that a script starts itself, as far as its text tells them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lintfoot.census import last

RUNS = frozenset(
    "run call check_call check_output Popen popen system getoutput getstatusoutput create_subprocess_exec"
    " create_subprocess_shell execv execve execvp execl execlp spawnv spawnl run_path run_module local sudo".split()
)
_UNKNOWN = "\0"


def command(call: ast.Call) -> Iterator[str]:
    """The command lines that a call may start, as one text each."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg in ("args", "cmd", "command"))]
    if not given:
        return
    first = given[0]
    if isinstance(first, ast.List | ast.Tuple):
        yield " ".join(_quoted(_word(item)) for item in first.elts)
    elif len(given) > 1 and all(isinstance(item, ast.Constant) for item in given[:2]) and last(call.func) == "run":
        yield " ".join(_quoted(_word(item)) for item in given)  # nox: session.run("python", "x.py")
    else:
        yield _word(first)


def _quoted(word: str) -> str:
    return f"'{word}'" if re.search(r"\s", word) else word


def _word(node: ast.expr) -> str:
    """A word of a command line; what is not known is a NUL, and sys.executable is a Python."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else _UNKNOWN
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else _UNKNOWN for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        slash = "/" if isinstance(node.op, ast.Div) else ""
        return f"{_word(node.left)}{slash}{_word(node.right)}"
    if isinstance(node, ast.Starred) or last(node) not in ("executable", ""):
        return _UNKNOWN
    if last(node) == "executable":
        return "python"
    if isinstance(node, ast.Call) and node.args:
        parts = [_word(item) for item in node.args]
        return "/".join(parts) if last(node.func) in ("join", "joinpath", "Path", "str", "fspath") else _UNKNOWN
    return _UNKNOWN
