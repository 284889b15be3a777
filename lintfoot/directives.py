"""lintfoot's own suppressions, read strictly: what is malformed is told, and silences nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lintfoot.book import OWN_FAMILY
from lintfoot.records import dataclass, replace
from lintfoot.regexes import regex
from lintfoot.tables import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lintfoot.book import Book, Rule
    from lintfoot.comments import Comment, Layout

MARKER = "lintfoot"
FORM = "`# lintfoot: ignore[LF201] -- reason`"


@dataclass(frozen=True, slots=True)
class Directive:
    """One of lintfoot's own suppressions. `words` are the rules as written, `codes` what they mean, one for one.

    `start` and `end` are its columns in the line (the end exclusive), `listed` those of what the brackets hold.
    A `problem` says why it silences nothing.
    """

    comment: Comment
    start: int
    end: int
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    listed: tuple[int, int] = (0, 0)
    whole_file: bool = False
    reason: str = ""
    problem: str = ""

    @property
    def shape(self) -> str:
        """The suppression without its reason, blanks or oddities: what its fingerprint is made of."""
        return f"{VERBS[self.whole_file]}[{','.join(map(_shown, self.words))}]"


VERBS = ("ignore", "ignore-file")
_DIRECTIVES = (
    "noqa nosec nosem nosemgrep pylint ruff flake8 type pragma fmt isort mypy pyright pyre codespell yapf nosonar"
)
_START = regex(rf"(?:^|(?<=\s))#+[ \t]*(?:{MARKER})\b", re.IGNORECASE)
_NEXT = regex(rf"[ \t]+#+[ \t]*(?:{MARKER}|{_DIRECTIVES.replace(' ', '|')})\b", re.IGNORECASE)
_COLON = regex(r"[ \t]*:")
_LIKE_ONE = regex(
    r"[ \t]*:?[ \t-]*(?:ignore|disable|noqa|nosec|suppress|allow|skip|off)(?:-\w+)*[ \t]*[\[(=:]", re.IGNORECASE
)
_VERB = regex(r"[ \t]*:?[ \t]*([\w-]*)")
_LIST = regex(r"[ \t]*\[([^\[\]]*)\]")
_REASON = regex(r"[ \t]*--[ \t]*(.*)", re.DOTALL)


def read(found: Layout, book: Book) -> Iterator[Directive]:
    """Every suppression of lintfoot's own in a file, the malformed ones with their problem."""
    for comment in found.comments:
        for start in _START.finditer(comment.text):
            end = _NEXT.search(comment.text, start.end())
            stop = end.start() if end else len(comment.text)
            directive = _directive(comment, start, comment.text[start.end() : stop].rstrip(), book)
            if directive:
                yield directive


def is_reason(text: str) -> bool:
    """Whether a text can stand behind `--` without being read as a word to lintfoot or to another tool."""
    return text.isprintable() and not _NEXT.search(f" {text}")


def _directive(comment: Comment, start: re.Match[str], rest: str, book: Book) -> Directive | None:
    """Read what follows the marker; None for prose that merely begins with the name."""
    exact = start[0].endswith(MARKER) and _COLON.match(rest) is not None
    if not exact and not _LIKE_ONE.match(rest):
        return None
    blank = Directive(comment, comment.column + start.start(), comment.column + start.end() + len(rest))
    if not _COLON.match(rest):
        return replace(blank, problem=f"a colon is missing after `{MARKER}`")
    verb = _VERB.match(rest)
    assert verb is not None  # noqa: S101 - it matches nothing as well
    if verb[1].lower() not in VERBS:
        return replace(blank, problem=_unknown_verb(verb[1]))
    listed = _LIST.match(rest, verb.end())
    if not listed:
        return replace(blank, problem=_unlisted(rest[verb.end() :], verb[1].lower()))
    words = tuple(word.strip() for word in listed[1].split(","))
    rules = [_rule(book, word) for word in words]
    after = rest[listed.end() :]
    reason = _REASON.fullmatch(after)
    problems = [
        problem for word, rule in zip(words, rules, strict=True) if (problem := _wrong(book, word, rule, words))
    ]
    problems += _wrong_reason(after, reason)
    at = comment.column + start.end()
    return replace(
        blank,
        words=words,
        codes=tuple(rule.code for rule in rules if rule) if not problems else (),
        listed=(at + listed.start(1), at + listed.end(1)),
        whole_file=verb[1].lower() == VERBS[True],
        reason=reason[1] if reason else "",
        problem="; ".join(dict.fromkeys(problems)),
    )


def _unknown_verb(verb: str) -> str:
    if not verb:
        return f"nothing stands after the colon; it is written {FORM}"
    hint = did_you_mean(verb.lower(), VERBS) or f"; it is written {FORM}"
    return f"unknown word {quoted(_shown(verb))}{hint}"


def _unlisted(after: str, verb: str) -> str:
    if after.lstrip().startswith("["):
        return "its bracket is not closed"
    return f"it names no rule in brackets: `{verb}[LF201]`"


def _wrong_reason(after: str, reason: re.Match[str] | None) -> list[str]:
    if not after.strip():
        return []
    if not reason:
        return ["after the bracket only a reason may stand, behind ` -- `"]
    return [] if reason[1].strip() else ["the reason after ` -- ` is missing"]


def _rule(book: Book, word: str) -> Rule | None:
    """A rule by its own code or name, in any case."""
    rule = book.find(word)
    return rule if rule and word.casefold() in (rule.code.casefold(), rule.name) else None


def _wrong(book: Book, word: str, rule: Rule | None, words: Sequence[str]) -> str:
    """What is wrong with one word of the list, if anything is."""
    if rule:
        return f"no comment silences {rule.code} ({rule.name})" if rule.family == OWN_FAMILY else ""
    if not word:
        return "no rule stands between the brackets" if len(words) == 1 else "a place between the commas is empty"
    shown = quoted(_shown(word))
    twin = book.find(word)
    if twin:
        return f"{shown} is another linter's word; the rule here is {twin.code} ({twin.name})"
    if book.chosen(word):
        return f"{shown} means several rules; name each"
    known = [name for one in book.rules for name in (one.code, one.name)]
    hint = did_you_mean(word.upper(), known) or did_you_mean(word.lower(), known)
    return f"unknown rule {shown}{hint}"


_PLAIN = regex(r"[A-Za-z][\w-]{0,31}")


def _shown(word: str) -> str:
    """A word from a comment, if it looks like a rule's name: anything else might be a secret that strayed there."""
    return word if _PLAIN.fullmatch(word) else "…"
