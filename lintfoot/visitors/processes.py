"""Commands that a shell reads: `shell=True`, `os.system` and the like, `["sh", "-c", built]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import libcst as cst

from lintfoot import commandlines, displays, prefixes, runner_names, runners
from lintfoot.callers import Wrong, guilty_callers
from lintfoot.findings import Confidence, Severity
from lintfoot.gates.gate import Gate
from lintfoot.gates.running import SHELLS
from lintfoot.gates.shell_lines import STARTERS
from lintfoot.libraries import Derived
from lintfoot.meanings import constant_meaning
from lintfoot.regexes import regex
from lintfoot.runners import Run
from lintfoot.scopes import parameters
from lintfoot.values import (
    Class,
    Constant,
    Display,
    Function,
    Named,
    Parameter,
    Text,
    Value,
    Values,
    partials,
)
from lintfoot.visitors import advice, origins
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.origins import Origin

(_CODE,) = SHELLS.codes
_OTHER_NAMES = regex(r"\bpartial\s+as\s+(\w+)")


class Shells(Visitor):
    """LF101: a command string that reaches a shell."""

    gate: ClassVar[Gate] = SHELLS

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what the call runs, and whether a shell is what it runs."""
        for run in runners.runs(self.names, node):
            if self._shell_alone(node, run) or self._shell_switched_on(node, run) or self._shell_in_argv(node, run):
                return
        self._handed_over(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """A partial that nothing in this file calls is called elsewhere: it stands for its calls."""
        del original_node
        if not any(
            self._makes_runner(call) for name in self._words_for_partial() for call in self.names.calls_of(name)
        ):
            return
        used = {id(one.call) for call in self.names.index.calls for one in partials(self.names.values(call.func))}
        for call in self.names.index.calls:
            if id(call) not in used and call.args and self.names.qualified(call.func) == "functools.partial":
                self._first_argument_runs(call, call.args[0].value, call.args[1:2])

    def _words_for_partial(self) -> set[str]:
        """What this file calls functools.partial."""
        return {"partial", *_OTHER_NAMES.findall(self.context.text)} if "partial" in self.context.text else set()

    def _makes_runner(self, call: cst.Call) -> bool:
        """Whether a call is a partial of something that runs commands."""
        values = self.names.values(call.args[0].value) if call.args else ()
        known = (self.models.function(value.name) for value in values if isinstance(value, Named))
        return any(model is not None and "process" in model.role for model in known)

    # three ways

    def _shell_alone(self, call: cst.Call, run: Run) -> bool:
        """Functions that know no other way: os.system, os.popen, getoutput; invoke's, where data goes into the command."""
        if not {"shell", "shell-runner"} & set(run.roles) or (run.command.state == "absent" and not run.argv):
            return False
        origin = origins.of_call(self.names, call, run)
        if "shell" not in run.roles and not origin.data:  # what only hands a line on is how invoke is meant
            return False
        self._say(call, run, origin, f"`{run.name}` hands a shell {self._told(origin)}", ())
        return True

    def _shell_switched_on(self, call: cst.Call, run: Run) -> bool:
        """`shell=True`, wherever its value comes from."""
        if "process" not in run.roles:
            return False
        if run.shell.state == "absent":
            on = run.shell_argument is not None and run.how == "model" and run.shell_argument.default == "on"
            given: Values = ()
        else:
            given = self._without_callers(run.shell.values)
            on = self._on(run, given)
        origin = origins.of_call(self.names, call, run)
        parameter = next((value for value in given if isinstance(value, Parameter)), None)
        if not on or _by_platform(run.shell.node):
            return parameter is not None and (
                self._by_default(call, run, parameter, origin) or self._at_construction(call, run, given, origin)
            )
        related = self._elsewhere(call, given, "the shell is switched on here")
        self._say(call, run, origin, f"{self._switched(run)} hands a shell {self._told(origin)}", related)
        return True

    def _without_callers(self, values: Values) -> Values:
        """What callers hand in for a parameter is reported where they do; what its own function writes stays."""
        inside = next((value.function for value in values if isinstance(value, Parameter)), None)
        if inside is None:
            return values
        return tuple(
            value for value in values if not isinstance(value, Constant) or _inside(self, value.node, inside.body)
        )

    def _switched(self, run: Run) -> str:
        keyword = run.shell.keyword or (run.shell_argument.keyword[0] if run.shell_argument else "shell")
        if run.shell_argument is not None and run.shell_argument.means.get("text") == "on":
            return f"`{run.name}` given a string"
        value = (
            self.written(run.shell.node, 20) if isinstance(run.shell.node, cst.Integer | cst.SimpleString) else "True"
        )
        shown = f"`{keyword}={value}`"
        if run.how == "wrapper":
            return f"`{run.name}` passes {shown} on and"
        return f"`{run.name}` with {shown}"

    def _by_default(self, call: cst.Call, run: Run, parameter: Parameter, origin: Origin) -> bool:
        """A parameter that is on unless a caller says otherwise: the default is what the owner has to change."""
        if parameter.default is None or not self._on(run, self.names.values(parameter.default)):
            return False
        name = f"`{parameter.name}` is on by default"
        self.report(
            _CODE,
            parameter.default,
            f"{name}: `{run.name}` hands a shell the command of every caller who does not say otherwise",
            label="on unless a caller switches it off",
            help=f"def …({parameter.name}=False), and a list of words from each caller",
            related=(Note(call, "handed on here"),),
            severity=_severity(origin),
            confidence=_confidence(run),
        )
        return True

    def _at_construction(self, call: cst.Call, run: Run, given: Values, origin: Origin) -> bool:
        """`Runner(shell=True)`, which keeps the switch for all that it runs later."""
        kept = tuple(
            value
            for value in given
            if isinstance(value, Parameter)
            and isinstance(value.function, cst.FunctionDef)
            and value.function.name.value == "__init__"
        )
        guilty = list(guilty_callers(self.names, call, kept, Wrong("shell", _TRUTH, ("on",))))
        for maker in guilty:
            self.report(
                _CODE,
                maker,
                f"`{self.written(maker.func, 40)}` keeps the shell switched on: `{run.name}` hands it every command",
                label="all commands go through a shell",
                help="leave the shell off, and give each command as a list of words",
                related=(Note(call, "handed on here"),),
                severity=_severity(origin),
                confidence=_confidence(run),
            )
        return bool(guilty)

    def _shell_in_argv(self, call: cst.Call, run: Run) -> bool:
        """`["sh", "-c", text]`, written here or added up earlier."""
        if "process" not in run.roles or (run.how == "name" and runner_names.called(call).lstrip("_")[:1].isupper()):
            return False
        for command in commandlines.started(self.names, call, run):
            script = command.script
            if not script or command.shell or command.remote:
                continue
            origin = origins.of_words(self.names, script)
            if origin.kind != "data" and (command.boxed or command.program not in prefixes.POSIX_SHELLS):
                continue  # `su -c`, cmdlets, the built-in commands of Windows, a pipe in a container: to be had in no other way
            name = "`" + " ".join(word or "…" for word in self._opening(command)) + "`"
            related = self._elsewhere(
                call, tuple(v for w in script[:1] for v in self.names.values(w.node)), "the command is built here"
            )
            if not _inside(self, command.node, call):
                related = (Note(command.node, "the words of the command stand here"), *related)
            text = f"{name} in the words given to `{run.name}` hands a shell {self._told(origin)}"
            self._say(call, run, origin, text, related, command)
            return True
        return False

    def _opening(self, command: commandlines.Command) -> tuple[str | None, ...]:
        found = prefixes.script(command.words)
        first, *rest = command.words[: found.start]
        shown = [(first or "").rpartition("/")[2], *rest]
        return tuple(word if word and "\0" not in word else None for word in shown)

    # functions that are handed to something that calls them

    def _handed_over(self, call: cst.Call) -> None:
        """`pool.submit(os.system, command)`, `Thread(target=subprocess.call, kwargs={"shell": True})`."""
        if runner_names.called(call) not in STARTERS:
            return
        for number, arg in enumerate(call.args[:4]):
            if arg.keyword is not None and arg.keyword.value not in ("target", "func", "function", "fn"):
                continue
            if self._first_argument_runs(call, arg.value, call.args[number + 1 :]):
                return

    def _first_argument_runs(self, call: cst.Call, function: cst.BaseExpression, rest: Sequence[cst.Arg]) -> bool:
        for value in self.names.values(function):
            model = self.models.function(value.name) if isinstance(value, Named) else None
            if model is None or not isinstance(value, Named) or "process" not in model.role:
                continue
            if "shell" in model.role or self._switch_handed_over(call):
                origin = origins.joint(
                    origins.of_value(self.names, one) for arg in rest for one in self._items(arg.value)
                )
                switch = "" if "shell" in model.role else " with `shell=True`"
                self.report(
                    _CODE,
                    call,
                    f"`{value.name}`{switch}, called from here, hands a shell {self._told(origin)}",
                    label=_label(origin),
                    help=f'hand `{self.written(call.func, 40)}` subprocess.run and a list of words: ["program", value]',
                    severity=_severity(origin),
                )
                return True
        return False

    def _items(self, node: cst.BaseExpression) -> Values:
        values = self.names.values(node)
        found: list[Value] = []
        for value in values:
            if isinstance(value, Display) and value.kind in ("list", "tuple"):
                found += [one for item in displays.elements(self.names, value) for one in self.names.values(item)]
            else:
                found.append(value)
        return tuple(found)

    def _switch_handed_over(self, call: cst.Call) -> bool:
        for arg in call.args:
            word = arg.keyword.value if arg.keyword is not None else ""
            values = self.names.values(arg.value)
            if word == "shell" and any(_truthy(value) for value in values):
                return True
            if word in ("kwargs", "kwds", ""):
                for value in values:
                    if isinstance(value, Display) and value.kind == "dict":
                        table, _ = displays.mapping(self.names, value, arg.value)
                        if any(_truthy(one) for item in table.get("shell", ()) for one in self.names.values(item)):
                            return True
        return False

    # whether the switch is on

    def _on(self, run: Run, values: Values) -> bool:
        """Whether any of the values switches the shell on, as the function's model reads it."""
        if run.how == "name":  # what a string would mean to a function out of sight, nobody knows
            return any(isinstance(v, Constant) and isinstance(v.value, bool | int) and v.value for v in values)
        means = run.shell_argument.means if run.how == "model" and run.shell_argument is not None else _TRUTH
        wrapper = run.how == "wrapper" or (run.target is not None and isinstance(run.target.function, Derived))
        return any(_switches_on(value, means) for value in values if not (wrapper and _names_a_shell(value)))

    # speaking

    def _told(self, origin: Origin) -> str:
        if origin.kind == "constant":
            return "a constant command"
        if origin.kind == "quoted":
            return "a command whose data is quoted"
        nodes = [
            node for node in origin.data if not isinstance(node, cst.List | cst.Tuple) and not self._is_callee(node)
        ]
        shown = list(dict.fromkeys(self.written(node, 40) for node in nodes))
        shown = [text for text in shown if not set(text) & set("{}`")][:3]
        return (
            "a command built from " + ", ".join(f"`{text}`" for text in shown)
            if shown
            else "a command that is not constant"
        )

    def _is_callee(self, node: cst.CSTNode) -> bool:
        parent = self.names.index.parent.get(id(node))
        return isinstance(parent, cst.Call) and parent.func is node

    def _say(
        self,
        call: cst.Call,
        run: Run,
        origin: Origin,
        message: str,
        related: tuple[Note, ...],
        command: commandlines.Command | None = None,
    ) -> None:
        built = self._elsewhere(call, run.command.values, "the command is built here") if command is None else ()
        self.report(
            _CODE,
            call,
            message,
            label=_label(origin),
            help=advice.without_shell(self, call, run, command),
            related=(*built, *related)[:3],
            severity=_severity(origin),
            confidence=_confidence(run),
        )

    def _elsewhere(self, call: cst.Call, values: Values, text: str) -> tuple[Note, ...]:
        """Where values were written, if that is not in the call itself."""
        found: list[Note] = []
        for value in values:
            match value:
                case Constant(value=None):
                    pass
                case Constant(node=node) | Text(node=node) | Display(node=node) if not _inside(self, node, call):
                    found.append(Note(node, text))
                case Parameter(name=name, function=function):
                    param = next(one for one in parameters(function) if one.name.value == name)
                    found.append(Note(param, "the command comes in here" if "command" in text else text))
                case _:
                    pass
        return tuple(found[:2])


def _inside(visitor: Visitor, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    return node is outer or visitor.names.index.stands_in(node, outer)


def _label(origin: Origin) -> str:
    return "a quote or a `;` in the data becomes a command" if origin.kind == "data" else "read by a shell"


def _severity(origin: Origin) -> Severity:
    return Severity.ERROR if origin.kind == "data" else Severity.WARNING


def _confidence(run: Run) -> Confidence:
    return Confidence.MEDIUM if run.how == "name" else Confidence.HIGH


def _by_platform(node: cst.BaseExpression | None) -> bool:
    """`shell=True if WINDOWS else False` is a question asked at run time, as `shell=WINDOWS` is."""
    match node:
        case cst.IfExp(body=cst.Name(value="True" | "False"), orelse=cst.Name(value="True" | "False")):
            return True
        case _:
            return False


_TRUTH = {"truthy": "on"}


def _switches_on(value: Value, means: dict[str, str]) -> bool:
    if isinstance(value, Constant):
        return constant_meaning(value.value, means) == "on"
    if isinstance(value, Text) and "text" in means:
        return means["text"] == "on"
    return means.get("truthy") == "on" and _truthy(value)


def _names_a_shell(value: Value) -> bool:
    """`shell="/bin/bash"`: which shell, says a wrapper's parameter, and not whether."""
    return (
        isinstance(value, Constant)
        and isinstance(value.value, str)
        and prefixes.program(value.value) in prefixes.SHELLS
    )


def _truthy(value: Value) -> bool:
    """Whether a value is true for sure."""
    match value:
        case Constant(value=constant):
            return bool(constant)
        case Text(parts=parts):
            return any(isinstance(part, str) and part for part in parts)
        case Display(node=cst.GeneratorExp()):
            return True
        case Display(node=cst.List(elements=items) | cst.Tuple(elements=items) | cst.Set(elements=items)):
            return any(isinstance(item, cst.Element) for item in items)
        case Display(node=cst.Dict(elements=items)):
            return any(isinstance(item, cst.DictElement) for item in items)
        case Function() | Class():
            return True
        case _:
            return False
