"""What counts, what moves on, and which tests lead out of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from lintfoot.descent import Sought, children
from lintfoot.gates.loop_lines import PAUSES
from lintfoot.paths import EXITS, is_exit, statements, within
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import words
from lintfoot.visitors.failures import Handler
from lintfoot.visitors.wording import CLOCKS, LOG_VERBS, names_in, root_name

Guard = cst.Try | cst.TryStar | cst.With
_RENEWED = frozenset(
    "token session sess conn connection client credentials creds channel socket sock response resp result data".split()
)
_DRAWS = ("rand", "uuid", "token_hex", "token_urlsafe", "choice", "sample", "unique", "mktemp", "mkdtemp")


_COUNTS: Sought = frozenset(
    (ast.AugAssign, ast.BinOp, *CLOCKS, "len", "min", "max", "append", "pop", "popleft", "remove")
)
_GIVES_UP: Sought = frozenset((ast.Raise, *EXITS))


def changing_in(body: cst.BaseSuite) -> Iterator[str]:
    """Names that count: changed by `+=`, by arithmetic on themselves, or set from a clock in the loop."""
    for node in within(body, _COUNTS):
        match node:
            case cst.AugAssign(target=target):
                yield dotted(target)
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                name = dotted(target)
                inner = (value, *within(value))
                on_itself = any(isinstance(n, cst.BinaryOperation) for n in inner) and any(
                    dotted(n) == name for n in inner
                )
                by_clock = any(isinstance(n, cst.Call) and last_word(n.func) in CLOCKS for n in inner)
                by_size = isinstance(value, cst.Call) and last_word(value.func) in ("len", "min", "max")
                if name and (on_itself or by_clock or by_size):
                    yield name
            case cst.Call(
                func=cst.Attribute(value=owner, attr=cst.Name(value="append" | "pop" | "popleft" | "remove"))
            ):
                yield dotted(owner)
            case _:
                pass


def counted_items(body: cst.BaseSuite) -> Iterator[str]:
    """The containers that a loop counts in: `tries[0] -= 1`, `state["failed"] = state["failed"] + 1`."""
    for node in within(body):
        match node:
            case cst.AugAssign(target=cst.Subscript() as item):
                yield root_name(item)
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Subscript() as item)], value=cst.BinaryOperation() as value
            ):
                if any(isinstance(one, cst.Subscript) and one.deep_equals(item) for one in within(value)):
                    yield root_name(item)
            case _:
                pass


def spread(body: cst.BaseSuite, changing: set[str]) -> set[str]:
    """What handlers work out from a count or the clock counts as well: `left = budget(attempt)`."""
    assigns = [
        node
        for one in within(body)
        if isinstance(one, Handler)
        for node in within(one.body)
        if isinstance(node, cst.Assign)
    ]
    found = set(changing)
    for _ in assigns:
        before = len(found)
        for assign in assigns:
            if any(name.value in found for name in names_in(assign.value)):
                found |= {name.value for target in assign.targets for name in names_in(target.target)}
        if len(found) == before:
            break
    return found


def makes_progress(one: Guard, body: cst.BaseSuite, numbers: set[str]) -> bool:
    """Whether each turn tries something else: a changing name is used for more than logging and pausing."""
    changing = set(changing_in(body)) | set(_drawn(body)) | numbers | _worked_out(body)
    if not changing:
        return False
    for statement in statements(body):
        if isinstance(statement, Guard) and statement is not one:
            continue
        if any(name in changing for name in _used(one.body if statement is one else statement)):
            return True
    return False


def _worked_out(body: cst.BaseSuite) -> set[str]:
    """Names that each turn makes of what they were, where nothing waits: `path = os.path.split(path)[0]`, the next free name."""
    if any(isinstance(node, cst.Call) and last_word(node.func) in PAUSES for node in within(body)):
        return set()
    made_of: dict[str, set[str]] = {}
    for node in within(body):
        if isinstance(node, cst.Assign):
            for name in (target.target.value for target in node.targets if isinstance(target.target, cst.Name)):
                made_of.setdefault(name, set()).update(one.value for one in names_in(node.value))
    return {name for name in made_of if _RENEWED.isdisjoint(words(name)) and name in _reached(name, made_of)}


def _reached(name: str, made_of: dict[str, set[str]]) -> set[str]:
    """All the names that go into one, itself included where it does."""
    found: set[str] = set()
    left = list(made_of[name])
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += made_of.get(one, ())
    return found


def _drawn(body: cst.BaseSuite) -> Iterator[str]:
    """Names that get something else each turn: `port = random.randint(…)`, `name = uuid4().hex`."""
    for node in within(body):
        if isinstance(node, cst.Assign) and any(
            isinstance(one, cst.Call) and any(word in dotted(one.func).lower() for word in _DRAWS)
            for one in (node.value, *within(node.value))
        ):
            yield from (name.value for target in node.targets for name in names_in(target.target))


def _used(node: cst.CSTNode) -> Iterator[str]:
    """The names that are handed to something, but for log calls and pauses."""
    for item in children(node):
        if isinstance(item, cst.Call) and (last_word(item.func) in PAUSES or last_word(item.func) in LOG_VERBS):
            continue
        if isinstance(item, cst.Arg | cst.Index):
            yield from (one.value for one in names_in(item.value, around=True))
        else:
            yield from _used(item)


def may_raise(function: cst.CSTNode) -> bool:
    """Whether a function holds a raise or an exit."""
    return isinstance(function, cst.FunctionDef) and any(
        isinstance(node, cst.Raise) or (isinstance(node, cst.Call) and is_exit(node.func))
        for node in within(function.body, _GIVES_UP)
    )


def any_way_out(node: cst.If) -> bool:
    """Whether some branch of a test leaves the loop or raises."""
    return any(_is_way_out(inner) for inner in within(node))


def acts_in_time(node: cst.If) -> bool:
    """`if time.time() - born > limit: os.rmdir(lock)`: the clock leads to something else than another line in the log."""
    asks = any(isinstance(one, cst.Call) and last_word(one.func) in CLOCKS for one in (node.test, *within(node.test)))
    return asks and any(
        isinstance(one, cst.Call) and last_word(one.func) not in LOG_VERBS | PAUSES | CLOCKS
        for one in within(node.body)
    )


def leads_out(node: cst.CSTNode) -> bool:
    """Whether something in a statement leaves the loop or raises."""
    return any(_is_way_out(inner) for inner in (node, *within(node)))


def _is_way_out(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Raise | cst.Return | cst.Break) or (isinstance(node, cst.Call) and is_exit(node.func))
