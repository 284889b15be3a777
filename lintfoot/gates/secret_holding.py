"""Which statements a secret may get to, by name: followed through assignments, returns, and what functions are handed.

Names of different scopes are one, and an attribute is one in all objects; what a secret is put into holds it, what asks
something of it does not. Only statements that mention a secret, or a name that one got to, are looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from lintfoot.census import Census, Statement
from lintfoot.gates.bound_names import HANDS_ON
from lintfoot.gates.call_lines import lasts_of
from lintfoot.gates.gate import Named
from lintfoot.gates.secret_expressions import LONGEST_KEY, Expressions, answers, names_one, says
from lintfoot.gates.secret_flows import Flows
from lintfoot.gates.secret_names_gate import GATE
from lintfoot.libraries import Function, Models
from lintfoot.regexes import regex
from lintfoot.secret_names import that_speak
from lintfoot.sight import Sight
from lintfoot.wanted import Leading, Wanted, leading_to

_TOLD = ("getpass", "keyring", "vault", "secretsmanager")
_TYPES = frozenset("[|.")  # in a type that is more than a name
_WORD = regex(r"[^\W\d]\w*")


def handed(sight: Sight, lines: Callable[[Sight], Named | None], *, failing: bool = False) -> Named | None:
    """Of some lines those with a call that a secret is handed to; with `failing` also those that raise or assert with one.

    The lines are asked for only where a secret is handed to anything at all.
    """
    census, layout = sight.census, sight.layout
    if census is None or layout is None:
        return None
    if "holding" not in sight.kept:
        sight.kept["holding"] = Holding(sight, census)
    holding: Holding = sight.kept["holding"]
    found: Named = {line: set() for line in holding.failing} if failing else {}
    if not holding.handed:
        return found
    told = lines(sight)
    if told is None:
        return None
    starts = layout.logical
    for line, at in holding.handed:
        names = {name for one in (line, starts[line - 1], starts[at - 1]) for name in told.get(one, ())}
        if names:
            found.setdefault(line, set()).update(names)
    return found


class Holding:
    """One file: how far a secret gets in it, statement by statement."""

    def __init__(self, sight: Sight, census: Census) -> None:
        self.sight, self.census = sight, census
        self.asked = Expressions()
        self.touched: dict[int, Statement] = {}
        self._mentions: dict[str, list[Statement]] = {}
        self._flows = Flows(census)
        self._follow()

    @cached_property
    def handed(self) -> list[tuple[int, int]]:
        """The lines of statements with a call that is handed a secret, or made of something that was; and those of the calls."""
        return [
            (statement.line, node.lineno)
            for statement in self.touched.values()
            for node in self.census.within(statement)
            if node.__class__ is ast.Call and self._is_handed(node)
        ]

    @cached_property
    def failing(self) -> set[int]:
        """The lines that raise or assert with a secret."""
        found: set[int] = set()
        for statement in self.touched.values():
            match statement.node:
                case ast.Raise(exc=ast.Call() as made) if self._is_handed(made):
                    found.add(statement.line)
                case ast.Assert(msg=ast.expr() as told) if self.asked.holds(told):
                    found.add(statement.line)
                case _:
                    pass
        return found

    def _is_handed(self, node: ast.Call) -> bool:
        every = [*node.args, *(one.value for one in node.keywords)]
        every += [node.func] if not isinstance(node.func, ast.Name | ast.Attribute) else []
        return any(map(self.asked.holds, every))

    def _follow(self) -> None:
        """Go from the statements that mention a secret to those that mention what it got to."""
        waiting = self._first()
        while waiting:
            statement = waiting.pop()
            self.touched[id(statement.node)] = statement
            for word in self._told(statement):
                waiting += self._mentions.get(word, ())

    def _first(self) -> list[Statement]:
        """The statements that mention a secret by themselves."""
        texts: dict[str, list[Statement]] = {}
        self._index(texts)
        told = self.sight.telling(Wanted(_gives_secrets, _leading(self.sight.models), _is_told))
        self.asked.foreign = told.names
        self.asked.sources |= {*lasts_of(self.sight, _gives_secrets, told), *told.calls, *told.names}
        self.asked.named |= told.calls | told.names  # constants of other files: `os.environ[settings.VARIABLE]`
        for _, alias in self.census.all(ast.alias):
            if alias.asname and alias.name.rpartition(".")[2] in self.asked.sources:
                self.asked.sources.add(alias.asname)
        known = that_speak(frozenset(self._mentions))
        first = {word for word in known if says(word) or answers(word)} | (self.asked.sources & self._mentions.keys())
        for text, places in texts.items():
            if text.isidentifier() or (
                len(text) < LONGEST_KEY and not _TYPES.isdisjoint(text)
            ):  # perhaps an annotation
                for word in _WORD.findall(text):
                    self._mentions.setdefault(word, []).extend(places)
        keys = {text for text in that_speak(frozenset(texts)) if names_one(text)} | (self.asked.sources & texts.keys())
        if keys and "add_argument" in self._mentions:
            self.asked.sources |= {word for word in self._mentions if word.startswith(("parse_args", "parse_known"))}
            first |= self.asked.sources & self._mentions.keys()
        return [one for word in first for one in self._mentions[word]] + [one for text in keys for one in texts[text]]

    def _index(self, texts: dict[str, list[Statement]]) -> None:
        """Where each word is mentioned, and each text."""
        mentions = self._mentions
        node: Any
        for statement, node in self.census.all(ast.Name):
            mentions.setdefault(node.id, []).append(statement)
        for statement, node in self.census.all(ast.Attribute):
            mentions.setdefault(node.attr, []).append(statement)
        for kind in (ast.arg, ast.keyword):
            for statement, node in self.census.all(kind):
                if node.arg is not None:
                    mentions.setdefault(node.arg, []).append(statement)
        for statement, node in self.census.all(ast.Constant):
            docstring = statement.node.__class__ is ast.Expr and statement.node.value is node
            if node.value.__class__ is str and not docstring:
                texts.setdefault(node.value, []).append(statement)

    def _told(self, statement: Statement) -> set[str]:
        """The names that get a secret in a statement, or something built of one, or the key of one, and had none before."""
        new: set[str] = set()
        for flow in self._flows.of(statement):
            if flow.held and not self.asked.held.issuperset(flow.words) and self.asked.holds(flow.value):
                new |= flow.words - self.asked.held
                self.asked.held |= flow.words
            if not self.asked.built.issuperset(flow.words) and (self.asked.holds if flow.puts else self.asked.builds)(
                flow.value
            ):
                new |= flow.words - self.asked.built
                self.asked.built |= flow.words
                self.asked.held |= flow.words
            if flow.named and not self.asked.named.issuperset(flow.words) and self._is_name(flow.value):
                new |= flow.words - self.asked.named
                self.asked.named |= flow.words
        return new

    def _is_name(self, value: ast.expr) -> bool:
        """Whether a value is the key of a secret, or a template that takes one."""
        return any(
            self.asked.is_text(one) or self.asked.is_key(one)
            for one in (value, *HANDS_ON.get(value.__class__, _nothing)(value))
        )


def _nothing(node: object) -> list[ast.expr]:
    del node
    return []


@lru_cache(maxsize=16)
def _leading(models: Models) -> Leading:
    return leading_to(models, "what gives secrets", _gives_secrets)


def _gives_secrets(function: Function) -> bool:
    return "secret-source" in function.role


def _is_told(text: str) -> bool:
    """Whether a constant may be the name of a secret, or ask for one: `os.environ[VARIABLE]`, `input(PROMPT)`."""
    low = text.lower()
    return any(part in low for part in (*_TOLD, *GATE))
