"""Facts from other files of the project: constants, clients, loggers, thin wrappers, functions that tell of errors.

Files are read where a name that they bind is asked for, never imported, and only inside the project. A fact holds no node
of the file that it was read from, and does not depend on which files were named or in which order they are checked.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from lintfoot.libcst_import import bring
from lintfoot.libraries import Derived, Function, Models
from lintfoot.outlines import Outlines
from lintfoot.places import Spot, Tree
from lintfoot.trail import FILE, Lean, Parts
from lintfoot.wanted import Facts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import libcst as cst

    from lintfoot.bearings import Bearings
    from lintfoot.interests import Interest
    from lintfoot.makers import Reports
    from lintfoot.parts import Seen
    from lintfoot.questions import Told
    from lintfoot.values import Value

_MOST = 2000  # facts worked out for one question; a project that needs more is built to need more
_DEEPEST = 30
_STEPS = 3  # from a wrapper to what it wraps, until it is no wrapper any more
_LONGEST = 2  # parts of a name inside a module: a class and its member


class Project:
    """What is known of the files of one run's project, each question answered once.

    What answers hang on is noted where outcomes are kept.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        models: Models,
        reports: Reports,
        texts: Mapping[str, bytes] | None = None,
        *,
        is_kept: bool = True,
    ) -> None:
        self.tree = Tree(root, is_kept=is_kept)
        self.trail = self.tree.trail
        self.outlines = Outlines(self.tree, texts or {})
        self.models = models
        self.reports = reports
        self._found: dict[tuple[str, ...], dict[str, Spot | None]] = {}
        self._tops: dict[tuple[tuple[str, ...], str], bool] = {}
        self._interests: dict[Spot, Interest | None] = {}
        self._told: dict[Spot, Told | None] = {}
        self._modelled: dict[str, Function | None] = {}
        self._roles: dict[tuple[str, str], Collection[str]] = {}
        self._asking: dict[Spot, int] = {}
        self._seen: dict[str, Seen | None] = {}
        self._open_until: float = inf
        self._spent = 0

    @cached_property
    def bearings(self) -> Bearings:
        """What names of other files lead to."""
        from lintfoot.bearings import Bearings

        return Bearings(self)

    def let_go(self) -> None:
        """Let go of all that was learned: whoever knows it knows the project, too."""
        for one in (self.outlines, self.trail, self):
            vars(one).clear()

    def package(self, file: str) -> str:
        """The dotted package that a file is in."""
        return self.tree.package(file)

    def view(self, file: str) -> View:
        """The project as one file sees it, for one question: what it learns on the way is no news to the next one."""
        return View(self, file)

    def outline(self, file: str) -> Seen | None:
        """The top level of a module, for one question; None for what cannot be read."""
        key = ("outline", file)
        self.trail.passed(key)
        if file not in self.outlines.known:
            self.trail.enter(key)
            self.trail.passed((FILE, (file, "")))
            self.outlines.read(file)
            self.trail.leave()
        if file not in self._seen:
            from lintfoot.parts import Seen

            of = self.outlines.known[file]
            seen = Seen(of, file, self.trail) if of is not None else None
            if self.trail.is_kept:
                return seen
            self._seen[file] = seen  # where nothing is noted all questions look at the same
        return self._seen[file]

    def leans(self, file: str) -> tuple[tuple[Lean, ...], tuple[Parts, ...]]:
        """What a script's findings hang on besides its own text, as it was found, also what is not there; and the parts of each."""
        ends = self.trail.ends(("script", file))
        whole = tuple((kind, path, self._as_found(kind, path)) for kind, path in ends)
        return whole, tuple(("\n".join(parts), self._part(*end, parts)) for end, parts in ends.items())

    def _as_found(self, kind: str, path: str) -> bytes:
        return self.outlines.contents.get(path, b"") if kind == FILE else self.tree.state(kind, path)

    def _part(self, kind: str, path: str, parts: list[str]) -> bytes:
        if kind == FILE:
            from lintfoot.parts import state

            return state(self.outlines.known.get(path), parts)
        return self.tree.within(path, parts)

    def binds(self, file: str, name: str) -> bool:
        """Whether a module's top level binds a name."""
        found = self.outline(file)
        return found is not None and found.binds(name)

    @property
    def is_idle(self) -> bool:
        """Whether no question is being answered: what is told now is final."""
        return not self._asking

    def told(self, spot: Spot) -> Told | None:
        """What is known of a name of a module.

        A fact that leads back to itself is none. What was worked out on the way, without it, is not kept: asked for by
        itself it may be more.
        """
        self.trail.passed(("told", spot))
        if spot in self._told:
            return self._told[spot]
        if spot in self._asking:
            self._open_until = min(self._open_until, self._asking[spot])
            return None
        depth = len(self._asking)
        self._spent = self._spent + 1 if depth else 0
        if depth > _DEEPEST or self._spent > _MOST:
            self._open_until = 0
            return None
        bring()
        from lintfoot.questions import Question  # it brings libcst along: not before anything is asked

        before, self._open_until = self._open_until, inf
        self._asking[spot] = depth
        self.trail.enter(("told", spot))
        try:
            found = Question(self, *spot).answer()
        finally:
            self.trail.leave()
            del self._asking[spot]
        if self._open_until >= depth:
            self._told[spot] = found
            self._open_until = inf
        self._open_until = min(before, self._open_until)
        return found

    def worth(self, spot: Spot, interest: Interest) -> bool:
        """Whether a function is worth reading: it pays, or may do no more than stand for one that does, a few steps away."""
        seen, level = {spot}, [interest]
        for _ in range(_STEPS):
            if any(one.pays for one in level):
                return True
            spots = {after for one in level for after in one.followed} - seen
            seen |= spots
            level = [one for one in map(self.interest, sorted(spots)) if one is not None]
        return any(one.pays for one in level)

    def is_worth(self, spot: Spot) -> bool:
        """The same of what is at a spot; False of what is no function."""
        interest = self.interest(spot)
        return interest is not None and self.worth(spot, interest)

    def interest(self, spot: Spot) -> Interest | None:
        """What makes the function at a spot worth reading; None for what is none, and while that is being worked out."""
        key = ("interest", spot)
        self.trail.passed(key)
        if spot not in self._interests:
            self._interests[spot] = None  # asked again on the way, it adds nothing
            self.trail.enter(key)
            from lintfoot.interests import Curious

            self._interests[spot] = Curious(self, *spot).interest()
            self.trail.leave()
        return self._interests[spot]

    def modelled(self, name: str) -> Function | None:
        """The shipped model of a qualified name, whatever it is called elsewhere."""
        if name not in self._modelled:
            self._modelled[name] = self.models.function(self.models.canonical(name))
        return self._modelled[name]

    def role(self, file: str, name: str) -> Collection[str]:
        """What an object does that a module imports, or makes, under a name."""
        known, key = (file, name), ("role", (file, name))
        self.trail.passed(key)
        if known in self._roles:
            return self._roles[known]
        self.trail.enter(key)
        imported = of.imports(name) if (of := self.outline(file)) is not None else ""
        found = self.view(file).told(imported, code=False) if imported else self.told((file, (name,)))
        self.trail.leave()
        made = found.what if found is not None and found.kind == "object" else None
        role = made.role if isinstance(made, Derived) else ()
        if self.is_idle:
            self._roles[known] = role
        return role

    def find(self, bases: tuple[str, ...], name: str) -> Spot | None:
        """The module that a qualified name leads to from some folders, and what is asked of it."""
        known, key = self._found.setdefault(bases, {}), ("find", (bases, name))
        self.trail.passed(key)
        if name not in known:
            self.trail.enter(key)
            parts = tuple(name.split("."))
            here = self.has(bases, parts[0]) and all(part.isidentifier() for part in parts)
            known[name] = self.tree.find(bases, parts, self.binds) if here else None
            self.trail.leave()
        return known[name]

    def has(self, bases: tuple[str, ...], top: str) -> bool:
        """Whether a name at the top may be the project's: the standard library's are not, whatever is called like them."""
        if top in sys.stdlib_module_names:
            return False
        known, key = (bases, top), ("top", (bases, top))
        self.trail.passed(key)
        if known not in self._tops:
            self.trail.enter(key)
            self._tops[known] = self.tree.has(bases, top)
            self.trail.leave()
        return self._tops[known]


