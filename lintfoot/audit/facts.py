"""What one script is like: how long, how branched, what it imports, runs, shares and changes. Records alone."""

from __future__ import annotations

from lintfoot.records import dataclass


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `module` with `level` dots before it, and the `name` taken from it ("" for the module itself).

    `early` says that it happens while the importing module loads, and not only for a type checker.
    """

    line: int
    level: int
    module: str
    name: str
    alias: str
    early: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The largest function of a script: where to begin."""

    name: str
    line: int
    lines: int
    branches: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What one script is like.

    `code` counts lines with code: no blank ones, no comments, no docstrings, no data; `inside` those of them that stand in
    functions. `branches` are places where control can go
    two ways. `runnable` says that it is made to be started. `spawned` are the command lines that it starts itself, with their
    lines, a NUL for what is not known. `rebound` and `changed` are the module's names that its functions bind anew or change in
    place, each with the function and line; `loading` are functions that it calls itself while it loads; `bound` are all names bound
    by the module itself; `dotted` are names read as `module.name`, `assigned` those that are assigned to like that, with lines.
    `words` are texts that may name a script.
    """

    lines: int
    code: int = 0
    inside: int = 0
    branches: int = 0
    handled: bool = False
    runnable: bool = False
    generated: bool = False
    imports: tuple[Import, ...] = ()
    spawned: tuple[tuple[int, str], ...] = ()
    bound: frozenset[str] = frozenset()
    loading: frozenset[str] = frozenset()
    rebound: tuple[tuple[str, str, int], ...] = ()
    changed: tuple[tuple[str, str, int], ...] = ()
    dotted: tuple[tuple[str, str, int], ...] = ()
    assigned: tuple[tuple[str, str, int], ...] = ()
    words: frozenset[str] = frozenset()
    largest: Part | None = None
