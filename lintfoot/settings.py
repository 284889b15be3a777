"""The table of settings: one field each, and nothing about a setting stands anywhere else.

The command line, the environment variables, the reader of `[tool.lintfoot]`, the JSON schema and the documentation are
all made from this table; `api.Settings` names them again for type checkers, which a test compares. Every
setting has one spelling: key `fail-on`, variable `LINTFOOT_FAIL_ON`, flag `--fail-on`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_args

from lintfoot.findings import Confidence, Severity
from lintfoot.records import dataclass, defaults_of, field, hints_of, names_of
from lintfoot.tables import spelled

Options = dict[str, Any]
Words = tuple[str, ...]


class Format(StrEnum):
    """The reports; a test compares them with `lintfoot.reports.REPORTS`."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"
    JUNIT = "junit"
    RDJSON = "rdjson"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """The least severity that makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class Color(StrEnum):
    """Whether text is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Kind(StrEnum):
    """What a setting holds; `texts` says how each kind is written outside TOML."""

    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    COUNT = "count"
    LIST = "list"
    LEVELS = "levels"
    PATTERNS = "patterns"
    OPTIONS = "options"


class Group(StrEnum):
    """The headings of `--help` and of the documentation, in order."""

    RULES = "Rules"
    FILES = "Files"
    REPAIRS = "Repairs"
    FAILURE = "Failure"
    OUTPUT = "Output"
    SPEED = "Speed"


_KINDS: dict[Any, Kind] = {
    bool: Kind.SWITCH,
    str: Kind.TEXT,
    int: Kind.COUNT,
    Words: Kind.LIST,
    dict[str, Severity]: Kind.LEVELS,
    dict[str, Words]: Kind.PATTERNS,
    dict[str, Options]: Kind.OPTIONS,
}
_CHECK = ("check", "config")
_BOTH = ("check", "audit", "config")
_EACH = ("check", "audit", "merge", "config")
_CHOOSE = ("check", "audit", "config", "rules")
_ALL = ("check", "audit", "config", "rules", "explain")


@dataclass(frozen=True, slots=True)
class About:
    """What the type and the default of a field do not say.

    `value` is what `--help` shows for the value, `commands` are those that take the flag, `script` says that a
    script may set it for itself in its PEP 723 block, and `letter` is a flag of one letter.
    """

    group: Group
    help: str
    value: str = ""
    commands: Words = _CHECK
    script: bool = False
    letter: str = ""


