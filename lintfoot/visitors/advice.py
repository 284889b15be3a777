"""What to write instead of a shell: code that fits the call at hand.

Words that are data become elements of their own, a shell's own syntax becomes Python's. The advice is never to switch the
shell off and keep the string: that runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import prefixes, shellwords
from lintfoot.commandlines import Command
from lintfoot.runners import Run
from lintfoot.scopes import dotted
from lintfoot.shellwords import DATA, Simple, Word
from lintfoot.values import Constant, Text
from lintfoot.visitors.base import Visitor

_LONGEST = 110  # characters of a piece of code that still reads as one
_MANY = 3  # commands: more of them are a script
_OWN = frozenset(
    "cd export source . set unset umask ulimit alias eval exit trap read shift return test [ [[ let local declare jobs wait"
    " builtin exec if for while until case { ! assoc cls copy date del dir echo. erase md mklink move rd ren start".split()
)
_LOOKS = frozenset(("command", "type", "which", "where", "hash"))
_CLEARS = frozenset(("clear", "cls", "reset", "tput clear"))
_SEVERAL = frozenset(
    "args arguments options opts flags params parameters switches command cmd cmdline extra line".split()
)
_QUOTED_LOOKS = frozenset(f'"{word}"' for word in _LOOKS)
_PARTS = (
    (r"\|", "connect the programs with `stdout=subprocess.PIPE` and `input=`"),
    (r"&&|;|\n", "one call for each command, with `check=True`"),
    (r"\|\|", "`try` and `except subprocess.CalledProcessError`"),
    (r"&", "`subprocess.Popen` for what goes on in the background"),
)


def without_shell(visitor: Visitor, call: cst.Call, run: Run, command: Command | None) -> str:
    """Code or words that replace the shell in this very call."""
    text = _without_shell(visitor, call, run, command)
    switch = run.shell.node
    inside = switch is None or visitor.names.index.stands_in(switch, call)
    return text if inside else f"{text}; and take `{run.shell.keyword}` out where it is switched on"


def _without_shell(visitor: Visitor, call: cst.Call, run: Run, command: Command | None) -> str:
    if command is not None and command.program in prefixes.POWERSHELLS:
        return 'put the script into a file with parameters: ["powershell", "-File", "script.ps1", value]'
    if run.command.values and all(isinstance(one, Constant) and one.value in _CLEARS for one in run.command.values):
        return r'print("\033[2J\033[H", end="") clears a terminal without a process'
    text, data = _text(run, command)
    found = shellwords.split(text) if text is not None else ()
    if text is None or text.strip() == DATA or not found:
        return _from_outside(visitor, call, run) if command is None else _as_words(visitor, call, command)
    folder = _folder(visitor, found, data)
    if folder:
        found = found[1:]
    if len(found) == 1 and is_plain(found[0]):
        words = [_code(visitor, word, data) for word in found[0].words]
        if words[0] in _QUOTED_LOOKS and len(words) > 1:
            return f"shutil.which({words[-1]})"
        made = _call(visitor, call, run, words)
        if text.rstrip().endswith("&"):
            made = f"subprocess.Popen([{', '.join(words)}])"
        code = _with_streams(made, found[0]) if all(words) else ""
        if code:
            return f"{code.removesuffix(')')}, cwd={folder})" if folder else code
    return _in_python(found)


def _text(run: Run, command: Command | None) -> tuple[str | None, list[cst.BaseExpression]]:
    """The one text that the shell reads, with a NUL for each piece of data."""
    if command is not None:
        text = " ".join(word.text if word.text is not None else DATA for word in command.script)
        data = [expression for word in command.script for expression in word.data]
        return (text if text.count(DATA) == len(data) else None), data
    match run.command.values:
        case (Constant(value=str() as text),):
            return text, []
        case (Text(parts=parts) as built,):
            return built.known, [part for part in parts if not isinstance(part, str)]
        case _:
            return None, []


def is_plain(simple: Simple) -> bool:
    """Whether a command means the same without a shell."""
    first = simple.words[0] if simple.words else None
    return (
        first is not None
        and not any(word.expands for word in simple.words)
        and first.text not in _OWN
        and shellwords.assignment(first.text) is None
    )


def _folder(visitor: Visitor, found: tuple[Simple, ...], data: list[cst.BaseExpression]) -> str:
    """The folder of `cd FOLDER && command`, as code."""
    match found:
        case (Simple(words=(Word(text="cd"), folder), redirects=()), Simple(operator="&&" | ";" | "\n")):
            return _code(visitor, folder, data) if not folder.expands else ""
        case _:
            return ""


def _with_streams(code: str, simple: Simple) -> str:
    """Add what stands for `> /dev/null` and `2>&1`; empty where a redirection needs more than a word."""
    for sign, target in simple.redirects:
        word = {("2>", "/dev/null"): "DEVNULL", (">", "/dev/null"): "DEVNULL", ("2>&", "1"): "STDOUT"}.get(
            (sign, target.text)
        )
        if word is None or "capture_output" in code or not code.endswith(")"):
            return ""
        code = f"{code[:-1]}, {'stderr' if sign[0] == '2' else 'stdout'}=subprocess.{word})"
    return code


def _code(visitor: Visitor, word: Word, data: list[cst.BaseExpression]) -> str:
    """A word as Python writes it; empty where that is no longer readable."""
    if not word.data:
        return _quoted(word.text)
    if any(_unreadable(visitor, data[number]) for number in word.data):
        return ""
    shown = [_bare(visitor, data[number]) for number in word.data]
    if word.text == DATA:
        last = re.split(r"[.\[]", shown[0].lower())[-1]
        several = not _SEVERAL.isdisjoint(re.split(r"[^a-z]+", last)) and not word.quoted
        return f"*shlex.split({shown[0]})" if several else shown[0]
    if any(set(text) & set("{}\"'\\") for text in shown):
        return " + ".join(_summands(word.text, shown))
    pieces = word.text.replace("{", "{{").replace("}", "}}").split(DATA)
    return "f" + _quoted("".join(a + b for a, b in zip(pieces, [*(f"{{{text}}}" for text in shown), ""], strict=True)))


def _unreadable(visitor: Visitor, node: cst.BaseExpression) -> bool:
    """Whether data stands for more than its own value: a list that was joined, what `….format(**values)` looks up."""
    parent = visitor.names.index.parent.get(id(node))
    callee = isinstance(parent, cst.Call) and parent.func is node
    return callee or isinstance(node, cst.List | cst.Tuple | cst.GeneratorExp | cst.ListComp)


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
    instead = _instead(run)
    if "program, *arguments" in instead:
        return instead.replace("program, *arguments", ", ".join(words))
    listed = "[" + ", ".join(words) + "]"
    if "[...]" in instead:
        return instead.replace("[...]", listed)
    callee = visitor.written(call.func)
    if run.argv is not None or run.executable.node is not None:
        return f"{callee}({', '.join(_replaced(visitor, call, run, words, listed))})"
    others = [visitor.written(arg).rstrip(", ") for arg in call.args if _kept(arg, run)]
    full = f"{callee}({', '.join([listed, *others])})"
    return full if len(full) <= _LONGEST else f"{callee}({listed}, …)"


def _instead(run: Run) -> str:
    """What takes the place of a function that knows no other way than a shell: as its model says, or for invoke's subprocess."""
    if "shell-runner" in run.roles:
        words = '["sudo", program, *arguments]' if run.name.endswith(".sudo") else "[...]"
        return f"subprocess.run({words}, check=True)"
    return run.target.function.instead if run.target is not None else ""


