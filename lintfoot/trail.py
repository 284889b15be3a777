"""What an answer was made of: which parts of which folders and files were looked at, also where it had been found before.

Answers are kept by whoever works them out; here stands only which question led to which others. A question that was
answered in part and is asked again leads to all that either answer was made of: too much is harmless, as it costs a
second look at a file that has not changed, and too little would keep what is no longer true.
"""

from __future__ import annotations

from collections.abc import Hashable

Key = tuple[str, Hashable]
# The ends of every trail: whether a folder has something of a name to import, and a part of what stands in a file. Both come
# with what they are parts of.
FOLDER, FILE = "folder", "file"
# How the next run is told: an end, with a digest of all that was found there, and the parts of it that were looked at, a line
# for each, with a digest of those alone.
Lean = tuple[str, str, bytes]
Parts = tuple[str, bytes]


class Trail:
    """Questions, and those that each of them led to; nothing of it where no outcome `is_kept`, as nobody will read it."""

    def __init__(self, *, is_kept: bool = True) -> None:
        self.is_kept = is_kept
        self._behind: dict[Key, set[Key]] = {}
        self._open: list[set[Key]] = []

    def begin(self, key: Key) -> None:
        """Begin with a script, whatever an answer that failed has left open."""
        if self.is_kept:
            self._behind[key] = set()
            self._open = [self._behind[key]]

    def passed(self, key: Key) -> None:
        """Note that the question being answered led to another, whose answer is known."""
        if self._open:
            self._open[-1].add(key)

    def enter(self, key: Key) -> None:
        """Begin with a question; what is passed from here on belongs to it, until `leave`."""
        if self.is_kept:
            self.passed(key)
            self._open.append(self._behind.setdefault(key, set()))

    def leave(self) -> None:
        """End with the question begun last."""
        if self.is_kept:
            self._open.pop()

    def ends(self, key: Key) -> dict[tuple[str, str], list[str]]:
        """The ends that a question led to, by any number of steps, each with the parts of it that were looked at."""
        seen, waiting = {key}, [key]
        while waiting:
            more = self._behind.get(waiting.pop())
            if more:
                more = more - seen
                seen |= more
                waiting += more
        found: dict[tuple[str, str], list[str]] = {}
        for kind, what in seen:
            if kind in (FOLDER, FILE) and isinstance(what, tuple):
                found.setdefault((kind, what[0]), []).append(what[1])
        return {end: sorted(found[end]) for end in sorted(found)}
