"""Calls that may list what stands all over a Kubernetes cluster, and calls that are handed such a function."""

from __future__ import annotations

from functools import lru_cache

from lintfoot.answers import answer
from lintfoot.bindings import ATTRIBUTE, MODULE, Key
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import Lead, lead_to, lines_of
from lintfoot.gates.gate import Lines
from lintfoot.libraries import Function, Models
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

EVERYWHERE = regex(r"list_(\w+)_for_all_namespaces(?:_with_http_info)?")
OF_CLUSTER = regex(r"list_(\w+?)(?:_with_http_info)?")


@lru_cache(maxsize=8)
def _objects(models: Models) -> frozenset[str]:
    """The methods that list what stands outside namespaces: nodes, namespaces, volumes, …"""
    return answer(models, "lists of the whole cluster", (), lambda: _of_cluster(models))


def _of_cluster(models: Models) -> frozenset[str]:
    return frozenset(
        name.rpartition(".")[2]
        for name, function in models.functions.items()
        if name.startswith("kubernetes.") and "scope" in function.arguments
        if function.arguments["scope"].default == "cluster-objects"
    )


def is_list(models: Models, name: str) -> bool:
    """Whether a method is called like one that lists objects of the whole cluster."""
    found = OF_CLUSTER.fullmatch(name)
    return EVERYWHERE.fullmatch(name) is not None or (found is not None and f"list_{found[1]}" in _objects(models))


def told(sight: Sight) -> Lines:
    """Calls of what a model calls a list, of what is called like one, and those that are handed one to call it."""
    lead, flow = lead_to(sight, _lists), sight.dataflow
    if lead is None or flow is None:
        return None
    # A client that came from somewhere else leads to no model: of it the names of its methods tell.
    leads = (lead, _named(sight, flow))
    return lines_of(sight, [one for each in leads for one in (*each.sites(), *each.handed())])


def _lists(function: Function) -> bool:
    return "scope" in function.arguments and "listing" in function.role


def _named(sight: Sight, flow: Dataflow) -> Lead:
    """Where functions may be that are called like a list, whatever they are methods of."""
    bindings = flow.bindings
    told = sight.telling(Wanted(leads=lambda name: is_list(sight.models, name.rpartition(".")[2])))
    names = frozenset(word for word in bindings.mentions if is_list(sight.models, word))
    seeds: set[Key] = {(ATTRIBUTE, word) for word in names} | {(MODULE, word) for word in told.names}
    seeds |= {bindings.resolve(word, at) for word in names for at in bindings.mentions[word]}
    seeds |= {
        key for full, key in bindings.imports if key[1] in told.names or is_list(sight.models, full.rpartition(".")[2])
    }
    reached = flow.reach([(key, 0) for key in seeds]) if seeds else {}
    return Lead(flow, reached, names, frozenset(), names | told.calls)
