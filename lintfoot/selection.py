"""What the settings mean for the rules of a book: which run, where, how bad they are and with which options."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lintfoot.book import own_folder
from lintfoot.findings import Severity
from lintfoot.options import read_option
from lintfoot.records import dataclass
from lintfoot.settings import by_name
from lintfoot.shelf import Shelf, shelf
from lintfoot.tables import Folder, Problems, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    from lintfoot.book import Book, Rule
    from lintfoot.layers import Config, Layer

SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class FileRule:
    """One entry of `per-file-ignores`: the codes to ignore where the pattern matches, or where it does not."""

    folder: Path
    pattern: str
    codes: frozenset[str]
    spec: GitIgnoreSpec
    inverted: bool

    def covers(self, path: Path) -> bool:
        """Whether the entry holds for a file, given as an absolute path."""
        relative = os.path.relpath(path, self.folder)
        inside = relative != os.pardir and not relative.startswith(f"{os.pardir}{os.sep}")
        return (inside and self.spec.match_file(relative)) is not self.inverted


@dataclass(frozen=True)
class Selection:
    """The answers for one configuration. `severities` holds only the rules whose severity somebody changed."""

    config: Config
    book: Book
    codes: frozenset[str]
    severities: Mapping[str, Severity]

    @cached_property
    def _file_rules(self) -> tuple[FileRule, ...]:
        name = "per_file_ignores"
        given = [(layer, key) for key in (name, f"extend_{name}") for layer in self.config.givers(key)]
        return tuple(rule for layer, key in given for rule in file_rules(layer, key, self.book))

    def ignored(self, path: Path) -> dict[str, str]:
        """The codes that `per-file-ignores` ignores in a file, each with the pattern that says so."""
        path = self.config.folder / path
        return {code: rule.pattern for rule in self._file_rules if rule.covers(path) for code in rule.codes}

    def codes_for(self, path: Path) -> frozenset[str]:
        """The codes to look for in one file; the path is absolute or relative to the working directory."""
        return self.codes.difference(self.ignored(path)) if self._file_rules else self.codes

    @cached_property
    def options(self) -> dict[str, dict[str, Any]]:
        """The options of every rule that has some, by code: the page's defaults under what the user set."""
        made = {rule.code: _defaults(rule) for rule in self.book.rules if rule.options}
        for layer in self.config.sources:
            for name, table in layer.values.get("rule", {}).items():
                rule = self.book.find(name)
                for key, value in table.items():
                    if rule and key in rule.options:
                        made[rule.code][key] = read_option(rule.options[key], value)
        return made


def _defaults(rule: Rule) -> dict[str, Any]:
    return {key: read_option(option, option.default) for key, option in rule.options.items()}


def select(config: Config, book: Book) -> Selection:
    """Resolve a configuration against a book; words without meaning are passed over (`faults` tells them).

    Rules of audits are not for single files: no check runs them. A file that cannot be checked is told whatever was
    selected, as silence would read as "clean"; only ignoring that rule stops it.
    """
    codes = selected(config, book) - book.chosen_by_audits
    if UNPARSABLE in book.by_code and not any(_ignores(layer, book, UNPARSABLE) for layer in config.sources):
        codes |= {UNPARSABLE}
    return Selection(config, book, codes, _severities(config, book))


UNPARSABLE = "LF000"


def _ignores(layer: Layer, book: Book, code: str) -> bool:
    words = (*layer.values.get("ignore", ()), *layer.values.get("extend_ignore", ()))
    return any(code in (book.chosen(word) or ()) for word in words)


def selected(config: Config, book: Book) -> frozenset[str]:
    """The codes that run."""
    return selected_by(config.sources, book)


def selected_by(layers: Iterable[Layer], book: Book) -> frozenset[str]:
    """The codes that some layers make run, the weakest first.

    A layer with `select` starts afresh and forgets what weaker layers selected and ignored; one without adjusts what is
    below it. Inside a layer the more exact word wins, and at equal exactness ignoring wins.
    """
    codes: frozenset[str] = frozenset()
    for layer in layers:
        verdicts = _verdicts(layer, book)
        wanted = frozenset(code for code, on in verdicts.items() if on)
        codes = wanted if layer.values.get("select") is not None else codes.difference(verdicts) | wanted
    return codes


