"""Objects that were changed after they were made: an adapter mounted, a method replaced, a subclass with its own."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, facets
from lintfoot.calls import targets
from lintfoot.libraries import Argument, Derived
from lintfoot.names import Names
from lintfoot.values import Instance, Named, Object, Unknown, Value

SENDERS = frozenset({"request", "send", "urlopen", "_request", "open", "prepare_request", "get_adapter"})


def altered(names: Names, receiver: Instance | Object | None, word: str = "") -> bool:
    """Whether an object may behave by other rules than its library's: then what a call leaves out says nothing.

    `word` is what a subclass has to speak of for that: one that never says timeout hands on what it is given.
    """
    match receiver:
        case None:
            return False
        case Object(node=owner) if _subclass_decides(names, owner, word):
            return True
        case Instance() if any(one.altered for one in _derived(names, receiver)):
            return True
        case Instance() if any(altered(names, inner, word) for inner in _wrapped(names, receiver)):
            return True
        case Instance() if any(True for _ in facets.written_facets(names, receiver, "timeout")):
            return True  # `connection.timeout = 5`
        case Object() | Instance():
            return _adapter_mounted(names, receiver) or _method_replaced(names, receiver) or _limit_set(names, receiver)


def _subclass_decides(names: Names, owner: cst.ClassDef, word: str = "") -> bool:
    """A subclass that overrides what sends, or what no model knows stands among its bases."""
    for family in names.family(owner):
        if isinstance(family, str):
            known = names.models.own(family)
            if isinstance(known, Derived) and known.altered:
                return True
            continue
        if not SENDERS.isdisjoint(names.index.scopes[id(family)].bindings) and _speaks_of(names, family, word):
            return True
    return False


def _wrapped(names: Names, receiver: Instance) -> Iterator[Instance]:
    """The socket inside a TLS socket: a limit set on it goes over."""
    for maker in targets(names, receiver.call) if receiver.call is not None else ():
        inner = maker.function.arguments.get("wrapped")
        if inner is not None and receiver.call is not None:
            for value in calls.given(names, receiver.call, inner, maker.partials).values:
                if isinstance(value, Instance) and value is not receiver:
                    yield value


def _speaks_of(names: Names, owner: cst.ClassDef, word: str) -> bool:
    return not word or names.index.speaks_of(owner, word)


def _derived(names: Names, receiver: Instance) -> Iterator[Derived]:
    """What other files of the project say of an object: of the name it was imported by, of its class, of what made it."""
    makers = [target.function for target in targets(names, receiver.call)] if receiver.call is not None else []
    for known in (names.models.own(receiver.origin), names.models.own(receiver.name), *makers):
        if isinstance(known, Derived):
            yield known


def _same(one: Value, other: Instance | Object) -> bool:
    match one, other:
        case (Instance(call=left), Instance(call=right)) | (Object(call=left), Object(call=right)):
            if isinstance(one, Object) and isinstance(other, Object) and one.node is other.node:
                return left is right or left is None or right is None
            same_origin = isinstance(one, Instance) and isinstance(other, Instance) and one.origin == other.origin != ""
            return (left is not None and left is right) or same_origin
        case _:
            return False


def _adapter_mounted(names: Names, receiver: Instance | Object) -> bool:
    for call in names.calls_of("mount"):
        if not isinstance(call.func, cst.Attribute) or len(call.args) != len(("prefix", "adapter")):
            continue
        if any(_same(value, receiver) for value in names.values(call.func.value)):
            return not all(_plain_adapter(names, value) for value in names.values(call.args[1].value))
    return False


def _plain_adapter(names: Names, value: Value) -> bool:
    match value:
        case Instance(name=name):
            known = names.models.function(name)
            return known is not None and not (isinstance(known, Derived) and known.altered)
        case Object(node=owner):
            return not _subclass_decides(names, owner)
        case Named() | Unknown() | _:
            return False


def _method_replaced(names: Names, receiver: Instance | Object) -> bool:
    """`session.request = functools.partial(session.request, timeout=5)` and the like."""
    for method in (*SENDERS, "get", "post", "put", "patch", "delete", "head", "options"):
        for target, _ in names.index.attribute_writes.get(method, ()):
            if any(_same(value, receiver) for value in names.values(target.value)):
                return True
    return False


def _limit_set(names: Names, receiver: Instance | Object) -> bool:
    """`sock.settimeout(5)`: a method that a model calls an adapter, with a timeout that is not endless."""
    for method in names.models.limit_setters:
        for call in names.calls_of(method):
            if not isinstance(call.func, cst.Attribute):
                continue
            if any(_same(value, receiver) for value in names.values(call.func.value)) and _sets_limit(names, call):
                return True
    return False


def _sets_limit(names: Names, call: cst.Call) -> bool:
    for target in targets(names, call):
        told = facets.meaning(names, call, target, "timeout") if "adapter" in target.function.role else None
        if told is None:
            continue
        # `sock.settimeout(self.timeout)`: whoever set that has thought of it
        kept = isinstance(told.given.node, cst.Attribute) and "none" in told.argument.means
        if kept or not told.certain(("forever", "other")):
            return True
    return False


def switched_on_again(names: Names, maker: cst.Call) -> bool:
    """Whether both checks of a context are switched on after it was made without them."""
    for value in names.values(maker):
        if isinstance(value, Instance) and value.call is maker:
            checks = [set(facets.written_facets(names, value, facet)) for facet in ("verify", "hostname")]
            if all(check == {"on"} for check in checks):
                return True
    return False


def serves(names: Names, context: Instance) -> bool:
    """A TLS context of a server: whether it asks its clients for certificates is its own business."""
    if context.call is None:
        return False
    for maker in calls.targets(names, context.call):
        told = facets.meaning(names, context.call, maker, "verify")
        if told is not None and told.certain(("server",)):
            return True
    return any(
        calls.given(names, call, Argument(("server_side",), 1)).constant is True
        for call in names.calls_of("wrap_socket")
        if isinstance(call.func, cst.Attribute)
        and any(isinstance(value, Instance) and value.call is context.call for value in names.values(call.func.value))
    )


_SERVER_SIDE = frozenset("server_side is_server serverside as_server".split())


def for_a_server(names: Names, node: cst.CSTNode) -> bool:
    """`if server_side:` above: what stands there is done to the context of a server."""
    child = node
    for above in names.index.ancestors(node):
        if isinstance(above, cst.If) and child is above.body:
            test = above.test
            last = (
                test.attr.value if isinstance(test, cst.Attribute) else test.value if isinstance(test, cst.Name) else ""
            )
            if last in _SERVER_SIDE:
                return True
        child = above
    return False
