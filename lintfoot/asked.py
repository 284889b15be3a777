"""Tables of a module that is read in parts: what an answer may need is read before the answer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar, cast

import libcst as cst


class Rest(Protocol):
    """The parts of a module that are not read yet: asked before an answer is given, it reads what may add to that."""

    def above(self, statement: int) -> cst.CSTNode | None:
        """The block that a statement stands in, by its id; None of what is no statement that was read by itself."""

    def holds(self, outer: int, statement: int) -> bool | None:
        """Whether a statement that was read by itself stands in another one, or in a block, by their ids; None where that is neither."""

    def heads_round(self, statement: int) -> list[str]:
        """The names of the functions and classes round a statement that was read by itself, by its id, the innermost first."""

    def branches(self, statement: int) -> bool:
        """Whether a statement, by its id, may stand in an `if`: told before that is read."""

    def bound(self, scope: int | None, name: str) -> None:
        """Read all that may bind a name in the module's scope, or in that of a class or function, by the number of its head."""

    def within(self, scope: int | None) -> None:
        """Read all that stands directly in a scope."""

    def ends(self, function: int, word: str) -> None:
        """Read all of a function, by its id, in which a word stands."""

    def written(self, name: str, *, item: bool, within: int | None = None) -> None:
        """Read all that may assign to `….name`, or to `name[…]` and `….name[…]`; in a class or a function alone, by its id."""

    def called(self, name: str, owner: str, most: int) -> None:
        """Read all that may call `name`, or `….owner.name` where an owner is given; with `most`, enough for the first ones."""

    def running(self, function: int) -> tuple[int, int] | None:
        """Read all in a function, by its id, that may run commands; the first and the last number of what stands in it.

        None where the whole of it has been read.
        """

    def runs(self, call: cst.Call) -> bool:
        """Whether the statement that a call stands in may run a command."""

    def statements(self, function: int) -> list[str] | None:
        """The code of each statement of a function, by its id, without strings; None where its body can be looked at."""

    def defined(self, name: str) -> None:
        """Read all functions and classes of a name, wherever they stand."""

    def binds(self, name: str) -> bool:
        """Whether any scope may bind a name."""

    def from_the_end(self) -> Iterator[cst.CSTNode]:
        """The statements of the top level, the last one first, each read when it is asked for."""

    def imports(self) -> None:
        """Read all imports, wherever they stand."""

    def assigned(self) -> None:
        """Read all that may give a name of the top level the result of a call, and what is called like a logger."""

    def everything(self) -> None:
        """Read the whole module."""

    def text_of(self, owner: cst.ClassDef) -> str | None:
        """The text of a class that is read in parts; None for others."""


K = TypeVar("K")
V = TypeVar("V")


class Asked(dict[K, V]):
    """A table of a module that is read in parts: what a key asks for is read first, and all of it where no key is given."""

    def __init__(self, read: Callable[[K], None], everything: Callable[[], None], order: Callable[[V], int]) -> None:
        super().__init__()
        self._read, self._everything, self._order = read, everything, order
        self._known: set[K] = set()

    def _ask(self, key: K) -> None:
        if key not in self._known:
            self._known.add(key)
            self._read(key)

    def get(self, key: K, default: Any = None) -> Any:
        """As a dict's."""
        self._ask(key)
        return super().get(key, default)

    def __getitem__(self, key: K) -> V:
        self._ask(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._ask(cast("K", key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[K]:
        return iter(self.keys())

    def items(self) -> Any:
        """All entries, in the order in which a walk over the whole module would have made them."""
        self._everything()
        return self.read().items()

    def keys(self) -> Any:
        """The keys in the same order."""
        return dict(self.items()).keys()

    def values(self) -> Any:
        """The values in the same order."""
        return dict(self.items()).values()

    def read(self) -> dict[K, V]:
        """What has been read up to now, in the same order."""
        return dict(sorted(super().items(), key=lambda item: self._order(item[1])))


class Parents(dict[int, Any]):
    """What each node stands in; what is round a statement that was read by itself is read when somebody looks up to it."""

    def __init__(self, above: Callable[[int], cst.CSTNode | None]) -> None:
        super().__init__()
        self._above = above

    def get(self, key: int, default: Any = None) -> Any:
        """As a dict's."""
        found = super().get(key)
        return found if found is not None else self._above(key) or default

    def __missing__(self, key: int) -> Any:
        found = self._above(key)
        if found is None:
            raise KeyError(key)
        return found


class Scopes(dict[int, Any]):
    """The scopes of a module that is read in parts: one by one as they are known, all of them once all is read."""

    def __init__(self, everything: Callable[[], None]) -> None:
        super().__init__()
        self._everything = everything

    def values(self) -> Any:
        """Every scope of the module."""
        self._everything()
        return super().values()
