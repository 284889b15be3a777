"""The words of a command as letters, long options and operands, as far as they are known: what a native replacement needs."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from lintfoot.argv import Word
from lintfoot.records import dataclass
from lintfoot.shellwords import DATA

Shower = Callable[[cst.CSTNode], str]


@dataclass(frozen=True, slots=True)
class Called:
    """A program's own words. `options` are single letters and long options; `values` what valued ones were given.

    `operands` are shown as Python: a constant in quotes, data as its expression, a mixture as an f-string.
    """

    options: frozenset[str]
    values: dict[str, str]
    operands: tuple[str, ...]

    def has(self, *options: str) -> bool:
        """Whether any of the options is given."""
        return not self.options.isdisjoint(options)

    def operand(self, place: int, otherwise: str = "path") -> str:
        """An operand by its place; negative from the end."""
        try:
            return self.operands[place]
        except IndexError:
            return otherwise


def called(words: tuple[Word, ...], valued: frozenset[str], show: Shower) -> Called | None:
    """Read the words behind a program; None where some are not known. `valued` are options that take a word."""
    options: set[str] = set()
    values: dict[str, str] = {}
    operands: list[str] = []
    rest, only_operands = list(words), False
    while rest:
        word = rest.pop(0)
        if word.text is None:
            return None
        text = word.text
        if only_operands or not text.startswith("-") or text == "-":
            operands.append(shown(word, show))
        elif text == "--":
            only_operands = True
        elif text[1:].isdigit() and "n" in valued:  # `head -1`
            options.add("n")
            values["n"] = text[1:]
        elif text.startswith("--") or text in valued:
            name, sign, value = text.partition("=")
            options.add(name)
            if name in valued:
                values[name] = value if sign else (shown(rest.pop(0), show) if rest else "")
        else:
            _letters(text[1:], valued, options, values, rest, show)
    return Called(frozenset(options), values, tuple(operands))


def _letters(
    letters: str, valued: frozenset[str], options: set[str], values: dict[str, str], rest: list[Word], show: Shower
) -> None:
    """`-rf`, `-n5`, `-C path`: a bundle of short options, the last of which may take a value."""
    for place, letter in enumerate(letters):
        options.add(letter)
        if letter in valued:
            inner = letters[place + 1 :]
            values[letter] = inner or (shown(rest.pop(0), show) if rest else "")
            return


def shown(word: Word, show: Shower) -> str:
    """A word as Python."""
    text = word.text or ""
    if DATA not in text:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    data = [show(one) for one in word.data]
    if text == DATA and data:
        return data[0]
    pieces = text.split(DATA)
    if len(data) != len(pieces) - 1 or any('"' in one or "\n" in one or "\\" in one for one in data):
        return "…"
    inner = "".join(piece + (f"{{{data[place]}}}" if place < len(data) else "") for place, piece in enumerate(pieces))
    return f'f"{inner}"'
