"""Which tests ask whether a server said that it is busy: 429, or 503."""

from __future__ import annotations

import libcst as cst

from lintfoot import displays
from lintfoot.gates.busy_lines import BUSY, STATUS
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.scopes import last_word
from lintfoot.secret_names import words
from lintfoot.values import Constant, Display, Named

_NAMES = frozenset(("TOO_MANY_REQUESTS", "SERVICE_UNAVAILABLE", "too_many_requests", "too_many", "service_unavailable"))


def is_busy(names: Names, test: cst.BaseExpression) -> cst.BaseExpression | None:
    """What is compared with 429 or 503, where a test holds for these; None for all other tests."""
    for node in (test, *within(test)):
        match node:
            case cst.Comparison(
                left=left,
                comparisons=[cst.ComparisonTarget(operator=cst.Equal() | cst.In(), comparator=right)],
            ):
                if _is_status(left) and _holds_busy(names, right):
                    return left
            case _:
                pass
    return None


def _is_status(node: cst.BaseExpression) -> bool:
    """`reply.status_code`, `error.code`, `status`; what AWS says stands in no header."""
    texts = [last_word(node)]
    for one in within(node):
        if isinstance(one, cst.SimpleString):
            texts.append(str(one.evaluated_value))
        elif isinstance(one, cst.Name):
            texts.append(one.value)
    if "ResponseMetadata" in texts:
        return False
    return any(not STATUS.isdisjoint(words(text)) for text in texts)


def _holds_busy(names: Names, node: cst.BaseExpression) -> bool:
    if _is_named_busy(node):
        return True
    for value in names.values(node):
        match value:
            case Constant(value=int() as number):
                if number in BUSY:
                    return True
            case Constant(value=str() as text):
                if text in ("429", "503"):
                    return True
            case Display(kind="list" | "tuple" | "set"):
                for item in displays.elements(names, value):
                    if item is not None and (_is_named_busy(item) or names.constant(item) in BUSY):
                        return True
            case _:
                pass
    return _in_frozenset(names, node)


def _in_frozenset(names: Names, node: cst.BaseExpression) -> bool:
    """`frozenset({429, 503})`, written here or under a name."""
    if isinstance(node, cst.Call) and last_word(node.func) in ("frozenset", "set", "tuple") and node.args:
        return _holds_busy(names, node.args[0].value)
    return any(
        call is not None and call is not node and last_word(call.func) == "frozenset" and _in_frozenset(names, call)
        for value in names.values(node)
        if not isinstance(value, Named)
        for call in (getattr(value, "call", None),)
    )


def _is_named_busy(node: cst.BaseExpression) -> bool:
    """`HTTPStatus.TOO_MANY_REQUESTS`, `requests.codes.too_many_requests`."""
    word = last_word(node)
    if word == "value" and isinstance(node, cst.Attribute):
        word = last_word(node.value)
    return word in _NAMES or word.endswith(("TOO_MANY_REQUESTS", "SERVICE_UNAVAILABLE"))
