"""LF905: scripts that much hangs on and little holds: long, relied upon, and touched by no test.

Size alone is no fault, nor is being run. A finding takes all three: it is long and branches much; somebody starts it, or it
changes often; and no test touches it. Where it is not run by a clock or a service manager, it takes one more: very long, changed all the
time, one author, or no error handled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from lintfoot.audit import jobs
from lintfoot.audit.facts import Facts
from lintfoot.audit.records import Script, Starter
from lintfoot.findings import Related, Span
from lintfoot.records import dataclass
from lintfoot.regexes import regex

CODE = "LF905"
_STARTS = {jobs.CRON: 3, jobs.SYSTEMD: 3, jobs.CI: 2, jobs.DOCKER: 2, jobs.MAKE: 2, jobs.SCRIPT: 1, jobs.PACKAGE: 1}
_RELIED, _ENOUGH = 2, 3  # points
_KNOWN = 5  # changes, from which on it says something that all are by one person
_MANY = 3  # times a limit, at which it counts twice
_BRANCHY = 10  # branches in one function, from which on it is worth naming
_SHOWN = 2  # places that start a script, named in the sentence
_WORDS = {
    jobs.CRON: "cron",
    jobs.SYSTEMD: "systemd",
    jobs.CI: "CI",
    jobs.DOCKER: "a container",
    jobs.MAKE: "a build",
    jobs.SCRIPT: "another script",
    jobs.PACKAGE: "an entry point",
}
_NO_SCRIPTS = frozenset(
    "__init__.py setup.py conftest.py conf.py versioneer.py _version.py version.py ez_setup.py get-pip.py bootstrap.py"
    " distribute_setup.py noxfile.py manage.py wsgi.py asgi.py waf wscript settings.py".split()
)
_NOT_OURS = frozenset(
    "vendor vendored _vendor vendors third_party third-party thirdparty 3rdparty external extern _external node_modules"
    " site-packages migrations alembic examples example samples sample demo demos tutorials tutorial docs doc".split()
)
_MADE = regex(r".*(_pb2(_grpc)?|_generated|\.generated|_gen)\.pyi?")


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a script is long, branches much, and changes often: the options of the rule."""

    lines: float = 150
    branches: float = 20
    changes: float = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one script."""

    path: str
    message: str
    help: str
    related: tuple[Related, ...] = ()


def verdicts(
    scripts: Iterable[Script], known: Mapping[str, Facts], is_test: Callable[[str], bool], limits: Limits
) -> list[Verdict]:
    """What is to be said of each script that is load-bearing."""
    made = []
    for script in scripts:
        facts = known.get(script.path)
        if facts is not None and not is_test(script.path) and _is_load_bearing(script, facts, limits):
            made.append(Verdict(script.path, _told(script, facts), _first(script, facts), _begin(facts)))
    return made


def _is_load_bearing(script: Script, facts: Facts, limits: Limits) -> bool:
    long = facts.code >= limits.lines and facts.branches >= limits.branches
    if not long or script.tests or facts.generated or not _is_ours(script.path):
        return False
    if not facts.runnable and not any(one.kind != jobs.SCRIPT for one in script.started_by):
        return False  # a module that others import: what it holds, they hold
    relied = max((_STARTS[one.kind] for one in script.started_by), default=0)
    changes = script.history.changes if script.history else 0
    often = (changes >= limits.changes) + (changes >= limits.changes * _MANY)
    weak = _alone(script) + (not facts.handled) + (facts.code >= limits.lines * _MANY)
    return relied + often >= _RELIED and relied + often + weak >= _ENOUGH


def _is_ours(path: str) -> bool:
    pure = PurePosixPath(path.lower())
    return pure.name not in _NO_SCRIPTS and _NOT_OURS.isdisjoint(pure.parts[:-1]) and not _MADE.fullmatch(pure.name)


def _alone(script: Script) -> bool:
    return script.history is not None and len(script.history.authors) == 1 and script.history.changes >= _KNOWN


def _told(script: Script, facts: Facts) -> str:
    """One sentence: how large it is, who runs it, how it changes, and what is missing."""
    parts = [
        f"{facts.code} lines of code with {facts.branches} branches",
        *_run_by(script.started_by),
        *_changed(script),
    ]
    missing = "no test touches it" + ("" if facts.handled else ", and it handles no error")
    return f"much hangs on this script: {', '.join(parts)}; {missing}"


def _run_by(starters: Iterable[Starter]) -> list[str]:
    firsts: dict[str, Starter] = {}
    for one in starters:
        firsts.setdefault(one.kind, one)
    shown = [f"{_WORDS[kind]} ({_place(one)})" for kind, one in list(firsts.items())[:_SHOWN]]
    return [f"run by {' and '.join(shown)}"] if shown else []


def _place(one: Starter) -> str:
    return f"{one.path}:{one.line}" if one.line else one.path


def _changed(script: Script) -> list[str]:
    past = script.history
    if past is None or past.changes < _KNOWN:
        return []
    by = (
        f" by {past.authors[0]} alone"
        if _alone(script)
        else f" by {len(past.authors)} people"
        if past.authors[1:]
        else ""
    )
    return [f"changed {past.changes} times{by} since {past.first[:7]}"]


def _first(script: Script, facts: Facts) -> str:
    """The hardening that it needs first."""
    part = facts.largest
    unattended = any(_STARTS[one.kind] > _STARTS[jobs.SCRIPT] for one in script.started_by)
    where = f"`{part.name}` (line {part.line}, {part.branches} branches)" if part and part.branches >= _BRANCHY else ""
    if part is None or not _in_functions(facts):
        return 'first, move the work into functions behind `if __name__ == "__main__"`, so that a test can import it'
    if not facts.handled and unattended:
        begin = f", beginning with {where}" if where else ""
        return f"first, decide what happens when a step fails half-way, and who hears of it{begin}"
    if where:
        return f"first, write a test for {where}, with what it reaches outside replaced"
    return "first, write one test that runs it from beginning to end, with what it reaches outside replaced"


def _in_functions(facts: Facts) -> bool:
    """Whether most of the code stands in functions."""
    return facts.inside * 2 >= facts.code


def _begin(facts: Facts) -> tuple[Related, ...]:
    part = facts.largest
    if part is None or part.branches < _BRANCHY:
        return ()
    return (
        Related(
            Span(part.line, 1, part.line, 2), f"most branches are in `{part.name}`: {part.branches} of {facts.branches}"
        ),
    )
