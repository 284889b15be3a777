"""What a visitor's gate is: for which rules it speaks, and what a text must hold for it to have anything to say there.

Gates know text, pages and models, and no tree: a file that none of them lets through costs neither a visitor nor libcst.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import import_module

from lintfoot.book import Rule
from lintfoot.libraries import Models
from lintfoot.records import dataclass
from lintfoot.sight import Sight

Lines = Iterable[int] | None  # of statements, from 1; None for anywhere; a `Named` tells of calls, too
Named = dict[int, set[str]]  # by the line of a statement the last names of its calls that are meant
Words = Callable[[Mapping[str, Rule], Models], tuple[str, ...]]


def anywhere(sight: Sight) -> Lines:
    """The places of a visitor that looks at whole files."""
    del sight
    return None


class Later:
    """A function of a module beside this one, called `module:name`, imported when it is first asked.

    A file is past most gates by its words alone, and to bring all modules along takes as long as to check it.
    """

    def __init__(self, place: str) -> None:
        self.place = place

    def __call__(self, sight: Sight) -> Lines:
        """Ask it."""
        return self.found(sight)

    @cached_property
    def found(self) -> Callable[[Sight], Lines]:
        """The function."""
        module, _, name = self.place.partition(":")
        found: Callable[[Sight], Lines] = getattr(import_module(f"lintfoot.gates.{module}"), name)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """One visitor, before it is imported.

    `visitor` is its module below `lintfoot.visitors`, and its class: it is brought in where the gate lets a file through.
    `words` are those (in small letters) one of which a file must hold, or lead to in other files of its project; where
    pages and models decide, `made` makes more.

    `places` gives the lines of all statements that can hold what the visitor reports or gathers. A statement of the top level
    or of a class is visited as a whole (with `slices` a statement of a function, too), and all others are not. What the
    visitor asks of `names` is answered for the whole file all the same. `hidden` gives those in which it may find something
    to hide, asked where there are findings; without it they are the same. Where they come as `Named`, only calls of these names,
    and those of what has no name, are shown to the visitor, of each statement that it looks at.
    """

    visitor: str
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    made: Words | None = None
    places: Callable[[Sight], Lines] = anywhere
    hidden: Callable[[Sight], Lines] | None = None
    slices: bool = False  # its places are exact: the other statements of a function need not be visited
    spares_tests: bool = False  # has nothing to say of test files
    hides: bool = False  # runs even when its rules are not chosen, because it keeps secrets out of what others show

    def asks(self, rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
        """All words of the text gate; none where every file is let through."""
        return (*self.words, *(self.made(rules, models) if self.made is not None else ()))

    def covers(self, sight: Sight) -> Lines:
        """The lines of all statements in which the visitor may find something to hide."""
        return (self.hidden or self.places)(sight)
