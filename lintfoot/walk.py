"""One walk for all visitors, by functions that are written for each class of nodes when the first of it is met.

libcst's own `visit` copies every node and asks every visitor about each, layout included; this asks those who want to know.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePath
from typing import Any

import libcst as cst

from lintfoot.findings import Bug
from lintfoot.nodes import CHILDREN
from lintfoot.visitors.base import Visitor

Step = Callable[[Any, "Walk", "_Steps"], None]
_SEQUENCES = (list, tuple)


def walk(module: cst.Module, visitors: Sequence[Visitor], path: str = "") -> list[Bug]:
    """Call every visitor's `visit_X` and `leave_X` in libcst's own order; a visitor that fails is left out from there on."""
    going = Walk(visitors, path)
    going.over([module])
    return going.bugs


class Walk(list["Visitor | None"]):
    """The visitors of one file; None stands for one that failed."""

    def __init__(self, visitors: Iterable[Visitor], path: str) -> None:
        super().__init__(visitors)
        self.path = path
        self.bugs: list[Bug] = []

    def over(self, nodes: Iterable[cst.CSTNode], among: frozenset[int] | None = None) -> None:
        """Walk over nodes, for all visitors or those whose numbers are given."""
        steps = self._steps(among)
        for node in nodes:
            steps[node.__class__](node, self, steps)

    def head(self, node: cst.CSTNode, among: frozenset[int] | None = None) -> None:
        """Walk over a class or a function, but for its body."""
        steps = self._steps(among)
        steps.head(node.__class__)(node, self, steps)

    def ends(self, module: cst.Module, among: frozenset[int] | None = None) -> None:
        """Tell of a module that was walked over in parts."""
        steps = self._steps(among)
        steps.around(module.__class__)(module, self, steps)

    def failed(self, number: int, error: Exception) -> None:
        """Note a visitor's own fault: the others go on."""
        kind = type(self[number]).__name__
        self[number] = None
        self.bugs.append(Bug(self.path, f"{kind}: {trace(error)}"))

    def _steps(self, among: frozenset[int] | None) -> _Steps:
        return _steps(
            tuple(
                type(one) if one is not None and (among is None or number in among) else None
                for number, one in enumerate(self)
            )
        )


class _Steps(dict[type, Step]):
    """The function for each class of nodes."""

    def __init__(self, kinds: tuple[type[Visitor] | None, ...]) -> None:
        super().__init__()
        self.kinds = kinds

    def __missing__(self, kind: type) -> Step:
        if kind.__name__ == "IndentedBlock" and kind is not cst.IndentedBlock:
            return _nothing  # what is read in parts is walked over in parts
        made = self[kind] = self._made(kind.__name__, CHILDREN.get(kind.__name__, ()))
        return made

    def head(self, kind: type) -> Step:
        return self._made(kind.__name__, [field for field in CHILDREN[kind.__name__] if field[0] != "body"])

    def around(self, kind: type) -> Step:
        return self._made(kind.__name__, ())

    def _made(self, name: str, fields: Iterable[tuple[str, bool]]) -> Step:
        lines = ["def step(node, walk, steps):", " pass"]
        lines += self._calls(f"visit_{name}")
        for field, many in fields:
            lines.append(f" child = node.{field}")
            if many:
                lines += [
                    " if child.__class__ in sequences:",
                    "  for one in child:",
                    "   steps[one.__class__](one, walk, steps)",
                    " else:",
                ]
            lines.append(f" {' ' if many else ''}steps[child.__class__](child, walk, steps)")
        lines += self._calls(f"leave_{name}")
        if len(lines) == len(("def", "pass")):
            return _nothing
        space: dict[str, Any] = {"sequences": _SEQUENCES}
        exec("\n".join(lines), space)  # noqa: S102 - made of the names in nodes.py and of visitors' methods, of nothing else
        made: Step = space["step"]
        return made

    def _calls(self, method: str) -> list[str]:
        lines = []
        for number, kind in enumerate(self.kinds):
            if kind is not None and method in methods(kind):
                lines += [
                    f" visitor = walk[{number}]",
                    " if visitor is not None:",
                    f"  try: visitor.{method}(node)",
                    f"  except Exception as error: walk.failed({number}, error)",
                ]
        return lines


def _nothing(node: object, walk: Walk, steps: _Steps) -> None:
    """Stand for what has no children and nobody asks for: None, sentinels, literals."""


@cache
def _steps(kinds: tuple[type[Visitor] | None, ...]) -> _Steps:
    return _Steps(kinds)


@cache
def methods(kind: type[Visitor]) -> frozenset[str]:
    """The visit and leave methods a visitor has of its own: `dir()` would meet libcst's 1,500 stubs."""
    own = kind.__mro__[: kind.__mro__.index(Visitor)]
    return frozenset(name for one in own for name in vars(one) if name.startswith(("visit_", "leave_")))


def trace(error: BaseException) -> str:
    """Where it failed, without any text of the script: messages of exceptions may hold some."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    place = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {place}"
