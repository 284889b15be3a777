"""Gates of the visitors on commands and processes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lintfoot.book import Rule
from lintfoot.gates import call_lines
from lintfoot.gates.gate import Gate, Lines
from lintfoot.libraries import Function, Models
from lintfoot.regexes import regex
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

TEXT_TOOLS = frozenset("grep egrep fgrep zgrep rg ag ack sed gsed awk gawk mawk nawk cut perl".split())
SEARCHES = {"search": 1, "match": 1, "fullmatch": 1, "findall": 1, "finditer": 1, "split": 1}
_TOOLS = regex(rf"(?<![\w-])(?:{'|'.join(sorted(TEXT_TOOLS))})(?![\w-])", re.IGNORECASE)
_PATTERNS = frozenset(("re", "regex"))
_SOURCES = regex(r"(?i)json|stdout|output|popen|communicate|\.\s*(?:text|content)\b")
# Other files may tell of texts that name a tool or a file, and of another name for what writes JSON; how a text is asked of
# what they make (`.stdout`, `.text`) stands here.
_TELLING = Wanted(
    leads=lambda name: "json" in name, says=lambda text: bool(_TOOLS.search(text) or _SOURCES.search(text))
)

_CUT = regex(r"\bsplit[\s\\]*\(")
_LISTED = regex(r"\w[\s\\]*\([\s\\]*\[")
_TOLD = regex(r"\s*(?:return|if|elif|while|assert|with)\b|.*\bcheck[\s\\]*=", re.DOTALL)


def _programs(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The names of the programs that pages speak of."""
    del models
    found = {name.lower() for rule in rules.values() for pattern in rule.commands for name in pattern.program}
    return tuple(sorted(found)) or ("\0",)


def _worded(sight: Sight) -> Lines:
    """Lines with an option that a page speaks of, and those that it is handed on to."""
    from lintfoot.gates.command_words import lines_of

    return lines_of(sight)


def _shelled(sight: Sight) -> Lines:
    """Where something may hand a command to a shell, and where it is handed on."""
    from lintfoot.gates.shell_lines import lines_of

    return lines_of(sight)


def _outcomes(sight: Sight) -> Lines:
    """Calls that may run a command, but for those that are handed a list and whose status is asked for."""
    spread = sight.spread
    runs, named = call_lines.called(sight, (), _starts_processes, wrapped=True), call_lines.running(sight)
    if spread is None or runs is None or named is None:
        return None
    cut = {start for start in spread.lines_with.get("split", ()) if _CUT.search(spread.texts[start])}
    told = {start for start in runs if not _is_quiet(spread.texts.get(start, ""))}
    return told | (named & spread.reach((), lines=cut).lines)  # what is cut up in another file is not told


def _starts_processes(function: Function) -> bool:
    return "process" in function.role


def _is_quiet(text: str) -> bool:
    """Whether a line's only call but for plain ones is handed a list, and its status is asked for."""
    return text.count("(") == 1 and _LISTED.search(text) is not None and _TOLD.match(text) is not None


def _json_by_text(sight: Sight) -> Lines:
    """Commands that take text apart, and searches with regular expressions."""
    spread, runs = sight.spread, call_lines.running(sight)
    if spread is None or runs is None:
        return None
    known = sight.telling(_TELLING).names
    tools = {start for start, text in spread.texts.items() if text and _TOOLS.search(text)}
    found = runs & spread.reach(known, lines=tools).lines
    searched = call_lines.called(sight, SEARCHES) if not _PATTERNS.isdisjoint(spread.lines_with) else set()
    if searched:
        patterned = spread.reach(known | _PATTERNS).lines
        texts = spread.reach(known, lines={s for s, text in spread.texts.items() if _SOURCES.search(text)}).lines
        found |= searched & patterned & texts
    return found


COMMAND_LINES = Gate("commandlines:CommandLines", made=_programs, places=_worded, slices=True)
SHELLS = Gate(
    "processes:Shells",
    codes=("LF101",),
    words=(
        *("shell", "system", "popen", "getoutput", "getstatusoutput", "sh'", 'sh"', "sh.exe", "cmd.exe", "'cmd'"),
        *('"cmd"', "comspec", "'su'", '"su"', "runuser"),
    ),
    places=_shelled,
    follows=True,
    slices=True,
)
OUTCOMES = Gate(
    "outcomes:Outcomes",
    codes=("LF102", "LF103"),
    words=("subprocess", "popen", "split", "run", "call"),
    places=_outcomes,
    slices=True,
)
PROCESS_WAITS = Gate(
    "process_waits:ProcessWaits",
    codes=("LF104",),
    words=(
        *(
            "subprocess",
            "os.system",
            "popen",
            "system",
            "fabric",
            "invoke",
            "paramiko",
            "plumbum",
            "pexpect",
            "asyncssh",
        ),
    ),
)
SHELLED_OUT = Gate(
    "shelled_out:ShelledOut",
    codes=("LF105",),
    words=("subprocess", "popen", "system", "commands", "spawn", "exec", "invoke", "shell"),
)
JSON_BY_TEXT = Gate(
    "json_by_text:JsonByText",
    codes=("LF106",),
    words=("json", "curl", "inspect", "aws", "api"),
    places=_json_by_text,
    slices=True,
)
