"""The command `check`: one analysis, one report or several, one exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import replay, stamps
from lintfoot.findings import Severity
from lintfoot.outputs import Output, planned
from lintfoot.progress import watched
from lintfoot.replay import Tape
from lintfoot.reports import REPORTS, Options
from lintfoot.reports.safety import at_start, unhooked, whole_line
from lintfoot.settings import FailOn, Format
from lintfoot.settling import Settled, settle
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import colored, hush, is_terminal, say, send, tapes, tell, width
from lintfoot.work import Heard

if TYPE_CHECKING:
    from lintfoot.arguments import Asked
    from lintfoot.findings import Bug, Mending, Note, Result
    from lintfoot.layers import Config

CLEAN, FINDINGS, USAGE, BUG = 0, 1, 2, 3
STDIN = "-"
_WORKSPACES = {Format.GITLAB: "CI_PROJECT_DIR"}  # the variable that names where CI checked the repository out
PEOPLE = (Format.TEXT, Format.CONCISE)
LISTS = (*PEOPLE, Format.JSON, Format.MARKDOWN)


def check(asked: Asked) -> int:
    """Check what was named, write every report that was asked for, and say how it went by the exit code."""
    started, tape = stamps.now(), Tape()
    tapes.append(tape)
    try:
        settled = settle(asked, planned, _shard)
        if settled.config.show_files:
            return _show_files(settled.config)
        heard = Heard()
        tape.code = _check(settled, heard)
    finally:
        tapes.remove(tape)
    if tape.code in (CLEAN, FINDINGS):
        _keep(asked, settled.config, heard, started, tape)
    return tape.code


def _keep(asked: Asked, config: Config, heard: Heard, started: int, tape: Tape) -> None:
    """Leave the answer to the next run that asks the very same, if what it hangs on can be told for certain."""
    if not config.cache:
        return
    from lintfoot import witnesses

    found = witnesses.gathered(config, heard, started)
    if found is not None:
        replay.keep(asked.given, found.seen, found.there, tape)


def _shard(config: Config) -> None:
    """Raise what is wrong with the part of the files that is asked for; few runs are shared out."""
    if config.shard:
        from lintfoot import shards

        shards.asked(config)


def _check(settled: Settled, heard: Heard) -> int:
    config = settled.config
    outputs = planned(config)
    stdin = _standard_input() if STDIN in config.paths else None
    from lintfoot import run  # what is wrong with the command line is told without it

    with watched(config) as progress:
        result = run.check(config, stdin=stdin, progress=progress, heard=heard)
    tell(*(_told(note) for note in result.notes if config.verbose or note.level is not Severity.NOTE))
    tell(*(line for bug in result.bugs for line in _bug(bug)))
    _tell_idle(settled, result, heard)
    shown = _put_mended(result, config, stdin=stdin is not None)
    for output in outputs:
        if output.file or not shown:
            _put(output, result, settled)
    return exit_code(result, config)


def _tell_idle(settled: Settled, result: Result, heard: Heard) -> None:
    """Settings that do nothing any more."""
    if any(layer.page for layer in settled.config.sources) and not result.bugs:
        from lintfoot import idle

        seen = idle.seen(settled.config, result, heard.files, heard.excluded)
        tell(*(f"warning: {one}" for one in idle.idle(settled.config, settled.book, seen)))


def _put_mended(result: Result, config: Config, *, stdin: bool) -> bool:
    """Put on standard output what `--diff` and a repaired standard input ask for; say whether that was so.

    The report would stand in the way there; what is left of standard input's findings is told on standard error.
    """
    if config.diff:
        say("".join(map(_harmless, result.mended)))
    elif config.fix and stdin:
        from lintfoot.reports.frames import first_line

        send(result.mended[0].data)
        tell(*("".join(text for text, _ in first_line(finding)) for finding in result.findings))
    else:
        return False
    return True


def _harmless(mending: Mending) -> str:
    """A diff, of which nobody obeys a line: its texts are escaped where it is made, CI's commands are broken up here."""
    return "\n".join(at_start(unhooked(line)) for line in mending.diff.split("\n"))


