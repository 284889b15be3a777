"""What is wrong with a configuration in the light of a rule book: unknown rules and options, values of a wrong kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lintfoot.config import for_script
from lintfoot.options import WORDS, read_option
from lintfoot.records import dataclass
from lintfoot.selection import LEVELS, SELECTORS, SEVERITY, level_in, rule_named
from lintfoot.settings import by_name
from lintfoot.tables import Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lintfoot.book import Book
    from lintfoot.layers import Config, Layer


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a configuration in the light of a book: `problems` end the run, `warnings` do not."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def faults(config: Config, book: Book) -> Faults:
    """Every word for a rule that the book does not know, and every option that no page declares.

    An unknown rule that is selected is an error, as something that was wanted would not happen; one that is ignored is
    a warning, as configurations outlive rules.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for layer in config.sources:
        for key, words in _selectors(layer):
            kind = problems if key[0].endswith("select") else warnings
            kind += _unknown(layer, book, key, words)
        problems += _unknown(layer, book, (SEVERITY,), layer.values.get(SEVERITY, {}))
        problems += _unknown(layer, book, ("unsuppressable",), layer.values.get("unsuppressable", ()))
        for name, table in layer.values.get("rule", {}).items():
            problems += _rule_faults(layer, book, name, table)
    return Faults(tuple(problems), tuple(warnings))


def of_script(config: Config, book: Book, text: str, file: str) -> Config:
    """`for_script`, judged by the book as well. Raises Problems."""
    own = for_script(config, text, file)
    problems = faults(own, book).problems if own is not config else ()
    if problems:
        raise Problems(problems)
    return own


def _selectors(layer: Layer) -> Iterator[tuple[tuple[str, ...], Iterable[str]]]:
    for name in SELECTORS:
        yield (name,), layer.values.get(name, ())
    for name in ("per_file_ignores", "extend_per_file_ignores"):
        for pattern, words in layer.values.get(name, {}).items():
            yield (name, pattern), words


def _unknown(layer: Layer, book: Book, key: tuple[str, ...], words: Iterable[str]) -> Iterator[Problem]:
    setting, inner = by_name()[key[0]], key[1:]
    for number, word in enumerate(words):
        if book.chosen(word) is None:
            at = (*inner, word if isinstance(words, dict) else number)
            yield layer.problem(unknown_rule(word, book), setting, *at)


def unknown_rule(word: str, book: Book) -> str:
    """What to say of a word that means no rule: another linter's code has a twin here, a misspelt one a neighbour."""
    twin = book.find(word)
    if twin:
        return f"{quoted(word)} is another linter's code: its twin is {twin.code} ({twin.name})"
    known = (*WIDE_WORDS, *(own for rule in book.rules for own in (rule.code, rule.name)))
    return f"unknown rule {quoted(word)}{did_you_mean(word, known)}"


WIDE_WORDS = ("ALL", "card", "on", "opt")


def _rule_faults(layer: Layer, book: Book, name: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    setting = by_name()["rule"]
    rule = rule_named(name, book)
    if rule is None:
        yield layer.problem(unknown_rule(name, book), setting, name)
        return
    for key, value in table.items():
        if key == SEVERITY:
            fault = "" if level_in(table) else f"must be one of {', '.join(LEVELS)}{did_you_mean(value, LEVELS)}"
        elif key not in rule.options:
            known = (SEVERITY, *rule.options)
            fault = f"is no option of {rule.code} ({rule.name}){did_you_mean(key, known)}"
        else:
            option = rule.options[key]
            fault = f"must be {WORDS[option.kind]}" if read_option(option, value) is None else ""
        if fault:
            yield layer.problem(f"{quoted(key)} {fault}", setting, name, key)
