"""docs/adopting.md, walked line by line in an old repository: every command ends as the page says, and what it promises comes true."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from checkout import committed

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")
STEPS = [
    (title, re.findall(r"(?m)^\$ (.*?)(?: +# ends with (\d))?$", text))
    for title, _, text in (part.partition("\n") for part in re.split(r"(?m)^## ", PAGE)[1:])
]
BASH = shutil.which("bash")

OLD = {
    "pyproject.toml": '[project]\nname = "old"\n\n[tool.ruff.lint]\nignore = ["E501", "S113"]\n\n'
    '[tool.ruff.lint.per-file-ignores]\n"tests/*" = ["S105", "S602"]\n',
    ".pylintrc": "[MESSAGES CONTROL]\ndisable=missing-docstring,dangerous-default-value\n",
    "tests/unit/test_deploy.py": "import subprocess\nsubprocess.run(cmd, shell=True, check=True)\n",
    "deploy/rollout.py": """\
#!/usr/bin/env python3
import os, subprocess

def rollout(hosts=[]):
    for host in hosts:
        try:
            subprocess.call("scp build.tar " + host + ":", shell=True)  # noqa: S602
        except:
            print("failed")
    hosts.append("done")


def clean(path):
    os.system("rm -rf %s" % path)
    names = open("/etc/hosts").read()
    return names
""",
    "plugins/load.py": """\
def load(names):
    for name in names:
        try:
            __import__(name)
        except ImportError:
            pass
        try:
            start(
                name,
            )
        except ValueError:
            continue
""",
    "plugins/win.py": "try:\r\n    import winreg\r\n    go()\r\nexcept OSError:\r\n    pass\r\n",
    "old/py2.py": 'print "no longer run"\n',
    **{
        f"lib/part{number}.py": "def go():\n    try:\n        run()\n    except Exception:\n        return None\n"
        for number in range(20)
    },
}


@pytest.fixture
def shell(tmp_path):
    """A shell in an old repository, with lintfoot on the path."""
    if BASH is None or shutil.which("git") is None:
        pytest.skip("no bash or no git: the page cannot be walked")
    work, bin_ = tmp_path / "work", tmp_path / "bin"
    for name, text in OLD.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(text.encode())
    committed(work)
    bin_.mkdir()
    (bin_ / "lintfoot").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lintfoot "$@"\n')
    (bin_ / "lintfoot").chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LINTFOOT_", "GIT_", "GITHUB_"))}

    def run(line):
        return subprocess.run(
            [BASH, "-c", line],
            cwd=work,
            env={**kept, "PATH": f"{bin_}{os.pathsep}{kept['PATH']}", "CI": "true", "GIT_PAGER": "cat"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.work = work
    return run


def summary(text):
    (line,) = re.findall(r"(?m)^(\d+) findings?, (\d+) suppressed, (\d+) baselined;", text)
    return tuple(map(int, line))


def take_the_mark_away(file):
    """What the page asks a person to do."""
    text = file.read_text()
    assert text.count('\n# baseline = "lintfoot-baseline.toml"') == 1
    file.write_text(text.replace('# baseline = "lintfoot-baseline.toml"', 'baseline = "lintfoot-baseline.toml"'))


def test_the_page_is_walked(shell):
    done = {}
    for title, lines in STEPS:
        for line, code in lines:
            done[line] = shell(line)
            assert str(done[line].returncode) == (code or "0"), (title, line, done[line])
            assert done[line].stderr == "", (title, line, done[line])
            if line == "lintfoot baseline":
                take_the_mark_away(shell.work / "pyproject.toml")
        shell("git add -A && git -c user.name=a -c user.email=a@b.example commit -qm step")
    first = summary(done["lintfoot check --statistics"].stdout)
    assert first[0] > 25
    assert "from pylint (.pylintrc), ruff (pyproject.toml)" in done["lintfoot init"].stdout
    table = tomllib.loads((shell.work / "pyproject.toml").read_text())["tool"]["lintfoot"]
    assert table["extend-ignore"] == ["LF201", "LF501"]
    assert table["per-file-ignores"] == {"tests/**/*": ["LF101", "LF401"]}
    assert "1 file changed" in done["git diff --stat"].stdout
    last = summary(done["lintfoot check"].stdout)
    assert last[0] == 0
    assert last[2] >= 20
    for name in ("load.py", "win.py"):
        data = (shell.work / "plugins" / name).read_bytes()
        assert data.count(b"# lintfoot: ignore[LF504] -- plugins may fail to load on old hosts") == 1
        assert data.count(b"\r\n") == (5 if name == "win.py" else 0)
    assert (shell.work / "deploy" / "rollout.py").read_text().count("with open") == 1


def test_lines_of_the_page_say_how_they_end():
    for title, lines in STEPS:
        assert all(code for line, code in lines if line.startswith("lintfoot")) or title[0] not in "1234567"
