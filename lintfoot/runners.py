"""Which calls run a command line, and which of their arguments is the command, the switch for a shell, the program.

Three ways to know: a model says so; the function stands in this file and hands its own parameter on; the function cannot be
seen, and its name says that it runs commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import libcst as cst

from lintfoot import calls, decorators, runner_names, runner_words
from lintfoot.answers import answer
from lintfoot.calls import ABSENT, Given, Target
from lintfoot.libraries import Argument, Derived, Models
from lintfoot.names import Names
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.runner_words import COMMAND_WORDS, CONCLUSIVE, ROLES, SHELL_WORDS
from lintfoot.scopes import FunctionNode, parameters
from lintfoot.values import Class, Constant, Function, Named, Object, Parameter, Partial, Unknown, Value

_DEEPEST = 6  # wrappers round wrappers


@dataclass(frozen=True, slots=True)
class Run:
    """One way in which a call runs a command line.

    `how` is model, wrapper or name; `name` what was resolved, for messages. `argv` holds the call's own positional arguments
    where those are the command's words, `args` what follows a command that is the program alone. What the function has no
    argument for is absent.
    """

    how: str
    name: str
    roles: tuple[str, ...]
    command: Given
    argv: tuple[cst.Arg, ...] | None = None
    shell: Given = ABSENT
    shell_argument: Argument | None = None
    executable: Given = ABSENT
    args: Given = ABSENT
    target: Target | None = None


def runs(names: Names, call: cst.Call) -> tuple[Run, ...]:
    """Every way in which a call may run a command line; nothing where it does no such thing."""
    known = _kept(names).known
    if id(call) not in known:
        names.keep(call)
        known[id(call)] = tuple(_kept(names).runs(call))
    return known[id(call)]


def forwarded(names: Names, function: FunctionNode, facet: str) -> frozenset[str]:
    """The parameters of a function in this file that reach this argument of something that runs commands.

    `**` among them means that its `**kwargs` do, `*name` that its positional rest does.
    """
    return _kept(names).forwarded(function, facet, 0)


def _kept(names: Names) -> _Runners:
    found = names.kept.get(__name__)
    if found is None:
        found = names.kept[__name__] = _Runners(names)
    return found


class _Runners:
    """Keeps what was worked out about the functions of one module."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.known: dict[int, tuple[Run, ...]] = {}
        self._forwarded: dict[tuple[int, str], frozenset[str]] = {}
        self._asking: set[tuple[int, str]] = set()
        self._inside: dict[int, list[cst.Call]] = {}
        self._methods: dict[str, Argument] | None = None

    def runs(self, call: cst.Call, depth: int = 0) -> Iterator[Run]:
        if depth > _DEEPEST or not self.names.index.runs(call):
            return
        told = False
        for value, partials in _flattened(self.names.values(call.func), ()):
            target = self._target(value, partials)
            if target is not None:
                told = True
                if not ROLES.isdisjoint(target.function.role):
                    yield self._modelled(call, target)
            elif isinstance(value, Parameter) and isinstance(value.default, cst.Name | cst.Attribute):
                for one in self.names.values(value.default):  # `def start(line, run=os.system)`
                    target = self._target(one, partials) if isinstance(one, Named) else None
                    if target is not None and not ROLES.isdisjoint(target.function.role):
                        told = True
                        yield self._modelled(call, target)
            elif (function := self._local(value)) is not None and not _empty(self.names, function):
                told = True
                yield from self._wrapped(call, value, function, depth)
        if told:
            return
        known = self._shell_methods().get(runner_names.called(call))
        if known is not None:
            yield self._named(call, ("process", "shell"), known)
        elif not told and _says_so(self.names, call):
            yield self._named(call, ("process",), Argument(COMMAND_WORDS, 0))

    def _target(self, value: Value, partials: tuple[cst.Call, ...]) -> Target | None:
        """What a model knows: a function, a class, or a class of this file without an `__init__` of its own."""
        if isinstance(value, Class):
            found = self.names.member(value, "__init__", None)
            value = found[0] if len(found) == 1 else value
        if not isinstance(value, Named):
            return None
        name = value.name.removesuffix(".__init__")
        function = self.names.models.function(name)
        if isinstance(function, Derived) and function.dark and not function.role:
            return None
        return Target(name, function, value.receiver, partials) if function is not None else None

    def _local(self, value: Value) -> Function | None:
        if isinstance(value, Class):
            found = self.names.member(value, "__init__", None)
            value = found[0] if len(found) == 1 else value
            return Function(value.node, Object(self._owner(value))) if isinstance(value, Function) else None
        return value if isinstance(value, Function) else None

    def _owner(self, function: Function) -> cst.ClassDef:
        owner = self.names.index.class_of(function.node)
        return owner if owner is not None else cst.ClassDef(cst.Name("_"), cst.IndentedBlock(()))

    def _modelled(self, call: cst.Call, target: Target) -> Run:
        arguments = target.function.arguments
        command = arguments.get("command")
        shell = arguments.get("shell")
        executable = arguments.get("executable")
        return Run(
            "model",
            target.name,
            target.function.role,
            self._given(call, command, target),
            self._rest(call, command) if command is not None and command.rest else None,
            self._given(call, shell, target),
            shell,
            self._given(call, executable, target),
            self._given(call, arguments.get("args"), target),
            target,
        )

    def _given(self, call: cst.Call, argument: Argument | None, target: Target) -> Given:
        return calls.given(self.names, call, argument, target.partials) if argument is not None else ABSENT

    def _rest(self, call: cst.Call, argument: Argument) -> tuple[cst.Arg, ...]:
        positional = [arg for arg in call.args if arg.keyword is None and arg.star != "**"]
        return tuple(positional[argument.position or 0 :])

    # functions of this file

    def _wrapped(self, call: cst.Call, value: Value, function: Function, depth: int) -> Iterator[Run]:
        bound = _bound(self.names, value, function)
        shells = self.forwarded(function.node, "shell", depth + 1)
        lines = self.forwarded(function.node, "command", depth + 1)
        if not shells and not lines:
            return
        name = function.node.name.value if isinstance(function.node, cst.FunctionDef) else "lambda"
        shell, argument = self._first(call, function.node, shells, "shell", bound=bound)
        command, _ = self._first(call, function.node, lines, "command", bound=bound)
        argv = None
        for line in lines:
            if line.startswith("*") and line != "**":
                argument_rest = Argument(position=place_of(function.node, line[1:], bound=bound), rest=True)
                argv = self._rest(call, argument_rest)
        yield Run("wrapper", name, ("process",), command, argv, shell, argument)

    def _first(
        self, call: cst.Call, function: FunctionNode, parameters_: frozenset[str], facet: str, *, bound: bool
    ) -> tuple[Given, Argument | None]:
        """What a call hands to the first of some parameters that it gives."""
        for name in sorted(parameters_):
            if name.startswith("*") and name != "**":
                continue
            keyword = {"shell": "shell", "command": "args"}[facet] if name == "**" else name
            if name == "**" and any(one.name.value == keyword for one in parameters(function)):
                continue
            place = None if name == "**" else place_of(function, name, bound=bound)
            argument = Argument((keyword,), place)
            found = calls.given(self.names, call, argument)
            if found.state == "given":
                return found, argument
        return ABSENT, None

    def forwarded(self, function: FunctionNode, facet: str, depth: int) -> frozenset[str]:
        key = (id(function), facet)
        if key in self._forwarded:
            return self._forwarded[key]
        if key in self._asking or depth > _DEEPEST or not _takes_anything(self.names, function):
            return frozenset()
        self._asking.add(key)
        found: set[str] = set()
        try:
            for call in self._calls_in(function):
                for run in self.runs(call, depth + 1):
                    found |= self._handed_on(call, run, function, facet)
        finally:
            self._asking.discard(key)
        self._forwarded[key] = frozenset(found)
        return self._forwarded[key]

    def _handed_on(self, call: cst.Call, run: Run, function: FunctionNode, facet: str) -> set[str]:
        if facet == "command" and "shell" in run.roles:
            return set()  # the finding is in there already: it takes strings alone
        given = run.shell if facet == "shell" else run.command
        found: set[str] = set()
        nodes = [given.node] if given.node is not None else []
        nodes += [arg.value for arg in run.argv or () if facet == "command"]
        for node in nodes:
            found |= self._parameters_of(node, function)
        # Who is out of sight may take one line, and what goes into it.
        takes_words = facet == "command" and run.how != "name"
        for arg in call.args:
            named = isinstance(arg.value, cst.Name)
            if (
                arg.star == "**"
                and named
                and given.state != "given"
                and _is_star(function.params.star_kwarg, arg.value)
            ):
                found.add("**")
            if arg.star == "*" and named and takes_words and _is_star(function.params.star_arg, arg.value):
                found.add("*" + function.params.star_arg.name.value)  # type: ignore[union-attr]
        return found

    def _parameters_of(self, node: cst.BaseExpression | None, function: FunctionNode) -> set[str]:
        found = {
            value.name
            for value in self.names.values(node)
            if isinstance(value, Parameter) and value.function is function
        }
        inner = node
        if isinstance(inner, cst.Call) and len(inner.args) == 1 and not inner.args[0].star:
            inner = inner.args[0].value  # list(args), tuple(args)
        if _is_star(function.params.star_arg, inner):
            found.add("*" + function.params.star_arg.name.value)  # type: ignore[union-attr]
        return found

    def _calls_in(self, function: FunctionNode) -> list[cst.Call]:
        if id(function) not in self._inside:
            self._inside[id(function)] = self.names.index.may_run(function)
        return self._inside[id(function)]

    # functions out of sight

    def _named(self, call: cst.Call, roles: tuple[str, ...], command: Argument) -> Run:
        shell, shell_argument = ABSENT, Argument()
        for word in SHELL_WORDS:  # salt has both: the shell's path and the switch
            argument = Argument((word,))
            found = calls.given(self.names, call, argument)
            if found.state == "given" and (shell.state == "absent" or _is_on(found)):
                shell, shell_argument = found, argument
        line = calls.given(self.names, call, command)
        return Run("name", runner_names.called(call), roles, line, self._spread(call), shell, shell_argument)

    def _spread(self, call: cst.Call) -> tuple[cst.Arg, ...] | None:
        """`execute("sh", "-c", line)`: the words of a command as arguments of their own."""
        words_ = tuple(arg for arg in call.args if arg.keyword is None and arg.star != "**")
        words_ = (
            words_[1:] if runner_names.called(call) == "subprocess_exec" else words_
        )  # asyncio's loops: the protocol
        if len(words_) < 2 or words_[0].star or words_[1].star:  # noqa: PLR2004 - a program and an option
            return None
        first, second = (self.names.constant(arg.value) for arg in words_[:2])
        texts = isinstance(first, str) and isinstance(second, str)
        return words_ if texts and second.startswith(("-", "/")) and not set(first) & set(" \t\n") else None

    def _shell_methods(self) -> dict[str, Argument]:
        """Methods whose names alone say enough, whoever the receiver is: `loop.subprocess_shell`."""
        if self._methods is None:
            self._methods = _shell_methods(self.names.models)
        return self._methods


