"""What a loop waits for: which tests ask for a state that somebody else brings about."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot.gates.loop_lines import PAUSES
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import words
from lintfoot.values import Display
from lintfoot.visitors.bounds import acts_in_time, changing_in
from lintfoot.visitors.waits import bound_in
from lintfoot.visitors.wording import CLOCKS, LOG_VERBS, names_in, root_name

# They are told to stop by somebody, or hold the main thread: nobody waits for a state there.
_SERVICE = regex(
    r"(?i)stop|exit|quit|shut|clos(e|ing)|terminat|cancel|abort|kill|halt|interrupt|signal|is_?set$|event|wake|die\b|dead|flag"
)
# Processes, threads and queues of this very process: they end with it.
_LOCAL = regex(
    r"(?i)^(poll|is_?alive|isAlive|active_?count|qsize|empty|full|join|waitpid|unfinished_tasks|has_key|readline|recv|read|get_nowait|select|pending|in_waiting|inWaiting|kbhit)$"
    r"|thread|future|fut\b|greenlet|procs?$|(?<!sub)process(es)?$|worker|child|^p$|^t$|queue|^q$|pool|executor|popen|coro"
)
_GOES_ON = frozenset(
    "exists isfile isdir islink locked lock progress pending busy mounted deleting creating building updating".split()
)
_WITH_ARGUMENTS = frozenset("running active alive pid pids queued".split())
_RUNS = frozenset("running building pending queued executing processing".split())
# Their loops hold the main thread as long as they run.
_HOLDERS = regex(
    r"(?i)self|cls|server|app|service|loop|scheduler|observer|daemon|bot|listener|consumer|engine|manager|monitor|timer"
)
_TAKES = frozenset("remove discard difference_update".split())
_LOOKS_AGAIN = frozenset("reload refresh".split())
_STATES = frozenset(
    "ready connected available up online healthy initialized initialised loaded mounted booted synced registered reachable "
    "started complete completed ok success".split()
)
_LIMITS = frozenset(
    "timeout timeouts timedout deadline expire expires expired expiry expiration elapsed remaining attempt attempts tries "
    "retry retries retried limit budget left max maximum count counter countdown tick ticks iteration iterations loops until".split()
)
_REFRESHES = regex(
    r"(?i)refresh|reload|update|get|describe|check|poll|fetch|list|load|query|read|stat|show|sync|ping|flush|status|info|"
    r"append|debug|log|print|write|set_?description|progress|spin|sleep|pump|process_?events|warn|clear|collect|yield|display|heartbeat|touch|next"
)


def only_looks(loop: cst.While) -> bool:
    """Whether each turn only asks how things stand: a loop that does its work is no wait."""
    tested = {dotted(one) for one in (loop.test, *within(loop.test)) if isinstance(one, cst.Name | cst.Attribute)}
    return all(_is_look(one, tested) for one in _all(loop.body))


def _all(body: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    for node in within(body):
        if isinstance(node, cst.Expr | cst.AugAssign | cst.Del | cst.Yield):
            yield node


def _is_look(node: cst.CSTNode, tested: set[str]) -> bool:
    match node:
        case cst.Expr(value=value):
            call = value.expression if isinstance(value, cst.Await) else value
            if not isinstance(call, cst.Call):
                return True
            name = last_word(call.func)
            if name in _TAKES and isinstance(call.func, cst.Attribute):
                return dotted(call.func.value) in tested
            return name in LOG_VERBS | PAUSES or bool(_REFRESHES.search(name)) or _is_log(call.func)
        case cst.AugAssign(value=value):
            return isinstance(value, cst.Integer | cst.Float | cst.SimpleString | cst.Name | cst.Attribute)
        case _:
            return False


def _is_log(func: cst.BaseExpression) -> bool:
    """`sys.stdout.write`, `LOG.info`, `module.log`, `click.echo`."""
    return bool(re.search(r"(?i)\blog(ger)?\b|stdout|stderr|display|console|spinner|bar\b|progress", dotted(func)))


def speaks_of_limits(loop: cst.While) -> bool:
    """Whether something in the loop counts or looks at the clock, or a test or a helper is called as if it did."""
    changing = set(changing_in(loop.body)) - set(_taken_from(loop))
    tests = [one.test for one in within(loop.body) if isinstance(one, cst.If | cst.IfExp | cst.Assert)]
    for test in (loop.test, *tests):
        told = {id(arg.keyword) for arg in within(test) if isinstance(arg, cst.Arg) and _is_told(arg)}
        for inner in (test, *within(test)):
            if id(inner) in told:
                continue
            if isinstance(inner, cst.Name | cst.Attribute) and (dotted(inner) in changing or _is_limit(inner)):
                return True
            if isinstance(inner, cst.Call) and last_word(inner.func) in CLOCKS:
                return True
    for node in within(loop.body):
        if isinstance(node, cst.If) and acts_in_time(node):
            return True
        if isinstance(node, cst.Call) and (_is_limit(node.func) or last_word(node.func) in ("next", "anext")):
            return True
        if isinstance(node, cst.Arg) and not _is_told(node) and any(_is_limit(one) for one in names_in(node.value)):
            return True
    return any(
        isinstance(arg, cst.Arg) and not _is_told(arg) and any(_is_limit(one) for one in names_in(arg.value))
        for arg in within(loop.test)
    )


def _is_told(arg: cst.Arg) -> bool:
    """`get(url, timeout=timeout)`: the limit of one request."""
    return arg.keyword is not None and not _LIMITS.isdisjoint(words(arg.keyword.value))


def _is_limit(node: cst.BaseExpression) -> bool:
    return not _LIMITS.isdisjoint(words(last_word(node)))


def waits_for(names: Names, test: cst.BaseExpression, loop: cst.While, *, leaves: bool | None = None) -> bool:
    """Whether a test asks for a state. In a header it is what keeps the loop going; `leaves` says what it is in an `if`."""
    if leaves is not None and leaves:
        test = cst.UnaryOperation(operator=cst.Not(), expression=test)
    changing = set(bound_in(loop)) - set(_from_here(loop))
    changing |= {*_taken_from(loop), *_bound_in_header(loop), *_asked_anew(loop)}
    return _state(names, test, changing, inside=leaves is not None)


def _bound_in_header(loop: cst.While) -> Iterator[str]:
    """`while (reply := get(url)).status_code != 200`."""
    for node in (loop.test, *within(loop.test)):
        if isinstance(node, cst.NamedExpr):
            yield from (name.value for name in names_in(node.target))


def _taken_from(loop: cst.While) -> Iterator[str]:
    """`waiting.remove(member)`: the collections that get shorter as states come."""
    for node in within(loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value=name))) if name in _TAKES:
                yield dotted(owner)
            case cst.Del():
                yield from (name.value for name in names_in(node))
            case _:
                pass


def _asked_anew(loop: cst.While) -> Iterator[str]:
    """`container.reload()`: the objects that are told to look again what has become of what they stand for."""
    for node in within(loop.body):
        match node:
            case cst.Expr(value=cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value=name)), args=[])):
                if name in _LOOKS_AGAIN:
                    yield dotted(owner)
            case _:
                pass


def _from_here(loop: cst.While) -> Iterator[str]:
    """The names that hold what a process, a thread or a queue of the script's own said."""
    for node in within(loop.body):
        if isinstance(node, cst.Assign) and any(
            isinstance(one, cst.Call) and _is_elsewhere(one) for one in (node.value, *within(node.value))
        ):
            yield from (name.value for target in node.targets for name in names_in(target.target))


