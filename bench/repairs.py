"""What `--fix` does to real packages: does every file still compile, does a second run change nothing, does all still import?

A folder's subfolders are the packages. Each is copied; nothing is written to the original. With `--python`, the modules of
each package are imported before and after by that interpreter, in a process of its own: give it an environment to throw
away, as importing a package runs it.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE = 3600  # seconds for one run of lintfoot
_IMPORT = """
import importlib, io, json, os, sys
told, sys.stdin, sys.argv = {}, io.StringIO(), ["none"]
out, sys.stdout = sys.stdout, io.StringIO()
for name in json.loads(os.environ["MODULES"]):
    try:
        importlib.import_module(name)
        told[name] = ""
    except BaseException as error:
        told[name] = type(error).__name__
out.write(json.dumps(told))
out.flush()
os._exit(0)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One run over one package: what was repaired, what did not hold, and how it ended."""

    repaired: int
    refused: int
    code: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One package before and after."""

    name: str
    files: int
    lines: int
    first: Told
    changed: int
    added: int
    taken: int
    broken: tuple[str, ...]
    second: int
    imports: str


def scripts(folder: Path) -> list[Path]:
    """The Python files of a folder, in order; links are none of its own."""
    return sorted(one for one in folder.rglob("*.py") if one.is_file() and not one.is_symlink())


def compiles(file: Path) -> bool:
    """Whether this Python's own compiler takes the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def lintfoot(folder: Path, select: str, *, unsafe: bool) -> Told:
    """Repair all of a folder."""
    command = [
        sys.executable,
        "-m",
        "lintfoot",
        "check",
        str(folder),
        "--isolated",
        "--no-respect-gitignore",
        "--exit-zero",
    ]
    command += ["--no-cache", "--fix", "--select", select, "--format", "text", "--no-progress"]
    command += ["--unsafe-fixes"] if unsafe else []
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    words = done.stdout + done.stderr
    sys.stderr.write(done.stderr)
    repaired, refused = re.search(r"repaired (\d+) finding", words), re.search(r"(\d+) repairs? did not hold", words)
    return Told(int(repaired[1]) if repaired else 0, int(refused[1]) if refused else 0, done.returncode)


def modules(folder: Path) -> list[str]:
    """The modules that a folder offers: those of every package at its top, or below `src` or `lib`."""
    found = []
    for root in _roots(folder):
        for file in scripts(root):
            parts = list(file.relative_to(root).with_suffix("").parts)
            whole = all((root.joinpath(*parts[:length]) / "__init__.py").is_file() for length in range(1, len(parts)))
            if whole and all(part.isidentifier() for part in parts) and not _is_left_out(parts):
                found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(set(found) - {""})


def _roots(folder: Path) -> list[Path]:
    return [one for one in (folder, folder / "src", folder / "lib") if one.is_dir()]


def _is_left_out(parts: list[str]) -> bool:
    top = len(parts) == 1 and parts[0] in ("setup", "conftest", "noxfile", "fabfile", "tasks")
    return top or parts[-1] == "__main__" or any(part in ("tests", "test", "testing") for part in parts)


def imported(folder: Path, python: str, names: list[str], variables: Iterable[str] = ()) -> dict[str, str]:
    """For each module nothing where it imports, else the name of what it raises. `variables` of the environment are set."""
    paths = os.pathsep.join(str(one.resolve()) for one in _roots(folder))
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as empty:
        environment = {"PATH": os.environ["PATH"], "HOME": empty, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= dict.fromkeys(variables, "set")
        for start in range(0, len(names), 50):
            environment["MODULES"] = json.dumps(names[start : start + 50])
            try:
                done = subprocess.run(
                    [python, "-W", "ignore", "-c", _IMPORT],
                    env=environment, cwd=empty, capture_output=True, text=True, check=False, timeout=300,
                )  # fmt: skip
                found |= json.loads(done.stdout or "{}")
            except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
                found |= {name: type(error).__name__ for name in names[start : start + 50]}
    return found


def repaired(package: Path, python: str, select: str, diffs: Path | None, *, unsafe: bool) -> Figures:
    """Copy a package, repair the copy twice, and compare."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / package.name
        shutil.copytree(package, copy, symlinks=True)
        files = scripts(copy)
        before = {file: file.read_bytes() for file in files}
        sound = {file for file in files if compiles(file)}
        names = modules(copy) if python else []
        worked = imported(copy, python, names) if python else {}
        first = lintfoot(copy, select, unsafe=unsafe)
        after = {file: file.read_bytes() for file in files}
        broken = tuple(file.relative_to(copy).as_posix() for file in sorted(sound) if not compiles(file))
        changes = [_change(file.relative_to(copy).as_posix(), before[file], after[file]) for file in files]
        text = "".join(changes)
        asked = re.findall(r'(?m)^\+.*os\.environ\["(\w+)"\]', text)  # LF401 says that the variable has to be set
        works = imported(copy, python, names, asked) if python else {}
        lintfoot(copy, select, unsafe=unsafe)
        second = sum(file.read_bytes() != after[file] for file in files)
        lost = [f"{name}: {works.get(name)}" for name in names if not worked.get(name, "?") and works.get(name, "?")]
        told = (
            f"{sum(not one for one in works.values())} of {sum(not one for one in worked.values())}" if python else "-"
        )
        if diffs is not None:
            (diffs / f"{package.name}.diff").write_text(text, encoding="utf-8")
        sys.stderr.write("".join(f"{package.name}: imports no more: {one}\n" for one in lost))
        sys.stderr.write("".join(f"{package.name}: compiles no more: {one}\n" for one in broken))
    lines = sum(data.count(b"\n") for data in before.values())
    marks = [line[:1] for line in text.splitlines() if not line.startswith(("---", "+++"))]
    return Figures(
        package.name, len(files), lines, first, sum(map(bool, changes)), marks.count("+"), marks.count("-"), broken, second, told
    )  # fmt: skip


def _change(name: str, before: bytes, after: bytes) -> str:
    if before == after:
        return ""
    old, new = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (before, after))
    made = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=2)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in made)


_HEAD = (
    "package",
    "files",
    "lines",
    "repaired",
    "did not hold",
    "files changed",
    "lines",
    "compile no more",
    "changed by a second run",
    "modules that import, of those before",
)


def main() -> int:
    """Print a row for each package; 1 where a file compiles no more, a second run changes one, or a module is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names of packages, by comma")
    parser.add_argument("--python", default="", help="an interpreter that has what the packages import")
    parser.add_argument("--select", default="ALL")
    parser.add_argument("--safe", action="store_true", help="only what `--fix` does by itself")
    parser.add_argument("--diffs", type=Path, help="a folder to leave the changes in, to be read")
    asked = parser.parse_args()
    if asked.diffs is not None:
        asked.diffs.mkdir(parents=True, exist_ok=True)
    bad = 0
    print(f"| {' | '.join(_HEAD)} |\n| {' | '.join('---' for _ in _HEAD)} |")
    for package in sorted(one for one in asked.folder.iterdir() if one.is_dir()):
        if asked.only and package.name not in asked.only.split(","):
            continue
        one = repaired(package, asked.python, asked.select, asked.diffs, unsafe=not asked.safe)
        left, _, right = one.imports.partition(" of ")
        bad += bool(one.broken or one.second or left != (right or left) or one.first.code)
        print(
            f"| {one.name} | {one.files} | {one.lines} | {one.first.repaired} | {one.first.refused} | {one.changed} | "
            f"+{one.added} -{one.taken} | {len(one.broken)} | {one.second} | {one.imports} |",
            flush=True,
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
