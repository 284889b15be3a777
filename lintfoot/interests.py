"""Which functions of the project are worth reading: those that may wrap a modelled call, make a client, or tell of errors.

Python's own parser shows it: what a function mentions, what it hands its parameters to.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintfoot import sketches
from lintfoot.libraries import Derived, Function
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
        match of.tree(self.name):
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node if not self.attrs:
                return self.interest_in(of, node, None)
            case ast.ClassDef() as owner:
                wanted = (self.attrs or ("__init__",))[0]
                found = [one for one in owner.body if isinstance(one, sketches.DEFS) and one.name == wanted]
                return self.interest_in(of, found[0], owner) if found else None
            case _:
                return None

    def interest_in(self, of: Seen, node: sketches.Def, owner: ast.ClassDef | None) -> Interest:
        """Whether a function may be a wrapper, a factory or a reporter: by what it mentions, and by what it hands on."""
        look = sketches.sketch(node)
        made = sketches.makers(owner) if owner is not None else {}
        plain = look.mentions | look.handling
        used = {made[name.split(".")[1]] for name in plain if name.startswith("self.") and name.split(".")[1] in made}
        roles = {role for name in plain | used for role in self._roles(of, name)}
        tells = look.tells or any(not _TOLD.isdisjoint(self._roles(of, name)) for name in look.mentions)
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
        return look.calls or any(not _RUN.isdisjoint(self._roles(of, name)) for name in look.mentions | look.handling)

    def _roles(self, of: Seen, name: str) -> Iterator[str]:
        """What a mentioned name does: a library's, or an object of the project."""
        known = self.known(of, name)
        if known is not None:
            yield from known.role
            return
        first = name.partition(".")[0]
        if of.imports(first):
            found = self.view.told(self.as_written(of, first), code=False)
        elif of.kind(first) == "value":
            found = self.project.told((self.file, (first,)))
        else:
            return
        if found is not None and found.kind == "object" and isinstance(found.what, Derived):
            yield from found.what.role

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
        return self.project.models.function(self.project.models.canonical(full)) if full else None

    def spot_of(self, of: Seen, name: str) -> Spot | None:
        """Where a name of this file leads inside the project: imported, bound here, or a method of `self`."""
        first, _, rest = name.partition(".")
        if of.imports(first):
            spot = self.view.find(self.as_written(of, name))
            return spot if spot is not None and 0 < len(spot[1]) <= 2 else None  # noqa: PLR2004 - a class and its member
        if first == "self" and rest and "." not in rest and self.attrs:
            return self.file, (self.name, rest)
        return (self.file, tuple(name.split(".")[:2])) if of.binds(first) else None
