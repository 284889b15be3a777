"""What an answer was made of: which folders and files were looked at, also where the answer had been found before.

Answers are kept by whoever works them out; here stands only which question led to which others. A question that was
answered in part and is asked again leads to all that either answer was made of: too much is harmless, as it costs a
second look at a file that has not changed, and too little would keep what is no longer true.
"""

from __future__ import annotations

from collections.abc import Hashable

Key = tuple[str, Hashable]
# The ends of every trail: what can be imported from a folder, what stands in a file, the package that a folder is,
# whether some folders have a name at the top. The last two are ends so that not every new file is news to all others.
FOLDER, FILE, PACKAGE, TOP = ENDS = ("folder", "file", "package", "top")


class Trail:
    """Questions, and those that each of them led to."""

    def __init__(self) -> None:
        self._behind: dict[Key, set[Key]] = {}
        self._open: list[set[Key]] = []

    def begin(self, key: Key) -> None:
        """Begin with a script, whatever an answer that failed has left open."""
        self._behind[key] = set()
        self._open = [self._behind[key]]

    def passed(self, key: Key) -> None:
        """Note that the question being answered led to another, whose answer is known."""
        if self._open:
            self._open[-1].add(key)

    def enter(self, key: Key) -> None:
        """Begin with a question; what is passed from here on belongs to it, until `leave`."""
        self.passed(key)
        self._open.append(self._behind.setdefault(key, set()))

    def leave(self) -> None:
        """End with the question begun last."""
        self._open.pop()

    def ends(self, key: Key) -> list[tuple[str, str]]:
        """The ends that a question led to, by any number of steps, in order."""
        seen, waiting, found = {key}, [key], []
        while waiting:
            for one in self._behind.get(waiting.pop(), set()) - seen:
                seen.add(one)
                if one[0] in ENDS:
                    found.append((one[0], str(one[1])))
                else:
                    waiting.append(one)
        return sorted(found)
