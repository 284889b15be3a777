"""What expressions are called, and what may be bound to a name anywhere in a file: by the words alone, whatever they are there.

Far more than there is: names of different scopes are one, an attribute is one in all objects, and a function is handed what
any call of its name hands in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from lintfoot.census import Census, defaults, inputs, last, nodes

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Bound = dict[str, list[ast.expr]]


def text_of(node: Any) -> str | None:
    """The text of a literal, with a NUL in place of data; None for anything else."""
    if node.__class__ is ast.Constant:
        value = node.value
        if value.__class__ is str:
            return str(value)
        return value.decode("latin-1") if value.__class__ is bytes else None
    if node.__class__ is ast.JoinedStr:
        parts = node.values
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "\0" for one in parts)
    return None


def names_of(node: Any) -> Iterator[str]:
    """What a target or an operand may be called: a variable, an attribute, a key, what a look-up asks for."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Subscript(slice=key):
            yield text_of(key) or last(key)
        case ast.Call(func=func, args=args):
            if last(func) in ("getpass", "GetPass"):
                yield "password"
            if isinstance(func, ast.Attribute):
                yield from names_of(func.value)
            yield from filter(None, map(text_of, args))
        case ast.Await(value=inner) | ast.NamedExpr(target=inner):
            yield from names_of(inner)
        case _:
            pass


def bound(census: Census) -> Bound:
    """By name what is bound to it anywhere in a file: what a key holds, what a function returns and is handed."""
    found: Bound = {}
    for target, value in _bindings(census):
        for word in stands_for(target):
            found.setdefault(word, []).append(value)
    return found


def _bindings(census: Census) -> Iterator[tuple[ast.AST, ast.expr]]:
    node: Any
    for _, node in census.all(ast.Assign):
        yield from ((one, node.value) for target in node.targets for one in nodes(target))
    kind: Any
    for kind in (ast.AnnAssign, ast.NamedExpr, ast.AugAssign):
        yield from ((node.target, node.value) for _, node in census.all(kind) if node.value is not None)
    for kind in (ast.For, ast.AsyncFor, ast.comprehension):
        yield from ((one, node.iter) for _, node in census.all(kind) for one in nodes(node.target))
    for _, node in census.all(ast.Dict):
        yield from ((one, value) for one, value in zip(node.keys, node.values, strict=True) if one is not None)
    yield from _handed(census)


def _handed(census: Census) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Parameters with their defaults and with whatever calls hand in, and functions with what they return."""
    node: Any
    params: dict[str, list[ast.arg]] = {}
    for kind in FUNCTIONS:
        for statement, node in census.all(kind):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            params.setdefault(node.name, []).extend(every)
            if statement.around and node.name in ("__init__", "__new__", "__call__"):
                params.setdefault(statement.around[-1].name, []).extend(every)
    for _, node in census.all(ast.arguments):
        yield from defaults(node)
    for name in params.keys() & census.calls.keys():
        for _, node in census.calls[name]:
            values = inputs(node)
            yield from ((one, value) for one in params[name] for value in values)
    for statement, node in census.all(ast.Return):
        if node.value is not None:
            yield from ((one, node.value) for one in statement.around[-1:])


def stands_for(node: Any) -> Iterator[str]:
    """The words under which something may be bound that an expression stands for."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Constant(value=str() as name):
            yield name
        case ast.Subscript(slice=key, value=owner):
            yield text_of(key) or last(key)
            yield last(owner)
        case ast.Call(func=func):
            yield last(func)
        case _:
            pass


def parts_of(node: Any) -> list[ast.expr]:
    """The expressions whose values another one may have, or hold."""
    kind = node.__class__
    if kind is ast.Call:
        return inputs(node)
    if kind is ast.Dict:
        return list(node.values)
    if kind in (ast.ListComp, ast.SetComp, ast.GeneratorExp):
        return [node.elt]
    return HANDS_ON[kind](node) if kind in HANDS_ON else []


HANDS_ON: dict[type, Callable[[Any], list[ast.expr]]] = {
    ast.List: lambda node: node.elts,
    ast.Tuple: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.BoolOp: lambda node: node.values,
    ast.NamedExpr: lambda node: [node.value],
    ast.Await: lambda node: [node.value],
    ast.Starred: lambda node: [node.value],
}
