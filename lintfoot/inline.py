"""The block of TOML that a script carries in comments (PEP 723), as a page whose lines are the script's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.regexes import regex
from lintfoot.tables import Page, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = regex(r"# /// script[ \t]*")
_CLOSING = "# ///"


def page(text: str, file: str) -> Page | None:
    """The block `# /// script` … `# ///` of a script, or None. Two of them are a problem of the page.

    The page is as long as the script down to the block's end and blank outside it. Two blanks stand for each `# `, so
    lines and columns of what is wrong are the script's.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks = list(_blocks(lines))
    if not blocks:
        return None
    start, end = blocks[0]
    body = (f"  {line[2:]}".rstrip(" ") if len(line) > 1 else "" for line in lines[start:end])
    made = Page(file, "\n" * start + "\n".join(body) + "\n")
    if len(blocks) > 1:
        made.problems.append(Problem(file, blocks[1][0], 1, "a second `# /// script` block: a script may have one"))
    return made


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The lines between each opening and its closing, counted from 0, the end exclusive.

    As the specification has it, a block runs on over further `# ///` as long as comment lines follow; one without a
    closing line is no block.
    """
    number = 0
    while number < len(lines):
        number += 1
        if not _OPENING.fullmatch(lines[number - 1]):
            continue
        start = end = number
        while end < len(lines) and (lines[end] == "#" or lines[end].startswith("# ")):
            end += 1
        closings = [at for at in range(start, end) if lines[at].rstrip() == _CLOSING]
        if closings:
            yield start, closings[-1]
            number = end
