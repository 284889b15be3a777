"""Text from files as Markdown that shows it letter by letter, and addresses that stay inside a link."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from lintfoot.explain import rule_url
from lintfoot.reports.safety import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.book import Rule

_MARKUP = {ord(char): f"&#{ord(char)};" for char in "\\`*_[]<>|~&@#:$"}  # what Markdown or GitHub would act on
_LINK = ":/?#&=%~.,-_"  # what an address may keep inside Markdown's parentheses


def prose(text: str) -> str:
    """A text in which nothing is markup; only code between backticks is set as code."""
    return "".join(_spans(shown(text).split("`")))


def code(text: str) -> str:
    """A name or a path, set as code."""
    return f"<code>{_entities(shown(text))}</code>"


def link(text: str, rule: Rule | None) -> str:
    """A text that leads to its rule's page, where there is one."""
    return f"[{prose(text)}]({quote(rule_url(rule), safe=_LINK)})" if rule else prose(text)


def _spans(parts: list[str]) -> Iterator[str]:
    closed = len(parts) if len(parts) % 2 else len(parts) - 1  # an odd backtick at the end is just a backtick
    for at, part in enumerate(parts):
        if at >= closed:
            yield "&#96;" + _entities(part)
        else:
            yield f"<code>{_entities(part)}</code>" if at % 2 else _entities(part)


def _entities(text: str) -> str:
    return text.translate(_MARKUP)
