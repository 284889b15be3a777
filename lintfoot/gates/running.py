"""Gates of the visitors on commands and processes."""

from __future__ import annotations

from collections.abc import Mapping

from lintfoot.book import Rule
from lintfoot.gates.gate import Gate, Lines
from lintfoot.libraries import Models
from lintfoot.sight import Sight

# Programs that write JSON if nobody has set them up otherwise.
JSON_SPEAKERS = tuple("consul etcdctl vault rabbitmqadmin ceph terraform ansible-inventory lxc incus".split())


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
    """Calls that may start a process of which a status, a line or words that were cut up are told."""
    from lintfoot.gates.outcome_lines import outcome_lines

    return outcome_lines(sight)


def _json_by_text(sight: Sight) -> Lines:
    """Commands that take text apart, and searches with regular expressions."""
    from lintfoot.gates.json_lines import json_lines

    return json_lines(sight)


COMMAND_LINES = Gate("commandlines:CommandLines", made=_programs, places=_worded, slices=True)
SHELLS = Gate(
    "processes:Shells",
    codes=("LF101",),
    words=(
        *("shell", "system", "popen", "getoutput", "getstatusoutput", "sh'", 'sh"', "sh.exe", "cmd.exe", "'cmd'"),
        *('"cmd"', "comspec", "'su'", '"su"', "runuser", "invoke", "fabric"),
    ),
    places=_shelled,
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
    words=(
        *("json", "http", "api", "curl", "wget", "inspect", "-j", "aws", "az ", "'az'", '"az"', *JSON_SPEAKERS),
        *(
            "_cluster/",
            "_node",
            "_cat/",
            "actuator/",
            "/repos/",
            *(f"/v{number}/" for number in range(1, 10)),
        ),  # in URLs
    ),
    places=_json_by_text,
    slices=True,
)
