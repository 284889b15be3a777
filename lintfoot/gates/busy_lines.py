"""Statements that may ask whether a server said that it is busy, or read when to come back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Census, inputs
from lintfoot.gates.callees import calls_of, lead_to
from lintfoot.gates.gate import Lines
from lintfoot.gates.loop_lines import bare_decorators, retries
from lintfoot.secret_names import words
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

BUSY = frozenset((429, 503))
STATUS = frozenset("status code statuscode http httpstatus httpcode rc response resp".split())
_HEADER = "retry-after"
_TEXTS = frozenset(map(str, BUSY))
_SHAPES: tuple[Any, ...] = (ast.Name, ast.Subscript, ast.Call, ast.BoolOp)  # what the header's value is read by
_DISPLAYS: tuple[Any, ...] = (ast.Tuple, ast.List, ast.Set)


def told(sight: Sight) -> Lines:
    """Tests of a status, what a library tries again, and numbers made of the header."""
    census = sight.census
    retried = lead_to(sight, retries)
    if census is None or retried is None:
        return None
    found = {*_tests(census), *(site.line for site in retried.sites()), *bare_decorators(census, retried)}
    if _HEADER in sight.low or sight.telling(Wanted(says=_is_header)).names:
        found.update(site.line for site in calls_of(sight, ("int", "float")) or () if _takes_one(site.call))
    return found


def _is_header(text: str) -> bool:
    return text.casefold() == _HEADER


def _takes_one(call: ast.Call) -> bool:
    given = inputs(call)
    return len(given) == 1 and isinstance(given[0], _SHAPES)


def _tests(census: Census) -> Iterator[int]:
    """The branches and loops whose test compares a status with something that may be 429 or 503."""
    for one, node in census.all(ast.Compare):
        compares = len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.In)
        tests = isinstance(one.node, ast.If | ast.While)
        if compares and tests and _may_be_busy(node.comparators[0]) and _is_status(node.left):
            yield one.line


def _may_be_busy(node: ast.expr) -> bool:
    """Whether a value is not plainly something else."""
    if isinstance(node, _DISPLAYS):
        return any(map(_may_be_busy, node.elts))
    return not isinstance(node, ast.Constant) or node.value in BUSY or node.value in _TEXTS


def _is_status(node: ast.expr) -> bool:
    """Whether any name or text in an expression speaks of a status."""
    return any(not STATUS.isdisjoint(words(text)) for text in _said(node))


def _said(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        match one:
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text) | ast.Constant(value=str() as text):
                yield text
            case ast.keyword(arg=str() as text):
                yield text
            case _:
                pass
