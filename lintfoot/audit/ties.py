"""What ties scripts to each other: imports that go round in a circle (LF906), and state that one takes from another (LF907)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from lintfoot.audit.facts import Facts, Import
from lintfoot.audit.modules import Files
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex

CIRCLE, BORROWED = "LF906", "LF907"
_SHOWN = 4  # places that are named
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


_KEPT = regex(r"(?i)cache|memo|registry|handler|plugin|command|hook|logg|backend|regist")
_REGISTERS = regex(r"(?i)_*(?:register|subscribe|hook|on_|add_|install|configure_logging|setup_logging|main$)")


@dataclass(slots=True)
class _Shares:
    """What a module's changing names mean to others: who reads each, and who sets names of it from outside."""

    readers: dict[str, dict[str, int]] = field(default_factory=dict)
    setters: dict[str, dict[str, int]] = field(default_factory=dict)


def _borrowed(known: Mapping[str, Facts], targets: Targets) -> Iterator[Tie]:
    """Names of modules that others read while functions change them, copies of such names, and names set from outside.

    A name has one note, where it is changed, however many read it; a file has one for each module that it sets names of.
    """
    shares: dict[str, _Shares] = {}
    for path, facts in known.items():
        copies: set[tuple[str, str]] = set()
        for one, target in targets[path]:
            if target not in known:
                continue
            other = _changing(known[target])
            if one.name in other.rebound and (target, one.name) not in copies:
                copies.add((target, one.name))
                yield _copy(path, one, target, other.rebound[one.name])
            elif one.name in other.changed:
                shares.setdefault(target, _Shares()).readers.setdefault(one.name, {}).setdefault(path, one.line)
            if _is_module(one, target):
                mine = shares.setdefault(target, _Shares())
                for alias, name, line in facts.dotted:
                    if alias == one.alias and (name in other.rebound or name in other.changed):
                        mine.readers.setdefault(name, {}).setdefault(path, line)
                for alias, name, line in facts.assigned:
                    if alias == one.alias and name in known[target].bound:
                        mine.setters.setdefault(path, {}).setdefault(name, line)
    for target, mine in shares.items():
        other = _changing(known[target])
        together = {**other.changed, **other.rebound}
        yield from (_shared(target, name, together[name], readers) for name, readers in mine.readers.items())
        yield from (_set(path, target, names) for path, names in mine.setters.items())


@dataclass(frozen=True, slots=True)
class _Changing:
    """The names of a module that its functions bind anew or change in place: who does it, and in which line."""

    rebound: Mapping[str, tuple[str, int]]
    changed: Mapping[str, tuple[str, int]]


def _changing(facts: Facts) -> _Changing:
    late = [
        one for one in facts.rebound if one[1] not in facts.loading
    ]  # what happens while it loads is over for others
    rebound = {name: (by, line) for name, by, line in late if not _KEPT.search(name)}
    changed = {
        name: (by, line)
        for name, by, line in facts.changed
        if name not in rebound and by not in facts.loading and not _KEPT.search(name) and not _REGISTERS.match(by)
    }
    return _Changing(rebound, changed)


def _is_module(one: Import, target: str) -> bool:
    """Whether the name that is bound is the module itself, and not something from it."""
    stem = target.removesuffix(f"/{_INIT}").removesuffix(".py").rpartition("/")[2]
    return one.name == stem or (not one.name and (one.alias == stem or one.alias != one.module.partition(".")[0]))


def _copy(path: str, one: Import, target: str, by: tuple[str, int]) -> Tie:
    message = (
        f"`{one.name}` is what {target} had in it at the import: `{by[0]}` binds it anew there (line {by[1]}), and this copy"
        " stays as it was"
    )
    return Tie(BORROWED, path, one.line, f"{target}:{one.name}", message, "a copy that grows old", _ask(target))


def _shared(target: str, name: str, by: tuple[str, int], readers: Mapping[str, int]) -> Tie:
    places = [f"{path}:{line}" for path, line in sorted(readers.items())]
    shown = ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")
    files, find = (
        (f"{len(places)} other files use", "they find") if len(places) > 1 else ("another file uses", "it finds")
    )
    message = f"`{by[0]}` changes `{name}`, and {files} it ({shown}): what {find} depends on who was called before"
    return Tie(BORROWED, target, by[1], name, message, "others use it", _ask(target))


def _set(path: str, target: str, names: Mapping[str, int]) -> Tie:
    first, *more = names
    others = f" and {len(more)} more name{'s' * (len(more) > 1)}" if more else ""
    verb = "are" if more else "is"
    message = f"`{first}`{others} of {target} {verb} set from here: whoever reads that gets what this script left there"
    cure = f"hand the value to the functions of {target} that need it"
    return Tie(BORROWED, path, names[first], f"set {target}", message, "sets another module's state", cure)


def _ask(target: str) -> str:
    return f"let a function of {target} return it, and ask that when it is needed"
