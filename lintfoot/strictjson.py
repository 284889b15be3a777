"""JSON that somebody may have tampered with: read whole and strictly, with the place of what is wrong.

A document is taken as it is meant or not at all: no key twice, no NaN, nothing of another type, no half character where text
is wanted that must be shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from lintfoot.records import dataclass
from lintfoot.tables import Problem, Problems, quoted

LARGEST = 1_000_000_000  # bytes: more than any report of ours, less than a machine's memory


class _Twice(ValueError):  # noqa: N818 - it is named for what it is
    """A key that an object has twice."""


def load(file: Path, shown: str) -> Any:
    """A JSON document. Raises Problems for what cannot be read or is none."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise _fault(shown, f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise _fault(shown, "is no valid file name") from None
    if len(data) > LARGEST:
        raise _fault(shown, "is too large to be a report of lintfoot")
    return loads(data, shown)


def loads(data: bytes, shown: str) -> Any:
    """The same for bytes that have been read."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        raise Problems([Problem(shown, error.lineno, error.colno, f"is no JSON: {error.msg}")]) from None
    except UnicodeDecodeError:
        raise _fault(shown, "is no JSON: it is not UTF-8") from None
    except _Twice as error:
        raise _fault(shown, f"has the key {error} twice in one object") from None
    except RecursionError:
        raise _fault(shown, "is nested too deeply") from None
    except ValueError:
        raise _fault(shown, "holds a number that is none") from None


def _fault(shown: str, message: str) -> Problems:
    return Problems([Problem(shown, 0, 0, message)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Twice(quoted(key))
        made[key] = value
    return made


def _constant(_: str) -> NoReturn:
    raise ValueError


def _float(text: str) -> float:
    made = float(text)
    if not isfinite(made):
        raise ValueError
    return made


_WORDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def word_for(value: Any) -> str:
    """What a value is, in words of JSON."""
    return "null" if value is None else _WORDS.get(value.__class__, "something else")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document, with its place: `findings[3].line`. Every look at it is checked, and raises Problems."""

    file: str
    value: Any
    at: str = ""

    def wrong(self, message: str) -> Problems:
        """What to raise for something wrong here."""
        return _fault(self.file, f"{self.at or 'the document'}: {message}")

    def of(self, kind: type) -> Any:
        """The value, if it is of just this type."""
        if self.value.__class__ is not kind:
            raise self.wrong(f"must be {_WORDS[kind]}, not {word_for(self.value)}")
        return self.value

    def number(self, least: int = 0) -> int:
        """A whole number, not below `least`."""
        made: int = self.of(int)
        if made < least:
            raise self.wrong(f"must be a whole number from {least} on, not {made}")
        return made

    def text(self) -> str:
        """A text."""
        made: str = self.of(str)
        return made

    def get(self, key: str) -> Node:
        """A member of an object, which must be there."""
        members = self.of(dict)
        if key not in members:
            raise self.wrong(f"the key {quoted(key)} is missing")
        return Node(self.file, members[key], f"{self.at}.{key}" if self.at else key)

    def find(self, key: str) -> Node | None:
        """A member of an object, if it is there and not null."""
        return self.get(key) if self.of(dict).get(key) is not None else None

    def items(self) -> list[Node]:
        """The items of a list."""
        return [Node(self.file, one, f"{self.at}[{number}]") for number, one in enumerate(self.of(list))]

    def members(self) -> dict[str, Node]:
        """The members of an object."""
        return {key: Node(self.file, one, f"{self.at}[{quoted(key)}]") for key, one in self.of(dict).items()}
