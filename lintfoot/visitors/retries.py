"""Retries that never give up: endless loops, libraries told no end, functions that call themselves from their own handler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.libraries import Derived
from lintfoot.nodes import CHILDREN
from lintfoot.paths import (
    FALLS,
    LEAVES,
    RAISES,
    ROUND,
    Handlers,
    guards,
    is_endless,
    is_exit,
    outcomes,
    statements,
    within,
)
from lintfoot.scopes import dotted, parameters
from lintfoot.values import Function, Named, Value
from lintfoot.visitors.base import Note, Visitor

UNBOUNDED = "LF601"
_Handler = cst.ExceptHandler | cst.ExceptStarHandler
_Guard = cst.Try | cst.TryStar | cst.With
_CONNECTED = "connect"  # a flag that somebody else keeps: `while not client.is_connected()`

# Exceptions that tell of the data, of a race or of "nothing there yet": coming round again is how such code makes progress.
_NO_FAILURE = frozenset(
    "InterruptedError StopIteration StopAsyncIteration IndexError KeyError AttributeError "
    "UnicodeError UnicodeDecodeError UnicodeEncodeError ZeroDivisionError NameError ImportError ModuleNotFoundError KeyboardInterrupt "
    "Empty Full QueueEmpty GeneratorExit RecursionError EOFError".split()
)
_OF_DATA = frozenset(
    "ValueError TypeError JSONDecodeError ParserError ValidationError AssertionError SyntaxError".split()
)
_NOT_YET = frozenset("EINTR EINPROGRESS EALREADY ESRCH ECHILD ENOTEMPTY".split())
# Somebody else has it: a race where the next turn follows at once, a wait for a lock where a pause comes between.
_ERRNO = {"4": "EINTR", "10004": "EINTR", "11": "EAGAIN", "35": "EAGAIN", "17": "EEXIST"}
_HELD = frozenset("FileExistsError BlockingIOError EEXIST EAGAIN EWOULDBLOCK".split())
_STATUS = frozenset("status_code status ok is_success returncode exit_code exitcode exit_status rc ret retcode".split())
_PROMPTS = frozenset("input raw_input getpass prompt confirm ask askstring readline yesno menu question dialog".split())
_FAILED = 400  # HTTP: from here on it failed
_LOG_VERBS = frozenset("debug info warning warn error exception critical log print write echo notice fatal".split())
_PAUSES = frozenset("sleep wait".split())
_HANDLES = ("handle", "check", "raise", "fail", "die", "abort", "panic", "fatal", "exit", "giveup", "give_up")
_ENDS = (
    "done",
    "stop",
    "finish",
    "exit",
    "quit",
    "shut",
    "clos",
    "complet",
    "terminat",
    "cancel",
    "abort",
    "kill",
    "end",
    "halt",
)
_DRAWS = ("rand", "uuid", "token_hex", "token_urlsafe", "choice", "sample", "unique", "mktemp", "mkdtemp")
_TAKES_AWAY = frozenset("remove pop popleft popitem discard".split())
_TIMERS = frozenset("timeout fail_after move_on_after alarm setitimer time_limit stopit".split())
_CLOCKS = frozenset(
    "time monotonic perf_counter now utcnow today timestamp time_ns monotonic_ns get_clock clock loop_time".split()
)
_OF_EXCEPTION = frozenset("isinstance issubclass hasattr getattr str repr type int len bool any all".split())


class Retries(Visitor):
    """Loops, decorators and recursion that try again."""

    codes: ClassVar[tuple[str, ...]] = (UNBOUNDED,)
    words: ClassVar[tuple[str, ...]] = ("while", "retry", "backoff", "count(", "repeat(", "cycle(", "except")

    # loops

    def visit_While(self, node: cst.While) -> None:
        """`while True:` and flags that only success sets."""
        if is_endless(node.test):
            self._check(node, node.body, flags=())
        else:
            flags = _flags(node.test)
            if (
                flags
                and not _asks_connection(node.test)
                and (not isinstance(node.test, cst.Name | cst.Attribute) or _set_falsy(node.body, flags))
            ):
                self._check(node, node.body, flags)
            elif _asks_connection(node.test):
                self._check(node, node.body, flags=(_CONNECTED, *flags))

    def visit_For(self, node: cst.For) -> None:
        """`for attempt in itertools.count():`."""
        if isinstance(node.iter, cst.Call):
            endless = {"itertools.count", "itertools.cycle", "itertools.repeat"}
            name = self.names.qualified(node.iter.func)
            if name in endless and not (name == "itertools.repeat" and len(node.iter.args) > 1):
                self._check(node, node.body, flags=())

    def _check(self, loop: cst.While | cst.For, body: cst.BaseSuite, flags: tuple[str, ...]) -> None:
        handler = self._failing_handler(body, flags)
        test = None if handler is not None else _status_test(body, flags)
        if handler is None and test is None:
            return
        if self._asks_a_person(body) or self._bounded(loop, body) or self._timed(loop):
            return
        if handler is not None:
            what = "an exception comes round again"
            related: tuple[Note, ...] = (Note(handler, "a failure comes round again from here"),)
        else:
            what = "a failed answer comes round again"
            related = (Note(test, "a failure comes round again from here"),) if test is not None else ()
        self.report(
            UNBOUNDED,
            loop,
            f"this loop leaves on success, {what}, and nothing counts the attempts or the time: it can retry for ever",
            label="no attempt count, no deadline",
            help="for attempt in range(5): … and raise the last error after the loop",
            related=related,
        )

    def _failing_handler(self, body: cst.BaseSuite, flags: tuple[str, ...]) -> _Handler | cst.With | None:
        """The handler, or the `with suppress(…)`, from which the loop comes round, where success leaves."""
        normal = outcomes(body) - {RAISES}
        for one in guards(body):
            leaves = (
                (
                    normal == {LEAVES} and not any("." in flag for flag in flags)
                )  # an attribute may be set from elsewhere
                or (flags and self._success_sets(one, body, flags))
                or _leaves_by_status(body, normal)
            )
            if not leaves or _makes_progress(one, body):
                continue
            if isinstance(one, cst.With):
                if self._swallows(one) and outcomes(body, {id(one): one}) & {FALLS, ROUND}:
                    return one
                continue
            for handler in one.handlers:
                if _tells_no_failure(handler, body) or self._ends_elsewhere(handler) or _takes_away(handler):
                    continue
                taken: Handlers = {id(one): handler}
                if outcomes(body, taken) & {FALLS, ROUND} and not _sets(handler.body, flags, leaving=True):
                    return handler
        return None

    def _swallows(self, one: cst.With) -> bool:
        """`with contextlib.suppress(OSError)`: a handler that passes."""
        for item in one.items:
            if isinstance(item.item, cst.Call) and "contextlib.suppress" in self.names.names_of(item.item.func):
                kinds = {dotted(arg.value).rpartition(".")[2] for arg in item.item.args}
                return not kinds <= _NO_FAILURE | _HELD
        return False

    def _success_sets(self, one: _Guard, body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
        inside = self._sets_straight(one.body, flags)
        if isinstance(one, cst.With):
            return inside
        inside = inside or (one.orelse is not None and self._sets_straight(one.orelse.body, flags))
        after = any(FALLS not in outcomes(handler.body) for handler in one.handlers)
        return inside or (after and self._sets_straight(body, flags))

    def _sets_straight(self, body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
        """Whether every run through a block sets the flag, itself or by a function of this file that does so."""
        assigned = _assigned(body)
        for statement in statements(body):
            match statement:
                case cst.With(body=inner) | cst.Try(body=inner):
                    if self._sets_straight(inner, flags):
                        return True
                case cst.If(test=test, body=inner) if _of_outcome(test, assigned) and _means_success(test):
                    if self._sets_straight(inner, flags):
                        return True
                case cst.If() | cst.For() | cst.While() | cst.Match():
                    continue
                case _ if _sets_here(statement, flags):
                    if not _one_of_several(statement) and (_is_acquired(flags) or _is_constant(statement)):
                        return True
                case _:
                    if self._set_by_call(statement, flags):
                        return True
        return False

    def _set_by_call(self, statement: cst.CSTNode, flags: tuple[str, ...]) -> bool:
        for call in within(statement):
            if not isinstance(call, cst.Call):
                continue
            if _CONNECTED in flags and _connects(call.func):
                return True
            for value in self.names.values(call.func):
                if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
                    shared = self.names.index.scopes[id(value.node)].elsewhere
                    seen = tuple(flag for flag in flags if "." in flag or flag in shared)
                    lines = within(value.node.body) if _is_acquired(seen) else statements(value.node.body)
                    if any(_sets_here(one, seen) for one in lines):
                        return True
        return False

    def _ends_elsewhere(self, handler: _Handler) -> bool:
        """The handler calls a function that raises or exits, or one whose name says that it may."""
        for node in within(handler.body):
            if not isinstance(node, cst.Call):
                continue
            if any(self._may_end(value) for value in self.names.values(node.func)):
                return True
            if _last(node.func).lstrip("_").startswith(_HANDLES) and not self._is_attempt(node):
                return True
        return False

    def _may_end(self, value: Value) -> bool:
        known = self.models.own(value.name) if isinstance(value, Named) else None
        if isinstance(known, Derived):
            return bool(known.ends)
        return isinstance(value, Function) and _raises(value.node)

    def _is_attempt(self, call: cst.Call) -> bool:
        """`subprocess.check_call(…)`: what it checks is its own work."""
        roles = {role for target in calls.targets(self.names, call) for role in target.function.role}
        return not roles.isdisjoint(("process", "request", "connect"))

    def _asks_a_person(self, body: cst.BaseSuite) -> bool:
        words = {word for node in within(body) if isinstance(node, cst.Call) for word in _last(node.func).split("_")}
        return not words.isdisjoint(_PROMPTS)

    def _timed(self, loop: cst.CSTNode) -> bool:
        """Under `with timeout(…)`, or an alarm set in the same function."""
        for above in self.names.index.ancestors(loop):
            if isinstance(above, cst.With):
                if any(isinstance(item.item, cst.Call) and _last(item.item.func) in _TIMERS for item in above.items):
                    return True
            elif isinstance(above, cst.FunctionDef):
                if any(isinstance(node, cst.Call) and _last(node.func) in _TIMERS for node in within(above.body)):
                    return True
                return any(
                    "timeout" in dotted(d.decorator if not isinstance(d.decorator, cst.Call) else d.decorator.func)
                    for d in above.decorators
                )
        return False

    # bounds

    def _bounded(self, loop: cst.While | cst.For, body: cst.BaseSuite) -> bool:
        changing = set(_changing(body))
        if isinstance(loop, cst.For):
            changing |= {node.value for node in _names(loop.target)}
        changing = _spread(body, changing)
        caught = {
            node.name.name.value
            for node in within(body)
            if isinstance(node, _Handler) and node.name and isinstance(node.name.name, cst.Name)
        }
        attempted = {id(node) for one in guards(body) if isinstance(one, cst.Try) for node in within(one.body)}
        for node in within(body):
            if isinstance(node, cst.If) and self._decides(node):
                tried = id(node) in attempted  # what is raised there may be caught by the same loop
                if self._is_bound(node.test, changing, caught, inside=not tried):
                    return True
            if isinstance(node, cst.If) and _acts_in_time(node):
                return True
            if isinstance(node, cst.Assert) and self._is_bound(node.test, changing, caught):
                return True
            if isinstance(node, cst.Call) and _last(node.func) in ("next", "anext"):
                return True
            if isinstance(node, cst.Match) and self._is_bound(node.subject, changing, caught):
                return True
        if not isinstance(loop, cst.While) or _asks_connection(loop.test):
            return False
        return self._is_bound(loop.test, changing, set(), inside=False)

    def _decides(self, node: cst.If) -> bool:
        """Whether a test leads out of the loop: by a branch, or because it guards the `continue` before what leaves."""
        if _any_way_out(node):
            return True
        block = self.names.index.parent.get(id(node))
        if not isinstance(block, cst.BaseSuite) or not any(isinstance(one, cst.Continue) for one in within(node.body)):
            return False
        rest = statements(block)
        return any(_leads_out(one) for one in rest[rest.index(node) + 1 :])

    def _is_bound(self, test: cst.BaseExpression, changing: set[str], caught: set[str], *, inside: bool = True) -> bool:
        """Whether a test looks at a counter, a clock, or asks somebody who may know; `inside` the loop, not in its header."""
        for node in (test, *within(test)):
            match node:
                case cst.Name(value=name) if name in changing:
                    return True
                case cst.Attribute() if dotted(node) in changing or (inside and self._kept_elsewhere(node, caught)):
                    return True
                case cst.Call(func=func):
                    if _last(func) in _CLOCKS:
                        return True
                    of_exception = _root(func) in caught or _last(func) in _OF_EXCEPTION
                    of_exception = of_exception or (_args_in(node, caught) and self._is_local(func))
                    if not of_exception and not self._asks_outcome(node):
                        return True
                case _:
                    pass
        return False

    def _kept_elsewhere(self, node: cst.Attribute, caught: set[str]) -> bool:
        """`if self.gave_up: raise`: an attribute that other functions set, or that nobody here sets, may change meanwhile."""
        if _root(node) in caught or node.attr.value in _STATUS:
            return False
        here = self.names.index.function_of(node)
        writes = self.names.index.attribute_writes.get(node.attr.value, ())
        writers = [self.names.index.function_of(target) for target, _ in writes]
        set_once = all(isinstance(one, cst.FunctionDef) and one.name.value == "__init__" for one in writers)
        return not (writers and (set_once or all(one is here for one in writers)))

    def _is_local(self, func: cst.BaseExpression) -> bool:
        """A function that this file shows: of an error alone it can tell the kind, not how often it came."""
        return any(isinstance(value, Function) for value in self.names.values(func))

    def _asks_outcome(self, call: cst.Call) -> bool:
        """A modelled call, or a method of a string or response: it looks at this attempt, not at how many there were."""
        modelled = any(not isinstance(one.function, Derived) for one in calls.targets(self.names, call))
        return modelled or _last(call.func) in (
            "get",
            "startswith",
            "endswith",
            "lower",
            "strip",
            "json",
        )

    # libraries

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """`@retry` without any argument."""
        if isinstance(node.decorator, cst.Call):
            return
        bare = cst.Call(func=node.decorator)
        for target in calls.targets(self.names, bare):
            stop = calls.meaning(self.names, bare, target, "stop") if "retry" in target.function.role else None
            if stop is not None and stop.certain(("forever",)):
                self.report(
                    UNBOUNDED,
                    node.decorator,
                    f"`@{self.written(node.decorator)}` is {target.name} without a stop: it can retry for ever",
                    label="never gives up",
                    help=_bounded_decorator(target.name, self.written(node.decorator)),
                )
                return

    # recursion

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """A function that calls itself from its own handler."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef) or _tells_no_failure(node, node.body):
            return
        for call in _calls_of(node.body, function.name.value):
            if not any(
                isinstance(value, Function) and value.node is function for value in self.names.values(call.func)
            ):
                continue
            if self._handed_on(call, function) and not self._conditional(call, node):
                self.report(
                    UNBOUNDED,
                    call,
                    f"`{function.name.value}` calls itself from its own handler and nothing counts the attempts: it can retry for ever",
                    label="tries again without end",
                    help="for attempt in range(5): … and raise the last error after the loop",
                    related=(Note(node, "the failure that leads here"),),
                )

    def _handed_on(self, call: cst.Call, function: cst.FunctionDef) -> bool:
        """Whether a self-call changes nothing that the function would look at: anything else may count."""
        own = {param.name.value for param in parameters(function)}
        names = [param.name.value for param in (*function.params.posonly_params, *function.params.params)]
        if self.names.index.class_of(function) is not None:
            names = names[1:]
        for place, arg in enumerate(call.args):
            plain = isinstance(arg.value, cst.Name) and (arg.value.value in own or bool(arg.star))
            if plain or isinstance(arg.value, cst.Attribute):
                continue
            name = arg.keyword.value if arg.keyword else "".join(names[place : place + 1])
            if name not in own or self._weighed(name, function):
                return False
        changed = set(_changing(function.body)) | {
            _root(node.target)
            for node in within(function.body)
            if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Subscript | cst.Attribute)
        }
        return not any(self._weighed(name, function) for name in (own - {"self"}) & changed)

    def _weighed(self, name: str, function: cst.FunctionDef) -> bool:
        """Whether a function looks at a parameter for more than logging, pausing and handing it to itself."""
        for node in _names(function.body):
            if node.value == name and not any(
                self._idle(above, name, function) for above in self.names.index.ancestors(node)
            ):
                return True
        return False

    def _idle(self, node: cst.CSTNode, name: str, function: cst.FunctionDef) -> bool:
        match node:
            case cst.Call(func=func):
                return _last(func) in _PAUSES | _LOG_VERBS | {function.name.value}
            case cst.AugAssign(target=cst.Name(value=target)):
                return target == name
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=target))]):
                return target == name
            case _:
                return False

    def _conditional(self, call: cst.Call, handler: cst.ExceptHandler) -> bool:
        """Whether the call stands under a test that may count, or after one that leaves."""
        for above in self.names.index.ancestors(call):
            if above is handler:
                break
            if isinstance(above, cst.If):
                caught = (
                    {handler.name.name.value} if handler.name and isinstance(handler.name.name, cst.Name) else set()
                )
                if any(
                    isinstance(n, cst.Name) and n.value not in caught for n in (above.test, *within(above.test))
                ) and not _only_kinds(above.test):
                    return True
        return any(
            isinstance(node, cst.If) and _any_way_out(node) and not _only_kinds(node.test)
            for node in within(handler.body)
        )


