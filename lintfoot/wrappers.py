"""Models worked out from the project's own functions: what they hand on, what they make, whether they tell of errors.

What comes out is a model like those on the pages, without a node of the file it was read from. Only what the code shows
is in it: a parameter that is bound anew or tested before it is handed on says nothing where it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, displays, facets, interests, makers, runner_words, runners
from lintfoot.abilities import OF_PROCESSES
from lintfoot.calls import Target
from lintfoot.flow import reaching
from lintfoot.libraries import Argument, Derived
from lintfoot.makers import Home
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.receivers import altered
from lintfoot.records import dataclass, replace
from lintfoot.scopes import FunctionNode, How, parameters
from lintfoot.values import Constant, Display, Function, Instance, Named, Object, Values

_SWITCH = {"truthy": "on", "falsy": "off"}


def of_function(home: Home, name: str, node: cst.FunctionDef, *, bound: bool) -> Derived:
    """The model of a function; `bound` tells that its first parameter is filled in where it is called."""
    own = _Own(home.names, node, bound=bound)
    arguments, roles, through = own.handed_on()
    made = _made(home, node)
    if made is not None:
        arguments = {**made.arguments, **arguments}
        roles |= set(made.role)
    roles |= {"log-traceback"} if home.reports(home.names, node) else set()
    return Derived(
        names=(name,),
        role=tuple(sorted(roles)),
        returns=made.returns if made is not None else "",
        arguments=arguments,
        settled=frozenset(facet for facet, one in arguments.items() if not one.keyword and one.position is None),
        altered=made is not None and made.altered,
        through=through,
    )


class _Own:
    """What a function does with its own parameters."""

    def __init__(self, names: Names, node: FunctionNode, *, bound: bool) -> None:
        self.names, self.node, self.bound = names, node, bound
        self.calls = [call for call in names.index.calls if names.index.function_of(call) is node]
        self.tested = {
            name.value for test in self._tests() for name in (test, *within(test)) if isinstance(name, cst.Name)
        }

    def _tests(self) -> Iterator[cst.CSTNode]:
        for node in within(self.node.body):
            if isinstance(node, cst.If | cst.IfExp | cst.While | cst.Assert):
                yield node.test

    def handed_on(self) -> tuple[dict[str, Argument], set[str], str]:
        """The arguments of modelled calls that callers decide, the roles of those calls, and the first of them."""
        arguments: dict[str, Argument] = {}
        roles: set[str] = set()
        through = ""
        for call in self.calls:
            for target in (*calls.targets(self.names, call), *self._helpers(call)):
                found = dict(self._handed(call, target))
                if found:
                    arguments = {**found, **arguments}
                    roles.update(interests.ROLES.intersection(calls.roles(self.names, call, target)))
                    through = (
                        through or (isinstance(target.function, Derived) and target.function.through) or target.name
                    )
        lines = dict(self._process())
        roles |= {"process"} if lines else set()
        return {**arguments, **lines}, roles, through

    def _helpers(self, call: cst.Call) -> Iterator[Target]:
        """Functions of the same file that a call calls, by what they hand on in their turn."""
        for value in self.names.values(call.func):
            if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef) and value.node is not self.node:
                made = _helper(self.names, value.node, bound=value.receiver is not None)
                if made is not None:
                    yield Target(value.node.name.value, made)

    def _handed(self, call: cst.Call, target: Target) -> Iterator[tuple[str, Argument]]:
        processes = not runner_words.ROLES.isdisjoint(target.function.role)
        for facet, argument in target.function.arguments.items():
            if argument.rest or (processes and facet in OF_PROCESSES):
                continue
            given = calls.given(self.names, call, argument, target.partials)
            written = any(arg.value is given.node for arg in call.args)
            if given.state == "given" and written:
                param = self._parameter(given.node)
                made = self._by_parameter(call, target, facet, param) if param is not None else None
            else:
                made = self._by_splat(call, target, facet)
            if made is not None:
                yield facet, made

    # one parameter

    def _parameter(self, node: cst.BaseExpression | None) -> cst.Param | None:
        """The parameter that an expression is, if nothing else can be behind the name."""
        if not isinstance(node, cst.Name):
            return None
        scope = self.names.lookup(node)
        if scope is None or scope.node is not self.node:
            return None
        match reaching(self.names.index, node, scope, scope.bindings[node.value]):
            case [one] if one.how is How.PARAMETER and isinstance(one.node, cst.Param) and not one.node.star:
                return one.node
            case _:
                return None

    def _by_parameter(self, call: cst.Call, target: Target, facet: str, param: cst.Param) -> Argument:
        argument = target.function.arguments[facet]
        params = self.node.params
        place = next((at for at, one in enumerate([*params.posonly_params, *params.params]) if one is param), None)
        only_by_place = any(one is param for one in params.posonly_params)
        default, means = "", dict(argument.means)
        if param.name.value in self.tested:
            means.pop("none", None)
        elif param.default is not None:
            words = facets.assumed(self.names, call, target, facet, self.names.values(param.default))
            default = self._told(target, words)
        return replace(
            argument,
            keyword=() if only_by_place else (param.name.value,),
            position=None if place is None else place - self.bound,
            default=default,
            means=means,
        )

    def _told(self, target: Target, words: frozenset[str]) -> str:
        if len(words) != 1 or altered(self.names, target.receiver):
            return ""
        word = next(iter(words))
        return "" if word == "receiver" else word

    # *args and **kwargs

    def _by_splat(self, call: cst.Call, target: Target, facet: str) -> Argument | None:
        argument = target.function.arguments[facet]
        rest, options = self._rest(call, argument), self._options(call)
        own = {param.name.value for param in parameters(self.node)}
        keywords = tuple(word for word in argument.keyword if options is not None and word not in own | options.fixed)
        if (rest is None and not keywords) or (options is not None and not options.fixed.isdisjoint(argument.keyword)):
            return None
        values = [
            value
            for word in keywords
            if options is not None and word in options.defaults
            for value in options.defaults[word]
        ]
        words = facets.assumed(self.names, call, target, facet, tuple(values) if values else None)
        if words == {"forever"} and argument.default == "socket" and not values:
            words = frozenset({"socket"})  # the file that calls may set a default for all sockets
        return replace(argument, keyword=keywords, position=rest, default=self._told(target, words))

    def _rest(self, call: cst.Call, argument: Argument) -> int | None:
        """Where an argument stands among this function's own, if its `*args` are handed on."""
        star = self.node.params.star_arg
        plain = 0
        for arg in call.args:
            if arg.star == "*":
                mine = (
                    isinstance(star, cst.Param)
                    and isinstance(arg.value, cst.Name)
                    and arg.value.value == star.name.value
                )
                if not mine or argument.position is None or argument.position < plain:
                    return None
                params = self.node.params
                return len(params.posonly_params) + len(params.params) - self.bound + argument.position - plain
            plain += not arg.keyword and not arg.star
        return None

    def _options(self, call: cst.Call) -> Options | None:
        return handed_through(self.names, self.node, call)

    # commands

    def _process(self) -> Iterator[tuple[str, Argument]]:
        for facet, means in (("command", {}), ("shell", _SWITCH)):
            found = runners.forwarded(self.names, self.node, facet)
            plain = sorted(name for name in found if not name.startswith("*"))
            rest = sorted(name for name in found if name.startswith("*") and name != "**")
            if plain:
                yield facet, Argument((plain[0],), runners.place_of(self.node, plain[0], bound=self.bound), means=means)
            elif rest:
                place = runners.place_of(self.node, rest[0].removeprefix("*"), bound=self.bound)
                yield facet, Argument((), place, means=means, rest=True)
            elif "**" in found:
                yield facet, Argument(("shell",) if facet == "shell" else ("args",), means=means)


