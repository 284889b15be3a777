"""Repairs put into a text: a few at a time, each checked afterwards, and what does not hold is left undone.

A repair is edits of the original text, so nothing around them changes: no comment, no blank, no line end. It counts
only if the new text still parses, its finding is gone, no finding came for it, and every comment is still there.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from lintfoot.comments import layout
from lintfoot.records import dataclass
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from lintfoot.findings import Edit, Finding, Fix, Safety, Span

    Check = Callable[[str], Sequence[Finding] | None]

_ROUNDS = 200  # each round mends all that does not touch: a file that needs more is mended by the next run
_ABOUT_COMMENTS = ("LF001", "LF901")  # a comment is what their repairs are about: the one on their lines may go


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after its repairs: `applied` are the findings that went, `refused` those whose repair did not hold."""

    text: str
    applied: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


def mend(
    text: str,
    findings: Sequence[Finding],
    check: Check,
    levels: Collection[Safety],
    newline: str,
    known: Collection[str] = (),
    *,
    comments: bool = True,
) -> Mended:
    """Apply the repairs of these levels, round by round, as each may clear the way for the next.

    `check` gives the findings of a text, or None where it does not parse; `findings` are those of `text` itself.
    Findings whose fingerprints are `known` (a baseline's) are left as they are. `comments` says that none may get lost.
    """
    applied: list[Finding] = []
    refused: dict[str, Finding] = {}
    for _ in range(_ROUNDS):
        left = (one for one in findings if one.fingerprint not in refused and one.fingerprint not in known)
        offered = [one for one in left if _is_offered(one, levels)]
        batch = _apart(offered)
        if not batch:
            break
        step, size = None, 2 * len(batch)
        while (
            step is None and size > 1
        ):  # where all do not hold together, half of them may: few checks find the one that is wrong
            size //= 2
            step = _step(text, findings, batch[:size], check, newline, comments=comments)
        if step is not None:
            text, findings = step
            applied += batch[:size]
        else:
            refused[batch[0].fingerprint] = batch[0]
    return Mended(text, tuple(applied), tuple(refused.values()))


def _is_offered(finding: Finding, levels: Collection[Safety]) -> bool:
    return finding.fix is not None and finding.fix.safety in levels


def _step(
    text: str, findings: Sequence[Finding], batch: Sequence[Finding], check: Check, newline: str, *, comments: bool
) -> tuple[str, Sequence[Finding]] | None:
    """The text with these repairs and its findings; None where it is not what the repairs promise."""
    after = applied(text, [one.fix for one in batch if one.fix], newline)
    keeps = not comments or not _comments(text, batch) - _comments(after)
    left = check(after) if keeps and after != text else None
    return (after, left) if left is not None and _cleared(findings, left, batch) else None


def _cleared(before: Sequence[Finding], after: Sequence[Finding], batch: Sequence[Finding]) -> bool:
    """Whether each repaired finding is gone and none came instead of it that is as bad."""
    had, has = (Counter(one.code for one in findings) for findings in (before, after))
    gone = Counter(one.code for one in batch)
    worst = min(one.severity.rank for one in batch)
    serious = [sum(one.severity.rank <= worst for one in findings) for findings in (before, after)]
    return all(has[code] <= had[code] - many for code, many in gone.items()) and serious[1] < serious[0]


def _comments(text: str, batch: Sequence[Finding] = ()) -> Counter[str]:
    """The comments of a text, but for those that the repairs of a batch are about."""
    about = [lines for one in batch if one.fix and one.code in _ABOUT_COMMENTS for lines in _lines(one.fix)]
    found = [one for one in layout(text).comments if not any(first <= one.line <= last for first, last in about)]
    return Counter(comment.text.strip() for comment in found)


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Findings whose repairs do not touch the same lines; the worst are chosen first.

    What several of them add alike (an import, a constant) is no quarrel: it is added once.
    """
    chosen: list[Finding] = []
    taken: list[tuple[int, int]] = []
    for finding in sorted(findings, key=lambda one: (one.severity.rank, one.place)):
        if finding.fix is None:
            continue
        own = _lines(finding.fix)
        if all(last < start or end < first for first, last in own for start, end in taken):
            chosen.append(finding)
            taken += own
    return sorted(chosen, key=lambda one: one.place)


def _lines(fix: Fix) -> list[tuple[int, int]]:
    """The lines that a repair's edits span, first to last; whole lines that it only adds belong to nobody."""
    touched = [edit.span for edit in fix.edits if not _adds_lines(edit)]
    return [(min(span.line for span in touched), max(span.end_line for span in touched))] if touched else []


def _adds_lines(edit: Edit) -> bool:
    span = edit.span
    return (span.line, span.column) == (span.end_line, span.end_column) and span.column == 1 and edit.text[-1:] == "\n"


def applied(text: str, fixes: Iterable[Fix], newline: str = "\n") -> str:
    """The text with all edits of these repairs in it. Equal insertions at one place are made once."""
    starts = _line_starts(text)
    edits = dict.fromkeys(edit for fix in fixes for edit in fix.edits)
    placed = sorted((*_offsets(edit.span, starts, len(text)), NEWLINE.sub(newline, edit.text)) for edit in edits)
    if any(before[1] > after[0] for before, after in pairwise(placed)):
        return text  # a repair that contradicts itself repairs nothing
    made, at = [], 0
    for start, end, new in placed:
        made += [text[at:start], new]
        at = end
    return "".join([*made, text[at:]])


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in NEWLINE.finditer(text))]


def _offsets(span: Span, starts: Sequence[int], end: int) -> tuple[int, int]:
    places = [
        starts[line - 1] + column - 1 if line <= len(starts) else end
        for line, column in ((span.line, span.column), (span.end_line, span.end_column))
    ]
    return min(places[0], end), min(places[1], end)
