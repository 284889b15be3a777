"""What somebody looks for behind the names that a file imports from others of its project; knows no tree."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lintfoot.answers import answer
from lintfoot.libraries import Function, Models
from lintfoot.records import dataclass, field


def _never(asked: object) -> bool:
    del asked
    return False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for behind the names of other files.

    `asks` judges the model of a function or an object, `leads` a name outside the project, `says` a constant's text.
    """

    asks: Callable[[Function], bool] = _never
    leads: Callable[[str], bool] = _never
    says: Callable[[str], bool] = _never


@dataclass(slots=True)
class Facts:
    """What there is behind a name, whatever somebody looks for.

    `functions` are what functions, classes and objects of the project do, with the last names that they are called by;
    `outside` are names outside the project, and `texts` stand in constants.
    """

    functions: list[tuple[str, Function]] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.functions or self.outside or self.texts)


@dataclass(frozen=True, slots=True)
class Leading:
    """The names that lead to some modelled functions: their own, their classes', and the modules on the way there."""

    names: frozenset[str]
    modules: frozenset[str]

    def __call__(self, name: str) -> bool:
        """Whether a qualified name is one of them, or stands below a function or a class that is."""
        if name in self.modules:
            return True
        while name and name not in self.names:
            name = name.rpartition(".")[0]
        return bool(name)


def leading(models: Models, asked: Callable[[Function], bool]) -> Leading:
    """What leads to the functions that somebody asks for."""
    bearing = {name for name, function in models.functions.items() if asked(function)}
    names = bearing | owners(models, bearing)
    parts = [name.split(".") for name in names]
    modules = {".".join(one[:length]) for one in parts for length in range(1, len(one))}
    return Leading(frozenset(names), frozenset(modules))


def leading_to(models: Models, question: str, asked: Callable[[Function], bool]) -> Leading:
    """The same, kept for later runs under the name of the question: all models are gone through for it."""

    def worked_out() -> tuple[frozenset[str], frozenset[str]]:
        found = leading(models, asked)
        return found.names, found.modules

    return Leading(*answer(models, f"leading to {question}", (), worked_out))


def owners(models: Models, bearing: Collection[str]) -> set[str]:
    """The classes whose methods some functions are, those that lead to one of them, and what makes one."""
    made = {name for one in models.functions.values() for name in (one.returns, one.enters) if name}
    made.update(one.returns for one in models.attributes.values() if one.returns)
    classes = made | models.functions.keys()
    found = {*bearing, *(owner for name in bearing if (owner := name.rpartition(".")[0]) in classes)}
    while True:
        given = [name for name, one in models.functions.items() if gives(one, found)]
        given += [name for name, one in models.attributes.items() if one.returns in found]
        more = {*given, *(owner for name in given if (owner := name.rpartition(".")[0]) in classes)}
        more |= {name for name, one in models.functions.items() if not found.isdisjoint(one.bases)}
        if more <= found:
            return found
        found |= more


def gives(function: Function, classes: Collection[str]) -> bool:
    """Whether a call gives an object of one of some classes, as far as can be told."""
    before, filled, _ = function.returns.partition("{")  # `botocore.client.{service}`
    if filled:
        return any(one.startswith(before) for one in classes)
    return function.returns in classes or function.enters in classes
