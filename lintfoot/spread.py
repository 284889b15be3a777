"""How far a name may spread through a file, by words alone: what is given its value, returns it, or is handed it.

Far more than needed: a word counts wherever it stands in code, also in strings (annotations, f-strings). What it does not reach
can hold nothing of what the words stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lintfoot.split import Division

_WORD = re.compile(r"[^\W\d]\w*")
_COMMENT = re.compile(r"#[^\n]*\Z")
EQUALS = re.compile(r"(?:(?<![=!<>:])|(?<=<<)|(?<=>>))=(?!=)")
_BOUND = re.compile(r"\b(?:as|for|import)\s+([\w., ()*]+)|(\w+)\s*:=")
_CALLED = re.compile(r"(\w+)[\s\\)]*\(")
_FILLED = re.compile(r"([\w.]+)\s*\.\s*(?:append|extend|insert|add|update|setdefault|put|register|push)\s*\(")
DEF = re.compile(r"[ \t]*(?:async\s+)?def\s+(\w+)")
CLASS = re.compile(r"[ \t]*class\s+(\w+)")
_ANYTHING = re.compile("")
_VERB = re.compile(r"\s*(?:await\s+)?(?:[\w.]+\s*\.\s*)?(\w+)\s*\(")
_KEYWORD = re.compile(r"\s*(\w+)\s*=(?!=)")
_RETURNED = re.compile(r"^\s*(?:return|yield(?:\s+from)?)\b")
_PLAIN = frozenset(
    "self cls None True False if else elif for while in is not and or return yield with as import from def class lambda try "
    "except finally raise assert pass del global nonlocal async await break continue print str int len list dict set "
    "tuple isinstance super getattr bool".split()
)


class Spread:
    """The logical lines of a text, the words in each, and where functions begin."""

    def __init__(self, division: Division) -> None:
        self.division = division
        self.starts = sorted(set(division.logical))

    @cached_property
    def texts(self) -> dict[int, str]:
        """The text of each logical line by its first line, without comments; empty where it is a string alone."""
        found: dict[int, str] = {}
        lines, bare, logical = self.division.lines, self.division.bare, self.division.logical
        parts: dict[int, list[int]] = {}
        for number, start in enumerate(logical, 1):
            parts.setdefault(start, []).append(number)
        for start, numbers in parts.items():
            code = "\n".join(bare[number - 1] for number in numbers).strip(" \t\r\n\0")
            if code in ("", "()"):
                found[start] = ""
                continue
            found[start] = "\n".join(_uncommented(lines[number - 1], bare[number - 1]) for number in numbers)
        return found

    @cached_property
    def lines_with(self) -> dict[str, list[int]]:
        """The logical lines that hold each word."""
        table: dict[str, list[int]] = {}
        for start, text in self.texts.items():
            for word in set(_WORD.findall(text)):
                table.setdefault(word, []).append(start)
        return table

    @cached_property
    def definitions(self) -> dict[str, list[int]]:
        """The lines on which functions of each name begin; a constructor also under its class's name."""
        table: dict[str, list[int]] = {}
        owners: list[tuple[int, str]] = []
        for start, text in self.texts.items():
            if owner := CLASS.match(text):
                owners.append((_indent(text), owner[1]))
            if found := DEF.match(text):
                table.setdefault(found[1], []).append(start)
                if found[1] in ("__init__", "__new__", "__call__", "__enter__"):
                    for _, name in owners[-3:]:
                        table.setdefault(name, []).append(start)
        return table

    @cached_property
    def classes(self) -> frozenset[str]:
        """The names of all classes of the file."""
        return frozenset(found[1] for text in self.texts.values() if (found := CLASS.match(text)))

    @cached_property
    def around(self) -> dict[int, tuple[str, ...]]:
        """For each logical line the names of the functions and classes that it stands in."""
        found: dict[int, tuple[str, ...]] = {}
        open_: list[tuple[int, str]] = []
        for start, text in self.texts.items():
            if text:
                indent = _indent(text)
                while open_ and open_[-1][0] >= indent:
                    open_.pop()
                found[start] = tuple(name for _, name in open_)
                if defined := DEF.match(text) or CLASS.match(text):
                    open_.append((indent, defined[1]))
        return found

    def reach(
        self,
        words: Iterable[str],
        verbs: frozenset[str] = frozenset(),
        lines: Iterable[int] = (),
        *,
        callers: bool = False,
        kept: frozenset[str] | None = None,
    ) -> Reached:
        """All words that some words may stand behind, and the logical lines that hold any.

        What calls of `verbs` give is something else, and does not spread. `lines` are reached to begin with. With
        `callers` a function that holds such a line spreads its own name as well. With `kept` a call of anything else, but for
        functions of this file, gives something else than what it is handed.
        """
        known: set[str] = set()
        reached = set(lines)
        inherited = False
        waiting = list(words)
        for start in reached:
            waiting += self._told(start, self.texts[start], "", _ANYTHING, verbs, callers=callers, kept=kept)
        while waiting:
            word = waiting.pop()
            if word in known or word in _PLAIN:
                continue
            known.add(word)
            pattern = re.compile(rf"\b{word}\b")
            for start in self.lines_with.get(word, ()):
                reached.add(start)
                text = self.texts[start]
                inherited = inherited or (CLASS.match(text) is not None and CLASS.match(text)[1] != word)  # type: ignore[index]
                waiting += self._told(start, text, word, pattern, verbs, callers=callers, kept=kept)
        return Reached(frozenset(known), frozenset(reached), inherited)

    def _told(
        self,
        start: int,
        text: str,
        word: str,
        pattern: re.Pattern[str],
        verbs: frozenset[str],
        *,
        callers: bool,
        kept: frozenset[str] | None,
    ) -> set[str]:
        """The words that a line gives the value of a word on it."""
        found: set[str] = set()
        around = self.around.get(start, ())
        if callers:
            found.update(around)
        if defined := DEF.match(text):
            for part in arguments(text[text.find("(") + 1 :]):
                if pattern.search(part):
                    found.update(_WORD.findall(part)[:1])
            if "->" in text:
                found.add(defined[1])
            return found
        if owner := CLASS.match(text):
            return {owner[1]}
        gives = text.lstrip().startswith(("return", "yield", "@")) or " yield " in text or "lambda" in text
        if gives and (kept is None or not self._is_lost(_RETURNED.sub("", text), pattern, kept)):
            found.update(around)
        assigned = self._assigned(text, pattern, verbs)
        if assigned and (kept is None or not self._is_lost(_value_of(text), pattern, kept)):
            found |= assigned
        for match in _BOUND.finditer(text):
            found.update(_WORD.findall(match[0]))
        for match in _FILLED.finditer(text):
            found.update(_WORD.findall(match[1]))
        for match in _CALLED.finditer(text):
            if match[1] in self.definitions and match[1] != word:
                found |= self._handed(match[1], text[match.end() :], pattern)
        return found

    def _assigned(self, text: str, pattern: re.Pattern[str], verbs: frozenset[str]) -> set[str]:
        signs = [match.start() for match in EQUALS.finditer(text)]
        if not signs:
            return set()
        bracket = text.find("(")
        if 0 <= bracket < signs[0]:  # keywords of a call, or a tuple of targets
            if not text.lstrip().startswith(("(", "for", "with")) and not text[:bracket].rstrip().endswith(("=", "]")):
                return set()
            return set(_WORD.findall(text[: signs[0]]))
        targets = [sign for sign in signs if bracket < 0 or sign < bracket]
        value = text[targets[-1] + 1 :]
        made = _VERB.match(value)
        if (
            made is not None
            and made[1] in verbs
            and pattern.search(value[: made.end()])
            and not pattern.search(value[made.end() :])
        ):
            return set()
        return set(_WORD.findall(text[: targets[-1]]))

    def _is_lost(self, value: str, pattern: re.Pattern[str], kept: frozenset[str]) -> bool:
        """Whether a value is the result of one call of something unknown, and a word stands among its arguments alone."""
        made = _VERB.match(value)
        if (
            made is None
            or made[1] in kept
            or made[1] in self.definitions
            or made[1] in self.classes
            or "lambda" in value
            or pattern is _ANYTHING
        ):
            return False
        parts = arguments(value[made.end() :])
        rest = value[made.end() + sum(map(len, parts)) + max(0, len(parts) - 1) :]
        return rest.strip() == ")" and pattern.search(value[: made.end()]) is None

    def _handed(self, name: str, rest: str, pattern: re.Pattern[str]) -> set[str]:
        """The parameters of a function of this file that a call hands a word to: by place (also one further), by keyword."""
        found: set[str] = set()
        for number, part in enumerate(arguments(rest)):
            if not pattern.search(part):
                continue
            keyword = _KEYWORD.match(part)
            for start in self.definitions[name]:
                text = self.texts[start]
                params = [_WORD.findall(one)[:1] for one in arguments(text[text.find("(") + 1 :])]
                if keyword and not any(one == [keyword[1]] for one in params):
                    found.update(_WORD.findall(text))
                elif keyword:
                    found.add(keyword[1])
                elif (
                    part.lstrip().startswith("*")
                    or "'" in rest
                    or '"' in rest
                    or any("*" in one for one in arguments(text))
                ):
                    found.update(word for one in params for word in one)
                else:
                    found.update(word for one in params[number : number + 2] for word in one)
        return found


def _value_of(text: str) -> str:
    """What stands behind the last sign of an assignment that is in no bracket."""
    bracket = text.find("(")
    signs = [match.start() for match in EQUALS.finditer(text)]
    plain = [sign for sign in signs if bracket < 0 or sign < bracket]
    return text[plain[-1] + 1 :] if plain else text


@dataclass(frozen=True, slots=True)
class Reached:
    """How far some words went: all words, the first lines of all logical lines, and whether a class inherits from one."""

    words: frozenset[str]
    lines: frozenset[int]
    inherited: bool


def arguments(text: str) -> list[str]:
    """The arguments or parameters up to the bracket that closes them."""
    depth, last, found = 0, 0, []
    for place, char in enumerate(text):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth < 0:
                found.append(text[last:place])
                return found
        elif char == "," and not depth:
            found.append(text[last:place])
            last = place + 1
    return [*found, text[last:]]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t"))


def _uncommented(line: str, bare: str) -> str:
    """A line without its comment; one that the bare line shows to be in a string is kept."""
    if "#" not in line:
        return line
    at = line.rfind("#")
    rest = line[at + 1 :]
    return line if "'" in rest or '"' in rest or bare.rstrip().endswith("()") else line[:at]
