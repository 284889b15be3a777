"""Calls of some functions in a text: by their last names, and by those under which they are handed round."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

from lintfoot.carriers import Carriers
from lintfoot.census import Census, last
from lintfoot.gates.call_lines import Asked, lasts_of, wanted_of
from lintfoot.libraries import Function, Models
from lintfoot.records import dataclass
from lintfoot.sight import Sight

# Calls whose results are what they are handed, or hold it, as names are evaluated.
PASSES = frozenset(
    "partial cast closing aclosing copy deepcopy wait_for shield run staticmethod getattr field ib attrib Field list tuple set "
    "sorted dict".split()
)


_DEFINITIONS: tuple[Any, ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Site(NamedTuple):
    """A call, and the line of its statement."""

    line: int
    call: ast.Call


def also_called(census: Census, words: Iterable[str]) -> frozenset[str]:
    """Some names, and those that they are given as they are, by an import or an assignment."""
    found, before = set(words), 0
    plain = [(last(node.value), node.targets) for _, node in census.all(ast.Assign) if last(node.value)]
    renamed = [(one.name.rpartition(".")[2], one.asname) for _, one in census.all(ast.alias) if one.asname]
    while len(found) > before:
        before = len(found)
        found.update(other for word, other in renamed if word in found)
        found.update(last(target) for word, targets in plain if word in found for target in targets)
    return frozenset(found - {""})


def _nothing(function: Function) -> bool:
    del function
    return False


@dataclass(frozen=True, slots=True)
class Callees:
    """Where some functions may be in a text: the names that may stand for one, and the calls."""

    sight: Sight
    census: Census
    words: frozenset[str]
    hot: frozenset[str]
    sites: tuple[Site, ...]

    @property
    def functions(self) -> Carriers:
        """How functions get about in the text."""
        return functions_in(self.sight, self.census)

    def may_be(self, node: ast.expr) -> bool:
        """Whether an expression may be one of the functions."""
        word = last(node)
        return word in self.hot if word else bool(self.hot) and _leads_to(self.functions, node, self.hot, self.words)


def calls_of(sight: Sight, names: Iterable[str], asked: Asked = _nothing) -> tuple[Site, ...] | None:
    """The calls that may be of functions of these last names, or of modelled functions that something asks for."""
    found = callees(sight, names, asked)
    return found.sites if found is not None else None


def lines_called(sight: Sight, names: Iterable[str], asked: Asked = _nothing) -> set[int] | None:
    """The lines of the statements with those calls."""
    sites = calls_of(sight, names, asked)
    return {site.line for site in sites} if sites is not None else None


def callees(sight: Sight, names: Iterable[str], asked: Asked = _nothing) -> Callees | None:
    """Where functions of these last names may be, or modelled functions that something asks for.

    What is written counts by its last word alone, whatever it is a member of. Functions get elsewhere by assignments,
    defaults, tables, returns, imports, `partial` and `getattr`, and through other files of the project.
    """
    census = sight.census
    if census is None:
        return None
    named = frozenset(names)
    telling = sight.telling(wanted_of(sight, named, asked))
    words = {*named, *lasts_of(sight, asked, telling), *telling.names, *telling.calls}
    words.update(other for word, other in _renamed(sight.models) if word in words)
    if words.isdisjoint(
        _handed_round(sight, census)
    ):  # called where they stand, if at all: no other name is one of them
        called = _calls_by_name(sight, census)
        sites = [site for word in sorted(words) for site in called.get(word, ())]
        return Callees(sight, census, frozenset(words), frozenset(words), tuple(sites))
    functions = functions_in(sight, census)
    hot = functions.reach(words, words.__contains__)
    found = []
    for one, call in census.all(ast.Call):
        word = last(call.func)
        if word in hot if word else _leads_to(functions, call.func, hot, words):
            found.append(Site(one.line, call))
    return Callees(sight, census, frozenset(words), hot, tuple(found))


def _handed_round(sight: Sight, census: Census) -> frozenset[str]:
    """The names that stand anywhere but as what is called: bound, given to something, renamed, defined, or as a text."""
    if "handed round" not in sight.kept:
        callees_ = {id(call.func) for _, call in census.all(ast.Call)}
        found = {node.id for _, node in census.all(ast.Name) if id(node) not in callees_}
        found.update(node.attr for _, node in census.all(ast.Attribute) if id(node) not in callees_)
        found.update(node.value for _, node in census.all(ast.Constant) if isinstance(node.value, str))
        found.update(node.name.rpartition(".")[2] for _, node in census.all(ast.alias) if node.asname)
        found.update(node.arg for _, node in census.all(ast.arg))
        for kind in _DEFINITIONS:
            found.update(node.name for _, node in census.all(kind))
        sight.kept["handed round"] = frozenset(found)
    kept: frozenset[str] = sight.kept["handed round"]
    return kept


def _calls_by_name(sight: Sight, census: Census) -> dict[str, list[Site]]:
    if "calls by name" not in sight.kept:
        found: dict[str, list[Site]] = {}
        for one, call in census.all(ast.Call):
            found.setdefault(last(call.func), []).append(Site(one.line, call))
        sight.kept["calls by name"] = found
    kept: dict[str, list[Site]] = sight.kept["calls by name"]
    return kept


def _leads_to(functions: Carriers, func: ast.expr, hot: AbstractSet[str], words: AbstractSet[str]) -> bool:
    carried = functions.of(func)
    return not hot.isdisjoint(carried.words) or any(text in words for text in carried.texts)


def functions_in(sight: Sight, census: Census) -> Carriers:
    """How functions get about in the text."""
    if "functions" not in sight.kept:
        passes = also_called(census, PASSES)
        sight.kept["functions"] = Carriers(census, passes.__contains__, results=False)
    found: Carriers = sight.kept["functions"]
    return found


@lru_cache(maxsize=8)
def _renamed(models: Models) -> tuple[tuple[str, str], ...]:
    """Last names of functions and classes, with those that their re-exports have instead."""
    pairs = ((name.rpartition(".")[2], alias.rpartition(".")[2]) for alias, name in models.aliases.items())
    return tuple({(word, other) for word, other in pairs if word != other})
