"""Where a literal that may be a secret is given to something that says so: the places of the visitors that go by names.

The same ways are asked for as by the visitors, on Python's own tree: targets, keywords, defaults, keys, comparisons, look-ups,
calls that take a secret. What decides there by what stands around (a test, an enumeration, a mapping of names) is left to
them, and so is what a call or a name is resolved to: any of that name will do here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from lintfoot.census import Census, Statement, defaults, inputs, last
from lintfoot.gates.bound_names import FUNCTIONS, names_of, text_of
from lintfoot.gates.secret_callees import (
    ASKS,
    ENCODERS,
    FIRST_IS_DEFAULT,
    GETTERS,
    SETTERS,
    TYPED,
    VALUE_KEYS,
    answered_by,
    set_by,
    takes_a_pair,
)
from lintfoot.gates.secret_given import DESCRIBES, Given, summed
from lintfoot.gates.secret_taking import Taking
from lintfoot.regexes import regex
from lintfoot.secret_names import Said, that_speak
from lintfoot.secret_values import PASSWORD, is_login
from lintfoot.sight import Sight

_AS = regex(r"as[ \t]+([A-Za-z_]\w*)")
_NAME_BEFORE = regex(r"\b([A-Za-z_]\w*)[ \t]+\Z")
_LONGEST_NAME = 80
_ASKED = ("assword", "assphrase", "asscode")
_ASKED_ANYHOW = regex(r"(?i)ass(?:word|phrase|code)")  # other letters may stand for some of these
_BESIDE = SETTERS | GETTERS | FIRST_IS_DEFAULT  # they are given a name beside its value
_LISTS = (ast.List, ast.Tuple, ast.Set)
_SAME: tuple[type[ast.cmpop], ...] = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)


def named_lines(sight: Sight, *, hidden: bool = False) -> set[int] | None:
    """Lines on which something that is called like a secret is given what may be one; with `hidden` also what is perhaps one."""
    key = f"secret lines {hidden}"
    if key not in sight.kept:
        census = sight.census
        giving = _Giving(sight, census, hidden=hidden) if census is not None else None
        sight.kept[key] = giving.lines() if giving is not None else None
        if giving is not None and not (hidden or giving.given.doubtful):  # the same would be found
            sight.kept[f"secret lines {True}"] = sight.kept[key]
    found: set[int] | None = sight.kept[key]
    return found


def renamed(text: str) -> dict[str, str]:
    """What imports call otherwise: `from requests.auth import HTTPBasicAuth as Basic`; any other `as` does no harm."""
    found = {}
    for match in _AS.finditer(text):  # begins with letters, which are looked for much faster than any word
        name = _NAME_BEFORE.search(text, max(0, match.start() - _LONGEST_NAME), match.start())
        if name is not None:
            found[match[1]] = name[1]
    return found


class _Giving:
    """One file, looked through once."""

    def __init__(self, sight: Sight, census: Census, *, hidden: bool) -> None:
        self.sight, self.census = sight, census
        self.given = Given(sight, census, hidden=hidden)
        self.said, self.holds = self.given.said, self.given.holds
        self._taking = Taking(sight, census, self.given)

    def lines(self) -> set[int]:
        """The lines of all statements."""
        if self.given.nothing:
            return set()
        found: set[int] = set()
        ways = ((self.census.all(kind), asks) for kind, asks in self._ways)
        for places, asks in (*ways, (self._calls(), self._call)):
            for statement, node in places:
                if statement.line not in found and asks(statement, node):
                    found.add(statement.line)
        return found | self._otherwise()

    @cached_property
    def speaking(self) -> frozenset[str]:
        """The words of the text that say so by themselves: names are looked up here, and hardly any is one of them."""
        words = self.sight.words
        return frozenset(name for name in (*that_speak(words), *(self.given.more & words)) if self.said(name))

    @property
    def _ways(self) -> tuple[tuple[type[Any], Callable[[Statement, Any], bool]], ...]:
        return (
            (ast.Assign, self._assign),
            (ast.AnnAssign, self._assign_one),
            (ast.NamedExpr, self._assign_one),
            (ast.AugAssign, self._add),
            (ast.For, self._loop),
            (ast.AsyncFor, self._loop),
            (ast.arguments, self._parameters),
            (ast.Return, self._answer),
            (ast.keyword, self._keyword),
            (ast.Dict, self._keys),
            (ast.Tuple, self._pair),
            (ast.BoolOp, self._fallback),
            (ast.Compare, self._comparison),
            (ast.Match, self._cases),
        )

    def _otherwise(self) -> set[int]:
        """Names that Python's parser reads in another way than they are written: libcst does not."""
        if self.sight.text.isascii() or self.sight.spread is None:
            return set()
        from unicodedata import normalize  # few scripts need it

        odd = [name for name in self.sight.words if not name.isascii() and normalize("NFKC", name) != name]
        return {line for name in odd for line in self.sight.spread.lines_with.get(name, ())}

    # what gives a literal a name

    def _assign(self, _: Statement, node: ast.Assign) -> bool:
        for target in node.targets:
            name = last(target)
            if (not name or name in self.speaking) and self._assigned(target, node.value):
                return True
        return False

    def _assign_one(self, _: Statement, node: Any) -> bool:
        return node.value is not None and self._assigned(node.target, node.value)

    def _assigned(self, target: ast.expr, value: ast.expr) -> bool:
        if isinstance(target, ast.Tuple | ast.List):
            if isinstance(value, ast.Tuple | ast.List):
                return any(map(self._assigned, target.elts, value.elts))
            return False
        return self._named(target, value)

    def _named(self, target: ast.expr, value: ast.expr) -> bool:
        kind = target.__class__
        if kind is ast.Name or kind is ast.Attribute:
            name = last(target)
            found = self.said(name) if name in self.speaking else None
            return found is not None and self.holds(value, found)
        return self._given(names_of(target), value)

    def _given(self, names: Iterable[str], value: ast.expr, *, follow: bool = False) -> bool:
        for name in names:
            found = self.said(name)
            if found is not None and self.holds(value, found, follow=follow):
                return True
        return False

    def _add(self, _: Statement, node: ast.AugAssign) -> bool:
        return isinstance(node.op, ast.Add) and self._named(node.target, node.value)

    def _loop(self, _: Statement, node: Any) -> bool:
        return isinstance(node.iter, _LISTS) and self._given(names_of(node.target), node.iter)

    def _parameters(self, _: Statement, node: ast.arguments) -> bool:
        return any(one.arg in self.speaking and self._given((one.arg,), value) for one, value in defaults(node))

    def _answer(self, statement: Statement, node: ast.Return) -> bool:
        if node.value is None or not _is_literal(node.value):
            return False
        function = next((one for one in reversed(statement.around) if isinstance(one, FUNCTIONS)), None)
        name = answered_by(function.name) if function is not None else None
        return name is not None and self.holds(node.value, name)

    def _keyword(self, _: Statement, node: ast.keyword) -> bool:
        return node.arg in self.speaking and self._given((node.arg or "",), node.value, follow=True)

    def _keys(self, _: Statement, node: ast.Dict) -> bool:
        for key, value in zip(node.keys, node.values, strict=True):
            name = (text_of(key) or last(key)) if key is not None else ""
            if name and self._given((name,), value, follow=True):
                return True
            if name and name.lower() in VALUE_KEYS and self._given(filter(None, map(text_of, node.values)), value):
                return True
        return False

    def _pair(self, _: Statement, node: ast.Tuple) -> bool:
        if len(node.elts) != 2:  # noqa: PLR2004 - name and value
            return False
        key = text_of(node.elts[0])
        return bool(key) and self._given((key or "",), node.elts[1])

    def _fallback(self, _: Statement, node: ast.BoolOp) -> bool:
        return isinstance(node.op, ast.Or) and any(self._named(one, other) for one, other in pairwise(node.values))

    def _comparison(self, statement: Statement, node: ast.Compare) -> bool:
        """With a literal, or in a list of some; an assertion lets nobody in."""
        if statement.node.__class__ is ast.Assert:
            return False
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            among = node.comparators[0]
            return isinstance(among, _LISTS) and self._compared([node.left], among.elts)
        sides = [node.left, *node.comparators]
        return all(isinstance(one, _SAME) for one in node.ops) and self._compared(sides, sides)

    def _compared(self, named: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
        literals = list(filter(_is_literal, values))
        return any(self._named(one, literal) for literal in literals for one in named if one is not literal)

    def _cases(self, _: Statement, node: ast.Match) -> bool:
        values = [one.value for case in node.cases for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue)]
        return any(self._given(names_of(node.subject), value) for value in values)

    # calls

    def _calls(self) -> Iterator[tuple[Statement, ast.Call]]:
        """The calls that `_call` may say yes to: what they are called tells of most that they are none."""
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

    def _call(self, _: Statement, node: ast.Call) -> bool:
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
            found = self.said(text) or self.said(text.lstrip("-")) if text and (sets or " " not in text) else None
            if found is not None and any(self.holds(one, found, follow=True) for one in values):
                return True
        return False

    def _taken(self, node: ast.Call, callee: str) -> bool:
        """What is handed to something whose name, or whose parameters in this file, take a secret."""
        args = node.args
        if callee in ENCODERS:
            return is_login(_whole(args[0]))
        if len(args) == 1 and callee in self._typed:
            return self.holds(args[0].left if isinstance(args[0], ast.BinOp) else args[0], PASSWORD)
        if not any(map(_is_literal, args)):
            return False  # who asks for the names of calls and of parameters asks for one
        if callee == "compare_digest":
            return self._compared(args, args)
        plain = [one for one in args if not isinstance(one, ast.Starred)]
        name, values = set_by(callee), plain[:1] + plain[-1:]
        if name is None and takes_a_pair(callee):
            name, values = PASSWORD, plain[1:2]
        if name is not None and any(_is_literal(one) and self.holds(one, name) for one in values):
            return True
        return any(
            self.holds(one, taken, follow=True)
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
                    told = self.said(one.arg)
                    if told is not None:
                        made = statement.around and node.name == "__init__"
                        called = statement.around[-1].name if made else node.name
                        found.setdefault(called, set()).add((place, told))
        for statement, node in self.census.all(ast.AnnAssign):
            name = self.said(last(node.target))
            if name is not None and statement.around and isinstance(statement.around[-1], ast.ClassDef):
                found.setdefault(statement.around[-1].name, set()).add((None, name))
        return found


@lru_cache(maxsize=1 << 14)
def _is_asked(callee: str) -> bool:
    """Whether the name of a call says that it may take a secret, or the name of one beside its value."""
    known = callee in _BESIDE or callee in ENCODERS or callee == "compare_digest"
    return known or set_by(callee) is not None or takes_a_pair(callee)


def _is_literal(node: ast.expr) -> bool:
    return text_of(node) is not None


def _whole(node: ast.expr) -> str:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return summed(node) or ""
