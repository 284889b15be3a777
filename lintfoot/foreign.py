"""Suppressions written for other linters, heard where they name a twin of a rule.

What each comment means was observed on the tools themselves: flake8 7.5, bandit 1.9.4, pylint 4.1.4, ruff 0.17.6.
Codes and names count if a page lists them as twins. A blanket comment silences the rules that its tool has a twin for,
and never an error of the card: whoever wrote it did not see that finding.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from lintfoot.book import Default
from lintfoot.findings import Severity, Silence
from lintfoot.records import dataclass, replace
from lintfoot.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from lintfoot.book import Book
    from lintfoot.comments import Comment, Layout
    from lintfoot.findings import Finding

MARKERS = ("noqa", "nosec", "nosem", "pylint:", "ruff:")  # one of these stands in every such comment, in lower case


class Family(StrEnum):
    """Whose code a twin is."""

    BANDIT = "bandit"
    PYLINT = "pylint"
    SEMGREP = "semgrep"
    FLAKE8 = "flake8"


_FAMILIES = (
    (Family.BANDIT, regex(r"B[1-7]\d\d")),
    (Family.PYLINT, regex(r"[CEFIRW]\d{4}")),
    (Family.SEMGREP, regex(r"[\w-]+(?:\.[\w-]+)+")),
    (Family.FLAKE8, regex(r"[A-Z]{1,4}\d{1,4}")),  # ruff's codes too
)
_OF_FLAKE8, _OF_BANDIT, _OF_PYLINT = (frozenset({one}) for one in (Family.FLAKE8, Family.BANDIT, Family.PYLINT))
_OF_SEMGREP = frozenset({Family.SEMGREP, Family.BANDIT})  # its rules for Python cover what bandit's do


@dataclass(frozen=True, slots=True)
class _Said:
    """One comment: which rules (codes; or, blanket, all that the families have twins for), and where from.

    `first` and `last` bound the lines it is about, 0 for a comment about one statement; `off` is false for `enable`.
    """

    by: str
    comment: Comment
    codes: frozenset[str] = frozenset()
    blanket: frozenset[Family] = frozenset()
    line: int = 0
    above: bool = False
    first: int = 0
    last: int = 0
    off: bool = True


_ENDLESS = 1 << 60


class Foreign:
    """The suppressions of other linters in one file."""

    def __init__(self, found: Layout, book: Book) -> None:
        self.book = book
        self.twins = _Twins(book)
        self.at: dict[tuple[int, bool], list[_Said]] = {}
        self.ranges: list[_Said] = []
        for comment in found.comments:
            for read in _READERS:
                for said in read(comment, found, self.twins):
                    self._keep(said)

    def _keep(self, said: _Said) -> None:
        if not (said.codes or said.blanket):
            return
        if said.last:
            self.ranges.append(said)
        else:
            self.at.setdefault((said.line, said.above), []).append(said)

    def silence(self, finding: Finding, places: Iterable[tuple[int, bool]]) -> Silence | None:
        """Who silences a finding, a comment at the statement before one about many lines."""
        for place in places:
            for said in self.at.get(place, ()):
                if self._covers(said, finding):
                    return _silence(said)
        last = None
        for said in self.ranges:  # in order: the last word counts
            if said.first <= finding.span.line <= said.last and self._covers(said, finding):
                last = said
        return _silence(last) if last and last.off else None

    def _covers(self, said: _Said, finding: Finding) -> bool:
        if finding.code in said.codes:
            return True
        rule = self.book.by_code.get(finding.code)
        if not said.blanket or rule is None or (rule.default is Default.CARD and finding.severity is Severity.ERROR):
            return False
        return not said.blanket.isdisjoint(self.twins.families.get(finding.code, ()))


def _silence(said: _Said) -> Silence:
    reason = re.search(r"\s--?\s+(.*)", said.comment.text)
    return Silence("inSource", said.by, said.comment.line, reason[1] if reason else "")


class _Twins:
    """Other linters' words for the rules of a book."""

    def __init__(self, book: Book) -> None:
        self.words: dict[str, set[str]] = {}
        self.families: dict[str, set[Family]] = {}
        for rule in book.rules:
            for word in (rule.code, rule.name, *rule.twins):
                self.words.setdefault(word.casefold(), set()).add(rule.code)
            for twin in rule.twins:
                family = next((one for one, pattern in _FAMILIES if pattern.fullmatch(twin)), None)
                if family:
                    self.families.setdefault(rule.code, set()).add(family)

    def codes(self, words: Iterable[str]) -> frozenset[str]:
        """Our codes for other linters' codes or names; bandit writes names with underscores."""
        known = (self.words.get(spelled) or () for word in words for spelled in {word.casefold(), _hyphened(word)})
        return frozenset(code for codes in known for code in codes)

    def semgrep(self, names: Collection[str]) -> frozenset[str]:
        """Semgrep compares the ends of its dotted names."""
        dotted = [word for word in self.words if "." in word]
        ends = [(name.casefold(), word) for name in names for word in dotted]
        return frozenset(
            code
            for name, word in ends
            if word == name or word.endswith(f".{name}") or name.endswith(f".{word}")
            for code in self.words[word]
        )


