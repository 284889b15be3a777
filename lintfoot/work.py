"""One script after another: bytes to findings, and nothing of one file carries over to the next.

What is handed in and out can be pickled, so that any process can do the work. What fails inside costs its own file.
"""

from __future__ import annotations

import gc
import os
from _thread import _local as local  # as `threading` has it, whose import takes longer than a check
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lintfoot import room, stamps
from lintfoot.book import Book
from lintfoot.decoding import Decoded, Unparsable, decode, newline, read
from lintfoot.digests import digest
from lintfoot.findings import Bug, Finding, Note, Severity, Silence, Source, Span, fingerprint
from lintfoot.layers import Config
from lintfoot.libcst_import import bring
from lintfoot.records import dataclass, field, replace
from lintfoot.regexes import regex
from lintfoot.selection import Selection, load_shelf, select
from lintfoot.shelf import Shelf, State
from lintfoot.stamps import Stamp
from lintfoot.tables import Problems

if TYPE_CHECKING:
    from lintfoot.libraries import Models
    from lintfoot.names import Names
    from lintfoot.project import Project
    from lintfoot.scopes import FunctionNode
    from lintfoot.trail import Lean, Parts

UNPARSABLE = "LF000"
_MOST_LEARNED = 5_000  # lines of other files of which something is known: a third of a megabyte for each thousand


@dataclass(frozen=True, slots=True)
class Setup:
    """What every process of a run is told: the settings, whether a report shows line hashes, and the run's own name.

    `keeps` says that outcomes are kept for the next run, and must tell what they hang on.
    """

    config: Config
    hashes: bool = False
    run: str = ""
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. `basis` is what that hangs on, where outcomes are kept."""

    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    notes: tuple[Note, ...] = ()
    source: Source | None = None
    failed: bool = False
    basis: Basis | None = None


@dataclass(slots=True)
class Heard:
    """What a run was made of: the state of the pages, and each file (as an absolute path) with what came of it."""

    state: State = ()
    files: Sequence[str] = ()
    outcomes: Sequence[Outcome] = ()
    excluded: Collection[tuple[str, str]] = ()  # the patterns of `exclude` that had anything to say


class Refused(Problems):
    """Work that somebody else must not do for us, as it could come out otherwise there: the end of a whole run."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an outcome hangs on: the file's content, and what was looked up elsewhere in the project.

    `stamp` is what the disk said before the file was read; empty where that may not be trusted.
    """

    stamp: Stamp
    content: bytes
    leans: tuple[Lean, ...] = ()
    parts: tuple[Parts, ...] = ()  # of each lean, where it came of this run


@dataclass(frozen=True)
class Knowledge:
    """What is needed where a file has to be looked at closely: the models, and what other files of the project say."""

    shelf: Shelf
    root: Path
    texts: Mapping[str, bytes] = field(
        default_factory=dict
    )  # of files, by path, that count instead of what the disk says
    is_kept: bool = True  # whether anybody asks what outcomes hang on

    @cached_property
    def models(self) -> Models:
        """How calls work."""
        return self.shelf.models

    @cached_property
    def project(self) -> Project:
        """Facts from other files."""
        from lintfoot.project import Project

        return Project(self.root, self.models, _reports, self.texts, is_kept=self.is_kept)

    def forget(self) -> None:
        """Forget the files of a project that is done, if they were many: those of the next one ask for others."""
        if "project" in self.__dict__ and self.project.outlines.lines > _MOST_LEARNED:
            self.project.let_go()
            del self.__dict__["project"]

    def leans(self, file: str) -> tuple[tuple[Lean, ...], tuple[Parts, ...]]:
        """What the findings of a file hang on besides its text; nothing as long as nobody has asked for other files."""
        return self.project.leans(file) if "project" in self.__dict__ else ((), ())


def _reports(names: Names, function: FunctionNode) -> bool:
    """What a project asks of visitors; they are brought in where it does."""
    bring()
    from lintfoot.looking import tells_of_exceptions

    return tells_of_exceptions(names, function)


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from file to file: all that is made of a setup, once in each process."""

    config: Config
    book: Book
    selection: Selection
    hashes: bool
    knowledge: Knowledge
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """How a file is called: `shown` to the user, `relative` to the project's root, `file` on the disk."""

    shown: str
    relative: str
    is_test: bool
    file: str


