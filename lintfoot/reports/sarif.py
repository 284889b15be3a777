"""SARIF 2.1.0, made for GitHub code scanning first, and for GitLab, DefectDojo, reviewdog and the VS Code viewer.

Exactly one run, complete rules, UTF-16 columns, addresses from the repository's root, no time, no host, no user: two
runs over the same files give the same bytes. tests/sarif_conformance.py asserts what the schema cannot say.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from lintfoot.findings import (
    Bug,
    Finding,
    Fix,
    Note,
    Related,
    Result,
    Safety,
    Severity,
    Silence,
    Source,
    Span,
    printable,
)
from lintfoot.recordjson import plain as shard
from lintfoot.records import dataclass, replace
from lintfoot.reports.counts import is_baselined
from lintfoot.reports.frames import silence_in_words
from lintfoot.reports.safety import in_json
from lintfoot.reports.sarif_rules import (
    BUG,
    LEFT_OUT,
    LONGEST,
    NOTE,
    Json,
    notification_index,
    sentence,
    taxonomies,
    tool,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.book import Book
    from lintfoot.reports import Options

_ZIPPED = 10_000_000  # bytes of a compressed log that GitHub takes
_SLACK = 0.9  # how much shorter a log gets than it would have to: results are not all of one length
_PLACES = 100  # places of a result that GitHub keeps
KEPT = 5_000  # results of one run that GitHub and GitLab keep
_STEPS = 1_000  # steps of a flow that GitHub shows
_LINKS = 5  # related places linked from a message: more would leave no room for the message
# Where a related place is a step of the data's way to the finding, not just an explanation.
_FLOWS = frozenset({"LF101", "LF201", "LF301", "LF303", "LF304", "LF305", "LF402", "LF403"})
_BASE = "%SRCROOT%"
_CHARSETS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "ascii": "US-ASCII", "iso8859-1": "ISO-8859-1"}


def render(result: Result, book: Book, options: Options) -> str:
    """One compact SARIF log, pure ASCII, with no more results than readers take."""
    text = log([run(result, book, options)])
    while options.sarif_max_results < sys.maxsize and (size := _packed(text)) > _ZIPPED:
        kept = min(options.sarif_max_results, len(_wanted(result, options)))
        options = replace(options, sarif_max_results=int(kept * _ZIPPED / size * _SLACK))
        text = log([run(result, book, options)])
    return text


def _packed(text: str) -> int:
    """How long a log is, packed; one that is short enough as it is need not be packed to know."""
    return len(text) if len(text) <= _ZIPPED else len(gzip.compress(text.encode(), 6))


def log(runs: list[Json]) -> str:
    """A log of one run, or of several that each have a category of their own."""
    made = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs}
    return in_json(json.dumps(made, separators=(",", ":"))) + "\n"


def limits(text: str) -> list[str]:
    """What a log says of results that it does not hold, or that its readers will not keep: GitHub shows no notifications."""
    if f'"id":"{LEFT_OUT}","index":' not in text:
        return []
    notes = json.loads(text)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    return [note["message"]["text"] for note in notes if note.get("descriptor", {}).get("id") == LEFT_OUT]


def run(result: Result, book: Book, options: Options) -> Json:
    """One run, under the category that the options name."""
    findings = _shown(result, options)
    files = _files(result, findings)
    notifications = _notifications(result, options, book, files)
    made: Json = {"tool": tool(book, options.version)}
    if options.sarif_category:
        made["automationDetails"] = {"id": f"{options.sarif_category.rstrip('/')}/"}
    taxa = taxonomies(book)
    if taxa:
        made["taxonomies"] = taxa
    made["originalUriBaseIds"] = {_BASE: {"description": {"text": "The root of the checked-out repository."}}}
    made["columnKind"] = "utf16CodeUnits"
    made["artifacts"] = [artifact(source) for source in files.sources.values()]
    invocation: Json = {"executionSuccessful": all(note["level"] != "error" for note in notifications)}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    made["invocations"] = [invocation]
    places = {rule.code: place for place, rule in enumerate(book.rules)}
    made["results"] = [_result(finding, places.get(finding.code), files, options) for finding in findings]
    if result.share is not None:
        # `paths` are the files as the user calls them: results are in the order of these.
        made["properties"] = {SHARD: {**shard(result.share), "paths": [_legible(path) for path in files.sources]}}
    return made


SHARD = "lintfoot/shard"


def _legible(path: str) -> str:
    """A path without half characters, which strict readers of JSON refuse."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _wanted(result: Result, options: Options) -> list[Finding]:
    wanted = (*result.findings, *result.silenced) if options.include_suppressed else result.findings
    return sorted(wanted, key=lambda finding: finding.place)


