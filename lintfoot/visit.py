"""One walk over a script for every chosen visitor, then complete findings: placed, framed, redacted, named."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import libcst as cst

from lintfoot import repairs
from lintfoot.book import Rule
from lintfoot.findings import (
    Bug,
    Edit,
    Finding,
    Fix,
    FrameLine,
    Mark,
    Related,
    Severity,
    Source,
    Span,
    fingerprint,
    normalised,
)
from lintfoot.imports import additions
from lintfoot.libraries import Models
from lintfoot.names import Names
from lintfoot.parse import Refused, Script, Unparsable
from lintfoot.positions import shifted, spans
from lintfoot.project import Project, View
from lintfoot.redact import Hidden
from lintfoot.regions import InDoubt, Regions
from lintfoot.scopes import FunctionNode
from lintfoot.sight import Sight
from lintfoot.triage import Aim, aimed, hiding, speaking, units_of
from lintfoot.visitors import VISITORS
from lintfoot.visitors.base import Context, Hit, Piece, Shift, Visitor
from lintfoot.visitors.evidence import Evidence
from lintfoot.walk import Walk, trace, walk

__all__ = ["Engine", "Place", "Plan", "Visited", "source_of", "tells_of_exceptions", "visit", "walk"]

UNPARSABLE = "LF000"
SpansOf = Callable[[Sequence[cst.CSTNode]], dict[int, Span]]
_LINES_SHOWN = 4  # of a finding that spans many
_DEEPEST = 30_000  # Python frames; parse refuses what nests deeper than the walk could follow


class Engine(StrEnum):
    """How much of a file is parsed: for tests, which demand the same findings of all."""

    WHOLE = "whole"  # every file, for every visitor
    FILE = "file"  # the files that hold a visitor's words
    UNIT = "unit"  # the statements in which there can be something, and what they lead to


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run looks for: the chosen rules, the models, the rules' own options and severities."""

    rules: Mapping[str, Rule]
    models: Models
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    project: Project | None = None
    engine: Engine = Engine.FILE  # not UNIT yet: that it finds the same is shown for too few real files so far


@dataclass(frozen=True, slots=True)
class Place:
    """How a file is called: `shown` in findings, `relative` to the project's root in fingerprints and SARIF.

    `file` is its absolute path, where it is one of a project: there other files tell more.
    """

    shown: str
    relative: str
    is_test: bool = False
    package: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """What one script has to say."""

    findings: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    source: Source | None = None
    hidden: Hidden | None = None  # what must not be shown of the script, known where there are findings
    fault: Unparsable | None = None
    lines: int = 0  # handed to libcst
    whole: bool = False


