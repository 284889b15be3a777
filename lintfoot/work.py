"""One script after another: bytes to findings, and nothing of one file carries over to the next.

What is handed in and out can be pickled, so that any process can do the work. What fails inside costs its own file.
"""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from lintfoot import libraries, linehash, suppress
from lintfoot.book import Book, own_folder
from lintfoot.faults import of_script
from lintfoot.findings import Bug, Finding, Note, Severity, Silence, Source, Span, fingerprint
from lintfoot.layers import Config
from lintfoot.libraries import Models
from lintfoot.parse import Decoded, Script, Unparsable, decode, parse, read
from lintfoot.project import Project
from lintfoot.selection import Selection, load_book, rule_folders, select
from lintfoot.tables import Problems
from lintfoot.visit import Place, Plan, source_of, tells_of_exceptions, visit

UNPARSABLE, MALFORMED = "LF000", "LF002"
_TREES = 40  # files after which cycles are looked for: a tree of a hundred kilobytes takes a hundred megabytes


@dataclass(frozen=True, slots=True)
class Setup:
    """What every process of a run is told: the settings, whether a report shows line hashes, and the run's own name."""

    config: Config
    hashes: bool = False
    run: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file."""

    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    notes: tuple[Note, ...] = ()
    source: Source | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from file to file: all that is made of a setup, once in each process."""

    config: Config
    book: Book
    models: Models
    selection: Selection
    hashes: bool
    project: Project


def desk(setup: Setup) -> Desk:
    """Make ready. Raises Problems for what is wrong with pages or models."""
    config = setup.config
    book = load_book(config)
    models = libraries.load([own_folder(), *rule_folders(config)])
    project = Project(config.root, models, tells_of_exceptions)
    return Desk(config, book, models, select(config, book), setup.hashes, project)


_desks: dict[str, Desk] = {}  # of this process, by the name of the run: one at a time


def chunk(setup: Setup, files: Sequence[Path]) -> list[Outcome]:
    """Check some files: what a worker does. The desk is kept for the run's next chunk."""
    if setup.run not in _desks:
        _desks.clear()
        _desks[setup.run] = desk(setup)
    return list(outcomes(_desks[setup.run], files))


def outcomes(here: Desk, files: Sequence[Path]) -> Iterator[Outcome]:
    """Check files one after the other, and keep the collector of cycles from what stays."""
    gc.freeze()  # book and models stay: the collector need not look at them again
    for number, path in enumerate(files):
        yield check_file(here, path)
        if number % _TREES == _TREES - 1:
            gc.collect()
            gc.freeze()  # what is left was learned of the project, and stays


# one file


def check_file(here: Desk, path: Path) -> Outcome:
    """Check one file of the disk."""
    shown = _shown(here.config, path)
    data = read(path, shown)
    if isinstance(data, Unparsable):
        return _unparsable(here, _place(here, path), data)
    return _check_bytes(here, _place(here, path), path, data)


def check_text(here: Desk, name: str, data: bytes) -> Outcome:
    """Check a text that is called like a file: standard input."""
    path = here.config.folder / name
    return _check_bytes(here, replace(_place(here, path), shown=name), path, data)


def _check_bytes(here: Desk, place: Place, path: Path, data: bytes) -> Outcome:
    """Check one file's bytes; what fails inside costs this file a bug, not the run."""
    try:
        decoded = decode(data, place.shown)
        script = parse(place.shown, decoded) if isinstance(decoded, Decoded) else decoded
        if isinstance(script, Unparsable):
            return _unparsable(here, place, script)
        own = _own_selection(here, script, place)
        return _visited(own, place, path, script, data)
    except Problems as problems:
        notes = tuple(Note("", Severity.ERROR, str(problem)) for problem in problems.problems)
        return Outcome(notes=notes, failed=True)
    except (MemoryError, RecursionError, Exception) as error:  # noqa: BLE001 - the other files must still be checked
        return Outcome(bugs=(Bug(place.shown, _trace(error)),), source=Source(place.shown, place.relative), failed=True)


def _own_selection(here: Desk, script: Script, place: Place) -> Desk:
    """The script's own PEP 723 block is stronger than the project's settings."""
    config = of_script(here.config, here.book, script.text, place.shown)
    return here if config is here.config else replace(here, config=config, selection=select(config, here.book))


