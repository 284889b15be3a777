"""Whether reading a function can tell anything: what its lines hand to what, return, and call, by their words alone.

Of the functions that mention a client or a command, few hand one of their own parameters to it, return it, or tell of an
exception. The others are not worth libcst's time.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lintfoot import abilities, runner_words, teller_words
from lintfoot.abilities import ANYWHERE, NOWHERE, Place
from lintfoot.census import arguments, last, last_called, nodes
from lintfoot.gist import PLAIN, SHOWN, given_back, inside, is_manager, is_property, meant, typed
from lintfoot.libraries import Function
from lintfoot.links import Links
from lintfoot.runner_words import COMMAND_WORDS, CONCLUSIVE, SHELL_WORDS
from lintfoot.sketches import Renamed, dotted

if TYPE_CHECKING:
    from lintfoot.places import Spot
    from lintfoot.project import Project, View

_Given = list[tuple[str, int]]  # the keywords and positions that a call gives; `*` for all of them
_BUILTINS = frozenset(dir(builtins))
_NAMED_SO: tuple[Place, ...] = ((COMMAND_WORDS, 0), (SHELL_WORDS, NOWHERE))  # what runs commands by its name alone
_WRITTEN_OUT: tuple[Place, ...] = (*_NAMED_SO, ((), ANYWHERE))  # `execute("sh", "-c", line)`
_TELLERS = teller_words.REPORTERS | teller_words.SOURCE_NAMES | {"opt"}
_PRINTERS = frozenset(name.rpartition(".")[2] for name in teller_words.SOURCES | teller_words.PRINTS)
_PRINTING = frozenset(name.partition(".")[0] for name in teller_words.SOURCES | teller_words.PRINTS)


class Prospect:
    """The lines that were cut out for one function of a module, a member of a class perhaps."""

    def __init__(self, project: Project, view: View, spot: Spot, tree: ast.Module) -> None:
        self.project, self.view, self.spot = project, view, spot
        self.known = abilities.known(project.models)
        self.links = Links(tree, project.package(spot[0]))
        self._facts: dict[str, list[tuple[str, Function | None]]] = {}

    def is_bright(self) -> bool:
        """Whether reading the function can tell anything."""
        mine = self.links.functions.get(self.spot[1][-1], [])
        if "*" in self.links.imports or any(map(is_property, mine)):
            return True
        return any(map(self._gives, mine)) or self._hands(mine) or self._tells(mine)

    # other files

    def _elsewhere(self, call: ast.Call) -> Iterator[tuple[str, Function | None]]:
        """What functions of the project do that a call may lead to, by their last names; None for what models tell."""
        for word in self.links.origins(call.func) & self.links.imports.keys():
            yield from self._behind(word)

    def _behind(self, bound: str) -> list[tuple[str, Function | None]]:
        if bound not in self._facts:
            found = self._facts[bound] = []
            for full in self._full(bound):
                facts = self.view.facts(full, self.links.census.words)
                found += [(name or bound, one) for name, one in facts.functions]
                found += [(outside.rpartition(".")[2], None) for outside in facts.outside]
        return self._facts[bound]

    def _full(self, bound: str) -> Iterator[str]:
        """The full names of what is written below an imported name that may be the project's."""
        full = self.links.imports[bound]
        if self.view.may_see(full):
            yield from (f"{full}{below}" for below in ("", *sorted(self._below[bound])))

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        return self.links.census.behind(self.links.imports.keys())

    # what it returns

    def _gives(self, function: Any) -> bool:
        """Whether it may return an object that is worth knowing: then it returns nothing else, None left aside."""
        found = (
            given_back(function, ast.Yield, ast.YieldFrom) if is_manager(function) else given_back(function, ast.Return)
        )
        back = [one for one in found if not (isinstance(one, ast.Constant) and one.value is None)]
        if any(one.__class__ in (*SHOWN, ast.Dict) for one in back):
            return False
        told = () if any(one.__class__ in PLAIN for one in back) else back
        words = self.links.reached({word for one in told for word in meant(one)} | typed(function.returns))
        if not words.isdisjoint(self.known.makes) or not words.isdisjoint(self.links.classes):
            return True
        named = (full for one in (self.links.imports if words else ()) for full in self._full(one))
        return any(self._is_maker(full) for full in named if full.rpartition(".")[2] in words)

    def _is_maker(self, full: str) -> bool:
        """Whether a name is the project's, and a call of it may give an object."""
        spot = self.view.find(full)
        of = self.project.outline(spot[0]) if spot is not None and spot[1] else None
        if spot is None or of is None:
            return False
        if len(spot[1]) == 1 and of.kind(spot[1][0]) == "class":
            return True
        told = self.project.told(spot)
        return told is not None and (isinstance(told.what, Renamed) or bool(getattr(told.what, "returns", "")))

    # what it hands on

    def _hands(self, functions: Iterable[Any]) -> bool:
        """Whether one may hand a parameter to a function that a model knows, or to a command, perhaps by way of another."""
        waiting = [(one, frozenset(each.arg for each in arguments(one.args)), True) for one in functions]
        seen = set[tuple[int, frozenset[str], bool]]()
        while waiting:
            function, own, takes = waiting.pop()
            if not own or (id(function), own, takes) in seen:
                continue
            seen.add((id(function), own, takes))
            for call, given, lines in self._handing(function, own):
                words = self.links.reached(meant(call.func))
                if takes and given and self._takes(call, words, given):
                    return True
                if lines and self._runs(call, words, lines, function):
                    return True
                for one in self.links.defined(words):
                    waiting += ((one, _met(one, lines), False), (one, _met(one, given), takes))
        return False

    def _handing(self, function: Any, own: frozenset[str]) -> Iterator[tuple[ast.Call, _Given, _Given]]:
        """The calls in a function that get one of some parameters by its name, and those that get it in any way."""
        held, same = self.links.tainted(own)
        links, further = self.links, function.args.kwarg is not None
        rest = function.args.vararg.arg if function.args.vararg is not None else ""

        def spreads(one: Any) -> bool:
            return last(one.value) == rest != "" if one.__class__ is ast.Starred else further

        for call in nodes(function):
            if call.__class__ is ast.Call:
                given = _given(call, lambda one: one.__class__ is ast.Name and one.id in own, spreads)
                lines = _given(
                    call,
                    lambda one: links.is_one(one, held, same) or _is_made_of(one, rest),
                    lambda one: links.holds(one, held),
                )
                if given or lines:
                    yield call, given, lines

    def _takes(self, call: ast.Call, words: set[str], given: _Given) -> bool:
        """Whether a call may be one of a function that takes there what models tell of."""
        if "partial" in words - {last_called(call)}:
            return True
        takes = self.known.takes
        if any(_meet(given, takes.get(word, ())) for word in words) and self._is_rooted(call):
            return True
        return any(
            _meet(given, takes.get(name, ()) if one is None else abilities.places(one) if name in words else ())
            for name, one in self._elsewhere(call)
        )

    def _runs(self, call: ast.Call, words: set[str], given: _Given, function: Any) -> bool:
        """Whether a call may run a command that is made of what it is given."""
        written, runs = last_called(call), self.known.runs
        if not written or any(one.arg in CONCLUSIVE for one in call.keywords):
            return True
        if runner_words.says_it_runs_commands(written) and not self._is_seen(call, function):
            names = any(last(one) in self.links.functions for one in call.args[:2])  # where texts would have to stand
            if _meet(given, _NAMED_SO if names else _WRITTEN_OUT):
                return True
        if any(_meet(given, runs.get(word, ())) for word in words) and self._is_rooted(call):
            return True
        return any(
            _meet(given, runs.get(name, ()) if one is None else abilities.lines(one))
            for name, one in self._elsewhere(call)
        )

    def _is_rooted(self, call: ast.Call) -> bool:
        """Whether what is called may come from a library: an import leads there, or a builtin."""
        words = self.links.origins(call.func)
        if not words.isdisjoint(_BUILTINS):
            return True
        return any(self._is_outside(word) for word in words & self.links.imports.keys()) or any(
            one is None for _, one in self._elsewhere(call)
        )

    def _is_outside(self, bound: str) -> bool:
        full = self.links.imports[bound]
        modelled = full.partition(".")[0] in self.project.models.imports  # a library may be the project itself
        return modelled or not self.view.may_see(full) or self.view.find(full) is None

    def _is_seen(self, call: ast.Call, function: Any) -> bool:
        """Whether a call can be seen to call a function that does something: its name says nothing more then."""
        word, links = last_called(call), self.links
        around = links.around.get(word, ())
        if isinstance(call.func, ast.Name) and word in links.imports:
            spot = self.view.find(links.imports[word])
            told = self.project.told(spot) if spot is not None and spot[1] else None
            return told is not None and told.kind == "function" and not getattr(told.what, "dark", True)
        if links.is_given(word) or not around or any(map(_is_empty, links.functions[word])):
            return False
        if isinstance(call.func, ast.Name):
            return all(one is None or one is function for one in around)
        plain = [*function.args.posonlyargs, *function.args.args]
        mine = links.around[function.name]
        return (
            isinstance(call.func, ast.Attribute)
            and bool(plain)
            and last(call.func.value) == plain[0].arg
            and len({id(one) for one in (*around, *mine)}) == 1
            and isinstance(mine[0], ast.ClassDef)
        )

    # what it tells of

    def _tells(self, functions: Iterable[Any]) -> bool:
        """Whether one may tell of the exception being handled, outside its own handlers, perhaps by way of another."""
        seen, waiting = set[int](), [*functions]
        while waiting:
            function = waiting.pop()
            if id(function) in seen:
                continue
            seen.add(id(function))
            for call in inside(function, ast.Call, but=(ast.ExceptHandler,)):
                words = self.links.reached(meant(call.func))
                if self._is_telling(call, words):
                    return True
                waiting += self.links.defined(words)
        return False

    def _is_telling(self, call: ast.Call, words: set[str]) -> bool:
        if any((one.arg or "").startswith(("exc_info", "exception")) for one in call.keywords):
            return True
        if teller_words.speak_of_exceptions(last_called(call)) or not _TELLERS.isdisjoint(words):
            return True
        if "exception" in words and (call.args or call.keywords or teller_words.is_logger(dotted(call.func))):
            return True
        if self._may_print and not _PRINTERS.isdisjoint(words):
            return True
        if not self.known.tells.isdisjoint(words) and self._is_rooted(call):
            return True
        telling = self.known.tells | _TELLERS | _PRINTERS
        return any(
            name in telling if one is None else not teller_words.ROLES.isdisjoint(one.role)
            for name, one in self._elsewhere(call)
        )

    @cached_property
    def _may_print(self) -> bool:
        return not _PRINTING.isdisjoint(full.partition(".")[0] for full in self.links.imports.values())


