"""Which calls of a text may hand a literal to what a library's model calls secret: by their places, keywords and libraries."""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache

from lintfoot.answers import answer
from lintfoot.census import Census
from lintfoot.gates.callees import lasts_led_to, lead_to, told_of
from lintfoot.gates.secret_given import Given
from lintfoot.libraries import Function, Models
from lintfoot.secret_names import Kind, Said
from lintfoot.sight import Sight

_ANY = tuple(Said(kind, frozenset()) for kind in (Kind.PASSWORD, Kind.LOGIN, Kind.SECRET, Kind.KEY, Kind.TOKEN))


class Taking:
    """The calls of one file, with what they are given."""

    def __init__(self, sight: Sight, census: Census, given: Given) -> None:
        self.sight, self.census, self.given = sight, census, given

    @cached_property
    def calls(self) -> frozenset[str]:
        """The last names of calls that take a secret, of the libraries that the text names or is led to, and of all re-exports."""
        return _exported(self.sight.models) | self._led

    @cached_property
    def _led(self) -> frozenset[str]:
        return frozenset(lasts_led_to(self.sight, _takes_a_secret))

    @cached_property
    def _leading(self) -> set[int] | None:
        """The calls that may be of what a model says that it takes a secret; None where nobody can tell."""
        lead = lead_to(self.sight, _takes_a_secret)
        return {id(site.call) for site in lead.sites()} if lead is not None else None

    def may(self, node: ast.Call, callee: str) -> bool:
        """What a library's model calls secret, whatever its keyword is; a partial may have been given it before.

        The last name alone says little: most calls of `decode`, `open` and `client` are of nothing that takes a secret.
        """
        if self._is_given(_handed(node, _places(self.sight.models).get(callee, frozenset()))) or (
            self._may_be_another(callee) and self._is_given(_handed(node, self._places_anywhere))
        ):
            return self._leading is None or id(node) in self._leading
        return "partial" in self.sight.text and any(self.given.leads(node.func, name) for name in _ANY)

    def _is_given(self, values: list[ast.expr]) -> bool:
        values += [value for one in values if isinstance(one, ast.Dict) for value in one.values]
        return any(self.given.holds(one, name, follow=True) for one in values for name in _ANY)

    def _may_be_another(self, callee: str) -> bool:
        """Whether a call may be of a function that its library calls otherwise: this file gives the name to something."""
        flow = self.sight.dataflow
        return (
            self._places_anywhere is None
            or flow is None
            or callee in flow.bindings.given
            or callee in self.census.texts  # `setattr(self, "login", smtp.login)`
            or any(word.arg == callee for _, word in self.census.all(ast.keyword))
        )

    @cached_property
    def _places_anywhere(self) -> frozenset[str] | None:
        """Where anything takes a secret that the text leads to; None where other files or partials say where."""
        told = told_of(self.sight, _takes_a_secret)
        if told.names or told.calls or "partial" in self.sight.text:
            return None
        lasts = self._led | (_exported(self.sight.models) & self.sight.words)
        places = _places(self.sight.models)
        return frozenset().union(*(places.get(one, ()) for one in lasts))


def _handed(node: ast.Call, places: frozenset[str] | None) -> list[ast.expr]:
    """What a call is given at some places and by some keywords, and whatever splats may put there; all, where they are not known."""
    splat = next((place for place, one in enumerate(node.args) if isinstance(one, ast.Starred)), len(node.args))
    found = [one for place, one in enumerate(node.args) if places is None or place >= splat or str(place) in places]
    return found + [one.value for one in node.keywords if places is None or one.arg is None or one.arg in places]


@lru_cache(maxsize=8)
def _exported(models: Models) -> frozenset[str]:
    """The last names under which libraries export again what takes a secret."""

    def worked_out() -> frozenset[str]:
        taking = {name for name, function in models.functions.items() if _takes_a_secret(function)}
        return frozenset(alias.rpartition(".")[2] for alias in models.aliases if models.canonical(alias) in taking)

    return answer(models, "re-exports that take a secret", (), worked_out)


@lru_cache(maxsize=8)
def _places(models: Models) -> dict[str, frozenset[str]]:
    """By the last names of what takes a secret, also where it is exported again, the places and the keywords of secrets."""

    def worked_out() -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        taking = {name: function for name, function in models.functions.items() if _takes_a_secret(function)}
        names = [*taking.items(), *((alias, taking.get(models.canonical(alias))) for alias in models.aliases)]
        for name, function in names:
            for one in function.arguments.values() if function is not None else ():
                if one.secret:
                    last = name.rpartition(".")[2]
                    place = () if one.position is None else (str(one.position),)
                    found[last] = found.get(last, frozenset()).union(one.keyword, place)
        return found

    return answer(models, "where secrets are taken", (), worked_out)


def _takes_a_secret(function: Function) -> bool:
    return any(argument.secret for argument in function.arguments.values())
