"""The commands that do not check: explain, rules, config, init. None of them loads libcst or rich."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintfoot import explain as explained
from lintfoot import reference
from lintfoot.arguments import COMMANDS
from lintfoot.atomic import write
from lintfoot.book import Book
from lintfoot.config import FILE_NAME, git_root
from lintfoot.faults import of_script, unknown_rule
from lintfoot.findings import printable
from lintfoot.selection import SELECTORS, select, selected
from lintfoot.settings import Kind, Setting, table
from lintfoot.settling import Settled, settle
from lintfoot.tables import Problem, Problems, did_you_mean, quoted
from lintfoot.terminal import say, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lintfoot.arguments import Asked
    from lintfoot.layers import Config

TABLE_FORMS = tuple(COMMANDS["rules"].forms)


def explain(asked: Asked) -> int:
    """Show one rule, or several."""
    settled = settle(asked)
    rules = [(word, settled.book.find(word)) for word in asked.words]
    problems = [Problem("lintfoot explain", 0, 0, unknown_rule(word, settled.book)) for word, rule in rules if not rule]
    if problems:
        raise Problems(problems)
    form = explained.markdown if asked.form == "markdown" else _as_text
    say("\n".join(form(rule) for _, rule in rules if rule))
    return 0


def _as_text(rule: Any) -> str:
    return explained.text(rule, width() or 80)


def rules(asked: Asked) -> int:
    """List the rules; with `--select` and the like given, those alone that they switch on."""
    form = asked.form or TABLE_FORMS[0]
    settled = settle(asked, lambda _: _known_form(form))
    book = settled.book
    if any(name in asked.sources.arguments for name in SELECTORS):
        codes = selected(settled.config, book)
        book = Book(rule for rule in book.rules if rule.code in codes)
    if asked.folder:
        return _write_pages(book, Path(asked.folder))
    say(explained.catalogue(book, form, width()))
    return 0


def _write_pages(book: Book, folder: Path) -> int:
    """Write the reference: what stands in the folder under other names is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in explained.pages(book):
        write(folder / name, text.encode())
    say(f"{printable(str(folder))}: wrote index.md and {len(book.rules)} pages\n")
    return 0


def _known_form(form: str) -> None:
    if form not in TABLE_FORMS:
        hint = did_you_mean(form, TABLE_FORMS)
        message = f"must be one of {', '.join(TABLE_FORMS)}, not {quoted(form)}{hint}"
        raise Problems([Problem("--format", 0, 0, message)])


def config(asked: Asked) -> int:
    """Show the settings in force, with the place each came from; or their schema, or their reference."""
    form = asked.form
    if form == "markdown":
        say(reference.markdown())
        return 0
    settled = settle(asked)
    if form == "schema":
        say(json.dumps(reference.schema(settled.book), indent=2, ensure_ascii=False) + "\n")
        return 0
    script = asked.words[0] if asked.words else ""
    shown = _of_script(settled, script) if script else settled
    say(_as_json(shown, script) if form == "json" else _as_toml(shown, script))
    return 0


def _of_script(settled: Settled, script: str) -> Settled:
    try:
        text = (settled.config.folder / script).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Problems([Problem(script, 0, 0, f"cannot be read: {reason}")]) from None
    return Settled(of_script(settled.config, settled.book, text, script), settled.book)


def _codes(settled: Settled, script: str) -> list[str]:
    choice = select(settled.config, settled.book)
    return sorted(choice.codes_for(Path(script)) if script else choice.codes)


def _as_toml(settled: Settled, script: str) -> str:
    config = settled.config
    file = "none" if config.file is None else printable(str(config.file))
    about = f"# configuration file: {file}\n# project: {printable(str(config.root))}\n"
    codes = f"# rules that run{' on ' + printable(script) if script else ''}: {' '.join(_codes(settled, script))}\n"
    rows = [row for setting in table() for row in _rows(config, setting)]
    return f"{about}{codes}[tool.lintfoot]\n{reference.lines(rows)}"


