"""Who binds what where: one walk over a module that notes parents, order, scopes and bindings, and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import cast

import libcst as cst

from lintfoot.nodes import CHILDREN

FunctionNode = cst.FunctionDef | cst.Lambda
ScopeNode = (
    cst.Module
    | cst.FunctionDef
    | cst.Lambda
    | cst.ClassDef
    | cst.ListComp
    | cst.SetComp
    | cst.DictComp
    | cst.GeneratorExp
)
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
SCOPES = (cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef, *COMPREHENSIONS)
BLOCKS = (cst.IndentedBlock, cst.SimpleStatementSuite, cst.Module)


class How(Enum):
    """How a name came to be bound."""

    ASSIGNED = "assigned"
    AUGMENTED = "augmented"
    LOOPED = "looped"  # the value is an iterable; the name holds its items
    ENTERED = "entered"  # the value is a context manager
    CAUGHT = "caught"
    IMPORTED = "imported"
    DEFINED = "defined"
    PARAMETER = "parameter"
    ANNOTATED = "annotated"  # an annotation alone
    OPAQUE = "opaque"  # bound to something nobody follows


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a name, or an attribute of self, gets a value.

    `path` says which item of the value is meant when it is unpacked (`a, (b, c) = v`); None in it means any.
    `node` is the statement or expression that binds; `annotation` what stands behind a colon.
    """

    how: How
    node: cst.CSTNode
    value: cst.BaseExpression | None = None
    path: tuple[int | None, ...] = ()
    imported: str = ""
    annotation: cst.BaseExpression | None = None


