"""Command lines that are written as one text, taken apart into the words of a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import shellwords
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.repairs.edits import code
from lintfoot.visitors.advice import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lintfoot.visitors.base import Context

_PLACE = regex(r"%(%|s|d)|%")
_FIELD = regex(r"\{\{|\}\}|\{\}|[{}]")


@dataclass(frozen=True, slots=True)
class _Data:
    """A value that goes into a text: its code, and how: `d` for a whole number, `s` for what is a text already."""

    code: str
    form: str = ""


_Chunk = str | _Data


def quoted(text: str) -> str:
    """A text as a literal, in double quotes where that needs no escapes."""
    made = repr(text)
    return f'"{made[1:-1]}"' if made[0] == "'" and '"' not in text else made


def of_line(context: Context, node: cst.BaseExpression) -> list[str]:
    """The words of a command line as code, cut as a shell cuts them; empty where a shell would do more than that."""
    chunks = _chunks(context, node)
    if chunks is None:
        return []
    text = "".join(chunk if isinstance(chunk, str) else shellwords.DATA for chunk in chunks)
    found = shellwords.split(text)
    if len(found) != 1 or found[0].redirects or not is_plain(found[0]) or text.rstrip().endswith("&"):
        return []
    if any(word.expands or word.text.count(shellwords.DATA) != len(word.data) for word in found[0].words):
        return []
    return _written([word.text for word in found[0].words], chunks)


def of_cut(context: Context, node: cst.BaseExpression) -> list[str]:
    """The words of a text as code, cut at its blanks as `str.split` does."""
    chunks = _chunks(context, node)
    if chunks is None:
        return []
    return _written("".join(chunk if isinstance(chunk, str) else shellwords.DATA for chunk in chunks).split(), chunks)


def _written(words: Sequence[str], chunks: Sequence[_Chunk]) -> list[str]:
    data = iter([chunk for chunk in chunks if isinstance(chunk, _Data)])
    made = [_word(word, data) for word in words]
    return made if all(made) and next(data, None) is None else []


def _word(word: str, data: Iterator[_Data]) -> str:
    """One word as code: a literal, `str(value)`, or an f-string; empty where that cannot be written on every Python."""
    parts = word.split(shellwords.DATA)
    if len(parts) == 1:
        return quoted(word)
    values = [next(data, _Data("")) for _ in parts[1:]]
    if any(not one.code or "\n" in one.code for one in values):
        return ""
    if word == shellwords.DATA and values[0].form != "d":
        return values[0].code if values[0].form == "s" else f"str({values[0].code})"
    if any(set(one.code) & set("\"'\\{}#") for one in values) or any(set(part) & set('"\\\n') for part in parts):
        return ""
    made = [parts[0].replace("{", "{{").replace("}", "}}")]
    for value, part in zip(values, parts[1:], strict=True):
        form = ":d" if value.form == "d" else ""
        made.append(f"{{{value.code}{form}}}" + part.replace("{", "{{").replace("}", "}}"))
    return f'f"{"".join(made)}"'


def _chunks(context: Context, node: cst.BaseExpression) -> list[_Chunk] | None:
    """A text as its literal pieces and the values between them; None where its parts cannot be told."""
    match node:
        case cst.SimpleString():
            value = node.evaluated_value
            return [value] if isinstance(value, str) and shellwords.DATA not in value else None
        case cst.ConcatenatedString(left=left, right=right):
            return _joined(_chunks(context, left), _chunks(context, right))
        case cst.FormattedString(parts=parts):
            return _formatted(context, node, parts)
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return _joined(_side(context, left), _side(context, right))
        case cst.BinaryOperation(left=cst.SimpleString() as text, operator=cst.Modulo(), right=right):
            values = [one.value for one in right.elements] if isinstance(right, cst.Tuple) else [right]
            return _filled(context, text, _PLACE, values)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as text, attr=cst.Name(value="format")), args=args):
            plain = all(arg.keyword is None and not arg.star for arg in args)
            return _filled(context, text, _FIELD, [arg.value for arg in args]) if plain else None
        case _:
            return None


def _joined(left: list[_Chunk] | None, right: list[_Chunk] | None) -> list[_Chunk] | None:
    return [*left, *right] if left is not None and right is not None else None


def _side(context: Context, node: cst.BaseExpression) -> list[_Chunk] | None:
    """One side of a sum of texts: a text, or a value that is one."""
    found = _chunks(context, node)
    lonely = isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.Subscript)
    return [_Data(code(context, node), "s")] if found is None and lonely else found


def _formatted(
    context: Context, node: cst.FormattedString, parts: Sequence[cst.BaseFormattedStringContent]
) -> list[_Chunk] | None:
    if "r" in node.prefix.lower():
        return None
    found: list[_Chunk] = []
    for part in parts:
        match part:
            case cst.FormattedStringText(value=value):
                if "\\" in value:
                    return None
                found.append(value.replace("{{", "{").replace("}}", "}"))
            case cst.FormattedStringExpression(expression=inner, conversion=None, format_spec=None, equal=None):
                found.append(_Data(code(context, inner)))
            case _:
                return None
    return found


def _filled(
    context: Context, text: cst.SimpleString, place: re.Pattern[str], values: Sequence[cst.BaseExpression]
) -> list[_Chunk] | None:
    """A text with placeholders, each filled by the value in its turn."""
    template = text.evaluated_value
    if not isinstance(template, str):
        return None
    found: list[_Chunk] = []
    left, at = list(values), 0
    for match in place.finditer(template):
        found.append(template[at : match.start()])
        at = match.end()
        if match[0] in ("%%", "{{", "}}"):
            found.append(match[0][0])
        elif match[0] in ("%s", "%d", "{}") and left:
            value = left.pop(0)
            if isinstance(value, cst.StarredElement):
                return None
            found.append(_Data(code(context, value), "d" if match[0] == "%d" else ""))
        else:
            return None
    return None if left else [*found, template[at:]]
