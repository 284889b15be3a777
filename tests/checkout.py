"""The repository as git sees it, copied: what tests build, install and commit is never the working tree itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
_IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")


def files() -> list[str]:
    """Every file of the working tree that git knows or would take, with forward slashes."""
    listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())


def copied(folder: Path) -> Path:
    """Copy the tree into a folder."""
    for name in files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder


def committed(folder: Path) -> Path:
    """Make a folder a git repository in which everything is committed."""
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, *_IDENTITY, "commit", "-q", "-m", "everything")
    return folder


def _git(folder: Path, *arguments: str) -> str:
    # a hook that runs these tests has set GIT_DIR and the like for its own repository
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
