"""An audit for programs: the document that `--against` and `lintfoot merge` read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.audit.document import text

if TYPE_CHECKING:
    from lintfoot.audit.records import Audit
    from lintfoot.book import Book
    from lintfoot.reports import Options


def render(audit: Audit, book: Book, options: Options) -> str:
    """The whole audit."""
    del book, options
    return text(audit)
