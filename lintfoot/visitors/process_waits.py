"""LF104: processes that are waited for as long as they please."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from lintfoot import calls, commandlines, facets, prefixes, runners
from lintfoot.calls import Target
from lintfoot.commandlines import Command
from lintfoot.gates.gate import Gate
from lintfoot.gates.running import PROCESS_WAITS
from lintfoot.libraries import Derived
from lintfoot.scopes import dotted, last_word
from lintfoot.values import Instance
from lintfoot.visitors.base import Note, Visitor

(CODE,) = PROCESS_WAITS.codes
_PROCESSES = (
    "subprocess.Popen.",
    "asyncio.subprocess.Process.",
    "anyio.abc.Process.",
    "trio.Process.",
)
_LIMITS = frozenset("wait_for timeout timeout_at fail_after fail_at move_on_after move_on_at asyncio_timeout".split())
_ALARMS = frozenset(("signal.alarm", "signal.setitimer"))
_BY_HAND = frozenset(  # a person sits before them and ends them
    "vi vim nvim nano emacs ed pico less more most man top htop btop atop watch tmux screen passwd visudo crontab su login fzf dialog "
    "whiptail session-manager-plugin gdb pdb ipython sensible-editor sensible-pager xdg-open".split()
)
_PERSONS = frozenset("editor pager shell visual browser".split())


class ProcessWaits(Visitor):
    """Looks at calls that come back when a process has ended."""

    gate: ClassVar[Gate] = PROCESS_WAITS

    def visit_Call(self, node: cst.Call) -> None:
        """Ask what a call waits for, and for how long."""
        for target in calls.targets(self.names, node):
            if not self._waits(target):
                continue
            told = facets.meaning(self.names, node, target, "timeout")
            if told is None or not told.certain(("forever",)) or self._is_limited(node, target):
                continue
            self._say(node, target)
            return

    def _waits(self, target: Target) -> bool:
        role = target.function.role
        if isinstance(target.function, Derived):
            return False  # a wrapper waits inside: there it is told
        if "wait" in role:
            return target.name.startswith(_PROCESSES)
        return not {"process", "command"}.isdisjoint(role) and not {"connect", "request"} & set(role)

    # limits that stand elsewhere

    def _is_limited(self, node: cst.Call, target: Target) -> bool:
        parent = self.names.index.parent.get(id(node))
        if target.name.startswith(("asyncio.", "trio.", "anyio.")) and not isinstance(parent, cst.Await):
            return True  # handed on as a coroutine: to wait_for, to gather
        return self._round_about(node) or self._by_program(node, target) or self._killed(node) or self._has_alarm(node)

    def _round_about(self, node: cst.Call) -> bool:
        """`await asyncio.wait_for(process.wait(), 60)`, `async with asyncio.timeout(60):`."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef):
                return False
            if isinstance(above, cst.Call) and last_word(above.func) in _LIMITS:
                return True
            items = above.items if isinstance(above, cst.With) else ()
            if any(isinstance(item.item, cst.Call) and last_word(item.item.func) in _LIMITS for item in items):
                return True
        return False

    def _by_program(self, node: cst.Call, target: Target) -> bool:
        """`timeout 60 command`, or a program that a person sits before."""
        call = node
        if (
            isinstance(target.receiver, Instance)
            and target.receiver.call is not None
            and "wait" in target.function.role
        ):
            call = target.receiver.call
        found = commandlines.commands(self.names, call)
        return any(self._limits(command) for command in found) or any(
            self._is_person(one) for one in self._programs(call)
        )

    def _limits(self, command: Command) -> bool:
        before = {prefixes.program(word.text) for word in command.before}
        words = command.words
        if before & {"timeout", "gtimeout"} or command.program in _BY_HAND:
            return True
        on_terminal = command.program in ("docker", "podman", "kubectl", "oc") and {"-it", "-ti", "--tty"} & set(words)
        return bool(on_terminal) or (command.program in ("bash", "sh", "zsh", "python", "python3") and len(words) == 1)

    def _programs(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        for run in runners.runs(self.names, call):
            node = run.command.node
            if isinstance(node, cst.List | cst.Tuple) and node.elements:
                yield node.elements[0].value
            elif node is not None:
                yield node

    def _is_person(self, node: cst.BaseExpression) -> bool:
        """`[editor, path]`, `[os.environ.get("EDITOR", "vi"), path]`: somebody edits."""
        texts = [last_word(node).lower()]
        if isinstance(node, cst.Call):
            texts += [str(self.names.constant(arg.value)).lower() for arg in node.args[:1]]
        return any(text in _PERSONS for text in texts)

    def _killed(self, node: cst.Call) -> bool:
        """`process.kill()` or `process.communicate()` just before: what is dead is only collected."""
        owner = dotted(node.func.value) if isinstance(node.func, cst.Attribute) else ""
        here = self.names.index.function_of(node)
        order = self.names.index.order
        return bool(owner) and any(
            isinstance(call.func, cst.Attribute)
            and dotted(call.func.value) == owner
            and self.names.index.function_of(call) is here
            and order[id(call)] < order[id(node)]
            for name in ("kill", *(("communicate",) if last_word(node.func) == "wait" else ()))
            for call in self.names.calls_of(name)
        )

    def _has_alarm(self, node: cst.Call) -> bool:
        here = self.names.index.function_of(node)
        return any(
            self.names.index.function_of(call) is here and _ALARMS & set(self.names.names_of(call.func))
            for name in ("alarm", "setitimer")
            for call in self.names.calls_of(name)
        )

    # speaking

    def _say(self, node: cst.Call, target: Target) -> None:
        receiver = target.receiver.call if isinstance(target.receiver, Instance) else None
        waits = "wait" in target.function.role
        self.report(
            CODE,
            node,
            f"`{self.written(node.func, 50)}` waits for the process for ever: no timeout",
            label="hangs as long as the process does",
            help=self._help(node, target),
            related=(Note(receiver, "the process is started here"),) if receiver is not None and waits else (),
        )

    def _help(self, node: cst.Call, target: Target) -> str:
        if target.function.instead:
            return target.function.instead.replace("check=True)", "check=True, timeout=600)")
        inner = ", ".join(self.written(arg.value, 30) if arg.keyword is None else "…" for arg in node.args[:1])
        return f"{self.written(node.func, 50)}({inner}{', ' if inner else ''}timeout=600)"
