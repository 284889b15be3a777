"""What becomes of a caught exception: forgotten, written to a log with its cause, or used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

import libcst as cst

from lintfoot.names import Names
from lintfoot.scopes import FunctionNode, last_word, parameters
from lintfoot.values import Function
from lintfoot.visitors.below import HANDLERS, LATER, Handler, below, is_read
from lintfoot.visitors.tellers import VERBS, Tellers, is_source, speaks_of_exceptions


class Kept(IntEnum):
    """What a handler keeps of the exception; the larger wins."""

    NOTHING = 0
    LOGGED = 1
    USED = 2


_FORGETFUL = frozenset({"add_note", "with_traceback", "clear"})  # methods of the exception that hand nothing on
_DEEPEST_HELPERS = 3
_INSIDE = (*HANDLERS, *LATER)

# What a value only passes through: the whole expression holds it still.
_PASSES_ON = (
    cst.Attribute,
    cst.Await,
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.Call,
    cst.ConcatenatedString,
    cst.FormattedString,
    cst.FormattedStringExpression,
    cst.From,
    cst.Lambda,
    cst.NamedExpr,
    cst.Subscript,
    cst.TemplatedString,
    cst.TemplatedStringExpression,
    cst.UnaryOperation,
)
_LOST = (cst.Expr, cst.Del, cst.AssignTarget, cst.SimpleStatementLine)


class Evidence:
    """The fate of the exceptions of one file's handlers."""

    def __init__(self, names: Names, reporters: Sequence[str] = ()) -> None:
        self.names, self.tellers = names, Tellers(names, reporters)
        self._loads: dict[int, dict[str, list[cst.Name]]] = {}
        self._helpers: dict[int, bool] = {}
        self._depth = 0

    def of(self, handler: Handler) -> Kept:
        """What a handler keeps. A handler inside it speaks of another exception: only mentions by name count there."""
        kept = self._own(handler.body)
        name = handler.name.name if handler.name else None
        if kept is Kept.USED or not isinstance(name, cst.Name):
            return kept
        if _hands_over_all_names(handler.body):
            return Kept.USED
        return max((kept, *(self._reach(read) for read in self._mentions(handler.body, name.value))))

    def _own(self, body: cst.CSTNode) -> Kept:
        kept = Kept.NOTHING
        for node in below(body, _INSIDE):
            if node.__class__ is cst.Call:
                kept = max(kept, self._call(node))
                if kept is Kept.USED:
                    break
        return kept

    def _call(self, call: cst.Call) -> Kept:
        values = self.names.values(call.func)
        functions = [value.node for value in values if isinstance(value, Function)]
        if functions and len(functions) == len(values):
            told = self.tellers.is_reporter(call, values) or any(map(self._helper, functions))
            return Kept.LOGGED if told else Kept.NOTHING
        if is_source(call, values):
            return self._reach(call)
        if self.tellers.tells(call, values):
            return Kept.LOGGED
        if speaks_of_exceptions(call):
            alone = isinstance(self._parent(call), cst.Expr | cst.Await)
            return Kept.LOGGED if alone else self._reach(call)
        return Kept.NOTHING

    def reports(self, function: FunctionNode) -> bool:
        """Whether a call of this function tells of the exception being handled: for handlers in other files."""
        return self._helper(function)

    def _helper(self, function: FunctionNode) -> bool:
        """Whether a function of this file tells of the exception being handled by itself."""
        key = id(function)
        if key not in self._helpers:
            if self._depth >= _DEEPEST_HELPERS:
                return False
            self._helpers[key] = False  # a function that calls itself tells nothing by that
            self._depth += 1
            self._helpers[key] = self._own(function.body) is not Kept.NOTHING
            self._depth -= 1
        return self._helpers[key]

    # where the exception's name is mentioned

    def _mentions(self, body: cst.CSTNode, name: str) -> Iterator[cst.Name]:
        """Where the caught exception's name is looked up; scopes and handlers inside that bind it anew mean another."""
        for node in below(body, _INSIDE):
            if isinstance(node, cst.Name):
                if node.value == name and is_read(node, self._parent(node)):
                    yield node
            elif isinstance(node, HANDLERS):
                bound = node.name.name if node.name else None
                if not (isinstance(bound, cst.Name) and bound.value == name):
                    yield from self._mentions(node.body, name)
            elif isinstance(node, LATER):
                yield from self._mentions_later(node, name)

    def _mentions_later(self, node: cst.FunctionDef | cst.Lambda | cst.ClassDef, name: str) -> Iterator[cst.Name]:
        if not isinstance(node, cst.ClassDef):
            for param in parameters(node):
                if param.default is not None:
                    yield from self._mentions(param.default, name)
            if any(param.name.value == name for param in parameters(node)):
                return
        yield from self._mentions(node.body, name)

    # where a value goes

    def _reach(self, node: cst.BaseExpression, seen: frozenset[str] = frozenset()) -> Kept:
        """How far an expression that holds the exception gets.

        A call, a return, a raise, a container, an attribute or a test keeps it; a name does if somebody reads it.
        """
        child: cst.CSTNode = node
        for parent in self.names.index.ancestors(node):
            if isinstance(parent, cst.Arg):
                return self._argument(parent)
            if isinstance(parent, cst.Assign | cst.AnnAssign | cst.AugAssign):
                return self._assigned(_targets(parent), seen) if child is parent.value else Kept.NOTHING
            if isinstance(parent, _LOST):
                return Kept.NOTHING
            if isinstance(parent, cst.Raise) and not seen:
                return self._raised(parent)
            if self._keeps(parent, child, seen):
                return Kept.USED
            child = parent
        return Kept.NOTHING

    def _keeps(self, parent: cst.CSTNode, child: cst.CSTNode, seen: frozenset[str]) -> bool:
        """Whether an expression uses the value below it rather than passing it on."""
        match parent:
            case cst.Attribute(attr=cst.Name(value=method)) if self._is_callee(parent):
                return method not in _FORGETFUL
            case cst.NamedExpr(target=target):
                return self._assigned([target], seen) is Kept.USED
            case cst.IfExp(test=test):
                return child is test
            case _:
                return not isinstance(parent, _PASSES_ON)

    def _raised(self, node: cst.Raise) -> Kept:
        """What becomes of the exception in a raise that a try inside the handler catches; one that gets out is no use.

        `raise SystemExit(1) from error` is one: an exit is no raise, but its cause is kept.
        """
        made = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        if "builtins.SystemExit" in self.names.names_of(made):
            return Kept.USED
        child: cst.CSTNode = node
        for parent in self.names.index.ancestors(node):
            if isinstance(parent, _INSIDE):
                break
            if isinstance(parent, cst.Try | cst.TryStar) and child is parent.body and parent.handlers:
                return max(map(self.of, parent.handlers))
            child = parent
        return Kept.NOTHING

    def _is_callee(self, node: cst.CSTNode) -> bool:
        parent = self._parent(node)
        return isinstance(parent, cst.Call) and parent.func is node

    def _argument(self, arg: cst.Arg) -> Kept:
        call = self._parent(arg)
        return Kept.LOGGED if isinstance(call, cst.Call) and last_word(call.func) in VERBS else Kept.USED

    def _assigned(self, targets: Sequence[cst.BaseExpression], seen: frozenset[str]) -> Kept:
        """An attribute or an item keeps what it is given; a name keeps it if somebody reads the name."""
        kept = Kept.NOTHING
        for target in targets:
            match target:
                case cst.Name(value=name):
                    kept = max(kept, self._read_later(target, seen | {name}) if name not in seen else kept)
                case cst.Tuple(elements=elements) | cst.List(elements=elements):
                    kept = max(kept, self._assigned([element.value for element in elements], seen))
                case _:
                    return Kept.USED
        return kept

    def _read_later(self, target: cst.Name, seen: frozenset[str]) -> Kept:
        scope = self.names.index.scope_of(target)
        if target.value in scope.elsewhere or isinstance(scope.node, cst.ClassDef):
            return Kept.USED
        inside = isinstance(scope.node, cst.FunctionDef)
        kept = Kept.NOTHING
        for read in self._reads(target.value, scope.node if inside else self.names.index.module):
            kept = max(kept, self._reach(read, seen))
            if kept is Kept.USED:
                break
        return kept

    def _reads(self, name: str, holder: cst.CSTNode) -> list[cst.Name]:
        """Every look-up of a name in a function or in the module; one walk, only where a handler has stored its exception."""
        if id(holder) not in self._loads:
            table = self._loads[id(holder)] = {}
            for node in below(holder):
                if node.__class__ is cst.Name and is_read(node, self._parent(node)) and not self._is_unpacked(node):
                    table.setdefault(node.value, []).append(node)
        return self._loads[id(holder)].get(name, [])

    def _is_unpacked(self, node: cst.CSTNode) -> bool:
        """`kind, error, trace = sys.exc_info()`: names that are bound in a tuple."""
        parent = self._parent(node)
        while isinstance(parent, cst.Element | cst.StarredElement | cst.Tuple | cst.List):
            node, parent = parent, self._parent(parent)
        match parent:
            case cst.AssignTarget():
                return True
            case cst.For(target=target) | cst.CompFor(target=target):
                return target is node
            case _:
                return False

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.names.index.parent.get(id(node))


def _hands_over_all_names(body: cst.BaseSuite) -> bool:
    """Whether a handler writes `"…%(error)s" % locals()` or the like."""
    found = (node for node in below(body, _INSIDE) if node.__class__ is cst.Call)
    return any(
        isinstance(one, cst.Call) and last_word(one.func) in ("locals", "vars") and not one.args for one in found
    )


def _targets(node: cst.Assign | cst.AnnAssign | cst.AugAssign) -> list[cst.BaseExpression]:
    return [one.target for one in node.targets] if isinstance(node, cst.Assign) else [node.target]
