"""What a repository's own settings would silence: read, told, and not believed unless the auditor says so.

Comments are heard where files are checked. Here stand the settings: rules switched off, files left out, a baseline, and a
script's own block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lintfoot import known
from lintfoot.book import Book
from lintfoot.config import FILE_NAME, Sources, gather
from lintfoot.excludes import excludes
from lintfoot.faults import faults, of_script
from lintfoot.findings import Finding, Note, Result, Severity, Silence
from lintfoot.layers import Config, Layer
from lintfoot.records import replace
from lintfoot.selection import Selection, select
from lintfoot.settings import Group, table
from lintfoot.tables import Problems

_SELECT, _EXCLUDE = "does not select it", "leaves the file out"
# Settings that a repository may have a say in: never where something is written, and never what is compared.
_HEARD = frozenset(
    one.name
    for one in table()
    if one.about.group in (Group.RULES, Group.FILES) and one.name not in ("stdin_filename", "show_files")
) | {"baseline"}


def own(folder: Path, top: Path) -> tuple[Config | None, tuple[str, ...]]:
    """The settings that a repository has for itself, and what is wrong with them; a link out of it is not read."""
    for place in (folder, *folder.parents):
        file = place / FILE_NAME
        if file.is_file() and file.resolve().is_relative_to(top.resolve()):
            gathered = gather(Sources(folder=place, environment={}, search=True))
            if gathered.config.file == file:
                config = replace(gathered.config, folder=folder, root=top, paths=(".",), named=False)
                return config, tuple(map(str, gathered.problems))
        if place == top:
            break
    return None, ()


def layer(config: Config) -> Layer | None:
    """The layer of a repository's own file, with what may be heard of it."""
    found = next((one for one in config.layers if one.page is not None), None)
    if found is None:
        return None
    return replace(found, values={name: value for name, value in found.values.items() if name in _HEARD})


def trusting(config: Config, mine: Layer) -> Config:
    """The auditor's settings with a repository's own: under the auditor's file, environment and command line."""
    return replace(config.with_layer(mine, 2), isolated=False)


def marked(result: Result, settings: Config | None, book: Book) -> tuple[Result, tuple[Note, ...]]:
    """The result with what the repository's settings would silence among the silenced, each with who says so."""
    if settings is None:
        return result, ()
    wrong = faults(settings, book).problems
    try:
        by_file = _by_settings(result.findings, settings, select(settings, book), book)
        by_file |= _by_baseline(result, settings, by_file)
        by_file |= _by_scripts(result.findings, settings, book, by_file)
    except Problems as problems:
        return result, (_doubt(problems.problems),)
    kept = tuple(one for number, one in enumerate(result.findings) if number not in by_file)
    silenced = tuple(replace(result.findings[number], silenced_by=by) for number, by in by_file.items())
    together = tuple(sorted((*result.silenced, *silenced), key=lambda finding: finding.place))
    return replace(result, findings=kept, silenced=together), (_doubt(wrong),) if wrong else ()


def _doubt(problems: Iterable[object]) -> Note:
    first, *more = map(str, problems)
    others = f" (and {len(more)} more)" if more else ""
    return Note(FILE_NAME, Severity.WARNING, f"its own settings are wrong, and were not all looked at: {first}{others}")


Told = dict[int, Silence]  # by the number of the finding


def _by_settings(findings: Sequence[Finding], settings: Config, chosen: Selection, book: Book) -> Told:
    """Rules that are off there and on by default, files that are left out, and `per-file-ignores`."""
    origin = Path(settings.file).name if settings.file else FILE_NAME
    sources = [(str(one.folder), one.patterns) for one in settings.patterns("exclude")]
    left_out = excludes(sources, str(settings.folder))
    made: Told = {}
    for number, finding in enumerate(findings):
        path = settings.folder / finding.path
        pattern = chosen.ignored(path).get(finding.code)
        if pattern:
            made[number] = Silence("external", f"per-file-ignores {pattern}")
        elif finding.code in book.default and finding.code not in chosen.codes:
            made[number] = Silence("external", f"{origin} {_SELECT}")
        elif left_out.file(str(path)):
            made[number] = Silence("external", f"{origin} {_EXCLUDE}")
    return made


def _by_baseline(result: Result, settings: Config, before: Told) -> Told:
    if not settings.baseline:
        return {}
    paths = [Path(one.path) for one in result.findings]
    told = known.compare(settings, {one.code for one in result.findings}, result, paths)
    silenced = {(one.fingerprint, one.place): one.silenced_by for one in told.silenced}
    found = ((number, silenced.get((one.fingerprint, one.place))) for number, one in enumerate(result.findings))
    return {number: by for number, by in found if by is not None and number not in before}


def _by_scripts(findings: Sequence[Finding], settings: Config, book: Book, before: Told) -> Told:
    """What scripts switch off for themselves, in the block that a runner such as uv reads."""
    made: Told = {}
    chosen: dict[str, frozenset[str] | None] = {}
    for number, finding in enumerate(findings):
        if number in before:
            continue
        if finding.path not in chosen:
            chosen[finding.path] = _in_block(settings, book, finding.path)
        codes = chosen[finding.path]
        if codes is not None and finding.code in book.default and finding.code not in codes:
            made[number] = Silence("inSource", f"the script's own settings {_SELECT.replace('does', 'do')}")
    return made


def _in_block(settings: Config, book: Book, path: str) -> frozenset[str] | None:
    try:
        text = (settings.folder / path).read_text("utf-8", "replace")
        config = of_script(settings, book, text, path)
    except (OSError, ValueError, Problems):
        return None
    return None if config is settings else select(config, book).codes
