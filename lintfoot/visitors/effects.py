"""What command lines do to a system: those that change it, and those that take something away for good."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lintfoot.commandlines import Command
from lintfoot.regexes import regex

_SETS = frozenset(
    "rm mv cp install ln mkdir rmdir chmod chown chgrp tee dd truncate useradd usermod userdel groupadd groupmod groupdel adduser "
    "deluser chpasswd passwd scp sftp rsync patch reboot shutdown halt poweroff mount umount swapoff swapon setenforce setsebool "
    "restorecon update-alternatives dpkg-reconfigure kill pkill killall modprobe rmmod unzip ssh-copy-id visudo chattr setfacl "
    "update-grub grub2-mkconfig a2ensite a2dissite a2enmod lvcreate lvextend lvremove vgcreate mkswap fallocate make "
    "update-ca-certificates update-ca-trust locale-gen growpart resize2fs xfs_growfs wipefs shred hwclock ntpdate".split()
)
_PACKAGES = "install remove purge upgrade update dist-upgrade full-upgrade autoremove reinstall erase downgrade localinstall refresh"
_SETS_BY_WORD: dict[str, frozenset[str]] = {
    **dict.fromkeys(("apt", "apt-get", "aptitude", "yum", "dnf", "zypper", "microdnf", "snap", "brew"), frozenset(_PACKAGES.split())),
    "apk": frozenset({"add", "del", "upgrade", "update"}),
    **dict.fromkeys(("pip", "pip3", "pipx", "npm", "gem", "uv"), frozenset({"install", "uninstall", "upgrade", "update"})),
    "systemctl": frozenset("start stop restart reload enable disable mask unmask daemon-reload isolate kill set-default".split()),
    "service": frozenset("start stop restart reload force-reload".split()),
    "rc-service": frozenset("start stop restart reload".split()),
    "supervisorctl": frozenset("start stop restart update reload reread".split()),
    "git": frozenset("clone pull checkout reset push merge fetch clean".split()),
    **dict.fromkeys(("docker", "podman"), frozenset("run pull rm rmi stop start restart kill up down build prune load push".split())),
    "docker-compose": frozenset("up down pull restart stop start rm build".split()),
    **dict.fromkeys(("kubectl", "oc"), frozenset("apply create delete patch replace scale rollout drain cordon uncordon taint".split())),
    "helm": frozenset("install upgrade uninstall delete rollback".split()),
    **dict.fromkeys(("terraform", "tofu"), frozenset({"apply", "destroy", "import"})),
    "hostnamectl": frozenset({"set-hostname"}),
    "timedatectl": frozenset({"set-timezone", "set-ntp", "set-time"}),
    "ufw": frozenset({"allow", "deny", "enable", "disable", "delete", "reload"}),
    "nmcli": frozenset({"add", "modify", "mod", "up", "down", "delete", "reload"}),
    "ip": frozenset({"add", "del", "set", "replace", "flush", "change"}),
    "certbot": frozenset({"renew", "certonly", "delete", "install"}),
    "zfs": frozenset({"create", "destroy", "set", "rollback", "rename", "snapshot"}),
    "virsh": frozenset({"start", "shutdown", "destroy", "define", "undefine", "reboot"}),
    "apt-key": frozenset({"add", "del"}),
    "update-rc.d": frozenset({"enable", "disable", "defaults", "remove"}),
}  # fmt: skip
_SETS_BY_OPTION: dict[str, re.Pattern[str]] = {
    "sed": regex(r"-[nEr]*i.*|--in-place.*"),
    "perl": regex(r"-p?i.*|-pi.*"),
    "sysctl": regex(r"-w|-p|--write|--load|--system|[\w.]+=.*"),
    "tar": regex(r"-?[a-zA-Z]*x[a-zA-Z]*f?|--extract"),
    "rpm": regex(r"-[UiFe]\w*|--install|--upgrade|--erase"),
    "dpkg": regex(r"-[irP]|--install|--remove|--purge|--configure"),
    "iptables": regex(r"-[ADIRFXP]|--append|--delete|--insert|--flush"),
    "firewall-cmd": regex(r"--(add|remove|permanent|reload).*"),
    "curl": regex(r"-[a-zA-Z]*[oO]|--output|--remote-name|-XPOST|POST|PUT|DELETE"),
    "wget": regex(r"(?!--spider|-O-|-qO-).*"),
    "crontab": regex(r"(?!-l|-u).*"),
    "pacman": regex(r"-[SRU]\w*"),
    "parted": regex(r"mk\w+|rm|resizepart"),
    "date": regex(r"-s|--set.*"),
}

_ENDS_BY_WORD: dict[str, frozenset[str]] = {
    **dict.fromkeys(("kubectl", "oc"), frozenset({"delete", "drain"})),
    **dict.fromkeys(("docker", "podman"), frozenset({"rm", "rmi", "prune", "kill"})),
    **dict.fromkeys(("terraform", "tofu"), frozenset({"destroy"})),
    "helm": frozenset({"uninstall", "delete"}),
    "zfs": frozenset({"destroy", "rollback"}),
    "zpool": frozenset({"destroy"}),
    "btrfs": frozenset({"delete"}),
    "virsh": frozenset({"destroy", "undefine"}),
    "gsutil": frozenset({"rm", "rb"}),
    "rclone": frozenset({"delete", "purge", "sync", "deletefile"}),
    "openstack": frozenset({"delete"}),
    "vagrant": frozenset({"destroy"}),
    "qm": frozenset({"destroy"}),
    "pct": frozenset({"destroy"}),
    "redis-cli": frozenset({"flushall", "flushdb", "FLUSHALL", "FLUSHDB"}),
    **dict.fromkeys(("apt", "apt-get", "yum", "dnf"), frozenset({"remove", "purge", "erase", "autoremove"})),
}  # fmt: skip
_ENDS = frozenset(
    "userdel groupdel lvremove vgremove pvremove wipefs shred dropdb dropuser mkfs.ext4 mkfs.xfs mkfs rmvirtualenv blkdiscard".split()
)
_ENDS_CLOUD = regex(r"(delete|terminate|deregister|purge|remove|destroy)(-[a-z-]+)?|rb|rm")
_CLOUDS = frozenset({"aws", "gcloud", "az", "doctl", "hcloud", "linode-cli", "ibmcloud", "oci", "heroku"})
_REHEARSED = ("--dry-run", "--dryrun", "-n", "--check", "--noop", "--just-print")


def _texts(command: Command) -> list[str]:
    return [word for word in command.words[1:] if word is not None]


def sets_state(command: Command) -> bool:
    """Whether a command line changes the system that it runs on; a question (`df`, `systemctl status`) does not."""
    program, words = command.program, _texts(command)
    if any(sign.startswith(">") and not sign.endswith(("/dev/null", "&1", "&2")) for sign in command.redirects):
        return True
    if program in _SETS or program.startswith("mkfs"):
        return True
    if program in _SETS_BY_WORD and not _SETS_BY_WORD[program].isdisjoint(words):
        return True
    pattern = _SETS_BY_OPTION.get(program)
    return pattern is not None and any(pattern.fullmatch(word) for word in words)


def ends(command: Command) -> bool:
    """Whether a command line deletes, terminates or overwrites something for good."""
    program, words = command.program, _texts(command)
    if any(word.startswith(_REHEARSED[:2]) for word in words):
        return False
    if program in _ENDS or program.startswith("mkfs."):
        return True
    if program == "rm":
        return _recursive(words) or any("*" in word for word in words)
    if program in _CLOUDS:
        return any(_ENDS_CLOUD.fullmatch(word) for word in words)
    if program in ("rsync", "find", "dd", "git"):
        return _by_option(program, words)
    return not _ENDS_BY_WORD.get(program, frozenset[str]()).isdisjoint(words)


def _recursive(words: Sequence[str]) -> bool:
    return any(re.fullmatch(r"-[a-zA-Z]*[rR][a-zA-Z]*|--recursive", word) for word in words)


def _by_option(program: str, words: Sequence[str]) -> bool:
    match program:
        case "rsync":
            return any(word.startswith("--delete") for word in words)
        case "find":
            return "-delete" in words
        case "dd":
            return any(word.startswith("of=/dev/") for word in words)
        case _:
            return ("push" in words and any(word in words for word in ("--force", "-f", "--delete", "--mirror"))) or (
                "clean" in words and any(re.fullmatch(r"-[a-z]*f[a-z]*", word) for word in words)
            )
