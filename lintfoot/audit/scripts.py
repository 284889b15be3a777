"""Every Python file of a repository with its weight: facts, history, who starts it, which tests touch it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from lintfoot.audit.facts import Facts
from lintfoot.audit.modules import Files
from lintfoot.audit.records import History, Script, Starter
from lintfoot.audit.starters import started
from lintfoot.records import replace

_INIT = "__init__.py"
Read = Callable[[], Iterable[tuple[str, str]]]


def scripts(
    known: Mapping[str, Facts],
    sizes: Mapping[str, int],
    past: Mapping[str, History],
    is_test: Callable[[str], bool],
    jobs: Read,
) -> tuple[Script, ...]:
    """The scripts in order of their paths. `sizes` are the lines of every file, also of those without facts."""
    files = Files.of(sizes)
    starters = _with_importers(known, files, is_test, started(files, known, jobs))
    touched = _tests(known, files, is_test)
    importers = _importers(known, files, is_test)
    made = (
        _script(path, sizes[path], known.get(path), past.get(path), starters.get(path, ()), touched.get(path, ()))
        for path in sorted(sizes)
    )
    return tuple(replace(one, imported_by=tuple(sorted(importers.get(one.path, ())))) for one in made)


def _script(
    path: str, lines: int, facts: Facts | None, past: History | None, starters: Iterable[Starter], tests: Iterable[str]
) -> Script:
    branches, handled = (facts.branches, facts.handled) if facts else (0, False)
    return Script(path, lines, branches, handled, tuple(tests), tuple(starters), past)


def _importers(known: Mapping[str, Facts], files: Files, is_test: Callable[[str], bool]) -> dict[str, set[str]]:
    """The files that import each file, packages or not, tests apart: what they run, they run with it."""
    made: dict[str, set[str]] = {}
    for path, facts in known.items():
        if not is_test(path):
            for target in {target for one in facts.imports for target in files.imported(path, one)} - {path}:
                made.setdefault(target, set()).add(path)
    return made


def _with_importers(
    known: Mapping[str, Facts], files: Files, is_test: Callable[[str], bool], starters: Mapping[str, list[Starter]]
) -> dict[str, list[Starter]]:
    """Starters, and the scripts that import a script: they run it as well. Tests are told apart.

    What is made to be imported, in a package, is no script: who imports that says nothing.
    """
    made = {path: [one for one in ones if not is_test(one.path)] for path, ones in starters.items()}
    for path, facts in known.items():
        if is_test(path):
            continue
        for one in facts.imports:
            for target in files.imported(path, one):
                if (
                    not (target in known and known[target].runnable)
                    and posixpath.join(posixpath.dirname(target), _INIT) in files.paths
                ):
                    continue
                mine = made.setdefault(target, [])
                if target != path and all(other.path != path for other in mine):
                    mine.append(Starter("script", path, one.line))
    return made


def _tests(known: Mapping[str, Facts], files: Files, is_test: Callable[[str], bool]) -> dict[str, list[str]]:
    """The test files that touch each script: by import, by its name in a text, by being called like it, or by running it."""
    made: dict[str, dict[str, None]] = {}
    by_stem: dict[str, list[str]] = {}
    for path in files.paths:
        by_stem.setdefault(PurePosixPath(path).stem.replace("-", "_"), []).append(path)
    for test in sorted(path for path in files.paths if is_test(path)):
        for path in _touched(test, known.get(test), files, by_stem):
            if not is_test(path):
                made.setdefault(path, {})[test] = None
    return {path: list(tests) for path, tests in made.items()}


def _touched(test: str, facts: Facts | None, files: Files, by_stem: Mapping[str, list[str]]) -> Iterable[str]:
    pure = PurePosixPath(test)
    called = [pure.stem.removeprefix("test_"), pure.stem.removesuffix("_test"), pure.stem.removeprefix("test-")]
    called += [part.removeprefix("test_") for part in pure.parts[:-1]]  # tests/rollout/test_dates.py
    for name in called:
        if name != pure.stem or name in pure.parts[:-1]:
            yield from by_stem.get(name.replace("-", "_"), ())
    if facts is None:
        return
    for one in facts.imports:
        yield from files.imported(test, one, loosely=True)
    for word in facts.words:
        name = word.rpartition("/")[2]
        yield from files.by_name.get(name, ())
        if "." in word and "/" not in word and not word.endswith(".py"):
            yield from _dotted(word, test, files)


def _dotted(word: str, test: str, files: Files) -> Iterable[str]:
    """What a dotted text such as `rollout.plan` leads to: patches and entry points name modules like this."""
    parts = word.split(".")
    for count in range(len(parts), 0, -1):
        found = files.module(".".join(parts[:count]), test)
        if found:
            return (found,)
    return ()
