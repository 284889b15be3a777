"""Processes that are started without a shell, and still go wrong: words cut out of a string, a status nobody looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import argv, calls, runners, shellwords
from lintfoot.calls import Target
from lintfoot.descent import children
from lintfoot.findings import Confidence
from lintfoot.flow import reaching
from lintfoot.gates.gate import Gate
from lintfoot.gates.running import OUTCOMES
from lintfoot.runners import Run
from lintfoot.shellwords import DATA
from lintfoot.values import Constant, Display, Parameter, Text, Value
from lintfoot.visitors.base import Context, Note, Visitor

_SPLIT, _UNCHECKED = OUTCOMES.codes
_NOT_THE_STATUS = frozenset({"stdout", "args"})
_WINDOWS = frozenset({"nt", "win32", "Windows", "windows"})
_QUOTING = frozenset({"shlex.quote", "pipes.quote", "shlex.join", "subprocess.list2cmdline"})


class Outcomes(Visitor):
    """LF102 and LF103."""

    gate: ClassVar[Gate] = OUTCOMES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._mentions: dict[int, dict[str, list[cst.Name]]] = {}

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what the call runs, in what form, and what becomes of its status."""
        for run in runners.runs(self.names, node):
            if "process" in run.roles and not {"shell", "shell-runner", "command"} & set(run.roles):
                self._words_cut_up(node, run)
                self._line_for_a_program(node, run)
                if run.target is not None:
                    self._status_unread(node, run, run.target)

    # LF102

    def _words_cut_up(self, call: cst.Call, run: Run) -> None:
        """`run(f"git clone {url}".split())`: data with a blank in it becomes two words, with none no word at all."""
        nodes: list[cst.BaseExpression | None] = [arg.value for arg in run.argv or ()]
        nodes = nodes or [run.command.node]
        for node in [part for one in nodes if one is not None for part in self._pieces(one)]:
            text = argv.split_string(self.names, node)
            shlex = text is not None and self.names.qualified(getattr(node, "func", None)) == "shlex.split"
            values = self.names.values(text) if text is not None else ()
            if any(isinstance(value, Parameter) for value in values):
                continue  # its callers built it
            data = [value for value in values if self._built(value, quoted_is_fine=shlex)]
            if not data:
                continue
            shown = ", ".join(self._shown(value) for value in data[:1] if self._shown(value))
            self.report(
                _SPLIT,
                node,
                f"the words for `{run.name}` are cut out of a string" + (f" that {shown} goes into" if shown else ""),
                label="a blank in the data makes two words of one",
                help='write the list itself: ["program", "--option", value]',
                related=() if self.names.index.stands_in(node, call) else (Note(call, "run here"),),
                confidence=_confidence(run),
            )

    def _pieces(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """The expression, what its name was given, and the parts of a list that is added up."""
        found: dict[int, cst.BaseExpression] = {}
        seen: set[int] = set()
        waiting = [node]
        while waiting:  # `words = words + more` in a loop comes back to itself
            one = waiting.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            sources = argv.sources(self.names, one)
            if sources != (one,):
                waiting += sources
                continue
            match one:
                case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
                    waiting += [left, right]
                case cst.List(elements=elements) | cst.Tuple(elements=elements):
                    waiting += [item.value for item in elements if isinstance(item, cst.StarredElement)]
                case _:
                    found[id(one)] = one
        return list(found.values())

    def _built(self, value: Value, *, quoted_is_fine: bool) -> bool:
        match value:
            case Text(parts=parts):
                data = [part for part in parts if not isinstance(part, str)]
                known = [part for part in parts if isinstance(part, str)]
                spoken = any(part.strip() for part in known) and any(one.isspace() for part in known for one in part)
                return (
                    spoken
                    and not _only_numbers(value)
                    and not (quoted_is_fine and (all(self._quoted(part) for part in data) or _in_quotes(value)))
                )
            case _:
                return False

    def _quoted(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and bool(_QUOTING & set(self.names.names_of(node.func)))

    def _shown(self, value: Value) -> str:
        parts = value.parts if isinstance(value, Text) else ()
        shown = [self.written(part, 40) for part in parts if not isinstance(part, str)]
        return ", ".join(f"`{text}`" for text in dict.fromkeys(shown) if not set(text) & set("{}`"))

    def _line_for_a_program(self, call: cst.Call, run: Run) -> None:
        """`run("systemctl restart nginx")`: without a shell the whole string is the name of a program."""
        node = self._program(run)
        values = self.names.values(node) if node is not None else ()
        given = not any(isinstance(value, Parameter | Display) for value in values)
        if not given or not any(self._line(value) for value in values) or self._on_windows(call):
            return
        self.report(
            _SPLIT,
            call,
            f"`{run.name}` without a shell takes a string for the name of one program, blanks and all",
            label="no such program",
            help='give a list, one word an element: ["program", "--option", value]',
            confidence=_confidence(run),
        )

    def _program(self, run: Run) -> cst.BaseExpression | None:
        """What a call takes for a program's name where it is given a string; None where it would cut the string up."""
        if run.argv is not None:
            return run.argv[0].value if len(run.argv) == 1 and not run.argv[0].star else None
        arguments = run.target.function.arguments if run.target is not None else {}
        shell, command = arguments.get("shell"), arguments.get("command")
        if shell is None or shell.default != "off" or run.executable.node is not None:
            return None
        off = run.shell.state == "absent" or _is_off(run)
        return run.command.node if off and command is not None and "text" not in command.means else None

    def _line(self, value: Value) -> bool:
        match value:
            case Constant(value=str() as text):
                pass
            case Text() as built:
                text = built.known
            case _:
                return False
        first, _, rest = text.strip().partition(" ")
        return bool(rest) and DATA not in first and not _is_path(first, rest)

    def _on_windows(self, call: cst.Call) -> bool:
        """Windows takes a line; it is asked for somewhere above."""
        for above in self.names.index.ancestors(call):
            if isinstance(above, cst.If | cst.IfExp):
                text = self.written(above.test, 400)
                if any(word in text for word in _WINDOWS):
                    return True
        return False

    # LF103

    def _status_unread(self, call: cst.Call, run: Run, target: Target) -> None:
        """The status of a process that only `check` or a look at the result would tell."""
        check = target.function.arguments.get("check")
        if (
            check is None
            or check.default != "off"
            or calls.given(self.names, call, check, target.partials).state != "absent"
        ):
            return
        if not target.name.startswith("subprocess."):
            return
        returns = bool(target.function.returns)
        if self._ignored(call, returns=returns):
            self.report(
                _UNCHECKED,
                call,
                f"nobody looks at how `{run.name}` ended: a failure goes on as if it were a success",
                label="the exit status is lost",
                help=self._checked(call, returns=returns),
            )

    def _checked(self, call: cst.Call, *, returns: bool) -> str:
        if not returns:
            return "subprocess.check_call(…), or `check=False` on subprocess.run where a failure is fine"
        return f"{self.written(call.func)}(…, check=True), or `check=False` where a failure is fine"

    def _ignored(self, call: cst.Call, *, returns: bool) -> bool:
        node: cst.CSTNode = call
        parent = self.names.index.parent.get(id(call))
        while isinstance(parent, cst.Await):
            node, parent = parent, self.names.index.parent.get(id(parent))
        match parent:
            case cst.Expr():
                return True
            case cst.Attribute(attr=cst.Name(value=attr)) if returns:
                return attr in _NOT_THE_STATUS
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)])
                | cst.AnnAssign(target=cst.Name() as name)
            ):
                return self._never_asked(name, node, returns=returns)
            case _:
                return False

    def _never_asked(self, name: cst.Name, value: cst.CSTNode, *, returns: bool) -> bool:
        """Whether nothing that a name reaches looks at the status."""
        scope = self.names.lookup(name)
        if scope is None or scope.elsewhere.get(name.value):
            return False
        for use in self._uses(name.value, scope.node):
            if use is name or self.names.lookup(use) is not scope:
                continue
            found = reaching(self.names.index, use, scope, scope.bindings[name.value])
            if any(binding.value is value for binding in found) and not (returns and self._other_field(use)):
                return False
        return True

    def _uses(self, word: str, scope: cst.CSTNode) -> Iterator[cst.Name]:
        """Where a name of a function, or of the whole module, is mentioned."""
        holder = scope if isinstance(scope, cst.FunctionDef | cst.Lambda) else self.context.module
        table = self._mentions.get(id(holder))
        if table is None:
            table = self._mentions[id(holder)] = {}
            for name in _names_in(holder):
                table.setdefault(name.value, []).append(name)
        for name in table.get(word, ()):
            parent = self.names.index.parent.get(id(name))
            written = (
                isinstance(parent, cst.AssignTarget | cst.AnnAssign | cst.Param | cst.Arg)
                and getattr(parent, "value", None) is not name
            )
            attribute = isinstance(parent, cst.Attribute) and parent.attr is name
            if not written and not attribute:
                yield name

    def _other_field(self, use: cst.Name) -> bool:
        parent = self.names.index.parent.get(id(use))
        return isinstance(parent, cst.Attribute) and parent.attr.value in _NOT_THE_STATUS


