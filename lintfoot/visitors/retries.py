"""Retries that never give up: endless loops, and libraries told no end."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.gates.gate import Gate
from lintfoot.gates.retrying import RETRIES
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.failures import Handler
from lintfoot.visitors.limits import Limits
from lintfoot.visitors.loops import Loops, asks_a_person, says_it_failed

(UNBOUNDED,) = RETRIES.codes


class Retries(Visitor):
    """Loops and decorators that try again."""

    gate: ClassVar[Gate] = RETRIES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._loops = Loops(self.names, self.models)
        self._limits = Limits(self.names)

    def visit_While(self, node: cst.While) -> None:
        """`while True:`, flags that only success sets, and `while bring_up(): log("failed, again in 15 s")`."""
        self._check(node)
        if says_it_failed(node) and not self._limits.timed(node):
            self._say(node, node.test, f"while {self.written(node.test, 50)}")

    def visit_For(self, node: cst.For) -> None:
        """`for attempt in itertools.count():`."""
        self._check(node)

    def _check(self, loop: cst.While | cst.For) -> None:
        flags = self._loops.endless(loop)
        again = self._loops.tried_again(loop, flags) if flags is not None else None
        if again is None:
            return
        if asks_a_person(loop.body) or self._limits.bounded(loop, loop.body) or self._limits.timed(loop):
            return
        self._say(loop, again, self._again(again))

    def _say(self, loop: cst.While | cst.For, again: cst.CSTNode, shown: str) -> None:
        self.report(
            UNBOUNDED,
            loop,
            f"this loop leaves on success, `{shown}` comes round again, and nothing counts the attempts or the "
            "time: it can retry for ever",
            label="no attempt count, no deadline",
            help="for attempt in range(5): … and raise the last error after the loop",
            related=(Note(again, "a failure comes round again from here"),),
        )

    def _again(self, node: Handler | cst.With | cst.If) -> str:
        """The line from which a failure comes round, as it is written."""
        match node:
            case cst.If(test=test):
                return f"if {self.written(test, 50)}"
            case cst.With(items=[item, *_]):
                return f"with {self.written(item.item, 50)}"
            case cst.ExceptHandler(type=cst.BaseExpression() as caught) | cst.ExceptStarHandler(type=caught):
                return f"except {self.written(caught, 50)}"
            case _:
                return "except"

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry` without any argument."""
        if isinstance(node.decorator, cst.Call):
            return
        bare = cst.Call(func=node.decorator)
        for target in calls.targets(self.names, bare):
            stop = facets.meaning(self.names, bare, target, "stop") if "retry" in target.function.role else None
            if stop is not None and stop.certain(("forever",)):
                self.report(
                    UNBOUNDED,
                    node.decorator,
                    f"`@{self.written(node.decorator)}` is {target.name} without a stop: it can retry for ever",
                    label="never gives up",
                    help=_bounded_decorator(target.name, self.written(node.decorator)),
                )
                return


def _bounded_decorator(name: str, shown: str) -> str:
    if name.startswith("tenacity"):
        return f"@{shown}(stop=stop_after_attempt(5), wait=wait_exponential_jitter())"
    if name.startswith("retrying"):
        return f"@{shown}(stop_max_attempt_number=5, wait_exponential_multiplier=1000)"
    return f"@{shown}(…) with a number of attempts or a time limit"
