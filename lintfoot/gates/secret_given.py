"""Which literals an expression may be, and whether one of them may be a secret under a name: on Python's own tree."""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from lintfoot.census import Census, last
from lintfoot.gates.bound_names import HANDS_ON, Bound, bound, names_of, parts_of, stands_for, text_of
from lintfoot.gates.secret_callees import DEFAULTS, FIRST_IS_DEFAULT, GETTERS, METHODS, VALUE_KEYS, WRAPPERS
from lintfoot.secret_names import Kind, Said, evidence, said, words
from lintfoot.secret_values import PASSWORD, Verdict, is_login, judge
from lintfoot.sight import Sight

DESCRIBES = frozenset((*DEFAULTS, *VALUE_KEYS))  # keywords of what a thing is without more
_USERS = frozenset(("user", "username", "login"))  # beside one in a tuple stands a password
_LONG_KEY = 8  # bytes


class Given:
    """Asks what one file's expressions may give; with `hidden` also what is perhaps a secret."""

    def __init__(self, sight: Sight, census: Census, *, hidden: bool) -> None:
        self.census, self.hidden = census, hidden
        self.public = frozenset(sight.option("LF401", "public-names") or ())
        self.more = frozenset(sight.option("LF401", "names") or ())
        self._dead: dict[Said, set[str]] = {}  # words that led to nothing under a name
        self.own = bool(self.public or self.more)
        self.formats = None if hidden or not sight.is_test else sight.models.formats.within(sight.text)
        self.doubtful = self.formats is not None  # whether `hidden` would add anything, as far as something was asked

    @property
    def nothing(self) -> bool:
        """Whether nothing can be told: of tests only credentials of a known format are."""
        return self.formats is not None and not self.formats.formats

    def said(self, name: str) -> Said | None:
        """What a name says, the user's own words included."""
        if self.own:
            if name in self.public:
                return None
            if name in self.more:
                return Said(Kind.SECRET, frozenset(words(name)))
        return said(name)

    @cached_property
    def _bound(self) -> Bound:
        return bound(self.census)

    def holds(self, value: ast.expr, name: Said, *, follow: bool = False) -> bool:
        """Whether an expression may be a literal that is a secret under a name."""
        waiting: list[Any] = [value]
        while waiting:
            node = waiting.pop()
            kind = node.__class__
            if kind is ast.Constant or kind is ast.JoinedStr:
                if self._may_be(node, name):
                    return True
            elif kind in _SEEN_AS:
                if follow and self._is_led(node, name):
                    return True
            elif kind is ast.Call:
                waiting += _of_call(node)
            elif kind is ast.BinOp:
                text = summed(node) if isinstance(node.op, ast.Add) else None
                if text is not None and self._is_one(text, name):
                    return True
            elif kind is ast.Dict:
                waiting += _of_dict(node, every=name.many)
            elif kind in HANDS_ON:
                waiting += HANDS_ON[kind](node)
        return False

    def _may_be(self, node: Any, name: Said) -> bool:
        text = text_of(node)
        if text is None:
            return False
        if node.__class__ is ast.JoinedStr and "\0" not in text and self.formats is None:
            return True  # nothing goes in, and libcst shows escapes as they are written
        if node.__class__ is ast.Constant and node.value.__class__ is bytes and not text.isprintable():
            return len(text) >= _LONG_KEY
        return self._is_one(text, name)

    def _is_one(self, text: str, name: Said) -> bool:
        if self.formats is not None:
            return self.formats.find(text) is not None
        verdict = _verdict(text, name) if len(text) > 1 else Verdict.NO
        self.doubtful = self.doubtful or verdict is Verdict.PERHAPS
        return verdict is Verdict.REAL or (self.hidden and verdict is Verdict.PERHAPS)

    def _is_led(self, node: Any, name: Said) -> bool:
        """Whether a name that says nothing itself may stand for a literal that is a secret under another name."""
        return not any(map(evidence, names_of(node))) and self.leads(node, name)

    def leads(self, node: Any, name: Said) -> bool:
        """Whether anything that a name may be bound to is a literal, or holds one."""
        dead = self._dead.setdefault(name, set())
        known: set[str] = set()
        waiting: list[Any] = [node]
        while waiting:
            one = waiting.pop()
            if one.__class__ in (ast.Constant, ast.JoinedStr):
                if self._may_be(one, name):
                    return True
                continue
            for word in stands_for(one):
                if word not in known and word not in dead:
                    known.add(word)
                    waiting += self._bound.get(word, ())
            waiting += parts_of(one)
        dead |= known
        return False


def _of_call(node: ast.Call) -> list[ast.expr]:
    """What a call may hand on as it is: the receiver of a method of texts, what is wrapped, a default."""
    callee = last(node.func)
    if callee in METHODS and isinstance(node.func, ast.Attribute):
        return [node.func.value]
    found = [one.value for one in node.keywords if (one.arg or "").lower() in DESCRIBES]
    if callee in WRAPPERS:
        found += [*node.args[:1], *node.args[-1:], *(one.value for one in node.keywords[:1])]
    elif callee in FIRST_IS_DEFAULT:
        found += node.args[:1]
    if callee in GETTERS and len(node.args) > 1:
        found += node.args[-1:]
    return found


def _of_dict(node: ast.Dict, *, every: bool) -> list[ast.expr]:
    """The values of a table of secrets; of another dict what describes one."""
    pairs = zip(node.keys, node.values, strict=True)
    return [value for key, value in pairs if every or (key is not None and (text_of(key) or "").lower() in VALUE_KEYS)]


_SEEN_AS = frozenset((ast.Name, ast.Attribute, ast.Subscript))


def summed(node: ast.expr) -> str | None:
    """The text of a sum of literals."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = summed(node.left), summed(node.right)
        return left + right if left is not None and right is not None else None
    return text_of(node)


@lru_cache(maxsize=1 << 14)
def _verdict(text: str, name: Said) -> Verdict:
    """How a text looks at most under a name."""
    if name.kind is Kind.LOGIN:
        found = (
            [Verdict.REAL] if is_login(text) else [judge(text, PASSWORD), judge(text, Said(Kind.HEADER, name.words))]
        )
    else:
        found = [judge(text, name, sure=True if name.kind is Kind.SECRET else None)]
        found += [judge(text, PASSWORD)] if not _USERS.isdisjoint(name.words) else []
    return max(found, key=_HOW_MUCH)


_HOW_MUCH = attrgetter("value")
