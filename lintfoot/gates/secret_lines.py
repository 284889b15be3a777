"""Which lines of a text hold a literal that looks like a secret by itself, or that may be an option for one."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any

from lintfoot.census import Census, Statement
from lintfoot.gates.bound_names import text_of
from lintfoot.regexes import regex
from lintfoot.secret_texts import SHORTEST, traces
from lintfoot.sight import Sight

_HINTS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "identified", "psk")
HINT = regex(  # what a literal hints at a secret by
    rf"://[^/\s]*@|(?i:{'|'.join(_HINTS)})|[\"' ]-[A-Za-z]|^(?:\w?['\"])?[\w./]+ -\w|login|add_user"
)
_RARE = ("-", "@", "login", "add_user")  # one of these is in all that it finds otherwise
_OPTIONS = ("-", "/p:", "add_user", "login", "change_password")
_MARK = regex("[-=:'\"| ]")  # without one of these a text gives nothing away
_ODD = regex(r"\\|=\s*(?:![rsa]\s*)?[:}]")  # in a formatted text: what libcst shows as it is written, and `{value=}`


def literal_lines(sight: Sight, *, hidden: bool = False) -> set[int] | None:
    """The lines; of a test only those with a credential of a known format, which is all that is told there, unless `hidden`."""
    told = not sight.is_test or hidden
    key = f"literal lines {told}"
    if key not in sight.kept:
        sight.kept[key] = None if sight.census is None else _lines(sight, sight.census, told=told)
    found: set[int] | None = sight.kept[key]
    return found


def _lines(sight: Sight, census: Census, *, told: bool) -> set[int]:
    formats = sight.models.formats.within(sight.text, sight.held.those)
    if not told and not formats.formats:
        return set()
    literals = _Literals(sight, census)
    known = [text for text in literals.holding(formats.starts) if formats.find(text) is not None]
    found = literals.lines(known, prose=True) | literals.odd(formats.may_be_in)
    if told:
        found |= literals.lines(filter(_gives_away, literals.hinting)) | _spelled(census)
    return found


def _gives_away(text: str) -> bool:
    return len(text) >= SHORTEST and _MARK.search(text) is not None and bool(traces(text))


class _Literals:
    """The texts of one file's literals, each once, and the lines of the statements in which they stand."""

    def __init__(self, sight: Sight, census: Census) -> None:
        self.text = sight.text
        self.formatted = census.all(ast.JoinedStr)
        self._places: dict[str, list[Statement]] = {}
        for value, places in census.texts.items():
            text = value if isinstance(value, str) else value.decode("latin-1")
            self._places[text] = [*self._places[text], *places] if text in self._places else places
        for statement, joined in self.formatted:
            text = text_of(joined) or ""
            self._places[text] = [*self._places.get(text, ()), statement]
        self._texts = list(self._places)
        self._ends = list(accumulate(len(text) + 1 for text in self._texts))
        self._joined = "\0".join(self._texts)

    def holding(self, words: Iterable[str], *, low: bool = False) -> Iterator[str]:
        """The texts that hold one of some words, or do so in small letters: looked for in all of them at once."""
        joined = self._low if low else self._joined
        found: set[int] = set()
        for word in words:
            at = joined.find(word)
            while at >= 0:
                number = bisect_right(self._ends, at)
                found.add(number)
                at = joined.find(word, self._ends[number])
        return (self._texts[number] for number in found)

    @property
    def hinting(self) -> set[str]:
        """The texts in which `HINT` finds anything: most hold none of its words, nor what the rest of it begins with."""
        if len(self._low) != len(self._joined):
            return set(filter(HINT.search, self._texts))
        found = {*self.holding(_HINTS, low=True), *filter(HINT.search, self.holding(_RARE))}
        return found if self._joined.isascii() else found.union(one for one in self._texts if HINT.search(one))

    @cached_property
    def _low(self) -> str:
        return self._joined.lower()

    def lines(self, texts: Iterable[str], *, prose: bool = False) -> set[int]:
        """The lines on which some texts stand; those that are statements of their own only with `prose`."""
        return {at.line for text in texts for at in self._places[text] if prose or not _is_prose(at)}

    def odd(self, may_be: Callable[[str], bool]) -> set[int]:
        """The lines of formatted texts that libcst may show otherwise than Python's parser does, and that hint at something.

        It leaves escapes as they are written, and takes all of `{value=}` for data.
        """
        return {
            statement.line
            for statement, joined in self.formatted
            for text in (text_of(joined) or "",)
            if (HINT.search(text) or may_be(text) or not text.isascii()) and _ODD.search(self._written(statement))
        }

    def _written(self, statement: Statement) -> str:
        """The text of a statement, of a compound one that of its head."""
        body = getattr(statement.node, "body", None)
        last = body[0] if isinstance(body, list) and body else statement.node
        end = last.lineno if last is not statement.node else getattr(last, "end_lineno", None) or statement.line
        return "\n".join(self._lines[statement.line - 1 : end])

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")


def _is_prose(statement: Statement) -> bool:
    return statement.node.__class__ is ast.Expr and statement.node.value.__class__ is ast.Constant


def _spelled(census: Census) -> set[int]:
    """The lines with a list or a tuple that may be a command with a secret in it."""
    nodes: list[tuple[Statement, Any]] = [*census.all(ast.List), *census.all(ast.Tuple)]
    return {statement.line for statement, node in nodes if len(node.elts) > 1 and _is_command(node.elts)}


def _is_command(elements: list[ast.expr]) -> bool:
    literals = [text for text in map(text_of, elements) if text is not None]
    if len(literals) < 2 or not any(map(_is_option, literals)):  # noqa: PLR2004 - an option and its value
        return False
    texts = [None if isinstance(one, ast.Starred) else _word(one) for one in elements]
    from lintfoot import secret_commands  # few texts hold one

    return any(True for _ in secret_commands.in_words(texts))


def _word(node: ast.expr) -> str:
    text = text_of(node)
    return "\0" if text is None else text


def _is_option(text: str) -> bool:
    return text.lstrip("rbuRBUfF").lstrip("'\"").startswith(_OPTIONS)