def _kinds(handler: _Handler) -> list[str]:
    kinds = [handler.type] if handler.type is not None else []
    if kinds and isinstance(kinds[0], cst.Tuple):
        kinds = [element.value for element in kinds[0].elements]
    return [dotted(kind).rpartition(".")[2] for kind in kinds]


def _tells_no_failure(handler: _Handler, body: cst.BaseSuite) -> bool:
    """A handler of races and of what is not there yet; of bad data too, where nothing pauses before the next turn."""
    kinds = set(_kinds(handler))
    if _mentions(handler, _NOT_YET) or (kinds and kinds <= _NO_FAILURE):
        return True
    pauses = any(isinstance(node, cst.Call) and _last(node.func) in _PAUSES for node in within(body))
    if pauses:
        return False
    return _mentions(handler, _HELD) or (bool(kinds) and kinds <= _NO_FAILURE | _HELD | _OF_DATA)


def _mentions(handler: _Handler, words: frozenset[str]) -> bool:
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
    return isinstance(node, cst.Subscript) or _last(node) == "errno"


def _takes_away(handler: _Handler) -> bool:
    """`hosts.remove(host)`: what failed is left out the next time."""
    return any(
        (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and _last(node.func) in _TAKES_AWAY)
        or isinstance(node, cst.Del)
        for node in within(handler.body)
    )


