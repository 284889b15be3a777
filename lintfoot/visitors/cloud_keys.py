"""LF403: keys handed to a cloud's client by hand, where its provider chain would find better ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.calls import Target
from lintfoot.findings import Severity
from lintfoot.gates.clouds import CLOUDS, Cloud
from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import CLOUD_KEYS
from lintfoot.scopes import last_word, parameters
from lintfoot.secret_names import Kind, said
from lintfoot.values import Constant, Display, Instance, Parameter
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.key_origins import Origin, Origins
from lintfoot.visitors.secret_claims import key_of, texts_of

(CODE,) = CLOUD_KEYS.codes


_OWN_ENDPOINTS = ("amazonaws.com", "amazonaws.com.cn", "api.aws")


Handed = Sequence[tuple[str, calls.Given]]


class Given(IntEnum):
    """How bad what is handed over is; the larger wins."""

    ENVIRONMENT = 1
    BY_HAND = 2


class CloudKeys(Visitor):
    """Asks each call that makes a client of a cloud which keys it is handed."""

    gate: ClassVar[Gate] = CLOUD_KEYS

    def visit_Call(self, node: cst.Call) -> None:
        """Keys by keyword, by position and out of dicts that this file fills."""
        if self.context.is_test:
            return
        for target in calls.targets(self.names, node):
            cloud = next((one for start, one in CLOUDS if target.name.startswith(start)), None)
            if cloud is not None:
                self._client(node, target, cloud)
                return

    def _client(self, node: cst.Call, target: Target, cloud: Cloud) -> None:
        handed = list(self._handed(node, target, cloud))
        if not handed or self._goes_elsewhere(node, target):
            return
        origins = Origins(self.names)
        found = [origins.of(given) for _, given in handed]
        if any(one is Origin.TEMPORARY for one in found) or {Origin.NOTHING, Origin.ASKED}.issuperset(found):
            return
        worst = Given.BY_HAND if Origin.BY_HAND in found else Given.ENVIRONMENT
        self._say(node, cloud, handed, worst)

    def _handed(self, node: cst.Call, target: Target, cloud: Cloud) -> Iterator[tuple[str, calls.Given]]:
        """The keys that a call is given, by keyword; what may be an object with credentials of its own is left out."""
        for facet in cloud.facets:
            argument = target.function.arguments.get(facet)
            given = calls.given(self.names, node, argument, target.partials) if argument is not None else calls.ABSENT
            if given.state != "given" or given.node is None or argument is None:
                continue
            keyword = given.keyword or (argument.keyword[0] if argument.keyword else facet)
            if keyword != "credential" or self._is_key(given.node):
                yield keyword, given

    def _is_key(self, node: cst.BaseExpression) -> bool:
        """Whether a `credential=` that may be anything is a key: a text, or something called so."""
        if any(isinstance(value, Constant) and isinstance(value.value, str) for value in self.names.values(node)):
            return True
        name = key_of(node) if isinstance(node, cst.Subscript) else last_word(node)
        if isinstance(node, cst.Call):
            name = next(iter(texts_of(node)), "")
        found = said(name)
        return found is not None and found.kind in (Kind.KEY, Kind.SECRET, Kind.PASSWORD)

    # keys for something else than the cloud

    def _goes_elsewhere(self, node: cst.Call, target: Target) -> bool:
        """MinIO, Ceph, LocalStack: an address of its own, given here or to all clients of this session."""
        if self._has_endpoint(node, target):
            return True
        made = [
            call
            for name in ("client", "resource", "create_client")
            for call in self.names.calls_of(name)
            if isinstance(call.func, cst.Attribute)
            and any(isinstance(value, Instance) and value.call is node for value in self.names.values(call.func.value))
        ]
        return bool(made) and all(
            any(self._has_endpoint(call, one) for one in calls.targets(self.names, call)) for call in made
        )

    def _has_endpoint(self, node: cst.Call, target: Target) -> bool:
        for facet in ("endpoint", "client-options"):
            argument = target.function.arguments.get(facet)
            given = calls.given(self.names, node, argument, target.partials) if argument is not None else calls.ABSENT
            if given.state == "unknown" or (given.state == "given" and not self._is_own(given)):
                return True
        return False

    def _is_own(self, given: calls.Given) -> bool:
        """Whether an address is none, or the cloud's own."""
        if all(isinstance(value, Constant) for value in given.values):
            texts = [value.value for value in given.values if isinstance(value, Constant)]
            return all(not text or str(text).rstrip("/").endswith(_OWN_ENDPOINTS) for text in texts)
        shown = self.written(given.node, 400) if given.node is not None else ""
        return any(isinstance(value, Display) for value in given.values) and "endpoint" not in shown

    # speaking

    def _say(self, node: cst.Call, cloud: Cloud, handed: Handed, worst: Given) -> None:
        shown = ", ".join(f"`{keyword}`" for keyword in dict.fromkeys(keyword for keyword, _ in handed))
        name = f"`{self.written(node.func, 50)}`"
        if worst is Given.ENVIRONMENT:
            text = f"{name} is handed {shown} out of the environment: the provider chain reads it there by itself"
        else:
            text = f"{name} is handed {shown} by hand: {_what_of_it(handed)}"
        self.report(
            CODE,
            node,
            text,
            label="leave the keys out",
            help=cloud.instead.replace("{without}", self._without(node, handed)),
            severity=Severity.WARNING if worst is Given.ENVIRONMENT else None,
            related=self._from(handed),
        )

    def _from(self, handed: Handed) -> tuple[Note, ...]:
        """The parameter that a key comes in by."""
        for _, given in handed:
            for value in given.values:
                if isinstance(value, Parameter):
                    every = parameters(value.function)
                    return tuple(Note(one, "the key comes in here") for one in every if one.name.value == value.name)[
                        :1
                    ]
        return ()

    def _without(self, node: cst.Call, handed: Handed) -> str:
        """The same call without its keys."""
        func = self.written(node.func, 50)
        if func.endswith("set_credentials"):
            return "leave this call out"
        keys = {id(given.node) for _, given in handed}
        kept = [arg for arg in node.args if id(arg.value) not in keys]
        if any(arg.star for arg in kept) or sum(arg.keyword is None for arg in kept) > 2:  # noqa: PLR2004 - service and region
            return f"{func}(…)"
        words = [f"{arg.keyword.value}=" if arg.keyword else "" for arg in kept]
        return f"{func}({', '.join(word + self.written(arg.value, 40) for word, arg in zip(words, kept, strict=True))})"


def _what_of_it(handed: Handed) -> str:
    """What is wrong with keys that somebody hands over: those with a token expire, and passwords are no keys."""
    keywords = " ".join(keyword for keyword, _ in handed).lower()
    if "token" in keywords:
        return "the provider chain would find them by itself, and renew them"
    if "password" in keywords:
        return "it has to be kept somewhere, and nobody rotates it"
    return "keys that never expire, and nobody rotates"
