"""The visitors that a file needs, sent over its tree or over parts of it in one walk, and what they found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from lintfoot import repairs
from lintfoot.findings import Bug, Span
from lintfoot.gates import VISITORS
from lintfoot.gates.call_lines import running
from lintfoot.gates.gate import Gate
from lintfoot.names import Names
from lintfoot.parse import Script
from lintfoot.placing import Finder
from lintfoot.plans import Place, Plan, Visited, source_of
from lintfoot.positions import shifted, spans
from lintfoot.project import View
from lintfoot.records import replace
from lintfoot.regions import InDoubt, Regions
from lintfoot.scopes import FunctionNode
from lintfoot.sight import Sight
from lintfoot.triage import Aim, aimed, hiding, speaking, units_of
from lintfoot.visitors.base import Context, Hit, Visitor, visitor_of
from lintfoot.visitors.evidence import Evidence
from lintfoot.walk import Walk, trace, walk


def bring_visitors(codes: Collection[str]) -> None:
    """Import the visitors of some rules, and those that hide; and what mends the findings of these rules."""
    for gate in VISITORS:
        if gate.hides or any(code in codes for code in gate.codes):
            visitor_of(gate)
    for code in codes:
        repairs.repair(code)


def tells_of_exceptions(names: Names, function: FunctionNode) -> bool:
    """Whether a function of another file tells of the exception being handled: what a project asks of visitors."""
    return Evidence(names).reports(function)


def whole(script: Script, place: Place, plan: Plan, view: View | None, gates: Sequence[Gate]) -> Visited:
    """Visit the tree of the whole file."""
    names = Names(script.module, view.models if view is not None else plan.models, place.package, view)
    visitors = _visitors(script, place, plan, names, gates)
    try:
        return _seen(script, place, plan, names, visitors)
    finally:
        _let_go(names, names.index, *visitors)


def _seen(script: Script, place: Place, plan: Plan, names: Names, visitors: list[Visitor]) -> Visited:
    bugs = walk(script.module, visitors, place.shown)
    hits = _hits(visitors, plan)
    seen = Visited(bugs=tuple(bugs), lines=len(script.lines), whole=True)
    if not hits:
        return seen
    hits = [_repaired(visitors[0].context, hit, bugs) for hit in hits]
    finder = Finder(script, place, plan, names, lambda nodes: shifted(spans(script.module, nodes), script.shifts))
    found = tuple(finder.findings(hits, *_secrets(visitors)))
    return replace(seen, findings=found, bugs=tuple(bugs), source=source_of(script, place), hidden=finder.hidden)


def in_parts(
    script: Script, place: Place, plan: Plan, view: View | None, sight: Sight, aims: list[Aim]
) -> Visited | None:
    """Visit the parts of a file that visitors are aimed at; None where it has to be taken whole after all."""
    if sight.division is None or sight.census is None:
        return None
    held: list[object] = []
    try:
        regions = Regions(sight.division, place.package, sight.census, lambda: running(sight))
        models = view.models if view is not None else plan.models
        names = Names(regions.module, models, place.package, view, regions.index)
        held += [names, regions.index, regions]
        return _parts(script, place, plan, names, sight, aims, regions, held)
    except InDoubt:
        return None
    finally:
        _let_go(*held)


def _let_go(*held: object) -> None:
    """Let go of a tree with its file: those who know it know each other as well, and the collector of circles is off."""
    for one in held:
        vars(one).clear()


def _parts(
    script: Script,
    place: Place,
    plan: Plan,
    names: Names,
    sight: Sight,
    aims: list[Aim],
    regions: Regions,
    held: list[object],
) -> Visited:
    visitors, bugs = _sent(script, place, plan, names, aims, regions)
    held += visitors
    hits = _hits(visitors, plan)
    if not hits:
        return Visited(bugs=tuple(bugs), lines=regions.lines)
    hiders, faults = _sent(script, place, plan, names, _covering(sight, aims, regions), regions)
    held += hiders
    hits += _hits(hiders, plan)
    hits = [_repaired(visitors[0].context, hit, bugs) for hit in hits]
    finder = Finder(script, place, plan, names, lambda nodes: _spans_in(regions, nodes))
    found = finder.findings(hits, *_secrets([*visitors, *hiders]))
    source = source_of(script, place)
    return Visited(tuple(found), (*bugs, *faults), source, finder.hidden, lines=regions.lines)


def _covering(sight: Sight, aims: list[Aim], regions: Regions) -> list[Aim]:
    """Where there may be something to hide that nobody has looked at yet."""
    seen = {aim.gate: aim.units for aim in aims}
    gates = [*hiding(sight, VISITORS), *(gate for gate in speaking(sight, VISITORS) if gate.hides)]
    found = aimed(sight, gates, hidden=True)
    if found is None:
        every = frozenset(unit.number for unit in regions.division.units)
        found = [Aim(gate, every) for gate in gates]
    return [Aim(one.gate, one.units - seen.get(one.gate, frozenset()), one.named) for one in found]


def _sent(
    script: Script, place: Place, plan: Plan, names: Names, aims: list[Aim], regions: Regions
) -> tuple[list[Visitor], list[Bug]]:
    """Send visitors over the units that they are aimed at, in one walk."""
    visitors = _visitors(script, place, plan, names, [aim.gate for aim in aims])
    going = Walk(visitors, place.shown)
    wanted = units_of(aims, regions.division.units)
    regions.read_all(unit for unit, _ in wanted)
    for unit, among in wanted:
        node = regions.read(unit)
        going.named = {one: aims[one].named[unit.number] for one in among if unit.number in aims[one].named}
        if unit.members:
            going.head(node, among)
        else:
            going.over((node,), among)
    going.ends(regions.module)
    return visitors, going.bugs


def _spans_in(regions: Regions, nodes: Sequence[cst.CSTNode]) -> dict[int, Span]:
    """The places of nodes of a file that was read in parts."""
    by_unit: dict[int, list[cst.CSTNode]] = {}
    for node in nodes:
        by_unit.setdefault(regions.unit(node), []).append(node)
    found: dict[int, Span] = {}
    for number, some in by_unit.items():
        module, lines = regions.standing(number)
        with regions.closed(number):
            places = spans(module, some)
        for key, at in places.items():
            found[key] = Span(lines[at.line - 1], at.column, lines[at.end_line - 1], at.end_column)
    return found


def _visitors(script: Script, place: Place, plan: Plan, names: Names, gates: Iterable[Gate]) -> list[Visitor]:
    context = Context(
        place.shown, script.text, names.index.module, names, names.models, plan.rules, plan.options, place.is_test
    )
    return [visitor_of(gate)(context) for gate in gates]


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