def _makes_progress(one: _Guard, body: cst.BaseSuite) -> bool:
    """Whether each turn tries something else: a changing name is used for more than logging and pausing."""
    changing = set(_changing(body)) | set(_drawn(body))
    if not changing:
        return False
    for statement in statements(body):
        if isinstance(statement, _Guard) and statement is not one:
            continue
        if any(name in changing for name in _used(one.body if statement is one else statement)):
            return True
    return False


def _drawn(body: cst.BaseSuite) -> Iterator[str]:
    """Names that get something else each turn: `port = random.randint(…)`, `name = uuid4().hex`."""
    for node in within(body):
        if isinstance(node, cst.Assign) and any(
            isinstance(one, cst.Call) and any(word in dotted(one.func).lower() for word in _DRAWS)
            for one in (node.value, *within(node.value))
        ):
            yield from (name.value for target in node.targets for name in _names(target.target))


def _used(node: cst.CSTNode) -> Iterator[str]:
    """The names that are handed to something, but for log calls and pauses."""
    for name, many in CHILDREN.get(node.__class__.__name__, ()):
        child = getattr(node, name)
        for item in child if many and isinstance(child, list | tuple) else (child,):
            if isinstance(item, cst.Call) and (_last(item.func) in _PAUSES or _last(item.func) in _LOG_VERBS):
                continue
            if isinstance(item, cst.Arg | cst.Index):
                yield from (one.value for one in _names(item.value, around=True))
            elif isinstance(item, cst.CSTNode):
                yield from _used(item)


