"""Which handlers of a text are worth reading: those of which its census alone does not tell that nothing is wrong with them.

Each doubt makes one more handler be read. What is left out here the visitor must leave out as well, and for the same reason.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from lintfoot.bindings import FUNCTIONS, MODULE, key_of
from lintfoot.census import Census, Statement, inputs, last, nodes
from lintfoot.dataflow import Dataflow, Reached
from lintfoot.gates.outsiders import is_from_outside, times_bound
from lintfoot.records import dataclass
from lintfoot.sight import Sight

BROAD_CLASSES = frozenset({"builtins.Exception", "builtins.BaseException"})
_BROAD = frozenset(name.rpartition(".")[2] for name in BROAD_CLASSES)
_SURE_ENDS = ("Error", "Exception", "Failure", "Failed", "Fault", "NotFound", "Invalid", "Warning")
_NAMES: tuple[Any, ...] = (ast.Name, ast.Attribute)
_LOGS = ("log", "logger", "logging")
_LOG_VERBS = frozenset("critical debug error exception info warn warning".split())
# What is run later, or speaks of another exception: there a name may mean something else.
_APART: tuple[Any, ...] = (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ExceptHandler)
_BINDS: tuple[Any, ...] = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the rules on handlers are asked for, and whether a handler that logs is fine."""

    bare: bool
    broad: bool
    silent: bool
    accepts_logged: bool


def lines_of(sight: Sight, wanted: Wanted) -> set[int] | None:
    """The `except` lines that a visitor has to see; None where there is no census."""
    census = sight.census
    if census is None:
        return None
    judge = _Judge(sight, census, wanted)
    return {one.line for one, node in census.all(ast.ExceptHandler) if judge.is_wanted(node, one)}


