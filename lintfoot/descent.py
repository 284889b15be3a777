"""What stands right below a node, by a function for each class of nodes: layout is left out.

Half of all work on a tree is going down it. Asking libcst's classes what a node is would cost more than the rest: they are
abstract ones, so that every `isinstance` that fails goes through Python code. Tables are asked by a node's class instead.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import libcst as cst

from lintfoot.nodes import CHILDREN

Getter = Callable[[Any], "Sequence[cst.CSTNode]"]
# Names, what is true of a name, and nodes of Python's own parser: one of them is in a statement that is looked for.
Sought = frozenset[str | Callable[[str], bool] | type[ast.AST]]
ALL: Sought = frozenset()  # no statement is left out
_SEQUENCES = (list, tuple)


def nothing(node: object) -> Sequence[cst.CSTNode]:
    """Stand for what holds no code below itself."""
    del node
    return ()


class Below(dict[type, Getter]):
    """How to get the children of a node, by its class; those of the kinds in `stop` are left out."""

    def __init__(self, stop: tuple[type[cst.CSTNode], ...] = ()) -> None:
        super().__init__(dict.fromkeys(stop, nothing))

    def __missing__(self, kind: type) -> Getter:
        made = self[kind] = _getter(
            CHILDREN.get(kind.__name__, ())
        )  # by name: what is read in parts has classes of its own
        return made


def _getter(fields: Sequence[tuple[str, bool]]) -> Getter:
    if not fields:
        return nothing
    if any(many for _, many in fields):
        return _of_one_list(fields[0][0]) if len(fields) == 1 else _of_lists(fields)
    return _of_nodes(*(name for name, _ in fields))


def _of_nodes(*names: str) -> Getter:
    none, unset = type(None), cst.MaybeSentinel
    if len(names) == 1:
        only = attrgetter(*names)
        return lambda node: (one,) if (one := only(node)) is not None and one.__class__ is not unset else ()
    get = attrgetter(*names)
    return lambda node: [one for one in get(node) if one.__class__ is not none and one.__class__ is not unset]


def _of_one_list(name: str) -> Getter:
    get = attrgetter(name)
    return lambda node: found if (found := get(node)).__class__ in _SEQUENCES else _some(found)


def _of_lists(fields: Sequence[tuple[str, bool]]) -> Getter:
    get = attrgetter(*(name for name, _ in fields))

    def children(node: Any) -> list[cst.CSTNode]:
        found: list[cst.CSTNode] = []
        for one in get(node):
            if one.__class__ in _SEQUENCES:
                found += one
            elif one is not None and one.__class__ is not cst.MaybeSentinel:
                found.append(one)
        return found

    return children


def _some(child: Any) -> Sequence[cst.CSTNode]:
    return () if child is None or child.__class__ is cst.MaybeSentinel else (child,)


BELOW = Below()


def children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The nodes right below that hold code, in the order of the source."""
    return BELOW[node.__class__](node)


def members(block: Any, sought: Sought = ALL) -> Iterable[cst.CSTNode]:
    """The statements of a block; of one that is read in parts, one by one, those alone that hold something sought."""
    found: Iterable[cst.CSTNode] = block.holding(sought) if _IN_PARTS[block.__class__] else block.body
    return found


def last_member(block: Any) -> cst.CSTNode | None:
    """The last statement of a block."""
    if _IN_PARTS[block.__class__]:
        found: cst.CSTNode | None = block.last_member()
        return found
    body = block.body
    return body[-1] if body else None


def all_below(node: cst.CSTNode, below: Below = BELOW, sought: Sought = ALL) -> Iterator[cst.CSTNode]:
    """Every node below, in the order of the source; what is below a kind that a table leaves out stays out.

    With `sought`, statements that hold nothing of it may be left out; what is read in parts is read as far as this is gone on with.
    """
    return _through(members(node, sought) if _IN_PARTS[node.__class__] else children(node), below, sought)


def _through(found: Iterable[cst.CSTNode], below: Below, sought: Sought) -> Iterator[cst.CSTNode]:
    for first in found:
        stack = [first]
        while stack:
            one = stack.pop()
            yield one
            get = below[one.__class__]
            if get is nothing:
                continue
            if _IN_PARTS[one.__class__]:
                yield from _through(members(one, sought), below, sought)
            else:
                stack += get(one)[::-1]


class _InParts(dict[type, bool]):
    """Whether the nodes of a class are read in parts."""

    def __missing__(self, kind: type) -> bool:
        made = self[kind] = hasattr(kind, "holding")
        return made


_IN_PARTS = _InParts()
