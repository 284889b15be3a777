"""The words of the pages' patterns: last names of calls, keywords, attributes, and the modules that lead to them.

They come from the very pages and models that the visitor asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from operator import is_
from typing import Any

from lintfoot import unmodelled_words
from lintfoot.answers import answer
from lintfoot.book import CallPattern, Rule
from lintfoot.gates.scripts import meets
from lintfoot.libraries import Models, expanded
from lintfoot.records import dataclass
from lintfoot.sight import Sight, Telling
from lintfoot.wanted import Leading, Wanted, gives, leading_to
from lintfoot.ways import ways_to

_LOOKED_UP = ("__import__", "import_module")  # they give a module by its name
_REACHES = ("getattr", *_LOOKED_UP)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of some pages: last names of calls, words that must stand there too, words that are enough, and modules."""

    calls: frozenset[str]  # of functions that may be wrong without another word
    told: Mapping[str, frozenset[str]]  # of functions that are wrong only where a word stands too, by that word
    gives: frozenset[str]  # of functions whose result leads to one of which a page speaks
    words: frozenset[str]  # that are enough: all of those below
    keywords: frozenset[str]  # of calls of what no model knows
    named: frozenset[str]  # last names of what pages write out
    environment: frozenset[str]
    pages: frozenset[str]  # the names that pages write out
    full: frozenset[str]  # the same, and all that they stand in
    modules: frozenset[str]
    behind: Wanted  # what other files may tell of calls
    meant: Wanted  # and of the words that are enough
    bearing: Mapping[str, tuple[str, ...]]  # the functions that a page speaks of, by their last names
    ways: dict[str, frozenset[str]]  # the modules that lead to one of them, as far as they were asked for
    known: dict[str, frozenset[str]]  # what `tops` told before

    def tops(self, models: Models, call: str) -> frozenset[str]:
        """The modules one of which a text names in which a function with this last name is one that a page speaks of."""
        if call not in self.known:
            self.known[call] = frozenset(top for name in self.bearing[call] for top in self.way(models, name))
        return self.known[call]

    def way(self, models: Models, name: str) -> frozenset[str]:
        """The modules that lead to one of the functions."""
        if name not in self.ways:
            self.ways[name] = ways_to(models).to(name)
        return self.ways[name]


_kept: list[tuple[tuple[Rule, ...], Models, Asked]] = []  # of the last pages and models asked about


def asked_of(sight: Sight) -> Asked:
    """The words for the rules that are chosen."""
    rules = tuple(sight.rules.values())
    for known, models, asked in _kept:
        if models is sight.models and len(known) == len(rules) and all(map(is_, known, rules)):
            return asked
    found = _asked(rules, sight.models)
    _kept[:] = [(rules, sight.models, found)]
    return found


def _asked(rules: tuple[Rule, ...], models: Models) -> Asked:
    calls, told, gives_on, words, modules, bearing, ways = answer(
        models, "calls of patterns", rules, lambda: _worked_out(rules, models)
    )
    patterns = [pattern for rule in rules for pattern in rule.calls if pattern.facet]
    full = _full_names(rules)
    named = frozenset(_named(rules))
    return Asked(
        calls,
        told,
        gives_on,
        words | named,
        words & unmodelled_words.WORDS,
        named,
        frozenset(name for rule in rules for one in rule.assignments for name in one.environment),
        frozenset(full),
        frozenset(_above(full)),
        modules,
        *_behind(rules, models, patterns),
        bearing,
        dict(ways),
        {},
    )


def _worked_out(rules: tuple[Rule, ...], models: Models) -> tuple[Any, ...]:
    """All that takes the models to tell, as plain data."""
    calls: set[str] = set()
    told: dict[str, set[str]] = {}
    words: set[str] = set()
    patterns = [pattern for rule in rules for pattern in rule.calls if pattern.facet]
    bearing = {
        name
        for library in models.libraries
        for function in library.functions
        if any(meets(pattern, function) for pattern in patterns)
        for name in expanded(function.names)
    }
    owners = _owners(models, bearing)
    gives_on: set[str] = set()
    for library in models.libraries:
        for function in library.functions:
            lasts = {name.rpartition(".")[2] for name in expanded(function.names)}
            if gives(function, owners) or function.returns == "self" or function.enters:
                gives_on |= lasts
            for pattern in patterns:
                if not meets(pattern, function):
                    continue
                argument = function.arguments[pattern.facet]
                sure = pattern.every or argument.default in pattern.when or argument.default.startswith("@")
                if sure or argument.position is not None or argument.key or not argument.keyword:
                    calls |= lasts
                else:
                    for word in argument.keyword:
                        told.setdefault(word, set()).update(lasts)
        for attribute in library.attributes:
            if any(written.facet == attribute.facet for rule in rules for written in rule.assignments if written.facet):
                words.update(name.rpartition(".")[2] for name in expanded(attribute.names))
    if {pattern.facet for pattern in patterns if not pattern.call} & set(unmodelled_words.FACETS.values()):
        words |= unmodelled_words.WORDS | set(unmodelled_words.STORED)
    leads = bearing | owners | {name for name, giver in models.functions.items() if gives(giver, owners)}
    modules = _above(leads)
    modules |= _above(alias for alias, name in models.aliases.items() if name in modules)
    giving = {name for name, function in models.functions.items() if name.rpartition(".")[2] in gives_on}
    gives_on |= {alias.rpartition(".")[2] for alias, name in models.aliases.items() if name in giving}
    by_last = {last: tuple(sorted(names)) for last, names in _by_last(bearing).items()}
    ways = {}
    if models.answers is not None:  # it is kept for the next run; else only what is asked for is worked out
        ways = {name: ways_to(models).to(name) for name in sorted(bearing)}
    return (
        frozenset(calls),
        {word: frozenset(lasts) for word, lasts in told.items()},
        frozenset(gives_on),
        frozenset(words),
        frozenset(modules),
        by_last,
        ways,
    )