def _hyphened(word: str) -> str:
    return word.casefold().replace("_", "-")


# flake8 and ruff

_CODES = r"[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*"
_NOQA = regex(rf"#\s*noqa\b(?P<colon>\s*:\s*(?P<codes>{_CODES})?)?", re.IGNORECASE)
_NOQA_FILE = regex(rf"#\s*(?P<tool>ruff|flake8)\s*[:=]\s*noqa\b(?P<colon>\s*:\s*(?P<codes>{_CODES})?)?", re.IGNORECASE)
_RUFF = regex(r"(?:^|(?<=\s))#\s*ruff:\s*(?P<verb>ignore|file-ignore|disable|enable)\s*\[(?P<codes>[^\]]*)\]")
_BETWEEN = regex(r"[,\s]+")


def _noqa(comment: Comment, _found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`# noqa` and `# noqa: S602,E501`: on the statement. After a colon there must be codes."""
    match = _NOQA.search(comment.text)
    if match and not comment.alone:
        yield from _flake8(_Said("noqa", comment, line=comment.line), match, twins)


def _noqa_file(comment: Comment, _found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`# flake8: noqa` and `# ruff: noqa: S602`, alone on a line: for the file."""
    match = _NOQA_FILE.search(comment.text)
    if match and comment.alone:
        yield from _flake8(_Said(f"{match['tool'].lower()}: noqa", comment, first=1, last=_ENDLESS), match, twins)


def _flake8(blank: _Said, match: re.Match[str], twins: _Twins) -> Iterator[_Said]:
    if match["codes"]:
        words = _BETWEEN.split(match["codes"])
        yield replace(blank, by=f"{blank.by}: {', '.join(words)}", codes=twins.codes(words))
    elif not match["colon"]:
        yield replace(blank, blanket=_OF_FLAKE8)


def _ruff(comment: Comment, found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`# ruff: ignore[…]` on a line or above a statement, `file-ignore`, and `disable` … `enable` in a block."""
    for match in _RUFF.finditer(comment.text):
        words = [word.strip() for word in match["codes"].split(",")]
        verb, codes = match["verb"], twins.codes(words)
        by = f"ruff: {verb}[{', '.join(words)}]"
        if verb == "file-ignore":
            yield _Said(by, comment, codes, first=1, last=_ENDLESS)
        elif verb == "ignore":
            line = _next_code(found, comment.line) if comment.alone else comment.line
            yield _Said(by, comment, codes, line=line, above=comment.alone)
        elif comment.alone:
            first, last = _block(found, comment)
            yield _Said(by, comment, codes, first=first, last=last, off=verb == "disable")


def _next_code(found: Layout, line: int) -> int:
    """The next line with code: blank lines and comments between do not part a comment from its statement."""
    below = found.below(line)
    if found.at(below):
        return below
    number = found.index(below) + 1
    return found.statements[number].line if number < len(found.statements) else below


# bandit and semgrep

_NOSEC = regex(r"#\s*nosec\b:?\s*(?P<rest>[^#]*)")
_NOSEC_WORD = regex(r"[\s,]*(\w+)")
_CODE_LIKE = regex(r"[A-Z]+\w*\d\w*")
_NOSEM = regex(r"#\s*(?P<word>nosem(?:grep)?)\b(?:\s*:\s*(?P<names>[\w.-]+(?:[,\s]+[\w.-]+)*))?")


def _nosec(comment: Comment, _found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`# nosec`, `# nosec B602,B603 -- why`, `# nosec: name_of_test`: on the statement.

    Words that follow are codes while they look so. Prose after the marker leaves it a blanket, as it does in bandit; a
    code that nobody knows does not.
    """
    match = _NOSEC.search(comment.text)
    if not match or comment.alone:
        return
    words: list[str] = []
    at = 0
    while (word := _NOSEC_WORD.match(match["rest"], at)) and (_CODE_LIKE.fullmatch(word[1]) or twins.codes([word[1]])):
        words.append(word[1])
        at = word.end()
    if words:
        yield _Said(f"nosec {', '.join(words)}", comment, twins.codes(words), line=comment.line)
    else:
        yield _Said("nosec", comment, blanket=_OF_BANDIT, line=comment.line)


def _nosemgrep(comment: Comment, found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`# nosemgrep` and `# nosemgrep: rule.id`: on the line or alone on the line above."""
    match = _NOSEM.search(comment.text)
    if not match:
        return
    line = found.below(comment.line) if comment.alone else comment.line
    if match["names"]:
        names = _BETWEEN.split(match["names"])
        by = f"{match['word']}: {', '.join(names)}"
        yield _Said(by, comment, twins.semgrep(names), line=line, above=comment.alone)
    else:
        yield _Said(match["word"], comment, blanket=_OF_SEMGREP, line=line, above=comment.alone)


# pylint

_PYLINT = regex(r"\bpylint:\s*(?P<pragma>[^;#]*)")
_PRAGMA = regex(
    r"\b(?P<verb>disable-next|disable-msg|enable-msg|disable|enable)\s*=\s*(?P<words>[\w-]+(?:[,\s]+[\w-]+(?!\s*=))*)"
)
_PYLINT_FILE = regex(r"\b(?:skip-file|disable-all|disable\s*=\s*all)\b")


def _pylint(comment: Comment, found: Layout, twins: _Twins) -> Iterator[_Said]:
    """`disable=` behind code is about that statement, alone about the rest of its block."""
    for pragma in _PYLINT.finditer(comment.text):
        if _PYLINT_FILE.search(pragma["pragma"]):
            yield _Said("pylint: skip-file", comment, blanket=_OF_PYLINT, first=1, last=_ENDLESS)
        for match in _PRAGMA.finditer(pragma["pragma"]):
            words = _BETWEEN.split(match["words"])
            codes, off = twins.codes(words), not match["verb"].startswith("enable")
            by = f"pylint: {match['verb']}={','.join(words)}"
            if match["verb"] == "disable-next":
                yield _Said(by, comment, codes, line=comment.line + 1, above=True)
            elif comment.alone:
                first, last = _block(found, comment)
                first = _header(found, comment) or first
                yield _Said(by, comment, codes, first=first, last=last, off=off)
            elif off:
                yield _Said(by, comment, codes, line=comment.line)


def _block(found: Layout, comment: Comment) -> tuple[int, int]:
    """The lines from a comment to the end of its block: up to the next statement that is indented less."""
    following = found.statements[found.index(comment.line) + 1 :]
    if not following:
        return comment.line, _ENDLESS
    indent = max(comment.indent, following[0].indent)
    end = next((one.line for one in following if one.indent < indent), _ENDLESS)
    return comment.line, end - 1


def _header(found: Layout, comment: Comment) -> int:
    """The first line of the definition whose body the comment opens: pylint takes it for the whole definition then."""
    number = found.index(comment.line)
    if number >= 0 and found.statements[number].head == "" and found.statements[number].indent >= comment.indent:
        number -= 1  # the docstring
    if number < 0 or found.statements[number].indent >= comment.indent:
        return 0
    definition = found.definition(found.statements[number].line)
    return definition[0].line if definition else 0


_READERS: tuple[Callable[[Comment, Layout, _Twins], Iterator[_Said]], ...] = (
    _noqa,
    _noqa_file,
    _ruff,
    _nosec,
    _nosemgrep,
    _pylint,
)
