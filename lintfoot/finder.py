"""Which of some words a text holds, wherever they stand in it: hundreds of words, asked for by many, in one pass.

With the wheel of the extra `fast` that pass is an Aho-Corasick automaton, which takes no longer for more words. Without it
each word is looked for by itself, among the text's distinct runs of letters where it is no more than that: a tenth of the text.
Both find the same, and a test holds them to it: a word is found where `word in text` is true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property

from lintfoot.regexes import regex

_SPOKEN = regex(r"[\w.-]+")
_SHORT = 5_000  # characters that are searched faster than it is told how
_PATIENCE = 8_000  # words looked for one by one: that takes as long as to make an automaton for them
_MOST = 20_000  # words of one automaton: far more than any set of pages asks for
Search = Callable[[str], list[str]]
Maker = Callable[[list[str]], Search]


def _apart(kept: str) -> str:
    """A table for `str.translate`: of ASCII it leaves letters, digits and what is to be kept, and blanks for the rest."""
    return "".join(one if one.isalnum() or one in kept else " " for one in map(chr, range(128)))


_RUNS, _WORDS = _apart("_.-"), _apart("_")


def plain_words(text: str) -> frozenset[str]:
    """All runs of letters and digits of an ASCII text, each once."""
    return frozenset(text.translate(_WORDS).split())


def runs(text: str) -> frozenset[str]:
    """All runs of letters, digits, dots and hyphens of a text, each once: a word that is nothing else stands in one of them."""
    return frozenset(text.translate(_RUNS).split() if text.isascii() else _SPOKEN.findall(text))


class Finder:
    """Looks for words in text after text. Words are learned as they are asked for, and found in one pass once that is worth it.

    A run over few files looks for each word by itself, and pays neither for the wheel's import nor for an automaton.
    """

    def __init__(self, wheel: Callable[[], Maker | None], patience: int = _PATIENCE) -> None:
        self._wheel, self._patience = wheel, patience
        self.alone = 0  # words that were looked for by themselves since the automaton was made
        self._asked: set[str] = set()
        self._machine: tuple[frozenset[str], Search] | None = None

    def look(self, text: str, spoken: Callable[[], Iterable[str]] | None = None) -> Look:
        """What there is to be asked of a text; `spoken` gives its `runs` where somebody has them."""
        return Look(self, text, spoken or (lambda: runs(text)), self._found(text))

    def _found(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """The words that are found in one pass, and those of them that the text holds."""
        if self.alone > self._patience and self._asked and self._made is not None:
            words, self.alone = frozenset(self._asked), 0
            self._machine = words, self._made(sorted(words))
        if self._machine is None:
            return _NONE
        known, search = self._machine
        try:
            return known, frozenset(search(text))
        except UnicodeEncodeError:  # half a character, which only a string in memory can hold
            return _NONE

    @cached_property
    def _made(self) -> Maker | None:
        return self._wheel()

    def learn(self, words: Iterable[str]) -> None:
        """Find these words as well in one pass from the next automaton on."""
        if len(self._asked) < _MOST:
            self._asked.update(word for word in words if word)


_NONE: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


class Look:
    """One text, asked for words."""

    def __init__(
        self,
        finder: Finder,
        text: str,
        spoken: Callable[[], Iterable[str]],
        found: tuple[frozenset[str], frozenset[str]],
    ) -> None:
        self._finder, self._text, self._spoken = finder, text, spoken
        self._known, self._found = found

    def holds(self, words: Collection[str]) -> bool:
        """Whether the text holds one of some words."""
        if not self._found.isdisjoint(words):
            return True
        if self._known.issuperset(words):
            return False
        self._finder.learn(words)
        return any(word not in self._known and self._stands(word) for word in words)

    def those(self, words: AbstractSet[str]) -> set[str]:
        """Those of some words that the text holds."""
        new = words - self._known
        self._finder.learn(new)
        return {*(words & self._found), *filter(self._stands, new)}

    def _stands(self, word: str) -> bool:
        self._finder.alone += 1
        if len(self._text) < _SHORT:
            return word in self._text
        return word in (self._joined if _SPOKEN.fullmatch(word) else self._text)

    @cached_property
    def _joined(self) -> str:
        return "\n".join(self._spoken())


def automaton(words: list[str]) -> Search:
    """The search of the wheel: overlapping, or a short word would hide the longer one that it begins."""
    from ahocorasick_rs import AhoCorasick, Implementation

    machine = AhoCorasick(words, store_patterns=True, implementation=Implementation.DFA)
    return lambda text: machine.find_matches_as_strings(text, overlapping=True)


def wheel() -> Maker | None:
    """What makes an automaton; None where the wheel is not installed."""
    from importlib.util import find_spec

    return automaton if find_spec("ahocorasick_rs") is not None else None


_finder = Finder(wheel)  # of this process: words are learned once


def look(text: str, spoken: Callable[[], Iterable[str]] | None = None) -> Look:
    """A look at a text with the finder of this process."""
    return _finder.look(text, spoken)
