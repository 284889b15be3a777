"""What repairs change, as a unified diff that may be shown to anybody: no secret, no escape sequence."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lintfoot.findings import printable
from lintfoot.records import dataclass
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.redact import Hidden

_AROUND = 3  # unchanged lines shown on both sides of a change


@dataclass(frozen=True, slots=True)
class Shown:
    """A text, and what must not be shown of it."""

    text: str
    hidden: Hidden

    @property
    def lines(self) -> list[str]:
        """The lines without their ends; what follows the last line end is none if it is empty."""
        found = NEWLINE.split(self.text)
        return found if found[-1] else found[:-1]


def unified(path: str, old: Shown, new: Shown) -> str:
    """A unified diff of two texts. Lines of the old one hide what stands there, added ones whatever looks like it."""
    before, after = old.lines, new.lines
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND)
    made = [line for group in groups for line in _hunk(group, before, after, old.hidden)]
    name = printable(path)
    return "".join(f"{line}\n" for line in (f"--- a/{name}", f"+++ b/{name}", *made)) if made else ""


Opcode = tuple[str, int, int, int, int]


def _hunk(group: list[Opcode], before: list[str], after: list[str], hidden: Hidden) -> Iterator[str]:
    first, last = group[0], group[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
    for kind, start, end, new_start, new_end in group:
        sign = " " if kind == "equal" else "-"
        yield from (sign + _old(before, at, hidden) for at in range(start, end))
        if kind != "equal":
            yield from ("+" + _visible(hidden.clean(after[at])) for at in range(new_start, new_end))


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start},{length}"


def _old(lines: list[str], at: int, hidden: Hidden) -> str:
    return _visible(hidden.line(at + 1, lines[at], ()).text)


def _visible(line: str) -> str:
    """A line of a script as a terminal may get it; its tabs stay tabs."""
    return "\t".join(map(printable, line.split("\t")))
