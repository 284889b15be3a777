"""Records: the standard library's dataclasses for less, as a linter that runs in a hook is mostly its own start.

`dataclasses` writes and compiles six functions for each class when the class is defined: half a millisecond, for more than two
hundred classes of which one run uses a few. Here an `__init__` is written when the first object of a class is made, and the rest
is shared by all. What a record is, is the same: type checkers see the standard library's own decorator, and its `fields`,
`replace` and `asdict` take these classes for what they are. A test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace

__all__ = [
    "Ending",
    "dataclass",
    "defaults_of",
    "defined",
    "field",
    "hints_of",
    "is_own",
    "is_record",
    "names_of",
    "needed_by",
    "replace",
]

_SPEC = "__record__"
_NEW = object()  # stands for a default that is not there


class _Made:
    """A default that is made anew for each object."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


Ending = Callable[[Any], tuple[str, dict[str, Any]]]


def _as_declared(kind: Any) -> tuple[str, dict[str, Any]]:
    return ("self.__post_init__()" if hasattr(kind, "__post_init__") else ""), {}


class _Spec:
    """What a class was declared with: its fields in order with their types, their defaults, and how it behaves."""

    __slots__ = ("defaults", "ending", "frozen", "kinds", "kw_only", "values")

    def __init__(
        self, kinds: dict[str, Any], defaults: dict[str, Any], *, frozen: bool, kw_only: bool, ending: Ending
    ) -> None:
        self.kinds, self.defaults, self.frozen, self.kw_only, self.ending = kinds, defaults, frozen, kw_only, ending
        names = tuple(kinds)
        self.values: Callable[[Any], Any] = (
            attrgetter(*names) if len(names) > 1 else lambda one: tuple(getattr(one, name) for name in names)
        )


def names_of(kind: Any) -> tuple[str, ...]:
    """The names of a record's fields, in order; `kind` is its class or one of its objects."""
    return tuple(getattr(kind, _SPEC).kinds)


def hints_of(kind: Any) -> dict[str, Any]:
    """The types of a record's fields: what `typing.get_type_hints` says with extras, which takes five times as long."""
    names, found = names_of(kind), dict[str, Any]()
    for base in kind.__mro__:
        own = {name: one for name, one in getattr(base, "__annotations__", {}).items() if name in names}
        texts = {name: one for name, one in own.items() if isinstance(one, str) and name not in found}
        scope = vars(sys.modules[base.__module__])
        values = eval(f"({''.join(f'{text}, ' for text in texts.values())})", scope)  # noqa: S307 - our own annotations
        found = own | found | dict(zip(texts, values, strict=True))
    return found


def is_record(kind: Any) -> bool:
    """Whether this is a record, or the class of one."""
    return hasattr(kind, _SPEC)


def is_own(kind: type) -> bool:
    """Whether a class was itself made here, and not only one that it inherits from."""
    return _SPEC in vars(kind)


def defaults_of(kind: Any) -> dict[str, Any]:
    """What the fields of a class are where nothing is given, but for what is made anew for each object."""
    return {name: value for name, value in getattr(kind, _SPEC).defaults.items() if not isinstance(value, _Made)}


def needed_by(kind: Any) -> list[str]:
    """The fields of a class that have no default."""
    spec: _Spec = getattr(kind, _SPEC)
    return [name for name in spec.kinds if name not in spec.defaults]


def _field(*, default_factory: Callable[[], Any]) -> Any:
    return _Made(default_factory)


def _replace(one: Any, /, **changes: Any) -> Any:
    kind = one.__class__
    return kind(**{name: getattr(one, name) for name in getattr(kind, _SPEC).kinds} | changes)


def _dataclass(kind: Any = None, /, **how: Any) -> Any:
    return defined(kind, **how) if kind is not None else partial(defined, **how)


