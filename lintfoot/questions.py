"""One name of one module of the project: what it is, as far as any rule may ask.

Python's own parser answers where it can: constants, other names, loggers, the bases of a class. libcst reads the few lines that
a client or a function needs which a look found to be of interest.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from lintfoot import interests, makers, secret_names, secret_texts, sketches, syntax, wrappers
from lintfoot.abilities import LOGGERS
from lintfoot.decoding import Decoded, Unparsable
from lintfoot.interests import Curious
from lintfoot.libraries import Derived, Function
from lintfoot.names import Names
from lintfoot.parse import Script, parse
from lintfoot.prospects import Prospect
from lintfoot.receivers import SENDERS
from lintfoot.records import dataclass, replace
from lintfoot.regexes import regex
from lintfoot.scopes import dotted
from lintfoot.sketches import Fixed, Renamed
from lintfoot.values import Class, Constant, Instance, Named, Object, Partial, Value, Values
from lintfoot.values import Function as Local

if TYPE_CHECKING:
    from lintfoot.parts import Seen
    from lintfoot.places import Spot
    from lintfoot.project import Project


_LOGIN = regex(r"://[^/\s]*:[^/\s]*@")  # in an address, even one that is only an example


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, what it is of (value, function, class, object), and where the modules stand that it names."""

    what: Fixed | Renamed | Derived
    kind: str = "value"
    homes: tuple[tuple[str, str], ...] = ()


