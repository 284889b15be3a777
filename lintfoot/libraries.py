"""How each library's calls work, as records, and the look-up by qualified name.

A model states facts that stay true when nobody lints: which call waits, where its timeout goes, what leaving it out means.
It never names a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, TypeVar

from lintfoot.answers import answer
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex
from lintfoot.secret_formats import Formats

if TYPE_CHECKING:
    from lintfoot.answers import Answers

K = TypeVar("K")
_LONGEST_CHAIN = 8  # aliases of aliases; a circle ends here


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a call can be told, and what it means to leave it out.

    `keyword` may list spellings; `position` counts from 0 without self. `default` is the meaning when it is left out,
    and `means` maps values to meanings: the words of `library_pages.VALUE_WORDS` (the most telling wins, `given` is anything at all), a
    number, a qualified name such as "ssl.CERT_NONE", or a text in single quotes, in small letters and meant in either
    case: "'disable'". Of a tuple's items the meaning that stands first in `means` wins, unless `list` says what a list or
    tuple means as a whole. Meanings are the page's `when` words: forever, finite, on, off, … Some ask elsewhere:
    "receiver" the call that made the receiver (where that call is itself a request or connect, the finding is its own,
    not the method's), "socket" `socket.setdefaulttimeout`, and "@other" the argument `other` of the same call. With
    `key`, the thing stands under that key of a dict that is given: `JIRA(options={"verify": False})`. With `rest`, the
    positional arguments from `position` on are one list: `create_subprocess_exec("curl", "-k", url)`.
    """

    keyword: tuple[str, ...] = ()
    position: int | None = None
    default: str = ""
    means: dict[str, str] = field(default_factory=dict)
    secret: bool = False
    key: str = ""
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function, a method or a constructor (a class is a function that returns itself).

    `names` are qualified names with shell braces. `returns` is the qualified class of the result; `{service}` in it stands
    for the constant given for that argument. `enters` is what `with … as` binds, where it differs from `returns`.
    `bases` are classes whose methods the returned class also has. `roles` say what the call does: see `library_pages.ROLES`; where
    `only_with` names an argument, they hold only when it is given (`FTP()` connects to nothing, `FTP(host)` does).
    """

    names: tuple[str, ...]
    role: tuple[str, ...] = ()
    returns: str = ""
    enters: str = ""
    bases: tuple[str, ...] = ()
    arguments: dict[str, Argument] = field(default_factory=dict)
    instead: str = ""
    only_with: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Derived(Function):
    """What a function, class or object of the checked project does, worked out from its source: no page says it.

    `settled` are facets that it decides by itself, so that what is wrong with them is told where it stands. An `altered`
    object waits by other rules than its library's. `through` is the modelled function underneath, `ends` says that a call
    never comes back: raises or exits. `dark` says that it may run commands in a way that its source does not show.
    """

    settled: frozenset[str] = frozenset()
    altered: bool = False
    through: str = ""
    ends: str = ""
    dark: bool = False

    @property
    def tells(self) -> bool:
        """Whether a call of it does anything that a model would speak of."""
        return bool(self.role or self.arguments)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute whose value decides something: `session.verify`, `context.check_hostname`.

    `distinctive` says that no other library gives the name another meaning, so that it counts on an unknown object too.
    """

    names: tuple[str, ...]
    facet: str = ""
    means: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    secret: bool = False
    distinctive: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """One model file. `imports` are the top-level modules: a script that names none of them is not looked at for its sake.

    Without a `name` it is called like its file. `source` is what the facts were read from, with the version.
    """

    imports: tuple[str, ...]
    name: str = ""
    source: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    attributes: tuple[Attribute, ...] = ()


def _nowhere(name: str) -> None:
    """Where models look further when there is no project."""
    del name


class Known:
    """What all models know, worked out when it is asked for, and once for all copies of them.

    `tops` are, for each library, the first parts of the names of its functions: a name is looked for without opening the others.
    """

    def __init__(self, libraries: tuple[Library, ...], tops: Sequence[Collection[str]] | None) -> None:
        self.libraries = libraries
        self._tops = tops
        self._near: dict[str, dict[str, Function]] = {}

    @cached_property
    def _by_top(self) -> dict[str, list[Library]]:
        found: dict[str, list[Library]] = {}
        for library, tops in zip(self.libraries, self._tops or map(tops_of, self.libraries), strict=True):
            for top in tops:
                found.setdefault(top, []).append(library)
        return found

    def function(self, name: str) -> Function | None:
        """The model of exactly this name."""
        top = name.partition(".")[0]
        near = self._near.get(top)
        if near is None:
            libraries = self._by_top.get(top, ())
            near = {name: one for library in libraries for one in library.functions for name in expanded(one.names)}
            self._near[top] = near
        return near.get(name)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """By qualified name; of two libraries that know a name the later one counts."""
        return {name: one for library in self.libraries for one in library.functions for name in expanded(one.names)}

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """By qualified name."""
        return {name: one for library in self.libraries for one in library.attributes for name in expanded(one.names)}

    @cached_property
    def library_of(self) -> dict[str, Library]:
        """Who knows a name."""
        return {
            name: library
            for library in self.libraries
            for names in (*(one.names for one in library.functions), *(one.names for one in library.attributes))
            for name in expanded(names)
        }

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Other names, with the public ones."""
        return {
            left: name if "*" not in name else name.replace("*", left.rpartition(".")[2])
            for library in self.libraries
            for alias, name in library.aliases.items()
            for left in braces(alias)
        }

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every top-level module that any model knows: the words of the text gate."""
        return frozenset(name for library in self.libraries for name in library.imports)


