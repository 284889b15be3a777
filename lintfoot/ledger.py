"""Which lines of a text bind a name, write an attribute, define a function: told by Python's own parser.

It reads ten times as many lines a second as libcst, so that libcst is given the lines alone that hold what was asked for. Every
line is that of a statement (or of a handler, a case), never of an expression in it: those of f-strings are not to be trusted.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from lintfoot.census import Census, arguments
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex

Lines = dict[str, list[int]]
MODULE = 0  # the scope of the top level; others are known by the line of their `def` or `class`
_INSIDE = regex(
    r"for(?<=\bfor)\b(?:(?!\b(?:in|for)\b)[^:.\[])*+[.\[]"
)  # targets in expressions; found by its first letters


@dataclass(slots=True)
class Ledger:
    """By name, the lines of the statements that hold it: all that an index of the whole module notes, and little more.

    `bound` is by scope. `attributes` are written as `….name`, `items` as `name[…]` or `….name[…]`. `made` are the names that
    some scope gives the result of a call; `returns` the lines of each function's own `return`.
    """

    bound: dict[int, Lines] = field(default_factory=lambda: {MODULE: {}})
    attributes: Lines = field(default_factory=dict)
    items: Lines = field(default_factory=dict)
    defined: Lines = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    returns: dict[int, list[int]] = field(default_factory=dict)

    def binders(self, scope: int, name: str) -> list[int]:
        """The lines that bind a name in a scope."""
        return self.bound.get(scope, {}).get(normal(name), [])

    def writers(self, name: str, *, item: bool) -> list[int]:
        """The lines that assign to `….name`, or to `name[…]` and `….name[…]`."""
        return (self.items if item else self.attributes).get(normal(name), [])

    def definers(self, name: str) -> list[int]:
        """The lines on which functions and classes of a name begin, wherever they stand."""
        return self.defined.get(normal(name), [])


def ledger(tree: ast.Module, code: str) -> Ledger:
    """Read a text; `code` is what it is without comments and strings."""
    reader = _Reader(inside=":=" in code or _INSIDE.search(code) is not None)
    reader.all(tree.body)
    reader.hand_out()
    return reader.found


def all_bound(census: Census) -> frozenset[str]:
    """Every name that any scope of a text binds, the smallest included."""
    found = {node.id for _, node in census.all(ast.Name) if node.ctx.__class__ is ast.Store}
    found.update(node.arg for _, node in census.all(ast.arg))
    found.update(node.asname or node.name.partition(".")[0] for _, node in census.all(ast.alias))
    for kind in _NAMED:
        found.update(filter(None, (node.name for _, node in census.all(kind))))
    found.update(filter(None, (node.rest for _, node in census.all(ast.MatchMapping))))
    return frozenset(found)


def mentions(census: Census) -> dict[str, set[int]]:
    """The lines of the statements in which each name stands in code, whatever it is there."""
    found: dict[str, set[int]] = {}
    for kind, words in _WORDS.items():
        for statement, node in census.all(kind):
            for word in words(node):
                found.setdefault(word, set()).add(statement.line)
    return found


def _dotted(node: Any) -> list[str]:
    return [*node.name.split("."), node.asname] if node.asname else node.name.split(".")


_NAMED: tuple[Any, ...] = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
)


_WORDS: dict[Any, Callable[[Any], Iterable[str]]] = {
    ast.Name: lambda node: (node.id,),
    ast.Attribute: lambda node: (node.attr,),
    ast.arg: lambda node: (node.arg,),
    ast.keyword: lambda node: (node.arg,) if node.arg else (),
    ast.alias: _dotted,
    ast.Global: lambda node: node.names,
    ast.Nonlocal: lambda node: node.names,
    ast.MatchMapping: lambda node: (node.rest,) if node.rest else (),
    ast.MatchClass: lambda node: node.kwd_attrs,
    **dict.fromkeys(_NAMED, lambda node: (node.name,) if node.name else ()),
}


def normal(name: str) -> str:
    """A name, or a text of names, as Python's parser knows it; libcst keeps it as it is written."""
    if name.isascii():
        return name
    from unicodedata import normalize  # few scripts need it

    return normalize("NFKC", name)


