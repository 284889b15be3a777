"""Passwords and tokens that go over the wire for everybody to read: telnet, FTP, and credentials for an http:// address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, displays, secret_names
from lintfoot.gates.gate import Gate
from lintfoot.gates.web import ADDS, CONNECTS, PLAINTEXT
from lintfoot.libraries import Argument
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.secret_names import Kind
from lintfoot.values import Constant, Display, Instance, Parameter, Text, Value, known_text
from lintfoot.visitors.base import Note, Visitor

(PLAIN,) = PLAINTEXT.codes
_NEWER = {"telnet": "ssh: paramiko, asyncssh, netmiko", "FTP": "ftplib.FTP_TLS with prot_p(), or SFTP"}
_HOST = Argument(("host",), 0)
# The host itself, or what only it can reach: containers' hosts, and the metadata services of clouds (link-local).
_LOCAL = regex(
    r"(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?|169\.254(?:\.\d+){2}|\[?fd00:ec2::\w+\]?|168\.63\.129\.16"
    r"|100\.100\.100\.200|(?:host|gateway)\.docker\.internal|metadata(?:\.google\.internal)?|unix|"
)
_NEAR = frozenset("local localhost loopback".split())
_USER = regex(r"http://[^/?#@\s]*:[^/?#@\s]+@", re.IGNORECASE)
_WITHOUT_PORT = regex(r":[^\]:]*$")
_QUERY = regex(r"[?&]([\w.-]+)=")


class Plaintext(Visitor):
    """LF305."""

    gate: ClassVar[Gate] = PLAINTEXT

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what is called, where it goes, and what it carries."""
        for name in self.names.names_of(node.func):
            if name in CONNECTS and not self._is_near(calls.given(self.names, node, _HOST)):
                self._say_old(node, name)
                return
        if self.context.is_test:
            return
        if last_word(node.func) in ADDS and isinstance(node.func, cst.Attribute):
            self._added(node, node.func.value)
            return
        for target in calls.targets(self.names, node):
            url = self._plain_url(node, target)
            carried = self._carried(node, target, url) if url is not None else ""
            if url is not None and carried:
                self._say(node, url, carried)
                return

    def _say_old(self, node: cst.Call, name: str) -> None:
        kind = CONNECTS[name]
        self.report(
            PLAIN,
            node,
            f"`{self.written(node.func)}` is {name}: {kind} sends the login and all that follows for everybody to read",
            label="no encryption",
            help=_NEWER[kind],
        )

    def _say(self, node: cst.Call, url: Value, carried: str) -> None:
        at = url.node if isinstance(url, Constant | Text) else node
        inside = at is node or self.names.index.stands_in(at, node)
        self.report(
            PLAIN,
            node,
            f"`{self.written(node.func)}` sends {carried} to an http:// address: anybody on the way can read it",
            label="no encryption",
            help="https://, and the CA that signed the server's certificate",
            related=() if inside else (Note(at, "the address comes from here"),),
        )

    # where it goes

    def _plain_url(self, node: cst.Call, target: calls.Target) -> Value | None:
        """The http:// address that a call is given, or that its client was made with."""
        argument = target.function.arguments.get("url")
        found = calls.given(self.names, node, argument, target.partials) if argument is not None else calls.ABSENT
        for value in found.values if found.state == "given" else ():
            text = known_text(value)
            if text.lower().startswith("http://"):
                return value if self._is_far(value) else None
            if text.startswith("/") or (text and "://" not in text and not text.startswith("\0")):
                return self._base_url(target.receiver)
        return None

    def _base_url(self, receiver: object) -> Value | None:
        made = receiver.call if isinstance(receiver, Instance) else None
        for maker in calls.targets(self.names, made) if made is not None else ():
            if made is not None and maker.receiver is None:
                return self._plain_url(made, maker)
        return None

    def _is_far(self, url: Value) -> bool:
        """Whether an address is neither of this host nor of something only this host can reach."""
        host = re.split(r"[/?#]", known_text(url)[len("http://") :], maxsplit=1)[0].rpartition("@")[2]
        host = _WITHOUT_PORT.sub("", host)
        if "\0" not in host:
            return not _LOCAL.fullmatch(host)
        if not host.startswith("\0"):
            return True
        parts = url.parts if isinstance(url, Text) else ()
        data = [part for part in parts if not isinstance(part, str)]
        before = known_text(url).partition(host)[0].count("\0")
        return before >= len(data) or not self._is_near(
            calls.Given("given", data[before], self.names.values(data[before]))
        )

    def _is_near(self, host: calls.Given) -> bool:
        """Whether a host is, or may well be, this one: what it is, what it is called, what it is by default."""
        if host.state != "given" or host.node is None:
            return False
        words = set(secret_names.words(last_word(host.node)))
        return not words.isdisjoint(_NEAR) or any(self._may_be_local(value) for value in host.values)

    def _may_be_local(self, value: Value) -> bool:
        match value:
            case Constant(value=str() as text):
                return _LOCAL.fullmatch(text.partition(":")[0]) is not None
            case Parameter(default=cst.BaseExpression() as default):
                return any(self._may_be_local(one) for one in self.names.values(default))
            case Instance(call=cst.Call(args=args)):
                constants = [self.names.constant(arg.value) for arg in args]
                return any(isinstance(one, str) and one and _LOCAL.fullmatch(one) is not None for one in constants)
            case _:
                return False

    # what it carries

    def _carried(self, node: cst.Call, target: calls.Target, url: Value) -> str:
        """What a call sends that nobody else should read; empty where there is nothing."""
        text = known_text(url)
        if _USER.match(text):
            return "the login in it"
        for name in _QUERY.findall(text):
            if _is_secret(name):
                return f"`{name}`"
        return self._given_to(node, target) or self._kept_by(target.receiver)

    def _given_to(self, node: cst.Call, target: calls.Target) -> str:
        for facet, argument in target.function.arguments.items():
            if argument.secret and self._is_given(calls.given(self.names, node, argument, target.partials)):
                return f"`{(argument.keyword or (facet,))[0]}`"
        auth = target.function.arguments.get("auth")
        if auth is not None and self._is_given(calls.given(self.names, node, auth, target.partials)):
            return "a login"
        for facet in ("headers", "data", "json"):
            argument = target.function.arguments.get(facet, Argument())
            name = self._secret_key(calls.given(self.names, node, argument, target.partials))
            if name:
                return f"`{name}`"
        name = self._secret_key(calls.given(self.names, node, Argument(("params",)), target.partials))
        return f"`{name}`" if name else ""

    def _is_given(self, found: calls.Given) -> bool:
        """Whether something is given for certain: no None, no default that is none."""
        if found.state != "given":
            return False
        return not any(
            (isinstance(value, Constant) and not value.value)
            or (isinstance(value, Parameter) and value.default is not None and not self.names.constant(value.default))
            for value in found.values
        )

    def _secret_key(self, found: calls.Given) -> str:
        """The first key of a dict that names a secret."""
        for value in found.values if found.state == "given" else ():
            if isinstance(value, Display) and value.kind == "dict":
                table, _ = displays.mapping(self.names, value, found.node)
                for key, given in table.items():
                    if _is_secret(key) and not any(self.names.constant(one) in (None, "") for one in given):
                        return key
        return ""

    def _kept_by(self, receiver: object) -> str:
        """What a client sends with every request: `session.auth`, `session.headers["Authorization"]`."""
        made = receiver.call if isinstance(receiver, Instance) else None
        if made is None:
            return ""
        index = self.names.index
        for target, binding in index.attribute_writes.get("auth", ()):
            if (
                self._is_of(target.value, made)
                and binding.value is not None
                and self.names.constant(binding.value) is not None
            ):
                return "a login"
        for name, owner in self._header_writes():
            if _is_secret(name) and self._is_of(owner, made):
                return f"`{name}`"
        for maker in calls.targets(self.names, made):
            if maker.receiver is None:
                return self._given_to(made, maker)
        return ""

    def _header_writes(self) -> Iterator[tuple[str, cst.BaseExpression]]:
        """The headers that this file sets on clients, each with the expression that names the client."""
        for target, _ in self.names.index.subscript_writes.get("headers", ()):
            match target:
                case cst.Subscript(
                    value=cst.Attribute(value=owner), slice=[cst.SubscriptElement(slice=cst.Index(value=key))]
                ):
                    name = self.names.constant(key)
                    if isinstance(name, str):
                        yield name, owner
                case _:
                    pass
        for call in self.names.calls_of("update", "headers"):
            match call.func:
                case cst.Attribute(value=cst.Attribute(value=owner, attr=cst.Name(value="headers"))) if call.args:
                    given = calls.Given("given", call.args[0].value, self.names.values(call.args[0].value))
                    yield self._secret_key(given), owner
                case _:
                    pass

    def _is_of(self, owner: cst.BaseExpression, made: cst.Call) -> bool:
        return any(isinstance(value, Instance) and value.call is made for value in self.names.values(owner))

    def _added(self, node: cst.Call, owner: cst.BaseExpression) -> None:
        """`request.add_header("Authorization", …)` on a urllib Request for an http:// address."""
        name = self.names.constant(node.args[0].value) if node.args else ...
        if not isinstance(name, str) or not _is_secret(name):
            return
        for value in self.names.values(owner):
            made = value.call if isinstance(value, Instance) else None
            for maker in calls.targets(self.names, made) if made is not None else ():
                url = self._plain_url(made, maker) if made is not None else None
                if url is not None:
                    self._say(node, url, f"`{name}`")
                    return


def _is_secret(name: str) -> bool:
    said = secret_names.said(name)
    return said is not None and said.kind is not Kind.LOGIN
