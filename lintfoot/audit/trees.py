"""What a repository is, and where its files can be read: in place, or laid out in a private folder that goes again.

Of a checkout the work tree is read as it stands, with what is not committed. Of a bare repository, what its HEAD names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lintfoot import git
from lintfoot.audit import blobs
from lintfoot.audit.history import histories
from lintfoot.audit.records import History, Kind, Past
from lintfoot.findings import Note, Severity
from lintfoot.records import dataclass
from lintfoot.tables import Problem, Problems

_BARE = ("HEAD", "objects", "refs")
IN_PLACE = ("--git-dir=.",)  # said out loud, or git would not touch a bare repository that it found by itself


@dataclass(frozen=True, slots=True)
class Tree:
    """A repository that can be read: `folder` is what to audit, `top` where its project begins.

    `git` is the folder to ask git in, with `options`, and empty without it. `prefix` leads from the top of the repository to the
    folder (POSIX, with a slash at the end). `absent` are paths that are in the repository and not on the disk, `skipped` counts
    those that nobody would read.
    """

    kind: Kind
    folder: Path
    top: Path
    git: str = ""
    options: tuple[str, ...] = ()
    revision: str = ""
    prefix: str = ""
    absent: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    skipped: int = 0


@contextmanager
def opened(path: str) -> Iterator[Tree]:
    """A repository to read, for as long as the `with` lasts. Raises Problems where there is none."""
    folder = Path(path)
    if not folder.is_dir():
        raise Problems([Problem(path, 0, 0, "is no folder" if os.path.lexists(path) else "no such folder")])
    if all((folder / name).exists() for name in _BARE) and not (folder / ".git").exists():
        with _bare(folder) as tree:
            yield tree
        return
    yield _checkout(folder) or Tree(Kind.FOLDER, folder, folder)


def _checkout(folder: Path) -> Tree | None:
    """The checkout that a folder is, or stands in; None where it is in none."""
    top = next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), None)
    if top is None:
        return None
    said = git.run(str(folder), "rev-parse", "--show-toplevel", "--show-prefix")
    if said is None or said.code:
        reason = "there is no git" if said is None else said.complaint
        note = Note("", Severity.WARNING, f"git does not read this repository, so there is no history: {reason}")
        return Tree(Kind.FOLDER, folder, folder, notes=(note,))
    shown, prefix = (os.fsdecode(line) for line in (said.output + b"\n\n").split(b"\n")[:2])
    return Tree(Kind.CHECKOUT, folder, Path(shown), str(folder), (), _revision(str(folder), (), "HEAD"), prefix)


@contextmanager
def _bare(folder: Path) -> Iterator[Tree]:
    said = git.run(str(folder), *IN_PLACE, "rev-parse", "--git-dir")
    if said is None or said.code:
        reason = "there is no git" if said is None else said.complaint
        raise Problems([Problem(str(folder), 0, 0, f"this bare repository cannot be read: {reason}")])
    notes: tuple[Note, ...] = ()
    revision = _revision(str(folder), IN_PLACE, "HEAD")
    if not revision:
        branch = _newest_branch(str(folder))
        revision = branch and _revision(str(folder), IN_PLACE, branch)
        why = f"its HEAD names no commit: {branch} was read" if revision else "it has no commit"
        notes = (Note("", Severity.WARNING, why),)
    with blobs.laid(str(folder), IN_PLACE, revision) as laid:
        yield Tree(
            Kind.BARE, laid.folder, laid.folder, str(folder), IN_PLACE, revision, "", laid.absent, notes, laid.skipped
        )


def _revision(folder: str, options: tuple[str, ...], name: str) -> str:
    said = git.run(folder, *options, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return said.output.decode("ascii", "replace").strip() if said is not None and not said.code else ""


def _newest_branch(folder: str) -> str:
    words = ("for-each-ref", "--count=1", "--sort=-committerdate", "--format=%(refname)", "refs/heads")
    said = git.run(folder, *IN_PLACE, *words)
    return os.fsdecode(said.output.strip()) if said is not None and not said.code else ""


def past(tree: Tree) -> tuple[Past, Mapping[str, History], tuple[Note, ...]]:
    """The history of every file by its path from the tree's folder, and how much of it there is."""
    if not tree.revision:
        return Past.NONE, {}, ()
    edge = _edge(tree)
    try:
        found = histories(tree.git, tree.options, tree.revision, edge)
    except git.Unanswered as error:
        return Past.NONE, {}, (Note("", Severity.WARNING, f"its history cannot be read: {error}"),)
    inside = {path[len(tree.prefix) :]: one for path, one in found.items() if path.startswith(tree.prefix)}
    return (Past.SHALLOW if edge else Past.WHOLE), inside, ()


def _edge(tree: Tree) -> frozenset[str]:
    """The commits at which a shallow clone ends."""
    said = git.run(tree.git, *tree.options, "rev-parse", "--git-path", "shallow")
    if said is None or said.code:
        return frozenset()
    try:
        return frozenset((Path(tree.git) / os.fsdecode(said.output.strip())).read_text("ascii").split())
    except (OSError, ValueError):
        return frozenset()