def _show_files(config: Config) -> int:
    """One path a line, as they would be checked."""
    from lintfoot import discover, shards

    found = discover.discover(config)
    found, _ = shards.shared(config, found, b"")
    tell(*(_told(note) for note in found.notes if config.verbose or note.level is not Severity.NOTE))
    say("".join(f"{whole_line(path.as_posix())}\n" for path in found.files))
    return _empty(config, len(found.files) + found.skipped + bool(config.shard))


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise Problems([Problem(STDIN, 0, 0, "standard input is closed")])
    return sys.stdin.buffer.read()


def exit_code(result: Result, config: Config) -> int:
    """0, 1, 2 or 3, the same for every format: what may have kept findings away outweighs findings."""
    if result.bugs:
        return BUG
    if any(note.level is Severity.ERROR for note in result.notes):
        return USAGE
    if config.diff and not config.exit_zero and any(one.diff for one in result.mended):
        return FINDINGS
    if config.fail_on_stale and result.stale and not config.exit_zero:
        return FINDINGS
    if config.fail_on is not FailOn.NEVER and not config.exit_zero:
        limit = Severity(config.fail_on.value).rank
        if any(finding.severity.rank <= limit for finding in result.findings):
            return FINDINGS
    total = result.share.total if result.share is not None else 0
    return _empty(config, result.scanned + result.failed + result.skipped + total)


def _empty(config: Config, files: int) -> int:
    """Whether there was nothing in what was named: then a typing error must not pass for a clean run."""
    if files or config.allow_empty or not config.named:
        return CLEAN
    tell("lintfoot: nothing to check in the paths named (--allow-empty makes this no error)")
    return USAGE


def _told(note: Note) -> str:
    """A note of no file tells its place itself, as errors in a script's own settings do."""
    return f"{note.path}: {note.level.value}: {note.message}" if note.path else note.message


def _bug(bug: Bug) -> list[str]:
    head = f"{bug.path}: lintfoot failed inside while it checked this; the rest was checked. Please report these lines:"
    return [head, *(f"    {line}" for line in bug.trace.splitlines())]


def _put(output: Output, result: Result, settled: Settled) -> None:
    options = _options(output, settled.config)
    text = REPORTS[output.format.value](result, settled.book, options)
    if output.format is Format.GITHUB:
        _job_summary(result, settled, options)
    if output.format is Format.SARIF:
        _tell_limits(text)
    if output.file:
        _save(output.file, text)
        return
    try:
        if output.format in PEOPLE:
            say(text)
        else:
            send(text.encode("utf-8"))
    except BrokenPipeError:
        hush()


def _options(output: Output, config: Config) -> Options:
    shown = output.file is None
    terminal = shown and is_terminal(sys.stdout)
    return Options(
        color=shown and output.format is Format.TEXT and colored(config.color, os.environ, terminal=terminal),
        width=width() if shown else 0,
        quiet=config.quiet,
        verbose=config.verbose,
        statistics=config.statistics,
        include_suppressed=_lists_suppressed(output.format, config),
        baseline=bool(config.baseline),
        sarif_category=config.sarif_category,
        # merging leaves out what is too much in all
        sarif_max_results=sys.maxsize if config.shard else config.sarif_max_results,
        root=config.root.as_posix(),
        workspace=os.environ.get(_WORKSPACES.get(output.format, "GITHUB_WORKSPACE"), ""),
    )


def _lists_suppressed(form: Format, config: Config) -> bool:
    """Whether a report lists what was silenced. What CI services read never does: they would take it for new."""
    return config.sarif_include_suppressed if form is Format.SARIF else config.show_suppressed and form in LISTS


def _tell_limits(text: str) -> None:
    from lintfoot.reports.sarif import limits

    tell(*(f"warning: SARIF: {words}" for words in limits(text)))


def _job_summary(result: Result, settled: Settled, options: Options) -> None:
    """What GitHub shows on the page of a run, where it asks for that."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    from lintfoot.reports.github import append_job_summary

    try:
        append_job_summary(Path(file), result, settled.book, options)
    except OSError as error:
        tell(f"warning: {file}: the job's summary cannot be written: {error.strerror}")


def _save(file: Path, text: str) -> None:
    from lintfoot.atomic import write

    try:
        write(file, text.encode("utf-8"))
    except OSError as error:
        raise Problems([Problem(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from None