def _shown(result: Result, options: Options) -> list[Finding]:
    """By place; where readers will drop some, the worst first, so that they drop the least."""
    findings = _wanted(result, options)
    if len(findings) <= min(KEPT, options.sarif_max_results):
        return findings
    findings.sort(key=lambda finding: (finding.silenced_by is not None, finding.severity.rank))
    return findings[: options.sarif_max_results]


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that a log speaks of, in the order of its list of artifacts."""

    sources: dict[str, Source]
    indices: dict[str, int]

    def address(self, path: str) -> Json:
        """Point to a file; only one inside the repository's root hangs on the root."""
        return {**_address(self.sources[path]), "index": self.indices[path]}

    def place(self, path: str, span: Span) -> Json:
        """A region of a file, as a physical location."""
        return {"artifactLocation": self.address(path), "region": region(self.sources[path], span)}


def _files(result: Result, findings: Sequence[Finding]) -> _Files:
    groups = (findings, _broken(result), result.notes, result.bugs)
    paths = (item.path for group in groups for item in group)
    known = {path: result.sources.get(path) or Source(path, path) for path in paths if path}
    return _Files(known, {path: place for place, path in enumerate(known)})


def _broken(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.code == "LF000"]


def artifact(source: Source) -> Json:
    """A file that the log speaks of."""
    made: Json = {"location": _address(source), "sourceLanguage": "python"}
    try:
        charset = _CHARSETS.get(codecs.lookup(source.encoding).name)
    except LookupError:
        charset = None
    return made | ({"encoding": charset} if charset else {})


def _address(source: Source) -> Json:
    if source.relative.startswith("/"):
        return {"uri": "file://" + _quoted(source.relative)}
    if re.match("[A-Za-z]:/", source.relative):
        return {"uri": f"file:///{source.relative[:2]}" + _quoted(source.relative[2:])}
    return {"uri": _quoted(source.relative), "uriBaseId": _BASE}


