"""What an expression may stand for, as plain frozen records.

An expression has a tuple of these: any of them may be what it is at run time. Unknown is a value like the others, and rules
stay quiet on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from lintfoot.records import dataclass

if TYPE_CHECKING:
    import libcst as cst


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell from this file."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: str, bytes, int, float, complex, bool, None or Ellipsis."""

    value: Any
    node: cst.BaseExpression


@dataclass(frozen=True, slots=True)
class Named:
    """Something imported or built in, by its canonical qualified name: a module, a function, a class, a constant.

    `receiver` is the instance it was reached through, when it is a method or attribute of one.
    """

    name: str
    receiver: Instance | Object | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """What a call of something outside this file gave: `name` is the qualified class, or `callable()` where no model knows it.

    `call` is the call that made it, None where only an annotation tells, or where another file of the project made it:
    then `origin` is the qualified name that it was imported by.
    """

    name: str
    call: cst.Call | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function or lambda of this file; `receiver` is set when it was reached as a method."""

    node: cst.FunctionDef | cst.Lambda
    receiver: Object | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """A class of this file."""

    node: cst.ClassDef


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of a class of this file; `call` is None inside its own methods."""

    node: cst.ClassDef
    call: cst.Call | None = None


@dataclass(frozen=True, slots=True)
class Display:
    """A list, tuple, set, dict or comprehension written out here, a sum of such, or a call of list(), dict() and the like."""

    node: cst.BaseExpression | cst.AugAssign
    kind: str  # list, tuple, set, dict


@dataclass(frozen=True, slots=True)
class Text:
    """A string built from data: known pieces, and the expressions whose values go between them."""

    parts: tuple[str | cst.BaseExpression, ...]
    node: cst.BaseExpression

    @property
    def known(self) -> str:
        """The known pieces, with a NUL where data goes in: no program name or option holds one."""
        return "".join(part if isinstance(part, str) else "\0" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Partial:
    """functools.partial: a target called with some arguments already given."""

    targets: tuple[Value, ...]
    call: cst.Call


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, whatever its callers give; `default` is its default's expression.

    `called` tells that this file calls the function: what those calls give stands beside this value.
    """

    name: str
    default: cst.BaseExpression | None
    function: cst.FunctionDef | cst.Lambda
    called: bool = False


@dataclass(frozen=True, slots=True)
class Caught:
    """The exception bound by `except … as`."""

    handler: cst.ExceptHandler | cst.ExceptStarHandler


Value = (
    Unknown | Constant | Named | Instance | Function | Class | Object | Display | Text | Partial | Parameter | Caught
)
Values = tuple[Value, ...]


def known_text(value: Value) -> str:
    """The text that a value is, with a NUL where data goes in; empty for what is no text."""
    match value:
        case Constant(value=str() as text):
            return text
        case Text() as built:
            return built.known
        case _:
            return ""


class Elsewhere(Protocol):
    """Whoever knows what names mean that other files of the project bind."""

    def value(self, name: str, node: cst.BaseExpression) -> Value | None:
        """What a qualified name stands for, None where it is no more than its name; `node` is what mentions it here."""


UNKNOWN = Unknown()
NOTHING_KNOWN: Values = (UNKNOWN,)
MOST_VALUES = 24  # more possibilities than this explain nothing


def union(many: Iterable[Values]) -> Values:
    """All values of several answers, each once."""
    return distinct(tuple(value for values in many for value in values))


def distinct(values: Values) -> Values:
    """Each value once; where there are too many, the first of them and Unknown."""
    if len(values) == 1:
        return values
    found = list({_key(value): value for value in values}.values())
    return (*found[:MOST_VALUES], UNKNOWN) if len(found) > MOST_VALUES else tuple(found)


def _key(value: Value) -> object:
    match value:
        case Constant(value=constant):
            return ("constant", type(constant), repr(constant))
        case Named(name=name, receiver=receiver):
            return ("named", name, id(getattr(receiver, "call", None)) if receiver else 0)
        case Instance(name=name, call=call, origin=origin):
            return ("instance", name, id(call), origin)
        case Unknown():
            return "unknown"
        case Parameter(name=name, function=function):
            return ("parameter", name, id(function))
        case Partial(call=call):
            return ("partial", id(call))
        case Caught(handler=handler):
            return ("caught", id(handler))
        case Function(node=node) | Class(node=node) | Display(node=node) | Text(node=node):
            return (type(value).__name__, id(node))
        case Object(node=node, call=call):
            return ("object", id(node), id(call))


def partials(values: Values) -> Iterator[Partial]:
    """The partials among some values, and what they are partials of in their turn."""
    for value in values:
        if isinstance(value, Partial):
            yield value
            yield from partials(value.targets)


def told(values: Values) -> Values:
    """The values without Unknown, unless nothing else is left."""
    return tuple(value for value in values if not isinstance(value, Unknown)) or NOTHING_KNOWN
