"""The names whose change ends a loop: `while not connected`."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.paths import FALLS, outcomes, statements, within
from lintfoot.scopes import dotted
from lintfoot.values import Function
from lintfoot.visitors.bounds import Guard
from lintfoot.visitors.statuses import means_success, of_outcome
from lintfoot.visitors.wording import assigned_in, last_word

CONNECTED = "connect"  # a flag that somebody else keeps: `while not client.is_connected()`
_ENDS = (
    "done",
    "stop",
    "finish",
    "exit",
    "quit",
    "shut",
    "clos",
    "complet",
    "terminat",
    "cancel",
    "abort",
    "kill",
    "end",
    "halt",
)


def flags_of(test: cst.BaseExpression) -> tuple[str, ...]:
    """The names whose change ends the loop: `not done`, `self.reply is None`, `ok == False`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Name() | cst.Attribute() as flag):
            pass
        case cst.Comparison(
            left=cst.Name() | cst.Attribute() as flag,
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal() | cst.NotEqual(), comparator=right)],
        ) if isinstance(right, cst.Name | cst.Integer | cst.SimpleString):
            pass
        case cst.Comparison(
            comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=cst.Name() | cst.Attribute() as flag)]
        ):
            pass  # `while key not in found`
        case cst.Name() | cst.Attribute() as flag:
            pass
        case _:
            return ()
    name = dotted(flag)
    return (name,) if name not in ("", "True", "False") else ()


def _is_acquired(flags: tuple[str, ...]) -> bool:
    """`while not self.session`: something is to be had; `while not self.stopped` goes on until somebody ends it."""
    words = {word for flag in flags for word in flag.rpartition(".")[2].lower().strip("_").split("_")}
    return bool(words) and not any(word.startswith(_ENDS) for word in words)


def _gets_flag(func: cst.BaseExpression, flags: tuple[str, ...]) -> bool:
    """`while not self._session: self.refresh_session()`: the name says what the call is for."""
    words = {flag.rpartition(".")[2].lower().strip("_") for flag in flags if "." in flag}
    name = last_word(func).lower()
    return _is_acquired(flags) and any(len(word) > len("ok") and word in name and word != name for word in words)


def asks_connection(test: cst.BaseExpression) -> bool:
    """`not client.is_connected()`, `not client.connected`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Call(func=func) | (cst.Attribute() as func)):
            return connects(func)
        case _:
            return False


def connects(func: cst.BaseExpression) -> bool:
    """Whether a name speaks of connecting."""
    name = last_word(func).lower()
    return CONNECTED in name and "disconnect" not in name


def sets_flag(body: cst.BaseSuite, flags: tuple[str, ...], *, leaving: bool = False) -> bool:
    """Whether a block sets one of the flags; `leaving`: to anything but None, which says that there is nothing yet."""
    return any(_sets_here(node, flags) and not (leaving and _is_none(node)) for node in within(body))


def _is_constant(node: cst.CSTNode) -> bool:
    """`done = True`; where `done = poll()` stands, the loop waits for a state."""
    return isinstance(node, cst.Assign) and isinstance(node.value, cst.Name | cst.Integer | cst.SimpleString)


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Assign) and isinstance(node.value, cst.Name) and node.value.value == "None"


def _one_of_several(node: cst.CSTNode) -> bool:
    """`output, done = read()`: what was read says whether there is more, and success comes round as well."""
    return isinstance(node, cst.Assign) and any(isinstance(target.target, cst.Tuple) for target in node.targets)


def _sets_here(node: cst.CSTNode, flags: tuple[str, ...]) -> bool:
    """Whether an assignment sets one of the flags."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=owner))]):
            return dotted(owner) in flags
        case cst.Assign(targets=targets):
            return any(dotted(target.target) in flags for target in targets) or any(
                isinstance(target.target, cst.Tuple)
                and any(dotted(element.value) in flags for element in target.target.elements)
                for target in targets
            )
        case cst.AnnAssign(target=target):
            return dotted(target) in flags
        case _:
            return False


def set_falsy(body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """`while waiting: … waiting = False`: what is read until it is empty is no flag."""
    for node in within(body):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=cst.Name(value="False" | "None")):
                if dotted(target) in flags:
                    return True
            case _:
                pass
    return False


def success_sets(names: Names, one: Guard, body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """Whether what is guarded sets a flag when it works out."""
    inside = _sets_straight(names, one.body, flags)
    if isinstance(one, cst.With):
        return inside
    inside = inside or (one.orelse is not None and _sets_straight(names, one.orelse.body, flags))
    after = any(FALLS not in outcomes(handler.body) for handler in one.handlers)
    return inside or (after and _sets_straight(names, body, flags))


def _sets_straight(names: Names, body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """Whether every run through a block sets the flag, itself or by a function of this file that does so."""
    assigned = assigned_in(body)
    for statement in statements(body):
        match statement:
            case cst.With(body=inner) | cst.Try(body=inner):
                if _sets_straight(names, inner, flags):
                    return True
            case cst.If(test=test, body=inner) if of_outcome(test, assigned) and means_success(test):
                if _sets_straight(names, inner, flags):
                    return True
            case cst.If() | cst.For() | cst.While() | cst.Match():
                continue
            case _ if _sets_here(statement, flags):
                if not _one_of_several(statement) and (_is_acquired(flags) or _is_constant(statement)):
                    return True
            case _:
                if _set_by_call(names, statement, flags):
                    return True
    return False


def _set_by_call(names: Names, statement: cst.CSTNode, flags: tuple[str, ...]) -> bool:
    for call in within(statement):
        if not isinstance(call, cst.Call):
            continue
        if (CONNECTED in flags and connects(call.func)) or _gets_flag(call.func, flags):
            return True
        for value in names.values(call.func):
            if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
                shared = names.index.scopes[id(value.node)].elsewhere
                seen = tuple(flag for flag in flags if "." in flag or flag in shared)
                lines = within(value.node.body) if _is_acquired(seen) else statements(value.node.body)
                if any(_sets_here(one, seen) for one in lines):
                    return True
    return False
