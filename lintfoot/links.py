"""Which words of a few lines lead to which others: through all that the lines bind to them, whatever scope that is in.

A word is a name or the last name of an attribute. What is not reached this way, nobody can follow who reads the lines: `names`
tells scopes and objects apart, and follows no more than this.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from lintfoot.bindings import FUNCTIONS, arguments, words
from lintfoot.census import Census, below, last, last_called, nodes
from lintfoot.places import absolute
from lintfoot.sketches import Def
from lintfoot.steps import FILLS, PASSES

_NAMED = (ast.Name, ast.Attribute)
_LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)  # what they hold runs at another time
_PROPERTIES = frozenset({"property", "cached_property"})
_HOLDERS = frozenset("Optional Union Annotated Final ClassVar Awaitable Iterator Generator".split())  # as in `names`
_REACHING = PASSES | {"getattr", "import_module", "__import__", "super"}  # what they are given may be the outcome
_HANDS_BACK = frozenset(  # calls that may give a parameter that they are given
    "closing aclosing copy deepcopy wait_for shield run enter_context enter_async_context enterContext dedent field ib attrib "
    "Field".split()
)
_LONGEST = 100  # characters of a text that is an annotation, or the name of an attribute
_TWICE = "()()"  # more calls in one another are not counted
# Values that are neither objects nor functions. All but the first ones can always be told.
_FOLDED = (ast.JoinedStr, ast.Compare, ast.UnaryOp, ast.BinOp)
SHOWN = (
    ast.Set,
    ast.List,
    ast.Tuple,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Constant,
    ast.Lambda,
)
PLAIN = (*_FOLDED, *SHOWN)
_HOLDING = (ast.Subscript, ast.Starred, ast.Dict)  # what is in it may be what is meant


class Links:
    """The words of some lines of a module of a package, and what is bound to them."""

    def __init__(self, tree: ast.Module, package: str) -> None:
        self.census = Census(tree)
        self.imports: dict[str, str] = {}  # full names, by what they are bound to; of a star by a star
        self.functions: dict[str, list[Any]] = {}
        self.around: dict[str, list[Any]] = {}  # the functions and classes that these stand in, the module as None
        self.classes: dict[str, list[ast.ClassDef]] = {}
        self._given: dict[str, list[Any]] = {}
        self._steps: dict[tuple[bool, str], frozenset[str]] = {}
        self._deep: dict[int, frozenset[str]] = {}
        self._note_imports(package)
        self._note_definitions()
        self._note_values()

    def reached(self, some: Iterable[str], *, deep: bool = False) -> set[str]:
        """Some words, and those of all that these lines bind to them; `deep` with those of what that is made of."""
        found: set[str] = set()
        waiting = list(some)
        while waiting:
            word = waiting.pop()
            if word not in found:
                found.add(word)
                waiting += self._step(word, deep=deep)
        return found

    def origins(self, node: ast.expr) -> set[str]:
        """All words that may have to do with an expression."""
        return self.reached(self._words(node), deep=True)

    def defined(self, some: Collection[str]) -> Iterator[Any]:
        """The functions of these lines that a call of some words may call."""
        made = not self.classes.keys().isdisjoint(some)
        for word in (*some, "__init__") if made else some:
            yield from self.functions.get(word, ())

    def is_given(self, word: str) -> bool:
        """Whether a word stands for anything but functions and classes of these lines."""
        return word in self._given or word in self.imports

    # parameters

    def tainted(self, own: Collection[str]) -> tuple[set[str], set[str]]:
        """Words that may hold one of some parameters, and those that may be one."""
        held, same = set(own), set(own)
        self._spread(held, lambda one: self.holds(one, held))
        self._spread(same, lambda one: self.is_one(one, held, same))
        return held, same

    def holds(self, node: ast.AST, held: set[str]) -> bool:
        """Whether one of some words stands in an expression."""
        return not held.isdisjoint(self._words(node))

    def _spread(self, found: set[str], test: Any) -> None:
        grown = True
        while grown:
            waiting = ((word, values) for word, values in self._given.items() if word not in found)
            more = {word for word, values in waiting if any(map(test, values))}
            found |= more
            grown = bool(more)

    def is_one(self, node: Any, held: set[str], same: set[str]) -> bool:
        """Whether an expression may be a parameter, which no sum and no list is."""
        kind = node.__class__
        if kind in _NAMED:
            return last(node) in same
        if kind in PLAIN:
            return False
        if kind is ast.Call:
            word = last_called(node)
            passes = not word or word in _HANDS_BACK or word in self.functions or word in self._given
            return passes and self.holds(node, held)
        if kind in _HOLDING:
            return self.holds(node, held)
        return any(self.is_one(one, held, same) for one in below(node))

    # one step

    def _words(self, node: Any) -> frozenset[str]:
        """All words in an expression."""
        found = self._deep.get(id(node))
        if found is None:
            found = self._deep[id(node)] = frozenset(_every(node))
        return found

    def _step(self, word: str, *, deep: bool) -> frozenset[str]:
        found = self._steps.get((deep, word))
        if found is None:
            called = word.endswith("()")
            made = self._by_call(word[:-2], deep=deep) if called else self._bound(word, deep=deep)
            found = self._steps[deep, word] = frozenset(made)
        return found

    def _bound(self, word: str, *, deep: bool) -> set[str]:
        """The words of all that a word is bound to."""
        found = {self.imports[word].rpartition(".")[2]} if word in self.imports else set[str]()
        found |= self.classes.keys() if word == "super" else set()
        behind = [*self._given.get(word, ())]
        behind += [base for one in self.classes.get(word, ()) for base in one.bases]
        for one in self.functions.get(word, ()):
            found |= self._outcome(one, deep=deep) if deep or is_property(one) else set()
        for value in behind:
            found |= self._words(value) if deep else meant(value)
        return found

    def _by_call(self, word: str, *, deep: bool) -> set[str]:
        """The words of what a call of a word gives."""
        found = {one if one.endswith(_TWICE) else f"{one}()" for one in self._step(word, deep=deep)}
        for one in self.functions.get(word, ()):
            found |= self._outcome(one, deep=deep)
        return found

    def _outcome(self, function: Any, *, deep: bool) -> set[str]:
        found = typed(function.returns)
        for value in given_back(function):
            found |= self._words(value) if deep else meant(value)
        return found

    # what the lines bind

    def _note(self, name: str, *values: Any) -> None:
        self._given.setdefault(name, []).extend(values)

    def _note_imports(self, package: str) -> None:
        for _, node in self.census.all(ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                self.imports[one.asname or first] = one.name if one.asname else first
        for _, other in self.census.all(ast.ImportFrom):
            home = absolute(other.module or "", other.level, package)
            for one in other.names:
                self.imports[one.asname or one.name] = f"{home}.{one.name}"

    def _note_definitions(self) -> None:
        for kind in FUNCTIONS:
            for at, node in self.census.all(kind):
                around = at.around[-1] if at.around else None
                self.functions.setdefault(node.name, []).append(node)
                self.around.setdefault(node.name, []).append(around)
                self._note_parameters(node, around.name if isinstance(around, ast.ClassDef) else "")
        for _, one in self.census.all(ast.ClassDef):
            self.classes.setdefault(one.name, []).append(one)

    def _note_parameters(self, node: Def, owner: str) -> None:
        """A parameter stands for its default, what its annotation names, and all that calls in these lines hand over."""
        calls = [call for word in {node.name, "cls", owner} for _, call in self.census.calls.get(word, ())]
        handed = [part for call in calls for part in (*call.args, *(one.value for one in call.keywords))]
        given = node.args
        plain = [*given.posonlyargs, *given.args]
        for one in plain[:1] if owner else ():
            self._note(one.arg, ast.Name(owner))
        placed = zip(plain[len(plain) - len(given.defaults) :], given.defaults, strict=True)
        for one, value in (*placed, *zip(given.kwonlyargs, given.kw_defaults, strict=True)):
            self._note(one.arg, *filter(None, (value,)))
        for one in arguments(given):
            self._note(one.arg, *map(ast.Name, typed(one.annotation)), *handed)

    def _note_values(self) -> None:
        for kind in _GIVING:
            for _, node in self.census.all(kind):
                for target in node.targets if kind is ast.Assign else (node.target,):
                    self._note_target(target, node.value, *map(ast.Name, typed(getattr(node, "annotation", None))))
        for kind in _LOOPS:
            for _, node in self.census.all(kind):
                self._note_target(node.target, _contained(node.iter))
        for _, item in self.census.all(ast.withitem):
            if item.optional_vars is not None:
                self._note_target(item.optional_vars, item.context_expr, *_ENTERED)

        for word in FILLS:
            for _, call in self.census.calls.get(word, ()):
                if isinstance(call.func, ast.Attribute):
                    self._note_target(call.func.value, *map(_contained, call.args))

    def _note_target(self, target: Any, *values: Any) -> None:
        parts = target.__class__ not in _NAMED
        for one in nodes(target):
            if one.__class__ in _NAMED:
                self._note(last(one), *(_contained(value) if parts else value for value in values if value is not None))


_GIVING: tuple[Any, ...] = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
_LOOPS: tuple[Any, ...] = (ast.For, ast.AsyncFor, ast.comprehension)
_ENTERED = tuple(ast.Call(ast.Name(word), [], []) for word in ("__enter__", "__aenter__"))


def _contained(value: ast.expr) -> ast.expr:
    """What stands in something, whatever that is: a list is no parameter, but what is in it may be one."""
    return ast.Subscript(value, ast.Constant(0))


def _every(node: ast.AST) -> Iterator[str]:
    for one in nodes(node):
        if one.__class__ in _NAMED:
            yield last(one)
        elif one.__class__ is ast.Constant and one.value.__class__ is str:
            yield from _said(one.value)


def _said(text: str) -> list[str]:
    return words(text) if len(text) < _LONGEST else []


def meant(node: Any) -> set[str]:
    """The words that an expression may be a value of; a call of one has brackets behind it."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        kind = one.__class__
        if kind in _NAMED:
            found.add(last(one))
        elif kind is ast.Constant:
            found.update(_said(one.value) if one.value.__class__ is str else ())
        elif kind is ast.Call:
            name = last_called(one)
            found |= {f"{word}()" for word in meant(one.func)} | ({"get"} if name == "getattr" else set())
            waiting.append(one.func)
            if not name or name in _REACHING:
                waiting += [*one.args, *(word.value for word in one.keywords)]
                waiting += [one.func.value] if isinstance(one.func, ast.Attribute) else []
        elif kind is ast.Subscript:
            waiting.append(one.value)
        elif kind is ast.IfExp:
            waiting += (one.body, one.orelse)
        elif kind not in _FOLDED or kind is ast.BinOp:
            waiting += below(one)
    return found


