"""Where a literal that may be a secret is given to something that says so: the places of the visitors that go by names.

The same ways are asked for as by the visitors, on Python's own tree: targets, keywords, defaults, keys, comparisons, look-ups,
calls that take a secret. What decides there by what stands around (a test, an enumeration, a mapping of names) is left to
them, and so is what a call or a name is resolved to: any of that name will do here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from lintfoot.census import Census, Statement, defaults, last
from lintfoot.gates.bound_names import FUNCTIONS, names_of, text_of
from lintfoot.gates.secret_callees import (
    VALUE_KEYS,
    answered_by,
)
from lintfoot.gates.secret_calls import Calls, is_literal
from lintfoot.gates.secret_given import Given
from lintfoot.secret_names import that_speak
from lintfoot.sight import Sight

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


class _Giving:
    """One file, looked through once."""

    def __init__(self, sight: Sight, census: Census, *, hidden: bool) -> None:
        self.sight, self.census = sight, census
        self.given = Given(sight, census, hidden=hidden)
        self.said, self.holds = self.given.said, self.given.holds

    def lines(self) -> set[int]:
        """The lines of all statements."""
        if self.given.nothing:
            return set()
        found: set[int] = set()
        calls = Calls(self.sight, self.census, self.given, self._compared)  # not kept: the two would keep each other
        ways = ((self.census.all(kind), asks) for kind, asks in self._ways)
        for places, asks in (*ways, (calls.places(), calls.gives)):
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
        if node.value is None or not is_literal(node.value):
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
        literals = list(filter(is_literal, values))
        return any(self._named(one, literal) for literal in literals for one in named if one is not literal)

    def _cases(self, _: Statement, node: ast.Match) -> bool:
        values = [one.value for case in node.cases for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue)]
        return any(self._given(names_of(node.subject), value) for value in values)
