"""Which names a text binds in which scope, and which statements mention and call what: by its census, with no values told.

A name of a function is not the same as that of another function; an attribute is known by its last name alone, whatever
stands before it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from lintfoot.census import Census, Statement, arguments
from lintfoot.regexes import regex

Key = tuple[int, str]  # a scope and a word: the id of its function or class, or one of these two
MODULE, ATTRIBUTE = 0, -1
LAMBDA = "lambda"  # what functions without a name are called, each in a scope of its own
FUNCTIONS: tuple[Any, ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAMES = (ast.Name, ast.Attribute)
_OUTWARD: tuple[Any, ...] = (ast.Global, ast.Nonlocal)
_WORD = regex(r"[^\W\d]\w*")


class Bindings:
    """The scopes of one text. `home` gives the module that an import speaks of."""

    def __init__(self, census: Census, home: Callable[[ast.ImportFrom], str]) -> None:
        self.census = census
        self.mentions: dict[str, list[Statement]] = {}
        self.links: dict[Key, list[Key]] = {}  # what else a name stands for
        self.imports: list[tuple[str, Key]] = []  # the full name, and what it is bound to; a star to a star
        self.functions: dict[str, list[tuple[Any, Statement]]] = {}
        self.classes: dict[str, list[tuple[ast.ClassDef, Statement]]] = {}
        self.calls = census.calls
        self.indirect = [one for one in census.all(ast.Call) if one[1].func.__class__ not in _NAMES]  # under no name
        self.times: dict[Key, int] = {}  # how often a name is bound
        self.made: set[str] = set()  # words that stand for anything but functions of this file and what imports call so
        self.given: set[str] = set()  # all words that are bound to anything but what an import calls so itself
        self._bound: dict[int, set[str]] = {MODULE: set()}
        self._resolved: dict[tuple[int, str], Key] = {}
        self._uses: dict[str, dict[Key, list[Statement]]] = {}
        self.loose: list[tuple[Statement, str]] = []  # bound in a scope of their own inside a statement
        self._home = home
        self._names()
        self._definitions()
        self._imports()
        self._others()
        self._calls()
        self._link()

    def resolve(self, word: str, statement: Statement) -> Key:
        """What a name in a statement means, as Python looks it up; what nothing binds is the module's."""
        around = statement.around
        found = self._resolved.get((id(around), word))
        if found is None:
            found = self._resolved[id(around), word] = self.look_up(word, around)
        return found

    def look_up(self, word: str, around: tuple[Any, ...]) -> Key:
        """What a name means in some functions and classes."""
        for place in range(len(around) - 1, -1, -1):
            node = around[place]
            visible = place == len(around) - 1 or not isinstance(node, ast.ClassDef)
            if visible and word in self._bound.get(id(node), ()):
                return id(node), word
        return MODULE, word

    def uses(self, key: Key) -> Sequence[Statement]:
        """The statements that may mention what a key stands for.

        A name stands for what it is resolved to, but that of a class also for what `super` asks; functions without a name
        have none to be resolved.
        """
        scope, word = key
        mentions = self.mentions.get(word, ())
        if scope == ATTRIBUTE or word == LAMBDA or word in self.classes:
            return mentions
        found = self._uses.get(word)
        if found is None:
            found = self._uses[word] = {}
            for statement in mentions:
                found.setdefault(self.resolve(word, statement), []).append(statement)
        return found.get(key, ())

    def parameters(self, function: Any) -> list[Key]:
        """The positional parameters of a function."""
        return [(id(function), one.arg) for one in (*function.args.posonlyargs, *function.args.args)]

    @cached_property
    def values(self) -> dict[Key, list[tuple[Statement, ast.expr | None]]]:
        """What names are given by plain assignment, with the statement; None for a parameter, and for what is added to one.

        `times` tells whether that is all.
        """
        found: dict[Key, list[tuple[Statement, ast.expr | None]]] = {}
        for statement, node in self.census.all(ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(self.resolve(target.id, statement), []).append((statement, node.value))
        kinds: tuple[Any, ...] = (ast.AnnAssign, ast.AugAssign)
        for kind in kinds:
            for statement, one in self.census.all(kind):
                if isinstance(one.target, ast.Name):
                    value = one.value if kind is ast.AnnAssign else None
                    found.setdefault(self.resolve(one.target.id, statement), []).append((statement, value))
        for function, statement in (one for many in self.functions.values() for one in many):
            for key in self.parameters(function):
                found.setdefault(key, []).append((statement, None))
        return found

    # reading

    def _bind(self, scope: int, word: str, *, function: bool = False) -> None:
        self._bound.setdefault(scope, set()).add(word)
        self.times[scope, word] = self.times.get((scope, word), 0) + 1
        self.given.add(word)
        if not function:
            self.made.add(word)

    def _names(self) -> None:
        mentions = self.mentions
        for statement, node in self.census.all(ast.Name):
            word = node.id
            held = mentions.get(word)
            if held is None:
                mentions[word] = [statement]
            elif held[-1] is not statement:
                held.append(statement)
            if node.ctx.__class__ is not ast.Load:
                self._bind(scope_of(statement), word)
        for statement, attribute in self.census.all(ast.Attribute):
            word = attribute.attr
            held = mentions.get(word)
            if held is None:
                mentions[word] = [statement]
            elif held[-1] is not statement:
                held.append(statement)
            if attribute.ctx.__class__ is not ast.Load:
                self.given.add(word)
                self.made.add(word)

    def _mention(self, words: Iterable[str], statement: Statement) -> None:
        for word in words:
            self.mentions.setdefault(word, []).append(statement)

    def _definitions(self) -> None:
        for kind in FUNCTIONS:
            for statement, node in self.census.all(kind):
                self._bind(scope_of(statement), node.name, function=True)
                self.functions.setdefault(node.name, []).append((node, statement))
                for one in arguments(node.args):
                    self._bind(id(node), one.arg)
                    self._quoted(one.annotation, statement)
                self._quoted(node.returns, statement)
        for statement, owner in self.census.all(ast.ClassDef):
            self._bind(scope_of(statement), owner.name)
            self.classes.setdefault(owner.name, []).append((owner, statement))
        for statement, assigned in self.census.all(ast.AnnAssign):
            self._quoted(assigned.annotation, statement)

    def _quoted(self, annotation: ast.expr | None, statement: Statement) -> None:
        """Names in quotes are mentioned as well."""
        if isinstance(annotation, ast.Constant | ast.Subscript | ast.BinOp):
            self._mention((word for text in texts(annotation) for word in _WORD.findall(text)), statement)

    def _imports(self) -> None:
        for statement, node in self.census.all(ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                self._imported(statement, one.name if one.asname else first, one.asname or first)
        for statement, other in self.census.all(ast.ImportFrom):
            home = self._home(other)
            for one in other.names:
                self._imported(statement, f"{home}.{one.name}", one.asname or one.name)

    def _imported(self, statement: Statement, full: str, bound: str) -> None:
        scope = scope_of(statement)
        self._bound.setdefault(scope, set()).add(bound)
        self.times[scope, bound] = self.times.get((scope, bound), 0) + 1
        self.imports.append((full, (scope, bound)))
        if bound != full.rpartition(".")[2]:
            self.given.add(bound)
            self.made.add(bound)

    def same_as(self, word: str) -> set[str]:
        """A name, and the names that it is given by plain assignment."""
        found = {word}
        for key, values in self.values.items():
            if any(isinstance(value, ast.Name) and value.id == word for _, value in values):
                found.add(key[1])
        return found

    def _others(self) -> None:
        for statement, node in self.census.all(ast.ExceptHandler):
            if node.name:
                self._bind(scope_of(statement), node.name)
        for kind in (ast.MatchAs, ast.MatchStar, ast.MatchMapping):
            for statement, one in self.census.all(kind):
                name = getattr(one, "name", None) or getattr(one, "rest", None)
                if name:
                    self._bind(scope_of(statement), name)
        for statement, part in self.census.all(ast.comprehension):
            for target in ast.walk(part.target):
                if isinstance(target, ast.Name):
                    self.loose.append((statement, target.id))
        for statement, short in self.census.all(ast.Lambda):
            self._mention((LAMBDA,), statement)
            for argument in arguments(short.args):
                self._bind(scope_of(statement), argument.arg)
                self.loose.append((statement, argument.arg))

    def _calls(self) -> None:
        for statement, node in self.calls.get("getattr", ()):
            if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                self._mention((str(node.args[1].value),), statement)
        for statement, _ in self.calls.get("super", ()):
            self._mention((one.name for one in statement.around if isinstance(one, ast.ClassDef)), statement)

    def _link(self) -> None:
        """Note what stands for the same: names of classes as attributes, `global` ones, those of comprehensions."""
        link = self._linked
        for owner, statement in (one for many in self.classes.values() for one in many):
            for word in self._bound.get(id(owner), ()):
                link((id(owner), word), (ATTRIBUTE, word))
            self._selves(owner, key_of(owner, statement))
        for statement, word in self.loose:
            if statement.around:
                link(self.look_up(word, statement.around[:-1]), (scope_of(statement), word))
        for kind in _OUTWARD:
            for statement, node in self.census.all(kind):
                for word in node.names:
                    outer = statement.around[:-1] if kind is ast.Nonlocal else ()
                    further = self.look_up(word, outer)
                    self._bind(scope_of(statement), word)
                    link((scope_of(statement), word), further)
                    link(further, (scope_of(statement), word))

    def _linked(self, one: Key, other: Key) -> None:
        if one != other:
            self.links.setdefault(one, []).append(other)

    def _selves(self, owner: ast.ClassDef, key: Key) -> None:
        waiting: list[Any] = list(owner.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, FUNCTIONS):
                for first in self.parameters(node)[:1]:
                    self._linked(key, first)
            elif not isinstance(node, ast.ClassDef):
                waiting += [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt)]


def scope_of(statement: Statement) -> int:
    """The scope that a statement stands in."""
    return id(statement.around[-1]) if statement.around else MODULE


def key_of(node: Any, statement: Statement) -> Key:
    """What a function or a class is called where it is defined."""
    return scope_of(statement), node.name


def texts(node: ast.AST) -> list[str]:
    """The strings in an expression."""
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def words(text: str) -> list[str]:
    """The names in a text."""
    found: list[str] = _WORD.findall(text)
    return found
