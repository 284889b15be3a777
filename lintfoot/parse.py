"""A text to a script, or to one sentence that says why not.

Nothing here runs a script's code, and nothing here raises for what a file holds. libcst is imported where it is needed:
a file whose text has nothing to look for costs no libcst.
"""

from __future__ import annotations

import ast
import gc
import re
import sys
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from lintfoot import syntax
from lintfoot.decoding import Decoded, Trouble, Unparsable, decode, read, too_large
from lintfoot.depth import Depth, measure
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import libcst as cst

__all__ = [
    "Decoded",
    "Refused",
    "Script",
    "Trouble",
    "Unparsable",
    "decode",
    "lines",
    "opened",
    "parse",
    "read",
    "syntax_fault",
]

T = TypeVar("T")


class Refused(Exception):  # noqa: N818 - the text is, and why is told in `fault`
    """A text has no tree; `fault` says why."""

    def __init__(self, fault: Unparsable) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True)
class Script:
    """A file's text, and its tree once that is asked for."""

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; an empty one follows the last line end, as editors show it."""
        return lines(self.text)

    @cached_property
    def module(self) -> cst.Module:
        """The tree of the whole text. Raises Refused where there is none."""
        refused = "syntax" in self.__dict__ and self.is_shallow and self.syntax is None
        found = (refused and _old(self.path, self.text)) or _tree(self.path, self.text, self.depth)
        if isinstance(found, Unparsable):
            raise Refused(found)
        return found

    @cached_property
    def shifts(self) -> Mapping[int, int]:
        """By how much columns counted in the tree are too small on a line: libcst drops form feeds and marks."""
        odd = "\f" in self.text or self.text.startswith("\ufeff")
        return _shifts(self.lines, self.module) if odd else {}

    @cached_property
    def depth(self) -> Depth | None:
        """How deep the text nests; None where that is nothing out of the ordinary."""
        return measure(self.text)

    @cached_property
    def syntax(self) -> ast.Module | None:
        """The text as Python's own parser reads it; None for what it does not take, or what needs too much of the stack."""
        return syntax.tree(self.text) if self.is_shallow else None

    @property
    def is_shallow(self) -> bool:
        """Whether Python's own parser takes the text with the stack that is there, as far as its depth goes."""
        return self.depth is None or self.depth.shallow

    @cached_property
    def fault(self) -> Unparsable | None:
        """What is wrong with the syntax, told by Python's own parser where that takes the text."""
        parsed = self.__dict__.get("syntax") is not None  # somebody wanted it already
        taken = parsed or (self.is_shallow and _compiles(self.text))
        if taken and _except_with_comma(self.text) is None:
            return None
        refused = self.is_shallow and not taken
        found = (refused and _old(self.path, self.text)) or _tree(self.path, self.text, self.depth)
        return found if isinstance(found, Unparsable) else None


def parse(path: str, data: bytes | Decoded) -> Script | Unparsable:
    """Parse a file, or say in one sentence why that cannot be done."""
    script = opened(path, data)
    if isinstance(script, Unparsable):
        return script
    try:
        script.module  # noqa: B018 - it is kept
    except Refused as refused:
        return refused.fault
    return script


def opened(path: str, data: bytes | Decoded) -> Script | Unparsable:
    """A script whose text is not parsed until its tree is asked for; what cannot be a script at all is told at once."""
    size = len(data) if isinstance(data, bytes) else len(data.text)
    decoded = too_large(path, size) or (decode(data, path) if isinstance(data, bytes) else data)
    if isinstance(decoded, Unparsable):
        return decoded
    return Script(path, decoded.text, decoded.encoding, decoded.bom, decoded.newline)


