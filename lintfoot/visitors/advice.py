"""What to write instead of a shell: code that fits the call at hand.

Words that are data become elements of their own, a shell's own syntax becomes Python's. The advice is never to switch the
shell off and keep the string: that runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import shellwords
from lintfoot.commandlines import Command
from lintfoot.runners import Run
from lintfoot.scopes import dotted
from lintfoot.shellwords import DATA, Simple, Word
from lintfoot.values import Constant, Text
from lintfoot.visitors.base import Visitor

_LONGEST = 110  # characters of a piece of code that still reads as one
_MANY = 3  # commands: more of them are a script
_OWN = frozenset("cd export source . set unset umask ulimit alias eval exit trap type read shift return test [ [[".split())
_PARTS = (
    (r"\|", "connect the programs with `stdout=subprocess.PIPE` and `input=`"),
    (r"&&|;|\n", "one call for each command, with `check=True`"),
    (r"\|\|", "`try` and `except subprocess.CalledProcessError`"),
    (r"&", "`subprocess.Popen` for what goes on in the background"),
)


def without_shell(visitor: Visitor, call: cst.Call, run: Run, command: Command | None) -> str:
    """Code or words that replace the shell in this very call."""
    text, data = _text(visitor, run, command)
    if text is None:
        return _from_outside(visitor, call, run)
    found = shellwords.split(text)
    if len(found) == 1 and _plain(found[0]):
        words = [_code(visitor, word, data) for word in found[0].words]
        if all(words):
            return _call(visitor, call, run, [word for word in words if word])
    return _in_python(found)


def _text(visitor: Visitor, run: Run, command: Command | None) -> tuple[str | None, list[cst.BaseExpression]]:
    """The one text that the shell reads, with a NUL for each piece of data."""
    if command is not None:
        script = command.script
        text = " ".join(word.text if word.text is not None else DATA for word in script)
        data = [expression for word in script for expression in word.data]
        return (text if DATA * (len(data)) != text or not data else None), data
    del visitor
    match run.command.values:
        case (Constant(value=str() as text),):
            return text, []
        case (Text(parts=parts) as built,):
            return built.known, [part for part in parts if not isinstance(part, str)]
        case _:
            return None, []


def _plain(simple: Simple) -> bool:
    """Whether a command means the same without a shell."""
    first = simple.words[0] if simple.words else None
    return (
        first is not None
        and not simple.redirects
        and not any(word.expands for word in simple.words)
        and first.text not in _OWN
        and shellwords.assignment(first.text) is None
    )


def _code(visitor: Visitor, word: Word, data: list[cst.BaseExpression]) -> str:
    """A word as Python writes it; empty where that is no longer readable."""
    if not word.data:
        return _quoted(word.text)
    shown = [_bare(visitor, data[number]) for number in word.data]
    if word.text == DATA:
        return shown[0]
    if any(set(text) & set("{}\"'\\") for text in shown):
        return " + ".join(_summands(word.text, shown))
    pieces = word.text.replace("{", "{{").replace("}", "}}").split(DATA)
    return "f" + _quoted("".join(a + b for a, b in zip(pieces, [*(f"{{{text}}}" for text in shown), ""], strict=True)))


def _summands(text: str, shown: list[str]) -> Iterator[str]:
    for number, piece in enumerate(text.split(DATA)):
        if number:
            yield f"str({shown[number - 1]})"
        if piece:
            yield _quoted(piece)


def _bare(visitor: Visitor, node: cst.BaseExpression) -> str:
    """Data as it is written, without the quoting that only a shell needs."""
    if isinstance(node, cst.Call) and len(node.args) == 1 and dotted(node.func).rpartition(".")[2] == "quote":
        node = node.args[0].value
    return visitor.written(node, 50)


def _quoted(text: str) -> str:
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in shown else shown


def _call(visitor: Visitor, call: cst.Call, run: Run, words: list[str]) -> str:
    """The call with a list of words."""
    instead = run.target.function.instead if run.target is not None else ""
    if "program, *arguments" in instead:
        return instead.replace("program, *arguments", ", ".join(words))
    listed = "[" + ", ".join(words) + "]"
    if "[...]" in instead:
        return instead.replace("[...]", listed)
    callee = visitor.written(call.func)
    others = [
        visitor.written(arg)
        for arg in call.args
        if arg.value is not run.command.node and arg.value is not run.shell.node and not (arg.star and not run.command.keyword)
    ]
    others = [text.rstrip(", ") for text in others]
    full = f"{callee}({', '.join([listed, *others])})"
    return full if len(full) <= _LONGEST else f"{callee}({listed}, …)"


def _from_outside(visitor: Visitor, call: cst.Call, run: Run) -> str:
    """The command was built elsewhere, or comes from a caller."""
    node = run.command.node
    name = visitor.written(node, 40) if isinstance(node, cst.Name | cst.Attribute) else "the command"
    shown = f"`{name}`" if name != "the command" else name
    instead = run.target.function.instead if run.target is not None else ""
    if instead:
        return f"build {shown} as a list, one word an element, and run it with {instead.replace('[...]', name if shown != name else '…')}"
    switch = run.shell.keyword or "shell"
    return f'build {shown} as a list, one word an element (["program", "--option", value]), and leave `{switch}` out'


def _in_python(found: tuple[Simple, ...]) -> str:
    """What Python has for each thing that only a shell understands."""
    if len([one for one in found if not one.nested]) > _MANY:
        return 'keep the script in a file of its own and run that: subprocess.run(["./steps.sh", value], check=True)'
    return "without a shell: " + "; ".join(dict.fromkeys(_pieces(found))) if found else "give the command as a list of words"


def _pieces(found: tuple[Simple, ...]) -> Iterator[str]:
    for simple in found:
        first = simple.words[0].text if simple.words else ""
        if first == "cd":
            yield "`cwd=` in place of `cd`"
        elif first in ("export", "source", ".") or shellwords.assignment(first):
            yield "`env={**os.environ, …}` for variables"
        for pattern, text in _PARTS:
            if re.fullmatch(pattern, simple.operator) and first not in ("cd", "export"):
                yield text
        for sign, target in simple.redirects:
            yield _redirect(sign, target)
        if simple.nested:
            yield "a call of its own with `capture_output=True` for `$(…)`"
        yield from _expansions(simple)
    yield "each command as a list of words"


def _redirect(sign: str, target: Word) -> str:
    stream = "stderr" if sign.startswith("2") else "stdin" if "<" in sign else "stdout"
    if target.text == "/dev/null":
        return f"`{stream}=subprocess.DEVNULL`"
    if target.text == "1":
        return "`stderr=subprocess.STDOUT`"
    return f"`{stream}=` an open file"


def _expansions(simple: Simple) -> Iterator[str]:
    for word in simple.words:
        if word.expands and "$" in word.text:
            yield "`os.environ[…]` for `$…`"
        elif word.expands and word.text.startswith("~"):
            yield "`Path.home()` for `~`"
        elif word.expands and DATA not in word.text:
            yield "`glob.glob(…)` for patterns"


