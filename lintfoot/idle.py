"""Settings that do nothing any more: patterns that meet no file, rules ignored that are never found.

Only a run that looked through everything below the file of settings can tell, and only of what stands in that file: a hook
that is given three files, a variable or a flag for one run say nothing about the project.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot.excludes import was_heard
from lintfoot.layers import COMMAND_LINE, ENVIRONMENT
from lintfoot.records import dataclass
from lintfoot.selection import IGNORES, SELECTORS, file_rules, select, selected_by, switched_on
from lintfoot.settings import by_name
from lintfoot.tables import Problem, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from lintfoot.book import Book
    from lintfoot.findings import Result
    from lintfoot.layers import Config, Layer
    from lintfoot.selection import FileRule

_PASSING = (*SELECTORS, "min_confidence", "since", "shard")  # what a flag or variable narrows for one run


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw: its files (absolute), the findings that `per-file-ignores` silenced, the excludes that spoke."""

    files: Sequence[str]
    silenced: Sequence[tuple[str, str]]  # absolute path and code
    excluded: Collection[tuple[str, str]]


def seen(config: Config, result: Result, files: Sequence[str], excluded: Collection[tuple[str, str]]) -> Seen:
    """Gather from a result what settings did in it."""
    silenced = [
        (os.path.normpath(config.folder / one.path), one.code)
        for one in result.silenced
        if one.silenced_by is not None and one.silenced_by.by.startswith("per-file-ignores ")
    ]
    return Seen([os.path.normpath(file) for file in files], silenced, excluded)


def idle(config: Config, book: Book, told: Seen) -> list[Problem]:
    """What in the file of settings had no effect on a run, each with its place; nothing where the run cannot tell.

    A pattern that meets no script is most often misspelt, or its folder has moved. A rule that is ignored and never found may well be
    meant for tomorrow, so that is told only where somebody wants to hear everything (`verbose`).
    """
    passing = [layer for layer in config.sources if layer.name in (ENVIRONMENT, COMMAND_LINE)]
    if any(layer.values.get(key) for layer in passing for key in _PASSING):
        return []
    named = [Path(os.path.normpath(config.folder / path)) for path in config.paths]
    made: list[Problem] = []
    for layer in config.sources:
        if layer.page is not None and any(layer.folder.is_relative_to(path) for path in named):
            made += [*_patterns(config, book, layer, told), *_excludes(config, layer, told)]
            made += [*_ignores(config, book, layer)] if config.verbose else []
    return made


def _patterns(config: Config, book: Book, layer: Layer, told: Seen) -> Iterator[Problem]:
    ran = select(config, book).codes
    for key in ("per_file_ignores", "extend_per_file_ignores"):
        if layer not in config.givers(key):
            continue
        setting = by_name()[key]
        for rule in file_rules(layer, key, book):
            if not any(rule.covers(Path(file)) for file in told.files):
                yield layer.problem(f"{setting.key}: {quoted(rule.pattern)} matches no script", setting, rule.pattern)
                continue
            for number, word in enumerate(layer.values[key][rule.pattern] if config.verbose else ()):
                codes = (book.chosen(word) or frozenset()) & ran
                if codes and not _silences(rule, codes, told):
                    message = f"{setting.key}: {word} is never found in {quoted(rule.pattern)}"
                    yield layer.problem(message, setting, rule.pattern, number)


def _silences(rule: FileRule, codes: Collection[str], told: Seen) -> bool:
    return any(code in codes and rule.covers(Path(file)) for file, code in told.silenced)


def _excludes(config: Config, layer: Layer, told: Seen) -> Iterator[Problem]:
    for key in ("exclude", "extend_exclude"):
        if layer not in config.givers(key):
            continue
        setting = by_name()[key]
        for number, line in enumerate(layer.values[key]):
            if not line.startswith("!") and not was_heard(line, str(layer.folder), told.excluded):
                yield layer.problem(f"{setting.key}: {quoted(line)} leaves out no script", setting, number)


def _ignores(config: Config, book: Book, layer: Layer) -> Iterator[Problem]:
    """Rules that are switched off and would not run anyway."""
    layers = config.sources[: config.sources.index(layer) + 1]
    weaker = selected_by(layers[:-1], book) if layer.values.get("select") is None else frozenset()
    on = weaker | switched_on(layer, book)
    for key in IGNORES:
        setting = by_name()[key]
        for number, word in enumerate(layer.values.get(key, ())):
            codes = book.chosen(word)
            if codes and not codes & on:
                yield layer.problem(f"{setting.key}: {word} is off anyway", setting, number)
