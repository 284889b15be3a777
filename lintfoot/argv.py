"""Lists that spell a command, word by word: as they are written, and with what is added to them before they are used."""

from __future__ import annotations

import libcst as cst

from lintfoot import displays
from lintfoot.flow import reaching
from lintfoot.names import Names
from lintfoot.records import dataclass, replace
from lintfoot.scopes import How, dotted
from lintfoot.shellwords import DATA
from lintfoot.values import Constant, Display, Instance, Named, Text

_MOST_ADDED = 30  # lines that add to a list
_DEEPEST = 4  # paths of paths of programs that were looked for
_SPLITTERS = frozenset({"shlex.split"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `text` is None where any number of unknown words may stand; a NUL in it stands for data.

    `data` are the expressions whose values go in; `node` is the list's item, or the whole string in a shell's line.
    """

    text: str | None
    data: tuple[cst.BaseExpression, ...] = ()
    node: cst.BaseExpression | None = None

    @property
    def built(self) -> bool:
        """Whether data goes into it."""
        return self.text is None or DATA in self.text


def argv(names: Names, written: cst.BaseExpression, display: Display, depth: int = 0) -> list[Word]:
    """The words of a list: those written out, then what is added to a list of that name before it is used."""
    path = dotted(written)
    node: cst.CSTNode = display.node
    if isinstance(node, cst.AugAssign) and depth < _MOST_ADDED:
        target = node.target
        match names.values(target):
            case (Display(kind="list" | "tuple") as before,):
                found = argv(names, target, before, depth + 1)
            case _:
                found = [Word(None)]
        found += [word_of(names, item) for item in _items(names, node.value)]
    else:
        found = [word_of(names, item) for item in displays.elements(names, display)]
    return found + [word_of(names, item) for item in _grown(names, written, path, node)] if path else found


def _grown(names: Names, written: cst.BaseExpression, path: str, made: cst.CSTNode) -> list[cst.BaseExpression | None]:
    """What `cmd.append(…)` and `cmd.extend(…)` add; None for what is added only sometimes, or is not known."""
    order = names.index.order
    found: list[cst.BaseExpression | None] = []
    for method, call in _growth(names, path):
        if order[id(made)] < order[id(call)] < order[id(written)]:
            last = call.args[-1].value
            if method == "insert" or not _always(names, call, written):
                found.append(None)
            else:
                found += [last] if method == "append" else _items(names, last)
    return found


def _growth(names: Names, path: str) -> list[tuple[str, cst.Call]]:
    """The calls that add to a list, by its name, in the order of the text."""
    kept: dict[str, list[tuple[str, cst.Call]]] = names.kept.setdefault(__name__, {})
    if path not in kept:
        found = [
            (method, call)
            for method in ("append", "extend", "insert")
            for call in names.calls_of(method, path.rpartition(".")[2])
            if call.args and isinstance(call.func, cst.Attribute) and dotted(call.func.value) == path
        ]
        kept[path] = sorted(found, key=lambda one: names.index.order[id(one[1])])
    return kept[path]


def _items(names: Names, node: cst.BaseExpression) -> list[cst.BaseExpression | None]:
    match names.values(node):
        case (Display(kind="list" | "tuple" | "set") as inner,):
            return list(displays.elements(names, inner))
        case _:
            return [None]


def _always(names: Names, step: cst.CSTNode, use: cst.CSTNode) -> bool:
    """Whether every way to the use passes the step: its block holds the use."""
    block = next(
        (node for node in names.index.ancestors(step) if isinstance(node, cst.IndentedBlock | cst.Module)), None
    )
    return names.index.stands_in(use, block)


def word_of(names: Names, node: cst.BaseExpression | None, depth: int = 0) -> Word:
    """One item of a list as a word."""
    if node is None:
        return Word(None)
    values = names.values(node)
    if len(values) > 1 or depth > _DEEPEST:
        return Word(DATA, (node,), node)
    match values[0]:
        case Constant(value=str() | int() | float() as value):
            return Word(str(value).replace(DATA, ""), (), node)
        case Constant(value=bytes() as value):
            return Word(value.decode("utf-8", "replace").replace(DATA, ""), (), node)
        case Text(parts=parts) as text:
            return Word(text.known, tuple(part for part in parts if not isinstance(part, str)), node)
        case Instance(name="shutil.which" | "shutil.which()", call=cst.Call(args=[cst.Arg(value=program), *_])):
            return replace(word_of(names, program, depth + 1), node=node)
        case Instance(name="pathlib.Path" | "pathlib.Path()", call=cst.Call(args=[cst.Arg(value=program)])):
            return replace(word_of(names, program, depth + 1), node=node)
        case Named(name=name) if name == "os.devnull":
            return Word("/dev/null", (), node)
        case _:
            return Word("sh" if _login_shell(names, node) else DATA, (node,), node)


def _login_shell(names: Names, node: cst.BaseExpression) -> bool:
    """`os.environ["SHELL"]`, `os.environ.get("SHELL", …)`, `os.getenv("SHELL")`."""
    match node:
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return names.constant(key) in ("SHELL", "COMSPEC") and names.qualified(owner) == "os.environ"
        case cst.Call(func=func, args=[cst.Arg(value=key), *_]):
            return names.constant(key) in ("SHELL", "COMSPEC") and names.qualified(func) in (
                "os.environ.get",
                "os.getenv",
            )
        case cst.BooleanOperation(left=left, right=right):
            return _login_shell(names, left) or _login_shell(names, right)
        case _:
            return False


def arguments(names: Names, arg: cst.Arg) -> list[Word]:
    """The words that one argument of a call gives: one, or those of a list, with a star before it or without."""
    match names.values(arg.value):
        case (Display(kind="list" | "tuple") as display,):
            return argv(names, arg.value, display)
        case _:
            return [Word(None)] if arg.star else [word_of(names, arg.value)]


# strings that are cut into lists


def sources(names: Names, node: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """The expressions that a name was given by plain assignment where it is used; any other expression is its own."""
    scope = names.lookup(node) if isinstance(node, cst.Name) else None
    if scope is None or not isinstance(node, cst.Name):
        return (node,)
    found = reaching(names.index, node, scope, scope.bindings[node.value])
    return tuple(one.value for one in found if one.how is How.ASSIGNED and one.value is not None and not one.path)


def split_string(names: Names, node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """The string that `….split()` or `shlex.split(…)` takes apart, else None."""
    match node:
        case cst.Call(func=cst.Attribute(value=text, attr=cst.Name(value="split")), args=args):
            if names.qualified(node.func) in _SPLITTERS:
                return args[0].value if args else None
            blank = not args or names.constant(args[0].value) in (" ", None)
            return text if blank else None
        case cst.Call(args=[cst.Arg(value=text), *_]) if names.qualified(node.func) in _SPLITTERS:
            return text
        case _:
            return None
