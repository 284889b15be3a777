"""Regular expressions that are compiled when they are first asked something: there are hundreds, and one run needs few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any


class _Regex:
    """A pattern before it is compiled. What was once asked of it stays as an attribute: a second look costs nothing more."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    regex = re.compile
else:

    def regex(pattern: str, flags: int = 0) -> _Regex:
        """Stand for `re.compile(pattern, flags)`; what is wrong with a pattern is told at its first use, and by a test."""
        return _Regex(pattern, flags)
