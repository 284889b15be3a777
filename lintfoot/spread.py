"""How far a name may spread through a file, by words alone: what is given its value, returns it, or is handed it.

Far more than needed: a word counts wherever it stands in code, also in strings (annotations, f-strings). What it does not reach
can hold nothing of what the words stand for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.split import Layout

_WORD = regex(r"[^\W\d]\w*")
_COMMENT = regex(r"#[^\n]*\Z")
EQUALS = regex(r"(?:(?<![=!<>:])|(?<=<<)|(?<=>>))=(?!=)")
_BOUND = regex(r"\b(?:as|for|import)\s+([\w., ()*]+)|(\w+)\s*:=")
_CALLED = regex(r"(\w+)[\s\\)]*\(")
_FILLED = regex(r"([\w.]+)\s*\.\s*(?:append|extend|insert|add|update|setdefault|put|register|push)\s*\(")
DEF = regex(r"[ \t]*(?:async\s+)?def\s+(\w+)")
CLASS = regex(r"[ \t]*class\s+(\w+)")
_TOKEN = regex(r"\w+")
_VERB = regex(r"\s*(?:await\s+)?(?:[\w.]+\s*\.\s*)?(\w+)\s*\(")
_KEYWORD = regex(r"\s*(\w+)\s*=(?!=)")
_PLAIN = frozenset(
    "self cls None True False if else elif for while in is not and or return yield with as import from def class lambda try "
    "except finally raise assert pass del global nonlocal async await break continue print str int len list dict set "
    "tuple isinstance super getattr bool".split()
)


class Spread:
    """The logical lines of a text, the words in each, and where functions begin."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._read: dict[int, Line] = {}
        self._headers: dict[int, tuple[list[list[str]], bool]] = {}

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
    ) -> Reached:
        """All words that some words may stand behind, and the logical lines that hold any.

        What calls of `verbs` give is something else, and does not spread. `lines` are reached to begin with. With
        `callers` a function that holds such a line spreads its own name as well.
        """
        known: set[str] = set()
        reached = set(lines)
        inherited = False
        waiting = set(words)
        for start in reached:
            waiting |= self.line(start).told("", verbs, callers=callers)
        while waiting:
            word = waiting.pop()
            known.add(word)
            more: set[str] = set()
            for start in self.lines_with.get(word, ()) if word not in _PLAIN else ():
                reached.add(start)
                line = self.line(start)
                inherited = inherited or (line.owner is not None and line.owner != word)
                more |= line.told(word, verbs, callers=callers)
            waiting |= more - known
        return Reached(frozenset(known - _PLAIN), frozenset(reached), inherited)

    def line(self, start: int) -> Line:
        """What a logical line says of the words on it."""
        found = self._read.get(start)
        if found is None:
            text = self.texts[start]
            found = self._read[start] = self._head(start, text) or self._plain(start, text)
        return found

    def _head(self, start: int, text: str) -> Line | None:
        """The header of a function: parameters stand for what their defaults do; that of a class for its name."""
        around = frozenset(self.around.get(start, ()))
        if defined := DEF.match(text):
            given: dict[str, set[str]] = {}
            for part in arguments(text[text.find("(") + 1 :]):
                _fill(given, part, _WORD.findall(part)[:1])
            always = {defined[1]} if "->" in text else ()
            return Line(around, frozenset(always), handed=((None, given),))
        owner = CLASS.match(text)
        return Line(frozenset(), frozenset({owner[1]}), owner=owner[1]) if owner else None

    def _plain(self, start: int, text: str) -> Line:
        always = {word for match in _BOUND.finditer(text) for word in _WORD.findall(match[0])}
        always.update(word for match in _FILLED.finditer(text) for word in _WORD.findall(match[1]))
        gives = text.lstrip().startswith(("return", "yield", "@")) or " yield " in text or "lambda" in text
        targets, made = _assigned(text)
        handed = [
            (match[1], self._handed(match[1], text[match.end() :]))
            for match in _CALLED.finditer(text)
            if match[1] in self.definitions
        ]
        return Line(
            frozenset(self.around.get(start, ())),
            frozenset(always),
            tuple(handed),
            gives,
            frozenset(targets),
            made,
        )

    def _handed(self, name: str, rest: str) -> dict[str, set[str]]:
        """By word the parameters of a function of this file that a call hands it to: by place (also one further), by keyword."""
        given: dict[str, set[str]] = {}
        for number, part in enumerate(arguments(rest)):
            keyword = _KEYWORD.match(part)
            for start in self.definitions[name]:
                params, starred = self._parameters(start)
                if keyword and not any(one == [keyword[1]] for one in params):
                    _fill(given, part, _WORD.findall(self.texts[start]))
                elif keyword:
                    _fill(given, part, [keyword[1]])
                elif part.lstrip().startswith("*") or "'" in rest or '"' in rest or starred:
                    _fill(given, part, [word for one in params for word in one])
                else:
                    _fill(given, part, [word for one in params[number : number + 2] for word in one])
        return given

    def _parameters(self, start: int) -> tuple[list[list[str]], bool]:
        """The first word of each parameter of a function, and whether one takes any number."""
        found = self._headers.get(start)
        if found is None:
            text = self.texts[start]
            names = [_WORD.findall(one)[:1] for one in arguments(text[text.find("(") + 1 :])]
            found = self._headers[start] = names, any("*" in one for one in arguments(text))
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """A call whose result is a value: its name, the words up to its bracket, and those behind that."""

    verb: str
    words: frozenset[str]
    rest: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """What a logical line says of the words on it, read once: what does not hang on the word that is asked about.

    `always` are words that are given a value whatever is asked; `handed` are parameters by the words that they are given, of
    each function that is called, or of the function that begins here. `gives` says that the function round the line gives
    something back. `targets` are assigned to; `made` is what is called last for that. `owner` is the class
    that begins here.
    """

    around: frozenset[str]
    always: frozenset[str]
    handed: tuple[tuple[str | None, Mapping[str, set[str]]], ...] = ()
    gives: bool = False
    targets: frozenset[str] = frozenset()
    made: Made | None = None
    owner: str | None = None

    def told(self, word: str, verbs: frozenset[str], *, callers: bool = False) -> set[str]:
        """The words that the line gives the value of a word on it; without a word, of anything."""
        found = set(self.always)
        if callers:
            found |= self.around
        if self.gives:
            found |= self.around
        if self.targets and not self._is_else(word, verbs):
            found |= self.targets
        for name, given in self.handed:
            if name is None or name != word:
                found |= given.get(word, _NOTHING)
        return found

    def _is_else(self, word: str, verbs: frozenset[str]) -> bool:
        """Whether what is assigned is the result of a verb that is called on a word."""
        made = self.made
        return made is not None and made.verb in verbs and word in made.words and word not in made.rest


_NOTHING_SAID = " \t\r\n\0"
_NOTHING: frozenset[str] = frozenset()


def _fill(given: dict[str, set[str]], part: str, words: Iterable[str]) -> None:
    """Note under each word of an argument, and under none, what is given it."""
    for token in {"", *_TOKEN.findall(part)}:
        given.setdefault(token, set()).update(words)


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text))


def _assigned(text: str) -> tuple[set[str], Made | None]:
    """The words of the targets of an assignment, and the call whose result they are given."""
    signs = [match.start() for match in EQUALS.finditer(text)]
    if not signs:
        return set(), None
    bracket = text.find("(")
    if 0 <= bracket < signs[0]:  # keywords of a call, or a tuple of targets
        if not text.lstrip().startswith(("(", "for", "with")) and not text[:bracket].rstrip().endswith(("=", "]")):
            return set(), None
        return set(_WORD.findall(text[: signs[0]])), None
    targets = [sign for sign in signs if bracket < 0 or sign < bracket]
    value = text[targets[-1] + 1 :]
    made = _VERB.match(value)
    call = Made(made[1], _tokens(value[: made.end()]), _tokens(value[made.end() :])) if made is not None else None
    return set(_WORD.findall(text[: targets[-1]])), call


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
