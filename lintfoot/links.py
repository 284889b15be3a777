"""Which words of a few lines lead to which others: through all that the lines bind to them, whatever scope that is in.

A word is a name or the last name of an attribute. What is not reached this way, nobody can follow who reads the lines: `names`
tells scopes and objects apart, and follows no more than this.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from lintfoot.bindings import FUNCTIONS
from lintfoot.census import Census, arguments, below, defaults, inputs, last, last_called, nodes
from lintfoot.gist import (
    HANDS_BACK,
    HOLDING,
    LISTS,
    NAMED,
    PLAIN,
    bound_to,
    every,
    given_back,
    is_property,
    marked,
    meant,
    typed,
)
from lintfoot.places import absolute
from lintfoot.sketches import Def
from lintfoot.steps import FILLS


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
        self._origins: dict[int, set[str]] = {}
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
        found = self._origins.get(id(node))
        if found is None:
            found = self._origins[id(node)] = self.reached(self._words(node), deep=True)
        return found

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
        if kind in NAMED:
            return last(node) in same
        if kind in PLAIN:
            return False
        if kind is ast.Call:
            word = last_called(node)
            passes = not word or word in HANDS_BACK or word in self.functions or word in self._given
            return passes and self.holds(node, held)
        if kind in HOLDING:
            return self.holds(node, held)
        return any(self.is_one(one, held, same) for one in below(node))

    # one step

    def _words(self, node: Any) -> frozenset[str]:
        """All words in an expression."""
        found = self._deep.get(id(node))
        if found is None:
            found = self._deep[id(node)] = frozenset(every(node))
        return found

    def _step(self, word: str, *, deep: bool) -> frozenset[str]:
        found = self._steps.get((deep, word))
        if found is None:
            how = {"()": self._by_call, "[]": self._within}.get(word[-2:])
            made = how(word[:-2], deep=deep) if how is not None else self._bound(word, deep=deep)
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
            found |= self._words(value) if deep else bound_to(value)
        return found

    def _by_call(self, word: str, *, deep: bool) -> set[str]:
        """The words of what a call of a word gives."""
        found = {marked(one, "()") for one in self._step(word, deep=deep)}
        for one in self.functions.get(word, ()):
            found |= self._outcome(one, deep=deep)
        return found

    def _within(self, word: str, *, deep: bool) -> set[str]:
        """The words of what stands in the lists and dicts that a word is bound to."""
        found = {marked(one, "[]") for one in self._step(word, deep=deep)}
        given = self._given.get(word, ())
        back = [value for one in self.functions.get(word.removesuffix("()"), ()) for value in given_back(one)]
        for value in (*given, *back):
            found |= meant(value) if value.__class__ in LISTS else set()
        return found

    def _outcome(self, function: Any, *, deep: bool) -> set[str]:
        found = typed(function.returns)
        for value in given_back(function):
            found |= self._words(value) if deep else bound_to(value)
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
        handed = [part for call in calls for part in inputs(call)]
        for one in (*node.args.posonlyargs, *node.args.args)[:1] if owner else ():
            self._note(one.arg, ast.Name(owner))
        for one, value in defaults(node.args):
            self._note(one.arg, value)
        for one in arguments(node.args):
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
        parts = target.__class__ not in NAMED
        for one in nodes(target):
            if one.__class__ in NAMED:
                self._note(last(one), *(_contained(value) if parts else value for value in values if value is not None))


_GIVING: tuple[Any, ...] = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
_LOOPS: tuple[Any, ...] = (ast.For, ast.AsyncFor, ast.comprehension)
_ENTERED = tuple(ast.Call(ast.Name(word), [], []) for word in ("__enter__", "__aenter__"))


def _contained(value: ast.expr) -> ast.expr:
    """What stands in something, whatever that is: a list is no parameter, but what is in it may be one."""
    return ast.Subscript(value, ast.Constant(0))
