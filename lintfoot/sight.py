"""What can be seen of a file before anything is parsed: its text, in the light of the chosen rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lintfoot import syntax
from lintfoot.answers import answer
from lintfoot.book import Rule
from lintfoot.census import Census, behind
from lintfoot.depth import measure
from lintfoot.finder import Look, look, plain_words, runs
from lintfoot.libraries import Function, Library, Models
from lintfoot.places import absolute
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex
from lintfoot.split import Division, Layout, cut, layout
from lintfoot.wanted import Facts, Wanted

if TYPE_CHECKING:
    from lintfoot.dataflow import Dataflow
    from lintfoot.spread import Spread


@dataclass(frozen=True, slots=True)
class Telling:
    """Imported names behind which other files have what somebody looks for.

    `names` are bound in the file, `calls` the last names of functions of the project that do it, under whatever name their
    objects stand; `outside` are the names outside the project that some of them lead to.
    """

    names: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()


@dataclass
class Sight:
    """One file's text, and what is looked for in it. `view` is the project as it sees it.

    `parsed` gives the text as Python's own parser reads it, for who has asked for that already. `is_test` says that the file
    holds tests.
    """

    text: str
    path: str
    rules: Mapping[str, Rule]
    models: Models
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    view: Any = None
    package: str = ""
    parsed: Callable[[], ast.Module | None] | None = None
    is_test: bool = False

    @cached_property
    def further(self) -> bool:
        """Whether the file may import others of the project; in doubt where Python's parser fails."""
        if self.view is None or "import" not in self.text:
            return False
        return self.census is None or any(self.view.may_see(full) for full, _ in self._imports)

    def telling(self, wanted: Wanted) -> Telling:
        """What the names that the file imports from others of the project lead to, of what somebody looks for."""
        names: set[str] = set()
        calls: set[str] = set()
        outside: set[str] = set()
        for bound, last, facts in self._elsewhere:
            led = set(filter(wanted.leads, facts.outside))
            done = [name for name, function in facts.functions if wanted.asks(function)]
            if led or done or any(map(wanted.says, facts.texts)):
                names.add(bound)
                outside |= led
                calls.update(filter(None, done), (last,))
        return Telling(frozenset(names), frozenset(calls), frozenset(outside))

    @cached_property
    def said_elsewhere(self) -> str:
        """The texts of the constants that the file imports from others of the project."""
        return "\n".join(text for _, _, facts in self._elsewhere for text in facts.texts)

    def holds(self, words: Collection[str]) -> bool:
        """Whether the file holds one of some words in small letters, or what it imports from others of the project leads to one."""
        return self.held.holds(words) or (self.further and self._held_elsewhere.holds(words))

    @cached_property
    def _held_elsewhere(self) -> Look:
        """The words behind imported names, as they would stand in this file: names, quoted texts, what functions do and make."""
        found = [text for _, _, facts in self._elsewhere for text in _spelt(facts)]
        return look("\n".join(found).lower())

    @property
    def functions_elsewhere(self) -> Iterator[Function]:
        """What the functions do that the file imports from others of the project, or reaches through what it imports."""
        return (function for _, _, facts in self._elsewhere for _, function in facts.functions)

    @cached_property
    def _elsewhere(self) -> list[tuple[str, str, Any]]:
        """What stands behind imported names, and behind what is written below them: with the name bound here, and the last.

        A name that only its import mentions is used for nothing here.
        """
        found = []
        members = self.census.members if self.census is not None else self.words
        for full, bound in self.foreign:
            if self.census is not None and bound not in self.census.words:
                continue
            for below in ("", *sorted(self._written_below.get(bound, ()))):
                facts = self.view.facts(f"{full}{below}", members)
                if facts:
                    found.append((bound, below.rpartition(".")[2] or bound, facts))
        return found

    @cached_property
    def foreign(self) -> tuple[tuple[str, str], ...]:
        """What the file imports from others of the project: full names, and the names that they are bound to."""
        if not self.further:
            return ()
        found = dict.fromkeys(one for one in self._imports if self.view.may_see(one[0]))
        return tuple(one for full, bound in found for one in self._starred(full, bound))

    @cached_property
    def _imports(self) -> list[tuple[str, str]]:
        """What all imports of the file bring in, with its name there; off the text where Python's parser fails."""
        if self.census is not None:
            nodes = [node for kind in (ast.Import, ast.ImportFrom) for _, node in self.census.all(kind)]
            return [one for node in nodes for one in self._brought(node)]
        lines = self.spread.texts.values() if self.spread is not None else ()
        return [one for line in lines for match in _IMPORTS.finditer(line) for one in self.imported(match[1])]

    def _starred(self, full: str, bound: str) -> list[tuple[str, str]]:
        """What an import brings in; of a star what the text mentions."""
        if bound != "*":
            return [(full, bound)]
        module = full.removesuffix(".*")
        return [(f"{module}.{word}", word) for word in sorted(self.view.spread_by(module) & self._written)]

    @cached_property
    def _written(self) -> AbstractSet[str]:
        """The words of the code; those of its whole text where Python's own parser does not take that."""
        return self.census.words | {bound for _, bound in self._imports} if self.census is not None else self.words

    def imported(self, line: str) -> list[tuple[str, str]]:
        """What an import brings in: the full name and the one it is bound to; a star is bound to a star."""
        try:
            nodes = ast.parse(line.strip()).body
        except (SyntaxError, ValueError):
            return [(word, word) for word in re.findall(r"\w+", line)]
        return [one for node in nodes for one in self._brought(node)]

    def _brought(self, node: ast.AST) -> list[tuple[str, str]]:
        if isinstance(node, ast.ImportFrom):
            module = self._module(node)
            return [(f"{module}.{alias.name}", alias.asname or alias.name) for alias in node.names]
        found = []
        for alias in node.names if isinstance(node, ast.Import) else ():
            first = alias.name.partition(".")[0]
            found.append((alias.name, alias.asname) if alias.asname else (first, first))
        return found

    def _module(self, node: ast.ImportFrom) -> str:
        return absolute(node.module or "", node.level, self.package)

    @cached_property
    def _written_below(self) -> dict[str, set[str]]:
        """What the file writes behind what it imports from others: by name `.session`, `.session.get`, also in quotes.

        The name itself may stand behind another: `self.client.get` counts for `client`, as it may have been put there.
        """
        names = {bound for _, bound in self.foreign}
        return behind(names, self.text) if self.census is None else self.census.behind(names)

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What other rooms worked out about this text, under their own names."""
        return {}

    def let_go(self) -> None:
        """Let go of all that was worked out: much of it knows each other, and it takes fifty times as much room as the text."""
        known = vars(self)
        flow = known.get("dataflow")
        held = [known.get("census"), flow, flow.bindings if flow is not None else None, *known.get("kept", {}).values()]
        for one in held:
            if type(one).__module__.startswith(_OF_A_TEXT) and hasattr(one, "__dict__"):
                vars(one).clear()
        division = known.get("division")
        for unit in division.units if division is not None else ():
            unit.owner = None
        known.clear()

    @cached_property
    def libraries(self) -> list[Library]:
        """The libraries that the text names."""
        known, every = _imports(self.models)
        held = self.held.those(every)
        return [one for one, words in known if not held.isdisjoint(words)]

    @cached_property
    def low(self) -> str:
        """The text in small letters; as long as the text only where that is ASCII."""
        return self.text.lower()

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The words of the text and what stands together with dots and hyphens between, each once, wherever it stands."""
        return runs(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text, each once, wherever they stand: all that `spread` knows, and those of comments."""
        if not self.text.isascii():
            return frozenset(_WORD.findall(self.text))
        found = plain_words(self.text)
        begun = {word for word in found if word[0] <= "9"}  # `5m` is a digit, and the word `m`
        return (found - begun).union(filter(None, (word.lstrip("0123456789") for word in begun)))

    @cached_property
    def held(self) -> Look:
        """Which words the text holds, in small letters."""
        return look(self.low, self._low_runs)

    def _low_runs(self) -> Iterable[str]:
        """The runs of the text in small letters: where that is not ASCII, small letters may part them elsewhere."""
        return "\n".join(self.spoken).lower().split("\n") if self.text.isascii() else runs(self.low)

    @cached_property
    def census(self) -> Census | None:
        """What stands in the text, by kind; None for what the running Python does not take, or not without a larger stack."""
        if self.parsed is not None:
            tree = self.parsed()
        else:
            deep = measure(self.text)
            tree = syntax.tree(self.text) if deep is None or deep.shallow else None
        return Census(tree) if tree is not None else None

    @cached_property
    def dataflow(self) -> Dataflow | None:
        """How far values get in the text; None where there is no census."""
        if self.census is None:
            return None
        from lintfoot.bindings import Bindings
        from lintfoot.dataflow import Dataflow

        return Dataflow(Bindings(self.census, self._module))

    @cached_property
    def layout(self) -> Layout | None:
        """The logical lines of the text; None in doubt."""
        return layout(self.text)

    @cached_property
    def division(self) -> Division | None:
        """The statements of the text; None in doubt."""
        return cut(self.layout) if self.layout is not None else None

    @cached_property
    def spread(self) -> Spread | None:
        """Where names lead in the text; None in doubt."""
        if self.layout is None:
            return None
        from lintfoot.spread import Spread

        return Spread(self.layout)

    def gate(self, kind: Any) -> tuple[str, ...]:
        """The words of a visitor's gate, the user's own names included."""
        words = self._gates.get(kind)
        words = words if words is not None else words_of(kind, self.rules, self.models)
        own = [name.lower() for code in kind.codes for name in self.options.get(code, {}).get("names", ())]
        return (*words, *own) if words and own else words

    @cached_property
    def _gates(self) -> dict[Any, tuple[str, ...]]:
        return _gates_of(self.rules, self.models)

    def option(self, code: str, key: str) -> Any:
        """A rule's own setting, or its page's default."""
        given, rule = self.options.get(code, {}), self.rules.get(code)
        return given[key] if key in given else rule.options[key].default if rule and key in rule.options else None


_Importing = tuple[list[tuple[Library, tuple[str, ...]]], frozenset[str]]
_named: dict[int, tuple[Models, _Importing]] = {}  # by the models' id; of the last ones


def _imports(models: Models) -> _Importing:
    """Each library with the words that a text holds where it imports that, and all these words."""
    if id(models) not in _named:
        _named.clear()
        found = [(one, tuple(word.lower() for word in one.imports)) for one in models.libraries]
        _named[id(models)] = (models, (found, frozenset(word for _, words in found for word in words)))
    return _named[id(models)][1]


_RUNS = frozenset({"process", "command", "shell", "shell-runner"})  # roles


def _spelt(facts: Facts) -> Iterator[str]:
    """What is behind a name, as a file would spell it that holds it itself: calls, quoted texts.

    What runs commands may do so in any way, and models worked out from code do not say which.
    """
    yield from (f"{name}(" for name in facts.outside)
    yield from (f"'{text}' \"{text}\"" for text in facts.texts)
    for _, function in facts.functions:
        yield from (*function.role, *function.arguments, function.returns, *function.bases)
        yield getattr(function, "through", "") + "("
        if not _RUNS.isdisjoint((*function.role, *function.arguments)):
            yield "subprocess.run( subprocess.call( subprocess.Popen( os.system( shell"


_OF_A_TEXT = ("lintfoot.census", "lintfoot.dataflow", "lintfoot.bindings", "lintfoot.gates.")
_IMPORTS = regex(r"(?:\A|[;:])\s*((?:from|import)\b[^;]*)")  # also behind the colon of a `try:`, on its line
_WORD = regex(r"[^\W\d]\w*")

_words: dict[tuple[Models, tuple[int, ...]], tuple[dict[Any, tuple[str, ...]], tuple[Rule, ...]]] = {}
_MOST = 100  # sets of rules whose gates are kept: some configurations of one process


def _gates_of(rules: Mapping[str, Rule], models: Models) -> dict[Any, tuple[str, ...]]:
    """The words of the gates that were asked for with these rules.

    Rules are told apart by identity; those of kept gates are held, so that no other can take their place.
    """
    key = (models, tuple(map(id, rules.values())))
    if key not in _words:
        if len(_words) >= _MOST:
            _words.clear()
        _words[key] = {}, tuple(rules.values())
    return _words[key][0]


def words_of(kind: Any, rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The words of a visitor's gate, worked out once: they take longer to make than to look for."""
    known = _gates_of(rules, models)
    if kind not in known:
        known[kind] = answer(
            models, f"words of {kind.visitor}", rules.values(), lambda: tuple(kind.asks(rules, models))
        )
    return known[kind]
