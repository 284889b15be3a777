"""Which literals an expression may be: through `or`, conditions, `.encode()`, look-ups with a fallback, and names bound once."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.gates.secret_callees import DEFAULTS, FIELDS, FIRST_IS_DEFAULT, GETTERS, METHODS, WRAPPERS
from lintfoot.names import Names
from lintfoot.records import dataclass
from lintfoot.scopes import last_word
from lintfoot.secret_names import said, words
from lintfoot.strings import written_out
from lintfoot.values import Constant

Literal = cst.SimpleString | cst.ConcatenatedString | cst.FormattedString
LITERALS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One literal. `text` has a NUL where data goes in; `lookup` is the key of the look-up that it is the fallback of.

    `via` is the name that it was reached through.
    """

    node: cst.BaseExpression
    text: str
    fallback: bool = False
    lookup: str = ""
    via: cst.BaseExpression | None = None
    raw: bytes = b""


def text_of(node: cst.CSTNode) -> str | None:
    """The text of a literal, with a NUL in place of data; None for anything else."""
    match node:
        case cst.SimpleString():
            try:
                value = written_out(node)
            except (ValueError, SyntaxError):
                return None
            return value if isinstance(value, str) else value.decode("latin-1")
        case cst.ConcatenatedString(left=left, right=right):
            pieces = (text_of(left), text_of(right))
            return None if None in pieces else "".join(piece or "" for piece in pieces)
        case cst.FormattedString(parts=parts):
            return "".join(
                part.value.replace("{{", "{").replace("}}", "}") if isinstance(part, cst.FormattedStringText) else "\0"
                for part in parts
            )
        case _:
            return None


_CONFIG_WORDS = frozenset(
    "config cfg conf parser ini section settings cp configparser props properties options".split()
)


def leaves(names: Names, node: cst.BaseExpression | None, *, follow: bool = False, depth: int = 0) -> Iterator[Leaf]:
    """The literals that an expression may be. `follow` also asks what names stand for."""
    if node is None or depth > 6:  # noqa: PLR2004 - deeper is no value that somebody typed
        return
    match node:
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            text = text_of(node)
            if text is not None:
                yield Leaf(node, text, raw=_raw(node))
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            found = list(leaves(names, left, follow=follow, depth=depth + 1)) if isinstance(operator, cst.Or) else []
            yield from found
            key = _key_of(left) if isinstance(operator, cst.Or) else ""
            yield from _as_fallback(
                leaves(names, right, follow=follow, depth=depth + 1),
                key,
                apart=isinstance(operator, cst.Or) and not found,
            )
        case cst.IfExp(body=body, orelse=orelse):
            yield from leaves(names, body, follow=follow, depth=depth + 1)
            yield from leaves(names, orelse, follow=follow, depth=depth + 1)
        case cst.NamedExpr(value=inner) | cst.Await(expression=inner):
            yield from leaves(names, inner, follow=follow, depth=depth + 1)
        case cst.Call():
            yield from _of_call(names, node, follow=follow, depth=depth)
        case cst.BinaryOperation(operator=cst.Add()):
            yield from _of_sum(node)
        case cst.Name() | cst.Attribute() | cst.Subscript() if follow:
            yield from _followed(names, node)
        case _:
            pass


def _raw(node: cst.CSTNode) -> bytes:
    if isinstance(node, cst.SimpleString) and "b" in node.prefix.lower():
        value = node.evaluated_value
        return value if isinstance(value, bytes) else b""
    return b""


def _as_fallback(found: Iterator[Leaf], key: str, *, apart: bool) -> Iterator[Leaf]:
    for leaf in found:
        yield Leaf(leaf.node, leaf.text, apart or leaf.fallback, leaf.lookup or key, leaf.via, leaf.raw)


def _of_sum(node: cst.BinaryOperation) -> Iterator[Leaf]:
    """`"hunter" + "2"`, `"Basic " + b64encode(…)`: a sum of literals is one; of another sum nothing can be told."""
    text = _summed(node)
    if text is not None:
        yield Leaf(node, text)


