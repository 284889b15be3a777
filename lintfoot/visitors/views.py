"""Annotations through which nothing can be changed: Sequence, Mapping and their kin, and unions of nothing else."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.scopes import Binding, How, Scope, dotted

# The abstract views, and types that are immutable themselves.
_VIEWS = frozenset(
    "AbstractSet ByteString Callable Collection Container FrozenSet Hashable ItemsView Iterable Iterator KeysView Literal "
    "LiteralString Mapping MappingProxyType MappingView Pattern Reversible Sequence Sized Tuple ValuesView bool bytes "
    "complex float frozenset int object range str tuple".split()
)
_MODULES = frozenset({"builtins", "collections", "collections.abc", "re", "types", "typing", "typing_extensions"})
_MOST_NESTED = 12


def is_view(names: Names, node: cst.BaseExpression) -> bool:
    """Whether an annotation lets nobody change the object."""
    return _is_view(names, node, node, 0)


def _is_view(names: Names, node: cst.BaseExpression, place: cst.BaseExpression, depth: int) -> bool:
    """The same; `place` is where names are looked up: for those in quotes it is the string."""
    if depth > _MOST_NESTED:
        return False
    match node:
        case cst.Name(value="None"):
            return True
        case cst.SimpleString():
            inner = _parsed(node)
            return inner is not None and _is_view(names, inner, place, depth + 1)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return all(_is_view(names, side, place, depth + 1) for side in (left, right))
        case cst.Subscript():
            return _is_generic_view(names, node, place, depth + 1)
        case cst.Name() | cst.Attribute():
            return _names_a_view(names, dotted(node), place, depth)
        case _:
            return False


def _is_generic_view(names: Names, node: cst.Subscript, place: cst.BaseExpression, depth: int) -> bool:
    inner = [one.slice.value for one in node.slice if isinstance(one.slice, cst.Index)]
    match dotted(node.value).rpartition(".")[2]:
        case "Optional" | "Union":
            return all(_is_view(names, one, place, depth) for one in inner)
        case "Annotated" | "ClassVar" | "Final":
            return bool(inner) and _is_view(names, inner[0], place, depth)
        case _:
            return _is_view(names, node.value, place, depth)


def _names_a_view(names: Names, written: str, place: cst.BaseExpression, depth: int) -> bool:
    first, _, rest = written.partition(".")
    scope: Scope | None = names.index.scope_of(place)
    while scope is not None and first not in scope.bindings:
        scope = scope.parent
    if scope is None:
        return _is_known(written if rest else f"builtins.{written}")
    return all(_binds_a_view(names, one, rest, depth) for one in scope.bindings[first])


def _binds_a_view(names: Names, binding: Binding, rest: str, depth: int) -> bool:
    if binding.how is How.IMPORTED:
        return _is_known(f"{binding.imported}.{rest}" if rest else binding.imported)
    alias = binding.value if binding.how is How.ASSIGNED and not rest else None
    return alias is not None and _is_view(names, alias, alias, depth + 1)


def _is_known(name: str) -> bool:
    module, _, last = name.rpartition(".")
    return name == "collections.abc.Set" or (module in _MODULES and last in _VIEWS)


def _parsed(node: cst.SimpleString) -> cst.BaseExpression | None:
    text = node.evaluated_value
    try:
        return cst.parse_expression(text) if isinstance(text, str) else None
    except cst.ParserSyntaxError:
        return None
