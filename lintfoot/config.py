"""Where settings come from: defaults < pyproject.toml < a script's own block < environment < command line.

All that is wrong is gathered before anything is said, so that a user mends a configuration in one go.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot import inline, texts
from lintfoot.layers import COMMAND_LINE, DEFAULT, ENVIRONMENT, TABLE, Config, Layer, merged
from lintfoot.records import dataclass, field
from lintfoot.settings import PREFIX, Kind, Setting, by_key, by_name, table
from lintfoot.tables import Page, Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Config", "Gathered", "Sources", "for_script", "gather", "git_root", "load"]
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
FILE_NAME = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a run may read its settings from.

    `arguments` are the flags that were given, by field name: the texts, or True and False for switches. `file` names
    the configuration instead of looking for one; `isolated` reads neither a file nor the environment. Without `search`
    no file is looked for: what stands in the working directory may be what is to be judged.
    """

    arguments: Mapping[str, Sequence[str] | bool] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path.cwd)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    file: str = ""
    isolated: bool = False
    search: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """A configuration with all that is wrong in it: `problems` end the run, `warnings` do not."""

    config: Config
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def load(sources: Sources | None = None) -> Config:
    """Like `gather`, but raises Problems where anything is wrong."""
    gathered = gather(sources or Sources())
    if gathered.problems:
        raise Problems(gathered.problems)
    return gathered.config


def gather(sources: Sources) -> Gathered:
    """Read every source; what is wrong in one of them is left out and told."""
    folder, variables = sources.folder, {} if sources.isolated else sources.environment
    problems: list[Problem] = []
    top = git_root(folder)
    found = None if sources.isolated else _find(sources, top, problems)
    given = {one.name: (text,) for one in table() if (text := variables.get(one.variable, "")).strip()}
    layers = (
        Layer(DEFAULT, folder, {one.name: one.default for one in table()}),
        *([_file_layer(*found, problems)] if found else []),
        _text_layer(ENVIRONMENT, folder, given, problems),
        _text_layer(COMMAND_LINE, folder, sources.arguments, problems),
    )
    config = Config(
        paths=sources.paths or (".",),
        named=bool(sources.paths),
        folder=folder,
        root=top or (found[0].parent if found else folder),
        file=found[0] if found else None,
        isolated=sources.isolated,
        layers=layers,
        **merged(layers),
    )
    warnings = tuple(_unknown_variable(name) for name in sorted(variables) if _is_unknown(name))
    return Gathered(config, tuple(problems), warnings)


def git_root(folder: Path) -> Path | None:
    """The nearest folder upwards that holds a `.git` (a folder, or a file in a worktree)."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _find(sources: Sources, top: Path | None, problems: list[Problem]) -> tuple[Path, Page] | None:
    """The configuration file: the one that was named, or the nearest pyproject.toml with a [tool.lintfoot] table."""
    named = sources.file or sources.environment.get(CONFIG_VARIABLE, "")
    if named:
        return _named(sources.folder / named, named, problems)
    return _nearest(sources, top, problems) if sources.search else None


def _nearest(sources: Sources, top: Path | None, problems: list[Problem]) -> tuple[Path, Page] | None:
    for folder in (sources.folder, *sources.folder.parents):
        path = folder / FILE_NAME
        if path.is_file():
            page = _page(path, os.path.relpath(path, sources.folder), problems)
            if page and _has_table(page, problems):
                return path, page
        if folder == top:
            break
    return None


def _named(path: Path, named: str, problems: list[Problem]) -> tuple[Path, Page] | None:
    page = _page(path, named, problems)
    if page is None or _has_table(page, problems):
        return (path, page) if page else None
    if not page.problems:
        problems.append(Problem(named, 1, 1, "has no [tool.lintfoot] table"))
    return None


def _page(path: Path, shown: str, problems: list[Problem]) -> Page | None:
    try:
        return Page(shown, path.read_bytes().decode("utf-8").replace("\r\n", "\n"))
    except OSError as error:
        problems.append(Problem(shown, 0, 0, f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        problems.append(Problem(shown, 0, 0, "cannot be read: it is not UTF-8"))
    return None


def _has_table(page: Page, problems: list[Problem]) -> bool:
    """Whether it is for lintfoot. A broken file is an error only where it speaks of lintfoot."""
    if "lintfoot" not in page.text:
        return False
    tool = page.parse().get("tool")
    problems += page.problems
    return isinstance(tool, dict) and "lintfoot" in tool


def _file_layer(path: Path, page: Page, problems: list[Problem]) -> Layer:
    values = _values(page, by_key())
    problems += page.problems
    return Layer(page.file, path.parent, values, page)


def _values(page: Page, known: Mapping[str, Setting]) -> dict[str, Any]:
    """The values of the [tool.lintfoot] table that are right; what is wrong is a problem of the page."""
    given = page.parse()["tool"]["lintfoot"]
    if not isinstance(given, dict):
        page.wrong(TABLE, f"{quoted('lintfoot')} must be a table")
        return {}
    values = {}
    for key, value in given.items():
        setting = known.get(key)
        if setting is None:
            page.wrong((*TABLE, key), _unknown_key(key, known))
            continue
        before = len(page.problems)
        read = page.value(setting.type, value, (*TABLE, key))
        if setting.kind is Kind.COUNT and isinstance(read, int) and read < 0:
            page.wrong((*TABLE, key), f"{quoted(key)} must be a whole number from 0 on, not {read}")
        if len(page.problems) == before:
            values[setting.name] = read
    return values


def _unknown_key(key: str, known: Mapping[str, Setting]) -> str:
    if key in by_key():
        return f"{quoted(key)} holds for a whole run: a script cannot set it for itself"
    return f"unknown key {quoted(key)}{did_you_mean(key.lower().replace('_', '-'), known)}"


def _is_unknown(variable: str) -> bool:
    return variable.startswith(PREFIX) and variable not in _variables()


@cache
def _variables() -> tuple[str, ...]:
    return (*(setting.variable for setting in table()), CONFIG_VARIABLE)


def _unknown_variable(name: str) -> Problem:
    return Problem(name, 0, 0, f"no setting has this variable{did_you_mean(name, _variables())}")


def _text_layer(name: str, folder: Path, given: Mapping[str, Sequence[str] | bool], problems: list[Problem]) -> Layer:
    """The layer of the environment or of the command line."""
    values: dict[str, Any] = {}
    layer = Layer(name, folder, values)
    for key, value in given.items():
        setting = by_name()[key]
        wrong: list[str] = []
        read = value if isinstance(value, bool) else texts.read(setting, value, wrong.append)
        problems += [layer.problem(message, setting) for message in wrong]
        if not wrong:
            values[key] = read
    return layer


def for_script(config: Config, text: str, file: str) -> Config:
    """The configuration for one script: its PEP 723 block is stronger than the project, weaker than the environment.

    Returns the very same record where the script has no say. Raises Problems, placed in the script, for what is wrong.
    """
    if config.isolated or "lintfoot" not in text:
        return config
    page = inline.page(text, file)
    if page is None or "lintfoot" not in page.text:
        return config
    known = {key: setting for key, setting in by_key().items() if setting.about.script}
    values = _values(page, known) if _has_table(page, []) else {}
    if page.problems:
        raise Problems(page.problems)
    weaker = [one for one in config.sources if one.name not in (ENVIRONMENT, COMMAND_LINE)]
    return config.with_layer(Layer(file, config.folder, values, page), len(weaker)) if values else config
