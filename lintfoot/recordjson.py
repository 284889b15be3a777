"""Frozen records as JSON objects, and back again strictly: a file says what the values are, the record alone what they may be.

A record is an object with its fields as keys, those left out that have their default; an enumeration is its value, a tuple a list,
a whole number as a key its decimal digits. What was written is read back equal.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from lintfoot.strictjson import Node, word_for
from lintfoot.tables import did_you_mean, quoted

Reader = Callable[[Any], Any]


class _Misfit(Exception):  # noqa: N818 - it is named for what it is
    """What does not fit; `at` grows on the way out, innermost first."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message, self.at = message, ""


def plain(value: Any) -> Any:
    """A value made of records as data for `json.dumps`."""
    if value.__class__ in (str, int, float, bool) or value is None:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return {name: plain(one) for name, default in _defaults(_kind(value)) if (one := getattr(value, name)) != default}


def _kind(value: Any) -> Any:
    return type(value)


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Fields with their defaults; one without has a default that nothing equals."""
    return tuple(
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default) for one in fields(kind)
    )


def made(kind: Any, node: Node) -> Any:
    """A value of a type from what `plain` gave. Raises Problems, with the place in the file, for anything else."""
    try:
        return reader(kind)(node.value)
    except _Misfit as misfit:
        at = f"{node.at}{misfit.at}" if node.at else misfit.at.removeprefix(".")
        raise Node(node.file, None, at).wrong(misfit.message) from None
    except RecursionError:
        raise node.wrong("is nested too deeply") from None


@cache
def reader(kind: Any) -> Reader:
    """The function that makes a value of a type, or raises."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        read = reader(next(one for one in inner if one is not types.NoneType))
        return lambda data: None if data is None else read(data)
    if origin is tuple:
        return _many(reader(inner[0])) if inner[-1] is Ellipsis else _few([reader(one) for one in inner])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(inner[0], reader(inner[1]))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _member(kind)
    return _record(kind) if is_dataclass(kind) else _exactly(kind)


_DIGITS = 18  # of a key: more would be no line or column
_WORDS: dict[Any, str] = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _exactly(kind: Any) -> Reader:
    def read(data: Any) -> Any:
        if data.__class__ is kind:
            return data
        if kind is float and data.__class__ is int:
            return float(data)
        raise _Misfit(f"must be {_WORDS[kind]}, not {word_for(data)}")

    return read


def _member(kind: type[StrEnum]) -> Reader:
    members: dict[str, StrEnum] = {one.value: one for one in kind}

    def read(data: Any) -> Any:
        if data.__class__ is not str or data not in members:
            raise _Misfit(f"must be one of {', '.join(members)}")
        return members[data]

    return read


def _within(read: Reader, data: Any, at: str) -> Any:
    try:
        return read(data)
    except _Misfit as misfit:
        misfit.at = f"{at}{misfit.at}"
        raise


def _list(data: Any) -> list[Any]:
    if data.__class__ is not list:
        raise _Misfit(f"must be a list, not {word_for(data)}")
    return data


def _many(read: Reader) -> Reader:
    return lambda data: tuple([_within(read, one, f"[{number}]") for number, one in enumerate(_list(data))])


def _few(readers: list[Reader]) -> Reader:
    def read(data: Any) -> Any:
        if len(_list(data)) != len(readers):
            raise _Misfit(f"must be a list of {len(readers)}")
        return tuple(one(item) for one, item in zip(readers, data, strict=True))

    return read


def _object(data: Any) -> dict[str, Any]:
    if data.__class__ is not dict:
        raise _Misfit(f"must be an object, not {word_for(data)}")
    return data


def _mapping(kind: type, read: Reader) -> Reader:
    def key(text: str) -> Any:
        if kind is not int:
            return text
        if len(text) > _DIGITS or not text.isdecimal() or not text.isascii() or str(int(text)) != text:
            raise _Misfit(f"the key {quoted(text)} is no whole number")
        return int(text)

    return lambda data: {key(one): _within(read, item, f"[{quoted(one)}]") for one, item in _object(data).items()}


def _record(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {one.name: reader(hints[one.name]) for one in fields(kind)}
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]

    def read(data: Any) -> Any:
        values = {}
        for key, item in _object(data).items():
            if key not in readers:
                raise _Misfit(f"unknown key {quoted(key)}{did_you_mean(key, readers)}")
            values[key] = _within(readers[key], item, f".{key}")
        for key in needed:
            if key not in values:
                raise _Misfit(f"the key {quoted(key)} is missing")
        return kind(**values)

    return read
