"""The models' pages, `rules/libraries/*.toml` and the user's own, read strictly: what they may say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from lintfoot import secret_formats
from lintfoot.libraries import Function, Library, Models
from lintfoot.records import replace
from lintfoot.tables import Folder, Page, did_you_mean, quoted, read_pages

ROLES = (
    "request",  # sends a request over the network and waits for the answer
    "connect",  # opens a connection and may wait
    "client",  # makes an object that does either later
    "process",  # starts a process
    "shell",  # hands a string to a shell
    "shell-runner",  # runs its command lines in a shell and knows no other way: invoke, fabric's local
    "retry",  # calls a function again
    "poll",  # calls a function until it says yes
    "adapter",  # changes how a client behaves: requests' mount
    "log",  # writes a log record or tells a person
    "log-traceback",  # writes the traceback of the exception being handled as well
    "report",  # tells a service about the exception being handled: Sentry and the like
    "sleep",
    "clock",
    "listing",  # returns one page of many
    "open",  # opens a file
    "parse",
    "template",
    "secret-source",  # returns a secret
    "environment",  # reads a variable of the environment: a secret where its name says so
    "thread",
    "exit",
    "suppress",  # swallows the exceptions named in its arguments
    "wait",  # waits for something without the network
    "command",  # runs a command line on another host
)

VALUE_WORDS = (
    "none",
    "true",
    "false",
    "zero",
    "negative",
    "empty",
    "number",
    "text",
    "call",
    "list",
    "falsy",
    "truthy",
    "given",
)


def load(folders: Sequence[Folder]) -> Models:
    """Read every model; a later folder's facts about a name replace an earlier one's. Raises Problems."""
    pages = [page for folder in folders for page in folder.pages("libraries")]
    return Models(read_pages(pages, read_library), secret_formats.load(folders))


def read_library(page: Page, document: dict[str, Any]) -> Library | None:
    """One model file, strictly."""
    library = page.read(Library, document)
    if library is None:
        return None
    for number, function in enumerate(library.functions):
        _check_function(page, ("functions", number), function)
    for number, attribute in enumerate(library.attributes):
        _check_words(page, ("attributes", number, "means"), attribute.means)
    return library if library.name else replace(library, name=PurePath(page.file).stem)


def _check_function(page: Page, at: tuple[str | int, ...], function: Function) -> None:
    for role in function.role:
        if role not in ROLES:
            page.wrong((*at, "role"), f"unknown role {quoted(role)}{did_you_mean(role, ROLES)}")
    asked: dict[str, tuple[str, ...]] = {"only-with": (function.only_with,)} if function.only_with else {}
    for facet, argument in function.arguments.items():
        _check_words(page, (*at, "arguments", facet, "means"), argument.means)
        meanings = (argument.default, *argument.means.values())
        asked[f"arguments.{facet}"] = tuple(meaning[1:] for meaning in meanings if meaning.startswith("@"))
    for key, names in asked.items():
        for name in names:
            if name not in function.arguments:
                known = did_you_mean(name, function.arguments)
                page.wrong((*at, *key.split(".")), f"no argument {quoted(name)} to ask{known}")


def _check_words(page: Page, at: tuple[str | int, ...], means: Iterable[str]) -> None:
    for word in means:
        if word not in VALUE_WORDS and "." not in word and not word.startswith("'") and not word.isdigit():
            page.wrong((*at, word), f"unknown value {quoted(word)}{did_you_mean(word, VALUE_WORDS)}")
