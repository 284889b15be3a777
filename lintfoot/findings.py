"""What a rule says about a place in a script, as plain frozen records.

A finding is complete when it is made: its texts are redacted, its place is known, its fingerprint is stable. The rooms
that come after (suppressions, baseline, reports) add who silenced it and choose how to show it; none of them looks at
the script again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from lintfoot.digests import blake2b
from lintfoot.records import dataclass, field


class Severity(StrEnum):
    """How bad the fault is; `fail-on` compares these."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the worst: findings sort by it."""
        return _SEVERITY_RANK[self]


class Confidence(StrEnum):
    """How sure the rule is that the fault is there."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the surest: `min-confidence` compares these."""
        return _CONFIDENCE_RANK[self]


class Safety(StrEnum):
    """What a repair may change: nothing, perhaps something, or it is only a proposal to read."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


_SEVERITY_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_CONFIDENCE_RANK = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a file: lines and columns from 1, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """A place in the same file that explains a finding: where the Session was made, where the command was built."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement of the original text; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: all its edits are applied, or none."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Who silenced a finding: `kind` is `inSource` (a comment) or `external` (baseline, per-file ignores)."""

    kind: str
    by: str
    line: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What to underline in a frame's line: columns from 1 in its (redacted) text, the end exclusive."""

    start: int
    end: int
    label: str
    primary: bool


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One source line to show with a finding: secrets already hidden, tabs and control characters not yet escaped."""

    number: int
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    `path` is what the user should read (relative to the working directory where possible, POSIX slashes). `statement`
    is the span of the whole statement that the place stands in: suppressions and changed-line filters look at it.
    `shape` names the statement's form alone, whatever the file is called and wherever in it the statement stands: baselines record it.
    `label` is the short text under the carets, `help` code or words that fit this very call; either may be empty.
    """

    code: str
    name: str
    severity: Severity
    path: str
    span: Span
    message: str
    label: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    confidence: Confidence = Confidence.HIGH
    statement: Span | None = None
    scope: str = ""
    fingerprint: str = ""
    shape: str = ""
    frame: tuple[FrameLine, ...] = ()
    silenced_by: Silence | None = None

    @property
    def place(self) -> tuple[str, Span, str]:
        """The order of every report: path, place, code."""
        return (self.path, self.span, self.code)


@dataclass(frozen=True, slots=True)
class Source:
    """What reports must know of a file with findings, without its text.

    `path` is the path findings carry. `relative` is the POSIX path from the project's root, or an absolute one outside it.
    `wide` maps a line to its non-ASCII characters as (column, UTF-8 length); a length of 4 is two UTF-16 units.
    `hashes` maps a line to GitHub's `primaryLocationLineHash`; empty unless a report asked for it.
    """

    path: str
    relative: str
    wide: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    hashes: Mapping[int, str] = field(default_factory=dict)
    encoding: str = "utf-8"

    def utf16(self, line: int, column: int) -> int:
        """A column counted in UTF-16 units, from 1."""
        return column + sum(1 for at, size in self.wide.get(line, ()) if at < column and size == _ASTRAL)

    def utf8(self, line: int, column: int) -> int:
        """A column counted in UTF-8 bytes, from 1."""
        return column + sum(size - 1 for at, size in self.wide.get(line, ()) if at < column)


_ASTRAL = 4


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a run or a file that is no finding: a file skipped, checked in part, or too large."""

    path: str
    level: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Bug:
    """lintfoot failed inside while it looked at a file; the rest was still checked. `trace` holds no source text."""

    path: str
    trace: str


@dataclass(frozen=True, slots=True)
class Mending:
    """What repairs did to one file: the findings that went, those whose repair did not hold, and the change itself.

    `diff` is a unified diff with secrets hidden: to be read, not applied. `data` is the whole new file.
    """

    path: str
    repaired: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    diff: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding that a baseline may know under the old name of its file; `path` is relative to the baseline, `entry` what it records."""

    fingerprint: str
    path: str
    entry: str


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a run this was, and all that the parts of one run have in common: only such may be merged.

    Shard `number` of `count` looked at `files` of `total` files. `rules` stands for lintfoot, its pages and Python, `settings`
    for what was asked, `project` for all files with their content: hexadecimal digests. `told` of the notes speak of the whole
    run and stand first, in shard 1 alone. `stale` and `unchanged` count what the baseline `baseline` records and is gone, and
    findings in what did not change since the revision `since`; each that is not 0 has a note at the end. `gone` is what the baseline
    records of files that are no more; `claims` are then the findings of files that it does not know: a file may have been renamed.
    """

    number: int
    count: int
    files: int
    total: int
    rules: str
    settings: str
    project: str
    told: int = 0
    baseline: str = ""
    stale: int = 0
    since: str = ""
    unchanged: int = 0
    gone: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """All that a run found. `findings` are in order, the silenced ones apart in `silenced`.

    After `--fix`, `findings` are what is left and `mended` tells what went. `share` is there where this is one part of a run.
    """

    findings: tuple[Finding, ...]
    silenced: tuple[Finding, ...] = ()
    scanned: int = 0
    skipped: int = 0
    failed: int = 0
    notes: tuple[Note, ...] = ()
    bugs: tuple[Bug, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    mended: tuple[Mending, ...] = ()
    stale: int = 0  # findings that the baseline records and that are gone
    share: Share | None = None


def fingerprint(code: str, path: str, scope: str, statement: str, nth: int) -> str:
    """Name a finding so that edits elsewhere, moves and re-formatting do not change the name.

    `path` is the POSIX path relative to the project's root, `scope` the dotted name of the enclosing definition, `statement` the
    statement's text as `normalised` gives it (without any string's content: a short secret could be guessed from a hash), `nth`
    counts equal ones in that scope from 1. Returns 32 hexadecimal digits.
    """
    text = "\0".join((code, path, scope, statement, str(nth)))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# Texts, compiled by `re` at first use: most runs find nothing.
_STRING = r"""(?is)[rbuft]{0,2}('''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|\#[^\n]*"""
_BLANK = r"[\s\\]+|,(?=\s*[)\]}])"


def normalised(statement: str) -> str:
    """Reduce a statement's text to what re-formatting keeps: no blanks, no comments, every string empty."""
    return re.sub(_BLANK, "", re.sub(_STRING, lambda match: '""' if match[1] else "", statement))


def unquoted(code: str) -> str:
    """A piece of code with the content of every string left out, and without comments."""
    return re.sub(_STRING, lambda match: HIDDEN if match[1] else "", code)


HIDDEN = '"…"'  # what every output shows in place of a secret


def printable(text: str) -> str:
    """Show control characters, terminal escapes and direction overrides as escapes, so that no file can drive a terminal."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    point = ord(char)
    return f"\\x{point:02x}" if point <= _ONE_BYTE else f"\\u{point:04x}" if point <= _TWO_BYTES else f"\\U{point:08x}"


_ONE_BYTE, _TWO_BYTES = 0xFF, 0xFFFF
