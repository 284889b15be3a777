"""The command `merge`: the reports of all shards of one run become the report of the whole run.

Files come from other machines, so nothing in them is believed that is not checked: every one must be a whole report of the
same format, made by the same lintfoot with the same rules and settings over the same files, and each shard must be there once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot import recordjson, strictjson
from lintfoot.atomic import write
from lintfoot.findings import Share
from lintfoot.records import dataclass, names_of, replace
from lintfoot.reports import Options
from lintfoot.settings import FailOn
from lintfoot.settling import settle
from lintfoot.strictjson import Node
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.arguments import Asked
    from lintfoot.layers import Config
    from lintfoot.settling import Settled


JSON, SARIF, AUDIT = "json", "sarif", "an audit"


@dataclass(frozen=True, slots=True)
class Part:
    """One shard's report: its kind, the version that made it, what it is a part of, and the document itself."""

    file: str
    kind: str
    version: str
    share: Share
    document: Node


@dataclass(frozen=True, slots=True)
class Merged:
    """The report of the whole run, and what the exit code hangs on."""

    text: str
    bugs: int
    errors: int
    ranks: tuple[int, ...]  # of the findings, 0 is the worst
    stale: int = 0


def merge(asked: Asked) -> int:
    """Put reports together; the exit code is that of the run as a whole."""
    settled = settle(asked)
    parts = checked([part(name) for name in asked.words])
    try:
        merged = _together(parts, asked, settled)
    except RecursionError:
        raise Problems([Problem("lintfoot merge", 0, 0, "a report is nested too deeply")]) from None
    _put(merged.text, asked.folder)
    return _code(merged, settled.config)


def _together(parts: Sequence[Part], asked: Asked, settled: Settled) -> Merged:
    if parts[0].kind == AUDIT:
        from lintfoot import merged_audit

        options = Options(sarif_category=settled.config.sarif_category, root=settled.config.folder.as_posix())
        return merged_audit.merged(parts, settled.book, asked.audit.format, asked.audit.against, options)
    for flag, value in (("--format", asked.audit.format), ("--against", asked.audit.against)):
        if value:
            raise Problems([Problem(flag, 0, 0, "is for the parts of an audit, and these are of a check")])
    from lintfoot import merged_json, merged_sarif

    return merged_sarif.merged(parts) if parts[0].kind == SARIF else merged_json.merged(parts)


def part(name: str) -> Part:
    """Read one report. Raises Problems for what is none of a shard."""
    document = Node(name, strictjson.load(Path(name), name))
    document.of(dict)
    if "runs" in document.value:
        return _sarif(name, document)
    document.get("schema_version")
    version = document.get("tool").get("version").text()
    found = document.find("shard")
    if found is None:
        raise _alone(name)
    return Part(name, AUDIT if "repositories" in document.value else JSON, version, _share(found), document)


def _sarif(name: str, document: Node) -> Part:
    runs = document.get("runs").items()
    if len(runs) != 1:
        raise document.get("runs").wrong(f"must hold one run, not {len(runs)}")
    version = runs[0].get("tool").get("driver").get("version").text()
    found = (properties := runs[0].find("properties")) and properties.find("lintfoot/shard")
    if found is None:
        raise _alone(name)
    return Part(name, SARIF, version, _share(found), document)


def _alone(name: str) -> Problems:
    return Problems([Problem(name, 0, 0, "is no part of a run: it was made without --shard")])


def _share(node: Node) -> Share:
    known = set(names_of(Share))
    inner = {key: value for key, value in node.of(dict).items() if key in known}
    made: Share = recordjson.made(Share, Node(node.file, inner, node.at))
    if not 1 <= made.number <= made.count or min(made.files, made.total, made.told, made.stale, made.unchanged) < 0:
        raise node.wrong(f"there is no shard {made.number} of {made.count}")
    return made


