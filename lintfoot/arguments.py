"""The command line, made from the table of settings. What hooks and editors say is read here, all else by `parsers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lintfoot.config import Sources
from lintfoot.records import dataclass, field, names_of
from lintfoot.settings import Kind, Setting, table
from lintfoot.tables import Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what `--help` says of it, what words it takes besides flags, and in which forms it can print."""

    summary: str
    word: str = ""
    about_word: str = ""
    least: int = 0
    most: int = 0
    forms: dict[str, str] = field(default_factory=dict)
    checks: bool = False  # takes paths and every setting, as `check` does


MANY = 1_000_000
COMMANDS = {
    "check": Command(
        "find footguns in files and folders",
        "PATH",
        'files, folders or globs; "-" is standard input (default: the working directory)',
        most=MANY,
        checks=True,
    ),
    "baseline": Command(
        "record today's findings, so that only new ones are reported",
        "PATH",
        "files, folders or globs (default: the working directory)",
        most=MANY,
        forms={"prune": "take out what is mended, and add nothing"},
        checks=True,
    ),
    "explain": Command(
        "explain a rule: by code, name or another linter's code",
        "RULE",
        "LF201, request-without-timeout, S113 …",
        least=1,
        most=MANY,
        forms={"markdown": "print Markdown"},
    ),
    "rules": Command(
        "list the rules; with --select and the like, those that they switch on",
        forms={"table": "print a table (the default)", "markdown": "print Markdown", "json": "print JSON"},
    ),
    "config": Command(
        "show the settings in force and where each came from",
        "FILE",
        "a script that may have settings of its own",
        most=1,
        forms={
            "json": "print JSON",
            "schema": "print the JSON schema of [tool.lintfoot]",
            "markdown": "print the reference of all settings",
        },
    ),
    "suppress": Command(
        "write suppressions with a reason for the findings of some rules",
        "PATH",
        "files, folders or globs (default: the working directory)",
        most=MANY,
        checks=True,
    ),
    "audit": Command(
        "look at whole repositories once, and tell where it will hurt first",
        "REPO",
        "folders, git checkouts or bare repositories (default: the working directory)",
        most=MANY,
    ),
    "server": Command("serve an editor: the language server protocol on standard input and output"),
    "merge": Command(
        "put the reports of all shards of a run together",
        "FILE",
        "the SARIF or JSON report of each shard, made with --shard",
        least=1,
        most=MANY,
    ),
    "init": Command("add a [tool.lintfoot] table to pyproject.toml"),
}
AUDIT_FORMATS = ("text", "html", "markdown", "sarif", "json")  # a test compares them with `lintfoot.audit.views.VIEWS`


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """What is said to `audit` alone, as it was typed: settings that hold for nothing else."""

    repos: str = ""
    trusted: bool = False
    format: str = ""
    outputs: tuple[str, ...] = ()
    against: str = ""
    shard: str = ""
    executor: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: a command, its words, the form to print in, and the settings given with it.

    `folder` is where to write pages instead of printing; `rules` and `reason` are what `suppress` writes; `given` are the
    words as they were given.
    """

    command: str = ""
    words: tuple[str, ...] = ()
    form: str = ""
    folder: str = ""
    sources: Sources = field(default_factory=Sources)
    problems: tuple[Problem, ...] = ()
    rules: tuple[str, ...] = ()
    reason: str = ""
    given: tuple[str, ...] = ()
    audit: AuditAsked = field(default_factory=AuditAsked)


def parse(arguments: Sequence[str]) -> Asked:
    """Read a command line. Raises Problems where it makes no sense, SystemExit after `--help` and `--version`."""
    if not arguments:
        return Asked()
    name, *others = arguments
    if name not in COMMANDS:
        if name in _FIRST:
            from lintfoot.parsers import overview

            overview().parse_args([name])
        raise Problems([_no_command(name)])
    end = others.index("--") if "--" in others else len(others)
    given, rest = _plain(name, others[:end]) or _parsed(name, others[:end])
    words = (*(word for word in rest if not _is_flag(word)), *others[end + 1 :])
    settings = {one.name: given[one.name] for one in settings_of(name) if one.name in given}
    file, isolated = given.get("config_file") or "", given.get("isolated", False)
    problems = [_unknown_flag(word, name) for word in rest if _is_flag(word)]
    problems += _miscounted(name, words)
    if file and isolated:
        problems.append(Problem("--isolated", 0, 0, "reads no configuration file, and --config names one"))
    paths = words if COMMANDS[name].checks else ()
    sources = Sources(arguments=settings, paths=paths, file=file, isolated=isolated, search=name != "audit")
    form, folder, reason = (given.get(key) or "" for key in ("form", "folder", "reason"))
    rules = tuple(word.strip() for text in given.get("silenced") or () for word in text.split(","))
    audit = AuditAsked(**{name: given[name] for name in names_of(AuditAsked) if name in given})
    return Asked(name, words, form, folder, sources, tuple(problems), rules, reason, tuple(arguments), audit)


def _plain(name: str, words: Sequence[str]) -> tuple[dict[str, Any], list[str]] | None:
    """What `_parsed` makes of words that are paths, and flags of settings written in full; None for any others.

    To bring `argparse` along, and to tell it of flags, takes longer than to check a file.
    """
    if not COMMANDS[name].checks:
        return None
    known = {one.flag: one for one in settings_of(name)}
    given, rest, waiting = dict[str, Any](), list[str](), list(reversed(words))
    while waiting:
        word = waiting.pop()
        flag, sign, value = word.partition("=")
        negated = f"--{flag[5:]}" if flag.startswith("--no-") else ""
        setting = known.get(flag) or known.get(negated)
        if not _is_flag(word):
            rest.append(word)
        elif word == "--isolated":
            given["isolated"] = True
        elif setting is None:
            return None
        elif setting.kind is Kind.SWITCH and not sign:
            given[setting.name] = flag == setting.flag
        elif setting.kind is not Kind.SWITCH and flag == setting.flag and (sign or _has_value(waiting)):
            given.setdefault(setting.name, []).append(value if sign else waiting.pop())
        else:
            return None
    return given, rest


def _has_value(waiting: list[str]) -> bool:
    return bool(waiting) and not _is_flag(waiting[-1])


def _parsed(name: str, words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The values of flags, and the words that are none."""
    from lintfoot.parsers import parser_of

    space, rest = parser_of(name).parse_known_args(words)
    return vars(space), rest