def _tree(path: str, text: str, deep: Depth | None) -> cst.Module | Unparsable:
    if deep and deep.fault:
        return Unparsable(path, deep.line, deep.column, f"nested too deeply to check: {deep.fault}", Trouble.DEPTH)
    try:
        from lintfoot import portions

        module = _quietly(lambda: portions.tree(text), roomy=deep is not None)
    except Exception as error:  # noqa: BLE001 - libcst has several errors, and whatever it is, the file was not read
        return _explained(path, text, error)
    old = _except_with_comma(text)
    return Unparsable(path, *old, _OLD_EXCEPT, Trouble.PYTHON2) if old else module


_NO_FEATURE = "what_no_version_has"


def _compiles(text: str) -> bool:
    """Whether the running Python takes a text: that is faster than having its tree made.

    The line put before it stops the compiler right behind the parser. What it would say later, of a `return` that stands in
    no function, is no fault of the syntax for libcst either.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(f"from __future__ import {_NO_FEATURE}\n{text}", "script", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.msg == f"future feature {_NO_FEATURE} is not defined"
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text as Python counts them: never by form feeds or other separators that str.splitlines knows."""
    return tuple(NEWLINE.split(text) if "\r" in text else text.split("\n"))


def _shifts(written: tuple[str, ...], module: cst.Module) -> dict[int, int]:
    """How much shorter than the file's each line of the tree is: form feeds in an indent get lost, or spread over a block."""
    pairs = zip(written, lines(module.code), strict=False)
    return {number: len(one) - len(other) for number, (one, other) in enumerate(pairs, 1) if len(one) != len(other)}


_STACK = 256 * 1024 * 1024  # of address space, not of memory


def _quietly(work: Callable[[], T], *, roomy: bool) -> T:
    """Run the parser without the collector of cycles, which would look at all nodes again and again.

    `roomy` gives it a large stack.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _with_stack(work) if roomy else work()
    finally:
        if collecting:
            gc.enable()


def _with_stack(work: Callable[[], T]) -> T:
    """Run work in a thread with a stack that holds every depth which `measure` lets pass, on every system."""
    import threading  # few scripts nest so deep

    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the caller's thread
            errors.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, name="lintfoot-parse")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


# why it did not parse


def syntax_fault(path: str, text: str) -> Unparsable | None:
    """What the running Python's own parser says against a text, ten times as fast as libcst; None if nothing.

    Syntax newer than the running Python is a fault here, though `parse` may take it.
    """
    error = _syntax_error(text)
    return _described(path, text, error) if error is not None else None


def _old(path: str, text: str) -> Unparsable | None:
    """What Python says against a text that libcst does not take either, without asking that; None where it may.

    It is asked about all else, as it takes what newer Pythons do: two classes behind `except` without brackets, say.
    """
    error = _syntax_error(text)
    sure = isinstance(error, SyntaxError) and any(words in error.msg for words in _NEVER_TAKEN)
    return _described(path, text, error) if sure and error is not None else None


def _syntax_error(text: str) -> Exception | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "script", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return error
    return None


def _explained(path: str, text: str, error: Exception) -> Unparsable:
    """Python's own words for what libcst did not take; libcst's line numbers are off, so they come second."""
    fault = syntax_fault(path, text)
    if fault:
        return fault
    from importlib.metadata import version as version_of

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    place = _PLACE.search(str(error))
    line, column = (int(place[1]), max(1, int(place[2]))) if place else (1, 1)
    message = f"Python {version} accepts this, but the parser lintfoot uses (libcst {version_of('libcst')}) does not"
    return Unparsable(path, *_clamped(text, line, column), message, Trouble.PARSER)


_PLACE = regex(r"error at (\d+):(\d+)")


def _described(path: str, text: str, error: Exception) -> Unparsable:
    if not isinstance(error, SyntaxError):
        return Unparsable(path, 1, 1, f"not valid Python 3: {type(error).__name__}", Trouble.SYNTAX)
    line, column = _clamped(text, error.lineno or 1, error.offset or 1)
    old = _python2(error.msg, text, line, column)
    if old:
        return Unparsable(path, line, column, old, Trouble.PYTHON2)
    return Unparsable(path, line, column, f"not valid Python 3: {_tidy(error.msg)}", Trouble.SYNTAX)


def _tidy(message: str) -> str:
    """Python's message without the place inside an f-string that some versions add."""
    return message.replace("(<fstring>", "(in an f-string").strip()


# Of no grammar since Python 3.0: a number, or a name with an expression behind it, that no parser can read otherwise.
_NEVER_TAKEN = (
    "Missing parentheses in call to",
    "leading zeros in decimal integer literals",
    "parameters cannot be parenthesized",
)
_OLD_EXCEPT = "Python 2, not Python 3: `except Error, name` is written `except Error as name`"
_OLD = (
    ("Missing parentheses in call to 'print'", "Python 2, not Python 3: print is a statement here"),
    ("Missing parentheses in call to 'exec'", "Python 2, not Python 3: exec is a statement here"),
    ("multiple exception types must be parenthesized", _OLD_EXCEPT),
    ("leading zeros in decimal integer literals", "Python 2, not Python 3: octal numbers are written 0o755"),
    ("parameters cannot be parenthesized", "Python 2, not Python 3: a parameter is taken apart in the signature"),
    ("invalid decimal literal", ""),
    ("invalid hexadecimal literal", ""),
    ("invalid syntax", ""),
)
_OLD_LINES = (
    (regex(r"[\"'`].*`|^[^#\"']*`"), "Python 2, not Python 3: backquotes are written repr()"),
    (
        regex(r"\braise\s+[\w.]+\s*,"),
        "Python 2, not Python 3: `raise Error, value` is written `raise Error(value)`",
    ),
    (regex(r"\b(?:0[xX][0-9a-fA-F]+|\d+)[lL]\b"), "Python 2, not Python 3: whole numbers have no L"),
    (regex(r"<>"), "Python 2, not Python 3: `<>` is written `!=`"),
    (regex(r"\b[uU][rR][\"']"), 'Python 2, not Python 3: the prefix ur"…" is gone'),
    (regex(r"^\s*print\s*(?:[\"'\w]|>>)"), "Python 2, not Python 3: print is a statement here"),
)


def _python2(message: str, text: str, line: int, column: int) -> str:
    """The sentence for a piece of Python 2, judged by Python's message and the line; empty for other errors."""
    known = next((words for start, words in _OLD if start in message), None)
    if known is None or "when using 'as'" in message:  # 3.14 has its own use for the words about parentheses
        return ""
    if known:
        return known
    code = lines(text)[line - 1]
    return next((words for pattern, words in _OLD_LINES if _touches(pattern, code, column)), "")


def _touches(pattern: re.Pattern[str], code: str, column: int) -> bool:
    """Whether the pattern matches where Python pointed at, or just before."""
    return any(match.start() <= column <= match.end() + 1 for match in pattern.finditer(code))


_COMMA = regex(r"except[ \t]+[\w.]+[ \t]*,")  # begins with letters: a text without one is done with at once
_COMMA_HANDLER = regex(r"^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_][a-z_0-9]*[ \t]*:", re.MULTILINE)


def _except_with_comma(text: str) -> tuple[int, int] | None:
    """Where `except Error, name:` stands.

    Python 3.14 reads it as two classes (PEP 758), and so does libcst; a second class in small letters is the variable
    of a Python 2 script.
    """
    if "except" not in text or not _COMMA.search(text) or not _COMMA_HANDLER.search(text):
        return None
    code = lines(text)
    from lintfoot.comments import layout

    for statement in layout(text).statements:
        if statement.head == "except" and _COMMA_HANDLER.match(code[statement.line - 1]):
            return statement.line, code[statement.line - 1].index("except") + 1
    return None


def _clamped(text: str, line: int, column: int) -> tuple[int, int]:
    """A place that exists: errors at the end of a file point behind it."""
    all_lines = lines(text)
    line = min(max(line, 1), len(all_lines))
    return line, min(max(column, 1), len(all_lines[line - 1]) + 1)
