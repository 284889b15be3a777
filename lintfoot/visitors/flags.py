"""The names whose change ends a loop: `while not connected`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lintfoot.descent import Sought
from lintfoot.names import Names
from lintfoot.paths import FALLS, outcomes, statements, within
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Function
from lintfoot.visitors.bounds import Guard
from lintfoot.visitors.endings import truth
from lintfoot.visitors.failures import Handler
from lintfoot.visitors.statuses import means_success, of_outcome
from lintfoot.visitors.wording import assigned_in

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
            comparisons=[
                cst.ComparisonTarget(operator=cst.Is() | cst.IsNot() | cst.Equal() | cst.NotEqual(), comparator=right)
            ],
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


def goes_on_while(test: cst.BaseExpression) -> bool | None:
    """The truth of its flag with which a loop goes on: `while not done` False, `while failed` True; None where it is neither."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Name() | cst.Attribute()):
            return False
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            compared = truth(right)
            if compared is None or not isinstance(operator, cst.Is | cst.IsNot | cst.Equal | cst.NotEqual):
                return None
            return compared is isinstance(operator, cst.Is | cst.Equal)
        case cst.Name() | cst.Attribute():
            return True
        case _:
            return None


def is_truthy(test: cst.BaseExpression) -> bool:
    """`while waiting`, `while error is not None`: something empty ends the loop."""
    match test:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=cst.IsNot())]):
            return True
        case _:
            return isinstance(test, cst.Name | cst.Attribute)


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


def sets_leaving(handler: Handler, flags: tuple[str, ...], goes_on: bool | None) -> bool:
    """Whether a handler sets one of the flags to anything but what the loop goes on with."""
    return any(_sets_here(node, flags) and not _goes_on(node, goes_on, handler) for node in within(handler.body))


def taken_back(one: cst.Try | cst.TryStar, body: cst.BaseSuite, flags: tuple[str, ...], goes_on: bool | None) -> bool:
    """`done = True` before a try that does not touch it: the handler that takes it back is what comes round."""
    if goes_on is None or any(_sets_here(node, flags) for node in within(one.body)):
        return False
    before: list[cst.CSTNode] = []
    for statement in statements(body):
        if statement is one:
            break
        before.append(statement)
    return any(
        isinstance(node, cst.Assign) and _sets_here(node, flags) and truth(node.value) is (not goes_on)
        for node in before
    )


def takes_back(handler: Handler, flags: tuple[str, ...], goes_on: bool | None) -> bool:
    """Whether a handler sets a flag to what the loop goes on with."""
    return any(_sets_here(node, flags) and _goes_on(node, goes_on, handler) for node in within(handler.body))


def _is_constant(node: cst.CSTNode) -> bool:
    """`done = True`; where `done = poll()` stands, the loop waits for a state."""
    return isinstance(node, cst.Assign) and isinstance(node.value, cst.Name | cst.Integer | cst.SimpleString)


def _goes_on(node: cst.CSTNode, goes_on: bool | None, handler: Handler) -> bool:
    """Whether an assignment in a handler keeps the loop going: None says that there is nothing yet, a caught error that it failed."""
    if not isinstance(node, cst.Assign):
        return False
    if goes_on is None:
        return isinstance(node.value, cst.Name) and node.value.value == "None"
    caught = handler.name.name if handler.name is not None else None
    if goes_on and isinstance(node.value, cst.Name) and isinstance(caught, cst.Name):
        return node.value.value in (caught.value, "True")
    return truth(node.value) is goes_on


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


def _mentioning(flags: tuple[str, ...]) -> Sought:
    """Where one of the flags may stand: by its last name."""
    return frozenset(flag.rpartition(".")[2] for flag in flags)


def set_falsy(body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """`while waiting: … waiting = False`: what is read until it is empty is no flag."""
    for node in within(body, _mentioning(flags)):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=cst.Name(value="False" | "None")):
                if dotted(target) in flags:
                    return True
            case _:
                pass
    return False


def success_sets(names: Names, one: Guard, body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """Whether what is guarded sets a flag when it works out."""
    inside = sets_straight(names, statements(one.body), flags)
    if isinstance(one, cst.With):
        return inside
    inside = inside or (one.orelse is not None and sets_straight(names, statements(one.orelse.body), flags))
    after = any(FALLS not in outcomes(handler.body) for handler in one.handlers)
    return inside or (after and sets_straight(names, statements(body), flags))


def sets_straight(names: Names, lines: Sequence[cst.CSTNode], flags: tuple[str, ...]) -> bool:
    """Whether every run through some statements sets the flag, itself or by a function of this file that does so."""
    assigned = {name for one in lines for name in assigned_in(one)}
    for statement in lines:
        match statement:
            case cst.With(body=inner) | cst.Try(body=inner):
                if sets_straight(names, statements(inner), flags):
                    return True
            case cst.If(test=test, body=inner) if of_outcome(test, assigned) and means_success(test):
                if sets_straight(names, statements(inner), flags):
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
                body = value.node.body
                lines = within(body, _mentioning(seen)) if _is_acquired(seen) else statements(body)
                if any(_sets_here(one, seen) for one in lines):
                    return True
    return False
