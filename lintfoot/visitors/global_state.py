"""Module state that functions change: names rebound through `global`, lists and dicts filled from anywhere."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot.gates.gate import Gate
from lintfoot.gates.outsiders import CONSTRUCTORS
from lintfoot.gates.scripts import GLOBAL_STATE
from lintfoot.regexes import regex
from lintfoot.runner_words import words as words_of
from lintfoot.scopes import Binding, FunctionNode, How, last_word, parameters
from lintfoot.values import Function, Named
from lintfoot.visitors.base import Note, Visitor
from lintfoot.visitors.below import LATER, below, in_test
from lintfoot.visitors.mutation import changed

(CODE,) = GLOBAL_STATE.codes
_CACHES = frozenset("cache cached caches lru memo memoized memoised memos".split())
_REGISTERS = regex(
    r"(?i)_*(?:register|subscribe|on|add_?(?:handler|hook|plugin|command|listener|type|rule)|plugin|hook|route|command)"
)
_INIT = frozenset({"__init_subclass__", "__new__", "__set_name__", "__class_getitem__"})


class GlobalState(Visitor):
    """LF505 at the first statement of each function that changes the name."""

    gate: ClassVar[Gate] = GLOBAL_STATE

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Each function by itself."""
        if self.context.is_test and in_test(self.names, node.body):
            return
        self._rebinds(node)
        self._mutates(node)

    # names rebound

    def _rebinds(self, node: cst.FunctionDef) -> None:
        declared = [name for name, kind in self.names.index.scopes[id(node)].elsewhere.items() if kind == "global"]
        if not declared or self._handles_signals(node):
            return
        bindings = self.names.index.scopes[id(self.context.module)].bindings
        for name in declared:
            if _is_cache(name) or _is_cache(node.name.value):
                continue
            here = [one for one in bindings.get(name, ()) if self.names.index.function_of(one.node) is node]
            if here and not any(self._imports(one) for one in here):
                first = min(here, key=lambda one: self.names.index.order[id(one.node)])
                elsewhere = next((one for one in bindings[name] if one not in here), None)
                self._say_rebound(node, name, first, elsewhere)

    def _imports(self, binding: Binding) -> bool:
        """An import that waits until it is needed."""
        made = binding.value
        if isinstance(made, cst.Call) and last_word(made.func) in ("__import__", "import_module"):
            return True
        if isinstance(made, cst.Name) and (scope := self.names.lookup(made)) is not None:
            return any(one.how is How.IMPORTED for one in scope.bindings[made.value])
        return binding.how is How.IMPORTED

    def _say_rebound(self, node: cst.FunctionDef, name: str, binding: Binding, elsewhere: Binding | None) -> None:
        related = (Note(elsewhere.node, "bound here as well"),) if elsewhere is not None else ()
        self.report(
            CODE,
            binding.node,
            f"`{node.name.value}` rebinds `{name}` for the whole module: what any function does now depends on who ran before",
            label="module state",
            help=f"return the new `{name}`, or keep it in an object that is handed to those who need it",
            related=related,
        )

    def _handles_signals(self, node: cst.FunctionDef) -> bool:
        """A signal handler has nobody to return to: a flag is all that it can leave."""
        return any(
            "signal.signal" in self.names.names_of(call.func)
            and any(
                isinstance(value, Function) and value.node is node
                for arg in call.args
                for value in self.names.values(arg.value)
            )
            for call in self.names.calls_of("signal")
        )

    # objects changed

    def _mutates(self, node: cst.FunctionDef) -> None:
        said: set[str] = set()
        for name, place in changed(self.names, node.body):
            if name.value in said or self.names.index.function_of(place) is not node:
                continue
            made = self._made_at_module_level(name)
            if made is None or self._is_innocent(node, name):
                continue
            said.add(name.value)
            self.report(
                CODE,
                self._statement(place),
                f"`{node.name.value}` changes `{name.value}`, which belongs to the module: everybody who uses it sees the change",
                label="module state",
                help=f"make `{name.value}` where it is needed, and hand it in or return it",
                related=(Note(made.node, "made once, here"),),
            )

    def _made_at_module_level(self, name: cst.Name) -> Binding | None:
        """Where the module makes the list, dict or set that a name in a function stands for."""
        scope = self.names.lookup(name)
        if scope is None or scope.node is not self.context.module:
            return None
        for binding in scope.bindings[name.value]:
            if binding.how is How.ASSIGNED and not binding.path and self._is_mutable(binding.value):
                return binding if self.names.index.function_of(binding.node) is None else None
        return None

    def _is_mutable(self, node: cst.BaseExpression | None) -> bool:
        match node:
            case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp() | cst.SetComp():
                return True
            case cst.Call(func=func):
                callee = func.value if isinstance(func, cst.Subscript) else func
                return any(isinstance(one, Named) and one.name in CONSTRUCTORS for one in self.names.values(callee))
            case _:
                return False

    def _is_innocent(self, node: cst.FunctionDef, name: cst.Name) -> bool:
        if _is_cache(name.value) or _is_cache(node.name.value) or node.name.value in _INIT:
            return True
        return self._registers(node) or self._remembers(node, name) or self._runs_at_import(node)

    def _registers(self, node: cst.FunctionDef) -> bool:
        """`def register(function): TABLE[…] = function; return function`: the table is filled while modules load."""
        outer: FunctionNode | None = node
        while isinstance(outer, cst.FunctionDef):
            if _REGISTERS.match(outer.name.value) or _returns_own(self.names.index.returns.get(id(outer), ()), outer):
                return True
            outer = self.names.index.function_of(outer)
        return False

    def _remembers(self, node: cst.FunctionDef, name: cst.Name) -> bool:
        """`if key not in TABLE: TABLE[key] = …`: each answer is worked out once, and never changed."""
        for one in below(node.body, LATER):
            match one:
                case cst.If(test=test) if any(self._asks_for(part, name) for part in below(test)):
                    return True
                case cst.Try(handlers=handlers) if any(
                    isinstance(part, cst.Name) and part.value == "KeyError"
                    for handler in handlers
                    if handler.type
                    for part in below(handler.type)
                ):
                    return True
                case _:
                    pass
        return False

    def _asks_for(self, node: cst.CSTNode, name: cst.Name) -> bool:
        match node:
            case cst.Comparison(
                comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn(), comparator=cst.Name(value=asked))]
            ):
                return asked == name.value
            case _:
                return False

    def _runs_at_import(self, node: cst.FunctionDef) -> bool:
        """A function that only the module itself calls, while it loads: a table that is worked out."""
        found = self.names.callers(node)
        if not found or not {"main", "run"}.isdisjoint(words_of(node.name.value)):
            return False
        return all(self.names.index.function_of(call) is None and not self._is_main(call) for call in found)

    def _is_main(self, node: cst.CSTNode) -> bool:
        return any(
            isinstance(above, cst.If)
            and any(isinstance(one, cst.Name) and one.value == "__name__" for one in below(above.test))
            for above in self.names.index.ancestors(node)
        )

    def _statement(self, place: cst.CSTNode) -> cst.CSTNode:
        if isinstance(place, cst.AssignTarget):
            return self.names.index.parent[id(place)]
        return place


def _is_cache(name: str) -> bool:
    return not _CACHES.isdisjoint(words_of(name))


def _returns_own(
    returned: tuple[cst.BaseExpression | None, ...] | list[cst.BaseExpression | None], node: cst.FunctionDef
) -> bool:
    """Whether a function gives its first parameter back, as decorators do."""
    first = next(iter(parameters(node)), None)
    return first is not None and any(isinstance(one, cst.Name) and one.value == first.name.value for one in returned)
