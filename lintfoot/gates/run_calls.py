"""Which calls of a text may run a command: by a model, by what they are called, through functions of the file that hand it on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lintfoot.answers import answer
from lintfoot.bindings import ATTRIBUTE, FUNCTIONS, LAMBDA, MODULE, Key, key_of, scope_of
from lintfoot.census import Statement, arguments, inputs
from lintfoot.dataflow import Dataflow, Reached
from lintfoot.gates.callees import NOWHERE, Lead, Site, lead_to
from lintfoot.libraries import Function, Models
from lintfoot.records import dataclass
from lintfoot.runner_words import COMMAND_WORDS, CONCLUSIVE, ROLES, SHELL_WORDS, says_it_runs_commands
from lintfoot.sight import Sight

_HANDED = frozenset(("command", "shell", "executable", "args"))  # arguments that decide what is run
_WRITTEN_OUT = (
    *(ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp),
    *(ast.GeneratorExp, ast.Compare, ast.BinOp, ast.UnaryOp),
)


@dataclass(frozen=True, slots=True)
class Runs:
    """The calls that may run a command, and those of them that go through a function of this file with any number of words."""

    sites: tuple[Site, ...]
    spread: tuple[Site, ...]


def runs_commands(function: Function) -> bool:
    """Whether a model says that a function runs commands."""
    return not ROLES.isdisjoint(function.role)


def runs(sight: Sight) -> Runs | None:
    """The calls that may run a command; None where there is no census."""
    if "runs" not in sight.kept:
        lead = lead_to(sight, runs_commands)
        sight.kept["runs"] = _runs(sight, lead) if lead is not None else None
    found: Runs | None = sight.kept["runs"]
    return found


def _runs(sight: Sight, lead: Lead) -> Runs | None:
    """The same, where no name of a call says that it runs anything told without a flow."""
    calls = sight.census.calls if sight.census is not None else ()
    if lead is NOWHERE and CONCLUSIVE.isdisjoint(sight.words) and not any(map(_says_it_runs, filter(None, calls))):
        return Runs((), ())
    return _Search(sight, lead, sight.dataflow).all() if sight.dataflow is not None else None


def runs_given(sight: Sight, says: Callable[[str], object], known: Iterable[str]) -> list[Site] | None:
    """The calls that may run a command, and that a text that says something may get to, or one of some names of other files."""
    found = runs(sight)
    if found is not None and not found.sites:
        return []
    flow = sight.dataflow
    if found is None or flow is None:
        return None
    told = frozenset(known)
    named = {id(at.node): at for at, node in flow.bindings.census.all(ast.Constant) if _says(node.value, says)}
    if not named and not told:
        return []
    keys = {(MODULE, word) for word in told} | {key for _, key in flow.bindings.imports if key[1] in told}
    reached = flow.reach([(key, 0) for key in keys], named.values(), objects=bool(told))
    kept = []
    for site in found.sites:
        given: list[Any] = [site.call.func, *inputs(site.call)]
        if id(site.statement.node) in named or any(
            flow.holds(one, site.statement, reached, objects=bool(told)) for one in given
        ):
            kept.append(site)
    return kept


def _says(value: object, says: Callable[[str], object]) -> bool:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(text, str) and bool(says(text))


class _Search:
    """Goes from calls that run commands to the functions round them that hand a parameter on, and to the calls of those."""

    def __init__(self, sight: Sight, lead: Lead, flow: Dataflow) -> None:
        self.lead, self.flow = lead, flow
        self.conclusive = not CONCLUSIVE.isdisjoint(sight.words)
        self.found: dict[int, Site] = {}
        self.spread: dict[int, Site] = {}
        self.keywords = set(_keywords(sight.models))
        self.seeded: set[tuple[Key, int]] = set()
        self.partials = list(self._partials())

    def all(self) -> Runs:
        for site in (*self.lead.sites(), *self._named()):
            self.found[id(site.call)] = site
        known = -1
        while known != (known := len(self.found) + len(self.keywords)):
            self._further()
        return Runs(tuple(self.found.values()), tuple(self.spread.values()))

    def _partials(self) -> Iterator[Site]:
        """The calls that fix arguments of what is called later."""
        bindings = self.flow.bindings
        names = {key[1] for full, key in bindings.imports if full.rpartition(".")[2] == "partial"}
        for name in ("partial", *(names - {"partial"})):
            for statement, call in bindings.calls.get(name, ()):
                yield Site(statement, call)

    # by name

    def _named(self) -> Iterator[Site]:
        told = self.conclusive
        for last, found in self.flow.bindings.calls.items():
            says = bool(last) and _says_it_runs(last)
            for statement, call in found if says or told else ():
                conclusive = told and any(one.arg in CONCLUSIVE for one in call.keywords)
                if (says or conclusive) and not self._is_told(call, statement):
                    yield Site(statement, call)

    def _is_told(self, call: ast.Call, statement: Statement) -> bool:
        """Whether what is called is a function that stands here: then that tells, and its name does not."""
        bindings, func = self.flow.bindings, call.func
        if isinstance(func, ast.Name):
            key = bindings.resolve(func.id, statement)
            own = [one for one, at in bindings.functions.get(func.id, ()) if key_of(one, at) == key]
            sure = len(own) == 1 or scope_of(statement) != key[0]  # else one of them may not be there yet
            return sure and len(own) == bindings.times.get(key, 0) > 0 and all(map(_does_something, own))
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            return any(_has(owner, func.attr) for owner in self._owner_of(func.value.id, statement))
        return False

    def _owner_of(self, name: str, statement: Statement) -> Iterator[ast.ClassDef]:
        """The class whose method calls its own first parameter by a name that nothing else is given."""
        around = statement.around
        for owner, method in pairwise(around):
            if isinstance(owner, ast.ClassDef) and isinstance(method, FUNCTIONS):
                first = self.flow.bindings.parameters(method)[:1]
                plain = not any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in method.decorator_list)
                same = (
                    first == [self.flow.bindings.resolve(name, statement)] and self.flow.bindings.times[first[0]] == 1
                )
                if plain and same:
                    yield owner

    # through functions of this file

    def _further(self) -> None:
        seeds: set[tuple[Key, int]] = set()
        spread: set[tuple[Key, int]] = set()
        for site in (*self.found.values(), *self.partials):
            for function, statement in self._round(site.statement):
                if self._hands_on(site, function):
                    keys = self._keys(function, statement)
                    seeds.update(keys)
                    spread.update(keys if function.args.vararg is not None else ())
            for one in self.flow.inner(site.statement):
                if isinstance(one, ast.Lambda) and any(node is site.call for node in ast.walk(one)):
                    seeds.add(((id(one), LAMBDA), 0))
        if spread - self.seeded:
            self._note(self.flow.reach(spread), self.spread)
        if seeds - self.seeded:
            self._note(self.flow.reach(seeds), self.found)
        self.seeded |= seeds

    def _note(self, reached: Reached, into: dict[int, Site]) -> None:
        bindings = self.flow.bindings
        for last in {word for _, word in reached} & bindings.calls.keys():
            for statement, call in bindings.calls[last]:
                if self._calls(call, statement, reached):
                    into[id(call)] = self.found[id(call)] = Site(statement, call)
        for statement, call in bindings.indirect:
            if self.flow.holds(call.func, statement, reached, objects=False):
                into[id(call)] = self.found[id(call)] = Site(statement, call)

    def _calls(self, call: ast.Call, statement: Statement, reached: Reached) -> bool:
        match call.func:
            case ast.Attribute(attr=name):
                key = ATTRIBUTE, name
            case ast.Name(id=name):
                key = self.flow.bindings.resolve(name, statement)
            case _:
                return False
        return bool(reached.get(key, 0) & 1)

    def _round(self, statement: Statement) -> Iterator[tuple[Any, Statement]]:
        """The functions that a statement stands in, each with its own statement."""
        for place, one in enumerate(statement.around):
            if isinstance(one, FUNCTIONS):
                yield one, Statement(one, one.lineno, statement.around[:place])

    def _keys(self, function: Any, statement: Statement) -> list[tuple[Key, int]]:
        owner = statement.around[-1] if statement.around else None
        key = key_of(function, statement)
        if function.name in ("__init__", "__new__") and isinstance(owner, ast.ClassDef):
            above = Statement(owner, owner.lineno, statement.around[:-1])
            return [(key, 0), *((one, 0) for one in self._heirs(owner, above))]
        return [(key, 0)]

    def _heirs(self, owner: ast.ClassDef, statement: Statement) -> Iterator[Key]:
        """A class, and those that are made from it."""
        key = key_of(owner, statement)
        reached = self.flow.reach([(key, 0)], objects=True)
        yield key
        for found in self.flow.bindings.classes.values():
            for one, at in found:
                other = key_of(one, at)
                if other in reached:
                    yield other

    def _hands_on(self, site: Site, function: Any) -> bool:
        """Whether a parameter of a function may be what a call in it runs, or decides how; notes what that is called."""
        own = [one.arg for one in arguments(function.args)]
        given = list(self._relevant(site.call)) if own else []
        if not given:
            return False
        derived = self.flow.handed(function)
        if any(self.flow.holds(one, site.statement, derived, objects=False) for one in given):
            self.keywords.update(own)
            return True
        return False

    def _relevant(self, call: ast.Call) -> Iterator[ast.expr]:
        for one in call.args:
            if not isinstance(one, _WRITTEN_OUT):
                yield one
        for keyword in call.keywords:
            if (keyword.arg is None or keyword.arg in self.keywords) and not isinstance(keyword.value, _WRITTEN_OUT):
                yield keyword.value


def _does_something(function: Any) -> bool:
    """Whether a function is more than an announcement."""
    return any(not _says_nothing(one) for one in function.body)


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _has(owner: ast.ClassDef, name: str) -> bool:
    """Whether a class has a method of its own that tells what it does."""
    found = [one for one in owner.body if isinstance(one, FUNCTIONS) and one.name == name]
    return any(_does_something(one) and not any(map(_is_property, one.decorator_list)) for one in found)


def _is_property(node: ast.expr) -> bool:
    return any("property" in (getattr(one, "id", "") or getattr(one, "attr", "")) for one in ast.walk(node))


def _keywords(models: Models) -> Iterable[str]:
    return frozenset((*COMMAND_WORDS, *SHELL_WORDS, *CONCLUSIVE)) | _of_models(models)


@lru_cache(maxsize=4)
def _of_models(models: Models) -> frozenset[str]:
    return answer(models, "keywords of what runs commands", (), lambda: frozenset(_handed(models)))


def _handed(models: Models) -> Iterator[str]:
    for function in filter(runs_commands, models.functions.values()):
        for facet in function.arguments.keys() & _HANDED:
            yield from function.arguments[facet].keyword


@lru_cache(maxsize=1 << 15)
def _says_it_runs(word: str) -> bool:
    return word in CONCLUSIVE or says_it_runs_commands(word)
