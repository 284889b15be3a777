"""The whole result as Markdown, for a ticket or a comment: what a job's summary on GitHub holds too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.reports.github import job_summary

if TYPE_CHECKING:
    from lintfoot.book import Book
    from lintfoot.findings import Result
    from lintfoot.reports import Options


def render(result: Result, book: Book, options: Options) -> str:
    """One table, the worst first; longer than what GitHub takes in one piece it is cut, and says so."""
    return job_summary(result, book, options)
