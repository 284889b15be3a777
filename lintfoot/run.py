"""The flow, top to bottom: paths → discover → work → result. What happens to one file is `work`'s business."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import discover, work
from lintfoot.findings import Mending, Note, Result, Source
from lintfoot.layers import Config
from lintfoot.records import replace
from lintfoot.work import Desk, Heard, Outcome, Setup

if TYPE_CHECKING:
    from lintfoot.cache import Cache
    from lintfoot.findings import Share
    from lintfoot.fleet import Host

_HASHED = ("sarif",)  # formats that show GitHub's line hashes

Progress = Callable[[int, int], None]


def check(
    config: Config,
    *,
    stdin: bytes | str | None = None,
    progress: Progress | None = None,
    heard: Heard | None = None,
    hashes: bool = False,
    host: Host | None = None,
) -> Result:
    """Check everything the configuration names. Raises Problems for what is wrong with pages, models or paths.

    `stdin` is the text called `-`: bytes as they came, or a text that nobody has to decode. `heard` is told what the result was
    made of; `hashes` asks for GitHub's line hashes, whatever the formats. With `host`, or one that the configuration names, the
    work is done there.
    """
    if config.executor and host is None:
        from lintfoot.cluster import engaged  # Dask takes a second to import

        with engaged(config.executor) as there:
            return check(config, stdin=stdin, progress=progress, heard=heard, hashes=hashes, host=there)
    setup = Setup(config, hashes or _wants_hashes(config), os.urandom(8).hex(), config.cache)
    here = work.desk(setup)
    found, share = _shared(here, discover.discover(config))
    made: list[Outcome] = []
    name = config.stdin_filename or "<stdin>"
    typed = stdin if isinstance(stdin, str) else ""
    stdin = stdin.encode("utf-8", "surrogatepass") if isinstance(stdin, str) else stdin
    untouched: tuple[Mending, ...] = ()
    if stdin is not None and config.stdin_filename and discover.left_out(config, name):
        untouched, stdin = (Mending(name, (), (), "", stdin),), None  # as a file of that name
        found = replace(found, skipped=found.skipped + 1)
    if stdin is not None:
        made.append(work.check_text(here, name, typed or stdin))
    kept, notes = _opened(setup, here)
    done, told = _checked(setup, here, found.files, kept, progress, host)
    made += done
    here.knowledge.shelf.keep_answers()
    if kept is not None and (fault := kept.close()):
        from lintfoot.cache import cannot

        notes = (cannot(kept.file, fault),)
    found = replace(found, notes=(*found.notes, *notes, *told))
    if heard is not None:
        heard.state, heard.outcomes, heard.excluded = here.knowledge.shelf.state, made, found.heard
        heard.files = [os.path.join(config.folder, path) for path in found.files]  # noqa: PTH118 - as in `_checked`
    result = _told(here, replace(_result(made, found), share=share), found, stdin)
    if not (config.fix or config.diff):
        return result
    known = {finding.fingerprint for outcome in made for finding in outcome.findings}
    known -= {finding.fingerprint for finding in result.findings}
    result = _mended(here, found, made, stdin, known)
    return _told(here, replace(result, share=share, mended=(*untouched, *result.mended)), found, stdin)


def _opened(setup: Setup, here: Desk) -> tuple[Cache | None, tuple[Note, ...]]:
    """The cache, where one is wanted, and notes on it."""
    if not setup.config.cache:
        return None, ()
    from lintfoot.cache import opened

    return opened(setup, here)


def _shared(here: Desk, found: discover.Discovered) -> tuple[discover.Discovered, Share | None]:
    """The files of this shard, where one is asked for, and what it has in common with the others."""
    if not here.config.shard:
        return found, None
    from lintfoot import shards

    return shards.shared(here.config, found, here.knowledge.shelf.content)


def _told(here: Desk, result: Result, found: discover.Discovered, stdin: bytes | None) -> Result:
    """The result without what the baseline knows, and without what did not change."""
    if not (here.config.baseline or here.config.since):
        return result
    from lintfoot import known  # most runs compare with nothing

    if here.config.baseline:
        result = known.compared(here.config, here.selection.codes, result, found.files)
    return known.changed(here.config, result, stdin) if here.config.since else result


def _mended(
    here: Desk, found: discover.Discovered, made: list[Outcome], stdin: bytes | None, known: set[str]
) -> Result:
    """The result after repairs; what was found before is what is told where nothing is written."""
    from lintfoot import mending  # most runs repair nothing

    done = []
    if stdin is not None:
        done.append(mending.mended_text(here, here.config.stdin_filename or "<stdin>", stdin, made[0], known))
    outcomes = made[len(done) :]
    done += [mending.mended(here, path, outcome, known) for path, outcome in zip(found.files, outcomes, strict=True)]
    result = _result([outcome for outcome, _ in done], found)
    return replace(result, mended=tuple(one for _, one in done if one is not None))


def _checked(
    setup: Setup,
    here: Desk,
    files: Sequence[Path],
    kept: Cache | None,
    progress: Progress | None,
    host: Host | None,
) -> tuple[list[Outcome], list[Note]]:
    """What came of each file, in the order of the files, however it came about; and notes on how the work went."""
    names = [os.path.join(setup.config.folder, path) for path in files]  # noqa: PTH118 - many, and used as texts
    made = {number: said for number, name in enumerate(names) if kept and (said := kept.found(name)) is not None}
    todo = [number for number in range(len(files)) if number not in made]
    notes: list[Note] = []
    for number, outcome in _worked(setup, here, [files[one] for one in todo], host, notes):
        made[todo[number]] = outcome
        if kept is not None:
            kept.keep(names[todo[number]], outcome)
        if progress is not None:
            progress(len(made), len(files))
    return [made[number] for number in range(len(files))], notes


def _worked(
    setup: Setup, here: Desk, files: Sequence[Path], host: Host | None, notes: list[Note]
) -> Iterator[tuple[int, Outcome]]:
    """Outcomes with the numbers of their files, as they come: from this process, from many, or from other machines."""
    sizes = [_size(here.config.folder / path) for path in files]
    if host is not None:
        from lintfoot.fleet import Fleet  # executors take 10 ms to import

        fleet = Fleet(host, setup, files)
        for held, outcomes in fleet.outcomes(sizes):
            yield from zip(held, outcomes, strict=True)
        notes += fleet.notes
        return
    if len(files) > 1:
        from lintfoot import workers

        count = workers.processes(setup.config.jobs, sizes)
    else:
        count = 1
    if count == 1:
        yield from enumerate(work.outcomes(here, files))
        return
    if workers.forks():
        work.share(setup, here)
    with workers.Crew(setup, files) as crew:
        for held, outcomes in crew.outcomes(workers.chunks(sizes, count), count):
            yield from zip(held, outcomes, strict=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _wants_hashes(config: Config) -> bool:
    names = [config.format.value, *(one.partition(":")[0] for one in config.output)]
    return any(name in _HASHED for name in names)


def _result(files: list[Outcome], found: discover.Discovered) -> Result:
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
