"""Repairs of encrypted connections: certificates are checked again, and old versions refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import calls
from lintfoot.findings import Safety
from lintfoot.records import replace
from lintfoot.regexes import regex
from lintfoot.repairs.edits import code, removed, replaced, without_argument, without_element
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.visitors.base import Context, Hit

_TITLE = "check certificates again"
_FACETS = ("verify", "hostname")
_NAME_OR_NONE = "assert_hostname"  # urllib3 takes the name to look for here, and None for that of the address
_TELLING = regex(r"verify|insecure|cert_reqs|check_hostname|assert_hostname")
_ALIKE = frozenset(("purpose", "cafile", "capath", "cadata"))  # what create_default_context takes as well
_LOOSE = regex(r"insecure|skip|disable|no_verify|unverified")  # keywords that switch checking off by True
# Options of programs that are nothing but the switch; what is followed by a value of its own is not among them.
_OPTIONS = regex(
    r"-k|--insecure|--no-check-certificate|--insecure-skip-tls-verify(=true)?|--no-verify-ssl|-tls-skip-verify"
    r"|--(src-|dest-)?tls-verify=false|--setopt=sslverify=(false|0)"
)


def verification(context: Context, hit: Hit) -> Change | None:
    """LF301: the switch goes. Unsafe: a server whose certificate nobody signed is refused from now on.

    Under a condition it is only suggested: there an option would do nothing any more.
    """
    change = _checking(context, hit)
    if change is None or not _is_asked_for(context, hit.node):
        return change
    return replace(change, safety=Safety.SUGGESTION)


def _is_asked_for(context: Context, node: cst.CSTNode) -> bool:
    """Whether the node stands under an `if` in its function: most such switches are options of the script's own."""
    for above in context.names.index.ancestors(node):
        if isinstance(above, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            return False
        if isinstance(above, cst.If | cst.IfExp) and "__name__" not in code(context, above.test):
            return True
    return False


def _checking(context: Context, hit: Hit) -> Change | None:
    match hit.node:
        case cst.Call() as call:
            return _called(context, call)
        case cst.Assign(value=value) | cst.AnnAssign(value=value) if value is not None:
            return _assigned(context, hit.node, value)
        case cst.Name(value="False") as default if isinstance(context.names.index.parent.get(id(default)), cst.Param):
            return Change(_TITLE, Safety.UNSAFE, (replaced(default, "True"),))
        case _:
            return None


def _called(context: Context, call: cst.Call) -> Change | None:
    func = call.func
    if "ssl._create_unverified_context" in context.names.names_of(func):
        known = all(arg.keyword is not None and arg.keyword.value in _ALIKE for arg in call.args)
        if not isinstance(func, cst.Attribute) or not known:
            return None
        return Change(_TITLE, Safety.UNSAFE, (replaced(func.attr, "create_default_context"),))
    switches = [arg for arg in _switches(context, call) if _is_off(arg)]
    if len(switches) == 1:
        return Change(_TITLE, Safety.UNSAFE, (without_argument(call, switches[0]),))
    if switches:
        return None
    return _environment(context, call) or _option(call)


def _switches(context: Context, call: cst.Call) -> Iterator[cst.Arg]:
    """The keyword arguments of a call that decide about certificates or host names."""
    targets = calls.targets(context.names, call)
    if "functools.partial" in context.names.names_of(call.func) and call.args:
        targets = calls.of_values(context.names, context.names.values(call.args[0].value))
    words = {
        word
        for target in targets
        for facet in _FACETS
        if facet in target.function.arguments
        for word in target.function.arguments[facet].keyword
    }
    for arg in call.args:
        word = arg.keyword.value if arg.keyword is not None else ""
        if word in words or (not words and _TELLING.search(word)):
            yield arg


def _is_off(arg: cst.Arg) -> bool:
    match arg.value:
        case cst.Name(value="False" | "CERT_NONE") | cst.Attribute(attr=cst.Name(value="CERT_NONE")):
            return True
        case cst.Name(value="True"):
            return arg.keyword is not None and _LOOSE.search(arg.keyword.value) is not None
        case cst.SimpleString() as text:
            return text.evaluated_value in ("CERT_NONE", "NONE")
        case _:
            return False


def _environment(context: Context, call: cst.Call) -> Change | None:
    """`os.environ.setdefault("GIT_SSL_NO_VERIFY", "1")` as a statement of its own goes."""
    statement = context.names.index.statement_of(call)
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=value)]) if value is call:
            if "os.environ.setdefault" in context.names.names_of(call.func):
                return Change(_TITLE, Safety.UNSAFE, (removed(context, statement),))
        case _:
            pass
    return None


