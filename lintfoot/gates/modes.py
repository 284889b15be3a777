"""Calls that set the mode of a file: which of them can be wrong, by what is written there."""

from __future__ import annotations

import ast
from collections.abc import Collection

from lintfoot.census import last

CHMOD = frozenset({"chmod", "fchmod", "lchmod", "fchmodat"})
MAKES = {
    "os.mkdir": 1,
    "os.makedirs": 1,
    "pathlib.Path.mkdir": 0,
    "os.open": 2,
    "os.mkfifo": 1,
    "os.mknod": 1,
    "pathlib.Path.touch": 0,
}
OTHERS_WRITE = 0o002
STICKY = 0o1000
_FEWEST_DIGITS, _MOST_DIGITS = 3, 4
_PLACES = {"mkdir": 1, "makedirs": 1, "mkfifo": 1, "mknod": 1, "open": 2, "touch": 0}


def opens(bits: int) -> bool:
    """Whether a mode lets everybody write, and delete what others wrote."""
    return bool(bits & OTHERS_WRITE) and not bits & STICKY


def is_slip(digits: str, *, umask: bool) -> bool:
    """Whether decimal digits look like a mode, and were meant to be octal."""
    if not digits.isdigit() or set(digits) & set("89") or digits.startswith("0"):
        return False
    if umask:
        return len(digits) in (2, 3) and all(digit in "0257" for digit in digits)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return False
    return _is_sane(int(digits, 8)) and not _is_sane(int(digits))


def _is_sane(mode: int) -> bool:
    """Whether a mode is one that people give: nobody may do what the owner may not, and whoever may write may read."""
    owner, group, others = (mode >> shift & 7 for shift in (6, 3, 0))
    readable = all(not part or part & 4 for part in (owner, group, others))
    return owner != 0 and readable and group & ~owner == 0 and others & ~group & ~owner == 0


def may_open(call: ast.Call, given: Collection[str]) -> bool:
    """Whether a call that may set a mode does so, and not by a plain number that is fine. `given` are the text's own names."""
    word = last(call.func)
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(one.arg is None for one in call.keywords):
        return True
    modes = [one.value for one in call.keywords if one.arg == "mode"]
    if word in _PLACES:
        modes = modes or call.args[_place(call.func, word, given) :]
    elif word == "umask":
        return bool(call.args) and not _keeps_out(call.args[0])
    elif word in CHMOD:
        modes = modes[-1:] or call.args[:2][-1:]
    else:
        return True
    return any(not _is_fine(one, opened=word in CHMOD) for one in modes)


def _place(func: ast.expr, word: str, given: Collection[str]) -> int:
    """Where the mode stands at the earliest: of what `os` has behind the path, of a path's own methods first."""
    module = func.value if isinstance(func, ast.Attribute) else func
    of_os = isinstance(module, ast.Name) and module.id in ("os", word) and module.id not in given
    return _PLACES[word] if of_os else 0


def _is_fine(node: ast.expr, *, opened: bool) -> bool:
    """Whether a mode is plain, and no number that a visitor minds: the digits that it is written with are told there."""
    if not isinstance(node, ast.Constant):
        return False
    value = node.value
    return not isinstance(value, int) or not (is_slip(str(value), umask=False) or (opened and opens(value)))


def _keeps_out(node: ast.expr) -> bool:
    """Whether a mask is a plain number that keeps others from writing."""
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int) and bool(value & OTHERS_WRITE) and not is_slip(str(value), umask=True)