def _rows(config: Config, setting: Setting) -> Iterator[tuple[str, str]]:
    """A setting as `key = value` with its origin; a table has a row for each key, as each has an origin of its own."""
    for inner, value in _leaves(setting, getattr(config, setting.name)):
        key = ".".join((setting.key, *map(reference.bare, inner)))
        yield f"{key} = {reference.toml(value)}", config.origin(setting.name, *inner)


def _leaves(setting: Setting, value: Any, inner: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    deep = 2 if setting.kind is Kind.OPTIONS else 1
    if isinstance(value, dict) and value and len(inner) < deep:
        for key, item in value.items():
            yield from _leaves(setting, item, (*inner, key))
    else:
        yield inner, value


def _as_json(settled: Settled, script: str) -> str:
    config = settled.config
    document = {
        "file": str(config.file) if config.file else None,
        "root": str(config.root),
        "rules": _codes(settled, script),
        "settings": {setting.key: _entry(config, setting) for setting in table()},
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(config: Config, setting: Setting) -> dict[str, Any]:
    value = getattr(config, setting.name)
    inner = {".".join(path): config.origin(setting.name, *path) for path, _ in _leaves(setting, value) if path}
    return {"value": value, "origin": config.origin(setting.name), **({"origins": inner} if inner else {})}


STARTER = """\
[tool.lintfoot]
# All settings: lintfoot config --markdown; those in force: lintfoot config.
# extend-select = ["opt"]    # the rules that are off by default
# extend-exclude = ["vendor/"]
# fail-on = "error"
# baseline = "lintfoot-baseline.toml"    # once `lintfoot baseline` has written it
# per-file-ignores = { "tests/**" = ["LF401"] }
"""


def init(asked: Asked) -> int:
    """Add the table to the nearest pyproject.toml, or to a new one here; what stands there stays, to the byte."""
    import tomllib

    if asked.problems:
        raise Problems(asked.problems)
    here = Path.cwd()
    file = _nearest(here)
    before = file.read_bytes() if file.exists() else b""
    try:
        document = tomllib.loads(before.decode("utf-8"))
    except ValueError as error:
        raise Problems([Problem(str(file), 0, 0, f"is no TOML, so nothing was added: {error}")]) from None
    tool = document.get("tool", {})
    if isinstance(tool, dict) and "lintfoot" in tool:
        raise Problems([Problem(str(file), 0, 0, "has a [tool.lintfoot] table already")])
    from lintfoot.inheriting import inherited  # two parsers of settings, for this command alone

    taken = inherited(file.parent, settle(asked).book).lines()
    after = _with_table(before, "\n".join([*STARTER.splitlines(), *taken]) + "\n" if taken else STARTER)
    _make_sure(file, document, after)
    write(file, after)
    say(f"{printable(_from_here(file, here))}: added [tool.lintfoot]\n")
    for line in taken:
        say(f"  {printable(line)}\n" if line else "")
    return 0


def _from_here(file: Path, here: Path) -> str:
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _nearest(here: Path) -> Path:
    top = git_root(here)
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        if folder == top:
            break
    return here / FILE_NAME


def _with_table(before: bytes, table: str) -> bytes:
    ending = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before.strip() else ending if before.endswith(b"\n") else ending * 2
    return before + gap + table.encode().replace(b"\n", ending)


def _make_sure(file: Path, before: dict[str, Any], after: bytes) -> None:
    """A `tool = {…}` on one line cannot be added to from below: better no change than a broken file."""
    import tomllib

    try:
        document = tomllib.loads(after.decode("utf-8"))
        del document["tool"]["lintfoot"]
    except (ValueError, KeyError):
        document = {}
    if {**document, "tool": document.get("tool") or None} != {**before, "tool": before.get("tool") or None}:
        raise Problems([Problem(str(file), 0, 0, "a [tool.lintfoot] table cannot be added to the `tool` that it has")])
