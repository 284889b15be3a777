"""Repairs of handles that have a name: from the opening to the last use, the statements move into a `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, end_of, indent_of, inserted_before, removed, replaced
from lintfoot.repairs.reading import WHOLE, free_name, is_eager, is_only_read
from lintfoot.visitors.base import Change, Shift
from lintfoot.visitors.below import LATER, below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.visitors.base import Context

_TITLE = "close the file"
_LONGEST = 60  # lines: more of them in one `with` is a matter of taste, and for a person
# What these give is whole, and does not read on later.
_METHODS = frozenset(
    "read readline readlines write writelines flush seek tell truncate isatty close "
    "namelist infolist getnames getmembers extractall".split()
)
_DESCRIPTORS = frozenset(("os.fsync", "os.fdatasync", "os.fstat"))


def within(context: Context, call: cst.Call) -> Change | None:
    """`handle = open(…)` and all that uses it, in a `with`. Safe where it is only read; what is written is flushed earlier."""
    index = context.names.index
    statement = index.statement_of(call)
    name = _bound(statement, call)
    block = index.parent.get(id(statement))
    if not name or not isinstance(block, cst.IndentedBlock | cst.Module):
        return None
    inside = _used_by(context, call, name, statement, block.body)
    if not inside or "\n" in code(context, call) or not may_move(context, inside):
        return None
    last = inside[-1]
    pieces = [replaced(statement.body[0], f"with {code(context, call)} as {name}:")]  # type: ignore[attr-defined]
    if len(inside) > 1 and _closes(last, name) and isinstance(last, cst.SimpleStatementLine):
        pieces.append(removed(context, last))
        last = inside[-2]
    elif _closes(last, name):
        return None  # opened and closed again: nothing would be left to stand in the block
    safety = Safety.SAFE if is_only_read(context, call) else Safety.UNSAFE
    shift = Shift(statement, end_of(last), context.module.default_indent, from_end=True)
    return Change(_TITLE, safety, tuple(pieces), shifts=(shift,))


def _bound(statement: cst.CSTNode, call: cst.Call) -> str:
    """The one name that a statement binds to what the call gives."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)]
        ) if value is call:
            return name
        case _:
            return ""


def _used_by(
    context: Context, call: cst.Call, name: str, opening: cst.CSTNode, body: Sequence[cst.CSTNode]
) -> list[cst.CSTNode]:
    """The statements from the opening to the last use; nothing where the handle is used elsewhere, or for something else."""
    names = context.names
    at = next(number for number, one in enumerate(body) if one is opening)
    following = list(body[at + 1 :])
    scope = names.index.scope_of(call)
    if len(scope.bindings.get(name, ())) != 1 or name in scope.elsewhere:
        return []
    owner = {id(node): number for number, one in enumerate(following) for node in below(one)}
    last = -1
    for node in below(scope.node):
        if not isinstance(node, cst.Name) or node.value != name or _is_label(context, node):
            continue
        if names.index.stands_in(node, opening) and id(node) not in owner:
            continue  # the name that the opening itself binds
        if id(node) not in owner or names.lookup(node) is not scope or not _is_use(context, node):
            return []
        last = max(last, owner[id(node)])
    return following[: last + 1]


def _is_label(context: Context, node: cst.Name) -> bool:
    """Whether the name is a keyword's or an attribute's, and no variable."""
    parent = context.names.index.parent.get(id(node))
    match parent:
        case cst.Attribute(attr=attr):
            return attr is node
        case cst.Arg(keyword=keyword):
            return keyword is node
        case _:
            return False


def _is_use(context: Context, node: cst.Name) -> bool:
    """Whether the handle is used there and then, and handed to nobody who keeps it."""
    index = context.names.index
    parent = index.parent.get(id(node))
    outer = index.parent.get(id(parent)) if parent is not None else None
    if any(isinstance(one, LATER) for one in _within_function(context, node)):
        return False
    match parent:
        case cst.Attribute(attr=cst.Name(value=method)) if isinstance(outer, cst.Call):
            return method in _METHODS or (method == "fileno" and _is_described(context, outer))
        case cst.For(iter=iterated):
            return iterated is node
        case cst.CompFor(iter=iterated):
            return iterated is node and is_eager(context, parent)
        case cst.Arg() if isinstance(outer, cst.Call):
            names = set(context.names.names_of(outer.func))
            return bool(names) and names <= WHOLE | _DESCRIPTORS and is_eager(context, outer)
        case _:
            return False


def _is_described(context: Context, fileno: cst.Call) -> bool:
    """`os.fsync(handle.fileno())`: the number is not kept."""
    arg = context.names.index.parent.get(id(fileno))
    call = context.names.index.parent.get(id(arg))
    return isinstance(call, cst.Call) and bool(_DESCRIPTORS.intersection(context.names.names_of(call.func)))


def _within_function(context: Context, node: cst.CSTNode) -> list[cst.CSTNode]:
    """What stands around a node inside the function that it runs in."""
    found: list[cst.CSTNode] = []
    scope = context.names.index.scope_of(node).node
    for one in context.names.index.ancestors(node):
        if one is scope:
            break
        found.append(one)
    return found


def may_move(context: Context, statements: Sequence[cst.CSTNode]) -> bool:
    """Whether the statements mean the same one level further in: no text over several lines, no pause of a generator."""
    lines = sum(code(context, one).count("\n") for one in statements)
    return lines <= _LONGEST and not any(
        isinstance(node, cst.Yield | cst.Await | cst.FunctionDef | cst.ClassDef | cst.Lambda)
        or (isinstance(node, cst.SimpleString | cst.FormattedString) and "\n" in code(context, node))
        for one in statements
        for node in below(one)
    )


def _closes(statement: cst.CSTNode, name: str) -> bool:
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(value=handle), attr=cst.Name(value="close"))))
            ]
        ):
            return handle == name
        case _:
            return False


def looped(context: Context, call: cst.Call) -> Change | None:
    """`for line in open(…):` in a `with`. Safe: the loop reads the same lines, and the file is closed behind it."""
    index = context.names.index
    loop: cst.CSTNode | None = index.parent.get(id(call))
    if isinstance(loop, cst.Arg):  # `enumerate(open(path), 1)`
        outer = index.parent.get(id(loop))
        numbered = isinstance(outer, cst.Call) and context.names.names_of(outer.func) == ("builtins.enumerate",)
        loop = index.parent.get(id(outer)) if numbered and outer.args[0] is loop else None  # type: ignore[union-attr]
    if not isinstance(loop, cst.For) or loop.asynchronous is not None or not is_only_read(context, call):
        return None
    if not isinstance(index.parent.get(id(loop)), cst.IndentedBlock | cst.Module) or not may_move(context, [loop]):
        return None
    name, opening = free_name(context, call), code(context, call)
    if not name or "\n" in opening or not any(node is call for node in below(loop.iter)):
        return None
    indent = indent_of(context, loop) + context.module.default_indent
    head = inserted_before(loop, f"with {opening} as {name}:\n{indent}")
    return Change(
        _TITLE,
        Safety.SAFE,
        (head, replaced(call, name)),
        shifts=(Shift(loop, end_of(loop), context.module.default_indent),),
    )


def closed(context: Context, call: cst.Call) -> Change | None:
    """`open(path, "a")` by itself: `.close()` behind it. Safe: the file is made, or emptied, just the same."""
    parent = context.names.index.parent.get(id(call))
    if not isinstance(parent, cst.Expr):
        return None
    return Change(_TITLE, Safety.SAFE, (replaced(call, f"{code(context, call)}.close()"),))
