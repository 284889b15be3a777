"""What names are known by where values are followed: a function's own by the function, all others by the word alone.

An attribute is one in all objects, and what is known under the same word in a module or a class is that, too.
"""

from __future__ import annotations

import ast
from typing import Any

from lintfoot.bindings import MODULE, Bindings, Key
from lintfoot.census import Statement

Word = str | Key
_SELVES = ("self", "cls")


class Words:
    """The names of one file."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self._functions = {id(node) for many in bindings.functions.values() for node, _ in many}
        # What may be of another scope than it seems, and what other files tell of, is one wherever it stands.
        self._wide = {*_SELVES, *(key[1] for _, key in bindings.imports)}
        outward: list[tuple[Statement, Any]] = [*bindings.census.all(ast.Global), *bindings.census.all(ast.Nonlocal)]
        self._wide.update(name for _, node in outward for name in node.names)
        for statement, word in bindings.loose:
            outer = bindings.look_up(word, statement.around[:-1])
            if outer[0] != MODULE or outer in bindings.times:
                self._wide.add(word)

    def name(self, name: str, statement: Statement) -> Word:
        """What a name in a statement is known by."""
        if name in self._wide:
            return name
        key = self.bindings.resolve(name, statement)
        return key if key[0] in self._functions else name

    def of(self, node: Any, statement: Statement) -> Word:
        """What a variable or an attribute is known by; empty for anything else."""
        kind = node.__class__
        return self.name(node.id, statement) if kind is ast.Name else str(node.attr) if kind is ast.Attribute else ""

    def parameter(self, function: Any, name: str) -> Word:
        """What a parameter is known by in its function."""
        return name if name in self._wide else (id(function), name)

    def defined(self, node: Any, around: tuple[Any, ...]) -> set[Word]:
        """What a function or a class is known by, which stands in others: a name of a function, and an attribute."""
        return {node.name, *((id(one), node.name) for one in around[-1:] if id(one) in self._functions)}

    def target(self, node: ast.expr, statement: Statement) -> set[Word]:
        """The names in a target: of variables, attributes, of what an item is put into."""
        parts = [node] if isinstance(node, ast.Name | ast.Attribute) else ast.walk(node)
        return {self.of(one, statement) for one in parts}.difference(_SELVES, ("",))

    def mentions(self, word: Word) -> list[Statement]:
        """The statements that may mention what is known by a word."""
        found = self.bindings.mentions.get(word if isinstance(word, str) else word[1], [])
        return found if isinstance(word, str) else [at for at in found if self.name(word[1], at) == word]
