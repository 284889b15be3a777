"""Names that say what a function does: whether it runs commands, here or on another host, or only stands for one in a test.

A name is judged by its words, never by a part of one.
"""

from __future__ import annotations

import re

import libcst as cst


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")
_VERBS = _set(
    "run runs running exec execs execute executes call calls popen spawn system launch invoke sudo bash sh getoutput"
    " getstatusoutput syscall subprocess"
)
_NOUNS = _set("cmd command commands shell process proc output terminal")
_GLUED = re.compile(
    r"(?:re)?(?:run|exec|execute|do|call|sys|os|my|shell|sub|bash)+(?:cmds?|commands?|shell|process|proc|prog|call|exec|run|it)"
)
_MAKERS = _set(
    "make build create format parse quote log print set add register has is find split join wrap expand show list help"
    " validate check get to from open start read select on in init new with enter leave exit stop"
)
_WORKERS = _set("output outputs process subprocess proc")
_OTHERS = _set("assert asserts mock mocked mocker fake stub dummy expect expected called patch")
_ELSEWHERE = _set(
    "ssh remote remotely container containers pod pods docker sandbox dag kubectl kube k8s vm guest paramiko winrm telnet"
)
_REMOTE_CALLS = frozenset({"exec_run", "exec_create", "exec_command", "with_exec"})


def words(name: str) -> list[str]:
    """The words of a name, in small letters: `runCmd2_now` is run, cmd, now."""
    return [word.lower() for word in _WORD.findall(name)]


def says_it_runs_commands(name: str) -> bool:
    """Whether a function's name alone says that it runs commands."""
    found = words(name)
    if not found or not _OTHERS.isdisjoint(found):
        return False
    if name.lstrip("_")[0].isupper() and found[-1] not in _VERBS | _NOUNS:
        return False  # a class is what its last word says: a CommandEvent is an event
    if not _VERBS.isdisjoint(found) or any(_GLUED.fullmatch(word) for word in found):
        return True
    if _NOUNS.isdisjoint(found):
        return False
    return _MAKERS.isdisjoint(found) or (not _WORKERS.isdisjoint(found) and len(found) > 1)


def called(call: cst.Call) -> str:
    """The last name of what is called, as written: also `modules["cmd.run"](…)`."""
    match call.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
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


def stands_in(found: list[str]) -> bool:
    """Whether words speak of a test's double, or of what it was called with."""
    return not _OTHERS.isdisjoint(found)


def elsewhere(call: cst.Call) -> bool:
    """Whether the call's own words say that the command runs on another host or in a container."""
    name = called(call)
    return name in _REMOTE_CALLS or not _ELSEWHERE.isdisjoint([*words(name), *receivers(call)])
