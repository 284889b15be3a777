"""Frozen records as plain tuples, and back again strictly: what does not fit the record's types is refused.

A record becomes the tuple of its fields, an enumeration its value. Types are known from the record alone, so that data
can never choose what is made of it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any

from lintfoot.records import hints_of, is_record, names_of

Reader = Callable[[Any], Any]
_PLAIN = (str, int, float, bool, bytes, type(None))


class Misfit(ValueError):  # noqa: N818 - it is named for what it is
    """Data that is no record of the kind asked for."""


def pack(value: Any) -> Any:
    """A value made of records, tuples and mappings as data that `marshal` takes. Raises Misfit for others."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return tuple(map(pack, value))
    if isinstance(value, list):
        return list(map(pack, value))
    if isinstance(value, Mapping):
        return {pack(key): pack(one) for key, one in value.items()}
    if not is_record(value):
        raise Misfit(type(value).__name__)
    return tuple(pack(getattr(value, name)) for name in names_of(value))


def unpack(kind: Any, data: Any) -> Any:
    """Make a value of a type from what `pack` gave. Raises Misfit for anything else."""
    try:
        return reader(kind)(data)
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise Misfit(str(kind)) from error


@cache
def reader(kind: Any) -> Reader:
    """The function that makes a value of a type, or raises."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(reader(next(one for one in inner if one is not types.NoneType)))
    if origin is tuple:
        return _tuple(inner)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(reader(inner[0]), reader(inner[1]))
    if kind is Any:
        return _any
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind)
    return _exactly(kind) if kind in _PLAIN else _record(kind)


def _exactly(kind: type) -> Reader:
    def read(data: Any) -> Any:
        if data.__class__ is not kind:
            raise Misfit(kind.__name__)
        return data

    return read


def _any(data: Any) -> Any:
    """What a type leaves open: plain values and tuples of them."""
    if data.__class__ in (tuple, list):
        return data.__class__(map(_any, data))
    if data.__class__ not in _PLAIN:
        raise Misfit(data.__class__.__name__)
    return data


def _optional(read: Reader) -> Reader:
    return lambda data: None if data is None else read(data)


def _member(kind: type[Enum]) -> Reader:
    members = dict(kind._value2member_map_)
    return lambda data: members[data]


def _tuple(inner: tuple[Any, ...]) -> Reader:
    if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004 - `tuple[X, ...]`
        return _many(reader(inner[0]), inner[0])
    readers = tuple(map(reader, inner))

    def read(data: Any) -> Any:
        if data.__class__ is not tuple or len(data) != len(readers):
            raise Misfit("tuple")
        return tuple([one(item) for one, item in zip(readers, data, strict=True)])

    return read


def _many(read: Reader, kind: Any) -> Reader:
    def each(data: Any) -> Any:
        if data.__class__ is not tuple:
            raise Misfit("tuple")
        return tuple(map(read, data)) if data else ()

    def same(data: Any) -> Any:
        if data.__class__ is not tuple or not all(item.__class__ is kind for item in data):
            raise Misfit("tuple")
        return data

    return same if kind in _PLAIN else each


def _mapping(key: Reader, value: Reader) -> Reader:
    def read(data: Any) -> Any:
        if data.__class__ is not dict:
            raise Misfit("dict")
        return {key(one): value(item) for one, item in data.items()}

    return read


def _record(kind: Any) -> Reader:
    """The reader of a record, written out for its fields: pages and models hold tens of thousands."""
    names = names_of(kind)
    hints = hints_of(kind)
    scope: dict[str, Any] = {"kind": kind, "Misfit": Misfit}
    wrong, given = ["data.__class__ is not tuple"], []
    for number, name in enumerate(names):
        hint = hints[name]
        if hint in _PLAIN:
            scope[f"is_{number}"] = hint
            wrong.append(f"a{number}.__class__ is not is_{number}")
            given.append(f"a{number}")
        else:
            scope[f"read_{number}"] = reader(hint)
            given.append(f"read_{number}(a{number})")
    lines = [
        "def read(data):",
        f" if data.__class__ is not tuple or len(data) != {len(names)}: raise Misfit(kind.__name__)",
        f" {''.join(f'a{number}, ' for number in range(len(names)))} = data" if names else " pass",
        f" if {' or '.join(wrong)}: raise Misfit(kind.__name__)",
        f" return kind({', '.join(given)})",
    ]
    exec("\n".join(lines), scope)  # noqa: S102 - written of numbers alone
    found: Reader = scope["read"]
    return found