def _option(call: cst.Call) -> Change | None:
    """An element of an argv that is nothing but the switch goes; more than one of them is a person's business."""
    found = [
        (display, element)
        for arg in call.args
        for display in below(arg.value)
        if isinstance(display, cst.List | cst.Tuple)
        for element in display.elements
        if isinstance(element.value, cst.SimpleString) and _OPTIONS.fullmatch(str(element.value.evaluated_value))
    ]
    if len(found) != 1:
        return None
    piece = without_element(*found[0])
    return Change(_TITLE, Safety.UNSAFE, (piece,)) if piece is not None else None


def _assigned(context: Context, node: cst.CSTNode, value: cst.BaseExpression) -> Change | None:
    if isinstance(value, cst.Name) and value.value == "False":
        on = "None" if _NAME_OR_NONE in code(context, node) else "True"
        return Change(_TITLE, Safety.UNSAFE, (replaced(value, on),))
    match value:
        case cst.Attribute(attr=cst.Name(value="CERT_NONE") as name):
            return Change(_TITLE, Safety.UNSAFE, (replaced(name, "CERT_REQUIRED"),))
        case cst.Name(value="CERT_NONE"):
            return Change(_TITLE, Safety.UNSAFE, (replaced(value, "ssl.CERT_REQUIRED"),), imports=("ssl",))
        case cst.SimpleString() if node_target(node) == "cert_reqs" and value.evaluated_value == "CERT_NONE":
            return Change(_TITLE, Safety.UNSAFE, (replaced(value, '"CERT_REQUIRED"'),))
        case _:
            return _statement_gone(context, node)


def node_target(node: cst.CSTNode) -> str:
    """The last name of what an assignment assigns to: an attribute, or the key of a subscript."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))]):
            return name
        case cst.Assign(
            targets=[
                cst.AssignTarget(
                    target=cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))])
                )
            ]
        ):
            return str(key.evaluated_value)
        case _:
            return ""


def _statement_gone(context: Context, node: cst.CSTNode) -> Change | None:
    """What has no other use than to switch the check off goes: a variable of the environment, the default context."""
    statement = context.names.index.statement_of(node)
    target = node.targets[0].target if isinstance(node, cst.Assign) and len(node.targets) == 1 else None
    variable = isinstance(target, cst.Subscript) and "os.environ" in context.names.names_of(target.value)
    if not variable and node_target(node) != "_create_default_https_context":
        return None
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    return Change(_TITLE, Safety.UNSAFE, (removed(context, statement),))


def warnings_shown(context: Context, hit: Hit) -> Change | None:
    """LF302: the statement goes. Unsafe: the warnings are seen again."""
    statement = context.names.index.statement_of(hit.node)
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    if not isinstance(statement.body[0], cst.Expr) or statement.body[0].value is not hit.node:
        return None
    return Change("show these warnings again", Safety.UNSAFE, (removed(context, statement),))


def newer(context: Context, hit: Hit) -> Change | None:
    """LF304: TLS 1.2 as the least version. Unsafe: a server that knows only older ones is refused."""
    node = hit.node
    assigned = next((one for one in context.names.index.ancestors(node) if isinstance(one, cst.Assign)), None)
    if not isinstance(node, cst.Attribute) or assigned is None or node_target(assigned) != "minimum_version":
        return None
    return Change("ask for TLS 1.2 at least", Safety.UNSAFE, (replaced(node.attr, "TLSv1_2"),))
