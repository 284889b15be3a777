"""What `owner.name` is: a member of a library, of a class of this file and its bases, or what the file writes to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import decorators
from lintfoot.flow import reaching
from lintfoot.scopes import Binding, FunctionNode, How, dotted, parameters
from lintfoot.values import (
    NOTHING_KNOWN,
    Class,
    Function,
    Instance,
    Named,
    Object,
    Parameter,
    Unknown,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from lintfoot.names import Names


def attribute(names: Names, node: cst.Attribute) -> Values:
    """What an attribute stands for as it is written: by what its owner is, or by what the file writes to the same dotted name."""
    found = union(member(names, value, node.attr.value, node) for value in names.values(node.value))
    if all(isinstance(value, Unknown) for value in found):
        return _written_alike(names, node) or NOTHING_KNOWN
    if all(isinstance(value, Unknown) or _unmodelled(names, value) for value in found):
        return union((_written_alike(names, node), found))
    return found


def _unmodelled(names: Names, value: Value) -> bool:
    """What no model speaks of: an attribute of a `threading.local()`, of `flask.g`, of a module of the project."""
    return isinstance(value, Named) and not (
        names.models.function(value.name) or names.models.attribute(value.name) or isinstance(value.receiver, Object)
    )


def _written_alike(names: Names, node: cst.Attribute) -> Values:
    """`app.session` where the file writes `app.session = …` and nothing else is known of app."""
    path = dotted(node)
    if not path:
        return ()
    writes = [
        binding
        for target, binding in names.index.attribute_writes.get(node.attr.value, ())
        if dotted(target) == path and target is not node
    ]
    return union(names.bound(binding) for binding in writes)


def member(names: Names, value: Value, attr: str, node: cst.Attribute | None) -> Values:
    """What an attribute of a value is."""
    match value:
        case Named(name=name) | Instance(name=name):
            return _library_member(names, value, name, attr, node)
        case Object(node=owner) | Class(node=owner):
            return _class_member(names, value, owner, attr, node)
        case Parameter(default=cst.Name() | cst.Attribute() as default):  # `def fetch(url, client=requests)`
            modules = [
                one for one in names.values(default) if isinstance(one, Named) and one.name in names.models.imports
            ]
            return union(member(names, one, attr, node) for one in modules) or NOTHING_KNOWN
        case _:
            return NOTHING_KNOWN


def _library_member(names: Names, value: Named | Instance, name: str, attr: str, node: cst.Attribute | None) -> Values:
    full = names.models.canonical(f"{name}.{attr}")
    known = names.models.attribute(full)
    if known is not None and known.returns:
        return (Instance(known.returns),)
    elsewhere = names.elsewhere(full, node) if names.models.known.function(full) is None else None
    if elsewhere is not None and node is not None and not _written_alike(names, node):
        return (elsewhere,)
    if names.models.own(full) is None and names.models.function(full) is not None:
        full = _inherited_name(names, name, attr) or full
    if isinstance(value, Instance):
        return (Named(full, value),)
    return (Named(full, value.receiver),)


def _inherited_name(names: Names, name: str, attr: str) -> str:
    """The full name of a method that a class has from one of its bases."""
    return next((f"{base}.{attr}" for base in names.models.lineage(name) if names.models.own(f"{base}.{attr}")), "")


def _class_member(
    names: Names, value: Object | Class, owner: cst.ClassDef, attr: str, node: cst.Attribute | None
) -> Values:
    receiver = value if isinstance(value, Object) else None
    found: list[Values] = []
    for one in family(names, owner):
        if isinstance(one, str):
            if not found:
                known = _library_member(names, Instance(one), one, attr, node)
                found.append(tuple(Named(v.name, receiver) if isinstance(v, Named) else v for v in known))
            break
        bindings = names.index.scopes[id(one)].bindings.get(attr, ())
        found += [_class_binding(names, binding, attr, receiver) for binding in bindings]
        if any(binding.annotation for binding in bindings) and _is_record(one):
            found.append(NOTHING_KNOWN)  # a field: what is written there is a default, and whoever makes one decides
        found += [names.bound(binding) for binding in _self_writes(names, one, attr, node)]
        if not found:
            found += [names.bound(binding) for binding in _instance_writes(names, one, attr)]
    return union(found) or NOTHING_KNOWN


def _class_binding(names: Names, binding: Binding, attr: str, receiver: Object | None) -> Values:
    function = binding.node
    if binding.how is How.DEFINED and isinstance(function, cst.FunctionDef):
        if receiver and decorators.has(function, "property", "cached_property"):
            return names.returned(function)
        return (Function(function, receiver),)
    return names.bound(binding, attr)


def _self_writes(names: Names, owner: cst.ClassDef, attr: str, use: cst.Attribute | None) -> Iterable[Binding]:
    """Every `self.attr = …` in the methods of a class; a write that every way to the use passes hides the others."""
    writes = []
    for target, binding in names.index.attributes_written(attr, owner):
        if not isinstance(target.value, cst.Name) or target is use:
            continue
        function = names.index.function_of(target)
        while function is not None and names.index.class_of(function) is None:
            function = names.index.function_of(function)
        if function is None or names.index.class_of(function) is not owner:
            continue
        first = parameters(function)[:1]
        if first and first[0].name.value == target.value.value:
            writes.append((function, binding))
    return _nearest_writes(names, writes, use)


def _instance_writes(names: Names, owner: cst.ClassDef, attr: str) -> Iterable[Binding]:
    """`cls._instance.attr = …` in a method: the one object of a class that keeps it."""
    for target, binding in names.index.attributes_written(attr, owner):
        function = names.index.function_of(target)
        inside = function is not None and names.index.class_of(function) is owner
        if inside and dotted(target).startswith(("cls.", "self.")) and "inst" in dotted(target.value).lower():
            yield binding


def _nearest_writes(
    names: Names, writes: list[tuple[FunctionNode, Binding]], use: cst.Attribute | None
) -> list[Binding]:
    here = names.index.function_of(use) if use is not None and writes else None
    if use is not None and here is not None:
        mine = [binding for function, binding in writes if function is here]
        scope = names.index.scopes[id(here)]
        near = reaching(names.index, use, scope, mine) if mine else []
        before = [b for b in near if names.index.order[id(b.node)] < names.index.order[id(use)]]
        if before and any(_passed(names, binding, use) for binding in before):
            return near
    return [binding for _, binding in writes]


def _passed(names: Names, binding: Binding, use: cst.CSTNode) -> bool:
    block = next((n for n in names.index.ancestors(binding.node) if isinstance(n, cst.IndentedBlock)), None)
    return block is not None and names.index.stands_in(use, block)


def family(names: Names, owner: cst.ClassDef, seen: tuple[int, ...] = ()) -> list[cst.ClassDef | str]:
    """A class, then its bases: classes of this file, or qualified names of others."""
    found: list[cst.ClassDef | str] = [owner]
    for base in owner.bases:
        for value in names.values(base.value):
            match value:
                case Class(node=node) if id(node) not in seen and node is not owner:
                    found += family(names, node, (*seen, id(owner)))
                case Named(name=name) if name != "builtins.object":
                    found.append(name)
                case _:
                    pass
    return found


def _is_record(owner: cst.ClassDef) -> bool:
    """A dataclass or one of its kin, by the last word: the annotated names are its constructor's parameters."""
    if decorators.has(owner, "dataclass", "define", "frozen", "mutable", "attrs", "s"):
        return True
    return any(
        dotted(base.value).endswith(("BaseModel", "BaseSettings", "NamedTuple", "Struct")) for base in owner.bases
    )
