"""Programs that start another program: where in a list of words the one that does the work begins.

Words are texts; None stands for any number of unknown words, a NUL inside a word for data. This room knows text alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.shellwords import assignment

Words = Sequence[str | None]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSIX_SHELLS = _set("sh bash rbash dash ash zsh ksh ksh93 mksh pdksh yash fish csh tcsh")
POWERSHELLS = frozenset(("powershell", "pwsh"))
COMMAND_PROMPTS = frozenset(("cmd",))
SHELLS = POSIX_SHELLS | POWERSHELLS | COMMAND_PROMPTS
OTHER_USER = frozenset(("su", "runuser", "script"))  # the last writes down what a command says


@dataclass(frozen=True, slots=True)
class Prefix:
    """How a prefix is written: its options that take a word, the operands before the command, whether `A=b` may stand there."""

    valued: frozenset[str] = frozenset()
    operands: int = 0
    assigns: bool = False


def _prefix(valued: str = "", operands: int = 0, *, assigns: bool = False) -> Prefix:
    return Prefix(frozenset(valued.split()), operands, assigns)


# Options as in sudo 1.9, doas 6.8, coreutils 9, util-linux 2.39, findutils 4.9, systemd 255, procps-ng 4, sshpass 1.10.
_PREFIXES: dict[str, Prefix] = {
    "sudo": _prefix(
        "-u -g -h -p -C -D -R -T -U -r -t --user --group --host --prompt --chdir --chroot --close-from --role --type"
        " --command-timeout --other-user",
        assigns=True,
    ),
    "doas": _prefix("-u -C"),
    "env": _prefix("-u -C --unset --chdir", assigns=True),
    "nohup": _prefix(),
    "setsid": _prefix(),
    "time": _prefix("-f -o --format --output"),
    "nice": _prefix("-n --adjustment"),
    "ionice": _prefix("-c -n --class --classdata"),
    "stdbuf": _prefix("-i -o -e --input --output --error"),
    "timeout": _prefix("-s -k --signal --kill-after", 1),
    "gtimeout": _prefix("-s -k --signal --kill-after", 1),
    "chrt": _prefix("-T -P -D", 1),
    "taskset": _prefix("", 1),
    "xargs": _prefix("-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-lines --max-procs --max-chars"),
    "watch": _prefix("-n --interval"),
    "strace": _prefix("-e -o -p -s -u -E -a -b -I -O -P -S -X"),
    "chroot": _prefix("", 1),
    "nsenter": _prefix("-t -S -G --target --setuid --setgid"),
    "unshare": _prefix("-S -G -R -w"),
    "systemd-run": _prefix("-p -u -M -H -E -d --unit --property --setenv --uid --gid --slice --machine --description"),
    "systemd-inhibit": _prefix(),
    "flock": _prefix("-w -E --timeout --wait --conflict-exit-code", 1),
    "caffeinate": _prefix("-t -w"),
    "unbuffer": _prefix(),
    "fakeroot": _prefix("-l -s -i -b"),
    "faketime": _prefix("", 1),
    "eatmydata": _prefix(),
    "busybox": _prefix(),
    "toybox": _prefix(),
    "gosu": _prefix("", 1),
    "su-exec": _prefix("", 1),
    "setpriv": _prefix(),
    "tini": _prefix("-e -p"),
    "dumb-init": _prefix("-r"),
    "winpty": _prefix(),
    "wsl": _prefix("-d -u --distribution --user --cd"),
    "torsocks": _prefix(),
    "proxychains": _prefix("-f"),
    "proxychains4": _prefix("-f"),
    "sshpass": _prefix("-p -f -d -P"),
    "cgexec": _prefix("-g"),
    "numactl": _prefix("-N -C -m -i -p"),
    "exec": _prefix("-a"),
    "command": _prefix(),
    "builtin": _prefix(),
}
_RESERVED = _set("if then else elif do while until ! { time")
_SSH_VALUED = _set("-B -b -c -D -E -e -F -I -i -J -L -l -m -O -o -P -p -Q -R -S -W -w")
_EXEC_VALUED = _set("-e -u -w --env --env-file --user --workdir --detach-keys -c --container -n --namespace")
_CONTAINERS = frozenset(
    ("docker", "podman", "nerdctl", "lxc", "kubectl", "oc", "docker-compose", "machinectl", "incus")
)


def program(word: str | None) -> str:
    """A program's name without its folder and `.exe`, in small letters; empty where data decides it."""
    if not word:
        return ""
    name = re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")
    return "" if "\0" in name else name