def _raises(function: cst.CSTNode) -> bool:
    return isinstance(function, cst.FunctionDef) and any(
        isinstance(node, cst.Raise) or (isinstance(node, cst.Call) and is_exit(node.func))
        for node in within(function.body)
    )


def _bounded_decorator(name: str, shown: str) -> str:
    if name.startswith("tenacity"):
        return f"@{shown}(stop=stop_after_attempt(5), wait=wait_exponential_jitter())"
    if name.startswith("retrying"):
        return f"@{shown}(stop_max_attempt_number=5, wait_exponential_multiplier=1000)"
    return f"@{shown}(…) with a number of attempts or a time limit"


def _only_kinds(test: cst.BaseExpression) -> bool:
    """`isinstance(error, X)` and comparisons with the error's own code say what failed, not how often."""
    called = [node for node in (test, *within(test)) if isinstance(node, cst.Call)]
    return bool(called) and all(_last(call.func) in _OF_EXCEPTION for call in called)


def _calls_of(body: cst.BaseSuite, name: str) -> Iterator[cst.Call]:
    for node in within(body):
        if isinstance(node, cst.Call) and _last(node.func) == name:
            yield node


def _flags(test: cst.BaseExpression) -> tuple[str, ...]:
    """The names whose change ends the loop: `not done`, `self.reply is None`, `ok == False`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Name() | cst.Attribute() as flag):
            pass
        case cst.Comparison(
            left=cst.Name() | cst.Attribute() as flag,
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal() | cst.NotEqual(), comparator=right)],
        ) if isinstance(right, cst.Name | cst.Integer | cst.SimpleString):
            pass
        case cst.Comparison(
            comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=cst.Name() | cst.Attribute() as flag)]
        ):
            pass  # `while key not in found`
        case cst.Name() | cst.Attribute() as flag:
            pass
        case _:
            return ()
    name = dotted(flag)
    return (name,) if name not in ("", "True", "False") else ()


def _is_acquired(flags: tuple[str, ...]) -> bool:
    """`while not self.session`: something is to be had; `while not self.stopped` goes on until somebody ends it."""
    words = {word for flag in flags for word in flag.rpartition(".")[2].lower().strip("_").split("_")}
    return bool(words) and not any(word.startswith(_ENDS) for word in words)


def _asks_connection(test: cst.BaseExpression) -> bool:
    """`not client.is_connected()`, `not client.connected`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.Call(func=func) | (cst.Attribute() as func)):
            return _connects(func)
        case _:
            return False


