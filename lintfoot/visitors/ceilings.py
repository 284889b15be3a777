"""What keeps concurrency small: semaphores, limiters, connection pools, and waiting before more is started."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import FunctionNode, last_word
from lintfoot.values import Class, Constant, Function, Object
from lintfoot.visitors.below import LATER, below

_DEEPEST = 3  # helpers of helpers
_WORDS = regex(r"[a-z]+")
_LIMITERS = frozenset(
    "semaphore sem sema semaphores limiter limiters limit limited limits throttle throttled throttler throttling bucket "
    "ratelimit ratelimiter ratelimited slots slot concurrency gate bounded permit permits tokens".split()
)
_TAKES = frozenset("acquire acquire_on_behalf_of".split())
_WAITS = frozenset(
    "acquire wait communicate active_count activecount active_children wait_for_slot result gather as_completed "
    "joinall waitall start_and_wait run_until_complete free_count".split()
)
_TIMES = frozenset("timeout time wait seconds remaining left delay deadline grace".split())
_CAPS = {"TCPConnector": ("limit", 0), "Limits": ("max_connections", 0), "UnixConnector": ("limit", None)}


class Ceilings:
    """Answers for one module."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def capped(self) -> bool:
        """Whether this file gives its HTTP client a number of connections: `TCPConnector(limit=20)`."""
        for word, (keyword, position) in _CAPS.items():
            for call in self.names.calls_of(word):
                found = calls.given(self.names, call, Argument((keyword, "limit_per_host"), position))
                if found.state == "given" and not all(
                    isinstance(one, Constant) and not one.value for one in found.values
                ):
                    return True
        return False

    # inside what is started

    def guards(self, callee: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether a function of this file takes a place before it goes to work, as far as can be seen."""
        return any(self._value_guards(value, depth) for value in self.names.values(callee))

    def _value_guards(self, value: object, depth: int) -> bool:
        match value:
            case Function(node=node):
                return self.function_guards(node, depth)
            case Class(node=owner) | Object(node=owner):
                return any(self.function_guards(one, depth) for one in _methods(owner))
            case _:
                return False

    def function_guards(self, function: FunctionNode, depth: int = 0) -> bool:
        """Whether the body enters or takes a limiter, itself or through helpers of this file."""
        if isinstance(function, cst.FunctionDef) and any(_speaks(one.decorator) for one in function.decorators):
            return True
        for node in below(function.body):
            match node:
                case cst.WithItem(item=item) if _speaks(item) or _takes(item):
                    return True
                case cst.Call() if _takes(node):
                    return True
                case cst.Call(func=func) if depth < _DEEPEST and self.guards(func, depth + 1):
                    return True
                case _:
                    pass
        return False

    def handed(self, call: cst.Call) -> bool:
        """Whether a limiter goes along: `fetch(semaphore, host)`, `limiter.run(fetch, host)`."""
        return _speaks(call.func) or any(_speaks(arg.value) for arg in call.args)

    def around(self, node: cst.CSTNode) -> bool:
        """Whether the node stands in a block that a limiter guards."""
        return any(
            isinstance(above, cst.With) and any(_speaks(item.item) for item in above.items)
            for above in self.names.index.ancestors(node)
        )

    # inside the loop that starts

    def pauses(self, loop: cst.For | cst.While, started: cst.CSTNode) -> bool:
        """Whether the loop waits for earlier ones before it starts more, or counts those that run."""
        for node in below(loop.body, LATER):
            match node:
                case cst.Call(func=func) if node is not started and self._waits(node, func):
                    return True
                case cst.If(test=test) if _counts(test):
                    return True
                case cst.While(test=test) if _counts(test) or isinstance(test, cst.Comparison):  # until one has ended
                    return True
                case _:
                    pass
        return False

    def _waits(self, node: cst.Call, func: cst.BaseExpression) -> bool:
        word = last_word(func).lower()
        if word == "join" and isinstance(func, cst.Attribute):
            return self._is_wait_for(node, func)
        return word in _WAITS or (isinstance(func, cst.Attribute) and _speaks(func.value))

    def _is_wait_for(self, node: cst.Call, func: cst.Attribute) -> bool:
        """`thread.join()`, `thread.join(5)`: no text is joined, no path."""
        if isinstance(self.names.constant(func.value), str) or any(
            "path" in name for name in self.names.names_of(func)
        ):
            return False
        given = [arg.value for arg in node.args if arg.keyword is None]
        return not given or (len(given) == 1 and self._is_time(given[0]))

    def _is_time(self, node: cst.BaseExpression) -> bool:
        if isinstance(self.names.constant(node), int | float | None):
            return True
        return not _TIMES.isdisjoint(_WORDS.findall(last_word(node).lower()))


def _methods(owner: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    yield from (one for one in owner.body.body if isinstance(one, cst.FunctionDef))


def _takes(node: cst.BaseExpression) -> bool:
    match node:
        case (
            cst.Call(func=cst.Attribute(attr=cst.Name(value=word)))
            | cst.Await(expression=cst.Call(func=cst.Attribute(attr=cst.Name(value=word))))
        ):
            return word in _TAKES
        case _:
            return False


def _speaks(node: cst.CSTNode) -> bool:
    """Whether a name in an expression is that of a limiter."""
    return any(
        isinstance(one, cst.Name)
        and not _LIMITERS.isdisjoint(_WORDS.findall(re.sub(r"([a-z])([A-Z])", r"\1_\2", one.value).lower()))
        for one in below(node, LATER)
    )


def _counts(test: cst.BaseExpression) -> bool:
    """`len(threads) >= 10`, `number % 10 == 0`, `running > most`."""
    compared = [one for one in below(test) if isinstance(one, cst.Comparison)]
    signs = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual, cst.Equal)
    for one in compared:
        if not any(isinstance(part.operator, signs) for part in one.comparisons):
            continue
        for inner in below(one):
            if isinstance(inner, cst.Call) and last_word(inner.func) in ("len", "active_count", "activeCount", "qsize"):
                return True
            if isinstance(inner, cst.Modulo):
                return True
    return False
