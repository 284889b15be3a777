"""Loops that wait for a state that may never come."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot.gates.gate import Gate
from lintfoot.gates.retrying import POLLS
from lintfoot.paths import is_endless, within
from lintfoot.scopes import last_word
from lintfoot.secret_names import words
from lintfoot.values import Function
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.bounds import may_raise
from lintfoot.visitors.exits import ways_out
from lintfoot.visitors.limits import Limits
from lintfoot.visitors.loops import Loops, asks_a_person
from lintfoot.visitors.states import only_looks, speaks_of_limits, waits_for
from lintfoot.visitors.waits import sleeps
from lintfoot.visitors.wording import names_in

(ENDLESS,) = POLLS.codes
_MAKES = frozenset("unique generate generated random new make create uuid candidate increment suffix".split())


class Polls(Visitor):
    """LF605."""

    gate: ClassVar[Gate] = POLLS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._loops = Loops(self.names, self.models)
        self._limits = Limits(self.names)

    def visit_While(self, node: cst.While) -> None:
        """`while not ready(): sleep`, `while True` with one way out."""
        if not sleeps(self.names, node.body) or not only_looks(node):
            return
        state = self._state(node)
        if state is None or _tries_others(node, state) or self._has_an_end(node) or self._is_retry(node):
            return
        related = (Note(state, "the only way out"),) if isinstance(state, cst.If) else ()
        self.report(
            ENDLESS,
            node,
            "this loop waits for a state, and nothing ends it when the state never comes: "
            "no deadline, no attempt count, no way out on failure",
            label="may wait for ever",
            help="set `deadline = time.monotonic() + 600` before the loop, and raise TimeoutError in it once that has passed",
            related=related,
        )

    def _state(self, node: cst.While) -> cst.CSTNode | None:
        """What the loop waits for: its header's test, or the one `if` that leaves it."""
        exits = ways_out(node.body)
        if not is_endless(node.test):
            return node.test if not exits and waits_for(self.names, node.test, node) else None
        holders = {id(one.test): one for one in exits}
        if len(holders) != 1:
            return None
        (exit_,) = holders.values()
        if exit_.test is None or exit_.fails or not waits_for(self.names, exit_.test.test, node, leaves=exit_.holds):
            return None
        return exit_.test

    def _has_an_end(self, node: cst.While) -> bool:
        if speaks_of_limits(node) or self._limits.timed(node) or asks_a_person(node.body):
            return True
        return self._helper_fails(node) or self._is_timed_by_a_caller(node) or self._is_generator(node)

    def _is_retry(self, node: cst.While) -> bool:
        flags = self._loops.endless(node)
        return flags is not None and self._loops.tried_again(node, flags) is not None

    def _helper_fails(self, node: cst.While) -> bool:
        """Whether a function of this file that the loop asks raises: a way out on failure."""
        return any(
            isinstance(value, Function) and may_raise(value.node)
            for part in (node.test, node.body)
            for one in (part, *within(part))
            if isinstance(one, cst.Call)
            for value in self.names.values(one.func)
        )

    def _is_timed_by_a_caller(self, node: cst.While) -> bool:
        """`asyncio.wait_for(self._until_ready(), timeout=60)` in this file."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef):
            return False
        for name in ("wait_for", "timeout", "wait", "run_with_timeout", "with_timeout"):
            for call in self.names.calls_of(name):
                for arg in call.args:
                    inner = arg.value
                    if isinstance(inner, cst.Call) and last_word(inner.func) == function.name.value:
                        return True
        return False

    def _is_generator(self, node: cst.While) -> bool:
        return any(isinstance(one, cst.Yield) for one in within(node.body))


def _tries_others(loop: cst.While, state: cst.CSTNode) -> bool:
    """`while not is_free(name): name = unique_name(name)`: what is asked about is another in each turn, so nothing is waited for."""
    parts = (state, *within(state.test if isinstance(state, cst.If) else state))
    given = {name.value for one in parts if isinstance(one, cst.Arg) for name in names_in(one.value)}
    return any(
        isinstance(one, cst.Assign)
        and isinstance(one.value, cst.Call)
        and not _MAKES.isdisjoint(words(last_word(one.value.func)))
        and any(name.value in given for target in one.targets for name in names_in(target.target))
        for one in within(loop.body)
    )
