"""What other linters' settings in a repository say about twins: proposed to `lintfoot init`, so that nothing is decided twice.

Read are ruff's, bandit's and pylint's settings in pyproject.toml, ruff.toml, .ruff.toml, .bandit, bandit.yaml, .pylintrc and the like,
tox.ini and setup.cfg of one folder. Only what switches a twin off by its code or name is taken over (pylint's `disable=W` or `all` speaks
of hundreds of things at once, and of none of ours); a broken file says nothing.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from lintfoot.records import dataclass, field
from lintfoot.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from lintfoot.book import Book

RUFF, BANDIT, PYLINT = "ruff", "bandit", "pylint"
# Which twins are whose: ruff has bandit's codes under S and flake8-bugbear's under B, which are others than bandit's.
_OWN = {
    RUFF: regex(r"(?!B(?:[1-7]\d\d|001)$)(?![WRCEF]\d{4}$)[A-Z]+\d+"),
    BANDIT: regex(r"B[1-7]\d\d"),
    PYLINT: regex(r"[WRCEF]\d{4}|[a-z][a-z-]+"),
}
_LARGEST = 1_000_000  # bytes of a file of settings


@dataclass(slots=True)
class Inherited:
    """What is switched off: rules everywhere, rules by file pattern, folders; each with where that was said."""

    ignored: dict[str, str] = field(default_factory=dict)
    by_file: dict[str, dict[str, str]] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The lines of TOML that say the same here; nothing where nothing was found."""
        made = []
        if self.ignored:
            made += [f"# {_sources(self.ignored.values())}", f"extend-ignore = {_listed(self.ignored)}"]
        if self.excluded:
            made += [f"# {_sources(self.excluded.values())}", f"extend-exclude = {_listed(self.excluded)}"]
        if self.by_file:
            said = [source for codes in self.by_file.values() for source in codes.values()]
            made += ["", "[tool.lintfoot.per-file-ignores]", f"# {_sources(said)}"]
            made += [f"{json.dumps(pattern)} = {_listed(codes)}" for pattern, codes in sorted(self.by_file.items())]
        return made


def _sources(said: Iterable[str]) -> str:
    return f"from {', '.join(sorted(set(said)))}"


def _listed(words: Iterable[str]) -> str:
    return f"[{', '.join(json.dumps(word, ensure_ascii=False) for word in sorted(set(words)))}]"


def inherited(folder: Path, book: Book) -> Inherited:
    """Read every file of settings in a folder."""
    found = Inherited()
    project = _toml(folder / "pyproject.toml").get("tool", {})
    for name, table in (
        ("pyproject.toml", _table(project, "ruff")),
        ("ruff.toml", _toml(folder / "ruff.toml")),
        (".ruff.toml", _toml(folder / ".ruff.toml")),
    ):
        _ruff(table, f"ruff ({name})", book, found)
    _bandit(_table(project, "bandit"), "bandit (pyproject.toml)", book, found)
    for name in ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml"):
        _bandit(_yaml(folder / name), f"bandit ({name})", book, found)
    for name in ("pyproject.toml", "pylintrc.toml", ".pylintrc.toml"):
        _pylint(_table(_table(_toml(folder / name), "tool"), "pylint"), f"pylint ({name})", book, found)
    for name in (".bandit", "tox.ini", "setup.cfg"):
        _bandit(_ini(folder / name).get("bandit", {}), f"bandit ({name})", book, found)
    for name in (".pylintrc", "pylintrc"):
        for values in _ini(folder / name).values():
            _ignore(found, book, PYLINT, _words(values.get("disable")), f"pylint ({name})")
    for name in ("tox.ini", "setup.cfg"):
        for section, values in _ini(folder / name).items():
            if section.startswith("pylint"):
                _ignore(found, book, PYLINT, _words(values.get("disable")), f"pylint ({name})")
    return found


def _ruff(table: Mapping[str, Any], source: str, book: Book, found: Inherited) -> None:
    for part in (table, _table(table, "lint")):
        for key in ("ignore", "extend-ignore"):
            _ignore(found, book, RUFF, _words(part.get(key)), source)
        for key in ("per-file-ignores", "extend-per-file-ignores"):
            for pattern, selectors in _table(part, key).items():
                codes = _twins(book, RUFF, _words(selectors))
                for own in _as_gitignore(str(pattern)) if codes else ():
                    found.by_file.setdefault(own, {}).update(dict.fromkeys(codes, source))
    for key in ("exclude", "extend-exclude"):
        found.excluded.update(dict.fromkeys(_words(table.get(key)), source))