def defined(
    kind: Any,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    order: bool = False,
    kw_only: bool = False,
    ending: Ending = _as_declared,
) -> Any:
    """Make a record of a class. `ending` tells the last line of its `__init__`, and the names that this speaks of."""
    own = {name: one for name, one in kind.__annotations__.items() if not _is_of_class(one)}
    given = {name: _plain(kind, name) for name in own if name in kind.__dict__}
    given = {name: value for name, value in given.items() if value is not _NEW}
    above = [getattr(base, _SPEC) for base in reversed(kind.__mro__[1:]) if _SPEC in base.__dict__]
    kinds: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for spec in above:
        kinds.update(spec.kinds)
        defaults.update(spec.defaults)
    methods = _methods(kind, frozen=frozen, eq=eq, order=order, slots=slots)
    methods[_SPEC] = _Spec({**kinds, **own}, {**defaults, **given}, frozen=frozen, kw_only=kw_only, ending=ending)
    methods["__dataclass_fields__"], methods["__dataclass_params__"] = _FIELDS, methods[_SPEC]
    methods["__match_args__"] = () if kw_only else (*kinds, *own)
    if slots:
        kind = _slotted(kind, [name for name in own if name not in kinds], given)
    for name, value in given.items():
        if isinstance(value, _Made) and not slots and name in kind.__dict__:
            delattr(kind, name)
    for name, value in methods.items():
        setattr(kind, name, value)
    if "__init__" not in kind.__dict__:
        kind.__init__ = _first(kind)
    return kind


def _plain(kind: Any, name: str) -> Any:
    """A default, where the standard library's own `field` gave it as well; what that leaves open is no default."""
    value = kind.__dict__[name]
    if type(value).__module__ != "dataclasses" or type(value).__name__ != "Field":
        return value
    made: Any = value.default_factory if type(value.default_factory).__name__ != "_MISSING_TYPE" else _NEW
    plain: Any = value.default if type(value.default).__name__ != "_MISSING_TYPE" else _NEW
    if plain is _NEW:
        delattr(kind, name)
    else:
        setattr(kind, name, plain)
    return _Made(made) if made is not _NEW else plain


def _is_of_class(annotation: Any) -> bool:
    return str(annotation).startswith(("ClassVar", "typing.ClassVar"))


def _slotted(kind: Any, names: list[str], given: dict[str, Any]) -> Any:
    """The class anew, with slots: they cannot be added to one that is there."""
    left_out = {*given, "__dict__", "__weakref__"}
    space = {name: value for name, value in kind.__dict__.items() if name not in left_out}
    made = type(kind)(kind.__name__, kind.__bases__, {**space, "__slots__": tuple(names)})
    made.__qualname__, made.__annotations__ = kind.__qualname__, kind.__annotations__
    return made


def _methods(kind: Any, *, frozen: bool, eq: bool, order: bool, slots: bool) -> dict[str, Any]:
    """What all classes of one sort have in common; what a class has of its own stays."""
    found: dict[str, Any] = {"__repr__": _repr}
    if eq:
        found["__eq__"] = _equal
        found["__hash__"] = _hash if frozen else None
    if order:
        found.update(_ORDER)
    if frozen:
        found.update(__setattr__=_refuse, __delattr__=_refuse)
        if slots:
            found.update(__getstate__=_state, __setstate__=_restore)
    own = kind.__dict__
    if own.get("__hash__") is None and "__eq__" in own:
        found["__eq__"] = own["__eq__"]  # the hash that Python took away with it comes back
        return {name: value for name, value in found.items() if name == "__hash__" or name not in own}
    return {name: value for name, value in found.items() if name not in own}


def _first(kind: Any) -> Callable[..., None]:
    """The `__init__` of a class of which there are hardly any objects yet: it fills some by hand, and then writes the real one."""
    left = _BY_HAND

    def __init__(self: Any, /, *given: Any, **named: Any) -> None:  # noqa: N807 - that is what it stands for
        nonlocal left
        own: Any = next((one for one in type(self).__mro__ if one.__dict__.get("__init__") is __init__), None)
        if own is not None:  # which is not `kind` where somebody has made a copy of the class
            left -= 1
            if left > 0 and _filled(own, self, given, named):
                return
            own.__init__ = _written(own)
        (own or kind).__init__(self, *given, **named)

    return __init__


_BY_HAND = 12  # objects of a class, after which writing and compiling an `__init__` for it has been the cheaper way


