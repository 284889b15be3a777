"""First lines that start another Python on every host, and files whose first line nobody goes by."""

from __future__ import annotations

import ast
from enum import Enum

from lintfoot.gates.gate import Lines
from lintfoot.regexes import regex
from lintfoot.shebang import interpreter
from lintfoot.sight import Sight

# Folders whose `python` is whatever the system calls so; that of a virtual environment is one certain Python.
_SYSTEM = frozenset(
    {"", "/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/local/bin/", "/opt/homebrew/bin/", "/usr/pkg/bin/", "/sbin/"}
)
_LINE_END = regex(r"[\r\n]")
_TWO = regex(r"python2(\.\d+)?")
_MODULE_WORDS = ("module_utils", "AnsibleModule(", "WANT_JSON", "ansible_module_")
# Where Ansible looks for modules that are nothing but files: `library/` beside a play, `plugins/modules/` of a collection.
_MODULE_FOLDERS = regex(r"(^|[/\\])(plugins[/\\]modules|library|module_utils|ansible[/\\]modules)[/\\]")


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ACTS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Raise)


class Started(Enum):
    """What is wrong with the Python that a first line starts."""

    OLD = "Python 2"
    UNCERTAIN = "whatever the host calls python"


def started(line: str) -> Started | None:
    """What is wrong with the Python of a first line; None where that is a certain one, or no Python."""
    python = interpreter(line)
    name = python.rpartition("/")[2]
    if _TWO.fullmatch(name):
        return Started.OLD
    return Started.UNCERTAIN if name == "python" and python[: len(python) - len(name)] in _SYSTEM else None


def is_ansible_module(path: str, text: str) -> bool:
    """Whether Ansible runs a file, by where it stands or what it speaks of: it writes a first line of its own there."""
    return _MODULE_FOLDERS.search(path) is not None or any(word in text for word in _MODULE_WORDS)


def told(sight: Sight) -> Lines:
    """The first statement, above which the first line stands, where that is wrong and counts; else nowhere."""
    if not sight.text.startswith("#!") or started(_LINE_END.split(sight.text, maxsplit=1)[0]) is None:
        return ()
    if is_ansible_module(sight.path, sight.text):
        return ()
    top = sight.census.tree.body if sight.census is not None else []
    if not top:
        return None  # nothing but comments
    return () if is_module(sight.path) and _only_defines(top) else (top[0].lineno,)


def is_module(path: str) -> bool:
    """Whether a file can be imported by its name."""
    return path.endswith(".py")


def _only_defines(top: list[ast.stmt]) -> bool:
    """Whether a file defines something and surely does nothing, as the visitor sees it."""
    return any(isinstance(one, _DEFINITIONS) for one in top) and not any(map(_may_act, top))


def _may_act(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=value):
            return not (isinstance(value, ast.Constant) and isinstance(value.value, str | bytes))
        case ast.If(test=test):
            words = ((getattr(one, name, "") for name in ("id", "attr", "arg")) for one in ast.walk(test))
            return any("__name__" in some for some in words)
        case _:
            return isinstance(statement, _ACTS)
