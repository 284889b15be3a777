"""What an editor has open, checked as the command line would check it: the settings that hold there, and the text as it stands.

A document in a workspace folder is checked as `lintfoot check` in that folder would; one outside of all, as in its own
folder. Settings are read anew for each check: that takes some milliseconds, and nothing has to be told of a change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from lintfoot import known, work
from lintfoot.assists import Scene
from lintfoot.config import Sources
from lintfoot.discover import SUFFIXES, left_out
from lintfoot.faults import of_script
from lintfoot.findings import Finding, Result
from lintfoot.records import dataclass, field, replace
from lintfoot.settling import Settled, settled
from lintfoot.tables import Problem, Problems
from lintfoot.work import Called, Desk, Outcome


@dataclass(frozen=True, slots=True)
class Document:
    """A text in an editor: `path` is its absolute path, or nothing for one that was never saved; then `name` is what it is called."""

    text: str
    path: str = ""
    name: str = "untitled.py"
    language: str = ""

    @property
    def is_python(self) -> bool:
        """Whether the editor calls it Python, or its suffix does."""
        return self.language.lower().startswith("python") or (self.path or self.name).lower().endswith(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a document. `scene` is None for what is not checked at all.

    `own` is what is wrong with settings in the script itself, `wrong` with those around it; `bugs` are lintfoot's.
    """

    scene: Scene | None = None
    findings: tuple[Finding, ...] = ()
    own: tuple[Problem, ...] = ()
    wrong: tuple[Problem, ...] = ()
    bugs: tuple[str, ...] = ()


@dataclass
class Checker:
    """Checks documents. `held` are the last settings of each folder that held: they count while somebody edits a broken file."""

    file: str = ""
    isolated: bool = False
    held: dict[Path, Settled] = field(default_factory=dict)

    def check(self, document: Document, folders: Collection[Path], opened: Mapping[str, bytes]) -> Checked:
        """Check a document; `opened` are the texts of all that are open, by path: they count instead of what the disk says."""
        if not document.is_python:
            return Checked()
        folder = folder_of(document.path, folders)
        here, wrong = self._settled(folder)
        if here is None:
            return Checked(wrong=wrong)
        config = replace(here.config, fix=False, diff=False, since="")
        if document.path and left_out(config, document.path):
            return Checked(wrong=wrong)
        try:
            desk = work.desk(work.Setup(config))
        except Problems as error:
            return Checked(wrong=(*wrong, *error.problems))
        desk = replace(desk, knowledge=replace(desk.knowledge, texts=opened))
        called = work.naming(config, Path(document.path or document.name))
        return _judged(desk, called, document.text, wrong)

    def _settled(self, folder: Path) -> tuple[Settled | None, tuple[Problem, ...]]:
        try:
            self.held[folder] = settled(Sources(folder=folder, file=self.file, isolated=self.isolated))
        except Problems as error:
            return self.held.get(folder), tuple(error.problems)
        return self.held[folder], ()


def folder_of(path: str, folders: Collection[Path]) -> Path:
    """Where the command line would be started for a document: the innermost workspace folder, or the document's own."""
    if not path:
        return next(iter(folders), Path.cwd())
    around = [one for one in folders if Path(path).is_relative_to(one)]
    return max(around, key=lambda one: len(one.parts)) if around else Path(path).parent


def _judged(desk: Desk, called: Called, text: str, wrong: tuple[Problem, ...]) -> Checked:
    try:
        of_script(desk.config, desk.book, text, called.shown)
    except Problems as error:
        return Checked(own=tuple(error.problems), wrong=wrong)
    outcome = work.check_typed(desk, called, text)
    bugs = tuple(f"{bug.path}: {bug.trace}" for bug in outcome.bugs)
    new = outcome.findings
    try:
        new = _new(desk, called, outcome) if desk.config.baseline else new
    except Problems as error:
        wrong = (*wrong, *error.problems)
    recorded = {one.fingerprint for one in outcome.findings} - {one.fingerprint for one in new}
    scene = Scene(desk, called, text, outcome.findings, frozenset(recorded))
    return Checked(scene, new, (), wrong, bugs)


def _new(desk: Desk, called: Called, outcome: Outcome) -> tuple[Finding, ...]:
    """What the baseline does not record."""
    sources = {outcome.source.path: outcome.source} if outcome.source else {}
    result = Result(outcome.findings, sources=sources)
    return known.compare(desk.config, desk.selection.codes, result, [Path(called.file)]).findings
