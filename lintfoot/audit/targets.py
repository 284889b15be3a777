"""Which repositories to audit: what the user named, once each, with names that tell them apart."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from lintfoot.records import dataclass
from lintfoot.tables import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to audit: its name, unique in the audit; what the user called it; and its absolute path."""

    name: str
    where: str
    path: str


def targets(words: Iterable[str], folder: Path) -> tuple[Target, ...]:
    """The repositories that were named, in that order; `folder` is what relative paths start from."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(_absolute(folder, word), word)
    plain = [_tail(path) for path in found]
    tails = [tail if plain.count(tail) == 1 else PurePath(path).parts for tail, path in zip(plain, found, strict=True)]
    return tuple(
        Target(_name(tail, tails), word, path) for tail, (path, word) in zip(tails, found.items(), strict=True)
    )


def listed(file: str, folder: Path) -> list[str]:
    """The repositories that a file names, one a line, relative ones as seen from that file. Raises Problems."""
    path = folder / file
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise Problems([Problem(file, 0, 0, f"cannot be read: {reason}")]) from None
    words = [line.strip() for line in lines]
    return [_seen_from(path.parent, word) for word in words if word and not word.startswith("#")]


def _seen_from(folder: Path, word: str) -> str:
    return word if "://" in word else str(folder / Path(word).expanduser())


def _absolute(folder: Path, word: str) -> str:
    path = folder / word
    try:
        return str(path.resolve())
    except (OSError, RuntimeError, ValueError):  # a circle of links, a NUL: the audit of it will say so
        return str(path.absolute())


def _tail(path: str) -> tuple[str, ...]:
    """The parts of a path that its name is made of: `infra/.git` is called infra, and so is `infra.git`."""
    pure = PurePath(path)
    parts = pure.parts[1:] if pure.anchor else pure.parts
    parts = parts[:-1] if parts[-1:] == (".git",) else parts
    return (*parts[:-1], parts[-1].removesuffix(".git") or parts[-1]) if parts else (path,)


def _name(tail: Sequence[str], others: Sequence[Sequence[str]]) -> str:
    """The last part, and as many before it as it takes."""
    for length in range(1, len(tail) + 1):
        mine = tail[-length:]
        if sum(tuple(other[-length:]) == tuple(mine) for other in others) == 1:
            return "/".join(mine)
    return "/".join(tail)
