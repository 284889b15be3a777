"""What does `s.get` mean here? Imports, aliases, instances, constants: an expression's possible values.

Nothing is imported or run. What cannot be told is `Unknown`, and rules stay quiet on it. Later rebinding and branches give
"any may": a rule that needs certainty asks for all values.
"""

from __future__ import annotations

import builtins
from typing import Any

import libcst as cst

from lintfoot import attributes, call_sites, displays, literals, results, type_hints
from lintfoot.flow import reaching
from lintfoot.libraries import Models
from lintfoot.missing import asks_for, asks_if_missing, filled_in, without_none
from lintfoot.scopes import COMPREHENSIONS, Binding, How, Index, Scope, dotted
from lintfoot.values import (
    MOST_VALUES,
    NOTHING_KNOWN,
    Caught,
    Class,
    Constant,
    Display,
    Elsewhere,
    Function,
    Named,
    Partial,
    Value,
    Values,
    distinct,
    union,
)

_DEEPEST = 40
_BUILTINS = frozenset(dir(builtins))


class Names:
    """The possible values of the expressions of one module, worked out when asked and kept."""

    def __init__(
        self,
        module: cst.Module,
        models: Models,
        package: str = "",
        project: Elsewhere | None = None,
        index: Index | None = None,
    ) -> None:
        self.index = index if index is not None else Index(module, package)
        self.models = models
        self.project = project
        self._known: dict[int, Values] = {}
        self._held: list[cst.CSTNode] = []
        self.asking: set[int] = set()  # what is being worked out: what hangs on itself is unknown
        self._depth = 0
        self.kept: dict[str, Any] = {}  # what other rooms worked out about this module, under their own names

    # the question

    def values(self, node: cst.BaseExpression | None) -> Values:
        """All that an expression may be; never empty."""
        if node is None:
            return NOTHING_KNOWN
        key = id(node)
        if key in self._known:
            return self._known[key]
        if key in self.asking or self._depth > _DEEPEST:
            return NOTHING_KNOWN
        self.asking.add(key)
        self._depth += 1
        try:
            written = node.__class__ in _WRITTEN_OUT
            found = distinct(literals.evaluate(self, node) if written else self._evaluate(node))
        finally:
            self.asking.discard(key)
            self._depth -= 1
        self._known[key] = found
        if key not in self.index.order:
            self.keep(node)
        return found

    def keep(self, node: cst.CSTNode) -> None:
        """Hold a node that stands nowhere in the file: tables go by `id`, and a node read later must not be taken for it."""
        self._held.append(node)

    def constant(self, node: cst.BaseExpression | None) -> Any:
        """The one constant an expression is, else Ellipsis (which no rule asks for)."""
        match self.values(node):
            case (Constant(value=value),):
                return value
            case _:
                return ...

    def qualified(self, node: cst.BaseExpression | None) -> str:
        """The one qualified name an expression stands for, else an empty string."""
        match self.values(node):
            case (Named(name=name),):
                return name
            case _:
                return ""

    def names_of(self, node: cst.BaseExpression | None) -> tuple[str, ...]:
        """Every qualified name an expression may stand for."""
        return tuple(value.name for value in self.values(node) if isinstance(value, Named))

    def annotated(self, annotation: cst.BaseExpression | None) -> Values:
        """An instance of what an annotation names."""
        return type_hints.annotated(self, annotation)

    def member(self, value: Value, attr: str, node: cst.Attribute | None) -> Values:
        """What an attribute of a value is."""
        return attributes.member(self, value, attr, node)

    def family(self, owner: cst.ClassDef) -> list[cst.ClassDef | str]:
        """A class, then its bases: classes of this file, or qualified names of others."""
        return attributes.family(self, owner)

    def returned(self, function: cst.FunctionDef) -> Values:
        """What a function of this file returns, or yields where it is a context manager."""
        return results.returned(self, function)

    def callers(self, function: cst.FunctionDef) -> list[cst.Call]:
        """The calls of a function in this file, of its class where it is an `__init__`; not all where there are many."""
        return call_sites.callers(self, function)

    def calls_of(self, name: str, owner: str = "") -> list[cst.Call]:
        """The calls in this file whose callee is written with this last name; all those of an `owner` where one is given."""
        return self.index.calls_of(name, owner)

    # expressions

    def _evaluate(self, node: cst.BaseExpression) -> Values:
        match node:
            case cst.Name():
                return self._name(node)
            case cst.Attribute():
                return attributes.attribute(self, node)
            case cst.Call():
                return results.called(self, node)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self.values(inner)
            case cst.BooleanOperation(left=left, operator=operator, right=right):
                return self._either(left, right, falsy_left=isinstance(operator, cst.And))
            case cst.IfExp(test=test, body=body, orelse=orelse):
                chosen = self.values(body) if not asks_for(test, body) else without_none(self.values(body), falsy=True)
                other = self.values(orelse) if not asks_if_missing(test, orelse) else without_none(self.values(orelse))
                return (chosen + other) or NOTHING_KNOWN
            case cst.List():
                return (Display(node, "list"),)
            case cst.Tuple():
                return (Display(node, "tuple"),)
            case cst.Set():
                return (Display(node, "set"),)
            case cst.Dict() | cst.DictComp():
                return (Display(node, "dict"),)
            case cst.ListComp() | cst.GeneratorExp():
                return (Display(node, "list"),)
            case cst.Lambda():
                return (Function(node),)
            case cst.Subscript():
                return self._subscript(node)
            case _:
                return literals.evaluate(self, node)

    def _either(self, left: cst.BaseExpression, right: cst.BaseExpression, *, falsy_left: bool) -> Values:
        """`a or b` is never a falsy a; `a and b` is b, or a falsy a."""
        if not falsy_left:
            return without_none(self.values(left), falsy=True) + self.values(right)
        kept = tuple(value for value in self.values(left) if isinstance(value, Constant) and not value.value)
        return kept + self.values(right)

    # names

    def _name(self, node: cst.Name) -> Values:
        scope = self.lookup(node)
        if scope is None:
            return literals.constant_name(node.value, node) or self._builtin(node)
        bindings = reaching(self.index, node, scope, scope.bindings[node.value])
        if not bindings:
            return NOTHING_KNOWN
        few = bindings if len(bindings) <= MOST_VALUES else ()
        filled = {id(one.node): falsy for one in few for falsy in filled_in(self.index, node, one)}
        if not filled:
            return union(self.bound(binding, node.value) for binding in bindings)
        falsy = any(filled.values())
        return union(
            self.bound(one, node.value)
            if id(one.node) in filled
            else without_none(self.bound(one, node.value), falsy=falsy)
            for one in bindings
        )

    def lookup(self, node: cst.Name) -> Scope | None:
        """The scope that binds a name, as Python looks it up; None for builtins and unbound names."""
        start = self.index.scope_of(node)
        scope: Scope | None = start
        while scope is not None:
            visible = scope is start or scope.kind is not cst.ClassDef or start.kind in COMPREHENSIONS
            if visible and node.value in scope.bindings and scope.elsewhere.get(node.value) != "global":
                return scope
            scope = scope.parent
        return None

    def bindings_of(self, node: cst.Name) -> list[Binding]:
        """The bindings of a name that can reach it."""
        scope = self.lookup(node)
        return reaching(self.index, node, scope, scope.bindings[node.value]) if scope is not None else []

    def _builtin(self, node: cst.Name) -> Values:
        name = node.value
        for star in self.index.stars:
            full = self.models.canonical(f"{star}.{name}")
            if (found := self.elsewhere(full, node)) or self.models.function(full):
                return (found or Named(full),)
        return (Named(f"builtins.{name}"),) if name in _BUILTINS else NOTHING_KNOWN

    def elsewhere(self, name: str, node: cst.BaseExpression | None) -> Value | None:
        """What another file of the project binds a qualified name to."""
        return self.project.value(name, node) if self.project is not None and node is not None else None

    def _imported(self, binding: Binding) -> Value:
        name = self.models.canonical(binding.imported)
        known = self.elsewhere(name, _alias(binding)) if self.project is not None else None
        return known or Named(name)

    def bound(self, binding: Binding, name: str = "") -> Values:
        """What a binding gives its name."""
        match binding.how:
            case How.IMPORTED:
                return (self._imported(binding),)
            case How.DEFINED if isinstance(binding.node, cst.ClassDef):
                return (Class(binding.node),)
            case How.DEFINED if isinstance(binding.node, cst.FunctionDef):
                return (Function(binding.node),)
            case How.ASSIGNED:
                given = self._unpacked(self.values(binding.value), binding.path)
                return given if given != NOTHING_KNOWN or not binding.annotation else self.annotated(binding.annotation)
            case How.AUGMENTED:
                return literals.augmented(self, binding)
            case How.ENTERED:
                return self._unpacked(results.entered(self, binding.value), binding.path)
            case How.LOOPED:
                return self._unpacked(self.items(self.values(binding.value)), binding.path)
            case How.PARAMETER:
                return call_sites.parameter(self, binding, name)
            case How.ANNOTATED:
                return self.annotated(binding.annotation)
            case How.CAUGHT:
                return (Caught(binding.node),)  # type: ignore[arg-type]
            case _:
                return NOTHING_KNOWN

    def _unpacked(self, values: Values, path: tuple[int | None, ...]) -> Values:
        for step in path:
            values = union(self._item(value, step) for value in values)
        return values

    def _item(self, value: Value, step: int | None) -> Values:
        if not isinstance(value, Display) or value.kind == "dict":
            return NOTHING_KNOWN
        elements = displays.elements(self, value)
        if step is None or step >= len(elements) or any(element is None for element in elements[: step + 1]):
            return self.items((value,)) if elements else NOTHING_KNOWN
        return self.values(elements[step])

    def items(self, values: Values) -> Values:
        """What iterating over any of the values gives."""
        found: list[Values] = []
        for value in values:
            if isinstance(value, Display) and value.kind != "dict":
                found += [
                    self.values(element) if element else NOTHING_KNOWN for element in displays.elements(self, value)
                ]
            else:
                found.append(NOTHING_KNOWN)
        return union(found) or NOTHING_KNOWN

    # subscripts

    def _subscript(self, node: cst.Subscript) -> Values:
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))]:
                pass
            case _:
                return NOTHING_KNOWN
        key = self.constant(index)
        found: list[Values] = []
        for value in self.values(node.value):
            if isinstance(value, Display) and value.kind == "dict" and key is ...:
                given, _ = displays.mapping(self, value, node.value)
                found += [self._callables(expression) for many in given.values() for expression in many]
            elif isinstance(value, Display) and value.kind == "dict" and isinstance(key, str):
                given, _ = displays.mapping(self, value, node.value)
                found += [self.values(expression) for expression in given.get(key, ())]
            elif isinstance(value, Display) and isinstance(key, int) and not isinstance(key, bool):
                found.append(self._item(value, key if key >= 0 else None))
        return union(found) or NOTHING_KNOWN

    def _callables(self, node: cst.BaseExpression) -> Values:
        """What of a dispatch table may be called; its data under an unknown key says nothing."""
        return tuple(v for v in self.values(node) if isinstance(v, Named | Function | Partial)) or NOTHING_KNOWN


_WRITTEN_OUT: frozenset[type] = frozenset(  # first, as these are many
    {cst.SimpleString, cst.Integer, cst.FormattedString, cst.ConcatenatedString, cst.BinaryOperation, cst.Comparison}
)


def _alias(binding: Binding) -> cst.BaseExpression | None:
    """The name in an import statement that a binding imports."""
    if not isinstance(binding.node, cst.Import | cst.ImportFrom) or isinstance(binding.node.names, cst.ImportStar):
        return None
    aliases = binding.node.names
    return next(
        (one.name for one in aliases if f".{binding.imported}".endswith(f".{dotted(one.name)}")), aliases[0].name
    )
