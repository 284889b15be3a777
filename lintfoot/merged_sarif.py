"""The SARIF reports of all shards as the report of the whole run: the same bytes as without shards.

Results are taken over as they are; what is made anew is their order, the list of files and every index into it, and what is
said of results that are too many.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lintfoot import heirs, known
from lintfoot.findings import Severity, Silence, Source
from lintfoot.merging import Merged, Part, severity_rank, shared
from lintfoot.records import dataclass
from lintfoot.reports import Options
from lintfoot.reports import sarif as report
from lintfoot.reports.safety import in_json
from lintfoot.reports.sarif_rules import BUG, LEFT_OUT, NOTE, sentence
from lintfoot.strictjson import Node

Json = dict[str, Any]

_SAME = ("tool", "automationDetails", "taxonomies", "originalUriBaseIds", "columnKind")
_RUN = (*_SAME, "artifacts", "invocations", "results", "properties")
_BROKEN = "LF000"


@dataclass(frozen=True, slots=True)
class _Log:
    """One shard's run, and its files: as the user calls them, and as SARIF does."""

    run: Node
    part: Part
    paths: tuple[str, ...]
    artifacts: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """A result or a notification, with its place in the order of a report."""

    place: tuple[Any, ...]
    node: Node
    log: _Log


class _Files:
    """The files of the merged report, in the order in which they are spoken of."""

    def __init__(self) -> None:
        self.indices: dict[str, int] = {}
        self.artifacts: list[Json] = []

    def index(self, path: str, artifact: Json) -> int:
        if path not in self.indices:
            self.indices[path] = len(self.artifacts)
            self.artifacts.append(artifact)
        return self.indices[path]

    def moved(self, value: Any, log: _Log) -> Any:
        """A value in which every file has its new index."""
        if isinstance(value, list):
            return [self.moved(one, log) for one in value]
        if not isinstance(value, dict):
            return value
        made = {key: self.moved(one, log) for key, one in value.items()}
        at = made.get("artifactLocation")
        if isinstance(at, dict) and isinstance(at.get("index"), int):
            old = _within(Node(log.part.file, at["index"], "artifactLocation.index"), len(log.paths))
            at["index"] = self.index(log.paths[old], log.artifacts[old])
        return made


def merged(parts: Sequence[Part]) -> Merged:
    """Put the logs together. Raises Problems for what is no such log."""
    logs = [_log(part) for part in parts]
    for log in logs:
        _same(log, logs[0])
    share = shared(parts)
    renamed, stale = heirs.inherited(share)
    items = sorted((one for log in logs for one in _results(log)), key=lambda one: one.place)
    wanted, heard = _without_known(items, dict(renamed), share.baseline)
    stale, unchanged = stale + share.stale, share.unchanged - (renamed.total() - heard)
    counted = [known.stale_note(share.baseline, stale)] if stale else []
    counted += [known.unchanged_note(share.since, unchanged)] if unchanged else []
    files = _Files()
    run = dict(logs[0].run.value)
    results = [files.moved(result, one.log) for one, result in _fitting(wanted)]
    told = _notifications(logs, files, counted, len(wanted))
    bugs, errors = _count(told, BUG), sum(one["level"] == "error" and _is(one, NOTE) for one in told)
    del run["properties"]
    run |= {"artifacts": files.artifacts, "results": results}
    run["invocations"] = [_invocation(told)]
    ranks = tuple(_rank(one) for one, result in wanted if not result.get("suppressions"))
    return Merged(_text(logs[0].part.document, run), bugs, errors, ranks, stale)


def _text(document: Node, run: Json) -> str:
    log = {**document.value, "runs": [run]}
    return in_json(json.dumps(log, separators=(",", ":"))) + "\n"


# reading


def _log(part: Part) -> _Log:
    """A run, as far as its form goes. Raises Problems for one that is not ours."""
    run = part.document.get("runs").items()[0]
    for key in part.document.value:
        if key not in ("$schema", "version", "runs"):
            raise part.document.get(key).wrong("no report of lintfoot has this key")
    for key in run.of(dict):
        if key not in _RUN:
            raise run.get(key).wrong("no report of lintfoot has this key")
    listed = run.get("properties").get(report.SHARD).get("paths")
    paths = tuple(one.text() for one in listed.items())
    artifacts = tuple(one.of(dict) for one in run.get("artifacts").items())
    if len(paths) != len(artifacts):
        raise listed.wrong(f"must be a list of {len(artifacts)}")
    if len(run.get("invocations").items()) != 1:
        raise run.get("invocations").wrong("must be a list of 1")
    return _Log(run, part, paths, artifacts)


def _same(log: _Log, first: _Log) -> None:
    for name in _SAME:
        if log.run.value.get(name) != first.run.value.get(name):
            raise log.run.wrong(f"`{name}` is not as in {first.part.file}")


def _within(node: Node, count: int) -> int:
    number = node.number()
    if number >= count:
        raise node.wrong(f"must be below {count}, not {number}")
    return number


def _at(node: Node, log: _Log) -> str:
    """The file that a location points into, as the user calls it."""
    index = node.get("physicalLocation").get("artifactLocation").get("index")
    return log.paths[_within(index, len(log.paths))]


