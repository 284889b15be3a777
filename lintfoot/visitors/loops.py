"""What a hand-written retry is: success leaves the loop, and a failure comes round again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Derived, Models
from lintfoot.names import Names
from lintfoot.paths import FALLS, LEAVES, RAISES, ROUND, Handlers, guards, is_endless, outcomes, within
from lintfoot.scopes import dotted
from lintfoot.values import Function, Named, Value
from lintfoot.visitors.bounds import changing_in, makes_progress, may_raise
from lintfoot.visitors.failures import HELD, NO_FAILURE, Handler, takes_away, tells_no_failure
from lintfoot.visitors.flags import CONNECTED, asks_connection, flags_of, set_falsy, sets_flag, success_sets
from lintfoot.visitors.statuses import leaves_by_status, status_test
from lintfoot.visitors.wording import CLOCKS, last_word, names_in

_PROMPTS = frozenset("input raw_input getpass prompt confirm ask askstring readline yesno menu question dialog".split())
_ENDLESS = frozenset(("itertools.count", "itertools.cycle", "itertools.repeat"))
_NUMBERS = frozenset(("itertools.count", "builtins.range"))
_COUNTS = frozenset(("builtins.range", "itertools.repeat", "six.moves.range", "builtins.xrange", "six.moves.xrange"))
_HANDLES = ("handle", "check", "raise", "fail", "die", "abort", "panic", "fatal", "exit", "giveup", "give_up")


@dataclass(frozen=True, slots=True)
class Loops:
    """The questions about the loops of one file."""

    names: Names
    models: Models

    def endless(self, loop: cst.While | cst.For) -> tuple[str, ...] | None:
        """The flags whose change ends a loop that nothing else ends; None where its header ends it."""
        match loop:
            case cst.For(iter=cst.Call(func=func, args=args)):
                name = self.names.qualified(func)
                if name in _ENDLESS and not (name == "itertools.repeat" and len(args) > 1):
                    return ()
                return None
            case cst.While(test=test) if is_endless(test):
                return ()
            case cst.While(test=test, body=body):
                flags = flags_of(test)
                if asks_connection(test):
                    return (CONNECTED, *flags)
                if flags and (not isinstance(test, cst.Name | cst.Attribute) or set_falsy(body, flags)):
                    return flags
                return None
            case _:
                return None

    def counted(self, loop: cst.While | cst.For) -> tuple[str, ...] | None:
        """The flags of a loop whose header counts or looks at the clock: `for attempt in range(5)`, `while left > 0`."""
        match loop:
            case cst.For(iter=cst.Call(func=func)) if self.names.qualified(func) in _COUNTS:
                return ()
            case cst.While(test=test, body=body):
                counts = set(changing_in(body))
                tested = {dotted(node) for node in (test, *within(test)) if isinstance(node, cst.Name | cst.Attribute)}
                clocks = any(isinstance(node, cst.Call) and last_word(node.func) in CLOCKS for node in within(test))
                if not (counts & tested or clocks):
                    return None
                return tuple(flag for part in _parts(test) for flag in flags_of(part) if flag not in counts)
            case _:
                return None

    def tried_again(self, loop: cst.While | cst.For, flags: tuple[str, ...]) -> Handler | cst.With | cst.If | None:
        """From where a failure comes round in a loop that success leaves; None where it is no retry."""
        handler = self._failing_handler(loop.body, flags, self._numbers(loop))
        return handler if handler is not None else status_test(loop.body, flags)

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
            case cst.For(iter=cst.Call(func=func), target=target) if self.names.qualified(func) in _NUMBERS:
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

    def asks_a_person(self, body: cst.BaseSuite) -> bool:
        """A prompt asks until there is an answer, and somebody is there to stop it."""
        words = {
            word for node in within(body) if isinstance(node, cst.Call) for word in last_word(node.func).split("_")
        }
        return not words.isdisjoint(_PROMPTS)


def _parts(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """`not done and left > 0`: each part of it."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _parts(test.left)
        yield from _parts(test.right)
    else:
        yield test
