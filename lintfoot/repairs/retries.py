"""Repairs of retries: an end, a pause that grows, and the server's word on when to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import calls
from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, keyword_of, replaced, with_argument, without_argument, without_element
from lintfoot.values import Constant
from lintfoot.visitors.base import Change
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from lintfoot.calls import Target
    from lintfoot.visitors.base import Context, Hit, Piece

_RULE = "LF601"
_MOST = 60  # seconds between two attempts
# Of each library, the keyword that ends it by a number of attempts. Sources: backoff 2.2.1 _decorator.py, retrying 1.4.2
# Retrying.__init__, urllib3 2.8.0 util/retry.py, redis 8.1.0 retry.py, kazoo 2.11.0 retry.py, retry2 0.9.5 api.py.
_ATTEMPTS = {
    "backoff": "max_tries",
    "retrying": "stop_max_attempt_number",
    "urllib3": "total",
    "redis": "retries",
    "kazoo": "max_tries",
    "retry": "tries",
}
_POSITIONS = {"urllib3": 0, "redis": 1, "kazoo": 0, "retry": 1}


def bounded(context: Context, hit: Hit) -> Change | None:
    """LF601: an end after so many attempts as the rule's option says. Unsafe: the failure is heard from now on."""
    most = f"{context.option(_RULE, 'fix-attempts'):g}"
    found = _decorated(context, hit)
    if found is None:
        return None
    func, call, library = found
    title = f"give up after {most} attempts"
    if library == "tenacity":
        return _with_tenacity(context, hit.node, func, call, ("stop", f"stop_after_attempt({most})", title))
    keyword = _ATTEMPTS.get(library)
    if keyword is None:
        return None
    piece = _with(call, hit.node, func, f"{keyword}={most}", context) if not _given(call, library) else None
    given = _given(call, library)
    if given is not None:
        piece = replaced(given.value, most)
    return Change(title, Safety.UNSAFE, (piece,)) if piece is not None else None


def _given(call: cst.Call | None, library: str) -> cst.Arg | None:
    """The argument by which a call gives the number of attempts, or None for no end."""
    if call is None:
        return None
    place = _POSITIONS.get(library, len(call.args))
    first = call.args[place] if place < len(call.args) else None
    positional = first if first is not None and first.keyword is None and not first.star else None
    return keyword_of(call, _ATTEMPTS[library]) or positional


def _decorated(context: Context, hit: Hit) -> tuple[cst.BaseExpression, cst.Call | None, str] | None:
    """What is called, the call (none for a bare decorator), and the library; None where that cannot be told."""
    node = hit.node
    call = node if isinstance(node, cst.Call) else None
    func = call.func if call is not None else node
    if not isinstance(func, cst.Name | cst.Attribute):
        return None
    libraries = {target.name.partition(".")[0] for target in _targets(context, func, call)}
    if len(libraries) != 1 or (call is not None and any(arg.star for arg in call.args)):
        return None
    return func, call, libraries.pop()


def _targets(context: Context, func: cst.BaseExpression, call: cst.Call | None) -> list[Target]:
    found = (
        calls.targets(context.names, call)
        if call is not None
        else calls.of_values(context.names, context.names.values(func))
    )
    return [target for target in found if not target.partials]


def _with(
    call: cst.Call | None, node: cst.CSTNode, func: cst.BaseExpression, argument: str, context: Context
) -> Piece | None:
    """One more argument for a call, or for a decorator that is none yet."""
    return (
        with_argument(context, call, argument)
        if call is not None
        else replaced(node, f"{code(context, func)}({argument})")
    )


def _with_tenacity(
    context: Context, node: cst.CSTNode, func: cst.BaseExpression, call: cst.Call | None, told: tuple[str, str, str]
) -> Change | None:
    """`stop=` or `wait=` of tenacity, by the name under which the script has the library."""
    keyword, value, title = told
    module = code(context, func.value) if isinstance(func, cst.Attribute) else "tenacity"
    given = keyword_of(call, keyword) if call is not None else None
    made = f"{module}.{value}"
    if given is not None:
        piece: Piece | None = replaced(given.value, made)
    elif call is not None and any(arg.keyword is None for arg in call.args):
        return None  # it may stand there by position
    else:
        piece = _with(call, node, func, f"{keyword}={made}", context)
    imports = () if isinstance(func, cst.Attribute) else ("tenacity",)
    return Change(title, Safety.UNSAFE, (piece,), imports=imports) if piece is not None else None


