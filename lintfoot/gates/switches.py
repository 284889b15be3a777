"""Which calls that run commands are given a switch for a shell: by its word, by its place, or through functions of the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.bindings import FUNCTIONS
from lintfoot.census import arguments
from lintfoot.dataflow import Dataflow, Reached
from lintfoot.gates.callees import Site


class Switches:
    """The switches of one text: `words` that they are given by, and the first place at which one may stand.

    A function that hands a parameter on to a switch makes a word of it, and a place.
    """

    def __init__(self, flow: Dataflow, sites: tuple[Site, ...], words: frozenset[str], place: int) -> None:
        self.flow, self.place = flow, place
        self.words = set(words)
        self.places: dict[str, int] = {}  # by the last names of functions of this file
        self.anywhere = False  # a function without a name hands one on
        self._reached: dict[tuple[int, str], Reached] = {}
        known = -1
        while known != (known := len(self.words) + len(self.places)):
            for site in sites:
                self._follow(site)

    def is_on(self, site: Site) -> bool:
        """Whether a call may be given a switch that is not plainly off."""
        return self.anywhere or any(True for _ in self._given(site))

    def _given(self, site: Site) -> Iterator[ast.expr]:
        """What may be a switch."""
        call = site.call
        for keyword in call.keywords:
            if (keyword.arg is None or keyword.arg in self.words) and not _is_off(keyword.value):
                yield keyword.value
        name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        place = min(self.places.get(name, self.place), self.place)
        if name not in self.places and name in self.flow.bindings.made and self.places:
            place = min(self.places.values())  # one of them under another name
        starred = any(isinstance(one, ast.Starred) for one in call.args)
        for one in call.args if starred else call.args[place:]:
            if isinstance(one, ast.Starred) or not _is_off(one):
                yield one

    def _follow(self, site: Site) -> None:
        for one in self._given(site):
            if isinstance(one, ast.Constant):
                continue
            if any(isinstance(inner, ast.Lambda) for inner in self.flow.inner(site.statement)):
                self.anywhere = True
            for place, function in enumerate(site.statement.around):
                if isinstance(function, FUNCTIONS):
                    self._note(one, site, function, site.statement.around[place - 1] if place else None)

    def _note(self, given: ast.expr, site: Site, function: Any, owner: Any) -> None:
        if not self.flow.holds(given, site.statement, self.flow.handed(function), objects=False):
            return
        for place, one in enumerate(arguments(function.args)):
            key = (id(function), one.arg)
            if key not in self._reached:
                self._reached[key] = self.flow.reach([(key, 0)])
            if self.flow.holds(given, site.statement, self._reached[key], objects=False):
                self.words.add(one.arg)
                method = isinstance(owner, ast.ClassDef)
                names = [function.name, *([owner.name, "cls"] if method and function.name.startswith("__") else [])]
                for name in names:
                    self.places[name] = min(self.places.get(name, place), max(0, place - method))


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
