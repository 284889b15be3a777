"""Bytes to a script, or to one sentence that says why not.

Nothing here runs a script's code, and nothing here raises for what a file holds. libcst is imported where it is needed:
a file whose text has nothing to look for costs no libcst.
"""

from __future__ import annotations

import ast
import gc
import os
import re
import stat
import sys
import threading
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from lintfoot.comments import NEWLINE, layout
from lintfoot.depth import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst

T = TypeVar("T")

LARGEST = (
    2_500_000  # bytes: a tree takes 0.5 to 1.5 GB of memory and 4 to 13 s per MB of source (measured, libcst 1.9.0)
)


class Trouble(StrEnum):
    """Why a file cannot be checked."""

    UNREADABLE = "unreadable"
    SIZE = "size"
    BINARY = "binary"
    ENCODING = "encoding"
    DEPTH = "depth"
    PYTHON2 = "python2"
    SYNTAX = "syntax"
    PARSER = "parser"


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A file that cannot be checked: `message` is one sentence for the user, without any of the file's text."""

    path: str
    line: int
    column: int
    message: str
    trouble: Trouble = Trouble.SYNTAX


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without the byte-order mark, and how to write it back. `newline` is its most frequent line end."""

    text: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"


@dataclass(frozen=True, slots=True)
class Script:
    """A parsed file. `lines` are without their ends; an empty one follows the last line end, as editors show it."""

    path: str
    text: str
    lines: tuple[str, ...]
    module: cst.Module
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"


def read(path: str | os.PathLike[str], shown: str = "") -> bytes | Unparsable:
    """Read a file; what is no ordinary file is never opened for long (a pipe would block), and nothing huge is read."""
    name = shown or os.fspath(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - it stands on the descriptor
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                return Unparsable(name, 1, 1, "cannot be read: it is no ordinary file", Trouble.UNREADABLE)
            return _too_large(name, about.st_size) or file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is no valid one"
        return Unparsable(name, 1, 1, f"cannot be read: {reason[:1].lower()}{reason[1:]}", Trouble.UNREADABLE)


def _too_large(path: str, size: int) -> Unparsable | None:
    if size <= LARGEST:
        return None
    message = (
        f"too large to check: {size / 1e6:.1f} MB, and the limit is {LARGEST / 1e6:.1f} MB; `exclude` leaves it out"
    )
    return Unparsable(path, 1, 1, message, Trouble.SIZE)


# bytes to text

_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK_LINE = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_SOURCE = ("idna", "punycode")  # codecs for names: Python takes them, in time that grows with the square of the text


def decode(data: bytes, path: str = "") -> Decoded | Unparsable:
    """Decode a file as Python does: by its byte-order mark, its coding comment, or as UTF-8."""
    bom = data.startswith(_BOM)
    body = data[len(_BOM) :] if bom else data
    if b"\0" in body:
        return _binary(body, path)
    cookie = _cookie(body)
    encoding = _normal(cookie[1].decode("ascii", "replace")) if cookie else "utf-8"
    if bom and encoding != "utf-8":
        message = f"cannot be decoded: it begins with a UTF-8 mark, and its coding comment says {encoding}"
        return Unparsable(path, _line_of(body, cookie), 1, message, Trouble.ENCODING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some codecs warn of odd escapes
            text = body.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(body, encoding, error, path)
    except (LookupError, ValueError, UnicodeError):
        message = f"cannot be decoded: its coding comment names {encoding!a}, which is no encoding of text"
        return Unparsable(path, _line_of(body, cookie), 1, message, Trouble.ENCODING)
    if cookie and not _holds(text, body[: cookie.end()]):
        message = f"cannot be decoded: its coding comment says {encoding}, and it is not written in that"
        return Unparsable(path, _line_of(body, cookie), 1, message, Trouble.ENCODING)
    return Decoded(text, encoding, bom, _newline(text))


def _cookie(data: bytes) -> re.Match[bytes] | None:
    """The coding comment: on the first line, or on the second if the first holds no code."""
    found = _COOKIE.match(data)
    first = _BLANK_LINE.match(data)
    return found or (_COOKIE.match(data, first.end()) if first else None)


def _normal(name: str) -> str:
    """The name that Python gives an encoding: editors write `utf-8-unix`."""
    plain = name[:12].lower().replace("_", "-")
    if plain in ("utf8", "utf-8") or plain.startswith("utf-8-"):
        return "utf-8"
    if re.match(r"(?:latin-1|iso-8859-1|iso-latin-1)(?:-|$)", plain):
        return "iso-8859-1"
    return name.lower() if name.lower() not in _NO_SOURCE else f"{name.lower()}-"


def _holds(text: str, head: bytes) -> bool:
    """Whether the text begins as the bytes do: they were read as ASCII to find the coding comment."""
    return text.startswith(head.decode("ascii", "replace")) if head.isascii() else "coding" in text[: len(head) + 1]


def _line_of(data: bytes, cookie: re.Match[bytes] | None) -> int:
    return 1 + data.count(b"\n", 0, cookie.start(1)) if cookie else 1


def _binary(data: bytes, path: str) -> Unparsable:
    if data.startswith(_UTF16):
        message = "cannot be decoded: it is written in UTF-16, and Python reads UTF-8"
        return Unparsable(path, 1, 1, message, Trouble.ENCODING)
    offset = data.index(b"\0")
    line, column = _place(data[:offset].decode("latin-1"))
    return Unparsable(path, line, column, f"a binary file: there is a NUL byte at offset {offset}", Trouble.BINARY)


def _undecodable(data: bytes, encoding: str, error: UnicodeDecodeError, path: str) -> Unparsable:
    line, column = _place(data[: error.start].decode(encoding, "replace"))
    byte = f"0x{data[error.start]:02x}" if error.start < len(data) else "the end"
    message = f"cannot be decoded as {encoding}: {byte} at byte offset {error.start}"
    if encoding == "utf-8":
        message += "; a coding comment in the first line names another encoding"
    return Unparsable(path, line, column, message, Trouble.ENCODING)


def _place(before: str) -> tuple[int, int]:
    lines = NEWLINE.split(before)
    return len(lines), len(lines[-1]) + 1


def _newline(text: str) -> str:
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    return max(counts, key=lambda end: counts[end])


# text to a tree


def parse(path: str, data: bytes | Decoded) -> Script | Unparsable:
    """Parse a file, or say in one sentence why that cannot be done."""
    if isinstance(data, bytes):
        too_large = _too_large(path, len(data))
        decoded = too_large or decode(data, path)
    else:
        decoded = _too_large(path, len(data.text)) or data
    if isinstance(decoded, Unparsable):
        return decoded
    text = decoded.text
    deep = measure(text)
    if deep and deep.fault:
        return Unparsable(path, deep.line, deep.column, f"nested too deeply to check: {deep.fault}", Trouble.DEPTH)
    try:
        module = _quietly(lambda: _module(text), roomy=deep is not None)
    except Exception as error:  # noqa: BLE001 - libcst has several errors, and whatever it is, the file was not read
        return _explained(path, text, error)
    old = _except_with_comma(text)
    if old:
        return Unparsable(path, *old, _OLD_EXCEPT, Trouble.PYTHON2)
    return Script(path, text, lines(text), module, decoded.encoding, decoded.bom, decoded.newline)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text as Python counts them: never by form feeds or other separators that str.splitlines knows."""
    return tuple(NEWLINE.split(text))