def _quoted(path: str) -> str:
    """Percent-encode a path; bytes of a name that are no UTF-8 stay what they are."""
    try:
        return quote(path, safe="/", errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(path, safe="/", errors="replace")


def region(source: Source, span: Span) -> Json:
    """All four coordinates, as readers need them, columns in UTF-16 units."""
    line, end_line = max(span.line, 1), max(span.end_line, span.line, 1)
    start = max(source.utf16(line, span.column), 1)
    end = max(source.utf16(end_line, span.end_column), 1)
    return {
        "startLine": line,
        "startColumn": start,
        "endLine": end_line,
        "endColumn": max(start, end) if line == end_line else end,
    }


def _result(finding: Finding, place: int | None, files: _Files, options: Options) -> Json:
    source = files.sources[finding.path]
    made: Json = {"ruleId": finding.code}
    if place is not None:
        made["ruleIndex"] = place
    made["level"] = finding.severity.value
    made["message"] = {"text": message(finding)}
    made["locations"] = [{"physicalLocation": files.place(finding.path, finding.span)}]
    if finding.related:
        made["relatedLocations"] = [
            {"id": number, **_related(finding, related, files)}
            for number, related in enumerate(finding.related[:_PLACES], 1)
        ]
        if finding.code in _FLOWS:
            made["codeFlows"] = [_flow(finding, files)]
    if finding.fix and _exact(finding.fix):
        made["fixes"] = [_fix(finding.fix, finding.path, files)]
    marks = _fingerprints(finding, source)
    if marks:
        made["partialFingerprints"] = marks
    if options.include_suppressed:
        made["suppressions"] = _suppressions(finding)
    if options.baseline:
        made["baselineState"] = "unchanged" if is_baselined(finding) else "new"
    made["properties"] = {"confidence": finding.confidence.value}
    return made


def _fingerprints(finding: Finding, source: Source) -> Json:
    found = {
        "primaryLocationLineHash": source.hashes.get(max(finding.span.line, 1)),
        "lintfoot/v1": finding.fingerprint,
    }
    return {key: value for key, value in found.items() if value}


def plain(text: str) -> str:
    """Text that readers take as it is: braces would be placeholders and `](` a link, so their wide twins stand in."""
    return printable(text).replace("{", "\uff5b").replace("}", "\uff5d").replace("](", "]\uff08")


def message(finding: Finding) -> str:
    """What is wrong, links to the places that explain it, and help, as far as there is room."""
    links = [f"[{_link(related)}]({number})" for number, related in enumerate(finding.related[:_LINKS], 1)]
    see = f" See: {', '.join(links)}." if links else ""
    text = plain(sentence(finding.message, LONGEST - len(see))) + see
    help_ = f" Help: {plain(sentence(finding.help))}" if finding.help else ""
    return text + help_ if len(text) + len(help_) <= LONGEST else text


def _link(related: Related) -> str:
    words = plain(related.message).replace("[", "(").replace("]", ")") or f"line {related.span.line}"
    return words if len(words) <= _LINK_LENGTH else words[: _LINK_LENGTH - 1] + "…"


_LINK_LENGTH = 100


def _related(finding: Finding, related: Related, files: _Files) -> Json:
    place = files.place(finding.path, related.span)
    words = plain(related.message) or "This place explains the finding."
    return {"physicalLocation": place, "message": {"text": words}}


def _flow(finding: Finding, files: _Files) -> Json:
    steps = [_related(finding, related, files) for related in finding.related[: _STEPS - 1]]
    last = plain(finding.label or sentence(finding.message))
    steps.append({"physicalLocation": files.place(finding.path, finding.span), "message": {"text": last}})
    return {"threadFlows": [{"locations": [{"location": step} for step in steps]}]}


def _exact(fix: Fix) -> bool:
    """Whether strict readers of JSON load every text of a repair; a changed text would be a wrong repair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for edit in fix.edits for char in edit.text)


def _fix(fix: Fix, path: str, files: _Files) -> Json:
    source = files.sources[path]
    replacements = [
        {"deletedRegion": region(source, edit.span), "insertedContent": {"text": edit.text}}
        for edit in sorted(fix.edits, key=lambda edit: edit.span)
    ]
    change = {"artifactLocation": files.address(path), "replacements": replacements}
    applicability = "safe" if fix.safety is Safety.SAFE else "unsafe"
    return {
        "description": {"text": plain(sentence(fix.title))},
        "artifactChanges": [change],
        "properties": {"applicability": applicability},
    }


def _suppressions(finding: Finding) -> list[Json]:
    return [suppression(finding.silenced_by)] if finding.silenced_by is not None else []


def suppression(silence: Silence) -> Json:
    """Who silenced a result."""
    kind = "inSource" if silence.kind == "inSource" else "external"
    why = printable(silence.reason or silence_in_words(silence))
    return {"kind": kind, "status": "accepted", "justification": why}


def _notifications(result: Result, options: Options, book: Book, files: _Files) -> list[Json]:
    """What kept files from being checked, and what was left out; GitHub ignores it, so LF000 is a result as well."""
    places = notification_index(book)

    def made(word: str, level: Severity, text: str, item: Finding | Note | Bug | None = None) -> Json:
        note: Json = {"level": level.value, "message": {"text": plain(sentence(text))}}
        if word in places:
            note["descriptor"] = {"id": word, "index": places[word]}
        if isinstance(item, Finding):
            note["locations"] = [{"physicalLocation": files.place(item.path, item.span)}]
        elif item and item.path:
            note["locations"] = [{"physicalLocation": {"artifactLocation": files.address(item.path)}}]
        return note

    notes = [made("LF000", finding.severity, finding.message, finding) for finding in _broken(result)]
    notes += [made(NOTE, note.level, note.message, note) for note in result.notes]
    notes += [made(BUG, Severity.ERROR, _BUG_TEXT, bug) for bug in result.bugs]
    missing = what_is_missing(len(_wanted(result, options)), options.sarif_max_results)
    return [*notes, made(LEFT_OUT, *missing)] if missing else notes


def what_is_missing(total: int, kept: int) -> tuple[Severity, str] | None:
    """What to say of results that are left out here, or will be by readers."""
    if total > kept:
        return Severity.WARNING, f"{total - kept} of {total} results are left out; the worst are in the report"
    if total > KEPT:
        return Severity.NOTE, f"GitHub and GitLab keep {KEPT} of these {total} results: the worst come first"
    return None


_BUG_TEXT = "lintfoot failed inside while it checked this file; the trace went to standard error"