def _connects(func: cst.BaseExpression) -> bool:
    name = _last(func).lower()
    return _CONNECTED in name and "disconnect" not in name


def _sets(body: cst.BaseSuite, flags: tuple[str, ...], *, leaving: bool = False) -> bool:
    """Whether a block sets one of the flags; `leaving`: to anything but None, which says that there is nothing yet."""
    return any(_sets_here(node, flags) and not (leaving and _is_none(node)) for node in within(body))


def _is_constant(node: cst.CSTNode) -> bool:
    """`done = True`; where `done = poll()` stands, the loop waits for a state."""
    return isinstance(node, cst.Assign) and isinstance(node.value, cst.Name | cst.Integer | cst.SimpleString)


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Assign) and isinstance(node.value, cst.Name) and node.value.value == "None"


def _one_of_several(node: cst.CSTNode) -> bool:
    """`output, done = read()`: what was read says whether there is more, and success comes round as well."""
    return isinstance(node, cst.Assign) and any(isinstance(target.target, cst.Tuple) for target in node.targets)


def _sets_here(node: cst.CSTNode, flags: tuple[str, ...]) -> bool:
    """Whether an assignment sets one of the flags."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=owner))]):
            return dotted(owner) in flags
        case cst.Assign(targets=targets):
            return any(dotted(target.target) in flags for target in targets) or any(
                isinstance(target.target, cst.Tuple)
                and any(dotted(element.value) in flags for element in target.target.elements)
                for target in targets
            )
        case cst.AnnAssign(target=target):
            return dotted(target) in flags
        case _:
            return False


def _assigned(body: cst.BaseSuite) -> set[str]:
    """The plain names that a block assigns to."""
    return {
        node.target.value
        for node in within(body)
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name)
    }


def _set_falsy(body: cst.BaseSuite, flags: tuple[str, ...]) -> bool:
    """`while waiting: … waiting = False`: what is read until it is empty is no flag."""
    for node in within(body):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=cst.Name(value="False" | "None")):
                if dotted(target) in flags:
                    return True
            case _:
                pass
    return False


def _changing(body: cst.BaseSuite) -> Iterator[str]:
    """Names that count: changed by `+=`, by arithmetic on themselves, or set from a clock in the loop."""
    for node in within(body):
        match node:
            case cst.AugAssign(target=target):
                yield dotted(target)
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                name = dotted(target)
                inner = (value, *within(value))
                on_itself = any(isinstance(n, cst.BinaryOperation) for n in inner) and any(
                    dotted(n) == name for n in inner
                )
                by_clock = any(isinstance(n, cst.Call) and _last(n.func) in _CLOCKS for n in inner)
                by_size = isinstance(value, cst.Call) and _last(value.func) in ("len", "min", "max")
                if name and (on_itself or by_clock or by_size):
                    yield name
            case cst.Call(
                func=cst.Attribute(value=owner, attr=cst.Name(value="append" | "pop" | "popleft" | "remove"))
            ):
                yield dotted(owner)
            case _:
                pass


def _spread(body: cst.BaseSuite, changing: set[str]) -> set[str]:
    """What handlers work out from a count or the clock counts as well: `left = budget(attempt)`."""
    assigns = [
        node
        for one in within(body)
        if isinstance(one, _Handler)
        for node in within(one.body)
        if isinstance(node, cst.Assign)
    ]
    found = set(changing)
    for _ in assigns:
        before = len(found)
        for assign in assigns:
            if any(name.value in found for name in _names(assign.value)):
                found |= {name.value for target in assign.targets for name in _names(target.target)}
        if len(found) == before:
            break
    return found


def _any_way_out(node: cst.If) -> bool:
    """Whether some branch of a test leaves the loop or raises."""
    return any(_is_way_out(inner) for inner in within(node))


def _acts_in_time(node: cst.If) -> bool:
    """`if time.time() - born > limit: os.rmdir(lock)`: the clock leads to something else than another line in the log."""
    asks = any(isinstance(one, cst.Call) and _last(one.func) in _CLOCKS for one in (node.test, *within(node.test)))
    return asks and any(
        isinstance(one, cst.Call) and _last(one.func) not in _LOG_VERBS | _PAUSES | _CLOCKS for one in within(node.body)
    )


def _leads_out(node: cst.CSTNode) -> bool:
    return any(_is_way_out(inner) for inner in (node, *within(node)))


def _is_way_out(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Raise | cst.Return | cst.Break) or (isinstance(node, cst.Call) and is_exit(node.func))


def _leaves_by_status(body: cst.BaseSuite, normal: set[str]) -> bool:
    return LEAVES in normal and _status_test(body, ()) is not None


def _status_test(body: cst.BaseSuite, flags: tuple[str, ...]) -> cst.If | None:
    """`if reply.status_code == 200: break`: a test of this attempt's own outcome decides between leaving and another turn."""
    if flags or LEAVES not in outcomes(body):
        return None
    assigned = _assigned(body)
    handled = {id(node) for one in within(body) if isinstance(one, _Handler) for node in within(one)}
    for node in within(body):
        if isinstance(node, cst.If) and id(node) not in handled and _of_outcome(node.test, assigned):
            ends = outcomes(node.body)
            good = _means_success(node.test)
            if (good and LEAVES in ends) or (not good and ends <= {FALLS, ROUND} and ROUND in ends):
                return node
    return None


