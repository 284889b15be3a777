"""What an audit alone can tell: the weight of every script, and findings that take more than one file to see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lintfoot import suppress
from lintfoot.audit import jobs
from lintfoot.audit.facts import Facts
from lintfoot.audit.load_bearing import CODE, Limits, verdicts
from lintfoot.audit.modules import Files
from lintfoot.audit.readings import facts
from lintfoot.audit.records import History, Script
from lintfoot.audit.scripts import scripts
from lintfoot.audit.ties import ties
from lintfoot.book import Book, Default
from lintfoot.decoding import Unparsable, decode, read
from lintfoot.discover import is_script
from lintfoot.excludes import Excludes
from lintfoot.findings import Confidence, Finding, Source, Span, fingerprint
from lintfoot.layers import Config
from lintfoot.listing import Wish, below_folder
from lintfoot.records import dataclass, replace
from lintfoot.selection import Selection, select, selected
from lintfoot.work import is_test

_JOB = 1_000_000  # bytes above which no file is read for what it runs


@dataclass(frozen=True, slots=True)
class Inspected:
    """The scripts with their weight, and the findings of audit rules: those kept, and those that comments silence."""

    scripts: tuple[Script, ...] = ()
    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    sources: Mapping[str, Source] | None = None


def codes(config: Config, book: Book) -> frozenset[str]:
    """The audit rules that run."""
    chosen = selected(config, book)
    return frozenset(rule.code for rule in book.rules if rule.default is Default.AUDIT and rule.code in chosen)


def inspect(
    config: Config, book: Book, paths: Iterable[str], past: Mapping[str, History], ran: frozenset[str]
) -> Inspected:
    """Look at a repository as a whole. `paths` are its Python files, from the folder that is audited."""
    known: dict[str, Facts] = {}
    sizes: dict[str, int] = {}
    for path in paths:
        text = _text(config.folder, path)
        if text is None:
            continue
        found = facts(text)
        sizes[path] = found.lines if found else text.count("\n") + 1
        if found:
            known[path] = found
    weighed = scripts(known, sizes, past, is_test, lambda: _jobs(config, sizes))
    chosen = select(config, book)
    said = [one for one in _said(book, chosen, weighed, known, sizes) if one.code in ran]
    return _heard(config, book, chosen, ran, weighed, said)


def _text(folder: Path, path: str) -> str | None:
    data = read(folder / path)
    decoded = decode(data) if isinstance(data, bytes) else data
    return None if isinstance(decoded, Unparsable) else decoded.text


def _jobs(config: Config, python: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """The files of the repository that may say what runs, with their texts; Python is looked at elsewhere."""
    folder = str(config.folder)

    def suits(path: str) -> bool:
        return jobs.is_job(path[len(folder) + 1 :]) or not Path(path).suffix

    excluded = frozenset(name.rstrip("/") for one in config.patterns("exclude") for name in one.patterns)
    listing = below_folder(
        folder, Wish(suits, Excludes((), folder, excluded), config.respect_gitignore), str(config.root)
    )
    for full in sorted(listing.files):
        path = Path(full).relative_to(folder).as_posix()
        if path in python or (is_script(full) and not jobs.is_job(path)):
            continue
        data = read(full)
        if isinstance(data, bytes) and len(data) <= _JOB and b"\0" not in data:
            yield path, data.decode("utf-8", "replace")


def _said(
    book: Book,
    chosen: Selection,
    weighed: Sequence[Script],
    known: Mapping[str, Facts],
    sizes: Iterable[str],
) -> Iterator[Finding]:
    limits = Limits(**chosen.options.get(CODE, {}))
    for verdict in verdicts(weighed, known, is_test, limits):
        made = _finding(book, chosen, CODE, verdict.path, 1, "", verdict.message)
        yield replace(made, label="much hangs on it", help=verdict.help, related=verdict.related)
    for tie in ties(known, Files.of(sizes), is_test):
        made = _finding(book, chosen, tie.code, tie.path, tie.line, tie.key, tie.message)
        yield replace(made, label=tie.label, help=tie.help)


def _finding(book: Book, chosen: Selection, code: str, path: str, line: int, key: str, message: str) -> Finding:
    rule = book.by_code[code]
    span = Span(line, 1, line, 2)
    return Finding(
        code=code,
        name=rule.name,
        severity=chosen.severities.get(code, rule.severity),
        path=path,
        span=span,
        message=message,
        confidence=Confidence.MEDIUM,
        statement=span,
        fingerprint=fingerprint(code, path, "", key, 1),
        shape=fingerprint(code, "", "", key, 0),
    )


def _heard(
    config: Config,
    book: Book,
    chosen: Selection,
    ran: frozenset[str],
    weighed: tuple[Script, ...],
    said: Iterable[Finding],
) -> Inspected:
    """Hear the comments of the scripts that something was said of."""
    by_path: dict[str, list[Finding]] = {}
    for finding in said:
        by_path.setdefault(finding.path, []).append(finding)
    kept: list[Finding] = []
    silenced: list[Finding] = []
    foreign = config.suppressions and config.foreign_suppressions
    for path, findings in by_path.items():
        told = suppress.Told(path, path, ran, chosen.severities, own=config.suppressions, foreign=foreign)
        heard = suppress.apply(findings, _text(config.folder, path) or "", book, told)
        kept += heard.kept
        silenced += heard.silenced
    sources = {path: Source(path, path) for path in by_path}
    return Inspected(weighed, tuple(kept), tuple(silenced), sources)
