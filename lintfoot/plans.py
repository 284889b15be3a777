"""What a run looks for, how a file is called, and what came of it: what those who decide and those who walk hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from lintfoot.book import Rule
from lintfoot.decoding import Unparsable
from lintfoot.findings import Bug, Finding, Severity, Source
from lintfoot.libraries import Models
from lintfoot.parse import Script
from lintfoot.project import Project
from lintfoot.records import dataclass, field
from lintfoot.redact import Hidden


class Engine(StrEnum):
    """How much of a file is parsed. Tests demand the same findings of all; the last takes least time."""

    WHOLE = "whole"  # every file, for every visitor
    FILE = "file"  # the files that hold a visitor's words
    UNIT = (
        "unit"  # the functions, and statements outside of any, in which there can be something, and what they lead to
    )
    SLICE = "slice"  # of a function the statements alone, where that is enough for the visitor


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run looks for: the chosen rules, the models, the rules' own options and severities."""

    rules: Mapping[str, Rule]
    models: Models
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    project: Project | None = None
    engine: Engine = Engine.SLICE


@dataclass(frozen=True, slots=True)
class Place:
    """How a file is called: `shown` in findings, `relative` to the project's root in fingerprints and SARIF.

    `file` is its absolute path, where it is one of a project: there other files tell more.
    """

    shown: str
    relative: str
    is_test: bool = False
    package: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """What one script has to say."""

    findings: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    source: Source | None = None
    hidden: Hidden | None = None  # what must not be shown of the script, known where there are findings
    fault: Unparsable | None = None
    lines: int = 0  # handed to libcst
    whole: bool = False


def source_of(script: Script, place: Place) -> Source:
    """What reports must know of a file with findings."""
    wide = {}
    if not script.text.isascii():
        for number, line in enumerate(script.lines, 1):
            if not line.isascii():
                wide[number] = tuple(
                    (column, len(char.encode("utf-8", "surrogatepass")))
                    for column, char in enumerate(line, 1)
                    if not char.isascii()
                )
    return Source(place.shown, place.relative, wide, {}, script.encoding)
