"""What models say of functions by their last names alone: where they take what, and which of them make, run or tell something."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lintfoot import runner_words, teller_words
from lintfoot.answers import answer
from lintfoot.interests import MADE
from lintfoot.libraries import Argument, Function, Models
from lintfoot.records import dataclass

OF_PROCESSES = frozenset({"command", "shell", "executable", "args"})  # facets that `runners` answers for
LOGGERS = frozenset({"logging.Logger", "logging.LoggerAdapter"})
ANYWHERE, NOWHERE = -2, -1  # positions
Place = tuple[tuple[str, ...], int]  # the keywords of an argument, and its position


@dataclass(frozen=True, slots=True)
class Known:
    """What models say of functions, by their last names: where they take arguments, or command lines; which do what."""

    takes: dict[str, tuple[Place, ...]]
    runs: dict[str, tuple[Place, ...]]
    tells: frozenset[str]
    makes: frozenset[str]


@cache
def known(models: Models) -> Known:
    """The same, worked out once for all."""
    return Known(*answer(models, "prospects", (), lambda: _known(models)))


def _known(models: Models) -> tuple[Any, ...]:
    takes: dict[str, set[Place]] = {}
    runs: dict[str, set[Place]] = {}
    tells: set[str] = set()
    makes = {name.rpartition(".")[2] for name, one in models.attributes.items() if one.returns}
    also: dict[str, set[str]] = {}
    for left, right in models.aliases.items():
        also.setdefault(right.rpartition(".")[2], set()).add(left.rpartition(".")[2])
    for name, one in models.functions.items():
        own = name.rpartition(".")[2]
        for word in (own, *also.get(own, ())):
            takes.setdefault(word, set()).update(places(one))
            runs.setdefault(word, set()).update(lines(one))
            tells |= set() if teller_words.ROLES.isdisjoint(one.role) else {word}
            makes |= {word} if _makes(models, one) else set()
    tables = ({word: tuple(sorted(some)) for word, some in table.items() if some} for table in (takes, runs))
    return *tables, frozenset(tells), frozenset(makes)


def places(one: Function) -> Iterator[Place]:
    """Where a function takes what models tell of, command lines left aside."""
    processes = not runner_words.ROLES.isdisjoint(one.role)
    for facet, argument in one.arguments.items():
        if not (argument.rest or (processes and facet in OF_PROCESSES)):
            yield _place(argument)


def lines(one: Function) -> Iterator[Place]:
    """Where a function that runs commands takes one, or the switch for a shell."""
    if not runner_words.ROLES.isdisjoint(one.role):
        yield from (_place(argument) for facet, argument in one.arguments.items() if facet in ("command", "shell"))


def _place(argument: Argument) -> Place:
    at = argument.position
    return argument.keyword, ANYWHERE if argument.rest else NOWHERE if at is None else at


def _makes(models: Models, one: Function) -> bool:
    """Whether a call gives a client or a logger."""
    given = [name for name in (one.returns, one.enters) if name]
    roles = {role for name in given if name in models.functions for role in models.functions[name].role}
    return bool(given) and (
        not MADE.isdisjoint({*one.role, *roles}) or not LOGGERS.isdisjoint(given) or "self" in given
    )
