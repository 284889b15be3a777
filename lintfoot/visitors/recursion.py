"""Functions that try again by calling themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot.gates.gate import Gate
from lintfoot.gates.loop_lines import PAUSES
from lintfoot.gates.retrying import RECURSION
from lintfoot.paths import statements, within
from lintfoot.scopes import dotted, last_word, parameters
from lintfoot.values import Function
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.bounds import any_way_out, changing_in
from lintfoot.visitors.failures import tells_no_failure
from lintfoot.visitors.loops import asks_a_person
from lintfoot.visitors.statuses import means_success, of_outcome
from lintfoot.visitors.wording import ASSIGNS, LOG_VERBS, assigned_in, names_in, root_name

(UNBOUNDED,) = RECURSION.codes
_OF_EXCEPTION = frozenset("isinstance issubclass hasattr getattr str repr type int len bool any all".split())


class Recursion(Visitor):
    """A function that calls itself from its own handler, or after a failed answer."""

    gate: ClassVar[Gate] = RECURSION

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """A function that calls itself from its own handler."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef) or not self._calls_itself(function, node):
            return
        if tells_no_failure(node, node.body) or asks_a_person(function.body) or _noted(node, function):
            return
        for call in self._calls_of(node.body, function):
            if self._handed_on(call, function) and not self._conditional(call, node):
                self._say(call, function, "from its own handler", node)

    def visit_If(self, node: cst.If) -> None:
        """`if reply.status_code == 429: return get(url)`."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef) or not self._calls_itself(function, node):
            return
        if means_success(node.test):
            return
        assigned = assigned_in(function.body)
        if not of_outcome(node.test, assigned) or not self._alone(node.test, assigned):
            return
        above = [one for one in self.names.index.ancestors(node) if isinstance(one, cst.If)]
        if any(not of_outcome(one.test, assigned) for one in above if function in self.names.index.ancestors(one)):
            return
        for call in self._calls_of(node.body, function):
            inner = next((one for one in self.names.index.ancestors(call) if isinstance(one, cst.If)), None)
            if inner is node and self._handed_on(call, function):
                self._say(call, function, "after a failed answer", node)

    def _calls_itself(self, function: cst.FunctionDef, inside: cst.CSTNode) -> bool:
        """A cheap look, before the whole function is gone through."""
        name = function.name.value
        return any(
            isinstance(one, cst.Call) and last_word(one.func) == name for one in within(inside, frozenset((name,)))
        )

    def _alone(self, test: cst.BaseExpression, assigned: set[str]) -> bool:
        """Whether a test looks at the answer and at nothing else that may count."""
        return all(name.value in assigned for name in names_in(test) if not self._is_member(name))

    def _is_member(self, name: cst.Name) -> bool:
        parent = self.names.index.parent.get(id(name))
        return isinstance(parent, cst.Attribute) and parent.attr is name

    def _calls_of(self, body: cst.BaseSuite, function: cst.FunctionDef) -> Iterator[cst.Call]:
        name = function.name.value
        for node in within(body, frozenset((name,))):
            if isinstance(node, cst.Call) and last_word(node.func) == name:
                values = self.names.values(node.func)
                if self._same_object(node.func, function) and any(
                    isinstance(value, Function) and value.node is function for value in values
                ):
                    yield node

    def _same_object(self, callee: cst.BaseExpression, function: cst.FunctionDef) -> bool:
        """Whether a method is called on the object that it belongs to: `child.value()` goes down a tree, which has an end."""
        owner = self.names.index.class_of(function)
        if owner is None or not isinstance(callee, cst.Attribute):
            return True
        first = next(iter(parameters(function)), None)
        own = {owner.name.value, "super", *([first.name.value] if first is not None else [])}
        receiver = callee.value.func if isinstance(callee.value, cst.Call) else callee.value
        return dotted(receiver) in own

    def _say(self, call: cst.Call, function: cst.FunctionDef, when: str, why: cst.CSTNode) -> None:
        self.report(
            UNBOUNDED,
            call,
            f"`{function.name.value}` calls itself {when} and nothing counts the attempts: it can retry for ever",
            label="tries again without end",
            help="for attempt in range(5): … and raise the last error after the loop",
            related=(Note(why, "the failure that leads here"),),
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
            for node in within(function.body, ASSIGNS)
            if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Subscript | cst.Attribute)
        }
        return not any(self._weighed(name, function) for name in (own - {"self"}) & changed)

    def _weighed(self, name: str, function: cst.FunctionDef) -> bool:
        """Whether a function looks at a parameter for more than logging, pausing and handing it to itself."""
        return any(
            isinstance(node, cst.Name)
            and node.value == name
            and not any(self._idle(above, name, function) for above in self.names.index.ancestors(node))
            for node in within(function.body, frozenset((name,)))
        )

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


def _noted(handler: cst.ExceptHandler, function: cst.FunctionDef) -> bool:
    """Whether the handler notes the failure where the function looks before it tries: `if not self.first: return …`."""
    written = {dotted(node.target) for node in within(handler.body, ASSIGNS) if isinstance(node, cst.AssignTarget)}
    heads = (one for one in statements(function.body) if isinstance(one, cst.If) and any_way_out(one))
    return any(
        dotted(node) in written
        for head in heads
        for node in (head.test, *within(head.test))
        if isinstance(node, cst.Attribute)
    )


def _only_kinds(test: cst.BaseExpression) -> bool:
    """`isinstance(error, X)` and comparisons with the error's own code say what failed, not how often."""
    called = [node for node in (test, *within(test)) if isinstance(node, cst.Call)]
    return bool(called) and all(last_word(call.func) in _OF_EXCEPTION for call in called)
