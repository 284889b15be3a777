"""Which lines of a text the pages' patterns may speak of: calls of modelled functions by names that lead to their libraries.

The words come from the very pages and models that the visitor asks.
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
from lintfoot.libraries import Function, Models, expanded
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.spread import Spread
from lintfoot.wanted import Leading, Wanted, gives, leading
from lintfoot.ways import ways_to

_WORD = regex(r"[^\W\d]\w*")
_ALONE = regex(r"(\w+)[\s\\)]*\(")
_SELF = regex(r"[=(,]\s*(?:self|cls)\s*[\n,)]")  # handed on as a whole
_IMPORT = regex(r"\s*(?:from\b|import\b)")
_REACHES = ("getattr", "__import__", "import_module")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of some pages: last names of calls, words that must stand there too, words that are enough, and modules."""

    calls: frozenset[str]  # of functions that may be wrong without another word
    told: Mapping[str, frozenset[str]]  # of functions that are wrong only where a word stands too, by that word
    verbs: frozenset[str]  # of functions whose result is nothing of which a page speaks
    words: frozenset[str]
    modules: frozenset[str]
    behind: Wanted  # what other files may tell of calls
    meant: Wanted  # and of the words that are enough
    bearing: Mapping[str, tuple[str, ...]]  # the functions that a page speaks of, by their last names
    known: dict[str, frozenset[str]]  # what `tops` told before

    def tops(self, models: Models, call: str) -> frozenset[str]:
        """The modules one of which a text names in which a function with this last name is one that a page speaks of."""
        if call not in self.known:
            ways = ways_to(models)
            self.known[call] = frozenset(top for name in self.bearing[call] for top in ways.to(name))
        return self.known[call]


def lines_of(sight: Sight) -> set[int] | None:
    """The lines; None where only the whole file tells."""
    asked = _asked_of(sight)
    if _is_silent(sight, asked):
        return set()
    spread = sight.spread
    if spread is None:
        return None
    told = sight.telling(asked.behind)
    reached = spread.reach(asked.words | sight.telling(asked.meant).names)
    found = set(reached.lines)
    calls = _calls(asked, spread.lines_with.keys())
    if calls or told.names:
        seeds = _seeds(sight, spread, asked)
        if seeds is None:
            return None
        seeds |= told.names
        calls |= told.calls
        through = spread.reach(seeds, asked.verbs)
        lines, words = set(through.lines), through.words
        if through.inherited:  # a class of this file is one of theirs: its own methods call what it has from them
            lines.update(*(spread.lines_with.get(word, ()) for word in ("self", "cls", "super")))
            if _SELF.search(sight.text):  # who is handed one calls them by whatever name it has there
                lines = set(spread.texts)
                words |= spread.reach(calls, asked.verbs).words
        found |= _called(spread, lines, words, calls | frozenset(_REACHES))
    return found


def _calls(asked: Asked, words: AbstractSet[str]) -> frozenset[str]:
    """The functions that may be wrong in a text with some words."""
    if not words.isdisjoint(asked.words):
        return asked.calls.union(*asked.told.values())
    return asked.calls.union(asked.told.get("", ()), *(asked.told[word] for word in asked.told.keys() & words))


def _is_silent(sight: Sight, asked: Asked) -> bool:
    """Whether no call of a text can be one that a page speaks of, whatever stands where in it.

    A modelled function is written under its own last name somewhere, if only where it is given another one, and the text
    names a module that leads to it, if only in an import; else other files tell of it, or it stands in its own package.
    """
    words = sight.words
    if sight.further or not words.isdisjoint(asked.words) or not words.isdisjoint(_REACHES):
        return False
    own = {sight.package.partition(".")[0]} if sight.package else set()
    calls = _calls(asked, words) & words
    return all((words | own).isdisjoint(asked.tops(sight.models, call)) for call in calls)


def _called(spread: Spread, lines: set[int], words: frozenset[str], calls: frozenset[str]) -> set[int]:
    """Of the lines those on which one of the calls is mentioned, or a word is called by itself."""
    found = set()
    for start in lines:
        text = spread.texts[start]
        if _IMPORT.match(text):
            continue
        mentioned = set(_WORD.findall(text))
        alone = not words.isdisjoint(mentioned) and not words.isdisjoint(_ALONE.findall(text))
        if alone or not calls.isdisjoint(mentioned) or "](" in text or ")(" in text:
            found.add(start)
    return found


def _seeds(sight: Sight, spread: Spread, asked: Asked) -> set[str] | None:
    """The names that this file imports from the libraries; None where a star hides them."""
    seeds: set[str] = set()
    for start in {*spread.lines_with.get("import", ()), *spread.lines_with.get("from", ())}:
        text = spread.texts[start]
        if not _IMPORT.match(text):
            continue
        for full, bound in sight.imported(text):
            name = full.removesuffix(".*")
            leads = name in asked.modules or sight.models.canonical(name) in asked.modules
            if bound == "*" and leads:
                return None
            if leads:
                seeds.add(bound)
    for word in _REACHES[1:]:
        for start in spread.lines_with.get(word, ()):
            seeds |= set(_WORD.findall(spread.texts[start]))
    return seeds


_kept: list[tuple[tuple[Rule, ...], Models, Asked]] = []  # of the last pages and models asked about


def _asked_of(sight: Sight) -> Asked:
    rules = tuple(sight.rules.values())
    for known, models, asked in _kept:
        if models is sight.models and len(known) == len(rules) and all(map(is_, known, rules)):
            return asked
    found = _asked(rules, sight.models)
    _kept[:] = [(rules, sight.models, found)]
    return found


def _asked(rules: tuple[Rule, ...], models: Models) -> Asked:
    calls, told, verbs, words, modules, bearing, tops = answer(
        models, "calls of patterns", rules, lambda: _worked_out(rules, models)
    )
    patterns = [pattern for rule in rules for pattern in rule.calls if pattern.facet]
    return Asked(calls, told, verbs, words, modules, *_behind(rules, models, patterns), bearing, dict(tops))


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
        if any(_meets(pattern, function) for pattern in patterns)
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
                if not _meets(pattern, function):
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
    words |= _named(rules)
    leads = bearing | owners | {name for name, giver in models.functions.items() if gives(giver, owners)}
    modules = _above(leads)
    modules |= _above(alias for alias, name in models.aliases.items() if name in modules)
    made = calls.union(*told.values())
    by_last = {last: tuple(sorted(names)) for last, names in _by_last(bearing).items()}
    tops = {}
    if models.answers is not None:  # it is kept for the next run; else only what is asked for is worked out
        ways = ways_to(models)
        tops = {last: frozenset(top for name in names for top in ways.to(name)) for last, names in by_last.items()}
    return (
        frozenset(calls),
        {word: frozenset(lasts) for word, lasts in told.items()},
        frozenset(made - gives_on),
        frozenset(words),
        frozenset(modules),
        by_last,
        tops,
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
        return leading(models, lambda function: not facets.isdisjoint(function.arguments))

    named = Leading(frozenset(_full_names(rules)), frozenset())
    texts = frozenset(name.rpartition(".")[2] for name in _full_names(rules))
    calls = Wanted(
        lambda function: any(_meets(pattern, function) for pattern in patterns),
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


def _meets(pattern: CallPattern, function: Function) -> bool:
    return pattern.facet in function.arguments and (not pattern.role or not set(pattern.role).isdisjoint(function.role))
