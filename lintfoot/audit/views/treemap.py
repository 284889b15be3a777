"""The tree of scripts as nested rectangles: squarified, so that they can be compared and hit with a finger.

Squarified treemaps, after Bruls, Huizing and van Wijk (2000): each row of rectangles takes one more as long as that makes the worst
of them squarer. Area grows with the square root of a script's lines, so that a short script at high risk stays visible.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from lintfoot.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST = 9.0  # lines that the shortest script counts as


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in the units of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """One script, or many small ones together: `key` says what it leads to, `name` is short, `title` is the whole story."""

    key: str
    name: str
    title: str
    lines: int
    risk: int

    @property
    def weight(self) -> float:
        """How large it is drawn."""
        return math.sqrt(max(self.lines, _LEAST))


@dataclass(frozen=True, slots=True)
class Branch:
    """A repository or a folder, with its scripts."""

    name: str
    leaves: tuple[Leaf, ...]

    @property
    def weight(self) -> float:
        """How large it is drawn."""
        return sum(leaf.weight for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class Tile:
    """A leaf at its place, with as much of its name as fits there, and whether there is room for a second line."""

    leaf: Leaf
    box: Box
    label: str
    second: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A branch at its place, with its tiles below its name."""

    box: Box
    label: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, in a frame of `width` by `height`."""

    width: int
    height: int
    areas: tuple[Area, ...]


_HEAD = 18.0  # of an area, for its name
_GAP = 2.0  # between areas
_LETTER = 6.6  # width of a letter in 11 px, on the safe side
_LINE = 15.0  # height of a line of text
_PAD = 5.0


def picture(branches: Sequence[Branch], width: int, height: int) -> Picture:
    """Draw branches side by side, and the leaves of each inside it."""
    placed = squarified([(branch, branch.weight) for branch in branches if branch.leaves], Box(0, 0, width, height))
    return Picture(width, height, tuple(_area(branch, box, alone=len(placed) == 1) for branch, box in placed))


def _area(branch: Branch, box: Box, *, alone: bool) -> Area:
    gap = 0.0 if alone else _GAP
    outer = Box(box.x, box.y, max(box.width - gap, 1.0), max(box.height - gap, 1.0))
    label = "" if alone else fitting(branch.name, outer.width)
    head = _HEAD if label and outer.height > 2 * _HEAD else 0.0
    inner = Box(outer.x, outer.y + head, outer.width, max(outer.height - head, 1.0))
    tiles = tuple(_tile(leaf, at) for leaf, at in squarified([(leaf, leaf.weight) for leaf in branch.leaves], inner))
    return Area(outer, label if head else "", tiles)


def _tile(leaf: Leaf, box: Box) -> Tile:
    label = fitting(leaf.name, box.width) if box.height >= _LINE + 2 else ""
    return Tile(leaf, box, label, bool(label) and box.height >= 2 * _LINE + _PAD)


_SHORTEST = 5  # letters below which a label says nothing


def fitting(text: str, width: float) -> str:
    """As much of a text as fits into a width; nothing where that would say nothing."""
    room = int((width - 2 * _PAD) / _LETTER)
    if len(text) <= room:
        return text
    return f"{text[: room - 1]}…" if room >= _SHORTEST else ""


T = TypeVar("T")


def squarified(items: Iterable[tuple[T, float]], box: Box) -> list[tuple[T, Box]]:
    """Place items by weight, the heaviest first, so that together they fill the box. Weights are above 0."""
    left = sorted(items, key=lambda item: -item[1])
    total = sum(weight for _, weight in left)
    if not left or box.width <= 0 or box.height <= 0:
        return []
    scale = box.width * box.height / total
    areas = [(item, weight * scale) for item, weight in left]
    made: list[tuple[T, Box]] = []
    while areas:
        side = min(box.width, box.height)
        count = _best(areas, side)
        row, areas = areas[:count], areas[count:]
        placed, box = _row(row, box)
        made += placed
    return made


def _best(areas: Sequence[tuple[T, float]], side: float) -> int:
    """How many of the first items make the squarest row along a side."""
    taken, worst = 0, math.inf
    together = 0.0
    largest = areas[0][1]
    for _, area in areas:
        together += area
        ratio = max(side * side * largest / together**2, together**2 / (side * side * area))
        if ratio > worst:
            break
        taken, worst = taken + 1, ratio
    return max(taken, 1)


def _row(row: Sequence[tuple[T, float]], box: Box) -> tuple[list[tuple[T, Box]], Box]:
    """Lay a row along the shorter side; what is left of the box comes back."""
    together = sum(area for _, area in row)
    made: list[tuple[T, Box]] = []
    at = 0.0
    if box.width >= box.height:
        thick = together / box.height
        for item, area in row:
            size = area / thick
            made.append((item, Box(box.x, box.y + at, thick, size)))
            at += size
        return made, Box(box.x + thick, box.y, max(box.width - thick, 0.0), box.height)
    thick = together / box.width
    for item, area in row:
        size = area / thick
        made.append((item, Box(box.x + at, box.y, size, thick)))
        at += size
    return made, Box(box.x, box.y + thick, box.width, max(box.height - thick, 0.0))
