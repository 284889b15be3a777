"""The judged sheets: rows of what somebody read, and how a tool's findings are counted against them."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

CARD = ("LF101", "LF201", "LF301", "LF401", "LF501", "LF502", "LF503", "LF601")
"""The codes that somebody who reads a file in full looks for."""


class Finding(NamedTuple):
    """What a tool said, under lintfoot's code; `file` is resolved."""

    file: str
    line: int
    code: str


class Row(NamedTuple):
    """One judged place: `verdict` is right (to be reported), wrong (not to be), or read (the file holds nothing)."""

    package: str
    file: str
    line: int
    code: str
    verdict: str
    words: str

    def finding(self, folder: Path) -> Finding:
        """The finding that would stand here."""
        return Finding(str((folder / self.package / self.file).resolve()), self.line, self.code)


class Share(NamedTuple):
    """How many of `whole` were hit; 1 where there was nothing to hit."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part}/{self.whole} = {self.value:.3f}"

    @property
    def value(self) -> float:
        """The share as a number from 0 to 1."""
        return self.part / self.whole if self.whole else 1.0


class Told(NamedTuple):
    """What a tool made of the files that were read in full, for one code."""

    recall: Share
    precision: Share


Spans = Mapping[tuple[str, int], range]
"""For a line of a file, the lines of the statement's header that it belongs to; a line that is missing stands alone."""


def read(folder: Path) -> dict[str, list[Row]]:
    """All rows: `recall` (sheets whose name begins so, of files read in full) and `drawn`."""
    rows: dict[str, list[Row]] = {"drawn": [], "recall": []}
    for path in sorted(folder.glob("*.tsv")):
        kind = "recall" if path.stem.startswith("recall") else "drawn"
        with path.open(encoding="utf-8", newline="") as file:
            for number, fields in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                if fields and not fields[0].startswith("#"):
                    rows[kind].append(_row(fields, f"{path.name}:{number}"))
    return rows


def _row(fields: list[str], place: str) -> Row:
    package, name, line, code, verdict, words = (*fields, "", "")[:6]
    if verdict not in ("right", "wrong", "read") or not line.isdigit():
        raise ValueError(f"{place}: a row is package, file, line, code, right|wrong|read, words")
    return Row(package, name, int(line), code, verdict, words)


def matches(rows: Iterable[Finding], found: Iterable[Finding], spans: Spans) -> set[Finding]:
    """The rows that a tool found: each finding stands for one row, on its line or on another line of its statement."""
    wanted, said = set(rows), set(found)
    hit = wanted & said
    spare = sorted(said - hit)
    for row in sorted(wanted - hit):
        lines = spans.get((row.file, row.line), range(row.line, row.line + 1))
        near = next((one for one in spare if one.file == row.file and one.code == row.code and one.line in lines), None)
        if near is not None:
            spare.remove(near)
            hit.add(row)
    return hit


def of_drawn(folder: Path, rows: list[Row], found: set[Finding], spans: Spans) -> dict[str, Counter[str]]:
    """Per code, how many of the rows judged right and wrong a tool reports."""
    hit = matches((row.finding(folder) for row in rows), found, spans)
    counts: dict[str, Counter[str]] = {code: Counter() for code in sorted({row.code for row in rows})}
    for row in rows:
        counts[row.code][row.verdict] += row.finding(folder) in hit
    return counts


def of_full(folder: Path, rows: list[Row], found: set[Finding], spans: Spans) -> dict[str, Told]:
    """Recall and precision per code over files that were read in full, where whatever is not listed is a false alarm."""
    files = {row.finding(folder).file for row in rows}
    said = {one for one in found if one.file in files and one.code in CARD}
    truth = {row.finding(folder) for row in rows if row.verdict == "right"}
    hit = matches(truth, said, spans)
    told = {}
    for code in CARD:
        right, all_right, all_said = (sum(one.code == code for one in group) for group in (hit, truth, said))
        told[code] = Told(Share(right, all_right), Share(right, all_said))
    return told


def over_all(told: Iterable[Told]) -> Told:
    """The codes taken together."""
    many = list(told)
    return Told(*(Share(sum(one[side].part for one in many), sum(one[side].whole for one in many)) for side in (0, 1)))


def changed(folder: Path, rows: list[Row], found: set[Finding]) -> tuple[list[Row], list[Row]]:
    """The regressions: what was judged right and is gone, and what was judged wrong and is there."""
    lost = [row for row in rows if row.verdict == "right" and row.finding(folder) not in found]
    back = [row for row in rows if row.verdict == "wrong" and row.finding(folder) in found]
    return lost, back


def headers(files: Iterable[Path]) -> dict[tuple[str, int], range]:
    """The lines of every statement's header, by each of its lines; a file that does not parse has none."""
    found: dict[tuple[str, int], range] = {}
    for file in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue  # no statements here: its rows count by their own lines
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt | ast.ExceptHandler):
                lines = _header(node)
                found |= {(str(file.resolve()), line): lines for line in lines}
    return found


def _header(node: ast.stmt | ast.ExceptHandler) -> range:
    body: list[ast.stmt] = getattr(node, "body", [])
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    end = node.end_lineno or node.lineno
    return range(first, max(node.lineno, min(end, _first_line(body) - 1 if body else end)) + 1)


def _first_line(body: list[ast.stmt]) -> int:
    decorators: list[ast.expr] = getattr(body[0], "decorator_list", [])
    return min([body[0].lineno, *(one.lineno for one in decorators)])


def files_of(folder: Path, rows: Iterable[Row]) -> Iterator[Path]:
    """The files that rows speak of, as far as they are there."""
    for name in sorted({row.finding(folder).file for row in rows}):
        path = Path(name)
        if path.is_file():
            yield path
