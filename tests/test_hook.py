"""The hooks as other repositories meet them: run for real by pre-commit and prek, built from a commit of this tree."""

import os
import re
import shutil
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


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Where both runners keep the environment that they build from `hooks`: all tests run the one."""
    return tmp_path_factory.mktemp("home")


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


BOTH = """\
repos:
  - repo: https://git.example.com/lintfoot
    rev: v0.1.0
    hooks: [{id: lintfoot}, {id: lintfoot-scripts}]
"""


def configured(text, hooks, scene):
    """A repository has this configuration, with the address of a clone that is here."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True).stdout
    text = text.replace("https://git.example.com/lintfoot", str(hooks)).replace("v0.1.0", head.strip())
    (scene / ".pre-commit-config.yaml").write_text(text)
    subprocess.run(["git", "add", "-A"], cwd=scene, capture_output=True, check=True)


def from_the_docs(hooks, scene):
    """The configuration of docs/ci.md."""
    page = (Path(__file__).parent.parent / "docs" / "ci.md").read_text(encoding="utf-8")
    configured(re.search(r"(?ms)^```yaml\n(repos:.*?)^```$", page)[1], hooks, scene)


def without_network():
    """The words that run a program where there is no network; none where this machine lets nobody do that."""
    words = ["unshare", "-rn"]
    done = shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if done and done.returncode == 0 else None


@pytest.mark.usefixtures("index")
def test_the_documented_configuration_as_pre_commit_ci_runs_it(hooks, scene, home):
    """It installs first, within 250 MiB, and runs the hooks without a network."""
    from_the_docs(hooks, scene)
    code, told = run("pre-commit", "validate-config", ".pre-commit-config.yaml", cwd=scene, home=home)
    assert code == 0, told
    code, told = run("pre-commit", "install-hooks", cwd=scene, home=home)
    assert code == 0, told
    files = {file.stat().st_ino: file.stat().st_size for file in home.glob("pre-commit/**/*") if file.is_file()}
    assert sum(files.values()) < 250 * 1024 * 1024
    alone = without_network()
    if alone is None:
        pytest.skip("this machine cannot take the network away from a program")
    code, told = run(*alone, "pre-commit", "run", "--all-files", cwd=scene, home=home)
    assert code == 1, told
    found = by_hook(told)
    assert found["lintfoot"] == {"ops/bad.py: LF201", "bin/rotate: LF101"}, told
    assert found["lintfoot-scripts"] == {"bin/deploy: LF101"}, told  # each script is told once
    for name in ("ops/bad.py", "bin/rotate", "bin/deploy"):
        (scene / name).write_text("#!/usr/bin/env python3\nprint('done')\n")
    code, told = run(*alone, "pre-commit", "run", "--all-files", cwd=scene, home=home)
    assert code == 0, told
    config = scene / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("- id: lintfoot\n", "- id: lintfoot\n        args: [--fix]\n", 1))
    (scene / "ops" / "bad.py").write_text("def names():\n    lines = open('hosts').readlines()\n    return lines\n")
    subprocess.run(["git", "add", "-A"], cwd=scene, capture_output=True, check=True)
    code, told = run(*alone, "pre-commit", "run", "lintfoot", "--all-files", cwd=scene, home=home)
    assert code == 1, told
    assert "files were modified by this hook" in told
    assert "with open('hosts')" in (scene / "ops" / "bad.py").read_text()
    subprocess.run(["git", "add", "-A"], cwd=scene, capture_output=True, check=True)
    assert run(*alone, "pre-commit", "run", "lintfoot", "--all-files", cwd=scene, home=home)[0] == 0


@pytest.mark.usefixtures("index")
def test_the_documented_configuration_with_prek(hooks, scene, home):
    from_the_docs(hooks, scene)
    code, told = run("prek", "run", "--all-files", cwd=scene, home=home)
    assert code == 1, told
    found = by_hook(told)
    assert found["lintfoot"] == {"ops/bad.py: LF201", "bin/rotate: LF101"}, told
    assert found["lintfoot-scripts"] == {"bin/deploy: LF101"}, told


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("runner", RUNNERS)
def test_both_hooks_on_a_repository(runner, hooks, scene, home):
    configured(BOTH, hooks, scene)
    code, told = run(runner, "run", "--all-files", "--verbose", cwd=scene, home=home)
    assert code == 1, told
    scripts = {"bin/rotate: LF101", "bin/deploy: LF101"}
    # What git hosts and pre-commit take for Python is what its tags say: `uv run` in a first line is not among that.
    assert by_hook(told) == {"lintfoot": {"ops/bad.py: LF201", "bin/rotate: LF101"}, "lintfoot-scripts": scripts}, told
    assert "Traceback" not in told


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("runner", RUNNERS)
def test_both_hooks_pass_where_nothing_is_wrong(runner, hooks, scene, home):
    configured(BOTH, hooks, scene)
    for name in ("ops/bad.py", "bin/rotate", "bin/deploy"):
        (scene / name).write_text("#!/usr/bin/env python3\nprint('done')\n")
    code, told = run(runner, "run", "--all-files", cwd=scene, home=home)
    assert code == 0, told
    assert told.count("Passed") == 2, told
