"""From what was asked on the command line to a configuration that holds, and the book it runs with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.book import Book
from lintfoot.config import Sources, gather
from lintfoot.faults import faults
from lintfoot.layers import Config
from lintfoot.records import dataclass
from lintfoot.selection import load_book
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lintfoot.arguments import Asked


@dataclass(frozen=True, slots=True)
class Settled:
    """A configuration that holds, and the book it runs with."""

    config: Config
    book: Book


def settle(asked: Asked, *steps: Callable[[Config], object]) -> Settled:
    """What the command line asked for, settled; warnings are told. Raises Problems with all that is wrong at once."""
    made, warnings = _judged(asked.sources, steps, asked.problems)
    tell(*(f"warning: {warning}" for warning in sorted(set(warnings))))
    return made()


def settled(sources: Sources) -> Settled:
    """The same for programs: nothing is printed. Raises Problems."""
    return _judged(sources, (), ())[0]()


def _judged(
    sources: Sources, steps: Iterable[Callable[[Config], object]], problems: Iterable[Problem]
) -> tuple[Callable[[], Settled], list[Problem]]:
    """Read the configuration and the book. `steps` are further looks at the configuration that may raise Problems.

    Returns what gives the result or raises all problems, and the warnings, which are told before either.
    """
    gathered = gather(sources)
    wrong = [*problems, *gathered.problems]
    warnings = [*gathered.warnings]
    books: list[Book] = []

    def judge(config: Config) -> None:
        book = load_book(config)
        found = faults(config, book)
        warnings.extend(found.warnings)
        wrong.extend(found.problems)
        books.append(book)

    for step in (judge, *steps):
        try:
            step(gathered.config)
        except Problems as error:
            wrong += error.problems

    def made() -> Settled:
        if wrong:
            raise Problems(wrong)
        return Settled(gathered.config, books[0])

    return made, warnings
