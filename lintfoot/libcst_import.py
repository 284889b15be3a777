"""The first import of libcst, in half the time: three fifths of it are the standard library's, for two hundred classes of nodes.

While libcst is imported, its classes are made by our own `records`, which write an `__init__` when the first node of a class is
made. What a node is, and what may be asked of it, is the same: the tests compare nodes and trees with what libcst makes alone,
and run over it as a whole. Somebody who has imported libcst before us keeps what he has, and where there are other threads libcst is
imported as it is: they may be defining classes of their own at that moment. A tenth of it is for `libcst.metadata`, of which libcst
itself needs two modules; the rest comes when somebody asks the package for it.

Each node looks at what it was given when it is made, which takes a sixth of the time of a parse: most nodes are blanks, names
and ends of lines, which the parser has just cut out of the text by the very patterns that they ask for again. These do not ask
where it is the parser that makes them; a node made by anybody else is looked at as ever.
"""

from __future__ import annotations

import sys
from _thread import RLock, get_ident
from functools import partial
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lintfoot import records

if TYPE_CHECKING:
    import libcst as cst

_OURS = {
    "frozen",
    "slots",
    "eq",
    "order",
    "kw_only",
}  # of what the decorator may be asked; the rest is left to the library's own


def bring() -> None:
    """Import libcst, unless it is there, or is better left to the import that needs it."""
    threading = sys.modules.get("threading")  # without it there are none
    if "libcst" in sys.modules or (threading is not None and threading.active_count() > 1):
        return
    import dataclasses

    kept = dataclasses.dataclass

    def made(kind: Any = None, /, **how: bool) -> Any:
        if kind is None:
            return partial(made, **how)
        plain = (
            how.keys() <= _OURS
            and all(one.init for one in vars(kind).values() if isinstance(one, dataclasses.Field))
            and not any("__dataclass_fields__" in vars(base) and not records.is_own(base) for base in kind.__mro__)
        )
        return records.defined(kind, ending=_looked_at, **how) if plain else kept(kind, **how)

    dataclasses.dataclass = made
    try:
        later = _later("metadata")
        import libcst

        vars(libcst)["metadata"] = later
    finally:
        dataclasses.dataclass = kept


class _Later(ModuleType):
    """A package whose modules can be imported, and that fills itself for the first who asks it for anything else."""

    def __getattr__(self, name: str) -> Any:
        with _filling:  # others wait until it is full, as they do for an import
            if self.__class__ is _Later and self.__spec__ is not None and self.__spec__.loader is not None:
                self.__class__ = _Begun
                self.__spec__.loader.exec_module(self)
        return ModuleType.__getattribute__(self, name)


class _Begun(_Later):
    """The same, when it has begun."""


_filling = RLock()


def _later(name: str) -> ModuleType:
    """A package of libcst's, put where an import finds it."""
    above = find_spec("libcst")
    spec = PathFinder.find_spec(f"libcst.{name}", above.submodule_search_locations if above is not None else None)
    if spec is None:
        raise ModuleNotFoundError(f"No module named 'libcst.{name}'", name=f"libcst.{name}")
    found = module_from_spec(spec)
    found.__class__ = _Later
    return sys.modules.setdefault(spec.name, found)


_parsing: set[int] = set()  # the threads in which the parser is at work
# What nodes look for in themselves that is true of all that the parser cuts out of a text: blanks, an end of a line, a comment, a
# name that is not empty and the prefix and quotes of a string by the tokenizer's patterns; by its grammar as many closing brackets as
# opening ones, a semicolon between two statements of a line, a target, an index, and no `=` or star where none may be.
_SURE = frozenset(
    f"{name}._validate"
    for name in (
        *("SimpleWhitespace", "Newline", "Comment", "Name", "SimpleString", "_BaseParenthesizedNode"),
        *("_BaseSimpleStatement", "Assign", "Subscript", "Arg", "Param"),
    )
)


def parsed(text: str) -> cst.Module:
    """The tree of a text. Raises what `libcst.parse_module` raises."""
    bring()
    import libcst

    me = get_ident()
    _parsing.add(me)
    try:
        return libcst.parse_module(text)
    finally:
        _parsing.discard(me)


def _looked_at(kind: Any) -> tuple[str, dict[str, Any]]:
    """How the `__init__` of a class of nodes ends: by looking at what it was given, where there is anything to look for.

    What somebody derives from the class may look for more.
    """
    if not hasattr(kind, "__post_init__"):
        return "", {}
    looks, look = kind.__post_init__, getattr(kind, "_validate", None)
    if look is None or looks.__qualname__ != "CSTNode.__post_init__":
        return "self.__post_init__()", {}
    if look.__qualname__ == "CSTNode._validate":  # nothing
        return "if self.__class__ is not _kind: self.__post_init__()", {"_kind": kind}
    if look.__qualname__ not in _SURE:
        return "self.__post_init__()", {}
    ending = "if self.__class__ is not _kind or not _parsing or _me() not in _parsing: self.__post_init__()"
    return ending, {"_kind": kind, "_parsing": _parsing, "_me": get_ident}
