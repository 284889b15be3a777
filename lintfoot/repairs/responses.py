"""Repairs of answers that nobody looked at."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import inserted_above
from lintfoot.values import Instance
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

# Their `raise_for_status()` raises for 4xx and 5xx: requests 2.34.2 models.py, httpx 0.28 _models.py, aiohttp 3.12 client_reqrep.py.
_RAISE = frozenset(("requests.Response", "httpx.Response", "aiohttp.ClientResponse"))


def looked_at(context: Context, hit: Hit) -> Change | None:
    """LF202: `raise_for_status()` before the body is used. Unsafe: an error page raises from now on."""
    names = [one for one in below(hit.node) if isinstance(one, cst.Name) and _is_response(context, one)]
    shown = {one.value for one in names}
    if len(shown) != 1:
        return None
    statement = context.names.index.statement_of(hit.node)
    parent = context.names.index.parent.get(id(statement))
    if not isinstance(statement, cst.SimpleStatementLine | cst.If | cst.For) or not isinstance(
        parent, cst.IndentedBlock | cst.Module
    ):
        return None  # an `elif`, a loop's condition, a line with a colon: there is no room right before
    name = shown.pop()
    if _is_bound_here(statement, name):
        return None
    line = inserted_above(context, _after_asking(context, names[0], statement), f"{name}.raise_for_status()")
    return Change("raise for an error's answer", Safety.UNSAFE, (line,))


def _after_asking(
    context: Context, answer: cst.Name, use: cst.SimpleStatementLine | cst.If | cst.For
) -> cst.BaseStatement:
    """The statement behind the one that asks, so that nothing is opened or emptied for an error page; else that of the use."""
    index = context.names.index
    bound = index.scope_of(answer).bindings.get(answer.value, ())
    asking = index.statement_of(bound[0].node) if len(bound) == 1 else None
    block = index.parent.get(id(asking))
    if not isinstance(asking, cst.SimpleStatementLine) or not isinstance(block, cst.IndentedBlock | cst.Module):
        return use
    following = next((late for early, late in pairwise(block.body) if early is asking), None)
    holds = following is not None and any(one is answer for one in below(following))
    return following if holds and isinstance(following, cst.BaseStatement) else use


def _is_response(context: Context, node: cst.Name) -> bool:
    values = context.names.values(node)
    return bool(values) and all(isinstance(value, Instance) and value.name in _RAISE for value in values)


def _is_bound_here(statement: cst.CSTNode, name: str) -> bool:
    """Whether the answer comes into being in the very statement: before it there is none."""
    for node in below(statement):
        match node:
            case cst.AssignTarget(target=cst.Name(value=bound)) | cst.NamedExpr(target=cst.Name(value=bound)):
                if bound == name:
                    return True
            case cst.For(target=cst.Name(value=bound)) | cst.CompFor(target=cst.Name(value=bound)):
                if bound == name:
                    return True
            case _:
                pass
    return False
