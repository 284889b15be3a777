"""How control can leave a piece of code: a small structured look at statements, for loops and handlers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from lintfoot.descent import ALL, Below, Sought, all_below, children, members

FALLS, LEAVES, ROUND, RAISES = "falls", "leaves", "round", "raises"
# falls: goes on with what follows; leaves: break, return or exit; round: the next turn of the loop; raises: an exception
_LOOPS = (cst.For, cst.While)
_DEFINITIONS = (cst.FunctionDef, cst.ClassDef, cst.Lambda)
_OUTSIDE = Below(stop=_DEFINITIONS)

# What a block can do but go on: a loop without end is no end either. Where nothing of it stands, what follows is next.
EXITS = ("exit", "quit", "_exit", "abort", "fail_json", "exit_json")  # the last words of all that `is_exit` knows
_ENDS: Sought = frozenset((ast.Return, ast.Break, ast.Continue, ast.Raise, ast.While, *EXITS))
_LEAVES: Sought = frozenset((ast.Return, ast.Break))
_GUARDS: Sought = frozenset((ast.Try, getattr(ast, "TryStar", ast.Try), ast.With, ast.AsyncWith))  # 3.11 has the second

Handlers = Mapping[int, "cst.ExceptHandler | cst.ExceptStarHandler | cst.With"]


def within(node: cst.CSTNode, sought: Sought = ALL) -> Iterator[cst.CSTNode]:
    """Every node below, not looking into definitions: their bodies run some other time.

    With `sought`, statements that hold nothing of it may be left out.
    """
    return all_below(node, _OUTSIDE, sought)


_CLAUSES: frozenset[type] = frozenset(
    {cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase, cst.If}
)


def outcomes(body: cst.BaseSuite, taken: Handlers | None = None) -> set[str]:
    """How a block can end when no exception comes up, or, for the tries in `taken`, when that handler runs.

    A `with` in `taken` swallows what comes up in it.
    """
    return sequence(_each(members(body, _ENDS)), taken or {})


def statements(body: cst.BaseSuite) -> Sequence[cst.CSTNode]:
    """The statements of a block, simple ones one by one."""
    return list(_each(members(body)))


def _each(found: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for statement in found:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def sequence(body: Iterable[cst.CSTNode], taken: Handlers) -> set[str]:
    """The same for some statements that follow one another."""
    ends: set[str] = set()
    for statement in body:
        one = _statement(statement, taken)
        ends |= one - {FALLS}
        if FALLS not in one:
            return ends
    return ends | {FALLS}


def _statement(node: cst.CSTNode, taken: Handlers) -> set[str]:
    match node:
        case cst.Return() | cst.Break():
            return {LEAVES}
        case cst.Continue():
            return {ROUND}
        case cst.Raise():
            return {RAISES}
        case cst.Expr(value=cst.Call(func=func)) if is_exit(func):
            return {LEAVES}
        case cst.If(body=body, orelse=orelse):
            return outcomes(body, taken) | _otherwise(orelse, taken)
        case cst.With(body=body):
            return {FALLS} if id(node) in taken else outcomes(body, taken)
        case cst.Try() | cst.TryStar():
            return _try(node, taken)
        case cst.For() | cst.While():
            return _inner_loop(node)
        case cst.Match(cases=cases):
            ends = [outcomes(case.body, taken) for case in cases]
            return set().union(*ends) | (set() if _has_default(cases) else {FALLS})
        case _:
            return {FALLS}


def _otherwise(orelse: cst.If | cst.Else | None, taken: Handlers) -> set[str]:
    match orelse:
        case None:
            return {FALLS}
        case cst.Else(body=body):
            return outcomes(body, taken)
        case _:
            return _statement(orelse, taken)


def _has_default(cases: Sequence[cst.MatchCase]) -> bool:
    return any(
        isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None and not case.guard for case in cases
    )


def _try(node: cst.Try | cst.TryStar, taken: Handlers) -> set[str]:
    handler = taken.get(id(node))
    if isinstance(handler, cst.ExceptHandler | cst.ExceptStarHandler):
        ends = outcomes(handler.body, taken)
    else:
        ends = outcomes(node.body, taken)
        if FALLS in ends and node.orelse is not None:
            ends = (ends - {FALLS}) | outcomes(node.orelse.body, taken)
    if node.finalbody is not None:
        last = outcomes(node.finalbody.body, taken)
        ends = ends | (last - {FALLS}) if FALLS in last else last
    return ends


def _inner_loop(node: cst.For | cst.While) -> set[str]:
    """A loop within: its breaks and continues are its own, its returns leave."""
    own = list(within(node.body, _LEAVES))
    ends = {LEAVES} if any(isinstance(item, cst.Return) for item in own) else set()
    endless = isinstance(node, cst.While) and is_endless(node.test)
    broken = any(isinstance(item, cst.Break) for item in own)
    return ends | ({FALLS} if broken or not endless else set())


def is_endless(test: cst.BaseExpression) -> bool:
    """`while True`, `while 1`."""
    match test:
        case cst.Name(value="True"):
            return True
        case cst.Integer(value=value):
            return value.strip("0_") != ""
        case _:
            return False


def is_exit(func: cst.BaseExpression) -> bool:
    """A call that ends the process, by its usual spellings."""
    match func:
        case cst.Name(value="exit" | "quit"):
            return True
        case cst.Attribute(value=cst.Name(value="sys" | "os"), attr=cst.Name(value="exit" | "_exit" | "abort")):
            return True
        case cst.Attribute(attr=cst.Name(value="fail_json" | "exit_json")):  # an Ansible module, wherever it is kept
            return True
        case _:
            return False


def guards(body: cst.BaseSuite) -> list[cst.Try | cst.TryStar | cst.With]:
    """The tries and withs of a block that belong to it: not those of loops or definitions within."""
    found: list[cst.Try | cst.TryStar | cst.With] = []
    for statement in _each(members(body, _GUARDS)):
        if isinstance(statement, cst.Try | cst.TryStar | cst.With):
            found.append(statement)
        if not isinstance(statement, (*_LOOPS, *_DEFINITIONS)):
            for inner in _suites(statement):
                found += guards(inner)
    return found


def _suites(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    for item in children(node):
        if isinstance(item, cst.BaseSuite):
            yield item
        elif item.__class__ in _CLAUSES:
            yield from _suites(item)
