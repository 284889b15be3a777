"""The command line, made from the table of settings."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, NoReturn

from lintfoot import __version__
from lintfoot.config import CONFIG_VARIABLE, Sources
from lintfoot.records import dataclass, field, names_of
from lintfoot.settings import Group, Kind, Setting, table
from lintfoot.tables import Problem, Problems, did_you_mean, quoted
from lintfoot.terminal import say

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
_EXIT_CODES = """\
exit codes:
  0    all was checked, and nothing at or above --fail-on was found
  1    findings
  2    wrong usage or configuration, a path that is not there, nothing to check
  3    a bug in lintfoot
  130  interrupted
"""


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


def _columns() -> int:
    """How wide help is written: as argparse has it."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal():
        return int(given) or _WIDE
    try:
        return os.get_terminal_size().columns or _WIDE
    except OSError:
        return _WIDE


_WIDE = 80


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the variable of an option whole and on a line of its own, where it can be searched for.

    One is made for each option that is declared, and told how wide it is: finding that out by itself costs a run more than
    all its other arguments.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)

    def _split_lines(self, text: str, width: int) -> list[str]:
        before, bracket, variable = text.partition("[env: ")
        return [*super()._split_lines(before, width), *([bracket + variable] if bracket else [])]


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong instead of leaving, and prints to any terminal, so that all is told in the same way."""

    def _print_message(self, message: str, file: object = None) -> None:
        del file
        say(message)

    def error(self, message: str) -> NoReturn:
        raise Problems([Problem(self.prog, 0, 0, message)])


def parse(arguments: Sequence[str]) -> Asked:
    """Read a command line. Raises Problems where it makes no sense, SystemExit after `--help` and `--version`."""
    if not arguments:
        return Asked()
    name, *others = arguments
    if name not in COMMANDS:
        if name in _FIRST:
            overview().parse_args([name])
        raise Problems([_no_command(name)])
    end = others.index("--") if "--" in others else len(others)
    space, rest = parser_of(name, others[:end]).parse_known_args(others[:end])
    given = vars(space)
    words = (*(word for word in rest if not _is_flag(word)), *others[end + 1 :])
    settings = {one.name: given[one.name] for one in _settings_of(name) if one.name in given}
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


_FIRST = ("-h", "--help", "-V", "--version")


def _is_flag(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _no_command(word: str) -> Problem:
    if _is_flag(word):
        flag = word.partition("=")[0]
        known = flag in flags("check")
        message = "belongs after the command" if known else f"unknown option{did_you_mean(flag, _FIRST)}"
        return Problem(flag, 0, 0, message)
    near = did_you_mean(word, COMMANDS)
    advice = near or f"; to check a path: lintfoot check {quoted(word)}"
    return Problem("lintfoot", 0, 0, f"unknown command {quoted(word)}{advice}")


def _unknown_flag(word: str, command: str) -> Problem:
    flag = word.partition("=")[0]
    return Problem(flag, 0, 0, f"unknown option{did_you_mean(flag, flags(command))}")


def _miscounted(name: str, words: Sequence[str]) -> list[Problem]:
    command = COMMANDS[name]
    if len(words) < command.least:
        return [Problem(f"lintfoot {name}", 0, 0, f"{command.word} is missing")]
    return [Problem(f"lintfoot {name}", 0, 0, f"{quoted(word)} is one too many") for word in words[command.most :]]


def flags(name: str) -> list[str]:
    """The long options of a command, for near matches."""
    return [flag for flag in parser_of(name)._option_string_actions if flag.startswith("--")]  # noqa: SLF001


def overview() -> argparse.ArgumentParser:
    """The parser of `lintfoot` without a command: help and version."""
    listed = "".join(f"  {name:<12} {command.summary}\n" for name, command in COMMANDS.items())
    parser = _Parser(
        prog="lintfoot",
        usage="lintfoot COMMAND [OPTIONS] …",
        description="Finds the footguns in infrastructure scripts.",
        formatter_class=_Help,
        epilog=f"commands (lintfoot COMMAND --help says more):\n{listed}\n{_EXIT_CODES}",
    )
    parser.add_argument("-V", "--version", action="version", version=f"lintfoot {__version__}")
    return parser


def parser_of(name: str, given: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of one command's flags. Words come through as leftovers, so that they may stand between flags.

    With what is `given` it knows the settings alone that this may name: a run names three of forty.
    """
    command = COMMANDS[name]
    more = " ..." if command.most > 1 else ""
    word = f"{command.word}{more}" if command.least else f"[{command.word}{more}]"
    words = f" {word}" if command.word else ""
    about = f"\n\n{command.word}: {command.about_word}" if command.word else ""
    parser = _Parser(
        prog=f"lintfoot {name}",
        usage=f"lintfoot {name} [OPTIONS]{words}",
        description=f"{command.summary[0].upper()}{command.summary[1:]}.{about}",
        formatter_class=_Help,
        allow_abbrev=False,
        epilog=_EXIT_CODES if name in ("check", "audit", "merge") else None,
    )
    _forms(parser, command)
    if name == "suppress":
        _silencing(parser)
    if name == "audit":
        _auditing(parser)
    if name == "merge":
        text = "where the report goes (default: standard output)"
        parser.add_argument("-o", "--output", dest="folder", metavar="FILE", help=text)
        keep: dict[str, Any] = {"default": argparse.SUPPRESS}
        forms = "|".join(AUDIT_FORMATS)
        text = "the form of a whole audit's report (default: json, as its parts are)"
        parser.add_argument("--format", choices=AUDIT_FORMATS, metavar=forms, help=text, **keep)
        text = "an earlier audit as JSON: tell what is new, gone and moved since then"
        parser.add_argument("--against", metavar="FILE", help=text, **keep)
    if name != "init":
        _sources(parser)
        _settings(parser, [one for one in _settings_of(name) if given is None or _may_name(given, one)])
    return parser