def tops_of(library: Library) -> frozenset[str]:
    """The first parts of the names of a library's functions."""
    return frozenset(name.partition(".")[0] for one in library.functions for name in expanded(one.names))


class Models:
    """All models, looked up by qualified name."""

    def __init__(
        self,
        libraries: Iterable[Library],
        formats: Formats | None = None,
        tops: Sequence[Collection[str]] | None = None,
    ) -> None:
        self.known = Known(tuple(libraries), tops)
        self.libraries = self.known.libraries
        self.formats = formats or Formats()
        self.answers: Answers | None = None  # what was worked out from them in an earlier run
        self._look: Callable[[str], Function | None] = _nowhere
        self._hides: Callable[[str], object] = _nowhere

    @property
    def functions(self) -> dict[str, Function]:
        """By qualified name. To go through them all opens every library; `own` does not."""
        return self.known.functions

    @property
    def attributes(self) -> dict[str, Attribute]:
        """By qualified name."""
        return self.known.attributes

    @property
    def library_of(self) -> dict[str, Library]:
        """Who knows a name."""
        return self.known.library_of

    @property
    def aliases(self) -> dict[str, str]:
        """Other names, with the public ones."""
        return self.known.aliases

    @property
    def imports(self) -> frozenset[str]:
        """Every top-level module that any model knows: the words of the text gate."""
        return self.known.imports

    def __eq__(self, other: object) -> bool:
        """Whether both know the same pages: what is worked out from pages is kept for all copies that look further."""
        return isinstance(other, Models) and self.libraries is other.libraries

    def __hash__(self) -> int:
        """By the pages that it knows."""
        return id(self.libraries)

    def canonical(self, name: str) -> str:
        """Follow re-exports: `requests.sessions.Session` is `requests.Session`; also by prefix (`botocore.vendored.requests`)."""
        seen, aliases = 0, self.known.aliases
        while seen < _LONGEST_CHAIN:
            head, tail = name, ""
            while head and head not in aliases:
                head, _, last = head.rpartition(".")
                tail = f".{last}{tail}"
            if not head:
                return name
            name, seen = aliases[head] + tail, seen + 1
        return name

    def beyond(
        self, look: Callable[[str], Function | None] = _nowhere, hides: Callable[[str], object] = _nowhere
    ) -> Models:
        """The same models, and one more place to ask for names that they do not know: the project of the checked file.

        `hides` tells which names that they know are the project's in truth. Without either they are the pages alone.
        """
        made = object.__new__(type(self))
        vars(made).update(vars(self), _look=look, _hides=hides)
        return made

    def own(self, name: str) -> Function | None:
        """The model of exactly this name, inheritance left aside."""
        known = self.known.function(name)
        return known if known is not None and not self._hides(name) else self._look(name)

    def function(self, name: str) -> Function | None:
        """The model of a qualified name; methods are also looked for on the bases of their class."""
        return self.own(name) or self._inherited(name, self.own)

    def attribute(self, name: str) -> Attribute | None:
        """The model of an attribute of a class."""
        return self.attributes.get(name) or self._inherited(name, self.attributes.get)

    def bases(self, name: str) -> tuple[str, ...]:
        """The modelled classes whose methods a modelled class also has."""
        function = self.own(name)
        return function.bases if function else ()

    def lineage(self, name: str) -> Iterator[str]:
        """The bases of a class and their bases, nearest first; a circle of them ends."""
        seen, waiting = {name}, list(self.bases(name))
        while waiting:
            base = waiting.pop(0)
            if base not in seen:
                seen.add(base)
                waiting[:0] = self.bases(base)
                yield base

    def _inherited(self, name: str, look: Callable[[str], K | None]) -> K | None:
        owner, _, last = name.rpartition(".")
        if not owner or not self.bases(owner):
            return None  # as for most: there is no line to go along
        return next(filter(None, (look(f"{base}.{last}") for base in self.lineage(owner))), None)

    @cached_property
    def limit_setters(self) -> frozenset[str]:
        """The last names of the methods that set a timeout on what they are called on: `sock.settimeout(5)`."""
        return answer(self, "limit setters", (), self._setters)

    def _setters(self) -> frozenset[str]:
        return frozenset(
            name.rpartition(".")[2]
            for name, function in self.functions.items()
            if "adapter" in function.role and "timeout" in function.arguments and not function.returns
        )


_BRACES = regex(r"\{([^{}]*)\}")


@cache  # the gates of every visitor ask for the names of all models
def braces(pattern: str) -> tuple[str, ...]:
    """Expand shell braces: `a.{b,c}` gives `a.b` and `a.c`."""
    if "{" not in pattern:
        return (pattern,)
    parts = _BRACES.split(pattern)
    choices = [part.split(",") if number % 2 else [part] for number, part in enumerate(parts)]
    return tuple(map("".join, product(*choices)))


def expanded(patterns: Iterable[str]) -> Iterator[str]:
    """Expand several patterns."""
    for pattern in patterns:
        yield from braces(pattern)
