"""Text from files, made safe to print where a build log is read by a machine.

A linter prints names and lines of pull requests that nobody has read yet. GitHub's runner obeys a line that begins
with `::` and, in its older form, `##[` anywhere; the agent of Azure Pipelines obeys `##vso[` anywhere in a line. The
runner compares by the rules of the language (`IndexOf(string)` in .NET), which skip invisible characters: so a break
must be visible, and a match must reckon with characters that are skipped.
"""

from __future__ import annotations

import re

from lintfoot.findings import printable
from lintfoot.regexes import regex

_SKIPPED = "[^ -~]*"  # any run of characters outside ASCII may be invisible to the runner
_ANYWHERE = regex(rf"#(?={_SKIPPED}#{_SKIPPED}(?:\[|v{_SKIPPED}s{_SKIPPED}o{_SKIPPED}\[))", re.IGNORECASE)
_AT_START = regex(rf"^((?: |[^ -~])*):(?={_SKIPPED}:)")


def shown(text: str) -> str:
    """Text from a file as it may be printed inside a line: nothing in it drives a terminal or a build."""
    return unhooked(printable(text))


def shown_lines(text: str) -> str:
    """Text of several lines, each made safe; the line ends between them stay."""
    return "\n".join(map(shown, text.split("\n")))


def unhooked(text: str) -> str:
    """Break what CI would obey anywhere in a line; the break is visible."""
    return _ANYWHERE.sub(r"\\x23", text) if "#" in text else text


def hooks(text: str) -> list[int]:
    """The places (from 0) of the characters that `unhooked` would break."""
    return [match.start() for match in _ANYWHERE.finditer(text)] if "#" in text else []


def at_start(text: str) -> str:
    """Break what CI would obey at the start of a line; `text` begins the line."""
    return _AT_START.sub(r"\1\\x3a", text)


def in_json(document: str) -> str:
    """Spell what CI would obey in a JSON document as JSON's own escapes: readers get the same text."""
    return _ANYWHERE.sub(r"\\u0023", document)


def whole_line(text: str) -> str:
    """Text from a file as a whole line of its own: for standard error, and for pages that came with a repository."""
    return at_start(shown(text))
