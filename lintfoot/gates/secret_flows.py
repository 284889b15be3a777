"""What each statement gives to which names: values, what they are put into, what functions are handed and give back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Census, Statement, last
from lintfoot.gates.bound_names import FUNCTIONS, defaults
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

    words: set[str]
    value: ast.expr
    held: bool = False
    puts: bool = False
    named: bool = False


class Parameters:
    """What a function takes: by place, by keyword, and the rest."""

    def __init__(self, args: ast.arguments | None = None, fields: tuple[str, ...] = ()) -> None:
        self.fields = args is None
        every = [*args.posonlyargs, *args.args] if args is not None else []
        self.places = [one.arg for one in every] or list(fields)
        self.bound = self.places[:1] in (["self"], ["cls"])
        self.places = self.places[self.bound :]
        self.rest = {one.arg for one in (args.vararg, args.kwarg) if one is not None} if args is not None else set()
        self.every = {*self.places, *self.rest, *((one.arg for one in args.kwonlyargs) if args is not None else ())}

    def given(self, node: ast.Call) -> Iterator[Flow]:
        """What a call hands to which of them: nobody knows behind a splat. A method may be called with its object first."""
        for place, one in enumerate(node.args):
            if isinstance(one, ast.Starred):
                break
            words = set(self.places[max(0, place - self.bound) : place + 1]) | self.rest
            yield Flow(self.every if self.fields else words, one, held=self.fields, puts=self.fields)
        for word in node.keywords:
            if word.arg is not None:
                held = self.fields
                yield Flow({word.arg} if word.arg in self.every else self.rest, word.value, held=held, puts=held)


def _of_header(node: Any) -> Iterator[Flow]:
    """Defaults, and what annotations say of parameters and of the result."""
    yield from (Flow({one.arg}, default, held=True) for one, default in defaults(node.args))
    for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        yield from (Flow({one.arg}, told) for told in _types(one.annotation))
    yield from (Flow({node.name}, told) for told in _types(node.returns))


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


def _givers(around: tuple[Any, ...]) -> set[str]:
    """The function that gives back what is returned in it; the class whose objects are shown by that."""
    function = next((one for one in reversed(around) if not isinstance(one, ast.ClassDef)), None)
    found = {function.name} if function is not None else set()
    if found & _SHOWS:
        found |= {"self", *(one.name for one in around[-2:-1])}
    return found


def _words_of(target: ast.expr) -> set[str]:
    """The names in a target: of variables, attributes, of what an item is put into."""
    found = {last(target)}
    if not isinstance(target, ast.Name | ast.Attribute):
        found = {last(one) for one in ast.walk(target)}
    return found - {"", "self", "cls"}


class Flows:
    """One file: what flows where in it."""

    def __init__(self, census: Census) -> None:
        self.census = census
        self._functions = _functions(census)
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
            yield from _of_header(node)
        elif kind is ast.ClassDef:
            yield from (Flow({node.name}, base) for base in node.bases)
        elif kind is ast.Return and node.value is not None:
            yield Flow(_givers(around), node.value, held=True)
        elif kind is ast.Match:
            yield Flow({name for one in ast.walk(node) if (name := getattr(one, "name", None))}, node.subject)
        elif kind is ast.AnnAssign:
            if around and isinstance(around[-1], ast.ClassDef):
                yield Flow({around[-1].name, "self"}, node.target, puts=True)  # a record shows its fields
            yield from (Flow(_words_of(node.target), one) for one in _types(node.annotation))
        for one in self.census.within(statement):
            yield from self._flow(one, around)

    def _flow(self, node: Any, around: tuple[Any, ...]) -> Iterator[Flow]:
        kind = node.__class__
        if kind is ast.Assign:
            for target in node.targets:
                items = not isinstance(target, ast.Name | ast.Attribute | ast.Tuple | ast.List)
                yield Flow(_words_of(target), node.value, held=True, puts=items, named=True)
                yield from (Flow(_words_of(target), one, puts=True) for one in _keys(target))
        elif kind in (ast.AnnAssign, ast.NamedExpr) and node.value is not None:
            yield Flow(_words_of(node.target), node.value, held=True, named=True)
        elif kind is ast.AugAssign:
            yield Flow(_words_of(node.target), node.value, held=True, puts=True)
        elif kind in (ast.For, ast.AsyncFor, ast.comprehension):
            yield Flow(_words_of(node.target), node.iter, held=isinstance(node.iter, ast.List | ast.Tuple), named=True)
        elif kind is ast.withitem and node.optional_vars is not None:
            yield Flow(_words_of(node.optional_vars), node.context_expr)
        elif kind in (ast.Yield, ast.YieldFrom) and node.value is not None:
            yield Flow(_givers(around), node.value)
        elif kind is ast.Lambda:
            yield from (Flow({one.arg}, default) for one, default in defaults(node.args))
        elif kind is ast.Call:
            yield from self._handed(node)

    def _handed(self, node: ast.Call) -> Iterator[Flow]:
        """What a call fills, and the parameters of functions of this file that it hands something to."""
        callee = last(node.func)
        given = [*node.args, *(one.value for one in node.keywords)]
        if callee in _FILLS and isinstance(node.func, ast.Attribute):
            yield from (Flow(_words_of(node.func.value), one, held=True, puts=True) for one in given)
        for params in self._functions.get(callee, ()):
            yield from params.given(node)
        for handed in given:
            for params in self._functions.get(last(handed), ()):  # a function that somebody else will call
                yield from (Flow(params.every, one) for one in given)


def _functions(census: Census) -> dict[str, list[Parameters]]:
    """The functions of this file, and the constructors under the names of their classes; records by their fields."""
    found: dict[str, list[Parameters]] = {}
    node: Any
    for kind in FUNCTIONS:
        for statement, node in census.all(kind):
            params = Parameters(node.args)
            found.setdefault(node.name, []).append(params)
            if node.name in _MADE_BY and statement.around:
                found.setdefault(statement.around[-1].name, []).append(params)
                found.setdefault("cls", []).append(params)
    for statement, node in census.all(ast.AnnAssign):
        if statement.around and isinstance(statement.around[-1], ast.ClassDef):
            found.setdefault(statement.around[-1].name, []).append(Parameters(fields=(last(node.target),)))
    return found
