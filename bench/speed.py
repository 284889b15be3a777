"""How fast lintfoot is beside ruff and bandit with the twins of the same rules: run in turns, medians and ratios printed as a table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from accuracy import fetch
from clock import Runner, Taken, in_turns, memory, wall

from lintfoot.book import Default, own_folder
from lintfoot.shelf import shelf

HERE = Path(__file__).parent
PATIENCE = 3.5  # seconds until a file counts as settled
_SMALL = 200  # bytes; most files below are empty packages
CLEAN = '''\
"""Print how full the disks are."""

import os
import shutil
import sys


def share(path: str) -> float:
    usage = shutil.disk_usage(path)
    return usage.used / usage.total


def main() -> int:
    for path in sys.argv[1:] or ["/"]:
        print(f"{path}: {share(os.fspath(path)):.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''
GUILTY = '\nimport subprocess\nsubprocess.run("ls " + input(), shell=True)\n'
# The tests of other linters that look for the same seven dangers.
CARD = {
    "ruff": "S602,S604,S605,S113,S501,B006,E722,BLE001,S105,S106,S107",
    "bandit": "B602,B604,B605,B113,B501,B105,B106,B107,B110",
}


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, what came out, what was wanted, and whether that was met."""

    what: str
    measured: str
    must: str
    met: bool


class Bench:
    """A copy of the packages to run over, and the commands of the contestants."""

    def __init__(self, files: Sequence[Path], base: Path, scratch: Path, times: int) -> None:
        self.times, self.scratch = times, scratch
        self.tree = scratch / "tree"
        self.files = [copied(file, self.tree / file.relative_to(base)) for file in files]
        self.lines = sum(file.read_bytes().count(b"\n") for file in self.files)
        self.kept = {"XDG_CACHE_HOME": str(scratch / "caches")}
        self.rounds = 0
        (scratch / "one").mkdir()
        (scratch / "one" / "clean.py").write_text(CLEAN, encoding="utf-8")
        (scratch / "one" / "guilty.py").write_text(CLEAN + GUILTY, encoding="utf-8")

    def lintfoot(self, name: str, *words: str, place: str = "tree", plain: bool = False) -> Runner:
        """Run lintfoot over the copy; `plain` without the accelerator."""
        start = ["-m", "lintfoot"]
        if plain:
            start = ["-c", "import sys; sys.modules['ahocorasick_rs'] = None; import lintfoot.__main__"]
        command = [
            sys.executable,
            *start,
            "check",
            "--isolated",
            "--exit-zero",
            "--no-respect-gitignore",
            "--quiet",
            *words,
        ]
        return Runner(name, command, self.scratch / place, self.kept)

    def ruff(self, name: str, codes: str, *words: str, place: str = "tree") -> Runner:
        """Run ruff with some codes."""
        command = ["ruff", "check", "--isolated", "--exit-zero", "--quiet", "--no-respect-gitignore", "--select", codes]
        return Runner(name, [*command, *words], self.scratch / place)

    def bandit(self, name: str, *words: str, place: str = "tree") -> Runner:
        """Run bandit with some tests, or with all."""
        return Runner(name, ["bandit", "-q", "-r", "--exit-zero", ".", *words], self.scratch / place)

    def turns(self, *runners: Runner) -> dict[str, list[Taken]]:
        """Run contestants in turns."""
        return in_turns(runners, self.times)


