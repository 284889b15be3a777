"""Which lines of a text may start a process in a way that goes wrong without a shell: words cut out of a string, a whole line
for a program's name, a status that nobody looks at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.census import Statement, inputs
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import NOWHERE, Site, lead_to, lines_of
from lintfoot.gates.gate import Lines
from lintfoot.gates.imported import Imported, imported_in
from lintfoot.gates.run_calls import runs
from lintfoot.libraries import Argument, Function
from lintfoot.sight import Sight

_BY_LINE = frozenset(("shell", "shell-runner", "command"))  # roles
_FORMATTED: tuple[Any, ...] = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
_PUT_TOGETHER = ("format", "format_map", "join")
_NOT_THE_STATUS = ("stdout", "args")
_NO_TEXT = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DEEPEST = 4  # names of names


def outcome_lines(sight: Sight) -> Lines:
    """The lines; None where there is no census.

    What is cut up counts where it may be handed to anything that runs commands. A line for a program is asked of modelled
    functions alone, and of functions of this file that take any number of words; a status of those that could check it.
    """
    found, lead = runs(sight), lead_to(sight, _starts_processes)
    if found is not None and not found.sites and lead is NOWHERE:
        return set()
    checks, flow = lead_to(sight, _leaves_the_status), sight.dataflow
    if found is None or lead is None or checks is None or flow is None:
        return None
    search = _Search(flow, imported_in(sight, flow))
    kept = [
        *filter(search.is_line, lead.sites()),
        *filter(search.is_ignored, checks.sites()),
        *filter(search.is_one_word, found.spread),
        *search.cut_up(found.sites),
    ]
    return lines_of(sight, kept)


def _starts_processes(function: Function) -> bool:
    """Whether a program is started by its name: what takes a line for a shell, or for another host, is told elsewhere."""
    return "process" in function.role and _BY_LINE.isdisjoint(function.role)


def _leaves_the_status(function: Function) -> bool:
    """Whether a function could check how the program ended, and does not by itself."""
    check = function.arguments.get("check")
    return check is not None and check.default == "off" and _starts_processes(function)


class _Search:
    """What one text gives to calls that start processes."""

    def __init__(self, flow: Dataflow, imported: Imported) -> None:
        self.flow, self.imported = flow, imported
        census = flow.bindings.census
        self.partial = "partial" in flow.bindings.mentions or "partial" in flow.bindings.calls
        self.asked_of = {
            id(_awaited(node.value)) for _, node in census.all(ast.Attribute) if node.attr in _NOT_THE_STATUS
        }

    # words cut out of a string

    def cut_up(self, sites: tuple[Site, ...]) -> Iterator[Site]:
        """The calls that may be handed what `split` gives of a text that was put together."""
        cut = self._cut() if sites else {}
        if not cut:
            return
        reached = self.flow.reach((), cut.values())
        for site in sites:
            if id(site.statement.node) in cut or any(
                self.flow.holds(one, site.statement, reached, objects=False) for one in inputs(site.call)
            ):
                yield site

    def _cut(self) -> dict[int, Statement]:
        """The statements that cut up what may have been put together, by the ids of their nodes."""
        bindings = self.flow.bindings
        names = {"split", *(key[1] for full, key in bindings.imports if full.rpartition(".")[2] == "split")}
        cut = [one for name in names for one in bindings.calls.get(name, ()) if not _is_plain(one[1])]
        cut += [one for one in bindings.indirect if "split" in ast.dump(one[1].func)]
        if not cut:
            return {}
        built = {id(at.node): at for at in self._built()}
        reached = self.flow.reach((), built.values())
        return {
            id(at.node): at
            for at, call in cut
            if id(at.node) in built
            or any(self.flow.holds(one, at, reached, objects=False) for one in (_owner(call.func), *inputs(call)))
        }

    def _built(self) -> Iterator[Statement]:
        """The statements that put texts together."""
        bindings = self.flow.bindings
        for kind in _FORMATTED:
            yield from (at for at, _ in bindings.census.all(kind))
        kinds: tuple[Any, ...] = (ast.BinOp, ast.AugAssign)
        for kind in kinds:
            yield from (at for at, node in bindings.census.all(kind) if isinstance(node.op, ast.Add | ast.Mod))
        yield from (at for word in _PUT_TOGETHER for at, _ in bindings.calls.get(word, ()))

    # a line for a program

    def is_line(self, site: Site) -> bool:
        """Whether what a call takes for a program may be a text of more than one word."""
        functions = self.imported.functions(site.call.func, site.statement)
        if functions is not None:
            given = [one for function in functions if function is not None for one in _programs(site.call, function)]
        else:
            given = [site.call] if self.partial else inputs(site.call)  # who knows what stands in front
        return any(self._may_be_line(one, site) for one in given)

    def is_one_word(self, site: Site) -> bool:
        """The same of a function that takes words: they are a line where there is but one, and that is the last one then."""
        given = site.call.args
        return bool(given) and not isinstance(given[-1], ast.Starred) and self._may_be_line(given[-1], site)

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


def _owner(func: ast.expr) -> ast.expr:
    """The text whose method is called."""
    return func.value if isinstance(func, ast.Attribute) else func


def _is_plain(call: ast.Call) -> bool:
    """Whether a text is cut up that is written out, or not at its blanks."""
    first = call.args[0] if call.args else None
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Constant):
        return True
    blank = isinstance(call.func, ast.Attribute) and getattr(first, "value", None) in (" ", None)
    return isinstance(first, ast.Constant) and not blank


def _programs(call: ast.Call, function: Function) -> list[ast.expr]:
    """What a modelled function may take for a program's name, or the call itself; nothing where it cuts lines up, or has a shell.

    That is as far as `Outcomes` looks: the command by its place or name, and of words the only one.
    """
    argument, shell = function.arguments.get("command"), function.arguments.get("shell")
    if argument is None or any(isinstance(one, ast.Starred) for one in call.args):
        return [call]
    if argument.rest:
        return call.args[-1:]
    if shell is None or shell.default != "off" or "text" in argument.means or not _is_off(call, shell):
        return []
    place = argument.position
    named = [one.value for one in call.keywords if one.arg in argument.keyword]
    named = named or (call.args[place : place + 1] if place is not None else [])
    return named or [call for one in call.keywords if one.arg is None]


def _is_off(call: ast.Call, shell: Argument) -> bool:
    """Whether no shell is asked for in so many words."""
    given = [one.value for one in call.keywords if one.arg in shell.keyword]
    return not any(isinstance(one, ast.Constant) and one.value for one in given)


def _is_list(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (_is_list(node.left) or _is_list(node.right))
    return isinstance(node, _NO_TEXT)
