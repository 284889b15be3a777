"""The pages' fourth table: command lines that are wrong, as an argv or in a shell string."""

from __future__ import annotations

import re
from typing import ClassVar, cast

import libcst as cst

from lintfoot import displays
from lintfoot.argv import Word, word_of
from lintfoot.book import CommandPattern, Rule
from lintfoot.commandlines import Command, commands
from lintfoot.gates.command_words import UNMISTAKABLE, says_command
from lintfoot.gates.gate import Gate
from lintfoot.gates.running import COMMAND_LINES
from lintfoot.names import Names
from lintfoot.scopes import dotted
from lintfoot.values import Constant, Display, Text
from lintfoot.visitors.base import Context, Visitor


class CommandLines(Visitor):
    """Looks at what calls run, at lists that spell a command, and at strings under a name that says command."""

    gate: ClassVar[Gate] = COMMAND_LINES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._patterns: dict[str, list[tuple[Rule, CommandPattern]]] = {}
        for rule in context.rules.values():
            for pattern in rule.commands:
                for name in pattern.program:
                    self._patterns.setdefault(name.lower(), []).append((rule, pattern))
        self._words = {
            word.casefold(): (rule, pattern)
            for rule in context.rules.values()
            for pattern in rule.commands
            for word in pattern.next or pattern.options  # an option that needs a word behind it says nothing alone
            if UNMISTAKABLE.fullmatch(word)
        }
        self._said: set[tuple[str, int]] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """What the call runs, or adds to a command line."""
        self._check(node, commands(self.names, node))
        match node:
            case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="append")), args=[cst.Arg(value=word)]):
                self._added(node, owner, [word])
            case cst.Call(
                func=cst.Attribute(value=owner, attr=cst.Name(value="extend")),
                args=[cst.Arg(value=cst.List(elements=words) | cst.Tuple(elements=words))],
            ):
                self._added(node, owner, [word.value for word in words])
            case _:
                pass

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """`command += ["-k"]`."""
        match node:
            case cst.AugAssign(target=cst.Name() | cst.Attribute() as owner, value=cst.List(elements=words)):
                self._added(node, owner, [word.value for word in words])
            case _:
                pass

    def _added(self, node: cst.CSTNode, owner: cst.BaseExpression, added: list[cst.BaseExpression]) -> None:
        """Words that join a command line later, perhaps only sometimes: the line that adds them is the place."""
        programs = [
            self.names.constant(next(iter(displays.elements(self.names, value)), None))
            for value in self.names.values(owner)
            if isinstance(value, Display) and value.kind == "list"
        ]
        if programs and all(program is ... for program in programs):
            self._unmistakable(node, added)
        for program in programs:
            if isinstance(program, str):
                words = (Word(program), *(word_of(self.names, word) for word in added))
                self._check(node, (Command(words, cast("cst.BaseExpression", node)),))

    def visit_List(self, node: cst.List) -> None:
        """`["curl", "-k", url]`, wherever it goes from here."""
        self._spelled(node, [element.value for element in node.elements[:1]])

    def visit_Tuple(self, node: cst.Tuple) -> None:
        """The same as a tuple."""
        self._spelled(node, [element.value for element in node.elements[:1]])

    def visit_Assign(self, node: cst.Assign) -> None:
        """`command = "curl -k …"`."""
        for target in node.targets:
            if says_command(dotted(target.target).rpartition(".")[2]) and isinstance(
                node.value,
                cst.SimpleString | cst.FormattedString | cst.ConcatenatedString | cst.BinaryOperation | cst.Call,
            ):
                self._check(node.value, commands(self.names, node.value) if _is_text(self.names, node.value) else ())

    def _spelled(self, node: cst.List | cst.Tuple, first: list[cst.BaseExpression]) -> None:
        program = self.names.constant(first[0]) if first else None
        if isinstance(program, str) and program.rpartition("/")[2] in self._patterns:
            parent = self.names.index.parent.get(id(node))
            if not isinstance(parent, cst.Comparison | cst.ComparisonTarget):
                self._check(node, commands(self.names, node))
        elif program is ... and first:
            self._unmistakable(node, [element.value for element in node.elements])

    def _unmistakable(self, node: cst.CSTNode, words: list[cst.BaseExpression]) -> None:
        """`[git, "clone", "-c", "http.sslVerify=false"]`: the word says enough, whatever the program is called.

        In a test such words are what a command line is compared with.
        """
        for word in words if not self.context.is_test else ():
            text = self.names.constant(word) if isinstance(word, cst.SimpleString) else ...
            found = self._words.get(text.casefold()) if isinstance(text, str) else None
            if found is not None:
                rule, pattern = found
                self._say(rule, pattern, Command((), word), node, (str(text), word))
                return

    def _check(self, node: cst.CSTNode, found: tuple[Command, ...]) -> None:
        for command in found:
            for rule, pattern in self._patterns.get(command.program, ()):
                option = _option(pattern, command)
                if option is not None:
                    self._say(rule, pattern, command, self._place(node, command), option)
                    break

    def _place(self, node: cst.CSTNode, command: Command) -> cst.CSTNode:
        """The call where it spells the command itself, else what spells it: there the owner has to change something."""
        inside = command.node is node or self.names.index.stands_in(command.node, node)
        return node if inside else command.node

    def _say(self, rule: Rule, pattern: CommandPattern, command: Command, node: cst.CSTNode, option: Option) -> None:
        shown, word = option
        keys = {(rule.code, id(command.node)), (rule.code, id(node)), (rule.code, id(word) if word is not None else 0)}
        if any(key in self._said for key in keys):
            return
        self._said |= {key for key in keys if key[1]}
        message, label, advice = (
            text.replace("{program} ", f"{command.program} ".lstrip())
            .replace("{option}", shown)
            .replace("{program}", command.program)
            for text in (pattern.message or rule.summary, pattern.label, pattern.help)
        )
        self.report(rule.code, node, message, label=label, help=advice, severity=pattern.severity)


