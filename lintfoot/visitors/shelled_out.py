"""LF105: programs that are started for what Python does natively."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import libcst as cst

from lintfoot import commandlines, prefixes, runner_names, runners
from lintfoot.commandlines import Command
from lintfoot.gates.gate import Gate
from lintfoot.gates.running import SHELLED_OUT
from lintfoot.libraries import Derived
from lintfoot.regexes import regex
from lintfoot.runners import Run
from lintfoot.values import Function
from lintfoot.visitors.base import Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.native_options import called, shown
from lintfoot.visitors.natives import NATIVES, NEUTRAL, TEXT, find

(CODE,) = SHELLED_OUT.codes
_NAME = regex(r"(?:Path\(.*?\)\.(\w+)|((?!int|sum|any|sorted|Path\b)[a-z][\w.]*))\(")
_HARMLESS = frozenset(
    "env time timeout gtimeout nohup command exec stdbuf".split()
)  # prefixes that change no rights and no place
_SHELLS = frozenset("sh bash dash ash zsh ksh".split())


class ShelledOut(Visitor):
    """Reads each command line whole: one program that Python has no answer for, and the line stays as it is."""

    gate: ClassVar[Gate] = SHELLED_OUT

    def visit_Call(self, node: cst.Call) -> None:
        """What the call starts here, on this host, with the script's own rights."""
        for run in runners.runs(self.names, node):
            if run.how == "name" or "command" in run.roles or self._runs_elsewhere(node, run):
                continue
            line = [one for one in commandlines.started(self.names, node, run) if one.parts]
            found = self._native(line, run)
            if found is not None:
                self._say(node, *found)
                return

    def _runs_elsewhere(self, node: cst.Call, run: Run) -> bool:
        """A wrapper of this file, or of another, that hands its commands to another host or to a container."""
        if run.how == "model":
            return isinstance(run.target.function, Derived) and _is_far(node) if run.target is not None else False
        inner = [
            call
            for value in self.names.values(node.func)
            if isinstance(value, Function)
            for call in below(value.node.body)
            if isinstance(call, cst.Call)
        ]
        roles = {role for call in inner for one in runners.runs(self.names, call) for role in one.roles}
        return "command" in roles or _is_far(node) or any(map(_is_far, inner))

    def _native(self, line: Sequence[Command], run: Run) -> tuple[Command, str] | None:
        """The first program of a line with what to write instead, if Python has an answer for all of it."""
        del run
        inner = [one for one in line if one.program not in _SHELLS or not one.script]
        if not inner or any(one.remote for one in line) or any(self._has_rights(one) for one in line):
            return None
        told: list[tuple[Command, str]] = []
        for place, command in enumerate(inner):
            code = self._replaced(command)
            if code:
                told.append((command, code))
            elif command.program in NEUTRAL:
                continue
            elif not self._feeds_text(inner, place):
                return None
        return told[0] if told else None

    def _feeds_text(self, line: Sequence[Command], place: int) -> bool:
        """Whether an unknown program only writes what text tools read: `ps aux | grep nginx` needs `ps` alone."""
        following = line[place + 1 :]
        return (
            not line[place].piped
            and bool(following)
            and all(one.piped and one.program in TEXT for one in following)
            and bool(line[place].program)
        )

    def _has_rights(self, command: Command) -> bool:
        before = {prefixes.program(word.text) for word in command.before} - {""}
        return any(name in _PREFIXES and name not in _HARMLESS for name in before) or command.program in _PREFIXES

    def _replaced(self, command: Command) -> str:
        """What to write instead; empty where Python does not do it, or the options are not known."""
        if command.program == "find":
            root = shown(command.parts[1], self.written) if len(command.parts) > 1 else '"."'
            return find(command.words, root)
        native = NATIVES.get(command.program)
        if native is None or any(word is None for word in command.words):
            return ""
        words = command.parts[1:]
        if (
            command.program == "tar"
            and words
            and words[0].text
            and words[0].text.isalpha()
            and not words[0].text.startswith("-")
        ):
            words = (type(words[0])(f"-{words[0].text}", (), words[0].node), *words[1:])  # `tar xf`: the old spelling
        found = called(words, native.valued, self.written)
        if found is None or not found.options <= native.covered:
            return ""
        code = native.replaced(found)
        if command.program in ("echo", "printf", "cat") and command.redirects:
            target = next((one.lstrip(">|&012") for one in command.redirects if ">" in one and "&" not in one), "")
            return (
                f'Path("{target}").write_text(text)' if target and "\0" not in target else "Path(path).write_text(text)"
            )
        return code

    def _say(self, node: cst.Call, command: Command, code: str) -> None:
        words = [word if word and "\0" not in word else "…" for word in command.words[:4]]
        line = " ".join(words).replace("{", "(").replace("}", ")").replace("`", "'")[:50]
        found = _NAME.match(code)
        native = (found[2] or f"Path.{found[1]}") if found else ""
        self.report(
            CODE,
            node,
            f"`{line}` is what `{native}` does" if native else f"`{line}` is what Python does by itself",
            label="another program for what Python does",
            help=code,
        )


def _is_far(call: cst.Call) -> bool:
    """Whether a call's own name says that it runs something elsewhere: `runremote`, `ssh_exec`, `_exec_run`."""
    return runner_names.elsewhere(call) or bool(_FAR.search(runner_names.called(call).lower()))


_FAR = regex(r"remote|ssh|winrm|container|docker|kube|lxc|guest|exec_run|exec_create|exec_command|vm_")
_PREFIXES = frozenset(
    "sudo doas su runuser su-exec gosu setpriv chroot nsenter unshare systemd-run flock nice ionice chrt taskset xargs watch strace "
    "systemd-inhibit fakeroot faketime cgexec numactl wsl sshpass ssh machinectl busybox".split()
)
