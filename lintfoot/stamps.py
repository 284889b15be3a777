"""What the disk says of files without their being read: enough to know that nothing has changed, if one is careful.

A stamp holds size, times and identity. A file that was changed just now could change once more within the same tick of
the file system's clock and keep its stamp, so a stamp counts only when the file is older than SETTLED (git calls such
files racy). On systems other than Windows the time of the last change of the file's record counts as well, which no
program can set back.
"""

from __future__ import annotations

import os
import sys
import time

SETTLED = 3_000_000_000  # nanoseconds; the coarsest clock of a file system ticks every two seconds

Stamp = tuple[int, ...]


def stamp(path: str | int) -> Stamp | None:
    """What the disk says of a file (or an open one) or folder; None where there is nothing."""
    try:
        return of(os.stat(path))
    except (OSError, ValueError):
        return None


def of(about: os.stat_result) -> Stamp:
    """The same from a look that was taken already."""
    changed = about.st_mtime_ns if sys.platform == "win32" else about.st_ctime_ns
    return (about.st_mode, about.st_size, about.st_mtime_ns, changed, about.st_ino)


_CHANGED = 3


def settled(one: Stamp | None, at: int) -> bool:
    """Whether a stamp can be trusted that was taken at a time (nanoseconds since 1970). What is not there is settled."""
    return one is None or one[_CHANGED] + SETTLED < at


def now() -> int:
    """Nanoseconds since 1970."""
    return time.time_ns()