_REGION = ("startLine", "startColumn", "endLine", "endColumn")


def _place(node: Node, log: _Log, code: str) -> tuple[Any, ...]:
    locations = node.get("locations").items()
    if len(locations) != 1:
        raise node.get("locations").wrong("must be a list of 1")
    region = locations[0].get("physicalLocation").get("region")
    return _at(locations[0], log), *(region.get(name).number() for name in _REGION), code


def _results(log: _Log) -> list[_Item]:
    made = [_Item(_place(one, log, one.get("ruleId").text()), one, log) for one in log.run.get("results").items()]
    for one in made:
        _rank(one)
    return made


def _rank(one: _Item) -> int:
    return severity_rank(one.node.get("level"))


# results


def _without_known(items: list[_Item], left: dict[str, int], baseline: str) -> tuple[list[tuple[_Item, Json]], int]:
    """The results of a whole run: without those that the baseline knows under another name, unless these are wanted, too."""
    kept, heard = [], 0
    for one in items:
        result: Json = one.node.of(dict)
        marks = one.node.find("partialFingerprints")
        mark = marks.value.get("lintfoot/v1", "") if marks is not None and marks.of(dict) else ""
        if left.get(mark, 0) > 0 and not result.get("suppressions"):
            left[mark] -= 1
            heard += 1
            if "suppressions" not in result:
                continue
            silence = report.suppression(Silence("external", f"baseline {baseline}"))
            result = {**result, "suppressions": [silence], "baselineState": "unchanged"}
        kept.append((one, result))
    return kept, heard


def _fitting(wanted: list[tuple[_Item, Json]]) -> list[tuple[_Item, Json]]:
    """By place; where readers will drop some, the worst first, as far as there is room."""
    most = Options().sarif_max_results
    if len(wanted) <= min(report.KEPT, most):
        return wanted
    return sorted(wanted, key=lambda one: (bool(one[1].get("suppressions")), _rank(one[0])))[:most]


# what is told besides


def _notifications(logs: Sequence[_Log], files: _Files, counted: Sequence[Any], results: int) -> list[Json]:
    """Broken files, notes on the run, on files, on counts, bugs, and what is too much: in this order."""
    broken: list[_Item] = []
    run: list[tuple[Node, _Log]] = []
    notes: list[_Item] = []
    bugs: list[_Item] = []
    for log in logs:
        mine: list[Node] = []
        invocation = log.run.get("invocations").items()[0]
        found = invocation.find("toolExecutionNotifications")
        for one in found.items() if found is not None else []:
            severity_rank(one.get("level"))
            if _is(one.value, _BROKEN):
                broken.append(_Item(_place(one, log, _BROKEN), one, log))
            elif _is(one.value, NOTE):
                mine.append(one)
            elif _is(one.value, BUG):
                bugs.append(_Item((_called(one, log),), one, log))
        share = log.part.share
        mine = mine[: len(mine) - bool(share.stale) - bool(share.unchanged)]
        run += [(one, log) for one in mine[: share.told]]
        notes += [_Item((_called(one, log),), one, log) for one in mine[share.told :]]
    ordered = [(one.node, one.log) for one in sorted(broken, key=lambda one: one.place)] + run
    ordered += [(one.node, one.log) for one in sorted(notes, key=lambda one: one.place)]
    told = [files.moved(node.of(dict), log) for node, log in ordered]
    tool = logs[0].run.get("tool").get("driver")
    told += [_made(tool, NOTE, one.level, one.message, one.path, files) for one in counted]
    told += [files.moved(one.node.of(dict), one.log) for one in sorted(bugs, key=lambda one: one.place)]
    missing = report.what_is_missing(results, Options().sarif_max_results)
    return [*told, _made(tool, LEFT_OUT, *missing)] if missing else told


def _called(node: Node, log: _Log) -> str:
    locations = node.find("locations")
    return _at(locations.items()[0], log) if locations is not None and locations.items() else ""


def _made(tool: Node, word: str, level: Severity, text: str, path: str = "", files: _Files | None = None) -> Json:
    """A notification of our own, as the report makes it."""
    made: Json = {"level": level.value, "message": {"text": report.plain(sentence(text))}}
    words = [one.get("id").text() for one in tool.get("notifications").items()]
    if word in words:
        made["descriptor"] = {"id": word, "index": words.index(word)}
    if path and files is not None:
        artifact = report.artifact(Source(path, path))
        address = {**artifact["location"], "index": files.index(path, artifact)}
        made["locations"] = [{"physicalLocation": {"artifactLocation": address}}]
    return made


def _is(notification: Any, word: str) -> bool:
    descriptor = notification.get("descriptor") if isinstance(notification, dict) else None
    return isinstance(descriptor, dict) and descriptor.get("id") == word


def _count(told: Sequence[Json], word: str) -> int:
    return sum(_is(one, word) for one in told)


def _invocation(told: list[Json]) -> Json:
    made: Json = {"executionSuccessful": all(one["level"] != "error" for one in told)}
    return made | ({"toolExecutionNotifications": told} if told else {})