def growing(context: Context, hit: Hit) -> Change | None:
    """LF602: a pause that grows up to a minute. Unsafe: the attempts take longer all together."""
    if isinstance(hit.node, cst.For):
        return _growing_loop(context, hit.node)
    found = _decorated(context, hit)
    if found is None:
        return None
    func, call, library = found
    title = "wait longer after each failure"
    if library == "tenacity":
        factor = _seconds(context, keyword_of(call, "wait") if call is not None else None)
        value = f"wait_random_exponential(multiplier={factor}, max={_MOST})"
        return _with_tenacity(context, hit.node, func, call, ("wait", value, title))
    change = _BY_LIBRARY.get(library)
    pieces = change(context, hit.node, func, call) if change is not None else None
    imports = ("urllib3",) if library == "requests" else ()
    return Change(title, Safety.UNSAFE, pieces, imports=imports) if pieces else None


def _seconds(context: Context, given: cst.Arg | None) -> str:
    """The pause so far, as code: `wait_fixed(3)` has three seconds; one second where there was none."""
    match given:
        case cst.Arg(value=cst.Call(args=[cst.Arg(value=cst.Integer() | cst.Float() as number)])):
            return code(context, number)
        case _:
            return "1"


def _urllib3(
    context: Context, node: cst.CSTNode, func: cst.BaseExpression, call: cst.Call | None
) -> tuple[Piece, ...] | None:
    given = keyword_of(call, "backoff_factor") if call is not None else None
    if given is not None:
        return (replaced(given.value, "0.5"),)
    piece = _with(call, node, func, "backoff_factor=0.5", context)
    return (piece,) if piece is not None and call is not None else None


def _requests(
    context: Context, _node: cst.CSTNode, _func: cst.BaseExpression, call: cst.Call | None
) -> tuple[Piece, ...] | None:
    """The library makes `Retry(NUMBER)` of a number (requests 2.34.2: adapters.py, Retry.from_int)."""
    given = keyword_of(call, "max_retries") if call is not None else None
    if given is None:
        return None
    return (replaced(given.value, f"urllib3.Retry({code(context, given.value)}, backoff_factor=0.5)"),)


def _backoff(
    context: Context, _node: cst.CSTNode, _func: cst.BaseExpression, call: cst.Call | None
) -> tuple[Piece, ...] | None:
    """`backoff.expo` in place of `backoff.constant`; the pause so far is what it begins with."""
    if call is None or not call.args:
        return None
    first = keyword_of(call, "wait_gen") or call.args[0]
    if not isinstance(first.value, cst.Attribute) or context.names.names_of(first.value) != ("backoff.constant",):
        return None
    interval = keyword_of(call, "interval")
    pieces = [replaced(first.value.attr, "expo")]
    if interval is not None:
        pieces.append(replaced(interval, f"factor={code(context, interval.value)}, max_value={_MOST}"))
    else:
        more = with_argument(context, call, f"max_value={_MOST}")
        pieces += [more] if more is not None else []
    return tuple(pieces)


def _retrying(
    context: Context, node: cst.CSTNode, func: cst.BaseExpression, call: cst.Call | None
) -> tuple[Piece, ...] | None:
    """Milliseconds here. A pause that grows comes instead of a fixed one."""
    fixed = keyword_of(call, "wait_fixed") if call is not None else None
    start = code(context, fixed.value) if fixed is not None and isinstance(fixed.value, cst.Integer) else "1000"
    made = f"wait_exponential_multiplier={start}, wait_exponential_max={_MOST * 1000}"
    piece = replaced(fixed, made) if fixed is not None else _with(call, node, func, made, context)
    return (piece,) if piece is not None else None


def _retry(
    context: Context, node: cst.CSTNode, func: cst.BaseExpression, call: cst.Call | None
) -> tuple[Piece, ...] | None:
    if call is None or keyword_of(call, "backoff", "jitter", "max_delay") is not None:
        return None
    delay = "" if keyword_of(call, "delay") is not None else "delay=1, "
    piece = _with(call, node, func, f"{delay}backoff=2, max_delay={_MOST}", context)
    return (piece,) if piece is not None else None


