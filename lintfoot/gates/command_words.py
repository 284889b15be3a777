"""Which lines of a text may spell a command line that a page speaks of: by the words of its options."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lintfoot.book import CommandPattern
from lintfoot.census import Statement, last
from lintfoot.dataflow import Dataflow
from lintfoot.gates.call_lines import running
from lintfoot.gates.callees import lines_at
from lintfoot.gates.held_texts import lines_holding
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.sight import Sight

UNMISTAKABLE = regex(r"(--|\w+\.)[\w.-]*(verify|insecure|certificate)[\w.-]*(=\w+)?", re.IGNORECASE)
_SHORT = regex(r"-[A-Za-z0-9]")
_CLUSTER = regex(r"-(?<![\w-]-)([a-z]*[0-9]?)")
_SPELL: tuple[Any, ...] = (ast.List, ast.Tuple)
_TEXTS = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)
_NAMES = frozenset("cmd cmds command commands cmdline script argv".split())
_LETTERS = regex(r"[a-z]+")
_ADD = ("append", "extend")
_SAYS_LITTLE = 5  # characters: what has to follow an option may stand anywhere when it is no longer


def lines_of(sight: Sight) -> set[int] | None:
    """The lines; None where there is no census.

    A command is wrong for its option: where that comes from leads to wherever the command is put together, in what runs it,
    in a list, in words that are added to one, or as a text.
    """
    patterns = [pattern for rule in sight.rules.values() for pattern in rule.commands]
    asked = [pattern for pattern in patterns if _may_stand(sight, _words_of(pattern))]
    if not asked:
        return set()
    flow, runs = sight.dataflow, running(sight)
    if flow is None or runs is None:
        return None
    alone = [pattern for pattern in asked if _words_of(pattern).alone]
    others = [pattern for pattern in asked if not _words_of(pattern).alone]
    held = _optioned(sight, flow, alone)
    held |= _optioned(sight, flow, others) & _programmed(sight, flow, others) if others else set()
    return held & {*runs, *lines_at(sight, _spelling(flow))} if held else held


def _optioned(sight: Sight, flow: Dataflow, patterns: list[CommandPattern]) -> set[int]:
    """The lines that an option of some patterns may get to."""
    signs = [_compiled(sign) for sign in {sign for pattern in patterns for sign in _signs(pattern)}]
    return lines_holding(sight, flow, lambda text: any(sign.search(text) for sign in signs)) if signs else set()


def says_command(name: str) -> bool:
    """Whether a name says that it holds a command line."""
    return not _NAMES.isdisjoint(_LETTERS.findall(name.lower()))


def _programmed(sight: Sight, flow: Dataflow, patterns: list[CommandPattern]) -> set[int]:
    """The lines that a program of some patterns may get to, as a text or as a function: where that is not, nothing is told."""
    names = {name for pattern in patterns for name in pattern.program}
    signs = [_alone(name.lower()) for name in names]
    called = {name.replace("-", "_") for name in names} | names
    return lines_holding(sight, flow, lambda text: any(sign.search(text) for sign in signs), tuple(called))


def _spelling(flow: Dataflow) -> Iterator[Statement]:
    """The statements that may spell a command, but for calls that run one: in a list, or as a text under a name that says so."""
    census, calls = flow.bindings.census, flow.bindings.calls
    for kind in _SPELL:
        yield from (at for at, _ in census.all(kind))
    for at, node in census.all(ast.Assign):
        if isinstance(node.value, _TEXTS) and any(map(says_command, map(last, node.targets))):
            yield at
    yield from (at for word in _ADD for at, _ in calls.get(word, ()))


@dataclass(frozen=True, slots=True)
class _Words:
    """Of a pattern the words of its programs, those that each of its parts needs, and whether it says enough without a program.

    `certain` are those parts whose words the text itself holds; of short options it may hold others between.
    """

    pattern: CommandPattern
    programs: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    certain: tuple[tuple[str, ...], ...]
    alone: bool


_known: dict[int, _Words] = {}  # by the pattern's id, which nothing else can have as long as the pattern is kept here
_MOST = 4096


def _words_of(pattern: CommandPattern) -> _Words:
    found = _known.get(id(pattern))
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        parts = (pattern.options, pattern.next, *((word,) for word in pattern.after))
        needed = tuple(words for words in parts if words)
        found = _known[id(pattern)] = _Words(
            pattern,
            tuple(name.lower() for name in pattern.program),
            needed,
            tuple(tuple(map(_plain, words)) for words in needed if not any(map(_SHORT.fullmatch, words))),
            any(UNMISTAKABLE.fullmatch(word) for word in pattern.next or pattern.options),
        )
    return found


def _may_stand(sight: Sight, words: _Words) -> bool:
    """Whether a file holds one of the words for each thing that a pattern needs; what costs least is asked first.

    What the constants say that it imports from other files of the project counts for its own.
    """
    plain = (
        not sight.said_elsewhere and sight.text.isascii()
    )  # elsewhere small letters and folded ones are not the same
    held = sight.held.holds
    if plain and not ((words.alone or held(words.programs)) and all(map(held, words.certain))):
        return False
    low = sight.low if plain else _folded(sight)
    if not all(any(_stands(sight, word, low) for word in part) for part in words.needed):
        return False
    return words.alone or any(_alone(name).search(low) for name in words.programs)


def _stands(sight: Sight, word: str, low: str) -> bool:
    """Whether a text holds a word; of an option of a single letter that letter, which may stand among others."""
    return word[1].lower() in _letters(sight, low) if _SHORT.fullmatch(word) else _plain(word) in low


def _letters(sight: Sight, low: str) -> frozenset[str]:
    """The letters and digits behind single hyphens of a text, as `_written` looks for them: all of them at once."""
    if "short options" not in sight.kept:
        sight.kept["short options"] = frozenset("".join(_CLUSTER.findall(low)))
    found: frozenset[str] = sight.kept["short options"]
    return found


_compiled = lru_cache(maxsize=1024)(re.compile)


@lru_cache(maxsize=1024)
def _alone(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])")


def _folded(sight: Sight) -> str:
    if "folded" not in sight.kept:
        sight.kept["folded"] = f"{sight.text}\n{sight.said_elsewhere}".casefold()
    found: str = sight.kept["folded"]
    return found


def _signs(pattern: CommandPattern) -> list[str]:
    """Patterns one of which stands on a line that brings in what makes the command wrong; in small letters."""
    words = pattern.options
    if pattern.next and all(len(word) > _SAYS_LITTLE for word in pattern.next):
        words = pattern.next
    return [_written(word) for word in words or pattern.program]


@lru_cache(maxsize=1024)
def _written(option: str) -> str:
    """A pattern for an option in small letters; one of a single letter may stand among others."""
    if _SHORT.fullmatch(option):
        return rf"(?<![\w-])-[a-z]*{option[1].lower()}"
    return re.escape(_plain(option))


def _plain(option: str) -> str:
    return option.rstrip("*=").casefold()
