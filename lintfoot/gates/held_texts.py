"""Statements that some texts may get to: where they are written, and where what they are put into goes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from lintfoot.carriers import Carriers
from lintfoot.census import Census, Statement
from lintfoot.gates.named_calls import PASSES, also_called
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted

# Calls whose result is made of the texts that they are handed, or called on: of strings, of lists, of paths.
_TEXTS = frozenset(
    "format format_map join strip lstrip rstrip lower upper title encode decode replace removeprefix removesuffix dedent str "
    "repr bytes frozenset iter next reversed enumerate zip map filter chain split quote which get getenv setdefault pop "
    "Path PurePath PurePosixPath PosixPath joinpath resolve absolute expanduser expandvars abspath realpath normpath normcase "
    "fspath fsencode fsdecode as_posix with_segments with_name with_suffix with_stem __str__ __fspath__ __add__ items values "
    "keys deque OrderedDict defaultdict namedtuple SimpleNamespace Namespace list2cmdline".split()
)


def lines_holding(sight: Sight, census: Census, parts: tuple[str, ...], words: tuple[str, ...] = ()) -> set[int]:
    """The lines of statements with one of some texts in a string, or with a name that may carry one, or what is called `words`.

    Small letters are asked for. A line goes with the one on which its logical line begins.
    """

    def holds(text: str | bytes) -> bool:
        low = text.casefold() if isinstance(text, str) else text.decode("latin-1").casefold()
        return any(part in low for part in parts)

    telling = sight.telling(Wanted(leads=lambda name: name.rpartition(".")[2] in words or holds(name), says=holds))
    hot = _carriers(sight, census).reach({*words, *telling.names}, holds)
    lines = {line for one in _holding(census, hot, holds) for line in _lines_of(one)}
    layout = sight.layout
    return lines | {layout.logical[line - 1] for line in lines} if layout is not None else lines


def _holding(census: Census, hot: frozenset[str], holds: Callable[[str | bytes], bool]) -> Iterable[Statement]:
    for one, name in census.all(ast.Name):
        if name.id in hot:
            yield one
    for one, attribute in census.all(ast.Attribute):
        if attribute.attr in hot:
            yield one
    for one, text in census.all(ast.Constant):
        if isinstance(text.value, str | bytes) and holds(text.value):
            yield one


def _lines_of(one: Statement) -> list[int]:
    """The line of a statement; of what is decorated also those of its decorators."""
    return [one.line, *(node.lineno for node in getattr(one.node, "decorator_list", ()))]


def _carriers(sight: Sight, census: Census) -> Carriers:
    """How texts get about: by what an evaluation of texts, lists, paths and command lines looks through."""
    if "texts" not in sight.kept:
        sight.kept["texts"] = Carriers(census, also_called(census, PASSES | _TEXTS).__contains__)
    found: Carriers = sight.kept["texts"]
    return found
