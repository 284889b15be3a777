"""Repairs of the check of SSH host keys: known hosts are read, and strangers are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import calls
from lintfoot.findings import Safety
from lintfoot.regexes import regex
from lintfoot.repairs.edits import code, inserted_above, keyword_of, removed, replaced, without_argument
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit, Piece

_TITLE = "check host keys"
_REJECT = "RejectPolicy()"
_KNOWN = ("load_system_host_keys", "load_host_keys")
_POLICY = "set_missing_host_key_policy"
# In the words of ssh_config(5): a host that is new is let in and written down, one whose key has changed is refused.
_OPTION = regex(r"(StrictHostKeyChecking\s*[ =]\s*)(no|off|false)\b", re.IGNORECASE)
_FORGETS = regex(r"/dev/null|NUL\b|knownhostsfile=none", re.IGNORECASE)


def strict(context: Context, hit: Hit) -> Change | None:
    """LF303: the check is on again. Unsafe: a host whose key is not known is refused from now on."""
    match hit.node:
        case cst.Call() as call:
            return _policy(context, call) or _switch(context, call)
        case cst.Assign() as assignment:
            return _assigned(context, assignment)
        case cst.SimpleString() | cst.FormattedString() as text:
            return _in_text(context, text)
        case _:
            return None


def _policy(context: Context, call: cst.Call) -> Change | None:
    """`client.set_missing_host_key_policy(AutoAddPolicy())`: RejectPolicy, and the known hosts read before."""
    match call:
        case cst.Call(
            func=cst.Attribute(value=client, attr=cst.Name(value="set_missing_host_key_policy")),
            args=[cst.Arg(value=policy, star="")],
        ):
            reading = _known_hosts(context, call, client)
            if reading is None:
                return None
            new, imports = _rejecting(context, policy)
            return Change(_TITLE, Safety.UNSAFE, (replaced(policy, new), *reading), imports=imports)
        case _:
            return None


def _rejecting(context: Context, policy: cst.BaseExpression) -> tuple[str, tuple[str, ...]]:
    """RejectPolicy by the name under which the old policy has paramiko, and what has to be imported for it."""
    made = policy.func if isinstance(policy, cst.Call) else policy
    if isinstance(made, cst.Attribute) and context.names.names_of(made.value) in (("paramiko",), ("paramiko.client",)):
        return f"{code(context, made.value)}.{_REJECT}", ()
    return f"paramiko.{_REJECT}", ("paramiko",)


def _known_hosts(context: Context, call: cst.Call, client: cst.BaseExpression) -> tuple[Piece, ...] | None:
    """The call that reads the known hosts, where there is none for this client yet; None where it has no room."""
    name = code(context, client)
    around = context.names.index.function_of(call) or context.module
    order = context.names.index.order
    for node in below(around, sought=frozenset({*_KNOWN, _POLICY})):
        match node:
            case cst.Attribute(value=value, attr=cst.Name(value=method)) if method in _KNOWN:
                if code(context, value) == name:
                    return ()
            case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=method))) if (
                method == _POLICY and node is not call
            ):
                if code(context, value) == name and order[id(node)] < order[id(call)]:
                    return ()  # its repair reads them
            case _:
                pass
    statement = context.names.index.statement_of(call)
    if not isinstance(statement, cst.SimpleStatementLine) or statement.body[0] is not _outermost(context, call):
        return None
    if not isinstance(client, cst.Name | cst.Attribute):
        return None
    return (inserted_above(context, statement, f"{name}.load_system_host_keys()"),)


def _outermost(context: Context, call: cst.Call) -> cst.CSTNode | None:
    parent = context.names.index.parent.get(id(call))
    return parent if isinstance(parent, cst.Expr) else None


def _switch(context: Context, call: cst.Call) -> Change | None:
    """A keyword that switches the check off goes, where it is on without it; netmiko has to be told twice."""
    strictness = keyword_of(call, "ssh_strict")
    if strictness is not None and _is(strictness.value, "False"):
        more = "" if keyword_of(call, "system_host_keys") is not None else ", system_host_keys=True"
        return Change(_TITLE, Safety.UNSAFE, (replaced(strictness, f"ssh_strict=True{more}"),)) if more else None
    given = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value in _keywords(context, call)]
    if len(given) != 1 or not (_is(given[0].value, "False") or _is(given[0].value, "None")):
        return None
    return Change(_TITLE, Safety.UNSAFE, (without_argument(call, given[0]),))


def _keywords(context: Context, call: cst.Call) -> set[str]:
    found = [target.function.arguments.get("host-keys") for target in calls.targets(context.names, call)]
    return {word for argument in found if argument is not None for word in argument.keyword}


def _is(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _assigned(context: Context, node: cst.Assign) -> Change | None:
    target = node.targets[0].target
    last = target.attr.value if isinstance(target, cst.Attribute) else ""
    statement = context.names.index.statement_of(node)
    if last == "_policy":
        new, imports = _rejecting(context, node.value)
        return Change(_TITLE, Safety.UNSAFE, (replaced(node.value, new),), imports=imports)
    if last == "disable_known_hosts" and _is(node.value, "True"):
        return Change(_TITLE, Safety.UNSAFE, (replaced(node.value, "False"),))
    if last == "hostkeys" and isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        return Change(_TITLE, Safety.UNSAFE, (removed(context, statement),))
    if "ANSIBLE_HOST_KEY_CHECKING" in code(context, target) and isinstance(node.value, cst.SimpleString):
        return Change(_TITLE, Safety.UNSAFE, (replaced(node.value, '"True"'),))
    return None


def _in_text(context: Context, node: cst.SimpleString | cst.FormattedString) -> Change | None:
    """`StrictHostKeyChecking=accept-new`, where the keys that it takes are kept somewhere."""
    text = code(context, node)
    statement = context.names.index.statement_of(node)
    around = context.names.index.function_of(node) or statement
    if len(_OPTION.findall(text)) != 1 or _FORGETS.search(code(context, around)):
        return None
    new = _OPTION.sub(r"\1accept-new", text)
    return Change("refuse hosts whose key has changed", Safety.UNSAFE, (replaced(node, new),))
