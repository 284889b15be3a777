"""The generic matcher for the pages' four tables: calls, names, assignments, commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

import libcst as cst

from lintfoot import calls, facets, unmodelled, unmodelled_words
from lintfoot.book import AssignmentPattern, CallPattern, NamePattern, Rule
from lintfoot.callers import Wrong, guilty_callers, splatted
from lintfoot.deferred import deferred
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import PATTERNS
from lintfoot.libraries import Argument, Attribute, Derived, Function, Models, expanded
from lintfoot.meanings import constant_meaning
from lintfoot.paths import within
from lintfoot.receivers import altered, for_a_server, serves, switched_on_again
from lintfoot.results import FIELDS
from lintfoot.scopes import last_word
from lintfoot.values import (
    Class,
    Constant,
    Display,
    Instance,
    Named,
    Object,
    Parameter,
    Unknown,
    Value,
    Values,
    partials,
)
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.offline import stays_here
from lintfoot.visitors.page_messages import Messages

_ENVIRON = ("os.environ", "os.environb")
_SETS_ONE = frozenset({"os.putenv", *(f"{one}.setdefault" for one in _ENVIRON)})
_SETS_MANY = frozenset({"builtins.dict", *(f"{one}.update" for one in _ENVIRON)})


class Patterns(Visitor):
    """Speaks for every rule whose page holds patterns, the user's own pages too."""

    gate: ClassVar[Gate] = PATTERNS

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        rules = [rule for rule in context.rules.values() if rule.calls or rule.names or rule.assignments]
        self._facets: dict[str, list[tuple[Rule, CallPattern]]] = {}
        self._called: dict[str, list[tuple[Rule, CallPattern]]] = {}
        self._mentioned: dict[str, tuple[Rule, NamePattern]] = {}
        self._assigned: dict[str, list[tuple[Rule, AssignmentPattern]]] = {}
        self._environment: dict[str, list[tuple[Rule, AssignmentPattern]]] = {}
        self._targets: dict[str, list[tuple[Rule, AssignmentPattern]]] = {}
        for rule in rules:
            self._sort(rule)
        self._lasts = {name.rpartition(".")[2] for name in self._mentioned}
        self._said: set[tuple[str, int]] = set()
        self._stands_for: dict[int, cst.Call] = {}  # a call that somebody else makes -> the call that hands it over
        self._messages = Messages(context, self._facets, self._stands_for)

    def _sort(self, rule: Rule) -> None:
        for call in rule.calls:
            for name in expanded(call.call):
                self._called.setdefault(name, []).append((rule, call))
            if call.facet and not call.call:
                self._facets.setdefault(call.facet, []).append((rule, call))
        for mention in rule.names:
            self._mentioned.update((name, (rule, mention)) for name in expanded(mention.names))
        for written in rule.assignments:
            if written.facet:
                self._assigned.setdefault(written.facet, []).append((rule, written))
            for name in expanded(written.target):
                self._targets.setdefault(name, []).append((rule, written))
            for name in written.environment:
                self._environment.setdefault(name, []).append((rule, written))

    # calls

    def visit_Call(self, node: cst.Call) -> None:
        """Check what is called against the pages, by name and by facet."""
        for value in self._callees(self.names.values(node.func)):
            for rule, pattern in self._called.get(value.name, ()):
                self._match_named(rule, pattern, node, value)
        if self._facets:
            self._modelled(node)
            for handed in deferred(self.names, node):
                self.names.keep(handed)
                self._stands_for[id(handed)] = node
                self._modelled(handed)
        if self._environment:
            self._environment_call(node)
        if self._assigned and self.names.names_of(node.func) == ("builtins.setattr",):
            self._set_by_name(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        """What a partial fixes stands for the calls of it, where this file has none: others import it."""
        del original_node
        made = [call for call in self.names.calls_of("partial") if self._facets and call.args and not call.args[0].star]
        made = [call for call in made if self.names.qualified(call.func) == "functools.partial"]
        whole = [(call, cst.Call(call.args[0].value, call.args[1:])) for call in made]
        whole = [(call, stands_for) for call, stands_for in whole if calls.targets(self.names, stands_for)]
        if whole:  # of what no model knows nothing would be said: not worth a look at every call
            called = {id(one.call) for call in self.names.index.calls for one in partials(self.names.values(call.func))}
            for call, stands_for in whole:
                if id(call) not in called:
                    self.names.keep(stands_for)
                    self._stands_for[id(stands_for)] = call
                    self._modelled(stands_for, written=True)

    def _modelled(self, node: cst.Call, *, written: bool = False) -> None:
        """`written`: look only at arguments that are there, as more may be added."""
        found = calls.targets(self.names, node)
        for target in found:
            for facet, argument in target.function.arguments.items():
                if written and calls.given(self.names, node, argument, target.partials).state != "given":
                    continue
                for rule, pattern in self._facets.get(facet, ()):
                    if not pattern.role or set(pattern.role) & set(calls.roles(self.names, node, target)):
                        self._match_facet(rule, pattern, node, target, facet)
                        self._match_splatted(rule, pattern, node, target, facet)
        guess = None if found or written or self.context.is_test else unmodelled.client_call(self.names, node)
        if guess is not None:
            target = calls.Target(*guess)
            for facet, known_as in unmodelled_words.FACETS.items():
                for rule, pattern in self._facets.get(known_as, ()):
                    self._match_facet(rule, pattern, node, target, facet)

    def _set_by_name(self, node: cst.Call) -> None:
        """`setattr(session, "verify", False)`."""
        if len(node.args) == len(("object", "name", "value")):
            owner, name, value = (arg.value for arg in node.args)
            attr = self.names.constant(name)
            if isinstance(attr, str) and attr.isidentifier():
                self._attribute_written(node, cst.Attribute(owner, cst.Name(attr)), value)

    def _callees(self, values: Values) -> Iterator[Named]:
        for value in values:
            if isinstance(value, Named):
                yield value

    def _match_facet(self, rule: Rule, pattern: CallPattern, node: cst.Call, target: calls.Target, facet: str) -> None:
        told = facets.meaning(self.names, node, target, facet)
        if told is None:
            return
        given = told.given
        if given.state == "absent" and _told_elsewhere(pattern, target, told, facet):
            return
        mild = tuple(word + facets.BY_DEFAULT for word in pattern.when)
        sure = told.certain(pattern.when) if pattern.every else told.possible(pattern.when)
        if not (pattern.every and sure):
            real = self._stands_for.get(id(node), node)
            wrong = Wrong(facet, target.function.arguments[facet].means, pattern.when, pattern.every)
            for guilty in guilty_callers(self.names, real, given.values, wrong):
                self._say(rule, pattern, guilty, node, target, given, (Note(node, "handed on here"),))
        if not pattern.every and told.possible(mild):
            self._match_default(rule, pattern, node, target, given)
            return
        silent = given.state == "absent" or told.made_by is not None  # the call itself says nothing
        if not sure or (silent and altered(self.names, target.receiver, facet)):
            return
        if told.made_by is not None and self._speaks_of(pattern, told.made_by, facet):
            return  # the constructor is the place, and it has its own finding
        if facet == "timeout" and stays_here(self.context, node, target):
            return
        if not pattern.every and (self._told_at_maker(given, facet) or switched_on_again(self.names, node)):
            return
        related = []
        receiver = told.made_by or (target.receiver.call if isinstance(target.receiver, Instance | Object) else None)
        if pattern.made and receiver is not None and receiver is not node:
            related.append(Note(receiver, self._messages.filled(pattern.made, node, target, given)))
        origin = self._origin(node, target, facet, given, pattern.when)
        place, why = (node, "") if pattern.every else self._switch(node, given, origin, told.certain(pattern.when))
        if place is None:
            return
        if why:
            related.append(Note(node, why))
        elif origin is not None:
            related.append(Note(origin, "the value comes from here"))
        self._say(rule, pattern, place, node, target, given, tuple(related))

    def _match_splatted(
        self, rule: Rule, pattern: CallPattern, node: cst.Call, target: calls.Target, facet: str
    ) -> None:
        """`**options` of the function round a call: what its callers in this file put in, or leave out."""
        argument = target.function.arguments[facet]
        if all(arg.star != "**" for arg in node.args):
            return
        wrong = Wrong(facet, argument.means, pattern.when, pattern.every)
        found = splatted(self.names, node, argument, wrong)
        for guilty, given in found.guilty:
            self._say(rule, pattern, guilty, node, target, given, (Note(node, "handed on here"),))
        if not pattern.every or calls.given(self.names, node, argument, target.partials).state != "unknown":
            return
        if found.left_out and not altered(self.names, target.receiver, facet):
            words = facets.assumed(self.names, node, target, facet, found.filled_in)
            if words and words <= set(pattern.when) and not stays_here(self.context, node, target):
                self._say(rule, pattern, node, node, target, calls.ABSENT, ())

    def _switch(
        self, node: cst.Call, given: calls.Given, origin: cst.CSTNode | None, certain: bool
    ) -> tuple[cst.CSTNode | None, str]:
        """Where the owner has to change something, and how the call has to do with it; None where nobody can tell."""
        parents = self.names.index.parent
        if not certain:  # sometimes on, sometimes off: what switches it off is the place, if it is here
            return self._statement(origin), "it reaches this call"
        stored = parents.get(id(given.node)) if given.node is not None else None
        if isinstance(stored, cst.Assign):  # `options["verify"] = False`
            return stored, "handed on here"
        handed = parents.get(id(origin)) if origin is not None else None
        if isinstance(handed, cst.Arg) and not self._inside(handed, node):
            return parents[id(handed)], "handed on here"  # the caller decides
        return node, ""

    def _speaks_of(self, pattern: CallPattern, maker: cst.Call, facet: str) -> bool:
        return any(
            facet in target.function.arguments
            and (not pattern.role or set(pattern.role) & set(calls.roles(self.names, maker, target)))
            for target in calls.targets(self.names, maker)
        )

    def _told_at_maker(self, given: calls.Given, facet: str) -> bool:
        """A context that checks nothing is a finding where it is made, not again where it is handed over."""
        makers = [value.call for value in given.values if isinstance(value, Instance) and value.call is not None]
        return bool(makers) and all(
            any(facet in target.function.arguments for target in calls.targets(self.names, maker)) for maker in makers
        )

    def _inside(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        outer = self._stands_for.get(id(outer), outer)
        return self.names.index.stands_in(node, outer)

    def _match_default(
        self, rule: Rule, pattern: CallPattern, node: cst.Call, target: calls.Target, given: calls.Given
    ) -> None:
        """The parameter's default decides: that is where the owner has to change something."""
        for value in given.values:
            if isinstance(value, Parameter) and value.default is not None:
                self._say(rule, pattern, value.default, node, target, given, (Note(node, "handed on here"),))

    def _origin(
        self, node: cst.Call, target: calls.Target, facet: str, given: calls.Given, when: tuple[str, ...]
    ) -> cst.CSTNode | None:
        """The constant elsewhere that gives the argument its bad meaning."""
        if not isinstance(given.node, cst.Name | cst.Attribute):
            return None
        means = target.function.arguments[facet].means
        for value in given.values:
            if isinstance(value, Constant) and constant_meaning(value.value, means) in when:
                return value.node if not self._inside(value.node, node) else None
        return None

    def _statement(self, node: cst.CSTNode | None) -> cst.CSTNode | None:
        """The assignment whose value a constant is, also as the default of a record's field."""
        parent = self.names.index.parent.get(id(node)) if node is not None else None
        call = self.names.index.parent.get(id(parent)) if isinstance(parent, cst.Arg) else None
        if isinstance(call, cst.Call) and not FIELDS.isdisjoint(self.names.names_of(call.func)):
            parent = self.names.index.parent.get(id(call))
        return parent if isinstance(parent, cst.Assign | cst.AnnAssign) else None

    def _match_named(self, rule: Rule, pattern: CallPattern, node: cst.Call, value: Named) -> None:
        function = self.models.function(value.name)
        target = calls.Target(value.name, function or _BARE, value.receiver)
        if not pattern.keyword and not pattern.facet:
            self._say(rule, pattern, node, node, target, calls.ABSENT, ())
            return
        if pattern.facet and function is not None:
            if pattern.facet in function.arguments:
                self._match_facet(rule, pattern, node, target, pattern.facet)
            return
        position = int(pattern.keyword) if pattern.keyword.isdigit() else None
        keyword = () if position is not None else (pattern.keyword,)
        given = calls.given(self.names, node, Argument(keyword, position))
        if given.state != "unknown" and _in_state(given, pattern.when, pattern.values):
            self._say(rule, pattern, node, node, target, given, ())

    # mentions

    def visit_Name(self, node: cst.Name) -> None:
        """A bare name that an import brought in."""
        if node.value in self._lasts or (self._mentioned and self._aliased(node.value)):
            self._mention(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """A dotted name."""
        if node.attr.value in self._lasts:
            self._mention(node)

    def _aliased(self, name: str) -> bool:
        bindings = self.names.index.scopes[id(self.context.module)].bindings.get(name, ())
        return any(
            self.models.canonical(binding.imported) in self._mentioned for binding in bindings if binding.imported
        )

    def _mention(self, node: cst.Name | cst.Attribute) -> None:
        parent = self.names.index.parent.get(id(node))
        if isinstance(parent, cst.ImportAlias | cst.AsName | cst.AssignTarget | cst.Param | cst.ImportFrom):
            return
        if isinstance(parent, cst.Attribute) and parent.attr is node:
            return
        for name in self.names.names_of(node):
            if name in self._mentioned:
                rule, pattern = self._mentioned[name]
                target = calls.Target(name, self.models.function(name) or _BARE)
                call = parent if isinstance(parent, cst.Call) and parent.func is node else None
                self._say(rule, pattern, call or node, call or node, target, calls.ABSENT, ())

    # assignments

    def visit_Assign(self, node: cst.Assign) -> None:
        """`session.verify = False`, `os.environ["X"] = "0"`."""
        for target in node.targets:
            self._written(node, target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """The same with an annotation."""
        if node.value is not None:
            self._written(node, node.target, node.value)

    def _written(self, statement: cst.CSTNode, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        match target:
            case cst.Attribute() if self._assigned or self._targets:
                self._attribute_written(statement, target, value)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                if self._environment and (
                    isinstance(key, cst.SimpleString) or set(self.names.names_of(target.value)) & set(_ENVIRON)
                ):
                    self._environment_written(statement, key, value)
                if self._assigned:
                    self._stored(statement, target, key, value)
            case cst.Tuple(elements=left) if isinstance(value, cst.Tuple) and len(left) == len(value.elements):
                for one, other in zip(left, value.elements, strict=True):
                    self._written(statement, one.value, other.value)
            case _:
                pass

    def _stored(
        self, statement: cst.CSTNode, target: cst.Subscript, key: cst.BaseExpression, value: cst.BaseExpression
    ) -> None:
        """`pool_options["cert_reqs"] = ssl.CERT_NONE`: options kept for a connection made later."""
        name = self.names.constant(key) if isinstance(key, cst.SimpleString) else ...
        model = unmodelled_words.STORED.get(name) if isinstance(name, str) and not self.context.is_test else None
        for rule, pattern in self._assigned.get(model.facet, ()) if model else ():
            if model and facets.meanings_of(self.names, value, model.means, model.facet) <= set(pattern.when):
                self._say(
                    rule, pattern, statement, target, calls.Target(str(name), _BARE), calls.Given("given", value), ()
                )

    def _attribute_written(self, statement: cst.CSTNode, target: cst.Attribute, value: cst.BaseExpression) -> None:
        attr = target.attr.value
        for name in dict.fromkeys(self._owners(target.value)):
            full = self.models.canonical(f"{name}.{attr}")
            model = self.models.attribute(full) if name else self._distinctive(attr, target.value)
            patterns = [*self._targets.get(full, ())] + (self._assigned.get(model.facet, []) if model else [])
            if model is not None and for_a_server(self.names, statement):
                continue
            for rule, pattern in patterns:
                words = facets.meanings_of(self.names, value, model.means if model else {}, pattern.facet)
                states = {word for one in self.names.values(value) for word in _states(one)}
                if words <= set(pattern.when) or (model is None and states and states <= set(pattern.when)):
                    shown = calls.Target(full if name else attr, _BARE)
                    self._say(rule, pattern, statement, target, shown, calls.Given("given", value), ())
                    return
                if model is not None:
                    self._handed_in(rule, pattern, statement, target, value, model)

    def _handed_in(
        self,
        rule: Rule,
        pattern: AssignmentPattern,
        statement: cst.CSTNode,
        target: cst.Attribute,
        value: cst.BaseExpression,
        model: Attribute,
    ) -> None:
        """`self.session.verify = verify`: the parameter's default, or the callers who hand in False, are the place."""
        shown, given = calls.Target(target.attr.value, _BARE), calls.Given("given", value)
        related = (Note(statement, "handed on here"),)
        for one in self.names.values(value):
            if not isinstance(one, Parameter) or one.default is None or self._asked_first(statement, one):
                continue
            words = facets.meanings_of(self.names, one.default, model.means, model.facet)
            if words and words <= set(pattern.when):
                self._say(rule, pattern, one.default, target, shown, given, related)
        wrong = Wrong(model.facet, model.means, pattern.when)
        for guilty in guilty_callers(self.names, statement, self.names.values(value), wrong):
            self._say(rule, pattern, guilty, target, shown, given, related)

    def _asked_first(self, statement: cst.CSTNode, parameter: Parameter) -> bool:
        """`if cafile: session.verify = cafile`: the default never gets there."""
        return any(
            isinstance(above, cst.If)
            and any(
                isinstance(one, cst.Name) and one.value == parameter.name for one in (above.test, *within(above.test))
            )
            for above in self.names.index.ancestors(statement)
        )

    def _owners(self, node: cst.BaseExpression) -> Iterator[str]:
        for value in self.names.values(node):
            match value:
                case Instance() if serves(self.names, value):
                    continue
                case Instance(name=name) | Named(name=name):
                    yield name
                    known = self.models.function(name)
                    own = isinstance(known, Derived) and not known.bases
                    if (known is None or own) and not self._is_module(name):
                        yield ""
                case Object(node=owner) | Class(node=owner):
                    family = [name for name in self.names.family(owner) if isinstance(name, str)]
                    yield from family
                case Parameter() | Unknown():
                    yield ""
                case _:
                    pass

    def _is_module(self, name: str) -> bool:
        return name in self.models.imports

    def _distinctive(self, attr: str, owner: cst.BaseExpression) -> Attribute | None:
        known = _distinctive(self.models).get(attr)
        if known is not None:
            return known
        return None if self.context.is_test else unmodelled.attribute(attr, owner)

    # environment variables

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`env={"PYTHONHTTPSVERIFY": "0"}`."""
        if self._environment and isinstance(node.key, cst.SimpleString):
            self._environment_written(node, node.key, node.value)

    def _environment_call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Name) and last_word(node.func) not in ("setdefault", "putenv", "update"):
            return
        name = self.names.names_of(node.func)
        if not _SETS_ONE.isdisjoint(name) and len(node.args) > 1:
            self._environment_written(node, node.args[0].value, node.args[1].value)
        elif not _SETS_MANY.isdisjoint(name):
            for arg in node.args:
                if arg.keyword is not None and arg.keyword.value in self._environment:
                    self._check_environment(arg, arg.keyword.value, arg.value)

    def _environment_written(self, statement: cst.CSTNode, key: cst.BaseExpression, value: cst.BaseExpression) -> None:
        name = self.names.constant(key)
        if isinstance(name, str) and name in self._environment:
            self._check_environment(statement, name, value)

    def _check_environment(self, statement: cst.CSTNode, name: str, value: cst.BaseExpression) -> None:
        constant = self.names.constant(value)
        for rule, pattern in self._environment[name]:
            states = set(_constant_states(constant)) if constant is not ... else {"unknown"}
            if states & set(pattern.when) or (isinstance(constant, str) and constant in pattern.values):
                shown = calls.Target(name, _BARE)
                self._say(rule, pattern, statement, statement, shown, calls.Given("given", value), ())

    # speaking

    def _say(
        self,
        rule: Rule,
        pattern: CallPattern | NamePattern | AssignmentPattern,
        place: cst.CSTNode,
        node: cst.CSTNode,
        target: calls.Target,
        given: calls.Given,
        related: tuple[Note, ...],
    ) -> None:
        place = self._stands_for.get(id(place), place)
        if (rule.code, id(place)) in self._said:
            return
        self._said.add((rule.code, id(place)))
        self.report(
            rule.code,
            place,
            self._messages.filled(pattern.message or rule.summary, node, target, given),
            label=self._messages.filled(pattern.label, node, target, given),
            help=self._messages.filled(pattern.help, node, target, given, getattr(pattern, "suggest", "")),
            related=tuple(Note(self._stands_for.get(id(one.node), one.node), one.message) for one in related),
            severity=pattern.severity,
        )


_BARE = Function(names=())


@cache
def _distinctive(models: Models) -> dict[str, Attribute]:
    """The attributes that mean the same on whatever has them, by their last names."""
    found: dict[str, Attribute] = {}
    for name, model in models.attributes.items():
        if model.distinctive:
            found.setdefault(name.rpartition(".")[2], model)
    return found


def _told_elsewhere(pattern: CallPattern, target: calls.Target, told: facets.Meaning, facet: str) -> bool:
    """Whether what a call leaves out is decided, and told, in another file: by a default, or inside what is called."""
    function, maker = target.function, told.maker
    if isinstance(function, Derived) and (not pattern.every or facet in function.settled):
        return True
    same = maker is not None and (not pattern.role or not set(pattern.role).isdisjoint(maker.role))
    return maker is not None and same and facet in maker.settled


def _in_state(given: calls.Given, when: tuple[str, ...], values: tuple[str, ...]) -> bool:
    if given.state == "absent":
        return "absent" in when
    if "present" in when:
        return True
    states = {word for value in given.values for word in _states(value)}
    if states & set(when):
        return True
    return any(
        (isinstance(v, Constant) and str(v.value) in values) or (isinstance(v, Named) and v.name in values)
        for v in given.values
    )


def _states(value: Value) -> Iterator[str]:
    match value:
        case Constant(value=constant):
            yield from _constant_states(constant)
        case Display(node=node) if isinstance(node, cst.List | cst.Tuple | cst.Dict):
            yield "truthy" if node.elements else "falsy"
        case _:
            pass


def _constant_states(constant: object) -> Iterator[str]:
    if constant is None:
        yield "none"
    elif isinstance(constant, bool):
        yield "true" if constant else "false"
    yield "truthy" if constant else "falsy"
