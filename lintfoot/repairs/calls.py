"""Repairs of single calls: a timeout given, a strict choice made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import calls
from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, keyword_of, replaced, with_argument, without_argument
from lintfoot.visitors.base import Change, Context, Hit

if TYPE_CHECKING:
    from lintfoot.calls import Target


def timeout(context: Context, hit: Hit) -> Change | None:
    """LF201: the timeout of the rule's option. Unsafe: what takes longer than that fails from now on."""
    call, rule = hit.node, "LF201"
    if not isinstance(call, cst.Call):
        return None
    seconds, constant = context.option(rule, "fix-timeout"), context.option(rule, "fix-constant")
    keyword = _timeout_keyword(context, call)
    if not keyword:
        return None
    value = constant or f"{seconds:g}"
    given = _given(context, call)
    if given is None and any(arg.star for arg in call.args):
        return None  # what is spread may hold one already: the call would fail
    if given is not None and not _is_none(given.value):
        return None
    piece = replaced(given.value, value) if given is not None else with_argument(context, call, f"{keyword}={value}")
    if piece is None:
        return None
    constants = (f"{constant} = {seconds:g}",) if constant else ()
    return Change(f"give it {keyword}={value}", Safety.UNSAFE, (piece,), constants=constants)


def _timeout_keyword(context: Context, call: cst.Call) -> str:
    """The keyword by which every function that this may call takes its timeout."""
    words = {_keyword(target) for target in calls.targets(context.names, call)}
    return words.pop() if len(words) == 1 else ""


def _keyword(target: Target) -> str:
    argument = target.function.arguments.get("timeout")
    return argument.keyword[0] if argument is not None and argument.keyword and not target.partials else ""


def _given(context: Context, call: cst.Call) -> cst.Arg | None:
    """The argument that the call gives as its timeout, by keyword or by position."""
    for target in calls.targets(context.names, call):
        argument = target.function.arguments.get("timeout")
        node = calls.given(context.names, call, argument).node if argument is not None else None
        if node is not None:
            return next((arg for arg in call.args if arg.value is node), None)
    return None


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def strict_template(context: Context, hit: Hit) -> Change | None:
    """LF803: `StrictUndefined`. Unsafe: a template that leaned on empty values fails from now on."""
    call = hit.node
    if not isinstance(call, cst.Call) or keyword_of(call, "undefined") is not None:
        return None
    func = call.func
    known = isinstance(func, cst.Attribute) and context.names.names_of(func.value) == ("jinja2",)
    module = code(context, func.value) if known and isinstance(func, cst.Attribute) else "jinja2"
    piece = with_argument(context, call, f"undefined={module}.StrictUndefined")
    imports = () if known else ("jinja2",)
    return Change("fail on missing variables", Safety.UNSAFE, (piece,), imports=imports) if piece else None


_SAFE_LOADERS = {"yaml.load": "safe_load", "yaml.load_all": "safe_load_all"}


def safe_load(context: Context, hit: Hit) -> Change | None:
    """LF705: `yaml.safe_load`. Unsafe: tags that make Python objects are refused from now on."""
    call = hit.node
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    found = [_SAFE_LOADERS[name] for name in context.names.names_of(call.func) if name in _SAFE_LOADERS]
    others = [arg for arg in call.args[1:] if arg.keyword is None or arg.keyword.value != "Loader"]
    if len(found) != 1 or not call.args or len(others) > 1 or any(arg.star for arg in call.args):
        return None
    pieces = [replaced(call.func.attr, found[0])]
    if len(call.args) > 1:
        pieces.append(without_argument(call, call.args[1]))
    return Change(f"use {code(context, call.func.value)}.{found[0]}", Safety.UNSAFE, tuple(pieces))
