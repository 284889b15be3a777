"""Which lines of a text may hold a secret in the source: names that say so beside a literal, and literals that look like one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lintfoot.libraries import expanded
from lintfoot.secret_names import evidence, said
from lintfoot.secret_texts import traces
from lintfoot.sight import Sight
from lintfoot.spread import Spread
from lintfoot.visitors.secret_places import (
    ENCODERS,
    TYPED,
    answered_by,
    set_by,
    takes_a_pair,
)

_WORD = re.compile(r"[^\W\d]\w*")
_SPOKEN = re.compile(r"[\w.-]+")
_CALLED = re.compile(r"(\w+)[\s\\)]*\(")
_STRINGS = re.compile(r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:[^\"\\\n]|\\[\s\S])*+\"|'(?:[^'\\\n]|\\[\s\S])*+'")
_LITERALS = re.compile(rf"[rRbBuUfFtT]{{0,2}}(?:{_STRINGS.pattern})")
_BESIDE = re.compile(r"\(\)[\s\\]*[rRbBuUfFtT]{0,2}\(\)")  # in a text whose strings are empty
_ASKED = re.compile(r"(?i)ass(?:word|phrase|code)")
_OPTION = re.compile(r"['\"](?:-|/p:|add_user|login|change_password)")


def named_lines(sight: Sight) -> set[int] | None:
    """Lines on which something that is called like a secret may be given a literal."""
    spread = sight.spread
    if spread is None:
        return None
    public = set(sight.option("LF401", "public-names") or ())
    more = set(sight.option("LF401", "names") or ())
    literal = _given_literals(spread)
    calls = _secret_calls(sight)
    found: set[int] = set()
    takers: set[str] = set()
    for start, text in spread.texts.items():
        if not text:
            continue
        names = {word for word in _SPOKEN.findall(text) if _says(word, more) and word not in public}
        if names:
            takers.update(spread.around.get(start, ()))
            takers.update(_WORD.findall(text)[:2] if text.lstrip().startswith(("def", "class", "async")) else ())
        quoted = "'" in text or '"' in text
        if not quoted and literal.isdisjoint(_WORD.findall(text)):
            continue
        if names or _calls_one(text, calls) or _answers(spread, start, text):
            found.add(start)
    for name in takers:
        for start in spread.lines_with.get(name, ()):
            text = spread.texts[start]
            if ("'" in text or '"' in text) and "(" in text:
                found.add(start)
    return found


def literal_lines(sight: Sight, hint: re.Pattern[str]) -> set[int] | None:
    """Lines with a literal that holds a secret, is put together of pieces that hint at one, or may be an option for one."""
    spread, division = sight.spread, sight.division
    if spread is None or division is None:
        return None
    formats = sight.models.formats.within(sight.text)
    starts = [start for start in formats.starts if start in sight.text]
    found: set[int] = set()
    for start, text in spread.texts.items():
        if "'" not in text and '"' not in text:
            continue
        strings = _LITERALS.findall(text)
        glued = "'" + "".join(map(_content, strings)) + "'" if _BESIDE.search(division.logical_line(start)) else ""
        options = len(strings) > 1 and _OPTION.search(text)
        if options or hint.search(glued) or any(hint.search(one) and _holds(one) for one in strings):
            found.add(start)
    for sign in starts:
        patterns = [re.compile(one.pattern) for one in formats.formats if sign in one.starts]
        for number, line in enumerate(division.lines, 1):
            if sign in line and (
                "\\" in line
                or "\0" in "".join(one[:1] for one in division.bare[number - 1 : number + 1])
                or any(pattern.search(line) for pattern in patterns)
                or _BESIDE.search(division.logical_line(number))
            ):
                found.add(number)
    return found


def _holds(literal: str) -> bool:
    """Whether a literal gives a secret away; one whose value the text alone does not tell may."""
    try:
        value = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return True  # an f-string
    return bool(traces(value if isinstance(value, str) else value.decode("latin-1")))


def _content(string: str) -> str:
    return string.lstrip("rRbBuUfFtT").strip("'\"")


def _secret_calls(sight: Sight) -> frozenset[str]:
    """The last names of calls that take a secret, of the libraries that the text names; and what types an answer."""
    known = {
        name.rpartition(".")[2]
        for library in sight.models.libraries
        if sight.further or any(word.lower() in sight.low for word in library.imports)
        for function in library.functions
        if any(argument.secret for argument in function.arguments.values())
        for name in expanded(function.names)
    }
    return frozenset(known | TYPED if _ASKED.search(sight.text) else known)


def _says(word: str, more: set[str]) -> bool:
    last = word.rpartition(".")[2] if "." in word else word
    return word in more or last in more or said(last.lstrip("-")) is not None or said(word.strip("-.")) is not None


def _calls_one(text: str, calls: frozenset[str]) -> bool:
    """Whether a call on the line takes a secret, by what it is called."""
    for name in _CALLED.findall(text):
        if name in ENCODERS or name in calls:
            return True
        if takes_a_pair(name) or set_by(name) is not None:
            return True
    return False


def _answers(spread: Spread, start: int, text: str) -> bool:
    stripped = text.lstrip()
    return stripped.startswith("return") and any(answered_by(name) is not None for name in spread.around.get(start, ()))


def _given_literals(spread: Spread) -> set[str]:
    """The names that are bound on a line with a string on it."""
    found: set[str] = set()
    for text in spread.texts.values():
        if "'" in text or '"' in text:
            stripped = text.lstrip()
            if stripped.startswith(("def", "async", "for", "class")):
                found.update(_WORD.findall(text))
            elif "=" in text:
                found.update(_names_before(text))
    return {name for name in found if not evidence(name)}


def _names_before(text: str) -> Iterator[str]:
    for part in text.split("=")[:-1]:
        yield from _WORD.findall(part)[-4:]
