"""Which lines of a text may hold a secret in the source: names that say so beside a literal, and literals that look like one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice

from lintfoot.gates.call_lines import lasts_by_library
from lintfoot.gates.line_literals import STRINGS, spells_a_secret, texts_of
from lintfoot.gates.secret_callees import COMPANY, ENCODERS, PAIRS, TYPED, answered_by, set_by, takes_a_pair
from lintfoot.libraries import Function
from lintfoot.regexes import regex
from lintfoot.secret_names import Kind, Said, evidence, said, that_speak
from lintfoot.secret_texts import SHORTEST, traces
from lintfoot.secret_values import Verdict, is_login, judge
from lintfoot.sight import Sight
from lintfoot.split import Layout
from lintfoot.spread import DEF, EQUALS, Spread, arguments

_HINTS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "identified", "psk")
HINT = regex(  # what a literal hints at a secret by
    rf"://[^/\s]*@|(?i:{'|'.join(_HINTS)})|[\"' ]-[A-Za-z]|^(?:\w?['\"])?[\w./]+ -\w|login|add_user"
)
_WORD = regex(r"[^\W\d]\w*")
_SPOKEN = regex(r"[\w.-]+")
_AS = regex(r"as[ \t]+([A-Za-z_]\w*)")
_NAME_BEFORE = regex(r"\b([A-Za-z_]\w*)[ \t]+\Z")
_CALLED = regex(r"(\w+)[\s\\)]*\(")
_FIELD = regex(r"\s*\w+\s*:(?!=)")
_BOUND = regex(r"(\w+)\s*(?:=(?!=)|:=)[\s\\(]*[rRbBuUfFtT]{0,2}['\"]")
_LOOPED = regex(r"\s*(?:async\s+)?for\b(.*?)\bin\b", re.DOTALL)
_NO_TARGET = regex(r"\s*(?:if|elif|while|assert|return|raise|yield|import|from|del|class|with|async|except)\b")
_COMMON = frozenset("self cls str bytes None Optional Final ClassVar Any".split())
_ESCAPED = regex(r"\\[xuUN0-7]")
_BESIDE = regex(r"\(\)[\s\\]*[rRbBuUfFtT]{0,2}\(\)")  # in a text whose strings are empty
_ASKED = ("assword", "assphrase", "asscode")
_ASKED_ANYHOW = regex(r"(?i)ass(?:word|phrase|code)")  # other letters may stand for some of these
_OPTION = regex(r"['\"](?:-|/p:|add_user|login|change_password)")


def named_lines(sight: Sight, *, hidden: bool = False) -> set[int] | None:
    """Lines on which something that is called like a secret may be given one, worked out once."""
    key = f"secret lines {hidden}"
    if key not in sight.kept:
        sight.kept[key] = _named_lines(sight, hidden=hidden)
    found: set[int] | None = sight.kept[key]
    return found


def _named_lines(sight: Sight, *, hidden: bool) -> set[int] | None:
    """Lines on which something that is called like a secret may be given one; with `hidden` those that may hold one at all.

    What looks like no secret under any of the names is left out: the visitor asks the same of it.
    """
    public = set(sight.option("LF401", "public-names") or ())
    more = set(sight.option("LF401", "names") or ())
    told = speaking(sight.spoken, more) - public
    calls = _taking_calls(sight)
    answering = any(answered_by(word) is not None for word in that_speak(sight.words))
    if not (told or calls or answering):
        return set()  # each line below is found for one of these, and all that it could say stands in the text as well
    spread = sight.spread
    if spread is None:
        return None
    hot = _with_any(spread, told) | _with_any(spread, calls)
    if answering:
        hot.update(spread.lines_with.get("return", ()))
    if not hot:
        return set()
    literal = _Given(spread, hidden=hidden)
    found: set[int] = set()
    takers: set[str] = set()
    for start in hot:
        text = spread.texts[start]
        names = told.intersection(_SPOKEN.findall(text))
        if names:
            takers.update(_taking(text, spread.around.get(start, ())))
        plain = not (not calls.isdisjoint(_CALLED.findall(text)) or _answers(spread, start, text))
        if plain and not names:
            continue
        quoted = "'" in text or '"' in text
        if (quoted and (hidden or _may_hold(text, names if plain else None, more))) or literal.is_on(text):
            found.add(start)
    for name in takers:
        for start in spread.lines_with.get(name, ()):
            text = spread.texts[start]
            if ("'" in text or '"' in text) and "(" in text and (hidden or _may_hold(text, None, more)):
                found.add(start)
    return found


def _with_any(spread: Spread, names: Iterable[str]) -> set[int]:
    """The logical lines that may hold one of some names: those with its words."""
    found: set[int] = set()
    for name in names:
        parts = _WORD.findall(name)
        lines = [spread.lines_with.get(part, ()) for part in parts]
        found.update(*lines[:1]) if len(lines) < 2 else found.update(set(lines[0]).intersection(*lines[1:]))  # noqa: PLR2004
    return found


def _taking_calls(sight: Sight) -> set[str]:
    """The names of the text that take a secret when they are called."""
    found = {word for word in that_speak(sight.words) if _takes(word)}
    found |= sight.words & ENCODERS
    found |= sight.words & PAIRS
    found.update(*(sight.words & known for known in _secret_calls(sight)))
    return found | {alias for alias, name in renamed(sight.text).items() if name in found}


@lru_cache(maxsize=1 << 14)
def _takes(name: str) -> bool:
    return takes_a_pair(name) or set_by(name) is not None


def _taking(text: str, around: tuple[str, ...]) -> tuple[str, ...]:
    """What takes a secret by a parameter that is named on a line, or as a field of a class."""
    if defined := DEF.match(text):
        return around[-1:] if defined[1] == "__init__" else (defined[1],)
    return around[-1:] if _FIELD.match(text) else ()


def _may_hold(text: str, names: set[str] | None, more: set[str]) -> bool:
    """Whether a literal on a line may be a secret under some names; under any name where none are given."""
    texts = texts_of(text)
    if texts is None:
        return True
    strong = names is None or not more.isdisjoint(names)
    sure = True
    if names is not None and not strong:
        told = [one for name in {*names, *texts} if len(name) <= _LONGEST_NAME for one in _meant(name)]
        strong = any(one.kind not in _WEAKER or not one.words.isdisjoint(_USERS) for one in told)
        sure = any(one.sure for one in told) or not COMPANY.isdisjoint(word.lower() for word in _WORD.findall(text))
    return any(_may_be(one, sure, strong) for one in texts)


@lru_cache(maxsize=1 << 14)
def _may_be(text: str, sure: bool, strong: bool) -> bool:
    """Whether a text may be a secret: if `strong` under the name of a password as well. Names with no words forbid least."""
    if strong and is_login(text):
        return True
    return any(judge(text, one, sure=sure) is Verdict.REAL for one in _ANY if strong or one.kind in _WEAKER)


_LONGEST_NAME = 80
_USERS = frozenset(("user", "username", "login"))  # beside one in a tuple stands a password
_WEAKER = frozenset((Kind.KEY, Kind.TOKEN, Kind.SECRET))
_ANY = tuple(Said(kind, frozenset()) for kind in (Kind.PASSWORD, Kind.HEADER, Kind.SECRET, Kind.KEY, Kind.TOKEN))


def renamed(text: str) -> dict[str, str]:
    """What imports call otherwise: `from requests.auth import HTTPBasicAuth as Basic`; any other `as` does no harm."""
    found = {}
    for match in _AS.finditer(text):  # begins with letters, which are looked for much faster than any word
        name = _NAME_BEFORE.search(text, max(0, match.start() - _LONGEST_NAME), match.start())
        if name is not None:
            found[match[1]] = name[1]
    return found


def literal_lines(sight: Sight) -> set[int] | None:
    """Lines with a literal that holds a secret, is put together of pieces that hint at one, or may be an option for one."""
    spread, layout = sight.spread, sight.layout
    if spread is None or layout is None:
        return None
    formats = sight.models.formats.within(sight.text, _may_begin(sight))
    found: set[int] = set()
    for start, text in spread.texts.items():
        if "'" not in text and '"' not in text:
            continue
        may = "-" in text or "/p:" in text or "add_user" in text or "login" in text or "change_password" in text
        options = may and _OPTION.search(text) and sum(1 for _ in islice(STRINGS.finditer(text), 2)) > 1
        if (_is_long(text) and _hints(text) and _holds(text)) or (options and spells_a_secret(text)):
            found.add(start)
    for start in _signed(layout, formats.starts):
        code = layout.logical_text(start)
        if _OTHERWISE.search(code) is None and not formats.may_be_written(code):
            continue
        texts = texts_of(code)
        if texts is None or any(map(formats.find, texts)):
            found.add(start)
    return found


def _may_begin(sight: Sight) -> Callable[[str], bool]:
    """Whether a text may hold what a credential begins with: it does in small letters."""
    return lambda start: sight.held.holds((start.lower(),))


# Code in which a literal's text may stand in another way than it is: escapes, doubled braces, and several literals that are one.
_OTHERWISE = regex(r"\\|\{\{|\}\}|#|['\"][\s\\+()]*[rRbBuUfFtT]{0,2}['\"]")


def _is_long(text: str) -> bool:
    """Whether there is room for a literal in which anything can show: all stand between the first quote and the last."""
    first = min(at for at in (text.find("'"), text.find('"')) if at >= 0)
    return max(text.rfind("'"), text.rfind('"')) - first > SHORTEST


def _hints(text: str) -> bool:
    """Whether `HINT` finds anything in a line; without a search where the commonest of its words tell."""
    low = text.lower()
    if any(word in low for word in _HINTS):
        return True
    if text.isascii() and not ("-" in text or "@" in text or "login" in text or "add_user" in text):
        return False
    return HINT.search(text) is not None


def _signed(layout: Layout, signs: tuple[str, ...]) -> set[int]:
    """The logical lines on which a credential may begin, and those with escapes or with texts that stand together as one."""
    if not signs:
        return set()
    found: set[int] = set()
    for sign in signs:
        at = layout.text.find(sign)
        while at >= 0:
            number = layout.line_of(at)
            found.add(layout.logical[number - 1])
            at = layout.text.find(sign, layout.offsets[number])
    for match in _ESCAPED.finditer(layout.text):
        found.add(layout.logical[layout.line_of(match.start()) - 1])
    bare = layout.masked
    for match in _BESIDE.finditer(bare):
        found.add(layout.logical[bare.count("\n", 0, match.start())])
    return found


def _holds(line: str) -> bool:
    """Whether a literal on a line gives a secret away; one whose value the text alone does not tell may."""
    found = texts_of(line)
    return found is None or any(traces(one) for one in found)


def _secret_calls(sight: Sight) -> Iterator[AbstractSet[str]]:
    """The last names of calls that take a secret, of the libraries that the text names; and what types an answer."""
    known = lasts_by_library(sight.models, _takes_a_secret)
    for library in sight.models.libraries if sight.further else sight.libraries:
        yield known[id(library)]
    if sight.held.holds(_ASKED) or (not sight.text.isascii() and _ASKED_ANYHOW.search(sight.text)):
        yield TYPED


def _takes_a_secret(function: Function) -> bool:
    return any(argument.secret for argument in function.arguments.values())


def speaking(spoken: frozenset[str], more: set[str]) -> set[str]:
    """Those of some words, or of several with dots between, that say of a value that it is secret, or are among some more."""
    found = {word for word in that_speak(spoken) if _meant(word)}
    if more:
        found.update(word for word in spoken if word in more or word.rpartition(".")[2] in more)
    return found


@lru_cache(maxsize=1 << 14)
def _meant(word: str) -> tuple[Said, ...]:
    """What a word, or the last of several with dots between, says of a value."""
    last = word.rpartition(".")[2] if "." in word else word
    return tuple(one for one in (said(last.lstrip("-")), said(word.strip("-."))) if one is not None)


def _answers(spread: Spread, start: int, text: str) -> bool:
    stripped = text.lstrip()
    return stripped.startswith("return") and any(answered_by(name) is not None for name in spread.around.get(start, ()))


class _Given:
    """Names that are bound on a line with a string on it that may be a secret, with `hidden` with any; asked one by one."""

    def __init__(self, spread: Spread, *, hidden: bool) -> None:
        self.spread, self.hidden = spread, hidden
        self._bound: dict[int, frozenset[str]] = {}
        self._known: dict[str, bool] = {}

    def is_on(self, text: str) -> bool:
        """Whether one of them stands on a line."""
        return any(map(self._is_given, set(_WORD.findall(text))))

    def _is_given(self, name: str) -> bool:
        known = self._known.get(name)
        if known is None:
            lines = self.spread.lines_with.get(name, ()) if name not in _COMMON and not evidence(name) else ()
            known = self._known[name] = any(name in self._bound_on(start) for start in lines)
        return known

    def _bound_on(self, start: int) -> frozenset[str]:
        if start not in self._bound:
            self._bound[start] = frozenset(self._names(self.spread.texts[start]))
        return self._bound[start]

    def _names(self, text: str) -> set[str]:
        if not (("'" in text or '"' in text) and (self.hidden or _may_hold(text, None, set()))):
            return set()
        if DEF.match(text):
            parts = arguments(text[text.find("(") + 1 :])
            return {_WORD.findall(part)[0] for part in parts if "=" in part and _WORD.search(part)}
        if looped := _LOOPED.match(text):
            return set(_WORD.findall(looped[1]))
        return {*_names_before(text), *_BOUND.findall(text)}


def _names_before(text: str) -> Iterator[str]:
    """The words of the targets of an assignment."""
    if _NO_TARGET.match(text):
        return
    for sign in EQUALS.finditer(text):
        part = text[: sign.start()]
        if part.count("(") > part.count(")") or part.count("{") > part.count("}"):
            return  # the rest stands in a call, or in a dict
        yield from _WORD.findall(part)
