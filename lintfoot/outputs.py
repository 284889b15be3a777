"""Where reports go: which format to which file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.settings import Format, by_name
from lintfoot.tables import Problem, Problems, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lintfoot.layers import Config

STDOUT = "-"
_NAMES = tuple(one.value for one in Format)


@dataclass(frozen=True, slots=True)
class Output:
    """One report of a run; without a file it goes to standard output."""

    format: Format
    file: Path | None = None


def planned(config: Config) -> list[Output]:
    """The reports that the settings ask for. Raises Problems.

    `--output FILE` sends the report of `--format` to a file instead of standard output; `NAME:FILE` writes one more;
    `NAME` or `NAME:-` puts that one on standard output. Standard output carries one report at most.
    """
    made: list[Output] = []
    problems: list[Problem] = []
    moved = False
    for layer in config.givers("output"):
        for number, text in enumerate(layer.values["output"]):
            name, file = parts(text)
            fault = fault_of(name, file, layer.folder)
            if not fault:
                output = Output(Format(name or config.format), None if file == STDOUT else layer.folder / file)
                fault = _clash(output, made)
                made.append(output)
                moved = moved or not name
            if fault:
                problems.append(layer.problem(fault, by_name()["output"], number))
    if problems:
        raise Problems(problems)
    shown = moved or any(output.file is None for output in made)
    return made if shown else [Output(config.format), *made]


def parts(text: str, names: Sequence[str] = _NAMES) -> tuple[str, str]:
    """Format (or nothing) and file. A file that has the name of a format is written `./sarif`."""
    if text in names:
        return text, STDOUT
    match = _NAMED.fullmatch(text)  # two letters at least, so that C:\\report is a file
    return (match["name"], match["file"] or STDOUT) if match else ("", text)


_NAMED = regex(r"(?s)(?P<name>[A-Za-z][\w-]+):(?P<file>.*)")


def fault_of(name: str, file: str, folder: Path, names: Sequence[str] = _NAMES) -> str:
    """What is wrong with one report's format or file, or nothing."""
    if name and name not in names:
        return f"unknown format {quoted(name)}{did_you_mean(name, names)}; known are {', '.join(names)}"
    if "\0" in file:
        return "a file name cannot hold a NUL"
    path = folder / file
    if file != STDOUT and path.is_dir():
        return f"{quoted(file)} is a folder"
    if file != STDOUT and not path.parent.is_dir():
        return f"no such folder: {quoted(str(Path(file).parent))}"
    return ""


def _clash(output: Output, others: list[Output]) -> str:
    for other in others:
        if other.file == output.file:
            place = quoted(str(output.file)) if output.file else "standard output"
            return f"{place} cannot hold both {other.format} and {output.format}"
    return ""