class View:
    """The project as one file sees it: what the names mean that it imports from other files."""

    def __init__(self, project: Project, file: str) -> None:
        self.project = project
        self.file = file
        self._homes: dict[str, str] = {}
        self._known: dict[str, Told | None] = {}

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The folders in which the file's absolute imports are looked for."""
        return self.project.tree.bases(self.file)

    @cached_property
    def models(self) -> Models:
        """All models, those of the project's own functions included."""
        return self.project.models.beyond(self.function, self._stands_beside)

    def _stands_beside(self, name: str) -> bool:
        """Whether a name of a library is one of a module beside the file, which Python finds first: `slack.py` next to a script."""
        top, _, rest = name.partition(".")
        beside = self.project.has(self.bases[:1], top)
        file = self.project.tree.module(self.bases[0], top) if beside else None
        return file not in (None, self.file) and self.project.binds(file, rest.partition(".")[0])

    def value(self, name: str, node: cst.BaseExpression) -> Value | None:
        """What a qualified name stands for, where it is more than its name: a constant, an object, another's name."""
        found = self.told(name, code=False)
        if found is None:
            return None
        from lintfoot.sketches import Fixed, Renamed
        from lintfoot.values import Constant, Instance, Named

        match found.what, found.kind:
            case Fixed(value=value), _:
                return Constant(value, node)
            case Renamed(name=other), _:
                return Named(self.models.canonical(other))
            case Derived(returns=returns), "object" if returns:
                return Instance(returns, None, name)
            case _:
                return None

    def function(self, name: str) -> Function | None:
        """The model of a function, a class or an object of the project."""
        found = self.told(name)
        return found.what if found is not None and isinstance(found.what, Derived) else None

    def told(self, name: str, *, code: bool = True) -> Told | None:
        """What is known of a qualified name; without `code`, functions and classes are not asked for what they do."""
        return self._known[name] if name in self._known else self._told(name, code=code)

    def _told(self, name: str, *, code: bool) -> Told | None:
        spot = self.find(name)
        if spot is None or not 0 < len(spot[1]) <= _LONGEST or spot[0] == self.file:
            self._known[name] = None
            return None
        if not code and self._is_code(spot):
            return None
        found = self.project.told(spot)
        if found is not None and not self._homes.items() >= dict(found.homes).items():
            self._homes.update(found.homes)
            self._known = {name: told for name, told in self._known.items() if told is not None}
        if self.project.is_idle:
            self._known[name] = found
        return found

    def facts(self, name: str, written: Collection[str]) -> Facts:
        """What a qualified name leads to; of classes only members count that are `written`."""
        return self.project.bearings.facts(self, name, written)

    def makes(self, name: str) -> bool:
        """Whether a qualified name is a class or a function that a file of the project makes, also where others import it."""
        return self.project.bearings.makes(self, name)

    def spread_by(self, module: str) -> set[str]:
        """The names that `from module import *` may bring in from the project."""
        return self.project.bearings.starred(self, module)

    def find(self, name: str) -> Spot | None:
        """The module that a qualified name leads to, and what is asked of it."""
        head = name
        while head and self._homes:
            if head in self._homes:
                rest = tuple(name[len(head) + 1 :].split(".")) if len(head) < len(name) else ()
                return (self._homes[head], rest) if all(part.isidentifier() for part in rest) else None
            head = head.rpartition(".")[0]
        return self.project.find(self.bases, name)

    def may_see(self, name: str) -> bool:
        """Whether a qualified name may be the project's, by its first part."""
        return self.project.has(self.bases, name.partition(".")[0])

    def _is_code(self, spot: Spot) -> bool:
        found = self.project.outline(spot[0])
        return found is not None and found.kind(spot[1][0]) in ("def", "class") and len(spot[1]) == 1