def _as_gitignore(pattern: str) -> list[str]:
    """A pattern of ruff's as .gitignore says it: there a star stops at a slash, and braces are none."""
    inverted, text = pattern.startswith("!"), pattern.removeprefix("!").removeprefix("./")
    braces = re.search(r"\{([^{}]*)\}", text)
    if braces:
        each = (text[: braces.start()] + one + text[braces.end() :] for one in braces[1].split(","))
        return [own for one in each for own in _as_gitignore(f"!{one}" if inverted else one)]
    if not re.search(r"[*?\[.]", text):  # a folder's name alone means nothing to ruff, and all below it here
        return []
    text = re.sub(r"^\*(?=/)", "**/*", text)
    text = re.sub(r"(?<!\*\*)/\*(?!\*)", "/**/*", text)  # `tests/*` reaches every folder below
    text = re.sub(r"\*\*(?=[^/*])", "**/*", text)  # and so does `src/**.py`
    return [f"!{text}" if inverted else text]


def _bandit(table: Mapping[str, Any], source: str, book: Book, found: Inherited) -> None:
    _ignore(found, book, BANDIT, _words(table.get("skips")), source)
    for key in ("exclude_dirs", "exclude"):
        folders = (re.sub(r"^\./", "", word) for word in _words(table.get(key)))
        found.excluded.update(dict.fromkeys(filter(None, folders), source))


def _pylint(table: Mapping[str, Any], source: str, book: Book, found: Inherited) -> None:
    for part in (table, *(_table(table, section) for section in table)):
        _ignore(found, book, PYLINT, _words(part.get("disable")), source)


def _ignore(found: Inherited, book: Book, tool: str, words: Iterable[str], source: str) -> None:
    found.ignored.update(dict.fromkeys(_twins(book, tool, words), source))


def _twins(book: Book, tool: str, words: Iterable[str]) -> set[str]:
    """The rules whose twins in a tool these words switch off: codes, beginnings of codes for ruff, names for pylint."""
    wanted = [word.strip() for word in words]
    return {
        rule.code
        for rule in book.rules
        for twin in (*rule.twins, rule.name)
        if _OWN[tool].fullmatch(twin) and any(_means(tool, word, twin) for word in wanted)
    }


def _means(tool: str, word: str, twin: str) -> bool:
    if tool != RUFF or len(word) == len(twin):
        return word == twin
    letters = re.match("[A-Z]+", twin)
    return bool(letters) and word.startswith(letters[0] if letters else "") and twin.startswith(word)


# the files


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except ValueError:
        return {}


def _ini(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False, inline_comment_prefixes=("#", ";"))
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}


_LISTED = regex(
    r"""(?mx) ^(?P<key>skips|exclude_dirs) \s*:[ \t]* (?:\#.*)?
    (?: \[ (?P<flow>[^\]]*) \] | (?P<block> (?:\n [ \t]* (?:-[^\n]*|\#[^\n]*)? (?=\n|\Z))+ ) )"""
)


def _yaml(path: Path) -> dict[str, list[str]]:
    """The two lists of bandit's that matter, in either way that YAML has to write a list: no parser of it is at hand."""
    found = _LISTED.finditer(_text(path))
    return {
        match["key"]: _items(match["flow"].split(",") if match["flow"] else match["block"].split("\n"))
        for match in found
    }


def _items(texts: Iterable[str]) -> list[str]:
    words = (re.sub(r"(^|\s)#.*", "", text).strip().removeprefix("-").strip().strip("'\"") for text in texts)
    return [word for word in words if word]


def _text(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _table(table: Any, key: str) -> Mapping[str, Any]:
    inner = table.get(key) if isinstance(table, dict) else None
    return inner if isinstance(inner, dict) else {}


def _words(value: Any) -> Iterator[str]:
    """Words of a list, or of a text with commas."""
    if isinstance(value, str):
        value = re.split(r"[,\s]+", value)
    if isinstance(value, list):
        yield from (word for word in value if isinstance(word, str) and word)
