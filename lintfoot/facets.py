"""What an argument of a call means by the library's model: a timeout that never ends, a check that is off."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, displays
from lintfoot.libraries import Argument, Derived
from lintfoot.meanings import constant_meaning
from lintfoot.names import Names
from lintfoot.records import dataclass, replace
from lintfoot.values import Constant, Display, Instance, Named, Parameter, Unknown, Value, Values

_DEEPEST = 4  # a timeout object in a timeout object in a tuple
_SETS_DEFAULT = "socket.setdefaulttimeout"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a call's argument means: `words` of its model, an empty one where nobody can tell; `given` where it came from."""

    words: frozenset[str]
    given: calls.Given
    argument: Argument
    made_by: cst.Call | None = None  # the constructor call that decided, where the receiver did
    maker: Derived | None = None  # what another file of the project says of the receiver, where that decided

    def certain(self, words: tuple[str, ...]) -> bool:
        """Whether it can only be one of these, as far as this file's own calls tell."""
        told = {word for word in self.words if not word.endswith(BY_DEFAULT)}
        return bool(told) and told <= set(words)

    def possible(self, words: tuple[str, ...]) -> bool:
        """Whether it may be one of these."""
        return not self.words.isdisjoint(words)


_UNTOLD = frozenset({""})
BY_DEFAULT = " by default"  # marks a meaning that only a parameter's default gives


def meaning(names: Names, call: cst.Call, target: calls.Target, facet: str) -> Meaning | None:
    """What the call says about a facet; None where the function has no such argument."""
    argument = target.function.arguments.get(facet)
    if argument is None:
        return None
    asking: set[tuple[int, str, str]] = names.kept.setdefault(__name__, set())
    question = (id(call), target.name, facet)
    if question in asking:  # `timeout = Timeout(timeout)` in a loop is made of itself
        return Meaning(_UNTOLD, calls.ABSENT, argument)
    asking.add(question)
    try:
        return _said(names, call, target, facet, argument)
    finally:
        asking.discard(question)


def _said(names: Names, call: cst.Call, target: calls.Target, facet: str, argument: Argument) -> Meaning:
    found = calls.given(names, call, argument, target.partials)
    if found.state == "unknown":
        return Meaning(_UNTOLD, found, argument)
    if found.state == "given":
        words = _meanings(names, found.values, argument, facet)
        anything = argument.means.get("given", "")
        told = Meaning(frozenset(word or anything for word in words), found, argument)
    else:
        told = Meaning(frozenset({argument.default}), calls.ABSENT, argument)
    return _asked_elsewhere(names, call, target, facet, told)


def assumed(names: Names, call: cst.Call, target: calls.Target, facet: str, values: Values | None) -> frozenset[str]:
    """What the call would say about a facet if it were given one of these values; None: if it left the argument out."""
    argument = target.function.arguments[facet]
    words = frozenset({argument.default}) if values is None else _meanings(names, values, argument, facet)
    return _asked_elsewhere(names, call, target, facet, Meaning(words, calls.ABSENT, argument)).words


def _asked_elsewhere(names: Names, call: cst.Call, target: calls.Target, facet: str, told: Meaning) -> Meaning:
    """Follow the meanings that ask elsewhere: the receiver, all sockets, or `@other`, another argument of the call."""
    words: set[str] = set()
    for word in told.words:
        if word == "receiver":
            asked = _by_receiver(names, target, told.argument, facet)
        elif word.startswith("@"):
            asked = meaning(names, call, target, word[1:]) or Meaning(_UNTOLD, calls.ABSENT, told.argument)
        else:
            words.add(_socket_default(names) if word == "socket" else word)
            continue
        if len(told.words) == 1:
            return asked if told.given.state == "absent" else replace(asked, given=told.given, argument=told.argument)
        words |= asked.words
    return replace(told, words=frozenset(words))


def _by_receiver(names: Names, target: calls.Target, argument: Argument, facet: str) -> Meaning:
    receiver = target.receiver
    call = receiver.call if isinstance(receiver, Instance) else None
    if call is None:
        known = names.models.own(receiver.origin) if isinstance(receiver, Instance) and receiver.origin else None
        if isinstance(known, Derived) and facet in known.arguments:
            return Meaning(frozenset({known.arguments[facet].default}), calls.ABSENT, argument, None, known)
        return Meaning(_UNTOLD, calls.ABSENT, argument)
    for maker in calls.targets(names, call):
        if facet in maker.function.arguments:
            told = meaning(names, call, maker, facet)
            if told is not None:  # what another argument of the maker implies is not a timeout that somebody gave
                own = told.argument is maker.function.arguments[facet]
                return Meaning(told.words, told.given if own else calls.ABSENT, told.argument, call)
    return Meaning(_UNTOLD, calls.ABSENT, argument)


