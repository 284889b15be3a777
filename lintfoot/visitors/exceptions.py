"""Which exceptions an `except` clause names: through aliases, tuples, tuples bound to a name, and sums of them."""

from __future__ import annotations

import libcst as cst

from lintfoot import displays
from lintfoot.gates.handler_lines import BROAD_CLASSES
from lintfoot.names import Names
from lintfoot.values import Class, Display, Named, Value

_DEEPEST = 6


def catches_all(names: Names, node: cst.BaseExpression | None) -> bool:
    """Whether a clause catches every error: it is bare, or sure to name Exception or BaseException."""
    return node is None or broad(names, node) is not None


def broad(names: Names, node: cst.BaseExpression | None, depth: int = 0) -> str | None:
    """The broad class that a clause is sure to name, by its plain name; None where it is narrow or nobody can tell.

    `XError = Exception` as the fallback of an import that failed is a may: all that a name can be has to be broad.
    """
    if node is None or depth > _DEEPEST:
        return None
    found = [_broad_value(names, value, depth) for value in names.values(node)]
    return found[0] if found and all(found) else None


def _broad_value(names: Names, value: Value, depth: int) -> str | None:
    match value:
        case Named(name=name) if name in BROAD_CLASSES:
            return name.removeprefix("builtins.")
        case Display(kind="tuple" | "list" | "set"):
            parts = (broad(names, part, depth + 1) for part in displays.elements(names, value) if part is not None)
            return next(filter(None, parts), None)
        case _:
            return None


def classes(names: Names, node: cst.BaseExpression | None, depth: int = 0) -> list[str] | None:
    """The classes a clause names: qualified, or as a class of this file is called; None where one cannot be told."""
    if node is None or depth > _DEEPEST:
        return None
    found: list[str] = []
    for value in names.values(node):
        match value:
            case Named(name=name):
                found.append(name)
            case Class(node=owner):
                found.append(owner.name.value)
            case Display(kind="tuple"):
                for part in displays.elements(names, value):
                    inner = classes(names, part, depth + 1)
                    if inner is None:
                        return None
                    found += inner
            case _:
                return None
    return found
