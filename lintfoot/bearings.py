"""What a name of another file may lead to, as far as somebody asks: a modelled function, a text, a class that has either.

Most of what a script imports from its neighbours is of no interest to the question at hand, and outlines tell most of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from lintfoot.interests import Curious
from lintfoot.libraries import Derived
from lintfoot.records import dataclass, field
from lintfoot.sketches import Fixed, Renamed
from lintfoot.wanted import Facts

if TYPE_CHECKING:
    from lintfoot.parts import Seen
    from lintfoot.places import Spot
    from lintfoot.project import Project, View

_ENTRIES = frozenset({"__init__", "__new__", "__call__", "__enter__", "__aenter__"})  # called without being written
_LONGEST = 2  # parts of a name inside a module: a class and its member


class Bearings:
    """Asks the files of one project what their names lead to, each name once for all who ask."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._steps: dict[Spot, Step] = {}

    def facts(self, view: View, name: str, written: Collection[str]) -> Facts:
        """What a qualified name leads to, seen from one file; of classes only members count that the file has `written`."""
        found, first = Facts(), view.find(name)
        waiting = [first] if first is not None and first[0] != view.file else []
        seen: set[Spot] = set()
        while waiting:
            spot = waiting.pop()
            if spot not in seen and 0 < len(spot[1]) <= _LONGEST:
                seen.add(spot)
                step = self.step(spot)
                found.functions += step.facts.functions
                found.outside |= step.facts.outside
                found.texts += step.facts.texts
                waiting += step.spots
                waiting += [(spot[0], (spot[1][0], one)) for one in step.members if one in written or one in _ENTRIES]
        return found

    def makes(self, view: View, name: str) -> bool:
        """Whether a name is that of a class or a function, seen from one file; also behind imports of nothing else."""
        spot = view.find(name)
        seen: set[Spot] = set()
        while spot is not None and spot[0] != view.file and len(spot[1]) == 1 and spot not in seen:
            seen.add(spot)
            step = self.step(spot)
            if step.is_code:
                return True
            spot = step.spots[0] if step.is_import and step.spots else None
        return False

    def step(self, spot: Spot) -> Step:
        """What a name is, as far as one step tells: whoever asks, it is the same."""
        key = ("step", spot)
        self.project.trail.passed(key)
        if spot not in self._steps:
            self.project.trail.enter(key)
            of, step = self.project.outline(spot[0]), Step()
            if of is not None:
                _Look(self, step).look(of, spot)
            self.project.trail.leave()
            if not self.project.is_idle:
                return step  # an answer that leads back to the question being answered is not there yet
            self._steps[spot] = step
        return self._steps[spot]

    def starred(self, view: View, module: str) -> set[str]:
        """The names that a star brings in from a module of the project, and from those that it takes whole."""
        seen, waiting, found = set[str](), [(view, module)], set[str]()
        while waiting:
            seer, name = waiting.pop()
            spot = seer.find(name)
            of = self.project.outline(spot[0]) if spot is not None and not spot[1] else None
            if spot is not None and of is not None and spot[0] not in seen:
                seen.add(spot[0])
                found.update(of.public)
                waiting += [(self.project.view(spot[0]), star) for star in of.stars]
        return found


@dataclass(slots=True)
class Step:
    """What one look at a name tells: facts, the names that it leads to, and of a class its members, which count where written."""

    facts: Facts = field(default_factory=Facts)
    spots: list[Spot] = field(default_factory=list)
    members: frozenset[str] = frozenset()
    is_code: bool = False
    is_import: bool = False


class _Look:
    """One look at a name: at what it is given, made of, or inherits from."""

    def __init__(self, bearings: Bearings, step: Step) -> None:
        self.bearings, self.project, self.step = bearings, bearings.project, step

    def look(self, of: Seen, spot: Spot) -> None:
        """Follow what `questions` follows, one step."""
        file, (name, *attrs) = spot
        view, rest = self.project.view(file), "".join(f".{attr}" for attr in attrs)
        kind, imported = of.kind(name), of.imports(name)
        self.step.is_code = not imported and not attrs and kind in ("class", "def")
        self.step.is_import = kind in ("", "import") and bool(imported) and of.only_imported(name)
        if not of.binds(name):
            for module in of.stars if not name.startswith("_") else ():
                self._follow(view, f"{module}.{name}{rest}", outside=False)
        elif imported and (kind or of.only_imported(name)):
            self._follow(view, imported + rest)
        elif kind == "class":
            if not attrs:
                self._class(of, view, spot)
            elif attrs[0] in of.methods(name):
                self._function(spot, attrs[0])
            else:
                self._told(spot)
        elif kind == "def":
            self._function(spot, name)
        elif kind and not attrs:
            self._told(spot)

    def _follow(self, view: View, name: str, *, outside: bool = True) -> None:
        spot = view.find(name)
        if spot is not None:
            self.step.spots.append(spot)
        elif outside:
            self.step.facts.outside.add(self.project.models.canonical(name))

    def _class(self, of: Seen, view: View, spot: Spot) -> None:
        """A class: what it inherits from, how its objects are made, and its members."""
        name, asks = spot[1][0], Curious(self.project, *spot)
        owner = of.owner(name)
        if owner is None:
            return
        for base in owner.bases:
            above = asks.as_written(of, base) if base else ""
            if above:
                self._follow(view, above)
        self.step.members = frozenset(of.methods(name).keys() | owner.attributes.keys())

    def _function(self, spot: Spot, name: str) -> None:
        if self.project.is_worth(spot):
            self._told(spot, name)

    def _told(self, spot: Spot, name: str = "") -> None:
        told = self.project.told(spot)
        match told.what if told is not None else None:
            case Fixed(value=value):
                self.step.facts.texts += _texts(value)
            case Renamed(name=other):
                self.step.facts.outside.add(other)
            case Derived() as made:
                if made.tells:
                    self.step.facts.functions.append(("" if name in _ENTRIES else name, made))
                for other in (made.returns, *made.bases):
                    self._made(other, told.homes if told is not None else ())
            case _:
                pass

    def _made(self, name: str, homes: tuple[tuple[str, str], ...]) -> None:
        """What a call gives an object of: a class of the project, or one that a model knows."""
        for module, file in homes:
            if name.startswith(f"{module}."):
                self.step.spots.append((file, tuple(name[len(module) + 1 :].split("."))))
                return
        if name:
            self.step.facts.outside.add(name)


def _texts(value: object) -> Iterator[str]:
    """The texts in a constant."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
