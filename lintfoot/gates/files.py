"""Gates of the visitors on files, paths and what is read from them."""

from __future__ import annotations

from lintfoot.gates import call_lines
from lintfoot.gates.gate import Gate, Lines
from lintfoot.libraries import Function
from lintfoot.regexes import regex
from lintfoot.sight import Sight

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
_OTHERS = tuple({name.rpartition(".")[2] for name in OPENERS} - {"open"})
_ENTERED = regex(r"(?:\bwith\s+|,\s*)(?:[\w.]+\.)?open[\s\\]*\(")
_OPENED = regex(r"\bopen\b")

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
_OPENS = regex(r"\bos\s*\.\s*open\b|from\s+os\s+import|import\s+os\s+as|__import__|import_module")
SHELVES = frozenset({"shelve.open", "shelve.DbfilenameShelf"})


def _opened(sight: Sight) -> Lines:
    """Calls that may open a file, but for those that a `with` closes."""
    found = call_lines.called(sight, {"open", *(name.rpartition(".")[2] for name in OPENERS)})
    return None if found is None else {start for start in found if not _only_enters(sight, start)}


def _only_enters(sight: Sight, start: int) -> bool:
    """Whether a line does nothing with files but `with open(…)`."""
    text = sight.spread.texts.get(start, "") if sight.spread is not None else ""
    plain = text.lstrip().startswith("with") and not any(name in text for name in _OTHERS)
    return (
        plain
        and len(_ENTERED.findall(text)) == len(_OPENED.findall(text))
        and "'open'" not in text
        and '"open"' not in text
    )


def _temporary(sight: Sight) -> Lines:
    """Lines that name a shared folder, and those that it may be handed on to."""
    held, runs, made = call_lines.mentioning(sight, *TEMP_FILES.words), call_lines.running(sight), created_on(sight)
    return None if held is None or runs is None or made is None else {*(held & (runs | made))}


def created_on(sight: Sight) -> set[int] | None:
    """The lines with a call that may write to a file."""
    names = {name.rpartition(".")[2] for name in TARGETS} | METHODS.keys() | PATH_METHODS
    return call_lines.called(sight, names | {"open", "mktemp"}, _takes_a_path)


def _takes_a_path(function: Function) -> bool:
    return "mode" in function.arguments or "path" in function.arguments


def _modes(sight: Sight) -> Lines:
    """Lines that name what sets a mode, and those that they may be handed on to."""
    names = {*CHMOD, "umask", *(name.rpartition(".")[2] for name in MAKES if name != "os.open")}
    if _OPENS.search(sight.text):
        names.add("open")
    made, runs = call_lines.called(sight, names), call_lines.running(sight)
    held = call_lines.mentioning(sight, "chmod", "mkdir", "install")
    return None if made is None or runs is None or held is None else {*made, *(runs & held)}


def _loads(sight: Sight) -> Lines:
    """Calls that may load data."""
    return call_lines.called(sight, {name.rpartition(".")[2] for name in SHELVES}, _has_a_loader)


def _has_a_loader(function: Function) -> bool:
    return "loader" in function.arguments


OPEN_FILES = Gate(
    "open_files:OpenFiles",
    codes=("LF506",),
    words=("open(", "gzipfile", "bz2file", "lzmafile", "tarfile", "zipfile"),
    places=_opened,
    slices=True,
)
IN_PLACE = Gate("in_place:InPlace", codes=("LF701",), words=("open(", "write_text", "write_bytes"))
TEMP_FILES = Gate(
    "temp_files:TempFiles",
    codes=("LF702",),
    words=("mktemp", "/tmp", "/dev/shm", "gettempdir"),  # noqa: S108 - what is looked for, not used
    places=_temporary,
    slices=True,
)
GLUED_PATHS = Gate("glued_paths:GluedPaths", codes=("LF703",), words=("/",))
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
