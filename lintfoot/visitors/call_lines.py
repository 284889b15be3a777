"""Which lines of a text may call some functions: under their own names, under others, and through functions of the file.

Always more than needed: a name counts wherever it stands, whatever it is bound to there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lintfoot.libraries import Function, expanded
from lintfoot.runner_names import says_it_runs_commands
from lintfoot.runners import CONCLUSIVE, ROLES
from lintfoot.secret_names import evidence
from lintfoot.sight import Sight
from lintfoot.spread import CLASS, DEF, EQUALS, Spread, arguments
from lintfoot.visitors.secret_claims import LOOKS_UP, SAME, WHOLE
from lintfoot.visitors.secret_names_gate import GATE
from lintfoot.visitors.secret_stores import SECRET_CALLS

_WORD = re.compile(r"[^\W\d]\w*")
_IMPORT = re.compile(r"\s*(?:from|import)\b")
_RENAMED = re.compile(r"\bas\s+(\w+)")
_INDIRECT = re.compile(r"[\])][\s\\]*\(")
_REACHES = ("getattr", "__import__", "import_module", "super")
# Calls that give back what they are given, or hold it; another call is taken for one that makes something else of it.
_KEPT = (
    frozenset(LOOKS_UP)
    | frozenset(SAME)
    | frozenset(WHOLE)
    | frozenset(
        "dict list tuple set sorted frozenset str repr bytes format join partial closing field namedtuple copy deepcopy cast "
        "replace setdefault defaultdict OrderedDict ChainMap SimpleNamespace Namespace vars asdict update super".split()
    )
)
_FILLED = re.compile(r"\s*([\w.]+)\s*\.\s*\w+[\s\\]*\(")
_SECRETS = ("getpass", "keyring", "vault", "secretsmanager")


def lasts_of(sight: Sight, asked: Callable[[Function], bool]) -> set[str]:
    """The last names of modelled functions that something asks for, of the libraries that the file names."""
    return {
        name.rpartition(".")[2]
        for library in sight.libraries
        for function in library.functions
        if asked(function)
        for name in expanded(function.names)
    }


def called(sight: Sight, names: Iterable[str], *, wrapped: bool = False) -> set[int] | None:
    """The lines that may call functions of these last names.

    With `wrapped` also those that call functions of this file in which such a call is handed something from outside.
    """
    spread = sight.spread
    if spread is None:
        return None
    known: set[str] = set()
    found: set[int] = set()
    waiting = [*names, *sight.told]
    while waiting:
        word = waiting.pop()
        if word in known:
            continue
        known.add(word)
        direct = re.compile(rf"(?<!\w){re.escape(word)}[\s\\)]*\(")
        for start in spread.lines_with.get(word, ()):
            text = spread.texts[start]
            if _calls(text, direct):
                found.add(start)
            waiting += _other_names(spread, start, text, word, direct)
            if wrapped and direct.search(text) and not DEF.match(text):
                waiting += _takers(spread, start)
    for start in {line for word in _REACHES[:3] for line in spread.lines_with.get(word, ())}:
        found.add(start)
    return found


def _calls(text: str, direct: re.Pattern[str]) -> bool:
    """Whether a line may call something that is mentioned on it."""
    if _IMPORT.match(text) or CLASS.match(text):
        return False
    if DEF.match(text):
        return len(direct.findall(text)) > (1 if direct.match(text, text.index("def") + 3) else 0)
    return direct.search(text) is not None or _INDIRECT.search(text) is not None or text.lstrip().startswith("@")


def _other_names(spread: Spread, start: int, text: str, word: str, direct: re.Pattern[str]) -> set[str]:
    """What a function may be called after a line that mentions it without a call."""
    if _IMPORT.match(text):
        return set(_RENAMED.findall(text))
    if owner := CLASS.match(text):
        return {owner[1]} if owner[1] != word else set()
    if DEF.match(text):
        parts = arguments(text[text.find("(") + 1 :])
        return {
            _WORD.findall(part)[0]
            for part in parts
            if re.search(rf"=.*\b{word}\b", part, re.DOTALL) and _WORD.search(part)
        }
    if not re.search(rf"\b{word}\b", direct.sub("", text)):
        return set()
    signs = [match.start() for match in EQUALS.finditer(text)]
    found = set(_WORD.findall(text[: signs[-1]])) if signs else set()
    if text.lstrip().startswith(("return", "yield", "@")) or "lambda" in text:
        found.update(spread.around.get(start, ())[-1:])
    for match in re.finditer(r"\bfor\s+([\w, ()]+?)\s+in\b|\bas\s+(\w+)|(\w+)\s*:=", text):
        found.update(_WORD.findall(match[0]))
    return found - {"self", "cls"}


def _takers(spread: Spread, start: int) -> list[str]:
    """The function that a line stands in, where it takes anything; the class of a constructor."""
    around = spread.around.get(start, ())
    if not around:
        return []
    name = around[-1]
    for line in spread.definitions.get(name, ()):
        text = spread.texts[line]
        taken = {word for part in arguments(text[text.find("(") + 1 :]) for word in _WORD.findall(part)[:1]}
        if taken - {"self", "cls"}:
            return [name, *around[-2:-1]] if name.startswith("__") else [name]
    return []


def running(sight: Sight) -> set[int] | None:
    """The lines that may run commands: by a model, by what the callee is called, by functions of this file."""
    if "running" not in sight.kept:
        sight.kept["running"] = _running(sight)
    found: set[int] | None = sight.kept["running"]
    return found


def _running(sight: Sight) -> set[int] | None:
    spread = sight.spread
    if spread is None:
        return None
    names = lasts_of(sight, lambda function: not ROLES.isdisjoint(function.role))
    names |= {word for word in spread.lines_with if word in CONCLUSIVE or says_it_runs_commands(word)}
    return called(sight, names, wrapped=True)


def holding_secrets(sight: Sight) -> frozenset[int] | None:
    """The lines that a secret may get to, by the names of secrets."""
    if "holding_secrets" not in sight.kept:
        sight.kept["holding_secrets"] = _holding_secrets(sight)
    found: frozenset[int] | None = sight.kept["holding_secrets"]
    return found


def _holding_secrets(sight: Sight) -> frozenset[int] | None:
    spread = sight.spread
    if spread is None:
        return None
    seeds = lasts_of(sight, lambda function: "secret-source" in function.role) | SECRET_CALLS | sight.told
    for word in spread.lines_with:
        low = word.lower()
        if any(part in low for part in _SECRETS) or (any(part in low for part in GATE) and evidence(word)):
            seeds.add(word)
    for start in {line for word in tuple(seeds) for line in spread.lines_with.get(word, ())}:
        filled = _FILLED.match(spread.texts[start])  # `parser.add_argument("--password")`
        seeds.update(_WORD.findall(filled[1]) if filled else ())
    return spread.reach(seeds - {"self", "cls"}, kept=_KEPT).lines


def mentioning(sight: Sight, *parts: str) -> set[int] | None:
    """The lines that hold one of some texts in small letters, and those that what stands there may be handed on to."""
    spread = sight.spread
    if spread is None:
        return None
    held = {
        start
        for start, text in spread.texts.items()
        if text and any(part in low for low in (text.casefold(),) for part in parts)
    }
    return set(spread.reach(sight.told, lines=held).lines)


def only(sight: Sight, lines: Iterable[int], pattern: re.Pattern[str]) -> set[int]:
    """Of some lines those in whose text a pattern is found."""
    spread = sight.spread
    return {start for start in lines if spread is None or pattern.search(spread.texts.get(start, ""))}
