"""Which scripts a command line runs, and from all command lines of a repository: who starts what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from lintfoot import prefixes, shellwords
from lintfoot.audit import jobs
from lintfoot.audit.facts import Facts
from lintfoot.audit.modules import WORD, Files
from lintfoot.audit.records import Starter
from lintfoot.regexes import regex

_PYTHON = regex(r"(?i)(?:.*/)?(?:python|pypy)w?[\d.]*(?:\.exe)?|.*python.*[})%]|\$\{?\w*(?:python|py)\w*\}?")
_RUNNERS = frozenset(
    "uv poetry pipenv hatch pdm rye pixi conda mamba micromamba pipx coverage kubectl docker podman ssh su bash sh dash zsh"
    " flock watch parallel xvfb-run dumb-init tini supervise chronic cronic chpst setuidgid gosu envdir dotenv aws-vault op"
    " kernprof scalene py-spy viztracer strace ltrace newrelic-admin ddtrace-run opentelemetry-instrument doppler".split()
)
# Programs that read a script or carry it about, and never run it.
_READERS = frozenset(
    "ruff flake8 pylint mypy pyright basedpyright pyre pytype black isort autopep8 yapf bandit semgrep vulture radon lintfoot pre-commit"
    " pytest py.test nose2 tox nox py_compile compileall pyflakes pycodestyle pydocstyle codespell twine pyupgrade autoflake refurb"
    " cat cp mv rm ln install rsync scp tar zip unzip chmod chown touch test stat sha256sum md5sum diff cmp head tail less grep egrep rg"
    " sed awk wc sort vim vi nano git svn aws gsutil az curl wget echo printf ls find file dos2unix envsubst pip build report"
    " html xml".split()
)
_MODULES_THAT_RUN = ("coverage", "trace", "pdb", "cProfile", "profile", "runpy", "debugpy")
_VALUED = ("-W", "-X", "--check-hash-based-pycs")


def started(
    files: Files, known: Mapping[str, Facts], read: Callable[[], Iterable[tuple[str, str]]]
) -> dict[str, list[Starter]]:
    """Who starts each script. `read` gives the other files of the repository that may be jobs, with their texts."""
    made: dict[str, dict[Starter, None]] = {}
    for path, text in read():
        if _may_run(text):
            for line in jobs.lines(path, text):
                for script in run_by(line.text, path, files):
                    made.setdefault(script, {})[Starter(line.kind, path, line.number)] = None
    for path, facts in known.items():
        kind = (
            jobs.MAKE if path.rpartition("/")[2] in ("noxfile.py", "tasks.py", "fabfile.py", "dodo.py") else jobs.SCRIPT
        )
        for number, text in facts.spawned:
            for script in run_by(text, path, files):
                if script != path:
                    made.setdefault(script, {})[Starter(kind, path, number)] = None
    return {script: sorted(ones, key=_order) for script, ones in made.items()}


_KINDS = (jobs.CRON, jobs.SYSTEMD, jobs.CI, jobs.DOCKER, jobs.MAKE, jobs.PACKAGE, jobs.SCRIPT)


def _order(one: Starter) -> tuple[int, str, int]:
    return _KINDS.index(one.kind), one.path, one.line


def _may_run(text: str) -> bool:
    return ".py" in text or "python" in text.lower() or "#!" in text or "/" in text


def run_by(text: str, by: str, files: Files) -> set[str]:
    """The scripts that a command line runs."""
    found: set[str] = set()
    if files.words.isdisjoint(WORD.findall(text)):
        return found
    for simple in shellwords.split(_plain(text)):
        words = [word.text for word in simple.words]
        script = ran(words, by, files)
        if script:
            found.add(script)
    return found


def _plain(text: str) -> str:
    """A make variable as a shell's, so that it is no command; a template's expression as one word."""
    return _EXPRESSION.sub(
        lambda match: f"{{{{{re.sub(r'[^0-9A-Za-z_]', '', match[1])}}}}}", _VARIABLE.sub(r"${\1}", text)
    )


_VARIABLE = regex(r"\$\((\w+)\)")
_EXPRESSION = regex(r"\{\{([^{}]*)\}\}")


def ran(words: Sequence[str], by: str, files: Files) -> str:
    """The script that one command runs, or nothing."""
    at, _ = prefixes.start(words, by_shell=True)
    words = words[at:]
    if not words:
        return ""
    program = prefixes.program(words[0])
    if _PYTHON.fullmatch(words[0]):
        return _by_python(words[1:], by, files)
    if program in _RUNNERS:
        return _by_runner(words[1:], by, files)
    return _by_itself(words[0], by, files)


def _by_itself(word: str, by: str, files: Files) -> str:
    """A script that is started by its own name; one without a suffix needs a folder before it, or a name like no other word."""
    if word.endswith((".py", ".pyw")) or "/" in word or re.search(r"\w[-_]\w", word):
        return files.named(word, by)
    return ""


def _by_python(words: Sequence[str], by: str, files: Files) -> str:
    at = 0
    while at < len(words):
        word = words[at]
        if word == "-m" or (word.startswith("-m") and len(word) > len("-m")):
            name, rest = (words[at + 1 : at + 2] or [""])[0] if word == "-m" else word[2:], words[at + 2 :]
            return _by_runner(rest, by, files) if name in _MODULES_THAT_RUN else files.module(name, by) if name else ""
        if word == "-c":
            return ""
        if not word.startswith("-"):
            return files.named(word, by)
        at += 2 if word in _VALUED else 1
    return ""


def _by_runner(words: Sequence[str], by: str, files: Files) -> str:
    """A program that starts another: a Python among its words, a command in one of them, or the first script."""
    python = next((number for number, word in enumerate(words) if _PYTHON.fullmatch(word)), None)
    if python is not None:
        return _by_python(words[python + 1 :], by, files)
    for number, word in enumerate(words):
        if prefixes.program(word) in _READERS:
            return ""
        if word == "-m" and number + 1 < len(words):
            return files.module(words[number + 1], by)
        if re.search(r"\s", word.strip()):
            return next(iter(sorted(run_by(word, by, files))), "")
        if word.endswith((".py", ".pyw")) or (word.startswith("/") and not word.startswith("-")):
            script = files.named(word, by)
            if script:
                return script
    return ""
