"""Where a setting comes from: a flag of the command line, the environment, or a config file."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, decorators
from lintfoot.names import Names
from lintfoot.scopes import How, dotted, last_word
from lintfoot.values import Instance
from lintfoot.visitors.below import below

FLAG, ENVIRONMENT, CONFIG = "flag", "environment", "config"
_ASKED = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args", "docopt"})
_NAMESPACES = frozenset("args opts options arguments cli_args parsed_args namespace cli_options".split())
_LOOKS_UP = frozenset({"os.environ.get", "os.getenv", "os.environ.pop"})
_DECORATORS = frozenset({"argument", "command", "option"})
_ON_THE_WAY = frozenset("strip lower upper split lstrip rstrip casefold removeprefix".split())
_CASTS = frozenset("builtins.int builtins.str builtins.float builtins.bool pathlib.Path os.path.expanduser".split())
_DEEPEST = 6


class Sources:
    """Answers for the expressions of one file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._speaks_cli = any(last_word(call.func) in _ASKED for call in names.index.calls)

    # single settings

    def kinds(self, node: cst.BaseExpression | None, depth: int = 0) -> tuple[str, ...]:
        """The sources of an expression in the order in which they are asked; empty where nobody can tell."""
        if node is None or depth > _DEEPEST:
            return ()
        match node:
            case cst.BooleanOperation(left=left, operator=cst.Or(), right=right):
                return (*self.kinds(left, depth + 1), *self.kinds(right, depth + 1))
            case cst.IfExp(body=body, orelse=orelse):
                return (*self.kinds(body, depth + 1), *self.kinds(orelse, depth + 1))
            case cst.Call():
                return self._called(node, depth)
            case cst.Subscript(value=value):
                if "os.environ" in self.names.names_of(value):
                    return (ENVIRONMENT,)
                return self.mapping(value, depth + 1)
            case cst.Attribute(value=value) if self.is_namespace(value):
                return (FLAG,)
            case cst.Name():
                return self._named(node, depth)
            case _:
                return ()

    def _called(self, call: cst.Call, depth: int) -> tuple[str, ...]:
        known = set(self.names.names_of(call.func))
        default = self.kinds(call.args[1].value, depth + 1) if len(call.args) > 1 and not call.args[1].star else ()
        if not known.isdisjoint(_LOOKS_UP):
            return (ENVIRONMENT, *default)
        if not known.isdisjoint(_CASTS) and call.args:
            return self.kinds(call.args[0].value, depth + 1)
        if "builtins.getattr" in known and call.args and self.is_namespace(call.args[0].value):
            return (FLAG,)
        if not isinstance(call.func, cst.Attribute):
            return ()
        last, owner = call.func.attr.value, call.func.value
        if last in _ON_THE_WAY:
            return self.kinds(owner, depth + 1)
        if last in ("get", "getint", "getboolean", "getfloat", "pop"):
            found = self.mapping(owner, depth + 1)
            fallback = next(
                (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "fallback"), None
            )
            return (*found, *default, *self.kinds(fallback, depth + 1)) if found else ()
        return ()

    def _named(self, node: cst.Name, depth: int) -> tuple[str, ...]:
        found: set[tuple[str, ...]] = set()
        for binding in self.names.bindings_of(node):
            if binding.how is How.PARAMETER:
                found.add((FLAG,) if self.is_flag_parameter(binding.node) else ())
            elif binding.how is How.ASSIGNED and not binding.path:
                found.add(self.kinds(binding.value, depth + 1))
            else:
                found.add(())
        return found.pop() if len(found) == 1 else ()

    def is_flag_parameter(self, param: cst.CSTNode) -> bool:
        """A parameter of a function that click or typer calls."""
        function = self.names.index.function_of(param)
        parent = self.names.index.parent.get(id(self.names.index.parent.get(id(param))))
        function = parent if isinstance(parent, cst.FunctionDef) else function
        return decorators.has(function, *_DECORATORS)

    def is_namespace(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether an expression is what `parse_args()` returned."""
        if depth > _DEEPEST:
            return False
        match node:
            case cst.Call(func=func):
                return last_word(func) in _ASKED
            case cst.Subscript(value=value):
                return self.is_namespace(value, depth + 1)
            case cst.Name():
                scope = self.names.lookup(node)
                return scope is not None and any(
                    (
                        binding.how is How.ASSIGNED
                        and binding.path in ((), (0,))
                        and self._is_asked(binding.value, node, depth)
                    )
                    or (binding.how is How.PARAMETER and node.value in _NAMESPACES and self._speaks_cli)
                    for binding in scope.bindings[node.value]
                )
            case cst.Attribute(attr=cst.Name(value=attr)) if dotted(node).startswith("self."):
                writes = self.names.index.attribute_writes.get(attr, ())
                return any(self._is_asked(binding.value, node, depth) for _, binding in writes)
            case _:
                return False

    def _is_asked(self, value: cst.BaseExpression | None, use: cst.BaseExpression, depth: int) -> bool:
        if value is None or any(one is use for one in below(value)):
            return False
        if isinstance(value, cst.Call) and last_word(value.func) not in _ASKED:
            return any(
                isinstance(one, Instance) and one.call is not None and last_word(one.call.func) in _ASKED
                for one in self.names.values(value)
            )
        return self.is_namespace(value, depth + 1)

    # whole tables

    def mapping(self, node: cst.BaseExpression | None, depth: int = 0) -> tuple[str, ...]:
        """The source of a table of settings: `vars(args)`, `os.environ`, a parsed file."""
        if node is None or depth > _DEEPEST:
            return ()
        if "os.environ" in self.names.names_of(node):
            return (ENVIRONMENT,)
        match node:
            case cst.Call(func=func, args=[cst.Arg(value=inner, star=""), *_]):
                known = self.names.names_of(func)
                if "builtins.vars" in known and self.is_namespace(inner):
                    return (FLAG,)
                if "builtins.dict" in known or last_word(func) in ("deepcopy", "copy"):
                    return self.mapping(inner, depth + 1)
            case cst.Attribute(value=value, attr=cst.Name(value="__dict__")) if self.is_namespace(value):
                return (FLAG,)
            case cst.DictComp(for_in=loop):
                source = loop.iter
                if (
                    isinstance(source, cst.Call)
                    and isinstance(source.func, cst.Attribute)
                    and source.func.attr.value == "items"
                ):
                    return self.mapping(source.func.value, depth + 1)
            case cst.Subscript(value=value):
                return self.mapping(value, depth + 1)
            case cst.Name() if self.is_namespace(node):
                return (FLAG,)
            case cst.Name():
                if found := self._table(node, depth):
                    return found
            case _:
                pass
        return (CONFIG,) if any(True for _ in self._parsed(node)) else ()

    def _table(self, node: cst.Name, depth: int) -> tuple[str, ...]:
        found = {
            self.mapping(binding.value, depth + 1) if binding.how is How.ASSIGNED and not binding.path else ()
            for binding in self.names.bindings_of(node)
        }
        return found.pop() if len(found) == 1 else ()

    def _parsed(self, node: cst.BaseExpression) -> Iterator[Instance]:
        """What a parser of files returned, also out of a function of this file."""
        for value in self.names.values(node):
            if isinstance(value, Instance) and value.name == "configparser.ConfigParser":
                yield value
            elif isinstance(value, Instance) and value.call is not None:
                made = calls.targets(self.names, value.call)
                if any("parse" in target.function.role for target in made):
                    yield value
