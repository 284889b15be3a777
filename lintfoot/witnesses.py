"""What a whole run hangs on, as far as the disk can tell: gathered after a run, for the next one to look at.

Where that cannot be told for certain (a pattern, a folder of somebody else's repository, git settings that include
others, anything changed within the last seconds) nothing is gathered, and the next run goes the long way.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lintfoot import stamps
from lintfoot.config import FILE_NAME
from lintfoot.decoding import read
from lintfoot.discover import may_be_script
from lintfoot.excludes import Excludes, below, excludes
from lintfoot.git import KEPT
from lintfoot.layers import DEFAULT
from lintfoot.listing import work_tree
from lintfoot.replay import kind
from lintfoot.settings import Format
from lintfoot.trail import FILE

if TYPE_CHECKING:
    from lintfoot.layers import Config
    from lintfoot.shelf import State
    from lintfoot.stamps import Stamp
    from lintfoot.trail import Lean
    from lintfoot.work import Heard

_MOST = 20_000  # folders; a larger tree is searched anew each time
# Settings that change nothing but what is seen here anyway. With any other one set, nothing is gathered.
_KNOWN = frozenset(
    """select ignore extend_select extend_ignore severity min_confidence per_file_ignores extend_per_file_ignores rules
    rule suppressions foreign_suppressions exclude extend_exclude force_exclude respect_gitignore project fail_on
    exit_zero allow_empty format color quiet verbose statistics progress jobs cache sarif_category
    sarif_include_suppressed sarif_max_results show_suppressed""".split()
)


class Doubt(Exception):  # noqa: N818 - it is named for what it is
    """Something that the disk cannot tell."""


class Witnesses:
    """Files and folders with what the disk says of them: in full, or only what kind of thing stands there."""

    def __init__(self, started: int) -> None:
        self.at = started
        self.seen: dict[str, Stamp | None] = {}
        self.there: dict[str, int | None] = {}

    def see(self, path: str) -> Stamp | None:
        """Add a file or folder. Raises Doubt where it was changed since the run began, or just before."""
        if path not in self.seen:
            self.seen[path] = self._settled(path, stamps.stamp(path))
        return self.seen[path]

    def read(self, path: str, before: Stamp | None) -> None:
        """Add a file that was read, by what the disk said before: of one that was changed since, it will say something else.

        Raises Doubt where that may not be trusted, or where something else was seen.
        """
        if self.seen.setdefault(path, before) != before or before == ():
            raise Doubt(path)
        self._settled(path, before)

    def _settled(self, path: str, stamp: Stamp | None) -> Stamp | None:
        if not stamps.settled(stamp, self.at):
            raise Doubt(path)
        return stamp

    def stand(self, path: str) -> None:
        """Add a path of which it only matters what kind of thing is there."""
        if path not in self.there:
            self.there[path] = kind(path)


def gathered(config: Config, heard: Heard, started: int) -> Witnesses | None:
    """Everything that a run hangs on, which files there are included; None in doubt. `started` is in nanoseconds."""
    found = Witnesses(started)
    try:
        _settings(config, found)
        _pages(heard.state, found)
        # Before folders are searched: of what was read it is known what the disk said.
        for file, outcome in zip(heard.files, heard.outcomes, strict=True):
            found.read(file, outcome.basis.stamp if outcome.basis is not None else ())
        for path in config.paths:
            _search(config, os.path.normpath(os.path.join(config.folder, path)), found)
        bases = (outcome.basis for outcome in heard.outcomes if outcome.basis is not None)
        for lean in {lean for basis in bases for lean in basis.leans}:  # many files lean on the same
            _lean(lean, found)
    except (Doubt, OSError, ValueError):
        return None
    return found


def _settings(config: Config, found: Witnesses) -> None:
    """The files that settings come from, and those that would be read if they were there."""
    given = {key for layer in config.sources if layer.name != DEFAULT for key in layer.values}
    summary = config.format is Format.GITHUB and "GITHUB_STEP_SUMMARY" in os.environ
    if not given <= _KNOWN or not config.cache or summary:
        raise Doubt("settings")
    for folder in (config.folder, *config.folder.parents):
        found.stand(os.path.join(folder, ".git"))
        found.see(os.path.join(folder, FILE_NAME))
    if config.file is not None:
        found.see(str(config.file))


def _pages(state: State, found: Witnesses) -> None:
    if not state:
        raise Doubt("pages")
    for folder, *files in state[2:]:
        found.see(folder)
        for name, stamp in files:
            found.read(os.path.join(folder, name), stamp)


def _lean(lean: Lean, found: Witnesses) -> None:
    """What a finding leans on elsewhere in the project. Folders stand for the names in them."""
    where, path, _ = lean
    found.see(path)
    found.see(os.path.dirname(path) if where == FILE else path)


# which files there are


def _search(config: Config, path: str, found: Witnesses) -> None:
    """What was looked at to find the scripts of one path that was named."""
    stamp = found.see(path)
    if stamp is None or os.path.realpath(path) != path:
        raise Doubt(path)  # a pattern, or a link somewhere on the way
    if not os.path.isdir(path):
        return
    base = os.path.abspath(config.root)
    left_out = excludes(((str(one.folder), one.patterns) for one in config.patterns("exclude")), base)
    left_out = left_out if config.force_exclude and below(path, base) is not None else left_out.seen_from(path)
    if config.respect_gitignore:
        _ignoring(path, base, found)
    _folders(path, left_out, found, gitignore=config.respect_gitignore)


def _folders(path: str, left_out: Excludes, found: Witnesses, *, gitignore: bool) -> None:
    """Every folder that may be searched: as long as none of them changes, no file comes or goes."""
    waiting, count = [path], 0
    while waiting:
        folder = waiting.pop()
        count += 1
        if count > _MOST:
            raise Doubt(folder)
        found.see(folder)
        with os.scandir(folder) as entries:
            for one in entries:
                if one.is_symlink():
                    found.see(one.path)
                elif one.is_dir():
                    if one.name == ".git" or left_out.folder(one.path):
                        continue
                    waiting.append(one.path)
                elif may_be_script(one.path) or (gitignore and one.name in (".gitignore", ".gitmodules")):
                    found.see(one.path)


_SETTINGS = ("/etc/gitconfig", "~/.gitconfig", "~/.config/git/config")


def _ignoring(path: str, root: str, found: Witnesses) -> None:
    """What git, or the walk in its stead, takes its rules from."""
    top = work_tree(path)
    folder = path
    while True:
        found.stand(os.path.join(folder, ".git"))
        found.see(os.path.join(folder, ".gitignore"))
        above = os.path.dirname(folder)
        if folder == above:
            break
        folder = above
    if top is None:
        return
    inner = os.path.join(top, ".git")
    if not os.path.isdir(inner) or root != top:
        raise Doubt(inner)  # a worktree or a submodule: its files stand elsewhere
    for name in ("index", "config", "info/exclude", "config.worktree"):
        found.see(os.path.join(inner, name))
    given = os.environ.get("XDG_CONFIG_HOME", "")
    ours = [*map(os.path.expanduser, _SETTINGS), *([os.path.join(given, "git", "config")] if given else [])]
    ignores = [os.path.join(os.path.dirname(one), "ignore") for one in ours[2:]]
    for one in (*ours, *ignores, os.path.join(inner, "config")):
        found.see(one)
        data = read(one) if found.seen[one] is not None else b""
        low = data.lower() if isinstance(data, bytes) else b"include"
        if one not in ignores and (b"include" in low or b"excludesfile" in low):
            raise Doubt(one)
    if not KEPT.isdisjoint(os.environ):
        raise Doubt("variables that git's settings come from")
