"""How much an expression holds or counts: no more than this file says, or as much as somebody puts in."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import displays
from lintfoot.names import Names
from lintfoot.regexes import regex
from lintfoot.scopes import How, dotted, last_word
from lintfoot.values import Class, Constant, Display, Named, Value

_DEEPEST = 8
_MOST = 64  # items that are written out: more of them are an inventory
_PIECES = frozenset(
    "chunk chunks chunked batch batches batched piece pieces slice slices slab window windows page group groups grouper "
    "islice sliced portion portions wave waves bucket buckets part partition partitions shard shards".split()
)
# Who waits for work instead of being it: their number is somebody's setting.
_CREW = frozenset(
    "worker workers thread threads affinity getaffinity gpu gpus cpus "
    "proc procs process processes core cores cpu cpus job jobs concurrency parallel "
    "parallelism consumer consumers producer producers listener listeners handler handlers pool slots replicas forks "
    "loop loops iterations rounds repeat repeats attempts retries daemons signals stream streams pipe pipes "
    "channel channels pusher pushers publisher publishers subscriber subscribers plugin plugins callback callbacks hook hooks "
    "sink sinks transport transports master masters observer observers listen component components".split()
)
_WORDS = regex(r"[a-z]+")
_THROUGH = frozenset(
    "enumerate reversed sorted list set tuple iter dict frozenset filter map tqdm track deepcopy copy cast".split()
)
_VIEWS = frozenset("items keys values copy iteritems itervalues iterkeys".split())
_GROWN_BY = ("append", "extend", "add", "insert", "update", "appendleft", "setdefault", "put", "put_nowait")


def words_of(node: cst.CSTNode) -> set[str]:
    """The words of the name that an expression goes by: `host`, `batch` of `self.host_batch`."""
    return set(_WORDS.findall(last_word(node).lower())) if isinstance(node, cst.Name | cst.Attribute) else set()


def is_crew(node: cst.CSTNode) -> bool:
    """Whether a name speaks of those who do the work; of several names one is enough."""
    match node:
        case cst.Tuple(elements=elements):
            return any(is_crew(element.value) for element in elements)
        case cst.Call(func=cst.Name(value="zip"), args=args):
            return any(is_crew(arg.value) for arg in args)
        case cst.Call(func=func):
            return is_crew(func)  # `os.sched_getaffinity(0)`, `torch.cuda.gpus()`
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString(value=key)))]):
            return not _CREW.isdisjoint(_WORDS.findall(key.lower()))
        case _:
            return not _CREW.isdisjoint(words_of(node))


class Sizes:
    """Answers for one module."""

    def __init__(self, names: Names) -> None:
        self.names = names

    # what is looped over

    def grows(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether looping over it takes as long as somebody's input; what is written out or cut to size does not."""
        if depth > _DEEPEST:
            return True
        match node:
            case cst.Call():
                return self._call_grows(node, depth)
            case cst.Subscript():
                return self._subscript_grows(node, depth)
            case cst.ListComp() | cst.SetComp() | cst.GeneratorExp() | cst.DictComp():
                return self.comprehension_grows(node.for_in, depth + 1)
            case cst.BinaryOperation(left=left, operator=cst.Add() | cst.BitOr(), right=right):
                return self.grows(left, depth + 1) or self.grows(right, depth + 1)
            case cst.IfExp(body=left, orelse=right):
                return self.grows(left, depth + 1) or self.grows(right, depth + 1)
            case cst.BooleanOperation(left=left, right=right):
                return self.grows(left, depth + 1) or self.grows(right, depth + 1)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self.grows(inner, depth + 1)
            case cst.List() | cst.Tuple() | cst.Set():
                return self._written_grows(node.elements, depth)
            case cst.Dict(elements=elements):
                return any(isinstance(one, cst.StarredDictElement) for one in elements) or len(elements) > _MOST
            case cst.Name() | cst.Attribute():
                return self._name_grows(node, depth)
            case _:
                return not isinstance(node, cst.SimpleString | cst.ConcatenatedString)

    def comprehension_grows(self, loop: cst.CompFor | None, depth: int = 0) -> bool:
        """Whether any `for` of a comprehension does."""
        while loop is not None:
            if self.grows(loop.iter, depth):
                return True
            loop = loop.inner_for_in
        return False

    def _written_grows(self, elements: object, depth: int) -> bool:
        items = tuple(elements) if isinstance(elements, list | tuple) else ()
        stars = [one.value for one in items if isinstance(one, cst.StarredElement)]
        return len(items) > _MOST or any(self.grows(star, depth + 1) for star in stars)

    def _call_grows(self, node: cst.Call, depth: int) -> bool:
        word = last_word(node.func)
        args = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if word == "range" and len(args) == len(("start", "stop", "step")):
            return False  # where pieces begin
        if word == "range":
            return bool(args) and self.counts(args[0] if len(args) == 1 else args[1], depth + 1)
        if word in ("zip", "zip_longest"):
            return bool(args) and all(self.grows(arg, depth + 1) for arg in args)
        if word in ("product", "chain", "zip_longest"):
            return any(self.grows(arg, depth + 1) for arg in args)
        if word in ("islice", "sample", "nlargest", "nsmallest", "most_common") or self.is_cut(node):
            return False
        if isinstance(node.func, cst.Attribute) and word in _VIEWS:
            return self.grows(node.func.value, depth + 1)
        if word in ("split", "splitlines") and isinstance(node.func, cst.Attribute):
            return not isinstance(self.names.constant(node.func.value), str)
        if word in _THROUGH:
            return any(self.grows(arg, depth + 1) for arg in args[-1:] if args)
        return not self._all_small(node, depth)

    def is_cut(self, node: cst.BaseExpression) -> bool:
        """Whether a call cuts something into pieces: `batched(hosts, 10)`, `chunks(hosts)`."""
        return isinstance(node, cst.Call) and not _PIECES.isdisjoint(_WORDS.findall(last_word(node.func).lower()))

    def _subscript_grows(self, node: cst.Subscript, depth: int) -> bool:
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Slice(lower=lower, upper=upper))]:
                last = isinstance(lower, cst.UnaryOperation) and isinstance(lower.operator, cst.Minus)
                return False if upper is not None or last else self.grows(node.value, depth + 1)
            case _:
                return not self._all_small(node, depth)

    def _name_grows(self, node: cst.Name | cst.Attribute, depth: int) -> bool:
        if not _PIECES.isdisjoint(words_of(node)) or self._is_piece(node):
            return False
        if self._filled(node, depth):
            return True
        if isinstance(node, cst.Name):
            if any(getattr(one.node, "star", "") == "*" for one in self.names.bindings_of(node)):
                return False  # `*events`: whoever calls writes them out
            given = self.assigned(node)
            if given:
                return any(self.grows(value, depth + 1) for value in given)
        return not self._all_small(node, depth)

    def _is_piece(self, node: cst.Name | cst.Attribute) -> bool:
        """A loop's name for what a list was cut into."""
        return isinstance(node, cst.Name) and any(
            one.how is How.LOOPED and one.value is not None and self._is_cutting(one.value)
            for one in self.names.bindings_of(node)
        )

    def _is_cutting(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.GeneratorExp | cst.ListComp):
            return isinstance(node.elt, cst.Subscript)
        return self.is_cut(node) or not _PIECES.isdisjoint(words_of(node))

    def _filled(self, node: cst.Name | cst.Attribute, depth: int) -> bool:
        """Whether this file adds to it for as long as something else lasts: then what it started with says nothing."""
        path = dotted(node)
        for method in _GROWN_BY:
            for call in self.names.calls_of(method):
                owner = call.func.value if isinstance(call.func, cst.Attribute) else None
                if (
                    owner is None
                    or not path
                    or dotted(owner) != path
                    or not displays.same_name(self.names, owner, node)
                ):
                    continue
                if self._adds_many(call, node, method, depth):
                    return True
        if isinstance(node, cst.Name):
            return any(one.how is How.AUGMENTED for one in self.names.bindings_of(node))
        return bool(self.names.index.subscript_writes.get(node.attr.value))

    def _adds_many(self, call: cst.Call, node: cst.BaseExpression, method: str, depth: int) -> bool:
        """Whether a call that adds is made again and again, or adds something that grows itself."""
        here = self.names.index.function_of(node)
        if self.names.index.function_of(call) is not here:
            return True
        for above in self.names.index.ancestors(call):
            if above is here or isinstance(above, cst.While):
                break
            if isinstance(above, cst.For) and self.grows(above.iter, depth + 1):
                return True
        else:
            above = self.names.index.module
        if isinstance(above, cst.While):
            return True
        return method in ("extend", "update") and any(self.grows(arg.value, depth + 1) for arg in call.args)

    def assigned(self, node: cst.Name) -> list[cst.BaseExpression]:
        """The expressions that a name may have been given here; none where anything else may have bound it."""
        bindings = self.names.bindings_of(node)
        values = [one.value for one in bindings if one.how is How.ASSIGNED and one.value is not None and not one.path]
        return values if len(values) == len(bindings) else []

    def given(self, node: cst.Name) -> list[cst.BaseExpression]:
        """Every expression that a name may have been given here, whatever else may have bound it."""
        return [
            one.value
            for one in self.names.bindings_of(node)
            if one.how is How.ASSIGNED and one.value is not None and not one.path
        ]

    def augmented(self, node: cst.Name) -> list[cst.List]:
        """The lists that are added to a name: `tasks += [fetch(host)]`."""
        found = (one.value for one in self.names.bindings_of(node) if one.how is How.AUGMENTED)
        return [value for value in found if isinstance(value, cst.List)]

    def _all_small(self, node: cst.BaseExpression, depth: int) -> bool:
        values = self.names.values(node)
        return all(self._is_small(value, node, depth) for value in values)

    def _is_small(self, value: Value, node: cst.BaseExpression, depth: int) -> bool:
        match value:
            case Display(node=inner) if inner is not node and isinstance(inner, cst.BaseExpression):
                return not self.grows(inner, depth + 1)
            case Class():  # an Enum
                return True
            case Constant(value=None | str()):
                return True
            case Named(name=name):  # a constant of another module
                last = name.rpartition(".")[2]
                return last.isupper() and last.isidentifier()
            case _:
                return False

    # what is counted

    def counts(self, node: cst.BaseExpression, depth: int = 0) -> bool:
        """Whether a number grows with the length of something that does: `len(hosts)`, `len(hosts) * 2`."""
        if depth > _DEEPEST:
            return False
        match node:
            case cst.Call():
                return self._number_call(node, depth)
            case cst.BinaryOperation(
                left=left,
                operator=cst.Add() | cst.Subtract() | cst.Multiply() | cst.FloorDivide() | cst.Divide(),
                right=right,
            ):
                return self.counts(left, depth + 1) or self.counts(right, depth + 1)
            case cst.BooleanOperation(left=left, right=right):
                if self._limits(node):  # `n < 10 and n or 10`
                    return False
                return self.counts(left, depth + 1) or self.counts(right, depth + 1)
            case cst.IfExp(test=test, body=left, orelse=right):
                if self._limits(test):
                    return self.counts(left, depth + 1) and self.counts(right, depth + 1)
                return self.counts(left, depth + 1) or self.counts(right, depth + 1)
            case cst.Name():
                given = self.assigned(node)
                return bool(given) and all(self.counts(value, depth + 1) for value in given)
            case cst.NamedExpr(value=inner):
                return self.counts(inner, depth + 1)
            case _:
                return False

    def _limits(self, test: cst.BaseExpression) -> bool:
        """Whether a number is held against a larger one than 1: `len(hosts) > 0` only asks whether there are any."""
        signs = (cst.LessThan, cst.GreaterThan, cst.LessThanEqual, cst.GreaterThanEqual)
        return any(
            isinstance(one.operator, signs) and self.names.constant(one.comparator) not in (0, 1)
            for one in _comparisons(test)
        )

    def _number_call(self, node: cst.Call, depth: int) -> bool:
        word = last_word(node.func)
        args = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        match word:
            case "len" if len(args) == 1:
                return not is_crew(args[0]) and self.grows(args[0], depth + 1)
            case "min":
                return bool(args) and len(args) == len(node.args) and all(self.counts(arg, depth + 1) for arg in args)
            case "max" | "int" | "round" | "ceil" | "abs":
                return any(self.counts(arg, depth + 1) for arg in args)
            case _:
                return False


def _comparisons(node: cst.BaseExpression) -> Iterator[cst.ComparisonTarget]:
    match node:
        case cst.Comparison(comparisons=comparisons):
            yield from comparisons
        case cst.BooleanOperation(left=left, right=right):
            yield from _comparisons(left)
            yield from _comparisons(right)
        case _:
            return
