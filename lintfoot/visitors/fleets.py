"""Loops over hosts that set their state by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot.commandlines import Command, commands, spelled
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import FLEETS
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Function
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.below import LATER, below
from lintfoot.visitors.effects import sets_state

(BY_HAND,) = FLEETS.codes
_HOSTS = frozenset(
    "host hosts hostname hostnames server servers node nodes machine machines vm vms ip ips address addresses fqdn fqdns "
    "device devices router routers switch switches minion minions box boxes droplet droplets instance instances target targets "
    "member members worker workers master masters webserver webservers inventory fleet peer peers connection connections conn".split()
)
# What belongs to hosts and is none: `minion_keys`, `server_packages`.
_THINGS = frozenset(
    "key keys var vars fact facts config configs option options package packages service services command commands file files "
    "result results error errors data params port ports user users task tasks line lines path paths".split()
)
_WORDS = regex(r"[a-z]+")
_COPIES = frozenset({"scp", "rsync", "ssh-copy-id", "sftp"})
# Methods of remote sessions that change something by what they are: files put there, configuration sent to a device.
_SETTERS = frozenset(
    "send_config_set send_config_from_file send_configs commit_config load_merge_candidate load_replace_candidate "
    "edit_config put_file".split()
)
_PUTS = frozenset({"put", "putfo", "upload"})
_REMOTE = regex(r"sftp|scp|ssh|conn|connection|fabric|client|remote|^c$|host")
_SHELLS = frozenset({"ssh", "slogin", "sshpass", "plink", "rsh"})
_DEEPEST = 3
Loop = cst.For | cst.CompFor


class Fleets(Visitor):
    """LF904."""

    gate: ClassVar[Gate] = FLEETS

    def visit_For(self, node: cst.For) -> None:
        """`for host in hosts:`, with what its body does there."""
        if self._over_hosts(node):
            self._judge(node, node.body)

    def visit_ListComp(self, node: cst.ListComp) -> None:
        """`[deploy(host) for host in hosts]`."""
        if self._over_hosts(node.for_in):
            self._judge(node, node.elt)

    def _over_hosts(self, loop: Loop) -> bool:
        named = [one for one in below(loop.target) if isinstance(one, cst.Name)]
        named += [one for one in below(loop.iter) if isinstance(one, cst.Name)]
        texts = [self.names.constant(one) for one in below(loop.iter) if isinstance(one, cst.SimpleString)]
        found = [_words(one.value) for one in named]
        found += [_words(text) for text in texts if isinstance(text, str)]
        of_hosts = [words for words in found if not _HOSTS.isdisjoint(words)]
        return bool(of_hosts) and not any(words[-1] in _THINGS for words in of_hosts)

    def _judge(self, loop: cst.For | cst.ListComp, body: cst.CSTNode) -> None:
        found = next(self._setting(body, 0), None)
        if found is None:
            return
        call, shown = found
        over = loop.iter if isinstance(loop, cst.For) else loop.for_in.iter
        self.report(
            BY_HAND,
            loop,
            f"a loop over `{self.written(over, 40)}` sets state by hand: `{shown}`",
            label="one host after the other, until one fails",
            help="a play of Ansible, a state of Salt or a playbook of the like: it can be run again, checked first, and taken up half-way",
            related=(Note(call, "this changes the host"),),
        )

    def _setting(self, body: cst.CSTNode, depth: int) -> Iterator[tuple[cst.Call, str]]:
        """The calls that change a host, here and in the functions of this file that are called from here."""
        for node in below(body, LATER):
            if not isinstance(node, cst.Call):
                continue
            shown = self._shown(node)
            if shown:
                yield node, shown
            elif depth < _DEEPEST:
                for value in self.names.values(node.func):
                    if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
                        yield from ((node, inner) for _, inner in self._setting(value.node.body, depth + 1))

    def _over_helper(self, node: cst.Call) -> str:
        """`ssh(host, "systemctl restart nginx")`, where this file's `ssh` hands the text to another host."""
        texts = [arg.value for arg in node.args if arg.star == ""]
        for value in self.names.values(node.func):
            if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef) and self._is_remote(value.node):
                for text in texts:
                    for command in spelled(self.names, text, self.names.values(text), by_shell=True, remote=True):
                        if sets_state(command):
                            return _words_of(command)
        return ""

    def _is_remote(self, function: cst.FunctionDef) -> bool:
        return any(
            isinstance(one, cst.Call)
            and (
                last_word(one.func) == "exec_command"
                or any(command.remote or command.program in _SHELLS for command in commands(self.names, one))
            )
            for one in below(function.body, LATER)
        )

    def _shown(self, node: cst.Call) -> str:
        """What a call does to another host, in a few words; empty where it only asks, or stays here."""
        word = last_word(node.func)
        if isinstance(node.func, cst.Attribute):
            if word in _SETTERS:
                return word
            if word in _PUTS and _REMOTE.search(last_word(_receiver(node.func)).lower()):
                return word
        for command in commands(self.names, node):
            if sets_state(command) and (command.remote or (command.program in _COPIES and _leaves(command))):
                return _words_of(command)
        return self._over_helper(node)


def _words_of(command: Command) -> str:
    return " ".join(text.replace("\0", "…") for text in command.words[:4] if text is not None)[:40]


def _receiver(node: cst.Attribute) -> cst.BaseExpression:
    return node.value.func if isinstance(node.value, cst.Call) else node.value


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _leaves(command: Command) -> bool:
    """`scp app.conf web1:/etc/`: the last word names another host; what is fetched from there changes nothing there."""
    last = command.words[-1] if command.words else None
    return last is not None and (":" in last or command.program == "ssh-copy-id")
