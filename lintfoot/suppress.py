"""Comments that silence findings: lintfoot's own, and those of other linters where they name a twin.

    risky()  # lintfoot: ignore[LF201] -- the proxy cuts idle connections
    # lintfoot: ignore[request-without-timeout, LF301] -- alone on the line above works as well
    # lintfoot: ignore-file[LF503] -- generated

A comment that is malformed or names an unknown rule silences nothing and is a finding (LF002); one that is of no use is
another (LF001). Nothing silenced is lost: it is handed back with who silenced it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lintfoot.book import OWN_FAMILY
from lintfoot.comments import layout
from lintfoot.directives import FORM, MARKER, VERBS, Directive, read
from lintfoot.findings import Edit, Finding, Fix, FrameLine, Mark, Safety, Severity, Silence, Span, fingerprint
from lintfoot.foreign import MARKERS, Foreign
from lintfoot.records import dataclass, field, replace
from lintfoot.regexes import regex
from lintfoot.tokens import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from lintfoot.book import Book
    from lintfoot.comments import Layout

UNUSED, MALFORMED = "LF001", "LF002"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The findings of a file after its comments were heard; `extra` are LF001 and LF002."""

    kept: tuple[Finding, ...]
    silenced: tuple[Finding, ...] = ()
    extra: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the file: its names in findings and fingerprints, which rules ran, whose comments count."""

    path: str
    relative: str
    ran: Collection[str]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    own: bool = True
    foreign: bool = True
    lasting: Collection[str] = ()  # rules that no comment silences
    reasons: bool = False  # whether a suppression has to say why


def apply(findings: Sequence[Finding], text: str, book: Book, told: Told) -> Suppressed:
    """Set apart what comments silence. `findings` must be all that the rules said, before anything else filters them.

    A suppression of a finding that a filter hid beforehand would be called useless.
    """
    low = text.lower()
    own = told.own and MARKER in low
    foreign = told.foreign and bool(findings) and any(marker in low for marker in MARKERS)
    if not (own or foreign):
        return Suppressed(tuple(findings))
    found = layout(text)
    directives = [_allowed(one, told) for one in read(found, book)] if own else []
    matcher = _Matcher(found, directives)
    others = Foreign(found, book) if foreign else None
    kept, silenced = [], []
    for finding in findings:
        places = found.places(finding.span)
        silence = None
        if not finding.code.startswith(OWN_FAMILY) and finding.code not in told.lasting:
            silence = matcher.silence(finding, places) or (others.silence(finding, places) if others else None)
        if silence:
            silenced.append(replace(finding, silenced_by=silence))
        else:
            kept.append(finding)
    made = _Maker(NEWLINE.split(text), book, told).findings(directives, matcher.used)
    return Suppressed(tuple(kept), tuple(silenced), tuple(made))


def _allowed(one: Directive, told: Told) -> Directive:
    """The suppression, or what the project's settings have against it."""
    if one.problem:
        return one
    lasting = [word for word, code in zip(one.words, one.codes, strict=True) if code in told.lasting]
    if lasting:
        return replace(one, problem=f"the settings let no comment silence {', '.join(lasting)} (unsuppressable)")
    if told.reasons and not one.reason:
        return replace(one, problem="it gives no reason, and the settings ask for one (require-reason)")
    return one


# matching


class _Matcher:
    """Which directive silences a finding, and which of their words were of any use."""

    def __init__(self, found: Layout, directives: Sequence[Directive]) -> None:
        self.directives = directives
        self.used: set[tuple[int, int]] = set()
        self.at: dict[tuple[int, bool] | None, list[int]] = {}  # None: the whole file
        for number, one in enumerate(directives):
            if one.problem:
                continue
            line = found.below(one.comment.line) if one.comment.alone else one.comment.line
            self.at.setdefault(None if one.whole_file else (line, one.comment.alone), []).append(number)

    def silence(self, finding: Finding, places: Iterable[tuple[int, bool]]) -> Silence | None:
        """The nearest directive that names the finding's rule; the whole file's comes last."""
        for place in (*places, None):
            for number in self.at.get(place, ()):
                one = self.directives[number]
                if finding.code in one.codes:
                    at = one.codes.index(finding.code)
                    self.used.add((number, at))
                    by = f"{MARKER}: {VERBS[one.whole_file]}[{one.words[at]}]"
                    return Silence("inSource", by, one.comment.line, one.reason)
        return None


