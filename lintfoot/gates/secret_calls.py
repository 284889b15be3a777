"""Which calls may give a literal to something that is called like a secret, or that takes one: on Python's own tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

from lintfoot.census import Census, Statement, inputs, last
from lintfoot.gates.bound_names import FUNCTIONS, text_of
from lintfoot.gates.secret_callees import (
    ASKS,
    ENCODERS,
    FIRST_IS_DEFAULT,
    GETTERS,
    SETTERS,
    TYPED,
    set_by,
    takes_a_pair,
)
from lintfoot.gates.secret_given import DESCRIBES, Given, summed
from lintfoot.gates.secret_taking import Taking
from lintfoot.regexes import regex
from lintfoot.secret_names import Said
from lintfoot.secret_values import PASSWORD, is_login
from lintfoot.sight import Sight

_AS = regex(r"as[ \t]+([A-Za-z_]\w*)")
_NAME_BEFORE = regex(r"\b([A-Za-z_]\w*)[ \t]+\Z")
_LONGEST_NAME = 80
_ASKED = ("assword", "assphrase", "asscode")
_ASKED_ANYHOW = regex(r"(?i)ass(?:word|phrase|code)")  # other letters may stand for some of these
_BESIDE = SETTERS | GETTERS | FIRST_IS_DEFAULT  # they are given a name beside its value


def renamed(text: str) -> dict[str, str]:
    """What imports call otherwise: `from requests.auth import HTTPBasicAuth as Basic`; any other `as` does no harm."""
    found = {}
    for match in _AS.finditer(text):  # begins with letters, which are looked for much faster than any word
        name = _NAME_BEFORE.search(text, max(0, match.start() - _LONGEST_NAME), match.start())
        if name is not None:
            found[match[1]] = name[1]
    return found


class Calls:
    """The calls of one file; `compared` tells whether some expressions, held against others, may show a secret."""

    def __init__(
        self,
        sight: Sight,
        census: Census,
        given: Given,
        compared: Callable[[Sequence[ast.expr], Sequence[ast.expr]], bool],
    ) -> None:
        self.sight, self.census, self.given = sight, census, given
        self._compared = compared
        self._taking = Taking(sight, census, given)

    def places(self) -> Iterator[tuple[Statement, ast.Call]]:
        """The calls that `gives` may say yes to: what they are called tells of most that they are none."""
        calls = self.census.calls
        own = self._typed | self._takers.keys() | self._taking.calls
        asked = {name for name in calls if _is_asked(name)} | (calls.keys() & own)
        asked |= {name for name, full in self._renamed.items() if name in calls and (_is_asked(full) or full in own)}
        for name in asked:
            yield from calls[name]
        keywords = {word.arg for _, word in self.census.all(ast.keyword) if word.arg is not None}
        described = {name for name in keywords if name.lower() in DESCRIBES}
        for name in calls.keys() - asked if described else ():
            yield from (one for one in calls[name] if any(word.arg in described for word in one[1].keywords))

    def gives(self, _: Statement, node: ast.Call) -> bool:
        """A look-up with a fallback, an option with a default, a name beside its value, and what takes a secret."""
        args = node.args
        if not args and not node.keywords:
            return False
        callee = last(node.func)
        if callee in self._renamed and isinstance(node.func, ast.Name):
            callee = self._renamed[callee]
        if len(args) + len(node.keywords) > 1 and self._beside(node, callee):
            return True
        if callee in self._taking.calls and self._taking.may(node, callee):
            return True
        return bool(args) and self._taken(node, callee)

    def _beside(self, node: ast.Call, callee: str) -> bool:
        """`getenv("DB_PASSWORD", "…")`, `add_argument("--password", default="…")`, `Parameter(name="password", value="…")`."""
        sets = callee in SETTERS
        values = [one.value for one in node.keywords if (one.arg or "").lower() in DESCRIBES] if node.keywords else []
        if sets or callee in GETTERS:
            values += node.args
        elif callee in FIRST_IS_DEFAULT:
            values += node.args[:1]
        if not values:
            return False
        for key in inputs(node):
            text = text_of(key) or (last(key) if callee == "setopt" else "")
            found = (
                self.given.said(text) or self.given.said(text.lstrip("-"))
                if text and (sets or " " not in text)
                else None
            )
            if found is not None and any(self.given.holds(one, found, follow=True) for one in values):
                return True
        return False

    def _taken(self, node: ast.Call, callee: str) -> bool:
        """What is handed to something whose name, or whose parameters in this file, take a secret."""
        args = node.args
        if callee in ENCODERS:
            return is_login(_whole(args[0]))
        if len(args) == 1 and callee in self._typed:
            return self.given.holds(args[0].left if isinstance(args[0], ast.BinOp) else args[0], PASSWORD)
        if not any(map(is_literal, args)):
            return False  # who asks for the names of calls and of parameters asks for one
        if callee == "compare_digest":
            return self._compared(args, args)
        plain = [one for one in args if not isinstance(one, ast.Starred)]
        name, values = set_by(callee), plain[:1] + plain[-1:]
        if name is None and takes_a_pair(callee):
            name, values = PASSWORD, plain[1:2]
        if name is not None and any(is_literal(one) and self.given.holds(one, name) for one in values):
            return True
        return any(
            self.given.holds(one, taken, follow=True)
            for place, taken in self._takers.get(callee, ())
            for one in (args if place is None else args[max(0, place - 1) : place + 1])  # `self` may be among them
        )

    @cached_property
    def _renamed(self) -> dict[str, str]:
        return renamed(self.sight.text) if " as " in self.sight.text else {}

    @cached_property
    def _typed(self) -> frozenset[str]:
        """What types an answer, where the text asks for a password."""
        if ASKS.isdisjoint(self.census.calls):
            return frozenset()
        text = self.sight.text
        asked = any(one in self.sight.low for one in _ASKED) or (not text.isascii() and _ASKED_ANYHOW.search(text))
        return TYPED if asked else frozenset()

    @cached_property
    def _takers(self) -> dict[str, set[tuple[int | None, Said]]]:
        """What the functions and classes of this file are called that take a secret: at which place, if that is known, and which."""
        found: dict[str, set[tuple[int | None, Said]]] = {}
        node: Any
        for kind in FUNCTIONS:
            for statement, node in self.census.all(kind):
                for place, one in enumerate((*node.args.posonlyargs, *node.args.args)):
                    told = self.given.said(one.arg)
                    if told is not None:
                        made = statement.around and node.name == "__init__"
                        called = statement.around[-1].name if made else node.name
                        found.setdefault(called, set()).add((place, told))
        for statement, node in self.census.all(ast.AnnAssign):
            name = self.given.said(last(node.target))
            if name is not None and statement.around and isinstance(statement.around[-1], ast.ClassDef):
                found.setdefault(statement.around[-1].name, set()).add((None, name))
        return found


@lru_cache(maxsize=1 << 14)
def _is_asked(callee: str) -> bool:
    """Whether the name of a call says that it may take a secret, or the name of one beside its value."""
    known = callee in _BESIDE or callee in ENCODERS or callee == "compare_digest"
    return known or set_by(callee) is not None or takes_a_pair(callee)


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is a text that is written out, or built of such."""
    return text_of(node) is not None


def _whole(node: ast.expr) -> str:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return summed(node) or ""
