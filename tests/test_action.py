"""The GitHub Action: its inputs reach lintfoot as words, its outputs are what was found."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from checkout import copied

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BASH = shutil.which("bash")
NOTHING = {"PATHS": ".", "FORMAT": "github", "BASELINE": "", "SINCE": "", "FAIL_ON": ""}


@pytest.fixture
def run(tmp_path):
    if BASH is None:
        pytest.skip("no bash: the action's scripts cannot run")
    home, work = tmp_path / "temp" / "lintfoot", tmp_path / "work"
    (home / "bin").mkdir(parents=True)
    work.mkdir()
    (home / "bin" / "python").symlink_to(sys.executable)
    starter = home / "bin" / "lintfoot"
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lintfoot "$@"\n')
    starter.chmod(0o755)

    def call(**inputs):
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "LINTFOOT_"))}
        environment |= {**NOTHING, **inputs, "HOME_OF_LINTFOOT": str(home), "GITHUB_WORKSPACE": str(work)}
        environment |= {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
        done = subprocess.run(
            [BASH, ROOT / "action" / "check.sh"], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        output = (tmp_path / "output").read_text() if (tmp_path / "output").exists() else ""
        return done, dict(line.split("=", 1) for line in output.splitlines())

    call.work, call.summary = work, tmp_path / "summary"
    return call


GUILTY = "import requests\nrequests.get(A)\nrequests.get(B, verify=False, timeout=5)\n"


def test_findings_fail_the_step_and_are_counted(run):
    (run.work / "a.py").write_text(GUILTY)
    done, output = run()
    assert done.returncode == 1
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == ["::error", "::error"]
    assert output["findings"] == "2"
    assert json.loads(Path(output["sarif-file"]).read_text())["runs"][0]["results"][0]["ruleId"] == "LF201"
    assert "LF301" in run.summary.read_text()


def test_a_clean_run(run):
    (run.work / "a.py").write_text("x = 1\n")
    done, output = run()
    assert (done.returncode, output["findings"]) == (0, "0")


def test_inputs_are_handed_on(run):
    (run.work / "a b.py").write_text(GUILTY)
    (run.work / "c.py").write_text(GUILTY)
    done, output = run(PATHS="a b.py\n", FORMAT="concise", FAIL_ON="never")
    assert done.returncode == 0
    assert {line.partition(":")[0] for line in done.stdout.splitlines()} == {"a b.py"}
    assert output["findings"] == "2"


@pytest.mark.parametrize("name", ["PATHS", "FORMAT", "BASELINE", "SINCE", "FAIL_ON"])
def test_no_input_is_read_as_a_command(run, name):
    (run.work / "a.py").write_text("x = 1\n")
    done, _ = run(**{name: '"; touch ran; $(touch ran) `touch ran` --fix'})
    assert done.returncode == 2
    assert not (run.work / "ran").exists()


def test_a_wrong_setting_fails_the_step_without_outputs(run):
    done, output = run(FAIL_ON="sometimes")
    assert (done.returncode, output) == (2, {})
    assert "fail-on" in done.stderr


def test_inputs_reach_scripts_through_variables_only():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert set(re.findall(r"inputs\.([\w-]+)", json.dumps(step.get("env", {})))) <= ACTION["inputs"].keys()
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert used == ACTION["inputs"].keys()
    assert ACTION["outputs"].keys() == {"sarif-file", "findings"}


def test_every_variable_of_a_script_is_given_by_its_step():
    for step, script in zip(ACTION["runs"]["steps"], ("install.sh", "check.sh"), strict=True):
        text = (ROOT / "action" / script).read_text(encoding="utf-8")
        used = set(re.findall(r"\$\{?([A-Z_]{2,})", text)) - {"GITHUB_ACTION_PATH", "GITHUB_OUTPUT"}
        assert used == step["env"].keys() - {"VERSION"} | ({"VERSION"} & used)


@pytest.fixture
def index(tmp_path):
    """Skip where the package index is out of reach, as pip sees it; where tests gate a change it must be there."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", tmp_path / "index", "pathspec"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode and not os.environ.get("REQUIRE_HOOK"):
        pytest.skip(f"no package index, so nothing can be installed: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("index")
def test_both_steps_for_real(tmp_path):
    """Installed from the action's own folder, beside the job's Python, with a hostile pip.conf and pip.py in what is checked."""
    home, work, action = tmp_path / "temp" / "lintfoot", tmp_path / "work", copied(tmp_path / "action")
    (tmp_path / "temp").mkdir()
    work.mkdir()
    (work / "a.py").write_text(GUILTY)
    (work / "pip.py").write_text("raise SystemExit('the wrong pip')\n")
    (work / "pip.conf").write_text("[global]\nindex-url = https://nowhere.invalid/\n")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "LINTFOOT_", "PYTHON"))
    }
    environment |= {**NOTHING, "VERSION": "", "HOME_OF_LINTFOOT": str(home), "GITHUB_ACTION_PATH": str(action)}
    environment |= {"GITHUB_WORKSPACE": str(work), "GITHUB_OUTPUT": str(tmp_path / "output")}
    codes = []
    for step in ACTION["runs"]["steps"]:
        done = subprocess.run(
            [BASH, "-e", "-c", step["run"]],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        codes.append(done.returncode)
    assert codes == [0, 1], done.stderr
    assert "findings=2" in (tmp_path / "output").read_text()
    assert not (work / ".venv").exists()
