"""The ways out of a loop, each with the test that it stands under."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.paths import is_exit, statements
from lintfoot.records import dataclass
from lintfoot.visitors.below import LATER, below


@dataclass(frozen=True, slots=True)
class Exit:
    """One statement that leaves. `test` is the innermost `if` round it, `holds` whether that has to hold; `fails`: it raises."""

    node: cst.CSTNode
    test: cst.If | None
    holds: bool
    fails: bool


def ways_out(body: cst.BaseSuite) -> list[Exit]:
    """Every break, return, raise and exit that leaves the loop whose body this is."""
    return list(_block(body, None, holds=True, inner=False))


def _block(body: cst.BaseSuite, test: cst.If | None, *, holds: bool, inner: bool) -> Iterator[Exit]:
    for statement in statements(body):
        yield from _statement(statement, test, holds=holds, inner=inner)


def _statement(node: cst.CSTNode, test: cst.If | None, *, holds: bool, inner: bool) -> Iterator[Exit]:
    match node:
        case cst.Break() if not inner:
            yield Exit(node, test, holds, fails=False)
        case cst.Return(value=value):
            yield Exit(node, test, holds, fails=_says_no(value))
        case cst.Raise() | cst.Assert():
            yield Exit(node, test, holds, fails=True)
        case cst.Expr(value=cst.Call(func=func)) if is_exit(func):
            yield Exit(node, test, holds, fails=True)
        case cst.If(body=body, orelse=orelse):
            yield from _block(body, node, holds=True, inner=inner)
            if isinstance(orelse, cst.Else):
                yield from _block(orelse.body, node, holds=False, inner=inner)
            elif orelse is not None:
                yield from _statement(orelse, test, holds=True, inner=inner)
        case cst.Try() | cst.TryStar() | cst.With():
            for block in _suites(node):
                yield from _block(block, test, holds=holds, inner=inner)
        case cst.For(body=body) | cst.While(body=body):
            yield from _block(body, test, holds=holds, inner=True)
        case cst.Match(cases=cases):
            for case in cases:
                yield from _block(case.body, None, holds=True, inner=inner)
        case _:
            yield from (
                Exit(one, test, holds, fails=True)
                for one in below(node, LATER)
                if isinstance(one, cst.Call) and is_exit(one.func)
            )


def _suites(node: cst.Try | cst.TryStar | cst.With) -> Iterator[cst.BaseSuite]:
    yield node.body
    if not isinstance(node, cst.With):
        parts = (*node.handlers, node.orelse, node.finalbody)
        yield from (part.body for part in parts if part is not None)


def _says_no(value: cst.BaseExpression | None) -> bool:
    return isinstance(value, cst.Name) and value.value in ("False", "None")
