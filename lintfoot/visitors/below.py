"""What stands below a node and runs together with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import libcst as cst

from lintfoot.descent import ALL, Below, Sought, all_below
from lintfoot.names import Names

Handler = cst.ExceptHandler | cst.ExceptStarHandler
HANDLERS = (cst.ExceptHandler, cst.ExceptStarHandler)
LATER = (cst.FunctionDef, cst.Lambda, cst.ClassDef)  # what they hold runs at another time, or in a scope of its own


def below(node: cst.CSTNode, stop: tuple[type[cst.CSTNode], ...] = (), sought: Sought = ALL) -> Iterator[cst.CSTNode]:
    """The node and all below it, in the order of the source; a node of a kind in `stop` comes without what it holds.

    With `sought`, statements that hold nothing of it may be left out.
    """
    yield node
    yield from all_below(node, _but(stop), sought)


@cache
def _but(stop: tuple[type[cst.CSTNode], ...]) -> Below:
    return Below(stop)


def is_read(name: cst.Name, parent: cst.CSTNode | None) -> bool:
    """Whether a name is looked up where it stands: not bound, deleted, declared, nor the label of something else."""
    match parent:
        case cst.Attribute(value=read) | cst.Arg(value=read) | cst.NamedExpr(value=read):
            return read is name
        case cst.AnnAssign(value=read) | cst.AugAssign(value=read) | cst.Param(default=read):
            return read is name
        case cst.For(iter=read) | cst.CompFor(iter=read):
            return read is name
        case _:
            return not isinstance(parent, _BINDS)


_BINDS = (
    cst.Annotation,
    cst.AsName,
    cst.AssignTarget,
    cst.ClassDef,
    cst.Del,
    cst.FunctionDef,
    cst.ImportAlias,
    cst.MatchAs,
    cst.MatchMapping,
    cst.MatchStar,
    cst.NameItem,
)


def in_test(names: Names, node: cst.CSTNode) -> bool:
    """Whether a node stands in a test's own function or in what sets it up, not in a script that happens to lie among tests."""
    function = names.index.function_of(node)
    while function is not None:
        name = function.name.value if isinstance(function, cst.FunctionDef) else ""
        if name.startswith("test") or name.lower().replace("_", "") in (
            "setup",
            "setupclass",
            "teardown",
            "setupmethod",
        ):
            return True
        function = names.index.function_of(function)
    return False
