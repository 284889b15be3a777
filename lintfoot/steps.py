"""What single statements and expressions do with values: what an expression may come from, and what a statement gives to what."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from lintfoot.bindings import ATTRIBUTE, FUNCTIONS, LAMBDA, MODULE, Bindings, Key, key_of, texts, words
from lintfoot.census import Statement, arguments, below, defaults, inputs, last_called

# Calls that may give back what they are given; another call of what this file does not define makes something else of it.
PASSES = frozenset(
    "dict list tuple set sorted frozenset str repr bytes format join partial closing aclosing field ib attrib Field namedtuple "
    "copy deepcopy cast replace setdefault defaultdict OrderedDict ChainMap SimpleNamespace Namespace vars asdict update "
    "wait_for shield run staticmethod classmethod dedent map filter reversed enumerate zip iter next pop get strip lstrip "
    "rstrip lower upper title encode decode format_map removeprefix removesuffix split partialmethod wraps which Path chain "
    "quote getenv PurePath PurePosixPath PosixPath joinpath resolve absolute expanduser expandvars abspath realpath normpath "
    "normcase fspath fsencode fsdecode as_posix with_segments with_name with_suffix with_stem __str__ __fspath__ __add__ items "
    "values keys deque list2cmdline enter_context enter_async_context enterContext".split()
)
# Methods whose results objects stand for: in `with`, in brackets, in loops, or called.
_GIVES_ITSELF = frozenset("__new__ __call__ __enter__ __aenter__ __getattr__ __getitem__ __iter__ __next__".split())
FILLS = frozenset("append extend insert add update setdefault put register push appendleft extendleft".split())
_PROPERTIES = ("property", "cached_property")
NOWHERE: Key = (-2, "")
MOST = 2  # calls in one another that are counted
_Way = tuple[int, int, bool, tuple[str, ...]]  # on which an expression is met: as in a `Source`


class Source(NamedTuple):
    """What a value may come from: a name, how often that is called, and how often the outcome has to be called to get it.

    With `base` it comes from an attribute of that; `through` are the last names of the calls on the way.
    """

    key: Key
    calls: int = 0
    returns: int = 0
    base: bool = False
    through: tuple[str, ...] = ()


class Edge(NamedTuple):
    """One step of a value."""

    source: Source
    targets: tuple[Key, ...]


def edges_of(bindings: Bindings, statement: Statement, inner: Iterable[Any]) -> list[Edge]:
    """The steps of one statement; `inner` are the expressions in it that give something a value by themselves."""
    return list(_Reader(bindings, statement, inner).all())


def sources_of(
    bindings: Bindings, node: ast.expr, statement: Statement, calls: int = 0, returns: int = 0
) -> list[Source]:
    """What an expression may come from."""
    found: list[Source] = []
    resolve = bindings.resolve
    waiting: list[tuple[Any, _Way]] = [(node, (calls, returns, False, ()))]
    while waiting:
        one, way = waiting.pop()
        kind = one.__class__
        if kind is ast.Name:
            found.append(Source(resolve(one.id, statement), *way))
        elif kind is ast.Attribute:
            found.append(Source((ATTRIBUTE, one.attr), *way))
            waiting.append((one.value, _below(way)))
        elif kind is ast.Call:
            waiting += _called(bindings, one, statement, way, found)
        elif kind is ast.Lambda:
            found.append(Source((id(one), LAMBDA), *way))
            called, back, base, through = way
            waiting.append(
                (one.body, (called - 1, back, base, through) if called else (0, min(back + 1, MOST), base, through))
            )
        else:
            parts = _PARTS[kind](one) if kind in _PARTS else below(one)
            waiting += [(part, way) for part in parts]
    return found


def _called(
    bindings: Bindings, node: ast.Call, statement: Statement, way: _Way, found: list[Source]
) -> list[tuple[Any, _Way]]:
    called, back, base, through = way
    last = last_called(node)
    if last == "getattr" and len(node.args) > 1:
        if isinstance(node.args[1], ast.Constant):
            found.append(Source((ATTRIBUTE, str(node.args[1].value)), *way))
        return [(node.args[0], _below(way)), *((one, way) for one in node.args[1:])]
    if last == "super":  # what its class has from others
        for scope, owner in zip((None, *statement.around), statement.around, strict=False):
            if isinstance(owner, ast.ClassDef):
                key = (id(scope) if scope is not None else MODULE, owner.name)
                found.append(Source(key, *_below(way)))
    more: list[tuple[Any, _Way]] = [(node.func, (min(called + 1, MOST), back, base, (*through, last)))]
    if last in PASSES and isinstance(node.func, ast.Attribute):
        more.append((node.func.value, way))  # `text.strip()`
    if not last or last in PASSES or last in bindings.given:
        more += [(one, way) for one in inputs(node)]
    return more


def _below(way: _Way) -> _Way:
    """The way of what an attribute is asked of."""
    return (0, way[1], True, way[3])


def _value(node: Any) -> list[Any]:
    return [node.value] if node.value is not None else []


def _element(node: Any) -> list[Any]:
    return [node.elt]


def _nothing(node: object) -> list[Any]:
    del node
    return []


# By the class of an expression what may be its value, or stand in it, where that is not all that is below it.
_PARTS: dict[type, Callable[[Any], list[Any]]] = {
    ast.IfExp: lambda node: [node.body, node.orelse],
    **dict.fromkeys((ast.Subscript, ast.DictComp, ast.NamedExpr, ast.Yield, ast.YieldFrom), _value),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp), _element),
    ast.Dict: lambda node: [*filter(None, node.keys), *node.values],
    **dict.fromkeys((ast.Constant, ast.Compare, ast.UnaryOp, ast.Slice), _nothing),
}


class _Reader:
    """Reads the steps of one statement."""

    def __init__(self, bindings: Bindings, statement: Statement, inner: Iterable[Any]) -> None:
        self.bindings, self.statement, self.inner = bindings, statement, inner

    def all(self) -> Iterable[Edge]:
        node = self.statement.node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self.function(node)
            case ast.ClassDef(bases=bases):
                key = key_of(node, self.statement)
                for base in bases:
                    yield from self.steps(self.sources(base), (key,))
            case ast.Return(value=value) if value is not None:
                yield from self.returned(value)
            case _:
                yield from self.bound(node)
        for inner in self.inner:
            yield from self.expression(inner)

    def bound(self, node: Any) -> Iterable[Edge]:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from self.given(target, value)
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                yield from self.steps(self.typed(annotation), self.keys(target))
                if value is not None:
                    yield from self.given(target, value)
            case ast.AugAssign(target=target, value=value):
                yield from self.given(target, value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                yield from self.given(target, value)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        yield from self.given(item.optional_vars, item.context_expr)
            case _:
                pass

    def expression(self, node: Any) -> Iterable[Edge]:
        match node:
            case ast.NamedExpr(target=target, value=value) | ast.comprehension(target=target, iter=value):
                yield from self.given(target, value)
            case ast.Yield(value=value) | ast.YieldFrom(value=value) if value is not None:
                yield from self.returned(value)
            case ast.Lambda(args=args):
                yield from self.defaults(args, lambda one: self.bindings.resolve(one, self.statement))
            case ast.Call():
                last = last_called(node)
                if last in FILLS and isinstance(node.func, ast.Attribute):
                    for one in inputs(node):
                        yield from self.steps(self.sources(one), self.keys(node.func.value))
                yield from self.handed(node, last)
            case _:
                pass

    # what is given to what

    def sources(self, node: ast.expr, calls: int = 0, returns: int = 0) -> list[Source]:
        return sources_of(self.bindings, node, self.statement, calls, returns)

    def steps(self, sources: Iterable[Source], targets: tuple[Key, ...]) -> Iterable[Edge]:
        if targets:
            found = list(sources) or [Source(NOWHERE)]  # a constant
            for source in found:
                yield Edge(source, targets)

    def given(self, target: ast.expr, value: ast.expr) -> Iterable[Edge]:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            starred = any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
            if len(target.elts) == len(value.elts) and not starred:
                for one, other in zip(target.elts, value.elts, strict=True):
                    yield from self.given(one, other)
                return
        yield from self.steps(self.sources(value), self.keys(target))

    def keys(self, target: ast.expr) -> tuple[Key, ...]:
        """What is given a value; what an item of is, too."""
        match target:
            case ast.Name(id=name):
                return (self.bindings.resolve(name, self.statement),)
            case ast.Attribute(attr=name):
                return ((ATTRIBUTE, name),)
            case ast.Subscript(value=inner) | ast.Starred(value=inner):
                return self.keys(inner)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return tuple(key for one in elements for key in self.keys(one))
            case _:
                return ()

    def returned(self, value: ast.expr) -> Iterable[Edge]:
        around = self.statement.around
        for place in range(len(around) - 1, -1, -1):
            if isinstance(around[place], FUNCTIONS):
                name, owner = around[place].name, around[place - 1] if place else None
                targets: tuple[Key, ...] = ((id(owner) if owner is not None else MODULE, name),)
                if name in _GIVES_ITSELF and isinstance(owner, ast.ClassDef):
                    targets += ((id(around[place - 2]) if place > 1 else MODULE, owner.name),)
                found = self.sources(value, returns=1) or [Source(NOWHERE, returns=1)]
                if _is_property(around[place]):
                    found += self.sources(value)
                yield from self.steps(found, targets)
                return

    def typed(self, annotation: ast.expr, returns: int = 0) -> list[Source]:
        """What an annotation makes of a name: an object of whatever it mentions, in quotes as well."""
        quoted = [word for text in texts(annotation) for word in words(text)]
        keys = (key for word in quoted for key in (self.bindings.resolve(word, self.statement), (ATTRIBUTE, word)))
        found = [Source(key, 1, returns) for key in keys]
        for one in ast.walk(annotation):
            if isinstance(one, ast.Name | ast.Attribute):
                found += self.sources(one, 1, returns)
        return found

    def function(self, node: Any) -> Iterable[Edge]:
        for decorator in node.decorator_list:
            yield from self.steps(self.sources(decorator, 1), (key_of(node, self.statement),))
        for one in arguments(node.args):
            if one.annotation is not None:
                yield from self.steps(self.typed(one.annotation), ((id(node), one.arg),))
        yield from self.defaults(node.args, lambda word: (id(node), word))
        if node.returns is not None:
            found = [*self.typed(node.returns, 1), *(self.typed(node.returns) if _is_property(node) else ())]
            yield from self.steps(found, (key_of(node, self.statement),))

    def defaults(self, args: ast.arguments, key: Any) -> Iterable[Edge]:
        for one, value in defaults(args):
            yield from self.steps(self.sources(value), (key(one.arg),))

    def handed(self, call: ast.Call, last: str) -> Iterable[Edge]:
        """What a call hands to functions of this file, and to constructors of its classes."""
        bindings = self.bindings
        for node, statement in bindings.functions.get(last, ()):
            method = bool(statement.around) and isinstance(statement.around[-1], ast.ClassDef)
            yield from self.parameters(call, node, (0, 1) if method else (0,))
        owners = [owner for owner, _ in bindings.classes.get(last, ())]
        if last == "cls":
            owners += [one for one in self.statement.around if isinstance(one, ast.ClassDef)]
        for owner in owners:
            for one in owner.body:
                if isinstance(one, FUNCTIONS) and one.name in ("__init__", "__new__", "__call__"):
                    yield from self.parameters(call, one, (1,))

    def parameters(self, call: ast.Call, function: Any, skips: tuple[int, ...]) -> Iterable[Edge]:
        names = self.bindings.parameters(function)
        every = tuple((id(function), one.arg) for one in arguments(function.args))
        rest = tuple((id(function), one.arg) for one in (function.args.vararg,) if one is not None)
        starred = False
        for place, one in enumerate(call.args):
            starred = starred or isinstance(one, ast.Starred)
            taken = [names[place + skip] for skip in skips if place + skip < len(names)]
            yield from self.steps(self.sources(one), every if starred else (*taken, *rest))
        for keyword in call.keywords:
            named = tuple(key for key in every if key[1] == keyword.arg)
            more = tuple((id(function), one.arg) for one in (function.args.kwarg,) if one is not None)
            yield from self.steps(self.sources(keyword.value), every if keyword.arg is None else named or more)


def _is_property(function: Any) -> bool:
    """Whether a method is called by asking for an attribute, without brackets."""
    names = (one.func if isinstance(one, ast.Call) else one for one in function.decorator_list)
    return any((getattr(one, "id", "") or getattr(one, "attr", "")) in _PROPERTIES for one in names)
