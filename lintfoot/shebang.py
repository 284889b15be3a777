"""Whether a script without a suffix is Python, by its first line."""

from __future__ import annotations

import re

from lintfoot.regexes import regex

READ = 256  # bytes: as much of the first line as Linux itself looks at (BINPRM_BUF_SIZE)

_WORD = regex(r""""([^"]*)"|'([^']*)'|(\S+)""")
_PYTHON = regex(r"(?:platform-)?(?:python|pypy)w?(?:\d+(?:\.\d+)*)?t?d?(?:\.exe)?", re.IGNORECASE)
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh", "ash", "busybox"})
_ENV_WITH_VALUE = ("-u", "--unset", "-C", "--chdir")
# Options of `uv run` that are followed by a value: `uv run --help` of uv 0.13.9.
_UV_WORDS = (
    "allow-insecure-host cache-dir color config-file config-setting config-settings-package default-index "
    "directory env-file exclude-newer exclude-newer-package extra extra-index-url find-links fork- "
    "strategy group index index-strategy index-url keyring-provider link-mode no-binary-package no-build- "
    "isolation-package no-build-package no-editable-package no-extra no-group no-sources-package only- "
    "group package prerelease prerelease-package project python python-platform refresh-package "
    "reinstall-package resolution upgrade-group upgrade-package with with-editable with-requirements "
)
_UV_WITH_VALUE = frozenset((*(f"--{word}" for word in _UV_WORDS.split()), "-w", "-i", "-f", "-P", "-C", "-p"))
_PIPX_WITH_VALUE = frozenset(("--python", "--spec", "--index-url", "-i", "--pip-args", "--with"))


def is_python(head: bytes) -> bool:
    """Whether a file begins with a shebang that runs it with Python: directly, by env, or by uv, pipx and the like.

    A runner that is given another program to run (`uv run bash`) is none; one that runs the script itself is.
    """
    if not head.startswith(b"#!"):
        return False
    first, *more = re.split(r"\r\n|\r|\n", head[:READ].decode("utf-8", "replace"))
    words = ["".join(groups) for groups in _WORD.findall(first[2:])]
    if not words:
        return False
    if _name(words[0]) == "env":
        words = _after_env(words[1:])
    return _runs_python(words, more)


def interpreter(line: str) -> str:
    """The Python that a shebang line starts by itself, as it is written; empty where a runner or another program does.

    What env looks for on the PATH comes without a folder: `python` of `#!/usr/bin/env -S python -u`.
    """
    words = ["".join(groups) for groups in _WORD.findall(line[2:])] if line.startswith("#!") else []
    by_env = bool(words) and _name(words[0]) == "env"
    words = _after_env(words[1:]) if by_env else words
    first = words[0].split()[0] if words and words[0].split() else ""  # `-S "python -u"`
    return first if _PYTHON.fullmatch(_name(first)) and (by_env or "/" in first) else ""


def _name(word: str) -> str:
    return word.replace("\\", "/").rpartition("/")[2]


def _after_env(words: list[str]) -> list[str]:
    """The command that env runs: behind its options and the variables it sets. `-S` may be glued to what it splits."""
    while words:
        word = words[0]
        if word in _ENV_WITH_VALUE:
            words = words[2:]
        elif word.startswith("--split-string="):
            words = [word.partition("=")[2], *words[1:]]
        elif re.match(r"-\w*S.", word):
            words = [word.partition("S")[2], *words[1:]]
        elif word.startswith("-") or _ASSIGNMENT.match(word):
            words = words[1:]
        else:
            break
    return words


def _runs_python(words: list[str], more: list[str]) -> bool:
    if not words:
        return False
    program = _name(words[0])
    if _PYTHON.fullmatch(program):
        return True
    if program in ("uv", "uvx", "pipx"):
        return _by_runner(program, words[1:])
    if program == "nix-shell":  # the interpreter stands on a second line of the same kind
        return any(_after_i(line) for line in more if line.startswith("#!"))
    return program not in _SHELLS and any(_PYTHON.fullmatch(_name(word)) for word in words[1:])


def _by_runner(program: str, words: list[str]) -> bool:
    """`uv run` and `pipx run` with no program of their own run the script; else that program must be Python."""
    valued = _PIPX_WITH_VALUE if program == "pipx" else _UV_WITH_VALUE
    positional, scripts, skip = [], False, False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in valued
            scripts = (
                scripts
                or word in ("--script", "--gui-script", "--module")
                or re.fullmatch(r"-[a-z]*[sm]", word) is not None
            )
        else:
            positional.append(_name(word))
    if program != "uvx":
        if positional[:1] != ["run"]:
            return False
        positional = positional[1:]
        if scripts or not positional:
            return True
    return bool(positional) and _PYTHON.fullmatch(positional[0]) is not None


def _after_i(line: str) -> bool:
    words = line[2:].split()
    following = words[words.index("-i") + 1 :] if "-i" in words else []
    return bool(following) and _PYTHON.fullmatch(_name(following[0])) is not None