class _Reader:
    """Goes through the statements of a module; into their expressions only where names are bound there."""

    def __init__(self, *, inside: bool) -> None:
        self.found = Ledger()
        self.inside = inside
        self.scopes = [MODULE]
        self.outer: list[tuple[int, list[str], tuple[int, ...]]] = []  # what a scope binds for those round it

    def all(self, statements: list[Any]) -> None:
        for node in statements:
            if self.inside:
                self.expressions(node)
            step = _STEPS.get(node.__class__)
            if step is not None:
                step(self, node)

    def hand_out(self) -> None:
        """What `global` and `nonlocal` name is bound further out: by whom exactly is not worth telling."""
        bound = self.found.bound
        for scope, names, above in self.outer:
            for name in names:
                lines = bound[scope].get(name, ())
                for other in above:
                    bound[other].setdefault(name, []).extend(lines)

    # what is bound

    def bind(self, name: str, line: int) -> None:
        self.found.bound[self.scopes[-1]].setdefault(name, []).append(line)

    def target(self, node: ast.expr, line: int, value: ast.expr | None = None) -> None:
        match node:
            case ast.Name(id=name):
                self.bind(name, line)
                if isinstance(value, ast.Call):
                    self.found.made.add(name)
            case ast.Attribute(attr=name):
                self.found.attributes.setdefault(name, []).append(line)
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
                self.found.items.setdefault(name, []).append(line)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.target(element, line, value)
            case ast.Starred(value=inner):
                self.target(inner, line, value)
            case _:
                pass

    def expressions(self, statement: ast.stmt) -> None:
        """What is bound in the expressions of a statement, those of the statements below it left out."""
        line = statement.lineno
        waiting: list[Any] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.NamedExpr):
                self.target(node.target, line, node.value)
            elif isinstance(node, ast.comprehension) and not isinstance(node.target, ast.Name):
                self.target(node.target, line, node.iter)
            waiting += [one for one in ast.iter_child_nodes(node) if not isinstance(one, _APART)]

    # statements

    def assign(self, node: Any) -> None:
        for target in node.targets:
            self.target(target, node.lineno, node.value)

    def assign_one(self, node: Any) -> None:
        self.target(node.target, node.lineno, node.value)

    def alias(self, node: Any) -> None:
        self.bind(node.name.id, node.lineno)

    def imports(self, node: Any) -> None:
        for one in node.names:
            if one.name != "*":
                self.bind(one.asname or one.name.partition(".")[0], node.lineno)

    def definition(self, node: Any) -> None:
        line = node.lineno
        self.bind(node.name, line)
        self.found.defined.setdefault(node.name, []).append(line)
        own = self.found.bound.setdefault(line, {})
        taken = getattr(node, "args", None)  # a class has none
        for parameter in arguments(taken) if taken is not None else ():
            own.setdefault(parameter.arg, []).append(line)
        self.scopes.append(line)
        self.all(node.body)
        self.scopes.pop()

    def loop(self, node: Any) -> None:
        self.target(node.target, node.lineno, node.iter)
        self.branches(node)

    def branches(self, node: Any) -> None:
        self.all(node.body)
        self.all(node.orelse)

    def entered(self, node: Any) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self.target(item.optional_vars, node.lineno, item.context_expr)
        self.all(node.body)

    def tried(self, node: Any) -> None:
        self.all(node.body)
        for handler in node.handlers:
            if self.inside and handler.type is not None:
                self.expressions(handler)
            if handler.name:
                self.bind(handler.name, handler.lineno)
            self.all(handler.body)
        self.all(node.orelse)
        self.all(node.finalbody)

    def match(self, node: Any) -> None:
        for case in node.cases:
            for one in ast.walk(case.pattern):
                for name in (getattr(one, "name", None), getattr(one, "rest", None)):
                    if name is not None:
                        self.bind(name, node.lineno)
                        self.bind(name, one.lineno)  # type: ignore[attr-defined]
            self.all(case.body)

    def returned(self, node: Any) -> None:
        self.found.returns.setdefault(self.scopes[-1], []).append(node.lineno)

    def outward(self, node: Any) -> None:
        for name in node.names:
            self.bind(name, node.lineno)  # at the top level it binds nothing, but says how to look the name up
        self.outer.append((self.scopes[-1], node.names, tuple(self.scopes[:-1])))


_APART = (ast.stmt, ast.ExceptHandler)
_STEPS: dict[type, Callable[[_Reader, Any], None]] = {
    ast.Assign: _Reader.assign,
    ast.AnnAssign: _Reader.assign_one,
    ast.AugAssign: _Reader.assign_one,
    ast.Import: _Reader.imports,
    ast.ImportFrom: _Reader.imports,
    ast.FunctionDef: _Reader.definition,
    ast.AsyncFunctionDef: _Reader.definition,
    ast.ClassDef: _Reader.definition,
    ast.For: _Reader.loop,
    ast.AsyncFor: _Reader.loop,
    ast.If: _Reader.branches,
    ast.While: _Reader.branches,
    ast.With: _Reader.entered,
    ast.AsyncWith: _Reader.entered,
    ast.Try: _Reader.tried,
    ast.Match: _Reader.match,
    ast.Return: _Reader.returned,
    ast.Global: _Reader.outward,
    ast.Nonlocal: _Reader.outward,
}
for _name, _step in (("TryStar", _Reader.tried), ("TypeAlias", _Reader.alias)):  # of newer Pythons
    if hasattr(ast, _name):
        _STEPS[getattr(ast, _name)] = _step
