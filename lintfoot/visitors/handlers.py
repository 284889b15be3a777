"""Handlers that catch too much or forget what they caught: bare, broad and silent ones, and `suppress(Exception)`."""

from __future__ import annotations

from typing import ClassVar

import libcst as cst

from lintfoot.gates.gate import Gate
from lintfoot.gates.scripts import HANDLERS
from lintfoot.values import Class, Named, Partial, Value
from lintfoot.visitors.answers import is_answer, is_explained, only_passes
from lintfoot.visitors.base import Context, Note, Visitor
from lintfoot.visitors.below import LATER, Handler, below
from lintfoot.visitors.cures import Cures
from lintfoot.visitors.endings import End, Endings
from lintfoot.visitors.evidence import Evidence, Kept
from lintfoot.visitors.exceptions import broad, classes

BARE, BROAD, SILENT = HANDLERS.codes
_SUPPRESS = "contextlib.suppress"


class Handlers(Visitor):
    """LF502, LF503 and LF504: one finding for one handler."""

    gate: ClassVar[Gate] = HANDLERS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.endings = Endings(context.names)
        self.evidence = Evidence(context.names, context.option(BROAD, "reports-exception") or ())
        self.cures = Cures(context.module, context.names)
        self.accepts_logged = context.option(BROAD, "accept-logged") is not False
        self.suppresses = "suppress" in context.text
        self.further = context.names.project is not None  # another file may call it otherwise

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """Judge a handler; the first rule that has something to say is the only one."""
        self._handler(node)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:
        """Judge a handler of an exception group."""
        self._handler(node)

    def visit_Call(self, node: cst.Call) -> None:
        """Judge `contextlib.suppress`: with a broad class it is a handler that passes."""
        if self.suppresses or (self.further and isinstance(self.names.index.parent.get(id(node)), cst.WithItem)):
            caught = next(filter(None, map(self._suppressed, self._given_to_suppress(node))), None)
            if caught:
                self._suppress(node, caught)

    def _handler(self, node: Handler) -> None:
        if node.type is None:
            self._bare(node)
            return
        caught = broad(self.names, node.type)
        if caught is not None:
            self._broad(node, node.type, caught)
        elif only_passes(node.body):
            self._silent(node, node.type)

    def _bare(self, node: Handler) -> None:
        ends = self.endings.of(node.body)
        if ends == End.RAISES:
            return
        some = bool(ends & End.RAISES)
        if self._only_errors(node):
            message = "bare `except:` takes whatever is left, the misspelt name as well, and does not raise it again"
        elif some:
            message = "bare `except:` raises again on some paths only: on the others Ctrl-C and sys.exit() are lost"
        else:
            message = "bare `except:` also catches KeyboardInterrupt and SystemExit, and does not raise them again"
        raises = [one for one in below(node.body, LATER) if isinstance(one, cst.Raise)] if some else []
        related = tuple(Note(one, "raised again on this path") for one in raises[:1])
        advice = self.cures.of_bare(node, some=some)
        label = "catches what nobody meant" if self._only_errors(node) else "catches Ctrl-C too"
        self.report(BARE, node, message, label=label, help=advice, related=related)

    def _only_errors(self, node: Handler) -> bool:
        """Whether the clauses above catch Ctrl-C and exits, so that a bare one is left with errors."""
        parent = self.names.index.parent.get(id(node))
        above = parent.handlers[:-1] if isinstance(parent, cst.Try) else ()
        caught = {name for one in above for name in classes(self.names, one.type) or ()}
        return "builtins.BaseException" in caught or {"builtins.KeyboardInterrupt", "builtins.SystemExit"} <= caught

    def _broad(self, node: Handler, clause: cst.BaseExpression, caught: str) -> None:
        if self.endings.of(node.body) & End.RAISES:
            return
        kept = self.evidence.of(node)
        if kept is Kept.USED or (kept is Kept.LOGGED and self.accepts_logged):
            return
        written = f"except {self.written(clause, 40)}"
        means = "" if caught in written else f" is `except {caught}`: it"
        fate, related = self.cures.fate(node, kept)
        message = f"`{written}`{means} catches every error {fate}"
        advice = self.cures.of_broad(node, kept)
        self.report(BROAD, node, message, label="any error ends here", help=advice, related=related)

    def _silent(self, node: Handler, clause: cst.BaseExpression) -> None:
        parent = self.names.index.parent.get(id(node))
        body = parent.body if isinstance(parent, cst.Try | cst.TryStar) else None
        if is_answer(self.names, node, body) or is_explained(self.context.module, node, parent):
            return
        if isinstance(parent, cst.Try | cst.TryStar) and self._is_expected(parent):
            return
        self.report(
            SILENT,
            node,
            f"`except {self.written(clause, 40)}` drops the error without a word",
            label="nobody learns of this",
            help="say in a comment why it may be dropped, log it, or narrow it to the one error that is expected here",
        )

    def _is_expected(self, node: cst.Try | cst.TryStar) -> bool:
        """Whether it is a failure that nothing was raised: `else: assert False`, or `self.fail()` at the end of the block."""
        final = node.orelse.body if node.orelse is not None else node.body
        return self.endings.of(final) == End.RAISES

    # contextlib.suppress

    def _given_to_suppress(self, call: cst.Call) -> list[cst.Arg]:
        """The classes that a call makes a context manager swallow; none where it does no such thing."""
        for value in self.names.values(call.func):
            if self._suppresses(value):
                return list(call.args)
            if isinstance(value, Partial) and any(map(self._suppresses, value.targets)):
                return [*value.call.args[1:], *call.args]
        return []

    def _suppresses(self, value: Value) -> bool:
        match value:
            case Named(name=name):
                model = self.models.function(name)
                return name == _SUPPRESS or (model is not None and "suppress" in model.role)
            case Class(node=owner):
                return _SUPPRESS in self.names.family(owner)
            case _:
                return False

    def _suppressed(self, arg: cst.Arg) -> str | None:
        return broad(self.names, arg.value) if arg.keyword is None and arg.star != "**" else None

    def _suppress(self, node: cst.Call, caught: str) -> None:
        what = "every error, Ctrl-C included," if caught == "BaseException" else "every error"
        message = f"`{self.written(node)}` swallows {what} in its block without a trace"
        self.report(BROAD, node, message, label="any error ends here", help=self.cures.of_suppress(node))
