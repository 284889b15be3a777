"""What one script has to say: parsed, visited, its comments heard. What needs a tree is imported further down."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from lintfoot.decoding import Decoded, Unparsable
from lintfoot.faults import of_script
from lintfoot.findings import Finding, Silence
from lintfoot.layers import Config
from lintfoot.parse import Script, opened
from lintfoot.plans import Place, Plan, source_of
from lintfoot.records import replace
from lintfoot.redact import Hidden
from lintfoot.selection import lasting, select
from lintfoot.visit import visit
from lintfoot.work import Called, Desk, Outcome, unparsable

MALFORMED = "LF002"
MARKER = "lintfoot"  # as `directives` has it; a test compares the two


def judge(here: Desk, called: Called, decoded: Decoded, data: bytes) -> Outcome:
    """Check a decoded text. Raises Problems for what is wrong with settings of its own."""
    here.knowledge.project.trail.begin(("script", called.file))
    script = opened(called.shown, decoded)
    if isinstance(script, Unparsable):
        return unparsable(here, called, script)
    place = _place(here, called)
    return _visited(_own_selection(here, script, place), place, script, data)


def hidden(here: Desk, called: Called, decoded: Decoded) -> Hidden:
    """What must not be shown of a text: its secrets, whether their rule is chosen or not."""
    script = opened(called.shown, decoded)
    seen = visit(script, _place(here, called), _plan(here)) if isinstance(script, Script) else None
    return (seen.hidden if seen is not None else None) or Hidden((), ())


def _place(here: Desk, called: Called) -> Place:
    package = here.knowledge.project.package(called.file)
    return Place(called.shown, called.relative, called.is_test, package, called.file)


def _plan(here: Desk) -> Plan:
    chosen = here.selection
    rules = {code: here.book.by_code[code] for code in sorted(chosen.codes)}
    project = here.knowledge.project if here.config.project else None
    return Plan(rules, here.knowledge.models, chosen.options, chosen.severities, project)


def _own_selection(here: Desk, script: Script, place: Place) -> Desk:
    """The script's own PEP 723 block is stronger than the project's settings."""
    config = of_script(here.config, here.book, script.text, place.shown)
    if config is here.config:
        return here
    chosen = select(config, here.book)
    codes = chosen.codes | (here.selection.codes & lasting(config, here.book))
    return replace(here, config=config, selection=replace(chosen, codes=codes))


def _visited(here: Desk, place: Place, script: Script, data: bytes) -> Outcome:
    chosen = here.selection
    seen = visit(script, place, _plan(here))
    if seen.fault is not None:
        return unparsable(here, Called(place.shown, place.relative, place.is_test, place.file), seen.fault)
    ran = (
        chosen.codes & {MALFORMED} if seen.bugs else chosen.codes
    )  # what failed inside may have silenced nothing for that
    kept, silenced, extra = _heard(here, place, script, seen.findings, ran)
    shown, ignored = _ignored(here, Path(place.file), _by_confidence(here.config, (*kept, *extra)))
    hushed = (*_by_confidence(here.config, silenced), *ignored)
    source = seen.source or (source_of(script, place) if shown or seen.bugs else None)
    if source is not None and here.hashes:
        from lintfoot import linehash

        source = replace(source, hashes=linehash.line_hashes(data, {one.span.line for one in (*shown, *hushed)}))
    return Outcome(tuple(shown), hushed, seen.bugs, (), source)


def _heard(
    here: Desk, place: Place, script: Script, findings: tuple[Finding, ...], ran: Collection[str]
) -> tuple[tuple[Finding, ...], ...]:
    """What comments leave, what they silence, and what they are themselves reported for."""
    if "#" not in script.text or not (findings or MARKER in script.text.lower()):
        return findings, (), ()  # no comment has anything to say, so nothing has to be brought in that reads one
    from lintfoot import suppress

    told = suppress.Told(
        place.shown,
        place.relative,
        ran,
        here.selection.severities,
        own=here.config.suppressions,
        foreign=here.config.suppressions and here.config.foreign_suppressions,
        lasting=lasting(here.config, here.book),
        reasons=here.config.require_reason,
    )
    heard = suppress.apply(findings, script.text, here.book, told)
    return heard.kept, heard.silenced, tuple(one for one in heard.extra if one.code in here.selection.codes)


def _by_confidence(config: Config, findings: tuple[Finding, ...]) -> list[Finding]:
    """Drop what the rules themselves are less sure of than the user wants to hear."""
    return [one for one in findings if one.confidence.rank <= config.min_confidence.rank]


def _ignored(here: Desk, path: Path, findings: list[Finding]) -> tuple[list[Finding], tuple[Finding, ...]]:
    """Set apart what `per-file-ignores` ignores: silenced, but counted."""
    ignored = here.selection.ignored(path)
    if not ignored:
        return findings, ()
    kept = [one for one in findings if one.code not in ignored]
    by = {code: Silence("external", f"per-file-ignores {pattern}") for code, pattern in ignored.items()}
    return kept, tuple(replace(one, silenced_by=by[one.code]) for one in findings if one.code in ignored)
