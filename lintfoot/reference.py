"""The table of settings for readers: a JSON schema for editors, Markdown for the documentation, TOML for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lintfoot.findings import Severity, printable
from lintfoot.settings import Group, Kind, Setting, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lintfoot.book import Book, Option, Rule

MARK = "<!-- made by `lintfoot config --markdown` -->"
_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_WORDS: dict[str, Any] = {"anyOf": [{"type": "string"}, _STRINGS]}
_LEVEL: dict[str, Any] = {"enum": [level.value for level in Severity]}
_BOOLEAN: dict[str, Any] = {"type": "boolean"}
_OPTION = {"boolean": _BOOLEAN, "string": {"type": "string"}, "strings": _WORDS, "number": {"type": "number"}}
_SHAPES: dict[Kind, dict[str, Any]] = {
    Kind.SWITCH: _BOOLEAN,
    Kind.TEXT: {"type": "string"},
    Kind.COUNT: {"type": "integer", "minimum": 0},
    Kind.LIST: _WORDS,
    Kind.LEVELS: {"type": "object", "additionalProperties": _LEVEL},
    Kind.PATTERNS: {"type": "object", "additionalProperties": _WORDS},
}


def schema(book: Book) -> dict[str, Any]:
    """The JSON schema (draft 7) of `[tool.lintfoot]`, with the options of the book's rules."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "lintfoot",
        "description": "Settings of lintfoot: the table [tool.lintfoot] of pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.key: _property(setting, book) for setting in table()},
    }


def _property(setting: Setting, book: Book) -> dict[str, Any]:
    default = dict(setting.default) if isinstance(setting.default, dict) else setting.default
    made = {"description": setting.about.help, **_shape(setting, book)}
    return {**made, "default": list(default) if isinstance(default, tuple) else default}


def _shape(setting: Setting, book: Book) -> dict[str, Any]:
    if setting.kind is Kind.CHOICE:
        return {"enum": list(setting.choices)}
    if setting.kind is Kind.OPTIONS:
        rules = {word: _rule(rule) for rule in book.rules for word in (rule.code, rule.name)}
        # A name that is not here may be the rule of a user's own page.
        return {"type": "object", "properties": rules, "additionalProperties": {"type": "object"}}
    return _SHAPES[setting.kind]


def _rule(rule: Rule) -> dict[str, Any]:
    options = {key: _option(option) for key, option in rule.options.items()}
    return {
        "description": rule.summary,
        "type": "object",
        "additionalProperties": False,
        "properties": {"severity": {"description": "How bad a finding is.", **_LEVEL}, **options},
    }


def _option(option: Option) -> dict[str, Any]:
    return {"description": option.summary, **_OPTION[option.kind.value], "default": option.default}


def markdown() -> str:
    """The reference of all settings, which ends the page on configuration."""
    parts = [MARK]
    for group in Group:
        parts.append(f"### {group.value}")
        parts += [_entry(setting) for setting in table() if setting.about.group is group]
    return "\n\n".join(parts) + "\n"


def _entry(setting: Setting) -> str:
    value = setting.about.value or "|".join(setting.choices)
    short = f"-{setting.about.letter} {value}".rstrip()
    letter = f"`{short}`, " if setting.about.letter else ""
    flags = letter + (f"`{setting.flag} {value}`" if value else f"`{setting.flag}`, `--no-{setting.key}`")
    facts = [
        f"- default: `{toml(setting.default)}`",
        f"- command line: {flags}",
        f"- environment: `{setting.variable}`",
    ]
    if setting.about.script:
        facts.append("- a script may set it for itself")
    return "\n\n".join((f"#### `{setting.key}`", setting.about.help, "\n".join(facts)))


def toml(value: Any) -> str:
    """A value as TOML on one line; what cannot be shown is escaped."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(str(value))
        case dict():
            inner = ", ".join(f"{bare(key)} = {toml(item)}" for key, item in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(map(toml, value))}]"
        case _:
            return printable(str(value))


def _string(text: str) -> str:
    return f'"{"".join(map(_char, text))}"'


def _char(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def bare(key: str) -> str:
    """A key as TOML: quoted where it must be."""
    plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if plain else _string(key)


def lines(pairs: Iterable[tuple[str, str]]) -> str:
    """Settings one to a line, each with its origin as a comment, the comments in one column where that is near."""
    rows = list(pairs)
    width = max((len(left) for left, _ in rows if len(left) <= _FAR), default=0)
    return "".join(f"{left:<{width}}  # {printable(right)}\n" for left, right in rows)


_FAR = 48
