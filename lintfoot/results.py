"""What a call gives, and what `with` binds: instances of libraries' classes, objects, and what functions of this file return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from lintfoot import decorators, literals
from lintfoot.call_sites import local_argument
from lintfoot.scopes import How, last_word
from lintfoot.values import (
    NOTHING_KNOWN,
    Class,
    Function,
    Instance,
    Named,
    Object,
    Partial,
    Unknown,
    Value,
    Values,
    told,
    union,
)

if TYPE_CHECKING:
    from lintfoot.names import Names

FIELDS = frozenset(
    {
        "dataclasses.field",
        "attr.ib",
        "attr.attrib",
        "attr.field",
        "attrs.field",
        "pydantic.Field",
        "pydantic.fields.Field",
    }
)
_REACHED = frozenset({"builtins.getattr", "builtins.__import__", "importlib.import_module"})
_ENTERS = frozenset({"enter_context", "enter_async_context", "enterContext"})  # of contextlib's stacks and of unittest
_PASSED_ON = frozenset(
    {
        "contextlib.closing",
        "contextlib.aclosing",
        "copy.copy",
        "copy.deepcopy",
        "asyncio.wait_for",
        "asyncio.shield",
        "asyncio.run",
    }
)


def called(names: Names, node: cst.Call) -> Values:
    """What a call gives."""
    special = literals.called(names, node)
    if special is not None:
        return special
    if last_word(node.func) in _ENTERS and len(node.args) == 1 and not node.args[0].star:
        return entered(names, node.args[0].value)
    return union(result(names, target, node) for target in names.values(node.func))


def result(names: Names, target: Value, call: cst.Call) -> Values:
    """What calling a value gives."""
    match target:
        case Named(name=name):
            return _library_result(names, target, name, call)
        case Class(node=node):
            return (Object(node, call),)
        case Function(node=cst.Lambda(body=body)):
            return names.values(body)
        case Function(node=cst.FunctionDef() as function, receiver=receiver):
            found = returned(names, function, call, bound=receiver is not None)
            return tuple(receiver if isinstance(v, Object) and v.call is None and receiver else v for v in found)
        case Partial(targets=targets):
            return union(result(names, inner, call) for inner in targets)
        case _:
            return NOTHING_KNOWN


def _library_result(names: Names, target: Named, name: str, call: cst.Call) -> Values:
    if name == "builtins.super":
        return _super(names, call)
    if name == "functools.partial" and call.args and not call.args[0].star:
        return (Partial(names.values(call.args[0].value), call),)
    if name == "typing.cast" and len(call.args) > 1:
        return told(names.annotated(call.args[0].value))
    if name in _PASSED_ON and call.args:
        return names.values(call.args[0].value)
    if name == "builtins.staticmethod" and call.args:  # `get = staticmethod(requests.get)` in a class
        inner = names.values(call.args[0].value)
        return inner if all(isinstance(one, Named | Partial) for one in inner) else NOTHING_KNOWN
    if name in FIELDS:
        return _field(names, call)
    if name in _REACHED and call.args:
        return _reached(names, name, call)
    function = names.models.function(name)
    if function is None or not function.returns:
        return (Instance(name + "()", call),)
    if function.returns == "self" and target.receiver is not None:
        return (target.receiver,)
    return (Instance(_filled(names, function.returns, call, function.arguments), call),)


def _reached(names: Names, name: str, call: cst.Call) -> Values:
    """`getattr(os, "system")`, `__import__("os")`, `importlib.import_module("os.path")`: names written as strings."""
    last = names.constant(
        call.args[min(1, len(call.args) - 1)].value if name == "builtins.getattr" else call.args[0].value
    )
    if last is ... and name == "builtins.getattr":
        return union(_verb(names, value) for value in names.values(call.args[0].value))
    if not isinstance(last, str) or not last.replace(".", "").isidentifier():
        return NOTHING_KNOWN
    if name != "builtins.getattr":
        return (Named(names.models.canonical(last.partition(".")[0] if name == "builtins.__import__" else last)),)
    return union(names.member(value, last, None) for value in names.values(call.args[0].value))


def _verb(names: Names, value: Value) -> Values:
    """`getattr(session, method)`: of an HTTP client any verb, and `get` stands for all of them."""
    found = names.member(value, "get", None) if isinstance(value, Named | Instance | Object) else NOTHING_KNOWN
    models = [names.models.function(one.name) if isinstance(one, Named) else None for one in found]
    return found if all(model is not None and "request" in model.role for model in models) else NOTHING_KNOWN


def _field(names: Names, call: cst.Call) -> Values:
    """`field(default_factory=requests.Session)`: what the attribute of a dataclass starts with."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value in ("default_factory", "factory"):
            return union(result(names, value, call) for value in names.values(arg.value))
        if arg.keyword is not None and arg.keyword.value == "default":
            return names.values(arg.value)
    return NOTHING_KNOWN