@dataclass(slots=True)
class Options:
    """What a function does to its `**kwargs`: keys that it decides itself, and what it puts where a caller gave nothing."""

    fixed: set[str]
    defaults: dict[str, Values]


_READ = frozenset({"get", "items", "keys", "values", "copy"})


def handed_through(names: Names, function: FunctionNode, call: cst.Call) -> Options | None:
    """What becomes of a function's own `**kwargs` before a call gets them; None where it does not, or nobody can tell."""
    kwargs = function.params.star_kwarg
    if kwargs is None:
        return None
    name = kwargs.name.value
    for arg in call.args:
        if arg.star == "**":
            if isinstance(arg.value, cst.Name) and arg.value.value == name:
                return _options(names, function, name)
            merged = _merged(names, arg.value, name)
            followed = _options(names, function, name) if merged is not None else None
            if merged is not None and followed is not None:
                return Options(merged.fixed | followed.fixed, {**merged.defaults, **followed.defaults})
    return None


def _merged(names: Names, node: cst.BaseExpression, name: str) -> Options | None:
    """`{**DEFAULTS, **options}`, directly or by name: what stands before the options is a default, what follows wins."""
    shown = [one.node for one in names.values(node) if isinstance(one, Display) and one.kind == "dict"]
    if len(shown) != 1 or not isinstance(shown[0], cst.Dict):
        return None
    found, seen = Options(set(), {}), False
    for element in shown[0].elements:
        inner = element.value
        if isinstance(element, cst.StarredDictElement) and isinstance(inner, cst.Name) and inner.value == name:
            seen = True
            continue
        one = shown[0].with_changes(elements=[element])
        table, whole = displays.mapping(names, Display(one, "dict"), None)
        if not whole:
            return None
        for word, given in table.items():
            if seen:
                found.fixed.add(word)
            else:
                found.defaults[word] = tuple(value for each in given for value in names.values(each))
    return found if seen else None


