"""An audit as one JSON document, and back again exactly: for programs, for a later `--against`, for shards to be merged.

`schema_version` is raised when a key changes its meaning or goes away; new keys may come at any time. The document, version 1:

- `schema_version`: 1. `tool`: `name`, `version`. `date` (ISO, of the day), `seconds`.
- `repositories`, `first` and `compared`: the records of lintfoot/audit/records.py with their fields as keys, and the findings in them
  as in lintfoot/findings.py. A key that is left out has the default that stands there.
- `shard`: only where `--shard` parted the audit.

Findings hold no secret and no more of a script than the lines of their frame.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lintfoot.audit.records import Audit
from lintfoot.recordjson import made, plain
from lintfoot.reports.safety import in_json
from lintfoot.strictjson import Node, load

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_VERSION = 1
_TOOL = ("name", "version")
_LONG = ("findings", "silenced", "scripts", "unread", "notes")  # one item a line


def text(audit: Audit) -> str:
    """The document, in pure ASCII: the same bytes for the same audit, one finding a line."""
    record = plain(audit)
    members = {
        "schema_version": _dumped(SCHEMA_VERSION),
        "tool": _dumped({"name": "lintfoot", "version": record.pop("version")}),
        "repositories": _lines([_object(one, _LONG) for one in record.pop("repositories")]),
        **{key: _dumped(value) for key, value in record.items()},
    }
    body = ",\n".join(f'"{key}": {value}' for key, value in members.items())
    return in_json(f"{{\n{body}\n}}\n")


def _dumped(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _lines(items: list[str]) -> str:
    return "[\n" + ",\n".join(items) + "\n]" if items else "[]"


def _object(record: dict[str, Any], long: tuple[str, ...]) -> str:
    parts = [
        f"{json.dumps(key)}:{_lines([_dumped(one) for one in value]) if key in long else _dumped(value)}"
        for key, value in record.items()
    ]
    return "{" + ",".join(parts) + "}"


def read(file: Path, shown: str) -> Audit:
    """The audit that a file holds. Raises Problems, with file and place, for anything else."""
    return audit_of(Node(shown, load(file, shown)))


def audit_of(node: Node) -> Audit:
    """The audit that a document holds. Raises Problems."""
    members = dict(node.of(dict))
    version = node.get("schema_version")
    if version.number() != SCHEMA_VERSION:
        raise version.wrong(f"must be {SCHEMA_VERSION}: this was written by another lintfoot")
    tool = node.get("tool")
    if set(tool.of(dict)) != set(_TOOL) or tool.get("name").text() != "lintfoot":
        raise tool.wrong("must be lintfoot's")
    for key in ("schema_version", "tool"):
        del members[key]
    if "version" in members:
        raise node.get("version").wrong("no audit has this key")
    audit: Audit = made(Audit, Node(node.file, {**members, "version": tool.get("version").text()}))
    names = [one.name for one in audit.repositories]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise node.get("repositories").items()[number].wrong("has the name of another repository")
    return audit
