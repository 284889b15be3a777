"""Which lines of a text the pages' patterns may speak of: calls of modelled functions by names that lead to their libraries,
and what stands there under a name, a keyword or an attribute that is enough. All told on the census.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lintfoot.bindings import MODULE, Key
from lintfoot.census import Statement, inputs, last, last_called
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import REACHED, Lead, Site, lead_from, looked_up, named_at
from lintfoot.gates.gate import Lines
from lintfoot.gates.pattern_given import Given
from lintfoot.gates.pattern_words import Asked, asked_of, looks_up, near, told_of
from lintfoot.sight import Sight

_ENVIRON = frozenset(("environ", "environb"))
_SETS = frozenset(("setdefault", "putenv"))  # by place; others take keywords


def lines_of(sight: Sight) -> Lines:
    """The lines; None where only the whole file tells."""
    asked = asked_of(sight)
    flow = sight.dataflow
    if flow is None:
        return None
    leads = _leads(sight, flow, asked)
    if leads is None:
        return None
    return named_at(sight, _Search(sight, flow, asked, leads).all())


def _leads(sight: Sight, flow: Dataflow, asked: Asked) -> list[Lead] | None:
    """Where the modelled functions may be, from outside the project and behind its other files; None where a star hides them.

    Of what comes from outside, models tell which calls give an object on: `names` makes nothing of any other. What this file
    calls so may be anything, and so may what other files do.
    """
    told, meant = told_of(sight)
    names = told.names | meant.names
    behind: set[Key] = {(MODULE, word) for word in names}
    seeds = looked_up(flow)
    for full, key in flow.bindings.imports:
        name = full.removesuffix(".*")
        ways = (name, sight.models.canonical(name))
        if any(way in asked.modules or way in asked.full for way in ways):
            if key[1] == "*":
                return None
            seeds.add(key)
        if key[1] in names:
            behind.add(key)
    calls = frozenset(near(sight, asked) | asked.named | told.calls | {"__init__"})
    kept = flow.bindings.made | told.calls | names
    every = asked.calls.union(*asked.told.values())
    return [
        lead_from(flow, seeds, calls, _other_calls(flow) - asked.gives - kept),
        lead_from(flow, behind, calls, every - asked.gives - kept, told.calls),
    ]


def _other_calls(flow: Dataflow) -> frozenset[str]:
    """The last names of calls, but for those that are looked up by a text."""
    tables = {last_called(call) for _, call in flow.bindings.indirect}
    return frozenset(flow.bindings.calls.keys() - tables - REACHED)


class _Search:
    """What one text has for the patterns."""

    def __init__(self, sight: Sight, flow: Dataflow, asked: Asked, leads: list[Lead]) -> None:
        self.sight, self.flow = sight, flow
        self.bindings, self.asked, self.leads = flow.bindings, asked, leads
        self.meant = told_of(sight)[1].names
        self.words = sight.words
        self.canonical, self.pages = sight.models.canonical, asked.pages

    def all(self) -> Iterator[tuple[Statement, str]]:
        """Statements, each with the last name of a call in it that is meant; without one where it is something else."""
        outside, behind = self.leads
        for site in (*self._worth_it(outside.sites()), *outside.handed(), *behind.sites(), *behind.handed()):
            yield site.statement, last(site.call.func)
        yield from self._mentioned()
        if not self.words.isdisjoint(self.asked.words):
            yield from self._told()
            yield from self._written()
        if self.meant or not self.words.isdisjoint(self.asked.environment):
            yield from self._environment()

    def _worth_it(self, sites: Iterator[Site]) -> Iterator[Site]:
        """The calls whose arguments do not tell that nothing is wrong; what may be another function under a name tells nothing."""
        told, meant = told_of(self.sight)
        given = Given(self.sight, self.asked)
        unsure = self.bindings.made | told.calls | told.names | meant.names
        any_module = looks_up(self.sight)
        for site in sites:
            word = last(site.call.func)
            if any_module or word in unsure or not given.is_fine(site.call, word):
                yield site

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
        for statement, node in self.bindings.census.all(ast.keyword):
            if node.arg in self.asked.environment:
                yield from self._given(statement, node)
        yield from self._set_by_name()

    def _set_by_name(self) -> Iterator[tuple[Statement, str]]:
        """Where a variable is set whose name does not stand there, in what may be the environment; where a call sets one."""
        names = self.asked.environment
        foreign = {bound for _, bound in self.sight.foreign}  # other files may have it under any name
        environ = self.flow.reach(*self.flow.called(_ENVIRON | foreign), objects=True)
        for statement, item in self.bindings.census.all(ast.Subscript):
            written = item.ctx.__class__ is not ast.Load and not isinstance(item.slice, ast.Constant)
            if written and self.flow.holds(item.value, statement, environ, objects=True):
                yield statement, ""
        for word in {word for _, word in self.flow.reach(*self.flow.called(_SETS))} & self.bindings.calls.keys():
            for statement, call in self.bindings.calls[word]:
                given = inputs(call)
                if len(given) > 1 and not (isinstance(given[0], ast.Constant) and given[0].value not in names):
                    yield statement, word