def desk(setup: Setup) -> Desk:
    """Make ready. Raises Problems for what is wrong with pages or models."""
    shelf = load_shelf(setup.config)
    shelf.ready()
    book = shelf.book
    knowledge = Knowledge(shelf, setup.config.root, is_kept=setup.keeps)
    return Desk(setup.config, book, select(setup.config, book), setup.hashes, knowledge, setup.keeps)


class _Desks(local):
    """The desk of each thread, by the name of the run: one at a time. What is learned of a project is not shared between threads."""

    def __init__(self) -> None:
        self.known: dict[str, Desk] = {}


_desks = _Desks()


def chunk(setup: Setup, files: Sequence[Path]) -> list[Outcome]:
    """Check some files: what a worker does. The desk is kept for the run's next chunk."""
    if setup.run not in _desks.known:
        _desks.known.clear()
        _desks.known[setup.run] = desk(setup)
    here = _desks.known[setup.run]
    made = list(outcomes(here, files))
    here.knowledge.shelf.keep_answers()  # of what this process has worked out nobody else knows
    return made


def share(setup: Setup, here: Desk) -> None:
    """Make ready what processes that begin as copies of this one would each make for themselves."""
    _desks.known.clear()
    _desks.known[setup.run] = here
    _ = here.knowledge.models
    bring()
    import lintfoot.judge
    import lintfoot.questions  # noqa: F401 - and all that they bring along
    from lintfoot.looking import bring_visitors

    bring_visitors(here.selection.codes)


def outcomes(here: Desk, files: Sequence[Path]) -> Iterator[Outcome]:
    """Check files one after the other, and keep the collector of cycles from what stays."""
    gc.freeze()  # book and models stay: the collector need not look at them again
    before: Path | None = None
    for number, path in enumerate(files):
        top = _project_above((here.config.folder / path).parent)
        if top != before:
            here.knowledge.forget()
        before = top
        yield check_file(here, path)
        if number:  # one file alone ends with its process
            room.looked_at(_size(here.config.folder / path))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


# one file


def check_file(here: Desk, path: Path) -> Outcome:
    """Check one file of the disk."""
    called = naming(here.config, path)
    at, stamp = stamps.now(), stamps.stamp(called.file) if here.keeps else None
    data = read(called.file, called.shown)
    if isinstance(data, Unparsable):
        return unparsable(here, called, data)
    outcome = check_bytes(here, called, data)
    if not here.keeps or outcome.bugs or outcome.notes:
        return outcome
    trusted = stamp if stamp is not None and stamps.settled(stamp, at) else ()
    return replace(outcome, basis=Basis(trusted, digest(data), *here.knowledge.leans(called.file)))


def check_text(here: Desk, name: str, data: bytes | str) -> Outcome:
    """Check a text that is called like a file: standard input."""
    called = replace(naming(here.config, here.config.folder / name), shown=name)
    return check_typed(here, called, data) if isinstance(data, str) else check_bytes(here, called, data)


def check_typed(here: Desk, called: Called, text: str) -> Outcome:
    """Check a text that was never bytes: what its coding comment says is not asked, as nothing is decoded."""
    data = text.encode("utf-8", "surrogatepass")
    if "\0" in text or _LONE.search(text):
        return check_bytes(here, called, data)  # which says what is wrong with it
    return check_bytes(here, called, data, Decoded(text, newline=newline(text)))


_LONE = regex("[\ud800-\udfff]")  # half a character: no encoding has it


def check_bytes(here: Desk, called: Called, data: bytes, text: Decoded | None = None) -> Outcome:
    """Check one file's bytes, or the text that they stand for; what fails inside costs this file a bug, not the run."""
    try:
        decoded = text or decode(data, called.shown)
        if isinstance(decoded, Unparsable):
            return unparsable(here, called, decoded)
        from lintfoot.judge import judge  # nothing before this line needs what it brings along

        return judge(here, called, decoded, data)
    except Problems as problems:
        notes = tuple(Note("", Severity.ERROR, str(problem)) for problem in problems.problems)
        return Outcome(notes=notes, failed=True)
    except (MemoryError, RecursionError, Exception) as error:  # noqa: BLE001 - the other files must still be checked
        return Outcome(bugs=(Bug(called.shown, trace(error)),), source=_source(called), failed=True)


