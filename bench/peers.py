"""What lintfoot and the general linters say about some files, in one form: file, line and lintfoot's code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sheets import Finding

TWINS = {
    "ruff": {
        "LF101": "S602,S604,S605",
        "LF103": "PLW1510",
        "LF201": "S113",
        "LF301": "S501,S323",
        "LF401": "S105,S106,S107",
        "LF501": "B006",
        "LF502": "E722",
        "LF503": "BLE001",
        "LF504": "S110,S112",
    },
    "bandit": {
        "LF101": "B602,B604,B605",
        "LF201": "B113",
        "LF301": "B501",
        "LF401": "B105,B106,B107",
        "LF504": "B110,B112",
    },
    "pylint": {
        "LF103": "W1510",
        "LF201": "W3101",
        "LF501": "W0102",
        "LF502": "W0702",
        "LF503": "W0718",
    },
}
PATIENCE = 3600  # seconds for one tool over all files


def _codes(tool: str) -> dict[str, str]:
    return {twin: code for code, twins in TWINS[tool].items() for twin in twins.split(",")}


def _json(command: list[str], paths: Iterable[Path]) -> Any:
    """What a tool prints. A linter's exit code says that it found something, so the output alone is trusted."""
    done = subprocess.run(
        [*command, *map(str, paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if command[0] in TWINS else None,  # their complaints about single files are theirs
        check=False,
        timeout=PATIENCE,
    )
    if not done.stdout:
        raise RuntimeError(f"{command[0]} printed nothing and ended with {done.returncode}")
    return json.loads(done.stdout)


def lintfoot(paths: Iterable[Path], codes: str) -> Iterator[Finding]:
    """Every finding, also those that a comment silences."""
    command = [sys.executable, "-m", "lintfoot", "check", "--isolated", "--no-respect-gitignore", "--exit-zero"]
    command += ["--no-suppressions", "--select", codes, "--format", "json"]
    for one in _json(command, paths)["findings"]:
        yield Finding(str(Path(one["path"]).resolve()), one["line"], one["code"])


def ruff(paths: Iterable[Path]) -> Iterator[Finding]:
    """The twins' findings of ruff, which reports a bare `except` under both of its codes: the broad one is left out."""
    codes = _codes("ruff")
    command = ["ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero", "--no-respect-gitignore"]
    said = _json([*command, "--select", ",".join(codes), "--output-format", "json"], paths)
    found = {
        Finding(one["filename"], one["location"]["row"], codes[one["code"]]) for one in said if one["code"] in codes
    }
    for one in sorted(found):
        if one.code != "LF503" or one._replace(code="LF502") not in found:
            yield one


def bandit(paths: Iterable[Path]) -> Iterator[Finding]:
    """The twins' findings of bandit."""
    codes = _codes("bandit")
    command = ["bandit", "-q", "-f", "json", "--ignore-nosec", "--exit-zero", "-t", ",".join(codes)]
    for one in _json(command, paths)["results"]:
        yield Finding(str(Path(one["filename"]).resolve()), one["line_number"], codes[one["test_id"]])


def pylint(paths: Iterable[Path]) -> Iterator[Finding]:
    """The twins' findings of pylint, without a configuration and without what comments switch off."""
    codes = _codes("pylint")
    command = ["pylint", "--rcfile=/dev/null", "--disable=all", f"--enable={','.join(codes)}", "-f", "json2"]
    for one in _json(command, paths)["messages"]:
        if one["messageId"] in codes:
            yield Finding(str(Path(one["absolutePath"]).resolve()), one["line"], codes[one["messageId"]])


PEERS: dict[str, Callable[[Iterable[Path]], Iterator[Finding]]] = {"ruff": ruff, "bandit": bandit, "pylint": pylint}
