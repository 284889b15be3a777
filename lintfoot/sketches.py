"""What Python's own parser tells of a module of the project at once: constants, how functions end, what is worth a look.

Most names that a script imports from its neighbours are of no interest to any rule. Here they are told apart from the few
that libcst then reads.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

from lintfoot import runner_words
from lintfoot.census import blocks, nodes
from lintfoot.records import dataclass, field
from lintfoot.runner_words import COMMAND_WORDS, SHELL_WORDS

Def = ast.FunctionDef | ast.AsyncFunctionDef
DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ASSIGNING = (ast.Assign, ast.AnnAssign)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort"})
_OF_EXCEPTIONS = frozenset(
    "exception exc_info format_exc print_exc format_exception print_exception capture_exception captureException".split()
)
_KEEPERS = frozenset(  # decorators after which the function is called as it was before
    "staticmethod classmethod contextmanager asynccontextmanager contextlib lru_cache cache wraps override final retry retrying "
    "on_exception on_predicate deprecated property cached_property coroutine typechecked no_type_check memoize synchronized timed "
    "trace traced log_call".split()
)
_OF_COMMANDS = frozenset((*COMMAND_WORDS, *SHELL_WORDS))
_THIN = 3  # statements of a function that does little more than call another one


@dataclass(frozen=True, slots=True)
class Fixed:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Renamed:
    """Another name for something outside the project."""

    name: str


def constant(node: ast.expr | None) -> Fixed | None:
    """A literal, a tuple of literals, or a sum of numbers or texts."""
    match node:
        case ast.Constant(value=value):
            return Fixed(value)
        case ast.Tuple(elts=elements):
            found = [constant(element) for element in elements]
            return Fixed(tuple(one.value for one in found if one is not None)) if all(found) else None
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            one = constant(inner)
            return Fixed(-one.value) if one is not None and _is_number(one.value) else None
        case ast.BinOp(left=left, right=right, op=op) if type(op) in _ARITHMETIC:
            return _calculated(_ARITHMETIC[type(op)], constant(left), constant(right))
        case _:
            return None


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _calculated(function: Callable[[Any, Any], Any], left: Fixed | None, right: Fixed | None) -> Fixed | None:
    if left is None or right is None:
        return None
    texts = function is operator.add and isinstance(left.value, str) and isinstance(right.value, str)
    if not texts and not (_is_number(left.value) and _is_number(right.value)):
        return None
    try:
        return Fixed(function(left.value, right.value))
    except (ArithmeticError, ValueError):
        return None


def dotted(node: ast.AST) -> str:
    """`a.b.c` as written; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def hands_up(init: Def) -> bool:
    """Whether an `__init__` hands its keywords on as they came, to a class above."""
    kwargs = init.args.kwarg.arg if init.args.kwarg is not None else None
    uses = [one for one in nodes(init) if isinstance(one, ast.Name) and one.id == kwargs]
    splats = [
        one.value for call in nodes(init) if isinstance(call, ast.Call) for one in call.keywords if one.arg is None
    ]
    return bool(uses) and all(any(use is one for one in splats) for use in uses)


def keeps(node: Def | ast.ClassDef, knows: Callable[[str], bool]) -> bool:
    """Whether every decorator leaves the function callable as it is written; `knows` answers for names that models know."""
    for decorator in node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        last = name.rpartition(".")[2]
        if last not in _KEEPERS and not (name and knows(name)):
            return False
    return True


@dataclass(slots=True)
class Sketch:
    """What a look at a function tells: the names it mentions, the calls that it hands its parameters to, what it ends in."""

    own: frozenset[str] = frozenset()
    mentions: set[str] = field(default_factory=set)
    handling: set[str] = field(default_factory=set)  # what its own handlers mention
    tells: bool = False  # words by which the exception being handled is told of, outside its own handlers
    handed: set[str] = field(
        default_factory=set
    )  # calls that get a parameter; an empty text is one without a plain name
    opened: set[str] = field(
        default_factory=set
    )  # of these, the ones with a keyword or a splat, or with a telling name
    commands: bool = False
    calls: bool = False  # calls something whose name says that it runs commands
    passed: set[str] = field(default_factory=set)  # calls whose result it returns
    returns: bool = False
    running: set[str] = field(default_factory=set)  # of these, the ones whose name says that they run commands
    thin: bool = False


