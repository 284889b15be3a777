"""Files that say what runs: CI services, cron, systemd units, Makefiles, Dockerfiles, shell scripts; and the command lines in them.

Only what is run counts. A path that a job lists, copies, lints or mentions in a comment is no command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from lintfoot.audit import yamls
from lintfoot.regexes import regex

CI, CRON, SYSTEMD, MAKE, DOCKER, PACKAGE, SCRIPT = "ci", "cron", "systemd", "make", "docker", "package", "script"


class Line(NamedTuple):
    """One command line of a job: where it stands, what it says, and the kind of job that runs it."""

    number: int
    text: str
    kind: str


# Which files are jobs, by their paths in small letters. The first that matches decides; an empty kind asks the text.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"(.*/)?\.(github|gitea|forgejo)/(workflows|actions)/.+\.ya?ml", CI),
    (r"(.*/)?action\.ya?ml", CI),
    (r"(.*/)?\.gitlab-ci(/.+)?\.ya?ml|(.*/)?\.gitlab/.+\.ya?ml|(.*/)?[\w.-]+\.gitlab-ci\.ya?ml", CI),
    (r"(.*/)?(jenkinsfile[\w.-]*|[\w.-]+\.jenkinsfile|jenkins/.+\.groovy)", CI),
    (r"(.*/)?\.(circleci|azure-pipelines|azuredevops|buildkite|tekton|semaphore|woodpecker|teamcity|ci)/.+", CI),
    (r"(.*/)?(azure-pipelines|bitbucket-pipelines|buildspec|cloudbuild|codefresh|appveyor)[\w.-]*\.ya?ml", CI),
    (r"(.*/)?\.(travis|drone|woodpecker|cirrus|appveyor|zuul|pre-commit-config)\.ya?ml|(.*/)?zuul\.d/.+\.ya?ml", CI),
    (
        r"(.*/)?cron\.(d|hourly|daily|weekly|monthly)/[^/]+|(.*/)?crontabs?(/[^/]+)?|(.*/)?[\w.-]+\.cron(tab)?(\.j2)?",
        CRON,
    ),
    (r"(.*/)?crontab[\w.-]*", CRON),
    (r"(.*/)?[\w.@-]+\.(service|timer|socket)(\.(j2|in|erb|tmpl|template))?", SYSTEMD),
    (r"(.*/)?supervisor[\w.-]*(/.+)?\.(conf|ini)|(.*/)?procfile[\w.-]*", SYSTEMD),
    (r"(.*/)?(gnu)?makefile[\w.-]*|(.*/)?[\w.-]+\.(mk|mak)|(.*/)?\.?justfile|(.*/)?rakefile", MAKE),
    (r"(.*/)?taskfile\.ya?ml|(.*/)?tox\.ini|(.*/)?package\.json", MAKE),
    (r"(.*/)?(docker|container)file[\w.-]*|(.*/)?[\w.-]+\.(docker|container)file", DOCKER),
    (r"(.*/)?(docker-)?compose[\w.-]*\.ya?ml", DOCKER),
    (r"(.*/)?(pyproject\.toml|setup\.cfg)", PACKAGE),
    (r"(.*/)?[^/]+\.(sh|bash|zsh|ksh|bats|ps1|bat|cmd|tf|hcl)(\.(j2|in|erb|tmpl|template))?", SCRIPT),
    (r"(.*/)?[^/]+\.ya?ml(\.(j2|in|erb|tmpl|template))?", ""),
)
_JOB = tuple((regex(pattern), kind) for pattern, kind in _KINDS)
_PYTHON = (".py", ".pyi", ".pyw")


def is_python(path: str) -> bool:
    """Whether a name may be a Python script's: by its suffix, or because it has none."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(_PYTHON) or "." not in name.lstrip(".")


def is_job(path: str) -> bool:
    """Whether a file may say what runs, by its name."""
    return _kind(path) is not None


def _kind(path: str) -> str | None:
    low = path.lower()
    return next((kind for pattern, kind in _JOB if pattern.fullmatch(low)), None)


def lines(path: str, text: str) -> Iterator[Line]:
    """The command lines of a job file, or of a shell script without a suffix."""
    kind = _kind(path)
    if kind is None:
        if _SHELL.match(text):
            yield from _plain(text, SCRIPT)
        return
    low = path.lower()
    name = PurePosixPath(low).name
    if re.search(r"\.ya?ml(\.\w+)?$", name):
        cluster = kind or _of_cluster(text)
        for number, key, command in yamls.commands(text):
            yield Line(number, command, CRON if key == "job" and not kind else cluster)
    elif kind == CI and ("jenkins" in low or name.endswith(".groovy")):
        yield from _jenkins(text)
    elif kind == CRON:
        yield from _cron(text)
    elif kind == SYSTEMD:
        yield from _matching(text, _EXEC, kind)
    elif kind == DOCKER:
        yield from _matching(text, _DOCKER, kind)
    elif kind == PACKAGE:
        yield from _package(text)
    elif name == "package.json":
        yield from _node(text)
    elif name.endswith((".tf", ".hcl")):
        yield from _matching(text, _TERRAFORM, kind)
    else:
        yield from _plain(text, kind)


