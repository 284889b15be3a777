"""Which lines of a text may hand a command to a shell: by the names of what does so, switches, and shells named in strings."""

from __future__ import annotations

import re

from lintfoot.libraries import expanded
from lintfoot.runners import CONCLUSIVE, SHELL_WORDS
from lintfoot.sight import Sight

_SHELLS = re.compile(
    r"(?i)\b(?:\w*sh|cmd|su|runuser|powershell)(?:\.exe)?['\"]|['\"/](?:\w*sh|su|cmd|powershell|pwsh|runuser)(?:\.exe)?\b|comspec"
)
_IMPORT = re.compile(r"\s*(?:from|import)\b")


def lines_of(sight: Sight) -> set[int] | None:
    """The lines, and those that what stands on them is handed on to; None where only the whole file tells."""
    spread = sight.spread
    if spread is None:
        return None
    calls, words = _asked(sight)
    names = "|".join(sorted(calls))
    mentioned = re.compile(rf"\b(?:{names})\b")
    called = re.compile(rf"\b(?:{names})\b[\s\\]*\(|[.]\s*(?:{names})\b")
    first = set()
    for start, text in spread.texts.items():
        if not text:
            continue
        imported = _IMPORT.match(text) and mentioned.search(text)
        if imported or _SHELLS.search(text) or called.search(text.replace("platform.system(", "")):
            first.add(start)
    reached = spread.reach(words & spread.lines_with.keys(), lines=first, callers=True)
    return set(reached.lines)


def _asked(sight: Sight) -> tuple[set[str], set[str]]:
    """The last names of functions that use a shell by themselves, and the words of the switches that make others use one."""
    calls: set[str] = set()
    words = {*SHELL_WORDS, *CONCLUSIVE}
    for library in sight.models.libraries:
        named = any(name.lower() in sight.low for name in library.imports)
        for function in library.functions:
            shell = function.arguments.get("shell")
            own = bool({"shell", "shell-runner"} & set(function.role)) or (shell is not None and shell.default == "on")
            if shell is not None:
                words.update(shell.keyword)
            if own and (named or sight.further):
                calls.update(name.rpartition(".")[2] for name in expanded(function.names))
    return calls or {"system"}, words
