"""Repairs of exception handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, replaced
from lintfoot.visitors.base import Change, Piece

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit


def named_exception(context: Context, hit: Hit) -> Change | None:
    """LF502: `except Exception:`. Unsafe: Ctrl-C and sys.exit() get through from now on, which is the point."""
    handler = hit.node
    if not isinstance(handler, cst.ExceptHandler) or handler.type is not None:
        return None
    if context.names.index.binds("Exception"):
        return None
    piece = replaced(handler, "except Exception:")
    return Change("catch Exception, and let Ctrl-C through", Safety.UNSAFE, (piece,))


def suppressed(context: Context, hit: Hit) -> Change | None:
    """LF504: `with contextlib.suppress(…)`. Unsafe: from Python 3.12 on it also takes its like out of exception groups."""
    handler = hit.node
    parent = context.names.index.parent.get(id(handler))
    if not isinstance(handler, cst.ExceptHandler) or handler.type is None or not isinstance(parent, cst.Try):
        return None
    if len(parent.handlers) != 1 or parent.orelse is not None or parent.finalbody is not None:
        return None
    body = handler.body.body
    if not isinstance(parent.body, cst.IndentedBlock) or len(body) != 1 or not _passes(body[0]):
        return None
    if "#" in code(context, handler.body):
        return None  # a comment there belongs to the `pass` that would go
    kinds = handler.type
    listed = ", ".join(code(context, one.value) for one in kinds.elements) if isinstance(kinds, cst.Tuple) else ""
    what = listed or code(context, kinds)
    pieces = (replaced(parent, f"with contextlib.suppress({what}):"), Piece(handler, handler.body, ""))
    return Change(f"use contextlib.suppress({what})", Safety.UNSAFE, pieces, imports=("contextlib",))


def _passes(node: cst.CSTNode) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Pass()]) | cst.Pass():
            return True
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Ellipsis())]) | cst.Expr(value=cst.Ellipsis()):
            return True
        case _:
            return False
