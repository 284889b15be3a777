"""Paths as a CI service takes them: from the folder that it checked the repository out into."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lintfoot.findings import Result
    from lintfoot.reports import Options


def relative(path: str, result: Result, options: Options) -> str:
    """The path from the workspace; absolute where the file is not below it, from the project's root where none is known."""
    if not options.root or not options.workspace:
        return from_root(path, result)
    return absolute(path, result, options).removeprefix(options.workspace.rstrip("/") + "/")


def absolute(path: str, result: Result, options: Options) -> str:
    """The whole path, as far as the root is known."""
    return posixpath.join(options.root, from_root(path, result))


def from_root(path: str, result: Result) -> str:
    """The path from the project's root."""
    source = result.sources.get(path)
    return source.relative if source else path
