"""Which loops, decorators and handlers of a text are worth reading for the rules on retries, by its census."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Census, Statement
from lintfoot.gates.callees import NOWHERE, Lead, Site, calls_of, lead_to
from lintfoot.gates.gate import Lines
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
    retried = lead_to(sight, retries)
    if census is None or retried is None:
        return None
    pauses = sorted(one.line for word in PAUSES for one, _ in census.calls.get(word, ()))
    saying = [loop for _, loop in census.all(ast.While) if isinstance(loop.test, ast.Call) and _holds(loop, pauses)]
    failing = _failing(sight, census, ENDLESS)
    return {*(loop.lineno for loop in (*failing, *saying)), *bare_decorators(census, retried)}


def steady(sight: Sight) -> Lines:
    """Loops that may try something again, and what a library tries again, as a call or a decorator."""
    retried, census = lead_to(sight, _retries_or_adapts), sight.census
    if retried is None or census is None:
        return None
    return _tried_again(sight, census, retried, list(retried.sites()))


def repeating(sight: Sight) -> Lines:
    """The same, and loops over what a library tries again."""
    retried, census, flow = lead_to(sight, retries), sight.census, sight.dataflow
    if retried is None or census is None or flow is None:
        return None
    sites = list(retried.sites())
    found = _tried_again(sight, census, retried, sites)
    if sites:
        loops = ((one, loop) for kind in _FORS for one, loop in census.all(kind))
        tried = {id(site.call) for site in sites}
        made = flow.reach((), [one.statement for one in sites if not _decorates(one)], objects=True)
        found.update(
            loop.lineno
            for one, loop in loops
            if id(loop.iter) in tried or flow.holds(loop.iter, one, made, objects=True)
        )
    return found


def _decorates(site: Site) -> bool:
    """Whether a call makes a decorator of what stands below it: that is a function then, and nothing to go over."""
    return any(one is site.call for one in getattr(site.statement.node, "decorator_list", ()))


def _tried_again(sight: Sight, census: Census, retried: Lead, sites: list[Site]) -> set[int]:
    loops = _failing(sight, census, ENDLESS | COUNTS)
    return {*(site.line for site in sites), *(loop.lineno for loop in loops), *bare_decorators(census, retried)}


def retries(function: Function) -> bool:
    """Whether a model says that a function tries again."""
    return "retry" in function.role


def _retries_or_adapts(function: Function) -> bool:
    return "retry" in function.role or _ADAPTER in function.names


def bare_decorators(census: Census, retried: Lead) -> Iterator[int]:
    """The functions under a decorator without brackets that may be one of some functions."""
    for kind in _FUNCTIONS if retried is not NOWHERE else ():
        for one, node in census.all(kind):
            if any(
                retried.holds(decorator, one)
                for decorator in node.decorator_list
                if not isinstance(decorator, ast.Call)
            ):
                yield one.line


def _failing(sight: Sight, census: Census, counters: frozenset[str]) -> Iterator[Any]:
    """The `while` loops, and those over a counter, in which a failure is handled, swallowed, or told by a status."""
    failures = sorted(_failures(sight, census))
    loops = [loop for _, loop in census.all(ast.While) if _holds(loop, failures)]
    others = [loop for kind in _FORS for _, loop in census.all(kind) if _holds(loop, failures)]
    counted = {id(site.call) for site in calls_of(sight, counters) or ()} if others else set()
    yield from loops
    yield from (loop for loop in others if id(loop.iter) in counted)


def _failures(sight: Sight, census: Census) -> Iterator[int]:
    """The lines of what a loop may come round from."""
    for kind in _TRIES:
        yield from (one.line for one, node in census.all(kind) if node.handlers)
    yield from (branch.lineno for branch in _asking(sight, census))
    if sight.further or "suppress" in sight.text:
        swallowing = {id(site.call) for site in calls_of(sight, ("suppress",)) or ()}
        for kind in _WITHS:
            for one, opened in census.all(kind):
                if any(id(item.context_expr) in swallowing for item in opened.items):
                    yield one.line


def _asking(sight: Sight, census: Census) -> list[ast.If]:
    """The branches whose test looks at how something ended: in the statement of an `if` itself nothing stands but that."""
    told = []
    if not sight.text.isascii() or not STATUS.isdisjoint(sight.words):
        told += [one.node for one, node in census.all(ast.Attribute) if node.attr in STATUS]
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
    flow = sight.dataflow
    if flow is None:
        return None
    calls, indirect = flow.bindings.calls, flow.bindings.indirect
    own = {word for one, _ in calls.get("sleep", ()) for word in _around(one)}
    lead = Lead(flow, flow.reach(*flow.called(own)), sure=PAUSES, objects=False)
    lines = sorted({*(site.line for site in lead.sites()), *(one.line for one, _ in indirect)})
    return [loop.lineno for _, loop in flow.bindings.census.all(ast.While) if _holds(loop, lines)]


def _around(one: Statement) -> Iterator[str]:
    yield from (node.name for node in one.around if isinstance(node, _FUNCTIONS))


def recursions(sight: Sight) -> Lines:
    """Handlers, and tests of an outcome, in which a function calls what is called like itself."""
    census = sight.census
    if census is None:
        return None
    names = {node.name for kind in _FUNCTIONS for _, node in census.all(kind)} & census.calls.keys()
    own = sorted(one.line for name in names for one, _ in census.calls[name] if name in _around(one))
    if not own:
        return ()
    handlers: list[Any] = [node for _, node in census.all(ast.ExceptHandler)]
    return {node.lineno for node in (*handlers, *_asking(sight, census)) if _holds(node, own)}
