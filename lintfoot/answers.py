"""What was worked out from pages and models, kept beside them: which words gates look for, and where a pattern may have a say.

To work it out, all models are gone through; a run over one file without findings does little else. What is kept is plain data,
by the name of the question and the codes of the rules that it is about; it goes when a page, a model or lintfoot itself changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from lintfoot.book import Book, Rule
    from lintfoot.libraries import Models

T = TypeVar("T")
Key = tuple[str, tuple[str, ...]]
_MOST = 400  # answers: some dozens for each set of rules


class Answers:
    """The answers that are known of one book and its models."""

    def __init__(self, book: Callable[[], Book], known: dict[Key, Any]) -> None:
        self._book = book
        self.known = known if len(known) < _MOST else {}
        self.grown = False  # there is more to be kept

    def of(self, question: str, rules: Iterable[Rule], work: Callable[[], T]) -> T:
        """An answer, worked out where it is not known. It is plain data, of these rules and the models alone."""
        asked, by_code = tuple(rules), self._book().by_code
        if any(by_code.get(rule.code) is not rule for rule in asked):
            return work()  # rules of another book
        key = question, tuple(rule.code for rule in asked)
        if key not in self.known:
            self.known[key] = work()
            self.grown = True
        found: T = self.known[key]
        return found


def answer(models: Models, question: str, rules: Iterable[Rule], work: Callable[[], T]) -> T:
    """An answer that hangs on some rules and the models alone: kept where these are."""
    return models.answers.of(question, rules, work) if models.answers is not None else work()
