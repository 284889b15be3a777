"""A cheap look at the text: which visitors can have anything to say about a file, and in which of its statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lintfoot.gates.gate import Gate, Named
from lintfoot.records import dataclass, field
from lintfoot.sight import Sight
from lintfoot.split import Division, Unit


@dataclass(frozen=True, slots=True)
class Aim:
    """A visitor, the units that it is sent to, and by their numbers the last names of the only calls in them that it is shown."""

    gate: Gate
    units: frozenset[int]
    named: Mapping[int, set[str]] = field(default_factory=dict)


def is_chosen(gate: Gate, sight: Sight) -> bool:
    """Whether a visitor speaks for a chosen rule."""
    return not gate.codes or not sight.rules.keys().isdisjoint(gate.codes)


def has_a_say(gate: Gate, sight: Sight) -> bool:
    """Whether a file holds one of the words without which a visitor has nothing to say, and is no test that it spares.

    What other files of the project say behind imported names counts like the file's own text.
    """
    if gate.spares_tests and sight.is_test:
        return False
    words = sight.gate(gate)
    return not words or sight.holds(words)


def speaking(sight: Sight, gates: Iterable[Gate]) -> list[Gate]:
    """The visitors of chosen rules that have a say."""
    return [gate for gate in gates if is_chosen(gate, sight) and has_a_say(gate, sight)]


def hiding(sight: Sight, gates: Iterable[Gate]) -> list[Gate]:
    """The visitors that run for what they keep out of the findings of others."""
    return [gate for gate in gates if gate.hides and not is_chosen(gate, sight) and has_a_say(gate, sight)]


def aimed(sight: Sight, gates: list[Gate], *, hidden: bool = False, slices: bool = True) -> list[Aim] | None:
    """Where each visitor has to look; None where one of them needs the whole file, or the text cannot be cut up.

    With `hidden` that is wherever it may find something to hide; without `slices` each function is taken whole.
    """
    found: list[Aim] = []
    for gate in gates:
        places = gate.covers(sight) if hidden else gate.places(sight)
        if places is None:
            return None
        lines = set(places)
        if not lines:
            continue
        if sight.division is None:
            return None
        held = [unit for unit in map(sight.division.at, lines) if unit is not None]
        exact = slices and gate.slices
        if not exact:
            held = [one for unit in held for one in unit.outermost().below()]
        units = {unit.number for unit in held}
        if units:
            exact = exact and not gate.hides  # for what hides secrets no statement is looked at twice
            named = _named(sight.division, places) if exact and isinstance(places, dict) else {}
            found.append(Aim(gate, frozenset(units), named))
    return found


def _named(division: Division, places: Named) -> dict[int, set[str]]:
    """By the number of a unit the last names of calls that are meant on its lines."""
    found: dict[int, set[str]] = {}
    for line, names in places.items():
        unit = division.at(line)
        if unit is not None:
            found.setdefault(unit.number, set()).update(names)
    return found


def units_of(aims: list[Aim], units: list[Unit]) -> list[tuple[Unit, frozenset[int]]]:
    """The units that anybody is sent to, in order, with the numbers of the aims."""
    wanted = sorted(set().union(*(aim.units for aim in aims)))
    return [(units[one], frozenset(n for n, aim in enumerate(aims) if one in aim.units)) for one in wanted]
