"""One walk over a script for every chosen visitor, then complete findings: placed, framed, redacted, named."""

from __future__ import annotations

import gc
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from typing import Any

import libcst as cst

from lintfoot import repairs
from lintfoot.book import Rule
from lintfoot.findings import (
    Bug,
    Edit,
    Finding,
    Fix,
    FrameLine,
    Mark,
    Related,
    Severity,
    Source,
    Span,
    fingerprint,
    normalised,
)
from lintfoot.imports import additions
from lintfoot.libraries import Models
from lintfoot.names import Names
from lintfoot.nodes import CHILDREN
from lintfoot.parse import Script
from lintfoot.positions import shifted, spans
from lintfoot.project import Project, View
from lintfoot.redact import Hidden
from lintfoot.scopes import FunctionNode
from lintfoot.visitors import VISITORS
from lintfoot.visitors.base import Context, Hit, Piece, Visitor
from lintfoot.visitors.evidence import Evidence

_LINES_SHOWN = 4  # of a finding that spans many
_DEEPEST = 30_000  # Python frames; parse refuses what nests deeper than the walk could follow


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run looks for: the chosen rules, the models, the rules' own options and severities."""

    rules: Mapping[str, Rule]
    models: Models
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    project: Project | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """How a file is called: `shown` in findings, `relative` to the project's root in fingerprints and SARIF.

    `file` is its absolute path, where it is one of a project: there other files tell more.
    """

    shown: str
    relative: str
    is_test: bool = False
    package: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """What one script has to say."""

    findings: tuple[Finding, ...] = ()
    bugs: tuple[Bug, ...] = ()
    source: Source | None = None
    hidden: Hidden | None = None  # what must not be shown of the script, known where there are findings


def visit(script: Script, place: Place, plan: Plan) -> Visited:
    """Run the visitors of the chosen rules over a script."""
    low = script.text.lower()
    view = plan.project.view(place.file) if plan.project is not None and place.file else None
    further = view is not None and view.sees(script.text)
    wanted = [kind for kind in VISITORS if _has_a_say(kind, plan, low, further=further)]
    if not wanted:
        return Visited()
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    gc.disable()  # it would walk the whole tree again and again, and finds nothing: the tree lives until the file is done
    try:
        return _visit(script, place, plan, wanted, view if further else None)
    except RecursionError as error:
        return Visited(bugs=(Bug(place.shown, _trace(error)),))
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def _has_a_say(kind: type[Visitor], plan: Plan, low: str, *, further: bool) -> bool:
    words = kind.gate(plan.rules, plan.models)
    own = (
        name.lower() for code in kind.codes for name in plan.options.get(code, {}).get("names", ())
    )  # the user's own
    words = (*words, *own) if words else ()
    chosen = kind.hides or not plan.rules.keys().isdisjoint(kind.codes) or not kind.codes
    return chosen and (not words or (further and kind.follows) or any(word in low for word in words))


def tells_of_exceptions(names: Names, function: FunctionNode) -> bool:
    """Whether a function of another file tells of the exception being handled: what a project asks of visitors."""
    return Evidence(names).reports(function)


def _visit(script: Script, place: Place, plan: Plan, wanted: Iterable[type[Visitor]], view: View | None) -> Visited:
    models = view.models if view is not None else plan.models
    names = Names(script.module, models, place.package, view)
    context = Context(place.shown, script.text, script.module, names, models, plan.rules, plan.options, place.is_test)
    visitors = [kind(context) for kind in wanted]
    bugs = walk(script.module, visitors, place.shown)
    hits = [hit for visitor in visitors for hit in visitor.hits if hit.code in plan.rules]
    if not hits:
        return Visited(bugs=tuple(bugs))
    hits = [_repaired(context, hit, bugs) for hit in hits]
    hidden = [node for visitor in visitors for node in visitor.hidden]
    pieces = [piece for visitor in visitors for piece in visitor.hidden_pieces]
    finder = _Finder(script, place, plan, names)
    found = finder.findings(hits, hidden, pieces)
    return Visited(tuple(found), tuple(bugs), source_of(script, place), finder.hidden)


def _repaired(context: Context, hit: Hit, bugs: list[Bug]) -> Hit:
    """The hit with its repair; a repair that fails costs itself, never the finding."""
    try:
        return repairs.offered(context, hit)
    except Exception as error:  # noqa: BLE001 - the finding stands without it
        bugs.append(Bug(context.path, f"the repair of {hit.code}: {_trace(error)}"))
        return hit


def source_of(script: Script, place: Place) -> Source:
    """What reports must know of a file with findings."""
    wide = {}
    if not script.text.isascii():
        for number, line in enumerate(script.lines, 1):
            if not line.isascii():
                wide[number] = tuple(
                    (column, len(char.encode("utf-8", "surrogatepass")))
                    for column, char in enumerate(line, 1)
                    if not char.isascii()
                )
    return Source(place.shown, place.relative, wide, {}, script.encoding)


# the walk


