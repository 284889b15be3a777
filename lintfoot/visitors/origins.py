"""What a command is made of: constants alone, data that was quoted for a shell, or data as it came."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lintfoot import displays, runner_names
from lintfoot.argv import Word
from lintfoot.names import Names
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.runners import Run
from lintfoot.values import Constant, Display, Instance, Text, Value

_QUOTING = frozenset(
    {"shlex.quote", "pipes.quote", "shlex.join", "subprocess.list2cmdline", "mslex.quote", "mslex.join"}
)
_QUOTER = regex(
    r"_*(?:(?:shlex|shell|sh|compat_shell|cmd|pipes)_?)?(?:quote|quoted|escape_shell|shell_escape)(?:_args?)?"
)
_NUMBERS = frozenset(f"builtins.{name}" for name in ("int", "float", "len", "bool", "id", "hash", "ord")) | {
    "os.getpid",
    "os.getppid",
    "os.getuid",
    "time.time",
}


_DEEPEST = 3  # lists in lists


@dataclass(frozen=True, slots=True)
class Origin:
    """`kind` is constant, quoted or data; `data` are the expressions that go in as they are, where they can be named."""

    kind: str
    data: tuple[cst.BaseExpression, ...] = ()


def of_call(names: Names, call: cst.Call, run: Run) -> Origin:
    """What the command of a call is made of; where the command's argument is not known, all its positional ones."""
    if run.argv is None and run.command.state == "given":
        return joint(of_value(names, value) for value in run.command.values)
    nodes = [arg.value for arg in run.argv or ()]
    if run.argv is None and run.how != "model":
        nodes = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    return of_nodes(names, nodes) if nodes else Origin("data")


def of_nodes(names: Names, nodes: Iterable[cst.BaseExpression], depth: int = 0) -> Origin:
    """What several expressions are made of, together."""
    return joint(of_value(names, value, depth) for node in nodes for value in names.values(node))


def of_words(names: Names, words: Iterable[Word]) -> Origin:
    """What the words that a shell reads are made of."""
    found = []
    for word in words:
        if word.built and word.node is not None:
            found.append(of_nodes(names, [word.node]))
        else:
            found.append(Origin("data" if word.built else "constant"))
    return joint(found)


def joint(origins: Iterable[Origin]) -> Origin:
    """The worst of several, with the data of all."""
    found = list(origins)
    kinds = {one.kind for one in found}
    kind = "data" if "data" in kinds else "quoted" if "quoted" in kinds else "constant"
    return Origin(kind, tuple(node for one in found for node in one.data))


def of_value(names: Names, value: Value, depth: int = 0) -> Origin:
    """What one value is made of."""
    match value:
        case Constant():
            return Origin("constant")
        case Text(parts=parts):
            data = [part for part in parts if not isinstance(part, str)]
            raw = tuple(part for part in data if not _harmless(names, part))
            return Origin("data", raw) if raw else Origin("quoted" if data else "constant")
        case Display(kind="list" | "tuple") if depth < _DEEPEST:
            items = displays.elements(names, value)
            return joint(of_nodes(names, [item], depth + 1) if item is not None else Origin("data") for item in items)
        case Instance(call=cst.Call() as made):
            return Origin("quoted" if _harmless(names, made) else "data")
        case _:
            return Origin("data")


def _harmless(names: Names, node: cst.BaseExpression) -> bool:
    """Quoted for the shell, a number, or one of several constants: nothing in it can end the word."""
    match node:
        case cst.GeneratorExp(elt=element) | cst.ListComp(elt=element):  # what `" ".join(…)` goes through
            return _harmless(names, element)
        case cst.Call() if _quotes(names, node):
            return True
        case _:
            return all(
                isinstance(value, Constant) or (isinstance(value, Instance) and _is_safe(value.name.removesuffix("()")))
                for value in names.values(node)
            )


def _quotes(names: Names, call: cst.Call) -> bool:
    found = names.names_of(call.func)
    if (found and all(map(_is_safe, found))) or _QUOTER.fullmatch(runner_names.called(call)):
        return True
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="join")), args=[cst.Arg(value=items)]):
            return _quotes_each(names, items)
        case _:
            return False


def _quotes_each(names: Names, items: cst.BaseExpression) -> bool:
    match items:
        case cst.GeneratorExp(elt=element) | cst.ListComp(elt=element):
            return _harmless(names, element)
        case cst.Call(func=func, args=[cst.Arg(value=quote), _]) if names.qualified(func) == "builtins.map":
            return names.qualified(quote) in _QUOTING
        case _:
            return False


def _is_safe(name: str) -> bool:
    return name in _QUOTING or name in _NUMBERS
