"""Kubernetes lists that fetch every object of a cluster in one answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.calls import Target
from lintfoot.deferred import deferred
from lintfoot.gates.cluster_lines import EVERYWHERE, OF_CLUSTER, is_list
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import CLUSTERS
from lintfoot.libraries import Argument, Function
from lintfoot.scopes import last_word
from lintfoot.values import Constant, Instance, Named, Object, Parameter, Partial, Unknown, Value
from lintfoot.visitors.additions import with_argument
from lintfoot.visitors.base import Visitor

(WHOLE,) = CLUSTERS.codes
_SCOPES = ("cluster", "cluster-objects", "resource")
# What narrows a list, or makes a stream of it. A page token belongs to a list that was begun with a limit.
_NARROW = ("label_selector", "field_selector", "limit", "watch", "_continue", "name", "namespace")
_SINGLE = ("config.openshift.io", "operator.openshift.io")  # groups with one object of each kind
_CLIENTS = frozenset({"kubernetes", "kubernetes_asyncio", "openshift"})
_ANY = Function(names=())


class Clusters(Visitor):
    """LF802."""

    gate: ClassVar[Gate] = CLUSTERS

    def visit_Call(self, node: cst.Call) -> None:
        """A list that is asked for here, or by whoever is handed the method."""
        for call in (node, *deferred(self.names, node)):
            target = self._listed(call)
            if target is not None and not self._narrowed(call, target):
                self._say(node, call, target)
                return

    # what is asked for

    def _listed(self, call: cst.Call) -> Target | None:
        for target in calls.targets(self.names, call):
            scope = target.function.arguments.get("scope")
            if scope is not None and "listing" in target.function.role:
                return target if scope.default in _SCOPES else None
        if isinstance(call.func, cst.Attribute) and self._is_own(call.func.value):
            return None
        return next(self._by_name(self.names.values(call.func), last_word(call.func)), None)

    def _is_own(self, node: cst.BaseExpression) -> bool:
        """An object of this file's own class: what its methods do stands there, or in a base that may page."""
        return any(isinstance(value, Object) for value in self.names.values(node))

    def _by_name(self, values: tuple[Value, ...], written: str) -> Iterator[Target]:
        """What no model resolves: an API group of an older client, or a client that came from somewhere else."""
        for value in values:
            match value:
                case Partial(targets=inner, call=made) if made.args:
                    for target in self._by_name(inner, last_word(made.args[0].value)):
                        yield Target(target.name, target.function, None, (made, *target.partials))
                case Named(name=name) if is_list(self.models, name.rpartition(".")[2]):
                    if name.startswith("kubernetes.") or self._unmistakable(name.rpartition(".")[2]):
                        yield Target(name, _ANY)
                case Unknown() | Parameter() if self._unmistakable(written):
                    yield Target(written, _ANY)
                case _:
                    pass

    def _unmistakable(self, name: str) -> bool:
        """`list_node` of an unknown object counts in a file that works with kubernetes."""
        return EVERYWHERE.fullmatch(name) is not None or (is_list(self.models, name) and self._at_home)

    @cached_property
    def _at_home(self) -> bool:
        """Whether the file imports a client of Kubernetes."""
        imported = self.names.index.imported()
        return any(self.models.canonical(name).partition(".")[0] in _CLIENTS for name in imported)

    # what narrows it

    def _narrowed(self, call: cst.Call, target: Target) -> bool:
        """Whether an argument keeps the answer small, or may."""
        group = target.function.arguments.get("group")
        if group is not None and calls.given(self.names, call, group, target.partials).constant in _SINGLE:
            return True
        own = target.function.arguments
        known = [own.get(word.replace("_", "-").strip("-"), Argument((word,))) for word in _NARROW]
        return any(self._is_given(call, argument, target) for argument in known)

    def _is_given(self, call: cst.Call, argument: Argument, target: Target) -> bool:
        found = calls.given(self.names, call, argument, target.partials)
        if found.state != "given":
            return found.state == "unknown"
        return not all(isinstance(value, Constant) and not value.value for value in found.values)

    def _say(self, node: cst.Call, call: cst.Call, target: Target) -> None:
        method = target.name.rpartition(".")[2]
        found = EVERYWHERE.fullmatch(method) or OF_CLUSTER.fullmatch(method)
        what = found[1].replace("_", " ") if found else "object of its kind"
        what = "custom object" if "custom" in what and "definition" not in what else what
        shown = self.written(call.func)
        self.report(
            WHOLE,
            node,
            f"`{shown}` fetches every {what} of the cluster in one answer: no selector, no limit",
            label="the whole cluster",
            help=f"{with_argument(self, call, self._advice(target))}, and the next page with `_continue`",
        )

    def _advice(self, target: Target) -> str:
        receiver = target.receiver
        of_resource = isinstance(receiver, Instance) and receiver.name.endswith("Resource")
        return "namespace=…, label_selector=…" if of_resource else "limit=500"
