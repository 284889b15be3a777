"""Which files a call writes to: openers, pathlib, copies and downloads, log handlers."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls
from lintfoot.gates.files import METHODS, PATH_METHODS, TARGETS
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.records import dataclass
from lintfoot.scopes import last_word
from lintfoot.visitors.below import below
from lintfoot.visitors.file_paths import is_path, modes, opened

_CREATING = frozenset({"os.O_CREAT"})
_CAREFUL = frozenset({"os.O_EXCL", "os.O_NOFOLLOW", "os.O_TMPFILE"})


@dataclass(frozen=True, slots=True)
class Creation:
    """A file that a call writes: `path` is what names it; `mode` is that of open: `a` and `+` keep what is there."""

    path: cst.BaseExpression
    mode: str = "w"
    appends: bool = False


def created(names: Names, call: cst.Call) -> Iterator[Creation]:
    """Every file that a call writes to, making it where it is not there; exclusive creation (`x`, O_EXCL) is left out."""
    known = names.names_of(call.func)
    last = last_word(call.func)
    if "os.open" in known:
        yield from _by_number(names, call)
        return
    for name in known:
        if name in TARGETS:
            keyword, position = TARGETS[name]
            given = calls.given(names, call, Argument((keyword,), position))
            if given.node is not None:
                yield Creation(given.node, appends=name.startswith(("logging.", "sqlite3.", "shelve.")))
            return
    if last in METHODS and isinstance(call.func, cst.Attribute):
        keyword, position = METHODS[last]
        given = calls.given(names, call, Argument((keyword,), position))
        if given.node is not None:
            yield Creation(given.node)
        return
    if last in PATH_METHODS and isinstance(call.func, cst.Attribute):
        if is_path(names, call.func.value):
            yield Creation(call.func.value, mode="a" if last == "touch" else "w", appends=last == "touch")
        return
    mode = next(
        (one for one in modes(names, call) if one not in ("read", "write") and not set("wa+").isdisjoint(one)), ""
    )
    path = opened(names, call) if mode else None
    if path is not None:
        yield Creation(path, mode, appends="w" not in mode)


def _by_number(names: Names, call: cst.Call) -> Iterator[Creation]:
    """`os.open(path, os.O_WRONLY | os.O_CREAT)`."""
    flags = calls.given(names, call, Argument(("flags",), 1)).node
    if flags is None or not call.args:
        return
    found = {name for one in below(flags) if isinstance(one, cst.Attribute | cst.Name) for name in names.names_of(one)}
    if not found.isdisjoint(_CREATING) and found.isdisjoint(_CAREFUL):
        yield Creation(call.args[0].value, appends="os.O_TRUNC" not in found)
