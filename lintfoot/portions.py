"""A long text is parsed in portions, and the tree is the same: a third of the time, and two thirds of the room, are saved.

libcst's parser remembers, for each place of a text and each rule of its grammar, what it found there, until the text is done:
for a hundred kilobytes of text that is more than the tree itself takes, and more than the processor's caches hold. So a long
text is cut before functions and classes of the top level that stand behind an empty line and a line of code.

Where that line is in truth in a string or between brackets, what stands before it does not parse by itself, and the text is
taken whole. If all portions parse, they are modules one after the other: a text at the left edge begins afresh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.libcst_import import parsed
from lintfoot.regexes import regex

if TYPE_CHECKING:
    import libcst as cst

LONG = 6_000  # characters of a portion: longer ones take more room, shorter ones no less time
# The end of a line of code (neither a comment, which may belong to what is before it, nor one that goes on), and empty lines.
_CUT = regex(r"^(?![ \t\f]*#)[^\n]*[^\s\\]\n(?=\n+(?:def |class |async def |@))", 8)  # re.MULTILINE
_INDENTED = regex(r"\n[ \t\f]")


def tree(text: str) -> cst.Module:
    """The tree of a text, as `libcst.parse_module` makes it. Raises what that raises."""
    portions = cut(text)
    if len(portions) > 1:
        try:
            found = _joined(portions, [parsed(one) for one in portions])
        except Exception:  # noqa: BLE001 - whatever it is, the whole text tells where
            found = None
        if found is not None:
            return found
    return parsed(text)


def cut(text: str) -> list[str]:
    """A text in portions; one alone where its lines do not all end in the same way, as that is told for the whole."""
    if len(text) < 2 * LONG or "\r" in text or text.startswith("\ufeff"):
        return [text]
    found, start = [], 0
    while len(text) - start > LONG:
        place = _CUT.search(text, start + LONG)
        if place is None:
            break
        found.append(text[start : place.end()])
        start = place.end()
    return [*found, text[start:]]


def _joined(portions: list[str], modules: list[cst.Module]) -> cst.Module | None:
    """One module of several; None where their blocks are indented in different ways, as the first one's way is that of all."""
    first, last = modules[0], modules[-1]
    indents = {one.default_indent for text, one in zip(portions, modules, strict=True) if _INDENTED.search(text)}
    if len(indents) > 1 or any(one.footer for one in modules[:-1]):
        return None
    body = [*first.body]
    for one in modules[1:]:
        head = one.body[0]
        # Nobody knows the node yet: what stands above it belongs to it, as it is no longer the first of its module.
        object.__setattr__(head, "leading_lines", (*one.header, *head.leading_lines))
        body += one.body
    return first.with_changes(
        body=tuple(body),
        footer=last.footer,
        has_trailing_newline=last.has_trailing_newline,
        default_indent=indents.pop() if indents else first.default_indent,
    )
