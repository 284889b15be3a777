"""Which lines of a text may hand a command to a shell: by what does so by itself, switches, and shells named in strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from lintfoot.answers import answer
from lintfoot.census import inputs
from lintfoot.gates.callees import NOWHERE, Lead, Site, lead_to
from lintfoot.gates.callees import lines_of as on_lines
from lintfoot.gates.gate import Lines
from lintfoot.gates.run_calls import runs, runs_commands, runs_given
from lintfoot.gates.switches import Switches
from lintfoot.libraries import Function, Models
from lintfoot.prefixes import OTHER_USER, POSIX_SHELLS, POWERSHELLS
from lintfoot.regexes import regex
from lintfoot.runner_words import SHELL_WORDS, words
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

_NAMES = "|".join(sorted(POSIX_SHELLS | POWERSHELLS | OTHER_USER))
_SHELL = regex(
    rf"(?i)\b(?:{_NAMES})\b|comspec|\b(?-i:SHELL)\b"
)  # in a constant: however it is put together with others
_PROMPT = regex(r"(?i)\bcmd\b")
_PROMPTED = regex(r"(?i)(?<![\w/])/[a-z]*[ck]\b")  # the option without which cmd reads no word
_OWN = frozenset(("shell", "shell-runner"))
_MOST_HANDED = 4  # arguments among which a function may be handed over
STARTERS = frozenset(  # they call a function that they are handed
    "submit map imap imap_unordered starmap map_async starmap_async apply apply_async run_in_executor to_thread Thread"
    " Process Timer register call_later call_soon call_soon_threadsafe run_sync start_new_thread filter schedule enter do"
    " add_job deferToThread callInThread".split()
)


def lines_of(sight: Sight) -> Lines:
    """The lines; None where there is no census.

    A call counts that knows no other way than a shell, that is given a switch which is not plainly off, or that a shell's name
    may get to; and what hands a function that runs commands to somebody who calls it.
    """
    found, lead, alone = runs(sight), lead_to(sight, runs_commands), lead_to(sight, _knows_no_other)
    if found is not None and not found.sites and lead is NOWHERE and alone is NOWHERE:
        return set()
    flow = sight.dataflow
    if found is None or lead is None or alone is None or flow is None:
        return None
    words_, place = _tables(sight.models)
    own, places = _switches(
        sight.functions_elsewhere
    )  # functions of other files have switches under names of their own
    handed = list(_handed_over(lead))
    switches = Switches(flow, (*found.sites, *handed), words_ | own, min((place, *places)))
    kept = [site for site in found.sites if _says_shell(site) or switches.is_on(site)]
    return on_lines(sight, [*alone.sites(), *kept, *_named(sight), *handed])


def _knows_no_other(function: Function) -> bool:
    """Whether a function hands a shell what it is given, without a word more."""
    shell = function.arguments.get("shell")
    return not _OWN.isdisjoint(function.role) or (
        shell is not None and (shell.default == "on" or "text" in shell.means)
    )


def _says_shell(site: Site) -> bool:
    """Whether what is called says that it runs a shell, whoever has it."""
    name = getattr(site.call.func, "attr", "") or getattr(site.call.func, "id", "")
    return "shell" in name.lower() and {"shell", "subprocess"} <= set(words(name))


def _named(sight: Sight) -> list[Site]:
    """The calls that a shell's name, or a text that holds one, may get to."""
    said = _SHELL.search("\n".join(sight.words)) is not None
    prompted = any(word.casefold() == "cmd" for word in sight.words) and _PROMPTED.search(sight.text) is not None
    told = sight.telling(_wanted(sight.models)).names
    if not (said or prompted or told):
        return []
    says = _SHELL.search if not prompted else lambda text: _SHELL.search(text) or _PROMPT.search(text)
    return runs_given(sight, says, told) or []


def _handed_over(lead: Lead) -> Iterator[Site]:
    """The calls that hand a function that runs commands to somebody who calls it, or fix some of its arguments."""
    bindings = lead.flow.bindings
    partials = {key[1] for full, key in bindings.imports if full.rpartition(".")[2] == "partial"}
    for last in (STARTERS | partials | {"partial"}) & bindings.calls.keys():
        for statement, call in bindings.calls[last]:
            given = inputs(call)[:_MOST_HANDED]
            if any(lead.holds(one, statement) for one in given):
                yield Site(statement, call)


@lru_cache(maxsize=4)
def _wanted(models: Models) -> Wanted:
    """What other files may tell: a shell's name."""
    del models
    return Wanted(says=lambda text: _SHELL.search(text) is not None or _PROMPT.search(text) is not None)


@lru_cache(maxsize=4)
def _tables(models: Models) -> tuple[frozenset[str], int]:
    """Of all models the words of switches, and the first place at which one may stand without its word."""
    return answer(models, "switches for a shell", (), lambda: _of_all(models))


def _of_all(models: Models) -> tuple[frozenset[str], int]:
    words_, places = _switches(models.functions.values())
    return words_.union(SHELL_WORDS), min(places, default=0)


def _switches(functions: Iterable[Function]) -> tuple[frozenset[str], list[int]]:
    """The words of the switches of some functions, and the places at which they may stand without."""
    found: set[str] = set()
    places: list[int] = []
    for function in functions:
        shell = function.arguments.get("shell")
        if shell is not None and "text" not in shell.means:  # a string for a command line is the switch
            found.update(shell.keyword)
            if shell.position is not None:
                places.append(shell.position)
    return frozenset(found), places