def sketch(node: ast.AST) -> Sketch:
    """Look at a function, or at any other piece of code, once."""
    made = Sketch()
    if isinstance(node, DEFS):
        arguments = node.args
        own = {one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        made.own = frozenset(own | {one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None})
        made.commands = takes_commands(node)
        made.thin = len(node.body) <= _THIN + isinstance(node.body[0], ast.Expr)
    handlers: list[ast.ExceptHandler] = []
    _look(made, nodes(node, but=ast.ExceptHandler), made.mentions, handlers)
    made.tells |= any(name.rpartition(".")[2] in _OF_EXCEPTIONS for name in made.mentions - _MODULES)
    for handler in handlers:
        _look(made, nodes(handler), made.handling, [])
    return made


def _look(made: Sketch, found: list[Any], names: set[str], handlers: list[ast.ExceptHandler]) -> None:
    """Note what is to be said of some nodes: the names among them, and more."""
    for node in found:
        kind = node.__class__
        if kind is ast.Name:
            names.add(node.id)
        elif kind is ast.Attribute:
            names.add(dotted(node))
        elif kind is ast.ExceptHandler:
            handlers.append(node)
        elif kind in _NOTES:
            _NOTES[kind](made, node, names)
    names.discard("")


def takes_commands(node: Def) -> bool:
    """Whether a function takes a command line, by the names of its parameters, or anything at all."""
    arguments = node.args
    named = {one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    return arguments.kwarg is not None or not named.isdisjoint(_OF_COMMANDS)


def _note_keyword(made: Sketch, node: Any, names: set[str]) -> None:
    made.tells |= names is made.mentions and node.arg is not None and node.arg.startswith("exc_info")


def _note_giving(made: Sketch, node: Any, names: set[str]) -> None:
    del names
    value = node.value
    made.returns |= value is not None and not isinstance(value, ast.Constant)
    made.passed |= {dotted(value.func)} if isinstance(value, ast.Call) else set()


def _note_call(made: Sketch, node: Any, names: set[str]) -> None:
    """Note what a call is handed, and whether its name says that it runs commands."""
    del names
    name = dotted(node.func)
    last = node.func.attr if isinstance(node.func, ast.Attribute) else name
    tells = runner_words.says_it_runs_commands(last)
    given = [arg.value if isinstance(arg, ast.Starred) else arg for arg in node.args] + [
        one.value for one in node.keywords
    ]
    if any(isinstance(one, ast.Name) and one.id in made.own for one in given):
        made.handed.add(name)
        made.running |= {name} if tells and made.commands else set()
        if tells or node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            made.opened.add(name)
    made.calls |= tells


_NOTES: dict[type, Callable[[Sketch, Any, set[str]], None]] = {
    ast.Call: _note_call,
    ast.keyword: _note_keyword,
    ast.Return: _note_giving,
    ast.Yield: _note_giving,
}
_MODULES = frozenset({"exception"})  # alone it is a module of exceptions


@dataclass(frozen=True, slots=True)
class Owner:
    """A class without its methods: its bases as written, what it and they give each attribute, and by what calls.

    `plain` tells that there is nothing above it or round it.
    """

    bases: tuple[str, ...]
    plain: bool
    attributes: dict[str, list[ast.expr | None]]
    makers: dict[str, str]


def owner(node: ast.ClassDef) -> Owner:
    """What is worth keeping of a class: its tree takes a hundred times the room of its text."""
    plain = not node.bases and not node.decorator_list
    return Owner(tuple(map(dotted, node.bases)), plain, attributes(node), makers(node))


def attributes(node: ast.ClassDef) -> dict[str, list[ast.expr | None]]:
    """What a class and its methods give each attribute; None for a write that nobody can follow."""
    found: dict[str, list[ast.expr | None]] = {}
    own = set(map(id, node.body))
    for one in _blocks(node):
        targets = _TARGETS.get(one.__class__, _none)(one)
        only = targets[0] if len(targets) == 1 and one.__class__ in _ASSIGNING and one.value is not None else None
        name = _attr(only) if only is not None else ""
        if name and (isinstance(only, ast.Attribute) or id(one) in own):
            found.setdefault(name, []).append(one.value)
        else:
            for inner in (inner for target in targets for inner in nodes(target)):
                if inner.__class__ is ast.Attribute and inner.ctx.__class__ is ast.Store:
                    found.setdefault(inner.attr, []).append(None)
    return found


def _none(node: Any) -> list[Any]:
    del node
    return []


def _target(node: Any) -> list[Any]:
    return [node.target]


def _named(node: Any) -> list[Any]:
    return [item.optional_vars for item in node.items if item.optional_vars is not None]


_TARGETS: dict[type, Callable[[Any], list[Any]]] = {  # what a statement writes to
    ast.Assign: operator.attrgetter("targets"),
    **dict.fromkeys((ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor), _target),
    **dict.fromkeys((ast.With, ast.AsyncWith), _named),
}


def makers(node: ast.ClassDef) -> dict[str, str]:
    """The attributes that a class, or its `__init__`, gives the result of a call, with that call as written."""
    found: dict[str, str] = {}
    for one in node.body:
        for statement in _blocks(one) if getattr(one, "name", "") == "__init__" else (one,):
            match statement:
                case (
                    ast.Assign(
                        targets=[ast.Attribute(value=ast.Name(id="self"), attr=attr) | ast.Name(id=attr)],
                        value=ast.Call(func=func),
                    )
                    | ast.AnnAssign(
                        target=ast.Attribute(value=ast.Name(id="self"), attr=attr), value=ast.Call(func=func)
                    )
                ):
                    found[attr] = dotted(func)
                case _:
                    pass
    return found


def _blocks(node: ast.AST) -> Iterator[Any]:
    """The statements in a statement, with handlers and cases, level by level."""
    level: list[Any] = [node]
    while level:
        yield from level
        level = [one for above in level for one in blocks(above)]


def _attr(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
        case _:
            return ""


def ending(node: Def) -> str:
    """`raises` or `exits` for a function that never comes back, as its last statement tells; mostly nothing."""
    end = _last(node.body[-1])
    comes_back = end and any(isinstance(one, ast.Return | ast.Yield | ast.YieldFrom) for one in _within(node))
    return "" if comes_back else end


def _last(node: ast.stmt) -> str:
    match node:
        case ast.Raise(exc=exc, cause=cause):
            name = dotted(exc.func if isinstance(exc, ast.Call) else exc) if exc is not None else ""
            if name == "NotImplementedError":
                return ""
            cut_off = isinstance(cause, ast.Constant) and cause.value is None
            return "exits" if cut_off or name == "SystemExit" else "raises"
        case ast.Expr(value=ast.Call(func=func)) if dotted(func) in _EXITS:
            return "exits"
        case _:
            return ""


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, definitions inside left aside."""
    for inner in ast.iter_child_nodes(node):
        yield inner
        if not isinstance(inner, _SCOPES):
            yield from _within(inner)
