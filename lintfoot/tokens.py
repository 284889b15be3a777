"""A text cut into tokens, without a parser: enough to know strings, comments, brackets and line ends apart.

f-strings are followed into their fields, where strings may use the same quotes again (Python 3.12) and comments may
stand. A text that is no Python gives some answer, never an error.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from lintfoot.records import dataclass
from lintfoot.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWLINE = regex(r"\r\n|\r|\n")  # what Python ends a line at; str.splitlines knows more


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
    return regex(
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
    '"': regex(r'(?:[^"\\\r\n]++|\\(?:\r\n|[\s\S]))*+"?'),
    "'": regex(r"(?:[^'\\\r\n]++|\\(?:\r\n|[\s\S]))*+'?"),
    '"""': regex(r'(?:[^"\\]++|\\[\s\S]|"(?!""))*+(?:""")?'),
    "'''": regex(r"(?:[^'\\]++|\\[\s\S]|'(?!''))*+(?:''')?"),
}
_ESCAPE = r"\\(?:\r\n|N\{[^{}\r\n]*\}|[^{}])"
_RAW_ESCAPE = r"\\(?:\r\n|[^{}])"


def _literal(quote: str, escape: str) -> re.Pattern[str]:
    """Match the text of an f-string up to where a field begins, the string ends, or its line does."""
    char, inner = re.escape(quote[0]), "" if len(quote) > 1 else r"\r\n"
    lone = rf"|{char}(?!{char}{char})" if len(quote) > 1 else ""
    return regex(
        rf"(?:[^{char}\\{{}}{inner}]|{escape}|\{{\{{|\}}\}}|\}}|\\{lone})*+(?P<end>\{{|{char}{{{len(quote)}}})?"
    )


_LITERAL = {
    (quote, raw): _literal(quote, _RAW_ESCAPE if raw else _ESCAPE) for quote in _PLAIN_END for raw in (False, True)
}
_SPEC = regex(r"[^{}\"'\r\n]*+(?:\r\n|[\s\S])?")  # of a field, after its colon: up to what may end it


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
