"""How far a value may get in a text: through assignments, loops, returns and arguments, by its census and without a parser.

Flow-insensitive, and more than what `names` can follow: what it does not reach, no rule can either. A key is reached itself
(0), or by calling it once (1) or more often (2).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from lintfoot.bindings import Bindings, Key
from lintfoot.census import Statement
from lintfoot.steps import FILLS, MOST, Edge, Source, edges_of, sources_of

Reached = dict[Key, int]  # by key a bit for each of 0, 1 and 2


class Dataflow:
    """The steps that values take in one text, read where something gets there."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self._edges: dict[int, list[Edge]] = {}
        self._from: dict[Key, list[Edge]] = {}
        self._read: set[str] = set()  # words, all mentions of which have been read
        self._inner: dict[int, list[tuple[Statement, Any]]] = {}
        census = bindings.census
        kinds: tuple[Any, ...] = (ast.NamedExpr, ast.comprehension, ast.Lambda, ast.Yield, ast.YieldFrom)
        for statement, node in (one for kind in kinds for one in census.all(kind)):
            self._inner.setdefault(id(statement.node), []).append((statement, node))
        known = bindings.functions.keys() | bindings.classes.keys() | FILLS | {"cls"}
        for last in known & bindings.calls.keys():
            for statement, call in bindings.calls[last]:
                self._inner.setdefault(id(statement.node), []).append((statement, call))

    # how far

    def reach(
        self,
        seeds: Iterable[tuple[Key, int]],
        statements: Iterable[Statement] = (),
        *,
        objects: bool = False,
        verbs: frozenset[str] = frozenset(),
    ) -> Reached:
        """All that some keys may stand behind, and whatever some statements give a value.

        With `objects` also what is made by them or of them: results of calls, attributes; but calls of `verbs` give
        something else.
        """
        found: Reached = {}
        waiting = list(seeds)
        for statement in statements:
            waiting += [(key, one.source.returns) for one in self.edges(statement) for key in one.targets]
        while waiting:
            key, depth = waiting.pop()
            depth = min(depth, MOST)
            known = found.get(key, 0)
            if known & (1 << depth):
                continue
            found[key] = known | (1 << depth)
            waiting += [(other, depth) for other in self.bindings.links.get(key, ())]
            for edge in self._leaving(key):
                for after in steps(edge.source, depth, objects=objects, verbs=verbs):
                    bit = 1 << after
                    waiting += [(other, after) for other in edge.targets if not found.get(other, 0) & bit]
        return found

    def holds(
        self,
        node: ast.expr,
        statement: Statement,
        reached: Reached,
        *,
        objects: bool,
        verbs: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether an expression may be something that was reached."""
        return any(
            0 in steps(source, depth, objects=objects, verbs=verbs)
            for source in sources_of(self.bindings, node, statement)
            for depth in range(MOST + 1)
            if reached.get(source.key, 0) & (1 << depth)
        )

    def _leaving(self, key: Key) -> list[Edge]:
        if key[1] not in self._read:
            self._read.add(key[1])
            for statement in self.bindings.mentions.get(key[1], ()):
                self.edges(statement)
        return self._from.get(key, [])

    # steps

    def edges(self, statement: Statement) -> list[Edge]:
        """What a statement gives to what."""
        found = self._edges.get(id(statement.node))
        if found is None:
            found = self._edges[id(statement.node)] = edges_of(self.bindings, statement, self.inner(statement))
            for edge in found:
                self._from.setdefault(edge.source.key, []).append(edge)
        return found

    def inner(self, statement: Statement) -> list[Any]:
        """The expressions in a statement that give something a value by themselves."""
        return [node for _, node in self._inner.get(id(statement.node), ())]


def steps(source: Source, depth: int, *, objects: bool, verbs: frozenset[str]) -> tuple[int, ...]:
    """How something that is reached by so many calls of a source is reached where that goes; empty where it is not."""
    calls, returns = source.calls, source.returns
    after = depth - calls
    if source.base or after < 0:  # only what is made of it, or by it
        own = calls if after >= 0 else 0  # calls of what has to be called anyway make nothing else of it
        cut = not objects or after > 0 or not verbs.isdisjoint(source.through[: len(source.through) - own])
        return () if cut else _ONE[returns]
    if depth == MOST and calls:
        return tuple(range(min(after + returns, MOST), MOST + 1))
    return _ONE[after + returns]


_ONE = tuple((min(number, MOST),) for number in range(3 * MOST))
