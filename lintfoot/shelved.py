"""Models as they stand on the shelf: of ninety libraries a script names three, and only these are unpacked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from lintfoot import keeping
from lintfoot.libraries import Attribute, Function, Library, tops_of
from lintfoot.packing import pack, unpack


def row(one: Library) -> tuple[Any, ...]:
    """What is kept of a library under the seal of the whole, to be opened where somebody asks for it."""
    return tuple(sorted(tops_of(one))), keeping.packed(pack(one.functions)), keeping.packed(pack(one.attributes))


def opened(bare: Library, kept: tuple[Any, ...]) -> Library:
    """A library as `row` kept it; `bare` is the same without its functions and attributes."""
    _, functions, attributes = kept
    return Shelved(
        bare,
        partial(_unpacked, tuple[Function, ...], functions),
        partial(_unpacked, tuple[Attribute, ...], attributes),
    )


def _unpacked(kind: Any, kept: bytes) -> Any:
    return unpack(kind, keeping.inner(kept))


class Shelved(Library):
    """A library whose functions and attributes are unpacked when somebody asks for them; then it is a library like any other."""

    __slots__ = ()

    def __init__(
        self,
        kept: Library,
        functions: Callable[[], tuple[Function, ...]],
        attributes: Callable[[], tuple[Attribute, ...]],
    ) -> None:
        for name, value in (("imports", kept.imports), ("name", kept.name), ("source", kept.source)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "aliases", kept.aliases)
        _FUNCTIONS.__set__(self, functions)
        _ATTRIBUTES.__set__(self, attributes)

    @property
    def functions(self) -> tuple[Function, ...]:
        """How its calls work."""
        found: tuple[Function, ...] = self._opened(_FUNCTIONS, _ATTRIBUTES)
        return found

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Attributes whose value decides something."""
        found: tuple[Attribute, ...] = self._opened(_ATTRIBUTES, _FUNCTIONS)
        return found

    def _opened(self, wanted: Any, other: Any) -> Any:
        found = wanted.__get__(self)
        if callable(found):
            found = found()
            wanted.__set__(self, found)
            if not callable(other.__get__(self)):
                object.__setattr__(self, "__class__", Library)
        return found

    def __eq__(self, other: object) -> bool:
        """As of any library."""
        _ = self.functions, self.attributes
        return self == other

    __hash__ = None  # type: ignore[assignment]


_FUNCTIONS: Any = vars(Library)["functions"]
_ATTRIBUTES: Any = vars(Library)["attributes"]
