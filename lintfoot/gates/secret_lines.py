"""Which lines of a text may hold a secret in the source: names that say so beside a literal, and literals that look like one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lintfoot.gates.line_literals import STRINGS, spells_a_secret, texts_of
from lintfoot.regexes import regex
from lintfoot.secret_texts import SHORTEST, traces
from lintfoot.sight import Sight
from lintfoot.split import Layout

_HINTS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "identified", "psk")
HINT = regex(  # what a literal hints at a secret by
    rf"://[^/\s]*@|(?i:{'|'.join(_HINTS)})|[\"' ]-[A-Za-z]|^(?:\w?['\"])?[\w./]+ -\w|login|add_user"
)
_ESCAPED = regex(r"\\[xuUN0-7]")
_BESIDE = regex(r"\(\)[\s\\]*[rRbBuUfFtT]{0,2}\(\)")  # in a text whose strings are empty
_OPTION = regex(r"['\"](?:-|/p:|add_user|login|change_password)")


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
