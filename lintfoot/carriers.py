"""Which names of a text may carry a value: what is assigned it, returns it, is handed it, holds it.

Names count whatever their scopes, attributes by their last words. What is followed is what an evaluation of names could follow,
and more: what carries nothing here cannot stand for the value there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lintfoot.census import Census, Statement, last
from lintfoot.records import dataclass
from lintfoot.regexes import regex

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_WORD = regex(r"[^\W\d]\w*")
_FILLS = frozenset("append extend insert add update setdefault put register push appendleft".split())
_GIVES_ITSELF = frozenset(
    "__init__ __new__ __call__ __enter__ __aenter__ __getattr__ __getitem__ __iter__ __next__".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """What an expression may get its value from: identifiers, and texts that stand in it."""

    words: frozenset[str]
    texts: tuple[str | bytes, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The words in `targets` may get what the expression `value` carries."""

    value: ast.expr
    targets: frozenset[str]


def never(word: str) -> bool:
    """No member of a thing is what it is itself."""
    del word
    return False


class Carriers:
    """How values get about in a text.

    `passes` tells of a call by its last word whether it may give what it is handed, `leads` of an attribute whether it may be
    what its owner is. Without `results` a call of what the text does not bind gives something else than what is called.
    """

    def __init__(
        self,
        census: Census,
        passes: Callable[[str], bool],
        leads: Callable[[str], bool] = never,
        *,
        results: bool = True,
    ) -> None:
        self.passes, self.leads, self.results = passes, leads, results
        self._of: dict[int, Found] = {}
        ways = list(_ways(census))
        self._bound = frozenset().union(*(way.targets for way in ways))
        self._ways = [(self.of(way.value), way.targets) for way in ways]
        self._by_word: dict[str, list[frozenset[str]]] = {}
        for found, targets in self._ways:
            for word in found.words:
                self._by_word.setdefault(word, []).append(targets)

    def binds(self, word: str) -> bool:
        """Whether the text gives a name anything by itself."""
        return word in self._bound

    def of(self, node: ast.expr) -> Found:
        """What an expression may get its value from."""
        found = self._of.get(id(node))
        if found is None:
            words: set[str] = set()
            texts: list[str | bytes] = []
            self._add(node, words, texts)
            found = self._of[id(node)] = Found(frozenset(words), tuple(texts))
        return found

    def reach(self, words: Iterable[str], holds: Callable[[str | bytes], bool] | None = None) -> frozenset[str]:
        """All words that may carry what some do, or a text that `holds` something."""
        known: set[str] = set()
        waiting = set(words)
        if holds is not None:
            for found, targets in self._ways:
                if any(map(holds, found.texts)):
                    waiting |= targets
        while waiting:
            word = waiting.pop()
            known.add(word)
            for targets in self._by_word.get(word, ()):
                waiting |= targets - known
        return frozenset(known)

    def _add(self, node: Any, words: set[str], texts: list[str | bytes]) -> None:
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str | bytes):
                texts.append(node.value)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
            if self.leads(node.attr):
                self._add(node.value, words, texts)
        elif isinstance(node, ast.Call):
            self._add_call(node, words, texts)
        else:
            for name in _CARRYING.get(node.__class__, ()):
                below = getattr(node, name)
                for one in below if below.__class__ is list else (below,):
                    if one is not None:
                        self._add(one, words, texts)

    def _add_call(self, node: ast.Call, words: set[str], texts: list[str | bytes]) -> None:
        func: Any = node.func
        word = last(func)
        passes = self.passes(word)
        if word and (self.results or word in self._bound):
            words.add(word)
        if func.__class__ is ast.Attribute:
            if passes or self.leads(word):
                self._add(func.value, words, texts)
        elif not word:
            self._add(func, words, texts)
        if passes:
            for arg in node.args:
                self._add(arg, words, texts)
            for keyword in node.keywords:
                self._add(keyword.value, words, texts)


