"""What an editor may offer at a place: repairs and suppressions as edits, each tried before it is offered.

Nothing is written here: edits are of the text that was handed in.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from lintfoot import fix, silencing, work
from lintfoot.book import OWN_FAMILY
from lintfoot.comments import layout
from lintfoot.decoding import newline
from lintfoot.directives import MARKER, read
from lintfoot.findings import Edit, Finding, Fix, Safety, Span
from lintfoot.records import dataclass, replace
from lintfoot.selection import lasting
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lintfoot.book import Book
    from lintfoot.work import Called, Desk


@dataclass(frozen=True, slots=True)
class Scene:
    """A text, how it is called, and what was found in it; `known` are fingerprints that a baseline records."""

    here: Desk
    called: Called
    text: str
    findings: tuple[Finding, ...]
    known: frozenset[str] = frozenset()


def repair(scene: Scene, finding: Finding) -> Fix | None:
    """The finding's own repair, if it holds: the text still parses, and the finding is gone without another for it."""
    if finding.fix is None:
        return None
    alone = [one if one is finding else replace(one, fix=None) for one in scene.findings]
    done = fix.mend(scene.text, alone, _bare(scene), tuple(Safety), newline(scene.text))
    return _spelled(finding.fix, scene.text) if done.applied else None


def suppression(scene: Scene, finding: Finding) -> Fix | None:
    """The comment that silences the finding; None where none does.

    Where the settings ask for a reason its place is left empty: LF002 says so until somebody has filled it in.
    """
    config = scene.here.config
    silent = not config.suppressions or finding.code in lasting(config, scene.here.book)
    if silent or finding.code.startswith(OWN_FAMILY):
        return None
    reason = "" if config.require_reason else None
    (made,) = silencing.fixes(scene.text, [finding], scene.here.book, reason)
    if made is None or config.require_reason:
        return _spelled(made, scene.text) if made else None
    alone = [replace(one, fix=made if one is finding else None) for one in scene.findings]
    done = fix.mend(scene.text, alone, _bare(scene), (Safety.SAFE,), newline(scene.text), comments=False)
    return _spelled(made, scene.text) if done.applied else None


def all_safe(scene: Scene) -> tuple[Edit, ...]:
    """Every safe repair that holds, as edits of whole lines."""
    check = _checked(scene)
    done = fix.mend(scene.text, scene.findings, check, (Safety.SAFE,), newline(scene.text), scene.known)
    return tuple(_changes(scene.text, done.text)) if done.applied else ()


def spoken_of(text: str, book: Book, line: int, column: int) -> tuple[tuple[str, ...], Span] | None:
    """The rules that a suppression at a place names, and where it stands; the one under the cursor, if one is."""
    if MARKER not in text.lower():
        return None
    for one in read(layout(text), book):
        if one.comment.line != line or not one.start <= column <= one.end or one.problem:
            continue
        span = Span(line, one.start, line, one.end)
        at = one.listed[0]
        for number, part in enumerate(text_of(text, line)[at - 1 : one.listed[1] - 1].split(",")):
            if at <= column <= at + len(part):
                return (one.codes[number],), span
            at += len(part) + 1
        return one.codes, span
    return None


def text_of(text: str, line: int) -> str:
    """A line without its end, counted from 1; nothing beyond the last."""
    lines = NEWLINE.split(text)
    return lines[line - 1] if line <= len(lines) else ""


def _checked(scene: Scene) -> Callable[[str], Sequence[Finding] | None]:
    def check(text: str) -> Sequence[Finding] | None:
        outcome = work.check_typed(scene.here, scene.called, text)
        return None if outcome.failed or outcome.bugs else outcome.findings

    return check


def _bare(scene: Scene) -> Callable[[str], Sequence[Finding] | None]:
    """The same without repairs, so that one is tried and no other."""
    check = _checked(scene)

    def checked(text: str) -> Sequence[Finding] | None:
        found = check(text)
        return None if found is None else [replace(one, fix=None) for one in found]

    return checked


def _spelled(made: Fix, text: str) -> Fix:
    """A repair with the text's own line ends, in the order of its edits."""
    end = newline(text)
    edits = dict.fromkeys(Edit(one.span, NEWLINE.sub(end, one.text)) for one in made.edits)
    return replace(made, edits=tuple(sorted(edits, key=lambda one: (one.span, one.text))))


def _changes(before: str, after: str) -> Iterator[Edit]:
    """Edits of whole lines that make one text of another."""
    old, new = _whole_lines(before), _whole_lines(after)
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Edit(Span(start + 1, 1, end + 1, 1), "".join(new[first:last]))


def _whole_lines(text: str) -> Sequence[str]:
    starts = [0, *(match.end() for match in NEWLINE.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]