def typed(annotation: Any) -> set[str]:
    """The words of the types that an annotation speaks of, as `names` reads it."""
    if annotation.__class__ is ast.Subscript:
        inside = getattr(annotation.slice, "elts", [annotation.slice]) if last(annotation.value) in _HOLDERS else ()
        return {word for one in inside for word in typed(one)}
    if annotation.__class__ is ast.BinOp:
        return typed(annotation.left) | typed(annotation.right)
    return meant(annotation) if annotation.__class__ in (*_NAMED, ast.Constant) else set()


def is_property(function: Any) -> bool:
    """Whether a method is called by asking for an attribute."""
    return any(last(one.func if isinstance(one, ast.Call) else one) in _PROPERTIES for one in function.decorator_list)


def given_back(function: Any) -> list[Any]:
    """What a function returns or yields."""
    found = inside(function, ast.Return, ast.Yield, ast.YieldFrom)
    return [one.value for one in found if one.value is not None]


def inside(function: Any, *kinds: type, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """The nodes of some kinds in a function, those of functions in it left out, and what is in nodes of further kinds."""
    waiting: list[Any] = list(function.body)
    while waiting:
        one = waiting.pop()
        if one.__class__ in kinds:
            yield one
        if one.__class__ not in _LATER and one.__class__ not in but:
            waiting += below(one)
