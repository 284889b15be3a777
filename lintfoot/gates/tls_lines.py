"""Statements that may name an old version of SSL or TLS, and how versions are named."""

from __future__ import annotations

import ast
import re
from typing import Any

from lintfoot.bindings import MODULE
from lintfoot.census import inputs
from lintfoot.gates.callees import Lead
from lintfoot.gates.gate import Lines
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

# Of ssl (and its doubles in gevent and eventlet) and of OpenSSL.SSL; the last words are telling.
PROTOCOLS = {
    "PROTOCOL_SSLv2": "SSL 2",
    "PROTOCOL_SSLv3": "SSL 3",
    "PROTOCOL_TLSv1": "TLS 1.0",
    "PROTOCOL_TLSv1_1": "TLS 1.1",
    "SSLv2_METHOD": "SSL 2",
    "SSLv3_METHOD": "SSL 3",
    "TLSv1_METHOD": "TLS 1.0",
    "TLSv1_1_METHOD": "TLS 1.1",
    "SSL3_VERSION": "SSL 3",
    "TLS1_VERSION": "TLS 1.0",
    "TLS1_1_VERSION": "TLS 1.1",
    "TLSVersion.SSLv3": "SSL 3",
    "TLSVersion.TLSv1": "TLS 1.0",
    "TLSVersion.TLSv1_1": "TLS 1.1",
}
LASTS = frozenset(name.rpartition(".")[2] for name in PROTOCOLS)
LOWEST = "MINIMUM_SUPPORTED"

# As settings spell them, without dots, underscores and the `v`: CloudFront's are dated.
_SPELLED = {
    "ssl2": "SSL 2",
    "ssl20": "SSL 2",
    "ssl3": "SSL 3",
    "ssl30": "SSL 3",
    "tls1": "TLS 1.0",
    "tls10": "TLS 1.0",
    "tls12016": "TLS 1.0",
    "tls11": "TLS 1.1",
    "tls112016": "TLS 1.1",
}
NUMBERS = {"1.0": "TLS 1.0", "1.1": "TLS 1.1"}
_WRAPS = frozenset(("wrap_socket", "wrap_bio"))
_LONGEST = 40  # characters of what can spell a version


def spelled(text: str) -> str:
    """The old version that a text is, and nothing else."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        return ""
    return NUMBERS.get(plain, "") or _SPELLED.get(re.sub(r"[\s._-]", "", plain.casefold()).replace("v", ""), "")


def handed(sight: Sight) -> Lines:
    """Calls that a bare context may be handed to, and those that wrap a socket by one."""
    flow = sight.dataflow
    if flow is None:
        return None
    bindings = flow.bindings
    told = sight.telling(Wanted(leads=_is_context, says=_is_context)).names
    words = {full.rpartition(".")[2] for full, _ in bindings.imports} | bindings.mentions.keys()
    seeds, written = flow.called({word for word in words if _is_context(word)})
    seeds |= {((MODULE, word), 0) for word in told} | {(key, 0) for _, key in bindings.imports if key[1] in told}
    lead = Lead(flow, flow.reach(seeds, written, objects=True), _WRAPS)
    found = {site.line for site in lead.sites()}
    for at, call in (one for many in bindings.calls.values() for one in many):
        given = inputs(call)
        if at.line not in found and any(lead.holds(one, at) for one in given):
            found.add(at.line)
    return found


def _is_context(word: str) -> bool:
    return "sslcontext" in word.casefold()


def told(sight: Sight) -> Lines:
    """Statements with a constant of a version, with an option that is taken back, or with a version as a text.

    Texts count where they stand alone in a string: the visitor asks for a literal at the very place. What is taken back may
    stand under any name, and `~` is rare.
    """
    census = sight.census
    if census is None:
        return None
    found = {
        one.line for one, node in census.all(ast.UnaryOp) if isinstance(node.op, ast.Invert) and _is_named(node.operand)
    }
    found.update(one.line for one, node in census.all(ast.Constant) if _spells(node.value))
    lasts = {last for last in (*LASTS, LOWEST) if last in sight.text}
    if lasts:
        lasts.update(node.asname for _, node in census.all(ast.alias) if node.asname and node.name in lasts)
        found.update(one.line for one, node in census.all(ast.Attribute) if node.attr in lasts)
        found.update(one.line for one, node in census.all(ast.Name) if node.id in lasts)
    return found


def _is_named(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Name | ast.Attribute) for one in ast.walk(node))


def _spells(value: Any) -> bool:
    """Whether a constant is a text, or bytes, that spells a version."""
    if value.__class__ is bytes:
        value = value.decode("latin-1")
    return value.__class__ is str and spelled(value) != ""