def _filled(kind: Any, one: Any, given: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Give an object its fields; False, with nothing done, where what is given does not fit: the real `__init__` tells that."""
    spec: _Spec = kind.__dict__[_SPEC]
    names = tuple(spec.kinds)
    values = dict(zip(names, given, strict=False))
    if len(given) > (0 if spec.kw_only else len(names)) or not values.keys().isdisjoint(named):
        return False
    values |= named
    left_out = [name for name in names if name not in values]
    if len(values) + len(left_out) > len(names) or not spec.defaults.keys() >= set(left_out):
        return False
    for name in left_out:
        default = spec.defaults[name]
        values[name] = default.make() if isinstance(default, _Made) else default
    put = object.__setattr__ if spec.frozen else setattr
    for name in names:
        put(one, name, values[name])
    if hasattr(kind, "__post_init__"):
        one.__post_init__()
    return True


def _written(kind: Any) -> Any:
    spec: _Spec = kind.__dict__[_SPEC]
    scope: dict[str, Any] = {"_new": _NEW}
    given, lines = [], []
    for name in spec.kinds:
        value, default = name, spec.defaults.get(name, _NEW)
        if isinstance(default, _Made):
            scope[f"_make_{name}"] = default.make
            value = f"_make_{name}() if {name} is _new else {name}"
            default = scope[f"_is_{name}"] = _NEW
            given.append(f"{name}=_is_{name}")
        elif name in spec.defaults:
            scope[f"_is_{name}"] = default
            given.append(f"{name}=_is_{name}")
        else:
            given.append(name)
        if spec.frozen:
            place = getattr(kind, name, None)
            slot = type(place).__name__ == "member_descriptor"
            scope[f"_set_{name}"] = place.__set__ if slot else _setter(name)  # type: ignore[union-attr]
            lines.append(f" _set_{name}(self, {value})")
        else:
            lines.append(f" self.{name} = {value}")
    ending, named = spec.ending(kind)
    lines += [f" {ending}"] if ending else []
    scope |= named
    listed = ", ".join(["self", *(["*"] if spec.kw_only and given else []), *given])
    exec("\n".join([f"def __init__({listed}):", *(lines or [" pass"])]), scope)  # noqa: S102 - written of our own fields' names
    made = scope["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _setter(name: str) -> Callable[[Any, Any], None]:
    return lambda one, value: object.__setattr__(one, name, value)


# what records have in common


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in getattr(self, _SPEC).kinds)
    return f"{self.__class__.__qualname__}({shown})"


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = getattr(self, _SPEC).values
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(getattr(self, _SPEC).values(self))


def _refuse(self: Any, name: str, *value: Any) -> None:
    if not is_own(type(self)) and name not in getattr(self, _SPEC).kinds:  # what is made of a record may hold more
        (object.__setattr__ if value else object.__delattr__)(self, name, *value)
        return
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r} of a {self.__class__.__name__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in getattr(self, _SPEC).kinds]


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(getattr(self, _SPEC).kinds, state, strict=True):
        object.__setattr__(self, name, value)


def _compared(sign: str) -> Any:
    def compare(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = getattr(self, _SPEC).values
        return getattr(values(self), sign)(values(other))

    return compare


_ORDER = {sign: _compared(sign) for sign in ("__lt__", "__le__", "__gt__", "__ge__")}


@cache
def _sort() -> Any:
    """How the standard library marks a field as one."""
    import dataclasses

    return dataclasses.make_dataclass("One", ["x"]).__dataclass_fields__["x"]._field_type  # type: ignore[attr-defined]  # noqa: SLF001


class _Fields:
    """What the standard library asks a dataclass for: made when it does."""

    def __get__(self, one: Any, kind: Any) -> Any:
        import dataclasses

        spec: _Spec = getattr(kind, _SPEC)
        found: dict[str, Any] = {}
        for name, hint in spec.kinds.items():
            default = spec.defaults.get(name, dataclasses.MISSING)
            made = isinstance(default, _Made)
            about = dataclasses.field(default_factory=default.make) if made else dataclasses.field(default=default)
            about.name, about.type, about.kw_only = name, hint, spec.kw_only
            about._field_type = _sort()  # noqa: SLF001 - what `fields` tells fields by
            found[name] = about
        type.__setattr__(kind, "__dataclass_fields__", found)
        return found


_FIELDS = _Fields()

if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace
