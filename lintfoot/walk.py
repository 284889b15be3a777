"""One walk for all visitors: at each node those are asked who want to know of its class, which mostly is nobody.

libcst's own `visit` copies every node and asks every visitor about each, layout included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePath
from typing import Any

import libcst as cst

from lintfoot.descent import BELOW, Getter, nothing
from lintfoot.findings import Bug
from lintfoot.nodes import CHILDREN
from lintfoot.scopes import last_word
from lintfoot.visitors.base import Visitor

Asked = list[tuple[int, Callable[[Any], Any]]]  # numbers of visitors, and their methods for one class of nodes


def walk(module: cst.Module, visitors: Sequence[Visitor], path: str = "") -> list[Bug]:
    """Call every visitor's `visit_X` and `leave_X` in libcst's own order; a visitor that fails is left out from there on."""
    going = Walk(visitors, path)
    going.over([module])
    going.let_go()
    return going.bugs


class Walk:
    """The visitors of one file, on their way over its nodes."""

    def __init__(self, visitors: Iterable[Visitor], path: str) -> None:
        self.visitors = list(visitors)
        self.path = path
        self.bugs: list[Bug] = []
        self.failed: set[int] = set()
        self.named: dict[
            int, set[str]
        ] = {}  # by the number of a visitor the last names of the only calls that it is shown
        self._asked: dict[str, Asked] = {}
        for number, visitor in enumerate(self.visitors):
            for method in methods(type(visitor)):
                self._asked.setdefault(method, []).append((number, getattr(visitor, method)))
        self._stops: dict[frozenset[int] | None, _Stops] = {}

    def over(self, nodes: Iterable[cst.CSTNode], among: frozenset[int] | None = None) -> None:
        """Walk over nodes, for all visitors or those whose numbers are given."""
        self._over(nodes, self._stops_of(among))

    def head(self, node: cst.CSTNode, among: frozenset[int] | None = None) -> None:
        """Walk over a class or a function, but for its body."""
        stops = self._stops_of(among)
        without = [getattr(node, name) for name, _ in CHILDREN[node.__class__.__name__] if name != "body"]
        visits, leaves = self.asked(node.__class__.__name__, among)
        self._call(visits, node)
        for child in without:
            self._over(child if isinstance(child, list | tuple) else (child,), stops)
        self._call(leaves, node)

    def ends(self, module: cst.Module, among: frozenset[int] | None = None) -> None:
        """Tell of a module that was walked over in parts."""
        for methods_ in self.asked(module.__class__.__name__, among):
            self._call(methods_, module)
        self.let_go()

    def let_go(self) -> None:
        """Let go of what knows the walk: the collector of circles is off."""
        self._stops.clear()

    def asked(self, name: str, among: frozenset[int] | None) -> tuple[Asked, Asked]:
        """The `visit_X` and `leave_X` of the visitors, or of those whose numbers are given."""
        found = (self._asked.get(f"visit_{name}", []), self._asked.get(f"leave_{name}", []))
        if among is None:
            return found
        visits, leaves = ([one for one in methods_ if one[0] in among] for methods_ in found)
        return visits, leaves

    def _stops_of(self, among: frozenset[int] | None) -> _Stops:
        if among not in self._stops:
            self._stops[among] = _Stops(self, among)
        return self._stops[among]

    def _over(self, nodes: Iterable[cst.CSTNode], stops: _Stops) -> None:
        for node in nodes:
            stop = stops[node.__class__]
            if stop is None:
                continue
            visits, get, leaves = stop
            if visits:
                self._call(visits, node)
            if get is not nothing:
                self._over(get(node), stops)
            if leaves:
                self._call(leaves, node)

    def _call(self, methods_: Asked, node: cst.CSTNode) -> None:
        name = last_word(node.func) if self.named and node.__class__ is cst.Call else ""
        for number, method in methods_:
            if name and number in self.named and name not in self.named[number] and name.isascii():
                continue  # other letters may stand for some that are meant
            if number not in self.failed:
                try:
                    method(node)
                except Exception as error:  # noqa: BLE001 - a visitor's own fault: the others go on
                    self.failed.add(number)
                    self.bugs.append(Bug(self.path, f"{type(self.visitors[number]).__name__}: {trace(error)}"))


class _Stops(dict[type, "tuple[Asked, Getter, Asked] | None"]):
    """What is done at the nodes of each class; None for what has no children and nobody asks for."""

    def __init__(self, going: Walk, among: frozenset[int] | None) -> None:
        super().__init__()
        self.going, self.among = going, among

    def __missing__(self, kind: type) -> tuple[Asked, Getter, Asked] | None:
        get = BELOW[kind]
        visits, leaves = self.going.asked(kind.__name__, self.among)
        idle = get is nothing and not visits and not leaves
        apart = (
            kind.__name__ == "IndentedBlock" and kind is not cst.IndentedBlock
        )  # read in parts, walked over in parts
        made = self[kind] = None if idle or apart else (visits, get, leaves)
        return made


@cache
def methods(kind: type[Visitor]) -> frozenset[str]:
    """The visit and leave methods a visitor has of its own: `dir()` would meet libcst's 1,500 stubs."""
    own = kind.__mro__[: kind.__mro__.index(Visitor)]
    return frozenset(name for one in own for name in vars(one) if name.startswith(("visit_", "leave_")))


def trace(error: BaseException) -> str:
    """Where it failed, without any text of the script: messages of exceptions may hold some."""
    import traceback  # it brings along two modules, for what hardly ever happens

    frames = traceback.extract_tb(error.__traceback__)[-6:]
    place = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {place}"