def _kept(arg: cst.Arg, run: Run) -> bool:
    """Whether an argument is neither the command nor the switch, nor a splat that may hold them."""
    return not arg.star and arg.value is not run.command.node and arg.value is not run.shell.node


def _replaced(visitor: Visitor, call: cst.Call, run: Run, words: list[str], listed: str) -> Iterator[str]:
    """The arguments of `os.execlp("sh", "sh", "-c", …)` and its like: the program apart from its words."""
    rest = run.argv or ()
    for arg in call.args:
        if arg.value is run.executable.node:
            yield words[0]
        elif rest and arg is rest[0]:
            yield from words
        elif arg.value is run.command.node:
            yield listed
        elif arg not in rest:
            yield visitor.written(arg).rstrip(", ")


def _from_outside(visitor: Visitor, call: cst.Call, run: Run) -> str:
    """The command was built elsewhere, or comes from a caller."""
    node = run.command.node
    listed = _words_elsewhere(visitor, run)
    if listed:
        return _call(visitor, call, run, [listed]).replace(f"[{listed}]", listed.removeprefix("*"))
    name = visitor.written(node, 40) if isinstance(node, cst.Name | cst.Attribute) else "the command"
    shown = f"`{name}`" if name != "the command" else name
    instead = _instead(run)
    if instead:
        listed = instead.replace("[...]", name if shown != name else "…")
        return f"build {shown} as a list, one word an element, and run it with {listed}"
    switch = run.shell.keyword or "shell"
    return f'build {shown} as a list, one word an element (["program", "--option", value]), and leave `{switch}` out'


def _as_words(visitor: Visitor, call: cst.Call, command: Command) -> str:
    """The text behind `sh -c` comes from elsewhere: it is to be words there."""
    node = command.script[0].node
    if not isinstance(node, cst.Name | cst.Attribute):
        return 'give the program and its words in place of the shell\'s: [program, "--option", value]'
    name = visitor.written(node, 40)
    return f"build `{name}` as a list, one word an element, and run that: {visitor.written(call.func)}({name}, …)"


def _words_elsewhere(visitor: Visitor, run: Run) -> str:
    """The list that the string was joined from, or that stands in its place already."""
    node = run.command.node
    match node:
        case cst.Call(func=cst.Attribute(value=glue, attr=cst.Name(value="join")), args=[cst.Arg(value=words)]):
            return (
                visitor.written(words)
                if visitor.names.constant(glue) == " " and isinstance(words, cst.Name | cst.List)
                else ""
            )
        case cst.List() | cst.Tuple():
            return visitor.written(node)
        case _:
            return ""


def _in_python(found: tuple[Simple, ...]) -> str:
    """What Python has for each thing that only a shell understands."""
    if len([one for one in found if not one.nested]) > _MANY:
        return 'keep the script in a file of its own and run that: subprocess.run(["./steps.sh", value], check=True)'
    return (
        "without a shell: " + "; ".join(dict.fromkeys(_pieces(found)))
        if found
        else "give the command as a list of words"
    )


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
        elif word.expands and set(word.text) & set("*?["):
            yield "`glob.glob(…)` for patterns"
