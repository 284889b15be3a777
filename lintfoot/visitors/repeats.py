"""Retries over what must not be done twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.gates.gate import Gate
from lintfoot.gates.retrying import REPEATS
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import dotted
from lintfoot.values import Display, Function, Instance
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.busy import is_busy
from lintfoot.visitors.failures import Handler, kinds_of
from lintfoot.visitors.loops import Loops, asks_a_person
from lintfoot.visitors.retried import is_poll, never_retries
from lintfoot.visitors.unrepeatable import Effect, effects, is_reader, safe_twice

(REPEATED,) = REPEATS.codes
_METHODS = frozenset(("POST", "PATCH"))
# The server never got it, or refused it unread.
_UNSENT = regex(
    r"ConnectTimeout|ConnectError|ConnectionRefused|NewConnection|gaierror|NameResolution|Throttl|TooManyRequests|RateLimit|"
    r"NoBrokers|Busy|Locked|Deadlock|Conflict|Stale|Unauthorized|Expired|InvalidToken|AlreadyExists|Duplicate|NotReady|Assertion"
)


class Repeats(Visitor):
    """LF603."""

    gate: ClassVar[Gate] = REPEATS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._loops = Loops(self.names, self.models)

    # Retry objects

    def visit_Call(self, node: cst.Call) -> None:
        """`Retry(allowed_methods=None)`, `retry_call(submit, …)`."""
        for target in calls.targets(self.names, node):
            if "retry" not in target.function.role or never_retries(self.names, node, target):
                continue
            if "methods" in target.function.arguments:
                self._methods(node, target)
            elif target.name == "retry.retry_call":
                self._handed_over(node)
            return

    def _methods(self, node: cst.Call, target: calls.Target) -> None:
        told = facets.meaning(self.names, node, target, "methods")
        if told is None or told.given.state == "unknown" or "idempot" in self.context.text.lower():
            return
        given = told.given.node
        if given is None and not (told.certain(("any",)) and self._posts()):
            return
        if told.certain(("any",)):
            which = "every method, POST and PATCH as well"
        else:
            found = sorted(_METHODS & set(self._listed(given))) if given is not None else []
            which = " and ".join(found)
        if which:
            self.report(
                REPEATED,
                node,
                f"`{self.written(node.func)}` is {target.name} over {which}: what the server did before the answer was lost is done twice",
                label="repeats what is not idempotent",
                help="leave POST and PATCH out, or send an Idempotency-Key that stays the same over all attempts",
                related=(Note(given, "these methods are tried again"),) if given is not None else (),
            )

    def _posts(self) -> bool:
        """Whether the file posts at all: the default of a library is no wish of the script's."""
        return any(self.names.calls_of(name) for name in ("post", "patch"))

    def _listed(self, node: cst.BaseExpression) -> Iterator[str]:
        """The texts in a list, a set, a sum of such, or what a name stands for."""
        for one in (node, *within(node)):
            if isinstance(one, cst.SimpleString):
                yield str(one.evaluated_value).upper()
            elif isinstance(one, cst.Name | cst.Attribute):
                for value in self.names.values(one):
                    inner = value.node if isinstance(value, Display) else getattr(value, "call", None)
                    if isinstance(value, Display | Instance) and inner is not None and inner is not node:
                        yield from (
                            str(text.evaluated_value).upper()
                            for text in within(inner)
                            if isinstance(text, cst.SimpleString)
                        )

    def _handed_over(self, node: cst.Call) -> None:
        """`retry_call(submit, fargs=[order])`."""
        for value in self.names.values(node.args[0].value) if node.args else ():
            if isinstance(value, Function) and not is_reader(value.node):
                found = next(self._effects(value.node.body), None)
                if found is not None:
                    self._say(node, found)
                    return

    # decorators

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry(…)` over a function that posts."""
        call = node.decorator if isinstance(node.decorator, cst.Call) else cst.Call(func=node.decorator)
        function = self.names.index.parent.get(id(node))
        if not isinstance(function, cst.FunctionDef) or is_reader(function):
            return
        for target in calls.targets(self.names, call):
            if "retry" in target.function.role and not self._is_harmless(call, target):
                found = next(self._effects(function.body), None)
                if found is not None and not safe_twice(self.context.module.code_for_node(function)):
                    self._say(node.decorator, found)
                return

    def _is_harmless(self, call: cst.Call, target: calls.Target) -> bool:
        """Whether it tries again only what was never sent, or waits for a result, or tries once."""
        if never_retries(self.names, call, target) or is_poll(self.names, call, target):
            return True
        argument = target.function.arguments.get("exceptions")
        given = calls.given(self.names, call, argument, target.partials) if argument is not None else calls.ABSENT
        if given.node is None:
            return False
        kinds = [dotted(one).rpartition(".")[2] for one in (given.node, *within(given.node))]
        named = [kind for kind in kinds if kind[:1].isupper()]
        return bool(named) and all(_UNSENT.search(kind) for kind in named)

    # loops

    def visit_While(self, node: cst.While) -> None:
        """`while True:` and loops that count."""
        self._check(node)

    def visit_For(self, node: cst.For) -> None:
        """`for attempt in range(5):`, `for attempt in Retrying(…):`."""
        if self._is_retrying(node.iter):
            found = next(self._effects(node.body), None)
            if found is not None and not self._keeps_safe(node):
                self._say(node, found)
            return
        self._check(node)

    def _is_retrying(self, iterated: cst.BaseExpression) -> bool:
        made = [one.call for one in self.names.values(iterated) if isinstance(one, Instance) and one.call is not None]
        return any(
            "retry" in target.function.role and not self._is_harmless(call, target)
            for call in made
            for target in calls.targets(self.names, call)
        )

    def _check(self, loop: cst.While | cst.For) -> None:
        flags = self._loops.endless(loop)
        flags = self._loops.counted(loop) if flags is None else flags
        again = self._loops.tried_again(loop, flags) if flags is not None else None
        if again is None or asks_a_person(loop.body) or self._was_unsent(again):
            return
        attempt = self._attempt(loop, again)
        found = next(self._effects(attempt), None)
        if found is not None and not self._keeps_safe(loop):
            self._say(loop, found)

    def _was_unsent(self, again: cst.CSTNode) -> bool:
        if isinstance(again, Handler):
            kinds = kinds_of(again)
            return bool(kinds) and all(_UNSENT.search(kind) for kind in kinds)
        return isinstance(again, cst.If) and is_busy(self.names, again.test) is not None

    def _attempt(self, loop: cst.While | cst.For, again: cst.CSTNode) -> cst.BaseSuite:
        """What is tried: the block that the handler guards, without the handler."""
        if isinstance(again, cst.With):
            return again.body
        guard = self.names.index.parent.get(id(again))
        return guard.body if isinstance(guard, cst.Try | cst.TryStar) else loop.body

    def _keeps_safe(self, loop: cst.CSTNode) -> bool:
        """Whether the function round a loop speaks of keys that make the second attempt the same."""
        function = self.names.index.function_of(loop)
        place = function if isinstance(function, cst.FunctionDef) else loop
        return safe_twice(self.context.module.code_for_node(place)) or is_reader(function)

    def _effects(self, body: cst.CSTNode) -> Iterator[Effect]:
        return effects(self.names, body, self.context.module)

    def _say(self, place: cst.CSTNode, effect: Effect) -> None:
        self.report(
            REPEATED,
            place,
            f"{effect.what} is tried again, and the first attempt may have come through: "
            "only its answer was lost, and the second one does it twice",
            label="repeats what is not idempotent",
            help="send an Idempotency-Key or client token that stays the same over all attempts, or look first whether it is done",
            related=(Note(effect.call, "this is done anew each time"),),
        )