def _is_empty(function: Any) -> bool:
    """Whether a function may be announced only."""
    return all(isinstance(one, ast.Pass | ast.Raise | ast.Expr) for one in function.body)


def _is_made_of(node: Any, rest: str) -> bool:
    """Whether an expression is `list(args)` of a function's `*args`, or the like."""
    if node.__class__ is not ast.Call or len(node.args) != 1:
        return False
    return isinstance(node.args[0], ast.Name) and node.args[0].id == rest


def _given(call: ast.Call, is_one: Callable[[Any], bool], is_spread: Callable[[Any], bool]) -> _Given:
    """Where a call gets what is asked for, also out of something unpacked."""
    found: _Given = []
    for at, one in enumerate(call.args):
        if one.__class__ is ast.Starred:
            found += [("*", 0)] if is_spread(one) else []
        elif is_one(one):
            found.append(("", at))
    for keyword in call.keywords:
        if keyword.arg is None:
            found += [("*", 0)] if is_spread(keyword) else []
        elif is_one(keyword.value):
            found.append((keyword.arg, 0))
    return found


def _meet(given: _Given, places: Iterable[Place]) -> bool:
    """Whether something that is given stands in one of some places."""
    return any(
        word == "*" or (word in keywords if word else position in (at, ANYWHERE))
        for keywords, position in places
        for word, at in given
    )


def _met(function: Any, given: _Given) -> frozenset[str]:
    """The parameters of a function that a call gives something; its first one may be filled in already."""
    every = arguments(function.args)
    if any(word == "*" for word, _ in given):
        return frozenset(one.arg for one in every)
    plain = [*function.args.posonlyargs, *function.args.args]
    rest = [one for one in (function.args.vararg, function.args.kwarg) if one is not None] if given else []
    named = [one for one in every if any(one.arg == word for word, _ in given)]
    placed = [one for word, at in given if not word for one in plain[at : at + 2]]
    return frozenset(one.arg for one in (*rest, *named, *placed))
