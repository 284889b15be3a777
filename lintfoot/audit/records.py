"""What an audit tells, as plain frozen records: every output and every comparison works from these alone.

All paths are POSIX and relative to the repository they belong to; findings carry such paths too. No text of a script is in here
but the lines of a finding's frame, whose secrets are hidden already. Dates are ISO days (`2026-03-01`), times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lintfoot.findings import Bug, Finding, Note, Share, Source
from lintfoot.records import dataclass, field


class Kind(StrEnum):
    """How a repository is there."""

    FOLDER = "folder"  # no git: no history, and all files below it
    CHECKOUT = "checkout"
    BARE = "bare"  # read through git, nothing checked out


class Past(StrEnum):
    """How much of a repository's history could be read."""

    WHOLE = "whole"
    SHALLOW = "shallow"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Starter:
    """A place that runs a script: `kind` is ci, cron, systemd, make, docker, package or script; `line` is 0 where it is not known."""

    kind: str
    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What git tells of one script: commits that changed it, and who made them, the busiest first. Names, no addresses."""

    changes: int
    authors: tuple[str, ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Script:
    """One script's weight: what would be lost if it broke, whether or not anything is wrong with it.

    `branches` counts the places where control can go two ways, `handled` says whether any error is handled in it, `tests` are
    the test files that name it, `imported_by` the other files that import it, tests apart. `risk` is what `ranking` made of it
    and its findings, 0 to 100.
    """

    path: str
    lines: int
    branches: int
    handled: bool
    tests: tuple[str, ...] = ()
    started_by: tuple[Starter, ...] = ()
    history: History | None = None
    risk: int = 0
    imported_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Something to do first: one script, why it comes before the others, and what to do about it, each in one sentence."""

    repository: str
    path: str
    risk: int
    why: str
    first: str
    findings: tuple[str, ...] = ()  # fingerprints of those that weigh most, the heaviest first


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, as far as it could be read. `name` is unique in the audit; `failed` says in one line why there is nothing.

    `findings` hold LF905 and the audit notes too. `silenced` are those that a comment or a setting of the repository silences: they
    are in `findings` as well unless the audit trusts the repository (`trusted`). `unread` are files that could not be read or parsed.
    """

    name: str
    where: str
    kind: Kind = Kind.FOLDER
    revision: str = ""
    past: Past = Past.NONE
    trusted: bool = False
    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    scripts: tuple[Script, ...] = ()
    unread: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    bugs: tuple[Bug, ...] = ()
    scanned: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failed: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding that an earlier audit had at another place: the finding as it is now, and where it was (`path:line`)."""

    finding: Finding
    was: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one repository gained and lost since an earlier audit. `gone` are findings as the earlier audit told them."""

    repository: str
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """This audit beside an earlier one; repositories that only one of them knows are named apart."""

    against: str
    date: str
    changes: tuple[Change, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit of one or many repositories. `first` is what to do first, over all of them, in order.

    `shard` is there where this is one part of an audit, and `share` in each repository then: `lintfoot merge` needs them.
    """

    repositories: tuple[Repository, ...]
    date: str
    version: str
    first: tuple[Place, ...] = ()
    compared: Comparison | None = None
    seconds: float = 0.0
    shard: Share | None = None