def copied(file: Path, target: Path) -> Path:
    """Copy a file, so that nothing that is measured changes what was downloaded."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return target


def cold(bench: Bench) -> Iterator[Row]:
    """Everything for the first time."""
    taken = bench.turns(
        bench.lintfoot("card", "--no-cache", "--select", "card"),
        bench.lintfoot("plain", "--no-cache", "--select", "card", plain=True),
        bench.lintfoot("default", "--no-cache"),
        bench.ruff("ruff card", CARD["ruff"], "--no-cache"),
        bench.ruff("ruff", ruffs_twins(), "--no-cache"),
        bench.bandit("bandit card", "-t", CARD["bandit"]),
        bench.bandit("bandit"),
    )
    yield slower("cold, card codes, to ruff with the twins", taken["card"], taken["ruff card"], 4)
    yield slower("the same without the accelerator", taken["plain"], taken["ruff card"], 6)
    yield faster("the same, to bandit with the same tests", taken["card"], taken["bandit card"], 25)
    yield slower("cold, default set, to ruff with the twins", taken["default"], taken["ruff"], 12)
    yield faster("the same, to bandit with all its tests", taken["default"], taken["bandit"], 10)
    most = max(memory(taken["card"]), memory(taken["default"]))
    yield Row("peak memory of one process", f"{most:.0f} MB", "≤ 70 MB", most <= 70)  # noqa: PLR2004


def warm(bench: Bench) -> Iterator[Row]:
    """Everything once more, unchanged and with ten changed files."""
    words = ["--cache-dir", str(bench.scratch / "ruff")]
    ours, theirs = bench.lintfoot("lintfoot"), bench.ruff("ruff", ruffs_twins(), *words)
    time.sleep(PATIENCE)
    in_turns([ours, theirs], 2)
    time.sleep(PATIENCE)
    in_turns([ours, theirs], 1)
    taken = bench.turns(ours, theirs)
    yield slower("warm, nothing changed, to ruff warm", taken["lintfoot"], taken["ruff"], 0.6)
    changed = {"lintfoot": [], "ruff": []}
    for _ in range(bench.times):
        change(bench)
        for name, took in in_turns([ours, theirs], 1).items():
            changed[name] += took
    yield slower("warm, ten changed files with findings, to ruff warm", changed["lintfoot"], changed["ruff"], 1.3)


def change(bench: Bench) -> None:
    """Change ten files, spread over the packages, so that each has a finding more; then wait until they are settled."""
    bench.rounds += 1
    for file in bench.files[:: max(1, len(bench.files) // 10)][:10]:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{GUILTY}# {bench.rounds}\n")
    time.sleep(PATIENCE)


def single(bench: Bench) -> Iterator[Row]:
    """One file, as a hook or an editor asks for."""
    bare = Runner("bare", [sys.executable, "-c", "pass"], bench.scratch)
    time.sleep(PATIENCE)
    in_turns([bench.lintfoot("once", "clean.py", place="one")], 3)
    taken = bench.turns(
        bench.lintfoot("guilty", "--no-cache", "guilty.py", place="one"),
        bench.lintfoot("clean", "--no-cache", "clean.py", place="one"),
        bench.lintfoot("warm", "clean.py", place="one"),
        Runner("bandit", ["bandit", "-q", "--exit-zero", "guilty.py"], bench.scratch / "one"),
        Runner("bandit clean", ["bandit", "-q", "--exit-zero", "clean.py"], bench.scratch / "one"),
        bare,
    )
    yield slower("one file with findings, cold, to bandit", taken["guilty"], taken["bandit"], 1.4)
    yield slower("one clean file, cold, to bandit", taken["clean"], taken["bandit clean"], 0.45)
    yield slower("one file, warm, to a bare interpreter", taken["warm"], taken["bare"], 3.5)


def growth(bench: Bench) -> Iterator[Row]:
    """Whether ten times the files take ten times as long: copies of the same files, a tenth of them first."""
    few = sorted(file for file in bench.files if file.stat().st_size > _SMALL)
    few = sorted(few, key=lambda file: file.stat().st_size)[:100]  # small ones: what a file costs counts here
    for name, count in (("few", 1_000), ("many", 10_000)):
        for number in range(count // len(few)):
            for at, file in enumerate(few):
                copied(file, bench.scratch / name / f"copy{number}" / f"script{at}.py")
    taken = bench.turns(
        bench.lintfoot("few", "--no-cache", "--select", "card", place="few"),
        bench.lintfoot("many", "--no-cache", "--select", "card", place="many"),
    )
    ratio = wall(taken["many"]) / wall(taken["few"])
    yield Row("1,000 → 10,000 files, card codes", f"time × {ratio:.1f}", "≤ × 10.5", ratio <= 10.5)  # noqa: PLR2004


def handed(bench: Bench) -> Iterator[Row]:
    """Lines that libcst was given: exact, and the same on every machine."""
    for name, words, most in (("card codes", ["--select", "card"], 3.5), ("default set", [], 14.0)):
        fixed = ["check", "--isolated", "--exit-zero", "--no-respect-gitignore", "--quiet", "--no-cache", "--jobs", "1"]
        command = [sys.executable, str(HERE / "handed.py"), *fixed, *words]
        done = subprocess.run(command, cwd=bench.tree, capture_output=True, text=True, check=True)
        share = 100 * json.loads(done.stderr.splitlines()[-1])["lines"] / bench.lines
        yield Row(f"lines handed to libcst, {name}", f"{share:.1f} %", f"≤ {most:g} %", share <= most)


def rules(bench: Bench) -> list[str]:
    """What each rule costs by itself, beside a run that looks for nothing but what cannot be read."""
    codes = [rule.code for rule in shelf([own_folder()]).book.rules if rule.default in (Default.CARD, Default.ON)]
    nothing = bench.lintfoot("nothing", "--no-cache", "--jobs", "1", "--select", "LF000")
    each = [bench.lintfoot(code, "--no-cache", "--jobs", "1", "--select", code) for code in codes]
    taken = in_turns([nothing, *each], 1)
    base = wall(taken["nothing"])
    costs = sorted(((wall(taken[code]) - base, code) for code in codes), reverse=True)
    return [f"{code} {max(cost, 0) / bench.lines * 1e6:.1f}" for cost, code in costs]


def slower(what: str, ours: Sequence[Taken], theirs: Sequence[Taken], most: float) -> Row:
    """A row for how many times as long we take."""
    ratio = wall(ours) / wall(theirs)
    return Row(what, f"{ratio:.2f} × ({wall(ours):.3f} s to {wall(theirs):.3f} s)", f"≤ {most:g} ×", ratio <= most)


def faster(what: str, ours: Sequence[Taken], theirs: Sequence[Taken], least: float) -> Row:
    """A row for how many times as fast we are."""
    ratio = wall(theirs) / wall(ours)
    measured = f"{ratio:.1f} times faster ({wall(ours):.2f} s to {wall(theirs):.2f} s)"
    return Row(what, measured, f"{least:g} times faster", ratio >= least)


def ruffs_twins() -> str:
    """The codes of ruff that the rules on by default name as twins."""
    told = subprocess.run(
        ["ruff", "rule", "--all", "--output-format", "json"], capture_output=True, text=True, check=True
    )
    known = {one["code"] for one in json.loads(told.stdout) if not one.get("preview")} - {
        "E999"
    }  # it cannot be selected
    on = (rule for rule in shelf([own_folder()]).book.rules if rule.default in (Default.CARD, Default.ON))
    return ",".join(sorted({twin for rule in on for twin in rule.twins if twin in known}))


def sample(folder: Path, lines: int) -> list[Path]:
    """The files of whole packages, the smallest first, until there are enough lines: half a package tells nothing of its other half."""
    packages: list[tuple[int, list[Path]]] = []
    for package in sorted(one for one in folder.iterdir() if one.is_dir()):
        files = sorted(file for file in package.rglob("*.py") if file.is_file() and not file.is_symlink())
        packages.append((sum(file.read_bytes().count(b"\n") for file in files), files))
    packages.sort(key=lambda package: package[0])
    taken: list[Path] = []
    while packages and lines > 0:
        size, files = packages.pop(0)
        taken += files
        lines -= size
    return taken


def machine(bench: Bench) -> str:
    """What the table was made on."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        cpu = named[1] if named else cpu
    tools = " ".join(f"{name} {version(name)}" for name in ("libcst", "ruff", "bandit"))
    size = f"{len(bench.files):,} files, {bench.lines:,} lines"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{size}; medians of {bench.times} runs in turns; {cpu}, {cores} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {tools}"
    )


PARTS = {"cold": cold, "warm": warm, "single": single, "growth": growth, "handed": handed}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the packages are, or are to be downloaded to")
    parser.add_argument("--times", type=int, default=5, help="runs of each command (default: 5)")
    parser.add_argument("--lines", type=int, default=1_300_000, help="lines to run over (default: 1,300,000)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts to measure (default: {','.join(PARTS)})")
    parser.add_argument("--rules", action="store_true", help="also what each rule costs by itself")
    parser.add_argument("--no-fetch", action="store_true", help="take the folder as it is")
    asked = parser.parse_args()
    if not asked.no_fetch:
        fetch(asked.folder)
    with tempfile.TemporaryDirectory(prefix="lintfoot-speed-") as scratch:
        bench = Bench(sample(asked.folder, asked.lines), asked.folder, Path(scratch), asked.times)
        print(f"{machine(bench)}\n\n| what | measured | must | |\n| --- | --- | --- | --- |", flush=True)
        for name in asked.only.split(","):
            for row in PARTS[name](bench):
                print(f"| {row.what} | {row.measured} | {row.must} | {'met' if row.met else 'not met'} |", flush=True)
        if asked.rules:
            print("\nmicroseconds a line and rule: " + ", ".join(rules(bench)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
