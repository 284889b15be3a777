"""The logical lines of a text without their comments, and the words on them: what may be said of names without a parser."""

from __future__ import annotations

from functools import cached_property

from lintfoot.regexes import regex
from lintfoot.split import Layout

_WORD = regex(r"[^\W\d]\w*")
_NOTHING_SAID = " \t\r\n\0"


class Spread:
    """The logical lines of a text, and the words in each; a word counts wherever it stands in code, also in strings."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @cached_property
    def texts(self) -> dict[int, str]:
        """The text of each logical line by its first line, without comments; empty where it is a string alone."""
        found: dict[int, str] = {}
        lines, bare, logical = self.layout.lines, self.layout.bare, self.layout.logical
        first, count = 1, len(logical)
        while first <= count:
            last = first
            while last < count and logical[last] == first:
                last += 1
            if first == last and lines[first - 1] == bare[first - 1]:
                found[first] = lines[first - 1] if lines[first - 1].strip(_NOTHING_SAID) not in ("", "()") else ""
            else:
                found[first] = self._text(first, last)
            first = last + 1
        return found

    def _text(self, first: int, last: int) -> str:
        lines, bare = self.layout.lines[first - 1 : last], self.layout.bare[first - 1 : last]
        if "\n".join(bare).strip(_NOTHING_SAID) in ("", "()"):
            return ""
        return "\n".join(map(_uncommented, lines, bare))

    @cached_property
    def lines_with(self) -> dict[str, list[int]]:
        """The logical lines that hold each word."""
        table: dict[str, list[int]] = {}
        for start, text in self.texts.items():
            for word in set(_WORD.findall(text)):
                table.setdefault(word, []).append(start)
        return table


def _uncommented(line: str, bare: str) -> str:
    """A line without its comment; one that the bare line shows to be in a string is kept."""
    if "#" not in line:
        return line
    at = line.rfind("#")
    rest = line[at + 1 :]
    return line if "'" in rest or '"' in rest or bare.rstrip().endswith("()") else line[:at]
