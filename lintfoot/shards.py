"""One part of a run: which files a shard checks, and what it has in common with the others.

Every machine of a matrix looks for the same files and deals them out in the same way, so nobody has to be asked: by size, the
largest first, each to the shard that has least. A file counts with the bytes of its content, line ends of Windows as one, so
that checkouts of different systems agree. Facts about other files, baselines and settings are those of the whole project.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot.decoding import read
from lintfoot.digests import blake2b, digest
from lintfoot.discover import STDIN, Discovered
from lintfoot.findings import Share
from lintfoot.records import replace
from lintfoot.regexes import regex
from lintfoot.settings import Group, Kind, by_name, table
from lintfoot.tables import Problems, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.layers import Config

MOST = 10_000  # shards of one run
_FORM = regex(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


def asked(config: Config) -> tuple[int, int] | None:
    """The number of the shard and how many there are; None for a whole run. Raises Problems."""
    if not config.shard:
        return None
    part = parsed(config.shard)
    fault = part if isinstance(part, str) else ""
    if not fault and STDIN in config.paths:
        fault = "shares out files, and standard input is one text"
    if fault or isinstance(part, str):
        raise Problems([layer.problem(fault, by_name()["shard"]) for layer in config.givers("shard")])
    return part


def parsed(text: str) -> tuple[int, int] | str:
    """`3/16` as two numbers, or what is wrong with it."""
    match = _FORM.fullmatch(text)
    if not match:
        return f"{quoted(text)} is no shard: 3/16 is the third of sixteen"
    number, count = map(int, match.groups())
    if number > count:
        return f"there is no shard {number} of {count}"
    return f"{count} shards are too many: {MOST} are the most" if count > MOST else (number, count)


def shared(config: Config, found: Discovered, rules: bytes) -> tuple[Discovered, Share | None]:
    """The files of this shard out of all that were found; everything, where the run is not parted.

    What is to be said of the run as a whole is left to the first shard. Raises Problems.
    """
    part = asked(config)
    if part is None:
        return found, None
    number, count = part
    weights, project = weighed(config.folder, found.files)
    mine = dealt(weights, count)[number - 1]
    share = Share(
        number,
        count,
        len(mine),
        len(found.files),
        rules.hex(),
        settings(config),
        project,
        len(found.notes) if number == 1 else 0,
        config.baseline,
        0,
        config.since,
    )
    files = tuple(found.files[one] for one in mine)
    return (replace(found, files=files) if number == 1 else Discovered(files)), share


def weighed(folder: Path, files: Sequence[Path]) -> tuple[list[tuple[str, int]], str]:
    """Every file as it is called, with its weight in bytes; and a digest of all of them with their content."""
    whole, weights = blake2b(digest_size=16), []
    for path in files:
        data = read(os.path.join(folder, path))  # noqa: PTH118 - many, and used as texts
        content = data.replace(b"\r\n", b"\n") if isinstance(data, bytes) else b""
        name = path.as_posix()
        weights.append((name, len(content)))
        whole.update(digest(name.encode("utf-8", "surrogatepass")) + digest(content))
    return weights, whole.hexdigest()


def dealt(weights: Sequence[tuple[str, int]], count: int) -> list[list[int]]:
    """The numbers of the files of each shard, in order: each file in one, the bytes about equal, whatever order they come in."""
    from heapq import heapreplace  # few runs are shared out

    hands: list[list[int]] = [[] for _ in range(count)]
    waiting = [
        (0, 0, shard) for shard in range(count)
    ]  # bytes, files and number: those without a byte are shared as well
    for one in sorted(range(len(weights)), key=lambda one: (-weights[one][1], weights[one][0])):
        held, files, shard = waiting[0]
        hands[shard].append(one)
        heapreplace(waiting, (held + weights[one][1], files + 1, shard))
    return [sorted(hand) for hand in hands]


# What may differ from shard to shard: how a report looks, where it goes, how fast it is made.
_OWN = ("shard", "show_files", "cache", "cache_dir", "exit_zero", "fail_on")


def settings(config: Config) -> str:
    """A digest of everything that was asked, without a word of where on this machine it was asked."""
    paths = tuple(_from(config, Path(path)) for path in config.paths)
    facts = (asked_for(config), paths, _from(config, config.folder), config.isolated, _known(config))
    return digest(repr(facts).encode("utf-8", "surrogatepass")).hex()


def asked_for(config: Config) -> list[tuple[str, Any]]:
    """The settings that decide what is found."""
    return [
        (one.name, _value(config, one.name, one.kind))
        for one in table()
        if one.name not in _OWN and one.about.group not in (Group.OUTPUT, Group.SPEED)
    ]


def _value(config: Config, name: str, kind: Kind) -> Any:
    """A setting's value; patterns hang on the folder that they were written in, where that is one of the project."""
    if name in ("exclude", "extend_exclude") or kind is Kind.PATTERNS:
        layers = config.givers(name)
        folders = [_from(config, one.folder) if one.folder.is_relative_to(config.root) else "" for one in layers]
        return [(folder, _plain(one.values[name])) for folder, one in zip(folders, layers, strict=True)]
    return _plain(getattr(config, name))


def _plain(value: Any) -> Any:
    return sorted((key, _plain(one)) for key, one in value.items()) if isinstance(value, dict) else str(value)


def _from(config: Config, path: Path) -> str:
    """A path as seen from the project's root, where it is below it."""
    absolute = Path(os.path.normpath(config.folder / path))
    return absolute.relative_to(config.root).as_posix() if absolute.is_relative_to(config.root) else path.as_posix()


def _known(config: Config) -> str:
    """What stands in the baseline."""
    if not config.baseline:
        return ""
    data = read(config.givers("baseline")[-1].folder / config.baseline)
    return digest(data.replace(b"\r\n", b"\n")).hex() if isinstance(data, bytes) else "none"
