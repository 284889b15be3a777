"""Repairs of how files are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, indent_of, replaced
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit


def read_within(context: Context, hit: Hit) -> Change | None:
    """LF506: a statement that reads the whole file moves into a `with`. Safe: it does the same, and closes."""
    call, index = hit.node, context.names.index
    statement = index.statement_of(call)
    if not isinstance(call, cst.Call) or not isinstance(statement, cst.SimpleStatementLine):
        return None
    if len(statement.body) != 1 or not isinstance(
        statement.body[0], cst.Assign | cst.Expr | cst.Return | cst.AnnAssign
    ):
        return None
    if not _is_read_at_once(context, call) or not isinstance(
        index.parent.get(id(statement)), cst.IndentedBlock | cst.Module
    ):
        return None
    if not _comes_first(context, call, statement.body[0]):
        return None
    text, opening, name = code(context, statement.body[0]), code(context, call), _free_name(context)
    if not name or text.count(opening) != 1 or "\n" in text:
        return None
    indent = indent_of(context, statement)
    made = f"with {opening} as {name}:\n{indent}{context.module.default_indent}{text.replace(opening, name)}"
    return Change("close the file", Safety.SAFE, (replaced(statement.body[0], made),))


_READS = frozenset(("read", "readlines", "readline", "write", "writelines"))


def _is_read_at_once(context: Context, call: cst.Call) -> bool:
    """Whether what the handle gives is whole before the statement ends, and nothing lazy is left behind."""
    index = context.names.index
    parent = index.parent.get(id(call))
    if isinstance(parent, cst.Attribute) and parent.attr.value in _READS:
        return _is_eager(context, parent)
    if isinstance(parent, cst.Arg):
        outer = index.parent.get(id(parent))
        names = context.names.names_of(outer.func) if isinstance(outer, cst.Call) else ()
        return bool(set(names) & _WHOLE) and isinstance(outer, cst.Call) and _is_eager(context, outer)
    return False


_WHOLE = frozenset(("json.load", "yaml.safe_load", "tomllib.load", "pickle.load", "list", "sorted", "json.dump"))


def _is_eager(context: Context, node: cst.CSTNode) -> bool:
    """Whether the statement evaluates the node there and then: not in a lambda, not in a generator."""
    lazy = (cst.Lambda, cst.GeneratorExp, cst.IfExp, cst.BooleanOperation)
    for above in context.names.index.ancestors(node):
        if isinstance(above, cst.SimpleStatementLine):
            return True
        if isinstance(above, lazy):
            return False
    return False


def _comes_first(context: Context, opening: cst.Call, statement: cst.CSTNode) -> bool:
    """Whether nothing that could have effects is evaluated in the statement before the file is opened."""
    around = {id(one) for one in context.names.index.ancestors(opening)}
    loops = [one for one in context.names.index.ancestors(opening) if isinstance(one, cst.ListComp | cst.SetComp)]
    around |= {id(node) for loop in loops for node in below(loop.elt)}  # evaluated after what it goes over
    for node in below(statement):
        if node is opening:
            return True
        if isinstance(node, cst.Call | cst.Await | cst.Yield | cst.NamedExpr) and id(node) not in around:
            return False
    return False


def _free_name(context: Context) -> str:
    """A name for the handle; empty where the script has all of them in use."""
    taken = {name for scope in context.names.index.scopes.values() for name in scope.bindings}
    return next((name for name in ("file", "handle", "stream", "opened_file") if name not in taken), "")
