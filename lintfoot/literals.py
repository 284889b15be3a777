"""The values of what is written out: strings and how they are built, numbers, lists, dicts and what is added to them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from string import Formatter
from typing import TYPE_CHECKING, Any, cast

import libcst as cst

from lintfoot.regexes import regex
from lintfoot.scopes import Binding, How, dotted
from lintfoot.values import (
    NOTHING_KNOWN,
    Constant,
    Display,
    Instance,
    Text,
    Value,
    Values,
)

if TYPE_CHECKING:
    from lintfoot.names import Names

Part = str | cst.BaseExpression
_DEEPEST = 8  # sums of sums, splats of splats
_SHORT_NUMBER = 20  # digits, of which nobody has to think
_LONGEST = 20_000  # characters of a folded string; longer ones are data, not commands


def evaluate(names: Names, node: cst.BaseExpression) -> Values:
    """Literals and what operators make of them."""
    match node:
        case cst.SimpleString():
            return _string(node)
        case cst.Integer() | cst.Float() | cst.Imaginary():
            return _number(node)
        case cst.ConcatenatedString():
            return _joined(names, (*parts_of(names, node.left), *parts_of(names, node.right)), node)
        case cst.FormattedString():
            return _joined(names, parts_of(names, node), node)
        case cst.BinaryOperation():
            return _binary(names, node)
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            value = names.constant(inner)
            return (Constant(-value, node),) if isinstance(value, int | float) else NOTHING_KNOWN
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            value = names.constant(inner)
            return (Constant(not value, node),) if value is not ... else NOTHING_KNOWN
        case cst.Ellipsis():
            return (Constant(Ellipsis, node),)
        case _:
            return NOTHING_KNOWN


def constant_name(name: str, node: cst.BaseExpression) -> Values | None:
    """True, False and None are names to the parser."""
    table = {"True": True, "False": False, "None": None}
    return (Constant(table[name], node),) if name in table else None


def _string(node: cst.SimpleString) -> Values:
    try:
        return (Constant(written_out(node), node),)
    except (ValueError, SyntaxError):
        return NOTHING_KNOWN


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


def _number(node: cst.Integer | cst.Float | cst.Imaginary) -> Values:
    try:
        plain = len(node.value) < _SHORT_NUMBER and node.value.isdecimal() and node.value.isascii()
        if plain and (node.value[0] != "0" or node.value == "0"):
            return (Constant(int(node.value), node),)
        return (Constant(node.evaluated_value, node),)
    except (ValueError, SyntaxError):  # an int of more digits than Python converts
        return NOTHING_KNOWN


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


def _joined(names: Names, parts: tuple[Part, ...], node: cst.BaseExpression) -> Values:
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


_ARITHMETIC: dict[type[cst.BaseBinaryOp], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.BitOr: operator.or_,
}


def _binary(names: Names, node: cst.BinaryOperation) -> Values:
    lefts = names.values(node.left)
    match node.operator:
        case cst.Modulo() if any(_is_text(value) for value in lefts):
            return _percent(names, node)
        case cst.Add() if any(isinstance(v, Display) for v in (*lefts, *names.values(node.right))):
            return (Display(node, "list"),)
        case cst.BitOr() if any(
            isinstance(v, Display) and v.kind == "dict" for v in (*lefts, *names.values(node.right))
        ):
            return (Display(node, "dict"),)
        case cst.Add() if any(_is_text(value) for value in (*lefts, *names.values(node.right))):
            return _joined(names, (*parts_of(names, node.left), *parts_of(names, node.right)), node)
        case cst.Divide() if any(_is_path(value) for value in (*lefts, *names.values(node.right))):
            return (Instance(_PATH),)
        case _:
            return _arithmetic(names, node)


_PATH = "pathlib.Path"


def _is_path(value: Value) -> bool:
    return isinstance(value, Instance) and value.name == _PATH


def _is_text(value: Value) -> bool:
    return isinstance(value, Text) or (isinstance(value, Constant) and isinstance(value.value, str))


def _arithmetic(names: Names, node: cst.BinaryOperation) -> Values:
    function = _ARITHMETIC.get(type(node.operator))
    left, right = names.constant(node.left), names.constant(node.right)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if function is None or not numbers or (isinstance(node.operator, cst.BitOr) and not isinstance(left, int)):
        return NOTHING_KNOWN
    try:
        return (Constant(function(left, right), node),)
    except (ArithmeticError, TypeError, ValueError):
        return NOTHING_KNOWN


_PERCENT = regex(r"%(?:\((?P<key>[^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa%]")


def _percent(names: Names, node: cst.BinaryOperation) -> Values:
    template = names.constant(node.left)
    if not isinstance(template, str):
        return _joined(names, (*parts_of(names, node.left), node.right), node)
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
    return _joined(names, (*parts, template[last:]), node)


# calls of builtins and string methods


def called(names: Names, node: cst.Call) -> Values | None:
    """Calls whose result is as good as written out; None for all others."""
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=method)) if method in _STRING_METHODS:
            values = names.values(receiver)
            if len(values) == 1 and _is_text(values[0]):
                return _string_method(names, node, method, values[0], receiver)
            if method == "copy" and any(isinstance(value, Display) for value in values):
                return values
        case cst.Name(value=name) if name in _BUILTIN_DISPLAYS and names.lookup(node.func) is None:
            return _builtin(names, node, name)
        case cst.Attribute(attr=cst.Name(value="dedent")) | cst.Name(value="dedent"):
            if names.qualified(node.func) == "textwrap.dedent" and node.args:
                return names.values(node.args[0].value)
        case _:
            pass
    return None


_STRING_METHODS = frozenset(
    "format join strip lstrip rstrip lower upper title encode decode replace format_map copy removeprefix removesuffix".split()
)
_BUILTIN_DISPLAYS = {
    "dict": "dict",
    "list": "list",
    "tuple": "tuple",
    "set": "set",
    "str": "",
    "float": "",
    "int": "",
    "repr": "",
    "sorted": "list",
}


def _builtin(names: Names, node: cst.Call, name: str) -> Values | None:
    kind = _BUILTIN_DISPLAYS[name]
    if kind:
        return (Display(node, kind),)
    if len(node.args) != 1 or node.args[0].star or node.args[0].keyword:
        return None
    inner = node.args[0].value
    match names.values(inner), name:
        case (Constant(value=str() | int() | float() as value),), "str":
            return (Constant(str(value), node),)
        case (Text() as text,), "str":
            return (text,)
        case (Constant(value=int() | float() as value),), "float":
            return (Constant(float(value), node),)
        case (Constant(value=int() | float() as value),), "int":
            return (Constant(int(value), node),)
        case _, "str" | "repr":
            return (Text((inner,), node),)
        case _:
            return None


def _string_method(
    names: Names, node: cst.Call, method: str, text: Value, receiver: cst.BaseExpression
) -> Values | None:
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
    return _joined(names, tuple(parts), node)


def _join(names: Names, node: cst.Call, receiver: cst.BaseExpression) -> Values:
    glue = names.constant(receiver)
    parts: list[Part] = []
    match names.values(node.args[0].value) if node.args else ():
        case (Display() as display,) if isinstance(glue, str):
            for number, element in enumerate(elements(names, display)):
                parts += [glue] if number else []
                parts.append(element if element is not None else node.args[0].value)
            return _joined(names, tuple(parts), node)
        case _:
            return (Text((node,), node),)


# lists and dicts


def elements(
    names: Names, display: Display, written: cst.BaseExpression | None = None
) -> tuple[cst.BaseExpression | None, ...]:
    """The items of a list, tuple or set in order; None stands for any number of unknown ones.

    `written` is the expression that named it: what was appended under that name before counts as well.
    """
    found = _elements(names, display.node, 0)
    path = dotted(written) if written is not None else ""
    return tuple(found + _appended(names, path, written) if path and written is not None else found)


def _appended(names: Names, path: str, written: cst.BaseExpression) -> list[cst.BaseExpression | None]:
    order, found = names.index.order, []
    here = names.index.function_of(written)
    for method in ("append", "extend", "insert"):
        for call in names.calls_of(method, path.rpartition(".")[2]):
            named = isinstance(call.func, cst.Attribute) and dotted(call.func.value) == path and call.args
            if named and order[id(call)] < order[id(written)] and names.index.function_of(call) is here:
                found.append((order[id(call)], method, call.args[-1].value))
    added: list[cst.BaseExpression | None] = []
    for _, method, value in sorted(found, key=lambda one: one[0]):
        added += _inner(names, value, 0) if method == "extend" else [value] if method == "append" else [None]
    return added


def _elements(names: Names, node: cst.CSTNode, depth: int) -> list[cst.BaseExpression | None]:
    if depth > _DEEPEST:
        return [None]
    match node:
        case cst.List() | cst.Tuple() | cst.Set():
            found: list[cst.BaseExpression | None] = []
            for element in node.elements:
                if isinstance(element, cst.StarredElement):
                    found += _inner(names, element.value, depth)
                else:
                    found.append(element.value)
            return found
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return _inner(names, left, depth) + _inner(names, right, depth)
        case cst.AugAssign(target=target, value=value):
            return _inner(names, cast("cst.BaseExpression", target), depth) + _inner(names, value, depth)
        case cst.Call(args=[cst.Arg(value=inner, star="")]):
            return _inner(names, inner, depth)
        case _:
            return [None]


def _inner(names: Names, node: cst.BaseExpression, depth: int) -> list[cst.BaseExpression | None]:
    match names.values(node):
        case (Display(node=inner, kind="list" | "tuple" | "set"),):
            return _elements(names, inner, depth + 1)
        case _:
            return [None]


Given = dict[str, list[cst.BaseExpression]]


def mapping(names: Names, display: Display, written: cst.BaseExpression | None = None) -> tuple[Given, bool]:
    """The keys of a dict with the expressions they may hold, and whether that is all there is.

    `written` is the expression that named it: what is stored under keys of that name later counts as well.
    """
    given: Given = {}
    whole = _fill(names, display.node, given, 0)
    if written is not None:
        whole = _stored(names, written, given) and whole
        first = _first_name(names, display)
        if first is not None and not (dotted(first) == dotted(written) and _same_name(names, first, written)):
            whole = _stored(names, first, given) and whole
    return given, whole


def _first_name(names: Names, display: Display) -> cst.BaseExpression | None:
    """The name that a dict was written out under: a function may fill it before it hands it over."""
    match names.index.parent.get(id(display.node)):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
            return target
        case cst.AnnAssign(target=cst.Name() as target):
            return target
        case _:
            return None


def stored(names: Names, written: cst.BaseExpression) -> Given:
    """What this file stores in a dict that comes from elsewhere, such as its own `**kwargs`."""
    given: Given = {}
    _stored(names, written, given)
    return given


def _fill(names: Names, node: cst.CSTNode, given: Given, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    match node:
        case cst.Dict(elements=items):
            return False not in [
                _fill_item(names, item, given, depth) for item in items
            ]  # all of them, whatever comes first
        case cst.Call(args=args):
            whole = True
            for arg in args:
                if arg.keyword is not None:
                    given[arg.keyword.value] = [arg.value]
                else:
                    whole = _fill_from(names, arg.value, given, depth) and whole
            return whole
        case cst.BinaryOperation(left=left, right=right):
            return False not in [_fill_from(names, side, given, depth) for side in (left, right)]
        case _:
            return False


def _fill_item(names: Names, item: cst.BaseDictElement, given: Given, depth: int) -> bool:
    match item:
        case cst.DictElement(key=key, value=value):
            name = names.constant(key)
            if isinstance(name, str):
                given[name] = [value]
            return name is not ...
        case cst.StarredDictElement(value=value):
            return _fill_from(names, value, given, depth)
        case _:
            return False


def _fill_from(names: Names, node: cst.BaseExpression, given: Given, depth: int) -> bool:
    match names.values(node):
        case (Display(node=inner, kind="dict"),):
            return _fill(names, inner, given, depth + 1)
        case _:
            return False


def _stored(names: Names, written: cst.BaseExpression, given: Given) -> bool:
    """Add what `name["key"] = value` and `name.update(…)` put in; False where something unknown went in."""
    whole = True
    path = dotted(written)
    scope = names.lookup(written) if isinstance(written, cst.Name) else None
    holder = scope.node if scope is not None else names.index.module
    for target, binding in names.index.items_written(path.rpartition(".")[2], holder):
        if dotted(target.value) != path or not _same_name(names, target.value, written):
            continue
        key = names.constant(target.slice[0].slice.value) if isinstance(target.slice[0].slice, cst.Index) else ...
        if isinstance(key, str) and binding.how is How.ASSIGNED and binding.value is not None:
            given.setdefault(key, []).append(binding.value)
        else:
            whole = False
    for method in ("update", "setdefault") if path else ():
        for call in names.calls_of(method, path.rpartition(".")[2]):
            owner = call.func.value if isinstance(call.func, cst.Attribute) else None
            if owner is not None and dotted(owner) == path and _same_name(names, owner, written):
                whole = _updated(names, call, method, given) and whole
    return whole


def _same_name(names: Names, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two equal spellings are one variable: `options` of one function is not that of the next."""
    if isinstance(one, cst.Name) and isinstance(other, cst.Name):
        return names.lookup(one) is names.lookup(other)
    return True


def _updated(names: Names, call: cst.Call, method: str, given: Given) -> bool:
    if method == "setdefault":
        key = names.constant(call.args[0].value) if call.args else ...
        if isinstance(key, str) and len(call.args) > 1:
            given.setdefault(key, []).append(call.args[1].value)
            return True
        return False
    more: Given = {}
    whole = _fill(names, call, more, 0)
    for key, expressions in more.items():
        given.setdefault(key, []).extend(expressions)
    return whole


def augmented(names: Names, binding: Binding) -> Values:
    """`x += y`: a longer string, a longer list, or nothing known."""
    node = binding.node
    if not isinstance(node, cst.AugAssign) or not isinstance(node.operator, cst.AddAssign):
        return NOTHING_KNOWN
    target = cast("cst.BaseExpression", node.target)
    before, added = names.values(target), names.values(node.value)
    if any(_is_text(value) for value in (*before, *added)):
        return _joined(names, (*parts_of(names, target), *parts_of(names, node.value)), node.value)
    if any(isinstance(value, Display) for value in (*before, *added)):
        return (Display(node, "list"),)
    return NOTHING_KNOWN