def _state(names: Names, test: cst.BaseExpression, changing: set[str], *, inside: bool) -> bool:
    """Whether the loop goes on as long as this holds because a state has not come."""
    match test:
        case cst.UnaryOperation(
            operator=cst.Not(), expression=cst.UnaryOperation(operator=cst.Not(), expression=inner)
        ):
            return _state(names, inner, changing, inside=inside)
        case cst.UnaryOperation(
            operator=cst.Not(), expression=cst.BooleanOperation(left=left, operator=cst.And(), right=right)
        ):
            sides = [cst.UnaryOperation(operator=cst.Not(), expression=one) for one in (left, right)]
            return all(_state(names, one, changing, inside=inside) for one in sides)
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.BooleanOperation()):
            return False
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Comparison() as inner):
            return _compares(names, inner, changing, inside=inside)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _asks(inner, changing, inside=inside)
        case cst.BooleanOperation(left=left, operator=cst.Or(), right=right):
            return _state(names, left, changing, inside=inside) and _state(names, right, changing, inside=inside)
        case cst.BooleanOperation():
            return False
        case cst.Comparison():
            return _compares(names, test, changing, inside=inside)
        case cst.Call(func=func, args=args):
            said = set(words(last_word(func)))
            runs = (
                said & _RUNS
                and isinstance(func, cst.Attribute)
                and not _HOLDERS.search(root_name(func.value) or "self")
            )
            return bool(said & _GOES_ON or (said & _WITH_ARGUMENTS and args) or runs) and not _is_elsewhere(func)
        case cst.Attribute(value=cst.Call(), attr=cst.Name(value="returncode")):
            return True
        case cst.Name() | cst.Attribute():
            return not inside and dotted(test) in changing and not _is_elsewhere(test)
        case cst.Subscript():
            return root_name(test) in changing
        case _:
            return False


