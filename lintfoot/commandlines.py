"""The command lines of a script: argv lists and shell strings as programs with their words.

`commands` takes a call and returns every program that it starts, or an expression and returns what it spells. Prefixes such as
sudo, env and timeout are looked through, and so are `sh -c`, `ssh host …` and `docker exec`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import libcst as cst

from lintfoot import displays, prefixes, runner_names, runners, shellwords
from lintfoot.argv import Word, arguments, argv, sources, split_string, word_of
from lintfoot.names import Names
from lintfoot.records import dataclass, replace
from lintfoot.shellwords import DATA
from lintfoot.values import Constant, Display, Parameter, Text, Value

_DEEPEST = 5  # shells in shells


@dataclass(frozen=True, slots=True)
class Command:
    """One program with its words, the program first. `node` is what spells it; `shell` tells that a shell reads it.

    `before` are prefixes in front of it (`sudo -u root`), `environment` the variables set in front of it. `remote`: it runs on
    another host or in a container. `boxed`: it runs in a container that is started for it. `piped`: it reads what the command
    before it writes.
    """

    parts: tuple[Word, ...]
    node: cst.BaseExpression
    shell: bool = False
    remote: bool = False
    boxed: bool = False
    piped: bool = False
    before: tuple[Word, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    redirects: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str | None, ...]:
        """The texts of the words; None stands for any number of unknown ones, a NUL for data."""
        return tuple(part.text for part in self.parts)

    @property
    def program(self) -> str:
        """The program's name without folder and `.exe`, in small letters; empty where nobody can tell."""
        return prefixes.program(self.words[0]) if self.parts else ""

    @property
    def script(self) -> tuple[Word, ...]:
        """The words that the program reads as a shell's language: the text behind `sh -c`. Mostly none."""
        found = prefixes.script(self.words)
        return self.parts[found.start : found.stop]


def commands(names: Names, node: cst.BaseExpression) -> tuple[Command, ...]:
    """Every command that a call starts, or that a list or string spells; empty where nothing is known."""
    if isinstance(node, cst.Call):
        lines = [command for run in runners.runs(names, node) for command in started(names, node, run)]
        return tuple({(id(one.node), one.words): one for one in lines}.values())
    return tuple(spelled(names, node, names.values(node), by_shell=True))


def started(names: Names, call: cst.Call, run: runners.Run) -> Iterator[Command]:
    """The commands of one way in which a call runs something; what callers hand in is theirs to answer for."""
    remote = "command" in run.roles or (run.how == "name" and runner_names.elsewhere(call))
    own = () if any(isinstance(value, Parameter) for value in run.command.values) else run.command.values
    if run.argv is not None:
        words = [word for arg in run.argv for word in arguments(names, arg)]
        if words and (words[0].text or "").startswith("-") and run.executable.node is not None:
            words.insert(0, word_of(names, run.executable.node))  # `os.spawnlp(mode, "sh", "-c", line)`
        yield from _resolved(names, words, call, by_shell=False, remote=remote)
    elif run.args.node is not None:
        yield from _with_args(names, run, remote=remote)
    elif run.command.node is not None:
        yield from spelled(names, run.command.node, own, by_shell=_may_be_shell(run), remote=remote)
        yield from _with_program(names, run, own, remote=remote)


def _with_args(names: Names, run: runners.Run, *, remote: bool) -> Iterator[Command]:
    """`spawn("/bin/sh", ["-c", line])`: the program, then the list of its arguments."""
    node = run.args.node
    for value in run.args.values:
        if node is not None and isinstance(value, Display) and value.kind in ("list", "tuple"):
            words = [word_of(names, run.command.node), *argv(names, node, value)]
            yield from _resolved(names, words, _expression(value, node), by_shell=False, remote=remote)


def _may_be_shell(run: runners.Run) -> bool:
    return (
        run.how != "model"
        or not {"shell", "shell-runner", "command"}.isdisjoint(run.roles)
        or run.shell.state != "absent"
    )


def _with_program(names: Names, run: runners.Run, values: Sequence[Value], *, remote: bool) -> Iterator[Command]:
    """`os.execv("/bin/sh", ["-c", line])`: the program that is started is named apart from its words."""
    program = word_of(names, run.executable.node) if run.executable.node is not None else None
    if program is None or program.text is None or run.executable.node is run.command.node:
        return
    for value in values:
        if isinstance(value, Display) and value.kind in ("list", "tuple"):
            words = [word_of(names, item) for item in displays.elements(names, value)]
            first = words[0].text if words else None
            if first is None or prefixes.program(first) == prefixes.program(program.text):
                continue
            rest = words if first.startswith("-") else words[1:]
            written = _expression(value, run.command.node)
            yield from _resolved(names, [program, *rest], written, by_shell=False, remote=remote)


