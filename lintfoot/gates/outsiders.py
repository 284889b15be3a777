"""Names that stand for nothing that this text or other files of the project made: told without a flow, by all that is bound."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from lintfoot.census import last
from lintfoot.sight import Sight

_NAMES: tuple[Any, ...] = (ast.Name, ast.Attribute)
_CODE: tuple[Any, ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDING: dict[Any, str] = {
    **dict.fromkeys(_CODE, "name"),
    **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar), "name"),
    ast.arg: "arg",
    ast.MatchMapping: "rest",
    ast.alias: "asname",
}
# Constructors of the builtins and the standard library whose objects can be changed in place.
CONSTRUCTORS = frozenset(
    {
        "array.array",
        "builtins.bytearray",
        "builtins.dict",
        "builtins.dict.fromkeys",
        "builtins.list",
        "builtins.set",
        "collections.ChainMap",
        "collections.Counter",
        "collections.Counter.fromkeys",
        "collections.OrderedDict",
        "collections.OrderedDict.fromkeys",
        "collections.UserDict",
        "collections.UserList",
        "collections.defaultdict",
        "collections.deque",
        "weakref.WeakKeyDictionary",
        "weakref.WeakSet",
        "weakref.WeakValueDictionary",
    }
)
# Last names of calls whose results can be changed, or are what they are given.
_MAKES = frozenset(name.rpartition(".")[2] for name in CONSTRUCTORS) | frozenset(
    "copy deepcopy cast sorted split rsplit splitlines".split()
)
# What gives no object that can be changed, and no name for one.
FIXED = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.Compare, ast.JoinedStr, ast.Lambda)


def is_from_outside(sight: Sight, node: ast.expr) -> bool:
    """Whether a dotted name can only be what an import from outside the project calls so itself, or a builtin.

    None of its words may be bound to anything else: an attribute is the same in all objects.
    """
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    return isinstance(node, ast.Name) and _bound(sight).keys().isdisjoint((node.id, *words))


def times_bound(sight: Sight, word: str) -> int:
    """How often a word is bound to anything but what an import from outside the project calls so itself."""
    return _bound(sight)[word]


def is_fixed(sight: Sight, node: ast.expr) -> bool:
    """Whether a name is given nothing but what cannot be changed, by plain assignments alone."""
    if not isinstance(node, ast.Name):
        return False
    if "fixed names" not in sight.kept:
        sight.kept["fixed names"] = _fixed(sight)
    fixed: Counter[str] = sight.kept["fixed names"]
    return 0 < fixed[node.id] == _bound(sight)[node.id]


def is_no_store(sight: Sight, node: ast.expr) -> bool:
    """Whether a default is none that can be changed, for what its name stands for.

    That is a function or a class of this file, or anything of another one, of which names know no place where it was made;
    and what a call from outside gives that is not known to make such a thing.
    """
    if isinstance(node, ast.Call):
        return last(node.func) not in _MAKES and is_from_outside(sight, node.func)
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or any(_bound(sight)[word] for word in words):
        return False
    foreign = sum(bound == node.id for _, bound in sight.foreign)
    defined = 0 if words else _defined(sight, node.id)
    return 0 < foreign + defined == _bound(sight)[node.id]


def _defined(sight: Sight, word: str) -> int:
    """How often a word is bound by definitions of functions and classes."""
    census = sight.census
    return sum(node.name == word for kind in _CODE for _, node in census.all(kind)) if census is not None else 0


def _bound(sight: Sight) -> Counter[str]:
    """How often words are bound, but for what an import from outside the project calls so itself."""
    if "bound words" not in sight.kept:
        sight.kept["bound words"] = _all_bound(sight)
    found: Counter[str] = sight.kept["bound words"]
    return found


def _all_bound(sight: Sight) -> Counter[str]:
    found = Counter(bound for _, bound in sight.foreign)
    census = sight.census
    if census is not None:
        for kind in _NAMES:
            found.update(last(node) for _, node in census.all(kind) if node.ctx.__class__ is not ast.Load)
        for kind, name in _BINDING.items():
            found.update(filter(None, (getattr(node, name) for _, node in census.all(kind))))
    return found


def _fixed(sight: Sight) -> Counter[str]:
    """How often names are given something that cannot be changed, by themselves."""
    if sight.census is None:
        return Counter()
    plain = [node for _, node in sight.census.all(ast.Assign) if isinstance(node.value, FIXED)]
    found = Counter(target.id for node in plain for target in node.targets if isinstance(target, ast.Name))
    found.update(
        node.target.id
        for _, node in sight.census.all(ast.AnnAssign)
        if isinstance(node.value, FIXED) and isinstance(node.target, ast.Name)
    )
    return found - Counter(alias.name.partition(".")[0] for _, alias in sight.census.all(ast.alias))
