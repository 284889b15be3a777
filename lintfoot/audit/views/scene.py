"""The scripts of an audit as the two maps of its page: what is drawn, in which of the five colours, and what is drawn together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.audit.ranking import HIGH, MEDIUM
from lintfoot.audit.views.treemap import Branch, Leaf, Picture, picture
from lintfoot.findings import printable
from lintfoot.records import replace
from lintfoot.reports.counts import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lintfoot.audit.records import Script
    from lintfoot.audit.views.page import Group, Shelf

_TILES, _FEW_TILES = 600, 60  # rectangles of the wide and of the narrow map
_WIDE, _NARROW = (1120, 460), (360, 420)
_SEVERE = 75  # from which risk on the darkest colour is used


def level(risk: int) -> int:
    """The colours of the map: 0 (nothing found) to 4 (severe)."""
    return 0 if risk <= 0 else 1 if risk < MEDIUM else 2 if risk < HIGH else 3 if risk < _SEVERE else 4


def maps(shelves: Sequence[Shelf], *, many: bool) -> tuple[Picture, Picture]:
    """The map for a wide screen, and the one for a phone."""
    branches = _branches(shelves, many=many)
    return picture(_fewer(branches, _TILES), *_WIDE), picture(_fewer(branches, _FEW_TILES), *_NARROW)


def _branches(shelves: Iterable[Shelf], *, many: bool) -> list[Branch]:
    """The map's first step is the repository where there are several, otherwise the first folder."""
    made: dict[str, list[Leaf]] = {}
    for shelf in shelves:
        keys = {group.path: group for group in shelf.groups}
        for script in shelf.repository.scripts:
            folder, slash, _ = script.path.partition("/")
            name = shelf.repository.name if many else f"{folder}/" if slash else "."
            made.setdefault(printable(name), []).append(_leaf(script, keys.get(script.path), shelf, many=many))
    return [Branch(name, tuple(leaves)) for name, leaves in made.items()]


def _leaf(script: Script, group: Group | None, shelf: Shelf, *, many: bool) -> Leaf:
    found = ", ".join(number(count, severity.value) for count, severity in group.counts) if group else "nothing found"
    where = f"{shelf.repository.name}: {script.path}" if many else script.path
    title = f"{where}: risk {script.risk}, {found}, {number(script.lines, 'line')}"
    name = script.path.rpartition("/")[2]
    return Leaf(group.key if group else "", printable(name), printable(title), script.lines, script.risk)


def _fewer(branches: Sequence[Branch], most: int) -> list[Branch]:
    """As many leaves as a map can show: the riskiest and the longest stay, the others of a branch become one."""
    leaves = [leaf for branch in branches for leaf in branch.leaves]
    if len(leaves) <= most:
        return list(branches)
    ordered = sorted(leaves, key=lambda leaf: (-(leaf.risk >= HIGH), -leaf.lines * (1 + level(leaf.risk)), leaf.title))
    kept = {id(leaf) for leaf in ordered[:most]}
    made = []
    for branch in branches:
        stay = [leaf for leaf in branch.leaves if id(leaf) in kept]
        rest = [leaf for leaf in branch.leaves if id(leaf) not in kept]
        made.append(replace(branch, leaves=(*stay, *_together(rest))))
    return made


def _together(leaves: Sequence[Leaf]) -> list[Leaf]:
    """One leaf in place of many: as large as all of them, and in the colour of what they come to on average."""
    if not leaves:
        return []
    weight = sum(leaf.weight for leaf in leaves)
    mean = round(sum(leaf.weight * leaf.risk for leaf in leaves) / weight)
    top = max(leaf.risk for leaf in leaves)
    title = f"{number(len(leaves), 'more script')}: risk {mean} on average, none above {top}"
    return [Leaf("", f"{len(leaves)} more", title, round(weight**2), mean)]  # areas are square roots
