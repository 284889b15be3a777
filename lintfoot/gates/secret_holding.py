"""Which statements a secret may get to, by name: followed through assignments, returns, and what functions are handed.

An attribute is one in all objects; what a secret is put into holds it, what asks something of it does not. Only statements
that mention a secret, or a name that one got to, are looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property, lru_cache

from lintfoot.bindings import Bindings
from lintfoot.census import Statement, inputs
from lintfoot.gates.bound_names import HANDS_ON
from lintfoot.gates.call_lines import lasts_of
from lintfoot.gates.gate import Named
from lintfoot.gates.local_words import Word, Words
from lintfoot.gates.secret_expressions import Expressions, answers, names_one, says
from lintfoot.gates.secret_flows import Flows
from lintfoot.gates.secret_names_gate import GATE
from lintfoot.libraries import Function, Models
from lintfoot.secret_names import that_speak
from lintfoot.sight import Sight
from lintfoot.wanted import Leading, Wanted, leading_to

_TOLD = ("getpass", "keyring", "vault", "secretsmanager")


def handed(sight: Sight, lines: Callable[[Sight], Named | None], *, failing: bool = False) -> Named | None:
    """Of some lines those with a call that a secret is handed to; with `failing` also those that raise or assert with one.

    The lines are asked for only where a secret is handed to anything at all.
    """
    layout, flow = sight.layout, sight.dataflow
    if layout is None or flow is None:
        return None
    if "holding" not in sight.kept:
        sight.kept["holding"] = Holding(sight, flow.bindings)
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

    def __init__(self, sight: Sight, bindings: Bindings) -> None:
        self.sight, self.bindings, self.census = sight, bindings, bindings.census
        self.words = Words(bindings)
        self.asked = Expressions(self.words)
        self.touched: dict[int, Statement] = {}
        self._flows = Flows(self.words)
        self._follow()

    @cached_property
    def handed(self) -> list[tuple[int, int]]:
        """The lines of statements with a call that is handed a secret, or made of something that was; and those of the calls."""
        found: list[tuple[int, int]] = []
        for statement in self.touched.values():
            self.asked.at = statement
            calls = (node for node in self.census.within(statement) if node.__class__ is ast.Call)
            found += [(statement.line, node.lineno) for node in calls if self._is_handed(node)]
        return found

    @cached_property
    def failing(self) -> set[int]:
        """The lines that raise or assert with a secret."""
        found: set[int] = set()
        for statement in self.touched.values():
            self.asked.at = statement
            match statement.node:
                case ast.Raise(exc=ast.Call() as made) if self._is_handed(made):
                    found.add(statement.line)
                case ast.Assert(msg=ast.expr() as told) if self.asked.holds(told):
                    found.add(statement.line)
                case _:
                    pass
        return found

    def _is_handed(self, node: ast.Call) -> bool:
        every = inputs(node)
        every += [node.func] if not isinstance(node.func, ast.Name | ast.Attribute) else []
        return any(map(self.asked.holds, every))

    def _follow(self) -> None:
        """Go from the statements that mention a secret to those that mention what it got to."""
        waiting = self._first()
        while waiting:
            statement = waiting.pop()
            self.touched[id(statement.node)] = statement
            for word in self._told(statement):
                waiting += self.words.mentions(word)

    def _first(self) -> list[Statement]:
        """The statements that mention a secret by themselves: in a name, for a keyword, in a text."""
        told = self.sight.telling(Wanted(_gives_secrets, _leading(self.sight.models), _is_told))
        self.asked.foreign = told.names
        self.asked.sources |= {*lasts_of(self.sight, _gives_secrets, told), *told.calls, *told.names}
        self.asked.named |= told.calls | told.names  # constants of other files: `os.environ[settings.VARIABLE]`
        for full, (_, name) in self.bindings.imports:
            if full.rpartition(".")[2] in self.asked.sources:
                self.asked.sources.add(name)
        mentions = self.bindings.mentions
        texts = {text: places for text, places in self.census.texts.items() if isinstance(text, str)}
        keys = {text for text in that_speak(frozenset(texts)) if names_one(text)}
        keys |= self.asked.sources & texts.keys()
        if keys and "add_argument" in mentions:
            self.asked.sources |= {word for word in mentions if word.startswith(("parse_args", "parse_known"))}
        first = {word for word in that_speak(frozenset(mentions)) if says(word) or answers(word)}
        first |= self.asked.sources & mentions.keys()
        handed: dict[str, list[Statement]] = {}
        for statement, node in self.census.all(ast.keyword):
            handed.setdefault(node.arg or "", []).append(statement)
        named = [one for word in that_speak(frozenset(handed)) if says(word) for one in handed[word]]
        return [
            *(one for word in first for one in mentions[word]),
            *(one for key in keys for one in texts[key]),
            *named,
        ]

    def _told(self, statement: Statement) -> set[Word]:
        """The names that get a secret in a statement, or something built of one, or the key of one, and had none before."""
        self.asked.at = statement
        new: set[Word] = set()
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
