"""The command lines in a YAML file, line by line and by their keys: no parser, as half of these files are templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lintfoot.regexes import regex

# Keys whose value is run: of GitHub, GitLab, CircleCI, Travis, Azure, Bitbucket, Drone, CodeBuild, Cloud Build, pre-commit,
# Compose, Kubernetes and Ansible.
_RUN = frozenset(
    "run script before_script after_script command commands cmd cmds shell entry entrypoint exec job inlinescript bash pwsh"
    " install before_install after_success after_failure before_deploy deploy build pre_build post_build test steps args"
    " raw script_file win_command win_shell preinstall postinstall poststart prestop ansible.builtin.command"
    " ansible.builtin.shell ansible.builtin.script ansible.builtin.raw lifecycle scriptpath".split()
)
_WHOLE = frozenset("command args entrypoint cmd exec argv".split())  # whose list is one command, word by word
_KEY = regex(r"""^(?P<indent>\s*(?:-\s+)*)["']?(?P<key>[\w.$-]+)["']?\s*:(?:\s+(?P<value>.*))?$""")
_ITEM = regex(r"^(?P<indent>\s*(?:-\s+)*-\s+)(?P<value>.*)$")
LONGEST = 10_000  # characters of a command, above which nobody has written it
_BLOCK = regex(r"[|>][-+\d]*\s*(?:#.*)?$")


def commands(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, key (in small letters) and command, for every command line of the file."""
    keys: list[tuple[int, str]] = []  # that the line at hand stands under, with their indents
    block = -1  # the indent of the key whose text goes on, or -1
    words: list[str] = []  # of a list that is one command
    held, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#") or len(line) + len(held) > LONGEST:
            continue
        depth = len(line) - len(line.lstrip())
        if block >= 0 and depth > block:
            first = first or number
            held += bare
            if held.endswith("\\"):
                held = held[:-1] + " "
            else:
                yield from _run(first, keys[-1][1], held)
                held, first = "", 0
            continue
        block, held, first = -1, "", 0
        match = _KEY.match(line)
        if match:
            yield from _run(number - 1, keys[-1][1] if keys else "", " ".join(words))
            words = []
            at = len(match["indent"])
            keys = [*((indent, key) for indent, key in keys if indent < at), (at, match["key"].lower())]
            value = match["value"] or ""
            if _BLOCK.match(value):
                block = at
            else:
                yield from _run(number, keys[-1][1], _plain(value))
            continue
        item = _ITEM.match(line)
        keys = [(indent, key) for indent, key in keys if indent <= depth]
        if item and keys and keys[-1][1] in _WHOLE:
            words.append(_plain(item["value"]))
        elif item and keys:
            if _BLOCK.match(item["value"]):
                block = depth
            else:
                yield from _run(number, keys[-1][1], _plain(item["value"]))
    yield from _run(number if text.strip() else 0, keys[-1][1] if keys else "", " ".join(words))


def _run(number: int, key: str, command: str) -> Iterator[tuple[int, str, str]]:
    if command and key in _RUN:
        yield number, key, command


def _plain(value: str) -> str:
    """A value without its quotes; a list on one line as words."""
    text = re.sub(r"\s+#.*$", "", value).strip()
    if text.startswith("["):
        return joined(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def joined(text: str) -> str:
    """A list on one line, as the words of a command."""
    return " ".join(first or second or third for first, second, third in _WORDS.findall(text.strip().strip("[]")))


_WORDS = regex(r"""["]([^"]*)["]|[']([^']*)[']|([^\s,"']+)""")