class _Judge:
    """What one file says of its handlers."""

    def __init__(self, sight: Sight, census: Census, wanted: Wanted) -> None:
        self.sight, self.census, self.wanted = sight, census, wanted

    @cached_property
    def _flow(self) -> Dataflow | None:
        """How far the broad classes get in the text; None where they are nothing but caught, made and inherited from."""
        census = self.census
        plain = [call.func for _, call in census.all(ast.Call)]
        plain += [base for _, owner in census.all(ast.ClassDef) for base in owner.bases]
        plain += [
            one for _, node in census.all(ast.ExceptHandler) for one in (node.type, *getattr(node.type, "elts", ()))
        ]
        known = set(map(id, plain))
        named = (
            node for kind in _NAMES for _, node in census.all(kind) if last(node) in _BROAD and id(node) not in known
        )
        renamed = (one for _, one in census.all(ast.alias) if one.asname and one.name.rpartition(".")[2] in _BROAD)
        hidden = "getattr" in self.sight.words or bool(self.sight.foreign)
        return self.sight.dataflow if hidden or any(True for _ in (*named, *renamed)) else None

    @cached_property
    def _broad(self) -> Reached:
        return self._flow.reach(*self._flow.called(_BROAD)) if self._flow is not None else {}

    @cached_property
    def _told(self) -> Reached:
        """What may stand for anything that other files have: nobody knows here what that is."""
        flow, told = self._flow, {bound for _, bound in self.sight.foreign}
        if flow is None or not told:
            return {}
        seeds = {(MODULE, word) for word in told} | {key for _, key in flow.bindings.imports if key[1] in told}
        return flow.reach([(key, 0) for key in seeds], objects=True)

    @cached_property
    def _logged(self) -> bool:
        """Whether `exception` is nothing but what loggers are asked for."""
        called = {id(call.func) for _, call in self.census.calls.get("exception", ())}
        members = (node for _, node in self.census.all(ast.Attribute) if node.attr == "exception")
        defined = (node for kind in FUNCTIONS for _, node in self.census.all(kind) if node.name == "exception")
        return all(id(node) in called for node in members) and not any(True for _ in defined)

    def is_wanted(self, node: ast.ExceptHandler, at: Statement) -> bool:
        """Whether a handler is not plainly fine."""
        wanted = self.wanted
        if node.type is None:
            return wanted.bare and not self._ends_raising(node)
        if wanted.silent and all(map(_passes, node.body)):
            return True
        if not wanted.broad or self._ends_raising(node) or (wanted.accepts_logged and self._keeps(node)):
            return False
        return self._is_broad(node.type, at)

    def _is_broad(self, node: ast.expr, at: Statement) -> bool:
        """Whether a clause may name a broad class; a class of this file is none, whatever it is made from."""
        if isinstance(node, ast.Tuple):
            return any(self._is_broad(one, at) for one in node.elts)
        if last(node) in _BROAD or is_from_outside(self.sight, node):
            return last(node) in _BROAD
        if self._is_made_elsewhere(node):
            return False
        flow = self._flow
        if flow is None:
            return False
        bindings = flow.bindings
        if isinstance(node, ast.Name) and node.id in bindings.classes:
            key = bindings.resolve(node.id, at)
            if bindings.times[key] == sum(key_of(*one) == key for one in bindings.classes[node.id]):
                return False
        return flow.holds(node, at, self._broad, objects=False) or flow.holds(node, at, self._told, objects=True)

    def _is_made_elsewhere(self, node: ast.expr) -> bool:
        """Whether a clause names a class that another file of the project makes: that is none of the broad ones."""
        path: list[str] = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or times_bound(self.sight, node.id) != 1:
            return False
        full = self._foreign.get(node.id)
        return full is not None and self.sight.view.makes(".".join((full, *reversed(path))))

    @cached_property
    def _foreign(self) -> dict[str, str]:
        return {bound: full for full, bound in self.sight.foreign}

    def _ends_raising(self, node: ast.ExceptHandler) -> bool:
        """Whether a handler gets to a raise for sure, and what it raises goes with what it caught."""
        *before, final = node.body
        return all(map(self._goes_on, before)) and self._raises(final, node.name)

    def _goes_on(self, statement: ast.stmt) -> bool:
        """Whether the next statement comes next: after a text, an assignment, a line for the log, or what is printed."""
        value = getattr(statement, "value", None)
        if not isinstance(statement, ast.Expr | ast.Assign) or isinstance(value, ast.Await):
            return False
        if not isinstance(value, ast.Call):
            return True
        func = value.func
        if isinstance(func, ast.Attribute) and func.attr in _LOG_VERBS:
            return last(func.value) in self._loggers
        return isinstance(func, ast.Name) and func.id == "print" and not times_bound(self.sight, "print")

    @cached_property
    def _loggers(self) -> set[str]:
        """The words that stand for nothing but what `getLogger` gives: another object's `error` may end the process."""
        if times_bound(self.sight, "getLogger"):
            return set()
        made = Counter(
            last(target)
            for _, node in self.census.all(ast.Assign)
            if isinstance(node.value, ast.Call) and last(node.value.func) == "getLogger"
            for target in node.targets
        )
        return {word for word, times in made.items() if word and times == times_bound(self.sight, word)}

    def _raises(self, node: ast.stmt, caught: str | None) -> bool:
        """Whether a statement raises, for sure, and with what was caught."""
        if not isinstance(node, ast.Raise):
            return False
        if node.exc is None:
            return True
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        nothing = any(isinstance(one, ast.Constant) and one.value is None for one in nodes(node))
        known = last(made).endswith(_SURE_ENDS) or (isinstance(node.exc, ast.Name) and node.exc.id == caught)
        return not nothing and known and "SystemExit" not in self.sight.words

    def _keeps(self, node: ast.ExceptHandler) -> bool:
        """Whether a handler logs with the exception, or hands it to a call, by itself."""
        inside = [one for statement in node.body for one in nodes(statement)]
        if any(isinstance(one, _APART) for one in inside):
            return False
        calls = [one for one in inside if isinstance(one, ast.Call)]
        named = node.name
        if named is not None and (
            any(_takes(one, named) for one in calls) or any(_hands_on(one, named) for one in inside)
        ):
            return True
        return (self._logged and any(map(_logs, calls))) or any(map(self._traces, inside))

    def _traces(self, node: ast.AST) -> bool:
        """`log.error(…, exc_info=True)`, and `traceback.print_exc()` as a statement, where the file has nothing of that name."""
        call = node.value if isinstance(node, ast.Expr) else node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        verb = call.func.attr
        if verb in _LOG_VERBS:
            asked = [one for one in call.keywords if (one.arg or "").startswith("exc_info")]
            sure = len(asked) == 1 and isinstance(asked[0].value, ast.Constant) and asked[0].value.value is True
        else:
            sure = verb == "print_exc" and call is not node
        return sure and not times_bound(self.sight, verb)


def _passes(node: ast.stmt) -> bool:
    plain = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
    return plain or isinstance(node, ast.Pass | ast.Continue)


def _logs(call: ast.Call) -> bool:
    """`log.exception(…)` of what is called a logger; `exc_info=False` would keep it from telling of the exception."""
    func = call.func
    plain = all(word.arg not in (None, "exc_info") for word in call.keywords)
    return plain and isinstance(func, ast.Attribute) and func.attr == "exception" and _is_logger(last(func.value))


def _is_logger(word: str) -> bool:
    return word.rstrip("_").lower().endswith(_LOGS)


def _hands_on(node: ast.AST, name: str) -> bool:
    """Whether a statement keeps the exception: it returns it, writes it to an attribute or an item, or asks what it is."""
    match node:
        case ast.Return(value=ast.expr() as value) | ast.If(test=value) | ast.While(test=value):
            return name in _named(value)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()], value=value):
            return name in _named(value)
        case _:
            return False


def _takes(call: ast.Call, name: str) -> bool:
    """Whether a call is given the exception, under its own name."""
    return any(name in _named(one) for one in inputs(call))


def _named(given: ast.expr) -> Iterator[str]:
    """The names that an argument is made of, but for those that another call is given, or that may mean something else."""
    waiting: list[ast.AST] = [given]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif not isinstance(node, (ast.Call, *_BINDS)):
            waiting += ast.iter_child_nodes(node)
