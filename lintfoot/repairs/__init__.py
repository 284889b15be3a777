"""What can be mended by itself: one function per rule, which gives a Change or nothing.

Each says in its docstring how far it can be trusted and why. None of them asks whether there is a fault: the visitor
found one.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from lintfoot.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lintfoot.visitors.base import Change, Context, Hit

# Module and function: of a dozen modules one run needs those of what it found.
REPAIRS = {
    "LF101": "processes:words",
    "LF102": "processes:listed_words",
    "LF103": "processes:checked",
    "LF201": "calls:timeout",
    "LF202": "responses:looked_at",
    "LF301": "tls:verification",
    "LF302": "tls:warnings_shown",
    "LF303": "ssh:strict",
    "LF304": "tls:newer",
    "LF401": "secrets:from_environment",
    "LF403": "cloud:chain",
    "LF501": "definitions:default",
    "LF502": "handlers:named_exception",
    "LF504": "handlers:suppressed",
    "LF506": "files:opened",
    "LF601": "retries:bounded",
    "LF602": "retries:growing",
    "LF603": "retries:once",
    "LF604": "retries:as_told",
    "LF702": "paths:made_file",
    "LF704": "paths:again",
    "LF705": "calls:safe_load",
    "LF706": "paths:mode",
    "LF803": "calls:strict_template",
    "LF804": "cloud:fewer",
    "LF901": "scripts:first_line",
    "LF903": "scripts:with_time",
}


@cache
def repair(code: str) -> Callable[[Context, Hit], Change | None] | None:
    """What mends a finding of a rule; None where nothing does."""
    room, _, name = REPAIRS.get(code, "").partition(":")
    found: Callable[[Context, Hit], Change | None] | None = None
    if room:
        found = getattr(import_module(f"lintfoot.repairs.{room}"), name)
    return found


def offered(context: Context, hit: Hit) -> Hit:
    """The hit with its repair, where there is one that fits."""
    mends = repair(hit.code) if hit.change is None else None
    return replace(hit, change=mends(context, hit)) if mends is not None else hit
