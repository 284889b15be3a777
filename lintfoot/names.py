"""What does `s.get` mean here? Imports, aliases, instances, constants: an expression's possible values.

Nothing is imported or run. What cannot be told is `Unknown`, and rules stay quiet on it. Later rebinding and branches give
"any may": a rule that needs certainty asks for all values.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from typing import Any

import libcst as cst

from lintfoot import literals
from lintfoot.flow import reaching
from lintfoot.libraries import Models
from lintfoot.missing import asks_for, asks_if_missing, filled_in, without_none
from lintfoot.scopes import COMPREHENSIONS, Binding, FunctionNode, How, Index, Scope, dotted, last_word, parameters
from lintfoot.values import (
    NOTHING_KNOWN,
    UNKNOWN,
    Caught,
    Class,
    Constant,
    Display,
    Elsewhere,
    Function,
    Instance,
    Named,
    Object,
    Parameter,
    Partial,
    Text,
    Unknown,
    Value,
    Values,
)

_MOST_VALUES = 24  # more possibilities than this explain nothing
_MOST_CALLERS = 12
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
        self._asking: set[int] = set()
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
        if key in self._asking or self._depth > _DEEPEST:
            return NOTHING_KNOWN
        self._asking.add(key)
        self._depth += 1
        try:
            written = node.__class__ in _WRITTEN_OUT
            found = _distinct(literals.evaluate(self, node) if written else self._evaluate(node))
        finally:
            self._asking.discard(key)
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

    # expressions

    def _evaluate(self, node: cst.BaseExpression) -> Values:
        match node:
            case cst.Name():
                return self._name(node)
            case cst.Attribute():
                return self._attribute(node)
            case cst.Call():
                return self._call(node)
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
        few = bindings if len(bindings) <= _MOST_VALUES else ()
        filled = {id(one.node): falsy for one in few for falsy in filled_in(self.index, node, one)}
        if not filled:
            return self._union(self.bound(binding, node.value) for binding in bindings)
        falsy = any(filled.values())
        return self._union(
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

    def _builtin(self, node: cst.Name) -> Values:
        name = node.value
        for star in self.index.stars:
            full = self.models.canonical(f"{star}.{name}")
            if (found := self._elsewhere(full, node)) or self.models.function(full):
                return (found or Named(full),)
        return (Named(f"builtins.{name}"),) if name in _BUILTINS else NOTHING_KNOWN

    def _elsewhere(self, name: str, node: cst.BaseExpression | None) -> Value | None:
        """What another file of the project binds a qualified name to."""
        return self.project.value(name, node) if self.project is not None and node is not None else None

    def _imported(self, binding: Binding) -> Value:
        name = self.models.canonical(binding.imported)
        known = self._elsewhere(name, _alias(binding)) if self.project is not None else None
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
                return self._unpacked(self._entered(binding.value), binding.path)
            case How.LOOPED:
                return self._unpacked(self.items(self.values(binding.value)), binding.path)
            case How.PARAMETER:
                return self._parameter(binding, name)
            case How.ANNOTATED:
                return self.annotated(binding.annotation)
            case How.CAUGHT:
                return (Caught(binding.node),)  # type: ignore[arg-type]
            case _:
                return NOTHING_KNOWN

    def _unpacked(self, values: Values, path: tuple[int | None, ...]) -> Values:
        for step in path:
            values = self._union(self._item(value, step) for value in values)
        return values

    def _item(self, value: Value, step: int | None) -> Values:
        if not isinstance(value, Display) or value.kind == "dict":
            return NOTHING_KNOWN
        elements = literals.elements(self, value)
        if step is None or step >= len(elements) or any(element is None for element in elements[: step + 1]):
            return self.items((value,)) if elements else NOTHING_KNOWN
        return self.values(elements[step])

    def items(self, values: Values) -> Values:
        """What iterating over any of the values gives."""
        found: list[Values] = []
        for value in values:
            if isinstance(value, Display) and value.kind != "dict":
                found += [
                    self.values(element) if element else NOTHING_KNOWN for element in literals.elements(self, value)
                ]
            else:
                found.append(NOTHING_KNOWN)
        return self._union(found) or NOTHING_KNOWN

    # parameters and annotations

    def _parameter(self, binding: Binding, name: str) -> Values:
        param = binding.node
        function = next(node for node in self.index.ancestors(param) if isinstance(node, cst.FunctionDef | cst.Lambda))
        owner = self.index.class_of(function) if isinstance(function, cst.FunctionDef) else None
        if owner is not None and parameters(function)[:1] == [param] and not _has_decorator(function, "staticmethod"):
            return (Class(owner),) if _has_decorator(function, "classmethod") else (Object(owner),)
        if getattr(param, "star", ""):
            return NOTHING_KNOWN
        told = self.annotated(binding.annotation) if binding.annotation else NOTHING_KNOWN
        if told != NOTHING_KNOWN:
            return told
        given = self._from_callers(function, name, binding.value)
        return (Parameter(name, binding.value, function, called=given is not None), *(given or ()))

    def _from_callers(self, function: FunctionNode, name: str, default: cst.BaseExpression | None) -> Values | None:
        """What the calls in this file hand to a parameter; None where none calls the function."""
        if isinstance(function, cst.Lambda):
            return None
        bound = self.index.class_of(function) is not None
        found: list[Values] = []
        for call in self.callers(function):
            given, unsure = local_argument(call, function, name, bound=bound)
            found.append(NOTHING_KNOWN if unsure else self.values(given or default))
        return self._union(found) if found else None

    def callers(self, function: cst.FunctionDef) -> list[cst.Call]:
        """The calls of a function in this file, of its class where it is an `__init__`; not all where there are many."""
        owner = self.index.class_of(function)
        called = owner.name.value if owner and function.name.value == "__init__" else function.name.value
        calls = self.index.calls_of(called, most=_MOST_CALLERS)
        if called != function.name.value and len(calls) < _MOST_CALLERS:
            calls = [*calls, *self.index.calls_of("cls", most=_MOST_CALLERS)]  # `return cls(…)` in a class method
        return [
            call
            for call in calls[:_MOST_CALLERS]
            if any(
                (isinstance(value, Function) and value.node is function)
                or (owner is not None and isinstance(value, Class) and value.node is owner)
                for value in self.values(call.func)
            )
        ]

    def calls_of(self, name: str, owner: str = "") -> list[cst.Call]:
        """The calls in this file whose callee is written with this last name; all those of an `owner` where one is given."""
        return self.index.calls_of(name, owner)

    def annotated(self, annotation: cst.BaseExpression | None) -> Values:
        """An instance of what an annotation names: through Optional, unions, Annotated and quotes."""
        match annotation:
            case cst.SimpleString():
                text = annotation.evaluated_value
                try:
                    inner = cst.parse_expression(text if isinstance(text, str) else "None")
                except cst.ParserSyntaxError:
                    return NOTHING_KNOWN
                return self._annotated_inside(inner, annotation)
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                return self._some(self.annotated(left) + self.annotated(right))
            case cst.Subscript(value=value, slice=slices):
                outer = (dotted(value)).rpartition(".")[2]
                parts = _parts_of_type(outer, slices)
                return self._some(self._union(self.annotated(part) for part in parts)) if parts else NOTHING_KNOWN
            case cst.Name() | cst.Attribute():
                return self._instances(self.values(annotation))
            case _:
                return NOTHING_KNOWN

    def _annotated_inside(self, inner: cst.BaseExpression, place: cst.BaseExpression) -> Values:
        """The same inside quotes, where nothing has a place of its own."""
        match inner:
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                sides = [self._annotated_inside(side, place) for side in (left, right)]
                return self._some(self._union(sides))
            case cst.Subscript(value=value, slice=slices):
                parts = _parts_of_type(dotted(value).rpartition(".")[2], slices)
                return self._some(self._union(self._annotated_inside(part, place) for part in parts)) or NOTHING_KNOWN
            case _:
                return self._annotated_text(dotted(inner), place)

    def _annotated_text(self, text: str, place: cst.CSTNode) -> Values:
        first, _, rest = text.partition(".")
        scope: Scope | None = self.index.scope_of(place)
        while scope is not None and all(one.annotation is place for one in scope.bindings.get(first, ())):
            scope = scope.parent  # `layer: "layer.Layer"` in a class speaks of the module
        if scope is None or not first or -id(place) in self._asking:
            return NOTHING_KNOWN
        self._asking.add(-id(place))
        try:
            values = self._union(self.bound(binding, first) for binding in scope.bindings[first])
            for part in rest.split(".") if rest else []:
                values = self._union(self.member(value, part, None) for value in values)
        finally:
            self._asking.discard(-id(place))
        return self._instances(values)

    def _instances(self, values: Values) -> Values:
        found: list[Value] = []
        for value in values:
            match value:
                case Named(name=name) if not name.startswith(("builtins.", "typing.")):
                    found.append(Instance(name))
                case Class(node=node):
                    found.append(Object(node))
                case _:
                    pass
        return tuple(found) or NOTHING_KNOWN

    def _some(self, values: Values) -> Values:
        return tuple(value for value in values if not isinstance(value, Unknown)) or NOTHING_KNOWN

    # attributes

    def _attribute(self, node: cst.Attribute) -> Values:
        found = self._union(self.member(value, node.attr.value, node) for value in self.values(node.value))
        if all(isinstance(value, Unknown) for value in found):
            return self._written_alike(node) or NOTHING_KNOWN
        if all(isinstance(value, Unknown) or self._unmodelled(value) for value in found):
            return self._union((self._written_alike(node), found))
        return found

    def _unmodelled(self, value: Value) -> bool:
        """What no model speaks of: an attribute of a `threading.local()`, of `flask.g`, of a module of the project."""
        return isinstance(value, Named) and not (
            self.models.function(value.name) or self.models.attribute(value.name) or isinstance(value.receiver, Object)
        )

    def _written_alike(self, node: cst.Attribute) -> Values:
        """`app.session` where the file writes `app.session = …` and nothing else is known of app."""
        path = dotted(node)
        if not path:
            return ()
        writes = [
            binding
            for target, binding in self.index.attribute_writes.get(node.attr.value, ())
            if dotted(target) == path and target is not node
        ]
        return self._union(self.bound(binding) for binding in writes)

    def member(self, value: Value, attr: str, node: cst.Attribute | None) -> Values:
        """What an attribute of a value is."""
        match value:
            case Named(name=name) | Instance(name=name):
                return self._library_member(value, name, attr, node)
            case Object(node=owner) | Class(node=owner):
                return self._class_member(value, owner, attr, node)
            case Parameter(default=cst.Name() | cst.Attribute() as default):  # `def fetch(url, client=requests)`
                modules = [
                    one for one in self.values(default) if isinstance(one, Named) and one.name in self.models.imports
                ]
                return self._union(self.member(one, attr, node) for one in modules) or NOTHING_KNOWN
            case _:
                return NOTHING_KNOWN

    def _library_member(self, value: Named | Instance, name: str, attr: str, node: cst.Attribute | None) -> Values:
        full = self.models.canonical(f"{name}.{attr}")
        known = self.models.attribute(full)
        if known is not None and known.returns:
            return (Instance(known.returns),)
        elsewhere = self._elsewhere(full, node) if self.models.known.function(full) is None else None
        if elsewhere is not None and node is not None and not self._written_alike(node):
            return (elsewhere,)
        if self.models.own(full) is None and self.models.function(full) is not None:
            full = self._inherited_name(name, attr) or full
        if isinstance(value, Instance):
            return (Named(full, value),)
        return (Named(full, value.receiver),)

    def _inherited_name(self, name: str, attr: str) -> str:
        """The full name of a method that a class has from one of its bases."""
        return next((f"{base}.{attr}" for base in self.models.lineage(name) if self.models.own(f"{base}.{attr}")), "")

    def _class_member(
        self, value: Object | Class, owner: cst.ClassDef, attr: str, node: cst.Attribute | None
    ) -> Values:
        receiver = value if isinstance(value, Object) else None
        found: list[Values] = []
        for family in self.family(owner):
            if isinstance(family, str):
                if not found:
                    known = self._library_member(Instance(family), family, attr, node)
                    found.append(tuple(Named(v.name, receiver) if isinstance(v, Named) else v for v in known))
                break
            bindings = self.index.scopes[id(family)].bindings.get(attr, ())
            found += [self._class_binding(binding, attr, receiver) for binding in bindings]
            if any(binding.annotation for binding in bindings) and _is_record(family):
                found.append(
                    NOTHING_KNOWN
                )  # a field: what is written there is a default, and whoever makes one decides
            found += [self.bound(binding) for binding in self._self_writes(family, attr, node)]
            if not found:
                found += [self.bound(binding) for binding in self._instance_writes(family, attr)]
        return self._union(found) or NOTHING_KNOWN

    def _class_binding(self, binding: Binding, attr: str, receiver: Object | None) -> Values:
        function = binding.node
        if binding.how is How.DEFINED and isinstance(function, cst.FunctionDef):
            if receiver and _has_decorator(function, "property", "cached_property"):
                return self.returned(function)
            return (Function(function, receiver),)
        return self.bound(binding, attr)

    def _self_writes(self, owner: cst.ClassDef, attr: str, use: cst.Attribute | None) -> Iterable[Binding]:
        """Every `self.attr = …` in the methods of a class; a write that every way to the use passes hides the others."""
        writes = []
        for target, binding in self.index.attributes_written(attr, owner):
            if not isinstance(target.value, cst.Name) or target is use:
                continue
            function = self.index.function_of(target)
            while function is not None and self.index.class_of(function) is None:
                function = self.index.function_of(function)
            if function is None or self.index.class_of(function) is not owner:
                continue
            first = parameters(function)[:1]
            if first and first[0].name.value == target.value.value:
                writes.append((function, binding))
        return self._nearest_writes(writes, use)

    def _instance_writes(self, owner: cst.ClassDef, attr: str) -> Iterable[Binding]:
        """`cls._instance.attr = …` in a method: the one object of a class that keeps it."""
        for target, binding in self.index.attributes_written(attr, owner):
            function = self.index.function_of(target)
            inside = function is not None and self.index.class_of(function) is owner
            if inside and dotted(target).startswith(("cls.", "self.")) and "inst" in dotted(target.value).lower():
                yield binding

    def _nearest_writes(self, writes: list[tuple[FunctionNode, Binding]], use: cst.Attribute | None) -> list[Binding]:
        here = self.index.function_of(use) if use is not None and writes else None
        if use is not None and here is not None:
            mine = [binding for function, binding in writes if function is here]
            scope = self.index.scopes[id(here)]
            near = reaching(self.index, use, scope, mine) if mine else []
            before = [b for b in near if self.index.order[id(b.node)] < self.index.order[id(use)]]
            if before and any(self._passed(binding, use) for binding in before):
                return near
        return [binding for _, binding in writes]

    def _passed(self, binding: Binding, use: cst.CSTNode) -> bool:
        block = next((n for n in self.index.ancestors(binding.node) if isinstance(n, cst.IndentedBlock)), None)
        return block is not None and self.index.stands_in(use, block)

    def family(self, owner: cst.ClassDef, seen: tuple[int, ...] = ()) -> list[cst.ClassDef | str]:
        """A class, then its bases: classes of this file, or qualified names of others."""
        found: list[cst.ClassDef | str] = [owner]
        for base in owner.bases:
            for value in self.values(base.value):
                match value:
                    case Class(node=node) if id(node) not in seen and node is not owner:
                        found += self.family(node, (*seen, id(owner)))
                    case Named(name=name) if name != "builtins.object":
                        found.append(name)
                    case _:
                        pass
        return found

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
                given, _ = literals.mapping(self, value, node.value)
                found += [self._callables(expression) for many in given.values() for expression in many]
            elif isinstance(value, Display) and value.kind == "dict" and isinstance(key, str):
                given, _ = literals.mapping(self, value, node.value)
                found += [self.values(expression) for expression in given.get(key, ())]
            elif isinstance(value, Display) and isinstance(key, int) and not isinstance(key, bool):
                found.append(self._item(value, key if key >= 0 else None))
        return self._union(found) or NOTHING_KNOWN

    def _callables(self, node: cst.BaseExpression) -> Values:
        """What of a dispatch table may be called; its data under an unknown key says nothing."""
        return tuple(v for v in self.values(node) if isinstance(v, Named | Function | Partial)) or NOTHING_KNOWN

    # calls

    def _call(self, node: cst.Call) -> Values:
        special = literals.called(self, node)
        if special is not None:
            return special
        if last_word(node.func) in _ENTERS and len(node.args) == 1 and not node.args[0].star:
            return self._entered(node.args[0].value)
        return self._union(self.result(target, node) for target in self.values(node.func))

    def result(self, target: Value, call: cst.Call) -> Values:
        """What calling a value gives."""
        match target:
            case Named(name=name):
                return self._library_result(target, name, call)
            case Class(node=node):
                return (Object(node, call),)
            case Function(node=cst.Lambda(body=body)):
                return self.values(body)
            case Function(node=cst.FunctionDef() as function, receiver=receiver):
                found = self.returned(function, call, bound=receiver is not None)
                return tuple(receiver if isinstance(v, Object) and v.call is None and receiver else v for v in found)
            case Partial(targets=targets):
                return self._union(self.result(inner, call) for inner in targets)
            case _:
                return NOTHING_KNOWN

    def _library_result(self, target: Named, name: str, call: cst.Call) -> Values:
        if name == "builtins.super":
            return self._super(call)
        if name == "functools.partial" and call.args and not call.args[0].star:
            return (Partial(self.values(call.args[0].value), call),)
        if name == "typing.cast" and len(call.args) > 1:
            return self._some(self.annotated(call.args[0].value)) if call.args else NOTHING_KNOWN
        if name in _PASSED_ON and call.args:
            return self.values(call.args[0].value)
        if name == "builtins.staticmethod" and call.args:  # `get = staticmethod(requests.get)` in a class
            inner = self.values(call.args[0].value)
            return inner if all(isinstance(one, Named | Partial) for one in inner) else NOTHING_KNOWN
        if name in FIELDS:
            return self._field(call)
        if name in _REACHED and call.args:
            return self._reached(name, call)
        function = self.models.function(name)
        if function is None:
            return (Instance(name + "()", call),)
        if not function.returns:
            return (Instance(name + "()", call),)
        if function.returns == "self" and target.receiver is not None:
            return (target.receiver,)
        return (Instance(self._filled(function.returns, call, function.arguments), call),)

    def _reached(self, name: str, call: cst.Call) -> Values:
        """`getattr(os, "system")`, `__import__("os")`, `importlib.import_module("os.path")`: names written as strings."""
        last = self.constant(
            call.args[min(1, len(call.args) - 1)].value if name == "builtins.getattr" else call.args[0].value
        )
        if last is ... and name == "builtins.getattr":
            return self._union(self._verb(value) for value in self.values(call.args[0].value))
        if not isinstance(last, str) or not last.replace(".", "").isidentifier():
            return NOTHING_KNOWN
        if name != "builtins.getattr":
            return (Named(self.models.canonical(last.partition(".")[0] if name == "builtins.__import__" else last)),)
        return self._union(self.member(value, last, None) for value in self.values(call.args[0].value))

    def _verb(self, value: Value) -> Values:
        """`getattr(session, method)`: of an HTTP client any verb, and `get` stands for all of them."""
        found = self.member(value, "get", None) if isinstance(value, Named | Instance | Object) else NOTHING_KNOWN
        models = [self.models.function(one.name) if isinstance(one, Named) else None for one in found]
        return found if all(model is not None and "request" in model.role for model in models) else NOTHING_KNOWN

    def _field(self, call: cst.Call) -> Values:
        """`field(default_factory=requests.Session)`: what the attribute of a dataclass starts with."""
        for arg in call.args:
            if arg.keyword is not None and arg.keyword.value in ("default_factory", "factory"):
                return self._union(self.result(value, call) for value in self.values(arg.value))
            if arg.keyword is not None and arg.keyword.value == "default":
                return self.values(arg.value)
        return NOTHING_KNOWN

    def _filled(self, returns: str, call: cst.Call, arguments: dict[str, Any]) -> str:
        if "{" not in returns:
            return returns
        from lintfoot.calls import given  # calls builds on names: the one look up, for services named by a constant

        facet = returns[returns.index("{") + 1 : returns.index("}")]
        value = given(self, call, arguments[facet]).constant if facet in arguments else ...
        return returns.replace("{" + facet + "}", value if isinstance(value, str) else "*")

    def _super(self, call: cst.Call) -> Values:
        function = self.index.function_of(call)
        owner = self.index.class_of(function) if function is not None else None
        for base in owner.bases if owner is not None else ():
            for value in self.values(base.value):
                if isinstance(value, Class):
                    return (Object(value.node),)
                if isinstance(value, Named):
                    return (Instance(value.name),)
        return NOTHING_KNOWN

    def returned(self, function: cst.FunctionDef, call: cst.Call | None = None, *, bound: bool = False) -> Values:
        """What a function of this file returns to a call of it, or yields where it is a context manager."""
        manager = _has_decorator(function, "contextmanager", "asynccontextmanager", "fixture")
        table = self.index.yields if manager else self.index.returns
        given = [
            self._handed_back(value, function, call, bound=bound) for value in table.get(id(function), ()) if value
        ]
        values = self._union(self.values(value) for value in given)
        if any(not isinstance(value, Unknown) for value in values):
            return values
        return self.annotated(function.returns.annotation) if function.returns else (values or NOTHING_KNOWN)

    def _handed_back(
        self, value: cst.BaseExpression, function: cst.FunctionDef, call: cst.Call | None, *, bound: bool
    ) -> cst.BaseExpression:
        """`return value` of a parameter gives a call what that very call handed in, not what others did."""
        scope = self.lookup(value) if isinstance(value, cst.Name) and call is not None else None
        bindings = scope.bindings[value.value] if scope is not None and isinstance(value, cst.Name) else ()
        if call is None or len(bindings) != 1 or bindings[0].how is not How.PARAMETER or scope is None:
            return value
        if scope.node is not function or not isinstance(value, cst.Name) or not isinstance(call, cst.Call):
            return value
        bound = bound and not _has_decorator(function, "staticmethod")
        written, unsure = local_argument(call, function, value.value, bound=bound)
        return value if unsure or written is None else written

    def _entered(self, node: cst.BaseExpression | None) -> Values:
        """What `with … as` binds: mostly the object itself."""
        found: list[Values] = []
        for value in self.values(node):
            match value:
                case Object(node=owner):
                    enter = self._class_member(value, owner, "__enter__", None)
                    aenter = enter if enter != NOTHING_KNOWN else self._class_member(value, owner, "__aenter__", None)
                    results = [self.result(method, node) for method in aenter if isinstance(method, Function)]  # type: ignore[arg-type]
                    found.append(self._union(results) or (value,))
                case Instance(name=name, call=call):
                    model = self.models.function(name)
                    found.append((Instance(model.enters, call),) if model and model.enters else (value,))
                case _:
                    found.append((value,))
        return self._union(found)

    def _union(self, many: Iterable[Values]) -> Values:
        return _distinct(tuple(value for values in many for value in values))


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
_WRITTEN_OUT: frozenset[type] = frozenset(  # first, as these are many
    {cst.SimpleString, cst.Integer, cst.FormattedString, cst.ConcatenatedString, cst.BinaryOperation, cst.Comparison}
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


def _distinct(values: Values) -> Values:
    if len(values) == 1:
        return values
    found = list({_key(value): value for value in values}.values())
    return (*found[:_MOST_VALUES], UNKNOWN) if len(found) > _MOST_VALUES else tuple(found)


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


def _alias(binding: Binding) -> cst.BaseExpression | None:
    """The name in an import statement that a binding imports."""
    if not isinstance(binding.node, cst.Import | cst.ImportFrom) or isinstance(binding.node.names, cst.ImportStar):
        return None
    aliases = binding.node.names
    return next(
        (one.name for one in aliases if f".{binding.imported}".endswith(f".{dotted(one.name)}")), aliases[0].name
    )


_HOLDERS = frozenset("Optional Union Annotated Final ClassVar Awaitable Iterator Generator".split())


def _parts_of_type(outer: str, slices: Sequence[cst.SubscriptElement]) -> list[cst.BaseExpression]:
    """The types that `Optional[…]` and its like speak of; none of any other."""
    parts = [part.slice.value for part in slices if isinstance(part.slice, cst.Index)]
    if outer not in _HOLDERS:
        return []
    return parts if outer in ("Optional", "Union") else parts[:1]


def _is_record(owner: cst.ClassDef) -> bool:
    """A dataclass or one of its kin, by the last word: the annotated names are its constructor's parameters."""
    if _has_decorator(owner, "dataclass", "define", "frozen", "mutable", "attrs", "s"):
        return True
    return any(
        dotted(base.value).endswith(("BaseModel", "BaseSettings", "NamedTuple", "Struct")) for base in owner.bases
    )


def _has_decorator(function: cst.CSTNode, *names: str) -> bool:
    """Whether a function is decorated with one of the names, by the last word: these decorators have one meaning."""
    for decorator in getattr(function, "decorators", ()):
        inner = decorator.decorator
        inner = inner.func if isinstance(inner, cst.Call) else inner
        if dotted(inner).rpartition(".")[2] in names:
            return True
    return False


def local_argument(
    call: cst.Call, function: FunctionNode, name: str, *, bound: bool
) -> tuple[cst.BaseExpression | None, bool]:
    """The expression that a call in this file gives a parameter of a function in this file; True where a splat hides it."""
    positional = [*function.params.posonly_params, *function.params.params][1 if bound else 0 :]
    wanted = next((number for number, param in enumerate(positional) if param.name.value == name), None)
    place = 0
    for arg in call.args:
        if arg.star:
            return None, True
        if arg.keyword is not None:
            if arg.keyword.value == name:
                return arg.value, False
        elif place == wanted:
            return arg.value, False
        else:
            place += 1
    return None, False
