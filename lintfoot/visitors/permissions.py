"""Files and folders that everybody on the host may write to, and modes written in the wrong base."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.commandlines import Command, commands
from lintfoot.gates.files import PERMISSIONS
from lintfoot.gates.gate import Gate
from lintfoot.gates.modes import CHMOD, MAKES, OTHERS_WRITE, is_slip, opens
from lintfoot.libraries import Argument
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Constant, Function, Parameter
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.below import below, in_test
from lintfoot.visitors.file_paths import is_path

(CODE,) = PERMISSIONS.codes
_SYMBOLIC = regex(r"([ugoa]*)([-+=])([rwxXstugo]*)")
_OCTAL = regex(r"0*([0-7]{1,4})")
_MODE_OPTIONS = {"mkdir": ("-m", "--mode"), "install": ("-m", "--mode")}
_REMOVES = frozenset({"rmtree", "remove", "unlink", "rmdir", "removedirs"})


class Permissions(Visitor):
    """LF706 at the call that sets the mode, or at whoever hands it the mode."""

    gate: ClassVar[Gate] = PERMISSIONS

    def visit_Call(self, node: cst.Call) -> None:
        """chmod, umask and what makes files, then command lines."""
        known = self.names.names_of(node.func)
        last = last_word(node.func)
        if self.context.is_test and in_test(self.names, node):
            return
        if "os.umask" in known and node.args:
            self._umask(node)
        elif last in CHMOD and not any(isinstance(value, Function) for value in self.names.values(node.func)):
            self._chmod(node, last)
        for name in known:
            if name in MAKES:
                self._slip(node, calls.given(self.names, node, Argument(("mode",), MAKES[name])).node, "mode")
        for command in commands(self.names, node):
            if told := _opened_by(command):
                self._say(
                    node,
                    f"`{told}` lets everybody on the host write",
                    "everybody may write",
                    "drop the write bit for others: `o-w`",
                )
                return

    # chmod

    def _chmod(self, node: cst.Call, last: str) -> None:
        mode = _mode_of(node)
        if mode is None or self._is_double(node) or self._is_removed(node):
            return
        if self._counts_in_octal(node) and self._slip(node, mode, last):
            return
        values = self.names.values(mode)
        for value in values:
            match value:
                case Parameter(default=cst.BaseExpression() as default) if self._is_open(default) and not _stands_in(
                    value
                ):
                    self._written(default, default, node)
                case Constant(value=int() as bits, node=written) if opens(bits):
                    caller = self._caller(written, node)
                    if caller is None or not self._is_removed(caller):
                        self._written(caller or node, written, node)
                    return
                case _:
                    pass
        if not any(isinstance(value, Constant) for value in values) and self._is_open(mode):
            self._written(node, mode, node)

    def _counts_in_octal(self, node: cst.Call) -> bool:
        """Whether the mode is a number as the kernel takes it: other clients read 755 as it looks."""
        known = any(name.startswith(("os.", "paramiko.", "pysftp.")) for name in self.names.names_of(node.func))
        return known or (isinstance(node.func, cst.Attribute) and is_path(self.names, node.func.value))

    def _is_double(self, node: cst.Call) -> bool:
        """`call().chmod(0o666)`: what a test expects of a mock."""
        return any("mock." in name for name in self.names.names_of(node.func))

    def _is_removed(self, node: cst.Call) -> bool:
        """Whether the same function removes the path: the mode is only there to make that possible."""
        written = {self.written(arg.value, 200) for arg in node.args}
        function = self.names.index.function_of(node)
        return function is not None and any(
            isinstance(one, cst.Call)
            and last_word(one.func) in _REMOVES
            and any(self.written(arg.value, 200) in written for arg in one.args[:1])
            for one in below(function, sought=_REMOVES)
        )

    def _caller(self, written: cst.BaseExpression, node: cst.Call) -> cst.Call | None:
        """The call elsewhere in this file that hands the mode to a helper."""
        arg = self.names.index.parent.get(id(written))
        call = self.names.index.parent.get(id(arg)) if isinstance(arg, cst.Arg) else None
        return call if isinstance(call, cst.Call) and call is not node else None

    def _written(self, place: cst.CSTNode, mode: cst.BaseExpression, node: cst.Call) -> None:
        bits = self._bits(mode)
        shown = oct(bits & ~OTHERS_WRITE)
        self._say(
            place,
            f"mode `{self.written(mode, 50)}` lets everybody on the host write",
            "everybody may write",
            f"{shown}, or a group of those who have to write"
            if not isinstance(mode, cst.BinaryOperation)
            else "drop S_IWOTH",
            () if place is node else (Note(node, "set here"),),
        )

    def _is_open(self, node: cst.BaseExpression) -> bool:
        return opens(self._bits(node))

    def _bits(self, node: cst.BaseExpression, depth: int = 0) -> int:
        """The bits that a mode has for certain, whatever the unknown parts of it are."""
        constant = self.names.constant(node)
        if isinstance(constant, int):
            return int(constant)
        match node:
            case cst.BinaryOperation(left=left, operator=cst.BitOr() | cst.Add(), right=right):
                return self._bits(left, depth + 1) | self._bits(right, depth + 1)
            case cst.BinaryOperation(left=left, operator=cst.BitAnd(), right=right):
                return self._bits(left, depth + 1) & self._bits(right, depth + 1)
            case cst.Call(func=func, args=[cst.Arg(value=text), cst.Arg(value=base)]) if (
                "builtins.int" in self.names.names_of(func) and self.names.constant(base) in (8, 0)
            ):
                digits = self.names.constant(text)
                return int(digits, 8) if isinstance(digits, str) and _OCTAL.fullmatch(digits.removeprefix("0o")) else 0
            case cst.Name() | cst.Attribute():
                for name in self.names.names_of(node):
                    found = getattr(stat, name.removeprefix("stat."), 0) if name.startswith("stat.S_I") else 0
                    return found if isinstance(found, int) else 0
        return 0

    # umask

    def _umask(self, node: cst.Call) -> None:
        mask = node.args[0].value
        if self._slip(node, mask, "umask"):
            return
        constant = self.names.constant(mask)
        if not isinstance(constant, int) or constant & OTHERS_WRITE:
            return
        if self._is_restored(node) and not self._made_open(node):
            return
        self._say(
            node,
            f"`{self.written(node)}` lets everybody on the host write to the files that are made from here on",
            "for all files from here on",
            "os.umask(0o022), or 0o077 for what nobody else should read",
        )

    def _is_restored(self, node: cst.Call) -> bool:
        """`old = os.umask(0)` … `os.umask(old)`: the modes given in between are meant to the bit."""
        return any(
            call is not node
            and call.args
            and "os.umask" in self.names.names_of(call.func)
            and any(getattr(value, "call", None) is node for value in self.names.values(call.args[0].value))
            for call in self.names.calls_of("umask")
        )

    def _made_open(self, node: cst.Call) -> bool:
        """Whether the same function makes something with a mode that lets everybody write."""
        function = self.names.index.function_of(node)
        for one in below(function if function is not None else self.context.module):
            if isinstance(one, cst.Call):
                for name in self.names.names_of(one.func):
                    if name in MAKES:
                        given = calls.given(self.names, one, Argument(("mode",), MAKES[name])).node
                        if given is not None and self._is_open(given):
                            return True
        return False

    # modes in the wrong base

    def _slip(self, node: cst.Call, mode: cst.BaseExpression | None, last: str) -> bool:
        """Whether a mode was written with octal digits and no `0o`; it is reported then."""
        for value in self.names.values(mode) if mode is not None else ():
            written = value.node if isinstance(value, Constant) else None
            digits = written.value if isinstance(written, cst.Integer) else ""
            if isinstance(mode, cst.Call) and len(mode.args) == 1 and "builtins.int" in self.names.names_of(mode.func):
                inner = self.names.constant(mode.args[0].value)  # int("755")
                digits = inner if isinstance(inner, str) else ""
            if not is_slip(digits, umask=last == "umask"):
                continue
            self._say(
                (self._caller(written, node) if written is not None else None) or node,
                f"{digits} is a decimal number, {oct(int(digits))} in octal: not the mode that it looks like",
                "decimal",
                f"0o{digits}",
            )
            return True
        return False

    def _say(self, place: cst.CSTNode, message: str, label: str, advice: str, related: tuple[Note, ...] = ()) -> None:
        self.report(CODE, place, message, label=label, help=advice, related=related)


def _stands_in(value: Parameter) -> bool:
    """Whether the parameter is that of a function of the same name as one whose default mode is 0o777."""
    return isinstance(value.function, cst.FunctionDef) and value.function.name.value in ("open", "mkdir", "makedirs")


def _mode_of(node: cst.Call) -> cst.BaseExpression | None:
    """The mode given to something called chmod: `mode=`, the second argument, or the only one."""
    for arg in node.args:
        if arg.keyword is not None and arg.keyword.value == "mode":
            return arg.value
    plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    return plain[1] if len(plain) > 1 else plain[0] if plain else None


def _opened_by(command: Command) -> str:
    """The part of a command line that lets everybody write, as it would be typed."""
    words = [word or "" for word in command.words]
    rest = words[1:]
    program = command.program
    if program == "chmod":
        plain = [word for word in rest if not word.startswith("-")]
        if plain and _mode_opens(plain[0]):
            return f"chmod {plain[0]}"
    elif program in _MODE_OPTIONS:
        for mode in _option_values(rest, _MODE_OPTIONS[program]):
            if _mode_opens(mode):
                return f"{program} -m {mode}"
    elif program == "umask" and rest:
        match = _OCTAL.fullmatch(rest[-1])
        if match and not int(match[1], 8) & OTHERS_WRITE:
            return f"umask {rest[-1]}"
    return ""


def _option_values(rest: list[str], options: tuple[str, str]) -> Iterator[str]:
    short, long = options
    for number, word in enumerate(rest):
        if word in options and number + 1 < len(rest):
            yield rest[number + 1]
        elif word.startswith(f"{long}="):
            yield word.removeprefix(f"{long}=")
        elif word.startswith(short) and len(word) > len(short) and not word.startswith("--"):
            yield word.removeprefix(short)


def _mode_opens(mode: str) -> bool:
    """Whether chmod's own language gives others the right to write: `777`, `a+w`, `o=rw`, `ugo+rwX`."""
    octal = _OCTAL.fullmatch(mode)
    if octal:
        return opens(int(octal[1], 8))
    parts = [_SYMBOLIC.fullmatch(part) for part in mode.split(",")]
    writes = False
    for part in parts:
        if part is None or "t" in part[3]:
            return False
        if not {"o", "a"}.isdisjoint(part[1]):
            writes = ("w" in part[3] and part[2] != "-") if part[2] == "=" or "w" in part[3] else writes
    return writes
