"""Words that say what a function does: whether it runs commands, and what it calls a command and a switch for a shell.

A name is judged by its words, never by a part of one.
"""

from __future__ import annotations

from functools import lru_cache

from lintfoot.regexes import regex


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES = frozenset({"process", "shell", "shell-runner", "command"})  # of functions that run commands, in models
COMMAND_WORDS = ("cmd", "command", "args", "argv", "commands", "cmdline", "command_line", "cmds", "cmd_args")
CONCLUSIVE = frozenset({"python_shell", "use_unsafe_shell"})  # functions that have these hand commands to a shell
SHELL_WORDS = ("shell", *sorted(CONCLUSIVE), "use_shell", "run_in_shell", "in_shell", "with_shell", "as_shell")
_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")
_VERBS = _set(
    "run runs running exec execs execute executes call calls popen spawn system launch invoke sudo bash sh getoutput"
    " getstatusoutput syscall subprocess"
)
_NOUNS = _set("cmd command commands shell process proc output terminal")
_GLUED = regex(
    r"(?:re)?(?:run|exec|execute|do|call|sys|os|my|shell|sub|bash)+(?:cmds?|commands?|shell|process|proc|prog|call|exec|run|it)"
)
_MAKERS = _set(
    "make build create format parse quote log print set add register has is find split join wrap expand show list help"
    " validate check get to from open start read select on in init new with enter leave exit stop"
)
_WORKERS = _set("output outputs process subprocess proc")
_OTHERS = _set("assert asserts mock mocked mocker fake stub dummy expect expected called patch")


def words(name: str) -> list[str]:
    """The words of a name, in small letters: `runCmd2_now` is run, cmd, now."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=10_000)
def says_it_runs_commands(name: str) -> bool:
    """Whether a function's name alone says that it runs commands."""
    found = words(name)
    if not found or not _OTHERS.isdisjoint(found):
        return False
    if name.lstrip("_")[0].isupper() and found[-1] not in _VERBS | _NOUNS:
        return False  # a class is what its last word says: a CommandEvent is an event
    if not _VERBS.isdisjoint(found) or any(_GLUED.fullmatch(word) for word in found):
        return True
    nouns = _NOUNS.intersection(found)
    if not nouns or (nouns == {"process"} and found[0] == "process" and len(found) > 1):
        return False  # to process a key is to work on it
    return _MAKERS.isdisjoint(found) or (not _WORKERS.isdisjoint(found) and len(found) > 1)


def stands_in(found: list[str]) -> bool:
    """Whether words speak of a test's double, or of what it was called with."""
    return not _OTHERS.isdisjoint(found)
