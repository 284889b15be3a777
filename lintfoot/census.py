"""What stands in a text, by kind, as Python's own parser reads it: one parse and one walk for all who look for places.

That takes a twentieth of the time that libcst takes, and hardly more than asking whether the syntax is right. Whoever asks
gets every node with the statement that it stands in: only lines of statements (and of handlers and cases) are to be
trusted, as 3.11 misplaces what stands in f-strings.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from lintfoot.finder import plain_words
from lintfoot.regexes import regex

Node = TypeVar("Node", bound=ast.AST)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LONGEST = 4  # names behind a name
_CHAIN = regex(r"\b\d*+([^\W\d]\w*+(?:\s*\.\s*\w+)+)")  # no second try inside a long word: that takes its square
_WORD = regex(r"\w+")
_NO_NODES = frozenset(  # fields that hold no node worth a visit
    "id attr arg name module level asname kind ctx op ops type_comment is_async conversion simple type_ignores rest kwd_attrs "
    "tag".split()
)
_NAMED: dict[Any, str] = {  # what a node is called
    ast.Name: "id",
    ast.keyword: "arg",
    ast.arg: "arg",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}


class Statement(NamedTuple):
    """A statement, a handler or a case: the line on which it begins, and the functions and classes around, the innermost last."""

    node: Any
    line: int
    around: tuple[Any, ...]


class Census:
    """The nodes of one text."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree

    def all(self, kind: type[Node]) -> list[tuple[Statement, Node]]:
        """The nodes of one class, each with the innermost statement that it stands in or is."""
        return self._held.get(kind, [])

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, handler and case, in no order worth relying on."""
        found: list[Statement] = []
        waiting: list[tuple[Any, tuple[Any, ...]]] = [(node, ()) for node in self.tree.body]
        while waiting:
            node, around = waiting.pop()
            found.append(Statement(node, _line(node), around))
            if _BLOCKS_OF[node.__class__]:
                inside = (*around, node) if isinstance(node, _SCOPES) else around
                waiting += [(one, inside) for one in blocks(node)]
        return tuple(found)

    def behind(self, names: Collection[str]) -> dict[str, set[str]]:
        """What is written behind some names: `.session`, `.session.get`; also in quotes, as annotations stand there."""
        found = behind(names, "\n\0".join(text for text in self._quoted if "." in text))
        for _, attribute in self.all(ast.Attribute):
            node: Any = attribute
            parts: list[str] = []
            while node.__class__ is ast.Attribute and len(parts) < _LONGEST:
                parts.append(node.attr)
                node = node.value
                kind = node.__class__
                name = node.id if kind is ast.Name else node.attr if kind is ast.Attribute else ""
                if name in found:
                    found[name].add(f".{'.'.join(reversed(parts))}")
        return found

    @cached_property
    def calls(self) -> dict[str, list[tuple[Statement, ast.Call]]]:
        """The calls by the last name of what is called."""
        found: dict[str, list[tuple[Statement, ast.Call]]] = {}
        for statement, node in self.all(ast.Call):
            found.setdefault(last_called(node), []).append((statement, node))
        return found

    @cached_property
    def texts(self) -> dict[str | bytes, list[Statement]]:
        """By each text of a literal the statements in which it stands."""
        found: dict[str | bytes, list[Statement]] = {}
        for statement, node in self.all(ast.Constant):
            value = node.value
            if value.__class__ is str or value.__class__ is bytes:
                found.setdefault(value, []).append(statement)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """The names in the text, wherever they stand but in imports, and the words of its quoted texts: types may stand there."""
        found: set[str | None] = set()
        for kind, name in _NAMED.items():
            found.update(map(attrgetter(name), (node for _, node in self.all(kind))))
        outer: list[tuple[Statement, Any]] = [*self.all(ast.Global), *self.all(ast.Nonlocal)]
        found.update(name for _, node in outer for name in node.names)
        return self.members.union(filter(None, found))

    @cached_property
    def members(self) -> frozenset[str]:
        """Of these the ones that may be asked of an object: attributes, also by patterns, and the words of quoted texts."""
        found = {node.attr for _, node in self.all(ast.Attribute)}
        found.update(name for _, node in self.all(ast.MatchClass) for name in node.kwd_attrs)
        quoted = "\n".join(self._quoted)
        return plain_words(quoted).union(found) if quoted.isascii() else frozenset(found.union(_WORD.findall(quoted)))

    @property
    def _quoted(self) -> Iterator[str]:
        """The texts in quotes, but for docstrings."""
        for statement, node in self.all(ast.Constant):
            if isinstance(node.value, str) and not _is_docstring(statement.node, node):
                yield node.value

    def within(self, statement: Statement) -> list[Any]:
        """The nodes that stand in a statement itself, and it: what stands in statements below it is left out."""
        found: list[Any] = []
        waiting: list[Any] = [statement.node]
        while waiting:
            node = waiting.pop()
            found.append(node)
            _PARTS[node.__class__](node, waiting)
        return found

    @cached_property
    def _held(self) -> dict[type, list[Any]]:
        held: dict[type, list[Any]] = {}
        for statement in self.statements:
            waiting: list[Any] = [statement.node]
            while waiting:
                node = waiting.pop()
                kind = node.__class__
                known = held.get(kind)
                if known is None:
                    known = held[kind] = []
                known.append((statement, node))
                _PARTS[kind](node, waiting)
        return held


def behind(names: Collection[str], text: str) -> dict[str, set[str]]:
    """The same for a text, whatever stands in it."""
    found: dict[str, set[str]] = {name: set() for name in names}
    for chain in _CHAIN.findall(text) if found else ():
        parts = _WORD.findall(chain)
        for place, name in enumerate(parts[:-1]):
            if name in found:
                after = parts[place + 1 : place + 1 + _LONGEST]
                found[name].update(f".{'.'.join(after[:length])}" for length in range(1, len(after) + 1))
    return found


def _is_docstring(statement: Any, node: ast.Constant) -> bool:
    return statement.__class__ is ast.Expr and statement.value is node


def _line(node: Any) -> int:
    line: int = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    return line


def blocks(node: ast.AST) -> list[Any]:
    """The statements, handlers and cases right below a statement: most have none."""
    return [one for name in _BLOCKS_OF[node.__class__] for one in getattr(node, name)]


def last(node: Any) -> str:
    """`sleep` of `time.sleep`, of `clock().sleep`; empty for anything that is no name."""
    kind = node.__class__
    return str(node.id) if kind is ast.Name else str(node.attr) if kind is ast.Attribute else ""


def last_called(call: ast.Call) -> str:
    """The last name of what is called, as it is written: also `modules["cmd.run"](…)`; empty for all else."""
    func = call.func
    if func.__class__ is ast.Subscript and isinstance(func.slice, ast.Constant) and isinstance(func.slice.value, str):
        return func.slice.value
    return last(func)


def inputs(call: ast.Call) -> list[ast.expr]:
    """What a call is given, by place and by keyword; what is unpacked as it stands there."""
    return [*call.args, *(one.value for one in call.keywords)]


def arguments(given: ast.arguments) -> list[ast.arg]:
    """All parameters of a function."""
    rest = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *rest]


def defaults(given: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """The parameters that have a default."""
    params = [*given.posonlyargs, *given.args]
    yield from zip(params[len(params) - len(given.defaults) :], given.defaults, strict=True)
    yield from (
        (one, value) for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is not None
    )


def nodes(root: ast.AST, *, but: type[ast.AST] | None = None) -> list[Any]:
    """A node and all below it, each before what is in it; of nodes of one class, if any, nothing below. Not only nodes."""
    found: list[Any] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if node.__class__ is not but:
            _ALL[node.__class__](node, waiting)
    return found


def below(node: ast.AST) -> list[Any]:
    """The nodes right below a node."""
    found: list[Any] = []
    _ALL[node.__class__](node, found)
    return found


class _Parts(dict[type, Callable[[Any, list[Any]], None]]):
    """By the class of a node, what puts the nodes right below it on a pile, but for those in blocks of a statement."""

    def __init__(self, blocks: tuple[str, ...]) -> None:
        super().__init__()
        self.blocks = blocks

    def __missing__(self, kind: type) -> Callable[[Any, list[Any]], None]:
        made = self[kind] = _putting(kind, self.blocks)
        return made


def _putting(kind: type, blocks: tuple[str, ...]) -> Callable[[Any, list[Any]], None]:
    apart = blocks if issubclass(kind, (ast.stmt, ast.ExceptHandler, ast.match_case)) else ()
    left_out = {*_NO_NODES, *apart} - ({"name"} if kind.__name__ == "TypeAlias" else set())  # whose name is a node
    fields = [name for name in getattr(kind, "_fields", ()) if name not in left_out]
    if kind is ast.Constant or not issubclass(kind, ast.AST) or not fields:
        return _nothing
    get: Callable[[Any], Any] = attrgetter(*fields)

    def put(node: Any, pile: list[Any]) -> None:
        for value in get(node):
            if value.__class__ is list:
                pile += value
            elif value is not None:
                pile.append(value)

    def put_one(node: Any, pile: list[Any]) -> None:
        value: Any = get(node)
        if value.__class__ is list:
            pile += value
        elif value is not None:
            pile.append(value)

    return put if len(fields) > 1 else put_one


def _nothing(node: object, pile: object) -> None:
    del node, pile


class _Blocks(dict[type, tuple[str, ...]]):
    """By the class of a statement, its fields that hold others."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        made = self[kind] = tuple(name for name in _BLOCKS if name in getattr(kind, "_fields", ()))
        return made


_BLOCKS_OF = _Blocks()
_PARTS = _Parts(_BLOCKS)  # the statements in it are left out
_ALL = _Parts(())
