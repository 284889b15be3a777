"""The forms an audit can be shown in: each turns one Audit into one text.

A form's module is imported when it is used, as with the reports of a check.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from lintfoot.audit.records import Audit
    from lintfoot.book import Book
    from lintfoot.reports import Options

View = Callable[["Audit", "Book", "Options"], str]


def _lazy(module: str) -> View:
    def render(audit: Audit, book: Book, options: Options) -> str:
        made = cast("View", import_module(f"lintfoot.audit.views.{module}").render)
        return made(audit, book, options)

    return render


def ready(form: str) -> None:
    """Raise Problems where a form needs what is not installed: before the work, not after it."""
    if form == "html":
        import_module("lintfoot.audit.views.html").ready()


VIEWS: dict[str, View] = {
    "text": _lazy("text"),
    "html": _lazy("html"),
    "markdown": _lazy("markdown"),
    "sarif": _lazy("sarif"),
    "json": _lazy("json"),
}
