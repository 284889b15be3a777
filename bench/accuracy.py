"""How often lintfoot is right on real packages: draw findings to judge, and score the judged ones again after each change."""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SEED = 20261121
TWINS = {
    "ruff": {
        "LF101": "S602,S604,S605",
        "LF201": "S113",
        "LF301": "S501,S323",
        "LF401": "S105,S106,S107",
        "LF501": "B006",
        "LF502": "E722",
        "LF503": "BLE001",
    },
    "bandit": {
        "LF101": "B602,B604,B605",
        "LF201": "B113",
        "LF301": "B501",
        "LF401": "B105,B106,B107",
    },
}
PATIENCE = 3600  # seconds for one tool over all packages


class Row(NamedTuple):
    """One judged place: `verdict` is right (it should be reported) or wrong."""

    package: str
    file: str
    line: int
    code: str
    verdict: str
    words: str


def packages() -> list[str]:
    """The pinned packages, `name==version`."""
    lines = (HERE / "packages.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def fetch(folder: Path) -> None:
    """Download and unpack what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for pin in packages():
        name = pin.partition("==")[0]
        if any(one.name.lower().replace("_", "-").startswith(f"{name}-") for one in folder.iterdir() if one.is_dir()):
            continue
        archive = folder / "archives"
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            name,
            "-d",
            str(archive),
            pin,
        ]
        subprocess.run(command, check=True, timeout=PATIENCE)
        for file in archive.glob("*.tar.gz"):
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
            file.unlink()


def found_by_lintfoot(paths: Iterable[Path], codes: str) -> Iterator[tuple[str, int, str]]:
    """Every finding as (file, line, code)."""
    command = [sys.executable, "-m", "lintfoot", "check", "--isolated", "--no-respect-gitignore", "--exit-zero"]
    command += ["--no-suppressions", "--select", codes, "--format", "json", *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    for one in json.loads(done.stdout)["findings"]:
        yield str(Path(one["path"]).resolve()), one["line"], one["code"]


def found_by_ruff(paths: Iterable[Path]) -> Iterator[tuple[str, int, str]]:
    """The twins' findings under lintfoot's codes."""
    codes = {twin: code for code, twins in TWINS["ruff"].items() for twin in twins.split(",")}
    command = ["ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero", "--no-respect-gitignore"]
    command += ["--select", ",".join(codes), "--output-format", "json", *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    for one in json.loads(done.stdout):
        if one["code"] in codes:
            yield one["filename"], one["location"]["row"], codes[one["code"]]


def found_by_bandit(paths: Iterable[Path]) -> Iterator[tuple[str, int, str]]:
    """The same for bandit."""
    codes = {twin: code for code, twins in TWINS["bandit"].items() for twin in twins.split(",")}
    command = ["bandit", "-q", "-f", "json", "--ignore-nosec", "--exit-zero", "-t", ",".join(codes), *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    for one in json.loads(done.stdout)["results"]:
        yield str(Path(one["filename"]).resolve()), one["line_number"], codes[one["test_id"]]


def draw(folder: Path, code: str, most: int) -> None:
    """Print a sheet of findings drawn at random."""
    found = sorted(set(found_by_lintfoot([folder], code)))
    chosen = random.Random(f"{SEED}{code}").sample(found, min(most, len(found)))
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for file, line, one in sorted(chosen):
        relative = Path(file).relative_to(folder.resolve())
        writer.writerow([relative.parts[0], Path(*relative.parts[1:]).as_posix(), line, one, "", ""])


def sheets() -> dict[str, list[Row]]:
    """All judged rows: `recall` apart from the rest."""
    rows: dict[str, list[Row]] = {"precision": [], "recall": []}
    for path in sorted((HERE / "judged").glob("*.tsv")):
        kind = "recall" if path.stem.startswith("recall") else "precision"
        with path.open(encoding="utf-8", newline="") as file:
            for fields in csv.reader(file, delimiter="\t"):
                if fields and not fields[0].startswith("#"):
                    package, name, line, code, verdict, words = (*fields, "")[:6]
                    rows[kind].append(Row(package, name, int(line or 0), code, verdict, words))
    return rows


def score(folder: Path) -> int:
    """Print precision and recall per rule; 1 where something judged right is gone."""
    rows = sheets()
    files = sorted({(folder / row.package / row.file).resolve() for kind in rows.values() for row in kind})
    files = [file for file in files if file.is_file()]
    codes = ",".join(sorted({row.code for kind in rows.values() for row in kind if row.code}))
    tools = {"lintfoot": set(found_by_lintfoot(files, codes))}
    for name, finder in (("ruff", found_by_ruff), ("bandit", found_by_bandit)):
        try:
            tools[name] = set(finder(files))
        except FileNotFoundError:
            print(f"{name} is not installed", file=sys.stderr)
    lost = _precision(folder, rows["precision"], tools["lintfoot"])
    _recall(folder, rows["recall"], tools)
    return 1 if lost else 0


def _key(folder: Path, row: Row) -> tuple[str, int, str]:
    return str((folder / row.package / row.file).resolve()), row.line, row.code


def _precision(folder: Path, rows: list[Row], found: set[tuple[str, int, str]]) -> list[Row]:
    right, wrong, lost = Counter[str](), Counter[str](), []
    for row in rows:
        there = _key(folder, row) in found
        if row.verdict == "right":
            right[row.code] += there
            lost += [] if there else [row]
        elif there:
            wrong[row.code] += 1
    print("precision of the judged findings that are still reported")
    for code in sorted({row.code for row in rows}):
        total = right[code] + wrong[code]
        share = right[code] / total if total else 1
        print(f"  {code}  {right[code]:4} right  {wrong[code]:3} wrong  {share:.3f}")
    for row in lost:
        print(f"  lost: {row.package}/{row.file}:{row.line} {row.code} {row.words}")
    return lost


def _recall(folder: Path, rows: list[Row], tools: dict[str, set[tuple[str, int, str]]]) -> None:
    if not rows:
        return
    truth: dict[str, set[tuple[str, int, str]]] = defaultdict(set)
    read = {_key(folder, row)[0] for row in rows}
    for row in rows:
        if row.verdict == "right":
            truth[row.code].add(_key(folder, row))
    print(f"in {len(read)} files read in full")
    for name, found in tools.items():
        seen = {one for one in found if one[0] in read}
        for code in sorted(truth):
            hits = len(truth[code] & seen)
            said = sum(1 for one in seen if one[2] == code)
            recall, precision = hits / len(truth[code]), hits / said if said else 1.0
            print(
                f"  {name:9} {code}  recall {hits}/{len(truth[code])} = {recall:.3f}  precision {hits}/{said} = {precision:.3f}"
            )


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("fetch", "draw", "score"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        if name == "draw":
            command.add_argument("--code", required=True)
            command.add_argument("--most", type=int, default=40)
    asked = parser.parse_args()
    if asked.command == "fetch":
        fetch(asked.folder)
    elif asked.command == "draw":
        draw(asked.folder, asked.code, asked.most)
    else:
        return score(asked.folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
