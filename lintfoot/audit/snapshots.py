"""All that an audit of one repository hangs on, as one digest: the same digest, the same audit.

That is every file of the project with its content, and of git what its history and its list of files hang on. What is too much to
be read, or stands in an unusual place, has no snapshot, and is audited anew each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lintfoot.decoding import LARGEST, read
from lintfoot.digests import blake2b, digest

_FILES, _BYTES = 200_000, 3_000_000_000
_NEVER = frozenset(
    {"__pycache__", "node_modules", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox", ".venv"}
)
_GIT = ("HEAD", "config", "index", "info/exclude", "info/grafts", "objects/info/alternates", "packed-refs", "shallow")


class _TooMuch(Exception):  # noqa: N818 - it is named for what it is
    pass


def snapshot(path: str) -> str:
    """The digest of a repository; empty where there is none to be had."""
    whole = blake2b(digest_size=16)
    try:
        for name, content in _facts(Path(path)):
            whole.update(digest(os.fsencode(name)) + digest(content))
    except (_TooMuch, OSError, ValueError):
        return ""
    return whole.hexdigest()


def weight(path: str) -> int:
    """About how many bytes of Python a repository holds; of a bare one, what git keeps of everything."""
    bare = os.path.isdir(os.path.join(path, "objects")) and not os.path.isdir(os.path.join(path, ".git"))  # noqa: PTH112, PTH118 - texts
    held = 0
    for folder, folders, names in os.walk(path):
        folders[:] = [one for one in folders if one != ".git" and one not in _NEVER]
        for name in names:
            if bare or name.endswith(".py"):
                with suppress(OSError):
                    held += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - many, and used as texts
    return held


def _facts(folder: Path) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        raise _TooMuch
    if (folder / "HEAD").exists() and (folder / "objects").is_dir() and not (folder / ".git").exists():
        yield from _of_git(folder)
        return
    top = next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), folder)
    held = 0
    for number, (name, size, content) in enumerate(_files(top)):
        held += size
        if number > _FILES or held > _BYTES:
            raise _TooMuch
        yield name, content
    if os.path.lexists(top / ".git"):
        yield from _of_git(_git_folder(top / ".git"))


def _files(top: Path) -> Iterator[tuple[str, int, bytes]]:
    """Every file below a folder, in a fixed order: its path, its bytes, and what stands for its content."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(one for one in folders if one != ".git" and one not in _NEVER)
        links = [one for one in folders if os.path.islink(os.path.join(folder, one))]  # noqa: PTH114, PTH118 - many
        for name in sorted((*names, *links)):
            path = os.path.join(folder, name)  # noqa: PTH118 - many, and used as texts
            about = os.lstat(path)
            if os.path.islink(path):  # noqa: PTH114 - as above
                yield path, 0, b"link " + os.fsencode(os.readlink(path))  # noqa: PTH115 - as above
            data = read(path) if about.st_size <= LARGEST else b""
            mode = b"x" if about.st_mode & 0o111 else b"-"
            stamp = b"" if data else f"{about.st_size} {about.st_mtime_ns}".encode()
            yield path, about.st_size, mode + stamp + (data if isinstance(data, bytes) else b"")


def _git_folder(path: Path) -> Path:
    """The folder of git's own files; that of a work tree beside its repository is too unusual."""
    if not path.is_dir() or (path / "commondir").exists():
        raise _TooMuch
    return path


def _of_git(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in _GIT:
        file = folder / name
        yield f"{name}\0", file.read_bytes() if file.is_file() else b""
    for inner, folders, names in os.walk(folder / "refs"):
        folders.sort()
        for name in sorted(names):
            file = Path(inner) / name
            yield str(file.relative_to(folder)), file.read_bytes()