def _options(names: Names, function: FunctionNode, name: str) -> Options | None:
    """Follow `**kwargs` through a function; None where something is done to them that nobody can follow."""
    found = Options(set(), {})
    for node in within(function.body):
        if isinstance(node, cst.Name) and node.value == name and not _followed(names, node, found):
            return None
    return found


def _followed(names: Names, node: cst.Name, found: Options) -> bool:
    parent = names.index.parent[id(node)]
    above = names.index.parent.get(id(parent))
    match parent:
        case cst.Arg(star="**") | cst.StarredDictElement() | cst.FormattedStringExpression() | cst.ComparisonTarget():
            return True
        case cst.Arg(keyword=None, star="") if isinstance(above, cst.Call):
            return all(
                isinstance(value, Named) and value.name.startswith(("builtins.", "logging."))
                for value in names.values(above.func)
            )
        case cst.Attribute(attr=cst.Name(value=method)) if isinstance(above, cst.Call) and above.func is parent:
            return method in _READ or _changed(names, method, above, found)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            word = names.constant(key)
            if isinstance(above, cst.AssignTarget | cst.Del | cst.AnnAssign | cst.AugAssign) and isinstance(word, str):
                found.fixed.add(word)
            return isinstance(word, str)
        case _:
            return False


def _changed(names: Names, method: str, call: cst.Call, found: Options) -> bool:
    word = names.constant(call.args[0].value) if call.args and not call.args[0].star else ...
    if not isinstance(word, str):
        return False
    if method == "setdefault" and len(call.args) > 1:
        found.defaults[word] = names.values(call.args[1].value)
        return True
    if method == "pop":
        found.fixed.add(word)
        return True
    return False


def _helper(names: Names, node: cst.FunctionDef, *, bound: bool) -> Derived | None:
    """What a function of the same file hands on; None while that is being worked out, and for what hands nothing on."""
    known: dict[int, Derived | None] = names.kept.setdefault(__name__, {})
    if id(node) not in known:
        known[id(node)] = None
        arguments, roles, through = _Own(names, node, bound=bound).handed_on()
        if arguments:
            known[id(node)] = Derived(names=(), role=tuple(sorted(roles)), arguments=arguments, through=through)
    return known[id(node)]


# what a function makes


def _made(home: Home, node: cst.FunctionDef) -> Derived | None:
    """The client or logger that a function returns, if it returns nothing else."""
    names = home.names
    values = [value for value in names.returned(node) if not (isinstance(value, Constant) and value.value is None)]
    found = [makers.of_object(home, "", value) for value in values if isinstance(value, Instance | Object)]
    if not found or len(found) < len(values) or any(one is None for one in found):
        return None
    first, *others = [one for one in found if one is not None]
    if any(one.returns != first.returns for one in others):
        return None
    agreed = {
        facet: one
        for facet, one in first.arguments.items()
        if all(other.arguments.get(facet) == one for other in others)
    }
    return replace(first, arguments=agreed, altered=any(one.altered for one in (first, *others)))
