"""A text as Python's own parser sees it: what tells facts of a module without libcst."""

from __future__ import annotations

import ast
import warnings


def tree(text: str) -> ast.Module | None:
    """The tree of a text; None where the running Python does not take it. What the text makes the parser warn of is not told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