@cache
def _shell_methods(models: Models) -> dict[str, Argument]:
    named = answer(models, "methods that say shell", (), lambda: _shell_names(models))
    found = ((last, models.known.function(name)) for last, name in named)
    return {last: one.arguments["command"] for last, one in found if one is not None}


def _shell_names(models: Models) -> tuple[tuple[str, str], ...]:
    lasts = ((name.rpartition(".")[2], name) for name, one in models.functions.items() if "shell" in one.role)
    return tuple((last, name) for last, name in lasts if {"shell", "subprocess"} <= set(runner_words.words(last)))


def _flattened(
    values: tuple[Value, ...], partials: tuple[cst.Call, ...]
) -> Iterator[tuple[Value, tuple[cst.Call, ...]]]:
    for value in values:
        if isinstance(value, Partial):
            yield from _flattened(value.targets, (value.call, *partials))
        else:
            yield value, partials


def _is_on(given: Given) -> bool:
    return any(isinstance(value, Constant) and value.value is True for value in given.values)


def _is_star(param: Any, node: cst.CSTNode | None) -> bool:
    return isinstance(param, cst.Param) and isinstance(node, cst.Name) and param.name.value == node.value


def place_of(function: FunctionNode, name: str, *, bound: bool) -> int | None:
    """Where a parameter stands among the positional arguments of a call."""
    positional = [*function.params.posonly_params, *function.params.params]
    if isinstance(function.params.star_arg, cst.Param):
        positional.append(function.params.star_arg)
    place = next((number for number, param in enumerate(positional) if param.name.value == name), None)
    return place - (1 if bound else 0) if place is not None else None


