"""Calls that may start as much at once as there is input: pools by size, what is started in loops, gathers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Census, inputs, last
from lintfoot.gates.callees import calls_of
from lintfoot.gates.gate import Lines
from lintfoot.libraries import Argument, Function
from lintfoot.sight import Sight

POOL_KEYWORDS = Argument(("max_workers",), None)
GATHERS = ("gather", "wait", "as_completed")
TASKS = frozenset("create_task ensure_future start_soon createtask spawn_task".split())
MADE_OF = frozenset({"threading.Thread", "multiprocessing.Process", "gevent.Greenlet"})
POPEN = frozenset({"subprocess.Popen", "multiprocessing.Process"})
# What a number can be counted by; a constant, say, is no count.
_COUNTS: tuple[Any, ...] = (ast.Call, ast.BinOp, ast.BoolOp, ast.IfExp, ast.Name, ast.NamedExpr, ast.Starred)
_COMPREHENSIONS: tuple[Any, ...] = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
FORS: tuple[Any, ...] = (ast.For, ast.AsyncFor)
LOOPS: tuple[Any, ...] = (*FORS, ast.While)


def told(sight: Sight) -> Lines:
    """Starts in a loop or a comprehension, gathers that are handed something, and pools whose size may be a count."""
    census = sight.census
    starts = calls_of(sight, TASKS | {name.rpartition(".")[2] for name in MADE_OF | POPEN}, _is_thread)
    pools = calls_of(sight, (), _has_workers)
    if census is None or starts is None or pools is None:
        return None
    found = {site.line for site in pools if _may_count(site.call)}
    sized = ((one.line, word) for one, word in census.all(ast.keyword) if word.arg in POOL_KEYWORDS.keyword)
    found.update(line for line, word in sized if isinstance(word.value, _COUNTS))
    if starts:
        inside = set(map(id, repeated(census, FORS)))
        found.update(site.line for site in starts if id(site.call) in inside)
    if sight.further or "asyncio" in sight.low or "tqdm" in sight.low:
        found.update(one.line for one, call in census.all(ast.Call) if call.args and last(call.func) in GATHERS)
    return found


def _is_thread(function: Function) -> bool:
    return "thread" in function.role


def _has_workers(function: Function) -> bool:
    return "workers" in function.arguments


def _may_count(call: ast.Call) -> bool:
    """Whether anything that a call is given may be a count."""
    return any(isinstance(one, _COUNTS) for one in inputs(call)) or any(word.arg is None for word in call.keywords)


def repeated(census: Census, kinds: tuple[Any, ...]) -> Iterator[ast.AST]:
    """All that stands in the body of a loop of some kinds, or in a comprehension; of a `while` also what it asks."""
    seen: set[int] = set()
    for kind in kinds:
        for _, loop in census.all(kind):
            parts = [*loop.body, *([loop.test] if isinstance(loop, ast.While) else [])]
            for part in parts if id(loop) not in seen else ():
                for node in ast.walk(part):
                    if isinstance(node, kinds):
                        seen.add(id(node))
                    yield node
    for kind in _COMPREHENSIONS:
        for _, made in census.all(kind):
            yield from ast.walk(made)
