"""Which calls say by their arguments alone that nothing is wrong with them: literals, and what is left out."""

from __future__ import annotations

import ast
from functools import lru_cache

from lintfoot.answers import answer
from lintfoot.book import CallPattern
from lintfoot.gates.pattern_words import Asked
from lintfoot.gates.scripts import meets
from lintfoot.libraries import Argument, Function, Models
from lintfoot.meanings import constant_meaning
from lintfoot.sight import Sight

_DEEPEST = 4  # arguments that are asked for one another


class Given:
    """What the functions of some patterns are given in one text, whichever of those with a name a call is of."""

    def __init__(self, sight: Sight, asked: Asked) -> None:
        self.models, self.asked = sight.models, asked
        self.patterns = [pattern for rule in sight.rules.values() for pattern in rule.calls if pattern.facet]
        self.named = sight.words | {sight.package.partition(".")[0]}
        self._candidates: dict[str, list[tuple[str, Function]]] = {}

    def is_fine(self, call: ast.Call, word: str) -> bool:
        """Whether a call can be wrong as none of the functions with its last name that the text names a module of.

        The visitor takes the words of the same models for it. A splat may hold anything.
        """
        found = self._functions(word)
        if not found or any(one.arg is None for one in call.keywords):
            return False
        return all(self._is_right(call, name, one, pattern) for name, one in found for pattern in self.patterns)

    def _functions(self, word: str) -> list[tuple[str, Function]]:
        if word not in self._candidates:
            names = [
                name
                for name in self.asked.bearing.get(word, ())
                if not self.named.isdisjoint(self.asked.way(self.models, name))
            ]
            known = ((name, self.models.known.function(name)) for name in names)
            self._candidates[word] = [(name, one) for name, one in known if one is not None]
        return self._candidates[word]

    def _is_right(self, call: ast.Call, name: str, function: Function, pattern: CallPattern) -> bool:
        if not meets(pattern, function):
            return True
        word = self._word(call, name, function, pattern.facet, 0)
        return word is not None and word not in pattern.when

    def _word(self, call: ast.Call, name: str, function: Function, facet: str, depth: int) -> str | None:
        """What a call says about a facet, an empty word where nobody can tell; None where that takes more than the call."""
        argument = function.arguments.get(facet)
        if argument is None:
            return ""
        word = _said(call, argument)
        if word is None or word == "socket" or depth > _DEEPEST:
            return None
        if word == "receiver":
            return None if facet in _told_to_makers(self.models, name.rpartition(".")[0]) else ""
        return self._word(call, name, function, word[1:], depth + 1) if word.startswith("@") else word


def _said(call: ast.Call, argument: Argument) -> str | None:
    """What a call means by one argument, by a literal or by leaving it out; None where neither tells."""
    for one in call.keywords:
        if one.arg in argument.keyword:
            return _meant(one.value, argument)
    place = argument.position
    if place is None:
        return argument.default
    if any(isinstance(one, ast.Starred) for one in call.args):
        return None
    return _meant(call.args[place], argument) if place < len(call.args) else argument.default


def _meant(node: ast.expr, argument: Argument) -> str | None:
    if not isinstance(node, ast.Constant) or node.value is ... or argument.key or argument.rest:
        return None
    return constant_meaning(node.value, argument.means) or argument.means.get("given", "")


@lru_cache(maxsize=256)
def _told_to_makers(models: Models, owner: str) -> frozenset[str]:
    """What the calls can be told that may make an object of a class, or of one made from that."""
    return answer(models, f"what makers of {owner} are told", (), lambda: _of_makers(models.beyond(), owner))


def _of_makers(models: Models, owner: str) -> frozenset[str]:
    family = {owner, *(one for one in models.functions if owner in models.lineage(one))}
    found: set[str] = set()
    for name, function in models.functions.items():
        start, filled_in, _ = function.returns.partition("{")
        filled = filled_in and any(one.startswith(start) for one in family)
        if filled or not family.isdisjoint((name, function.returns, function.enters)):
            found.update(function.arguments)
    return frozenset(found)
