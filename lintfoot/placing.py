"""From hits to findings: placed, framed, redacted, named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import libcst as cst

from lintfoot.findings import Edit, Finding, Fix, FrameLine, Mark, Related, Span, fingerprint, normalised
from lintfoot.imports import additions
from lintfoot.names import Names
from lintfoot.parse import Script
from lintfoot.plans import Place, Plan
from lintfoot.redact import Hidden
from lintfoot.visitors.base import Hit, Piece, Shift

SpansOf = Callable[[Sequence[cst.CSTNode]], dict[int, Span]]
_LINES_SHOWN = 4  # of a finding that spans many


class Finder:
    """Turns the hits of one script into findings."""

    def __init__(self, script: Script, place: Place, plan: Plan, names: Names, spans_of: SpansOf) -> None:
        self.script, self.place, self.plan, self.names, self.spans_of = script, place, plan, names, spans_of
        self.spans: dict[int, Span] = {}
        self.hidden = Hidden((), ())

    def findings(self, hits: list[Hit], hidden: list[cst.CSTNode], pieces: list[str]) -> list[Finding]:
        """The findings in the order of the text, without what is to be hidden."""
        statements = {id(hit.node): self._statement(hit.node) for hit in hits}
        wanted: list[cst.CSTNode] = [*hidden, *statements.values()]
        for hit in hits:
            wanted += [hit.node, *(note.node for note in hit.related)]
            wanted += [node for piece in _moved(hit) for node in (piece.first, piece.last)]
        self.spans = self.spans_of(wanted)
        values = [*pieces, *(value for node in hidden for value in _texts(node))]
        self.hidden = Hidden([self.spans[id(node)] for node in hidden], values)
        ordered = sorted(_once(hits), key=lambda hit: (self.spans[id(hit.node)], hit.code))
        seen: Counter[tuple[str, str, str]] = Counter()
        return [self._finding(hit, self.spans[id(statements[id(hit.node)])], seen) for hit in ordered]

    def _statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """What a finding is known by: its statement; a handler's or a case's header counts as one of its own."""
        statement = self.names.index.statement_of(node)
        for one in chain((node,), self.names.index.ancestors(node)):
            if one is statement or isinstance(one, cst.ExceptHandler | cst.ExceptStarHandler | cst.MatchCase):
                return one
        return statement

    def _finding(self, hit: Hit, statement: Span, seen: Counter[tuple[str, str, str]]) -> Finding:
        rule = self.plan.rules[hit.code]
        span = self.spans[id(hit.node)]
        scope = _scope_name(self.names, hit.node)
        text = normalised(self._text(statement))
        seen[hit.code, scope, text] += 1
        severity = self.plan.severities.get(hit.code) or hit.severity or rule.severity
        related = tuple(
            Related(self.spans[id(note.node)], self.hidden.clean(note.message))
            for note in hit.related
            if self.spans[id(note.node)] != span
        )
        label = self.hidden.clean(hit.label)
        return Finding(
            code=hit.code,
            name=rule.name,
            severity=severity,
            path=self.place.shown,
            span=span,
            message=self.hidden.clean(hit.message),
            label=label,
            help=self.hidden.clean(hit.help),
            related=related,
            fix=self._fix(hit),
            confidence=hit.confidence,
            statement=statement,
            scope=scope,
            fingerprint=fingerprint(hit.code, self.place.relative, scope, text, seen[hit.code, scope, text]),
            shape=fingerprint(hit.code, "", scope, text, 0),
            frame=self._frame(span, label, related),
        )

    def _fix(self, hit: Hit) -> Fix | None:
        if hit.change is None:
            return None
        edits = tuple(self._edit(piece) for piece in hit.change.pieces)
        edits += tuple(edit for shift in hit.change.shifts for edit in self._shifted(shift))
        if any(self.hidden.clean(edit.text) != edit.text for edit in edits):
            return None  # reports show repairs: none that writes a secret anew is offered
        first = min((edit.span.line for edit in edits), default=None)
        script, change = self.script, hit.change
        added = additions(script.text, script.syntax, change.imports, change.constants, first)
        return None if added is None else Fix(hit.change.title, hit.change.safety, (*added, *edits))

    def _edit(self, piece: Piece) -> Edit:
        first, last = self.spans[id(piece.first)], self.spans[id(piece.last)]
        start = (first.end_line, first.end_column) if piece.from_end else (first.line, first.column)
        end = (last.line, last.column) if piece.to_start else (last.end_line, last.end_column)
        return Edit(self._whole_lines(Span(*start, *end)) if not piece.text else Span(*start, *end), piece.text)

    def _shifted(self, shift: Shift) -> Iterator[Edit]:
        first, last = self.spans[id(shift.first)], self.spans[id(shift.last)]
        start = first.end_line if shift.from_end else first.line
        for number in range(start + 1, self._last_comment(first.line, last.end_line) + 1):
            if self._line(number).strip():
                yield Edit(Span(number, 1, number, 1), shift.text)

    def _last_comment(self, first: int, last: int) -> int:
        """The line of the last comment right below a block that is further in than its first line, or the block's own last."""
        found, number = last, last + 1
        while number <= len(self.script.lines) and (not self._line(number).strip() or self._is_inner(first, number)):
            found = number if self._line(number).strip() else found
            number += 1
        return found

    def _is_inner(self, first: int, number: int) -> bool:
        own, outer = (len(line) - len(line.lstrip()) for line in (self._line(number), self._line(first)))
        return self._line(number).lstrip().startswith("#") and own > outer

    def _whole_lines(self, span: Span) -> Span:
        """Of what goes and leaves only blanks on its lines, the lines go too."""
        rest = self._line(span.line)[: span.column - 1] + self._line(span.end_line)[span.end_column - 1 :]
        last = span.end_line >= len(self.script.lines)
        return span if rest.strip() or last else Span(span.line, 1, span.end_line + 1, 1)

    def _text(self, span: Span) -> str:
        lines = list(self.script.lines[span.line - 1 : span.end_line])
        if not lines:
            return ""
        lines = [*lines[:-1], lines[-1][: span.end_column - 1]]
        return "\n".join([lines[0][span.column - 1 :], *lines[1:]])

    def _frame(self, span: Span, label: str, related: tuple[Related, ...]) -> tuple[FrameLine, ...]:
        marks: dict[int, list[Mark]] = {}
        for at, text, primary in [*((one.span, one.message, False) for one in related), (span, label, True)]:
            last = min(at.end_line, at.line + _LINES_SHOWN - 1)
            for number in range(at.line, last + 1):
                marks.setdefault(number, [])
                mark = self._mark(at, number, text if number == last else "", primary=primary)
                if mark is not None:
                    marks[number].append(mark)
        return tuple(self.hidden.line(number, self._line(number), marks[number]) for number in sorted(marks))

    def _mark(self, at: Span, number: int, text: str, *, primary: bool) -> Mark | None:
        line = self._line(number)
        start = at.column if number == at.line else len(line) - len(line.lstrip()) + 1
        end = at.end_column if number == at.end_line else len(line.rstrip()) + 1
        return Mark(start, max(end, start + 1), text, primary) if end > start or number == at.line else None

    def _line(self, number: int) -> str:
        return self.script.lines[number - 1] if number <= len(self.script.lines) else ""


def _moved(hit: Hit) -> tuple[Piece | Shift, ...]:
    return (*hit.change.pieces, *hit.change.shifts) if hit.change is not None else ()


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """One finding per code and node."""
    return list({(hit.code, id(hit.node)): hit for hit in hits}.values())


def _scope_name(names: Names, node: cst.CSTNode) -> str:
    return ".".join(reversed(names.index.defined_round(node)))


def _texts(node: cst.CSTNode) -> list[str]:
    """The values of a literal: what must not show in any other place either."""
    match node:
        case cst.SimpleString():
            value = node.evaluated_value
            return [value if isinstance(value, str) else value.decode("utf-8", "replace")]
        case cst.ConcatenatedString(left=left, right=right):
            return [*_texts(left), *_texts(right)]
        case cst.FormattedString(parts=parts):
            return [part.value for part in parts if isinstance(part, cst.FormattedStringText)]
        case _:
            return []
