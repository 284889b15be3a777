"""What a retry of a library is told: which function it calls again, whether it ever does, and whether it waits for a result."""

from __future__ import annotations

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.scopes import last_word

_OF_RESULTS = frozenset(("retry_if_result", "retry_if_not_result", "retry_unless_result"))


def retried_function(names: Names, place: cst.CSTNode) -> cst.FunctionDef | None:
    """The function under a decorator."""
    above = list(names.index.ancestors(place))[:2]
    match above:
        case [cst.Decorator(), cst.FunctionDef() as function]:
            return function
        case _:
            return None


def never_retries(names: Names, call: cst.Call, target: calls.Target) -> bool:
    """`Retry(0)`, `Retry(total=False)`, `stop_after_attempt(1)`: the first failure is the last."""
    argument = target.function.arguments.get("stop")
    given = calls.given(names, call, argument, target.partials) if argument is not None else calls.ABSENT
    many = given.constant
    if isinstance(many, int) and many <= (0 if target.name.startswith("urllib3") else 1):
        return target.name != "retry.retry" or many >= 0
    match given.node:
        case cst.Call(func=func, args=[cst.Arg(value=cst.Integer(value="1"))]):
            return last_word(func) == "stop_after_attempt"
        case _:
            return False


def is_poll(names: Names, call: cst.Call, target: calls.Target) -> bool:
    """Whether a retry waits for a result and not for failures to go away."""
    if target.name == "backoff.on_predicate":
        return True
    if target.name.startswith("retrying."):
        result = calls.given(names, call, Argument(("retry_on_result",)))
        failure = calls.given(names, call, Argument(("retry_on_exception",)))
        return result.state == "given" and failure.state == "absent"
    if target.name.startswith("tenacity."):
        told = calls.given(names, call, Argument(("retry",), 3))
        return isinstance(told.node, cst.Call) and last_word(told.node.func) in _OF_RESULTS
    return False
