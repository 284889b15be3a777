"""Functions that try again by calling themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot.paths import within
from lintfoot.scopes import parameters
from lintfoot.values import Function
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.bounds import any_way_out, changing_in
from lintfoot.visitors.failures import tells_no_failure
from lintfoot.visitors.wording import LOG_VERBS, PAUSES, last_word, names_in, root_name

UNBOUNDED = "LF601"
_OF_EXCEPTION = frozenset("isinstance issubclass hasattr getattr str repr type int len bool any all".split())


class Recursion(Visitor):
    """A function that calls itself from its own handler."""

    codes: ClassVar[tuple[str, ...]] = (UNBOUNDED,)
    words: ClassVar[tuple[str, ...]] = ("except",)

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """A function that calls itself from its own handler."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef) or tells_no_failure(node, node.body):
            return
        for call in _calls_of(node.body, function.name.value):
            if not any(
                isinstance(value, Function) and value.node is function for value in self.names.values(call.func)
            ):
                continue
            if self._handed_on(call, function) and not self._conditional(call, node):
                self.report(
                    UNBOUNDED,
                    call,
                    f"`{function.name.value}` calls itself from its own handler and nothing counts the attempts: it can retry for ever",
                    label="tries again without end",
                    help="for attempt in range(5): … and raise the last error after the loop",
                    related=(Note(node, "the failure that leads here"),),
                )

    def _handed_on(self, call: cst.Call, function: cst.FunctionDef) -> bool:
        """Whether a self-call changes nothing that the function would look at: anything else may count."""
        own = {param.name.value for param in parameters(function)}
        names = [param.name.value for param in (*function.params.posonly_params, *function.params.params)]
        if self.names.index.class_of(function) is not None:
            names = names[1:]
        for place, arg in enumerate(call.args):
            plain = isinstance(arg.value, cst.Name) and (arg.value.value in own or bool(arg.star))
            if plain or isinstance(arg.value, cst.Attribute):
                continue
            name = arg.keyword.value if arg.keyword else "".join(names[place : place + 1])
            if name not in own or self._weighed(name, function):
                return False
        changed = set(changing_in(function.body)) | {
            root_name(node.target)
            for node in within(function.body)
            if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Subscript | cst.Attribute)
        }
        return not any(self._weighed(name, function) for name in (own - {"self"}) & changed)

    def _weighed(self, name: str, function: cst.FunctionDef) -> bool:
        """Whether a function looks at a parameter for more than logging, pausing and handing it to itself."""
        for node in names_in(function.body):
            if node.value == name and not any(
                self._idle(above, name, function) for above in self.names.index.ancestors(node)
            ):
                return True
        return False

    def _idle(self, node: cst.CSTNode, name: str, function: cst.FunctionDef) -> bool:
        match node:
            case cst.Call(func=func):
                return last_word(func) in PAUSES | LOG_VERBS | {function.name.value}
            case cst.AugAssign(target=cst.Name(value=target)):
                return target == name
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=target))]):
                return target == name
            case _:
                return False

    def _conditional(self, call: cst.Call, handler: cst.ExceptHandler) -> bool:
        """Whether the call stands under a test that may count, or after one that leaves."""
        for above in self.names.index.ancestors(call):
            if above is handler:
                break
            if isinstance(above, cst.If):
                caught = (
                    {handler.name.name.value} if handler.name and isinstance(handler.name.name, cst.Name) else set()
                )
                if any(
                    isinstance(n, cst.Name) and n.value not in caught for n in (above.test, *within(above.test))
                ) and not _only_kinds(above.test):
                    return True
        return any(
            isinstance(node, cst.If) and any_way_out(node) and not _only_kinds(node.test)
            for node in within(handler.body)
        )


def _only_kinds(test: cst.BaseExpression) -> bool:
    """`isinstance(error, X)` and comparisons with the error's own code say what failed, not how often."""
    called = [node for node in (test, *within(test)) if isinstance(node, cst.Call)]
    return bool(called) and all(last_word(call.func) in _OF_EXCEPTION for call in called)


def _calls_of(body: cst.BaseSuite, name: str) -> Iterator[cst.Call]:
    for node in within(body):
        if isinstance(node, cst.Call) and last_word(node.func) == name:
            yield node
