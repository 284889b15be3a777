"""Defaults that are made once and shared by all calls."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

import libcst as cst

from lintfoot import decorators
from lintfoot.gates.gate import Gate
from lintfoot.gates.outsiders import CONSTRUCTORS
from lintfoot.gates.scripts import DEFINITIONS
from lintfoot.regexes import regex
from lintfoot.scopes import FunctionNode, parameters
from lintfoot.values import Class, Display, Function, Instance, Named
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.mutation import changes
from lintfoot.visitors.views import is_view

(CODE,) = DEFINITIONS.codes


class Made(Enum):
    """Where a mutable default comes from: written out in the definition, or the same object as something else's."""

    WRITTEN = "written"
    SHARED = "shared"  # a module's list, a slice, the result of split(): a fault only where the function changes it


_REGISTERS = regex(r"(?i)_*(?:un|de)?(?:register|subscribe)")  # to change what all share is what these are for
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_LISTS_OF_TEXT = frozenset({"split", "rsplit", "splitlines"})

_MOST_NESTED = 12
_COPIERS = {"{": "dict", "d": "dict", "s": "set"}  # by the first letter of the default as it is written


class Definitions(Visitor):
    """LF501 at the default of every parameter."""

    gate: ClassVar[Gate] = DEFINITIONS

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Judge the defaults of a function; one that never runs has none."""
        if not (self.context.path.endswith(".pyi") or decorators.has(node, "overload")):
            self._function(node)

    def visit_Lambda(self, node: cst.Lambda) -> None:
        """Judge the defaults of a lambda."""
        self._function(node)

    def _function(self, node: FunctionNode) -> None:
        mutable = {}
        registers = isinstance(node, cst.FunctionDef) and _REGISTERS.match(node.name.value) is not None
        for param in parameters(node):
            made = _made(self, param.default, 0) if param.default is not None else None
            if made is not None and not (registers and made is Made.SHARED):
                mutable[param.name.value] = (param, made)
        if not mutable:
            return
        changed = changes(self.names, node, {name: param for name, (param, _) in mutable.items()})
        for name, (param, made) in mutable.items():
            excused = made is Made.SHARED or self._is_lent(param)
            if name in changed or not excused:
                self._report(node, param, made, changed.get(name))

    def _report(self, function: FunctionNode, param: cst.Param, made: Made, change: cst.CSTNode | None) -> None:
        name = param.name.value
        default = self.written(param.default or param, 60)
        related = (Note(change, f"changed here: the next call sees it in `{name}`"),) if change is not None else ()
        owner = f"`{function.name.value}`" if isinstance(function, cst.FunctionDef) else "the lambda"
        if made is Made.SHARED:
            message = f"`{name}={default}` is not a copy, and {owner} changes it for everybody who uses it"
            label = "shared, and changed below"
        else:
            message = f"`{name}={default}` is made once, when {owner} is defined, and shared by all its calls"
            label = "one object for all calls"
        advice = self._help(function, param, default, made, change)
        self.report(CODE, param.default or param, message, label=label, help=advice, related=related)

    def _help(
        self, function: FunctionNode, param: cst.Param, default: str, made: Made, change: cst.CSTNode | None
    ) -> str:
        name = param.name.value
        if made is Made.SHARED:
            return f"`{name} = {name}.copy()` before it is changed"
        if isinstance(function, cst.Lambda):
            return f"`{name}=None`, and `({default} if {name} is None else {name})` where it is used"
        if change is not None and self._is_lent(param):
            copied = _COPIERS.get(default[:1], "list")
            return f"do not change what is only lent: `{name} = {copied}({name})` before it is changed"
        first = "the same object, made inside the function,"
        if "…" not in default:
            first = f"`{name} = {default} if {name} is None else {name}`"
        return f"`{self._optional(param)}`, then {first} as the first line"

    def _optional(self, param: cst.Param) -> str:
        """The parameter with None for its default."""
        name = param.name.value
        if param.annotation is None:
            return f"{name}=None"
        annotation = self.written(param.annotation.annotation, 60)
        takes_none = "None" in annotation or "Optional" in annotation
        return f"{name}: {annotation} = None" if takes_none else f"{name}: {annotation} | None = None"

    def _is_lent(self, param: cst.Param) -> bool:
        return param.annotation is not None and is_view(self.names, param.annotation.annotation)


def _made(visitor: Visitor, node: cst.BaseExpression, depth: int) -> Made | None:
    """Whether an expression gives an object that can be changed, and whether it is made for this default alone."""
    if depth > _MOST_NESTED:
        return None
    match node:
        case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp() | cst.SetComp():
            return Made.WRITTEN
        case cst.GeneratorExp():  # the first call uses it up
            return Made.WRITTEN
        case cst.Call():
            return _made_by_call(visitor, node, depth)
        case cst.BinaryOperation(
            left=left, operator=cst.Add() | cst.Multiply() | cst.BitOr() | cst.BitAnd() | cst.Subtract(), right=right
        ):
            return _either(visitor, (left, right), depth) and Made.WRITTEN
        case cst.BooleanOperation(left=left, right=right):
            return _either(visitor, (left, right), depth)
        case cst.IfExp(body=body, orelse=orelse):
            return _either(visitor, (body, orelse), depth)
        case cst.NamedExpr(value=value):
            return _made(visitor, value, depth + 1)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Slice())]):
            is_list = "sys.argv" in visitor.names.names_of(value) or _made(visitor, value, depth + 1) is not None
            return Made.SHARED if is_list else None
        case cst.Name() | cst.Attribute():
            return None if _is_local(visitor, node) else _made_elsewhere(visitor, node, depth)
        case _:
            return None


def _either(visitor: Visitor, nodes: tuple[cst.BaseExpression, ...], depth: int) -> Made | None:
    found = [made for made in (_made(visitor, node, depth + 1) for node in nodes) if made is not None]
    return Made.WRITTEN if Made.WRITTEN in found else found[0] if found else None


def _made_by_call(visitor: Visitor, call: cst.Call, depth: int) -> Made | None:
    callee = call.func.value if isinstance(call.func, cst.Subscript) else call.func  # dict[str, int]()
    values = visitor.names.values(callee)
    known = {value.name for value in values if isinstance(value, Named)}
    families = (visitor.names.family(value.node) for value in values if isinstance(value, Class))
    if not known.union(*families).isdisjoint(CONSTRUCTORS):
        return Made.WRITTEN
    if not known.isdisjoint(_COPIES) and call.args:
        return _made(visitor, call.args[0].value, depth + 1)
    if "typing.cast" in known and len(call.args) > 1:
        return _made(visitor, call.args[1].value, depth + 1)
    if "builtins.sorted" in known:
        return Made.SHARED
    if isinstance(call.func, cst.Attribute) and not any(isinstance(value, Function) for value in values):
        method = call.func.attr.value
        if method == "copy" and not call.args:
            return _made(visitor, call.func.value, depth + 1)
        if method in _LISTS_OF_TEXT and isinstance(call.func.value, cst.SimpleString | cst.ConcatenatedString):
            return Made.SHARED
    return None


def _made_elsewhere(visitor: Visitor, node: cst.BaseExpression, depth: int) -> Made | None:
    for value in visitor.names.values(node):
        made = None
        if isinstance(value, Display) and value.node is not node:
            written = value.node if isinstance(value.node, cst.BaseExpression) else value.node.value
            made = _made(visitor, written, depth + 1)
        elif isinstance(value, Instance) and value.call is not None:
            made = _made(visitor, value.call, depth + 1)
        if made is not None:
            return Made.SHARED
    return None


def _is_local(visitor: Visitor, node: cst.BaseExpression) -> bool:
    """Whether a default names a variable of the function round it: `lambda found=found: …` binds a closure early."""
    scope = visitor.names.lookup(node) if isinstance(node, cst.Name) else None
    return scope is not None and not isinstance(scope.node, cst.Module | cst.ClassDef)
