"""Memory given back to the system: what one large file took would else stay, in pieces, below what the next one takes.

libcst's parser takes fifteen megabytes for a statement of thirty kilobytes. They are free once that is done, but glibc keeps what
lies below anything that is still in use. Elsewhere, and with another allocator, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

_LARGE = 15_000  # bytes of a file that are worth it: it takes a millisecond or two
_MUCH = 40_000  # bytes of large files, without which a run ends before it matters: to ask for the first time takes six
_held: list[int] = []  # the sizes of the large files since something was given back


def looked_at(size: int) -> None:
    """Give back what is free, where files of this size, in bytes, and those before it took much."""
    if size > _LARGE:
        _held.append(size)
        if sum(_held) > _MUCH:
            _held[:] = [_MUCH]  # from now on each large file counts
            _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        import ctypes

        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (ImportError, OSError, TypeError, AttributeError):
        return lambda _: None
    return found
