"""Which expressions hold a secret: by its name, by where it came from, through what it was put into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from lintfoot import displays, strings
from lintfoot.names import Names
from lintfoot.scopes import Binding, How, dotted, last_word, parameters
from lintfoot.secret_names import Kind, words
from lintfoot.secret_rumours import Company
from lintfoot.values import Class, Display, Function, Instance, Object, Text, Value
from lintfoot.visitors.base import Context
from lintfoot.visitors.below import below
from lintfoot.visitors.secret_calls import PUBLIC_TABLES, Calls, shown
from lintfoot.visitors.secret_claims import Claims
from lintfoot.visitors.secret_held import Held, inside
from lintfoot.visitors.secret_records import shown_fields
from lintfoot.visitors.secret_tables import Tables


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DEEPEST = 10
_NAMES = ("name", "names")
_MADE = (cst.BinaryOperation, cst.FormattedString)


class Holders:
    """Asks what one file's expressions hold; remembers nothing but what the file speaks of."""

    def __init__(self, context: Context, *, callers: bool = True) -> None:
        self.names: Names = context.names
        self.callers = callers
        self.claims = Claims(context.names, Company(context.text))
        self._seen: set[int] = set()

    @property
    def _tables(self) -> Tables:
        return Tables(self.names, self.claims, self.held)  # not kept: the two would keep each other

    @property
    def _calls(self) -> Calls:
        return Calls(self.names, self.claims, self._tables, self.held)

    def first(self, node: cst.BaseExpression) -> Held | None:
        """The first secret that an expression holds."""
        self._seen.clear()
        return next(self.held(node), None)

    def all(self, node: cst.BaseExpression) -> list[Held]:
        """Every secret that an expression holds."""
        self._seen.clear()
        return list(self.held(node))

    def held(self, node: cst.BaseExpression, depth: int = 0) -> Iterator[Held]:
        """The secrets in an expression's value."""
        if depth > _DEEPEST or id(node) in self._seen:
            return
        self._seen.add(id(node))
        match node:
            case cst.Name():
                yield from self._name(node, depth)
            case cst.Attribute():
                yield from self._attribute(node, depth)
            case cst.Subscript():
                yield from self._subscript(node, depth)
            case cst.Call():
                yield from self._calls.held(node, depth)
            case cst.BinaryOperation(left=left, operator=cst.Modulo(), right=right):
                yield from self._tables.percent(left, right, depth)
            case cst.Dict():
                yield from self._tables.table(Display(node, "dict"), None, depth)
            case cst.FormattedString():
                parts = strings.parts_of(self.names, node)
                yield from self._each([part for part in parts if not isinstance(part, str)], depth)
            case _:
                yield from self._each(inside(node), depth)

    def _each(self, nodes: Sequence[cst.BaseExpression], depth: int) -> Iterator[Held]:
        for node in nodes:
            yield from self.held(node, depth + 1)

    # names

    def _name(self, node: cst.Name, depth: int) -> Iterator[Held]:
        bindings = self.names.bindings_of(node)
        if node.value.lower().endswith(_NAMES):
            yield from self._built(bindings, depth)
            return
        found = self.claims.said(node.value)
        if found is not None and self.claims.speaks(node, bindings, found):
            yield Held(node, node.value, found)
            return
        table = any(isinstance(one, Display) and one.kind == "dict" for one in self.names.values(node))
        for binding in bindings:
            if binding.value is not None and binding.how is How.ASSIGNED and not table:
                yield from self._bound(binding, depth)
            elif binding.how is How.AUGMENTED and binding.value is not None:
                yield from self.held(binding.value, depth + 1)
            elif binding.how is How.PARAMETER and self.callers:
                yield from self._from_callers(node, depth)
            elif binding.how is How.LOOPED and binding.value is not None:
                yield from self._looped(binding, depth)
        if not any(isinstance(one.value, cst.Call) and self.claims.clears(one.value) for one in bindings):
            yield from self._known(node, depth)
        yield from self._tables.namespace(node)

    def _built(self, bindings: Sequence[Binding], depth: int) -> Iterator[Held]:
        """What a name of names is made of: `user_name += "%" + token` shows the token.

        What is only looked up is what a secret is called: `pname = setup["passphrase"]`.
        """
        for binding in bindings:
            if binding.how is How.AUGMENTED or isinstance(binding.value, _MADE):
                yield from self._bound(binding, depth)

    def _bound(self, binding: Binding, depth: int) -> Iterator[Held]:
        value = binding.value
        if value is None:
            return
        if not binding.path:
            yield from self.held(value, depth + 1)
        elif isinstance(value, cst.Tuple | cst.List) and binding.path[0] is not None:
            place = binding.path[0]
            if len(binding.path) == 1 and place < len(value.elements):
                yield from self.held(value.elements[place].value, depth + 1)

    def _looped(self, binding: Binding, depth: int) -> Iterator[Held]:
        if isinstance(binding.value, cst.List | cst.Tuple) and not binding.path:
            yield from self.held(binding.value, depth + 1)

    def _from_callers(self, node: cst.Name, depth: int) -> Iterator[Held]:
        """What the calls in this file hand in, where it is a text or a list that a secret was put into."""
        function = self.names.index.function_of(node)
        if function is None or any(not _SHOWN.isdisjoint(words(one.name.value)) for one in parameters(function)):
            return  # `run(command, logging_command=None)`: callers say what may be shown
        tests = [above.test for above in self.names.index.ancestors(node) if isinstance(above, cst.If)]
        if any(
            not _SHOWN.isdisjoint(words(last_word(one)))
            for test in tests
            for one in below(test)
            if isinstance(one, cst.Name)
        ):
            return
        for value in self.names.values(node):
            if isinstance(value, Text | Display):
                yield from self._value(value, node, depth)

    def _known(self, node: cst.BaseExpression, depth: int) -> Iterator[Held]:
        """Objects that show their fields, and dicts that were filled later."""
        for value in self.names.values(node):
            match value:
                case Object(node=owner):
                    yield from self._record(owner, node, depth)
                case Display(kind="dict"):
                    yield from self._tables.table(value, node, depth)
                case Instance(call=cst.Call() as call):
                    yield from self._calls.source(call, node)
                case _:
                    pass

    def _value(self, value: Value, node: cst.BaseExpression, depth: int) -> Iterator[Held]:
        match value:
            case Text(parts=parts):
                yield from self._each([part for part in parts if not isinstance(part, str)], depth)
            case Display(kind="dict"):
                yield from self._tables.table(value, node, depth)
            case Display(node=cst.BaseExpression() as display):
                items = [one for one in displays.elements(self.names, value) if one is not None]
                yield from self._each(items or [display], depth)
            case _:
                pass

    def _record(self, owner: cst.ClassDef, node: cst.BaseExpression, depth: int) -> Iterator[Held]:
        for method in _shows(owner):
            returned = self.names.index.returns.get(id(method), ())
            yield from self._each([one for one in returned if one is not None], depth + 2)
        for name in shown_fields(owner):
            found = self.claims.said(name)
            if found is not None and (found.sure or found.kind is Kind.KEY):
                yield Held(node, f"{owner.name.value}.{name}", found)

    # attributes and items

    def _attribute(self, node: cst.Attribute, depth: int) -> Iterator[Held]:
        name = node.attr.value
        found = self.claims.said(name)
        if found is None:
            yield from self._stored(node, depth)
            return
        if name.isupper() and dotted(node.value)[:1].isupper() and last_word(node.value).lower() not in _SETTINGS:
            yield from self._of_class(node, depth)
            return
        owner = last_word(node.value)
        if owner.lower() in PUBLIC_TABLES or (not found.sure and found.kind is Kind.SECRET):
            return
        values = self.names.values(node)
        if any(isinstance(one, Function | Class) or self.claims.is_wrapped(one) for one in values):
            return
        writes = self._writes(node)
        if writes and not any(self.claims.fits(one, found) for one in writes):
            return
        if self.claims.is_constant(node, found):
            return
        yield Held(node, dotted(node) or name, found)

    def _of_class(self, node: cst.Attribute, depth: int) -> Iterator[Held]:
        """`Registry.PASSWORD`: mostly a key of an enumeration; of a class in this file, what stands there."""
        for value in self.names.values(node.value):
            if isinstance(value, Class):
                scope = self.names.index.scopes[id(value.node)]
                given = [one.value for one in scope.bindings.get(node.attr.value, ()) if one.value is not None]
                yield from self._each(given, depth)

    def _writes(self, node: cst.Attribute) -> list[cst.BaseExpression]:
        path = dotted(node)
        writes = self.names.index.attribute_writes.get(node.attr.value, ())
        found = [binding.value for target, binding in writes if dotted(target) == path and path and not binding.path]
        return [value for value in found if value is not None]

    def _stored(self, node: cst.Attribute, depth: int) -> Iterator[Held]:
        if node.attr.value == "__dict__":
            yield from self._tables.namespace(node.value)
        elif node.attr.value in _CONTENT:
            yield from self._content(node.value, depth)
        elif dotted(node).startswith(("self.", "cls.")):
            yield from self._each(self._writes(node), depth)
        for value in self.names.values(node):
            if isinstance(value, Text):  # a property of this file that builds one
                yield from self._value(value, node, depth)
        yield from self._known(node, depth)

    def _subscript(self, node: cst.Subscript, depth: int) -> Iterator[Held]:
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))]:
                pass
            case _:
                return
        key = self.names.constant(index)
        key = key if isinstance(key, str) else last_word(index) if last_word(index).isupper() else ""
        found = self.claims.said(key) if key else None
        if found is not None and last_word(node.value).lower() not in PUBLIC_TABLES:
            inner = self._inner(node, key)
            if not inner or any(self.claims.fits(one, found) for one in inner):
                yield Held(node, shown(node, key), found)
                return
        if not key or key in _CONTENT:
            yield from self._content(node.value, depth)

    def _inner(self, node: cst.Subscript, key: str) -> list[cst.BaseExpression]:
        for value in self.names.values(node.value):
            if isinstance(value, Display) and value.kind == "dict":
                table, _ = displays.mapping(self.names, value, node.value)
                return table.get(key, [])
        return []

    def _content(self, node: cst.BaseExpression, depth: int) -> Iterator[Held]:
        """`client.get_secret_value(…)["SecretString"]`, `json.loads(…)[0]`: an item of what a store gave."""
        match node:
            case cst.Subscript():
                yield from self._content(node.value, depth + 1)
            case cst.Attribute() if node.attr.value in _CONTENT:
                yield from self._content(node.value, depth + 1)
            case cst.Call():
                yield from self._calls.source(node, node)
            case cst.Name() if (found := self.claims.said(node.value)) is not None and found.many:
                yield Held(node, node.value, found)
            case _:
                for value in self.names.values(node):
                    if isinstance(value, Instance) and value.call is not None:
                        yield from self._calls.source(value.call, node)


_SHOWN = _set(
    "logging log logged shown redacted masked safe display print hide secret secrets sensitive obfuscate obfuscated quiet private"
)
_CONTENT = _set("SecretString SecretBinary Parameter Value Plaintext data value secret payload")
_SETTINGS = _set("config conf settings setting secrets env environment cfg")


def _shows(owner: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    """The methods by which a class says itself how it is shown."""
    for one in owner.body.body:
        if isinstance(one, cst.FunctionDef) and one.name.value in ("__str__", "__repr__"):
            yield one
