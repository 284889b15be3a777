"""A bare repository's files in a private folder: plain, mode 0600, by names that cannot lead out of it, and gone afterwards.

Blobs come from `git cat-file` as they are stored: no filter, no attribute, no link and no large-file server has a say. Only
what an audit reads is laid out: Python, and the files that may say what runs it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lintfoot import git, shebang
from lintfoot.audit.jobs import is_job, is_python
from lintfoot.decoding import LARGEST
from lintfoot.findings import Note, Severity
from lintfoot.records import dataclass
from lintfoot.tables import Problem, Problems

_LINK, _MODULE, _FILE = b"120000", b"160000", b"100"
_BATCH = 32_000_000  # bytes of blobs to ask for at once
_JOB = 1_000_000  # bytes above which no file is read for what it runs


@dataclass(frozen=True, slots=True)
class Laid:
    """Where the files lie; which ones do not, and why; and how many nobody would read."""

    folder: Path
    absent: tuple[Note, ...] = ()
    skipped: int = 0


class _Blob(NamedTuple):
    name: bytes
    path: str
    size: int


@contextmanager
def laid(folder: str, options: Sequence[str], revision: str) -> Iterator[Laid]:
    """Lay a revision out; whatever happens, the private folder goes."""
    private = Path(tempfile.mkdtemp(prefix="lintfoot-")).resolve()
    try:
        wanted, absent, skipped = _wanted(folder, options, revision) if revision else ([], [], 0)
        for batch in _batches(wanted):
            for blob, data in _read(folder, options, batch):
                fault = "it is not in the repository (a partial clone?)" if data is None else _lay(private, blob, data)
                if fault and is_python(blob.path):
                    absent.append(_note(blob.path, f"cannot be read: {fault}"))
        yield Laid(private, tuple(absent), skipped)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _note(path: str, message: str) -> Note:
    return Note(path, Severity.ERROR, message)


def _wanted(folder: str, options: Sequence[str], revision: str) -> tuple[list[_Blob], list[Note], int]:
    """The blobs to lay out, by the names in the tree; those that may not be; and how many links and modules there are."""
    words = ("-r", "-z", "--full-tree", revision)
    said = git.run(folder, *options, "ls-tree", "-l", *words)
    if said is None or said.code:  # a partial clone knows no sizes
        said = git.run(folder, *options, "ls-tree", *words)
    if said is None or said.code:
        reason = said.complaint if said else "git does not answer"
        raise Problems([Problem(folder, 0, 0, f"its files cannot be listed: {reason}")])
    wanted: list[_Blob] = []
    absent: list[Note] = []
    skipped = 0
    for line in filter(None, said.output.split(b"\0")):
        about, _, name = line.partition(b"\t")
        mode, _, blob, *sizes = about.split()
        size = int(sizes[0]) if sizes and sizes[0].isdigit() else 0
        path = os.fsdecode(name)
        python = is_python(path)
        if not mode.startswith(_FILE):
            skipped += python or mode == _MODULE
        elif not _is_safe(path):
            absent.extend([_note(path, "cannot be read: its name leads elsewhere")] if python else [])
        elif python and size > LARGEST:
            absent.append(_note(path, f"too large to check: {size / 1e6:.1f} MB"))
        elif python or (is_job(path) and size <= _JOB):
            wanted.append(_Blob(blob, path, size))
    return wanted, absent, skipped


def _is_safe(path: str) -> bool:
    """Whether a name from a tree stays inside the folder on every system, and is no repository of its own."""
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)
    return not odd and (os.sep == "/" or not any(char in path for char in "\\:"))


def _batches(blobs: Sequence[_Blob]) -> Iterator[list[_Blob]]:
    batch: list[_Blob] = []
    size = 0
    for blob in blobs:
        batch.append(blob)
        size += blob.size
        if size > _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(folder: str, options: Sequence[str], batch: Sequence[_Blob]) -> Iterator[tuple[_Blob, bytes | None]]:
    """Each blob with its bytes, or None where the repository does not have it."""
    said = git.run(folder, *options, "cat-file", "--batch", given=b"".join(blob.name + b"\n" for blob in batch))
    output, at = said.output if said else b"", 0
    for blob in batch:
        end = output.find(b"\n", at)
        about = output[at:end].split() if end >= 0 else []
        at = end + 1 if end >= 0 else at
        if len(about) == 3 and about[1] == b"blob":  # noqa: PLR2004 - name, type, size
            data = output[at : at + int(about[2])]
            at += int(about[2]) + 1
            yield blob, data
        else:
            yield blob, None


def _lay(private: Path, blob: _Blob, data: bytes) -> str:
    """Write one file where nothing stands yet; what was wrong with that, if anything."""
    path = private / blob.path
    if not (is_job(blob.path) or blob.path.lower().endswith((".py", ".pyi", ".pyw")) or shebang.is_python(data)):
        return ""  # without a suffix, and no Python
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags, 0o600), "wb") as file:  # noqa: PTH123 - it stands on the descriptor
            file.write(data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is no valid one"
        return reason[:1].lower() + reason[1:]
    return ""
