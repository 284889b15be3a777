"""Repairs of secrets in the source: the value comes from the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.regexes import regex
from lintfoot.repairs.edits import replaced
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_VARIABLE = regex(r'os\.environ\["([A-Z][A-Z0-9_]*)"\]')


def from_environment(context: Context, hit: Hit) -> Change | None:
    """LF401: `os.environ["NAME"]`. Unsafe: the variable has to be set, and the value has to be changed anyway."""
    node = hit.node
    found = _VARIABLE.search(hit.help)
    if found is None or not isinstance(node, cst.SimpleString) or not _is_all_secret(node):
        return None
    parent = context.names.index.parent.get(id(node))
    if not isinstance(parent, cst.Assign | cst.AnnAssign | cst.Arg | cst.DictElement | cst.ComparisonTarget):
        return None
    if isinstance(parent, cst.Arg) and _is_fallback(context, parent):
        return None
    title = f"read it from the variable {found[1]}"
    return Change(title, Safety.UNSAFE, (replaced(node, found[0]),), imports=("os",))


_MORE = regex(r"\s|://|;|=.|[@:].*[@:]")


def _is_all_secret(node: cst.SimpleString) -> bool:
    """Whether the text is the secret and nothing else: a command or a connection string is more than its password."""
    value = node.evaluated_value
    return isinstance(value, str) and not _MORE.search(value)


def _is_fallback(context: Context, arg: cst.Arg) -> bool:
    """Whether the literal is what counts where nothing else is given: taken out, it would be asked for always."""
    call = context.names.index.parent.get(id(arg))
    named = arg.keyword is not None and "default" in arg.keyword.value
    return named or (isinstance(call, cst.Call) and bool(_LOOKUPS.intersection(context.names.names_of(call.func))))


_LOOKUPS = frozenset(("os.environ.get", "os.getenv", "os.environ.setdefault", "getattr"))
