"""A rule's own options: what TOML or a line of text gave, as the kind of value that the rule's page declares."""

from __future__ import annotations

import math
from typing import Any

from lintfoot.book import Option, OptionKind
from lintfoot.texts import switch

WORDS = {
    OptionKind.BOOLEAN: "true or false",
    OptionKind.STRING: "a string",
    OptionKind.STRINGS: "a list of strings",
    OptionKind.NUMBER: "a number",
}


def read_option(option: Option, value: Any) -> Any:
    """The value of an option, or None where it is none of that kind.

    The command line and the environment give a tuple of texts, TOML gives its own types.
    """
    if option.kind is OptionKind.STRINGS:
        return _strings(value)
    if not isinstance(value, tuple):
        return _plain(option.kind, value)
    return _from_text(option.kind, value[0]) if len(value) == 1 else None


def _strings(value: Any) -> tuple[str, ...] | None:
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(items)


def _plain(kind: OptionKind, value: Any) -> Any:
    match kind, value:
        case (OptionKind.BOOLEAN, bool()) | (OptionKind.STRING, str()):
            return value
        case (OptionKind.NUMBER, int() | float()) if not isinstance(value, bool) and math.isfinite(value):
            return value
        case _:
            return None


def _from_text(kind: OptionKind, text: str) -> Any:
    if kind is OptionKind.BOOLEAN:
        return switch(text)
    if kind is OptionKind.STRING:
        return text
    try:
        return _plain(kind, float(text))
    except ValueError:
        return None
