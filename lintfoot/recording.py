"""The command `baseline`: record what is there, or take out what is mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import baseline as records
from lintfoot.atomic import write
from lintfoot.findings import Severity, printable
from lintfoot.progress import watched
from lintfoot.records import replace
from lintfoot.settling import settle
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import say, tell

if TYPE_CHECKING:
    from lintfoot.arguments import Asked
    from lintfoot.baseline import Entries
    from lintfoot.findings import Result
    from lintfoot.settling import Settled

DONE, USAGE, BUG = 0, 2, 3


def baseline(asked: Asked) -> int:
    """Write the baseline, whole or not at all: a file that failed inside would be recorded as clean."""
    settled = settle(asked)
    from lintfoot import known, run, work  # these bring all along that a check needs

    path, shown = known.place(settled.config)
    if asked.form == "prune" and not path.exists():
        raise Problems([Problem(shown, 0, 0, "no such baseline: there is nothing to prune")])
    heard = work.Heard()
    with watched(settled.config) as progress:
        config = replace(settled.config, baseline="", since="", fix=False, diff=False)
        result = run.check(config, progress=progress, heard=heard)
    code = _failed(result)
    if code:
        return code
    before = records.load(path, shown).entries if path.exists() else {}
    files = [Path(file) for file in heard.files]
    entries = _entries(settled, result, files, prune=asked.form == "prune") if before else _all(settled, result)
    try:
        write(path, records.text(entries).encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise Problems([Problem(shown, 0, 0, f"cannot be written: {error.strerror}")]) from None
    count, change = records.total(entries), records.total(entries) - records.total(before)
    if settled.config.quiet:
        return DONE
    say(f"{printable(shown)}: {count} finding{'' if count == 1 else 's'} recorded ({change:+d})\n")
    if not settled.config.baseline:
        say(f'to use it: baseline = "{records.NAME}" in [tool.lintfoot], or --baseline {records.NAME}\n')
    return DONE


def _failed(result: Result) -> int:
    told = [note for note in result.notes if note.level is Severity.ERROR]
    tell(*(f"{note.path}: {note.message}" if note.path else note.message for note in told))
    tell(*(f"{bug.path}: lintfoot failed inside while it checked this: nothing is recorded" for bug in result.bugs))
    return BUG if result.bugs else USAGE if told else DONE


def _entries(settled: Settled, result: Result, files: list[Path], *, prune: bool) -> Entries:
    """What stays of the old entries, and what is new unless it is to be pruned."""
    from lintfoot import known, selection

    config = settled.config
    told = known.compare(config, selection.selected(config, settled.book), result, files)
    entries = {path: counts.copy() for path, counts in told.kept.items()}
    if not prune:
        folder = known.place(config)[0].parent
        for path, counts in records.recorded(told.findings, folder, known.absolute(config, result)).items():
            entries[path] = entries[path] + counts if path in entries else counts
    return entries


def _all(settled: Settled, result: Result) -> Entries:
    from lintfoot import known

    config = settled.config
    return records.recorded(result.findings, known.place(config)[0].parent, known.absolute(config, result))
