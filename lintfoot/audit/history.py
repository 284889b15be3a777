"""What git tells of every file, in one pass over the log: how often it changed, by whom, from when to when.

A commit that touches very many files (an import, a new format) says little about any one of them: it counts only for files
that no other commit has touched. Renames are followed where git sees them without much looking. Robots are no authors.
Commits at the edge of a shallow clone are left out: to git they seem to add everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lintfoot import git
from lintfoot.audit.records import History
from lintfoot.records import dataclass, field

SWEEPING = 30  # files in a commit, above which it is about none of them
_PATIENCE = 300.0  # seconds for the whole log; 100,000 commits take about four
_ROBOT = "[bot]"
_LOG = (
    "log",
    "-z",
    "--name-status",
    "--find-renames=60%",
    "-l200",  # files on either side of a commit, above which only files that are the same are taken for renamed
    "--no-merges",
    "--no-show-signature",  # a repository's own setting would start gpg
    "--no-relative",
    "-O/dev/null",
    "--encoding=UTF-8",
    "--no-color",
    "--format=%x01%H%x00%aN%x00%aE%x00%cs",
)


@dataclass(slots=True)
class _Past:
    """What was read of one file: (commits, authors) of narrow and of sweeping commits, and the days, the newest first."""

    narrow: Counter[int] = field(default_factory=Counter)
    sweeping: Counter[int] = field(default_factory=Counter)
    last: str = ""
    first: str = ""


def histories(folder: str, options: Iterable[str], revision: str, edge: frozenset[str]) -> Mapping[str, History]:
    """The history of every path that there ever was. `options` tell git where the repository is.

    `edge` are the commits at which a shallow clone ends. Raises git.Unanswered.
    """
    pieces = git.stream(folder, *options, *_LOG, revision, "--", patience=_PATIENCE)
    return _read(_tokens(pieces), edge)


def _tokens(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between NULs, without keeping more than a piece."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _read(tokens: Iterator[bytes], edge: frozenset[str]) -> Mapping[str, History]:
    people, pasts, later = _People(), dict[bytes, _Past](), dict[bytes, bytes]()
    token = next(tokens, None)
    while token is not None:
        commit, name, mail, day = (token[1:].decode("ascii", "replace"), *(_text(next(tokens, b"")) for _ in range(3)))
        token, touched = _touched(tokens, later)
        if commit in edge:
            continue
        author = None if name.endswith(_ROBOT) else people.number(name, mail)
        for path in touched:
            past = pasts.setdefault(path, _Past())
            past.first, past.last = day, past.last or day
            if author is not None:
                counts = past.narrow if len(touched) <= SWEEPING else past.sweeping
                counts[author] += 1
    return {_path(path): _told(past, people) for path, past in pasts.items()}


def _touched(tokens: Iterator[bytes], later: dict[bytes, bytes]) -> tuple[bytes | None, list[bytes]]:
    """The files of one commit by the names that they have today, and the token after them.

    The log runs backwards: `later` is what became of a name in the commits that were read already.
    """
    touched, renamed = [], []
    token = next(tokens, None)
    while token is not None and not token.startswith(b"\x01"):
        status = token.lstrip(b"\n")[:1]
        path = next(tokens, b"")
        if status in (b"R", b"C"):
            old, path = path, next(tokens, b"")
            if status == b"R":
                renamed.append((old, later.get(path, path)))
        if status != b"D":
            touched.append(later.get(path, path))
        token = next(tokens, None)
    later.update(renamed)
    return token, touched


def _told(past: _Past, people: _People) -> History:
    counts = past.narrow or past.sweeping
    busiest = sorted(((-count, people.name(author)) for author, count in _merged(counts, people).items()))
    return History(counts.total(), tuple(name for _, name in busiest), past.first, past.last)


def _merged(counts: Counter[int], people: _People) -> Counter[int]:
    made: Counter[int] = Counter()
    for author, count in counts.items():
        made[people.one(author)] += count
    return made


class _People:
    """Authors by number. One name with two addresses is one person, and so is one address with two names."""

    def __init__(self) -> None:
        self.by: dict[str, int] = {}
        self.same: list[int] = []
        self.names: list[Counter[str]] = []

    def number(self, name: str, mail: str) -> int:
        """The number of an author; a new one where neither name nor address has been seen."""
        keys = [
            key for key in (f"n{name.casefold()}" if name else "", f"m{mail.casefold()}" if "@" in mail else "") if key
        ]
        known = sorted({self.one(self.by[key]) for key in keys if key in self.by})
        if not known:
            known = [len(self.same)]
            self.same.append(known[0])
            self.names.append(Counter())
        for other in known[1:]:
            self.same[other] = known[0]
            self.names[known[0]].update(self.names[other])
        self.by.update(dict.fromkeys(keys, known[0]))
        self.names[known[0]][name or "somebody without a name"] += 1
        return known[0]

    def one(self, number: int) -> int:
        """The number that stands for all of one person's."""
        while self.same[number] != number:
            number = self.same[number]
        return number

    def name(self, number: int) -> str:
        """What a person is called most often."""
        return min(self.names[self.one(number)].items(), key=lambda one: (-one[1], one[0]))[0]


def _text(token: bytes) -> str:
    return token.decode("utf-8", "replace").strip()


def _path(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
