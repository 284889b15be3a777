"""Which lines of a text may hand a command to a shell: by the names of what does so, switches, and shells named in strings."""

from __future__ import annotations

import re
from functools import lru_cache

from lintfoot.libraries import Function, Models, expanded
from lintfoot.prefixes import POSIX_SHELLS
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.runner_words import CONCLUSIVE, SHELL_WORDS
from lintfoot.sight import Sight
from lintfoot.spread import Spread, arguments
from lintfoot.wanted import Wanted, leading

_NAMED = (*sorted(POSIX_SHELLS), "su", "runuser", "powershell", "pwsh")
_NAMES = "|".join(_NAMED)
_SHELL_NAMES = frozenset((*_NAMED, "cmd", "comspec"))
_SHELLS = regex(rf"(?i)\b(?:{_NAMES})(?:\.exe)?['\"]|['\"/](?:{_NAMES})(?:\.exe)?\b|comspec")
_PROMPT = regex(r"(?i)\bcmd(?:\.exe)?['\"]|['\"/\\]cmd(?:\.exe)?\b(?!\.)")
_PROMPTED = regex(r"(?i)(?<![\w/])/[a-z]*[ck]\b")  # the option without which cmd reads no word
_IMPORT = regex(r"\s*(?:from|import)\b")
_SHELL = regex(rf"(?i)\b(?:{_NAMES}|cmd|comspec)\b")  # in a constant: however it is put together with others
_OWN = frozenset(("shell", "shell-runner"))
_REACHES = ("getattr", "__import__", "import_module")


def lines_of(sight: Sight) -> set[int] | None:
    """The lines, and those that what stands on them is handed on to; None where only the whole file tells.

    A call that uses a shell by itself is wrong where it stands. What is made of a name or of words for a shell is wrong where
    it is used; and a switch that is no plain True or False may come from the callers of the function that it stands in.
    """
    asked = _asked(sight)
    words = sight.words
    named = any(map(_is_shell, {word.casefold() for word in words}))
    if not (named or sight.further) and all(map(words.isdisjoint, (asked.calls, asked.words, asked.placed))):
        return set()  # each line below holds one of these
    spread = sight.spread
    if spread is None:
        return None
    names = "|".join(sorted(asked.calls))
    mentioned = re.compile(rf"\b(?:{names})\b")
    called = re.compile(rf"(?<![\w.])(?:{names})[\s\\]*\(|[.]\s*(?:{names})\b(?![\s\\]*=(?!=))")
    prompted = named and _PROMPTED.search(sight.text) is not None
    at_once = re.compile(rf"(?<!\w)(?:{names})[\s\\]*\(")
    here: set[int] = set()
    handed: set[int] = set()
    for start in _worth_a_look(spread, asked, named=named):
        text = spread.texts[start]
        if _SHELLS.search(text) or (prompted and _PROMPT.search(text)) or _is_alias(text, mentioned):
            handed.add(start)
        elif called.search(text) and "platform.system(" not in text:
            (here if not _IMPORT.match(text) and not called.search(at_once.sub("", text)) else handed).add(start)
        elif text.count(",") >= asked.place and _by_place(text, asked):
            handed.add(start)
    on = _switched(spread, asked.words, "False")
    unsure = _switched(spread, asked.words, "False|True")
    told = sight.telling(_wanted(sight.models))
    lines = spread.reach(told.names, lines=handed | on).lines | spread.reach((), lines=unsure, callers=True).lines
    return {*here, *lines}


def _worth_a_look(spread: Spread, asked: _Asked, *, named: bool) -> set[int]:
    """The lines that hold the name of such a function, or (where the text names one) of a shell."""
    words = {*asked.calls, *asked.placed}
    if named:
        words.update(word for word in spread.lines_with if _is_shell(word.casefold()))
    return {start for word in words for start in spread.lines_with.get(word, ())}


def _is_shell(word: str) -> bool:
    return word in _SHELL_NAMES or "comspec" in word


@lru_cache(maxsize=4)
def _wanted(models: Models) -> Wanted:
    """What other files may tell: functions that decide on a shell by themselves, or by an argument of any name; a shell's name.

    A switch that they hold shows by the keyword that it is given for, and a command line by the switch.
    """
    return Wanted(_decides, leading(models, _decides), lambda text: _SHELL.search(text) is not None)


def _decides(function: Function) -> bool:
    return "shell" in function.arguments or not _OWN.isdisjoint(function.role)


def _by_place(text: str, asked: _Asked) -> bool:
    """Whether a call gives its switch by its place."""
    for found in asked.by_place.finditer(text):
        parts = arguments(text[found.end() :])
        if len(parts) > asked.place and not any(_KEYWORD.match(part) for part in parts[: asked.place]):
            return True
    return False


def _is_alias(text: str, mentioned: re.Pattern[str]) -> bool:
    """Whether a line imports one of the functions, or reaches it by its name."""
    if _IMPORT.match(text) or any(word in text for word in _REACHES):
        return mentioned.search(text) is not None
    return False


def _switched(spread: Spread, words: frozenset[str], but: str) -> set[int]:
    """The lines on which a switch stands, but for those on which it is given one of some plain values."""
    found: set[int] = set()
    for word in words & spread.lines_with.keys():
        off = re.compile(rf"\b{word}[\s\\]*=[\s\\]*(?:{but})\b(?![\s\\]*(?:if|or|and|==|!=|is)\b)")
        mentioned = re.compile(rf"\b{word}[\s\\]*(?::(?!=)[^=,]*)?:?=(?!=)|['\"]{word}['\"]")
        for start in spread.lines_with[word]:
            text = spread.texts[start]
            if start not in found and mentioned.search(off.sub("", text) if not _IS_DEF.match(text) else text):
                found.add(start)
    return found


_KEYWORD = regex(r"\s*\w+\s*=(?!=)")
_IS_DEF = regex(r"[ \t]*(?:async\s+)?def\b|.*\blambda\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Last names of functions that use a shell by themselves, words of switches, and calls that take one by its place."""

    calls: frozenset[str]
    words: frozenset[str]
    by_place: re.Pattern[str]
    placed: frozenset[str]
    place: int


def _asked(sight: Sight) -> _Asked:
    own, words, placed, place = _tables(sight.models)
    calls = {last for one in (sight.models.libraries if sight.further else sight.libraries) for last in own[id(one)]}
    by_place = re.compile(rf"\b(?:{'|'.join(sorted(placed))})[\s\\]*\(") if placed else re.compile(r"(?!)")
    return _Asked(frozenset(calls or {"system"}), words, by_place, placed, place)


@lru_cache(maxsize=4)
def _tables(models: Models) -> tuple[dict[int, set[str]], frozenset[str], frozenset[str], int]:
    """Of all models: functions that use a shell, by library; the words of switches; who takes one by its place, and which."""
    own: dict[int, set[str]] = {}
    words = {*SHELL_WORDS, *CONCLUSIVE}
    placed: set[str] = set()
    places: list[int] = []
    for library in models.libraries:
        calls = own[id(library)] = set()
        for function in library.functions:
            shell = function.arguments.get("shell")
            spoken = shell is not None and "text" in shell.means  # a string for a command line is the switch
            if shell is not None and not spoken:
                words.update(shell.keyword)
                if shell.position is not None:
                    places.append(shell.position)
                    placed.update(name.rpartition(".")[2] for name in expanded(function.names))
            if "shell" in function.role or spoken or (shell is not None and shell.default == "on"):
                calls.update(name.rpartition(".")[2] for name in expanded(function.names))
    return own, frozenset(words), frozenset(placed), min(places, default=0)
