"""Names as they are written, and the words that log calls, pauses and clocks go by."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from lintfoot.descent import Sought
from lintfoot.paths import within

LOG_VERBS = frozenset("debug info warning warn error exception critical log print write echo notice fatal".split())
CLOCKS = frozenset(
    "time monotonic perf_counter now utcnow today timestamp time_ns monotonic_ns get_clock clock loop_time".split()
)


def names_in(node: cst.CSTNode, *, around: bool = False) -> Iterator[cst.Name]:
    """The names in an expression; `around`: but for those in `hosts[i % len(hosts)]`, which comes back to where it was."""
    circling = {
        id(name)
        for one in (node, *within(node))
        if around and isinstance(one, cst.BinaryOperation) and isinstance(one.operator, cst.Modulo)
        for name in within(one)
    }
    for inner in (node, *within(node)):
        if isinstance(inner, cst.Name) and id(inner) not in circling:
            yield inner


def root_name(node: cst.BaseExpression) -> str:
    """`error` of `error.response["Error"]`; empty where it starts with no name."""
    while isinstance(node, cst.Attribute | cst.Call | cst.Subscript | cst.NamedExpr):
        match node:
            case cst.Call(func=inner) | cst.NamedExpr(target=inner):
                node = inner
            case cst.Attribute(value=inner) | cst.Subscript(value=inner):
                node = inner
    return node.value if isinstance(node, cst.Name) else ""


def args_in(call: cst.Call, caught: set[str]) -> bool:
    """Whether a call is given nothing but the caught exceptions."""
    roots = {root_name(arg.value) for arg in call.args}
    return bool(roots) and roots <= caught


ASSIGNS: Sought = frozenset((ast.Assign,))


def assigned_in(body: cst.CSTNode) -> set[str]:
    """The plain names that a block or statement assigns to."""
    return {
        node.target.value
        for node in within(body, ASSIGNS)
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name)
    }