def _asks(node: cst.BaseExpression, changing: set[str], *, inside: bool) -> bool:
    """`not ready()`, `not ready`, `not self.ready`."""
    match node:
        case cst.Call(func=func):
            if last_word(func) in ("all", "any", "bool", "len"):
                return _of_elements(node, changing)
            return not _is_elsewhere(func) and last_word(func) not in ("isinstance", "hasattr", "input")
        case cst.Name() | cst.Attribute() if dotted(node) in changing or root_name(node) in changing - {"self"}:
            return not _is_elsewhere(node)
        case cst.Name() | cst.Attribute():
            return not inside and not _STATES.isdisjoint(words(last_word(node))) and not _is_elsewhere(node)
        case cst.Subscript():
            return root_name(node) in changing
        case cst.Await(expression=inner):
            return _asks(inner, changing, inside=inside)
        case _:
            return False


def _of_elements(node: cst.Call, changing: set[str]) -> bool:
    """`all(pod.ready for pod in pods())`."""
    asked = [one for arg in node.args for one in (arg.value, *within(arg.value)) if isinstance(one, cst.Call)]
    if any(_is_elsewhere(one.func) for one in asked):
        return False
    named = {name.value for arg in node.args for name in names_in(arg.value)}
    return bool(asked) or bool(named & changing)


def _compares(names: Names, test: cst.Comparison, changing: set[str], *, inside: bool) -> bool:
    """`status != "available"`, `get_state() == "pending"`, `len(ready) < expected`; not where several states leave."""
    match test:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            pass
        case _:
            return False
    if isinstance(operator, cst.In | cst.NotIn) and not _is_single(names, right):
        return False
    sides = (left, right)
    if any(_is_elsewhere(one) for side in sides for one in (side, *within(side)) if _is_named(one)):
        return False
    asked = [one for side in sides for one in (side, *within(side)) if isinstance(one, cst.Call)]
    if any(
        last_word(one.func)
        not in ("len", "str", "int", "set", "sum", "float", "bool", "upper", "lower", "strip", "get")
        for one in asked
    ):
        return True
    named = {name.value for side in sides for name in names_in(side)} | {dotted(side) for side in sides}
    return bool(named & (changing - {"self"})) or (
        not inside and isinstance(left, cst.Attribute) and isinstance(right, cst.SimpleString | cst.Attribute)
    )


def _is_single(names: Names, node: cst.BaseExpression) -> bool:
    """`in ("pending",)`, `in text`: one state; `in finished`, which is a list of several, is not."""
    if isinstance(node, cst.Name):
        listed = [one.node for one in names.values(node) if isinstance(one, Display)]
        if any(isinstance(one, cst.Tuple | cst.List | cst.Set) and len(one.elements) > 1 for one in listed):
            return False
    if isinstance(node, cst.Tuple | cst.List | cst.Set):
        return len(node.elements) == 1
    return not isinstance(node, cst.Name | cst.Attribute) or not node_name(node).isupper()


def node_name(node: cst.BaseExpression) -> str:
    """The last word of a name or an attribute."""
    return last_word(node)


def _is_named(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name | cst.Attribute | cst.Call)


def _is_elsewhere(node: cst.CSTNode) -> bool:
    """Whether a name speaks of being told to stop, or of what lives in this process."""
    func = node.func if isinstance(node, cst.Call) else node
    if not isinstance(func, cst.BaseExpression):
        return False
    last = last_word(func)
    if _SERVICE.search(last) or _LOCAL.search(last):
        return True
    owner = func.value if isinstance(func, cst.Attribute) else None
    return owner is not None and bool(_LOCAL.search(last_word(owner)) or _SERVICE.search(last_word(owner)))
