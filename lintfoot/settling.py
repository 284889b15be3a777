"""From what was asked on the command line to a configuration that holds, and the book it runs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lintfoot.book import Book
from lintfoot.config import gather
from lintfoot.faults import faults
from lintfoot.layers import Config
from lintfoot.selection import load_book
from lintfoot.tables import Problems
from lintfoot.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from lintfoot.arguments import Asked


@dataclass(frozen=True, slots=True)
class Settled:
    """A configuration that holds, and the book it runs with."""

    config: Config
    book: Book


def settle(asked: Asked, *steps: Callable[[Config], object]) -> Settled:
    """Read the configuration and the book; tell the warnings, and raise Problems with all that is wrong at once.

    `steps` are further looks at the configuration that may raise Problems.
    """
    gathered = gather(asked.sources)
    problems = [*asked.problems, *gathered.problems]
    warnings = [*gathered.warnings]
    books: list[Book] = []

    def judge(config: Config) -> None:
        book = load_book(config)
        found = faults(config, book)
        warnings.extend(found.warnings)
        problems.extend(found.problems)
        books.append(book)

    for step in (judge, *steps):
        try:
            step(gathered.config)
        except Problems as error:
            problems += error.problems
    tell(*(f"warning: {warning}" for warning in sorted(set(warnings))))
    if problems:
        raise Problems(problems)
    return Settled(gathered.config, books[0])