Option = tuple[str, cst.BaseExpression | None]  # as it is to be shown, and the expression that holds it


def _option(pattern: CommandPattern, command: Command) -> Option | None:
    """The option that matches; None where none does. Without options the program is enough."""
    words = list(command.parts[1:])
    for name in pattern.after:
        place = next((number for number, word in enumerate(words) if word.text == name), None)
        if place is None:
            return None
        words = words[place + 1 :]
    if not pattern.options:
        return "", None
    for variable, value in command.environment:
        if f"{variable}={value}" in pattern.options:
            return f"{variable}={value}", None
    taken = False  # whether the option before this word takes it
    for number, word in enumerate(words):
        before, taken = taken, not taken and _takes_next(word.text or "", pattern.valued)
        if word.text is None or before:
            continue
        if word.text == "--":
            break
        shown = next((option for option in pattern.options if _is_option(option, str(word.text), pattern.valued)), "")
        if shown and (not pattern.next or _followed(pattern, words[number + 1 : number + 2])):
            own = None if word.node is command.node else word.node
            return (f"{shown} {words[number + 1].text}" if pattern.next else shown), own
    return None


def _takes_next(word: str, valued: str) -> bool:
    """`-o`, `-sSo`: the next word is the option's value, whatever it looks like. `-opath` holds its value itself."""
    if not re.fullmatch(r"-[A-Za-z]+", word):
        return False
    return next((at for at, letter in enumerate(word) if letter in valued), -1) == len(word) - 1


def _followed(pattern: CommandPattern, rest: list[Word]) -> bool:
    text = rest[0].text if rest else None
    return text is not None and text.casefold() in {one.casefold() for one in pattern.next}


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


def _is_text(names: Names, node: cst.BaseExpression) -> bool:
    """Whether an expression is a string, so that its name may say that it is a command line."""
    return any(
        isinstance(v, Text) or (isinstance(v, Constant) and isinstance(v.value, str)) for v in names.values(node)
    )
