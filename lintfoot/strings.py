"""The text that an expression builds: literals, f-strings, sums, `%`, `format`, `join` and the other methods of strings."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import displays
from lintfoot.regexes import regex
from lintfoot.values import NOTHING_KNOWN, Constant, Display, Text, Value, Values

if TYPE_CHECKING:
    from lintfoot.names import Names

Part = str | cst.BaseExpression
_LONGEST = 20_000  # characters of a folded string; longer ones are data, not commands


def written_out(node: cst.SimpleString) -> str | bytes:
    """The text of a literal. Raises ValueError or SyntaxError for what Python does not take.

    What stands between the quotes is the text, unless something in it is more than itself: then libcst asks Python's parser,
    at a hundred times the price.
    """
    raw = node.value
    if raw[0] in _QUOTES and raw.isascii() and not any(char in raw for char in _MORE):
        marks = 3 if raw[:3] in _LONG_QUOTES else 1
        return raw[marks:-marks]
    return node.evaluated_value


_QUOTES, _LONG_QUOTES = ("'", '"'), ("'''", '"""')
_MORE = ("\\", "\r", "\0")  # an escape, a line end that becomes another, what Python refuses


def parts_of(names: Names, node: cst.BaseExpression) -> tuple[Part, ...]:
    """A string expression as known pieces and data expressions."""
    match node:
        case cst.ConcatenatedString(left=left, right=right):
            return (*parts_of(names, left), *parts_of(names, right))
        case cst.FormattedString(parts=parts):
            raw = "r" in node.prefix.lower()
            return tuple(_piece(part, raw=raw) for part in parts)
        case cst.TemplatedString(parts=parts):
            return tuple(_piece(part, raw=False) for part in parts)
        case _:
            pass
    match names.values(node):
        case (Constant(value=str() as value),):
            return (value,)
        case (Text(parts=inner),):
            return inner
        case _:
            return (node,)


def _piece(part: cst.CSTNode, *, raw: bool) -> Part:
    match part:
        case cst.FormattedStringText(value=text) | cst.TemplatedStringText(value=text):
            plain = text.replace("{{", "{").replace("}}", "}")
            return plain if raw or "\\" not in plain else _unescaped(plain)
        case cst.FormattedStringExpression(expression=inner) | cst.TemplatedStringExpression(expression=inner):
            return inner
        case _:
            return ""


_QUOTE_OR_ESCAPE = regex(r'(\\.)|["\n]', re.DOTALL)


def _unescaped(text: str) -> str:
    whole = _QUOTE_OR_ESCAPE.sub(lambda match: match[1] or {'"': '\\"', "\n": "\\n"}[match[0]], text)
    try:
        value = cst.SimpleString(f'"{whole}"').evaluated_value
    except (ValueError, SyntaxError, cst.CSTValidationError):  # an odd escape: the raw text serves as well
        return text
    return value if isinstance(value, str) else text


def joined(names: Names, parts: tuple[Part, ...], node: cst.BaseExpression) -> Values:
    """Fold what is constant; a string with data left in it is a Text."""
    known: list[Part] = []
    for part in parts:
        for piece in _folded(names, part):
            if isinstance(piece, str) and known and isinstance(known[-1], str):
                known[-1] += piece
            elif piece != "":
                known.append(piece)
    if sum(len(part) for part in known if isinstance(part, str)) > _LONGEST:
        return NOTHING_KNOWN
    if not known:
        return (Constant("", node),)
    if len(known) == 1 and isinstance(known[0], str):
        return (Constant(known[0], node),)
    return (Text(tuple(known), node),)


def _folded(names: Names, part: Part) -> tuple[Part, ...]:
    if isinstance(part, str):
        return (part,)
    match names.values(part):
        case (Constant(value=str() | int() | float() as value),):
            return (str(value),)
        case (Text(parts=inner),):
            return inner
        case _:
            return (part,)


def is_text(value: Value) -> bool:
    """Whether a value is a string, of whatever parts."""
    return isinstance(value, Text) or (isinstance(value, Constant) and isinstance(value.value, str))


_PERCENT = regex(r"%(?:\((?P<key>[^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa%]")


def percent(names: Names, node: cst.BinaryOperation) -> Values:
    """`"…%s…" % data`."""
    template = names.constant(node.left)
    if not isinstance(template, str):
        return joined(names, (*parts_of(names, node.left), node.right), node)
    given: list[cst.BaseExpression] = [node.right]
    if isinstance(node.right, cst.Tuple):
        given = [element.value for element in node.right.elements]
    parts: list[Part] = []
    last = number = 0
    for match in _PERCENT.finditer(template):
        parts.append(template[last : match.start()])
        last = match.end()
        if match[0].endswith("%"):
            parts.append("%")
        elif match["key"] is not None or number >= len(given):
            parts.append(node.right)
        else:
            parts.append(given[number])
            number += 1
    return joined(names, (*parts, template[last:]), node)


METHODS = frozenset(
    "format join strip lstrip rstrip lower upper title encode decode replace format_map copy removeprefix removesuffix".split()
)


def method_called(names: Names, node: cst.Call, method: str, text: Value, receiver: cst.BaseExpression) -> Values:
    """What one of the METHODS of a string gives."""
    match method:
        case "format":
            return _format(names, node, receiver)
        case "join":
            return _join(names, node, receiver)
        case "encode" | "decode":
            return (text,)
        case "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "title" | "removeprefix" | "removesuffix" | "replace":
            arguments = [names.constant(arg.value) for arg in node.args]
            if isinstance(text, Constant) and all(isinstance(argument, str) for argument in arguments):
                return (Constant(getattr(text.value, method)(*arguments), node),)
            return (text,) if isinstance(text, Text) else (Text((receiver,), node),)
        case _:
            return (Text((receiver,), node),)


def _format(names: Names, node: cst.Call, receiver: cst.BaseExpression) -> Values:
    template = names.constant(receiver)
    if not isinstance(template, str):
        return (Text((*parts_of(names, receiver), node.func), node),) if node.args else names.values(receiver)
    plain = [arg.value for arg in node.args if not arg.keyword and not arg.star]
    named = {arg.keyword.value: arg.value for arg in node.args if arg.keyword}
    parts: list[Part] = []
    number = 0
    try:
        for literal, field, _, _ in Formatter().parse(template):
            parts.append(literal)
            if field is None:
                continue
            first = re.split(r"[.\[]", field, maxsplit=1)[0]
            index = int(first) if first.isdigit() else number
            number += not first
            simple = first == field
            if first and not first.isdigit():
                parts.append(named[first] if simple and first in named else node.func)
            else:
                parts.append(plain[index] if simple and index < len(plain) else node.func)
    except ValueError:
        return NOTHING_KNOWN
    return joined(names, tuple(parts), node)


def _join(names: Names, node: cst.Call, receiver: cst.BaseExpression) -> Values:
    glue = names.constant(receiver)
    parts: list[Part] = []
    match names.values(node.args[0].value) if node.args else ():
        case (Display() as display,) if isinstance(glue, str):
            for number, element in enumerate(displays.elements(names, display)):
                parts += [glue] if number else []
                parts.append(element if element is not None else node.args[0].value)
            return joined(names, tuple(parts), node)
        case _:
            return (Text((node,), node),)
