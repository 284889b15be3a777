"""The flow, top to bottom: paths → discover → parse → visit → suppress → result. One function per stage."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from lintfoot import discover, libraries, linehash, suppress
from lintfoot.book import Book, own_folder
from lintfoot.faults import of_script
from lintfoot.findings import (
    Bug,
    Finding,
    Note,
    Result,
    Severity,
    Silence,
    Source,
    Span,
    fingerprint,
)
from lintfoot.layers import Config
from lintfoot.libraries import Models
from lintfoot.parse import Decoded, Script, Unparsable, decode, parse, read
from lintfoot.project import Project
from lintfoot.selection import Selection, load_book, rule_folders, select
from lintfoot.tables import Problems
from lintfoot.visit import Place, Plan, source_of, tells_of_exceptions, visit

UNPARSABLE, MALFORMED = "LF000", "LF002"
STDIN = "-"
_TREES = 40  # files after which cycles are looked for: a tree of a hundred kilobytes takes a hundred megabytes
_HASHED = ("sarif",)  # formats that show GitHub's line hashes

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same from file to file."""

    config: Config
    book: Book
    models: Models
    selection: Selection
    hashes: bool
    project: Project


@dataclass(frozen=True, slots=True)
class _File:
    """What came of one file."""

    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    notes: tuple[Note, ...] = ()
    source: Source | None = None
    failed: bool = False


def check(config: Config, *, stdin: bytes | None = None, progress: Progress | None = None) -> Result:
    """Check everything the configuration names. Raises Problems for what is wrong with pages, models or paths."""
    book = load_book(config)
    models = libraries.load([own_folder(), *rule_folders(config)])
    project = Project(config.root, models, tells_of_exceptions)
    run = _Run(config, book, models, select(config, book), _wants_hashes(config), project)
    found = discover.discover(config)
    files: list[_File] = []
    if stdin is not None:
        files.append(_check_text(run, config.stdin_filename or "<stdin>", stdin))
    gc.freeze()  # book and models stay: the collector need not look at them again
    for number, path in enumerate(found.files):
        files.append(_check_path(run, path))
        if number % _TREES == _TREES - 1:
            gc.collect()
            gc.freeze()  # what is left was learned of the project, and stays
        if progress is not None:
            progress(number + 1, len(found.files))
    return _result(files, found)


def _wants_hashes(config: Config) -> bool:
    names = [config.format.value, *(one.partition(":")[0] for one in config.output)]
    return any(name in _HASHED for name in names)


# one file


def _check_path(run: _Run, path: Path) -> _File:
    shown = _shown(run.config, path)
    data = read(path, shown)
    if isinstance(data, Unparsable):
        return _unparsable(run, _place(run, path), data)
    return _check_bytes(run, _place(run, path), path, data)


def _check_text(run: _Run, name: str, data: bytes) -> _File:
    path = run.config.folder / name
    return _check_bytes(run, replace(_place(run, path), shown=name), path, data)


def _check_bytes(run: _Run, place: Place, path: Path, data: bytes) -> _File:
    """Check one file's bytes; what fails inside costs this file a bug, not the run."""
    try:
        decoded = decode(data, place.shown)
        script = parse(place.shown, decoded) if isinstance(decoded, Decoded) else decoded
        if isinstance(script, Unparsable):
            return _unparsable(run, place, script)
        own = _own_selection(run, script, place)
        return _visited(own, place, path, script, data)
    except Problems as problems:
        notes = tuple(Note("", Severity.ERROR, str(problem)) for problem in problems.problems)
        return _File(notes=notes, failed=True)
    except (MemoryError, RecursionError, Exception) as error:  # noqa: BLE001 - the other files must still be checked
        return _File(bugs=(Bug(place.shown, _trace(error)),), source=Source(place.shown, place.relative), failed=True)


def _own_selection(run: _Run, script: Script, place: Place) -> _Run:
    """The script's own PEP 723 block is stronger than the project's settings."""
    config = of_script(run.config, run.book, script.text, place.shown)
    return run if config is run.config else replace(run, config=config, selection=select(config, run.book))


