"""Statements that read the body of a response or look at its status: of what comes from a library that gives responses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lintfoot.bindings import MODULE, Key, scope_of
from lintfoot.census import Statement
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import REACHES, Lead, looked_up
from lintfoot.gates.gate import Lines
from lintfoot.gates.imported import imported_in
from lintfoot.libraries import Function, Models
from lintfoot.records import dataclass
from lintfoot.sight import Sight
from lintfoot.wanted import Leading, Wanted, gives, leading_to

# They read a whole response through its file-like side; the position of the response.
READERS = {"json.load": 0, "shutil.copyfileobj": 0}
_READ = frozenset({"getattr", *(name.rpartition(".")[2] for name in READERS)})
LOOPS: tuple[Any, ...] = (ast.For, ast.AsyncFor, ast.comprehension)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a class of responses calls its body and its status."""

    body: frozenset[str]
    status: frozenset[str]


@lru_cache(maxsize=8)
def shapes(models: Models) -> dict[str, Shape]:
    """The modelled classes that have both a body and a status."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, attribute in models.attributes.items():
        if attribute.facet in ("body", "status"):
            owner, _, word = name.rpartition(".")
            found.setdefault(owner, {"body": set(), "status": set()})[attribute.facet].add(word)
    return {
        owner: Shape(frozenset(words["body"]), frozenset(words["status"]))
        for owner, words in found.items()
        if words["body"] and words["status"]
    }


@dataclass(frozen=True, slots=True)
class _Givers:
    """The modelled names that lead to a response, and all words on the way from one to a response.

    `hold` are modules of others that hold such a module under another name: `six.moves.urllib`.
    """

    leads: Leading
    hold: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=8)
def _givers(models: Models) -> _Givers:
    known = shapes(models)
    leads = leading_to(
        models, "responses", lambda function: function.returns in known and not raises_by_itself(function)
    )
    renamed = [alias for alias, name in models.aliases.items() if leads(name)]
    words = {part for name in leads.names for part in name.split(".")[1:]}
    words.update(part for alias in renamed for part in alias.split("."))
    hold = {alias.rsplit(".", number)[0] for alias in renamed for number in range(alias.count(".") + 1)}
    return _Givers(leads, frozenset(hold), frozenset(words))


def raises_by_itself(function: Function) -> bool:
    """Whether a request raises for an error status, whatever it is told: its responses need no look."""
    told = function.arguments.get("raises")
    return told is not None and told.default == "on" and not told.keyword and told.position is None


def told(sight: Sight) -> Lines:
    """Uses of bodies, loops over responses, and looks at statuses; nowhere without a use."""
    flow = sight.dataflow
    if flow is None:
        return None
    known = shapes(sight.models)
    bodies = {word for shape in known.values() for word in shape.body}
    statuses = {word for shape in known.values() for word in shape.status}
    givers = _givers(sight.models)
    telling = sight.telling(Wanted(lambda function: gives(function, givers.leads.names), givers.leads))
    seeds = _begin(sight, flow, givers, telling.names)
    if not seeds:
        return ()
    leading_on = givers.words | telling.calls | flow.bindings.given | REACHES | {""}
    verbs = frozenset(flow.bindings.calls) - leading_on  # they give something else
    verbs |= {
        word
        for word, names in imported_in(sight, flow).called.items()
        if all((one := sight.models.function(name)) is not None and raises_by_itself(one) for name in names)
    }
    reached = flow.reach([(key, 0) for key in seeds], objects=True, verbs=verbs)
    lead = Lead(flow, reached, verbs=verbs)
    certain = not telling.names and not looked_up(flow)
    shapes_here = [known[owner] for owner in known if not certain or _may_give(sight.models, flow, owner)]
    looked = _looked_at(flow, shapes_here)
    uses = _uses(flow, bodies)
    found = {one.line for one, owner in uses if _key(flow, owner, one) not in looked and lead.holds(owner, one)}
    if found:
        asked = ((one, node) for one, node in flow.bindings.census.all(ast.Attribute) if node.attr in statuses)
        found.update(one.line for one, node in asked if lead.holds(node.value, one))
    return found


def _may_give(models: Models, flow: Dataflow, owner: str) -> bool:
    """Whether an import of a text may lead to a response of some class."""
    leads = leading_to(models, f"responses of {owner}", lambda function: function.returns == owner)
    return any(
        leads(name) or leads(models.canonical(name))
        for name in (full.removesuffix(".*") for full, _ in flow.bindings.imports)
    )


def _looked_at(flow: Dataflow, known: list[Shape]) -> set[Key]:
    """The names that stand for one response alone whose status is looked at, whatever it is, in the scope that they are bound in.

    A body that is used there has been looked at for `Looks` as well: the name has one binding, above the look, so that both
    mean what the same call made.
    """
    bindings = flow.bindings
    statuses = (
        frozenset[str]().union(*(shape.status for shape in known)).intersection(*(shape.status for shape in known))
    )
    bound = {
        _key(flow, node, at): node.lineno
        for at, node in bindings.census.all(ast.Name)
        if node.ctx.__class__ is ast.Store
    }
    found = {
        (_key(flow, node.value, at), node.lineno)
        for at, node in bindings.census.all(ast.Attribute)
        if node.attr in statuses and node.ctx.__class__ is ast.Load
    }
    return {key for key, line in found if key is not None and bound.get(key, line) < line}


def _key(flow: Dataflow, node: ast.expr, statement: Statement) -> Key | None:
    """What a name stands for that its own scope binds once and nothing else does; None for all else."""
    if not isinstance(node, ast.Name):
        return None
    bindings = flow.bindings
    key = bindings.resolve(node.id, statement)
    plain = bindings.times.get(key) == 1 and key not in bindings.links and key[0] == scope_of(statement)
    return key if plain else None


def _uses(flow: Dataflow, bodies: set[str]) -> Iterator[tuple[Statement, ast.expr]]:
    """What may be a use of a body, by the words alone, with what it may be the body of."""
    census = flow.bindings.census
    for one, node in census.all(ast.Attribute):
        if node.attr in bodies:
            yield one, node.value
    for kind in LOOPS:
        yield from ((one, loop.iter) for one, loop in census.all(kind))
    read = Lead(flow, flow.reach(*flow.called(_READ)), sure=_READ, objects=False)
    yield from ((site.statement, site.call.args[0]) for site in read.sites() if site.call.args)


def _begin(sight: Sight, flow: Dataflow, givers: _Givers, told: frozenset[str]) -> set[Key]:
    """The names in a text that lead to responses by themselves, or that other files tell of."""
    seeds: set[Key] = {(MODULE, word) for word in told}
    for full, key in flow.bindings.imports:
        if key[1] == "*":
            seeds |= {(MODULE, word) for word in givers.words if _is_of(sight.models, givers, full.removesuffix(".*"))}
        elif key[1] in told or _is_of(sight.models, givers, full):
            seeds.add(key)
    return seeds | looked_up(flow)


def _is_of(models: Models, givers: _Givers, name: str) -> bool:
    """Whether an import brings in what gives responses, or something on the way to it."""
    return givers.leads(name) or givers.leads(models.canonical(name)) or name in givers.hold
