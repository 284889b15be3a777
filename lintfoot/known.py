"""A run's findings beside what was there before: a baseline, or a revision of git."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import baseline, changes
from lintfoot.findings import Note, Severity
from lintfoot.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from lintfoot.findings import Finding, Result
    from lintfoot.layers import Config

STALE = "records {count} that {gone}: lintfoot baseline --prune takes {them} out"


def place(config: Config) -> tuple[Path, str]:
    """Where the baseline stands, and what it is called to the user."""
    if not config.baseline:
        return config.root / baseline.NAME, baseline.NAME
    (giver,) = config.givers("baseline")
    return giver.folder / config.baseline, config.baseline


def compared(config: Config, ran: Collection[str], result: Result, files: Iterable[Path]) -> Result:
    """The result without what the baseline records. Raises Problems where there is none, or no good one."""
    path, shown = place(config)
    known = baseline.load(path, shown)
    told = compare(config, ran, result, files, known)
    count = baseline.total(told.stale)
    notes = (*result.notes, stale_note(shown, count)) if count else result.notes
    silenced = tuple(sorted((*result.silenced, *told.silenced), key=lambda finding: finding.place))
    share = result.share
    if share is not None:
        claims = baseline.claims(told.findings, known, absolute(config, result)) if told.gone else ()
        share = replace(share, stale=count, gone=told.gone, claims=claims)
    return replace(result, findings=told.findings, silenced=silenced, notes=notes, stale=count, share=share)


def stale_note(shown: str, count: int) -> Note:
    """What to say of what the baseline records and is gone."""
    words = {"count": f"{count} findings", "gone": "are gone", "them": "them"}
    one = {"count": "1 finding", "gone": "is gone", "them": "it"}
    return Note(shown, Severity.WARNING, STALE.format(**(one if count == 1 else words)))


def unchanged_note(since: str, count: int) -> Note:
    """What to say of findings in what did not change."""
    return Note("", Severity.NOTE, f"{count} finding{'' if count == 1 else 's'} in what did not change since {since}")


def changed(config: Config, result: Result, stdin: bytes | None) -> Result:
    """The result without findings in statements that are as they were. Raises Problems where git cannot tell."""
    base = changes.since(config.since, str(config.folder))
    paths = {finding.path: absolute(config, result)(finding) for finding in result.findings}
    texts = {path: stdin if shown == _stdin(config) else _text(path) for shown, path in paths.items()}
    lines = changes.changed(base, {path: text for path, text in texts.items() if text is not None})

    def is_new(finding: Finding) -> bool:
        path = paths[finding.path]
        places = (finding.span, finding.statement or finding.span)  # a decorator is no part of its function's header
        return path not in lines or any(changes.touched(lines[path], place) for place in places)

    kept = tuple(filter(is_new, result.findings))
    left = len(result.findings) - len(kept)
    notes = (*result.notes, unchanged_note(config.since, left)) if left else result.notes
    share = replace(result.share, unchanged=left) if result.share is not None else None
    return replace(result, findings=kept, notes=notes, share=share)


def _stdin(config: Config) -> str:
    return (config.stdin_filename or "<stdin>") if "-" in config.paths else ""


def _text(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None  # it was there a moment ago: what was found in it is told


def compare(
    config: Config, ran: Collection[str], result: Result, files: Iterable[Path], known: baseline.Baseline | None = None
) -> baseline.Compared:
    """What the baseline says of a result."""
    known = known or baseline.load(*place(config))
    scanned = {str(config.folder / file) for file in files}
    where, parted = absolute(config, result), result.share is not None
    named = {os.path.normpath(config.folder / one) for one in config.paths}
    searched = {one for one in named if Path(one).is_dir()}
    return baseline.compare(known, result.findings, where, scanned, searched, ran, parted=parted)


def absolute(config: Config, result: Result) -> Callable[[Finding], str]:
    """How to find a finding's file on the disk."""

    def of(finding: Finding) -> str:
        source = result.sources.get(finding.path)
        return str(config.root / (source.relative if source else finding.path))

    return of
