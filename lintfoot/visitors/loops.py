"""What a hand-written retry is: success leaves the loop, and a failure comes round again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from lintfoot import calls
from lintfoot.descent import Sought
from lintfoot.gates.loop_lines import PAUSES
from lintfoot.libraries import Derived, Models
from lintfoot.names import Names
from lintfoot.paths import FALLS, LEAVES, RAISES, ROUND, guards, is_endless, outcomes, statements, within
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import words
from lintfoot.values import Function, Named, Value
from lintfoot.visitors.bounds import changing_in, makes_progress, may_raise
from lintfoot.visitors.enquiries import only_asks
from lintfoot.visitors.failures import HELD, NO_FAILURE, Handler, kinds_of, takes_away, tells_no_failure
from lintfoot.visitors.flags import (
    CONNECTED,
    asks_connection,
    flags_of,
    goes_on_while,
    is_truthy,
    set_falsy,
    sets_leaving,
    sets_straight,
    success_sets,
    taken_back,
    takes_back,
)
from lintfoot.visitors.statuses import leaves_by_status, status_test
from lintfoot.visitors.wording import CLOCKS, LOG_VERBS, names_in

_PROMPTS = frozenset("input raw_input getpass prompt confirm ask askstring readline yesno menu question dialog".split())
_FAILED = regex(r"(?i)\b(fail(ed|s|ure)?|unable|could not|retry(ing)?)\b")
_WAITS = frozenset("result exception join wait".split())
_TIMED_OUT = frozenset("TimeoutError TimeoutExpired".split())
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
        if isinstance(loop, cst.For):
            return () if self._is_endless(loop.iter) else None
        if is_endless(loop.test):
            return ()
        flags = flags_of(loop.test)
        if asks_connection(loop.test):
            return (CONNECTED, *flags)
        return flags if flags and (not is_truthy(loop.test) or set_falsy(loop.body, flags)) else None

    def _is_endless(self, iterated: cst.BaseExpression) -> bool:
        """`count()`, `cycle(hosts)`, `repeat(10)`, and `chain((1, 2, 4), repeat(10))`."""
        if not isinstance(iterated, cst.Call):
            return False
        name = self.names.qualified(iterated.func)
        if name == "itertools.chain":
            return any(self._is_endless(arg.value) for arg in iterated.args)
        return name in _ENDLESS and not (name == "itertools.repeat" and len(iterated.args) > 1)

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
        """From where a failure comes round in a loop that success leaves; None where it is no retry.

        The status of a command that only asks tells how things stand, not how an attempt went.
        """
        handler = self._failing_handler(loop, loop.body, flags)
        if handler is not None:
            return handler
        found = status_test(loop.body, flags)
        return found if found is None or not only_asks(self.names, loop) else None

    def _failing_handler(
        self, loop: cst.While | cst.For, body: cst.BaseSuite, flags: tuple[str, ...]
    ) -> Handler | cst.With | None:
        """The handler, or the `with suppress(…)`, from which the loop comes round, where success leaves."""
        normal = outcomes(body) - {RAISES}
        numbers = self._numbers(loop)
        goes_on = goes_on_while(loop.test) if isinstance(loop, cst.While) and flags else None
        for one in guards(body):
            leaves = (
                (
                    normal == {LEAVES} and not any("." in flag for flag in flags)
                )  # an attribute may be set from elsewhere
                or (flags and success_sets(self.names, one, body, flags))
                or leaves_by_status(body, normal)
            )
            back = bool(flags) and isinstance(one, cst.Try | cst.TryStar) and taken_back(one, body, flags, goes_on)
            if not (leaves or back) or makes_progress(one, body, numbers):
                continue
            if isinstance(one, cst.With):
                if self._swallows(one) and outcomes(body, {id(one): one}) & {FALLS, ROUND}:
                    return one
                continue
            if only_judges(one.body):
                continue
            if isinstance(one, cst.Try | cst.TryStar) and only_waits(one):
                continue
            rest = _after(one, body)
            for handler in one.handlers:
                if tells_no_failure(handler, body) or self._ends_elsewhere(handler) or takes_away(handler):
                    continue
                if FALLS in outcomes(handler.body) and (
                    self._may_raise(rest) or sets_straight(self.names, rest, flags)
                ):
                    continue
                if not (leaves or takes_back(handler, flags, goes_on)) or sets_leaving(handler, flags, goes_on):
                    continue
                if outcomes(body, {id(one): handler}) & {FALLS, ROUND}:
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

    def _may_raise(self, rest: Sequence[cst.CSTNode]) -> bool:
        """`self.track_failures()` after the try: a function of the project that may raise decides there when it is enough."""
        called = (one.value.func for one in rest if isinstance(one, cst.Expr) and isinstance(one.value, cst.Call))
        return any(self._may_end(value) for func in called for value in self.names.values(func))

    def _may_end(self, value: Value) -> bool:
        known = self.models.own(value.name) if isinstance(value, Named) else None
        if isinstance(known, Derived):
            return bool(known.ends)
        return isinstance(value, Function) and may_raise(value.node)

    def _is_attempt(self, call: cst.Call) -> bool:
        """`subprocess.check_call(…)`: what it checks is its own work."""
        roles = {role for target in calls.targets(self.names, call) for role in target.function.role}
        return not roles.isdisjoint(("process", "request", "connect"))


def _after(one: cst.Try | cst.TryStar, body: cst.BaseSuite) -> Sequence[cst.CSTNode]:
    """The statements of a loop that follow one of its tries, whatever it stands in; none where it is deeper."""
    lines = statements(body)
    return lines[lines.index(one) + 1 :] if one in lines else ()


def only_judges(attempt: cst.BaseSuite) -> bool:
    """`validator(answer)`: what fails is the data, and the next turn has other data."""
    called = [node for node in within(attempt) if isinstance(node, cst.Call)]
    return bool(called) and all("valid" in last_word(node.func).lower() for node in called)


def only_waits(one: cst.Try | cst.TryStar) -> bool:
    """`future.result(timeout=60)` whose timeout only lets Ctrl-C through: what it waits for is under way, and not begun again."""
    called = [last_word(node.func) for node in within(one.body) if isinstance(node, cst.Call)]
    kinds = {kind for handler in one.handlers for kind in kinds_of(handler)}
    return bool(called) and _WAITS.issuperset(called) and bool(kinds) and kinds <= _TIMED_OUT


def says_it_failed(loop: cst.While) -> bool:
    """`while bring_up(): log.error("failed, again in 15 s"); sleep(15)`: what is called gives back that it failed."""
    if not isinstance(loop.test, cst.Call):
        return False
    lines = statements(loop.body)
    made = [one.value for one in lines if isinstance(one, cst.Expr) and isinstance(one.value, cst.Call)]
    pauses = [one for one in made if last_word(one.func) in PAUSES]
    told = [one for one in made if last_word(one.func) in LOG_VERBS]
    if not pauses or len(pauses) + len(told) != len(lines):
        return False
    texts = [
        one for call in told for one in within(call) if isinstance(one, cst.SimpleString | cst.FormattedStringText)
    ]
    return any(_FAILED.search(one.value) for one in texts)


def asks_a_person(body: cst.BaseSuite) -> bool:
    """A prompt asks until there is an answer, and somebody is there to stop it."""
    return any(isinstance(node, cst.Call) and _prompts(last_word(node.func)) for node in within(body, _ASKS))


def _prompts(word: str) -> bool:
    return not _PROMPTS.isdisjoint(words(word))


_ASKS: Sought = frozenset((_prompts,))


def _parts(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """`not done and left > 0`: each part of it."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _parts(test.left)
        yield from _parts(test.right)
    else:
        yield test
