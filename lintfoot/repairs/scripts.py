"""Repairs of a script as a whole: its first line, its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lintfoot.findings import Safety
from lintfoot.repairs.edits import code, keyword_of, replaced, with_argument
from lintfoot.visitors.base import Change

if TYPE_CHECKING:
    from lintfoot.visitors.base import Context, Hit

_TIME = "%(asctime)s "
_FORMAT = f'format="{_TIME}%(levelname)s %(name)s: %(message)s"'


def first_line(_context: Context, hit: Hit) -> Change | None:
    """LF901: `python3`. Unsafe: another interpreter may start, with other packages."""
    if not isinstance(hit.node, cst.Comment) or not hit.help.startswith("#!") or hit.help == hit.node.value:
        return None
    return Change("start Python 3", Safety.UNSAFE, (replaced(hit.node, hit.help),))


def with_time(context: Context, hit: Hit) -> Change | None:
    """LF903: `%(asctime)s` at the front. Unsafe: what reads the log may not know its lines any more."""
    node = hit.node
    if not isinstance(node, cst.Call) or any(arg.star for arg in node.args):
        return None
    given, title = keyword_of(node, "format", "fmt"), "log the time"
    if given is None and "logging.basicConfig" in context.names.names_of(node.func):
        piece = with_argument(context, node, _FORMAT)
        return Change(title, Safety.UNSAFE, (piece,)) if piece is not None else None
    if given is None or not isinstance(given.value, cst.SimpleString) or keyword_of(node, "style") is not None:
        return None
    text, quote = code(context, given.value), given.value.quote
    if given.value.prefix or "%(" not in text:
        return None
    return Change(title, Safety.UNSAFE, (replaced(given.value, f"{quote}{_TIME}{text[len(quote) :]}"),))
