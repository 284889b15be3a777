"""Settings whose order is upside down: the environment or a file beats what was typed on the command line."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot.flow import reaching
from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import PRECEDENCE
from lintfoot.scopes import How, dotted, last_word
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.below import below
from lintfoot.visitors.declared_options import Options
from lintfoot.visitors.settings_sources import CONFIG, ENVIRONMENT, FLAG, Sources

(CODE,) = PRECEDENCE.codes
_WEAKER = {ENVIRONMENT: "The environment", CONFIG: "The config file"}


class Precedence(Visitor):
    """LF707 at the expression or statement in which the weaker source wins."""

    gate: ClassVar[Gate] = PRECEDENCE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sources = Sources(context.names)
        self._said: set[int] = set()
        self._options = Options(context.names)

    # expressions

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        """`os.environ.get("X") or args.x`."""
        if isinstance(node.operator, cst.Or):
            left, right = self._sources.kinds(node.left), self._sources.kinds(node.right)
            if left and FLAG not in left and right[:1] == (FLAG,):
                self._say(node, left[0], node.right, f"{self.written(node.right)} or {self.written(node.left)}")

    def visit_IfExp(self, node: cst.IfExp) -> None:
        """`os.environ["X"] if "X" in os.environ else args.x`."""
        body, orelse = self._sources.kinds(node.body), self._sources.kinds(node.orelse)
        if body and FLAG not in body and orelse[:1] == (FLAG,) and not self._asks_flag(node.test, node.orelse):
            self._say(node, body[0], node.orelse, f"{self.written(node.orelse)} or {self.written(node.body)}")

    def visit_Call(self, node: cst.Call) -> None:
        """`os.environ.get("X", args.x)`, `settings.update(os.environ)`, `setattr(args, key, value)`."""
        kinds = self._sources.kinds(node)
        if len(kinds) > 1 and kinds[0] != FLAG and FLAG in kinds and len(node.args) > 1:
            flag, asked = node.args[-1].value, f"{self.written(node.func)}({self.written(node.args[0].value)})"
            self._say(node, kinds[0], flag, f"{self.written(flag)} or {asked}" if len(node.args) == 2 else "")  # noqa: PLR2004 - key, default
            return
        last = last_word(node.func)
        if last == "ChainMap":
            self._layers(node, [self._sources.mapping(arg.value) for arg in reversed(node.args)])
        elif (
            last == "update"
            and isinstance(node.func, cst.Attribute)
            and len(node.args) == 1
            and not node.args[0].keyword
        ):
            self._updated(node, node.func.value)
        elif "builtins.dict" in self.names.names_of(node.func):
            self._layers(
                node, [self._sources.mapping(arg.value) for arg in node.args if arg.keyword is None and arg.star != "*"]
            )
        elif "builtins.setattr" in self.names.names_of(node.func) and len(node.args) == 3:  # noqa: PLR2004 - object, name, value
            self._set(node)

    def visit_Dict(self, node: cst.Dict) -> None:
        """`{**vars(args), **config}`."""
        starred = [one.value for one in node.elements if isinstance(one, cst.StarredDictElement)]
        if len(starred) > 1:
            self._layers(node, [self._sources.mapping(value) for value in starred])

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        """`vars(args) | config`."""
        if isinstance(node.operator, cst.BitOr):
            self._layers(node, [self._sources.mapping(node.left), self._sources.mapping(node.right)])

    def _layers(self, node: cst.BaseExpression, layers: list[tuple[str, ...]]) -> None:
        """Later layers win: what comes after the flags beats them."""
        flags = [number for number, layer in enumerate(layers) if layer == (FLAG,)]
        for layer in layers[flags[-1] + 1 :] if flags else ():
            if layer and layer[0] in _WEAKER:
                self._say(node, layer[0], None)
                return

    def _updated(self, node: cst.Call, owner: cst.BaseExpression) -> None:
        added = self._sources.mapping(node.args[0].value)
        if not added or added[0] == FLAG:
            return
        written = dotted(owner)
        before = self._sources.mapping(owner) == (FLAG,) or any(
            self._sources.mapping(call.args[0].value) == (FLAG,)
            for call in self.names.calls_of("update")
            if call.args
            and written
            and isinstance(call.func, cst.Attribute)
            and dotted(call.func.value) == written
            and self.names.index.order[id(call)] < self.names.index.order[id(node)]
            and self.names.index.function_of(call) is self.names.index.function_of(node)
        )
        if before:
            self._say(node, added[0], None)

    def _set(self, node: cst.Call) -> None:
        """Every setting of a file is written over the flag of the same name, whatever that was."""
        if not self._sources.is_namespace(node.args[0].value) or self._is_guarded(node, node.args[0].value):
            return
        kinds = self._sources.kinds(node.args[2].value)
        if kinds and FLAG not in kinds:
            self._say(node, kinds[0], None)
            return
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef):
                return
            if (
                isinstance(above, cst.For)
                and isinstance(above.iter, cst.Call)
                and isinstance(above.iter.func, cst.Attribute)
            ):
                kind = self._sources.mapping(above.iter.func.value)
                if above.iter.func.attr.value == "items" and kind and kind[0] in _WEAKER:
                    self._say(node, kind[0], None)
                return

    # statements

    def visit_Assign(self, node: cst.Assign) -> None:
        """`args.x = os.environ["X"]`; a name that held a flag gets a weaker value, or a flag only where that is empty."""
        kinds = self._sources.kinds(node.value)
        if not kinds or len(set(kinds)) > 1:
            return
        for target in node.targets:
            match target.target:
                case cst.Attribute(value=owner, attr=cst.Name(value=name)) as written:
                    weaker = kinds[0] in _WEAKER and self._sources.is_namespace(owner) and self._options.has(name)
                    if weaker and not self._is_guarded(node, written):
                        self._say(node, kinds[0], written)
                case cst.Name() as name:
                    self._rebound(node, name, kinds[0])
                case _:
                    pass

    def _rebound(self, node: cst.Assign, name: cst.Name, kind: str) -> None:
        before = self._kinds_before(node, name)
        if kind in _WEAKER and before == {FLAG} and not self._is_guarded(node, name):
            self._say(node, kind, name)
        elif kind == FLAG and len(before) == 1 and next(iter(before)) in _WEAKER and self._is_empty_test(node, name):
            self._say(node, next(iter(before)), node.value)

    def _kinds_before(self, node: cst.Assign, name: cst.Name) -> set[str]:
        """What a name may hold where it is bound anew."""
        scope = self.names.index.scope_of(node)
        found: set[str] = set()
        place = self.names.index.order[id(node)]
        for binding in reaching(self.names.index, node.value, scope, scope.bindings.get(name.value, ())):
            if binding.node is node or self.names.index.order[id(binding.node)] > place:
                continue
            if binding.how is How.PARAMETER:
                found |= {FLAG} if self._sources.is_flag_parameter(binding.node) else {""}
            else:
                found |= set(self._sources.kinds(binding.value)) or {""}
        return found

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        """`if "X" in os.environ: return os.environ["X"]`, then `return args.x`."""
        early: list[tuple[cst.Return, str]] = []
        for statement in node.body:
            test: cst.BaseExpression | None = None
            match statement:
                case cst.If(test=asked, body=body, orelse=None):
                    test, returned = asked, self._returned(body)
                case cst.SimpleStatementLine(body=[cst.Return() as plain]):
                    returned = plain
                case _:
                    continue
            kinds = self._sources.kinds(returned.value) if returned is not None else ()
            if returned is not None and kinds[:1] == (FLAG,):
                for one, kind in early:
                    self._say(one, kind, returned.value)
                return
            asks = test is not None and returned is not None and self._asks_flag(test, returned)
            if returned is not None and kinds and FLAG not in kinds and test is not None and not asks:
                early.append((returned, kinds[0]))

    def _returned(self, body: cst.BaseSuite) -> cst.Return | None:
        match body.body:
            case [cst.SimpleStatementLine(body=[cst.Return() as returned])]:
                return returned
            case _:
                return None

    def visit_If(self, node: cst.If) -> None:
        """`if "X" in os.environ: x = os.environ["X"]`, `else: x = args.x`."""
        if not isinstance(node.orelse, cst.Else):
            return
        first, other = self._only(node.body), self._only(node.orelse.body)
        if first is None or other is None or dotted(first.targets[0].target) != dotted(other.targets[0].target):
            return
        strong, weak = self._sources.kinds(other.value), self._sources.kinds(first.value)
        if weak and FLAG not in weak and strong[:1] == (FLAG,) and not self._asks_flag(node.test, other.value):
            self._say(first, weak[0], other.value)

    def _only(self, body: cst.BaseSuite) -> cst.Assign | None:
        match body.body:
            case [cst.SimpleStatementLine(body=[cst.Assign() as assign])] if dotted(assign.targets[0].target):
                return assign
            case _:
                return None

    # guards

    def _asks_flag(self, test: cst.BaseExpression, flag: cst.CSTNode) -> bool:
        """Whether a test looks at a flag: then the flag is asked first."""
        written = self.written(flag, 200)
        return any(
            (isinstance(one, cst.Attribute) and self._sources.is_namespace(one.value))
            or (isinstance(one, cst.Name | cst.Attribute) and self.written(one, 200) == written)
            for one in below(test)
        )

    def _is_guarded(self, node: cst.CSTNode, flag: cst.BaseExpression) -> bool:
        """Whether the flag is asked before the weaker source gets a say."""
        child = node
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef | cst.ClassDef):
                return False
            if isinstance(above, cst.If | cst.While) and child is not above.test and self._asks_flag(above.test, flag):
                return True
            if isinstance(above, cst.If) and self._asks_name(above.test):
                return True
            child = above
        return False

    def _asks_name(self, test: cst.BaseExpression) -> bool:
        """`if getattr(args, key, None) is None:`, `if key not in given:`."""
        return any(
            isinstance(one, cst.Call) and last_word(one.func) in ("getattr", "hasattr", "get_parameter_source")
            for one in below(test)
        ) or (isinstance(test, cst.Comparison) and any(isinstance(one.operator, cst.NotIn) for one in test.comparisons))

    def _is_empty_test(self, node: cst.CSTNode, name: cst.Name) -> bool:
        """`if not x:`, `if x is None:`: the flag counts only where the weaker source said nothing."""
        for above in self.names.index.ancestors(node):
            if isinstance(above, cst.FunctionDef):
                return False
            if isinstance(above, cst.If):
                match above.test:
                    case cst.UnaryOperation(operator=cst.Not(), expression=cst.Name(value=asked)):
                        return asked == name.value
                    case cst.Comparison(
                        left=cst.Name(value=asked),
                        comparisons=[cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name(value="None"))],
                    ):
                        return asked == name.value
                    case _:
                        return False
        return False

    def _say(self, node: cst.CSTNode, kind: str, flag: cst.BaseExpression | None, cure: str = "") -> None:
        if id(node) in self._said or self._options.is_switch(
            dotted(flag).rpartition(".")[2] if flag is not None else ""
        ):
            return
        self._said.add(id(node))
        inner = [one for one in below(node) if one is not node and id(one) in self._said]
        if inner:
            return
        self._said |= {id(one) for one in below(node)}
        shown = f"`{self.written(flag, 40)}`" if isinstance(flag, cst.Name | cst.Attribute) else "the flags"
        related = (Note(flag, "the flag"),) if flag is not None and flag is not node else ()
        self.report(
            CODE,
            node,
            f"{_WEAKER[kind]} beats {shown}: what somebody types on the command line changes nothing",
            label="the flag comes second",
            help=cure
            or "ask the flag first: `flag or os.environ.get(…) or config.get(…)`, with no default on the option",
            related=related,
        )
