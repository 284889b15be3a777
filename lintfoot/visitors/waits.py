"""How long a loop waits between two turns, and whether it waits longer each time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import libcst as cst

from lintfoot.descent import Sought
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Function, Instance
from lintfoot.visitors.wording import names_in, root_name

_PAUSES: Sought = frozenset(("sleep", "wait"))
_SLEEPS: Sought = frozenset(("sleep",))
_CALLS: Sought = frozenset((ast.Call,))
CONSTANT, OTHER = "constant", "other"
_CONVERTS = frozenset("int float max min round abs timedelta total_seconds str".split())
_LOOKUPS = frozenset("get getint getfloat getenv getattr get_config".split())
_STOPS = regex(r"(?i)stop|event|exit|quit|shut|cancel|halt|terminat|wake")
_LATER = regex(r"(?i)wait|backoff|back_off|delay|pause|throttl|limiter|acquire|nap\b|defer|sleep")


@dataclass(frozen=True, slots=True)
class Pause:
    """One call that lets time pass; `grows` is CONSTANT, or OTHER where it grows, is drawn, or nobody can tell."""

    call: cst.Call
    kind: str


def pauses(names: Names, loop: cst.While | cst.For) -> list[Pause]:
    """The pauses of a loop, those in functions of this file that it calls included."""
    changing = set(bound_in(loop))
    found: list[Pause] = []
    for node in within(loop.body):
        if not isinstance(node, cst.Call):
            continue
        seconds = _seconds(names, node)
        if seconds is not None:
            found.append(Pause(node, CONSTANT if _is_constant(names, seconds, changing) else OTHER))
        elif _LATER.search(last_word(node.func)):
            found.append(Pause(node, _kind_of_helper(names, node)))
    return found


def sleeps(names: Names, node: cst.CSTNode) -> bool:
    """Whether something below sleeps, itself or by a function of this file."""
    if any(isinstance(one, cst.Call) and _seconds(names, one) is not None for one in within(node, _PAUSES)):
        return True
    called = (one.func for one in within(node, _CALLS) if isinstance(one, cst.Call))
    return any(
        isinstance(inner, cst.Call) and last_word(inner.func) == "sleep"
        for func in called
        for value in names.values(func)
        if isinstance(value, Function)
        for inner in within(value.node.body, _SLEEPS)
    )


def _seconds(names: Names, call: cst.Call) -> cst.BaseExpression | None:
    """What `sleep(…)` or `stopped.wait(…)` is told; None where the call is neither."""
    if not call.args or call.args[0].star:
        return None
    if last_word(call.func) == "sleep":
        return call.args[0].value
    if last_word(call.func) == "wait" and isinstance(call.func, cst.Attribute):
        values = names.values(call.func.value)
        events = any(isinstance(value, Instance) and value.name.endswith("Event") for value in values)
        return call.args[0].value if events or _STOPS.search(last_word(call.func.value)) else None
    return None


def _kind_of_helper(names: Names, call: cst.Call) -> str:
    """`self._pause()`: a function of this file that sleeps for a number written out, and is told nothing."""
    for value in names.values(call.func):
        if isinstance(value, Function) and not call.args:
            inner = [one for one in within(value.node.body) if isinstance(one, cst.Call)]
            told = [seconds for one in inner if (seconds := _seconds(names, one)) is not None]
            if told and all(isinstance(one, cst.Integer | cst.Float) for one in told):
                return CONSTANT
    return OTHER


def bound_in(loop: cst.While | cst.For) -> Iterator[str]:
    """The names that may hold something else in the next turn."""
    parts: Iterable[cst.CSTNode] = within(loop.body)
    if isinstance(loop, cst.For):
        yield from (name.value for name in names_in(loop.target))
    for node in parts:
        match node:
            case cst.AssignTarget(target=target) | cst.AugAssign(target=target) | cst.AnnAssign(target=target):
                yield from (one for one in (dotted(target), *(name.value for name in names_in(target))) if one)
            case cst.For(target=target) | cst.CompFor(target=target) | cst.NamedExpr(target=target):
                yield from (name.value for name in names_in(target))
            case cst.AsName(name=cst.Name(value=name)):
                yield name
            case _:
                pass


def _is_constant(names: Names, node: cst.BaseExpression, changing: set[str]) -> bool:
    """Whether an expression is the same every time round."""
    match node:
        case cst.Integer() | cst.Float() | cst.SimpleString():
            return True
        case cst.Name(value=name):
            return name not in changing
        case cst.Attribute(value=owner, attr=cst.Name(value=attr)):
            if dotted(node) in changing or root_name(node) in changing - {"self", "cls"} or _LATER.search(attr):
                return _written_once(names, attr) and dotted(node) not in changing and root_name(node) not in changing
            return not isinstance(owner, cst.Call)
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return _is_constant(names, owner, changing) and _is_constant(names, key, changing)
        case cst.BinaryOperation(left=left, right=right) | cst.BooleanOperation(left=left, right=right):
            return _is_constant(names, left, changing) and _is_constant(names, right, changing)
        case cst.UnaryOperation(expression=inner):
            return _is_constant(names, inner, changing)
        case cst.IfExp(body=body, orelse=orelse):
            return _is_constant(names, body, changing) and _is_constant(names, orelse, changing)
        case cst.Call(func=func, args=args) if last_word(func) in _CONVERTS | _LOOKUPS:
            same = not isinstance(func, cst.Attribute) or _is_constant(names, func.value, changing)
            return same and all(_is_constant(names, arg.value, changing) for arg in args)
        case _:
            return False


def _written_once(names: Names, attr: str) -> bool:
    """Whether only constructors set an attribute: `self.delay` may grow elsewhere."""
    writers = [names.index.function_of(target) for target, _ in names.index.attribute_writes.get(attr, ())]
    return all(
        isinstance(one, cst.FunctionDef) and one.name.value in ("__init__", "setUp", "configure") for one in writers
    )
