"""Where the comments and the logical lines of a text are, read by tokens and without a parser.

A marker inside a string is no comment, so the text is cut into tokens; f-strings are followed into their fields, where
strings may use the same quotes again (Python 3.12) and comments may stand. A text that is no Python gives some answer,
never an error.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWLINE = re.compile(r"\r\n|\r|\n")  # what Python ends a line at; str.splitlines knows more


class Kind(IntEnum):
    """What a token is: CODE is a run of words, operators and blanks, a string is one token, but for fields."""

    COMMENT = 0
    NEWLINE = 1
    OPEN = 2
    CLOSE = 3
    STRING = 4
    CODE = 5


Token = tuple[Kind, int, int]


def _token(code: str) -> re.Pattern[str]:
    return re.compile(
        rf"""(?P<comment>\#[^\r\n]*)
        |(?P<newline>\r\n|\r|\n)
        |(?P<blank>(?:[ \t\f]|\\(?:\r\n|\r|\n))++)
        |(?P<string>(?P<prefix>[bBrRuUfFtT]{{0,2}})(?P<quote>\"\"\"|'''|"|'))
        |(?P<code>{code})
        |(?P<open>[(\[{{])
        |(?P<close>[)\]}}])
        |(?P<other>[\s\S])""",
        re.VERBOSE,
    )


_RUN = _token(r"""(?:\w++(?!["'])|[^\w\s\#"'()\[\]{}\\]|[ \t\f])++|\w++""")
_FIELD = _token(r"""\w++|[^\w\s\#"'()\[\]{}\\]""")  # in an f-string's field each colon may begin the format
_KINDS = {
    "comment": Kind.COMMENT,
    "newline": Kind.NEWLINE,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "code": Kind.CODE,
    "other": Kind.CODE,
}
_PLAIN_END = {
    '"': re.compile(r'(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*+"?'),
    "'": re.compile(r"(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*+'?"),
    '"""': re.compile(r'(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:""")?'),
    "'''": re.compile(r"(?:[^'\\]|\\[\s\S]|'(?!''))*+(?:''')?"),
}
_ESCAPE = r"\\(?:\r\n|N\{[^{}\r\n]*\}|[^{}])"
_RAW_ESCAPE = r"\\(?:\r\n|[^{}])"


def _literal(quote: str, escape: str) -> re.Pattern[str]:
    """Match the text of an f-string up to where a field begins, the string ends, or its line does."""
    char, inner = re.escape(quote[0]), "" if len(quote) > 1 else r"\r\n"
    lone = rf"|{char}(?!{char}{char})" if len(quote) > 1 else ""
    return re.compile(
        rf"(?:[^{char}\\{{}}{inner}]|{escape}|\{{\{{|\}}\}}|\}}|\\{lone})*+(?P<end>\{{|{char}{{{len(quote)}}})?"
    )


_LITERAL = {
    (quote, raw): _literal(quote, _RAW_ESCAPE if raw else _ESCAPE) for quote in _PLAIN_END for raw in (False, True)
}
_SPEC = re.compile(r"[^{}\"'\r\n]*+(?:\r\n|[\s\S])?")  # of a field, after its colon: up to what may end it


@dataclass(slots=True)
class _Formatted:
    """An f-string being read: `depth` counts the brackets open in its field, or is _TEXT or _FORMAT."""

    quote: str
    raw: bool
    depth: int


_TEXT, _FORMAT = -1, -2


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens with start and end; blanks and joined lines are left out, newlines in brackets are not."""
    at, inside = 0, list[_Formatted]()
    while at < len(text):
        if inside and inside[-1].depth < 0:
            start, at = at, _format(text, at, inside)
            yield Kind.STRING, start, at
            continue
        match = (_FIELD if inside else _RUN).match(text, at)
        assert match is not None  # noqa: S101 - the last alternative takes any character
        start, at, name = at, match.end(), match.lastgroup or "other"
        if name == "string":
            at = _string(text, match, inside)
            yield Kind.STRING, start, at
        elif inside and (name == "newline" or _leaves_field(match[0], inside)):
            yield Kind.STRING, start, at
        elif name != "blank":
            yield _KINDS[name], start, at


def _string(text: str, opening: re.Match[str], inside: list[_Formatted]) -> int:
    """Pass over a string; of an f-string only over the opening, its text comes next."""
    prefix, quote = opening["prefix"].lower(), opening["quote"]
    if "f" in prefix or "t" in prefix:
        inside.append(_Formatted(quote, "r" in prefix, _TEXT))
        return opening.end()
    end = _PLAIN_END[quote].match(text, opening.end())
    return end.end() if end else len(text)


def _format(text: str, at: int, inside: list[_Formatted]) -> int:
    """Pass over the text of an f-string, or the format of one of its fields."""
    top = inside[-1]
    if top.depth == _FORMAT:
        return _field_format(text, at, inside)
    match = _LITERAL[top.quote, top.raw].match(text, at)
    end = match["end"] if match else None
    if end == "{":
        top.depth = 0
    else:
        inside.pop()
    return max(match.end(), at + (end is None)) if match else len(text)


def _field_format(text: str, at: int, inside: list[_Formatted]) -> int:
    """Formats hold text and fields: `{width:>{space}}` is a field in a field, kept as an entry of its own."""
    top = inside[-1]
    match = _SPEC.match(text, at)
    end = match.end() if match else len(text)
    last = text[end - 1 : end]
    if last == "{":
        inside.append(_Formatted(top.quote, top.raw, 0))
        inside[-2].depth = _FORMAT
    elif last == "}":
        _close_field(inside)
    elif last in ("\r", "\n", "") and len(top.quote) == 1:
        _drop_string(inside)
    elif last in ('"', "'") and text.startswith(top.quote, end - 1):
        _drop_string(inside)
        return end - 1 + len(top.quote)
    return end


def _leaves_field(piece: str, inside: list[_Formatted]) -> bool:
    """Keep count of a field's brackets; true where the token belongs to the f-string and not to the field's code."""
    top = inside[-1]
    if piece in ("(", "[", "{"):
        top.depth += 1
    elif piece in (")", "]", "}"):
        if top.depth == 0 and piece == "}":
            _close_field(inside)
            return True
        top.depth = max(0, top.depth - 1)
    elif piece == ":" and top.depth == 0:
        top.depth = _FORMAT
        return True
    return False


def _close_field(inside: list[_Formatted]) -> None:
    """After a field comes the text of its string, or the format of the field round it."""
    top = inside[-1]
    if len(inside) > 1 and inside[-2].depth == _FORMAT:
        inside.pop()
    else:
        top.depth = _TEXT


def _drop_string(inside: list[_Formatted]) -> None:
    """An f-string ended inside a format: it is no Python, so go on after it."""
    while len(inside) > 1 and inside[-2].depth == _FORMAT:
        inside.pop()
    inside.pop()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `text` from its `#` to the end of the line, `column` from 1, `alone` if nothing stands before it."""

    line: int
    column: int
    text: str
    alone: bool
    indent: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A logical line: simple statements, or the header of a compound one; `head` is its first word."""

    line: int
    end_line: int
    indent: int
    head: str

    def __contains__(self, line: int) -> bool:
        return self.line <= line <= self.end_line


@dataclass(frozen=True)
class Layout:
    """The comments and the logical lines of a text, each in order."""

    comments: tuple[Comment, ...]
    statements: tuple[Statement, ...]

    @cached_property
    def alone(self) -> frozenset[int]:
        """The lines that hold nothing but a comment."""
        return frozenset(comment.line for comment in self.comments if comment.alone)

    def below(self, line: int) -> int:
        """The line that a comment alone on `line` speaks of: the next one that is no comment as well."""
        line += 1
        while line in self.alone:
            line += 1
        return line

    def index(self, line: int) -> int:
        """The number of the statement that holds the line, or of the one before it; -1 before all."""
        return bisect_right(self._starts, line) - 1

    def at(self, line: int) -> Statement | None:
        """The statement that holds the line."""
        number = self.index(line)
        return self.statements[number] if number >= 0 and line in self.statements[number] else None

    def definition(self, line: int) -> tuple[Statement, ...]:
        """The decorators and the header of the definition whose decorator or header holds the line; empty elsewhere."""
        number = self.index(line)
        if number < 0 or line not in self.statements[number] or self.statements[number].head not in _DEFINING:
            return ()
        first = last = number
        while first and self.statements[first - 1].head == "@":
            first -= 1
        while self.statements[last].head == "@" and last + 1 < len(self.statements):
            last += 1
        return self.statements[first : last + 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [statement.line for statement in self.statements]


_DEFINING = ("@", "def", "class", "async")


def layout(text: str) -> Layout:
    """Read the comments and logical lines of a text."""
    starts = [0, *(match.end() for match in NEWLINE.finditer(text))]
    comments: list[Comment] = []
    statements: list[Statement] = []
    first: int | None = None
    last = depth = 0
    for kind, start, end in tokens(text):
        if kind is Kind.COMMENT:
            comments.append(_comment(text, starts, start, end))
        elif kind is Kind.NEWLINE:
            if first is not None and depth == 0:
                statements.append(_statement(text, starts, first, last))
                first = None
        else:
            first, last = start if first is None else first, end - 1
            depth = max(0, depth + (kind is Kind.OPEN) - (kind is Kind.CLOSE))
    if first is not None:
        statements.append(_statement(text, starts, first, last))
    return Layout(tuple(comments), tuple(statements))


def _comment(text: str, starts: list[int], start: int, end: int) -> Comment:
    line = bisect_right(starts, start)
    before = text[starts[line - 1] : start]
    return Comment(line, len(before) + 1, text[start:end].rstrip(), not before.strip(), _width(before))


_HEAD = re.compile(r"@|\w+")


def _statement(text: str, starts: list[int], first: int, last: int) -> Statement:
    line = bisect_right(starts, first)
    head = _HEAD.match(text, first)
    return Statement(line, bisect_right(starts, last), _width(text[starts[line - 1] : first]), head[0] if head else "")


def _width(blanks: str) -> int:
    """How far something is indented, as Python counts: tabs to the next eighth column, from the last form feed."""
    return len(blanks.rpartition("\f")[2].expandtabs(8))
