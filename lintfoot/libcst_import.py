"""The first import of libcst, in half the time: three fifths of it are the standard library's, for two hundred classes of nodes.

While libcst is imported, its classes are made by our own `records`, which write an `__init__` when the first node of a class is
made. What a node is, and what may be asked of it, is the same: the tests compare nodes and trees with what libcst makes alone,
and run over it as a whole. Somebody who has imported libcst before us keeps what he has, and where there are other threads libcst is
imported as it is: they may be defining classes of their own at that moment.
"""

from __future__ import annotations

import sys
import threading
from functools import partial
from typing import Any

from lintfoot import records

_OURS = {
    "frozen",
    "slots",
    "eq",
    "order",
    "kw_only",
}  # of what the decorator may be asked; the rest is left to the library's own


def bring() -> None:
    """Import libcst, unless it is there, or is better left to the import that needs it."""
    if "libcst" in sys.modules or threading.active_count() > 1:
        return
    import dataclasses

    kept = dataclasses.dataclass

    def made(kind: Any = None, /, **how: bool) -> Any:
        if kind is None:
            return partial(made, **how)
        plain = (
            how.keys() <= _OURS
            and all(one.init for one in vars(kind).values() if isinstance(one, dataclasses.Field))
            and not any("__dataclass_fields__" in vars(base) and not records.is_own(base) for base in kind.__mro__)
        )
        return records.dataclass(kind, **how) if plain else kept(kind, **how)

    dataclasses.dataclass = made
    try:
        import libcst  # noqa: F401 - for those who come after
    finally:
        dataclasses.dataclass = kept
