"""Which loops, decorators and handlers of a text are worth reading for the rules on retries, by its census."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from lintfoot.census import Census, Statement, last
from lintfoot.gates.gate import Lines
from lintfoot.gates.named_calls import PASSES, Callees, Site, callees, functions_in
from lintfoot.libraries import Function
from lintfoot.sight import Sight

STATUS = frozenset("status_code status ok is_success returncode exit_code exitcode exit_status rc ret retcode".split())
PAUSES = frozenset("sleep wait".split())
ENDLESS = frozenset("count cycle repeat chain".split())
COUNTS = frozenset("range xrange repeat".split())
# What an outcome may be called behind `==`: `Result.FAILURE`.
SAID = frozenset("fail failed failure error retry timeout unavailable unreachable refused ok success succeeded".split())
_FUNCTIONS: tuple[Any, ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
_FORS: tuple[Any, ...] = (ast.For, ast.AsyncFor)
_TRIES: tuple[Any, ...] = tuple(getattr(ast, name) for name in ("Try", "TryStar") if hasattr(ast, name))
_WITHS: tuple[Any, ...] = (ast.With, ast.AsyncWith)
_ADAPTER = "requests.adapters.HTTPAdapter"


def endless(sight: Sight) -> Lines:
    """Loops without an end of their own in which something fails, those that say so, and decorators without arguments."""
    census = sight.census
    retried = callees(sight, (), retries)
    if census is None or retried is None:
        return None
    pauses = sorted(one.line for one, call in census.all(ast.Call) if last(call.func) in PAUSES)
    saying = [loop for _, loop in census.all(ast.While) if isinstance(loop.test, ast.Call) and _holds(loop, pauses)]
    failing = _failing(sight, census, ENDLESS)
    return {*(loop.lineno for loop in (*failing, *saying)), *bare_decorators(census, retried)}


def steady(sight: Sight) -> Lines:
    """Loops that may try something again, and what a library tries again, as a call or a decorator."""
    return _tried_again(sight, callees(sight, (), _retries_or_adapts))


def repeating(sight: Sight) -> Lines:
    """The same, and loops over what a library tries again."""
    census = sight.census
    retried = callees(sight, (), retries)
    found = _tried_again(sight, retried)
    if census is None or retried is None or found is None:
        return None
    return {
        *found,
        *(loop.lineno for kind in _FORS for _, loop in census.all(kind) if _is_attempts(loop.iter, retried)),
    }


def _is_attempts(node: ast.expr, retried: Callees) -> bool:
    """Whether a loop may go over the attempts of a library, in a text that makes some: not over what outsiders give."""
    if not isinstance(node, ast.Call):
        return bool(retried.sites)
    word = last(node.func)
    inside = not word or word in PASSES or retried.functions.binds(word)
    return bool(retried.sites) and (inside or any(site.call is node for site in retried.sites))


def _tried_again(sight: Sight, retried: Callees | None) -> set[int] | None:
    census = sight.census
    if census is None or retried is None:
        return None
    loops = _failing(sight, census, ENDLESS | COUNTS)
    calls = (site.line for site in retried.sites)
    return {*calls, *(loop.lineno for loop in loops), *bare_decorators(census, retried)}


def retries(function: Function) -> bool:
    """Whether a model says that a function tries again."""
    return "retry" in function.role


def _retries_or_adapts(function: Function) -> bool:
    return "retry" in function.role or _ADAPTER in function.names


def bare_decorators(census: Census, retried: Callees) -> Iterator[int]:
    """The functions under a decorator without brackets that may be one of some functions."""
    for kind in _FUNCTIONS:
        for one, node in census.all(kind):
            if any(
                retried.may_be(decorator) for decorator in node.decorator_list if not isinstance(decorator, ast.Call)
            ):
                yield one.line


def _failing(sight: Sight, census: Census, counters: frozenset[str]) -> Iterator[Any]:
    """The `while` loops, and those over a counter, in which a failure is handled, swallowed, or told by a status."""
    failures = sorted(_failures(sight, census))
    loops = [loop for _, loop in census.all(ast.While) if _holds(loop, failures)]
    others = [loop for kind in _FORS for _, loop in census.all(kind) if _holds(loop, failures)]
    counted = {id(site.call) for site in _sites(sight, counters)} if others else set()
    yield from loops
    yield from (loop for loop in others if id(loop.iter) in counted)


def _sites(sight: Sight, names: Iterable[str]) -> Iterable[Site]:
    found = callees(sight, names)
    return found.sites if found is not None else ()


def _failures(sight: Sight, census: Census) -> Iterator[int]:
    """The lines of what a loop may come round from."""
    for kind in _TRIES:
        yield from (one.line for one, node in census.all(kind) if node.handlers)
    yield from (branch.lineno for branch in _asking(census))
    if sight.further or "suppress" in sight.text:
        swallowing = {id(site.call) for site in _sites(sight, ("suppress",))}
        for kind in _WITHS:
            for one, opened in census.all(kind):
                if any(id(item.context_expr) in swallowing for item in opened.items):
                    yield one.line


def _asking(census: Census) -> list[ast.If]:
    """The branches whose test looks at how something ended: in the statement of an `if` itself nothing stands but that."""
    told = [one.node for one, node in census.all(ast.Attribute) if node.attr in STATUS]
    told += [one.node for one, name in census.all(ast.Name) if name.id in STATUS]
    told += [one.node for one, node in census.all(ast.Compare) if _says_outcome(node)]
    return list({id(node): node for node in told if node.__class__ is ast.If}.values())


def _says_outcome(node: ast.Compare) -> bool:
    """`== Result.FAILURE`."""
    word = node.comparators[0].attr.lower() if isinstance(node.comparators[0], ast.Attribute) else ""
    return len(node.comparators) == 1 and any(part in word for part in SAID)


def _holds(loop: Any, lines: list[int]) -> bool:
    """Whether one of some lines, in their order, stands in a loop."""
    at = bisect_left(lines, loop.lineno)
    return at < len(lines) and lines[at] <= loop.end_lineno


def sleeping(sight: Sight) -> Lines:
    """The `while` loops in which something sleeps, itself or by a function of the file."""
    census = sight.census
    if census is None:
        return None
    naps = [one for one, call in census.all(ast.Call) if last(call.func) == "sleep"]
    own = {word for one in naps for word in _around(one)}
    pauses = PAUSES | functions_in(sight, census).reach(own)
    lines = sorted(one.line for one, call in census.all(ast.Call) if last(call.func) in pauses or not last(call.func))
    return [loop.lineno for _, loop in census.all(ast.While) if _holds(loop, lines)]


def _around(one: Statement) -> Iterator[str]:
    yield from (node.name for node in one.around if isinstance(node, _FUNCTIONS))


def recursions(sight: Sight) -> Lines:
    """Handlers, and tests of an outcome, in which a function calls what is called like itself."""
    census = sight.census
    if census is None:
        return None
    own = sorted(one.line for one, call in census.all(ast.Call) if last(call.func) in _around(one))
    if not own:
        return ()
    handlers: list[Any] = [node for _, node in census.all(ast.ExceptHandler)]
    return {node.lineno for node in (*handlers, *_asking(census)) if _holds(node, own)}
