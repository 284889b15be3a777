"""Which lines of a text hold a literal that looks like a secret by itself, or that may be an option for one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property
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
    found = literals.odd(formats.may_be_in)
    if formats.formats and formats.may_be_in("\0".join((*literals.given, *literals.prose))):
        found |= literals.those(lambda text: formats.may_be_in(text) and formats.find(text) is not None, prose=True)
    if told:
        found |= literals.those(_gives_away) | _spelled(census)
    return found


def _gives_away(text: str) -> bool:
    return len(text) >= SHORTEST and _MARK.search(text) is not None and _hints(text) and bool(traces(text))


def _hints(text: str) -> bool:
    """Whether `HINT` finds anything; without a search where the commonest of its words tell."""
    low = text.lower()
    if any(word in low for word in _HINTS):
        return True
    if text.isascii() and not ("-" in text or "@" in text or "login" in text or "add_user" in text):
        return False
    return HINT.search(text) is not None


class _Literals:
    """The texts of one file's literals, each once, and the lines of the statements in which they stand."""

    def __init__(self, sight: Sight, census: Census) -> None:
        self.text = sight.text
        self.formatted = census.all(ast.JoinedStr)
        self.given: dict[str, list[int]] = {}
        self.prose: dict[str, list[int]] = {}  # statements of their own: docstrings
        for statement, node in census.all(ast.Constant):
            kind = node.value.__class__
            if kind is str or kind is bytes:
                held = self.prose if _is_prose(statement, node) else self.given
                held.setdefault(text_of(node) or "", []).append(statement.line)
        for statement, joined in self.formatted:
            self.given.setdefault(text_of(joined) or "", []).append(statement.line)

    def those(self, asked: Callable[[str], bool], *, prose: bool = False) -> set[int]:
        """The lines of the texts that something is true for."""
        held = (self.given, self.prose) if prose else (self.given,)
        return {line for one in held for text, lines in one.items() if asked(text) for line in lines}

    def odd(self, may_be: Callable[[str], bool]) -> set[int]:
        """The lines of formatted texts that libcst may show otherwise than Python's parser does, and that hint at something.

        It leaves escapes as they are written, and takes all of `{value=}` for data.
        """
        return {
            statement.line
            for statement, joined in self.formatted
            for text in (text_of(joined) or "",)
            if (_hints(text) or may_be(text) or not text.isascii()) and _ODD.search(self._written(statement))
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


def _is_prose(statement: Statement, node: ast.AST) -> bool:
    return statement.node.__class__ is ast.Expr and statement.node.value is node


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