def unparsable(here: Desk, called: Called, fault: Unparsable) -> Outcome:
    """LF000: never a silent skip. Without the rule chosen, the file still counts as failed, with a note."""
    source = _source(called)
    rule = here.book.by_code[UNPARSABLE]
    if UNPARSABLE not in here.selection.codes:
        return Outcome(notes=(Note(called.shown, Severity.WARNING, fault.message),), source=source, failed=True)
    span = Span(fault.line, fault.column, fault.line, fault.column + 1)
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=here.selection.severities.get(rule.code, rule.severity),
        path=called.shown,
        span=span,
        message=fault.message,
        statement=span,
        fingerprint=fingerprint(rule.code, called.relative, "", "", 1),
    )
    ignored = here.selection.ignored(Path(called.file)).get(UNPARSABLE)
    if ignored is not None:
        silence = Silence("external", f"per-file-ignores {ignored}")
        return Outcome(silenced=(replace(finding, silenced_by=silence),), source=source, failed=True)
    return Outcome((finding,), source=source, failed=True)


def trace(error: BaseException) -> str:
    """Where it failed, without a word of the script's text: messages of exceptions may hold some."""
    import traceback

    frames = reversed(traceback.extract_tb(error.__traceback__)[-6:])
    place = " < ".join(f"{PurePosixPath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {place}"


# how files are called


def naming(config: Config, path: Path) -> Called:
    """How a file is called."""
    absolute = Path(os.path.abspath(config.folder / path))  # noqa: PTH100 - resolve() would follow links
    relative = _relative(config, absolute)
    return Called(shown(config, path), relative, is_test(_within_its_project(absolute, relative)), str(absolute))


def _within_its_project(absolute: Path, relative: str) -> str:
    """The path of a file as its own project sees it, also where that was named from outside: `lintfoot check ~/src/tool`."""
    if not Path(relative).is_absolute():
        return relative
    top = _project_above(absolute.parent)
    return absolute.relative_to(top).as_posix() if top is not None else relative


_TOPS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


@lru_cache(maxsize=4096)
def _project_above(folder: Path) -> Path | None:
    """The nearest folder with what a project has at its top."""
    return next((one for one in (folder, *folder.parents) if any((one / name).exists() for name in _TOPS)), None)


def _source(called: Called) -> Source:
    return Source(called.shown, called.relative)


def shown(config: Config, path: Path) -> str:
    """Relative to the working directory where that is shorter, else as it is; POSIX slashes."""
    absolute = config.folder / path
    if absolute.is_relative_to(config.folder):
        return absolute.relative_to(config.folder).as_posix()
    return path.as_posix()


def _relative(config: Config, absolute: Path) -> str:
    return absolute.relative_to(config.root).as_posix() if absolute.is_relative_to(config.root) else absolute.as_posix()


_TEST_FOLDERS = frozenset({"test", "tests", "testing", "testsuite", "fixtures", "testdata", "unittests"})
_TEST_BEDS = ("test_bed", "test_env", "test_lab", "test_cluster", "test_infra")  # hosts that are looked after


def is_test(relative: str) -> bool:
    """Whether a path is a test's by its name or, in the project, by its folder: what stands above the project says nothing."""
    path = PurePosixPath(relative)
    name = path.name
    named = name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "tests.py")
    folders = () if Path(relative).is_absolute() else path.parts[:-1]
    return named or any(one in _TEST_FOLDERS or _is_test_package(one) for one in folders)


def _is_test_package(folder: str) -> bool:
    """`test_server/` and `server_tests/` hold a package's tests; `test_env/`, and the `test_x0/` of one run, may hold anything."""
    named = folder.startswith("test_") and not folder.startswith(_TEST_BEDS) and not folder[-1].isdigit()
    return named or folder.endswith("_tests")
