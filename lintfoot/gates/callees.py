"""Which calls of a text may be of modelled functions that something asks for, told on its census.

Through `lead_to` a call counts where its callee's last name is one of theirs and what stands before that leads to their
library, or where the callee is a name that one of them was given; through `named` the last name is enough, whatever it is a
member of.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from lintfoot.answers import answer
from lintfoot.bindings import ATTRIBUTE, MODULE, Bindings, Key
from lintfoot.census import Census, Statement, arguments, inputs, last
from lintfoot.dataflow import Dataflow, Reached
from lintfoot.gates.call_lines import lasts_of, wanted_of
from lintfoot.gates.gate import Named
from lintfoot.gates.imported import Imported, imported_in
from lintfoot.libraries import Function, Models
from lintfoot.records import dataclass, replace
from lintfoot.sight import Sight, Telling
from lintfoot.wanted import Leading, Wanted, gives, leading

Asked = Callable[[Function], bool]
REACHES = frozenset(("__import__", "import_module"))  # they give a module by its name
_HANDERS = frozenset(  # calls that hand a function to somebody who calls it
    "submit to_thread start_new_thread run_in_executor retry_call map imap imap_unordered map_async map_unordered apply_async "
    "apply Timer Thread Process partial".split()
)

REACHED = REACHES | {"getattr"}  # by a text, which may be put together


def nothing(function: Function) -> bool:
    """No modelled function is asked for."""
    del function
    return False


class Site(NamedTuple):
    """A call, and the statement that it stands in."""

    statement: Statement
    call: ast.Call

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.statement.line


@dataclass(frozen=True, slots=True)
class Way:
    """What leads to the functions that something asks for.

    `aliases` are other names of theirs, by their last words, or of what they stand in; `verbs` are functions whose result
    leads to none of them.
    """

    leads: Leading
    above: frozenset[str]
    aliases: frozenset[str]
    verbs: frozenset[str]

    def leads_from(self, models: Models, name: str) -> bool:
        """Whether an imported name is on the way."""
        return self.leads(name) or name in self.above or self.leads(models.canonical(name))

    def gives_on(self, models: Models, name: str) -> bool:
        """Whether a call of a qualified name gives something on the way: what no model knows does not."""
        function = models.function(name)
        return function is not None and _gives_on(function, self.leads.names)


def _gives_on(function: Function, names: frozenset[str]) -> bool:
    return gives(function, names) or function.returns == "self" or bool(function.enters)


@lru_cache(maxsize=256)
def way_to(models: Models, asked: Asked) -> Way:
    """What leads to the functions of some models that a question is true for; the question is a function of a module."""
    question = f"way to {asked.__module__}.{getattr(asked, '__qualname__', '')}"
    names, modules, above, aliases, verbs = answer(models, question, (), lambda: _worked_out(models, asked))
    return Way(Leading(names, modules), above, aliases, verbs)


def _worked_out(models: Models, asked: Asked) -> tuple[frozenset[str], ...]:
    """The parts of a way, as plain data: all models are gone through for it."""
    leads = leading(models, asked)
    renamed = [alias for alias in models.aliases if leads(models.canonical(alias))]
    above = {
        ".".join(parts[:length]) for parts in (one.split(".") for one in renamed) for length in range(1, len(parts) + 1)
    }
    giving, made = set[str](), set[str]()
    for name, function in models.functions.items():
        last = name.rpartition(".")[2]
        if _gives_on(function, leads.names):
            giving.add(last)
        elif asked(function):
            made.add(last)
    return (
        leads.names,
        leads.modules,
        frozenset(above),
        frozenset(one.rpartition(".")[2] for one in renamed),
        frozenset(made - giving),
    )


@dataclass(frozen=True, slots=True)
class Lead:
    """Where some functions may be in a text: their last names, what leads to them, and last names that are enough.

    Without `objects` only the functions themselves are followed, and not what is made by them. `functions` are what may be one
    of them, and not only lead there: what has another name than theirs has to be. Where an import certainly tells what is
    called, as `imported` knows, `asked` is asked of the model of that, and nothing else counts.
    """

    flow: Dataflow
    reached: Reached
    lasts: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()
    objects: bool = True
    functions: Reached | None = None
    imported: Imported | None = None
    asked: Asked = nothing

    def sites(self) -> Iterator[Site]:
        """The calls that may be of one of the functions."""
        bindings = self.flow.bindings
        for word in (self.lasts | self.sure | {word for _, word in self.reached}) & bindings.calls.keys():
            for statement, call in bindings.calls[word]:
                told = self._told(call, statement)
                if told if told is not None else word in self.sure or self._is_one(call.func, word, statement):
                    yield Site(statement, call)
        for statement, call in bindings.indirect:
            if self.holds(call.func, statement):
                yield Site(statement, call)

    def _told(self, call: ast.Call, statement: Statement) -> bool | None:
        """Whether a call is of one of the functions, where imports tell; None where they do not."""
        functions = self.imported.functions(call.func, statement) if self.imported is not None else None
        return any(one is not None and self.asked(one) for one in functions) if functions is not None else None

    def _is_one(self, node: ast.expr, word: str, statement: Statement) -> bool:
        """Whether a name, with this last word, may stand for one of the functions itself."""
        if isinstance(node, ast.Name):
            return self._may_be(self.flow.bindings.resolve(node.id, statement))
        if isinstance(node, ast.Attribute) and self._may_be((ATTRIBUTE, node.attr)):
            return True
        return isinstance(node, ast.Attribute) and word in self.lasts and self.holds(node, statement)

    def _may_be(self, key: Key) -> bool:
        return bool(self.reached.get(key, 0) & (1 if self.functions is None else self.functions.get(key, 0)) & 1)

    def handed(self) -> Iterator[Site]:
        """The calls that may be given one of the functions, to be called by somebody else: under a name, or by a call."""
        bindings = self.flow.bindings
        aliases = {key[1] for full, key in bindings.imports if full.rpartition(".")[2] in _HANDERS}
        takers = self._takers()
        renamed = self.flow.reach(*self.flow.called(takers)) if takers else {}
        for word in (_HANDERS | aliases | {word for _, word in renamed}) & bindings.calls.keys():
            for statement, call in bindings.calls[word]:
                given = inputs(call)
                if any(self._is_handed(one, statement) for one in given):
                    yield Site(statement, call)

    def _takers(self) -> set[str]:
        """The functions of this file that call what they are given with whatever else that is: `def with_retry(function, *args)`."""
        bindings = self.flow.bindings
        return {
            name
            for name, many in bindings.functions.items()
            for one, _ in many
            if (one.args.vararg or one.args.kwarg) and any(own.arg in bindings.calls for own in arguments(one.args))
        }

    def _is_handed(self, node: ast.expr, statement: Statement) -> bool:
        """Whether an argument may be one of the functions."""
        if isinstance(node, ast.Name | ast.Attribute):
            return self._is_one(node, last(node), statement)
        return not isinstance(node, ast.Constant) and self.holds(node, statement)

    def holds(self, node: ast.expr, statement: Statement) -> bool:
        """Whether an expression may lead to one of the functions."""
        return self.flow.holds(node, statement, self.reached, objects=self.objects, verbs=self.verbs)


NOWHERE = Lead(Dataflow(Bindings(Census(ast.Module([], [])), lambda _: "")), {})  # as in a text without a word


def lead_from(
    flow: Dataflow, seeds: set[Key], lasts: frozenset[str], verbs: frozenset[str], sure: frozenset[str] = frozenset()
) -> Lead:
    """Where functions of some last names may be, by what leads to them."""
    if not seeds:
        return Lead(flow, {}, sure=sure, functions={})
    found = flow.reach([(key, 0) for key in seeds], objects=True, verbs=verbs)
    named, texts = flow.called(lasts)
    functions = flow.reach({*named, *((key, 0) for key in seeds)}, (*texts, *_lookups(flow.bindings)))
    return Lead(flow, found, lasts, verbs, sure, functions=functions)


def _lookups(bindings: Bindings) -> Iterator[Statement]:
    """Where something is looked up by a name that does not stand there."""
    if "getattr" in bindings.mentions or any(full == "builtins.getattr" for full, _ in bindings.imports):
        words = bindings.same_as("getattr") | {key[1] for full, key in bindings.imports if full == "builtins.getattr"}
        for statement, call in (one for word in words for one in bindings.calls.get(word, ())):
            if last(call.func) != "getattr" or not (len(call.args) > 1 and isinstance(call.args[1], ast.Constant)):
                yield statement


def lead_to(sight: Sight, asked: Asked) -> Lead | None:
    """Where the functions that a question is true for may be; None where there is no census.

    A text that they are not in for sure is not looked through: that is `NOWHERE`.
    """
    key = f"lead to {asked.__module__}.{asked.__qualname__}"
    if key not in sight.kept:
        sight.kept[key] = _lead_to(sight, asked)
    found: Lead | None = sight.kept[key]
    return found


def _lead_to(sight: Sight, asked: Asked) -> Lead | None:
    if sight.census is None:
        return None
    way = way_to(sight.models, asked)
    telling = told_of(sight, asked)
    lasts = frozenset(lasts_of(sight, asked, telling) | way.aliases)
    if not (telling.names or telling.calls) and (lasts | REACHED).isdisjoint(sight.words):
        return NOWHERE  # under whatever name, once it is written under its own
    flow = sight.dataflow
    if flow is None:
        return None
    lasts |= {"__init__"}  # `super().__init__(…)` calls a class
    seeds = _seeds(sight, flow, way, lasts, telling.names)
    imported = imported_in(sight, flow)
    verbs = way.verbs | _giving_else(sight, imported, way) if seeds else way.verbs
    return replace(lead_from(flow, seeds, lasts, verbs, telling.calls), imported=imported, asked=asked)


def _giving_else(sight: Sight, imported: Imported, way: Way) -> set[str]:
    """The last names under which nothing but outsiders is called whose results lead nowhere."""
    return {
        word
        for word, names in imported.called.items()
        if word not in REACHED and not any(way.gives_on(sight.models, name) for name in names)
    }


def lasts_led_to(sight: Sight, asked: Asked) -> set[str]:
    """The last names of modelled functions that something asks for, of the libraries that the file names or is led to."""
    return lasts_of(sight, asked, told_of(sight, asked))


def told_of(sight: Sight, asked: Asked) -> Telling:
    """What other files tell of the functions that something asks for."""
    key = f"told of {asked.__module__}.{asked.__qualname__}"
    if key not in sight.kept:
        own, way = lasts_of(sight, asked), way_to(sight.models, asked)
        sight.kept[key] = sight.telling(Wanted(asked, lambda name: name.rpartition(".")[2] in own or way.leads(name)))
    found: Telling = sight.kept[key]
    return found


def named(sight: Sight, names: Iterable[str], asked: Asked = nothing) -> Lead | None:
    """Where functions of some last names may be, and modelled functions that something asks for; None where there is no census.

    Functions get elsewhere by assignments, defaults, tables, returns, imports, `partial` and `getattr`, and through other
    files of the project.
    """
    flow = sight.dataflow
    if flow is None:
        return None
    own = frozenset(names)
    telling = sight.telling(wanted_of(sight, own, asked))
    words = {*own, *lasts_of(sight, asked, telling), *telling.names, *telling.calls}
    words.update(other for word, other in _renamed(sight.models) if word in words)
    return Lead(flow, flow.reach(*flow.called(words)), sure=frozenset(words), objects=False)


def calls_of(sight: Sight, names: Iterable[str], asked: Asked = nothing) -> list[Site] | None:
    """The calls that may be of functions of these last names, or of modelled functions that something asks for."""
    lead = named(sight, names, asked)
    return list(lead.sites()) if lead is not None else None


def lines_called(sight: Sight, names: Iterable[str], asked: Asked = nothing) -> Named | None:
    """The lines of the statements with those calls."""
    sites = calls_of(sight, names, asked)
    return lines_of(sight, sites) if sites is not None else None


@lru_cache(maxsize=8)
def _renamed(models: Models) -> tuple[tuple[str, str], ...]:
    """Last names of functions and classes, with those that their re-exports have instead."""
    pairs = ((name.rpartition(".")[2], alias.rpartition(".")[2]) for alias, name in models.aliases.items())
    return tuple({(word, other) for word, other in pairs if word != other})


def _seeds(sight: Sight, flow: Dataflow, way: Way, lasts: frozenset[str], told: frozenset[str]) -> set[Key]:
    seeds = {(MODULE, word) for word in told}
    for full, key in flow.bindings.imports:
        if key[1] in told:
            seeds.add(key)
        elif key[1] == "*":
            module = full.removesuffix(".*")
            seeds.update((MODULE, word) for word in lasts if way.leads_from(sight.models, f"{module}.{word}"))
        elif way.leads_from(sight.models, full):
            seeds.add(key)
    seeds.update((MODULE, name.rpartition(".")[2]) for name in way.leads.names if name.startswith("builtins."))
    return seeds | looked_up(flow)


def looked_up(flow: Dataflow) -> set[Key]:
    """What gives a module by its name."""
    bindings = flow.bindings
    found = {(ATTRIBUTE, word) for word in REACHES if word in bindings.mentions}
    return found | {bindings.resolve(word, at) for word in REACHES for at in bindings.mentions.get(word, ())}


def lines_of(sight: Sight, sites: Iterable[Site]) -> Named:
    """The logical lines on which some calls stand, with their last names."""
    return named_at(sight, ((site.statement, last(site.call.func)) for site in sites))


def named_at(sight: Sight, found: Iterable[tuple[Statement, str]]) -> Named:
    """The lines on which some statements begin, and their logical lines, with the last names of calls that are meant there."""
    logical = sight.layout.logical if sight.layout is not None else None
    lines: Named = {}
    for statement, name in found:
        for line in (statement.line, logical[statement.line - 1] if logical is not None else statement.line):
            lines.setdefault(line, set()).add(name)
    return lines


def lines_at(sight: Sight, statements: Iterable[Statement]) -> set[int]:
    """The lines on which some statements begin, and their logical lines."""
    layout = sight.layout
    lines = {statement.line for statement in statements}
    return lines | {layout.logical[line - 1] for line in lines} if layout is not None else lines
