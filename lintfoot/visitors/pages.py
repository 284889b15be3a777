"""What becomes of a page: whether its list is taken for all there is, and whether the call named what it wants."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import displays
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Constant, Display

_OF_ONE = regex(r"(Name|Id|Arn|Identifier|name|id|arn|identifier)$")
_OF_SOME = regex(r"(Names|Ids|Arns|IDs|ARNs|Identifiers|names|ids|arns|identifiers)$")
_FILTERS = regex(r"(?i)((?<!state)(?<!status)-names?|^name|address|dns|tag:name|identifier)$")
_FILTER_IDS = regex(r"(?i)^(.*?)[-.]?(ids?|arns?|codes?)$")
# Lists whose length AWS sets, whatever the account holds.
_FIXED = frozenset(("accountlimits", "accountattributes", "accountsettings"))
_OWNERS = frozenset(
    (
        "owner",
        "account",
        "ownerid",
        "executableuser",
        "restorableby",
        "restorablebyuser",
    )
)
_META = frozenset(("ResponseMetadata",))


def is_pinned(names: Names, call: cst.Call, operation: str) -> bool:
    """Whether a call names the things it wants: `InstanceIds=[one]`, `StackName=name`, a filter by id or name."""
    noun = re.sub(r"^(describe|list|get|search)_", "", operation).replace("_", "").lower()
    if noun in _FIXED or (noun != "tags" and (noun.startswith("tags") or noun.endswith("tags"))):
        return True  # a resource has fifty tags at most
    given = list(_keywords(names, call))
    if sum(1 for keyword, _ in given if _OF_ONE.search(keyword)) > 1:
        return True
    for keyword, value in given:
        if _OF_SOME.search(keyword) and _OF_SOME.sub("", keyword).lower() not in _OWNERS:
            return True
        if keyword.endswith(("NamePrefix", "namePrefix")) and names.constant(value) is ...:
            return True  # a name that is asked for by what it begins with
        stem = _OF_ONE.sub("", keyword).lower()
        if stem != keyword.lower() and (_is_about(noun, stem) or (not stem and operation.startswith("describe_"))):
            return True
        if keyword in ("Filters", "filters", "Filter") and _filters_by_identity(names, value, noun):
            return True
    return False


def _keywords(names: Names, call: cst.Call) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The keywords of a call, those in a `**dict` that this file fills included."""
    for arg in call.args:
        if arg.keyword is not None:
            yield arg.keyword.value, arg.value
        elif arg.star == "**":
            for one in names.values(arg.value):
                if isinstance(one, Display) and one.kind == "dict":
                    table, _ = displays.mapping(names, one, arg.value)
                    yield from ((key, expressions[-1]) for key, expressions in table.items())


def _is_about(noun: str, stem: str) -> bool:
    """`stack` of describe_stacks, `dbinstance` of describe_db_instances, `policy` of list_policies."""
    return bool(stem) and noun in (
        stem,
        f"{stem}s",
        f"{stem}es",
        f"{stem.removesuffix('y')}ies",
        f"{stem}status",
    )


def _filters_by_identity(names: Names, node: cst.BaseExpression, noun: str) -> bool:
    """Filters of which one names an id of the thing itself, a name or an address; `vpc-id` leaves many subnets."""
    for one in _dicts(names, node):
        table, _ = displays.mapping(names, one)
        for key in ("Name", "name", "Key", "Field"):
            for expression in table.get(key, ()):
                text = names.constant(expression)
                if isinstance(text, str) and (_FILTERS.search(text) or _is_own_id(noun, text)):
                    return True
    return False


def _is_own_id(noun: str, text: str) -> bool:
    """`instance-id` for describe_instances, `group-id` for describe_security_groups, `attachment.instance-id`."""
    match = _FILTER_IDS.match(text)
    stem = re.sub(r"[^a-z]", "", match[1].lower()) if match else ""
    if match is None or text.startswith("attachment."):
        return match is not None
    return not stem or noun.startswith(stem) or noun.removesuffix("s").endswith(stem) or _is_about(noun, stem)


