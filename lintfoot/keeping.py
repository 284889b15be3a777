"""What stays on the disk from one run to the next: whole or not there, and sealed with the user's own key.

A kept file holds marshalled plain data. Unmarshalling what somebody else made could crash Python, so every file carries
a seal over its name, the Python that wrote it and its content, made with a key that only this user can read: it stands
in the user's own cache folder, never beside the code that is checked. Whatever has no right seal (cut short, a bit
changed, copied from another place, written by somebody else) is as good as not there. Nothing here raises, and nothing
here is needed: without a folder to write to, a run takes longer and says the same.
"""

from __future__ import annotations

import marshal
import os
import sys
from functools import cache

from lintfoot.digests import blake2b

TYPE_CHECKING = False  # as in `replay`
if TYPE_CHECKING:
    from typing import Any

SUFFIX, UNFINISHED = ".kept", ".unfinished"
LARGEST = 128 * 1024 * 1024  # bytes; nothing that is kept comes near
_MAGIC = b"lintfoot kept 1\n"
_KEY, _SEAL = 32, 32  # bytes
_OTHERS_MAY_WRITE = 0o022
_MARSHAL = 4  # the format of Python 3.4 and newer


@cache
def home() -> str | None:
    """The user's own cache folder for lintfoot, made where it is missing; None where there is none to be trusted."""
    above = _caches()
    folder = os.path.join(above, "lintfoot") if above else None
    return folder if folder and _own(folder) else None


def _caches() -> str | None:
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return named
    user = os.path.expanduser("~")
    inner = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return os.path.join(user, *inner) if os.path.isabs(user) and os.path.isdir(user) else None


def _own(folder: str) -> bool:
    """Whether a folder is there, or can be made, and nobody but this user can write to it."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        about = os.stat(folder)
    except OSError:
        return False
    return sys.platform == "win32" or (about.st_uid == os.geteuid() and not about.st_mode & _OTHERS_MAY_WRITE)


@cache
def key() -> bytes | None:
    """The user's key, made at first use; None where none can be kept."""
    folder = home()
    if folder is None:
        return None
    file = os.path.join(folder, "key")
    found = _read(file, _KEY)
    if found is None or len(found) != _KEY:
        write(file, os.urandom(_KEY))
        found = _read(file, _KEY)  # another run may have been faster
    return found if found and len(found) == _KEY else None


def _read(file: str, most: int) -> bytes | None:
    """A file's bytes; None for what is not there, is no ordinary file of this user, or is too large."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return None
    try:
        size = os.fstat(descriptor).st_size
        if size > most:
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read(size)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def named(text: str, secret: bytes) -> str:
    """A name for something, from which nobody without the key can guess what it is."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=secret, digest_size=16).hexdigest()


def folder(path: str) -> bool:
    """Make a folder for kept files; whether it is there."""
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except (OSError, ValueError):
        return False
    return True


def _seal(secret: bytes, name: str, body: bytes) -> bytes:
    about = f"{name}\0{sys.implementation.cache_tag}\0".encode("utf-8", "surrogateescape")
    return blake2b(about + body, key=secret, digest_size=_SEAL, person=b"lintfoot").digest()


def load(file: str) -> Any:
    """What was kept in a file; None where that is nothing, or nothing of one's own."""
    secret = key()
    data = _read(file, LARGEST) if secret else None
    start = len(_MAGIC) + _SEAL
    if secret is None or data is None or len(data) <= start or not data.startswith(_MAGIC):
        return None
    body = data[start:]
    if data[len(_MAGIC) : start] != _seal(secret, os.path.basename(file), body):
        return None
    return _unmarshalled(body)


def _unmarshalled(body: bytes) -> Any:
    try:
        return marshal.loads(body)  # noqa: S302 - the seal says that this user's lintfoot wrote it
    except (EOFError, ValueError, TypeError):
        return None


def save(file: str, value: Any) -> str:
    """Keep plain data in a file. Returns why that did not work, in a few words, or nothing."""
    secret = key()
    if secret is None:
        return "there is no cache folder of one's own to keep the key in"
    body = marshal.dumps(value, _MARSHAL)
    if len(body) > LARGEST // 2:
        return "it is too large"
    return write(file, b"".join((_MAGIC, _seal(secret, os.path.basename(file), body), body)))


def packed(value: Any) -> bytes:
    """A part of what is kept, to be unpacked by itself where it is needed."""
    return marshal.dumps(value, _MARSHAL)


def inner(data: Any) -> Any:
    """What `packed` made, out of a file that had the right seal; None for anything else."""
    return _unmarshalled(data) if isinstance(data, bytes) else None


def write(file: str, data: bytes) -> str:
    """Put a file in place at once: nobody ever reads half of it, whatever ends this process. Returns what went wrong."""
    temporary = f"{file}.{os.getpid()}.{os.urandom(4).hex()}{UNFINISHED}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(temporary, flags, 0o600)
    except (OSError, ValueError) as error:
        return _words(error)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)
        os.replace(temporary, file)
    except OSError as error:
        remove(temporary)
        return _words(error)
    except BaseException:
        remove(temporary)
        raise
    return ""


def _words(error: Exception) -> str:
    said = getattr(error, "strerror", None) or "the name is no valid one"
    return f"{said[:1].lower()}{said[1:]}"


def remove(file: str) -> None:
    """Remove a file, if it is still there and one may."""
    try:
        os.unlink(file)
    except OSError:
        return
