"""Statements that may tell SSH to take any host's key."""

from __future__ import annotations

import ast
from typing import Any

from lintfoot.census import Census, last
from lintfoot.gates.gate import Lines
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

OPTION = "stricthostkeychecking"
SWITCH = "host_key_checking"  # of Ansible
ASKED = "missing_host_key"
SETS_POLICY = "set_missing_host_key_policy"
# As netmiko, scrapli, ncclient and what is built on them call it.
SWITCHES = frozenset({"ssh_strict", "auth_strict_key", "hostkey_verify"})
NO = frozenset({"no", "off", "false"})


def told(sight: Sight) -> Lines:
    """Statements with a string that holds the switch, with a keyword or a key that is one, or with a policy."""
    census = sight.census
    if census is None:
        return None
    found = {one.line for one, node in census.all(ast.Constant) if _speaks(node.value)}
    for one, node in census.all(ast.keyword):
        name = node.arg or ""
        if (name in SWITCHES or name.casefold() == OPTION or "polic" in name) and _may_be_no(node.value):
            found.add(one.line)
    found.update(one.line for one, node in census.all(ast.Call) if last(node.func) == SETS_POLICY)
    return found | _by_key(census) if _named_elsewhere(sight, census) else found


def _speaks(value: Any) -> bool:
    """Whether a constant holds the switch: as text, or as bytes."""
    if value.__class__ is bytes:
        value = value.decode("latin-1")
    if value.__class__ is not str:
        return False
    low = value.casefold()
    return OPTION in low or SWITCH in low


def _may_be_no(node: ast.expr) -> bool:
    """Whether a value is not plainly another one than those that switch off."""
    if not isinstance(node, ast.Constant):
        return True
    return node.value is False or (isinstance(node.value, str) and node.value.casefold() in NO)


def _named_elsewhere(sight: Sight, census: Census) -> bool:
    """Whether something may stand for the option's name: a string that is it, here or in a file that this one imports from."""
    if any(isinstance(node.value, str) and node.value.casefold() == OPTION for _, node in census.all(ast.Constant)):
        return True
    return bool(sight.telling(Wanted(leads=_is_option, says=_is_option)).names)


def _is_option(text: str) -> bool:
    return text.casefold() == OPTION


def _by_key(census: Census) -> set[int]:
    """Dicts and subscripts that something is put into under a key that is no literal, where that may switch off."""
    found = set()
    for one, node in census.all(ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and not isinstance(key, ast.Constant) and _may_be_no(value):
                found.add(one.line)
    for one, assigned in census.all(ast.Assign):
        if _may_be_no(assigned.value) and any(map(_is_keyed, assigned.targets)):
            found.add(one.line)
    return found


def _is_keyed(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant)
