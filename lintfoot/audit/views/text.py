"""An audit for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.findings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.audit.records import Audit, Repository
    from lintfoot.book import Book
    from lintfoot.reports import Options


def render(audit: Audit, book: Book, options: Options) -> str:
    """A line for each repository."""
    del book, options
    return "".join(f"{line}\n" for one in audit.repositories for line in _lines(one))


def _lines(one: Repository) -> Iterator[str]:
    name = printable(one.name)
    if one.failed:
        yield f"{name}: not audited: {printable(one.failed)}"
        return
    yield (
        f"{name}: {len(one.findings)} findings in {one.scanned} files, {len(one.silenced)} silenced, "
        f"{len(one.unread)} unreadable"
    )
