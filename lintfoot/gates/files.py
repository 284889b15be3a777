"""Gates of the visitors on files, paths and what is read from them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lintfoot.gates import call_lines
from lintfoot.gates.gate import Gate, Lines
from lintfoot.libraries import Function, expanded
from lintfoot.sight import Sight

if TYPE_CHECKING:
    from lintfoot.gates.callees import Site

OPENERS = frozenset(
    {
        "builtins.open",
        "bz2.BZ2File",
        "bz2.open",
        "codecs.open",
        "gzip.GzipFile",
        "gzip.open",
        "lzma.LZMAFile",
        "lzma.open",
        "pathlib.Path.open",
        "tarfile.TarFile",
        "tarfile.open",
        "zipfile.ZipFile",
    }
)
# What makes files: the keyword and the position of the file's name.
TARGETS = {
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
METHODS = {"download_file": ("Filename", 2), "download_fileobj": ("Fileobj", 2)}
PATH_METHODS = frozenset({"write_text", "write_bytes", "touch"})

_WRITES = frozenset("wax+")
SHELVES = frozenset({"shelve.open", "shelve.DbfilenameShelf"})


def _opened(sight: Sight) -> Lines:
    """Calls that may open a file, but for those that a `with` closes, that are closed as they stand, or given back."""
    from lintfoot.gates.callees import lead_to, lines_of

    lead, census = lead_to(sight, _opens), sight.census
    if lead is None or census is None:
        return None
    safe = {id(item.context_expr) for _, item in census.all(ast.withitem)}
    safe |= {id(given.value) for _, given in census.all(ast.Return)}
    safe |= {id(node.value) for _, node in census.all(ast.Attribute) if node.attr == "close"}
    return lines_of(sight, [site for site in lead.sites() if id(site.call) not in safe])


def _opens(function: Function) -> bool:
    return any("open" in name or "File" in name for name in function.names) and _is_of(function, OPENERS)


def _is_of(function: Function, names: frozenset[str]) -> bool:
    return not names.isdisjoint(expanded(function.names))


def _temporary(sight: Sight) -> Lines:
    """Calls that may write to a file or run a command, in statements that something of a shared folder may get to."""
    from lintfoot.gates.held_texts import lines_holding

    flow, runs = sight.dataflow, call_lines.running(sight)
    if flow is None or runs is None:
        return None
    held = lines_holding(sight, flow, _is_shared, ("mktemp", "gettempdir"))
    made = created_in(sight) if held else ()
    return () if made is None else held & {*runs, *(site.line for site in made)}


def _is_shared(text: str) -> bool:
    return "/tmp" in text or "/dev/shm" in text  # noqa: S108 - looked for, not used


def _sets_modes(text: str) -> bool:
    return any(word in text for word in ("chmod", "mkdir", "install", "umask"))


def created_in(sight: Sight) -> list[Site] | None:
    """The calls that may write to a file; the built-in `open` without a mode that writes does not."""
    from lintfoot.gates.callees import calls_of

    names = {name.rpartition(".")[2] for name in TARGETS} | METHODS.keys() | PATH_METHODS
    sites, flow = calls_of(sight, names | {"open", "mktemp"}, _takes_a_path), sight.dataflow
    if sites is None or flow is None:
        return None
    bound = "open" in flow.bindings.given
    return [site for site in sites if bound or not _only_reads(site.call)]


def _only_reads(call: ast.Call) -> bool:
    """Whether a call of plain `open` has no mode, or a plain one that reads."""
    if not isinstance(call.func, ast.Name) or call.func.id != "open":
        return False
    if any(isinstance(arg, ast.Starred) for arg in call.args):
        return False
    modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg in (None, "mode", "flags"))]
    return all(isinstance(one, ast.Constant) and _WRITES.isdisjoint(str(one.value)) for one in modes)


def _takes_a_path(function: Function) -> bool:
    return "mode" in function.arguments or "path" in function.arguments


def _modes(sight: Sight) -> Lines:
    """Calls that set a mode that may be wrong, and those that may run a command, where one that sets a mode gets to."""
    from lintfoot.gates.callees import calls_of
    from lintfoot.gates.held_texts import lines_holding
    from lintfoot.gates.modes import CHMOD, MAKES, may_open

    flow, runs = sight.dataflow, call_lines.running(sight)
    sites = calls_of(sight, {*CHMOD, "umask", *(name.rpartition(".")[2] for name in MAKES)})
    if flow is None or runs is None or sites is None:
        return None
    held = lines_holding(sight, flow, _sets_modes)
    given = flow.bindings.given
    return {*(held & runs.keys()), *(site.line for site in sites if may_open(site.call, given))}


def _loads(sight: Sight) -> Lines:
    """Calls that may load data in a way that runs code."""
    from lintfoot.gates.callees import lead_to, lines_of

    lead = lead_to(sight, _has_a_loader)
    return lines_of(sight, lead.sites()) if lead is not None else None


def _has_a_loader(function: Function) -> bool:
    """Whether something is loaded, but for what takes no loader and is safe without one."""
    loader = function.arguments.get("loader")
    if loader is None:
        return any("shelve" in name for name in function.names) and _is_of(function, SHELVES)
    return loader.default != "safe" or bool(loader.keyword) or loader.position is not None


OPEN_FILES = Gate(
    "open_files:OpenFiles",
    codes=("LF506",),
    words=("open", "gzipfile", "bz2file", "lzmafile", "tarfile", "zipfile"),
    places=_opened,
    slices=True,
)
IN_PLACE = Gate("in_place:InPlace", codes=("LF701",), words=("open", "write_text", "write_bytes"))
TEMP_FILES = Gate(
    "temp_files:TempFiles",
    codes=("LF702",),
    words=("mktemp", "/tmp", "/dev/shm", "gettempdir"),  # noqa: S108 - what is looked for, not used
    places=_temporary,
    slices=True,
)
GLUED_PATHS = Gate("glued_paths:GluedPaths", codes=("LF703",), words=("/", "sep"))
RERUN = Gate(
    "rerun:Rerun",
    codes=("LF704",),
    words=("mkdir", "makedirs", "link", "remove", "rmtree", "rmdir", "copytree", "mkfifo", "ln"),
)
UNSAFE_LOADS = Gate(
    "unsafe_load:UnsafeLoads",
    codes=("LF705",),
    words=("yaml", "pickle", "marshal", "shelve", "dill", "joblib"),
    places=_loads,
    slices=True,
)
PERMISSIONS = Gate(
    "permissions:Permissions",
    codes=("LF706",),
    words=("chmod", "umask", "mkdir", "makedirs", "install", "os.open", "mkfifo"),
    places=_modes,
    slices=True,
)