def _forms(parser: argparse.ArgumentParser, command: Command) -> None:
    group = parser.add_mutually_exclusive_group()
    for form, text in command.forms.items():
        group.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=text)
    if "table" in command.forms:
        group.add_argument("--format", dest="form", metavar="|".join(command.forms), help="the same, as one option")
        text = "write one Markdown page per rule to this folder, and an index of them"
        group.add_argument("--pages", dest="folder", metavar="FOLDER", help=text)


def _silencing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("Suppressions")
    text = "the rules whose findings are suppressed: codes, names, prefixes; several by comma or by more flags"
    group.add_argument("--rule", dest="silenced", metavar="RULES", action="append", help=text)
    group.add_argument("--reason", metavar="TEXT", help="why these findings may stay; it stands in every comment")


AUDIT_FORMATS = ("text", "html", "markdown", "sarif", "json")  # a test compares them with `lintfoot.audit.views.VIEWS`


def _auditing(parser: argparse.ArgumentParser) -> None:
    """The flags of `audit` alone: nothing in an audited repository may set them."""
    group = parser.add_argument_group("Audit")
    keep: dict[str, Any] = {"default": argparse.SUPPRESS}
    text = "a file that names repositories, one a line; blank lines and lines that begin with # count for nothing"
    group.add_argument("--repos", metavar="FILE", help=text, **keep)
    text = "use each repository's own [tool.lintfoot] and its suppressions, which are only listed otherwise"
    group.add_argument("--trust-config", dest="trusted", action="store_true", help=text, **keep)
    text = "the report on standard output (default: text)"
    group.add_argument("--format", choices=AUDIT_FORMATS, metavar="|".join(AUDIT_FORMATS), help=text, **keep)
    text = "write the report to a file instead; NAME:FILE writes one more report, NAME alone to standard output"
    group.add_argument("--output", dest="outputs", action="append", metavar="[NAME:]FILE", help=text, **keep)
    text = "an earlier audit as JSON: tell what is new, gone and moved since then"
    group.add_argument("--against", metavar="FILE", help=text, **keep)
    text = "audit one part of each repository's scripts, for several machines: 3/16 is the third of sixteen"
    group.add_argument("--shard", metavar="N/COUNT", help=text, **keep)
    text = "have the work done elsewhere: dask://HOST:PORT"
    group.add_argument("--executor", metavar="ADDRESS", help=text, **keep)


def _sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("Configuration")
    text = f"read this file instead of the nearest pyproject.toml with a [tool.lintfoot] table [env: {CONFIG_VARIABLE}]"
    group.add_argument("--config", dest="config_file", metavar="FILE", help=text)
    group.add_argument("--isolated", action="store_true", help="read no configuration file and no environment variable")


def _settings_of(command: str) -> list[Setting]:
    """The settings that a command takes as flags. (`audit` has flags of its own that are called like some of the others.)"""
    like = "check" if COMMANDS[command].checks else command
    mine = [one for one in table() if like in one.about.commands]
    return [one for one in mine if command != "suppress" or one.name != "rule"]  # there --rule names what to suppress


def _may_name(words: Sequence[str], setting: Setting) -> bool:
    """Whether one of some words may be a flag of a setting, or ask for help, which shows all: `--x`, `--x=…`, `--no-x`, `-vqx…`."""
    return any(
        flag in (setting.flag, f"--no-{setting.flag[2:]}", "--help")
        if flag.startswith("--")
        else "h" in flag or (setting.about.letter or "h") in flag
        for flag in (word.partition("=")[0] for word in words if word.startswith("-"))
    )


def _settings(parser: argparse.ArgumentParser, settings: list[Setting]) -> None:
    for group in Group:
        mine = [one for one in settings if one.about.group is group]
        section = parser.add_argument_group(group.value) if mine else None
        for setting in mine:
            _add(section, setting)


def _add(section: Any, setting: Setting) -> None:
    """Give a setting its flag. Values are kept as texts: they are read with all others, and told with all others."""
    default = _default(setting)
    text = f"{setting.about.help} {default}[env: {setting.variable}]".replace("`", "").replace("%", "%%")
    letter = [f"-{setting.about.letter}"] if setting.about.letter else []
    if setting.kind is Kind.SWITCH:
        switch = {"dest": setting.name, "action": argparse.BooleanOptionalAction, "default": argparse.SUPPRESS}
        section.add_argument(*letter, setting.flag, help=text, **switch)
        return
    value = setting.about.value or "|".join(setting.choices)
    keep = {"dest": setting.name, "action": "append", "default": argparse.SUPPRESS}
    section.add_argument(*letter, setting.flag, metavar=value, help=text, **keep)


def _default(setting: Setting) -> str:
    """What `--help` says of the default: nothing where it is empty, off or long."""
    match setting.default:
        case str() as word if word:
            return f"(default: {word}) "
        case True:
            return "(default: on) "
        case tuple() as words if 0 < len(words) <= _FEW:
            return f"(default: {','.join(words)}) "
        case _:
            return ""


_FEW = 3