def _of_outcome(test: cst.BaseExpression, assigned: set[str]) -> bool:
    for node in (test, *within(test)):
        match node:
            case cst.Attribute(value=owner, attr=cst.Name(value=name)) if name in _STATUS and _root(owner) in assigned:
                return name in ("ok", "is_success") or _against_number(test)
            case cst.Name(value=name) if (
                name in ("returncode", "exit_code", "exitcode", "retcode", "rc", "status_code") and name in assigned
            ):
                return True
            case _:
                pass
    return False


def _against_number(test: cst.BaseExpression) -> bool:
    return any(isinstance(node, cst.Integer) for node in within(test))


def _means_success(test: cst.BaseExpression) -> bool:
    """Whether a test of an outcome holds for a good one."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return not _means_success(inner) or dotted(inner).endswith(("code", "rc", "status"))
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            good = isinstance(right, cst.Integer) and int(right.value) < _FAILED
            listed = isinstance(right, cst.Tuple | cst.List | cst.Set)
            if isinstance(operator, cst.NotEqual | cst.NotIn | cst.GreaterThan | cst.GreaterThanEqual):
                return not (good or listed) and not isinstance(operator, cst.GreaterThan | cst.GreaterThanEqual)
            return good or listed or isinstance(operator, cst.LessThan | cst.LessThanEqual)
        case cst.Attribute(attr=cst.Name(value=name)):
            return name in ("ok", "is_success")
        case cst.BooleanOperation(left=left, right=right):
            return _means_success(left) or _means_success(right)
        case _:
            return False


def _names(node: cst.CSTNode, *, around: bool = False) -> Iterator[cst.Name]:
    """The names in an expression; `around`: but for those in `hosts[i % len(hosts)]`, which comes back to where it was."""
    circling = {
        id(name)
        for one in (node, *within(node))
        if around and isinstance(one, cst.BinaryOperation) and isinstance(one.operator, cst.Modulo)
        for name in within(one)
    }
    for inner in (node, *within(node)):
        if isinstance(inner, cst.Name) and id(inner) not in circling:
            yield inner


def _last(func: cst.BaseExpression) -> str:
    match func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return ""


def _root(node: cst.BaseExpression) -> str:
    while isinstance(node, cst.Attribute | cst.Call | cst.Subscript):
        node = node.func if isinstance(node, cst.Call) else node.value
    return node.value if isinstance(node, cst.Name) else ""


def _args_in(call: cst.Call, caught: set[str]) -> bool:
    roots = {_root(arg.value) for arg in call.args}
    return bool(roots) and roots <= caught
