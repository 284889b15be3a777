"""Names that say what a function does: whether it runs commands, here or on another host, or only stands for one in a test.

A name is judged by its words, never by a part of one.
"""

from __future__ import annotations

import libcst as cst

from lintfoot.runner_words import words
from lintfoot.scopes import last_word

_ELSEWHERE = frozenset(
    (
        "ssh remote remotely container containers pod pods docker sandbox dag kubectl kube k8s vm guest paramiko winrm telnet"
    ).split()
)
_REMOTE_CALLS = frozenset({"exec_run", "exec_create", "exec_command", "with_exec"})


def called(call: cst.Call) -> str:
    """The last name of what is called, as written: also `modules["cmd.run"](…)`."""
    name = last_word(call.func)
    if name:
        return name
    match call.func:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
            text = key.evaluated_value
            return text if isinstance(text, str) else ""
        case _:
            return ""


def receivers(call: cst.Call) -> list[str]:
    """The words of all that a call is reached through: `self.ssh_client().run` gives self, ssh, client."""
    found: list[str] = []
    node: cst.CSTNode = call.func.value if isinstance(call.func, cst.Attribute) else call
    while isinstance(node, cst.Attribute | cst.Call) and node is not call:
        if isinstance(node, cst.Attribute):
            found += words(node.attr.value)
            node = node.value
        else:
            node = node.func
    return found + (words(node.value) if isinstance(node, cst.Name) else [])


def elsewhere(call: cst.Call) -> bool:
    """Whether the call's own words say that the command runs on another host or in a container."""
    name = called(call)
    return name in _REMOTE_CALLS or not _ELSEWHERE.isdisjoint([*words(name), *receivers(call)])
