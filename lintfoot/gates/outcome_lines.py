"""Which lines of a text may start a process in a way that goes wrong without a shell: words cut out of a string, a whole line
for a program's name, a status that nobody looks at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import NOWHERE, Site, lead_to, lines_of
from lintfoot.gates.gate import Lines
from lintfoot.gates.run_calls import runs
from lintfoot.libraries import Function
from lintfoot.sight import Sight

_NOT_THE_STATUS = ("stdout", "args")
_NO_TEXT = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DEEPEST = 4  # names of names


def outcome_lines(sight: Sight) -> Lines:
    """The lines; None where there is no census.

    What is cut up counts where it may be handed to anything that runs commands. A line for a program, and a status, are asked
    of modelled functions alone, and of functions of this file that take any number of words.
    """
    found, lead = runs(sight), lead_to(sight, _starts_processes)
    if found is not None and not found.sites and lead is NOWHERE:
        return set()
    flow = sight.dataflow
    if found is None or lead is None or flow is None:
        return None
    search = _Search(flow)
    started = [*lead.sites(), *found.spread]
    kept = [site for site in started if search.is_line(site.call, site) or search.is_ignored(site)]
    return lines_of(sight, [*kept, *search.cut_up(found.sites)])


def _starts_processes(function: Function) -> bool:
    return "process" in function.role


class _Search:
    """What one text gives to calls that start processes."""

    def __init__(self, flow: Dataflow) -> None:
        self.flow = flow
        census = flow.bindings.census
        self.partial = "partial" in flow.bindings.mentions or "partial" in flow.bindings.calls
        self.asked_of = {
            id(_awaited(node.value)) for _, node in census.all(ast.Attribute) if node.attr in _NOT_THE_STATUS
        }

    # words cut out of a string

    def cut_up(self, sites: tuple[Site, ...]) -> Iterator[Site]:
        """The calls that may be handed what `split` gives."""
        bindings = self.flow.bindings
        names = {"split", *(key[1] for full, key in bindings.imports if full.rpartition(".")[2] == "split")}
        cut = {id(at.node): at for name in names for at, _ in bindings.calls.get(name, ())}
        cut |= {id(at.node): at for at, call in bindings.indirect if "split" in ast.dump(call.func)}
        if not cut:
            return
        reached = self.flow.reach((), cut.values())
        for site in sites:
            given = [*site.call.args, *(keyword.value for keyword in site.call.keywords)]
            if id(site.statement.node) in cut or any(
                self.flow.holds(one, site.statement, reached, objects=False) for one in given
            ):
                yield site

    # a line for a program

    def is_line(self, call: ast.Call, site: Site) -> bool:
        """Whether something that a call is given may be a text of more than one word."""
        if self.partial:
            return True  # who knows what stands in front
        return any(self._may_be_line(one, site) for one in (*call.args, *(keyword.value for keyword in call.keywords)))

    def _may_be_line(self, node: ast.expr, site: Site, depth: int = 0) -> bool:
        match node:
            case ast.Constant(value=value):
                return isinstance(value, str) and len(value.split()) > 1
            case ast.Name():
                return depth > _DEEPEST or self._may_name_line(node, site, depth)
            case _:
                return not _is_list(node)

    def _may_name_line(self, node: ast.Name, site: Site, depth: int) -> bool:
        """Whether a name was given a text anywhere; a parameter is for the callers to answer for."""
        bindings = self.flow.bindings
        key = bindings.resolve(node.id, site.statement)
        given = bindings.values.get(key, [])
        if len(given) != bindings.times.get(key, 0) or not given:
            return True
        return any(
            value is not None and self._may_be_line(value, Site(at, site.call), depth + 1) for at, value in given
        )

    # a status that nobody looks at

    def is_ignored(self, site: Site) -> bool:
        """Whether nobody may look at what a call gives; who gave it to a name is asked for later."""
        if any(keyword.arg == "check" for keyword in site.call.keywords):
            return False
        if id(site.call) in self.asked_of:
            return True
        match site.statement.node:
            case ast.Expr(value=value):
                return _awaited(value) is site.call
            case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=value):
                return value is not None and _awaited(value) is site.call
            case _:
                return False


def _awaited(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Await):
        node = node.value
    return node


def _is_list(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (_is_list(node.left) or _is_list(node.right))
    return isinstance(node, _NO_TEXT)
