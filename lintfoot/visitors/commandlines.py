"""The pages' fourth table: command lines that are wrong, as an argv or in a shell string."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import libcst as cst

from lintfoot.book import CommandPattern, Rule
from lintfoot.commandlines import Command, commands
from lintfoot.libraries import Models
from lintfoot.scopes import dotted
from lintfoot.visitors.base import Context, Visitor

_COMMAND_NAMES = frozenset("cmd cmds command commands cmdline script argv".split())
_WORDS = re.compile(r"[a-z]+")


class CommandLines(Visitor):
    """Looks at what calls run, at lists that spell a command, and at strings under a name that says command."""

    codes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def gate(cls, rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
        """The names of the programs."""
        del models
        return tuple(
            sorted({name for rule in rules.values() for pattern in rule.commands for name in _programs(pattern)})
        ) or ("\0",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._patterns: dict[str, list[tuple[Rule, CommandPattern]]] = {}
        for rule in context.rules.values():
            for pattern in rule.commands:
                for name in _programs(pattern):
                    self._patterns.setdefault(name, []).append((rule, pattern))
        self._said: set[tuple[str, int]] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """What the call runs."""
        self._check(node, commands(self.names, node))

    def visit_List(self, node: cst.List) -> None:
        """`["curl", "-k", url]`, wherever it goes from here."""
        self._spelled(node, [element.value for element in node.elements[:1]])

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """The same as a tuple."""
        self._spelled(node, [element.value for element in node.elements[:1]])

    def visit_Assign(self, node: cst.Assign) -> None:
        """`command = "curl -k …"`."""
        for target in node.targets:
            words = set(_WORDS.findall(dotted(target.target).rpartition(".")[2].lower()))
            if words & _COMMAND_NAMES and isinstance(
                node.value, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString
            ):
                self._check(node.value, commands(self.names, node.value))

    def _spelled(self, node: cst.List | cst.Tuple, first: list[cst.BaseExpression]) -> None:
        program = self.names.constant(first[0]) if first else None
        if isinstance(program, str) and program.rpartition("/")[2] in self._patterns:
            parent = self.names.index.parent.get(id(node))
            if not isinstance(parent, cst.Comparison | cst.ComparisonTarget):
                self._check(node, commands(self.names, node))

    def _check(self, node: cst.BaseExpression, found: tuple[Command, ...]) -> None:
        for command in found:
            for rule, pattern in self._patterns.get(command.program, ()):
                option = _option(pattern, command)
                if option is not None:
                    self._say(rule, pattern, command, self._place(node, command), option)
                    break

    def _place(self, node: cst.BaseExpression, command: Command) -> cst.BaseExpression:
        """The call where it spells the command itself, else what spells it: there the owner has to change something."""
        inside = command.node is node or any(above is node for above in self.names.index.ancestors(command.node))
        return node if inside else command.node

    def _say(
        self, rule: Rule, pattern: CommandPattern, command: Command, node: cst.BaseExpression, option: str
    ) -> None:
        key = (rule.code, id(command.node))
        if key in self._said or (rule.code, id(node)) in self._said:
            return
        self._said |= {key, (rule.code, id(node))}
        message, label, advice = (
            text.replace("{program}", command.program).replace("{option}", option)
            for text in (pattern.message or rule.summary, pattern.label, pattern.help)
        )
        self.report(rule.code, node, message, label=label, help=advice, severity=pattern.severity)


def _programs(pattern: CommandPattern) -> Iterator[str]:
    yield from (name.lower() for name in pattern.program)


def _option(pattern: CommandPattern, command: Command) -> str | None:
    """The option that matches, as it is to be shown; None where none does. Without options the program is enough."""
    words = list(command.words[1:])
    for name in pattern.after:
        if name not in words:
            return None
        words = words[words.index(name) + 1 :]
    if not pattern.options:
        return ""
    for variable, value in command.environment:
        if f"{variable}={value}" in pattern.options:
            return f"{variable}={value}"
    for number, word in enumerate(words):
        if word is None:
            continue
        if word == "--":
            break
        shown = next((option for option in pattern.options if _is_option(option, word, pattern.valued)), "")
        if shown and (not pattern.next or _followed(pattern, words[number + 1 : number + 2])):
            return f"{shown} {words[number + 1]}" if pattern.next else shown
    return None


def _followed(pattern: CommandPattern, rest: list[str | None]) -> bool:
    return bool(rest) and rest[0] is not None and rest[0].casefold() in {one.casefold() for one in pattern.next}


def _is_option(option: str, word: str, valued: str) -> bool:
    if option.endswith(("=", "*")):
        return word.casefold().startswith(option.rstrip("*").casefold())
    if word == option or (not option.startswith("-") and word.casefold() == option.casefold()):
        return True
    if re.fullmatch(r"-[A-Za-z]", option) and re.match(r"-[A-Za-z]", word) and not word.startswith("--"):
        for letter in word[1:]:
            if letter == option[1]:
                return True
            if letter in valued or not letter.isalpha():
                return False
    return False
