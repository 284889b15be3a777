"""Commands that a shell reads: `shell=True`, `os.system` and the like, `["sh", "-c", built]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from lintfoot import calls, commandlines, literals, prefixes, runners
from lintfoot.findings import Confidence, Severity
from lintfoot.runners import Run
from lintfoot.values import (
    Class,
    Constant,
    Display,
    Function,
    Instance,
    Named,
    Parameter,
    Partial,
    Text,
    Value,
    Values,
)
from lintfoot.visitors import advice
from lintfoot.visitors.base import Note, Visitor

_CODE = "LF101"
_STARTERS = frozenset(
    {
        "submit",
        "map",
        "imap",
        "imap_unordered",
        "starmap",
        "map_async",
        "starmap_async",
        "apply",
        "apply_async",
        "run_in_executor",
        "to_thread",
        "Thread",
        "Process",
        "Timer",
        "register",
        "call_later",
        "call_soon",
        "call_soon_threadsafe",
        "run_sync",
        "start_new_thread",
        "filter",
        "schedule",
        "enter",
        "do",
        "add_job",
        "deferToThread",
        "callInThread",
    }
)  # they call a function that they are handed
_QUOTING = frozenset({"shlex.quote", "pipes.quote", "shlex.join", "subprocess.list2cmdline", "mslex.quote", "mslex.join"})
_QUOTER = re.compile(r"_*(?:(?:shlex|shell|sh|compat_shell|cmd|pipes)_?)?(?:quote|quoted|escape_shell|shell_escape)(?:_args?)?")
_NUMBERS = frozenset({"int", "float", "len", "bool", "os.getpid", "os.getppid", "os.getuid", "time.time", "id", "hash", "ord"})


@dataclass(frozen=True, slots=True)
class Origin:
    """What a command is made of: `kind` is constant, quoted or data; `data` are the expressions that go in unquoted."""

    kind: str
    data: tuple[cst.BaseExpression, ...] = ()


class Shells(Visitor):
    """LF101: a command string that reaches a shell."""

    codes: ClassVar[tuple[str, ...]] = (_CODE,)
    words: ClassVar[tuple[str, ...]] = (
        "shell",
        "system",
        "popen",
        "getoutput",
        "getstatusoutput",
        "sh'",
        'sh"',
        "sh.exe",
        "cmd.exe",
        "'cmd'",
        '"cmd"',
        "comspec",
        "'su'",
        '"su"',
        "runuser",
    )

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what the call runs, and whether a shell is what it runs."""
        for run in runners.runs(self.names, node):
            if self._shell_alone(node, run) or self._shell_switched_on(node, run) or self._shell_in_argv(node, run):
                return
        self._handed_over(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """A partial that nothing in this file calls is called elsewhere: it stands for its calls."""
        del original_node
        used = {id(made) for call in self.names.index.calls for made in self._partials(self.names.values(call.func))}
        for call in self.names.index.calls:
            if id(call) not in used and call.args and self.names.qualified(call.func) == "functools.partial":
                self._first_argument_runs(call, call.args[0].value, call.args[1:2])

    def _partials(self, values: Values) -> Iterator[cst.Call]:
        for value in values:
            if isinstance(value, Partial):
                yield value.call
                yield from self._partials(value.targets)

    # three ways

    def _shell_alone(self, call: cst.Call, run: Run) -> bool:
        """Functions that know no other way: os.system, os.popen, getoutput, create_subprocess_shell."""
        if "shell" not in run.roles or (run.command.state == "absent" and not run.argv):
            return False
        origin = self._origin(call, run)
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
            given = run.shell.values
            on = self._on(run, given)
        origin = self._origin(call, run)
        parameter = next((value for value in given if isinstance(value, Parameter)), None)
        if parameter is not None:
            return self._by_default(call, run, parameter, origin)
        if not on or _by_platform(run.shell.node):
            return False
        related = self._elsewhere(call, given, "the shell is switched on here")
        self._say(call, run, origin, f"{self._switched(run)} hands a shell {self._told(origin)}", related)
        return True

    def _switched(self, run: Run) -> str:
        keyword = run.shell.keyword or (run.shell_argument.keyword[0] if run.shell_argument else "shell")
        if run.shell_argument is not None and run.shell_argument.means.get("text") == "on":
            return f"`{run.name}` given a string"
        value = self.written(run.shell.node, 20) if isinstance(run.shell.node, cst.Integer | cst.SimpleString) else "True"
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

    def _shell_in_argv(self, call: cst.Call, run: Run) -> bool:
        """`["sh", "-c", text]`, written here or added up earlier."""
        if "process" not in run.roles or (run.how == "name" and runners.called(call).lstrip("_")[:1].isupper()):
            return False
        for command in commandlines.started(self.names, call, run):
            script = command.script
            if not script or command.shell or command.remote:
                continue
            origin = self._script_origin(script)
            if command.program not in prefixes.POSIX_SHELLS and origin.kind != "data":
                continue  # `su -c`, cmdlets and the built-in commands of Windows can be had in no other way
            name = "`" + " ".join(word or "…" for word in self._opening(command)) + "`"
            related = self._elsewhere(call, tuple(v for w in script[:1] for v in self.names.values(w.node)), "the command is built here")
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
        if runners.called(call) not in _STARTERS:
            return
        for number, arg in enumerate(call.args[:4]):
            if arg.keyword is not None and arg.keyword.value not in ("target", "func", "function", "fn"):
                continue
            if self._first_argument_runs(call, arg.value, call.args[number + 1 :]):
                return

    def _first_argument_runs(self, call: cst.Call, function: cst.BaseExpression, rest: tuple[cst.Arg, ...] | list[cst.Arg]) -> bool:
        for value in self.names.values(function):
            model = self.models.function(value.name) if isinstance(value, Named) else None
            if model is None or not isinstance(value, Named) or "process" not in model.role:
                continue
            if "shell" in model.role or self._switch_handed_over(call):
                origin = self._joint(self._of_value(one) for arg in rest for one in self._items(arg.value))
                run = Run("model", value.name, model.role, calls.ABSENT)
                switch = "" if "shell" in model.role else " with `shell=True`"
                self._say(call, run, origin, f"`{value.name}`{switch}, called from here, hands a shell {self._told(origin)}", ())
                return True
        return False

    def _items(self, node: cst.BaseExpression) -> Values:
        values = self.names.values(node)
        found: list[Value] = []
        for value in values:
            if isinstance(value, Display) and value.kind in ("list", "tuple"):
                found += [one for item in literals.elements(self.names, value) for one in self.names.values(item)]
            else:
                found.append(value)
        return tuple(found)

    def _switch_handed_over(self, call: cst.Call) -> bool:
        for arg in call.args:
            word = arg.keyword.value if arg.keyword is not None else ""
            values = self.names.values(arg.value)
            if word == "shell" and any(_truthy(value) for value in values):
                return True
            if word in ("kwargs", "kwds"):
                for value in values:
                    if isinstance(value, Display) and value.kind == "dict":
                        table, _ = literals.mapping(self.names, value, arg.value)
                        if any(_truthy(one) for item in table.get("shell", ()) for one in self.names.values(item)):
                            return True
        return False

    # what a command is made of

    def _on(self, run: Run, values: Values) -> bool:
        means = run.shell_argument.means if run.shell_argument is not None and run.how == "model" else {}
        for value in values:
            if run.how == "name":
                if isinstance(value, Constant) and isinstance(value.value, bool | int) and value.value:
                    return True
            elif isinstance(value, Constant):
                if (calls.constant_meaning(value.value, means) == "on") if means else bool(value.value):
                    return True
            elif isinstance(value, Text) and means.get("text") == "on":
                return True
            elif means.get("truthy", "on") == "on" and means.get("text") != "on" and _truthy(value):
                return True
        return False

    def _origin(self, call: cst.Call, run: Run) -> Origin:
        if run.argv is not None:
            return self._joint(self._of_value(one) for arg in run.argv for one in self.names.values(arg.value))
        if run.command.state == "given":
            return self._joint(self._of_value(value) for value in run.command.values)
        rest = [arg.value for arg in call.args if arg.keyword is None and not arg.star] if run.how != "model" else []
        if not rest:
            return Origin("data")
        return self._joint(self._of_value(value) for node in rest for value in self.names.values(node))

    def _script_origin(self, script: tuple[commandlines.Word, ...]) -> Origin:
        found = []
        for word in script:
            if word.built and word.node is not None:
                found += [self._of_value(value) for value in self.names.values(word.node)]
            else:
                found.append(Origin("data" if word.built else "constant"))
        return self._joint(iter(found))

    def _joint(self, origins: Iterator[Origin]) -> Origin:
        found = list(origins)
        kinds = {one.kind for one in found}
        kind = "data" if "data" in kinds else "quoted" if "quoted" in kinds else "constant"
        return Origin(kind, tuple({self.written(node): node for one in found for node in one.data}.values()))

    def _of_value(self, value: Value) -> Origin:
        match value:
            case Constant():
                return Origin("constant")
            case Text(parts=parts):
                data = [part for part in parts if not isinstance(part, str)]
                raw = tuple(part for part in data if not self._harmless(part))
                return Origin("data", raw) if raw else Origin("quoted" if data else "constant")
            case Display(kind="list" | "tuple"):
                items = literals.elements(self.names, value)
                return self._joint(
                    self._of_value(one) if item is not None else Origin("data") for item in items for one in self.names.values(item)
                )
            case Instance(call=cst.Call() as made):
                return Origin("quoted") if self._harmless(made) else Origin("data", ())
            case _:
                return Origin("data")

    def _harmless(self, node: cst.BaseExpression) -> bool:
        """Quoted for the shell, a number, or one of several constants: nothing in it can end the word."""
        if isinstance(node, cst.GeneratorExp | cst.ListComp):  # what `" ".join(…)` goes through
            return self._harmless(node.elt)
        if isinstance(node, cst.Call):
            names = self.names.names_of(node.func)
            if names and all(name.removeprefix("builtins.") in _QUOTING | _NUMBERS for name in names):
                return True
            if _QUOTER.fullmatch(runners.called(node)):
                return True
            match node:
                case cst.Call(func=cst.Attribute(value=glue, attr=cst.Name(value="join")), args=[cst.Arg(value=items)]):
                    if self.names.constant(glue) is not ...:
                        return self._quotes_each(items)
                case _:
                    pass
        return all(
            isinstance(value, Constant) or (isinstance(value, Instance) and value.name.removesuffix("()").removeprefix("builtins.") in _QUOTING | _NUMBERS)
            for value in self.names.values(node)
        )

    def _quotes_each(self, items: cst.BaseExpression) -> bool:
        match items:
            case cst.GeneratorExp(elt=element) | cst.ListComp(elt=element):
                return self._harmless(element)
            case cst.Call(func=func, args=[cst.Arg(value=quote), _]) if self.names.qualified(func) == "builtins.map":
                return self.names.qualified(quote) in _QUOTING
            case _:
                return False

    # speaking

    def _told(self, origin: Origin) -> str:
        if origin.kind == "constant":
            return "a constant command"
        if origin.kind == "quoted":
            return "a command whose data is quoted"
        shown = [self.written(node, 40) for node in origin.data if not isinstance(node, cst.List | cst.Tuple)]
        shown = [text for text in shown if not set(text) & set("{}`\n")][:3]
        return "a command built from " + ", ".join(f"`{text}`" for text in shown) if shown else "a command that is not constant"

    def _say(
        self,
        call: cst.Call,
        run: Run,
        origin: Origin,
        message: str,
        related: tuple[Note, ...],
        command: commandlines.Command | None = None,
    ) -> None:
        label = "a quote or a `;` in the data becomes a command" if origin.kind == "data" else "read by a shell"
        built = self._elsewhere(call, run.command.values, "the command is built here") if command is None else ()
        self.report(
            _CODE,
            call,
            message,
            label=label,
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
                    param = next(one for one in runners.parameters(function) if one.name.value == name)
                    found.append(Note(param, "the command comes in here" if "command" in text else text))
                case _:
                    pass
        return tuple(found[:2])


def _inside(visitor: Visitor, node: cst.CSTNode, call: cst.Call) -> bool:
    return node is call or any(above is call for above in visitor.names.index.ancestors(node))


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
