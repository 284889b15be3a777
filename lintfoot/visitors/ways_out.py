"""Whether every path from an opening statement passes one that closes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Flag

import libcst as cst

from lintfoot.names import Names
from lintfoot.paths import is_exit
from lintfoot.visitors.below import below

CLOSERS = frozenset({"close", "__exit__", "aclose", "detach"})


class Way(Flag):
    """How a stretch of code ends with the handle still open."""

    NONE = 0
    ON = 1
    LEAVES = 2
    BREAKS = 4
    AGAIN = 8  # the next turn of the loop


class Walk:
    """Follows the statements behind the opening one; `place` is where the handle is lost."""

    def __init__(self, names: Names, name: str, closing: set[int]) -> None:
        self.names = names
        self.name = name
        self.closing = closing
        self.place: cst.CSTNode | None = None
        self.again: cst.CSTNode | None = None

    def from_(self, start: cst.CSTNode) -> bool:
        """Whether some path from a statement on leaves the function with the handle open, by a return or a new open."""
        index = self.names.index
        if self._is_covered(start):
            return False
        child = start
        for parent in index.ancestors(start):
            if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                return False
            if isinstance(parent, cst.IndentedBlock | cst.Module):
                way = self._rest(parent, child)
                if Way.LEAVES in way:
                    return True
                if Way.AGAIN in way and self._rebinds_in_loop(start):
                    self.place = self.again
                    return True
                if Way.ON not in way and Way.BREAKS not in way:
                    return False
            child = parent
        return False

    def _rebinds_in_loop(self, start: cst.CSTNode) -> bool:
        """Whether the next turn of the loop opens anew, and nothing in front of that closes the old one."""
        loop = next((one for one in self.names.index.ancestors(start) if isinstance(one, cst.For | cst.While)), None)
        order = self.names.index.order
        return loop is not None and not any(
            self._holds_close(one)
            for one in below(loop.body)
            if id(one) in order
            and order[id(one)] < order[id(start)]
            and one is not loop.body
            and not isinstance(one, cst.BaseCompoundStatement)
        )

    def _is_covered(self, start: cst.CSTNode) -> bool:
        """Whether a `finally` or a `with` round the opening statement closes it, however it is left."""
        child = start
        for parent in self.names.index.ancestors(start):
            if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                return False
            last = parent.finalbody if isinstance(parent, cst.Try | cst.TryStar) else None
            if last is not None and child is not last and self._holds_close(last):
                return True
            child = parent
        return False

    def _rest(self, block: cst.CSTNode, child: cst.CSTNode) -> Way:
        body = list(getattr(block, "body", ()))
        at = next((number for number, one in enumerate(body) if one is child), len(body))
        way = Way.ON
        if (
            isinstance(child, cst.Try | cst.TryStar)
            and child.orelse is not None
            and not self._holds_close(child.orelse)
        ):
            way = Way.ON
        elif isinstance(child, cst.Try | cst.TryStar) and child.orelse is not None:
            return Way.NONE
        for statement in body[at + 1 :]:
            one = self._statement(statement)
            way = (way & ~Way.ON) | one
            if Way.ON not in one:
                break
        return way

    def _sequence(self, body: cst.BaseSuite) -> Way:
        way = Way.ON
        for statement in body.body:
            one = self._statement(statement)
            way = (way & ~Way.ON) | one
            if Way.ON not in one:
                break
        return way

    def _statement(self, node: cst.CSTNode) -> Way:
        if id(node) in self.closing and not isinstance(node, cst.BaseCompoundStatement):
            return Way.NONE
        match node:
            case cst.SimpleStatementLine(body=body):
                return self._simple(body)
            case cst.If():
                return self._if(node)
            case cst.With(items=items, body=body):
                return Way.NONE if any(self._holds_close(item) for item in items) else self._sequence(body)
            case cst.Try() | cst.TryStar():
                return self._try(node)
            case cst.For(body=body) | cst.While(body=body):
                return Way.NONE if self._holds_close(node) else (self._sequence(body) & Way.LEAVES) | Way.ON
            case cst.Match(cases=cases):
                return Way.NONE if self._holds_close(node) else Way.ON | self._union(case.body for case in cases)
            case cst.FunctionDef() | cst.ClassDef():
                return Way.ON
            case _:
                return Way.NONE if self._holds_close(node) else Way.ON

    def _simple(self, body: Iterable[cst.CSTNode]) -> Way:
        for small in body:
            if self._holds_close(small):
                return Way.NONE
            if isinstance(small, cst.Return):
                self.place = self.place or small
                return Way.LEAVES
            if isinstance(small, cst.Raise) or (
                isinstance(small, cst.Expr) and isinstance(small.value, cst.Call) and is_exit(small.value.func)
            ):
                return Way.NONE
            if isinstance(small, cst.Break):
                return Way.BREAKS
            if isinstance(small, cst.Continue):
                self.again = self.again or small
                return Way.AGAIN
            if (
                isinstance(small, cst.Assign)
                and any(isinstance(one.target, cst.Name) and one.target.value == self.name for one in small.targets)
                and not any(isinstance(one, cst.Name) and one.value == self.name for one in below(small.value))
            ):
                self.place = self.place or small
                return Way.LEAVES
        return Way.ON

    def _if(self, node: cst.If) -> Way:
        asked = any(
            isinstance(one, cst.Name) and one.value == self.name and self._is_asked(one) for one in below(node.test)
        )
        if asked:  # `if stream is not None: stream.close()`
            return Way.NONE if self._holds_close(node) else Way.ON
        taken = self._sequence(node.body)
        match node.orelse:
            case cst.If() as nested:
                other = self._if(nested)
            case cst.Else(body=body):
                other = self._sequence(body)
            case _:
                other = Way.ON
        if self._holds_close(node):  # it closes under the condition under which it opened
            return (taken | other) & Way.LEAVES
        return taken | other

    def _is_asked(self, name: cst.Name) -> bool:
        """Whether a test is about the handle itself, not about what was read from it."""
        parent = self.names.index.parent.get(id(name))
        return not isinstance(parent, cst.Attribute) or parent.attr.value in ("closed", "name")

    def _try(self, node: cst.Try | cst.TryStar) -> Way:
        if node.finalbody is not None and self._holds_close(node.finalbody):
            return Way.NONE
        way = self._sequence(node.body)
        if Way.ON in way and node.orelse is not None:
            way = (way & ~Way.ON) | self._sequence(node.orelse.body)
        if Way.ON in way and any(self._holds_close(handler) for handler in node.handlers):
            return way
        return way

    def _union(self, bodies: Iterable[cst.BaseSuite]) -> Way:
        way = Way.NONE
        for body in bodies:
            way |= self._sequence(body)
        return way

    def _holds_close(self, node: cst.CSTNode) -> bool:
        for one in below(node):
            match one:
                case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=method)):
                    if name == self.name and method in CLOSERS:
                        return True
                case _:
                    pass
            if isinstance(one, cst.WithItem) and any(
                isinstance(inner, cst.Name) and inner.value == self.name for inner in below(one.item)
            ):
                return True
        return False
