"""Which functions of the project are worth reading: those that may wrap a modelled call, make a client, or tell of errors.

Python's own parser shows it: what a function mentions, what it hands its parameters to.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection
from typing import TYPE_CHECKING

from lintfoot import sketches
from lintfoot.libraries import Function
from lintfoot.records import dataclass

if TYPE_CHECKING:
    from lintfoot.parts import Seen
    from lintfoot.places import Spot
    from lintfoot.project import Project

ROLES = frozenset(
    {"request", "connect", "client", "process", "retry", "poll", "log", "log-traceback", "report"}
)  # what a fact may tell of
MADE = frozenset({"client", "connect"})
_TOLD = frozenset({"log-traceback", "report"})
_CALLED = ROLES - _TOLD - {"log"} | {"shell", "shell-runner", "command"}
_RUN = frozenset({"process", "shell", "shell-runner", "command"})
_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Interest:
    """Whether a function pays by itself, and the functions that it may do no more than stand for.

    `runs` tells that it mentions what runs commands.
    """

    pays: bool
    followed: tuple[Spot, ...] = ()
    runs: bool = False


class Curious:
    """One name of one module, and what that module's other names mean; `rest` is the name, and the member of a class."""

    def __init__(self, project: Project, file: str, rest: tuple[str, ...]) -> None:
        self.project, self.file = project, file
        self.spot = (file, rest)
        self.name, self.attrs = rest[0], rest[1:]
        self.view = project.view(file)

    def interest(self) -> Interest | None:
        """What makes a function worth reading; None for what is none, or is met elsewhere."""
        of = self.project.outline(self.file)
        if of is None or not of.kind(self.name):
            return None
        imported = of.imports(self.name)
        if imported:
            spot = self.view.find(".".join((imported, *self.attrs)))
            return Interest(pays=False, followed=(spot,) if spot is not None and spot[1] else ())
        if of.kind(self.name) == "class":
            found = of.methods(self.name).get((self.attrs or ("__init__",))[0])
            method = of.method(self.name, found[0]) if found else None
            return self.interest_in(of, method, of.owner(self.name)) if method is not None else None
        node = of.tree(self.name) if of.kind(self.name) == "def" and not self.attrs else None
        return self.interest_in(of, node, None) if isinstance(node, sketches.DEFS) else None

    def interest_in(self, of: Seen, node: sketches.Def, owner: sketches.Owner | None) -> Interest:
        """Whether a function may be a wrapper, a factory or a reporter: by what it mentions, and by what it hands on."""
        look = sketches.sketch(node)
        made = owner.makers if owner is not None else {}
        plain = look.mentions | look.handling
        used = {made[name.split(".")[1]] for name in plain if name.startswith("self.") and name.split(".")[1] in made}
        does_what = self._roles(of, plain | used)
        roles = {role for some in does_what.values() for role in some}
        tells = look.tells or any(not _TOLD.isdisjoint(does_what.get(name, ())) for name in look.mentions)
        does = not _CALLED.isdisjoint(roles) and (bool(look.handed) or (look.returns and not MADE.isdisjoint(roles)))
        unseen = any(not name or self.spot_of(of, name) is None for name in look.running)
        pays = tells or unseen or does
        names = look.opened | used | (look.handed | look.passed if look.thin else set())
        spots = (self.spot_of(of, name) for name in sorted(names) if name)
        runs = look.calls or not _RUN.isdisjoint(roles)
        return Interest(pays, tuple(spot for spot in spots if spot is not None), runs)

    def runs_in(self, of: Seen, node: ast.AST) -> bool:
        """Whether code mentions what runs commands: by a model, or by its name."""
        look = sketches.sketch(node)
        roles = self._roles(of, look.mentions | look.handling).values()
        return look.calls or not all(map(_RUN.isdisjoint, roles))

    def _roles(self, of: Seen, names: Collection[str]) -> dict[str, Collection[str]]:
        """What mentioned names do, of those that mean anything outside their function: a library's, or objects of the project."""
        firsts = {name: name.partition(".")[0] for name in names}
        bound = {one for one in set(firsts.values()) if of.binds(one) or of.imports(one) or one in _BUILTINS}
        return {name: self._role(of, name, first) for name, first in firsts.items() if first in bound}

    def _role(self, of: Seen, name: str, first: str) -> Collection[str]:
        known = self.known(of, name)
        if known is not None:
            return known.role
        return self.project.role(self.file, first) if of.imports(first) or of.kind(first) == "value" else ()

    # names as they are written in this file

    def as_written(self, of: Seen, name: str) -> str:
        """The qualified name of what stands in this file under a dotted name; empty for what it does not import or bind."""
        first, dot, rest = name.partition(".")
        imported = of.imports(first)
        if imported:
            return imported + dot + rest
        if of.binds(first):
            return ".".join((self.project.tree.dotted(self.file), name))
        return f"builtins.{name}" if name in _BUILTINS else ""

    def known(self, of: Seen, name: str) -> Function | None:
        """The shipped model of a name as it is written in this file."""
        full = self.as_written(of, name)
        return self.project.modelled(full) if full else None

    def spot_of(self, of: Seen, name: str) -> Spot | None:
        """Where a name of this file leads inside the project: imported, bound here, or a method of `self`."""
        first, _, rest = name.partition(".")
        if of.imports(first):
            spot = self.view.find(self.as_written(of, name))
            return spot if spot is not None and 0 < len(spot[1]) <= 2 else None  # noqa: PLR2004 - a class and its member
        if first == "self" and rest and "." not in rest and self.attrs:
            return self.file, (self.name, rest)
        return (self.file, tuple(name.split(".")[:2])) if of.binds(first) else None