_EQUAL = {
    "count": "is one of {mine} shards, {file} one of {other}",
    "rules": "was made with other rules, another build of lintfoot or another Python than {file}",
    "settings": "was made with other settings than {file}",
    "project": "was made of other files than {file}: names or contents differ",
    "total": "speaks of {mine} files, {file} of {other}",
    "gone": "was made with another baseline than {file}",
    "baseline": "was made with another baseline than {file}",
    "since": "was made since another revision than {file}",
}


def checked(parts: Sequence[Part]) -> list[Part]:
    """The parts in order, if they are all of one run and all of it. Raises Problems."""
    first, problems = parts[0], []
    for one in parts[1:]:
        fault = _differs(one, first)
        if fault:
            problems.append(Problem(one.file, 0, 0, fault))
    if not problems:
        problems = _incomplete(parts)
    if problems:
        raise Problems(problems)
    return sorted(parts, key=lambda one: one.share.number)


def _differs(one: Part, first: Part) -> str:
    if one.kind != first.kind:
        return f"is {one.kind}, {first.file} is {first.kind}"
    if one.version != first.version:
        return f"was made by lintfoot {one.version}, {first.file} by {first.version}"
    for name, words in _EQUAL.items():
        mine, other = getattr(one.share, name), getattr(first.share, name)
        if mine != other:
            return words.format(mine=mine, other=other, file=first.file)
    return ""


_TOLD = 8  # numbers of missing shards in a line


def _incomplete(parts: Sequence[Part]) -> list[Problem]:
    seen: dict[int, str] = {}
    problems = []
    for one in parts:
        number, count = one.share.number, one.share.count
        if number in seen:
            problems.append(Problem(one.file, 0, 0, f"is shard {number} of {count}, as {seen[number]} is"))
        seen.setdefault(number, one.file)
    count = parts[0].share.count
    missing = [number for number in range(1, count + 1) if number not in seen]
    if missing:
        named = ", ".join(map(str, missing[:_TOLD])) + (" …" if len(missing) > _TOLD else "")
        words = f"shard {named} of {count} is" if len(missing) == 1 else f"shards {named} of {count} are"
        problems.append(Problem("lintfoot merge", 0, 0, f"{words} missing"))
    elif not problems and sum(one.share.files for one in parts) != parts[0].share.total:
        problems.append(Problem("lintfoot merge", 0, 0, "the shards do not add up to all files"))
    return problems


def shared(parts: Sequence[Part]) -> Share:
    """What the parts have in common, with their counts added up."""
    stale, unchanged = (sum(getattr(one.share, name) for one in parts) for name in ("stale", "unchanged"))
    claims = tuple(claim for one in parts for claim in one.share.claims)
    return replace(parts[0].share, stale=stale, unchanged=unchanged, claims=claims)


def sums(nodes: Sequence[Node]) -> int:
    """Counts of all parts, added up."""
    return sum(node.number() for node in nodes)


def _put(text: str, target: str) -> None:
    if target in ("", "-"):
        send(text.encode("utf-8"))
        return
    try:
        write(Path(target), text.encode("utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is no valid one"
        raise Problems([Problem(target, 0, 0, f"cannot be written: {reason}")]) from None


CLEAN, FINDINGS, USAGE, BUG = 0, 1, 2, 3
_RANKS = {FailOn.ERROR: 0, FailOn.WARNING: 1, FailOn.NOTE: 2}


def _code(merged: Merged, config: Config) -> int:
    """0, 1, 2 or 3, by the same rules as for a run in one piece."""
    if merged.bugs:
        return BUG
    if merged.errors:
        return USAGE
    if config.exit_zero:
        return CLEAN
    if config.fail_on_stale and merged.stale:
        return FINDINGS
    limit = _RANKS.get(config.fail_on, -1)
    return FINDINGS if any(rank <= limit for rank in merged.ranks) else CLEAN


def severity_rank(node: Node) -> int:
    """How bad a finding is, by the word for it."""
    words: dict[str, Any] = {"error": 0, "warning": 1, "note": 2}
    word = node.text()
    if word not in words:
        raise node.wrong(f"must be one of {', '.join(words)}")
    rank: int = words[word]
    return rank
