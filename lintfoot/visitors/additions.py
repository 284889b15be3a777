"""Advice as code: a call as it is written, with one argument more."""

from __future__ import annotations

import libcst as cst

from lintfoot.visitors.base import Visitor

_LONGEST_ARGUMENT = 40  # characters


def with_argument(visitor: Visitor, call: cst.Call, added: str, without: tuple[str, ...] = ()) -> str:
    """`f(a, b)` as `f(a, b, added)`; keyword arguments named in `without` are left out, long arguments become an ellipsis."""
    kept = [arg for arg in call.args if arg.keyword is None or arg.keyword.value not in without]
    return f"{visitor.written(call.func)}({', '.join([*(_argument(visitor, arg) for arg in kept), added])})"


def _argument(visitor: Visitor, argument: cst.Arg) -> str:
    text = visitor.written(argument.with_changes(comma=cst.MaybeSentinel.DEFAULT), _LONGEST_ARGUMENT)
    name = f"{argument.keyword.value}=" if argument.keyword else argument.star
    return f"{name}…" if text.endswith("…") else text
