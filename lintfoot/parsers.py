"""The parser of each command's flags, by `argparse`: help, and all words that are not of the plainest sort."""

from __future__ import annotations

import argparse
import os
from typing import Any, NoReturn

from lintfoot import __version__
from lintfoot.arguments import AUDIT_FORMATS, COMMANDS, Command, settings_of
from lintfoot.config import CONFIG_VARIABLE
from lintfoot.settings import Group, Kind, Setting
from lintfoot.tables import Problem, Problems
from lintfoot.terminal import say

_EXIT_CODES = """\
exit codes:
  0    all was checked, and nothing at or above --fail-on was found
  1    findings
  2    wrong usage or configuration, a path that is not there, nothing to check
  3    a bug in lintfoot
  130  interrupted
"""


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


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command's flags. Words come through as leftovers, so that they may stand between flags."""
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
        _settings(parser, settings_of(name))
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
