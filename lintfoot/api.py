"""lintfoot from Python: the same checks as on the command line, as records.

    from lintfoot import api

    result = api.check(["deploy/"], select=["card"])
    for finding in result.findings:
        print(finding.path, finding.span.line, finding.code, finding.message)

What is named in `__all__` changes as codes and exit codes do: not lightly, and never silently. Settings are keywords, by
the names of `lintfoot config` with underscores. Nothing is printed, and no process exits.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from lintfoot.audit.records import Audit
from lintfoot.config import Sources
from lintfoot.findings import (
    Bug,
    Confidence,
    Edit,
    Finding,
    Fix,
    Mending,
    Note,
    Related,
    Result,
    Safety,
    Severity,
    Silence,
    Source,
    Span,
)
from lintfoot.records import replace
from lintfoot.settings import Kind, Setting, by_name
from lintfoot.tables import Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lintfoot.fleet import Host
    from lintfoot.settling import Settled

__all__ = [
    "Audit",
    "Bug",
    "Confidence",
    "Edit",
    "Finding",
    "Fix",
    "Mending",
    "Note",
    "Problem",
    "Problems",
    "Related",
    "Result",
    "Safety",
    "Settings",
    "Severity",
    "Silence",
    "Source",
    "Span",
    "audit",
    "audit_to_json",
    "check",
    "check_source",
    "to_json",
]

_Path = str | os.PathLike[str]
_Words = str | Iterable[str]
_Level = Literal["error", "warning", "note"]


class Settings(TypedDict, total=False):
    """The settings that may be given as keywords: those of `lintfoot config`, with underscores. A list may be a text with commas."""

    select: _Words
    ignore: _Words
    extend_select: _Words
    extend_ignore: _Words
    severity: Mapping[str, _Level | Severity]
    min_confidence: Literal["high", "medium", "low"] | Confidence
    per_file_ignores: Mapping[str, Iterable[str]]
    extend_per_file_ignores: Mapping[str, Iterable[str]]
    rules: _Path | Iterable[_Path]
    rule: Mapping[str, Mapping[str, Any]]
    suppressions: bool
    foreign_suppressions: bool
    require_reason: bool
    unsuppressable: _Words
    exclude: _Words
    extend_exclude: _Words
    force_exclude: bool
    respect_gitignore: bool
    skip_non_python: bool
    stdin_filename: str
    project: bool
    show_files: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    fail_on: _Level | Literal["never"]
    since: str
    baseline: _Path
    fail_on_stale: bool
    exit_zero: bool
    allow_empty: bool
    format: str
    output: _Words
    color: str
    quiet: bool
    verbose: bool
    statistics: bool
    show_suppressed: bool
    sarif_category: str
    sarif_max_results: int
    sarif_include_suppressed: bool
    jobs: int
    shard: str
    cache: bool
    cache_dir: _Path


def check(
    paths: _Path | Iterable[_Path] = ".",
    *,
    folder: _Path | None = None,
    isolated: bool = False,
    executor: Executor | str | None = None,
    **settings: Unpack[Settings],
) -> Result:
    """Check files and folders, one or several. Raises Problems for settings, pages or paths that are wrong, with all at once.

    `folder` is what relative paths start from (default: the working directory); configuration is looked for from there
    upwards. `isolated` reads neither a configuration file nor the environment. With `fix=True` files are written.
    `executor` does the work: any `concurrent.futures.Executor`, or the address of a cluster. Its workers need the same lintfoot,
    and the same files at the same paths; a task that it loses is given out again, and what it cannot do is a note. Without it all
    is done in this process, unless `jobs` says otherwise (0 is a process for each processor).
    """
    start = Path.cwd() if folder is None else Path(folder).absolute()
    given = (paths,) if isinstance(paths, str | os.PathLike) else paths
    names = tuple(str(start / path) for path in given)
    settled = _settled(names, folder, {"jobs": 1, **settings}, isolated=isolated)
    with _hosted(executor) as host:
        return _run(settled, host=host)


def audit(
    repositories: _Path | Iterable[_Path] = ".",
    *,
    folder: _Path | None = None,
    trust_config: bool = False,
    executor: Executor | str | None = None,
    against: _Path | Audit | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    **settings: Unpack[Settings],
) -> Audit:
    """Audit whole repositories, as `lintfoot audit` does: `lintfoot.audit.records` tells what comes back. Raises Problems.

    One that cannot be read stops none of the others: its record says why. `executor` as for `check`; `against` is an earlier audit,
    or the file that holds one as JSON; `progress` is told (repository, files done, files in all).
    """
    from lintfoot.audit import comparing, document, fleets, flow, ranking, targets

    start = Path.cwd() if folder is None else Path(folder).absolute()
    settled = _settled((), folder, settings, isolated=False, search=False)
    before = document.read(start / against, str(against)) if isinstance(against, str | os.PathLike) else against
    given = (repositories,) if isinstance(repositories, str | os.PathLike) else repositories
    chosen = targets.targets([str(one) for one in given], start)
    told = flow.work(
        settled.config, trusted=trust_config, hashes=bool(settled.config.shard), shard=settled.config.shard
    )
    with _hosted(executor) as host, _alone():
        made = ranking.ranked(fleets.audit(told, chosen, watch=progress, host=host), settled.book)
    name = against.date if isinstance(against, Audit) else str(against)
    return replace(made, compared=comparing.compared(made, before, name)) if before is not None else made


def audit_to_json(made: Audit) -> str:
    """The document of `lintfoot audit --format json`, which `against` takes later."""
    from lintfoot.audit.document import text

    return text(made)


def check_source(
    text: str | bytes,
    *,
    filename: str = "<string>",
    folder: _Path | None = None,
    isolated: bool = True,
    **settings: Unpack[Settings],
) -> tuple[Finding, ...]:
    """Check one text; `filename` is what findings call it, and what per-file settings go by. Raises Problems.

    Bytes are decoded as Python would; of a text the coding comment is not asked. Nothing is read from the disk but what the
    settings ask for; a text that is no Python is a finding, LF000.
    """
    given = {"project": False, "cache": False, **settings, "stdin_filename": filename}
    return _run(_settled(("-",), folder, given, isolated=isolated), text).findings


def to_json(
    result: Result, *, folder: _Path | None = None, isolated: bool = False, **settings: Unpack[Settings]
) -> str:
    """The document of `--format json`: it has a `schema_version`, and holds no secret.

    Where pages of your own were loaded by the keyword `rules`, name them here too.
    """
    from lintfoot.reports import REPORTS, Options

    settled = _settled((".",), folder, settings, isolated=isolated)
    strange = sorted({one.code for one in (*result.findings, *result.silenced)}.difference(settled.book.by_code))
    if strange:
        raise Problems(Problem("rules", 0, 0, f"no page of {code} is among them") for code in strange)
    return REPORTS["json"](result, settled.book, Options(root=settled.config.root.as_posix()))


def _run(settled: Settled, data: bytes | str | None = None, *, host: Host | None = None) -> Result:
    from lintfoot import run  # it brings libcst along where a script has to be parsed

    with _alone():
        return run.check(settled.config, stdin=data, host=host)


@contextmanager
def _hosted(executor: Executor | str | None) -> Iterator[Host | None]:
    """Who does the work: nobody else, an executor, or a cluster at an address."""
    if executor is None:
        yield None
    elif isinstance(executor, str):
        from lintfoot.cluster import engaged

        with engaged(executor) as host:
            yield host
    elif callable(getattr(executor, "submit", None)):
        from lintfoot.fleet import Host

        yield Host(executor)
    else:
        message = f"{quoted(type(executor).__name__)} is no executor: it has no submit()"
        raise Problems([Problem("executor", 0, 0, message)])


_turn = threading.RLock()


@contextmanager
def _alone() -> Iterator[None]:
    """One check at a time, and the process left as it was.

    A check sets what holds for all threads, and sets it back: how deep functions may call each other, whether warnings are
    shown, what the collector of cycles looks at. Two at once would set back each other's.
    """
    with _turn:
        frozen = gc.get_freeze_count()
        try:
            yield
        finally:
            if not frozen:
                gc.unfreeze()


def _settled(
    paths: tuple[str, ...], folder: _Path | None, settings: Mapping[str, Any], *, isolated: bool, search: bool = True
) -> Settled:
    from lintfoot.settling import settled

    unknown = [name for name in settings if name not in by_name()]
    if unknown:
        raise Problems(Problem(name, 0, 0, f"no such setting{did_you_mean(name, by_name())}") for name in unknown)
    arguments = {name: _given(by_name()[name], value) for name, value in settings.items()}
    return settled(
        Sources(
            arguments=arguments,
            paths=paths,
            folder=Path.cwd() if folder is None else Path(folder).absolute(),
            isolated=isolated,
            search=search,
        )
    )


def _given(setting: Setting, value: Any) -> tuple[str, ...] | bool:
    """A value as the command line would give it, so that it is judged by the same reader."""
    match setting.kind, value:
        case Kind.SWITCH, bool():
            return value
        case Kind.COUNT, int() if not isinstance(value, bool):
            return (str(value),)
        case Kind.LEVELS, Mapping():
            return tuple(f"{rule}={level}" for rule, level in value.items())
        case Kind.PATTERNS, Mapping():
            return tuple(f"{pattern}:{_text(rules)}" for pattern, rules in value.items())
        case Kind.OPTIONS, Mapping():
            return tuple(f"{rule}.{key}={_text(one)}" for rule, table in value.items() for key, one in table.items())
        case Kind.LIST, Iterable() if not isinstance(value, str):
            return tuple(_text(one) for one in value)
        case ((Kind.TEXT | Kind.CHOICE | Kind.LIST), str() | os.PathLike()):
            return (_text(value),)
        case _:
            message = f"{quoted(repr(value))} is no value for it ({setting.kind})"
            raise Problems([Problem(setting.name, 0, 0, message)])


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case os.PathLike():
            return str(Path(value))
        case list() | tuple() | set() | frozenset():
            return ",".join(map(_text, value))
        case _:
            return str(value)
