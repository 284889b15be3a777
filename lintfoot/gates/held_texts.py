"""Statements that some texts may get to: where they are written, and where what they are put into goes."""

from __future__ import annotations

from collections.abc import Callable

from lintfoot.bindings import MODULE
from lintfoot.dataflow import Dataflow
from lintfoot.gates.callees import lines_at
from lintfoot.sight import Sight
from lintfoot.wanted import Wanted


def lines_holding(sight: Sight, flow: Dataflow, says: Callable[[str], bool], words: tuple[str, ...] = ()) -> set[int]:
    """The lines of statements with a text that says something, or with a name that may carry one, or what is called `words`.

    Small letters are asked for. A line goes with the one on which its logical line begins.
    """

    def holds(text: str | bytes) -> bool:
        return says((text if isinstance(text, str) else text.decode("latin-1")).casefold())

    bindings = flow.bindings
    written = [at for text, places in bindings.census.texts.items() if holds(text) for at in places]
    told = sight.telling(Wanted(leads=lambda name: name.rpartition(".")[2] in words or holds(name), says=holds)).names
    keys = {key for key, _ in flow.called(words)[0]} | {(MODULE, word) for word in told}
    keys |= {key for _, key in bindings.imports if key[1] in told}
    reached = flow.reach([(key, calls) for key in keys for calls in (0, 1)], written)  # itself, and what it gives
    found = {id(at): at for key in reached for at in bindings.uses(key)}
    lines = lines_at(sight, [*written, *found.values()])
    return lines.union(*(_decorators(at.node) for at in (*written, *found.values())))


def _decorators(node: object) -> list[int]:
    """The lines of what decorates a definition."""
    return [one.lineno for one in getattr(node, "decorator_list", ())]
