"""The rule book: one page per rule under `rules/`, in the very format that users write for their own.

A page says what is wrong and why; nothing in it is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from lintfoot.findings import Severity
from lintfoot.records import dataclass, field
from lintfoot.regexes import regex
from lintfoot.tables import Folder, Page, Problem, Problems, quoted, read_pages

OWN_FAMILY = "LF0"  # files and suppressions themselves: no comment silences these


class Default(StrEnum):
    """When a rule runs: always part of the card, on, off until selected, or in audits only."""

    CARD = "card"
    ON = "on"
    OPT = "opt"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Example:
    """A footgun and what to write instead. `fixed` is what the repair makes of `bad`, where there is a repair."""

    title: str
    bad: str
    good: str = ""
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class CallPattern:
    """Calls that are wrong: by qualified name (`call`, shell braces) or by what a model says of an argument (`facet`).

    `when` lists meanings (of the facet) or states of the argument `keyword`: absent, present, none, false, true, falsy, truthy,
    or the words a model gives: forever, off, …; with `every`, all possible values must be so. `role` narrows to modelled roles,
    `values` are constants that count. `made` labels the place where the receiver was made.
    `message`, `label` and `help` may hold {call} (as written), {function} (as resolved), {library}, {keyword}, {value},
    {given} (`keyword=value`, or "no keyword"), {instead}; `help` also {suggested}, the call with `keyword=` and the value of
    `suggest`, and {without}, the call without that argument.
    """

    call: tuple[str, ...] = ()
    facet: str = ""
    keyword: str = ""
    role: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    every: bool = False
    values: tuple[str, ...] = ()
    severity: Severity | None = None
    message: str = ""
    label: str = ""
    help: str = ""
    suggest: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class NamePattern:
    """Qualified names that are wrong wherever they are mentioned."""

    names: tuple[str, ...]
    severity: Severity | None = None
    message: str = ""
    label: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class AssignmentPattern:
    """Assignments that are wrong: to an attribute (`target`, a qualified name, or `facet` of a modelled attribute) or to an
    environment variable (`environment`), when the value has one of the states in `when`.
    """

    target: tuple[str, ...] = ()
    facet: str = ""
    environment: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    severity: Severity | None = None
    message: str = ""
    label: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class CommandPattern:
    """Command lines that are wrong, as an argv or in a shell string: a program with one of these options, or at all.

    `after` lists subcommands that must stand before the option; an option ending in `=` or `*` matches as a prefix, `-k`
    also inside a bundle of short options (`-sk`), read up to a letter in `valued`, which takes the rest as its value; `next` lists
    what must follow the option (`-c` then `http.sslVerify=false`), case folded. `NAME=value` matches a variable set in front.
    """

    program: tuple[str, ...]
    options: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    valued: str = ""
    severity: Severity | None = None
    message: str = ""
    label: str = ""
    help: str = ""


class OptionKind(StrEnum):
    """What a rule's own option holds."""

    BOOLEAN = "boolean"
    STRING = "string"
    STRINGS = "strings"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of one rule: `[tool.lintfoot.rule.NAME]`."""

    kind: OptionKind
    default: Any
    summary: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One page. `silences` says in plain words what the rule accepts; `message` is the default text of its patterns."""

    code: str
    name: str
    default: Default
    severity: Severity
    summary: str
    why: str
    remedy: str
    examples: tuple[Example, ...] = ()
    cwe: tuple[int, ...] = ()
    twins: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    since: str = "0.1.0"
    accepts: tuple[str, ...] = ()
    score: float = 0.0
    calls: tuple[CallPattern, ...] = ()
    names: tuple[NamePattern, ...] = ()
    assignments: tuple[AssignmentPattern, ...] = ()
    commands: tuple[CommandPattern, ...] = ()
    options: dict[str, Option] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The first digit's group: LF2 for LF201."""
        return self.code[:-2]


