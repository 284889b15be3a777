"""The few shapes of change that repairs are made of; each touches no more than it must, so that comments stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.scopes import comments_above
from lintfoot.visitors.base import Piece
from lintfoot.visitors.below import below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.visitors.base import Context


def inserted_above(context: Context, statement: cst.BaseStatement, line: str) -> Piece:
    """Write a line above a statement, and above the comments that are about it."""
    first = next(iter(comments_above(statement)), None)
    whole = first is not None and first.indent and not first.whitespace.value
    place: cst.CSTNode = first.comment if first is not None and first.comment is not None and whole else statement
    return inserted_before(place, f"{line}\n{indent_of(context, statement)}")


def replaced(node: cst.CSTNode, text: str) -> Piece:
    """Write something else in place of a node."""
    return Piece(node, node, text)


def inserted_after(node: cst.CSTNode, text: str) -> Piece:
    """Write something right behind a node."""
    return Piece(node, node, text, from_end=True)


def inserted_before(node: cst.CSTNode, text: str) -> Piece:
    """Write something right before a node."""
    return Piece(node, node, text, to_start=True)


def with_argument(context: Context, call: cst.Call, argument: str) -> Piece | None:
    """Give a call one more argument at its end, on a line of its own if the last one has one.

    None where a generator without brackets would get in the way.
    """
    if not call.args:
        return Piece(call.func, call, f"({argument})", from_end=True) if not call.func.lpar else None
    last = call.args[-1]
    if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        return None
    return inserted_after(last, f",{_line_break(context, call) or ' '}{argument}")


def _line_break(context: Context, call: cst.Call) -> str:
    """The line end and indent before the last argument; nothing where it shares a line, or a comment follows it."""
    last = call.args[-1]
    comma = call.args[-2].comma if len(call.args) > 1 else None
    before = comma.whitespace_after if isinstance(comma, cst.Comma) else call.whitespace_before_args
    after = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return ""
    if isinstance(after, cst.ParenthesizedWhitespace) and after.first_line.comment is not None:
        return ""
    return f"\n{indent_of(context, call) if before.indent else ''}{before.last_line.value}"


def without_argument(call: cst.Call, argument: cst.Arg) -> Piece:
    """Take an argument out of a call, together with the comma that parted it from its neighbour."""
    return _without(call.args, next(number for number, one in enumerate(call.args) if one is argument))


def _without(parts: Sequence[cst.Arg | cst.BaseElement], at: int) -> Piece:
    """Take one part out of a list of such; comments between it and its neighbours stay."""
    part, comma = parts[at], parts[at].comma
    alone = Piece(part, comma if isinstance(comma, cst.Comma) else part, "")
    if at + 1 < len(parts):
        return Piece(part, parts[at + 1], "", to_start=True) if not _is_explained(comma) else alone
    if at:
        return Piece(parts[at - 1], part, "", from_end=True) if not _is_explained(parts[at - 1].comma) else alone
    return Piece(part, part, "")


def without_run(parts: Sequence[cst.Arg], first: int, last: int) -> Piece:
    """Take neighbours out of a call's arguments."""
    if last + 1 < len(parts):
        return Piece(parts[first], parts[last + 1], "", to_start=True)
    return Piece(parts[first - 1], parts[last], "", from_end=True) if first else Piece(parts[first], parts[last], "")


def _is_explained(comma: cst.Comma | cst.MaybeSentinel) -> bool:
    """Whether a comment stands behind a comma."""
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return False
    return space.first_line.comment is not None or any(line.comment is not None for line in space.empty_lines)


def without_element(display: cst.List | cst.Tuple, element: cst.BaseElement) -> Piece | None:
    """Take an element out of a list or tuple; None where a tuple would be none any more."""
    elements = display.elements
    at = next(number for number, one in enumerate(elements) if one is element)
    if isinstance(display, cst.Tuple) and len(elements) <= _PAIR:
        return None
    return _without(elements, at)


_PAIR = 2  # what is left of two is one, and one in round brackets is no tuple


def keyword_of(call: cst.Call, *names: str) -> cst.Arg | None:
    """The argument that a call gives by one of these keywords."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value in names), None)


def removed(context: Context, statement: cst.SimpleStatementLine) -> Piece:
    """Take a statement out; where it is all that its block holds, `pass` takes its place."""
    block = context.names.index.parent.get(id(statement))
    alone = not isinstance(block, cst.Module) and len(getattr(block, "body", ())) == 1
    return replaced(statement, "pass" if alone else "")


def end_of(statement: cst.CSTNode) -> cst.CSTNode:
    """The node on whose last line a statement ends: a compound one by itself is placed at its header."""
    match statement:
        case cst.If(orelse=cst.If() | cst.Else() as more) | cst.For(orelse=cst.Else() as more):
            return end_of(more)
        case cst.While(orelse=cst.Else() as more) | cst.Try(finalbody=cst.Finally() as more):
            return end_of(more)
        case cst.TryStar(finalbody=cst.Finally() as more) | cst.Try(orelse=cst.Else() as more):
            return end_of(more)
        case cst.TryStar(orelse=cst.Else() as more):
            return end_of(more)
        case cst.Try(handlers=[*_, more]) | cst.TryStar(handlers=[*_, more]) | cst.Match(cases=[*_, more]):
            return end_of(more)
        case cst.SimpleStatementLine():
            return statement
        case _:
            return _last_of(getattr(statement, "body", None)) or statement


def _last_of(block: object) -> cst.CSTNode | None:
    match block:
        case cst.IndentedBlock(body=[*_, last]):
            return end_of(last)
        case cst.SimpleStatementSuite(body=[*_, last]):
            return last
        case _:
            return None


def indent_of(context: Context, node: cst.CSTNode) -> str:
    """What the blocks around a node put before it on its line."""
    blocks = [one for one in context.names.index.ancestors(node) if isinstance(one, cst.IndentedBlock)]
    return "".join(block.indent or context.module.default_indent for block in reversed(blocks))


def is_used(context: Context, node: cst.CSTNode, name: str) -> bool:
    """Whether the function around a node, or the script where there is none, uses the name for anything."""
    around = context.names.index.function_of(node) or context.module
    return any(isinstance(one, cst.Name) and one.value == name for one in below(around))


def code(context: Context, node: cst.CSTNode) -> str:
    """A node as it stands in the script."""
    return context.module.code_for_node(node)
