"""How a block of statements can end, over every path through it: the question that re-raising is made of."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from enum import Flag
from functools import reduce
from operator import or_

import libcst as cst

from lintfoot.descent import Sought, members
from lintfoot.libraries import Derived
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import dotted
from lintfoot.values import Caught, Class, Function, Named, Value
from lintfoot.visitors.below import LATER, below, is_read
from lintfoot.visitors.exceptions import catches_all, classes


class End(Flag):
    """The ways in which a block can be left; several of them together are several paths."""

    NONE = 0
    ON = 1  # the statement after it is next
    RETURNS = 2
    BREAKS = 4
    COMES_ROUND = 8
    RAISES = 16  # an exception goes on that is, or carries, the one being handled
    DROPS = 32  # the process ends, or an exception goes on that knows nothing of the one being handled


_EXITS = frozenset(
    {
        "argparse.ArgumentParser.error",
        "argparse.ArgumentParser.exit",
        "builtins.exit",
        "builtins.quit",
        "os._exit",
        "os.abort",
        "os.execl",
        "os.execlp",
        "os.execv",
        "os.execve",
        "os.execvp",
        "sys.exit",
    }
)
_RERAISERS = frozenset({"reraise", "raise_from", "raise_with_traceback", "raise_with_cause"})
_RERAISING_MANAGERS = frozenset({"save_and_reraise_exception"})
_SWALLOWING_MANAGERS = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex", "ignored"})
_TELLS_FAILURE = regex(r"(?i)(^|_)(abort|bail|die|err|error|fail|failed|failure|fatal|panic|raise|reraise)(_|$)")
"""Names of functions whose job is to fail: a raise in them that depends on something can be reached from the handler."""
# Where nothing of this stands, what follows is next: a loop without end and some managers are ends as well.
_ENDS: Sought = frozenset(
    (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Assert, ast.Call, ast.While, ast.With, ast.AsyncWith)
)
_RAISES: Sought = frozenset((ast.Raise,))
_DEEPEST_CALLS = 3
_OF_PROJECT = {"raises": End.RAISES, "exits": End.DROPS}


class Endings:
    """The endings of the blocks of one file, each worked out once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[int, End] = {}
        self._functions: dict[int, End] = {}
        self._asking: set[int] = set()

    def of(self, block: cst.BaseSuite) -> End:
        """Every way in which a block can end, not counting exceptions that its calls may raise by themselves."""
        key = id(block)
        if key not in self._known:
            self._known[key] = self._sequence(members(block, _ENDS))
        return self._known[key]

    def _sequence(self, statements: Iterable[cst.CSTNode]) -> End:
        ends = End.NONE
        for statement in statements:
            end = self._statement(statement)
            ends |= end & ~End.ON
            if End.ON not in end:
                return ends
        return ends | End.ON

    def _statement(self, node: cst.CSTNode) -> End:
        match node:
            case cst.SimpleStatementLine(body=body):
                return self._sequence(body)
            case cst.If():
                return self._if(node)
            case cst.For() | cst.While():
                return self._loop(node)
            case cst.Try() | cst.TryStar():
                return self._try(node)
            case cst.With(body=body):
                return self._with(node, self.of(body))
            case cst.Match():
                return self._match(node)
            case cst.Return(value=value):
                return self._called(value) & ~End.ON or End.RETURNS
            case cst.Raise():
                return self._raise(node)
            case cst.Break():
                return End.BREAKS
            case cst.Continue():
                return End.COMES_ROUND
            case cst.Assert(test=cst.Name(value="False") | cst.Integer(value="0")):
                return End.RAISES
            case cst.Expr(value=value) | cst.Assign(value=value):
                return self._called(value)
            case _:
                return End.ON

    # compound statements

    def _if(self, node: cst.If) -> End:
        taken = truth(node.test)
        ends = End.NONE if taken is False else self.of(node.body)
        if taken is True:
            return ends
        match node.orelse:
            case cst.If() as nested:
                return ends | self._if(nested)
            case cst.Else(body=body):
                return ends | self.of(body)
            case _:
                return ends | End.ON

    def _loop(self, node: cst.For | cst.While) -> End:
        inside = self.of(node.body)
        endless = isinstance(node, cst.While) and truth(node.test) is True
        after = End.NONE if endless else self.of(node.orelse.body) if node.orelse else End.ON
        left = inside & ~(End.BREAKS | End.COMES_ROUND | End.ON)
        return left | after | (End.ON if End.BREAKS in inside else End.NONE)

    def _try(self, node: cst.Try | cst.TryStar) -> End:
        ends = self.of(node.body)
        if End.RAISES in ends and self._swallowed(node):
            ends &= ~End.RAISES
        if End.ON in ends and node.orelse:
            ends = ends & ~End.ON | self.of(node.orelse.body)
        for handler in node.handlers:
            ends |= self.of(handler.body)
        if node.finalbody:
            last = self.of(node.finalbody.body)
            again = ends & End.DROPS if End.RAISES in last else End.NONE  # a bare raise there raises an exit again
            ends = ends | last & ~End.ON if End.ON in last else last | again
        return ends

    def _swallowed(self, node: cst.Try | cst.TryStar) -> bool:
        """Whether the handlers of a try catch every exception that its body raises by a statement."""
        if any(catches_all(self.names, handler.type) for handler in node.handlers):
            return True
        caught = [found for handler in node.handlers for found in classes(self.names, handler.type) or ()]
        raised = [self._raised(one) for one in below(node.body, LATER, _RAISES) if isinstance(one, cst.Raise)]
        return bool(raised) and all(any(_is_a(name, above) for above in caught) for name in raised)

    def _raised(self, node: cst.Raise) -> str:
        made = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        return self.names.qualified(made)

    def _with(self, node: cst.With, inside: End) -> End:
        ends = inside
        for item in node.items:
            manager = item.item
            last = dotted(manager.func if isinstance(manager, cst.Call) else manager).rpartition(".")[2]
            if last in _RERAISING_MANAGERS and End.ON in ends:
                quiet = item.asname is not None and self._told_not_to(node, item.asname)
                ends = ends | End.RAISES if quiet else ends & ~End.ON | End.RAISES
            elif last in _SWALLOWING_MANAGERS and End.RAISES in ends:
                ends = ends & ~End.RAISES | End.ON
        return ends

    @staticmethod
    def _told_not_to(node: cst.With, asname: cst.AsName) -> bool:
        """`context.reraise = …` inside the block of oslo's save_and_reraise_exception decides at run time."""
        written = f"{dotted(asname.name)}.reraise"
        return any(
            isinstance(one, cst.AssignTarget) and dotted(one.target) == written for one in below(node.body, LATER)
        )

    def _match(self, node: cst.Match) -> End:
        ends = End.NONE
        for case in node.cases:
            ends |= self.of(case.body)
            if case.guard is None and isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None:
                return ends
        return ends | End.ON

    # what leaves

    def _raise(self, node: cst.Raise) -> End:
        if node.exc is None:
            return End.RAISES
        made = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
        if "builtins.SystemExit" in self.names.names_of(made):
            return End.DROPS
        cut_off = node.cause is not None and isinstance(node.cause.item, cst.Name) and node.cause.item.value == "None"
        return End.DROPS if cut_off and not self._mentions(node.exc) else End.RAISES

    def _mentions(self, node: cst.BaseExpression) -> bool:
        """Whether an expression holds a caught exception, or asks the interpreter for it."""
        for one in below(node):
            if isinstance(one, cst.Name) and is_read(one, self.names.index.parent.get(id(one))):
                if any(isinstance(value, Caught) for value in self.names.values(one)):
                    return True
                if one.value in ("exc_info", "format_exc"):
                    return True
            if isinstance(one, cst.Attribute) and one.attr.value in ("exc_info", "exception", "format_exc"):
                return True
        return False

    def _called(self, node: cst.BaseExpression | None) -> End:
        """How a statement ends that is one call: most go on, some end the process, some raise."""
        call = node.expression if isinstance(node, cst.Await) else node
        if not isinstance(call, cst.Call):
            return End.ON
        last = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted(call.func)
        values = self.names.values(call.func)
        functions = [value.node for value in values if isinstance(value, Function)]
        if functions and len(functions) == len(values):
            ends = self._joined(functions)
            told = (
                End.RAISES
                if ends == End.ON and _TELLS_FAILURE.search(last) and any(map(self._may_raise, functions))
                else End.NONE
            )
            return ends | told
        if any(isinstance(value, Named) and (value.name in _EXITS) for value in values):
            return End.DROPS
        if found := self._elsewhere(values):
            return found
        if last in _RERAISERS or self._fails_a_test(call, last):
            return End.RAISES
        if last.lstrip("_").startswith(("raise_", "reraise_")) and not any(
            isinstance(value, Class) for value in values
        ):
            return End.RAISES | End.ON
        return End.ON

    def _elsewhere(self, values: Sequence[Value]) -> End:
        """How a function of another file of the project ends, where it never comes back."""
        known = [self.names.models.own(value.name) if isinstance(value, Named) else None for value in values]
        ends = [_OF_PROJECT[one.ends] for one in known if isinstance(one, Derived) and one.ends]
        return End.NONE if len(ends) < len(values) else reduce(or_, ends, End.NONE)

    def _joined(self, functions: Sequence[cst.FunctionDef | cst.Lambda]) -> End:
        ends = End.NONE
        for function in functions:
            ends |= self._function(function)
        return ends

    def _function(self, function: cst.FunctionDef | cst.Lambda) -> End:
        """How a call of a function of this file ends; only one that never returns tells anything."""
        key = id(function)
        if isinstance(function, cst.Lambda) or key in self.names.index.yields or key in self._asking:
            return End.ON
        if key not in self._functions and len(self._asking) < _DEEPEST_CALLS:
            self._asking.add(key)
            try:
                ends = self.of(function.body)
            finally:
                self._asking.discard(key)
            never = ends and not ends & (End.ON | End.RETURNS) and not self._is_abstract(function)
            self._functions[key] = ends & (End.RAISES | End.DROPS) if never else End.ON
        return self._functions.get(key, End.ON)

    def _may_raise(self, function: cst.FunctionDef | cst.Lambda) -> bool:
        """Whether a call of a function can come to a raise of its own that is no exit."""
        if isinstance(function, cst.Lambda) or id(function) in self.names.index.yields or self._is_abstract(function):
            return False
        return any(
            isinstance(one, cst.Raise) and self._raise(one) == End.RAISES
            for one in below(function.body, LATER, _RAISES)
        )

    def _is_abstract(self, function: cst.FunctionDef) -> bool:
        return any(
            isinstance(one, cst.Raise) and self._raised(one) == "builtins.NotImplementedError"
            for one in below(function.body, LATER, _RAISES)
        )

    def _fails_a_test(self, call: cst.Call, last: str) -> bool:
        """`self.fail()` and `pytest.skip()` raise, and what they raise is chained to the exception being handled."""
        if last not in ("exit", "fail", "skip", "skipTest", "xfail"):
            return False
        if dotted(call.func).startswith("pytest."):
            return True
        if last not in ("fail", "skipTest"):
            return False
        function = self.names.index.function_of(call)
        owner = self.names.index.class_of(function) if function is not None else None
        return owner is not None and any("Test" in dotted(base.value) for base in owner.bases)


def truth(test: cst.BaseExpression) -> bool | None:
    """Whether a written-out test always holds; None where it is a real question."""
    match test:
        case cst.Name(value="True"):
            return True
        case cst.Name(value="False" | "None"):
            return False
        case cst.Integer(value=digits):
            return digits.strip("0_") != ""
        case _:
            return None


def _is_a(name: str, above: str) -> bool:
    if name == above and name:
        return True
    one, other = (getattr(builtins, text.removeprefix("builtins."), None) for text in (name, above))
    return isinstance(one, type) and isinstance(other, type) and issubclass(one, other)