_BY_LIBRARY = {
    "urllib3": _urllib3,
    "requests": _requests,
    "backoff": _backoff,
    "retrying": _retrying,
    "retry": _retry,
}
_SLEEPS = frozenset(("time.sleep", "asyncio.sleep"))


def _growing_loop(context: Context, loop: cst.For) -> Change | None:
    """`for attempt in range(5)` with one fixed pause: the pause doubles with each attempt."""
    pauses = [
        node
        for node in below(loop.body)
        if isinstance(node, cst.Call) and _SLEEPS.intersection(context.names.names_of(node.func))
    ]
    match loop, pauses:
        case (
            cst.For(target=cst.Name(value=name), iter=cst.Call(func=cst.Name(value="range"), args=[*limits])),
            [cst.Call(args=[cst.Arg(value=seconds, keyword=None)])],
        ) if all(limit.keyword is None and not limit.star for limit in limits):
            pass
        case _:
            return None
    match context.names.values(seconds):
        case (Constant(value=int() | float() as value),) if not isinstance(value, bool) and 0 < value <= _MOST / 2:
            pass
        case _:
            return None
    if not isinstance(seconds, cst.Integer | cst.Float | cst.Name):
        return None  # a sum would need brackets, and an attribute may be a setting
    first = limits[0].value if len(limits) > 1 else None
    count = _exponent(context, name, first)
    if not count or len(limits) > 2 or _is_bound_in(loop, name):  # noqa: PLR2004 - a third one is a step
        return None
    pieces = [replaced(seconds, f"min({_MOST}, {code(context, seconds)} * 2**{count})")]
    if name == "_":
        pieces.append(replaced(loop.target, "attempt"))
    return Change("wait longer after each failure", Safety.UNSAFE, tuple(pieces))


def _exponent(context: Context, name: str, first: cst.BaseExpression | None) -> str:
    """How many attempts have failed before this one, as code; empty where nobody can tell."""
    if name == "_":
        name = "" if context.names.index.binds("attempt") else "attempt"
    if first is None or not name:
        return name
    return f"({name} - {code(context, first)})" if isinstance(first, cst.Integer) else ""


def _is_bound_in(loop: cst.For, name: str) -> bool:
    """Whether the loop's own variable is bound anew in its body, or there is another loop in it."""
    for node in below(loop.body):
        match node:
            case cst.AssignTarget(target=cst.Name(value=bound)) | cst.AugAssign(target=cst.Name(value=bound)):
                if bound == name:
                    return True
            case cst.For() | cst.While():
                return True
            case _:
                pass
    return False


_METHODS = ("allowed_methods", "method_whitelist")
_TWICE = frozenset(("POST", "PATCH"))


def once(_context: Context, hit: Hit) -> Change | None:
    """LF603: POST and PATCH are not tried again. Unsafe: where they failed, somebody has to hear of it now."""
    call = hit.node
    given = keyword_of(call, *_METHODS) if isinstance(call, cst.Call) else None
    if given is None or not isinstance(call, cst.Call):
        return None
    title = "try only again what may come twice"
    match given.value:
        case cst.Name(value="None" | "False"):
            return Change(title, Safety.UNSAFE, (without_argument(call, given),))
        case (cst.List() | cst.Tuple()) as display:
            twice = [one for one in display.elements if _is_method(one, _TWICE)]
            piece = without_element(display, twice[0]) if len(twice) == 1 and len(display.elements) > 1 else None
            return Change(title, Safety.UNSAFE, (piece,)) if piece is not None else None
        case _:
            return None


def _is_method(element: cst.BaseElement, methods: frozenset[str]) -> bool:
    return isinstance(element.value, cst.SimpleString) and element.value.evaluated_value in methods


def as_told(_context: Context, hit: Hit) -> Change | None:
    """LF604: the switch goes that ignores `Retry-After`. Unsafe: pauses are as long as the server says."""
    call = hit.node
    switch = keyword_of(call, "respect_retry_after_header") if isinstance(call, cst.Call) else None
    if switch is None or not isinstance(call, cst.Call):
        return None
    return Change("wait as long as the server says", Safety.UNSAFE, (without_argument(call, switch),))
