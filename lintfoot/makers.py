"""Models of the objects that the project's own code makes: clients with what they were told, loggers, partials."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from lintfoot import calls, facets
from lintfoot.abilities import LOGGERS, OF_PROCESSES
from lintfoot.interests import MADE, ROLES
from lintfoot.libraries import Argument, Derived
from lintfoot.names import Names
from lintfoot.receivers import altered
from lintfoot.records import dataclass, replace
from lintfoot.scopes import FunctionNode
from lintfoot.values import Instance, Object, Partial

Reports = Callable[[Names, FunctionNode], bool]


@dataclass(frozen=True, slots=True)
class Home:
    """The file that models are worked out for: how its names are called elsewhere, and which functions tell of errors."""

    names: Names
    portable: Callable[[str], str]
    local: Callable[[str], str]  # the qualified name of a class of this file
    reports: Reports


def of_object(home: Home, name: str, value: Instance | Object) -> Derived | None:
    """The model of an object that this file makes: what its constructor was told, and whether it was changed since."""
    names = home.names
    changed = altered(names, value)
    if isinstance(value, Object):
        return Derived(names=(name,), returns=home.local(value.node.name.value), altered=changed)
    known = names.models.own(value.name)
    imported = names.models.own(value.origin) if value.origin else None
    if imported is not None:
        role, arguments = set(imported.role), dict(imported.arguments)
    else:
        role, arguments = _told_to_maker(names, value.call) if value.call is not None else (set(), {})
    if known is None or not (
        role or MADE.intersection(known.role) or value.name in LOGGERS or isinstance(known, Derived)
    ):
        return None
    return Derived(
        names=(name,),
        role=tuple(sorted(role)),
        returns=home.portable(value.name),
        arguments=arguments,
        settled=frozenset(arguments),
        altered=changed,
    )


def _told_to_maker(names: Names, call: cst.Call) -> tuple[set[str], dict[str, Argument]]:
    """What a constructor was told for good: each facet that has one meaning."""
    role, arguments = set[str](), dict[str, Argument]()
    for maker in calls.targets(names, call):
        role |= MADE.intersection(calls.roles(names, call, maker))
        for facet in maker.function.arguments:
            told = facets.meaning(names, call, maker, facet)
            word = next(iter(told.words)) if told is not None and len(told.words) == 1 else ""
            if word and not word.endswith(facets.BY_DEFAULT):
                arguments[facet] = Argument(default=word)
    return role, arguments


def of_partial(home: Home, name: str, value: Partial) -> Derived | None:
    """The model of a functools.partial: the arguments that are given already are defaults."""
    names = home.names
    nothing = cst.Call(cst.Name("partial"))  # a call without arguments, in no file
    for target in calls.of_values(names, (value,)):
        given = sum(1 for made in target.partials for arg in made.args[1:] if not arg.keyword and not arg.star)
        arguments = {}
        for facet, argument in target.function.arguments.items():
            told = facets.meaning(names, nothing, target, facet)
            words = told.words if told is not None and facet not in OF_PROCESSES else frozenset()
            place = argument.position - given if argument.position is not None and argument.position >= given else None
            arguments[facet] = replace(argument, position=place, default=next(iter(words)) if len(words) == 1 else "")
        roles = tuple(sorted(ROLES.intersection(target.function.role)))
        return Derived(
            names=(name,), role=roles, returns=target.function.returns, arguments=arguments, through=target.name
        )
    return None
