"""Concurrency that grows with the input: a pool as large as the list, a thread per item, a gather over everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls
from lintfoot.gates.crowds import GATHERS, MADE_OF, POOL_KEYWORDS, POPEN, TASKS
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import FAN_OUT
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Class
from lintfoot.visitors.additions import with_argument
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.below import LATER, below
from lintfoot.visitors.ceilings import Ceilings
from lintfoot.visitors.sizes import Sizes, is_crew

(UNBOUNDED,) = FAN_OUT.codes
# What runs in a pool of its own size, or has been started before.
_ELSEWHERE = frozenset(
    "run_in_executor to_thread run_sync submit apply_async wait cancel wait_for shield sleep join".split()
)
_SERVES = frozenset("serve_forever serve run_forever listen accept mainloop start_consuming consume".split())
_CLOSES = frozenset(
    "fini close aclose stop start cancel shutdown disconnect teardown dispose cleanup quit exit kill".split()
)
_TELLS = frozenset("wait anext handle notify broadcast emit dispatch publish".split())  # no work for the one who calls
_WORDS = regex(r"[a-z]+")
_CAMEL = regex(r"(?<=[a-z])(?=[A-Z])")
_DEEPEST = 6

Loop = cst.For | cst.While | cst.CompFor


class FanOut(Visitor):
    """LF804."""

    gate: ClassVar[Gate] = FAN_OUT

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sizes = Sizes(self.names)
        self._ceilings = Ceilings(self.names)
        self._gathered: set[int] = set()  # comprehensions and loops whose tasks a gather has answered for
        self._tasks: list[tuple[cst.Call, Loop]] = []

    def visit_Call(self, node: cst.Call) -> None:
        """A pool, a start in a loop, a gather; a test has chosen its own input."""
        if self.context.is_test:
            return
        if not (self._pool(node) or self._gather(node)):
            self._start(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """Tasks that are started in a loop, and that no gather has answered for."""
        del original_node
        for node, loop in self._tasks:
            if id(loop) not in self._gathered and not self._ceilings.capped():
                self._say_start(node, loop, "a task")

    # pools

    def _pool(self, node: cst.Call) -> bool:
        modelled = [
            (target.function.arguments["workers"], target.partials)
            for target in calls.targets(self.names, node)
            if "workers" in target.function.arguments
        ]
        for argument, partials in modelled or [(POOL_KEYWORDS, ())]:
            workers = calls.given(self.names, node, argument, partials).node
            if workers is not None and self._sizes.counts(workers):
                keyword = argument.keyword[0]
                shown = f"min(32, {self.written(workers)})"
                self.report(
                    UNBOUNDED,
                    node,
                    f"`{self.written(node.func)}` gets as many workers as there is input",
                    label=f"`{keyword}={self.written(workers, 40)}`",
                    help=with_argument(self, _without_first(node, workers), f"{keyword}={shown}", argument.keyword),
                )
                return True
        return bool(modelled)

    # threads and processes, one for each item

    def _start(self, node: cst.Call) -> None:
        what = self._started(node)
        if not what or self._ceilings.around(node) or self._serves(node) or self._dispatches(node):
            return
        loop = self._growing(node)
        if loop is None or self._guarded(node):
            return
        if what == "a task":
            self._tasks.append((node, loop))
        elif what != "a process that is not waited for" or self._kept(node, loop):
            self._say_start(node, loop, what)

    def _started(self, node: cst.Call) -> str:
        """What the call starts; nothing where it starts none."""
        for target in calls.targets(self.names, node):
            if "thread" in target.function.role:
                return "a process" if target.name.endswith("Process") else "a thread"
            if target.name in POPEN:
                return "a process that is not waited for"
        for value in self.names.values(node.func):
            if isinstance(value, Class) and not MADE_OF.isdisjoint(
                name for name in self.names.family(value.node) if isinstance(name, str)
            ):
                return "a thread"
        word = last_word(node.func)
        if word in TASKS and node.args and isinstance(node.func, cst.Attribute | cst.Name):
            starts = word == "start_soon" or _starts(node.args[0].value)
            return "a task" if starts and not self._in_pool(node.args[0].value) else ""
        return ""

    def _serves(self, node: cst.Call) -> bool:
        """`Thread(target=server.serve_forever)`: one for each address to listen on."""
        targets = [arg.value for arg in node.args if arg.keyword is None or arg.keyword.value == "target"]
        return any(last_word(one) in _SERVES for one in targets)

    def _dispatches(self, node: cst.CSTNode) -> bool:
        """`elif isinstance(command, Hook): create_task(…)`: a loop over events, of which some start something."""
        for above in self.names.index.ancestors(node):
            match above:
                case cst.If(test=cst.Call(func=cst.Name(value="isinstance"))) | cst.MatchCase():
                    return True
                case cst.For() | cst.FunctionDef():
                    return False
                case _:
                    pass
        return False

    def _kept(self, node: cst.Call, loop: Loop) -> bool:
        """A Popen whose object goes into a list or dict, to be waited for when all of them run."""
        if isinstance(loop, cst.CompFor):
            parent = self.names.index.parent.get(id(node))
            return isinstance(parent, cst.ListComp | cst.SetComp | cst.DictComp)
        parent = self.names.index.parent.get(id(node))
        name = ""
        if isinstance(parent, cst.Assign):
            target = parent.targets[0].target
            if isinstance(target, cst.Subscript):
                return True
            name = dotted(target)
        if isinstance(parent, cst.Arg):
            return last_word(getattr(self.names.index.parent.get(id(parent)), "func", cst.Name("x"))) == "append"
        return bool(name) and any(
            isinstance(one, cst.Call)
            and last_word(one.func) == "append"
            and any(name in _mentioned(arg) for arg in one.args)
            for one in below(loop.body, LATER)
        )

    def _growing(self, node: cst.BaseExpression) -> Loop | None:
        """The nearest loop that makes the call for every item of an input, unless it waits in between."""
        child: cst.CSTNode = node
        for above in self.names.index.ancestors(node):
            match above:
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
                    return None
                case cst.For(body=body) if child is body:
                    if self._ceilings.pauses(above, node) or _leaves(above, node, self):
                        return None
                    if not is_crew(_named(above.iter)) and not is_crew(above.target) and self._sizes.grows(above.iter):
                        return above
                case cst.While(body=body) if child is body:
                    return None
                case (
                    cst.ListComp(for_in=loop)
                    | cst.SetComp(for_in=loop)
                    | cst.GeneratorExp(for_in=loop)
                    | cst.DictComp(for_in=loop)
                ):
                    if (
                        child is not loop
                        and not is_crew(_named(loop.iter))
                        and not is_crew(loop.target)
                        and self._sizes.comprehension_grows(loop)
                    ):
                        return loop
                case _:
                    pass
            child = above
        return None

    def _guarded(self, node: cst.Call) -> bool:
        """Whether what is started takes a place first, or is handed a limiter."""
        if self._ceilings.handed(node):
            return True
        handed = [
            arg.value for arg in node.args if arg.keyword is None or arg.keyword.value in ("target", "name", "func")
        ]
        return any(self._coroutine_guards(one) for one in (node.func, *handed[:2]))

    def _coroutine_guards(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call):
            return (
                self._ceilings.handed(node)
                or self._ceilings.guards(node.func)
                or any(self._coroutine_guards(arg.value) for arg in node.args if isinstance(arg.value, cst.Call))
            )
        return self._ceilings.guards(node)

    def _say_start(self, node: cst.Call, loop: Loop, what: str) -> None:
        self.report(
            UNBOUNDED,
            node,
            f"`{self.written(node.func)}` starts {what} for every item of `{self.written(loop.iter, 40)}`"
            if isinstance(loop, cst.For | cst.CompFor)
            else f"`{self.written(node.func)}` starts {what} for every item",
            label="as many at once as there is input",
            help="take a place in an `asyncio.Semaphore(20)` inside the task"
            if what == "a task"
            else "hand the items to a `concurrent.futures.ThreadPoolExecutor(max_workers=32)`",
            related=(Note(loop, "once for each of these"),) if isinstance(loop, cst.For) else (),
        )

    # gather

    def _gather(self, node: cst.Call) -> bool:
        word = last_word(node.func)
        if word not in GATHERS or not node.args or not self._is_asyncio(node):
            return False
        starts = [
            one for arg in node.args if arg.star == "*" or word != "gather" for one in self._coroutines(arg.value, node)
        ]
        self._gathered |= {id(loop) for _, loop in starts}
        if not starts or self._ceilings.capped() or self._ceilings.around(node) or self._races(node):
            return True
        if any(not self._coroutine_guards(one) and not self._in_pool(one) for one, _ in starts):
            self.report(
                UNBOUNDED,
                node,
                f"`{self.written(node.func)}` starts everything at once: as many tasks as there is input",
                label="no semaphore",
                help="take a place inside the coroutine: `async with semaphore:`, with `semaphore = asyncio.Semaphore(20)`",
            )
        return True

    def _races(self, node: cst.Call) -> bool:
        """`for first in as_completed(tasks): … break`: the first answer wins, and the rest is called off."""
        above = self.names.index.parent.get(id(node))
        if not isinstance(above, cst.For) or above.iter is not node:
            return False
        return any(isinstance(one, cst.Break | cst.Return) for one in below(above.body, (*LATER, cst.For, cst.While)))

    def _is_asyncio(self, node: cst.Call) -> bool:
        names = self.names.names_of(node.func)
        return any(name.startswith(("asyncio.", "tqdm.")) or ".asyncio." in name for name in names)

    def _coroutines(
        self, node: cst.BaseExpression, use: cst.Call, depth: int = 0
    ) -> Iterator[tuple[cst.BaseExpression, Loop]]:
        """The calls that make the tasks of an expression, each with the loop that repeats it, where that grows."""
        if depth > _DEEPEST:
            return
        match node:
            case (
                cst.GeneratorExp(elt=made, for_in=loop)
                | cst.ListComp(elt=made, for_in=loop)
                | cst.SetComp(elt=made, for_in=loop)
            ):
                yield from self._of_comprehension(made, loop)
            case cst.DictComp(value=made, for_in=loop):
                yield from self._of_comprehension(made, loop)
            case cst.Call(func=func, args=[first, *rest]) if last_word(func) == "map" and rest:
                if self._sizes.grows(rest[0].value) and not is_crew(_named(rest[0].value)):
                    yield cst.Call(first.value), cst.CompFor(cst.Name("_"), rest[0].value)
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="values" | "keys" | "copy"))):
                yield from self._coroutines(inner, use, depth + 1)
            case cst.Call(func=func, args=[first, *_]) if last_word(func) in ("list", "tuple", "set", "tqdm"):
                yield from self._coroutines(first.value, use, depth + 1)
            case cst.BinaryOperation(left=left, right=right):
                yield from self._coroutines(left, use, depth + 1)
                yield from self._coroutines(right, use, depth + 1)
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                for element in elements:
                    if isinstance(element, cst.StarredElement):
                        yield from self._coroutines(element.value, use, depth + 1)
            case cst.Name():
                for value in self._sizes.given(node):
                    yield from self._coroutines(value, use, depth + 1)
                yield from self._appended(node, use)
                yield from self._added(node)
            case _:
                return

    def _of_comprehension(
        self, made: cst.BaseExpression, loop: cst.CompFor
    ) -> Iterator[tuple[cst.BaseExpression, Loop]]:
        made = _unwrapped(made)
        repeated = not is_crew(_named(loop.iter)) and not is_crew(loop.target) and not _closes_own(made, loop)
        if repeated and _starts(made) and self._sizes.comprehension_grows(loop):
            yield made, loop

    def _appended(self, node: cst.Name, use: cst.Call) -> Iterator[tuple[cst.BaseExpression, Loop]]:
        """`tasks.append(fetch(host))` in a loop that the gather comes after."""
        here = self.names.index.function_of(use)
        for call in (*self.names.calls_of("append"), *self.names.calls_of("add")):
            named = isinstance(call.func, cst.Attribute) and dotted(call.func.value) == node.value and call.args
            if not named or self.names.index.function_of(call) is not here:
                continue
            loop, made = self._growing(call), self._made(call.args[0].value)
            inside = loop is not None and self.names.index.stands_in(use, loop)
            if loop is not None and not inside and _starts(made):
                yield made, loop

    def _added(self, node: cst.Name) -> Iterator[tuple[cst.BaseExpression, Loop]]:
        """`tasks += [fetch(host)]` in a loop."""
        for value in self._sizes.augmented(node):
            loop = self._growing(value)
            for element in value.elements if loop is not None else ():
                made = self._made(element.value)
                if loop is not None and _starts(made):
                    yield made, loop

    def _made(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """`task = asyncio.create_task(fetch(host))` under its name."""
        given = self._sizes.assigned(node) if isinstance(node, cst.Name) else []
        return _unwrapped(given[0] if len(given) == 1 else node)

    def _in_pool(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and last_word(node.func) in _ELSEWHERE


def _unwrapped(node: cst.BaseExpression) -> cst.BaseExpression:
    """The coroutine's call inside `asyncio.create_task(…)`."""
    while isinstance(node, cst.Call) and last_word(node.func) in TASKS and node.args:
        node = node.args[0].value
    return node


