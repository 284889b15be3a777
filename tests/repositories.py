"""Repositories for the tests of audits: folders, checkouts and bare ones, made by git itself."""

import os
import re
import subprocess
from pathlib import Path

from lintfoot.audit import flow
from lintfoot.audit.targets import Target, targets
from lintfoot.config import Sources
from lintfoot.settling import settled

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00Z",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00Z",
}


def git(folder, *words, given=None, **more):
    """Ask git, and fail where it does."""
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**ENVIRONMENT, **more}, input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def commit(folder, message="work", author="First", day="2026-03-01", **files):
    """Commit everything, after writing `files` (names without dots are given as keywords of `lay`)."""
    lay(folder, files)
    git(folder, "add", "-A")
    when = f"{day}T12:00:00Z"
    who = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author.lower()}@example.org"}
    who |= {"GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": f"{author.lower()}@example.org"}
    git(folder, "commit", "-q", "--allow-empty", "-m", message, **who, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
    return folder


def lay(folder, files):
    """Write files by their paths."""
    for name, text in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def checkout(folder, files, **more):
    """A repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    lay(folder, files)
    return commit(folder, **more)


def bare(folder, files):
    """A bare repository with the same, pushed."""
    source = checkout(folder.with_name(f"{folder.name}-source"), files)
    git(folder.parent, "clone", "-q", "--bare", str(source), str(folder))
    return folder


def told(folder, *, trusted=False, **settings):
    """What an audit is told, with settings as the command line gives them; nothing is kept between runs."""
    given = {"cache": False, "jobs": ("1",), **settings}
    config = settled(Sources(folder=folder, search=False, environment={}, arguments=given)).config
    return flow.work(config, trusted=trusted)


def audited(folder, **settings):
    """One repository's audit."""
    (target,) = targets([str(folder)], folder.parent)
    assert isinstance(target, Target)
    made = flow.repository(told(folder.parent, **settings), target)
    assert not made.bugs, made.bugs
    return made


def codes(repository):
    """Which rules said something where."""
    return sorted((finding.path, finding.code) for finding in repository.findings)


def example(text):
    """The files of an audit rule's example: each begins with a line `# path`, or stands behind one as `# path: text`."""
    files, name = {}, "script.py"
    for line in text.strip().splitlines():
        whole = re.fullmatch(r"# ([\w./-]*[./][\w./-]+)(?:: (.*))?", line)
        if whole and whole[2]:
            files[whole[1]] = whole[2] + "\n"
        elif whole:
            name = whole[1]
        else:
            files[name] = files.get(name, "") + line + "\n"
    return files
