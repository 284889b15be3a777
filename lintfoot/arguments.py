"""The command line, made from the table of settings."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from lintfoot import __version__
from lintfoot.config import CONFIG_VARIABLE, Sources
from lintfoot.settings import Group, Kind, Setting, table
from lintfoot.tables import Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "check": "find footguns in files and folders",
    "explain": "explain a rule: by code, name or another linter's code",
    "rules": "list the rules; with --select and the like, those that they switch on",
    "config": "show the settings in force and where each came from",
    "init": "add a [tool.lintfoot] table to pyproject.toml",
}
USAGES = {
    "check": "[OPTIONS] [PATH ...]",
    "explain": "[OPTIONS] RULE ...",
    "rules": "[OPTIONS]",
    "config": "[OPTIONS] [FILE]",
    "init": "",
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
class Asked:
    """What the command line says: a command, its own options, and the settings given with it."""

    command: str = ""
    own: dict[str, Any] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)
    problems: tuple[Problem, ...] = ()


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the variable of an option whole and on a line of its own, where it can be searched for."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        before, bracket, variable = text.partition("[env: ")
        return [*super()._split_lines(before, width), *([bracket + variable] if bracket else [])]


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong instead of leaving, so that it is told like everything else."""

    def error(self, message: str) -> NoReturn:
        raise Problems([Problem(self.prog, 0, 0, message)])


def parse(arguments: Sequence[str]) -> Asked:
    """Read a command line. Raises Problems where it makes no sense, SystemExit after `--help` and `--version`."""
    if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        raise Problems([Problem("lintfoot", 0, 0, _unknown_command(arguments[0]))])
    parser = build()
    space, rest = parser.parse_known_args(arguments)
    given = vars(space)
    command = given.pop("command") or ""
    paths = tuple(given.pop("paths", ()))
    settings = {one.name: given.pop(one.name) for one in table() if one.name in given}
    file, isolated = given.pop("config_file", ""), given.pop("isolated", False)
    sources = Sources(arguments=settings, paths=paths, file=file or "", isolated=isolated)
    return Asked(command, given, sources, tuple(_leftover(word, command) for word in rest))


def _unknown_command(word: str) -> str:
    near = did_you_mean(word, COMMANDS)
    return f"unknown command {quoted(word)}{near or f'; to check a path: lintfoot check {quoted(word)}'}"


def _leftover(word: str, command: str) -> Problem:
    flag = word.partition("=")[0]
    if not word.startswith("-"):
        return Problem("lintfoot", 0, 0, f"{quoted(word)} is one argument too many")
    return Problem(
        flag, 0, 0, f"unknown option{did_you_mean(flag, flags(command)) if command else ' before the command'}"
    )


def flags(command: str) -> list[str]:
    """The long options of a command, for near matches."""
    made = ["--config", "--isolated", "--help", *_OWN.get(command, ())]
    for setting in table():
        if command in setting.about.commands:
            made += [setting.flag, *([f"--no-{setting.key}"] if setting.kind is Kind.SWITCH else [])]
    return made


_OWN = {
    "explain": ("--markdown",),
    "rules": ("--format", "--json", "--markdown"),
    "config": ("--json", "--schema", "--markdown"),
}


def build() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(
        prog="lintfoot",
        description="Finds the footguns in infrastructure scripts.",
        formatter_class=_Help,
        allow_abbrev=False,
        epilog=_EXIT_CODES,
    )
    parser.add_argument("-V", "--version", action="version", version=f"lintfoot {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="lintfoot")
    for name, text in COMMANDS.items():
        one = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            usage=f"lintfoot {name} {USAGES[name]}".rstrip(),
            formatter_class=_Help,
            allow_abbrev=False,
            epilog=_EXIT_CODES if name == "check" else None,
        )
        _own_options(one, name)
        if name != "init":
            _sources(one)
            _settings(one, name)
    return parser


def _own_options(parser: argparse.ArgumentParser, command: str) -> None:
    match command:
        case "check":
            text = 'files, folders or globs; "-" is standard input (default: the working directory)'
            parser.add_argument("paths", nargs="*", metavar="PATH", help=text)
        case "explain":
            parser.add_argument("words", nargs="+", metavar="RULE", help="LF201, request-without-timeout, S113 …")
            parser.add_argument("--markdown", action="store_true", help="print Markdown")
        case "rules":
            form = parser.add_mutually_exclusive_group()
            form.add_argument("--format", dest="form", metavar="table|markdown|json", help="how to list the rules")
            form.add_argument("--json", dest="form", action="store_const", const="json", help="print JSON")
            form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="print Markdown")
        case "config":
            parser.add_argument("script", nargs="?", metavar="FILE", help="a script that may have settings of its own")
            form = parser.add_mutually_exclusive_group()
            form.add_argument("--json", dest="form", action="store_const", const="json", help="print JSON")
            text = "print the JSON schema of [tool.lintfoot]"
            form.add_argument("--schema", dest="form", action="store_const", const="schema", help=text)
            text = "print the reference of all settings"
            form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help=text)


def _sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("Configuration")
    text = f"read this file instead of the nearest pyproject.toml with a [tool.lintfoot] table [env: {CONFIG_VARIABLE}]"
    group.add_argument("--config", dest="config_file", metavar="FILE", help=text)
    group.add_argument("--isolated", action="store_true", help="read no configuration file and no environment variable")


def _settings(parser: argparse.ArgumentParser, command: str) -> None:
    for group in Group:
        mine = [one for one in table() if one.about.group is group and command in one.about.commands]
        section = parser.add_argument_group(group.value) if mine else None
        for setting in mine:
            _add(section, setting)


def _add(section: Any, setting: Setting) -> None:
    """Give a setting its flag. Values are kept as texts: they are read with all others, and told with all others."""
    default = _default(setting)
    text = f"{setting.about.help} {default}[env: {setting.variable}]".replace("`", "").replace("%", "%%")
    if setting.kind is Kind.SWITCH:
        action = argparse.BooleanOptionalAction
        section.add_argument(setting.flag, dest=setting.name, action=action, default=argparse.SUPPRESS, help=text)
        return
    value = setting.about.value or "|".join(setting.choices)
    keep = {"dest": setting.name, "action": "append", "default": argparse.SUPPRESS}
    section.add_argument(setting.flag, metavar=value, help=text, **keep)


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