def walk(module: cst.Module, visitors: list[Visitor], path: str = "") -> list[Bug]:
    """Call every visitor's `visit_X` and `leave_X` in libcst's own order; a visitor that fails is left out from there on."""
    return _Walk(visitors, path).run(module)


class _Walk:
    def __init__(self, visitors: list[Visitor], path: str) -> None:
        self.visitors, self.path = list(visitors), path
        self.bugs: list[Bug] = []
        self.table: dict[
            type, tuple[list[Callable[[Any], Any]], tuple[tuple[str, bool], ...], list[Callable[[Any], Any]]]
        ] = {}

    def run(self, module: cst.Module) -> list[Bug]:
        self._walk(module)
        return self.bugs

    def _walk(self, node: cst.CSTNode) -> None:
        entry = self.table.get(node.__class__) or self._entry(node.__class__)
        visits, children, leaves = entry
        for method in visits:
            method(node)
        for name, many in children:
            child = getattr(node, name)
            if many and child.__class__ in (tuple, list):
                for item in child:
                    self._walk(item)
            elif child is not None and isinstance(child, cst.CSTNode):
                self._walk(child)
        for method in leaves:
            method(node)

    def _entry(
        self, kind: type
    ) -> tuple[list[Callable[[Any], Any]], tuple[tuple[str, bool], ...], list[Callable[[Any], Any]]]:
        name = kind.__name__
        made = (self._methods(f"visit_{name}"), CHILDREN.get(name, ()), self._methods(f"leave_{name}"))
        self.table[kind] = made
        return made

    def _methods(self, name: str) -> list[Callable[[Any], Any]]:
        return [self._guarded(visitor, name) for visitor in self.visitors if name in methods(type(visitor))]

    def _guarded(self, visitor: Visitor, name: str) -> Callable[[Any], Any]:
        method = getattr(visitor, name)

        def call(node: cst.CSTNode) -> None:
            if visitor not in self.visitors:
                return
            try:
                method(node)
            except Exception as error:  # noqa: BLE001 - one rule that fails must not stop the others
                self.visitors.remove(visitor)
                self.bugs.append(Bug(self.path, f"{type(visitor).__name__}: {_trace(error)}"))

        return call


@cache
def methods(kind: type[Visitor]) -> frozenset[str]:
    """The visit and leave methods a visitor has of its own: `dir()` would meet libcst's 1,500 stubs."""
    own = kind.__mro__[: kind.__mro__.index(Visitor)]
    return frozenset(name for one in own for name in vars(one) if name.startswith(("visit_", "leave_")))


def _trace(error: BaseException) -> str:
    """Where it failed, without any text of the script: messages of exceptions may hold some."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    place = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {place}"


# from hits to findings


class _Finder:
    """Turns the hits of one script into findings."""

    def __init__(self, script: Script, place: Place, plan: Plan, names: Names) -> None:
        self.script, self.place, self.plan, self.names = script, place, plan, names
        self.spans: dict[int, Span] = {}
        self.hidden = Hidden((), ())

    def findings(self, hits: list[Hit], hidden: list[cst.CSTNode], pieces: list[str]) -> list[Finding]:
        statements = {id(hit.node): self.names.index.statement_of(hit.node) for hit in hits}
        wanted: list[cst.CSTNode] = [*hidden, *statements.values()]
        for hit in hits:
            wanted += [hit.node, *(note.node for note in hit.related)]
            wanted += [node for piece in _pieces(hit) for node in (piece.first, piece.last)]
        self.spans = shifted(spans(self.script.module, wanted), self.script.shifts)
        values = [*pieces, *(value for node in hidden for value in _texts(node))]
        self.hidden = Hidden([self.spans[id(node)] for node in hidden], values)
        ordered = sorted(_once(hits), key=lambda hit: (self.spans[id(hit.node)], hit.code))
        seen: Counter[tuple[str, str, str]] = Counter()
        return [self._finding(hit, self.spans[id(statements[id(hit.node)])], seen) for hit in ordered]

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
        if any(self.hidden.clean(edit.text) != edit.text for edit in edits):
            return None  # reports show repairs: none that writes a secret anew is offered
        added = additions(self.script.text, hit.change.imports, hit.change.constants)
        return None if added is None else Fix(hit.change.title, hit.change.safety, (*added, *edits))

    def _edit(self, piece: Piece) -> Edit:
        first, last = self.spans[id(piece.first)], self.spans[id(piece.last)]
        start = (first.end_line, first.end_column) if piece.from_end else (first.line, first.column)
        end = (last.line, last.column) if piece.to_start else (last.end_line, last.end_column)
        return Edit(self._whole_lines(Span(*start, *end)) if not piece.text else Span(*start, *end), piece.text)

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


def _pieces(hit: Hit) -> tuple[Piece, ...]:
    return hit.change.pieces if hit.change is not None else ()


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """One finding per code and node."""
    return list({(hit.code, id(hit.node)): hit for hit in hits}.values())


def _scope_name(names: Names, node: cst.CSTNode) -> str:
    above = [one.name.value for one in names.index.ancestors(node) if isinstance(one, cst.FunctionDef | cst.ClassDef)]
    return ".".join(reversed(above))


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
