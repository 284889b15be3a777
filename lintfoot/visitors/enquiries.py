"""Commands that only ask how things stand: `ping`, `pgrep`, `systemctl is-active`. Started again, they wait and try nothing."""

from __future__ import annotations

import libcst as cst

from lintfoot import commandlines
from lintfoot.commandlines import Command
from lintfoot.names import Names
from lintfoot.paths import within


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ASK = _set(
    "ping ping6 fping arping pgrep pidof ps grep egrep fgrep zgrep awk head tail wc cut sort test [ ls stat lsof ss netstat "
    "mountpoint findmnt lsblk getent id nc ncat nmap which type host dig nslookup pg_isready lsmod uptime who true : echo exit"
)
_NEUTRAL = _set("ssh sh bash dash ash zsh ksh cat tee sudo")  # what they start decides; they say nothing themselves
_ASKED = {  # the words that make a question of a program that can do more
    "systemctl": _set("is-active is-enabled is-failed is-system-running status show list-units"),
    "service": _set("status"),
    "rc-service": _set("status"),
    "initctl": _set("status"),
    "supervisorctl": _set("status"),
    "kubectl": _set("get describe cluster-info version"),
    "oc": _set("get describe status"),
    "docker": _set("inspect ps info version port top"),
    "podman": _set("inspect ps info version"),
    "virsh": _set("domstate dominfo list"),
    "lxc": _set("info list"),
    "zfs": _set("list get"),
    "zpool": _set("list status"),
    "rabbitmqctl": _set("status list_queues cluster_status"),
    "redis-cli": _set("ping info"),
    "mysqladmin": _set("ping status"),
    "nova": _set("show list"),
    "openstack": _set("show list"),
    "ip": _set("show"),
    "virtctl": _set("version"),
    "vagrant": _set("status"),
    "machinectl": _set("status show list"),
}
_VERSIONS = _set("--version -V -version version --help")


def only_asks(names: Names, loop: cst.While | cst.For) -> bool:
    """Whether every command that a loop starts only asks how things stand; not where nobody can tell what it starts."""
    found = [commandlines.commands(names, node) for node in (*within(loop.body),) if isinstance(node, cst.Call)]
    started = [command for line in found for command in line]
    return any(map(_asks, started)) and all(_asks(one) or one.program in _NEUTRAL for one in started)


def _asks(command: Command) -> bool:
    if command.redirects and any(one.startswith(">") and "/dev/null" not in one for one in command.redirects):
        return False
    rest = [word for word in command.words[1:] if word]
    asked = _ASKED.get(command.program)
    if asked is not None:
        return not asked.isdisjoint(rest)
    return command.program in _ASK or (bool(rest) and _VERSIONS.issuperset(rest))
