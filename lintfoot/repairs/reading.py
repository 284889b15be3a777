"""How an open file is used: whether all is read there and then, and whether anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.visitors.below import below
from lintfoot.visitors.file_paths import modes

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context

_CONSUMERS = frozenset(
    f"builtins.{name}" for name in "all any dict frozenset list max min set sorted sum tuple".split()
)
# They read a handle to its end, or write to it, before they return.
WHOLE = _CONSUMERS | frozenset(
    (
        "builtins.print",
        "configparser.ConfigParser.read_file",
        "configparser.RawConfigParser.read_file",
        "email.message_from_binary_file",
        "email.message_from_file",
        "hashlib.file_digest",
        "json.dump",
        "json.load",
        "marshal.load",
        "pickle.dump",
        "pickle.load",
        "plistlib.load",
        "shutil.copyfileobj",
        "tomllib.load",
        "xml.dom.minidom.parse",
        "xml.etree.ElementTree.parse",
        "yaml.dump",
        "yaml.load",
        "yaml.safe_dump",
        "yaml.safe_load",
    )
)
_LAZY = (cst.Lambda, cst.IfExp, cst.BooleanOperation)


def is_eager(context: Context, node: cst.CSTNode) -> bool:
    """Whether the statement evaluates the node there and then: not in a lambda, in no generator that is left for later."""
    index = context.names.index
    for above in index.ancestors(node):
        if isinstance(above, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            return True
        if isinstance(above, _LAZY) or (isinstance(above, cst.GeneratorExp) and not _is_used_up(context, above)):
            return False
    return False


def _is_used_up(context: Context, generator: cst.GeneratorExp) -> bool:
    """`sum(1 for line in handle)`, `", ".join(line for line in handle)`: nothing is left for later."""
    index = context.names.index
    arg = index.parent.get(id(generator))
    call = index.parent.get(id(arg))
    if not isinstance(arg, cst.Arg) or not isinstance(call, cst.Call):
        return False
    joins = isinstance(call.func, cst.Attribute) and call.func.attr.value == "join"
    return (joins and isinstance(call.func.value, cst.SimpleString)) or bool(  # type: ignore[attr-defined]
        _CONSUMERS.intersection(context.names.names_of(call.func))
    )


def is_only_read(context: Context, call: cst.Call) -> bool:
    """Whether the call opens a file to read it, as far as anybody can tell."""
    found = modes(context.names, call)
    return bool(found) and all(mode == "read" or (mode != "write" and not set(mode) & set("wax+")) for mode in found)


def free_name(context: Context, call: cst.Call) -> str:
    """A name for the handle; empty where the function has all of them in use, and in a class, whose names are its members.

    One that other `with` statements bind and nobody uses outside them is free again.
    """
    if isinstance(context.names.index.scope_of(call).node, cst.ClassDef):
        return ""
    return next((name for name in ("file", "handle", "stream", "opened_file") if _is_free(context, call, name)), "")


def _is_free(context: Context, call: cst.Call, name: str) -> bool:
    index = context.names.index
    around = index.function_of(call) or context.module
    if any(_binds(one, name) for one in index.ancestors(call)):
        return False
    uses = (one for one in below(around, sought=frozenset({name})) if isinstance(one, cst.Name) and one.value == name)
    return all(any(_binds(above, name) for above in index.ancestors(use)) for use in uses)


def _binds(node: cst.CSTNode, name: str) -> bool:
    """Whether this is a `with … as name`."""
    names = [one.asname.name for one in node.items if one.asname] if isinstance(node, cst.With) else []
    return any(isinstance(one, cst.Name) and one.value == name for one in names)
