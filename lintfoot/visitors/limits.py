"""What ends a loop that success alone would not end: a count, a clock, a time limit round it."""

from __future__ import annotations

import libcst as cst

from lintfoot import calls, decorators
from lintfoot.gates.loop_lines import STATUS
from lintfoot.libraries import Derived
from lintfoot.names import Names
from lintfoot.paths import guards, statements, within
from lintfoot.records import dataclass
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Function, Named
from lintfoot.visitors.bounds import acts_in_time, any_way_out, changing_in, counted_items, leads_out, spread
from lintfoot.visitors.failures import Handler
from lintfoot.visitors.flags import asks_connection
from lintfoot.visitors.wording import CLOCKS, args_in, names_in, root_name

_TIMERS = frozenset("timeout fail_after move_on_after alarm setitimer time_limit stopit".split())
_OF_EXCEPTION = frozenset("isinstance issubclass hasattr getattr str repr type int len bool any all".split())


@dataclass(frozen=True, slots=True)
class Limits:
    """The questions about the ends of the loops of one file."""

    names: Names

    def timed(self, loop: cst.CSTNode) -> bool:
        """Under `with timeout(…)`, or an alarm set in the same function."""
        for above in self.names.index.ancestors(loop):
            if isinstance(above, cst.With):
                if any(
                    isinstance(item.item, cst.Call) and last_word(item.item.func) in _TIMERS for item in above.items
                ):
                    return True
            elif isinstance(above, cst.FunctionDef):
                if any(isinstance(node, cst.Call) and last_word(node.func) in _TIMERS for node in within(above.body)):
                    return True
                return any("timeout" in dotted(one) for one in decorators.written(above))
        return False

    def bounded(self, loop: cst.While | cst.For, body: cst.BaseSuite) -> bool:
        """Whether something in the loop, or its header, looks at a count, a clock, or asks somebody who may know."""
        changing = set(changing_in(body))
        if isinstance(loop, cst.For):
            changing |= {node.value for node in names_in(loop.target)}
        changing = spread(body, changing) | set(counted_items(body))
        caught = {
            node.name.name.value
            for node in within(body)
            if isinstance(node, Handler) and node.name and isinstance(node.name.name, cst.Name)
        }
        attempted = {id(node) for one in guards(body) if isinstance(one, cst.Try) for node in within(one.body)}
        for node in within(body):
            if isinstance(node, cst.If) and self._decides(node):
                tried = id(node) in attempted  # what is raised there may be caught by the same loop
                if self._is_bound(node.test, changing, caught, inside=not tried):
                    return True
            if isinstance(node, cst.If) and acts_in_time(node):
                return True
            if isinstance(node, cst.Assert) and self._is_bound(node.test, changing, caught):
                return True
            if isinstance(node, cst.Call) and last_word(node.func) in ("next", "anext"):
                return True
            if isinstance(node, cst.Match) and self._is_bound(node.subject, changing, caught):
                return True
        if not isinstance(loop, cst.While) or asks_connection(loop.test):
            return False
        return self._is_bound(loop.test, changing, set(), inside=False)

    def _decides(self, node: cst.If) -> bool:
        """Whether a test leads out of the loop: by a branch, or because it guards the `continue` before what leaves."""
        if any_way_out(node):
            return True
        block = self.names.index.parent.get(id(node))
        if not isinstance(block, cst.BaseSuite) or not any(isinstance(one, cst.Continue) for one in within(node.body)):
            return False
        rest = statements(block)
        return any(leads_out(one) for one in rest[rest.index(node) + 1 :])

    def _is_bound(self, test: cst.BaseExpression, changing: set[str], caught: set[str], *, inside: bool = True) -> bool:
        """Whether a test looks at a counter, a clock, or asks somebody who may know; `inside` the loop, not in its header."""
        for node in (test, *within(test)):
            match node:
                case cst.Name(value=name) if name in changing:
                    return True
                case cst.Attribute() if dotted(node) in changing or (inside and self._kept_elsewhere(node, caught)):
                    return True
                case cst.Call(func=func):
                    if last_word(func) in CLOCKS:
                        return True
                    of_exception = root_name(func) in caught or last_word(func) in _OF_EXCEPTION
                    of_exception = of_exception or (args_in(node, caught) and self._is_local(func))
                    if not of_exception and not self._asks_outcome(node):
                        return True
                case _:
                    pass
        return False

    def _kept_elsewhere(self, node: cst.Attribute, caught: set[str]) -> bool:
        """`if self.gave_up: raise`: an attribute that other functions set, or that nobody here sets, may change meanwhile."""
        if root_name(node) in caught or node.attr.value in STATUS or node.attr.value.isupper():
            return False
        if any(isinstance(value, Named) and value.receiver is None for value in self.names.values(node)):
            return False  # something of a module: `errno.EPIPE`
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
        return modelled or last_word(call.func) in (
            "get",
            "startswith",
            "endswith",
            "lower",
            "strip",
            "json",
        )
