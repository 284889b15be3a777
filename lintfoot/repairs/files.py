"""Repairs of how files are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, indent_of, inserted_before, replaced
from lintfoot.repairs.handles import closed, looped, may_move, within
from lintfoot.repairs.reading import WHOLE, free_name, is_eager
from lintfoot.visitors.base import Change, Shift
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_READS = frozenset(
    "read readlines readline write writelines extractall extract namelist infolist getnames getmembers".split()
)
_LOOPS = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp


def opened(context: Context, hit: Hit) -> Change | None:
    """LF506: what uses the file moves into a `with`. Safe where it is only read, or closed where Python closed it anyway."""
    call = hit.node
    if not isinstance(call, cst.Call):
        return None
    return _at_once(context, call) or within(context, call) or looped(context, call) or closed(context, call)


def _at_once(context: Context, call: cst.Call) -> Change | None:
    """A statement that uses the file up: it happens in the same order, and the file is closed when it is done."""
    index = context.names.index
    statement = index.statement_of(call)
    if not isinstance(statement, cst.SimpleStatementLine):
        return None
    if len(statement.body) != 1 or not isinstance(
        statement.body[0], cst.Assign | cst.Expr | cst.Return | cst.AnnAssign
    ):
        return None
    if not _is_used_at_once(context, call) or not isinstance(
        index.parent.get(id(statement)), cst.IndentedBlock | cst.Module
    ):
        return None
    if not _comes_first(context, call, statement.body[0]):
        return None
    opening, name = code(context, call), free_name(context, call)
    if not name or "\n" in opening or not may_move(context, [statement]):
        return None
    one = context.module.default_indent
    head = inserted_before(statement, f"with {opening} as {name}:\n{indent_of(context, statement)}{one}")
    moved = (Shift(statement, statement, one),)
    return Change("close the file", Safety.SAFE, (head, replaced(call, name)), shifts=moved)


def _is_used_at_once(context: Context, call: cst.Call) -> bool:
    """Whether what the handle gives is whole before the statement ends, and nothing lazy is left behind."""
    index = context.names.index
    parent = index.parent.get(id(call))
    outer = index.parent.get(id(parent))
    match parent:
        case cst.Attribute(attr=cst.Name(value=method)):
            return method in _READS and isinstance(outer, cst.Call) and is_eager(context, parent)
        case cst.Arg() if isinstance(outer, cst.Call):
            return bool(set(context.names.names_of(outer.func)) & WHOLE) and is_eager(context, outer)
        case cst.CompFor(iter=iterated) if isinstance(outer, _LOOPS):
            return iterated is call and is_eager(context, parent)
        case _:
            return False


def _comes_first(context: Context, opening: cst.Call, statement: cst.CSTNode) -> bool:
    """Whether nothing that could have effects is evaluated in the statement before the file is opened."""
    around = {id(one) for one in context.names.index.ancestors(opening)}
    loops = [one for one in context.names.index.ancestors(opening) if isinstance(one, _LOOPS)]
    around |= {id(node) for loop in loops for part in _later(loop) for node in below(part)}
    for node in below(statement):
        if node is opening:
            return True
        if isinstance(node, cst.Call | cst.Await | cst.Yield | cst.NamedExpr) and id(node) not in around:
            return False
    return False


def _later(loop: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """What a comprehension evaluates after what it goes over."""
    return (loop.key, loop.value) if isinstance(loop, cst.DictComp) else (getattr(loop, "elt", loop),)
