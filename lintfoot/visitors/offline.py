"""Calls that wait for nobody, whatever their timeout: made-up addresses, files, this very host and intercepted requests in tests."""

from __future__ import annotations

import libcst as cst

from lintfoot import calls, displays
from lintfoot.calls import Target
from lintfoot.names import Names
from lintfoot.values import Constant, Display, Text
from lintfoot.visitors.base import Context

_SCHEMES = ("file:", "data:", "mock:")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HTTP = frozenset("requests httpx aiohttp urllib urllib2 urllib3 http httplib keystoneauth1 requests_oauthlib".split())
_INTERCEPTORS = (  # test libraries that answer in the server's place
    *(
        "requests_mock",
        "requests-mock",
        "httpretty",
        "responses.activate",
        "responses.RequestsMock",
        "respx",
        "httpx_mock",
    ),
    *("aioresponses", "pook.", "mocket", "wsgi_intercept", "vcr.use_cassette", "use_cassette(", "mark.vcr"),
)


def stays_here(context: Context, call: cst.Call, target: Target) -> bool:
    """Whether nothing outside has to answer a call."""
    if _scheme_of_its_own(context.names, call, target):
        return True
    if not context.is_test:
        return False
    if target.name.startswith("socket."):
        return _to_loopback(context.names, call)
    return target.name.partition(".")[0] in _HTTP and any(word in context.text for word in _INTERCEPTORS)


def _scheme_of_its_own(names: Names, call: cst.Call, target: Target) -> bool:
    """`urlopen("file:///etc/motd")`: an address that needs no network."""
    argument = target.function.arguments.get("url")
    values = calls.given(names, call, argument, target.partials).values if argument is not None else ()
    beginnings = [
        value.value if isinstance(value, Constant) else next(iter(value.parts), "") if isinstance(value, Text) else ""
        for value in values
    ]
    return bool(beginnings) and all(isinstance(text, str) and text.lower().startswith(_SCHEMES) for text in beginnings)


def _to_loopback(names: Names, call: cst.Call) -> bool:
    """`sock.connect(("127.0.0.1", port))`."""
    for value in names.values(call.args[0].value) if call.args else ():
        items = displays.elements(names, value) if isinstance(value, Display) else ()
        if items and names.constant(items[0]) in _LOOPBACK:
            return True
    return False