def _dicts(names: Names, node: cst.BaseExpression) -> Iterator[Display]:
    for value in names.values(node):
        if isinstance(value, Display) and value.kind == "dict":
            yield value
        elif isinstance(value, Display):
            for item in displays.elements(names, value, node):
                for inner in names.values(item) if item is not None else ():
                    if isinstance(inner, Display) and inner.kind == "dict":
                        yield inner


class Pages:
    """The uses of replies in one file."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def taken_for_all(self, call: cst.Call) -> bool:
        """Whether the list in a reply is used as if it were whole: gone through, counted, returned, handed on."""
        return any(self._is_whole(one) for one in self._lists(call, 0))

    def _lists(self, node: cst.CSTNode, depth: int) -> Iterator[cst.BaseExpression]:
        """Every `reply["Items"]` and `reply.get("Items")` of a reply."""
        parent = self.names.index.parent.get(id(node))
        match parent:
            case cst.Await():
                yield from self._lists(parent, depth)
            case cst.Subscript(value=value) if value is node and self._is_key(parent):
                yield parent
            case cst.Attribute(attr=cst.Name(value="get")):
                call = self.names.index.parent.get(id(parent))
                if isinstance(call, cst.Call) and call.args and self._names_list(call.args[0].value):
                    yield call
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]) if depth == 0:
                for use in self._uses(name, parent):
                    yield from self._lists(use, depth + 1)
            case _:
                pass

    def _is_key(self, node: cst.Subscript) -> bool:
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=key))]:
                return self._names_list(key)
            case _:
                return False

    def _names_list(self, key: cst.BaseExpression) -> bool:
        text = self.names.constant(key)
        return isinstance(text, str) and text not in _META

    def _uses(self, name: cst.Name, assign: cst.Assign) -> Iterator[cst.Name]:
        """The reads of a name that this assignment may reach, in the same function."""
        function = self.names.index.function_of(assign)
        body = function.body if isinstance(function, cst.FunctionDef) else self.names.index.module
        for node in within(body):
            if not isinstance(node, cst.Name) or node.value != name.value or node is name:
                continue
            parent = self.names.index.parent.get(id(node))
            if isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.Attribute) and parent.attr is node):
                continue
            if any(one.node is assign for one in self.names.bindings_of(node)):
                yield node

    def _is_whole(self, node: cst.CSTNode, depth: int = 0) -> bool:
        """Whether a list is used for more than its first item or for being there at all."""
        parent = self.names.index.parent.get(id(node))
        match parent:
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]) if (
                value is node
            ):
                return bool(self.names.constant(index) != 0)
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]) if depth == 0:
                return any(self._is_whole(use, 1) for use in self._uses(name, parent))
            case cst.If() | cst.While() | cst.IfExp() | cst.UnaryOperation() | cst.Assert() | cst.Expr():
                return isinstance(parent, cst.IfExp) and parent.test is not node
            case cst.BooleanOperation(left=left, operator=operator):
                return left is node and isinstance(operator, cst.Or) and self._is_whole(parent, depth)
            case cst.Comparison():
                return isinstance(parent.comparisons[0].operator, cst.In | cst.NotIn)
            case cst.ComparisonTarget(operator=operator):
                return isinstance(operator, cst.In | cst.NotIn)
            case cst.Arg():
                call = self.names.index.parent.get(id(parent))
                return not isinstance(call, cst.Call) or self._counts(call)
            case _:
                return True

    def _counts(self, call: cst.Call) -> bool:
        """`len(items) > 0`, `bool(items)`, `next(iter(items))` ask whether there are any; every other call gets all."""
        last = last_word(call.func)
        if last in ("bool", "any", "next", "iter"):
            return False
        if last != "len":
            return True
        match self.names.index.parent.get(id(call)):
            case cst.Comparison(comparisons=[cst.ComparisonTarget(comparator=right)]):
                many = [value.value for value in self.names.values(right) if isinstance(value, Constant)]
                return not (len(many) == 1 and many[0] in (0, 1))
            case cst.If() | cst.UnaryOperation():
                return False
            case _:
                return True
