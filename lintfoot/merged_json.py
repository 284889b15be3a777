"""The JSON reports of all shards as the report of the whole run: the same bytes as without shards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lintfoot import heirs, known
from lintfoot.findings import Note
from lintfoot.merging import Merged, Part, severity_rank, shared, sums
from lintfoot.reports import json as report
from lintfoot.strictjson import Node

_KEYS = ("schema_version", "tool", "summary", "findings", "silenced", "notes", "bugs")
_COUNTS = ("scanned", "skipped", "failed", "findings", "suppressed", "baselined")


def merged(parts: Sequence[Part]) -> Merged:
    """Put the documents together. Raises Problems for what is no such document."""
    for part in parts:
        _judge(part.document)
    share = shared(parts)
    renamed, stale = heirs.inherited(share)
    findings = sorted((one for part in parts for one in part.document.get("findings").items()), key=_place)
    kept, left = [], renamed.copy()
    for one in findings:
        mark = one.get("fingerprint").text()
        if left[mark] > 0:
            left[mark] -= 1
        else:
            kept.append(one)
    heard = left.total()  # known, and in what did not change besides
    stale, unchanged = stale + share.stale, share.unchanged - heard
    summary = {name: sums([part.document.get("summary").get(name) for part in parts]) for name in _COUNTS}
    summary |= {"findings": len(kept), "baselined": summary["baselined"] + renamed.total()}
    notes = [*_notes(parts)]
    notes += [asdict(known.stale_note(share.baseline, stale))] if stale else []
    notes += [asdict(known.unchanged_note(share.since, unchanged))] if unchanged else []
    first = parts[0].document
    document = {
        "schema_version": first.get("schema_version").value,
        "tool": first.get("tool").value,
        "summary": summary,
        "findings": [one.value for one in kept],
        "silenced": None,
        "notes": notes,
        "bugs": _by_path([one for part in parts for one in part.document.get("bugs").items()]),
    }
    ranks = tuple(severity_rank(one.get("severity")) for one in kept)
    errors = sum(one["level"] == "error" for one in notes)
    return Merged(report.again(document), len(document["bugs"]), errors, ranks, stale)


def _judge(document: Node) -> None:
    """Raise Problems where a document is of another form than ours."""
    if document.get("schema_version").number() != report.SCHEMA_VERSION:
        raise document.get("schema_version").wrong(f"must be {report.SCHEMA_VERSION}")
    for key in document.of(dict):
        if key not in (*_KEYS, "shard"):
            raise document.get(key).wrong("no report of lintfoot has this key")
    if document.get("silenced").value is not None:
        raise document.get("silenced").wrong("must be null in the report of a shard")
    for one in document.get("findings").items():
        severity_rank(one.get("severity"))
        _place(one)
    for note in document.get("notes").items():
        _note(note)
    for bug in document.get("bugs").items():
        bug.get("path").text(), bug.get("trace").text()


def _place(one: Node) -> tuple[Any, ...]:
    numbers = (one.get(name).number() for name in ("line", "column", "end_line", "end_column"))
    return one.get("path").text(), *numbers, one.get("code").text()


def _note(node: Node) -> dict[str, Any]:
    severity_rank(node.get("level"))
    return {name: node.get(name).text() for name in (one for one in Note.__dataclass_fields__)}


def _notes(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """What was told of the whole run first, then of each file; what counts findings is counted anew."""
    run: list[Node] = []
    files: list[Node] = []
    for part in parts:
        notes = part.document.get("notes").items()
        notes = notes[: len(notes) - bool(part.share.stale) - bool(part.share.unchanged)]
        run += notes[: part.share.told]
        files += notes[part.share.told :]
    return [_note(one) for one in run] + _by_path(files)


def _by_path(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    return [one.value for one in sorted(nodes, key=lambda one: one.get("path").text())]
