"""Which lines of a text the pages' patterns may speak of: calls of modelled functions by names that lead to their libraries,
and what stands there under a name, a keyword or an attribute that is enough. All told on the census.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lintfoot.bindings import MODULE, Key
from lintfoot.census import Statement, last
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import Lead, looked_up, named_at
from lintfoot.gates.gate import Lines
from lintfoot.gates.pattern_words import Asked, asked_of, near, told_of
from lintfoot.sight import Sight

_SETS = frozenset(("setdefault", "putenv", "update", "dict"))


def lines_of(sight: Sight) -> Lines:
    """The lines; None where only the whole file tells."""
    asked = asked_of(sight)
    flow = sight.dataflow
    if flow is None:
        return None
    lead = _lead(sight, flow, asked)
    if lead is None:
        return None
    return named_at(sight, _Search(sight, flow, asked, lead).all())


def _lead(sight: Sight, flow: Dataflow, asked: Asked) -> Lead | None:
    """Where the modelled functions may be; None where a star hides them."""
    told, meant = told_of(sight)
    names = told.names | meant.names
    seeds: set[Key] = {(MODULE, word) for word in names}
    for full, key in flow.bindings.imports:
        name = full.removesuffix(".*")
        ways = (name, sight.models.canonical(name))
        if any(way in asked.modules or way in asked.full for way in ways):
            if key[1] == "*":
                return None
            seeds.add(key)
        elif key[1] in names:
            seeds.add(key)
    seeds |= looked_up(flow)
    verbs = asked.verbs - flow.bindings.made - told.calls - names  # what this file or another calls so may be anything
    reached = flow.reach([(key, 0) for key in seeds], objects=True, verbs=verbs) if seeds else {}
    calls = near(sight, asked) | asked.named | told.calls | {"__init__"}
    return Lead(flow, reached, frozenset(calls), verbs, told.calls)


class _Search:
    """What one text has for the patterns."""

    def __init__(self, sight: Sight, flow: Dataflow, asked: Asked, lead: Lead) -> None:
        self.flow, self.bindings, self.asked, self.lead = flow, flow.bindings, asked, lead
        self.meant = told_of(sight)[1].names
        self.words = sight.words
        self.canonical, self.pages = sight.models.canonical, asked.pages

    def all(self) -> Iterator[tuple[Statement, str]]:
        """Statements, each with the last name of a call in it that is meant; without one where it is something else."""
        for site in (*self.lead.sites(), *self.lead.handed()):
            yield site.statement, last(site.call.func)
        yield from self._mentioned()
        if not self.words.isdisjoint(self.asked.words):
            yield from self._told()
            yield from self._written()
        if self.meant or not self.words.isdisjoint(self.asked.environment):
            yield from self._environment()

    def _mentioned(self) -> Iterator[tuple[Statement, str]]:
        """Where a name stands that a page writes out, what an import calls it, or a name of another file that leads to it."""
        imported = {
            key[1] for name, key in self.bindings.imports if name in self.pages or self.canonical(name) in self.pages
        }
        for word in (self.asked.named | imported | self.meant) & self.bindings.mentions.keys():
            yield from ((statement, word) for statement in self.bindings.mentions[word])

    def _told(self) -> Iterator[tuple[Statement, str]]:
        """Calls with a keyword that is enough, or with some that stand elsewhere; `setattr` with such a name."""
        unmodelled = not self.words.isdisjoint(self.asked.keywords)
        for statement, node in self.bindings.census.all(ast.keyword):
            if node.arg in self.asked.keywords or (node.arg is None and unmodelled):
                yield from self._given(statement, node)
        for word in self.bindings.same_as("setattr"):
            yield from ((statement, word) for statement, _ in self.bindings.calls.get(word, ()))

    def _given(self, statement: Statement, keyword: ast.keyword) -> Iterator[tuple[Statement, str]]:
        """The call that is given a keyword; none where that is a class."""
        for node in self.bindings.census.within(statement):
            if node.__class__ is ast.Call and keyword in node.keywords:
                yield statement, last(node.func)

    def _written(self) -> Iterator[tuple[Statement, str]]:
        """Assignments to an attribute that is enough, or to an item under such a name."""
        for statement, node in self.bindings.census.all(ast.Attribute):
            if node.attr in self.asked.words and node.ctx.__class__ is not ast.Load:
                yield statement, ""
        for statement, item in self.bindings.census.all(ast.Subscript):
            key = item.slice.value if isinstance(item.slice, ast.Constant) else None
            if key in self.asked.words and item.ctx.__class__ is not ast.Load:
                yield statement, ""

    def _environment(self) -> Iterator[tuple[Statement, str]]:
        """Where variables of the environment may be set, or options of one be written down."""
        for statement, table in self.bindings.census.all(ast.Dict):
            if any(isinstance(key, ast.Constant) and key.value in self.asked.environment for key in table.keys):
                yield statement, ""
        for statement, item in self.bindings.census.all(ast.Subscript):
            if item.ctx.__class__ is not ast.Load and not isinstance(item.slice, ast.Constant):
                yield statement, ""
        for statement, node in self.bindings.census.all(ast.keyword):
            if node.arg in self.asked.environment:
                yield from self._given(statement, node)
        imported = {key[1] for full, key in self.bindings.imports if full.startswith("os.")}
        for word in (_SETS | imported | self.bindings.made) & self.bindings.calls.keys():
            yield from ((statement, word) for statement, _ in self.bindings.calls[word])
