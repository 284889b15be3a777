"""The shapes of providers' credentials, read from `rules/formats/*.toml` and from `formats/` in the user's own folders.

A format states a fact about a provider, with the page that says so; what is wrong with a literal of that shape is a rule's
business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import Any

from lintfoot.finder import look
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.tables import Folder, Page, read_pages

_LONGEST = 100_000  # characters; what is longer is data
_SHORTEST_START = 2


@dataclass(frozen=True, slots=True)
class Format:
    """One shape of a credential.

    `name` completes "… stands in the source": "a GitHub token". `starts` are texts of which at least one is in every literal of
    this shape: only a file that holds one is searched. `pattern` is a regular expression; a group `secret` says which part
    must be secret (the whole, without it). `entropy` is the least number of bits per character of that part; `dummies` are
    values that the provider's own pages use. `joined` says that letters and digits may stand right beside it. `in_tests` is
    False for what everybody makes for tests and shows in manuals: there it proves nothing.
    """

    name: str
    starts: tuple[str, ...]
    pattern: str
    source: str
    entropy: float = 2.5
    dummies: tuple[str, ...] = ()
    joined: bool = False
    jwt: bool = False
    in_tests: bool = True


@dataclass(frozen=True, slots=True)
class Provider:
    """One file of formats."""

    title: str
    formats: tuple[Format, ...] = ()


class Formats:
    """All formats, searched for in a text."""

    def __init__(self, formats: Iterable[Format] = ()) -> None:
        self.formats = tuple(formats)
        self._last: tuple[str, Formats] | None = None  # the gates and the visitor ask of the same text

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """Every text that a literal must hold one of."""
        return tuple(dict.fromkeys(start for one in self.formats for start in one.starts))

    @cached_property
    def _low(self) -> dict[str, list[str]]:
        """The starts by what they are in small letters."""
        found: dict[str, list[str]] = {}
        for start in self.starts:
            found.setdefault(start.lower(), []).append(start)
        return found

    @cached_property
    def dummies(self) -> tuple[str, ...]:
        """Every value that a provider's own pages use."""
        return tuple(dummy for one in self.formats for dummy in one.dummies)

    def within(self, text: str, those: Callable[[AbstractSet[str]], Iterable[str]] | None = None) -> Formats:
        """Only those formats that a file with this text can hold.

        `those` is a cheap look for starts in small letters, which lets some pass that the text does not hold.
        """
        if self._last is not None and self._last[0] is text:
            return self._last[1]
        low = (those or look(text.lower()).those)(self._low.keys())
        held = {start for one in low for start in self._low[one] if start in text}
        few = Formats(one for one in self.formats if not held.isdisjoint(one.starts))
        self._last = text, few
        return few

    def may_be_in(self, text: str) -> bool:
        """A cheap look, before a literal's text is worked out."""
        return any(start in text for start in self.starts)

    def find(self, text: str) -> Format | None:
        """The first format that a text holds a credential of, dummies left out."""
        if len(text) > _LONGEST:
            return None
        for one in self.formats:
            if any(start in text for start in one.starts):
                for match in _compiled(one.pattern, joined=one.joined).finditer(text):
                    if _is_live(one, match):
                        return one
        return None


@cache
def _compiled(pattern: str, *, joined: bool) -> re.Pattern[str]:
    return regex(pattern if joined else rf"(?<![A-Za-z0-9_])(?:{pattern})(?![A-Za-z0-9_])")


def _is_live(one: Format, match: re.Match[str]) -> bool:
    from lintfoot.secret_shapes import entropy, is_dummy

    found = match.groupdict().get("secret") or match[0]
    if "\0" in found or match[0] in one.dummies or found in one.dummies or is_dummy(found):
        return False
    if one.jwt and not _is_jwt(match[0]):
        return False
    return entropy(found) >= one.entropy


def _is_jwt(token: str) -> bool:
    """Whether the first part is the JSON header of a JSON Web Token."""
    import base64
    import json

    first = token.partition(".")[0]
    first = first[first.find("eyJ") :]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header


def load(folders: Iterable[Folder]) -> Formats:
    """Read every file of formats. Raises Problems."""
    pages = [page for folder in folders for page in folder.pages("formats")]
    return Formats(one for provider in read_pages(pages, read_provider) for one in provider.formats)


def read_provider(page: Page, document: dict[str, Any]) -> Provider | None:
    """One file of formats, strictly."""
    provider = page.read(Provider, document)
    for number, one in enumerate(provider.formats if provider else ()):
        at = ("formats", number)
        if not one.starts or any(len(start) < _SHORTEST_START for start in one.starts):
            page.wrong((*at, "starts"), "a format needs texts of two characters or more that every literal of it holds")
        try:
            re.compile(one.pattern)
        except re.error as error:
            page.wrong((*at, "pattern"), f"no regular expression: {error}")
    return provider
