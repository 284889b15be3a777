"""Repairs of definitions: a default that is made anew for each call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, indent_of, inserted_after, inserted_before, replaced
from lintfoot.scopes import parameters
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit, Piece

_LESS = ("None", "Optional", "Any", "object")  # words of an annotation that allows None already


def default(context: Context, hit: Hit) -> Change | None:
    """LF501: None, and a guard. Unsafe: what one call left in the default is no longer there for the next."""
    function = context.names.index.function_of(hit.node)
    owner = next((one for one in context.names.index.ancestors(hit.node) if isinstance(one, cst.FunctionDef)), function)
    if not isinstance(owner, cst.FunctionDef) or not isinstance(owner.body, cst.IndentedBlock):
        return None
    param = next((one for one in parameters(owner) if one.default is hit.node), None)
    if param is None or isinstance(hit.node, cst.Name | cst.Attribute):
        return None  # a name may be what other functions share on purpose
    name, value = param.name.value, code(context, hit.node)
    if "\n" in value:
        return None
    guard = _guard(context, owner, name, value)
    note = _annotation(context, param)
    if guard is None or note is None:
        return None
    return Change(f"make {name} anew for each call", Safety.UNSAFE, (replaced(hit.node, "None"), *note, guard))


def _guard(context: Context, function: cst.FunctionDef, name: str, value: str) -> Piece | None:
    body = function.body
    if not isinstance(body, cst.IndentedBlock) or not body.body:
        return None
    indent = body.indent or context.module.default_indent
    if any(isinstance(one, cst.SimpleStatementSuite) for one in context.names.index.ancestors(function)):
        return None  # a definition on somebody else's line
    outer = indent_of(context, function)
    lines = f"if {name} is None:\n{outer}{indent}{context.module.default_indent}{name} = {value}\n{outer}{indent}"
    first = body.body[0]
    if not _is_docstring(first):
        return inserted_before(first, lines)
    if len(body.body) > 1:
        return inserted_before(body.body[1], lines)
    return inserted_after(first, f"\n{outer}{indent}{lines.rstrip()}")


def _is_docstring(node: cst.CSTNode) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
        case _:
            return False


def _annotation(context: Context, param: cst.Param) -> tuple[Piece, ...] | None:
    """What makes the annotation allow None; None (no repair) where it is a text of its own."""
    if param.annotation is None:
        return ()
    written = param.annotation.annotation
    if isinstance(written, cst.SimpleString | cst.ConcatenatedString):
        return None
    text = code(context, written)
    return () if any(word in text for word in _LESS) else (inserted_after(written, " | None"),)
