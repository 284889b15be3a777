"""Calls that tell of the exception being handled by themselves: they log its traceback, or ask the interpreter for it."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import libcst as cst

from lintfoot import calls, teller_words
from lintfoot.names import Names
from lintfoot.scopes import dotted, last_word
from lintfoot.teller_words import PRINTS, REPORTERS, ROLES, SOURCE_NAMES, SOURCES, speak_of_exceptions
from lintfoot.values import Named, Partial, Value

# Verbs by which something is written to a log or the terminal.
VERBS = frozenset(
    "critical debug echo err error exception fatal info log msg notice print secho success trace warn warning".split()
) | {"captureException", "capture_exception", "print_exception"}


def is_source(call: cst.Call, values: Sequence[Value]) -> bool:
    """Whether a call gives the exception being handled, or its traceback, as its result."""
    known = _known(values)
    return not known.isdisjoint(SOURCES) or (not known and last_word(call.func) in SOURCE_NAMES)


def speaks_of_exceptions(call: cst.Call) -> bool:
    """Whether the name of a function that nobody can look into says that it tells of the exception: `log_exception`."""
    return speak_of_exceptions(last_word(call.func))


def _known(values: Sequence[Value]) -> set[str]:
    return {value.name for value in values if isinstance(value, Named)}


class Tellers:
    """The tellers of one file. `reporters` are the house functions of the option `reports-exception`."""

    def __init__(self, names: Names, reporters: Sequence[str] = ()) -> None:
        self.names, self.reporters = names, tuple(reporters)

    def tells(self, call: cst.Call, values: Sequence[Value]) -> bool:
        """Whether a call of `values` writes down or reports the exception being handled."""
        asked = self._switch(call, "exc_info")
        if asked is not None:
            return asked
        known = _known(values)
        words = {last_word(call.func), self._bound_method(call), *(name.rpartition(".")[2] for name in known)}
        return (
            ("exception" in words and (bool(call.args) or is_logger(call.func)))
            or ("opt" in words and bool(self._switch(call, "exception")))
            or not known.isdisjoint(PRINTS)
            or not words.isdisjoint(REPORTERS)
            or self.is_reporter(call, values)
            or any(not ROLES.isdisjoint(target.function.role) for target in calls.targets(self.names, call))
            or any(isinstance(value, Partial) and self._partial_tells(value) for value in values)
        )

    def is_reporter(self, call: cst.Call, values: Sequence[Value]) -> bool:
        """Whether the option `reports-exception` names the callee: qualified, as it is written, or by its last name."""
        if not self.reporters:
            return False
        spelled = {dotted(call.func), last_word(call.func), *_known(values)}
        return any(fnmatchcase(name, pattern) for pattern in self.reporters for name in spelled if name)

    def _switch(self, call: cst.Call, keyword: str) -> bool | None:
        """Whether a switch of a call is on; None where it is not given. What nobody can tell counts as on.

        Salt's loggers have `exc_info_on_loglevel=` as well, so the keyword may go on behind an underscore.
        """
        for arg in call.args:
            name = arg.keyword.value if arg.keyword is not None else ""
            if name == keyword or name.startswith(f"{keyword}_"):
                constant = self.names.constant(arg.value)
                return constant is ... or bool(constant)
        return None

    def _bound_method(self, call: cst.Call) -> str:
        """The method that a name stands for, as in `complain = log.exception`, where nobody knows more of `log`."""
        scope = self.names.lookup(call.func) if isinstance(call.func, cst.Name) else None
        bindings = scope.bindings[last_word(call.func)] if scope is not None else []
        value = bindings[0].value if len(bindings) == 1 else None
        return last_word(value) if isinstance(value, cst.Attribute) else ""

    def _partial_tells(self, value: Partial) -> bool:
        asked = self._switch(value.call, "exc_info")
        return asked if asked is not None else any(name.endswith(".exception") for name in _known(value.targets))


def is_logger(callee: cst.BaseExpression) -> bool:
    """Whether a callee is spelled like a logger's method."""
    return teller_words.is_logger(dotted(callee))
