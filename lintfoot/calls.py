"""What a call calls, by the models, and what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from lintfoot import displays
from lintfoot.libraries import Argument, Derived, Function
from lintfoot.names import Names
from lintfoot.records import dataclass, replace
from lintfoot.values import (
    NOTHING_KNOWN,
    Class,
    Constant,
    Display,
    Instance,
    Named,
    Object,
    Parameter,
    Partial,
    Values,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something modelled that a call may call. `partials` are the functools.partial calls on the way, innermost first."""

    name: str
    function: Function
    receiver: Instance | Object | None = None
    partials: tuple[cst.Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What a call hands to one argument: `state` is given, absent or unknown (a splat may hold it)."""

    state: str
    node: cst.BaseExpression | None = None
    values: Values = NOTHING_KNOWN
    keyword: str = ""

    @property
    def constant(self) -> Any:
        """The one constant that is given, else Ellipsis."""
        match self.values:
            case (Constant(value=value),):
                return value
            case _:
                return ...


ABSENT = Given("absent")
UNSURE = Given("unknown")


def targets(names: Names, call: cst.Call) -> list[Target]:
    """Every modelled function that the call may call."""
    return list(_targets(names, names.values(call.func), ()))


def of_values(names: Names, values: Values) -> list[Target]:
    """Every modelled function that a call of one of these values may call."""
    return list(_targets(names, values, ()))


def _targets(names: Names, values: Values, partials: tuple[cst.Call, ...]) -> Iterator[Target]:
    for value in values:
        match value:
            case Named(name=name, receiver=receiver):
                function = names.models.function(name)
                if function is not None and not (isinstance(function, Derived) and not function.tells):
                    yield Target(name, function, receiver, partials)
            case Partial(targets=inner, call=call):
                yield from _targets(names, inner, (call, *partials))
            case Class(node=owner):
                yield from _subclass(names, owner, partials)
            case Parameter(default=cst.Name() | cst.Attribute() as default):  # `def send(url, post=requests.post)`
                named = tuple(one for one in names.values(default) if isinstance(one, Named))
                yield from _targets(names, named, partials)
            case _:
                pass


def _subclass(names: Names, owner: cst.ClassDef, partials: tuple[cst.Call, ...]) -> Iterator[Target]:
    """Making an object of this file's own subclass: what its constructor hands on goes to the library's."""
    for family in names.family(owner):
        if isinstance(family, str):
            function = names.models.function(family)
            if function is not None:
                yield Target(family, function, None, partials)
            return
        for binding in names.index.scopes[id(family)].bindings.get("__init__", ()):
            params = binding.node.params if isinstance(binding.node, cst.FunctionDef) else None
            if params is None or not isinstance(params.star_arg, cst.Param) or params.star_kwarg is None:
                return
        if names.index.speaks_of(family, "timeout"):
            return


def given(names: Names, call: cst.Call, argument: Argument, partials: tuple[cst.Call, ...] = ()) -> Given:
    """Bind one argument of a call: by keyword, by position, out of a splat, or from a partial on the way."""
    found = _whole(names, call, argument, partials)
    if argument.key and found.node is not None:  # what the dict that is given holds under that key
        return _splatted(names, found.node, replace(argument, keyword=(argument.key,)))
    return found


def _whole(names: Names, call: cst.Call, argument: Argument, partials: tuple[cst.Call, ...]) -> Given:
    unsure = False
    place = 0
    for made in partials:
        found = _bind(names, made, argument, skip=1, place=0)
        if found.state == "given":
            outer = _whole(names, call, argument, ())
            return outer if outer.state == "given" else found
        unsure = unsure or found.state == "unknown"
        place += sum(1 for arg in made.args[1:] if not arg.keyword and not arg.star)
    found = _bind(names, call, argument, skip=0, place=place)
    return UNSURE if found.state == "absent" and unsure else found


def _bind(names: Names, call: cst.Call, argument: Argument, *, skip: int, place: int) -> Given:
    unsure = False
    for arg in call.args[skip:]:
        if arg.keyword is not None:
            if arg.keyword.value in argument.keyword:
                return Given("given", arg.value, names.values(arg.value), arg.keyword.value)
        elif arg.star == "**":
            found = _splatted(names, arg.value, argument)
            if found.state == "given":
                return found
            unsure = unsure or found.state == "unknown"
        elif arg.star == "*":
            items = _starred(names, arg.value)
            if argument.position is None:
                continue
            if None in items:
                unsure = unsure or argument.position >= place
                place += 1000  # what stands behind a splat of unknown length has no known place
            elif place <= argument.position < place + len(items):
                item = items[argument.position - place]
                return Given("given", item, names.values(item))
            else:
                place += len(items)
        else:
            if argument.position == place:
                return Given("given", arg.value, names.values(arg.value))
            place += 1
    return UNSURE if unsure else ABSENT


def _starred(names: Names, node: cst.BaseExpression) -> tuple[cst.BaseExpression | None, ...]:
    match names.values(node):
        case (Display(kind="list" | "tuple") as display,):
            return displays.elements(names, display, node)
        case _:
            return (None,)


def _splatted(names: Names, node: cst.BaseExpression, argument: Argument) -> Given:
    unsure = False
    for value in names.values(node):
        if isinstance(value, Display) and value.kind == "dict":
            table, whole = displays.mapping(names, value, node)
        else:
            table, whole = displays.stored(names, node), False  # `options["timeout"] = 5` on a dict from elsewhere
        for keyword in argument.keyword:
            if keyword in table:
                inner = table[keyword]
                values = tuple(found for expression in inner for found in names.values(expression))
                return Given("given", inner[-1], values, keyword)
        unsure = unsure or not whole
    return UNSURE if unsure else ABSENT


def roles(names: Names, call: cst.Call, target: Target) -> tuple[str, ...]:
    """What the call does: nothing where the argument that makes it do so (`only-with`) is left out."""
    needed = target.function.arguments.get(target.function.only_with)
    if needed is not None and given(names, call, needed, target.partials).state == "absent":
        return ()
    return target.function.role
