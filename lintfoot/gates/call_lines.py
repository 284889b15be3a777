"""Which lines of a text may call some functions: under their own names, under others, and through functions of the file.

Always more than needed: a name counts wherever it stands, whatever it is bound to there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

from lintfoot.libraries import Function, Models, expanded
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.sight import Sight, Telling
from lintfoot.spread import CLASS, DEF, EQUALS, Spread, arguments
from lintfoot.wanted import Leading, Wanted, leading

Asked = Callable[[Function], bool]
_WORD = regex(r"[^\W\d]\w*")
_IMPORT = regex(r"\s*(?:from|import)\b")
_RENAMED = regex(r"\bas\s+(\w+)")
_MENTIONED = regex(r"(?P<name>\w+)(?P<call>[\s\\)]*\()?")
_GIVEN = regex(r"\bfor\s+([\w, ()]+?)\s+in\b|\bas\s+(\w+)|(\w+)\s*:=")
_INDIRECT = regex(r"[\])][\s\\]*\(")
_REACHES = ("getattr", "__import__", "import_module", "super")


def lasts_of(sight: Sight, asked: Asked, telling: Telling | None = None) -> set[str]:
    """The last names of modelled functions that something asks for, of the libraries that the file names or is led to."""
    known = lasts_by_library(sight.models, asked)
    tops = {name.partition(".")[0] for name in telling.outside} if telling is not None else set()
    led = [one for one in sight.models.libraries if not tops.isdisjoint(one.imports)] if tops else []
    return set().union(*(known[id(library)] for library in (*sight.libraries, *led)))


_asked: dict[Any, tuple[Models, dict[int, frozenset[str]]]] = {}  # by the code of the question


class _Lasts(dict[int, frozenset[str]]):
    """The last names of functions that a question is true for, by the id of their library: of those that are asked for."""

    def __init__(self, models: Models, asked: Asked) -> None:
        super().__init__()
        self.by_id = {id(library): library for library in models.libraries}
        self.asked = asked

    def __missing__(self, key: int) -> frozenset[str]:
        functions = filter(self.asked, self.by_id[key].functions)
        found = self[key] = frozenset(name.rpartition(".")[2] for one in functions for name in expanded(one.names))
        return found


def lasts_by_library(models: Models, asked: Asked) -> dict[int, frozenset[str]]:
    """By the id of a library the last names of its functions that a question is true for.

    Kept by the question's code, which is the same each time it is asked, unless something else goes into it.
    """
    code = (asked.__module__, asked.__code__) if isinstance(asked, FunctionType) and not asked.__closure__ else None
    kept = _asked.get(code)
    if kept is not None and kept[0] is models:
        return kept[1]
    found = _Lasts(models, asked)
    if code is not None:
        _asked[code] = models, found
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """What a logical line does with the functions that it mentions.

    `direct` are called on it, `loose` stand there without a bracket as well. `always` says that it calls whatever it mentions,
    `calls` that it may call anything at all. `names` are what an import or a class calls one from then on, `renamed`; `defaults`
    are the parameters of a function by the words of their defaults.
    """

    direct: frozenset[str]
    loose: frozenset[str]
    calls: bool = False
    always: bool = False
    names: frozenset[str] = frozenset()
    defaults: Mapping[str, set[str]] | None = None
    renamed: bool = False


def _nothing(function: Function) -> bool:
    del function
    return False


@lru_cache(maxsize=256)
def _leading(models: Models, asked: Asked) -> Leading:
    return leading(models, asked)


def _wanted(sight: Sight, names: frozenset[str], asked: Asked) -> Wanted:
    """What other files may tell: functions that are asked for, and other names of what is called like this."""
    leads = _leading(sight.models, asked)
    return Wanted(asked, lambda name: name.rpartition(".")[2] in names or leads(name))


def called(sight: Sight, names: Iterable[str], asked: Asked = _nothing, *, wrapped: bool = False) -> set[int] | None:
    """The lines that may call functions of these last names, or modelled functions that something asks for.

    With `wrapped` also those that call functions of this file in which such a call is handed something from outside.
    `asked` is a function of a module, not made for the call: what it leads to is worked out once.
    """
    spread = sight.spread
    if spread is None:
        return None
    lines: dict[int, _Line] = sight.kept.setdefault("called lines", {})
    other: dict[int, set[str]] = sight.kept.setdefault("called otherwise", {})
    known: set[str] = set()
    found: set[int] = set()
    named = frozenset(names)
    telling = sight.telling(_wanted(sight, named, asked))
    waiting = {*named, *lasts_of(sight, asked, telling), *telling.names, *telling.calls}
    while waiting:
        word = waiting.pop()
        known.add(word)
        for start in spread.lines_with.get(word, ()):
            line = lines.get(start)
            if line is None:
                line = lines[start] = _read(spread, start)
            direct = word in line.direct
            if line.calls and (direct or line.always):
                found.add(start)
            if line.defaults is not None:
                waiting |= line.defaults.get(word, _NO_NAMES) - known
            elif line.renamed:
                waiting |= line.names - known
            elif word in line.loose:
                if start not in other:
                    other[start] = _names(spread, start, spread.texts[start])
                waiting |= other[start] - known
            if wrapped and direct and line.defaults is None:
                waiting.update(one for one in _takers(spread, start) if one not in known)
    for start in {line for word in _REACHES[:3] for line in spread.lines_with.get(word, ())}:
        found.add(start)
    return found


def _read(spread: Spread, start: int) -> _Line:
    text = spread.texts[start]
    direct, loose = set[str](), set[str]()
    for match in _MENTIONED.finditer(text):
        (direct if match["call"] else loose).add(match["name"])
    held = frozenset(direct), frozenset(loose)
    if _IMPORT.match(text):
        return _Line(*held, names=frozenset(_RENAMED.findall(text)), renamed=True)
    if owner := CLASS.match(text):
        return _Line(*held, names=frozenset({owner[1]}), renamed=True)
    if DEF.match(text):
        return _Line(*held, calls=True, defaults=_defaults(text))
    always = _INDIRECT.search(text) is not None or text.lstrip().startswith("@")
    return _Line(*held, calls=True, always=always)


def _defaults(text: str) -> dict[str, set[str]]:
    """The parameters of a function by the words of their defaults."""
    found: dict[str, set[str]] = {}
    for part in arguments(text[text.find("(") + 1 :]):
        name = _WORD.search(part)
        for word in re.findall(r"\w+", part.partition("=")[2]) if name else ():
            found.setdefault(word, set()).add(name[0])  # type: ignore[index]
    return found


def _names(spread: Spread, start: int, text: str) -> set[str]:
    """What a function that a line mentions without a call may be called after it."""
    signs = [match.start() for match in EQUALS.finditer(text)]
    found = set(_WORD.findall(text[: signs[-1]])) if signs else set()
    if text.lstrip().startswith(("return", "yield", "@")) or "lambda" in text:
        found.update(spread.around.get(start, ())[-1:])
    for match in _GIVEN.finditer(text):
        found.update(_WORD.findall(match[0]))
    return found - {"self", "cls"}


_NO_NAMES: frozenset[str] = frozenset()


def _takers(spread: Spread, start: int) -> list[str]:
    """The function that a line stands in, where it takes anything; the class of a constructor."""
    around = spread.around.get(start, ())
    if not around:
        return []
    name = around[-1]
    for line in spread.definitions.get(name, ()):
        text = spread.texts[line]
        taken = {word for part in arguments(text[text.find("(") + 1 :]) for word in _WORD.findall(part)[:1]}
        if taken - {"self", "cls"}:
            return [name, *around[-2:-1]] if name.startswith("__") else [name]
    return []


def running(sight: Sight) -> set[int] | None:
    """The lines that may run commands: by a model, by what the callee is called, by functions of this file."""
    if "running" not in sight.kept:
        sight.kept["running"] = _running(sight)
    found: set[int] | None = sight.kept["running"]
    return found


def _running(sight: Sight) -> set[int] | None:
    from lintfoot.gates.callees import lines_of
    from lintfoot.gates.run_calls import runs

    found = runs(sight)
    return lines_of(sight, list(found.sites)) if found is not None else None


def mentioning(sight: Sight, *parts: str) -> set[int] | None:
    """The lines that hold one of some texts in small letters, and those that what stands there may be handed on to."""
    spread = sight.spread
    if spread is None:
        return None
    held = {
        start
        for start, text in spread.texts.items()
        if text and any(part in low for low in (text.casefold(),) for part in parts)
    }
    telling = sight.telling(Wanted(leads=_holds(parts), says=_holds(parts)))
    return set(spread.reach(telling.names, lines=held).lines)


def _holds(parts: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda text: any(part in low for low in (text.casefold(),) for part in parts)
