"""Where nodes stand, for the few that were hit.

libcst's PositionProvider works out every node's place and costs more than the parse. Its places come from generating the code
again, so this does the same and notes only what is wanted. A test compares the two node by node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import pairwise

import libcst as cst
from libcst._nodes.internal import CodegenState

from lintfoot.findings import Span
from lintfoot.regexes import regex

_NOTHING = nullcontext()
_NEWLINE = regex(r"\r\n?|\n")
_HEADED = (
    cst.FunctionDef | cst.ClassDef | cst.For | cst.While | cst.If | cst.Try | cst.TryStar | cst.With | cst.ExceptHandler
    | cst.ExceptStarHandler | cst.Else | cst.Finally | cst.MatchCase
)  # fmt: skip


class _Enough(Exception):  # noqa: N818 - no error
    """All that was wanted is written."""


class _Recorder(CodegenState):
    """Notes how many tokens were written when wanted nodes began and ended; behind the last of them it writes no more."""

    def __init__(self, module: cst.Module, wanted: set[int]) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.wanted = wanted
        self.missing = set(wanted)
        self.outer: dict[int, tuple[int, int]] = {}
        self.inner: dict[int, tuple[int, int]] = {}
        self.hoisted: dict[int, tuple[cst.CSTNode | None, cst.CSTNode | None]] = {}
        self._open: dict[int, int] = {}
        self.add_token = self.tokens.append  # type: ignore[assignment, method-assign]

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self._open[id(node)] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._open:
            self.outer[id(node)] = (self._open.pop(id(node)), len(self.tokens))
            self.missing.discard(id(node))
            if not self.missing:
                raise _Enough

    def pop_trailing_newline(self) -> None:
        """Keep the token: places count tokens."""

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        if id(node) not in self.wanted:
            return _NOTHING
        self.hoisted[id(node)] = (start_node, end_node)
        self.wanted.update(id(part) for part in (start_node, end_node) if part is not None)
        return self._noting(node)

    @contextmanager
    def _noting(self, node: cst.CSTNode) -> Iterator[None]:
        start = len(self.tokens)
        yield
        self.inner[id(node)] = (start, len(self.tokens))

    def range(self, node: cst.CSTNode) -> tuple[int, int]:
        """First token and the one after the last, as PositionProvider sees the node."""
        start, end = self.inner.get(id(node)) or self.outer[id(node)]
        first, last = self.hoisted.get(id(node), (None, None))
        return (self.range(first)[0] if first is not None else start, self.range(last)[1] if last is not None else end)


def spans(module: cst.Module, nodes: Iterable[cst.CSTNode], *, headers: bool = True) -> dict[int, Span]:
    """Map `id(node)` to its place; compound statements and handlers are narrowed to their header unless told otherwise."""
    wanted = list(nodes)
    bodies = {id(node): node.body for node in wanted if headers and isinstance(node, _HEADED)}
    recorder = _Recorder(module, {id(node) for node in wanted} | {id(body) for body in bodies.values()})
    with suppress(_Enough):
        module._codegen(recorder)  # noqa: SLF001 - libcst offers no public way; a test holds the result against its provider
    ranges = {}
    for node in wanted:
        start, end = recorder.range(node)
        if id(node) in bodies:
            end = recorder.outer[id(bodies[id(node)])][0]
        ranges[id(node)] = (start, end)
    places = _places(recorder.tokens, {index for pair in ranges.values() for index in pair})
    return {key: Span(*places[start], *places[end]) for key, (start, end) in ranges.items()}


def shifted(found: Mapping[int, Span], shifts: Mapping[int, int]) -> dict[int, Span]:
    """The same places, on the lines whose columns the tree counts from somewhere else: see `Script.shifts`."""
    return {
        key: Span(
            span.line,
            max(1, span.column + shifts.get(span.line, 0)),
            span.end_line,
            max(1, span.end_column + shifts.get(span.end_line, 0)),
        )
        for key, span in found.items()
    }


def _places(tokens: list[str], indices: set[int]) -> dict[int, tuple[int, int]]:
    """Line and column (from 1) of what stands before each token index."""
    line, column = 1, 1
    places = {0: (line, column)}
    for before, index in pairwise(sorted(indices | {0})):
        segments = _NEWLINE.split("".join(tokens[before:index]))
        if len(segments) > 1:
            line, column = line + len(segments) - 1, 1
        column += len(segments[-1])
        places[index] = (line, column)
    return places
