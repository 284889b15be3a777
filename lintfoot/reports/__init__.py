"""The formats a run can be shown in: each turns one Result into one text.

A format's module is imported when it is used, so that a report for a machine never pays for the colours of a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lintfoot import __version__
from lintfoot.records import dataclass

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Result


MOST_RESULTS = 25_000  # that GitHub takes in one SARIF file


@dataclass(frozen=True, slots=True)
class Options:
    """How to show a result.

    `width` is the terminal's, in columns; 0 means that nobody watches (a pipe, a file), and then nothing is wrapped.
    `include_suppressed` lists silenced findings too, `baseline` says that a baseline was compared with. `root` is the
    absolute POSIX path that every `Source.relative` starts from, `workspace` the absolute folder that CI takes paths
    from ($GITHUB_WORKSPACE); both may be empty. `sarif_category` tells several uploads for one commit apart.
    """

    color: bool = False
    width: int = 0
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    include_suppressed: bool = False
    baseline: bool = False
    sarif_category: str = ""
    sarif_max_results: int = MOST_RESULTS
    root: str = ""
    workspace: str = ""
    version: str = __version__


Render = Callable[["Result", "Book", Options], str]


def _lazy(module: str) -> Render:
    def render(result: Result, book: Book, options: Options) -> str:
        made = cast("Render", import_module(f"lintfoot.reports.{module}").render)
        return made(result, book, options)

    return render


REPORTS: dict[str, Render] = {
    "text": _lazy("text"),
    "concise": _lazy("concise"),
    "json": _lazy("json"),
    "sarif": _lazy("sarif"),
    "github": _lazy("github"),
    "gitlab": _lazy("gitlab"),
    "azure": _lazy("azure"),
    "junit": _lazy("junit"),
    "rdjson": _lazy("rdjson"),
    "markdown": _lazy("markdown"),
}
