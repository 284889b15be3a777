"""LF402: secrets that reach a log, the terminal or the message of an exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, displays
from lintfoot.findings import Confidence
from lintfoot.gates.gate import Gate
from lintfoot.gates.secret import LEAVES, PRETTY, SECRET_SINKS, TELLING_VERBS
from lintfoot.libraries import Derived
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.secret_names import words
from lintfoot.values import Class, Display, Function
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.secret_claims import key_of
from lintfoot.visitors.secret_held import Held
from lintfoot.visitors.secret_holders import Holders
from lintfoot.visitors.tellers import is_logger

(CODE,) = SECRET_SINKS.codes
_NO_TEXT = frozenset(  # arguments that say how, not what
    "exc_info stack_info stacklevel file end sep flush err fg bg bold color nl style justify highlight markup category code".split()
)
_STREAMS = frozenset(("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"))
_FILTERS = frozenset(
    "sensitive redact redacting redaction mask masking secret secrets password passwords scrub scrubbing sanitize".split()
)
_HOUSES = frozenset("module display ansible_module amodule ui".split())
_TELLERS = TELLING_VERBS | frozenset(
    "print echo say tell die abort fail err out note show report message announce write bail quit".split()
)
# What other programs read: shells' assignments, git's and docker's credential helpers.
_PROTOCOL = regex(
    r"\s*(?:(?:export|set|setx|SET|\$env:|setenv)\b|\$env:|password=|secret=|::add-mask::|##vso\[task\.setvariable)"
)


class SecretSinks(Visitor):
    """Asks what each call that writes to people, each raise and each assertion is given."""

    gate: ClassVar[Gate] = SECRET_SINKS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._holders = Holders(context)
        self._filtered: bool | None = None

    def visit_Call(self, node: cst.Call) -> None:
        """A log call, a print, an exit with words."""
        told = "" if self.context.is_test else self._told(node)
        if not told:
            return
        held = self._in_arguments(node)
        if held is not None and not self._say_where_it_comes_from(node, told):
            self._say(node, held, told)

    def _say_where_it_comes_from(self, node: cst.Call, told: str) -> bool:
        """`def log(text): print(text)`: whoever calls `log` with a secret is the place, and `print` is none."""
        function = self.names.index.function_of(node)
        if not isinstance(function, cst.FunctionDef) or not _is_teller(function.name.value):
            return False  # `def run(command): print(command)` does something else, and should not tell of it
        found: dict[int, tuple[cst.Call, Held]] = {}
        for held in (one for expression in self._arguments(node) for one in self._holders.all(expression)):
            caller = self._caller_of(function, held.node)
            if caller is None:
                return False
            found.setdefault(id(caller), (caller, held))
        for caller, held in found.values():
            self._say(caller, held, told, Note(node, "written here"))
        return bool(found)

    def _caller_of(self, function: cst.CSTNode | None, node: cst.CSTNode) -> cst.Call | None:
        """The call of a function in whose arguments a node stands."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.Call) and function is not None:
                values = self.names.values(above.func)
                if any(isinstance(value, Function) and value.node is function for value in values):
                    return above
        return None

    def visit_Raise(self, node: cst.Raise) -> None:
        """`raise RuntimeError(f"login with {password} failed")`."""
        if isinstance(node.exc, cst.Call) and not self.context.is_test and not _words_itself(self.names, node.exc):
            held = self._in_arguments(node.exc)
            if held is not None:
                name = self.written(node.exc.func, 40)
                self._say(node, held, f"goes into the message of `{name}`, and so into tracebacks and logs")

    def visit_Assert(self, node: cst.Assert) -> None:
        """`assert reply.ok, f"{token} was refused"`."""
        held = self._holders.first(node.msg) if node.msg is not None and not self.context.is_test else None
        if held is not None:
            self._say(node, held, "goes into the message of the assertion, and so into tracebacks and logs")

    # what is a sink

    def _told(self, node: cst.Call) -> str:
        """What a call does with its words, for people; empty where it writes nothing for anybody to read."""
        if (
            last_word(node.func) in TELLING_VERBS
            and isinstance(node.func, cst.Attribute)
            and self._is_teller(node.func)
        ):
            return self._logged(node)
        found = set(self.names.names_of(node.func))
        if found & LEAVES and not isinstance(self.names.index.parent.get(id(node)), cst.Raise):
            speaks = node.args and self._speaks(node.args[0].value)
            return f"is printed by `{self.written(node.func, 40)}`" if speaks else ""
        targets = [one.function for one in calls.targets(self.names, node)]
        if found & PRETTY or any("log" in one.role and not isinstance(one, Derived) for one in targets):
            return self._printed(node, found)
        return ""

    def _logged(self, node: cst.Call) -> str:
        if self._is_ansible(node):
            return ""
        return "" if self._is_filtered() else f"is written to the log by `{self.written(node.func, 40)}`"

    def _is_teller(self, callee: cst.Attribute) -> bool:
        """A logger by its name, or Ansible's module and display."""
        return is_logger(callee) or last_word(callee.value).strip("_").lower() in _HOUSES

    def _printed(self, node: cst.Call, found: set[str]) -> str:
        for arg in node.args:
            if arg.keyword is not None and arg.keyword.value in ("file", "stream"):
                streams = set(self.names.names_of(arg.value))
                if not streams or not streams <= _STREAMS:
                    return ""
        if last_word(node.func) in TELLING_VERBS or any(one.startswith(("logging.", "syslog.")) for one in found):
            return self._logged(node)
        if self._is_for_programs(node, found) or self._is_ansible(node):
            return ""
        return f"is printed by `{self.written(node.func, 40)}`: it stays in the log of the job and on the terminal"

    def _is_for_programs(self, node: cst.Call, found: set[str]) -> bool:
        """`print(f"export AWS_SECRET_ACCESS_KEY={key}")`, `print(f"password={token}")`: another program reads it.

        So it does where nothing else is written, not even the end of a line: `sys.stdout.write(password)`.
        """
        first = node.args[0].value if node.args else None
        if self._is_credential_process(first):
            return True
        if "sys.stdout.write" in found and first is not None and self._is_one(first):
            return True
        for value in self.names.values(first):
            text = getattr(value, "known", getattr(value, "value", ""))
            if isinstance(text, str) and _PROTOCOL.match(text):
                return True
        return False

    def _is_one(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is nothing but a secret."""
        name = key_of(node) if isinstance(node, cst.Subscript) else last_word(node)
        return self._holders.claims.said(name) is not None

    def _is_credential_process(self, first: cst.BaseExpression | None) -> bool:
        """What the AWS tools read from a `credential_process`: JSON with a version and keys."""
        inner = first.args[0].value if isinstance(first, cst.Call) and first.args else first
        for value in self.names.values(inner):
            if isinstance(value, Display) and value.kind == "dict":
                given, _ = displays.mapping(self.names, value, inner)
                return {"Version", "AccessKeyId", "SecretAccessKey"} <= set(given)
        return False

    def _is_ansible(self, node: cst.Call) -> bool:
        """An Ansible module takes the values of `no_log` parameters out of all that it writes."""
        owner = node.func.value if isinstance(node.func, cst.Attribute) else None
        return owner is not None and "module" in last_word(owner).lower() and "no_log" in self.context.text

    def _is_filtered(self) -> bool:
        """Whether the loggers of this file take secrets out by themselves: `log.addFilter(SensitiveFilter())`."""
        if self._filtered is None:
            handed = [arg.value for call in self.names.calls_of("addFilter") for arg in call.args]
            names = [last_word(one.func if isinstance(one, cst.Call) else one) for one in handed]
            self._filtered = any(not _FILTERS.isdisjoint(words(name)) for name in names)
        return self._filtered

    def _speaks(self, node: cst.BaseExpression) -> bool:
        """Whether an exit is given words: `sys.exit(main(password))` gives a number."""
        return not isinstance(node, cst.Call) or last_word(node.func) == "format"

    # what it is given

    def _in_arguments(self, node: cst.Call) -> Held | None:
        for expression in self._arguments(node):
            held = self._holders.first(expression)
            if held is not None:
                return held
        return None

    def _arguments(self, node: cst.Call) -> Iterator[cst.BaseExpression]:
        for arg in node.args:
            if arg.keyword is None or arg.keyword.value not in _NO_TEXT:
                yield arg.value

    # speaking

    def _say(self, node: cst.CSTNode, held: Held, told: str, *further: Note) -> None:
        inside = self.names.index.stands_in(held.node, node)
        self.report(
            CODE,
            node,
            f"`{held.shown}` {told}",
            label="the secret gets out here",
            help=f"leave it out; `bool({held.shown})` tells that it is set",
            related=(*(() if inside else (Note(held.node, "the secret comes in here"),)), *further),
            confidence=Confidence.HIGH if held.said.sure else Confidence.MEDIUM,
        )


def _is_teller(name: str) -> bool:
    """Whether a function is called as if it were there to write something: `logwrite`, `die`, `say`."""
    return "log" in name.lower() or not _TELLERS.isdisjoint(words(name))


def _words_itself(names: Names, made: cst.Call) -> bool:
    """Whether an exception of this file makes its message itself of what it is given."""
    return any(
        isinstance(value, Class)
        and any(
            isinstance(one, cst.FunctionDef) and one.name.value in ("__init__", "__str__")
            for one in value.node.body.body
        )
        for value in names.values(made.func)
    ) and not any(isinstance(arg.value, cst.FormattedString | cst.BinaryOperation) for arg in made.args)
