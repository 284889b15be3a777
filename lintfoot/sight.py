"""What can be seen of a file before anything is parsed: its text, in the light of the chosen rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lintfoot.book import Rule
from lintfoot.libraries import Models
from lintfoot.split import Division, divide


@dataclass
class Sight:
    """One file's text, and what is looked for in it. `further` says that it imports other files of the project."""

    text: str
    path: str
    rules: Mapping[str, Rule]
    models: Models
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    further: bool = False

    @cached_property
    def low(self) -> str:
        """The text in small letters; as long as the text only where that is ASCII."""
        return self.text.lower()

    @cached_property
    def division(self) -> Division | None:
        """The statements of the text; None in doubt."""
        return divide(self.text)

    def gate(self, kind: Any) -> tuple[str, ...]:
        """The words of a visitor's gate, the user's own names included."""
        words = words_of(kind, self.rules, self.models)
        own = (name.lower() for code in kind.codes for name in self.options.get(code, {}).get("names", ()))
        return (*words, *own) if words else ()

    def line_of(self, offset: int) -> int:
        """The line, from 1, of a place in the text."""
        return self.text.count("\n", 0, offset) + 1

    def option(self, code: str, key: str) -> Any:
        """A rule's own setting, or its page's default."""
        given, rule = self.options.get(code, {}), self.rules.get(code)
        return given[key] if key in given else rule.options[key].default if rule and key in rule.options else None

    def lines_called(self, names: Iterable[str]) -> list[int] | None:
        """The lines on which a function of one of these last names may be called.

        None where the text mentions one in another way than in a call or an import under its own name: then anything may
        stand for it.
        """
        division = self.division
        present = [name for name in names if name in self.text]
        if not present:
            return []
        if division is None:
            return None
        pattern = re.compile(rf"\b(?:{'|'.join(sorted(present))})\b(?P<call>[\s\\]*\()?(?P<renamed>\s+as\b)?")
        found: list[int] = []
        for number, line in enumerate(division.lines, 1):  # the text itself: f-strings hold calls
            for match in pattern.finditer(line):
                if match["call"]:
                    found.append(number)
                elif pattern.search(division.bare[number - 1]) and (
                    match["renamed"] or not _IMPORT.match(division.logical_line(number))
                ):
                    return None
        return found


_IMPORT = re.compile(r"\s*(?:from|import)\b")

_words: dict[tuple[Any, Models, tuple[int, ...]], tuple[tuple[str, ...], tuple[Rule, ...]]] = {}
_MOST = 1000  # gates kept: some configurations of one process


def words_of(kind: Any, rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The words of a visitor's gate, worked out once: they take longer to make than to look for.

    Rules are told apart by identity; those of a kept gate are held, so that no other can take their place.
    """
    key = (kind, models, tuple(map(id, rules.values())))
    if key not in _words:
        if len(_words) >= _MOST:
            _words.clear()
        _words[key] = kind.gate(rules, models), tuple(rules.values())
    return _words[key][0]