def _names_in(holder: cst.CSTNode) -> Iterator[cst.Name]:
    stack: list[cst.CSTNode] = [holder]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name):
            yield node
        stack += children(node)


def _is_path(first: str, rest: str) -> bool:
    """Whether a text with blanks is one program's path: on Windows, or `/Applications/Google Chrome.app/…`."""
    windows = "\\" in first or first.endswith(".exe") or "Program Files" in rest
    return windows or (first.startswith("/") and "/" in rest.partition(" ")[0][1:] and "-" not in rest)


def _only_numbers(text: Text) -> bool:
    """`"taskkill /PID %d" % pid`: a number has no blank in it."""
    match text.node:
        case cst.BinaryOperation(left=cst.SimpleString(value=template), operator=cst.Modulo()):
            kinds = re.findall(r"%[-#0 +]*\d*(\w)", template)
            return bool(kinds) and set(kinds) <= set("diouxXeEfFgG")
        case _:
            return False


def _in_quotes(text: Text) -> bool:
    """Whether every piece of data stands between quotes, which `shlex.split` honours."""
    words = [word for simple in shellwords.split(text.known) for word in simple.words]
    return all(word.quoted for word in words if word.data)


def _is_off(run: Run) -> bool:
    return all(isinstance(value, Constant) and not value.value for value in run.shell.values)


def _confidence(run: Run) -> Confidence:
    return Confidence.MEDIUM if run.how == "name" else Confidence.HIGH