class Book:
    """All rules, in code order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self.by_code = {rule.code: rule for rule in self.rules}

    @cached_property
    def _by_word(self) -> dict[str, Rule]:
        words = {twin.casefold(): rule for rule in reversed(self.rules) for twin in rule.twins}
        return words | {word.casefold(): rule for rule in self.rules for word in (rule.name, rule.code)}

    def find(self, text: str) -> Rule | None:
        """Look a rule up by code, name or another linter's twin, in any case."""
        return self._by_word.get(text.strip().casefold())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word that `find` knows: for near matches."""
        return tuple(word for rule in self.rules for word in (rule.code, rule.name, *rule.twins))

    def chosen(self, word: str) -> frozenset[str] | None:
        """The codes that a selector means: a code, a name, a prefix (LF2), a default (card, on, opt, audit) or ALL; None if
        unknown.

        `on` means what is on by default: the card and all marked on. `ALL` leaves audit rules out, as they need an audit.
        """
        text = word.strip()
        if text.upper() == "ALL":
            return frozenset(rule.code for rule in self.rules if rule.default is not Default.AUDIT)
        if text.lower() in ("card", "on", "opt", "audit"):
            wanted = {Default.CARD, Default.ON} if text.lower() == "on" else {Default(text.lower())}
            return frozenset(rule.code for rule in self.rules if rule.default in wanted)
        found = self.by_code.get(text.upper()) or next((r for r in self.rules if r.name == text.lower()), None)
        if found:
            return frozenset({found.code})
        if re.fullmatch(r"[A-Za-z]+\d*", text):
            matching = frozenset(rule.code for rule in self.rules if rule.code.startswith(text.upper()))
            return matching or None
        return None

    @cached_property
    def chosen_by_audits(self) -> frozenset[str]:
        """The codes that audits alone can tell."""
        return frozenset(rule.code for rule in self.rules if rule.default is Default.AUDIT)

    @cached_property
    def default(self) -> frozenset[str]:
        """The codes that run unless somebody says otherwise."""
        return frozenset(rule.code for rule in self.rules if rule.default in (Default.CARD, Default.ON))


def own_folder() -> Folder:
    """The book in the package, the same from a wheel, an sdist, an editable install or a zip."""
    try:
        rules = import_module("lintfoot.rules")
    except ImportError:
        raise Problems([Problem("lintfoot.rules", 0, 0, _NO_BOOK)]) from None
    folder = Path(rules.__path__[0])
    if folder.is_dir():
        return Folder(folder, "lintfoot/rules")
    from importlib.resources import files  # 10 ms, and only a package in a zip needs it

    return Folder(files("lintfoot.rules"), "lintfoot/rules")


_NO_BOOK = "the rule book is missing: this is a checkout that was not installed (pip install -e . installs it)"


def load(folders: Iterable[Folder]) -> Book:
    """Read every page of the folders. Raises Problems with all that is wrong."""
    pages = [page for folder in folders for page in folder.pages()]
    rules = read_pages(pages, read_rule)
    seen: dict[str, str] = {}
    problems = []
    for page, rule in zip(pages, rules, strict=True):
        for word in (rule.code, rule.name):
            if word in seen:
                problems.append(Problem(page.file, 1, 1, f"{quoted(word)} is already the rule of {seen[word]}"))
            seen[word] = page.file
    if problems:
        raise Problems(problems)
    return Book(rules)


_CODE = regex(r"[A-Z]{2,8}[0-9]{3}")
_NAME = regex(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_rule(page: Page, document: dict[str, Any]) -> Rule | None:
    """One page, strictly; its file is named CODE-name.toml and it shows at least one bad example."""
    rule = page.read(Rule, document)
    if rule is None:
        return None
    if not _CODE.fullmatch(rule.code):
        page.wrong(("code",), f"{quoted(rule.code)} is no code: capital letters, then three digits")
    if not _NAME.fullmatch(rule.name):
        page.wrong(("name",), f"{quoted(rule.name)} is no name: small words joined by hyphens")
    if page.file.rpartition("/")[2] != f"{rule.code}-{rule.name}.toml":
        page.wrong(("code",), f"this page belongs in {rule.code}-{rule.name}.toml")
    if not rule.examples:
        page.wrong((), "a page needs at least one [[examples]] with a bad piece of code")
    return rule