def _verdicts(layer: Layer, book: Book) -> dict[str, bool]:
    words = [(word, key.endswith("select")) for key in SELECTORS for word in layer.values.get(key, ())]
    words.sort(key=lambda one: (exactness(one[0], book), not one[1]))
    return {code: on for word, on in words for code in book.chosen(word) or ()}


def switched_on(layer: Layer, book: Book) -> frozenset[str]:
    """The codes that one layer selects, whatever it ignores."""
    words = [word for key in SELECTORS if key not in IGNORES for word in layer.values.get(key) or ()]
    return frozenset(code for word in words for code in book.chosen(word) or ())


def lasting(config: Config, book: Book) -> frozenset[str]:
    """The rules that nothing in a script can silence."""
    return frozenset(code for word in config.unsuppressable for code in book.chosen(word) or ())


SELECTORS = ("select", "extend_select", "ignore", "extend_ignore")
IGNORES = SELECTORS[2:]


def exactness(word: str, book: Book) -> tuple[int, int]:
    """How exact a selector is: ALL, then on, then card and opt, then prefixes by length, then a rule itself."""
    text = word.strip()
    if rule_named(text, book):
        return (4, 0)
    rough = {"all": 0, "on": 1, "card": 2, "opt": 2, "audit": 2}.get(text.lower())
    return (3, len(text)) if rough is None else (rough, 0)


def rule_named(word: str, book: Book) -> Rule | None:
    """A rule by its own code or name, in any case; never by a twin."""
    found = book.find(word)
    return found if found and word.strip().casefold() in (found.code.casefold(), found.name) else None


def _severities(config: Config, book: Book) -> dict[str, Severity]:
    made: dict[str, Severity] = {}
    for layer in config.sources:
        tables = layer.values.get("rule", {}).items()
        given = [*layer.values.get(SEVERITY, {}).items(), *((name, level_in(table)) for name, table in tables)]
        given.sort(key=lambda one: exactness(one[0], book))
        made |= {code: level for word, level in given if level for code in book.chosen(word) or ()}
    return made


def level_in(table: Mapping[str, Any]) -> Severity | None:
    """The severity that a rule's table sets, from TOML or from a line of text; None for none, or for no such word."""
    value = table.get(SEVERITY)
    text = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return Severity(text) if text in LEVELS else None


LEVELS = tuple(level.value for level in Severity)


def file_rules(layer: Layer, key: str, book: Book) -> Iterator[FileRule]:
    """The entries of a layer's `per_file_ignores`, or of what extends it."""
    for pattern, words in layer.values[key].items():
        from pathspec import GitIgnoreSpec  # only a configuration with patterns pays for it

        codes = frozenset[str]().union(*(book.chosen(word) or () for word in words))
        inverted = pattern.startswith("!")
        spec = GitIgnoreSpec.from_lines([pattern.removeprefix("!")])
        yield FileRule(layer.folder, pattern, codes, spec, inverted)


def rule_folders(config: Config) -> list[Folder]:
    """The user's own folders of pages and models, as the settings name them. Raises Problems for those not there."""
    folders, problems = [], []
    for layer in config.givers("rules"):
        for number, text in enumerate(layer.values["rules"]):
            path = layer.folder / text
            folders.append(Folder(path, os.path.relpath(path, config.folder)))
            if not path.is_dir():
                problems.append(layer.problem(f"no such folder: {quoted(text)}", by_name()["rules"], number))
    if problems:
        raise Problems(problems)
    return folders


def load_shelf(config: Config) -> Shelf:
    """The book and the models that a configuration runs with: ours and the user's own pages. Raises Problems."""
    found = _fresh.pop() if _fresh else None
    if found is not None and found[0] is config:
        return found[1]
    return shelf([own_folder(), *rule_folders(config)])


def load_book(config: Config) -> Book:
    """The book alone. Raises Problems."""
    found = shelf([own_folder(), *rule_folders(config)])
    _fresh[:] = [(config, found)]
    return found.book


_fresh: list[
    tuple[Config, Shelf]
] = []  # what was looked at to settle a configuration: the run that follows need not look again
