"""Known findings: recorded once, silent from then on, and counted, so that one more of the same kind is new.

The file is TOML, one entry a line, sorted, without line numbers and dates: it changes only where findings come or go,
and merges like code. An entry is a rule, the function it stands in, and a hash of the statement's shape (no blanks, no comments,
every string empty), so nothing in it can be guessed back into a secret. Paths are relative to the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot.findings import Claim, Silence
from lintfoot.records import dataclass, field, replace
from lintfoot.regexes import regex
from lintfoot.tables import Problem, Problems, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from types import ModuleType

    from lintfoot.findings import Finding

VERSION = 1
NAME = "lintfoot-baseline.toml"
HEAD = "# Findings that were there when lintfoot came: `lintfoot baseline --prune` takes out what is mended.\n"

Entry = str  # "LF201 main.fetch 0123456789abcdef"
Entries = dict[str, Counter[Entry]]  # by path, relative to the baseline file


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a file records. `folder` is where it stands."""

    file: str
    folder: Path
    entries: Mapping[str, Counter[Entry]]


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings after the comparison; `stale` are entries, by path, that nothing in the files matches any more."""

    findings: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    kept: Entries
    stale: Entries
    gone: Entries = field(default_factory=dict)


def entry(finding: Finding) -> Entry:
    """What is recorded of a finding."""
    return " ".join((finding.code, finding.scope or "-", finding.shape[:16] or "-"))


def recorded(findings: Iterable[Finding], folder: Path, absolute: Callable[[Finding], str]) -> Entries:
    """The entries of these findings."""
    made: Entries = {}
    for finding in findings:
        made.setdefault(_relative(absolute(finding), folder), Counter())[entry(finding)] += 1
    return made


def text(entries: Mapping[str, Counter[Entry]]) -> str:
    """The file: the same for the same findings, in whatever order they came."""
    import tomli_w  # only two commands write

    tables = {path: dict(sorted((+counts).items())) for path, counts in sorted(entries.items()) if +counts}
    return HEAD + tomli_w.dumps({"version": VERSION, "files": tables})


def load(path: Path, shown: str) -> Baseline:
    """Read a baseline. Raises Problems for one that is not there or is no baseline."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise _fault(shown, "no such baseline; `lintfoot baseline` writes one") from None
    except OSError as error:
        raise _fault(shown, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _fault(shown, "is no UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unread(shown, path.read_text("utf-8", "replace"), str(error)) from None
    return Baseline(shown, path.parent, _entries(document, shown))


def _unread(shown: str, text: str, why: str) -> Problems:
    """Why a baseline cannot be read: most often two branches met in it."""
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", why)
    line, column = (int(number or 0) for number in place.groups()) if place else (0, 0)
    cut = next((number for number, one in enumerate(text.split("\n"), 1) if _CUT.match(one)), 0)
    if cut:
        return Problems([Problem(shown, cut, 1, f"a merge is not finished here: {_BOTH}")])
    if why.startswith(("Cannot overwrite", "Cannot declare")):
        return Problems([Problem(shown, line, 1, f"the same is recorded twice up to here: {_BOTH}")])
    return Problems([Problem(shown, line, column, f"is no TOML: {why[: place.start()] if place else why}")])


_CUT = regex(r"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_BOTH = "keep the entries of both sides, each once with the larger number, and run lintfoot baseline --prune"


def _entries(document: Mapping[str, Any], shown: str) -> Entries:
    if document.get("version") != VERSION:
        raise _fault(shown, f"is no baseline of version {VERSION}; `lintfoot baseline` writes one")
    files = document.get("files", {})
    unknown = sorted(document.keys() - {"version", "files"})
    if unknown or not isinstance(files, dict):
        raise _fault(shown, f"unknown key {quoted(unknown[0])}" if unknown else "`files` is no table")
    made: Entries = {}
    for path, counts in files.items():
        good = isinstance(counts, dict) and all(type(count) is int and count > 0 for count in counts.values())
        if not good:
            raise _fault(shown, f"{quoted(path)}: entries are texts with a number above 0")
        made[path] = Counter(counts)
    return made


def _fault(shown: str, message: str) -> Problems:
    return Problems([Problem(shown, 0, 0, message)])


def compare(
    known: Baseline,
    findings: Sequence[Finding],
    absolute: Callable[[Finding], str],
    scanned: Collection[str],
    searched: Collection[str],
    ran: Collection[str],
    *,
    parted: bool = False,
) -> Compared:
    """Set apart the findings that are recorded, as many of each as were recorded.

    `scanned` are the absolute paths of the files looked at, `searched` those of folders looked through, and `ran` the rules: an
    entry is stale only where file and rule were looked at, or where its file is gone from such a folder. A file that is gone and
    one whose findings hold all of its entries are taken for the same file renamed.
    With `parted`, these are only some of the findings, and what is recorded of files that are gone is left to who sees them all.
    """
    left: Entries = {path: Counter(counts) for path, counts in known.entries.items()}
    paths = {id(finding): _relative(absolute(finding), known.folder) for finding in findings}
    lost = {path: left.pop(path) for path in _gone(left, known.folder, set(paths.values()))} if parted else {}
    if not parted:
        _renamed(left, known.folder, findings, paths)
    kept: Entries = {}
    fresh, silenced = [], []
    silence = Silence("external", f"baseline {known.file}")
    for finding in findings:
        path, what = paths[id(finding)], entry(finding)
        if left.get(path, Counter())[what] > 0:
            left[path][what] -= 1
            kept.setdefault(path, Counter())[what] += 1
            silenced.append(replace(finding, silenced_by=silence))
        else:
            fresh.append(finding)
    stale: Entries = {}
    looked = {_relative(path, known.folder) for path in scanned}
    for path, counts in left.items():
        full = os.path.normpath(known.folder / path)
        missed = path not in looked and not os.path.lexists(full)
        gone = missed and any(Path(full).is_relative_to(folder) for folder in searched)
        for what, count in (+counts).items():
            judged = gone or (path in looked and what.partition(" ")[0] in ran)
            (stale if judged else kept).setdefault(path, Counter())[what] += count
    return Compared(tuple(fresh), tuple(silenced), kept, stale, lost)


def _renamed(left: Entries, folder: Path, findings: Sequence[Finding], paths: dict[int, str]) -> None:
    """Give the entries of files that are gone to the file that holds all of them."""
    present: Entries = {}
    for finding in findings:
        present.setdefault(paths[id(finding)], Counter())[entry(finding)] += 1
    gone = {path: left[path] for path in _gone(left, folder, present)}
    strangers = {path: counts for path, counts in present.items() if path not in left}
    for path, heir in heirs(gone, strangers).items():
        left[heir] = left.pop(path)


def _gone(left: Entries, folder: Path, present: Collection[str]) -> list[str]:
    return sorted(path for path in left if path not in present and not os.path.lexists(folder / path))


def heirs(gone: Entries, strangers: Entries) -> dict[str, str]:
    """Files that are gone, each with the file that the baseline does not know and that holds all that is recorded of it."""
    made: dict[str, str] = {}
    free = sorted(strangers)
    for path in sorted(gone):
        heir = next((new for new in free if gone[path] <= strangers[new]), None)
        if heir is not None:
            made[path] = heir
            free.remove(heir)
    return made


def claims(fresh: Iterable[Finding], known: Baseline, absolute: Callable[[Finding], str]) -> tuple[Claim, ...]:
    """The findings in files that a baseline does not know: they may be what it records of files that are gone."""
    named = ((finding, _relative(absolute(finding), known.folder)) for finding in fresh)
    return tuple(Claim(one.fingerprint, path, entry(one)) for one, path in named if path not in known.entries)


def _relative(absolute: str, folder: Path) -> str:
    return relative(absolute, str(folder))


def relative(absolute: str, folder: str, flavour: ModuleType = os.path) -> str:
    """A path from a folder, with slashes on every system; whole where it stands on another of Windows' drives."""
    try:
        found = str(flavour.relpath(absolute, folder))
    except ValueError:
        found = absolute
    return found.replace(flavour.sep, "/")


def total(entries: Mapping[str, Counter[Entry]]) -> int:
    """How many findings the entries stand for."""
    return sum(sum(counts.values()) for counts in entries.values())