_FUNCTIONS: tuple[Any, ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS: tuple[Any, ...] = (ast.For, ast.AsyncFor, ast.comprehension)
_PUT_INTO_ONE: tuple[Any, ...] = (ast.AugAssign, ast.NamedExpr)
_GIVEN_BACK: tuple[Any, ...] = (ast.Return, ast.Yield, ast.YieldFrom)
# By class of an expression the fields whose values it may have, or hold; a comparison, say, has none of its own.
_CARRYING: dict[type, tuple[str, ...]] = {
    ast.Await: ("value",),
    ast.BinOp: ("left", "right"),
    ast.BoolOp: ("values",),
    ast.Dict: ("keys", "values"),
    ast.DictComp: ("key", "value"),
    ast.FormattedValue: ("value",),
    ast.GeneratorExp: ("elt",),
    ast.IfExp: ("body", "orelse"),
    ast.JoinedStr: ("values",),
    ast.Lambda: ("body",),
    ast.List: ("elts",),
    ast.ListComp: ("elt",),
    ast.NamedExpr: ("value",),
    ast.Set: ("elts",),
    ast.SetComp: ("elt",),
    ast.Starred: ("value",),
    ast.Subscript: ("value",),
    ast.Tuple: ("elts",),
    ast.UnaryOp: ("operand",),
    ast.Yield: ("value",),
    ast.YieldFrom: ("value",),
}


def _ways(census: Census) -> Iterator[Way]:
    yield from _assigned(census)
    yield from _given_back(census)
    functions = _Functions()
    for one, node in (found for kind in _FUNCTIONS for found in census.all(kind)):
        functions.add(node, one.around[-1] if one.around else None)
        yield from _of_function(node)
    for _, made in census.all(ast.Lambda):
        yield from _defaults(made.args)
    for _, owner in census.all(ast.ClassDef):
        own = frozenset({owner.name, "super", *_first_parameters(owner)})
        yield from (Way(base, own) for base in owner.bases)
        yield from (Way(one, frozenset({owner.name})) for one in owner.decorator_list)
    for _, alias in census.all(ast.alias):
        if alias.asname:
            first = ast.Name(alias.name.rpartition(".")[2])
            yield Way(first, frozenset({alias.asname}))
    for _, call in census.all(ast.Call):
        yield from functions.handed(call)


def _assigned(census: Census) -> Iterator[Way]:
    for _, node in census.all(ast.Assign):
        yield Way(node.value, frozenset(word for target in node.targets for word in _targets(target)))
    for _, noted in census.all(ast.AnnAssign):
        targets = frozenset(_targets(noted.target))
        yield Way(_type(noted.annotation), targets)
        if noted.value is not None:
            yield Way(noted.value, targets)
    for kind in _PUT_INTO_ONE:
        for _, one in census.all(kind):
            yield Way(one.value, frozenset(_targets(one.target)))
    for kind in LOOPS:
        for _, loop in census.all(kind):
            yield Way(loop.iter, frozenset(_targets(loop.target)))
    for _, item in census.all(ast.withitem):
        if item.optional_vars is not None:
            yield Way(item.context_expr, frozenset(_targets(item.optional_vars)))


def _targets(node: ast.expr) -> Iterator[str]:
    """The words that a target can be asked for by: of `table[key]` that of the table."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            yield word
        case ast.Subscript(value=inner) | ast.Starred(value=inner):
            yield from _targets(inner)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)
        case _:
            pass


def _given_back(census: Census) -> Iterator[Way]:
    """What functions return and yield; what a class's own methods give may be what the class is asked for."""
    for kind in _GIVEN_BACK:
        for one, node in census.all(kind):
            if node.value is not None and (names := _named_around(one)):
                yield Way(node.value, names)


def _named_around(one: Statement) -> frozenset[str]:
    for number in range(len(one.around) - 1, -1, -1):
        node = one.around[number]
        if isinstance(node, _Function):
            owner = one.around[number - 1] if number and node.name in _GIVES_ITSELF else node
            return frozenset({node.name, owner.name})
    return frozenset()


def _of_function(node: _Function) -> Iterator[Way]:
    own = frozenset({node.name})
    yield from (Way(one, own) for one in node.decorator_list)
    if node.returns is not None:
        yield Way(_type(node.returns), own)
    for param in _parameters(node.args):
        if param.annotation is not None:
            yield Way(_type(param.annotation), frozenset({param.arg}))
    yield from _defaults(node.args)


def _type(annotation: ast.expr) -> ast.expr:
    """An annotation as an expression of its words: also of those in quotes, and of those in brackets."""
    words = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.update(_WORD.findall(node.value))
        elif word := last(node):
            words.add(word)
    return ast.Tuple([ast.Name(word) for word in words])


def _parameters(args: ast.arguments) -> list[ast.arg]:
    return [*args.posonlyargs, *args.args, *args.kwonlyargs]


def _defaults(args: ast.arguments) -> Iterator[Way]:
    plain = [*args.posonlyargs, *args.args]
    pairs = [
        *zip(reversed(plain), reversed(args.defaults), strict=False),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ]
    for param, default in pairs:
        if default is not None:
            yield Way(default, frozenset({param.arg}))


def _first_parameters(owner: ast.ClassDef) -> Iterator[str]:
    """What the methods of a class call their object."""
    for one in owner.body:
        if isinstance(one, _Function):
            yield from (param.arg for param in _parameters(one.args)[:1])


class _Functions:
    """The functions of a text by what calls of them are written with: their names, those of their classes, `cls`."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[tuple[_Function, bool]]] = {}

    def add(self, node: _Function, around: Any) -> None:
        method = isinstance(around, ast.ClassDef)
        words = {node.name, around.name, "cls"} if method and node.name in ("__init__", "__new__") else {node.name}
        for word in words:
            self._by_word.setdefault(word, []).append((node, method))

    def handed(self, call: ast.Call) -> Iterator[Way]:
        """The parameters that a call gives something: by place (of a method also one further), by keyword."""
        word = last(call.func)
        if word in _FILLS and isinstance(call.func, ast.Attribute):
            filled = frozenset(_targets(call.func.value))
            yield from (Way(arg, filled) for arg in [*call.args, *(one.value for one in call.keywords)])
        for node, method in self._by_word.get(word, ()):
            yield from _to_parameters(call, node, method=method)


def _to_parameters(call: ast.Call, function: _Function, *, method: bool) -> Iterator[Way]:
    args = function.args
    plain = [param.arg for param in (*args.posonlyargs, *args.args)]
    own = method and not function.decorator_list  # the first is the object: nobody hands it over
    every = frozenset([*plain[own:], *(param.arg for param in args.kwonlyargs)])
    rest = {one.arg for one in (args.vararg, args.kwarg) if one is not None}
    starred = False
    for number, arg in enumerate(call.args):
        starred = starred or isinstance(arg, ast.Starred)
        given = every if starred else plain[number + (own and not number) : number + 1 + method]
        yield Way(arg, frozenset({*given, *rest}))
    for keyword in call.keywords:
        yield Way(keyword.value, frozenset({keyword.arg} & every if keyword.arg else every) | rest)
