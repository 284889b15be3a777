"""Which lines changed since a revision: what `--since` lets through.

git is asked for the old texts only, and they are compared here: a `git diff` of the work tree would run the filters that a
repository's own configuration names.
"""

from __future__ import annotations

import os
from collections import Counter
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot import git
from lintfoot.records import dataclass
from lintfoot.tables import Problem, Problems, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lintfoot.findings import Span

FLAG = "--since"
Ranges = tuple[tuple[int, int], ...]  # first and last line, both counted from 1


@dataclass(frozen=True, slots=True)
class Base:
    """The files of the commit to compare with: blobs by absolute path in the work tree whose top is `root`.

    `modules` are the same for the repositories in it, however deep, each at the commit that was recorded of it.
    """

    root: str
    blobs: Mapping[str, str]
    modules: tuple[Base, ...] = ()


def since(revision: str, folder: str) -> Base:
    """The commit where HEAD left a revision, so that what others changed there meanwhile is not counted. Raises Problems."""
    if not revision or revision.startswith("-"):
        raise _fault(f"{quoted(revision)} is no revision")
    top = git.run(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise _fault("needs git, which is not there or does not answer")
    if top.code:
        raise _fault(f"needs a git work tree: {top.complaint}")
    root = os.fsdecode(top.output.rstrip(b"\n"))
    return _tree(_base(revision, root), root)


def _base(revision: str, root: str) -> str:
    known = git.run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known is None or known.code:
        raise _fault(f"git knows no revision {quoted(revision)}{_advice(root)}")
    commit = known.output.decode("ascii", "replace").strip()
    found = git.run(root, "merge-base", commit, "HEAD")
    if found is None or found.code:
        raise _fault(f"{quoted(revision)} and HEAD have no common commit{_advice(root)}")
    return found.output.decode("ascii", "replace").split()[0]


def _advice(root: str) -> str:
    told = git.run(root, "rev-parse", "--is-shallow-repository")
    shallow = told is not None and told.output.strip() == b"true"
    return (
        ": this clone is shallow, fetch more of its history (fetch-depth: 0, git fetch --unshallow)" if shallow else ""
    )


def _tree(commit: str, root: str) -> Base:
    told = git.run(root, "ls-tree", "-rz", "--full-tree", commit)
    if told is None or told.code:
        raise _fault(f"git cannot list the files of {commit[:12]}")
    blobs: dict[str, str] = {}
    modules: list[Base] = []
    for row in told.output.split(b"\0"):
        about, _, name = row.partition(b"\t")
        words = about.split()
        if len(words) != 3:  # noqa: PLR2004 - mode, type, object
            continue
        path, named = str(Path(root, os.fsdecode(name))), words[2].decode("ascii")
        if words[1] == b"blob":
            blobs[path] = named
        elif words[1] == b"commit" and _holds(path, named):
            inner = _tree(named, path)
            modules += [inner, *inner.modules]
    return Base(root, blobs, tuple(modules))


def _holds(folder: str, commit: str) -> bool:
    """Whether a module is checked out, and knows the commit that was recorded of it; without that, all in it is new."""
    if not os.path.lexists(Path(folder, ".git")):
        return False
    told = git.run(folder, "cat-file", "-e", f"{commit}^{{commit}}")
    return told is not None and not told.code


def changed(base: Base, texts: Mapping[str, bytes]) -> dict[str, Ranges | None]:
    """The changed lines of files, by absolute path; None is a file that is new as a whole. Raises Problems."""
    made: dict[str, Ranges | None] = dict.fromkeys(texts)
    for part in (base, *base.modules):
        known = {path: part.blobs[path] for path in texts if path in part.blobs}
        strangers = [path for path in texts if path not in known and made[path] is None]
        known |= _renamed(part, {path: texts[path] for path in strangers})
        old = _contents(part.root, dict.fromkeys(known.values()))
        made |= {path: _ranges(old[blob], texts[path]) for path, blob in known.items()}
    return made


def _renamed(base: Base, texts: Mapping[str, bytes]) -> dict[str, str]:
    """Files that the commit does not know, each with what it was called there: gone from the disk, and much the same."""
    suffixes = {Path(path).suffix for path in texts if Path(path).is_relative_to(base.root)}
    gone = [path for path in base.blobs if Path(path).suffix in suffixes and not os.path.lexists(path)]
    names = {Path(path).name for path in texts}
    gone = sorted(gone, key=lambda path: (Path(path).name not in names, path))[:_MOST_GONE]
    old = _contents(base.root, dict.fromkeys(base.blobs[path] for path in gone))
    lines = {path: Counter(old[base.blobs[path]].splitlines()) for path in gone}
    made = {}
    for path, text in sorted(texts.items()):
        own = Counter(text.splitlines())
        likely = max(lines, key=lambda one: _likeness(lines[one], own), default=None)
        if likely is not None and _likeness(lines[likely], own) >= _ALIKE:
            made[path] = base.blobs[likely]
            del lines[likely]
    return made


_MOST_GONE = 100  # files that are compared with each new one
_ALIKE = 0.5  # how much of a file has to be the same, as for git


def _likeness(old: Counter[bytes], new: Counter[bytes]) -> float:
    return (old & new).total() / max(old.total(), new.total(), 1)


def _contents(root: str, blobs: Iterable[str]) -> dict[str, bytes]:
    wanted = list(blobs)
    if not wanted:
        return {}
    told = git.run(root, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in wanted).encode())
    if told is None or told.code:
        raise _fault("git cannot read the old files")
    made, at = {}, 0
    for blob in wanted:
        end = told.output.find(b"\n", at)
        words = told.output[at:end].split()
        if len(words) != 3:  # noqa: PLR2004 - object, type, size; `missing` in a partial clone
            raise _fault(f"git does not have the old text of {blob[:12]}{_advice(root)}")
        size = int(words[2])
        made[blob] = told.output[end + 1 : end + 1 + size]
        at = end + size + 2
    return made


def _ranges(old: bytes, new: bytes) -> Ranges:
    """Lines of the new text that are not in the old one, and places where lines were taken out."""
    before, after = old.splitlines(), new.splitlines()
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    before, after = before[same:], after[same:]
    found = []
    for kind, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append((same + start + 1, same + end))  # ends before it begins where lines were only taken out
    return tuple(found)


def touched(ranges: Ranges | None, span: Span) -> bool:
    """Whether any line of a span changed. Lines taken out inside it count, those taken out beside it do not."""
    if ranges is None:
        return True
    return any(first <= span.end_line and span.line <= last for first, last in ranges)


def _fault(message: str) -> Problems:
    return Problems([Problem(FLAG, 0, 0, message)])
