"""Retries that knock again at once, or at the same pace for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, facets
from lintfoot.gates.gate import Gate
from lintfoot.gates.loop_lines import PAUSES
from lintfoot.gates.retrying import BACKOFFS
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import words
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.enquiries import only_asks
from lintfoot.visitors.failures import HELD, Handler, kinds_of
from lintfoot.visitors.loops import Loops, asks_a_person
from lintfoot.visitors.retried import is_poll, never_retries, retried_function
from lintfoot.visitors.waits import CONSTANT, Pause, pauses
from lintfoot.visitors.wording import LOG_VERBS

(STEADY,) = BACKOFFS.codes
_ADAPTER = "requests.adapters.HTTPAdapter"
_WAITS = frozenset("wait waits waiting poll polling until await watch probe".split())
# Contention with a neighbour on this host, or another writer of the same row: the next attempt is as good as a later one.
_HERE = regex(
    r"^(PermissionError|NotADirectoryError|IsADirectoryError|FileNotFoundError|IntegrityError|StaleDataError)$"
    r"|Stale|Conflict|Deadlock|Lock|Concurren|Race|Optimistic|Busy|Exists|Duplicate|NoSuchProcess|Assertion|InUse"
)
_LOCAL = regex(r"^(os|shutil|fcntl|msvcrt|pathlib|tempfile|sqlite3|psutil|builtins\.open|io|glob|stat)\b")
_REMOTE = regex(
    r"Connection|Timeout|TimedOut|Request|HTTP|Http|URLError|Socket|socket|SSH|SSL|Network|Unavailable|ClientError|"
    r"Throttl|RateLimit|TooManyRequests|Api|API|BotoCore|Transport|Unreachable|Gateway|Server"
)
_OF_TEXTS = frozenset("encode decode format strip rstrip lower upper".split())
_BLINK = 0.5  # seconds
_AGAIN = {
    "tenacity": "wait=wait_exponential_jitter(initial=1, max=60)",
    "backoff": "backoff.expo in place of backoff.constant",
    "retrying": "wait_exponential_multiplier=1000, wait_exponential_max=60000",
    "urllib3": "backoff_factor=0.5",
    "retry": "delay=1, backoff=2, jitter=(0, 1)",
    "requests": "max_retries=urllib3.Retry(total=3, backoff_factor=0.5)",
}


class Backoffs(Visitor):
    """LF602."""

    gate: ClassVar[Gate] = BACKOFFS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._loops = Loops(self.names, self.models)

    # libraries

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry` without any argument."""
        if not isinstance(node.decorator, cst.Call):
            self._library(cst.Call(func=node.decorator), node.decorator)

    def visit_Call(self, node: cst.Call) -> None:
        """`@retry(wait=wait_fixed(5))`, `Retry(total=3)`, `HTTPAdapter(max_retries=3)`."""
        self._library(node, node)

    def _library(self, call: cst.Call, place: cst.BaseExpression) -> None:
        if self.context.is_test:
            return
        for target in calls.targets(self.names, call):
            what = self._steady(call, target)
            if what and not never_retries(self.names, call, target) and not self._is_poll(call, place, target):
                library = target.name.partition(".")[0]
                self.report(
                    STEADY,
                    place,
                    f"`{self.written(call.func)}` is {target.name} with {what} between attempts",
                    label="no growth",
                    help=_AGAIN.get(library, "let the pause grow from attempt to attempt, with jitter"),
                )
                return

    def _steady(self, call: cst.Call, target: calls.Target) -> str:
        """`no pause`, `the same pause`, or nothing."""
        if target.name == _ADAPTER:
            told = facets.meaning(self.names, call, target, "retries")
            many = told.given.constant if told is not None else ...
            return "no pause" if isinstance(many, int) and not isinstance(many, bool) and many > 0 else ""
        told = facets.meaning(self.names, call, target, "wait") if "retry" in target.function.role else None
        if told is None or not told.certain(("none", "constant")):
            return ""
        return "no pause" if told.words == {"none"} else "the same pause"

    def _is_poll(self, call: cst.Call, place: cst.BaseExpression, target: calls.Target) -> bool:
        """Whether it waits for a result, or for what is contended on this host: a steady pace is right there."""
        function = retried_function(self.names, place)
        if is_poll(self.names, call, target) or (function is not None and _says_wait(function.name.value)):
            return True
        argument = target.function.arguments.get("exceptions")
        given = calls.given(self.names, call, argument, target.partials) if argument is not None else None
        if given is None or given.node is None:
            return False
        kinds = [dotted(node).rpartition(".")[2] for node in (given.node, *within(given.node))]
        named = [kind for kind in kinds if kind and kind[:1].isupper()]
        return bool(named) and all(_HERE.search(kind) or kind in HELD for kind in named)

    # loops

    def visit_While(self, node: cst.While) -> None:
        """`while True:` and loops that count."""
        self._check(node)

    def visit_For(self, node: cst.For) -> None:
        """`for attempt in range(5):`."""
        self._check(node)

    def _check(self, loop: cst.While | cst.For) -> None:
        flags = self._loops.endless(loop)
        flags = self._loops.counted(loop) if flags is None else flags
        again = self._loops.tried_again(loop, flags) if flags is not None else None
        if again is None or self.context.is_test or asks_a_person(loop.body):
            return
        function = self.names.index.function_of(loop)
        if isinstance(function, cst.FunctionDef) and _says_wait(function.name.value):
            return
        found = pauses(self.names, loop)
        if (
            any(pause.kind != CONSTANT for pause in found)
            or self._is_local(loop, again)
            or self._is_tiny(loop, again, found)
        ):
            return
        if only_asks(self.names, loop) or (not found and not self._hurts_at_once(loop, again)):
            return
        self._say(loop, again, found)

    def _say(self, loop: cst.While | cst.For, again: cst.CSTNode, found: list[Pause]) -> None:
        how = "waits as long each time" if found else "does not wait at all"
        related = (Note(found[0].call, "the same pause each time") if found else Note(again, "round again at once"),)
        self.report(
            STEADY,
            loop,
            f"this loop tries again and {how}: all who failed together come back together",
            label="no growth" if found else "no pause",
            help="time.sleep(min(60, 2**attempt) * random.uniform(0.5, 1)) between attempts",
            related=related,
        )

    def _is_local(self, loop: cst.While | cst.For, again: cst.CSTNode) -> bool:
        """Whether the attempt is about this host alone: its files, its locks, its own rows."""
        if isinstance(again, Handler):
            kinds = kinds_of(again)
            if kinds and all(_HERE.search(kind) or kind in HELD for kind in kinds):
                return True
            if any("Lock" in kind for kind in kinds) or (again.type is not None and "sqlite3" in dotted(again.type)):
                return True
        attempts = list(self._attempts(loop))
        named = [name for call in attempts for name in self.names.names_of(call.func)]
        unknown = [call for call in attempts if not self.names.names_of(call.func)]
        if not unknown and all(_LOCAL.match(name) for name in named):
            return True
        return any(last_word(call.func) in ("open", "fopen") for call in attempts) and not self._is_remote(attempts)

    def _is_remote(self, attempts: list[cst.Call]) -> bool:
        roles = {
            role
            for call in attempts
            for target in calls.targets(self.names, call)
            for role in calls.roles(self.names, call, target)
        }
        return not roles.isdisjoint(("request", "connect", "process", "command"))

    def _is_tiny(self, loop: cst.While | cst.For, again: cst.CSTNode, found: list[Pause]) -> bool:
        """A blink between attempts at something that is not known to be far away."""
        seconds = [self.names.constant(pause.call.args[0].value) for pause in found if pause.call.args]
        if not seconds or not all(isinstance(one, int | float) and one <= _BLINK for one in seconds):
            return False
        far = isinstance(again, Handler) and any(_REMOTE.search(kind) for kind in kinds_of(again))
        return not far and not self._is_remote(list(self._attempts(loop)))

    def _attempts(self, loop: cst.While | cst.For) -> Iterator[cst.Call]:
        """The calls of a loop that are no logging, no pausing, no exception being made, and no turning of one text into another."""
        for node in within(loop.body):
            if not isinstance(node, cst.Call):
                continue
            last = last_word(node.func)
            if (
                last in LOG_VERBS | PAUSES | _OF_TEXTS
                or last.endswith(("Error", "Exception"))
                or dotted(node.func) == "str"
            ):
                continue
            if any(
                name.startswith(("builtins.", "time.")) and name != "builtins.open"
                for name in self.names.names_of(node.func)
            ):
                continue
            yield node

    def _hurts_at_once(self, loop: cst.While | cst.For, again: cst.CSTNode) -> bool:
        """Whether somebody else has to answer, and the handler mends nothing before the next attempt."""
        if isinstance(again, Handler) and self._mends(again):
            return False
        if isinstance(again, Handler) and any(_REMOTE.search(kind) for kind in kinds_of(again)):
            return True
        return self._is_remote(list(self._attempts(loop)))

    def _mends(self, handler: Handler) -> bool:
        """`except Unauthorized: self.login()`: something is put right before the next attempt."""
        for node in within(handler.body):
            match node:
                case cst.Expr(value=cst.Call(func=func) | cst.Await(expression=cst.Call(func=func))):
                    if last_word(func) not in LOG_VERBS | PAUSES and not re.search(r"(?i)log|print|warn", dotted(func)):
                        return True
                case cst.Assign(value=cst.Call()):
                    return True
                case _:
                    pass
        return False


def _says_wait(name: str) -> bool:
    """`wait_for_port`: it waits for a state, at a steady pace."""
    return not _WAITS.isdisjoint(words(name))