def _visited(run: _Run, place: Place, path: Path, script: Script, data: bytes) -> _File:
    chosen = run.selection
    rules = {code: run.book.by_code[code] for code in sorted(chosen.codes)}
    project = run.project if run.config.project else None
    seen = visit(script, place, Plan(rules, run.models, chosen.options, chosen.severities, project))
    ran = (
        chosen.codes & {MALFORMED} if seen.bugs else chosen.codes
    )  # what failed inside may have silenced nothing for that
    heard = suppress.apply(
        seen.findings,
        script.text,
        run.book,
        suppress.Told(
            place.shown,
            place.relative,
            ran,
            chosen.severities,
            own=run.config.suppressions,
            foreign=run.config.suppressions and run.config.foreign_suppressions,
        ),
    )
    extra = tuple(one for one in heard.extra if one.code in chosen.codes)
    kept, ignored = _ignored(run, path, _by_confidence(run.config, (*heard.kept, *extra)))
    silenced = (*_by_confidence(run.config, heard.silenced), *ignored)
    source = seen.source or (source_of(script, place) if kept or seen.bugs else None)
    if source is not None and run.hashes:
        source = replace(source, hashes=linehash.line_hashes(data, {one.span.line for one in (*kept, *silenced)}))
    return _File(tuple(kept), silenced, seen.bugs, (), source)


def _by_confidence(config: Config, findings: tuple[Finding, ...]) -> list[Finding]:
    """Drop what the rules themselves are less sure of than the user wants to hear."""
    return [one for one in findings if one.confidence.rank <= config.min_confidence.rank]


def _ignored(run: _Run, path: Path, findings: list[Finding]) -> tuple[list[Finding], tuple[Finding, ...]]:
    """Set apart what `per-file-ignores` ignores: silenced, but counted."""
    ignored = run.selection.ignored(path)
    if not ignored:
        return findings, ()
    kept = [one for one in findings if one.code not in ignored]
    by = {code: Silence("external", f"per-file-ignores {pattern}") for code, pattern in ignored.items()}
    return kept, tuple(replace(one, silenced_by=by[one.code]) for one in findings if one.code in ignored)


def _unparsable(run: _Run, place: Place, fault: Unparsable) -> _File:
    """LF000: never a silent skip. Without the rule chosen, the file still counts as failed, with a note."""
    source = Source(place.shown, place.relative)
    rule = run.book.by_code[UNPARSABLE]
    if UNPARSABLE not in run.selection.codes:
        return _File(notes=(Note(place.shown, Severity.WARNING, fault.message),), source=source, failed=True)
    span = Span(fault.line, fault.column, fault.line, fault.column + 1)
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=run.selection.severities.get(rule.code, rule.severity),
        path=place.shown,
        span=span,
        message=fault.message,
        statement=span,
        fingerprint=fingerprint(rule.code, place.relative, "", "", 1),
    )
    return _File((finding,), source=source, failed=True)


def _trace(error: BaseException) -> str:
    """Where it failed, without a word of the script's text: messages of exceptions may hold some."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    place = " < ".join(f"{PurePosixPath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {place}"


# how files are called


def _place(run: _Run, path: Path) -> Place:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    relative, package = _relative(run.config, absolute), run.project.package(str(absolute))
    return Place(_shown(run.config, path), relative, _is_test(relative), package, str(absolute))


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


# the whole


def _result(files: list[_File], found: discover.Discovered) -> Result:
    sources: Mapping[str, Source] = {one.source.path: one.source for one in files if one.source is not None}
    return Result(
        findings=tuple(sorted((finding for one in files for finding in one.findings), key=lambda f: f.place)),
        silenced=tuple(sorted((finding for one in files for finding in one.silenced), key=lambda f: f.place)),
        scanned=sum(not one.failed for one in files),
        skipped=found.skipped,
        failed=sum(one.failed for one in files),
        notes=(*found.notes, *(note for one in files for note in one.notes)),
        bugs=tuple(bug for one in files for bug in one.bugs),
        sources=sources,
    )