def visit(script: Script, place: Place, plan: Plan) -> Visited:
    """Run the visitors of the chosen rules over a script."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    gc.disable()  # it would walk the whole tree again and again, and finds nothing: the tree lives until the file is done
    try:
        return _visit(script, place, plan)
    except Refused as refused:
        return Visited(fault=refused.fault)
    except RecursionError as error:
        return Visited(bugs=(Bug(place.shown, trace(error)),))
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def tells_of_exceptions(names: Names, function: FunctionNode) -> bool:
    """Whether a function of another file tells of the exception being handled: what a project asks of visitors."""
    return Evidence(names).reports(function)


def _visit(script: Script, place: Place, plan: Plan) -> Visited:
    view = plan.project.view(place.file) if plan.project is not None and place.file else None
    view = view if view is not None and view.sees(script.text) else None
    sight = Sight(script.text, place.shown, plan.rules, plan.models, plan.options, view, place.package)
    found: Visited | None = None
    if plan.engine is Engine.UNIT:
        found = _in_parts(script, place, plan, view, sight)
    if found is None:
        kinds = (
            [*speaking(sight, VISITORS), *hiding(sight, VISITORS)]
            if plan.engine is not Engine.WHOLE
            else list(VISITORS)
        )
        found = _whole(script, place, plan, view, kinds) if kinds else Visited()
    if not found.whole and (found.findings or UNPARSABLE in plan.rules) and script.fault is not None:
        return Visited(lines=found.lines, fault=script.fault)  # of a broken file nothing else is told
    return found


def _whole(script: Script, place: Place, plan: Plan, view: View | None, kinds: Sequence[type[Visitor]]) -> Visited:
    """Visit the tree of the whole file."""
    names = Names(script.module, view.models if view is not None else plan.models, place.package, view)
    visitors = _visitors(script, place, plan, names, kinds)
    bugs = walk(script.module, visitors, place.shown)
    hits = _hits(visitors, plan)
    seen = Visited(bugs=tuple(bugs), lines=len(script.lines), whole=True)
    if not hits:
        return seen
    hits = [_repaired(visitors[0].context, hit, bugs) for hit in hits]
    finder = _Finder(script, place, plan, names, lambda nodes: shifted(spans(script.module, nodes), script.shifts))
    found = tuple(finder.findings(hits, *_secrets(visitors)))
    return replace(seen, findings=found, bugs=tuple(bugs), source=source_of(script, place), hidden=finder.hidden)


def _in_parts(script: Script, place: Place, plan: Plan, view: View | None, sight: Sight) -> Visited | None:
    """Visit the parts of a file in which there can be something; None where the file has to be taken whole."""
    aims = aimed(sight, speaking(sight, VISITORS))
    if aims is None:
        return None
    if not aims or sight.division is None:
        return Visited()
    if script.depth is not None and not script.depth.shallow:
        return None  # needs more of the stack than is here for sure
    try:
        return _parts(script, place, plan, view, sight, aims, Regions(sight.division, place.package))
    except InDoubt:
        return None


def _parts(
    script: Script, place: Place, plan: Plan, view: View | None, sight: Sight, aims: list[Aim], regions: Regions
) -> Visited:
    models = view.models if view is not None else plan.models
    names = Names(regions.module, models, place.package, view, regions.index)
    visitors, bugs = _sent(script, place, plan, names, aims, regions)
    hits = _hits(visitors, plan)
    if not hits:
        return Visited(bugs=tuple(bugs), lines=regions.lines)
    hiders, faults = _sent(script, place, plan, names, _covering(sight, aims, regions), regions)
    hits += _hits(hiders, plan)
    hits = [_repaired(visitors[0].context, hit, bugs) for hit in hits]
    finder = _Finder(script, place, plan, names, lambda nodes: _spans_in(regions, nodes))
    found = finder.findings(hits, *_secrets([*visitors, *hiders]))
    source = source_of(script, place)
    return Visited(tuple(found), (*bugs, *faults), source, finder.hidden, lines=regions.lines)


def _covering(sight: Sight, aims: list[Aim], regions: Regions) -> list[Aim]:
    """Where there may be something to hide that nobody has looked at yet."""
    seen = {aim.kind: aim.units for aim in aims}
    kinds = [*hiding(sight, VISITORS), *(kind for kind in speaking(sight, VISITORS) if kind.hides)]
    found = aimed(sight, kinds, hidden=True)
    if found is None:
        every = frozenset(unit.number for unit in regions.division.units)
        found = [Aim(kind, every) for kind in kinds]
    return [Aim(one.kind, one.units - seen.get(one.kind, frozenset())) for one in found]


def _sent(
    script: Script, place: Place, plan: Plan, names: Names, aims: list[Aim], regions: Regions
) -> tuple[list[Visitor], list[Bug]]:
    """Send visitors over the units that they are aimed at, in one walk."""
    visitors = _visitors(script, place, plan, names, [aim.kind for aim in aims])
    going = Walk(visitors, place.shown)
    for unit, among in units_of(aims, regions.division.units):
        nodes = regions.read(unit)
        if unit.members:
            going.head(nodes[0], among)
        else:
            going.over(nodes, among)
    going.ends(regions.module)
    return visitors, going.bugs


def _spans_in(regions: Regions, nodes: Sequence[cst.CSTNode]) -> dict[int, Span]:
    """The places of nodes of a file that was read in parts."""
    by_unit: dict[int, list[cst.CSTNode]] = {}
    for node in nodes:
        by_unit.setdefault(regions.unit(node), []).append(node)
    found: dict[int, Span] = {}
    for number, some in by_unit.items():
        module, above = regions.modules[number]
        with regions.closed(number):
            places = spans(module, some)
        for key, at in places.items():
            found[key] = Span(at.line + above, at.column, at.end_line + above, at.end_column)
    return found


def _visitors(script: Script, place: Place, plan: Plan, names: Names, kinds: Iterable[type[Visitor]]) -> list[Visitor]:
    context = Context(
        place.shown, script.text, names.index.module, names, names.models, plan.rules, plan.options, place.is_test
    )
    return [kind(context) for kind in kinds]


def _secrets(visitors: Iterable[Visitor]) -> tuple[list[cst.CSTNode], list[str]]:
    """The literals to hide, and the pieces of text."""
    nodes = [node for visitor in visitors for node in visitor.hidden]
    return nodes, [piece for visitor in visitors for piece in visitor.hidden_pieces]


def _repaired(context: Context, hit: Hit, bugs: list[Bug]) -> Hit:
    """The hit with its repair; a repair that fails costs itself, never the finding."""
    try:
        return repairs.offered(context, hit)
    except Exception as error:  # noqa: BLE001 - the finding stands without it
        bugs.append(Bug(context.path, f"the repair of {hit.code}: {trace(error)}"))
        return hit


def _hits(visitors: Iterable[Visitor], plan: Plan) -> list[Hit]:
    return [hit for visitor in visitors for hit in visitor.hits if hit.code in plan.rules]


def source_of(script: Script, place: Place) -> Source:
    """What reports must know of a file with findings."""
    wide = {}
    if not script.text.isascii():
        for number, line in enumerate(script.lines, 1):
            if not line.isascii():
                wide[number] = tuple(
                    (column, len(char.encode("utf-8", "surrogatepass")))
                    for column, char in enumerate(line, 1)
                    if not char.isascii()
                )
    return Source(place.shown, place.relative, wide, {}, script.encoding)


# from hits to findings


class _Finder:
    """Turns the hits of one script into findings."""

    def __init__(self, script: Script, place: Place, plan: Plan, names: Names, spans_of: SpansOf) -> None:
        self.script, self.place, self.plan, self.names, self.spans_of = script, place, plan, names, spans_of
        self.spans: dict[int, Span] = {}
        self.hidden = Hidden((), ())

    def findings(self, hits: list[Hit], hidden: list[cst.CSTNode], pieces: list[str]) -> list[Finding]:
        statements = {id(hit.node): self._statement(hit.node) for hit in hits}
        wanted: list[cst.CSTNode] = [*hidden, *statements.values()]
        for hit in hits:
            wanted += [hit.node, *(note.node for note in hit.related)]
            wanted += [node for piece in _moved(hit) for node in (piece.first, piece.last)]
        self.spans = self.spans_of(wanted)
        values = [*pieces, *(value for node in hidden for value in _texts(node))]
        self.hidden = Hidden([self.spans[id(node)] for node in hidden], values)
        ordered = sorted(_once(hits), key=lambda hit: (self.spans[id(hit.node)], hit.code))
        seen: Counter[tuple[str, str, str]] = Counter()
        return [self._finding(hit, self.spans[id(statements[id(hit.node)])], seen) for hit in ordered]

    def _statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """What a finding is known by: its statement; a handler's or a case's header counts as one of its own."""
        statement = self.names.index.statement_of(node)
        for one in (node, *self.names.index.ancestors(node)):
            if one is statement or isinstance(one, cst.ExceptHandler | cst.ExceptStarHandler | cst.MatchCase):
                return one
        return statement

    def _finding(self, hit: Hit, statement: Span, seen: Counter[tuple[str, str, str]]) -> Finding:
        rule = self.plan.rules[hit.code]
        span = self.spans[id(hit.node)]
        scope = _scope_name(self.names, hit.node)
        text = normalised(self._text(statement))
        seen[hit.code, scope, text] += 1
        severity = self.plan.severities.get(hit.code) or hit.severity or rule.severity
        related = tuple(
            Related(self.spans[id(note.node)], self.hidden.clean(note.message))
            for note in hit.related
            if self.spans[id(note.node)] != span
        )
        label = self.hidden.clean(hit.label)
        return Finding(
            code=hit.code,
            name=rule.name,
            severity=severity,
            path=self.place.shown,
            span=span,
            message=self.hidden.clean(hit.message),
            label=label,
            help=self.hidden.clean(hit.help),
            related=related,
            fix=self._fix(hit),
            confidence=hit.confidence,
            statement=statement,
            scope=scope,
            fingerprint=fingerprint(hit.code, self.place.relative, scope, text, seen[hit.code, scope, text]),
            shape=fingerprint(hit.code, "", scope, text, 0),
            frame=self._frame(span, label, related),
        )

    def _fix(self, hit: Hit) -> Fix | None:
        if hit.change is None:
            return None
        edits = tuple(self._edit(piece) for piece in hit.change.pieces)
        edits += tuple(edit for shift in hit.change.shifts for edit in self._shifted(shift))
        if any(self.hidden.clean(edit.text) != edit.text for edit in edits):
            return None  # reports show repairs: none that writes a secret anew is offered
        first = min((edit.span.line for edit in edits), default=None)
        added = additions(self.script.text, hit.change.imports, hit.change.constants, first)
        return None if added is None else Fix(hit.change.title, hit.change.safety, (*added, *edits))

    def _edit(self, piece: Piece) -> Edit:
        first, last = self.spans[id(piece.first)], self.spans[id(piece.last)]
        start = (first.end_line, first.end_column) if piece.from_end else (first.line, first.column)
        end = (last.line, last.column) if piece.to_start else (last.end_line, last.end_column)
        return Edit(self._whole_lines(Span(*start, *end)) if not piece.text else Span(*start, *end), piece.text)

    def _shifted(self, shift: Shift) -> Iterator[Edit]:
        first, last = self.spans[id(shift.first)], self.spans[id(shift.last)]
        start = first.end_line if shift.from_end else first.line
        for number in range(start + 1, self._last_comment(first.line, last.end_line) + 1):
            if self._line(number).strip():
                yield Edit(Span(number, 1, number, 1), shift.text)

    def _last_comment(self, first: int, last: int) -> int:
        """The line of the last comment right below a block that is further in than its first line, or the block's own last."""
        found, number = last, last + 1
        while number <= len(self.script.lines) and (not self._line(number).strip() or self._is_inner(first, number)):
            found = number if self._line(number).strip() else found
            number += 1
        return found

    def _is_inner(self, first: int, number: int) -> bool:
        own, outer = (len(line) - len(line.lstrip()) for line in (self._line(number), self._line(first)))
        return self._line(number).lstrip().startswith("#") and own > outer

    def _whole_lines(self, span: Span) -> Span:
        """Of what goes and leaves only blanks on its lines, the lines go too."""
        rest = self._line(span.line)[: span.column - 1] + self._line(span.end_line)[span.end_column - 1 :]
        last = span.end_line >= len(self.script.lines)
        return span if rest.strip() or last else Span(span.line, 1, span.end_line + 1, 1)

    def _text(self, span: Span) -> str:
        lines = list(self.script.lines[span.line - 1 : span.end_line])
        if not lines:
            return ""
        lines = [*lines[:-1], lines[-1][: span.end_column - 1]]
        return "\n".join([lines[0][span.column - 1 :], *lines[1:]])

    def _frame(self, span: Span, label: str, related: tuple[Related, ...]) -> tuple[FrameLine, ...]:
        marks: dict[int, list[Mark]] = {}
        for at, text, primary in [*((one.span, one.message, False) for one in related), (span, label, True)]:
            last = min(at.end_line, at.line + _LINES_SHOWN - 1)
            for number in range(at.line, last + 1):
                marks.setdefault(number, [])
                mark = self._mark(at, number, text if number == last else "", primary=primary)
                if mark is not None:
                    marks[number].append(mark)
        return tuple(self.hidden.line(number, self._line(number), marks[number]) for number in sorted(marks))

    def _mark(self, at: Span, number: int, text: str, *, primary: bool) -> Mark | None:
        line = self._line(number)
        start = at.column if number == at.line else len(line) - len(line.lstrip()) + 1
        end = at.end_column if number == at.end_line else len(line.rstrip()) + 1
        return Mark(start, max(end, start + 1), text, primary) if end > start or number == at.line else None

    def _line(self, number: int) -> str:
        return self.script.lines[number - 1] if number <= len(self.script.lines) else ""


def _moved(hit: Hit) -> tuple[Piece | Shift, ...]:
    return (*hit.change.pieces, *hit.change.shifts) if hit.change is not None else ()


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """One finding per code and node."""
    return list({(hit.code, id(hit.node)): hit for hit in hits}.values())


def _scope_name(names: Names, node: cst.CSTNode) -> str:
    above = [one.name.value for one in names.index.ancestors(node) if isinstance(one, cst.FunctionDef | cst.ClassDef)]
    return ".".join(reversed(above))


def _texts(node: cst.CSTNode) -> list[str]:
    """The values of a literal: what must not show in any other place either."""
    match node:
        case cst.SimpleString():
            value = node.evaluated_value
            return [value if isinstance(value, str) else value.decode("utf-8", "replace")]
        case cst.ConcatenatedString(left=left, right=right):
            return [*_texts(left), *_texts(right)]
        case cst.FormattedString(parts=parts):
            return [part.value for part in parts if isinstance(part, cst.FormattedStringText)]
        case _:
            return []
