"""TLS contexts that were never told to verify anything, where they reach a client."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.gates.gate import Gate
from lintfoot.gates.web import TRUST
from lintfoot.receivers import serves
from lintfoot.values import Instance
from lintfoot.visitors.base import Note, Visitor

(UNVERIFIED,) = TRUST.codes
_WRAPPERS = frozenset({"ssl.SSLContext.wrap_socket", "ssl.SSLContext.wrap_bio"})


class Trust(Visitor):
    """A bare `ssl.SSLContext(…)` verifies nothing until it is told to."""

    gate: ClassVar[Gate] = TRUST

    def visit_Call(self, node: cst.Call) -> None:
        """Look at what the call is handed, and at what it is a method of."""
        for target in calls.targets(self.names, node):
            if target.name in _WRAPPERS:
                if isinstance(target.receiver, Instance):
                    self._check(node, target.receiver, target.name)
                return
            for facet, argument in target.function.arguments.items():
                if facet not in ("verify", "context"):
                    continue
                for value in calls.given(self.names, node, argument, target.partials).values:
                    if isinstance(value, Instance):
                        self._check(node, value, target.name)

    def _check(self, node: cst.Call, context: Instance, name: str) -> None:
        if context.call is None or context.call is node or serves(self.names, context):
            return
        for maker in calls.targets(self.names, context.call):
            told = facets.meaning(self.names, context.call, maker, "verify")
            if told is None or not told.certain(("unset",)) or self._told_otherwise(context):
                continue
            self.report(
                UNVERIFIED,
                node,
                f"`{self.written(node.func)}` ({name}) gets a bare SSLContext, which verifies nothing until it is told to",
                label="accepts any certificate",
                help="ssl.create_default_context()",
                related=(Note(context.call, "this context starts with verify_mode = CERT_NONE"),),
            )
            return

    def _told_otherwise(self, context: Instance) -> bool:
        """Something is assigned to verify_mode: on is fine, off is a finding of its own, unknown is unknown."""
        return any(True for _ in facets.written_facets(self.names, context, "verify"))
