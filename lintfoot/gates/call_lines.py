"""Of which functions something is asked, by their last names; which lines of a text may run commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import FunctionType

from lintfoot.answers import answer
from lintfoot.gates.gate import Named
from lintfoot.libraries import Function, Library, Models, expanded
from lintfoot.sight import Sight, Telling
from lintfoot.wanted import Leading, Wanted, leading_to

Asked = Callable[[Function], bool]


def lasts_of(sight: Sight, asked: Asked, telling: Telling | None = None) -> set[str]:
    """The last names of modelled functions that something asks for, of the libraries that the file names or is led to."""
    known = lasts_by_library(sight.models, asked)
    tops = {name.partition(".")[0] for name in telling.outside} if telling is not None else set()
    led = [one for one in sight.models.libraries if not tops.isdisjoint(one.imports)] if tops else []
    return set().union(*(known[id(library)] for library in (*sight.libraries, *led)))


def _called(asked: Asked) -> str:
    """What a question is called that is a function of a module, the same in every run; nothing for what is made as it is asked."""
    plain = isinstance(asked, FunctionType) and not asked.__closure__ and "<" not in asked.__qualname__
    return f"{asked.__module__}.{asked.__qualname__}" if plain else ""


@lru_cache(maxsize=256)
def lasts_by_library(models: Models, asked: Asked) -> dict[int, frozenset[str]]:
    """By the id of a library the last names of its functions that a question is true for."""

    def worked_out() -> tuple[frozenset[str], ...]:
        return tuple(_of_library(one, asked) for one in models.libraries)

    called = _called(asked)
    found = answer(models, f"last names of {called}", (), worked_out) if called else worked_out()
    return dict(zip(map(id, models.libraries), found, strict=True))


def _of_library(library: Library, asked: Asked) -> frozenset[str]:
    functions = filter(asked, library.functions)
    return frozenset(name.rpartition(".")[2] for one in functions for name in expanded(one.names))


@lru_cache(maxsize=256)
def _leading(models: Models, asked: Asked) -> Leading:
    return leading_to(models, f"{asked.__module__}.{getattr(asked, '__qualname__', '')}", asked)


def wanted_of(sight: Sight, names: frozenset[str], asked: Asked) -> Wanted:
    """What other files may tell: functions that are asked for, and other names of what is called like this."""
    leads = _leading(sight.models, asked)
    return Wanted(asked, lambda name: name.rpartition(".")[2] in names or leads(name))


def running(sight: Sight) -> Named | None:
    """The lines that may run commands: by a model, by what the callee is called, by functions of this file."""
    if "running" not in sight.kept:
        sight.kept["running"] = _running(sight)
    found: Named | None = sight.kept["running"]
    return found


def _running(sight: Sight) -> Named | None:
    from lintfoot.gates.callees import lines_of
    from lintfoot.gates.run_calls import runs

    found = runs(sight)
    return lines_of(sight, list(found.sites)) if found is not None else None