def _starts(node: cst.BaseExpression) -> bool:
    """Whether an expression starts something of its own: none that a pool answers for, that only waits, or that closes."""
    if not isinstance(node, cst.Call) or last_word(node.func) in _ELSEWHERE:
        return False
    words = _WORDS.findall(_CAMEL.sub("_", last_word(node.func)).lower())
    closes = isinstance(node.func, cst.Attribute) and not node.args and not _CLOSES.isdisjoint(words)
    return not closes and _TELLS.isdisjoint(words)


def _closes_own(node: cst.BaseExpression, loop: cst.CompFor) -> bool:
    """`self._kill(task) for task in self.tasks`: what an object has started it may end."""
    words = _WORDS.findall(_CAMEL.sub("_", last_word(node.func)).lower()) if isinstance(node, cst.Call) else ()
    return not _CLOSES.isdisjoint(words) and dotted(_named(loop.iter)).startswith("self.")


def _named(node: cst.BaseExpression) -> cst.BaseExpression:
    """What a loop's items come from, behind `enumerate`, `.items()` and the like."""
    while isinstance(node, cst.Call):
        if last_word(node.func) == "zip":
            return node
        if node.args and last_word(node.func) in ("enumerate", "list", "sorted", "reversed", "set", "tuple"):
            node = node.args[0].value
        elif isinstance(node.func, cst.Attribute) and last_word(node.func) in ("items", "keys", "values"):
            node = node.func.value
        else:
            node = node.func
    return node


def _mentioned(node: cst.CSTNode) -> set[str]:
    return {one.value for one in below(node) if isinstance(one, cst.Name)}


def _without_first(node: cst.Call, workers: cst.BaseExpression) -> cst.Call:
    """The call without the number of workers, where that was given by its place."""
    return node.with_changes(args=[arg for arg in node.args if arg.value is not workers])


def _leaves(loop: cst.For, node: cst.CSTNode, visitor: Visitor) -> bool:
    """Whether the loop is left once something has been started."""
    child: cst.CSTNode = node
    for above in visitor.names.index.ancestors(node):
        if isinstance(above, cst.IndentedBlock):
            place = next(number for number, one in enumerate(above.body) if one is child)
            for one in above.body[place:]:
                last = one.body[-1] if isinstance(one, cst.SimpleStatementLine) else one
                if isinstance(last, cst.Break | cst.Return):
                    return True
        if above is loop:
            return False
        child = above
    return False
