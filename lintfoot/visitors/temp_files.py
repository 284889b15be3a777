"""Files written under a name in a shared folder that anybody on the host can foresee."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.commandlines import Command, commands
from lintfoot.descent import members
from lintfoot.gates.files import TEMP_FILES
from lintfoot.gates.gate import Gate
from lintfoot.libraries import Argument
from lintfoot.regexes import regex
from lintfoot.scopes import last_word, parameters
from lintfoot.values import Instance
from lintfoot.visitors.base import Context, Visitor
from lintfoot.visitors.below import in_test
from lintfoot.visitors.creations import created
from lintfoot.visitors.file_paths import DATA, GUESSED, spellings

(CODE,) = TEMP_FILES.codes
_SHARED = ("/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/")  # noqa: S108 - what is looked for, not used
_OUTPUTS = {"curl": ("-o", "--output"), "wget": ("-O", "--output-document", "-o")}
_PRIVATE = ("tempfile.mkdtemp", "tempfile.TemporaryDirectory")
_EXCLUSIVE = regex(r"link|symbolic|mkfifo|mkdir|makedirs|mknod|bind|pipe|socket")
_COPIES = frozenset({"cp", "mv", "install"})
_FEWEST = 2  # the program and what it copies
_WRITES_INTO = frozenset({"tee", "touch"})


class TempFiles(Visitor):
    """LF702 at the call that creates the file."""

    gate: ClassVar[Gate] = TEMP_FILES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._own_folder = _EVENT.search(context.text) is not None and _is_lambda(context.module)

    def visit_Call(self, node: cst.Call) -> None:
        """Each call that writes a file, itself or by a command line."""
        if self._own_folder:
            return
        if "tempfile.mktemp" in self.names.names_of(node.func):
            self._free_name(node)
            return
        if self.context.is_test and in_test(self.names, node):
            return
        for creation in created(self.names, node):
            for text in spellings(self.names, creation.path):
                if shown := foreseen(text):
                    self._say(node, f"`{self.written(node.func, 40)}` writes to {shown}", shown)
                    return
        for command in commands(self.names, node):
            for text in () if command.remote else _outputs(command):
                if shown := foreseen(text):
                    self._say(node, f"the command writes to {shown}", shown)
                    return

    def _free_name(self, node: cst.Call) -> None:
        given = calls.given(self.names, node, Argument(("dir",), 2))
        if any(isinstance(value, Instance) and value.name.startswith(_PRIVATE) for value in given.values):
            return
        if self._is_for_a_link(node):
            return
        self.report(
            CODE,
            node,
            f"`{self.written(node.func)}` returns a name that was free a moment ago: somebody else can put a file there first",
            label="a name, and no file",
            help="tempfile.mkstemp(), or tempfile.NamedTemporaryFile(): they make the file as well",
        )

    def _is_for_a_link(self, node: cst.Call) -> bool:
        """Links, pipes and sockets fail where something is there already, and tempfile makes none of them."""
        return any(
            _EXCLUSIVE.search(last_word(call.func).lower())
            and any(getattr(value, "call", None) is node for arg in call.args for value in self.names.values(arg.value))
            for call in self.names.index.calls
        )

    def _say(self, node: cst.Call, what: str, shown: str) -> None:
        suffix = posixpath.splitext(shown.strip("`"))[1]
        given = f'suffix="{suffix}"' if suffix.isascii() and suffix[1:].isalnum() else ""
        self.report(
            CODE,
            node,
            f"{what}, a name that everybody on the host can foresee: whoever puts a link there first decides what is overwritten",
            label="a name that can be foreseen",
            help=f"tempfile.NamedTemporaryFile({given}), or tempfile.mkdtemp() for several; what must last belongs in /run or /var/lib",
        )


def foreseen(text: str) -> str:
    """The path in backquotes where it is a fixed or foreseeable name in a shared folder, else nothing."""
    if DATA in text:
        return ""
    path = posixpath.normpath(text)
    if not path.startswith(_SHARED) or path.endswith("/."):
        return ""
    return f"`{path.replace(GUESSED, '…')}`"


def _outputs(command: Command) -> Iterator[str]:
    """The files that a command line writes: redirections, `curl -o`, `wget -O`, tee."""
    for redirect in command.redirects:
        sign, _, target = redirect.rpartition(">")
        if target and "<" not in sign:
            yield target.lstrip("|&")
    words = command.words
    if command.program in _COPIES and None not in words and len(words) > _FEWEST:
        yield (words[-1] or DATA) if not (words[-1] or "/").endswith("/") else DATA
    for number, word in enumerate(words[1:], 1):
        if word is None:
            return
        options = _OUTPUTS.get(command.program, ())
        if word in options and number + 1 < len(words):
            yield words[number + 1] or DATA
        elif command.program in _WRITES_INTO and word.startswith("/"):
            yield word
        elif command.program == "dd" and word.startswith("of="):
            yield word.removeprefix("of=")


_EVENT = regex(r"\b_*(?:cloud_)?event\b")  # without it there is no need to look at the whole module


_OF_EVENT = frozenset({lambda word: word.lstrip("_") in ("event", "cloud_event")})


def _is_lambda(module: cst.Module) -> bool:
    """A function service gives each instance a /tmp of its own, and no other folder to write to."""
    for statement in members(module, _OF_EVENT):
        if isinstance(statement, cst.FunctionDef):
            first = [param.name.value.lstrip("_") for param in parameters(statement)[:2]]
            if first in (["event", "context"], ["event", "ctx"], ["cloud_event", "context"]):
                return True
    return False