def _bound(names: Names, value: Value, function: Function) -> bool:
    """Whether the first parameter is filled in already."""
    if names.index.class_of(function.node) is None or decorators.has(function.node, "staticmethod"):
        return False
    return isinstance(value, Class) or function.receiver is not None or decorators.has(function.node, "classmethod")


def _takes_anything(names: Names, function: FunctionNode) -> bool:
    """Whether a function has a parameter that can be handed on: what a method gets first is its object, not a parameter."""
    taken = parameters(function)
    first = bool(taken) and not taken[0].star and names.index.class_of(function) is not None
    return len(taken) > (1 if first and not decorators.has(function, "staticmethod") else 0)


def _empty(names: Names, function: Function) -> bool:
    """Whether a function is only announced here: others override it."""
    if not isinstance(function.node, cst.FunctionDef):
        return False
    texts = names.index.statements(function.node)
    if texts is not None and not all(_NOTHING.match(text) for text in texts):
        return False
    body = function.node.body.body
    return all(_says_nothing(one) for one in body)


_NOTHING = regex(r"\s*(?:pass\b|raise\b|\.\.\.|[A-Za-z]{0,2}\(\)|\()")  # a string is `()` where the code stands alone


def _says_nothing(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Pass() | cst.Raise()]):
            return True
        case cst.SimpleStatementLine(
            body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString() | cst.Ellipsis())]
        ):
            return True
        case cst.Pass() | cst.Raise() | cst.Expr(value=cst.Ellipsis()):
            return True
        case _:
            return False


def _says_so(names: Names, call: cst.Call) -> bool:
    """Whether a call that nobody can follow runs commands by its name."""
    name = runner_names.called(call)
    conclusive = any(arg.keyword is not None and arg.keyword.value in CONCLUSIVE for arg in call.args)
    if not conclusive and not runner_words.says_it_runs_commands(name):
        return False
    if runner_words.stands_in([*runner_words.words(name), *runner_names.receivers(call)]):
        return False
    values = names.values(call.func)
    if any(isinstance(value, Named) and _KNOWN_OTHERWISE.match(value.name) for value in values):
        return False
    return any(_out_of_sight(names, value) for value in values)


def _out_of_sight(names: Names, value: Value) -> bool:
    if isinstance(value, Class):  # a base that this file does not show may do anything
        return any(isinstance(family, str) for family in names.family(value.node))
    return isinstance(value, Unknown | Named | Parameter | Function)


_KNOWN_OTHERWISE = regex(r"(?:unittest\.mock|mock|pytest|builtins|logging|typing|dataclasses|click|argparse)(?:\.|$)")
