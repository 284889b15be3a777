"""The files below a folder: what git would list, or what a walk finds that keeps to .gitignore files.

git is asked so that nothing of the scanned repository runs: no hooks, no file-system monitor, no lazy fetching. Links
are not followed into folders; links to files are handed over as such, and what is neither file nor folder is told.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from lintfoot import git
from lintfoot.excludes import Excludes, GitIgnore, below
from lintfoot.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Listing:
    """What stands below a folder: files, links, and `odd` ones that cannot be checked, with what is the matter."""

    files: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list: `suits` judges by name alone, `excludes` leaves out, `gitignore`: does git count."""

    suits: Callable[[str], bool]
    excludes: Excludes
    gitignore: bool


def below_folder(folder: str, wish: Wish, root: str) -> Listing:
    """List the files below a folder (absolute). `root` is the project's, for .gitignore files above the folder."""
    listing = Listing()
    _list(folder, wish, root, listing)
    return listing


def _list(folder: str, wish: Wish, root: str, listing: Listing) -> None:
    top = work_tree(folder) if wish.gitignore else None
    named = _from_git(folder) if top else None
    if named:  # nothing at all: perhaps the folder itself is ignored, and it was named
        modules = os.path.lexists(os.path.join(top or "", ".gitmodules"))
        for path in _worth_a_look(folder, named, wish, modules=modules):
            _take(path, wish, root, listing)
        return
    ignore = (
        GitIgnore.above(folder, top or (root if below(folder, root) else folder)) if wish.gitignore else GitIgnore()
    )
    if ignore.ignores(folder, is_folder=True):
        ignore = GitIgnore()
    _walk(folder, wish, ignore, listing)


def work_tree(folder: str) -> str | None:
    """The top of the git work tree that a folder stands in, by text and one look per level."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


# git


def _from_git(folder: str) -> list[str] | None:
    """The files below a folder that git tracks or does not ignore, relative to it; None if git cannot say."""
    done = git.run(folder, "ls-files", "-coz", "--exclude-standard")
    if done is None or done.code:  # no repository after all, or one that belongs to somebody else ("dubious ownership")
        return None
    names = dict.fromkeys(os.fsdecode(name) for name in done.output.split(b"\0") if name)
    return [name for name in names if not name.startswith("../") and not os.path.isabs(name)]


def _worth_a_look(folder: str, names: list[str], wish: Wish, *, modules: bool) -> Iterator[str]:
    """Paths that may be scripts, or repositories inside this one: git lists those by their folder alone."""
    for name in names:
        path = os.path.join(folder, name.rstrip("/").replace("/", os.sep))
        if modules or name.endswith("/") or wish.suits(path):
            yield path


def _take(path: str, wish: Wish, root: str, listing: Listing) -> None:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return  # tracked and deleted
    if stat.S_ISDIR(mode):
        if not wish.excludes.folder(path):
            _list(path, wish, root, listing)
    elif wish.suits(path) and not wish.excludes.file(path):
        _keep(path, mode, listing)


def _keep(path: str, mode: int, listing: Listing) -> None:
    if stat.S_ISREG(mode):
        listing.files.append(path)
    elif stat.S_ISLNK(mode):
        listing.links.append(path)
    else:
        listing.odd.append((path, f"{kind(mode)} is not read"))


_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


def kind(mode: int) -> str:
    """What something is that is no file, in words."""
    return next((words for test, words in _KINDS if test(mode)), "what is no ordinary file")


# without git


def _walk(folder: str, wish: Wish, ignore: GitIgnore, listing: Listing) -> None:
    waiting = [(folder, ignore)]
    while waiting:
        path, above = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = list(found)
        except OSError as error:
            listing.odd.append((path, f"cannot be listed: {(error.strerror or 'an error').lower()}"))
            continue
        inside = above.within(path) if wish.gitignore else above
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git" and not (
                    wish.excludes.folder(entry.path) or inside.ignores(entry.path, is_folder=True)
                ):
                    waiting.append((entry.path, inside))
            elif wish.suits(entry.path) and not (
                wish.excludes.file(entry.path) or inside.ignores(entry.path, is_folder=False)
            ):
                _look(entry, listing)


def _look(entry: os.DirEntry[str], listing: Listing) -> None:
    """Sort an entry by what the folder says it is; only odd ones are asked themselves."""
    if entry.is_file(follow_symlinks=False):
        listing.files.append(entry.path)
    elif entry.is_symlink():
        listing.links.append(entry.path)
    else:
        try:
            _keep(entry.path, entry.stat(follow_symlinks=False).st_mode, listing)
        except OSError:
            return  # gone since it was listed
