"""What each statement gives to which names: values, what they are put into, what functions are handed and give back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Statement, defaults, inputs, last
from lintfoot.gates.bound_names import FUNCTIONS
from lintfoot.gates.local_words import Word, Words
from lintfoot.records import dataclass
from lintfoot.regexes import regex

_FILLS = frozenset(
    "append extend insert add update setdefault put register push appendleft extendleft put_nowait".split()
)
_SHOWS = frozenset(("__str__", "__repr__", "__format__"))
_MADE_BY = frozenset(("__init__", "__new__", "__call__", "__post_init__"))
_WORD = regex(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Flow:
    """A value that is given to some names. `held` says that a secret itself goes over, `puts` that it is put into something.

    Without either what is built of one does. `named` says that the key of one goes over.
    """

    words: set[Word]
    value: ast.expr
    held: bool = False
    puts: bool = False
    named: bool = False


class Parameters:
    """What a function takes: by place, by keyword, and the rest, by what its names are known by."""

    def __init__(self, places: list[str], known: dict[str, Word], rest: set[Word], *, fields: bool = False) -> None:
        self.fields = fields
        self.bound = places[:1] in (["self"], ["cls"])
        self.places = places[self.bound :]
        self.known, self.rest = known, rest
        self.every = {*known.values(), *rest}

    def given(self, node: ast.Call) -> Iterator[Flow]:
        """What a call hands to which of them: nobody knows behind a splat. A method may be called with its object first."""
        for place, one in enumerate(node.args):
            if isinstance(one, ast.Starred):
                break
            words = {self.known[name] for name in self.places[max(0, place - self.bound) : place + 1]} | self.rest
            yield Flow(self.every if self.fields else words, one, held=self.fields, puts=self.fields)
        for word in node.keywords:
            if word.arg is not None:
                held = self.fields
                words = {self.known[word.arg]} if word.arg in self.known else self.rest
                yield Flow(words, word.value, held=held, puts=held)


def _parameters(known: Words, function: Any) -> Parameters:
    args = function.args
    places = [one.arg for one in (*args.posonlyargs, *args.args)]
    named = {name: known.parameter(function, name) for name in (*places, *(one.arg for one in args.kwonlyargs))}
    rest = {known.parameter(function, one.arg) for one in (args.vararg, args.kwarg) if one is not None}
    return Parameters(places, named, rest)


def _types(annotation: ast.expr | None) -> Iterator[ast.expr]:
    """The names in an annotation, also where it is a text."""
    for one in ast.walk(annotation) if annotation is not None else ():
        if isinstance(one, ast.Name | ast.Attribute):
            yield one
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield from (ast.Name(word) for word in _WORD.findall(one.value))


def _keys(target: ast.expr) -> Iterator[ast.expr]:
    """A target that says itself that a secret is put into something: `config["password"] = value`."""
    yield from (one for one in ast.walk(target) if isinstance(one, ast.Subscript))


class Flows:
    """One file: what flows where in it."""

    def __init__(self, known: Words) -> None:
        self.words = known
        self.census = known.bindings.census
        self._functions = _functions(known)
        self._known: dict[int, list[Flow]] = {}

    def of(self, statement: Statement) -> list[Flow]:
        """What a statement gives to which names."""
        found = self._known.get(id(statement.node))
        if found is None:
            found = self._known[id(statement.node)] = list(self._read(statement))
        return found

    def _read(self, statement: Statement) -> Iterator[Flow]:
        node, around = statement.node, statement.around
        kind = node.__class__
        if kind in FUNCTIONS:
            yield from self._of_header(node, around)
        elif kind is ast.ClassDef:
            yield from (Flow(self.words.defined(node, around), base) for base in node.bases)
        elif kind is ast.Return and node.value is not None:
            yield Flow(self._givers(around), node.value, held=True)
        elif kind is ast.Match:
            names = {name for one in ast.walk(node) if (name := getattr(one, "name", None))}
            yield Flow({self.words.name(name, statement) for name in names}, node.subject)
        elif kind is ast.AnnAssign:
            if around and isinstance(around[-1], ast.ClassDef):
                yield Flow({*self.words.defined(around[-1], around[:-1]), "self"}, node.target, puts=True)  # a record
            yield from (Flow(self.words.target(node.target, statement), one) for one in _types(node.annotation))
        for one in self.census.within(statement):
            yield from self._flow(one, statement)

    def _of_header(self, node: Any, around: tuple[Any, ...]) -> Iterator[Flow]:
        """Defaults, and what annotations say of parameters and of the result."""
        own = self.words.parameter
        yield from (Flow({own(node, one.arg)}, default, held=True) for one, default in defaults(node.args))
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            yield from (Flow({own(node, one.arg)}, told) for told in _types(one.annotation))
        yield from (Flow(self.words.defined(node, around), told) for told in _types(node.returns))

    def _givers(self, around: tuple[Any, ...]) -> set[Word]:
        """The function that gives back what is returned in it; the class whose objects are shown by that."""
        place = next((at for at in reversed(range(len(around))) if not isinstance(around[at], ast.ClassDef)), None)
        if place is None:
            return set()
        found = self.words.defined(around[place], around[:place])
        if around[place].name in _SHOWS:
            found |= {"self"}.union(*(self.words.defined(one, around[:-2]) for one in around[-2:-1]))
        return found

    def _flow(self, node: Any, statement: Statement) -> Iterator[Flow]:
        kind = node.__class__
        target = self.words.target
        if kind is ast.Assign:
            for one in node.targets:
                items = not isinstance(one, ast.Name | ast.Attribute | ast.Tuple | ast.List)
                yield Flow(target(one, statement), node.value, held=True, puts=items, named=True)
                yield from (Flow(target(one, statement), key, puts=True) for key in _keys(one))
        elif kind in (ast.AnnAssign, ast.NamedExpr) and node.value is not None:
            yield Flow(target(node.target, statement), node.value, held=True, named=True)
        elif kind is ast.AugAssign:
            yield Flow(target(node.target, statement), node.value, held=True, puts=True)
        elif kind in (ast.For, ast.AsyncFor, ast.comprehension):
            held = isinstance(node.iter, ast.List | ast.Tuple)
            yield Flow(target(node.target, statement), node.iter, held=held, named=True)
        elif kind is ast.withitem and node.optional_vars is not None:
            yield Flow(target(node.optional_vars, statement), node.context_expr)
        elif kind in (ast.Yield, ast.YieldFrom) and node.value is not None:
            yield Flow(self._givers(statement.around), node.value)
        elif kind is ast.Lambda:
            name = self.words.name
            yield from (Flow({name(one.arg, statement)}, default) for one, default in defaults(node.args))
        elif kind is ast.Call:
            yield from self._handed(node, statement)

    def _handed(self, node: ast.Call, statement: Statement) -> Iterator[Flow]:
        """What a call fills, and the parameters of functions of this file that it hands something to."""
        callee = last(node.func)
        given = inputs(node)
        if callee in _FILLS and isinstance(node.func, ast.Attribute):
            yield from (Flow(self.words.target(node.func.value, statement), one, held=True, puts=True) for one in given)
        for params in self._functions.get(callee, ()):
            yield from params.given(node)
        for handed in given:
            for params in self._functions.get(last(handed), ()):  # a function that somebody else will call
                yield from (Flow(params.every, one) for one in given)


def _functions(known: Words) -> dict[str, list[Parameters]]:
    """The functions of this file, and the constructors under the names of their classes; records by their fields."""
    found: dict[str, list[Parameters]] = {}
    for name, many in known.bindings.functions.items():
        for node, statement in many:
            params = _parameters(known, node)
            found.setdefault(name, []).append(params)
            if name in _MADE_BY and statement.around:
                found.setdefault(statement.around[-1].name, []).append(params)
                found.setdefault("cls", []).append(params)
    for statement, node in known.bindings.census.all(ast.AnnAssign):
        if statement.around and isinstance(statement.around[-1], ast.ClassDef):
            field = last(node.target)
            made = Parameters([field], {field: field}, set(), fields=True)
            found.setdefault(statement.around[-1].name, []).append(made)
    return found