def _by_last(names: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition(".")[2], []).append(name)
    return found


def _above(names: Iterable[str]) -> set[str]:
    """Dotted names, and all that they stand in."""
    found: set[str] = set()
    for name in names:
        while name and name not in found:
            found.add(name)
            name = name.rpartition(".")[0]  # noqa: PLW2901 - one step up
    return found


def _owners(models: Models, bearing: set[str]) -> set[str]:
    """The classes whose methods these are, and those that lead to one of them."""
    owners = {name.rpartition(".")[0] for name in bearing} | bearing
    while True:
        more = {name.rpartition(".")[0] for name, one in models.functions.items() if gives(one, owners)}
        more |= {name.rpartition(".")[0] for name, one in models.attributes.items() if one.returns in owners}
        more |= {name for name, one in models.functions.items() if one.bases and not owners.isdisjoint(one.bases)}
        if more <= owners:
            return owners
        owners |= more


def _behind(rules: tuple[Rule, ...], models: Models, patterns: list[CallPattern]) -> tuple[Wanted, Wanted]:
    """What other files may tell: of calls, functions that bear a facet and lead to one, or whose name a page has; of words, names.

    A function takes its role from one call and its facet from another, perhaps: what it may be made of bears any facet.
    """
    facets = {pattern.facet for pattern in patterns}

    @cache  # all models are gone through for it: where a script follows no name into another file it is never asked
    def bears() -> Leading:
        question = f"facets {' '.join(sorted(facets))}"
        return leading_to(models, question, lambda function: not facets.isdisjoint(function.arguments))

    named = Leading(frozenset(_full_names(rules)), frozenset())
    texts = frozenset(name.rpartition(".")[2] for name in _full_names(rules))
    calls = Wanted(
        lambda function: any(meets(pattern, function) for pattern in patterns),
        lambda name: bears()(name) or named(name),
    )
    return calls, Wanted(leads=named, says=lambda text: text in texts)


def _named(rules: tuple[Rule, ...]) -> set[str]:
    """The last words of the names that pages write out, and of environment variables."""
    return {name.rpartition(".")[2] for name in _full_names(rules)}


def _full_names(rules: tuple[Rule, ...]) -> set[str]:
    named = [name for rule in rules for pattern in rule.calls for name in pattern.call]
    named += [name for rule in rules for pattern in rule.names for name in pattern.names]
    named += [name for rule in rules for one in rule.assignments for name in (*one.target, *one.environment)]
    return set(expanded(named))


def calls_of(asked: Asked, words: AbstractSet[str]) -> frozenset[str]:
    """The functions that may be wrong in a text with some words."""
    if not words.isdisjoint(asked.words):
        return asked.calls.union(*asked.told.values())
    return asked.calls.union(asked.told.get("", ()), *(asked.told[word] for word in asked.told.keys() & words))


def told_of(sight: Sight) -> tuple[Telling, Telling]:
    """What other files of the project tell: of calls, and of the words that are enough."""
    if "patterns told" not in sight.kept:
        asked = asked_of(sight)
        sight.kept["patterns told"] = sight.telling(asked.behind), sight.telling(asked.meant)
    found: tuple[Telling, Telling] = sight.kept["patterns told"]
    return found


def is_silent(sight: Sight) -> bool:
    """Whether no call of a text can be one that a page speaks of, whatever stands where in it.

    A modelled function is written under its own last name somewhere, if only where it is given another one, and the text
    names a module that leads to it, if only in an import; else other files tell of it, or it stands in its own package.
    """
    words, asked = sight.words, asked_of(sight)
    if not words.isdisjoint(asked.words) or not words.isdisjoint(_REACHES):
        return False
    return not _led_to(sight, asked) and not (sight.further and any(one.names or one.calls for one in told_of(sight)))


def near(sight: Sight, asked: Asked) -> frozenset[str]:
    """The functions that may be wrong in a text, and of which it names a module: others of that name are none of them.

    Behind what other files tell, and behind a module that is looked up, may stand any.
    """
    if any(one.names or one.calls for one in told_of(sight)) or looks_up(sight):
        return calls_of(asked, sight.words)
    return frozenset(_led_to(sight, asked))


def looks_up(sight: Sight) -> bool:
    """Whether a module is looked up: behind it may stand any function."""
    return not sight.words.isdisjoint(_LOOKED_UP)


def _led_to(sight: Sight, asked: Asked) -> set[str]:
    """The functions that may be wrong, and that a text writes, with a module that leads to them."""
    words = sight.words
    named = words | {sight.package.partition(".")[0]}
    return {call for call in calls_of(asked, words) & words if not named.isdisjoint(asked.tops(sight.models, call))}
