"""What a handler says about its failure: one that may end, a race, or data that was not there yet."""

from __future__ import annotations

import libcst as cst

from lintfoot.gates.loop_lines import PAUSES
from lintfoot.paths import within
from lintfoot.scopes import dotted, last_word

Handler = cst.ExceptHandler | cst.ExceptStarHandler
# They tell of the data, of a race or of "nothing there yet": coming round again is how such code makes progress.
NO_FAILURE = frozenset(
    "InterruptedError StopIteration StopAsyncIteration IndexError KeyError AttributeError "
    "UnicodeError UnicodeDecodeError UnicodeEncodeError ZeroDivisionError NameError ImportError ModuleNotFoundError KeyboardInterrupt "
    "Empty Full QueueEmpty GeneratorExit RecursionError EOFError".split()
)
_OF_DATA = frozenset(
    "ValueError TypeError JSONDecodeError ParserError ValidationError AssertionError SyntaxError".split()
)
_NOT_YET = frozenset("EINTR EINPROGRESS EALREADY ESRCH ECHILD ENOTEMPTY".split())
_ERRNO = {"4": "EINTR", "10004": "EINTR", "11": "EAGAIN", "35": "EAGAIN", "17": "EEXIST"}
# Somebody else has it: a race where the next turn follows at once, a wait for a lock where a pause comes between.
HELD = frozenset("FileExistsError BlockingIOError EEXIST EAGAIN EWOULDBLOCK".split())
_TAKES_AWAY = frozenset("remove pop popleft popitem discard".split())


def kinds_of(handler: Handler) -> list[str]:
    """The last words of the exceptions that a handler catches."""
    kinds = [handler.type] if handler.type is not None else []
    if kinds and isinstance(kinds[0], cst.Tuple):
        kinds = [element.value for element in kinds[0].elements]
    return [dotted(kind).rpartition(".")[2] for kind in kinds]


def tells_no_failure(handler: Handler, body: cst.BaseSuite) -> bool:
    """A handler of races and of what is not there yet; of bad data too, where nothing pauses before the next turn."""
    kinds = set(kinds_of(handler))
    if _mentions(handler, _NOT_YET) or (kinds and kinds <= NO_FAILURE):
        return True
    pauses = any(isinstance(node, cst.Call) and last_word(node.func) in PAUSES for node in within(body))
    if pauses:
        return False
    return _mentions(handler, HELD) or (bool(kinds) and kinds <= NO_FAILURE | HELD | _OF_DATA)


def _mentions(handler: Handler, words: frozenset[str]) -> bool:
    """`if error.errno != errno.EEXIST: raise`: only a race comes round; old scripts write `!= 4`."""
    for node in within(handler.body):
        if isinstance(node, cst.Name) and node.value in words:
            return True
        if isinstance(node, cst.Comparison) and _ERRNO.get(_number(node)) in words and _last_index(node.left):
            return True
    return False


def _number(test: cst.Comparison) -> str:
    right = test.comparisons[0].comparator
    return right.value if isinstance(right, cst.Integer) else ""


def _last_index(node: cst.BaseExpression) -> bool:
    """`error.errno`, `error.args[0]`, `error[0]`."""
    return isinstance(node, cst.Subscript) or last_word(node) == "errno"


def takes_away(handler: Handler) -> bool:
    """`hosts.remove(host)`: what failed is left out the next time."""
    return any(
        (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and last_word(node.func) in _TAKES_AWAY)
        or isinstance(node, cst.Del)
        for node in within(handler.body)
    )