class Question(Curious):
    """What a name of a module is."""

    def __init__(self, project: Project, file: str, rest: tuple[str, ...]) -> None:
        super().__init__(project, file, rest)
        self.full = ".".join((project.tree.dotted(file), *rest))
        self.homes: dict[str, str] = {}

    def answer(self) -> Told | None:
        """The fact, or None."""
        of = self.project.outline(self.file)
        if of is None:
            return None
        if not of.binds(self.name):
            return self._by_star(of)
        is_one, imported = bool(of.kind(self.name)), of.imports(self.name)
        if not is_one and not of.only_imported(self.name):
            return None
        if imported:
            return self._chained(".".join((imported, *self.attrs)))
        if of.kind(self.name) == "class":
            return self._member(of) if self.attrs else self._class(of)
        match of.tree(self.name):
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node if not self.attrs:
                return self._function(of, node, None)
            case ast.Assign(targets=[ast.Name()], value=value) if not self.attrs:
                return self._assigned(of, value)
            case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value) if not self.attrs:
                return self._assigned(of, value)
            case _:
                return None

    # names

    def _by_star(self, of: Seen) -> Told | None:
        for module in of.stars if not self.name.startswith("_") else ():
            spot = self.view.find(f"{module}.{self.name}")
            other = self.project.outline(spot[0]) if spot is not None else None
            if other is None or not (other.stars or other.binds(self.name)):
                continue
            found = self.view.told(".".join((module, self.name, *self.attrs)))
            if found is not None:
                return found
        return None

    def _chained(self, name: str) -> Told | None:
        """Another module's name: followed where it is the project's, else it is all there is to know."""
        if self.view.find(name) is not None:
            return self.view.told(name)
        return Told(Renamed(self.project.models.canonical(name))) if name else None

    def _neighbour(self, of: Seen, name: str) -> Told | None:
        """What the project tells of a name as it is written in this file."""
        spot = self.spot_of(of, name)
        return self.project.told(spot) if spot is not None and spot != self.spot else None

    # values

    def _assigned(self, of: Seen, value: ast.expr) -> Told | None:
        fixed = sketches.constant(value)
        if fixed is not None:
            return self._fixed(fixed.value)
        name = sketches.dotted(value)
        if name:
            first = name.partition(".")[0]
            here = of.binds(first) and not of.imports(first)
            return self._neighbour(of, name) if here else self._chained(self.as_written(of, name))
        return self._made(of, value) if isinstance(value, ast.Call) else None

    def _fixed(self, value: object) -> Told | None:
        """A constant. Secrets stay in their file, and `timeout = None` in small letters is a place for what is set later."""
        name = (self.attrs or (self.name,))[-1]
        if isinstance(value, str):
            hidden = secret_names.said(name) is not None or self.project.models.formats.find(value) is not None
            return None if hidden or _LOGIN.search(value) or secret_texts.traces(value) else Told(Fixed(value))
        return Told(Fixed(value)) if value is not None or name.isupper() else None

    def _made(self, of: Seen, call: ast.Call) -> Told | None:
        """The object that a call makes, if rules may ask for it."""
        name = sketches.dotted(call.func)
        known = self.known(of, name)
        if known is not None and known.returns in LOGGERS:
            return Told(Derived(names=(self.full,), returns=known.returns), "object")
        if self.as_written(of, name) == "functools.partial":
            return self._read(of.cut(self.name, self.attrs))
        if known is not None:
            return self._read(of.cut(self.name, self.attrs)) if not interests.MADE.isdisjoint(known.role) else None
        found = self._neighbour(of, name) if name else None
        if found is None or not isinstance(found.what, Derived) or not found.what.returns:
            return None
        if found.what.tells or (found.kind == "function" and call.args):
            return self._read(of.cut(self.name, self.attrs))
        made = Derived(names=(self.full,), returns=found.what.returns, altered=found.what.altered)
        return Told(made, "object", found.homes)

    # functions

    def _function(self, of: Seen, node: sketches.Def, owner: sketches.Owner | None) -> Told | None:
        if not sketches.keeps(node, lambda name: self.known(of, name) is not None):
            return None
        interest, ends = self.project.interest(self.spot), sketches.ending(node)
        if interest is None:  # that is what led here
            interest = self.interest_in(of, node, owner)
        if self.project.worth(self.spot, interest):
            lines = of.cut(self.name, self.attrs)
            found = self._read(lines) if self._is_bright(lines) else None
            if found is not None and isinstance(found.what, Derived):
                return replace(found, what=replace(found.what, ends=ends, dark=interest.runs))
        return Told(Derived(names=(self.full,), ends=ends, dark=interest.runs), "function")

    def _is_bright(self, lines: str) -> bool:
        """Whether libcst can read more out of some lines than is known already."""
        tree = syntax.tree(lines)
        return tree is None or Prospect(self.project, self.view, self.spot, tree).is_bright()

    # classes

    def _member(self, of: Seen) -> Told | None:
        methods, owner = of.methods(self.name).get(self.attrs[0], ()), of.owner(self.name)
        if methods:
            method = of.method(self.name, methods[0]) if len(methods) == 1 else None
            return self._function(of, method, owner) if method is not None else None
        match of.given(self.name, self.attrs[0]):
            case [ast.Call() as call]:
                return self._made(of, call)
            case [value] if owner is not None and owner.plain:  # members of an enumeration are no constants
                fixed = sketches.constant(value)
                return self._fixed(fixed.value) if fixed is not None else None
            case _:
                return None

    def _class(self, of: Seen) -> Told | None:
        """A class: its bases, what its constructor hands on, whether it sends in its own way."""
        owner, own = of.owner(self.name), of.methods(self.name)
        if owner is None:
            return None
        bases = [self._portable(self.as_written(of, name)) for name in owner.bases if name not in ("", "object")]
        above = [one for one in (self._model(base) for base in bases if base) if one is not None]
        parents = [one for one in above if interests.ROLES.intersection(one.role) or isinstance(one, Derived)]
        init = of.method(self.name, own["__init__"][-1]) if "__init__" in own else None
        told, homes = self._constructor(init, parents)
        own_way = bool(above) and (not SENDERS.isdisjoint(own) or of.alters(self.name))
        unsure = any(not base for base in bases) and bool(parents)
        made = replace(
            told,
            names=(self.full,),
            returns=self._local(self.name),
            bases=tuple(base for base in bases if base),
            altered=own_way or unsure or any(isinstance(one, Derived) and one.altered for one in above),
            dark=not told.role and init is not None and sketches.takes_commands(init) and self._runs(of),
        )
        return Told(made, "class", tuple(sorted({**homes, **self.homes}.items())))

    def _runs(self, of: Seen) -> bool:
        node = of.tree(self.name)
        return node is not None and self.runs_in(of, node)

    def _constructor(self, init: sketches.Def | None, parents: list[Function]) -> tuple[Derived, dict[str, str]]:
        """What a class hands on where it is called: by its own `__init__`, or by that of its first modelled base."""
        nothing = Derived(names=())
        if init is None:
            above = parents[0] if parents else nothing
            return replace(nothing, role=above.role, arguments=above.arguments), {}
        found = self.project.told((self.file, (self.name, "__init__")))
        told = found.what if found is not None and isinstance(found.what, Derived) else nothing
        if parents and not told.tells and sketches.hands_up(init):
            arguments = {facet: replace(one, position=None) for facet, one in parents[0].arguments.items()}
            return replace(nothing, role=parents[0].role, arguments=arguments), {}
        return told, dict(found.homes) if found is not None else {}

    def _model(self, name: str) -> Function | None:
        """The model of a class by a name that holds anywhere."""
        known = self.project.models.known.function(name)
        if known is not None:
            return known
        spot = self._spot(name)
        found = self.project.told(spot) if spot is not None and spot[1] else None
        return found.what if found is not None and isinstance(found.what, Derived) else None

    def _spot(self, name: str) -> Spot | None:
        for module, file in self.homes.items():
            if name.startswith(f"{module}."):
                return file, tuple(name[len(module) + 1 :].split("."))
        return self.view.find(name)

    # libcst's answer

    def _read(self, lines: str) -> Told | None:
        """Read the lines that were cut out for the name, and ask what it is there."""
        script = _parsed(self.file, lines)
        if not isinstance(script, Script):
            return None
        names = Names(script.module, self.view.models, self.project.package(self.file), self.view)
        bindings = names.index.scopes[id(script.module)].bindings.get(self.name, [])
        values = names.bound(bindings[0], self.name) if len(bindings) == 1 else ()
        for attr in self.attrs:
            values = tuple(inner for value in values for inner in names.member(_instance(value), attr, None))
        found = self._as_fact(names, values) if len(values) == 1 else None
        vars(names).clear()  # what it keeps knows it: no fact holds anything of it
        return found

    def _as_fact(self, names: Names, values: Values) -> Told | None:
        home = makers.Home(names, self._portable, self._local, self.project.reports)
        made: Derived | None
        match values[0]:
            case Constant(value=value):
                return self._fixed(value)
            case Named(name=name, receiver=None):
                return self._chained(name)
            case Instance() | Object() as value:
                kind, made = "object", makers.of_object(home, self.full, value)
            case Local(node=cst.FunctionDef() as node):
                bound = bool(self.attrs) and not any(dotted(one.decorator) == "staticmethod" for one in node.decorators)
                kind, made = "function", wrappers.of_function(home, self.full, node, bound=bound)
            case Partial() as value:
                kind, made = "function", makers.of_partial(home, self.full, value)
            case _:
                return None
        return Told(made, kind, tuple(sorted(self.homes.items()))) if made is not None else None

    # names that hold anywhere

    def _local(self, name: str) -> str:
        return self._called(self.file, tuple(name.split(".")))

    def _portable(self, name: str) -> str:
        spot = self._spot(name) if name else None
        return self._called(*spot) if spot is not None else self.project.models.canonical(name)

    def _called(self, file: str, rest: tuple[str, ...]) -> str:
        module = self.project.tree.dotted(file)
        self.homes[module] = file
        return ".".join((module, *rest))


@lru_cache(maxsize=2)
def _parsed(file: str, lines: str) -> Script | Unparsable:
    """Some lines as libcst reads them: members of a class are asked for together, and need the same ones."""
    return parse(file, Decoded(lines))


def _instance(value: Value) -> Value:
    """What an attribute is asked of: of an instance where a class is at hand."""
    return Object(value.node) if isinstance(value, Class) else value
