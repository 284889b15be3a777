"""Records are dataclasses: whatever is asked of one, the standard library's answer is the same."""

import copy
import dataclasses
import operator
import pickle
import sys
import typing
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verbs import steps

import lintfoot
from lintfoot import records
from lintfoot.findings import Finding, Severity, Span
from lintfoot.libraries import Derived, Function

HOW = [
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "order": True},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True},
    {"slots": True},
    {"eq": False},
    {},
]


def made(how, dataclass, field):
    @dataclass(**how)
    class Point:
        """A place."""

        x: int
        y: int = 2
        tags: list = field(default_factory=list)

        @property
        def both(self):
            return self.x, self.y

    return Point


THEIRS = {str(how): made(how, dataclasses.dataclass, dataclasses.field) for how in HOW}


def pair(how):
    """The same class twice: as the standard library makes it, and as we do, anew as it changes with its first objects."""
    return THEIRS[str(how)], made(how, records.dataclass, records.field)


def asked(kind, *values, **named):
    """What a call gives: the object, or the kind of error."""
    try:
        return kind(*values, **named)
    except TypeError:
        return TypeError


VALUES = st.lists(st.integers(0, 2), max_size=4)
NAMED = st.dictionaries(st.sampled_from(["x", "y", "tags", "z"]), st.integers(0, 2), max_size=3)


@pytest.mark.parametrize("by_hand", [0, 2, 12])
@pytest.mark.parametrize("how", HOW, ids=str)
@given(st.lists(st.tuples(VALUES, NAMED), min_size=2, max_size=2))
def test_objects_are_made_compared_and_shown_as_by_the_standard_library(how, by_hand, calls):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_BY_HAND", by_hand)
        theirs, ours = pair(how)
    a, b = ([asked(kind, *values, **named) for values, named in calls] for kind in (theirs, ours))
    assert [one is TypeError for one in a] == [one is TypeError for one in b]
    if TypeError in a:
        return
    shown = [[repr(one) for one in some] for some in (a, b)]
    assert shown[0] == shown[1]
    assert (a[0] == a[1]) == (b[0] == b[1])
    assert [one.both for one in a] == [one.both for one in b]
    assert [dataclasses.asdict(one) for one in a] == [dataclasses.asdict(one) for one in b]
    if how.get("order"):
        for sign in (operator.lt, operator.ge):
            assert asked(sign, *a) == asked(sign, *b)


@pytest.mark.parametrize("how", HOW, ids=str)
def test_what_may_be_asked_of_a_class_is_the_same(how):
    theirs, ours = pair(how)
    assert ours.__match_args__ == theirs.__match_args__
    assert ours.__qualname__ == theirs.__qualname__
    assert dataclasses.is_dataclass(ours)
    for one, other in zip(dataclasses.fields(theirs), dataclasses.fields(ours), strict=True):
        assert (one.name, one.type, one.default, one.default_factory) == (
            other.name,
            other.type,
            other.default,
            other.default_factory,
        )
    assert records.names_of(ours) == ("x", "y", "tags")
    assert (theirs.__hash__ is None, hasattr(theirs(x=1), "__dict__")) == (
        ours.__hash__ is None,
        hasattr(ours(x=1), "__dict__"),
    )
    assert records.replace(ours(x=1), y=3) == dataclasses.replace(ours(x=1), y=3) or "eq" in how
    assert ours(x=1).tags is not ours(x=2).tags


@pytest.mark.parametrize("by_hand", [0, 12])
def test_what_comes_after_the_fields_sees_them_and_is_of_the_class_asked_for(monkeypatch, by_hand):
    monkeypatch.setattr(records, "_BY_HAND", by_hand)
    seen = []

    @records.dataclass(frozen=True, slots=True)
    class Above:
        x: int

        def __post_init__(self):
            seen.append((type(self).__name__, [getattr(self, name) for name in records.names_of(self)]))

    @records.dataclass(frozen=True, slots=True)
    class Below(Above):
        y: int = 2

    class Other(Below):
        pass

    assert [Below(1) == Below(1), Other(3, y=4).y, Above(x=5).x] == [True, 4, 5]
    assert seen == [("Below", [1, 2]), ("Below", [1, 2]), ("Other", [3, 4]), ("Above", [5])]


@pytest.mark.parametrize("how", [one for one in HOW if one.get("frozen")], ids=str)
def test_what_is_frozen_stays_as_it_is(how):
    _, ours = pair(how)
    point = ours(x=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    assert point.x == 1


SPAN = Span(1, 2, 3, 4)
FINDING = Finding(code="LF101", name="x", severity=Severity.ERROR, path="a.py", span=SPAN, message="…")


def test_records_travel():
    for one in (SPAN, FINDING):
        assert pickle.loads(pickle.dumps(one)) == one
        assert copy.deepcopy(one) == copy.copy(one) == one
        assert hash(copy.copy(one)) == hash(one)


def test_a_record_of_a_record_has_the_fields_of_both():
    assert records.names_of(Derived)[: len(records.names_of(Function))] == records.names_of(Function)
    assert isinstance(Derived(names=("a",)), Function)
    assert Derived(names=("a",)) != Function(names=("a",))


def every():
    """All records of lintfoot."""
    for one in walk_packages(lintfoot.__path__, "lintfoot."):
        if not one.name.endswith(("__main__", ".server", ".wire", ".cluster")):
            import_module(one.name)
    rooms = [room for name, room in sorted(sys.modules.items()) if name.startswith("lintfoot.")]
    kinds = {kind for room in rooms for kind in vars(room).values() if isinstance(kind, type)}
    made = (kind for kind in kinds if "__dataclass_fields__" in vars(kind) and kind.__module__.startswith("lintfoot."))
    return sorted(made, key=lambda kind: (kind.__module__, kind.__name__))


def test_every_record_can_be_made():
    kinds = every()
    assert len(kinds) > 150
    for kind in kinds:
        taken = dict.fromkeys(records.names_of(kind), 0)
        made = kind(**taken)
        assert [getattr(made, name) for name in taken] == [0] * len(taken)
        with pytest.raises(TypeError):
            kind(no_such_field=1)


def test_no_room_pays_for_the_standard_librarys():
    """Its decorator compiles what ours writes when it is needed."""
    assert not [kind for kind in every() if not records.is_own(kind)]


def test_making_one_is_no_slower():
    theirs, ours = pair({"frozen": True, "slots": True})
    for _ in range(20):
        ours(1)
    calls = [steps(lambda kind=kind: kind(1, 2, [])) for kind in (theirs, ours)]
    assert calls[1] <= calls[0]


def test_the_types_of_fields_are_those_that_the_standard_library_tells():
    for kind in (Finding, Derived, Function, *(one for one in every() if one.__module__ == "lintfoot.book")):
        assert records.hints_of(kind) == typing.get_type_hints(kind)