def _module(text: str) -> cst.Module:
    import libcst

    return libcst.parse_module(text)


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


_PLACE = re.compile(r"error at (\d+):(\d+)")


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
    (re.compile(r"[\"'`].*`|^[^#\"']*`"), "Python 2, not Python 3: backquotes are written repr()"),
    (
        re.compile(r"\braise\s+[\w.]+\s*,"),
        "Python 2, not Python 3: `raise Error, value` is written `raise Error(value)`",
    ),
    (re.compile(r"\b(?:0[xX][0-9a-fA-F]+|\d+)[lL]\b"), "Python 2, not Python 3: whole numbers have no L"),
    (re.compile(r"<>"), "Python 2, not Python 3: `<>` is written `!=`"),
    (re.compile(r"\b[uU][rR][\"']"), 'Python 2, not Python 3: the prefix ur"…" is gone'),
    (re.compile(r"^\s*print\s*(?:[\"'\w]|>>)"), "Python 2, not Python 3: print is a statement here"),
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


_COMMA_HANDLER = re.compile(r"^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_][a-z_0-9]*[ \t]*:", re.MULTILINE)


def _except_with_comma(text: str) -> tuple[int, int] | None:
    """Where `except Error, name:` stands.

    Python 3.14 reads it as two classes (PEP 758), and so does libcst; a second class in small letters is the variable
    of a Python 2 script.
    """
    if "except" not in text or not _COMMA_HANDLER.search(text):
        return None
    code = lines(text)
    for statement in layout(text).statements:
        if statement.head == "except" and _COMMA_HANDLER.match(code[statement.line - 1]):
            return statement.line, code[statement.line - 1].index("except") + 1
    return None


def _clamped(text: str, line: int, column: int) -> tuple[int, int]:
    """A place that exists: errors at the end of a file point behind it."""
    all_lines = lines(text)
    line = min(max(line, 1), len(all_lines))
    return line, min(max(column, 1), len(all_lines[line - 1]) + 1)
