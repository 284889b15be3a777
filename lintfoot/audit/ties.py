"""What ties scripts to each other: imports that go round in a circle (LF906), and state that one takes from another (LF907)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lintfoot.audit.facts import Facts, Import
from lintfoot.audit.modules import Files

CIRCLE, BORROWED = "LF906", "LF907"
_SHOWN = 5  # files of a circle that are named
_INIT = "__init__.py"


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie: where it shows, and what is to be said of it. `key` tells it from others in the same file."""

    code: str
    path: str
    line: int
    key: str
    message: str
    label: str
    help: str


def ties(known: Mapping[str, Facts], files: Files, is_test: Callable[[str], bool]) -> list[Tie]:
    """Every tie between scripts that are no tests."""
    mine = {path: facts for path, facts in known.items() if not is_test(path)}
    targets = {
        path: [(one, target) for one in facts.imports for target in files.imported(path, one) if target != path]
        for path, facts in mine.items()
    }
    return [*_circles(mine, targets), *_borrowed(mine, targets)]


Targets = Mapping[str, list[tuple[Import, str]]]


# circles


def _circles(known: Mapping[str, Facts], targets: Targets) -> Iterator[Tie]:
    """One note for each set of files that import each other while they load.

    A package's `__init__` and what it gathers import each other by design, so they make no circle.
    """
    early = {
        path: {target: one.line for one, target in reversed(targets[path]) if one.early and not target.endswith(_INIT)}
        for path in known
        if not path.endswith(_INIT)
    }
    for circle in _knots(early):
        way = _shortest(circle[0], early, frozenset(circle))
        others = len(circle) - len(way)
        yield _circle(way, others, early)


def _circle(way: list[str], others: int, early: Mapping[str, Mapping[str, int]]) -> Tie:
    steps = [(one, way[(number + 1) % len(way)]) for number, one in enumerate(way)]
    shown = ", ".join(f"{one}:{early[one][target]}" for one, target in steps[:_SHOWN])
    shown += ", …" if len(steps) > _SHOWN else ""
    more = f"; {others} more file{'s' * (others > 1)} hang{'s' * (others == 1)} in this knot" if others else ""
    if len(way) == 2:  # noqa: PLR2004 - each other
        message = (
            f"{way[0]} and {way[1]} import each other ({shown}): neither can be loaded, moved or tested alone{more}"
        )
    else:
        message = (
            f"{len(way)} files import each other in a circle ({shown}): none can be loaded, moved or tested alone{more}"
        )
    cure = f"move what {way[1]} takes from {way[0]} into a file that imports neither"
    return Tie(CIRCLE, way[0], early[way[0]][way[1]], "\0".join(sorted(way)), message, "closes a circle", cure)


def _knots(edges: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    """The strongly connected parts with more than one file, each sorted (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(edges):
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            target = next((one for one in rest if one in edges), None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    on_stack.difference_update(part)
                    found.extend([sorted(part)] if len(part) > 1 else [])
            elif target not in index:
                index[target] = low[target] = len(index)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(sorted(edges[target]))))
            elif target in on_stack:
                low[node] = min(low[node], index[target])
    return found


def _shortest(start: str, edges: Mapping[str, Mapping[str, int]], inside: frozenset[str]) -> list[str]:
    """The shortest way from a file of a knot back to itself."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for target in sorted(edges[node]):
            if target == start:
                way = [node]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if target in inside and target not in before:
                before[target] = node
                waiting.append(target)
    return [start]


# state


_KEPT = re.compile(r"(?i)cache|memo|registry|handler|plugin|command|hook|logg|backend|regist")
_REGISTERS = re.compile(r"(?i)_*(?:register|subscribe|hook|on_|add_|install|configure_logging|setup_logging|main$)")


def _borrowed(known: Mapping[str, Facts], targets: Targets) -> Iterator[Tie]:
    """Names of other modules that are read or set here, and that functions over there change."""
    for path, facts in known.items():
        told: set[tuple[str, str]] = set()
        for one, target in targets[path]:
            if target in known:
                for tie in _of_import(path, facts, one, target, known[target]):
                    if (target, tie.key) not in told:
                        told.add((target, tie.key))
                        yield tie


def _of_import(path: str, facts: Facts, one: Import, target: str, other: Facts) -> Iterator[Tie]:
    rebound = {name: (by, line) for name, by, line in other.rebound if not _KEPT.search(name)}
    changed = {
        name: (by, line)
        for name, by, line in other.changed
        if name not in rebound and not _KEPT.search(name) and not _REGISTERS.match(by)
    }
    if one.name in rebound:
        by, line = rebound[one.name]
        message = (
            f"`{one.name}` is what {target} had in it at the import: `{by}` binds it anew there (line {line}), and this copy"
            " stays as it was"
        )
        yield Tie(BORROWED, path, one.line, f"{target}:{one.name}", message, "a copy that grows old", _ask(target))
    elif one.name in changed:
        yield _shared(path, one.line, target, one.name, changed[one.name])
    if _is_module(one, target):
        names = {name: line for alias, name, line in facts.dotted if alias == one.alias}
        for name, at in names.items():
            if name in rebound or name in changed:
                yield _shared(path, at, target, name, (rebound | changed)[name])
        for alias, name, at in facts.assigned:
            if alias == one.alias and name in other.bound:
                message = f"`{alias}.{name}` of {target} is set from here: everybody who reads it gets what this script left there"
                cure = f"hand the value to the functions of {target} that need it"
                yield Tie(BORROWED, path, at, f"{target}:{name}", message, "sets another module's state", cure)


def _is_module(one: Import, target: str) -> bool:
    """Whether the name that is bound is the module itself, and not something from it."""
    stem = target.removesuffix(f"/{_INIT}").removesuffix(".py").rpartition("/")[2]
    return one.name == stem or (not one.name and (one.alias == stem or one.alias != one.module.partition(".")[0]))


def _shared(path: str, line: int, target: str, name: str, by: tuple[str, int]) -> Tie:
    message = (
        f"`{name}` of {target} is changed by `{by[0]}` (line {by[1]}) and used here: what it holds depends on who called that"
        " before"
    )
    return Tie(BORROWED, path, line, f"{target}:{name}", message, "another module's state", _ask(target))


def _ask(target: str) -> str:
    return f"let a function of {target} return it, and ask that when it is needed"
