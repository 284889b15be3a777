"""A TOML table into a frozen dataclass, strictly: the one reader for rule pages, library models and configuration.

Every problem is kept, with file, line and the nearest known word, so that a user mends a file in one go.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lintfoot.records import dataclass, is_record, needed_by

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file of settings, pages or models."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class Problems(Exception):  # noqa: N818 - it is named for what it holds
    """All that is wrong with the files read: an expected error, shown as one line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Page:
    """One TOML text being read, and the problems met in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []

    def parse(self) -> dict[str, Any]:
        """Return the whole document, or an empty one with a problem where it is no TOML."""
        import tomllib  # 10 ms, and most runs read no TOML: pages are kept

        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            line, column = _place_of_error(str(error), self.text)
            self.problems.append(Problem(self.file, line, column, f"not valid TOML: {error}"))
            return {}

    def wrong(self, key: Key, message: str) -> None:
        """Record a problem at a key."""
        line, column = position(self.text, key)
        self.problems.append(Problem(self.file, line, column, message))

    def read(self, record: type[T], table: dict[str, Any], at: Key = ()) -> T | None:
        """Turn a table into `record`; None, with problems recorded, where it does not fit."""
        before = len(self.problems)
        known = _field_types(typing.cast("Hashable", record))
        values: dict[str, Any] = {}
        for key, value in table.items():
            name = key.replace("-", "_")
            if name not in known or key != spelled(name):
                self.wrong((*at, key), f"unknown key {quoted(key)}{did_you_mean(key, map(spelled, known))}")
            else:
                values[name] = self.value(known[name], value, (*at, key))
        for name in needed_by(record):
            if name not in values:
                self.wrong(at, f"missing key {quoted(spelled(name))}")
        return record(**values) if len(self.problems) == before else None

    def value(self, kind: Any, value: Any, at: Key) -> Any:
        """Check one value against a type; the problem names what was expected."""
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (types.UnionType, typing.Union):
            return self.value(next(part for part in inner if part is not types.NoneType), value, at)
        if origin is tuple:
            items = value if isinstance(value, list) else [value] if inner[0] is type(value) is str else None
            if items is None:
                return self._expected("a list", value, at)
            return tuple(self.value(inner[0], item, (*at, number)) for number, item in enumerate(items))
        if origin is dict:
            if not isinstance(value, dict):
                return self._expected("a table", value, at)
            return {key: self.value(inner[1], item, (*at, key)) for key, item in value.items()}
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if isinstance(value, str) and value in kind._value2member_map_:
                return kind(value)
            choices = [member.value for member in kind]
            return self._expected(f"one of {', '.join(choices)}", value, at, did_you_mean(value, choices))
        if is_record(kind):
            return self.read(kind, value, at) if isinstance(value, dict) else self._expected("a table", value, at)
        if type(value) is kind or (kind is float and type(value) is int) or kind is Any:
            return value
        return self._expected(_KIND_NAMES[kind], value, at)

    def _expected(self, what: str, value: object, at: Key, hint: str = "") -> None:
        shown = quoted(value) if isinstance(value, str) else _toml_kind(value)
        name = quoted(str(at[-1])) if isinstance(at[-1], str) else f"an item of {quoted(str(at[-2]))}"
        self.wrong(at, f"{name} must be {what}, not {shown}{hint}")


_KIND_NAMES = {str: "a string", int: "a whole number", bool: "true or false", float: "a number"}


def _toml_kind(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"


@cache
def _field_types(record: type) -> dict[str, Any]:
    return typing.get_type_hints(record)


def spelled(name: str) -> str:
    """A field's name as it is written in TOML."""
    return name.replace("_", "-")


def quoted(text: str) -> str:
    """Text from a file, safe to show and marked as such."""
    shown = text if text.isprintable() else ascii(text)[1:-1]
    return f'"{shown}"'


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """` (did you mean "x"?)` for the nearest known word, or nothing."""
    from difflib import get_close_matches  # only mistakes come here

    near = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def _place_of_error(message: str, text: str) -> tuple[int, int]:
    words = message.replace(",", " ").replace(")", " ").split()
    if "line" in words and "column" in words:
        return int(words[words.index("line") + 1]), int(words[words.index("column") + 1])
    return text.count("\n") + 1, 1


_MARK = "lintfoot\u2063mark"


def position(text: str, key: Key) -> tuple[int, int]:
    """Find line and column of a key in a TOML text, or of the nearest table above it; (1, 1) where all fails.

    Only errors come here, so tomlkit is imported here: it keeps the layout, and a mark put at the key shows the place.
    """
    import tomlkit

    for length in range(len(key), 0, -1):
        try:
            document: Any = tomlkit.parse(text)
            holder: Any = document
            for part in key[: length - 1]:
                holder = holder[part]
            found = _marked(document, holder, key[length - 1])
        # tomlkit fails in many ways on odd files; this is only the place of a problem that is reported anyway
        except Exception:  # noqa: BLE001, S112  # lintfoot: ignore[LF503] -- see above
            continue
        if found:
            return found
    return 1, 1


def _marked(document: Any, holder: Any, part: str | int) -> tuple[int, int] | None:
    import tomlkit
    from tomlkit.items import AoT, Table

    item = holder[part]
    if isinstance(item, AoT):
        item = item[0]
    if isinstance(item, Table):
        item.comment(_MARK)
    else:
        holder[part] = _MARK
    before, mark, _ = tomlkit.dumps(document).partition(_MARK)
    if not mark:
        return None
    lines = before.split("\n")
    start = lines[-1]
    column = start.rfind(part) + 1 if isinstance(part, str) else 0
    return len(lines), column or len(start)


@dataclass(frozen=True, slots=True)
class Folder:
    """A place pages come from: the book in the package, or a user's own folder."""

    root: Traversable | Path
    shown: str = ""

    def pages(self, inner: str = "") -> Iterator[Page]:
        """Yield every TOML file of the folder (or of one folder in it), by name, as an unread page."""
        folder = self.root.joinpath(inner) if inner else self.root
        if not folder.is_dir():
            return
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith(".toml") and file.is_file():
                shown = "/".join(filter(None, (self.shown, inner, file.name)))
                try:
                    yield Page(shown, file.read_text(encoding="utf-8"))
                except (OSError, UnicodeDecodeError) as error:
                    raise Problems([Problem(shown, 0, 0, f"cannot be read: {error}")]) from error


def read_pages(pages: Iterable[Page], make: Callable[[Page, dict[str, Any]], T | None]) -> list[T]:
    """Read pages with `make`; raise Problems with everything that was wrong in any of them."""
    made, problems = [], []
    for page in pages:
        document = page.parse()
        one = make(page, document) if not page.problems else None
        problems += page.problems
        if one is not None:
            made.append(one)
    if problems:
        raise Problems(problems)
    return made
