"""Objects that were changed after they were made: an adapter mounted, a method replaced, a subclass with its own."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.values import Instance, Named, Object, Unknown, Value

_SENDERS = frozenset({"request", "send", "urlopen", "_request", "open", "prepare_request", "get_adapter"})


def altered(names: Names, receiver: Instance | Object | None) -> bool:
    """Whether an object may wait by other rules than its library's: then what a call leaves out says nothing."""
    match receiver:
        case None:
            return False
        case Object(node=owner):
            return _subclass_decides(names, owner) or _adapter_mounted(names, receiver) or _method_replaced(names, receiver)
        case Instance():
            return _adapter_mounted(names, receiver) or _method_replaced(names, receiver)


def _subclass_decides(names: Names, owner: cst.ClassDef) -> bool:
    """A subclass that overrides what sends, or what no model knows stands among its bases."""
    for family in names.family(owner):
        if isinstance(family, str):
            continue
        if not _SENDERS.isdisjoint(names.index.scopes[id(family)].bindings):
            return True
    return False


def _same(one: Value, other: Instance | Object) -> bool:
    match one, other:
        case (Instance(call=left), Instance(call=right)) | (Object(call=left), Object(call=right)):
            if isinstance(one, Object) and isinstance(other, Object) and one.node is other.node:
                return left is right or left is None or right is None
            return left is not None and left is right
        case _:
            return False


def _adapter_mounted(names: Names, receiver: Instance | Object) -> bool:
    for call in names.calls_of("mount"):
        if not isinstance(call.func, cst.Attribute) or len(call.args) < 2:  # noqa: PLR2004 - prefix and adapter
            continue
        if any(_same(value, receiver) for value in names.values(call.func.value)):
            return not all(_plain_adapter(names, value) for value in names.values(call.args[1].value))
    return False


def _plain_adapter(names: Names, value: Value) -> bool:
    match value:
        case Instance(name=name):
            return names.models.function(name) is not None
        case Object(node=owner):
            return not _subclass_decides(names, owner)
        case Named() | Unknown() | _:
            return False


def _method_replaced(names: Names, receiver: Instance | Object) -> bool:
    """`session.request = functools.partial(session.request, timeout=5)` and the like."""
    for method in (*_SENDERS, "get", "post", "put", "patch", "delete", "head", "options"):
        for target, _ in names.index.attribute_writes.get(method, ()):
            if any(_same(value, receiver) for value in names.values(target.value)):
                return True
    return False