def _expression(value: Display, written: cst.BaseExpression | None) -> cst.BaseExpression:
    """What spells a list: the list itself, or where `cmd += […]` made it, the name that it was made under."""
    return cast("cst.BaseExpression", written if isinstance(value.node, cst.AugAssign) else value.node)


def spelled(
    names: Names, node: cst.BaseExpression, values: Iterable[Value], *, by_shell: bool, remote: bool = False
) -> Iterator[Command]:
    """The commands that an expression's values spell. `by_shell`: strings are read by a shell."""
    for value in values:
        match value:
            case Display(kind="list" | "tuple"):
                yield from _resolved(
                    names, argv(names, node, value), _expression(value, node), by_shell=False, remote=remote
                )
            case Constant(value=str()) | Text():
                yield from _line(names, value, by_shell=by_shell, remote=remote)
            case _:
                pass
    for source in sources(names, node):
        text = split_string(names, source)
        for value in names.values(text) if text is not None else ():
            yield from _line(names, value, by_shell=False, remote=remote)


def _line(names: Names, value: Value, *, by_shell: bool, remote: bool) -> Iterator[Command]:
    match value:
        case Constant(value=str() as text, node=node):
            parts: tuple[str | cst.BaseExpression, ...] = (text,)
        case Text(parts=parts, node=node):
            pass
        case _:
            return
    yield from _read(names, parts, node, by_shell=by_shell, remote=remote, depth=0)


def _read(
    names: Names,
    parts: Sequence[str | cst.BaseExpression],
    node: cst.BaseExpression,
    *,
    by_shell: bool,
    remote: bool,
    depth: int,
) -> Iterator[Command]:
    known = "".join(part.replace(DATA, "") if isinstance(part, str) else DATA for part in parts)
    data = [part for part in parts if not isinstance(part, str)]
    for simple in shellwords.split(known):
        words = [Word(one.text, tuple(data[number] for number in one.data), node) for one in simple.words]
        if not words:
            continue
        piped = simple.operator in ("|", "|&")
        redirects = tuple(f"{sign}{target.text}" for sign, target in simple.redirects)
        for one in _resolved(names, words, node, by_shell=by_shell, remote=remote, depth=depth):
            yield replace(one, piped=piped, redirects=redirects) if one.node is node else one


def _resolved(
    names: Names, words: Sequence[Word], node: cst.BaseExpression, *, by_shell: bool, remote: bool, depth: int = 0
) -> Iterator[Command]:
    """A command without its prefixes, then what it starts in its turn."""
    at, environment = prefixes.start([word.text for word in words], by_shell=by_shell)
    parts = tuple(words[at:])
    if not parts and not environment:
        return
    command = Command(parts, node, by_shell, remote, before=tuple(words[:at]), environment=environment)
    yield command
    if depth > _DEEPEST:
        return
    if command.script:
        yield from _read(
            names,
            _joined(command.script),
            _spelling(command.script, node),
            by_shell=True,
            remote=remote,
            depth=depth + 1,
        )
    found, over_there = prefixes.elsewhere(command.words)
    inner = parts[found.start : found.stop]
    if inner and over_there:
        yield from _read(names, _joined(inner), _spelling(inner, node), by_shell=True, remote=True, depth=depth + 1)
    elif inner:
        yield from _resolved(names, inner, node, by_shell=False, remote=True, depth=depth + 1)
    elif not command.script:
        here, boxed = prefixes.inside(command.words)
        further = parts[here.start : here.stop]
        for one in _resolved(names, further, node, by_shell=False, remote=remote, depth=depth + 1):
            yield replace(one, boxed=boxed or one.boxed)


def _spelling(words: Sequence[Word], node: cst.BaseExpression) -> cst.BaseExpression:
    return words[0].node or node


def _joined(words: Sequence[Word]) -> tuple[str | cst.BaseExpression, ...]:
    """Words as the one text that a shell is given. Data that cannot be told stands for itself."""
    found: list[str | cst.BaseExpression] = []
    for number, word in enumerate(words):
        found += [" "] if number else []
        data = iter(word.data)
        pieces = (word.text if word.text is not None else DATA).split(DATA)
        for place, piece in enumerate(pieces):
            if place:
                found.append(next(data, None) or word.node or cst.Name("_"))
            found.append(piece)
    return tuple(found)
