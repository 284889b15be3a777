"""Which files a call writes to: openers, pathlib, copies and downloads, log handlers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.sight import Sight
from lintfoot.visitors import call_lines
from lintfoot.visitors.below import below, last_name
from lintfoot.visitors.file_paths import is_path, modes, opened

_TARGETS = {
    "shutil.copy": ("dst", 1),
    "shutil.copy2": ("dst", 1),
    "shutil.copyfile": ("dst", 1),
    "urllib.request.urlretrieve": ("filename", 1),
    "logging.FileHandler": ("filename", 0),
    "logging.handlers.RotatingFileHandler": ("filename", 0),
    "logging.handlers.TimedRotatingFileHandler": ("filename", 0),
    "logging.handlers.WatchedFileHandler": ("filename", 0),
    "logging.basicConfig": ("filename", None),
    "sqlite3.connect": ("database", 0),
    "shelve.open": ("filename", 0),
}
_METHODS = {"download_file": ("Filename", 2), "download_fileobj": ("Fileobj", 2)}
_PATH_METHODS = frozenset({"write_text", "write_bytes", "touch"})
_CREATING = frozenset({"os.O_CREAT"})
_CAREFUL = frozenset({"os.O_EXCL", "os.O_NOFOLLOW", "os.O_TMPFILE"})


@dataclass(frozen=True, slots=True)
class Creation:
    """A file that a call writes: `path` is what names it; `mode` is that of open: `a` and `+` keep what is there."""

    path: cst.BaseExpression
    mode: str = "w"
    appends: bool = False


def created_on(sight: Sight) -> set[int] | None:
    """The lines with a call that may write to a file."""
    names = {name.rpartition(".")[2] for name in _TARGETS} | _METHODS.keys() | _PATH_METHODS
    modelled = call_lines.lasts_of(sight, lambda one: "mode" in one.arguments or "path" in one.arguments)
    return call_lines.called(sight, names | modelled | {"open", "mktemp"})


def created(names: Names, call: cst.Call) -> Iterator[Creation]:
    """Every file that a call writes to, making it where it is not there; exclusive creation (`x`, O_EXCL) is left out."""
    known = names.names_of(call.func)
    last = last_name(call.func)
    if "os.open" in known:
        yield from _by_number(names, call)
        return
    for name in known:
        if name in _TARGETS:
            keyword, position = _TARGETS[name]
            given = calls.given(names, call, Argument((keyword,), position))
            if given.node is not None:
                yield Creation(given.node, appends=name.startswith(("logging.", "sqlite3.", "shelve.")))
            return
    if last in _METHODS and isinstance(call.func, cst.Attribute):
        keyword, position = _METHODS[last]
        given = calls.given(names, call, Argument((keyword,), position))
        if given.node is not None:
            yield Creation(given.node)
        return
    if last in _PATH_METHODS and isinstance(call.func, cst.Attribute):
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
