"""Retries that never give up: endless loops, and libraries told no end."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Derived
from lintfoot.paths import FALLS, LEAVES, RAISES, ROUND, Handlers, guards, is_endless, outcomes, statements, within
from lintfoot.scopes import dotted
from lintfoot.values import Function, Named, Value
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.bounds import (
    acts_in_time,
    any_way_out,
    changing_in,
    leads_out,
    makes_progress,
    may_raise,
    spread,
)
from lintfoot.visitors.failures import HELD, NO_FAILURE, Handler, takes_away, tells_no_failure
from lintfoot.visitors.flags import CONNECTED, asks_connection, flags_of, set_falsy, sets_flag, success_sets
from lintfoot.visitors.statuses import STATUS, leaves_by_status, status_test
from lintfoot.visitors.wording import CLOCKS, args_in, last_word, names_in, root_name

UNBOUNDED = "LF601"
_PROMPTS = frozenset("input raw_input getpass prompt confirm ask askstring readline yesno menu question dialog".split())
_HANDLES = ("handle", "check", "raise", "fail", "die", "abort", "panic", "fatal", "exit", "giveup", "give_up")
_TIMERS = frozenset("timeout fail_after move_on_after alarm setitimer time_limit stopit".split())
_OF_EXCEPTION = frozenset("isinstance issubclass hasattr getattr str repr type int len bool any all".split())


class Retries(Visitor):
    """Loops and decorators that try again."""

    codes: ClassVar[tuple[str, ...]] = (UNBOUNDED,)
    words: ClassVar[tuple[str, ...]] = ("while", "retry", "backoff", "count(", "repeat(", "cycle(")

    def visit_While(self, node: cst.While) -> None:
        """`while True:` and flags that only success sets."""
        if is_endless(node.test):
            self._check(node, node.body, flags=())
        else:
            flags = flags_of(node.test)
            if (
                flags
                and not asks_connection(node.test)
                and (not isinstance(node.test, cst.Name | cst.Attribute) or set_falsy(node.body, flags))
            ):
                self._check(node, node.body, flags)
            elif asks_connection(node.test):
                self._check(node, node.body, flags=(CONNECTED, *flags))

    def visit_For(self, node: cst.For) -> None:
        """`for attempt in itertools.count():`."""
        if isinstance(node.iter, cst.Call):
            endless = {"itertools.count", "itertools.cycle", "itertools.repeat"}
            name = self.names.qualified(node.iter.func)
            if name in endless and not (name == "itertools.repeat" and len(node.iter.args) > 1):
                self._check(node, node.body, flags=())

    def _check(self, loop: cst.While | cst.For, body: cst.BaseSuite, flags: tuple[str, ...]) -> None:
        handler = self._failing_handler(body, flags, self._numbers(loop))
        test = None if handler is not None else status_test(body, flags)
        if handler is None and test is None:
            return
        if self._asks_a_person(body) or self._bounded(loop, body) or self._timed(loop):
            return
        if handler is not None:
            what = "an exception comes round again"
            related: tuple[Note, ...] = (Note(handler, "a failure comes round again from here"),)
        else:
            what = "a failed answer comes round again"
            related = (Note(test, "a failure comes round again from here"),) if test is not None else ()
        self.report(
            UNBOUNDED,
            loop,
            f"this loop leaves on success, {what}, and nothing counts the attempts or the time: it can retry for ever",
            label="no attempt count, no deadline",
            help="for attempt in range(5): … and raise the last error after the loop",
            related=related,
        )

    def _failing_handler(
        self, body: cst.BaseSuite, flags: tuple[str, ...], numbers: set[str]
    ) -> Handler | cst.With | None:
        """The handler, or the `with suppress(…)`, from which the loop comes round, where success leaves."""
        normal = outcomes(body) - {RAISES}
        for one in guards(body):
            leaves = (
                (
                    normal == {LEAVES} and not any("." in flag for flag in flags)
                )  # an attribute may be set from elsewhere
                or (flags and success_sets(self.names, one, body, flags))
                or leaves_by_status(body, normal)
            )
            if not leaves or makes_progress(one, body, numbers):
                continue
            if isinstance(one, cst.With):
                if self._swallows(one) and outcomes(body, {id(one): one}) & {FALLS, ROUND}:
                    return one
                continue
            for handler in one.handlers:
                if tells_no_failure(handler, body) or self._ends_elsewhere(handler) or takes_away(handler):
                    continue
                taken: Handlers = {id(one): handler}
                if outcomes(body, taken) & {FALLS, ROUND} and not sets_flag(handler.body, flags, leaving=True):
                    return handler
        return None

    def _numbers(self, loop: cst.While | cst.For) -> set[str]:
        """`for number in itertools.count()`: another number each turn; a cycle comes back to where it was."""
        match loop:
            case cst.For(iter=cst.Call(func=func), target=target) if self.names.qualified(func) == "itertools.count":
                return {node.value for node in names_in(target)}
            case _:
                return set()

    def _swallows(self, one: cst.With) -> bool:
        """`with contextlib.suppress(OSError)`: a handler that passes."""
        for item in one.items:
            if isinstance(item.item, cst.Call) and "contextlib.suppress" in self.names.names_of(item.item.func):
                kinds = {dotted(arg.value).rpartition(".")[2] for arg in item.item.args}
                return not kinds <= NO_FAILURE | HELD
        return False

    def _ends_elsewhere(self, handler: Handler) -> bool:
        """The handler calls a function that raises or exits, or one whose name says that it may."""
        for node in within(handler.body):
            if not isinstance(node, cst.Call):
                continue
            if any(self._may_end(value) for value in self.names.values(node.func)):
                return True
            if last_word(node.func).lstrip("_").startswith(_HANDLES) and not self._is_attempt(node):
                return True
        return False

    def _may_end(self, value: Value) -> bool:
        known = self.models.own(value.name) if isinstance(value, Named) else None
        if isinstance(known, Derived):
            return bool(known.ends)
        return isinstance(value, Function) and may_raise(value.node)

    def _is_attempt(self, call: cst.Call) -> bool:
        """`subprocess.check_call(…)`: what it checks is its own work."""
        roles = {role for target in calls.targets(self.names, call) for role in target.function.role}
        return not roles.isdisjoint(("process", "request", "connect"))

    def _asks_a_person(self, body: cst.BaseSuite) -> bool:
        words = {
            word for node in within(body) if isinstance(node, cst.Call) for word in last_word(node.func).split("_")
        }
        return not words.isdisjoint(_PROMPTS)

    def _timed(self, loop: cst.CSTNode) -> bool:
        """Under `with timeout(…)`, or an alarm set in the same function."""
        for above in self.names.index.ancestors(loop):
            if isinstance(above, cst.With):
                if any(
                    isinstance(item.item, cst.Call) and last_word(item.item.func) in _TIMERS for item in above.items
                ):
                    return True
            elif isinstance(above, cst.FunctionDef):
                if any(isinstance(node, cst.Call) and last_word(node.func) in _TIMERS for node in within(above.body)):
                    return True
                return any(
                    "timeout" in dotted(d.decorator if not isinstance(d.decorator, cst.Call) else d.decorator.func)
                    for d in above.decorators
                )
        return False

    def _bounded(self, loop: cst.While | cst.For, body: cst.BaseSuite) -> bool:
        changing = set(changing_in(body))
        if isinstance(loop, cst.For):
            changing |= {node.value for node in names_in(loop.target)}
        changing = spread(body, changing)
        caught = {
            node.name.name.value
            for node in within(body)
            if isinstance(node, Handler) and node.name and isinstance(node.name.name, cst.Name)
        }
        attempted = {id(node) for one in guards(body) if isinstance(one, cst.Try) for node in within(one.body)}
        for node in within(body):
            if isinstance(node, cst.If) and self._decides(node):
                tried = id(node) in attempted  # what is raised there may be caught by the same loop
                if self._is_bound(node.test, changing, caught, inside=not tried):
                    return True
            if isinstance(node, cst.If) and acts_in_time(node):
                return True
            if isinstance(node, cst.Assert) and self._is_bound(node.test, changing, caught):
                return True
            if isinstance(node, cst.Call) and last_word(node.func) in ("next", "anext"):
                return True
            if isinstance(node, cst.Match) and self._is_bound(node.subject, changing, caught):
                return True
        if not isinstance(loop, cst.While) or asks_connection(loop.test):
            return False
        return self._is_bound(loop.test, changing, set(), inside=False)

    def _decides(self, node: cst.If) -> bool:
        """Whether a test leads out of the loop: by a branch, or because it guards the `continue` before what leaves."""
        if any_way_out(node):
            return True
        block = self.names.index.parent.get(id(node))
        if not isinstance(block, cst.BaseSuite) or not any(isinstance(one, cst.Continue) for one in within(node.body)):
            return False
        rest = statements(block)
        return any(leads_out(one) for one in rest[rest.index(node) + 1 :])

    def _is_bound(self, test: cst.BaseExpression, changing: set[str], caught: set[str], *, inside: bool = True) -> bool:
        """Whether a test looks at a counter, a clock, or asks somebody who may know; `inside` the loop, not in its header."""
        for node in (test, *within(test)):
            match node:
                case cst.Name(value=name) if name in changing:
                    return True
                case cst.Attribute() if dotted(node) in changing or (inside and self._kept_elsewhere(node, caught)):
                    return True
                case cst.Call(func=func):
                    if last_word(func) in CLOCKS:
                        return True
                    of_exception = root_name(func) in caught or last_word(func) in _OF_EXCEPTION
                    of_exception = of_exception or (args_in(node, caught) and self._is_local(func))
                    if not of_exception and not self._asks_outcome(node):
                        return True
                case _:
                    pass
        return False

    def _kept_elsewhere(self, node: cst.Attribute, caught: set[str]) -> bool:
        """`if self.gave_up: raise`: an attribute that other functions set, or that nobody here sets, may change meanwhile."""
        if root_name(node) in caught or node.attr.value in STATUS or node.attr.value.isupper():
            return False
        if any(isinstance(value, Named) and value.receiver is None for value in self.names.values(node)):
            return False  # something of a module: `errno.EPIPE`
        here = self.names.index.function_of(node)
        writes = self.names.index.attribute_writes.get(node.attr.value, ())
        writers = [self.names.index.function_of(target) for target, _ in writes]
        set_once = all(isinstance(one, cst.FunctionDef) and one.name.value == "__init__" for one in writers)
        return not (writers and (set_once or all(one is here for one in writers)))

    def _is_local(self, func: cst.BaseExpression) -> bool:
        """A function that this file shows: of an error alone it can tell the kind, not how often it came."""
        return any(isinstance(value, Function) for value in self.names.values(func))

    def _asks_outcome(self, call: cst.Call) -> bool:
        """A modelled call, or a method of a string or response: it looks at this attempt, not at how many there were."""
        modelled = any(not isinstance(one.function, Derived) for one in calls.targets(self.names, call))
        return modelled or last_word(call.func) in (
            "get",
            "startswith",
            "endswith",
            "lower",
            "strip",
            "json",
        )

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry` without any argument."""
        if isinstance(node.decorator, cst.Call):
            return
        bare = cst.Call(func=node.decorator)
        for target in calls.targets(self.names, bare):
            stop = calls.meaning(self.names, bare, target, "stop") if "retry" in target.function.role else None
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
