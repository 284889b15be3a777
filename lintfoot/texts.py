r"""Values as they are written on the command line and in environment variables: one line of text each.

Lists are separated by commas (a comma inside an item is written `\,`), switches are yes or no in several spellings,
tables are lists of `RULE=LEVEL`, `PATTERN:RULE` or `RULE.OPTION=VALUE`, where an item without its left side adds to the
one before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lintfoot.findings import Severity
from lintfoot.regexes import regex
from lintfoot.settings import Kind, Setting
from lintfoot.tables import did_you_mean, quoted

Wrong = Callable[[str], None]
YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")


def read(setting: Setting, texts: Sequence[str], wrong: Wrong) -> Any:
    """Read the texts given for a setting, several if a flag was repeated; None, with `wrong` told, if it is wrong."""
    faults: list[str] = []
    value = _READERS[setting.kind](setting, texts, faults.append)
    for fault in faults:
        wrong(fault)
    return None if faults else value


def items(texts: Sequence[str]) -> list[str]:
    """Split lists at commas; blanks round items and empty items mean nothing."""
    parts = (part for text in texts for part in _COMMA.split(text))
    return [stripped.replace("\\,", ",") for part in parts if (stripped := part.strip())]


_COMMA = regex(r"(?<!\\),")


def switch(text: str) -> bool | None:
    """A yes or a no, in any case; None for neither."""
    word = text.strip().lower()
    return True if word in YES else False if word in NO else None


def _switch(_setting: Setting, texts: Sequence[str], wrong: Wrong) -> bool | None:
    value = switch(texts[-1])
    if value is None:
        wrong(f"must be one of {', '.join((*YES, *NO))}, not {quoted(texts[-1])}")
    return value


def _choice(setting: Setting, texts: Sequence[str], wrong: Wrong) -> Any:
    return _one_of(setting.type, setting.choices, texts[-1].strip(), wrong)


def _one_of(kind: Any, choices: Sequence[str], text: str, wrong: Wrong) -> Any:
    if text in choices:
        return kind(text)
    wrong(f"must be one of {', '.join(choices)}, not {quoted(text)}{did_you_mean(text, choices)}")
    return None


def _text(_setting: Setting, texts: Sequence[str], _wrong: Wrong) -> str:
    return texts[-1]


def _count(_setting: Setting, texts: Sequence[str], wrong: Wrong) -> int | None:
    text = texts[-1].strip()
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    wrong(f"must be a whole number from 0 on, not {quoted(texts[-1])}")
    return None


_DIGITS = 6


def _list(_setting: Setting, texts: Sequence[str], _wrong: Wrong) -> tuple[str, ...]:
    return tuple(items(texts))


def _levels(setting: Setting, texts: Sequence[str], wrong: Wrong) -> dict[str, Severity]:
    levels = {}
    for item in items(texts):
        rule, equals, level = (part.strip() for part in item.partition("="))
        if not (rule and equals):
            wrong(f"{quoted(item)} must be written {setting.about.value}")
            continue
        levels[rule] = _one_of(Severity, [one.value for one in Severity], level, wrong)
    return levels


def _patterns(setting: Setting, texts: Sequence[str], wrong: Wrong) -> dict[str, tuple[str, ...]]:
    patterns: dict[str, tuple[str, ...]] = {}
    pattern = ""
    for item in items(texts):
        before, colon, rule = (part.strip() for part in item.rpartition(":"))
        pattern = before if colon else pattern
        if not (pattern and rule):
            wrong(f"{quoted(item)} must be written {setting.about.value}")
            continue
        patterns[pattern] = (*patterns.get(pattern, ()), rule)
    return patterns


def _options(setting: Setting, texts: Sequence[str], wrong: Wrong) -> dict[str, dict[str, tuple[str, ...]]]:
    """Values stay lists of texts: what an option holds is known to the rule's page alone."""
    rules: dict[str, dict[str, tuple[str, ...]]] = {}
    rule = option = ""
    for item in items(texts):
        match = _OPTION.fullmatch(item)
        if match:
            rule, option = match["rule"], match["option"]
            rules.setdefault(rule, {})[option] = ()
        if not option:
            wrong(f"{quoted(item)} must be written {setting.about.value}")
            continue
        value = match["value"].strip() if match else item
        rules[rule][option] += (value,) if value else ()
    return rules


_OPTION = regex(r"(?s)(?P<rule>[\w-]+)\s*\.\s*(?P<option>[\w-]+)\s*=(?P<value>.*)")
_READERS: dict[Kind, Callable[[Setting, Sequence[str], Wrong], Any]] = {
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.COUNT: _count,
    Kind.LIST: _list,
    Kind.LEVELS: _levels,
    Kind.PATTERNS: _patterns,
    Kind.OPTIONS: _options,
}