_SHELL = regex(r"#!\s*\S*(?:/|\benv\s+)(?:ba|da|k|z|a)?sh\b")
_EXEC = regex(r"\s*(?:Exec\w+|command)\s*=\s*[-@:+!|]*(?P<command>.+)|(?P<name>[\w-]+):\s+(?P<run>\S.*)")
_DOCKER = regex(r"\s*(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK\s.*?CMD)\s+(?P<command>.+)", re.IGNORECASE)
_TERRAFORM = regex(r"\s*command\s*=\s*\"(?P<command>.+)\"")
_CLUSTER = regex(r"^kind:\s*[\"']?(CronJob|Deployment|DaemonSet|StatefulSet|Job|Pod)\b", re.MULTILINE)


def _of_cluster(text: str) -> str:
    """The kind of a YAML file's commands, where its path does not tell it: a cluster's manifests say so themselves."""
    found = _CLUSTER.search(text)
    return SCRIPT if found is None else CRON if found[1] == "CronJob" else DOCKER


def logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; those that end in a backslash with the next one, comments without."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not held:
            start = number
        if len(held) + len(line) > yamls.LONGEST:
            held = ""
            continue
        if line.lstrip().startswith(("#", "//", ";", "REM ", "rem ")):
            continue
        held += line
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        yield start, _COMMENT.sub("", held)
        held = ""
    if held:
        yield start, held


_COMMENT = regex(r"(?<![^\s])#[^\"']*$")


def _plain(text: str, kind: str) -> Iterator[Line]:
    """Every line is a command: shell scripts, recipes, lists of commands. Settings and targets match no script."""
    for number, line in logical(text):
        yield Line(number, _RECIPE.sub("", line), kind)


_RECIPE = regex(r"^\s*(?:commands\s*=\s*)?[@+-]*(?=\S)")


def _matching(text: str, pattern: re.Pattern[str], kind: str) -> Iterator[Line]:
    for number, line in logical(text):
        match = pattern.match(line)
        if match:
            yield Line(number, _unlisted(next(filter(None, (match["command"], *match.groups()[1:])), "")), kind)


def _unlisted(command: str) -> str:
    """A command written as a JSON list, as a line."""
    return yamls.joined(command) if command.lstrip().startswith("[") else command


def _cron(text: str) -> Iterator[Line]:
    """What stands behind the times, and behind the user where a table names one: two readings, of which one runs something."""
    for number, line in logical(text):
        match = _TIMES.match(line)
        if match:
            first, _, rest = match["rest"].partition(" ")
            is_user = (
                re.fullmatch(r"[a-z_][\w-]*\$?|\{\{.*\}\}", first)
                and rest.strip()
                and not rest.lstrip().startswith("-")
            )
            yield Line(number, rest if is_user and not _PROGRAM.match(first) else match["rest"], CRON)
        elif not re.match(r"\s*\w+\s*=", line):
            yield Line(number, line, CRON)  # a script in cron.daily


_TIMES = regex(r"\s*(?:@\w+|(?:\S+\s+){5})\s*(?P<rest>\S.*)")
_PROGRAM = regex(r"(?:python|pypy|env|sudo|nice|flock|timeout|cd|bash|sh|uv|test|chronic|cronic)\b")


def _jenkins(text: str) -> Iterator[Line]:
    """The texts handed to `sh`, `bat` and `powershell` steps."""
    for match in _STEP.finditer(text):
        body = match["long"] or match["short"] or ""
        first = text.count("\n", 0, match.start()) + 1
        for number, line in logical(body):
            yield Line(first + number - 1, line, CI)


_STEP = regex(
    r"\b(?:sh|bat|powershell|pwsh)\b\s*\(?\s*(?:\w+\s*:\s*\w+\s*,\s*)*(?:script\s*:\s*)?"
    r"(?:(?P<q>\"\"\"|''')(?P<long>.*?)(?P=q)|(?P<s>[\"'])(?P<short>(?:\\.|(?!(?P=s)).)*)(?P=s))",
    re.DOTALL,
)


def _package(text: str) -> Iterator[Line]:
    """Entry points: `name = "package.module:function"`, as `python -m package.module`."""
    for number, line in enumerate(text.splitlines(), 1):
        match = _ENTRY.match(line)
        if match:
            yield Line(number, f"python -m {match['module']}", PACKAGE)


_ENTRY = regex(r"\s*[\w.\"'-]+\s*=\s*[\"']?(?P<module>[A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_]\w*[\"']?\s*(?:#.*)?$")


def _node(text: str) -> Iterator[Line]:
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return
    for command in scripts.values() if isinstance(scripts, dict) else ():
        if isinstance(command, str):
            yield Line(0, command, MAKE)
