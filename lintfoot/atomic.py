"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def write(file: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises OSError.

    A new file gets the usual mode, an existing one keeps its own; a symlink stays one. What is no regular file (a pipe,
    /dev/null, /dev/stderr) is written to, never replaced.
    """
    target = Path(os.path.realpath(file))
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(file.stat().st_mode):
            file.write_bytes(data)
            return
    import tempfile  # 7 ms, and most runs write nothing

    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_owner(temporary, target)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _keep_owner(new: Path, target: Path) -> None:
    """What root repairs still belongs to whoever it belonged to; others cannot give files away, and need not."""
    with suppress(OSError, AttributeError):
        old, made = target.stat(), new.stat()
        if (old.st_uid, old.st_gid) != (made.st_uid, made.st_gid):
            os.chown(new, old.st_uid, old.st_gid)


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
