"""Bytes to text as Python does it, or one sentence that says why not."""

from __future__ import annotations

import os
import re
import stat
import warnings
from enum import StrEnum

from lintfoot.records import dataclass
from lintfoot.regexes import regex

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


def read(path: str | os.PathLike[str], shown: str = "") -> bytes | Unparsable:
    """Read a file; what is no ordinary file is never opened for long (a pipe would block), and nothing huge is read."""
    name = shown or os.fspath(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - it stands on the descriptor
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                return Unparsable(name, 1, 1, "cannot be read: it is no ordinary file", Trouble.UNREADABLE)
            return too_large(name, about.st_size) or file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is no valid one"
        return Unparsable(name, 1, 1, f"cannot be read: {reason[:1].lower()}{reason[1:]}", Trouble.UNREADABLE)


def too_large(path: str, size: int) -> Unparsable | None:
    """The sentence for a file over the limit, or None."""
    if size <= LARGEST:
        return None
    message = (
        f"too large to check: {size / 1e6:.1f} MB, and the limit is {LARGEST / 1e6:.1f} MB; `exclude` leaves it out"
    )
    return Unparsable(path, 1, 1, message, Trouble.SIZE)


# bytes to text

_COOKIE = regex(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK_LINE = regex(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
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
            text = body.decode(encoding if encoding not in _NO_SOURCE else "")
    except UnicodeDecodeError as error:
        return _undecodable(body, encoding, error, path)
    except (LookupError, ValueError, UnicodeError):
        message = f"cannot be decoded: its coding comment names {encoding!a}, which is no encoding of text"
        return Unparsable(path, _line_of(body, cookie), 1, message, Trouble.ENCODING)
    if cookie and not _holds(text, body[: cookie.end()]):
        message = f"cannot be decoded: its coding comment says {encoding}, and it is not written in that"
        return Unparsable(path, _line_of(body, cookie), 1, message, Trouble.ENCODING)
    return Decoded(text, encoding, bom, newline(text))


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
    return name.lower()


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
        message += "; a coding comment in the first line must say so if it is written in another encoding"
    return Unparsable(path, line, column, message, Trouble.ENCODING)


def _place(before: str) -> tuple[int, int]:
    from lintfoot.tokens import NEWLINE  # only errors have a place

    lines = NEWLINE.split(before)
    return len(lines), len(lines[-1]) + 1


def newline(text: str) -> str:
    """The most frequent line end of a text."""
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    return max(counts, key=lambda end: counts[end])
