"""Who looks at the status of an HTTP response: the function itself, a helper that is handed it, whoever returns it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import libcst as cst

from lintfoot import decorators
from lintfoot.descent import Sought
from lintfoot.gates.response_lines import Shape
from lintfoot.names import Names
from lintfoot.scopes import FunctionNode, last_word, parameters
from lintfoot.values import Function, Instance, Named, Parameter, Values
from lintfoot.visitors.below import LATER, below, is_read

_DEEPEST = 4  # helpers of helpers
_FUNCTIONS: Sought = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
# They take a response and look at nothing in it; what reads its body is here as well.
_BLIND = frozenset(
    {
        "builtins.callable",
        "builtins.hasattr",
        "builtins.id",
        "builtins.isinstance",
        "builtins.iter",
        "builtins.issubclass",
        "builtins.type",
        "contextlib.aclosing",
        "contextlib.closing",
        "io.TextIOWrapper",
        "json.load",
        "shutil.copyfileobj",
        "typing.cast",
    }
)
# Decorators that hand on what the function returns as it is.
_PLAIN_DECORATORS = frozenset(
    "staticmethod classmethod property cached_property cache lru_cache abstractmethod override final contextmanager "
    "asynccontextmanager wraps".split()
)


class Looks:
    """The looks at statuses in one file. A response is known by the call that made it."""

    def __init__(self, names: Names, known: dict[str, Shape], looks: Iterable[cst.Attribute]) -> None:
        self.names, self.known = names, known
        self._in: dict[int, set[int]] = {}  # id of the making call -> ids of the functions that look, 0 for the module
        for look in looks:
            for value in names.values(look.value):
                shape = known.get(value.name) if isinstance(value, Instance) else None
                if isinstance(value, Instance) and value.call is not None and shape and look.attr.value in shape.status:
                    self._in.setdefault(id(value.call), set()).add(_key(names.index.function_of(look)))

    def anybody(self, response: Instance, use: cst.BaseExpression) -> bool:
        """Whether the status of the response whose body is used at `use` is looked at, or may be where nobody can see it."""
        call = response.call
        if call is None:
            return True
        here, maker = self.names.index.function_of(use), self.names.index.function_of(call)
        seen = self._in.get(id(call), set())
        if seen and (self._handed_in(use) or isinstance(use, cst.Attribute)):
            return True  # held by an object, or handed in: whoever looked may have done so on the way
        places = {_key(here), _key(maker), *map(_key, self._around(here))}
        if seen & places or any(self._passes_on(function, call) for function in seen - places):
            return True
        if maker is not here and _decorated(maker):
            return True
        if self._leaves(here, call, returns=True):
            return True
        return maker is not here and self._leaves(maker, call, returns=False)

    def _handed_in(self, use: cst.BaseExpression) -> bool:
        return any(isinstance(value, Parameter) for value in self.names.values(use))

    def _around(self, function: FunctionNode | None) -> Iterator[FunctionNode]:
        """The functions round a function, and those in it."""
        if function is None:
            return
        for node in self.names.index.ancestors(function):
            if isinstance(node, cst.FunctionDef | cst.Lambda):
                yield node
        for node in below(function.body, sought=_FUNCTIONS):
            if isinstance(node, cst.FunctionDef | cst.Lambda):
                yield node

    def _passes_on(self, function: int, call: cst.Call) -> bool:
        """Whether a function that looked returns the response: then it is a wrapper on the way."""
        return any(
            isinstance(value, Instance) and value.call is call
            for result in self.names.index.returns.get(function, ())
            for value in self.names.values(result)
        )

    # what else becomes of a response in a function

    def _leaves(self, function: FunctionNode | None, call: cst.Call, *, returns: bool) -> bool:
        """Whether the response gets to where its status may be looked at: a test of the whole, a call, a container."""
        body = self.names.index.module if function is None else function.body
        return any(
            self._seen_whole(node, returns=returns, depth=0)
            for node in below(body, LATER if function is None else ())
            if isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.NamedExpr) and self._is(node, call)
        )

    def _is(self, node: cst.Name | cst.Attribute | cst.Call | cst.NamedExpr, call: cst.Call) -> bool:
        if isinstance(node, cst.Name) and not is_read(node, self.names.index.parent.get(id(node))):
            return False
        return any(isinstance(value, Instance) and value.call is call for value in self.names.values(node))

    def _seen_whole(self, node: cst.CSTNode, *, returns: bool, depth: int) -> bool:
        """Whether something may look at the status of what stands here, because it gets the whole response."""
        parent = self.names.index.parent.get(id(node))
        match parent:
            case cst.Attribute() | cst.Expr() | cst.WithItem() | cst.AssignTarget() | cst.Subscript() | cst.Del():
                return False
            case cst.Await() | cst.NamedExpr():
                return self._seen_whole(parent, returns=returns, depth=depth)
            case cst.Assign() | cst.AnnAssign():
                return self._kept_elsewhere(parent)
            case cst.Return() | cst.Yield():
                return returns
            case cst.For() | cst.CompFor():
                return False
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator)]) if left is node:
                return not isinstance(operator, cst.Is | cst.IsNot)
            case cst.Arg():
                call = self.names.index.parent.get(id(parent))
                return not isinstance(call, cst.Call) or self._looks_in(call, parent, depth)
            case cst.IfExp(test=other) | cst.BooleanOperation(left=other) if other is not node:
                return self._seen_whole(parent, returns=returns, depth=depth)
            case _:
                return True

    def _kept_elsewhere(self, statement: cst.Assign | cst.AnnAssign) -> bool:
        """Whether an assignment puts a response where others may find it: not in a name, nor in an attribute of `self`."""
        targets = [one.target for one in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
        if all(isinstance(target, cst.Name) for target in targets):
            return False
        return not all(
            isinstance(target, cst.Name) or self._of_self(target, self.names.index.function_of(statement))
            for target in targets
        )

    def _of_self(self, target: cst.CSTNode, function: FunctionNode | None) -> bool:
        """`self.reply = …`, and no method is called on `self` that this file does not hold."""
        if function is None or not isinstance(target, cst.Attribute) or not isinstance(target.value, cst.Name):
            return False
        own = target.value.value
        if [param.name.value for param in parameters(function)[:1]] != [own]:
            return False
        methods = (
            self.names.values(node.func)
            for node in below(function.body, sought=frozenset((own,)))
            if isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and isinstance(node.func.value, cst.Name)
            and node.func.value.value == own
        )
        return all(isinstance(value, Function) for values in methods for value in values)

    def _looks_in(self, call: cst.Call, arg: cst.Arg, depth: int) -> bool:
        """Whether the function that is handed a response may look at its status."""
        values = self.names.values(call.func)
        if all(isinstance(value, Named) and value.name in _BLIND for value in values):
            return False
        if all(isinstance(value, Named) and value.name == "builtins.getattr" for value in values):
            return not self._asks_for_other(call)
        if depth > _DEEPEST or not all(isinstance(value, Function) for value in values):
            return True
        return any(self._function_looks(value, call, arg, depth) for value in values if isinstance(value, Function))

    def _asks_for_other(self, call: cst.Call) -> bool:
        """`getattr(response, "text", "")`: a name that is no status."""
        name = self.names.constant(call.args[1].value) if len(call.args) > 1 else ...
        return isinstance(name, str) and not any(name in shape.status for shape in self.known.values())

    def _function_looks(self, function: Function, call: cst.Call, arg: cst.Arg, depth: int) -> bool:
        name = _parameter(function, call, arg)
        if not name:
            return True
        words = {word for shape in self.known.values() for word in shape.status}
        for node in below(function.node.body):
            if not isinstance(node, cst.Name) or node.value != name:
                continue
            parent = self.names.index.parent.get(id(node))
            if not is_read(node, parent):
                continue
            if isinstance(parent, cst.Attribute) and parent.value is node:
                if parent.attr.value in words:
                    return True
            elif self._seen_whole(node, returns=False, depth=depth + 1):
                return True
        return False


def _key(function: FunctionNode | None) -> int:
    return id(function) if function is not None else 0


def _parameter(function: Function, call: cst.Call, arg: cst.Arg) -> str:
    """The name under which a function of this file gets an argument; empty where nobody can tell."""
    if arg.star or any(one.star for one in call.args):
        return ""
    if arg.keyword is not None:
        return arg.keyword.value
    params = [*function.node.params.posonly_params, *function.node.params.params]
    bound = function.receiver is not None and not decorators.has(function.node, "staticmethod")
    place = call.args.index(arg) + (1 if bound else 0)
    return params[place].name.value if place < len(params) else ""


def _decorated(function: FunctionNode | None) -> bool:
    """Whether something stands between a function and its callers that may look at what it returns."""
    return not all(last_word(one) in _PLAIN_DECORATORS for one in decorators.written(function))


def responses(values: Values, known: dict[str, Shape]) -> Iterator[Instance]:
    """The responses among the values whose making this file shows."""
    for value in values:
        if isinstance(value, Instance) and value.call is not None and value.name in known:
            yield value
