"""Calls of what no model knows, told a thing that means the same everywhere: `verify_ssl=False` checks no certificate.

The words are those of client libraries for appliances, clouds and web services at large. `verify` and `insecure` alone mean
other things as well (signatures, checksums, no TLS at all), so they count only where the call is one of a client or gives an
address, a time limit or credentials beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import displays
from lintfoot.libraries import Attribute, Function
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import dotted
from lintfoot.unmodelled_words import LIKELY, OFF, STORED, SURE, VERIFIES, WEAK, WORDS
from lintfoot.values import Class, Constant, Display, Named, Text, Value
from lintfoot.values import Function as OwnFunction

_CLIENTS = regex(
    r"^(get|post|put|patch|delete|head|options|request|send|fetch|login)$"
    r"|session|client|request|https?|connect|transport|(^|_)(api|rest)|Api|API|webhook|adapter"
)
_NO_CLIENTS = regex(
    r"^(assert|decode|encode|loads?|dumps?|call$|mock|magicmock|patch\.)|exporter$|channel$", re.IGNORECASE
)
_OWNERS = regex(r"session|client|http|requests|conn|adapter|transport|^(api|sess|s|rest)$")
_NOT_OWNERS = regex(r"^(args?|opts?|options|namespace|params|parsed\w*)$")
_COMPANY = frozenset(
    "url uri host hostname endpoint base_url server address timeout auth headers params json cert proxies token username "
    "password port allow_redirects api_key".split()
)


def attribute(name: str, owner: cst.BaseExpression) -> Attribute | None:
    """What an attribute of an object of unknown make decides: `client.session.verify = False`."""
    said = (owner.attr.value if isinstance(owner, cst.Attribute) else dotted(owner)).lower()
    if name == "verify":
        return Attribute(names=(), facet="verify", means={"false": "off"}) if _OWNERS.search(said) else None
    if _NOT_OWNERS.search(said):
        return None
    if name in VERIFIES:
        return Attribute(names=(), facet="verify", means=OFF)
    return STORED.get(name)


def client_call(names: Names, call: cst.Call) -> tuple[str, Function] | None:
    """The name and the arguments of a call that is told about certificates, where no model knows what it calls."""
    said = {keyword for arg in call.args for keyword in _keywords(names, arg)} & WORDS
    if not said or _of_this_file(names, names.values(call.func), said):
        return None
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted(call.func)
    name = dotted(call.func) or last or "it"
    if _NO_CLIENTS.search(last):
        return None
    if said - WEAK:
        return name, LIKELY if said & WEAK else SURE
    return (name, LIKELY) if _is_client(names, call, last) else None


def _keywords(names: Names, arg: cst.Arg) -> Iterator[str]:
    """The keywords of an argument: its own, or those of a `**dict` that this file fills."""
    if arg.keyword is not None:
        yield arg.keyword.value
    elif arg.star == "**":
        for value in names.values(arg.value):
            if isinstance(value, Display) and value.kind == "dict":
                yield from displays.mapping(names, value, arg.value)[0]
            else:
                yield from displays.stored(names, arg.value)


def _of_this_file(names: Names, values: tuple[Value, ...], said: set[str]) -> bool:
    """What this file shows with a parameter of that name answers for itself: where it hands the value on."""
    for value in values:
        match value:
            case OwnFunction(node=cst.FunctionDef(params=params)):
                own = {param.name.value for param in (*params.posonly_params, *params.params, *params.kwonly_params)}
                if own & said or params.star_kwarg is None:
                    return True
            case Class(node=node):
                return _constructor_takes(names, node, said)
            case Named(name=name) if name.startswith(("unittest.mock.", "builtins.", "jwt.", "dataclasses.")):
                return True
            case _:
                pass
    return False


def _constructor_takes(names: Names, node: cst.ClassDef, said: set[str]) -> bool:
    for binding in names.index.scopes[id(node)].bindings.get("__init__", ()):
        statement = binding.node
        if isinstance(statement, cst.FunctionDef) and names.index.parent[id(statement)] is node.body:
            params = statement.params
            own = {param.name.value for param in (*params.posonly_params, *params.params, *params.kwonly_params)}
            return bool(own & said) or params.star_kwarg is None
    return not node.bases


def _is_client(names: Names, call: cst.Call, last: str) -> bool:
    if _CLIENTS.search(last) or _CLIENTS.search(last.lower()):
        return True
    if any(arg.keyword is not None and arg.keyword.value in _COMPANY for arg in call.args):
        return True
    first = call.args[0].value if call.args and call.args[0].keyword is None else None
    return any(_is_address(value) for value in names.values(first))


def _is_address(value: Value) -> bool:
    match value:
        case Constant(value=str() as text):
            return text.startswith(("http://", "https://"))
        case Text():
            return value.known.startswith(("http://", "https://"))
        case _:
            return False
