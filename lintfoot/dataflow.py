"""How far a value may get in a text: through assignments, loops, returns and arguments, by its census and without a parser.

Flow-insensitive, and more than what `names` can follow: what it does not reach, no rule can either. A key is reached itself
(0), or by calling it once (1) or more often (2).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from typing import Any

from lintfoot.bindings import ATTRIBUTE, Bindings, Key
from lintfoot.census import Statement, arguments
from lintfoot.steps import FILLS, MOST, Edge, Source, edges_of, sources_of

Reached = dict[Key, int]  # by key a bit for each of 0, 1 and 2
_State = tuple[Key, int]
_DEPTHS = tuple(tuple(depth for depth in range(MOST + 1) if bits >> depth & 1) for bits in range(2 << MOST))


class Dataflow:
    """The steps that values take in one text, read where something gets there."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self._edges: dict[int, list[Edge]] = {}
        self._from: dict[Key, list[Edge]] = {}
        self._read: set[Key] = set()  # all whose uses have been read
        self._sources: dict[int, list[Source]] = {}
        self._states: list[_State] = []
        self._numbers: dict[_State, int] = {}
        self._next: dict[tuple[bool, frozenset[str]], dict[int, list[int]]] = {}
        self._handed: dict[int, Reached] = {}
        self._inner: dict[int, list[Any]] = {}
        census = bindings.census
        kinds: tuple[Any, ...] = (ast.NamedExpr, ast.comprehension, ast.Lambda, ast.Yield, ast.YieldFrom)
        for statement, node in (one for kind in kinds for one in census.all(kind)):
            self._inner.setdefault(id(statement.node), []).append(node)
        known = bindings.functions.keys() | bindings.classes.keys() | FILLS | {"cls"}
        for last in known & bindings.calls.keys():
            for statement, call in bindings.calls[last]:
                self._inner.setdefault(id(statement.node), []).append(call)

    # how far

    def called(self, words: Collection[str]) -> tuple[set[tuple[Key, int]], list[Statement]]:
        """What is called by some words, to be followed: names, attributes, what an import renames, and texts for `getattr`."""
        bindings = self.bindings
        seeds = {((ATTRIBUTE, word), 0) for word in words}
        for word in words:
            seeds.update((bindings.resolve(word, at), 0) for at in bindings.mentions.get(word, ()))
        seeds.update((key, 0) for full, key in bindings.imports if full.rpartition(".")[2] in words)
        return seeds, [at for word in words for at in bindings.census.texts.get(word, ())]

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
        after = self._next.setdefault((objects, verbs), {})
        waiting = [self._number(state) for state in seeds]
        for statement in statements:
            waiting += [self._number((key, one.source.returns)) for one in self.edges(statement) for key in one.targets]
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            further = after.get(number)
            if further is None:
                states = self._following(self._states[number], objects=objects, verbs=verbs)
                further = after[number] = [self._number(state) for state in states]
            waiting += further
        found: Reached = {}
        for number in seen:
            key, depth = self._states[number]
            found[key] = found.get(key, 0) | 1 << depth
        return found

    def _number(self, state: _State) -> int:
        """A state as a number: these are compared far more often than they are made."""
        number = self._numbers.setdefault(state, len(self._states))
        if number == len(self._states):
            self._states.append(state)
        return number

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
        for source in self._sources_of(node, statement):
            known = reached.get(source.key, 0)
            for depth in _DEPTHS[known]:
                if 0 in steps(source, depth, objects=objects, verbs=verbs):
                    return True
        return False

    def handed(self, function: Any) -> Reached:
        """What the parameters of a function may get to."""
        found = self._handed.get(id(function))
        if found is None:
            own = [((id(function), one.arg), 0) for one in arguments(function.args)]
            found = self._handed[id(function)] = self.reach(own)
        return found

    def _sources_of(self, node: ast.expr, statement: Statement) -> list[Source]:
        found = self._sources.get(id(node))
        if found is None:
            found = self._sources[id(node)] = sources_of(self.bindings, node, statement)
        return found

    def _following(self, state: _State, *, objects: bool, verbs: frozenset[str]) -> set[_State]:
        """What gets something right from a key."""
        key, depth = state
        found = {(other, depth) for other in self.bindings.links.get(key, ())}
        for edge in self._leaving(key):
            for after in steps(edge.source, depth, objects=objects, verbs=verbs):
                found.update([(other, after) for other in edge.targets])
        return found

    def _leaving(self, key: Key) -> list[Edge]:
        if key not in self._read:
            self._read.add(key)
            for statement in self.bindings.uses(key):
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
        return self._inner.get(id(statement.node), [])


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