def _summed(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        left, right = _summed(node.left), _summed(node.right)
        return left + right if left is not None and right is not None else None
    return text_of(node)


def _followed(names: Names, node: cst.BaseExpression) -> Iterator[Leaf]:
    for value in names.values(node):
        match value:
            case Constant(node=literal, value=str() | bytes()) if isinstance(literal, LITERALS) and literal is not node:
                text = text_of(literal)
                if text is not None:
                    yield Leaf(literal, text, via=node, raw=_raw(literal))
            case _:
                pass


def _of_call(names: Names, node: cst.Call, *, follow: bool, depth: int) -> Iterator[Leaf]:
    name = last_word(node.func)
    if name in METHODS and isinstance(node.func, cst.Attribute):
        yield from leaves(names, node.func.value, follow=follow, depth=depth + 1)
        return
    if name in WRAPPERS and node.args and not node.args[0].star:
        yield from leaves(
            names, node.args[-1].value if name == "cast" else node.args[0].value, follow=follow, depth=depth + 1
        )
    default = default_of(node, name)
    if default is not None:
        lookup = name not in FIELDS
        found = leaves(names, default, follow=follow, depth=depth + 1)
        yield from (_as_fallback(found, key_of_lookup(node), apart=True) if lookup else found)


def default_of(node: cst.Call, name: str) -> cst.BaseExpression | None:
    """The expression that a look-up or a field falls back to, if the call has one."""
    if name not in GETTERS and name not in FIELDS and not _has_name_first(node):
        return None
    for arg in node.args:
        if arg.keyword is not None and arg.keyword.value in DEFAULTS:
            return arg.value
    if name in FIRST_IS_DEFAULT and node.args and node.args[0].keyword is None and not node.args[0].star:
        return node.args[0].value
    if name not in GETTERS:
        return None
    return _by_position(node, name)


def _by_position(node: cst.Call, name: str) -> cst.BaseExpression | None:
    """`get(key, default)`, `get(section, key, default)`, `getattr(object, name, default)`: the last argument."""
    by_position = [arg for arg in node.args if arg.keyword is None]
    if any(arg.star for arg in by_position) or len(by_position) < (3 if name == "getattr" else 2):
        return None
    if len(by_position) == 2 and isinstance(node.func, cst.Attribute) and _takes_a_section(node, by_position[0].value):  # noqa: PLR2004
        return None
    return by_position[-1].value


def _has_name_first(node: cst.Call) -> bool:
    """`env.str("API_TOKEN", default=…)`, `cfg.StrOpt("password", default=…)`: any call with a text first."""
    return bool(node.args) and isinstance(node.args[0].value, cst.SimpleString) and node.args[0].keyword is None


def _takes_a_section(node: cst.Call, first: cst.BaseExpression) -> bool:
    """`parser.get("database", "password")`: the second text is a name, unless the first one names a secret itself."""
    key = text_of(first)
    if key is not None and said(key) is not None:
        return False
    receiver = node.func.value if isinstance(node.func, cst.Attribute) else node.func
    return not _CONFIG_WORDS.isdisjoint(words(last_word(receiver)))


def keys_of_lookup(node: cst.Call) -> list[str]:
    """All texts by position but the last of several: `config.get("database", "password", fallback=…)`."""
    plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    texts = [text_of(one) for one in plain if isinstance(one, cst.SimpleString)]
    return [text for text in texts if text]


def key_of_lookup(node: cst.Call) -> str:
    """What a look-up asks for: `os.environ.get("DB_PASSWORD", …)` gives DB_PASSWORD."""
    plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    place = 1 if last_word(node.func) == "getattr" else 0
    text = text_of(plain[place]) if len(plain) > place else None
    return text if text is not None and "\0" not in text else ""


def _key_of(node: cst.BaseExpression) -> str:
    match node:
        case cst.Call():
            return key_of_lookup(node)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return text_of(key) or ""
        case _:
            return ""


def name_of(node: cst.CSTNode) -> str:
    """What a target or an operand is called: a variable, an attribute, a key, the key of a look-up; empty for others."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return text_of(key) or last_word(key)
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))) if method in METHODS:
            return name_of(receiver)
        case cst.Call(func=func, args=args):
            if last_word(func) in ("getpass", "GetPass"):
                return "password"
            return key_of_lookup(node) if last_word(func) in GETTERS and args else ""
        case cst.Await(expression=inner) | cst.NamedExpr(target=inner):
            return name_of(inner)
        case _:
            return ""