def _socket_default(names: Names) -> str:
    """`forever`, unless this file sets a default for all sockets."""
    for call in names.calls_of("setdefaulttimeout"):
        if _SETS_DEFAULT in names.names_of(call.func) and call.args and names.constant(call.args[0].value) is not None:
            return "finite"
    return "forever"


def meanings_of(names: Names, node: cst.BaseExpression, means: dict[str, str], facet: str) -> frozenset[str]:
    """What an expression means by a model's table of values: for attributes that are assigned to."""
    return _meanings(names, names.values(node), Argument(means=means), facet)


def _meanings(names: Names, values: Values, argument: Argument, facet: str) -> frozenset[str]:
    return frozenset(word for value in values for word in _meaning_of(names, value, argument, facet, 0))


def _meaning_of(names: Names, value: Value, argument: Argument, facet: str, depth: int) -> frozenset[str]:
    match value:
        case Constant(value=None, node=node) if facet in _CHECKS and _holds_a_place(names, node):
            return _UNTOLD
        case Constant(value=constant):
            return frozenset({constant_meaning(constant, argument.means)})
        case Named(name=name):
            return frozenset({argument.means.get(name, "")})
        case Instance(call=call) if call is not None and depth < _DEEPEST:
            return _made_meaning(names, value, call, argument, facet)
        case Display(kind="list" | "tuple") if "list" in argument.means:
            return frozenset({argument.means["list"]})
        case Display(kind="list" | "tuple") if depth < _DEEPEST:
            words: set[str] = set()
            for item in displays.elements(names, value):
                for inner in names.values(item):
                    words |= _meaning_of(names, inner, argument, facet, depth + 1)
            return _worst(words, argument)
        case Parameter(default=default, called=called):
            told = _meanings(names, names.values(default), argument, facet) if default is not None else frozenset()
            mild = {word + BY_DEFAULT for word in told if word}
            return frozenset(mild if called else mild | {""} - mild) or (_UNTOLD if not called else frozenset())
        case Unknown() | _:
            return _UNTOLD


_CHECKS = frozenset({"verify", "hostname"})


def _holds_a_place(names: Names, node: cst.CSTNode) -> bool:
    """`self.validate_certs = None` in `__init__`: whoever fills it in later decides."""
    parent = names.index.parent.get(id(node))
    return isinstance(parent, cst.Assign) and any(isinstance(one.target, cst.Attribute) for one in parent.targets)


def _made_meaning(names: Names, value: Instance, call: cst.Call, argument: Argument, facet: str) -> frozenset[str]:
    if value.name in argument.means:
        return frozenset({argument.means[value.name]})
    if any(True for _ in written_facets(names, value, facet)):
        return _UNTOLD  # what is assigned to the object's attribute decides, and is looked at where it stands
    for maker in calls.targets(names, call):
        told = meaning(names, call, maker, facet)
        if told is not None:
            return told.words
    return frozenset({argument.means.get(value.name, argument.means.get("call", ""))})


def written_facets(names: Names, value: Instance, facet: str) -> Iterator[str]:
    """What assignments to attributes of an object say about a facet: `context.verify_mode = ssl.CERT_REQUIRED`."""
    for name, attribute in names.models.attributes.items():
        owner, _, last = name.rpartition(".")
        if attribute.facet != facet or owner != value.name:
            continue
        for target, binding in names.index.attribute_writes.get(last, ()):
            same = any(isinstance(one, Instance) and one.call is value.call for one in names.values(target.value))
            if same and binding.value is not None:
                yield from meanings_of(names, binding.value, attribute.means, facet)


def _worst(words: set[str], argument: Argument) -> frozenset[str]:
    """Of a tuple of timeouts the endless one decides: the first meaning in the model's own order that occurs."""
    for word in argument.means.values():
        if word in words:
            return frozenset({word})
    return frozenset(words) or _UNTOLD
