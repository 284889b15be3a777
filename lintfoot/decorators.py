"""By which decorators a function or a class is wrapped, by their last words: those that matter here have one meaning everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot.scopes import last_word


def written(node: cst.CSTNode | None) -> Iterator[cst.BaseExpression]:
    """The decorators of a function or a class, without what they are called with; none of anything else."""
    for decorator in getattr(node, "decorators", ()):
        inner = decorator.decorator
        yield inner.func if isinstance(inner, cst.Call) else inner


def has(node: cst.CSTNode | None, *names: str) -> bool:
    """Whether a function or a class has a decorator of one of the names."""
    return any(last_word(one) in names for one in written(node))
