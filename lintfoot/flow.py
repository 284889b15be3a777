"""Which bindings of a name can reach a use of it: nearer ones win, branches and loops give any may."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lintfoot.descent import last_member
from lintfoot.scopes import COMPREHENSIONS, Binding, How, Index, Scope, is_block

_LOOPS = (cst.For, cst.While)
_TRIES = (cst.Try, cst.TryStar)
_FORKS = (cst.If, cst.Match, *_TRIES, cst.IfExp)
_HOLDERS = (cst.FunctionDef, cst.Lambda, cst.MatchCase)


def reaching(index: Index, use: cst.CSTNode, scope: Scope, bindings: Sequence[Binding]) -> list[Binding]:
    """Return the bindings of `scope` that may give the value of a name standing at `use`.

    A use in another function sees every binding: nobody knows when it runs. In the same scope, a binding that every way
    to the use passes hides all earlier ones, a binding in the other branch of an `if` is not seen, one further down is seen
    only where a loop comes round to the use.
    """
    if len(bindings) == 1:
        only = bindings[0]
        return [] if _in_value(index, use, only) else [only]
    if not _same_run(index, use, scope):
        return list(bindings)
    above = {id(node): child for node, child in _chain(index, use)}
    place = index.order[id(use)]
    found: list[Binding] = []
    stop: Binding | None = None
    for binding in reversed(bindings):
        if index.order[id(binding.node)] > place or _in_value(index, use, binding) or _never(index, binding, above):
            continue
        found.append(binding)
        if id(_holder(index, binding)) in above:
            stop = binding
            break
    if not any(node.__class__ in _LOOPS for node in index.ancestors(use)):
        return found  # nothing comes round
    later = [binding for binding in bindings if index.order[id(binding.node)] > place or _in_value(index, use, binding)]
    return found + [binding for binding in later if _comes_round(index, binding, above, stop)]


def _chain(index: Index, node: cst.CSTNode) -> list[tuple[cst.CSTNode, cst.CSTNode]]:
    pairs, child = [], node
    for parent in index.ancestors(node):
        pairs.append((parent, child))
        child = parent
    return pairs


def _same_run(index: Index, use: cst.CSTNode, scope: Scope) -> bool:
    found = index.scope_of(use)
    while found is not scope and found.kind in COMPREHENSIONS and found.parent:
        found = found.parent
    return found is scope


def _in_value(index: Index, use: cst.CSTNode, binding: Binding) -> bool:
    if binding.value is None or binding.how is How.PARAMETER:
        return False
    if binding.how is How.AUGMENTED:
        return index.stands_in(use, binding.node)
    return use is binding.value or index.stands_in(use, binding.value)


def _holder(index: Index, binding: Binding) -> cst.CSTNode | None:
    """The block or node that, when it holds the use, means the binding was passed before it."""
    node = binding.node
    if isinstance(node, cst.For | cst.ExceptHandler | cst.ExceptStarHandler):
        return node.body
    if isinstance(node, cst.CompFor):
        return next((above for above in index.ancestors(node) if above.__class__ in COMPREHENSIONS), None)
    return next((above for above in index.ancestors(node) if is_block(above) or above.__class__ in _HOLDERS), None)


def _never(index: Index, binding: Binding, above: dict[int, cst.CSTNode]) -> bool:
    """Whether the binding sits in another branch than the use, or in a block that leaves the function."""
    child: cst.CSTNode = binding.node
    raised = _raised_to(index, binding, above)
    for parent in index.ancestors(binding.node):
        if id(parent) in above:
            other = above[id(parent)]
            apart = (
                parent.__class__ in _FORKS and other is not child and _branch(parent, other) and _branch(parent, child)
            )
            return bool(apart) and not any(
                node.__class__ in _LOOPS for node in index.ancestors(parent) if id(node) in above
            )
        if not raised and is_block(parent) and _leaves(parent):
            return True
        child = parent
    return False


def _raised_to(index: Index, binding: Binding, above: dict[int, cst.CSTNode]) -> bool:
    """Whether an exception behind the binding leads to the use: it stands in a handler or a `finally` of a `try` round both."""
    ways = (cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally)
    tries = (node for node in index.ancestors(binding.node) if node.__class__ in _TRIES)
    return any(isinstance(above.get(id(node)), ways) for node in tries)


def _branch(fork: cst.CSTNode, child: cst.CSTNode) -> bool:
    match fork:
        case cst.If() | cst.IfExp():
            return child is not fork.test
        case cst.Match():
            return child is not fork.subject
        case _:
            return isinstance(child, cst.ExceptHandler | cst.ExceptStarHandler)


def _leaves(block: cst.CSTNode) -> bool:
    last = last_member(block)
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Return | cst.Raise)


def _comes_round(index: Index, binding: Binding, above: dict[int, cst.CSTNode], stop: Binding | None) -> bool:
    """Whether a loop round the use also holds the later binding, and nothing in that loop hides it first."""
    loop = next(
        (node for node in index.ancestors(binding.node) if node.__class__ in _LOOPS and id(node) in above), None
    )
    if loop is None:
        return False
    return stop is None or (stop.node is not loop and not index.stands_in(stop.node, loop))
