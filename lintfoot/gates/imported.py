"""What a call certainly calls, told without values: the name in front comes from imports of outsiders and from nothing else."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

from lintfoot.bindings import Key
from lintfoot.census import Statement
from lintfoot.dataflow import Dataflow
from lintfoot.libraries import Function
from lintfoot.sight import Sight
from lintfoot.steps import PASSES


class Imported:
    """The names of one text that stand for what imports bring in, whoever looks at them.

    `names` binds such a name to what its imports say as well, and follows attributes below it by the models alone. What
    the project knows, what is also bound in another way or from another scope, and attributes that the text writes are left open.
    """

    def __init__(self, sight: Sight, flow: Dataflow) -> None:
        self.models, self.bindings = sight.models, flow.bindings
        self.may_see = sight.view.may_see if sight.view is not None else _sees_nothing
        self.full: dict[Key, list[str]] = {}
        for full, key in self.bindings.imports:
            self.full.setdefault(key, []).append(full)

    @cached_property
    def called(self) -> dict[str, set[str]]:
        """By the last name of calls what these call for certain, all of them; without those that may pass on what they are given."""
        found: dict[str, set[str]] = {}
        for word, calls in self.bindings.calls.items():
            names = [self.names(call.func, at) for at, call in calls] if word not in PASSES else [None]
            if None not in names:
                found[word] = {name for one in names if one is not None for name in one}
        return found

    def functions(self, node: ast.expr, statement: Statement) -> list[Function | None] | None:
        """The models of what an expression may be, None among them for what has none; None where that cannot be told."""
        found = self.names(node, statement)
        return None if found is None else [self.models.function(name) for name in found]

    def names(self, node: Any, statement: Statement) -> list[str] | None:
        """The full names that an expression may have; None where that cannot be told."""
        below: list[str] = []
        while node.__class__ is ast.Attribute:
            below.append(node.attr)
            node = node.value
        if node.__class__ is not ast.Name or any(word.startswith("__") for word in below):
            return None  # `Popen.__init__(self, …)` makes an object of a subclass
        bindings, key = self.bindings, self.bindings.resolve(node.id, statement)
        full = self.full.get(key, ())
        if not full or len(full) != bindings.times[key] or key in bindings.links or not bindings.made.isdisjoint(below):
            return None
        found = [self._below(name, below) for name in full]
        return None if None in found else [name for name in found if name is not None]

    def _below(self, name: str, below: list[str]) -> str | None:
        name = self.models.canonical(name)
        for word in reversed(below):
            if self.may_see(name):
                return None
            name = self.models.canonical(f"{name}.{word}")
            known = self.models.attribute(name)
            if known is not None and known.returns:
                return None  # an object of a class of its own
        return None if self.may_see(name) else name


def _sees_nothing(name: str) -> bool:
    del name
    return False


def imported_in(sight: Sight, flow: Dataflow) -> Imported:
    """What the imports of a text tell of its calls."""
    if "imported" not in sight.kept:
        sight.kept["imported"] = Imported(sight, flow)
    found: Imported = sight.kept["imported"]
    return found
