"""Pages and models, ready in a moment: read strictly from TOML once, then kept as plain records in the user's cache folder.

What is kept is looked up by what the disk says of every page, and of lintfoot's own modules: an edit is always seen.
Where nothing can be kept (a package in a zip, no folder of one's own, pages edited within the last seconds), the TOML is
read as it stands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot import __version__, book, keeping, regexes, stamps
from lintfoot.book import Book, Rule
from lintfoot.decoding import read
from lintfoot.digests import digest
from lintfoot.packing import Misfit, pack, unpack
from lintfoot.records import replace
from lintfoot.tables import Folder, Problems

if TYPE_CHECKING:
    from lintfoot.libraries import Models

_INNER = ("", "libraries", "formats")


class Shelf:
    """The rule book and the models of some folders. Raises Problems, when asked for what cannot be read."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self.folders = tuple(folders)
        self.at = stamps.now()
        self.state = _state(folders)
        self._kept = self._found()
        regexes.begin(_patterns)

    @cached_property
    def content(self) -> bytes:
        """A digest of all that pages, models and lintfoot itself say; empty where that is no plain files."""
        if self._kept is not None:
            kept = self._kept.get("content")
            return kept if isinstance(kept, bytes) else b""
        return _content(self.state) if self.state else b""

    def ready(self) -> None:
        """Raise Problems for what is wrong with pages or models. What is kept was in order."""
        if self._kept is None:
            _ = self.book, self.models

    @cached_property
    def book(self) -> Book:
        """The rules."""
        found = self._unpacked(tuple[Rule, ...], self._kept, "rules")
        if found is not None:
            return Book(found)
        made = book.load(self.folders)
        self._keep(made)
        return made

    @cached_property
    def models(self) -> Models:
        """How calls work."""
        from lintfoot import library_pages, shelved
        from lintfoot.answers import Answers
        from lintfoot.libraries import Library, Models
        from lintfoot.secret_formats import Format, Formats

        kept = keeping.inner((self._kept or {}).get("models"))
        found, formats = (
            self._unpacked(tuple[Library, ...], kept, "libraries"),
            self._unpacked(tuple[Format, ...], kept, "formats"),
        )
        rows = kept.get("rows") if isinstance(kept, dict) else None
        if found is None or formats is None or not isinstance(rows, tuple) or len(rows) != len(found):
            made = library_pages.load(self.folders)
        else:
            made = Models(map(shelved.opened, found, rows), Formats(formats), [tops for tops, _, _ in rows])
        made.answers = Answers(lambda: self.book, self._answers())
        return made

    def _answers(self) -> dict[Any, Any]:
        """What was worked out from the same pages before."""
        kept = keeping.load(f"{self._file}{_ANSWERS}") if self._kept is not None else None
        known = kept.get("known") if isinstance(kept, dict) and kept.get("state") == self.state else None
        return known if isinstance(known, dict) else {}

    def keep_answers(self) -> None:
        """Keep what was worked out since, if the pages are still what they were. The run that follows need not do it again."""
        _keep_patterns()
        models = self.__dict__.get("models")
        answers = models.answers if models is not None else None
        if answers is None or not answers.grown or self._kept is None or not self._file:
            return
        answers.grown = False
        if _state(self.folders) == self.state:
            known = self._answers() | answers.known  # processes that share a run each keep what they had to work out
            keeping.save(f"{self._file}{_ANSWERS}", {"state": self.state, "known": known})

    @staticmethod
    def _unpacked(kind: Any, kept: Any, name: str) -> Any:
        if not isinstance(kept, dict):
            return None
        try:
            return unpack(kind, kept.get(name))
        except Misfit:
            return None

    @property
    def _file(self) -> str | None:
        home = keeping.home()
        words = "\0".join((sys.implementation.cache_tag or "", *(str(one.root) for one in self.folders)))
        name = f"pages-{digest(words.encode('utf-8', 'surrogateescape')).hex()}{keeping.SUFFIX}"
        return os.path.join(home, name) if home else None

    def _found(self) -> dict[str, Any] | None:
        file = self._file if self.state else None
        kept = keeping.load(file) if file else None
        return kept if isinstance(kept, dict) and kept.get("state") == self.state else None

    def _keep(self, made: Book) -> None:
        """Keep what the pages say, if they are all in order and were not edited just now or meanwhile."""
        file = self._file if self.state and _is_settled(self.state, self.at) else None
        if file is None:
            return
        try:
            from lintfoot import shelved

            models = self.models
            bare = tuple(replace(one, functions=(), attributes=()) for one in models.libraries)
            inner = {
                "libraries": pack(bare),
                "rows": tuple(map(shelved.row, models.libraries)),
                "formats": pack(models.formats.formats),
            }
            kept = {
                "state": self.state,
                "content": self.content,
                "rules": pack(made.rules),
                "models": keeping.packed(inner),
            }
        except (Problems, Misfit):
            return  # what is wrong with a model is told to whoever asks for the models
        if _state(self.folders) == self.state and not keeping.save(file, kept):
            self._kept = kept  # so that what this run works out from it is kept as well


def _patterns_file() -> str | None:
    """Where compiled patterns are kept: they are those of one Python, whatever the pages say."""
    home = keeping.home()
    return os.path.join(home, f"patterns-{digest(sys.version.encode()).hex()}{keeping.SUFFIX}") if home else None


def _patterns() -> Any:
    file = _patterns_file()
    return keeping.load(file) if file else None


def _keep_patterns() -> None:
    """Keep the patterns that this run had to compile, beside those that were kept before."""
    file, rows = _patterns_file(), regexes.grown()
    if file and rows is not None:
        keeping.save(file, rows)


State = tuple[Any, ...]
_ANSWERS = f".answers{keeping.SUFFIX}"
_shelves: dict[tuple[Folder, ...], Shelf] = {}


def shelf(folders: Sequence[Folder]) -> Shelf:
    """The shelf of some folders, the same one again as long as nothing in them was edited."""
    known = _shelves.get(tuple(folders))
    if known is None or not known.state or _state(folders) != known.state:
        known = _shelves[tuple(folders)] = Shelf(folders)
    return known


def _state(folders: Iterable[Folder]) -> State:
    """Every page and every module with its stamp; empty where they are no plain files."""
    if not all(isinstance(folder.root, Path) for folder in folders):
        return ()
    own = os.path.dirname(os.path.abspath(__file__))
    pages = [_listed(os.path.join(str(folder.root), inner), ".toml") for folder in folders for inner in _INNER]
    return (__version__, sys.version, *pages, *(_listed(one, ".py") for one in (own, *_packages(own))))


def _packages(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(one.path for one in entries if one.name.isidentifier() and one.is_dir())


def _listed(path: str, suffix: str) -> tuple[Any, ...]:
    try:
        with os.scandir(path) as entries:
            found = [(one.name, stamps.stamp(one.path)) for one in entries if one.name.endswith(suffix)]
    except OSError:
        found = []
    return (path, *sorted(found))


def _content(state: State) -> bytes:
    """What stands in all those files, wherever they stand: a copy of an installation says the same."""
    made = [str(one).encode() for one in state[:2]]
    for folder, *files in state[2:]:
        for name, _ in files:
            data = read(os.path.join(folder, name))
            made += [name.encode("utf-8", "surrogateescape"), digest(data if isinstance(data, bytes) else b"")]
    return digest(b"\0".join(made))


def _is_settled(state: State, at: int) -> bool:
    return all(stamps.settled(stamp, at) for listed in state[2:] for _, stamp in listed[1:])
