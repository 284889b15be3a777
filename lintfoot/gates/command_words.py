"""Which lines of a text may spell a command line that a page speaks of: by the words of its options."""

from __future__ import annotations

import re

from lintfoot.book import CommandPattern
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

UNMISTAKABLE = regex(r"(--|\w+\.)[\w.-]*(verify|insecure|certificate)[\w.-]*(=\w+)?", re.IGNORECASE)
_SHORT = regex(r"-[A-Za-z0-9]")
_SAYS_LITTLE = 5  # characters: what has to follow an option may stand anywhere when it is no longer


def lines_of(sight: Sight) -> frozenset[int] | None:
    """The lines, and those that the words on them are handed on to; None where only the whole file tells.

    A command is wrong for its option: where that comes from leads to wherever the command is put together.
    """
    patterns = [pattern for rule in sight.rules.values() for pattern in rule.commands]
    asked = [pattern for pattern in patterns if _may_stand(sight, pattern)]
    spread = sight.spread if asked else None
    if spread is None:
        return None if asked else frozenset()
    signs = {sign: re.compile(sign) for pattern in asked for sign in _signs(pattern)}
    first = {
        start
        for start, text in spread.texts.items()
        if text and any(sign.search(text.casefold()) for sign in signs.values())
    }
    told = sight.telling(Wanted(says=lambda text: any(sign.search(text.casefold()) for sign in signs.values())))
    return spread.reach(told.names, lines=first).lines


def _may_stand(sight: Sight, pattern: CommandPattern) -> bool:
    """Whether a file holds one of the words for each thing that a pattern needs; what costs least is asked first.

    What the constants say that it imports from other files of the project counts for its own.
    """
    alone = any(UNMISTAKABLE.fullmatch(word) for word in pattern.next or pattern.options)
    programs = [name.lower() for name in pattern.program]
    plain = (
        not sight.said_elsewhere and sight.text.isascii()
    )  # elsewhere small letters and folded ones are not the same
    if plain and not alone and not sight.held.holds(programs):
        return False
    needed: list[tuple[str, ...]] = [pattern.options, pattern.next, *((word,) for word in pattern.after)]
    certain = (tuple(map(_plain, words)) for words in needed if words and not any(map(_SHORT.fullmatch, words)))
    if plain and not all(map(sight.held.holds, certain)):
        return False
    low = sight.low if plain else f"{sight.text}\n{sight.said_elsewhere}".casefold()
    if any(words and not any(re.search(_written(word), low) for word in words) for words in needed):
        return False
    return alone or any(re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", low) for name in programs)


def _signs(pattern: CommandPattern) -> list[str]:
    """Patterns one of which stands on a line that brings in what makes the command wrong; in small letters."""
    words = pattern.options
    if pattern.next and all(len(word) > _SAYS_LITTLE for word in pattern.next):
        words = pattern.next
    return [_written(word) for word in words or pattern.program]


def _written(option: str) -> str:
    """A pattern for an option in small letters; one of a single letter may stand among others."""
    if _SHORT.fullmatch(option):
        return rf"(?<![\w-])-[a-z]*{option[1].lower()}"
    return re.escape(_plain(option))


def _plain(option: str) -> str:
    return option.rstrip("*=").casefold()
