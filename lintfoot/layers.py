"""Layers of settings, and the configuration they add up to.

The layers are kept, because some questions need them: which rules run (a stronger `select` forgets what weaker layers
ignored), what a path in a setting is relative to, and who said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lintfoot.records import dataclass, field, names_of
from lintfoot.settings import Kind, Setting, Settings, by_name, table
from lintfoot.tables import Page, Problem, position

TABLE = ("tool", "lintfoot")


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings: values by field name. `page` is the TOML text that they stand in, if they do."""

    name: str
    folder: Path
    values: Mapping[str, Any]
    page: Page | None = None

    def place(self, setting: Setting, *inner: str | int) -> tuple[str, int, int]:
        """File (or variable, or flag), line and column of a value in this layer; line 0 outside files."""
        if self.page:
            return (self.page.file, *position(self.page.text, (*TABLE, setting.key, *inner)))
        return ({ENVIRONMENT: setting.variable, COMMAND_LINE: setting.flag}.get(self.name, self.name), 0, 0)

    def origin(self, setting: Setting, *inner: str | int) -> str:
        """What a person is shown: `pyproject.toml:31`, `LINTFOOT_SELECT`, `--select` or `default`."""
        file, line, _ = self.place(setting, *inner)
        return f"{file}:{line}" if line else file

    def problem(self, message: str, setting: Setting, *inner: str | int) -> Problem:
        """Something wrong with a value that only a later room can see."""
        return Problem(*self.place(setting, *inner), message)


DEFAULT, GIVEN, ENVIRONMENT, COMMAND_LINE = "default", "given", "environment", "command line"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Gitignore-style patterns, and the folder that they are relative to."""

    folder: Path
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Settings):
    """All settings of a run, and what they hang on.

    `folder` is the working directory, `root` the project's (where git's or the configuration's stands), `file` the
    configuration read, if any. `named` says that the user named the paths. Without `layers` the values stand alone.
    """

    paths: tuple[str, ...] = (".",)
    named: bool = False
    folder: Path = field(default_factory=Path.cwd)
    root: Path = field(default_factory=Path.cwd)
    file: Path | None = None
    isolated: bool = False
    layers: tuple[Layer, ...] = ()

    @property
    def sources(self) -> tuple[Layer, ...]:
        """The layers, weakest first."""
        return self.layers or (Layer(GIVEN, self.folder, {one.name: getattr(self, one.name) for one in table()}),)

    def givers(self, name: str, *inner: str) -> list[Layer]:
        """The layers that the value in force came from, weakest first: one, or several where layers add up.

        `inner` is a key of a table: then the one layer whose word counts for that key.
        """
        setting = by_name()[name]
        given = [layer for layer in self.sources if name in layer.values and _holds(layer.values[name], inner)]
        return given if setting.merges and not inner else given[-1:]

    def origin(self, name: str, *inner: str) -> str:
        """Where a value came from, for people: `default`, `pyproject.toml:31`, `LINTFOOT_SELECT`, `--select`.

        Finding the line in a file means reading it once more, so this is not for the hot path.
        """
        setting = by_name()[name]
        said = [layer.origin(setting, *inner) for layer in self.givers(name, *inner) if layer.name != DEFAULT]
        return " + ".join(said) or DEFAULT

    @property
    def origins(self) -> dict[str, str]:
        """Every setting's origin, by field name."""
        return {setting.name: self.origin(setting.name) for setting in table()}

    def patterns(self, name: str) -> tuple[Patterns, ...]:
        """A list of patterns and what extends it, each part with the folder it is relative to."""
        layers = [(layer, name) for layer in self.givers(name)]
        layers += [(layer, f"extend_{name}") for layer in self.givers(f"extend_{name}")]
        made = (Patterns(layer.folder, layer.values[key]) for layer, key in layers)
        return tuple(one for one in made if one.patterns)

    def with_layer(self, layer: Layer, at: int | None = None) -> Config:
        """The same run with one more layer: on top, or as number `at` of `sources`."""
        layers = list(self.sources)
        layers.insert(len(layers) if at is None else at, layer)
        facts = {name: getattr(self, name) for name in names_of(self) if name not in by_name()}
        return Config(**{**facts, "layers": tuple(layers)}, **merged(layers))


def _holds(value: Any, inner: Sequence[str]) -> bool:
    for key in inner:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True


def merged(layers: Sequence[Layer]) -> dict[str, Any]:
    """The values in force: the strongest layer's, or all of them where layers add up."""
    return {
        setting.name: _value(setting, [one.values for one in layers if setting.name in one.values])
        for setting in table()
    }


def _value(setting: Setting, given: list[Mapping[str, Any]]) -> Any:
    values = [one[setting.name] for one in given] or [setting.default]
    if not setting.merges:
        return values[-1]
    if setting.kind is Kind.LIST:
        return tuple(dict.fromkeys(item for value in values for item in value))
    made: dict[str, Any] = {}
    for value in values:
        for key, item in value.items():
            made[key] = _added(setting.kind, made.get(key), item)
    return made


def _added(kind: Kind, before: Any, item: Any) -> Any:
    if before is None or kind is Kind.LEVELS:
        return item
    return before | item if kind is Kind.OPTIONS else (*before, *item)
