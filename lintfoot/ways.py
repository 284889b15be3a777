"""By which modules a file can come to a modelled function: its own, an alias's, or that of whatever gives its class.

A file that names none of them, be it only in an import, has nothing that the function could be called on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lintfoot.libraries import Models


class Ways:
    """The modules that lead to functions; worked out for those that somebody asks for."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._known: dict[str, frozenset[str]] = {}

    def to(self, name: str) -> frozenset[str]:
        """The top-level modules one of which a text names that calls a modelled function."""
        return self._leading(name) | self._leading(name.rpartition(".")[0])

    def _leading(self, name: str) -> frozenset[str]:
        """The modules that lead to a function or to a class."""
        if name not in self._known:
            waiting, known = [name], set[str]()
            while waiting:
                one = waiting.pop()
                if one not in known:
                    known.add(one)
                    waiting += (giver for start in _starts(one) for giver in self._givers.get(start, ()))
            self._known[name] = frozenset(top for one in known for top in self._own(one))
        return self._known[name]

    def _own(self, name: str) -> Iterator[str]:
        yield name.partition(".")[0]
        for start in _starts(name):
            yield from self._aliases.get(start, ())

    @cached_property
    def _givers(self) -> dict[str, list[str]]:
        """What gives something of a class, or is made from it: by the class, or by what a template of its name begins with."""
        found: dict[str, list[str]] = {}
        for name, one in self._models.functions.items():
            for given in (one.returns, one.enters, *one.bases):
                if given not in ("", "self"):
                    found.setdefault(given.partition("{")[0].rstrip("."), []).extend((name, name.rpartition(".")[0]))
        for name, held in self._models.attributes.items():
            if held.returns:
                found.setdefault(held.returns, []).append(name.rpartition(".")[0])
        return found

    @cached_property
    def _aliases(self) -> dict[str, list[str]]:
        """The modules of other names, by the public ones."""
        found: dict[str, list[str]] = {}
        for alias, name in self._models.aliases.items():
            found.setdefault(name, []).append(alias.partition(".")[0])
        return found


def _starts(name: str) -> list[str]:
    """A name, and what stands before each of its dots: an alias covers what is below, and so does a template."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


_last: list[tuple[Models, Ways]] = []  # of the models asked about last


def ways_to(models: Models) -> Ways:
    """The ways to the functions of some models."""
    if not _last or _last[0][0] is not models:
        _last[:] = [(models, Ways(models))]
    return _last[0][1]