def _visited(here: Desk, place: Place, path: Path, script: Script, data: bytes) -> Outcome:
    chosen = here.selection
    rules = {code: here.book.by_code[code] for code in sorted(chosen.codes)}
    project = here.project if here.config.project else None
    seen = visit(script, place, Plan(rules, here.models, chosen.options, chosen.severities, project))
    ran = (
        chosen.codes & {MALFORMED} if seen.bugs else chosen.codes
    )  # what failed inside may have silenced nothing for that
    heard = suppress.apply(
        seen.findings,
        script.text,
        here.book,
        suppress.Told(
            place.shown,
            place.relative,
            ran,
            chosen.severities,
            own=here.config.suppressions,
            foreign=here.config.suppressions and here.config.foreign_suppressions,
        ),
    )
    extra = tuple(one for one in heard.extra if one.code in chosen.codes)
    kept, ignored = _ignored(here, path, _by_confidence(here.config, (*heard.kept, *extra)))
    silenced = (*_by_confidence(here.config, heard.silenced), *ignored)
    source = seen.source or (source_of(script, place) if kept or seen.bugs else None)
    if source is not None and here.hashes:
        source = replace(source, hashes=linehash.line_hashes(data, {one.span.line for one in (*kept, *silenced)}))
    return Outcome(tuple(kept), silenced, seen.bugs, (), source)


def _by_confidence(config: Config, findings: tuple[Finding, ...]) -> list[Finding]:
    """Drop what the rules themselves are less sure of than the user wants to hear."""
    return [one for one in findings if one.confidence.rank <= config.min_confidence.rank]


def _ignored(here: Desk, path: Path, findings: list[Finding]) -> tuple[list[Finding], tuple[Finding, ...]]:
    """Set apart what `per-file-ignores` ignores: silenced, but counted."""
    ignored = here.selection.ignored(path)
    if not ignored:
        return findings, ()
    kept = [one for one in findings if one.code not in ignored]
    by = {code: Silence("external", f"per-file-ignores {pattern}") for code, pattern in ignored.items()}
    return kept, tuple(replace(one, silenced_by=by[one.code]) for one in findings if one.code in ignored)


def _unparsable(here: Desk, place: Place, fault: Unparsable) -> Outcome:
    """LF000: never a silent skip. Without the rule chosen, the file still counts as failed, with a note."""
    source = Source(place.shown, place.relative)
    rule = here.book.by_code[UNPARSABLE]
    if UNPARSABLE not in here.selection.codes:
        return Outcome(notes=(Note(place.shown, Severity.WARNING, fault.message),), source=source, failed=True)
    span = Span(fault.line, fault.column, fault.line, fault.column + 1)
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=here.selection.severities.get(rule.code, rule.severity),
        path=place.shown,
        span=span,
        message=fault.message,
        statement=span,
        fingerprint=fingerprint(rule.code, place.relative, "", "", 1),
    )
    return Outcome((finding,), source=source, failed=True)


def _trace(error: BaseException) -> str:
    """Where it failed, without a word of the script's text: messages of exceptions may hold some."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    place = " < ".join(f"{PurePosixPath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {place}"


# how files are called


def _place(here: Desk, path: Path) -> Place:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    relative, package = _relative(here.config, absolute), here.project.package(str(absolute))
    return Place(_shown(here.config, path), relative, _is_test(relative), package, str(absolute))


def _shown(config: Config, path: Path) -> str:
    """Relative to the working directory where that is shorter, else as it is; POSIX slashes."""
    absolute = config.folder / path
    if absolute.is_relative_to(config.folder):
        return absolute.relative_to(config.folder).as_posix()
    return path.as_posix()


def _relative(config: Config, absolute: Path) -> str:
    return absolute.relative_to(config.root).as_posix() if absolute.is_relative_to(config.root) else absolute.as_posix()


_TEST_FOLDERS = frozenset({"test", "tests", "testing", "fixtures", "testdata", "unittests"})


def _is_test(relative: str) -> bool:
    path = PurePosixPath(relative)
    name = path.name
    named = name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "tests.py")
    return named or not _TEST_FOLDERS.isdisjoint(path.parts[:-1])
