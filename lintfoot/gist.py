"""Which words an expression of a few lines may be a value of, and which stand in it: names, and last names of attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lintfoot.bindings import FUNCTIONS, words
from lintfoot.census import below, inputs, last, last_called, nodes
from lintfoot.steps import PASSES

NAMED = (ast.Name, ast.Attribute)
_LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)  # what they hold runs at another time
_PROPERTIES = frozenset({"property", "cached_property"})
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager", "fixture"})
_HOLDERS = frozenset("Optional Union Annotated Final ClassVar Awaitable Iterator Generator".split())  # as in `names`
_OF_TEXTS = frozenset(  # what gives a text, or a path
    "str repr bytes format join strip lstrip rstrip lower upper title encode decode format_map removeprefix removesuffix split "
    "quote getenv which Path PurePath PurePosixPath PosixPath joinpath abspath realpath normpath expanduser expandvars".split()
)
# What these are given may be the outcome.
_REACHING = PASSES - _OF_TEXTS | {"getattr", "import_module", "__import__", "super"}
HANDS_BACK = frozenset(  # calls that may give a parameter that they are given
    "closing aclosing copy deepcopy wait_for shield run enter_context enter_async_context enterContext dedent field ib attrib "
    "Field".split()
)
_LONGEST = 100  # characters of a text that is an annotation, or the name of an attribute
_MOST = 2  # calls, and brackets, in one another that are counted
# Values that are neither objects nor functions. All but the first ones can always be told.
_FOLDED = (ast.JoinedStr, ast.Compare, ast.UnaryOp, ast.BinOp)
SHOWN = (
    ast.Set,
    ast.List,
    ast.Tuple,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Constant,
    ast.Lambda,
)
PLAIN = (*_FOLDED, *SHOWN)
LISTS = (ast.Set, ast.List, ast.Tuple, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Dict)
HOLDING = (ast.Subscript, ast.Starred, ast.Dict)  # what is in it may be what is meant


def every(node: ast.AST) -> Iterator[str]:
    """All words in an expression, or in a statement."""
    for one in nodes(node):
        if one.__class__ in NAMED:
            yield last(one)
        elif one.__class__ is ast.Constant and one.value.__class__ is str:
            yield from _said(one.value)


def _said(text: str) -> list[str]:
    return words(text) if len(text) < _LONGEST else []


def marked(word: str, mark: str) -> str:
    """A word that is called, or looked into."""
    return word if word.endswith(mark * _MOST) or word.count("(") + word.count("[") > _MOST else word + mark


def bound_to(value: Any) -> set[str]:
    """The words that a value may be; what stands in a list is not the list."""
    return set() if value.__class__ in LISTS else meant(value)


def meant(node: Any) -> set[str]:
    """The words that an expression may be a value of; a call of one has brackets behind it."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        kind = one.__class__
        if kind in NAMED:
            found.add(last(one))
        elif kind is ast.Constant:
            found.update(_said(one.value) if one.value.__class__ is str else ())
        elif kind is ast.Call:
            name = last_called(one)
            found |= {marked(word, "()") for word in meant(one.func)} | ({"get"} if name == "getattr" else set())
            waiting.append(one.func)
            if not name or name in _REACHING:
                parts = inputs(one)
                parts += [one.func.value] if isinstance(one.func, ast.Attribute) else []
                waiting += parts
                found |= {marked(word, "[]") for part in parts for word in meant(part)}
        elif kind is ast.Subscript:
            waiting.append(one.value)
            found |= {marked(word, "[]") for word in meant(one.value)}
        elif kind is ast.IfExp:
            waiting += (one.body, one.orelse)
        elif kind not in _FOLDED or kind is ast.BinOp:
            waiting += below(one)
    return found


def typed(annotation: Any) -> set[str]:
    """The words of the types that an annotation speaks of, as `names` reads it."""
    if annotation.__class__ is ast.Subscript:
        inside = getattr(annotation.slice, "elts", [annotation.slice]) if last(annotation.value) in _HOLDERS else ()
        return {word for one in inside for word in typed(one)}
    if annotation.__class__ is ast.BinOp:
        return typed(annotation.left) | typed(annotation.right)
    return meant(annotation) if annotation.__class__ in (*NAMED, ast.Constant) else set()


def is_property(function: Any) -> bool:
    """Whether a method is called by asking for an attribute."""
    return not _PROPERTIES.isdisjoint(map(_called, function.decorator_list))


def _called(decorator: Any) -> str:
    return last(decorator.func if isinstance(decorator, ast.Call) else decorator)


def given_back(function: Any, *kinds: type) -> list[Any]:
    """What a function returns or yields, or what statements and expressions of some kinds give back."""
    found = inside(function, *(kinds or (ast.Return, ast.Yield, ast.YieldFrom)))
    return [one.value for one in found if one.value is not None]


def is_manager(function: Any) -> bool:
    """Whether callers get what a function yields, as `names` sees it."""
    return not _MANAGERS.isdisjoint(map(_called, function.decorator_list))


def inside(function: Any, *kinds: type, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """The nodes of some kinds in a function, those of functions in it left out, and what is in nodes of further kinds."""
    waiting: list[Any] = list(function.body)
    while waiting:
        one = waiting.pop()
        if one.__class__ in kinds:
            yield one
        if one.__class__ not in _LATER and one.__class__ not in but:
            waiting += below(one)
