"""How often lintfoot is right on real packages: draw findings to judge, and score the judged ones again after each change."""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from peers import PATIENCE, PEERS, lintfoot
from sheets import CARD, Finding, Row, Share, changed, files_of, headers, of_drawn, of_full, over_all, read

HERE = Path(__file__).parent
SEED = 20261121


def packages() -> list[str]:
    """The pinned packages, `name==version`."""
    lines = (HERE / "packages.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def fetch(folder: Path) -> None:
    """Download and unpack what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for pin in packages():
        name = pin.partition("==")[0].replace("_", "-")
        unpacked = f"{name}-{pin.partition('==')[2]}"  # ansible-core's folder begins with ansible-, too
        if any(one.name.lower().replace("_", "-") == unpacked.lower() for one in folder.iterdir() if one.is_dir()):
            continue
        archive = folder / "archives"
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(archive), pin]
        # Some projects publish wheels alone by now: what is in one lies below the same folders as in their sources.
        if subprocess.run([*command, "--no-binary", name], check=False, timeout=PATIENCE).returncode:
            subprocess.run(command, check=True, timeout=PATIENCE)
        for file in archive.glob("*.tar.gz"):
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
            file.unlink()
        for file in archive.glob("*.whl"):
            shutil.unpack_archive(file, folder / "-".join(file.name.split("-")[:2]), "zip")
            file.unlink()


def draw(folder: Path, code: str, most: int) -> None:
    """Print a sheet of findings drawn at random, the same ones each time."""
    roots = {one.resolve(): one.name for one in sorted(folder.iterdir()) if one.is_dir()}
    found = []
    for one in sorted(set(lintfoot(roots, code))):
        root = next(above for above in Path(one.file).parents if above in roots)
        found.append((roots[root], Path(one.file).relative_to(root).as_posix(), one.line, one.code, "", ""))
    chosen = random.Random(f"{SEED}{code}").sample(found, min(most, len(found)))
    csv.writer(sys.stdout, delimiter="\t", lineterminator="\n").writerows(sorted(chosen))


def score(folder: Path, *, alone: bool) -> int:
    """Print how right each tool is; 1 where something judged right is gone, or something judged wrong is there."""
    rows = read(HERE / "judged")
    every = rows["drawn"] + rows["recall"]
    files = list(files_of(folder, every))
    codes = sorted({row.code for row in every if row.verdict != "read"} | set(CARD))
    tools = {"lintfoot": set(lintfoot(files, ",".join(codes)))}
    for name, finder in () if alone else PEERS.items():
        try:
            tools[name] = set(finder(files))
        except FileNotFoundError:
            print(f"{name} is not installed", file=sys.stderr)
    missing = sorted({f"{row.package}/{row.file}" for row in every} - {_short(folder, file) for file in files})
    if missing:
        print(f"{len(missing)} files of the sheets are not in {folder}: `fetch` gets them", file=sys.stderr)
    here = {str(file) for file in files}
    drawn, full = ([row for row in rows[kind] if row.finding(folder).file in here] for kind in ("drawn", "recall"))
    spans = headers(files)
    _print_drawn(folder, drawn, tools, spans)
    _print_full(folder, full, tools, spans)
    lost, back = changed(folder, drawn, tools["lintfoot"])
    for word, some in (("gone, judged right", lost), ("back, judged wrong", back)):
        for row in some:
            print(f"{word}: {row.package}/{row.file}:{row.line} {row.code} {row.words}")
    return 1 if lost or back else 0


def _short(folder: Path, file: Path) -> str:
    """A file below one of the folder's packages, as the sheets name it."""
    for one in folder.iterdir():
        if file.is_relative_to(one.resolve()):
            return f"{one.name}/{file.relative_to(one.resolve()).as_posix()}"
    return str(file)


def _print_drawn(
    folder: Path, rows: list[Row], tools: dict[str, set[Finding]], spans: dict[tuple[str, int], range]
) -> None:
    if not rows:
        return
    print(f"{len(rows)} findings of lintfoot that were drawn and judged: how many of the right and the wrong ones each")
    print("tool reports now, and what share of its own reports among them is right")
    for name, found in tools.items():
        for code, counts in of_drawn(folder, rows, found, spans).items():
            share = Share(counts["right"], counts["right"] + counts["wrong"])
            print(f"  {name:9} {code}  {counts['right']:4} right  {counts['wrong']:3} wrong  {share.value:.3f}")


def _print_full(
    folder: Path, rows: list[Row], tools: dict[str, set[Finding]], spans: dict[tuple[str, int], range]
) -> None:
    if not rows:
        return
    places = sum(row.verdict == "right" and row.code in CARD for row in rows)
    print(f"{len({row[:2] for row in rows})} files read in full, with {places} places that should be reported")
    for name, found in tools.items():
        told = of_full(folder, rows, found, spans)
        for code, one in (*told.items(), ("all", over_all(told.values()))):
            print(f"  {name:9} {code:5}  recall {one.recall!s:17}  precision {one.precision}")


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
        elif name == "score":
            command.add_argument("--alone", action="store_true", help="do not run the other linters beside it")
    asked = parser.parse_args()
    if asked.command == "fetch":
        fetch(asked.folder)
    elif asked.command == "draw":
        draw(asked.folder, asked.code, asked.most)
    else:
        return score(asked.folder, alone=asked.alone)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