# Folders only, hence the slash: a script may well be called `build`.
EXCLUDED = (
    ".bzr/",
    ".direnv/",
    ".eggs/",
    ".git/",
    ".hg/",
    ".lintfoot_cache/",
    ".mypy_cache/",
    ".nox/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".svn/",
    ".terraform/",
    ".tox/",
    ".venv/",
    "__pycache__/",
    "__pypackages__/",
    "build/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
)
_RULES, _FILES, _REPAIRS, _FAILURE, _OUTPUT, _SPEED = Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default. A field's type decides how it is read in TOML and written as text."""

    select: Annotated[
        Words,
        About(
            _RULES,
            "Rules to run: codes, names, prefixes (`LF2`), or the groups `card`, `on`, `opt` and `ALL`. "
            "Forgets what weaker layers selected and ignored.",
            "RULES",
            _CHOOSE,
            script=True,
        ),
    ] = ("on",)
    ignore: Annotated[
        Words,
        About(
            _RULES,
            "Rules not to run. In one layer the more exact of `select` and `ignore` wins, then `ignore`.",
            "RULES",
            _CHOOSE,
            script=True,
        ),
    ] = ()
    extend_select: Annotated[
        Words, About(_RULES, "Rules to run besides those selected.", "RULES", _CHOOSE, script=True)
    ] = ()
    extend_ignore: Annotated[
        Words, About(_RULES, "Rules not to run besides those ignored.", "RULES", _CHOOSE, script=True)
    ] = ()
    severity: Annotated[
        dict[str, Severity],
        About(_RULES, "Severity by rule: `error`, `warning` or `note`.", "RULE=LEVEL", _CHOOSE, script=True),
    ] = field(default_factory=dict)
    min_confidence: Annotated[
        Confidence,
        About(_RULES, "Report findings of which lintfoot is at least this sure.", script=True, commands=_BOTH),
    ] = Confidence.MEDIUM
    per_file_ignores: Annotated[
        dict[str, Words],
        About(
            _RULES,
            "Rules to ignore in files that match a gitignore-style pattern; with `!` in front, in all other files.",
            "PATTERN:RULES",
        ),
    ] = field(default_factory=dict)
    extend_per_file_ignores: Annotated[
        dict[str, Words], About(_RULES, "Adds to `per-file-ignores`.", "PATTERN:RULES")
    ] = field(default_factory=dict)
    rules: Annotated[Words, About(_RULES, "Folders with your own rule pages and library models.", "FOLDERS", _ALL)] = ()
    rule: Annotated[
        dict[str, Options],
        About(
            _RULES,
            "Severity and own options of single rules: `[tool.lintfoot.rule.NAME]`.",
            "RULE.OPTION=VALUE",
            _CHOOSE,
            script=True,
        ),
    ] = field(default_factory=dict)
    suppressions: Annotated[
        bool, About(_RULES, "Obey `# lintfoot: ignore[…]` comments and those of other linters.", script=True)
    ] = True
    foreign_suppressions: Annotated[
        bool,
        About(
            _RULES, "Obey other linters' comments (`noqa`, `nosec`, `pylint: disable` …) for twin rules.", script=True
        ),
    ] = True

    require_reason: Annotated[
        bool, About(_RULES, "A suppression without `-- reason` silences nothing and is a finding (LF002).")
    ] = False
    unsuppressable: Annotated[
        Words, About(_RULES, "Rules that no comment and no script's own settings can silence.", "RULES")
    ] = ()

    exclude: Annotated[
        Words, About(_FILES, "Files and folders to leave out, as gitignore-style patterns.", "PATTERNS", commands=_BOTH)
    ] = EXCLUDED
    extend_exclude: Annotated[Words, About(_FILES, "Adds to `exclude`.", "PATTERNS", commands=_BOTH)] = ()
    force_exclude: Annotated[bool, About(_FILES, "Leave excluded files out even where they are named.")] = True
    respect_gitignore: Annotated[bool, About(_FILES, "Leave out what git ignores.", commands=_BOTH)] = True
    skip_non_python: Annotated[bool, About(_FILES, "Skip named files that are no Python by suffix or shebang.")] = False
    stdin_filename: Annotated[
        str, About(_FILES, "What standard input (`-`) is called in reports and for per-file settings.", "NAME")
    ] = ""
    project: Annotated[
        bool,
        About(
            _FILES,
            "Read what a script imports from other files of the project: constants, clients, loggers, wrappers.",
            commands=_BOTH,
        ),
    ] = True
    shard: Annotated[
        str,
        About(
            _FILES,
            "Check one part of the files: `3/16` is the third of sixteen, about equal in bytes. "
            "`lintfoot merge` puts the reports of all parts together.",
            "N/COUNT",
        ),
    ] = ""
    show_files: Annotated[bool, About(_FILES, "List the files that would be checked, and stop.")] = False

    fix: Annotated[bool, About(_REPAIRS, "Write repairs that change nothing but the fault into the files.")] = False
    unsafe_fixes: Annotated[
        bool,
        About(
            _REPAIRS,
            "With `fix` and `diff`, also those that may change what a script does: read them before you commit.",
        ),
    ] = False
    diff: Annotated[
        bool, About(_REPAIRS, "Print what the repairs would change instead of the report, and write nothing.")
    ] = False

    fail_on: Annotated[
        FailOn, About(_FAILURE, "Exit with 1 for findings of this severity or worse.", commands=_EACH)
    ] = FailOn.WARNING
    since: Annotated[
        str,
        About(
            _FAILURE,
            "Report only findings in statements that changed since the work tree left this git revision.",
            "REV",
        ),
    ] = ""
    baseline: Annotated[
        str, About(_FAILURE, "A file of findings that were there before: they are counted and not reported.", "FILE")
    ] = ""
    fail_on_stale: Annotated[
        bool,
        About(
            _FAILURE,
            "Exit with 1 where the baseline records findings that are gone.",
            commands=("check", "merge", "config"),
        ),
    ] = False
    exit_zero: Annotated[bool, About(_FAILURE, "Exit with 0 in spite of findings.", commands=_EACH)] = False
    allow_empty: Annotated[bool, About(_FAILURE, "Do not fail where there was nothing to check.")] = False

    format: Annotated[Format, About(_OUTPUT, "The report on standard output.")] = Format.TEXT
    output: Annotated[
        Words,
        About(
            _OUTPUT,
            "Write the report to a file instead; `NAME:FILE` writes one more report, `NAME` alone to standard output.",
            "[NAME:]FILE",
            letter="o",
        ),
    ] = ()
    color: Annotated[Color, About(_OUTPUT, "Colour the text report.", commands=_BOTH)] = Color.AUTO
    quiet: Annotated[
        bool,
        About(
            _OUTPUT,
            "Say nothing where nothing was found, and leave the summary out.",
            commands=_BOTH,
            letter="q",
        ),
    ] = False
    verbose: Annotated[
        bool, About(_OUTPUT, "Also say which files were skipped, and why.", commands=_BOTH, letter="v")
    ] = False
    statistics: Annotated[bool, About(_OUTPUT, "Count findings by rule.")] = False
    show_suppressed: Annotated[
        bool,
        About(
            _OUTPUT,
            "Also list what comments, settings and the baseline silence, with who and why: in text, concise, JSON and Markdown.",
        ),
    ] = False
    progress: Annotated[bool, About(_OUTPUT, "Show a progress bar on a terminal when work lasts.", commands=_BOTH)] = (
        True
    )
    sarif_category: Annotated[
        str,
        About(_OUTPUT, "The category of a SARIF upload, for several uploads of one commit.", "NAME", commands=_BOTH),
    ] = ""
    sarif_include_suppressed: Annotated[bool, About(_OUTPUT, "List suppressed findings in SARIF, marked as such.")] = (
        False
    )
    sarif_max_results: Annotated[
        int,
        About(
            _OUTPUT,
            "The most results that a SARIF report holds, the worst first; GitHub refuses more than 25,000.",
            "N",
        ),
    ] = 25_000

    jobs: Annotated[
        int,
        About(
            _SPEED,
            "Processes to work with; 0 is one per processor, where there is much to do.",
            "N",
            letter="j",
            commands=_BOTH,
        ),
    ] = 0
    executor: Annotated[
        str,
        About(
            _SPEED,
            "Have the work done by a Dask cluster that sees the same files at the same paths: `dask://host:port`.",
            "ADDRESS",
        ),
    ] = ""
    cache: Annotated[
        bool, About(_SPEED, "Keep what unchanged files said, and say it again without looking.", commands=_BOTH)
    ] = True
    cache_dir: Annotated[
        str,
        About(_SPEED, "Where to keep that; empty is a folder among the user's own caches.", "FOLDER", commands=_BOTH),
    ] = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    name: str
    type: Any
    kind: Kind
    default: Any
    about: About

    @property
    def key(self) -> str:
        """The key in TOML, in the JSON of `lintfoot config` and in messages."""
        return spelled(self.name)

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{PREFIX}{self.name.upper()}"

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return f"--{self.key}"

    @property
    def choices(self) -> tuple[str, ...]:
        """The words it may hold, where they are few."""
        return tuple(member.value for member in self.type) if self.kind is Kind.CHOICE else ()

    @property
    def extends(self) -> str:
        """The field that this one adds to, or nothing."""
        return self.name.removeprefix(EXTEND) if self.name.startswith(EXTEND) else ""

    @property
    def merges(self) -> bool:
        """Whether layers add up: `extend-…`, and tables whose keys are settings of their own."""
        return bool(self.extends) or self.kind in (Kind.LEVELS, Kind.OPTIONS)


PREFIX = "LINTFOOT_"
EXTEND = "extend_"


@cache
def table() -> tuple[Setting, ...]:
    """All settings, in the order of the documentation."""
    hints, defaults = hints_of(Settings), defaults_of(Settings)
    return tuple(_row(name, hints[name], defaults.get(name, {})) for name in names_of(Settings))


def _row(name: str, hint: Any, default: Any) -> Setting:
    kind, about = get_args(hint)
    return Setting(name, kind, _KINDS.get(kind, Kind.CHOICE), default, about)


@cache
def by_key() -> dict[str, Setting]:
    """The settings by key."""
    return {setting.key: setting for setting in table()}


@cache
def by_name() -> dict[str, Setting]:
    """The settings by field name."""
    return {setting.name: setting for setting in table()}