def start(words: Words, *, by_shell: bool) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Where the program that does the work stands, and the variables set before it."""
    at = 0
    variables: list[tuple[str, str]] = []
    assigns = by_shell
    while at < len(words):
        word = words[at]
        pair = assignment(word) if word and assigns else None
        known = _PREFIXES.get(program(word))
        if pair:
            variables.append(pair)
            at += 1
        elif by_shell and word in _RESERVED:
            at += 1
        elif known is None or at + 1 == len(words):
            break
        else:
            following = _after_options(words, at + 1, known.valued, variables if known.assigns else None)
            if following is None or following + known.operands >= len(words):
                break
            at = following + known.operands
            assigns = False
    return at, tuple(variables)


def _after_options(
    words: Words, at: int, valued: frozenset[str], variables: list[tuple[str, str]] | None = None
) -> int | None:
    """The first word after the options; None where it cannot be told."""
    while at < len(words):
        word = words[at]
        if word is None:
            return None
        pair = assignment(word) if variables is not None else None
        if pair and variables is not None:
            variables.append(pair)
            at += 1
        elif word == "--":
            return at + 1
        elif word.startswith("-") and word != "-":
            at += 2 if word in valued else 1
        else:
            return at
    return at


def script(words: Words) -> range:
    """Which words a shell reads as its own language, of words that begin with the program; empty for none.

    A shell that is given a script's file, or nothing, reads no word.
    """
    name = program(words[0]) if words else ""
    if name in POSIX_SHELLS:
        return _after_c(words)
    if name in COMMAND_PROMPTS:
        return _after_slash(words)
    if name in POWERSHELLS:
        return _after_command(words)
    if name in OTHER_USER:
        return _as_other_user(words)
    return range(0)


def _after_c(words: Words) -> range:
    """`sh -c TEXT`, `bash -euo pipefail -c TEXT`, `bash -lc TEXT`: the first word that is no option, once a c was seen."""
    at, seen = 1, False
    while at < len(words):
        word = words[at]
        if word == "--" and seen:
            return range(at + 1, min(at + 2, len(words)))
        if word is None or not word.startswith(("-", "+")) or word == "--":
            return range(at, at + 1) if seen else range(0)
        bundle = "" if word.startswith("--") else word[1:]
        seen = seen or (word.startswith("-") and "c" in bundle) or word == "--command"
        at += 2 if bundle.endswith(("o", "O")) or word in ("--rcfile", "--init-file") else 1
    return range(0)


def _after_slash(words: Words) -> range:
    """`cmd /c WORDS`: everything behind it."""
    for at, word in enumerate(words[1:], 1):
        if word is None or not word.startswith("/"):
            break
        if word[:2].lower() in ("/c", "/k", "/r"):
            return range(at if len(word) > 2 else at + 1, len(words))  # noqa: PLR2004 - `/cdir` holds the command itself
    return range(0)


_POWERSHELL_ENDS = _set("-f -fi -fil -file -e -ec -en -enc -enco -encod -encode -encoded -encodedcommand")
_POWERSHELL_VALUED = _set(
    "-executionpolicy -ep -ex -exec -version -windowstyle -w -inputformat -outputformat -configurationname -config"
    " -workingdirectory -wd -psconsolefile -settingsfile -custompipename"
)


_CMDLET = regex(r"[A-Z][a-z]+-[A-Z]\w+")


def _after_command(words: Words) -> range:
    """`powershell -Command WORDS` or `-c`, in any abbreviation. An encoded command has been built with care elsewhere.

    Windows PowerShell takes bare words as a command, too: those that are no script's name.
    """
    at = 1
    while at < len(words):
        word = words[at]
        if word is None:
            return range(0)
        low = f"-{word[1:]}".lower() if word.startswith("/") else word.lower()
        if len(low) > 1 and "-command".startswith(low):
            return range(at + 1, len(words))
        if not low.startswith("-"):
            bare = program(words[0]) == "powershell" and (" " in word or _CMDLET.match(word))
            return range(at, len(words)) if bare else range(0)
        if low in _POWERSHELL_ENDS:
            return range(0)
        at += 2 if low in _POWERSHELL_VALUED else 1
    return range(0)


def _as_other_user(words: Words) -> range:
    """`su - postgres -c TEXT`, wherever the option stands."""
    for at, word in enumerate(words[1:-1], 1):
        if word in ("-c", "--command", "--session-command", "-lc"):
            return range(at + 1, at + 2)
        if word == "--":
            break
    return range(0)


def elsewhere(words: Words) -> tuple[range, bool]:
    """Which words are a command for another host or container, and whether a shell over there reads them as one text."""
    name = program(words[0]) if words else ""
    if name in ("ssh", "autossh", "slogin"):
        host = _after_options(words, 1, _SSH_VALUED)
        first = host + 1 if host is not None else len(words)
        return range(first, len(words)), True
    if name in _CONTAINERS and "exec" in words:
        return _in_container(words), False
    return range(0), False


def inside(words: Words) -> tuple[range, bool]:
    """Which words a program starts here in its turn, and whether in a container: `find … -exec WORDS ;`, `ip netns exec NAME WORDS`.

    Of programs that are not known to start others, a shell with its script says enough, unless it is an option's value
    (`useradd -s /bin/bash -c …`).
    """
    name = program(words[0]) if words else ""
    if name == "find":
        return _after_exec(words), False
    if name == "ip" and "netns" in words and "exec" in words:
        return range(list(words).index("exec") + 2, len(words)), False
    for at, word in enumerate(words[1:], 1):
        before = words[at - 1] or ""
        if program(word) in POSIX_SHELLS and (before == "--" or not before.startswith("-")) and _after_c(words[at:]):
            return range(at, len(words)), name in _CONTAINERS
    return range(0), False


def _after_exec(words: Words) -> range:
    first = next((at for at, word in enumerate(words, 1) if word in ("-exec", "-execdir", "-ok", "-okdir")), len(words))
    last = next((at for at in range(first, len(words)) if words[at] in (";", "\\;", "+")), len(words))
    return range(first, last)


def _in_container(words: Words) -> range:
    if "--" in words:
        return range(list(words).index("--") + 1, len(words))
    target = _after_options(words, list(words).index("exec") + 1, _EXEC_VALUED)
    return range(target + 1, len(words)) if target is not None else range(0)