# LF001 and LF002


class _Maker:
    """Makes findings about the suppressions of one file."""

    def __init__(self, lines: Sequence[str], book: Book, told: Told) -> None:
        self.lines, self.book, self.told = lines, book, told
        self.seen: Counter[tuple[str, str]] = Counter()

    def findings(self, directives: Sequence[Directive], used: Collection[tuple[int, int]]) -> Iterator[Finding]:
        """Look at each suppression: it is malformed, or some of its words were of no use, or it is fine."""
        for number, one in enumerate(directives):
            if one.problem and MALFORMED in self.told.ran:
                message = f"this suppression silences nothing: {one.problem}"
                yield self._finding(MALFORMED, one, message)
            elif not one.problem and UNUSED in self.told.ran:
                useless = [
                    at for at, code in enumerate(one.codes) if code in self.told.ran and (number, at) not in used
                ]
                if useless:
                    yield self._unused(one, useless)

    def _unused(self, one: Directive, useless: Sequence[int]) -> Finding:
        names = " or ".join(
            dict.fromkeys(f"{one.codes[at]} ({self.book.by_code[one.codes[at]].name})" for at in useless)
        )
        where = "in this file" if one.whole_file else "here"
        kept = [word for at, word in enumerate(one.words) if at not in useless]
        if kept:
            title = f"remove {', '.join(one.words[at] for at in useless)} from the suppression"
            edit = _shortened(one, kept)
        else:
            title, edit = "remove the suppression", _removed(one, self.lines)
        message = f"this suppression is of no use: no {names} is found {where}"
        return self._finding(UNUSED, one, message, Fix(title, Safety.SAFE, (edit,)))

    def _finding(self, code: str, one: Directive, message: str, fix: Fix | None = None) -> Finding:
        label = "of no use" if code == UNUSED else "silences nothing"
        rule = self.book.by_code[code]
        span = Span(one.comment.line, one.start, one.comment.line, one.end)
        self.seen[code, one.shape] += 1
        return Finding(
            code=code,
            name=rule.name,
            severity=self.told.severities.get(code, rule.severity),
            path=self.told.path,
            span=span,
            message=message,
            label=label,
            help=fix.title if fix else f"write it as {FORM}",
            fix=fix,
            statement=span,
            fingerprint=fingerprint(code, self.told.relative, "", one.shape, self.seen[code, one.shape]),
            shape=fingerprint(code, "", "", one.shape, 0),
            frame=(_frame(one, self.lines[one.comment.line - 1], label),),
        )


def _shortened(one: Directive, kept: Sequence[str]) -> Edit:
    line = one.comment.line
    return Edit(Span(line, one.listed[0], line, one.listed[1]), ", ".join(kept))


def _removed(one: Directive, lines: Sequence[str]) -> Edit:
    """Take a suppression out: its whole line where nothing else stands there, else with the blanks on one side."""
    line, comment = one.comment.line, one.comment
    text = lines[line - 1]
    if comment.alone and one.end - one.start == len(comment.text):
        return Edit(Span(line, 1, line + 1, 1) if line < len(lines) else Span(line, 1, line, len(text) + 1), "")
    following = comment.text[one.end - comment.column :]
    if following and one.start == comment.column:
        return Edit(Span(line, one.start, line, one.end + len(following) - len(following.lstrip())), "")
    return Edit(Span(line, len(text[: one.start - 1].rstrip()) + 1, line, one.end), "")


_STRANGE = regex(r"(?=\S*\d)(?=\S*[A-Za-z])[\w+/=.-]{12,}")  # what might be a secret that strayed into a comment


def _frame(one: Directive, line: str, label: str) -> FrameLine:
    """The line with the suppression, without its reason; code with strings is left out, as they may be secrets."""
    at = one.comment.column - 1
    code = line[:at] if not any(quote in line[:at] for quote in "\"'") else "… "
    before = code + _STRANGE.sub("…", line[at : one.start - 1])
    shown = _STRANGE.sub("…", line[one.start - 1 : one.end - 1].partition("--")[0].rstrip())
    return FrameLine(
        one.comment.line, before + shown, (Mark(len(before) + 1, len(before + shown) + 1, label, primary=True),)
    )
