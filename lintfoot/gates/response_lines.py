"""Statements that read the body of a response or look at its status: of what comes from a library that gives responses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from lintfoot.carriers import LOOPS, Carriers
from lintfoot.census import Census, last
from lintfoot.gates.gate import Lines
from lintfoot.gates.named_calls import PASSES, also_called
from lintfoot.libraries import Models
from lintfoot.records import dataclass
from lintfoot.sight import Sight
from lintfoot.wanted import Leading, Wanted, gives, leading

# They read a whole response through its file-like side; the position of the response.
READERS = {"json.load": 0, "shutil.copyfileobj": 0}
_READ = frozenset({"getattr", *(name.rpartition(".")[2] for name in READERS)})
_BRINGS_IN = frozenset({"__import__", "import_module"})


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
    """The modelled names that lead to a response, the modules they begin with, and all words on the way from one to a response.

    `hold` are modules of others that hold such a module under another name: `six.moves.urllib`.
    """

    leads: Leading
    modules: frozenset[str]
    hold: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=8)
def _givers(models: Models) -> _Givers:
    known = shapes(models)
    leads = leading(models, lambda function: function.returns in known)
    renamed = [alias for alias, name in models.aliases.items() if leads(name)]
    words = {part for name in leads.names for part in name.split(".")[1:]}
    words.update(part for alias in renamed for part in alias.split("."))
    hold = {alias.rsplit(".", number)[0] for alias in renamed for number in range(alias.count(".") + 1)}
    return _Givers(leads, frozenset(name.partition(".")[0] for name in leads.names), frozenset(hold), frozenset(words))


def told(sight: Sight) -> Lines:
    """Uses of bodies, loops over responses, and looks at statuses; nowhere without a use."""
    census = sight.census
    if census is None:
        return None
    known = shapes(sight.models)
    bodies = {word for shape in known.values() for word in shape.body}
    seeds, words = _begin(sight, census)
    if not seeds:
        return ()
    carriers = Carriers(census, also_called(census, PASSES).__contains__, words.__contains__)
    hot = carriers.reach(seeds)
    found = {line for line, owner in _uses(census, bodies) if not hot.isdisjoint(carriers.of(owner).words)}
    if not found:
        return ()
    statuses = {word for shape in known.values() for word in shape.status}
    for one, node in census.all(ast.Attribute):
        if node.attr in statuses and not hot.isdisjoint(carriers.of(node.value).words):
            found.add(one.line)
    return found


def _uses(census: Census, bodies: set[str]) -> Iterator[tuple[int, ast.expr]]:
    """What may be a use of a body, by the words alone, with what it may be the body of."""
    for one, node in census.all(ast.Attribute):
        if node.attr in bodies:
            yield one.line, node.value
    for kind in LOOPS:
        yield from ((one.line, loop.iter) for one, loop in census.all(kind))
    read = also_called(census, _READ)
    for one, call in census.all(ast.Call):
        if call.args and last(call.func) in read:
            yield one.line, call.args[0]


def _begin(sight: Sight, census: Census) -> tuple[set[str], frozenset[str]]:
    """The names in a text that lead to responses by themselves, and the words on the way from one to a response."""
    givers = _givers(sight.models)
    seeds = {word for word in _BRINGS_IN if word in sight.text}
    for _, node in census.all(ast.Import):
        seeds.update(
            one.asname or one.name.partition(".")[0] for one in node.names if _is_of(sight.models, givers, one.name)
        )
    for _, node_from in census.all(ast.ImportFrom):
        for one in node_from.names:
            if _is_of(sight.models, givers, f"{node_from.module}.{one.name}"):
                seeds.update(givers.words if one.name == "*" else {one.asname or one.name})
    words = givers.words
    if sight.further:
        telling = sight.telling(Wanted(lambda function: gives(function, givers.leads.names), givers.leads))
        seeds |= telling.names
        words |= telling.calls
    return seeds, words


def _is_of(models: Models, givers: _Givers, name: str) -> bool:
    """Whether an import brings in a module that gives responses, a part of one, or what holds one."""
    return models.canonical(name).partition(".")[0] in givers.modules or name in givers.hold
