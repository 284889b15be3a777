"""Repairs of clients and fleets: keys left to the provider chain, workers that do not grow with the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, keyword_of, replaced, without_run
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_KEYS = frozenset(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"))
_SESSIONS = ("boto3.", "aioboto3.")
_POOLS = {"max_workers": "concurrent.futures.", "processes": "multiprocessing."}
_WORKERS = 32  # what Python itself takes at most where nobody says how many: concurrent/futures/thread.py


def chain(context: Context, hit: Hit) -> Change | None:
    """LF403: the keys go, and boto3 looks for them itself. Unsafe: it may find none, or those of somebody else."""
    call = hit.node
    if not isinstance(call, cst.Call) or not any(
        name.startswith(_SESSIONS) for name in context.names.names_of(call.func)
    ):
        return None
    places = [at for at, arg in enumerate(call.args) if arg.keyword is not None and arg.keyword.value in _KEYS]
    if not places or places != list(range(places[0], places[-1] + 1)) or any(arg.star for arg in call.args):
        return None
    title = "leave the keys to the provider chain"
    return Change(title, Safety.UNSAFE, (without_run(call.args, places[0], places[-1]),))


def fewer(context: Context, hit: Hit) -> Change | None:
    """LF804: at most 32 workers. Unsafe: the rest wait for their turn."""
    call = hit.node
    if not isinstance(call, cst.Call) or not call.args:
        return None
    names = context.names.names_of(call.func)
    for keyword, module in _POOLS.items():
        given = keyword_of(call, keyword)
        first = call.args[0] if call.args[0].keyword is None and not call.args[0].star else None
        arg = given or first
        if arg is None or not any(name.startswith(module) for name in names):
            continue
        match arg.value:
            case cst.Call(func=cst.Name(value="len")) as many:
                made = f"min({_WORKERS}, {code(context, many)})"
                return Change(f"start {_WORKERS} at most", Safety.UNSAFE, (replaced(many, made),))
            case _:
                pass
    return None
