"""What to write in place of a handler that catches too much: code that fits the very handler."""

from __future__ import annotations

import libcst as cst

from lintfoot.names import Names
from lintfoot.scopes import last_word
from lintfoot.values import Instance
from lintfoot.visitors.base import Note, written
from lintfoot.visitors.below import HANDLERS, LATER, Handler, below
from lintfoot.visitors.evidence import Kept
from lintfoot.visitors.narrower import narrower
from lintfoot.visitors.tellers import VERBS, is_logger

_LOGGERS = ("logging.getLogger()", "logging.getLogger", "logging.Logger")
_TELLS = VERBS | {"exit", "fail_json"}
_PRINTS = frozenset({"echo", "exit", "print", "secho"})


class Cures:
    """The advice for one file's handlers."""

    def __init__(self, module: cst.Module, names: Names) -> None:
        self.module, self.names = module, names
        self._logger: str | None = None

    # bare handlers

    def of_bare(self, handler: Handler, *, some: bool) -> str:
        """What to write in place of `except:`; `some` of its paths raise again already."""
        if some:
            return "end every path of this handler with `raise`, or name what may fail: `except OSError as error:`"
        known = self._narrower(handler)
        named = f"`except {known} as error:`" if known else "`except Exception as error:` and use or log `error`"
        return f"{named}; for cleaning up, `except BaseException:` with `raise` as its last line, or `finally:`"

    # broad handlers

    def fate(self, handler: Handler, kept: Kept) -> tuple[str, tuple[Note, ...]]:
        """What becomes of the exception of a broad handler, and the place that shows it."""
        dropping, telling = first_drop(handler), _first_telling(handler)
        if kept is Kept.LOGGED:
            return "and only logs it", ()
        if dropping is not None:
            return "and `from None` drops what it was", (Note(dropping, "raised without its cause"),)
        if telling is not None:
            note = Note(telling, "says nothing of the exception")
            return f"and `{self._written(telling.func)}` says nothing of it", (note,)
        if handler.name is not None:
            return f"and never uses `{self._written(handler.name.name)}`: what went wrong is lost", ()
        return "and keeps nothing of it: neither raised, nor used, nor logged with its traceback", ()

    def of_broad(self, handler: Handler, kept: Kept) -> str:
        """What to write so that the cause is kept, or what to catch instead where that is known."""
        known = self._narrower(handler)
        if kept is Kept.LOGGED:
            return f"catch what can be handled here: `except {known or 'OSError'} as error:`, and let the rest go on"
        name = self._written(handler.name.name) if handler.name else "error"
        bound = "" if handler.name else f"`except {self._written(handler.type or handler)} as {name}:` and "
        if first_drop(handler) is not None:
            return f"{bound}`raise … from {name}`"
        keeping = self._keeping(_first_telling(handler), name)
        if known:
            return f"this block is known to raise {known}: `except {known} as {name}:`; or keep the cause: {keeping}"
        return f"{bound}{keeping}, or catch only what this block is known to raise"

    def of_suppress(self, call: cst.Call) -> str:
        """What to give to `suppress` instead."""
        owners = (cst.With, cst.FunctionDef)
        block = next((above for above in self.names.index.ancestors(call) if isinstance(above, owners)), None)
        known = narrower(self.names, block.body) if isinstance(block, cst.With) else ""
        callee = self._written(call.func)
        if known:
            return f"`{callee}({known.strip('()*')})`: that is what this block is known to raise"
        return f"`{callee}(…)` with the one error that may be ignored here, such as FileNotFoundError"

    def _keeping(self, telling: cst.Call | None, name: str) -> str:
        """A line that keeps the cause: the handler's own log line, print or exit where it has one."""
        if telling is None:
            logger = self._logger_name()
            return f'`{logger}.exception("…")`' if logger else f'`print(f"…: {{{name}}}", file=sys.stderr)`'
        callee = self._written(telling.func)
        last = last_word(telling.func)
        if last == "fail_json":
            return f'`{callee}(msg=f"…: {{{name}}}")`'
        if last in _PRINTS or not isinstance(telling.func, cst.Attribute) or not is_logger(telling.func):
            return f'`{callee}(f"…: {{{name}}}")`'
        return f'`{self._written(telling.func.value)}.exception("…")`'

    def _narrower(self, handler: Handler) -> str:
        parent = self.names.index.parent.get(id(handler))
        return narrower(self.names, parent.body) if isinstance(parent, cst.Try | cst.TryStar) else ""

    def _logger_name(self) -> str:
        """What this file calls its logger; empty where it has none."""
        if self._logger is None:
            bindings = self.names.index.assigned()
            made = [name for name, found in bindings.items() if any(self._makes_logger(one.value) for one in found)]
            named = [name for name in bindings if name.lower().lstrip("_") in ("log", "logger")]
            self._logger = next(iter((*made, *named, *(["logging"] if "logging" in bindings else []))), "")
        return self._logger

    def _makes_logger(self, node: cst.BaseExpression | None) -> bool:
        values = self.names.values(node) if isinstance(node, cst.Call) else ()
        return any(isinstance(value, Instance) and value.name in _LOGGERS for value in values)

    def _written(self, node: cst.CSTNode) -> str:
        return written(self.module, node, 40)


def first_drop(handler: Handler) -> cst.Raise | None:
    """The first `raise … from None` in a handler."""
    for one in below(handler.body, LATER):
        if isinstance(one, cst.Raise) and one.cause is not None and last_word(one.cause.item) == "None":
            return one
    return None


def _first_telling(handler: Handler) -> cst.Call | None:
    """The first call in a handler by which somebody is told something: it could have told the cause."""
    for one in below(handler.body, (*HANDLERS, *LATER)):
        if isinstance(one, cst.Call) and last_word(one.func) in _TELLS and one.args:
            return one
    return None
