"""The command `suppress`: comments with a reason for the findings of some rules, to adopt lintfoot in an old repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lintfoot.directives import is_reason
from lintfoot.faults import unknown_rule
from lintfoot.progress import watched
from lintfoot.records import replace
from lintfoot.settling import settle
from lintfoot.tables import Problem, Problems, quoted
from lintfoot.terminal import say, tell

if TYPE_CHECKING:
    from lintfoot.arguments import Asked
    from lintfoot.book import Book

DONE, USAGE, BUG = 0, 2, 3
_NAME = "lintfoot suppress"


def suppress(asked: Asked) -> int:
    """Write suppressions into the files. A finding that cannot be silenced in place is told, and left."""
    settled = settle(asked, lambda _: _judged(asked))
    codes = _codes(asked, settled.book)
    config = replace(settled.config, fix=False, diff=False)
    from lintfoot import mending, run, work  # these bring all along that a check needs

    with watched(config) as progress:
        result = run.check(config, progress=progress)
    tell(
        *(f"{bug.path}: lintfoot failed inside while it checked this: nothing is written there" for bug in result.bugs)
    )
    wanted = {one.fingerprint for one in result.findings if one.code in codes}
    here = work.desk(work.Setup(config))
    written = files = 0
    told: list[str] = []
    for path in dict.fromkeys(one.path for one in result.findings if one.fingerprint in wanted):
        done, left, fault = mending.silenced(here, config.folder / path, wanted, asked.reason)
        written, files = written + len(done), files + bool(done)
        told += [f"{path}: {fault}"] if fault else []
        told += [f"{path}:{one.span.line}: {one.code} cannot be suppressed in this place" for one in left]
    tell(*told)
    say(f"{written} finding{'' if written == 1 else 's'} suppressed in {files} file{'' if files == 1 else 's'}\n")
    return BUG if result.bugs else USAGE if told else DONE


def _judged(asked: Asked) -> None:
    problems = []
    if not asked.rules:
        problems.append(Problem(_NAME, 0, 0, "--rule is missing: name the rules to suppress"))
    if not asked.reason.strip():
        problems.append(Problem(_NAME, 0, 0, "--reason is missing: say why these findings may stay"))
    elif not asked.reason.isprintable():
        problems.append(Problem(_NAME, 0, 0, f"the reason has to fit on a line: {quoted(asked.reason)}"))
    elif not is_reason(asked.reason):
        message = f"another tool would take a part of the reason for a word to itself: {quoted(asked.reason)}"
        problems.append(Problem(_NAME, 0, 0, message))
    if problems:
        raise Problems(problems)


def _codes(asked: Asked, book: Book) -> set[str]:
    chosen = {word: book.chosen(word) for word in asked.rules}
    problems = [Problem("--rule", 0, 0, unknown_rule(word, book)) for word, codes in chosen.items() if codes is None]
    if problems:
        raise Problems(problems)
    return {code for codes in chosen.values() for code in codes or ()}