_FIRST = ("-h", "--help", "-V", "--version")


def _is_flag(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _no_command(word: str) -> Problem:
    if _is_flag(word):
        from lintfoot.parsers import flags

        flag = word.partition("=")[0]
        known = flag in flags("check")
        message = "belongs after the command" if known else f"unknown option{did_you_mean(flag, _FIRST)}"
        return Problem(flag, 0, 0, message)
    near = did_you_mean(word, COMMANDS)
    advice = near or f"; to check a path: lintfoot check {quoted(word)}"
    return Problem("lintfoot", 0, 0, f"unknown command {quoted(word)}{advice}")


def _unknown_flag(word: str, command: str) -> Problem:
    from lintfoot.parsers import flags

    flag = word.partition("=")[0]
    known = flags(command)
    called = _ELSEWHERE.get(flag, "")
    return Problem(flag, 0, 0, f"unknown option{did_you_mean(called if called in known else flag, known)}")


_ELSEWHERE = {  # what ruff, bandit and pylint call what we call otherwise
    "--output-format": "--format",
    "-f": "--format",
    "--disable": "--ignore",
    "--skip": "--ignore",
    "-s": "--ignore",
    "--enable": "--select",
    "--tests": "--select",
    "-t": "--select",
    "--show-fixes": "--diff",
}


def settings_of(command: str) -> list[Setting]:
    """The settings that a command takes as flags. (`audit` has flags of its own that are called like some of the others.)"""
    like = "check" if COMMANDS[command].checks else command
    mine = [one for one in table() if like in one.about.commands]
    return [one for one in mine if command != "suppress" or one.name != "rule"]  # there --rule names what to suppress


def _miscounted(name: str, words: Sequence[str]) -> list[Problem]:
    command = COMMANDS[name]
    if len(words) < command.least:
        return [Problem(f"lintfoot {name}", 0, 0, f"{command.word} is missing")]
    return [Problem(f"lintfoot {name}", 0, 0, f"{quoted(word)} is one too many") for word in words[command.most :]]