@dataclass(slots=True)
class Scope:
    """One namespace."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # name -> global or nonlocal


class Index:
    """What one walk over a module notes. Keys are `id(node)`: a node's own hash is Python code."""

    def __init__(self, module: cst.Module, package: str = "") -> None:
        self.module = module
        self.package = package
        self.parent: dict[int, cst.CSTNode] = {}
        self.order: dict[int, int] = {}
        self.scopes: dict[int, Scope] = {}
        self.calls: list[cst.Call] = []
        self.stars: list[str] = []  # modules of `from … import *`, last first
        self.attribute_writes: dict[str, list[tuple[cst.Attribute, Binding]]] = {}
        self.subscript_writes: dict[str, list[tuple[cst.Subscript, Binding]]] = {}
        self.returns: dict[int, list[cst.BaseExpression | None]] = {}
        self.yields: dict[int, list[cst.BaseExpression | None]] = {}
        self._walk()

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """From the parent upwards to the module."""
        found = self.parent.get(id(node))
        while found is not None:
            yield found
            found = self.parent.get(id(found))

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """The scope that a name standing at `node` is looked up in: decorators, defaults and bases belong outside."""
        child: cst.CSTNode = node
        for parent in self.ancestors(node):
            if id(parent) in self.scopes:
                inside = isinstance(parent, (cst.Module, *COMPREHENSIONS)) or child is getattr(parent, "body", None)
                if inside:
                    return self.scopes[id(parent)]
            child = parent
        return self.scopes[id(self.module)]

    def function_of(self, node: cst.CSTNode) -> FunctionNode | None:
        """The innermost function whose body holds the node."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None and not isinstance(scope.node, cst.FunctionDef | cst.Lambda):
            if isinstance(scope.node, cst.ClassDef | cst.Module):
                return None
            scope = scope.parent
        return cast("FunctionNode", scope.node) if scope else None

    def class_of(self, function: cst.CSTNode) -> cst.ClassDef | None:
        """The class that a function is a method of."""
        scope = self.scope_of(function)
        return scope.node if isinstance(scope.node, cst.ClassDef) else None

    def statement_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement that a node stands in: a whole simple statement line, or a compound statement."""
        if isinstance(node, cst.BaseStatement | cst.SimpleStatementLine):
            return node
        for parent in self.ancestors(node):
            if isinstance(
                parent, cst.BaseCompoundStatement | cst.SimpleStatementLine | cst.ExceptHandler | cst.ExceptStarHandler
            ):
                return parent
        return node

    def _walk(self) -> None:
        stack: list[tuple[cst.CSTNode, cst.CSTNode | None, Scope | None]] = [(self.module, None, None)]
        order = 0
        while stack:
            node, parent, scope = stack.pop()
            key = id(node)
            if parent is not None:
                self.parent[key] = parent
            self.order[key] = order
            order += 1
            name = node.__class__.__name__
            note = getattr(self, f"_note_{name}", None) if name in _NOTED else None
            if note is not None:
                note(node, scope)
            inner = scope
            if isinstance(node, SCOPES):
                inner = self.scopes[key] = Scope(node, scope)
                if isinstance(node, cst.FunctionDef | cst.Lambda):
                    self._parameters(node, inner)
            outer_part = not isinstance(node, (cst.Module, *COMPREHENSIONS)) and inner is not scope
            below: list[tuple[cst.CSTNode, cst.CSTNode | None, Scope | None]] = []
            for field_name, many in CHILDREN.get(name, ()):
                child = getattr(node, field_name)
                into = scope if outer_part and field_name != "body" else inner
                if many and isinstance(child, list | tuple):
                    below += [(item, node, into) for item in child]
                elif isinstance(child, cst.CSTNode):
                    below.append((child, node, into))
            stack.extend(reversed(below))

    # what each kind of node binds

    def _bind(self, scope: Scope, name: str, binding: Binding) -> None:
        where = scope
        if isinstance(binding.node, cst.NamedExpr):
            while isinstance(where.node, COMPREHENSIONS) and where.parent:
                where = where.parent
        kind = where.elsewhere.get(name)
        if kind == "global":
            where = self.scopes[id(self.module)]
        elif kind == "nonlocal" and where.parent:
            where = where.parent
            while name not in where.bindings and where.parent and where.parent.parent:
                where = where.parent
        where.bindings.setdefault(name, []).append(binding)

    def _target(self, scope: Scope, target: cst.CSTNode, binding: Binding) -> None:
        match target:
            case cst.Name(value=name):
                self._bind(scope, name, binding)
            case cst.Attribute(attr=cst.Name(value=name)):
                self.attribute_writes.setdefault(name, []).append((target, binding))
            case cst.Subscript(value=cst.Name(value=name)):
                self.subscript_writes.setdefault(name, []).append((target, binding))
            case cst.Subscript(value=cst.Attribute(attr=cst.Name(value=name))):
                self.subscript_writes.setdefault(name, []).append((target, binding))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                starred = False
                for number, element in enumerate(elements):
                    starred = starred or isinstance(element, cst.StarredElement)
                    path = (*binding.path, None if starred else number)
                    how = How.OPAQUE if isinstance(element, cst.StarredElement) else binding.how
                    self._target(scope, element.value, Binding(how, binding.node, binding.value, path))
            case _:
                pass

    def _note_Assign(self, node: cst.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._target(scope, target.target, Binding(How.ASSIGNED, node, node.value))

    def _note_AnnAssign(self, node: cst.AnnAssign, scope: Scope) -> None:
        how = How.ASSIGNED if node.value else How.ANNOTATED
        self._target(scope, node.target, Binding(how, node, node.value, annotation=node.annotation.annotation))

    def _note_AugAssign(self, node: cst.AugAssign, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.AUGMENTED, node, node.value))

    def _note_NamedExpr(self, node: cst.NamedExpr, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.ASSIGNED, node, node.value))

    def _note_For(self, node: cst.For, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.LOOPED, node, node.iter))

    def _note_CompFor(self, node: cst.CompFor, scope: Scope) -> None:
        self._target(scope, node.target, Binding(How.LOOPED, node, node.iter))

    def _note_WithItem(self, node: cst.WithItem, scope: Scope) -> None:
        if node.asname:
            self._target(scope, node.asname.name, Binding(How.ENTERED, node, node.item))

    def _note_ExceptHandler(self, node: cst.ExceptHandler, scope: Scope) -> None:
        if node.name:
            self._target(scope, node.name.name, Binding(How.CAUGHT, node))

    _note_ExceptStarHandler = _note_ExceptHandler

    def _note_Import(self, node: cst.Import, scope: Scope) -> None:
        for alias in node.names:
            full = dotted(alias.name)
            if alias.asname:
                self._target(scope, alias.asname.name, Binding(How.IMPORTED, node, imported=full))
            else:
                first = full.partition(".")[0]
                self._bind(scope, first, Binding(How.IMPORTED, node, imported=first))

    def _note_ImportFrom(self, node: cst.ImportFrom, scope: Scope) -> None:
        if isinstance(node.names, cst.ImportStar):
            self.stars.insert(0, self._absolute(node))  # the last one wins
            return
        module = self._absolute(node)
        for alias in node.names:
            name = dotted(alias.name)
            target = alias.asname.name if alias.asname else alias.name
            self._target(scope, target, Binding(How.IMPORTED, node, imported=f"{module}.{name}" if module else name))

    def _absolute(self, node: cst.ImportFrom) -> str:
        module = dotted(node.module) if node.module else ""
        level = len(node.relative)
        if not level:
            return module
        parts = self.package.split(".") if self.package else []
        base = ".".join(parts[: len(parts) - level + 1]) if level <= len(parts) else "." * level
        return f"{base}.{module}".rstrip(".") if module else base

    def _note_FunctionDef(self, node: cst.FunctionDef, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.DEFINED, node))

    def _note_ClassDef(self, node: cst.ClassDef, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.DEFINED, node))

    def _note_TypeAlias(self, node: cst.TypeAlias, scope: Scope) -> None:
        self._bind(scope, node.name.value, Binding(How.ASSIGNED, node, node.value))

    def _note_Global(self, node: cst.Global, scope: Scope) -> None:
        scope.elsewhere.update({item.name.value: "global" for item in node.names})

    def _note_Nonlocal(self, node: cst.Nonlocal, scope: Scope) -> None:
        scope.elsewhere.update({item.name.value: "nonlocal" for item in node.names})

    def _note_Del(self, node: cst.Del, scope: Scope) -> None:
        del node, scope  # a deleted name is bound to nothing that matters

    def _note_Call(self, node: cst.Call, scope: Scope) -> None:
        del scope
        self.calls.append(node)

    def _note_Return(self, node: cst.Return, scope: Scope) -> None:
        self.returns.setdefault(id(scope.node), []).append(node.value)

    def _note_Yield(self, node: cst.Yield, scope: Scope) -> None:
        value = node.value if isinstance(node.value, cst.BaseExpression) else None
        self.yields.setdefault(id(scope.node), []).append(value)

    def _note_MatchAs(self, node: cst.MatchAs, scope: Scope) -> None:
        if node.name:
            self._bind(scope, node.name.value, Binding(How.OPAQUE, node))

    _note_MatchStar = _note_MatchAs

    def _note_MatchMapping(self, node: cst.MatchMapping, scope: Scope) -> None:
        if node.rest:
            self._bind(scope, node.rest.value, Binding(How.OPAQUE, node))

    def _parameters(self, node: FunctionNode, scope: Scope) -> None:
        for param in parameters(node):
            annotation = param.annotation.annotation if param.annotation else None
            binding = Binding(How.PARAMETER, param, param.default, annotation=annotation)
            self._bind(scope, param.name.value, binding)


_NOTED = frozenset(name.removeprefix("_note_") for name in vars(Index) if name.startswith("_note_"))


def parameters(node: FunctionNode) -> list[cst.Param]:
    """All parameters in order, `*args` and `**kwargs` included."""
    params = node.params
    found = [*params.posonly_params, *params.params]
    if isinstance(params.star_arg, cst.Param):
        found.append(params.star_arg)
    found += params.kwonly_params
    if params.star_kwarg:
        found.append(params.star_kwarg)
    return found


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` as written, without blanks; empty for anything else."""
    parts: list[str] = []
    current = node
    while isinstance(current, cst.Attribute):
        parts.append(current.attr.value)
        current = current.value
    if not isinstance(current, cst.Name):
        return ""
    return ".".join([current.value, *reversed(parts)])
