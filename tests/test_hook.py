"""The hooks as other repositories meet them: run for real by pre-commit and prek, built from a commit of this tree."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from checkout import committed, copied

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
SCRIPTS = sysconfig.get_path("scripts")
REQUIRED = "REQUIRE_HOOK"  # set where tests gate a change: there, an index out of reach is a failure
RUNNERS = ("pre-commit", "prek")

REQUEST = "import requests\n\nprint(requests.get('https://example.com'{}).ok)\n"
SHELL = "#!{}\nimport subprocess\nimport sys\n\nsubprocess.run(sys.argv[1], shell=True, check=True)\n"
SCENE = {
    "pyproject.toml": '[tool.lintfoot]\nextend-exclude = ["vendored/"]\n',
    "ops/good.py": REQUEST.format(", timeout=5"),
    "ops/bad.py": REQUEST.format(""),
    "vendored/bad.py": REQUEST.format(""),
    "notes.md": REQUEST.format(""),
    "bin/rotate": SHELL.format("/usr/bin/env python3"),
    "bin/deploy": SHELL.format("/usr/bin/env -S uv run --script"),
    "bin/backup": "#!/bin/sh\npython3 -c 'import requests; requests.get(url)'\n",
}


def environment(home):
    """What a developer has, with the tools of this environment found first and caches of the test's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LINTFOOT_", "PYTHON"))}
    path = os.pathsep.join((SCRIPTS, os.environ.get("PATH", "")))
    return {**kept, "PATH": path, "PRE_COMMIT_HOME": str(home / "pre-commit"), "PREK_HOME": str(home / "prek")}


def run(*command, cwd, home):
    texts = [*map(str, command)]
    done = subprocess.run(
        texts, cwd=cwd, env=environment(home), capture_output=True, text=True, timeout=400, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Skip where the package index is out of reach, as pip sees it: building a hook's environment needs it."""
    folder = tmp_path_factory.mktemp("index")
    code, told = run(
        sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, "pathspec", cwd=folder, home=folder
    )
    if code and not os.environ.get(REQUIRED):
        pytest.skip(f"no package index, so no hook can be built: {told.strip().splitlines()[-1]}")
    assert code == 0, f"{REQUIRED} is set, and the package index is out of reach:\n{told}"


@pytest.fixture(scope="module")
def hooks(tmp_path_factory):
    return committed(copied(tmp_path_factory.mktemp("hooks")))


@pytest.fixture
def scene(tmp_path):
    """Somebody's repository: a good and a bad script, two without a suffix, a shell script, an excluded folder."""
    root = tmp_path / "scene"
    for name, text in SCENE.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755 if name.startswith("bin/") else 0o644)
    return committed(root)


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_manifest_is_valid(runner, tmp_path):
    code, told = run(runner, "validate-manifest", MANIFEST, cwd=tmp_path, home=tmp_path)
    assert code == 0, told


def by_hook(told):
    """What was reported, as `file: code`, for each hook: both runners head their output with `- hook id: …`."""
    parts = re.split(r"(?m)^- hook id: (\S+)$", told)
    found = r"(?m)^ *(\S+?):\d+:\d+: \w+\[(LF\d+) "
    return {
        hook: {f"{file}: {code}" for file, code in re.findall(found, text)}
        for hook, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("runner", RUNNERS)
def test_both_hooks_on_a_repository(runner, hooks, scene, tmp_path):
    code, told = run(runner, "try-repo", hooks, "--all-files", "--verbose", cwd=scene, home=tmp_path)
    assert code == 1, told
    scripts = {"bin/rotate: LF101", "bin/deploy: LF101"}
    # What git hosts and pre-commit take for Python is what its tags say: `uv run` in a first line is not among that.
    assert by_hook(told) == {"lintfoot": {"ops/bad.py: LF201", "bin/rotate: LF101"}, "lintfoot-scripts": scripts}, told
    assert "Traceback" not in told


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("runner", RUNNERS)
def test_both_hooks_pass_where_nothing_is_wrong(runner, hooks, scene, tmp_path):
    for name in ("ops/bad.py", "bin/rotate", "bin/deploy"):
        (scene / name).write_text("#!/usr/bin/env python3\nprint('done')\n")
    code, told = run(runner, "try-repo", hooks, "--all-files", cwd=scene, home=tmp_path)
    assert code == 0, told
    assert told.count("Passed") == 2, told