def _filled(names: Names, returns: str, call: cst.Call, arguments: dict[str, Any]) -> str:
    if "{" not in returns:
        return returns
    from lintfoot.calls import given  # calls builds on names: the one look up, for services named by a constant

    facet = returns[returns.index("{") + 1 : returns.index("}")]
    value = given(names, call, arguments[facet]).constant if facet in arguments else ...
    return returns.replace("{" + facet + "}", value if isinstance(value, str) else "*")


def _super(names: Names, call: cst.Call) -> Values:
    function = names.index.function_of(call)
    owner = names.index.class_of(function) if function is not None else None
    for base in owner.bases if owner is not None else ():
        for value in names.values(base.value):
            if isinstance(value, Class):
                return (Object(value.node),)
            if isinstance(value, Named):
                return (Instance(value.name),)
    return NOTHING_KNOWN


def returned(names: Names, function: cst.FunctionDef, call: cst.Call | None = None, *, bound: bool = False) -> Values:
    """What a function of this file returns to a call of it, or yields where it is a context manager."""
    manager = decorators.has(function, "contextmanager", "asynccontextmanager", "fixture")
    table = names.index.yields if manager else names.index.returns
    given = [_handed_back(names, value, function, call, bound=bound) for value in table.get(id(function), ()) if value]
    values = union(names.values(value) for value in given)
    if any(not isinstance(value, Unknown) for value in values):
        return values
    return names.annotated(function.returns.annotation) if function.returns else (values or NOTHING_KNOWN)


def _handed_back(
    names: Names, value: cst.BaseExpression, function: cst.FunctionDef, call: cst.Call | None, *, bound: bool
) -> cst.BaseExpression:
    """`return value` of a parameter gives a call what that very call handed in, not what others did."""
    scope = names.lookup(value) if isinstance(value, cst.Name) and call is not None else None
    bindings = scope.bindings[value.value] if scope is not None and isinstance(value, cst.Name) else ()
    if call is None or len(bindings) != 1 or bindings[0].how is not How.PARAMETER or scope is None:
        return value
    if scope.node is not function or not isinstance(value, cst.Name) or not isinstance(call, cst.Call):
        return value
    bound = bound and not decorators.has(function, "staticmethod")
    written, unsure = local_argument(call, function, value.value, bound=bound)
    return value if unsure or written is None else written


def entered(names: Names, node: cst.BaseExpression | None) -> Values:
    """What `with … as` binds: mostly the object itself."""
    found: list[Values] = []
    for value in names.values(node):
        match value:
            case Object():
                enter = names.member(value, "__enter__", None)
                aenter = enter if enter != NOTHING_KNOWN else names.member(value, "__aenter__", None)
                results = [result(names, method, node) for method in aenter if isinstance(method, Function)]  # type: ignore[arg-type]
                found.append(union(results) or (value,))
            case Instance(name=name, call=call):
                model = names.models.function(name)
                found.append((Instance(model.enters, call),) if model and model.enters else (value,))
            case _:
                found.append((value,))
    return union(found)
