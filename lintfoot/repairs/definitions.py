"""Repairs of definitions: a default that is made anew for each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from lintfoot.descent import last_member, members
from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, indent_of, inserted_above, inserted_after, replaced
from lintfoot.scopes import parameters
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    first = next(iter(members(body)), None) if isinstance(body, cst.IndentedBlock) else None
    if not isinstance(body, cst.IndentedBlock) or first is None:
        return None
    indent = body.indent or context.module.default_indent
    if any(isinstance(one, cst.SimpleStatementSuite) for one in context.names.index.ancestors(function)):
        return None  # a definition on somebody else's line
    outer = indent_of(context, function)
    lines = f"if {name} is None:\n{outer}{indent}{context.module.default_indent}{name} = {value}"
    names = [one.name.value for one in parameters(function)]
    earlier = names[: names.index(name)]
    statements: Iterable[Any] = members(body)
    others = (one for one in statements if not (one is first and _is_docstring(one)))
    following = next((one for one in others if not _is_guard(one, earlier, name)), None)
    if following is None:
        return inserted_after(first, f"\n{outer}{indent}{lines}") if last_member(body) is first else None
    return inserted_above(context, following, lines)


def _is_guard(statement: cst.BaseStatement | cst.BaseSmallStatement, earlier: Sequence[str], name: str) -> bool:
    """Whether a statement makes an earlier parameter in this very way, without a look at this one."""
    match statement:
        case cst.If(
            test=cst.Comparison(left=cst.Name(value=guarded)),
            body=cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[cst.Assign(value=value)])]),
            orelse=None,
        ) if guarded in earlier:
            return not any(isinstance(one, cst.Name) and one.value == name for one in below(value))
        case _:
            return False


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
    if any(word in text for word in _LESS):
        return ()
    index = context.names.index
    bound = index.scopes[id(index.module)].bindings.get("Optional", ())
    imported = any(index.parent.get(id(index.statement_of(one.node))) is index.module for one in bound)
    if imported and "\n" not in text:
        return (replaced(written, f"Optional[{text}]"),)  # it may have to run on Pythons before 3.10
    return (inserted_after(written, " | None"),)
