"""The recipes of docs/ci.md, run as far as a machine without those services can: their own lines, in a real repository.

What installs lintfoot is played by small programs that stand first on the path; what a service does itself (run a composite action, read
an expression, take a report) is played here, as its documentation says.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from checkout import committed
from sarif_conformance import faults

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(not (BASH and shutil.which("git")), reason="no bash or no git: no recipe can run")

GUILTY = "import requests\nrequests.get(A)\ntry:\n    go()\nexcept Exception:\n    pass\n"
CLEAN = "import requests\nrequests.get(A, timeout=5)\n"
FROM = r"(?:lintfoot @ )?git\+https://git\.example\.com/lintfoot@v0\.1\.0"


def section(title):
    """A section of the page, with its blocks by language."""
    text = re.split(r"(?m)^## ", PAGE.partition(f"\n## {title}\n")[2])[0]
    assert text, title
    found = re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", text)
    return {language: [body for name, body in found if name == language] for language, _ in found}


SHIMS = {
    "lintfoot": f'#!/bin/sh\nexec "{sys.executable}" -m lintfoot "$@"\n',
    "pip": f"""#!{sys.executable}
import re, sys
assert sys.argv[1:3] == ["install", "-q"] and re.fullmatch({FROM!r}, sys.argv[3]) and len(sys.argv) == 4, sys.argv
""",
    "pipx": f"""#!{sys.executable}
import os, re, sys
assert sys.argv[1:3] == ["run", "--spec"] and re.fullmatch({FROM!r}, sys.argv[3]) and sys.argv[4] == "lintfoot", sys.argv
os.execv("{sys.executable}", ["{sys.executable}", "-m", *sys.argv[4:]])
""",
    "apt-get": '#!/bin/sh\n[ "$1" = update ] || [ "$1 $4" = "install git" ]\n',
    "python3": f"""#!{sys.executable}
import os, pathlib, shutil, sys
if sys.argv[1:3] == ["-m", "venv"]:
    made = pathlib.Path(sys.argv[3], "bin")
    made.mkdir(parents=True)
    for name in ("pip", "lintfoot"):
        shutil.copy(pathlib.Path(__file__).with_name(name), made)
    (made.parent / "bad.py").write_text("try:\\n    go()\\nexcept:\\n    pass\\n")  # somebody else's: not to be checked
else:
    os.execv("{sys.executable}", ["{sys.executable}", *sys.argv[1:]])
""",
    "reviewdog": f"""#!{sys.executable}
import json, sys
document = json.load(sys.stdin)
print(sys.argv[1:], len(document["diagnostics"]))
""",
}


@pytest.fixture
def scene(tmp_path):
    """A repository with a guilty and a clean script, the programs of a build machine, and what its services set."""
    work, bin_ = tmp_path / "work", tmp_path / "bin"
    for name, text in {"deploy/a b.py": GUILTY, "scripts/ok.py": CLEAN, "other/x.py": GUILTY}.items():
        (work / name).parent.mkdir(parents=True)
        (work / name).write_text(text)
    committed(work)
    bin_.mkdir()
    for name, text in SHIMS.items():
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    return Scene(work, bin_, tmp_path)


class Scene:
    def __init__(self, work, bin_, home):
        self.work, self.home = work, home
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("GITHUB_", "LINTFOOT_", "GIT_", "CI"))
        }
        self.environment = {**kept, "PATH": f"{bin_}{os.pathsep}{kept['PATH']}", "CI": "true", "PYTHONPATH": str(ROOT)}

    def sh(self, text, **variables):
        """Run lines as build services do: one shell that ends at the first that fails."""
        done = subprocess.run(
            [BASH, "-e", "-c", text],
            cwd=self.work,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "AssertionError" not in done.stderr, done.stderr
        return done

    def clean(self):
        for name in ("deploy/a b.py", "other/x.py"):
            (self.work / name).write_text(CLEAN)


def is_sarif(path):
    text = path.read_text(encoding="utf-8")
    assert faults(text) == []
    return [one["ruleId"] for one in json.loads(text)["runs"][0]["results"]]


# --- GitHub -----------------------------------------------------------------------------------------------------------

WORD = re.compile(r"\s*('(?:[^']|'')*'|==|!=|&&|\|\||[(),]|[\w.-]+)")


def evaluated(expression, known):
    """GitHub's expressions, as far as the recipes go: names, texts, ==, &&, ||, format() and always()."""
    words = WORD.findall(expression)
    assert "".join(words) == re.sub(r"\s", "", expression) or "'" in expression

    def either():
        value = both()
        while words[:1] == ["||"]:
            words.pop(0)
            other = both()
            value = value or other
        return value

    def both():
        value = equal()
        while words[:1] == ["&&"]:
            words.pop(0)
            other = equal()
            value = value and other
        return value

    def equal():
        value = one()
        if words[:1] == ["=="]:
            words.pop(0)
            return value == one()
        return value

    def one():
        word = words.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if words[:1] != ["("]:
            return known[word]
        words.pop(0)
        given = []
        while words[0] != ")":
            given.append(either())
            if words[0] == ",":
                words.pop(0)
        words.pop(0)
        return {"always": lambda: True, "format": lambda text, *more: text.format(*more)}[word](*given)

    value = either()
    assert words == []
    return value


def filled(text, known):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: str(evaluated(match[1], known)), str(text))


class Runner:
    """A job of GitHub's: steps one after the other, each with its outputs; what is uploaded is kept."""

    def __init__(self, scene, **facts):
        self.scene, self.uploads = scene, []
        temp = scene.home / "temp"
        temp.mkdir()
        self.known = {"runner.temp": str(temp), "github.event_name": "push", "github.base_ref": "", **facts}
        self.variables = {"GITHUB_WORKSPACE": str(scene.work), "GITHUB_STEP_SUMMARY": str(scene.home / "summary.md")}

    def job(self, job):
        """Run a job; return what it printed, and whether it failed."""
        assert set(job["permissions"]) <= {"contents", "security-events", "actions"}
        assert job["permissions"]["contents"] == "read"
        failed, out = False, ""
        for step in job["steps"]:
            if failed and not ("if" in step and "always()" in step["if"]):
                continue
            if "if" in step and not evaluated(step["if"], self.known):
                continue
            done, said = self.step(step, job)
            failed, out = failed or not done, out + said
        return failed, out

    def step(self, step, job):
        if "run" in step:
            done = self.run(step["run"], step.get("id"), {})
            return done.returncode == 0, done.stdout
        name, _, version = step["uses"].partition("@")
        given = {key: filled(value, self.known) for key, value in step.get("with", {}).items()}
        if name == "example/lintfoot":
            return self.action(given, step["id"])
        assert re.fullmatch("[0-9a-f]{40}", version), f"{name} is not pinned by its commit"
        if name == "actions/checkout":
            assert step["with"]["persist-credentials"] is False
        elif name == "github/codeql-action/upload-sarif":
            assert job["permissions"]["security-events"] == "write"
            self.uploads.append(is_sarif(self.scene.work / given["sarif_file"]))
        else:
            pytest.fail(f"{name} is not known here")
        return True, ""

    def run(self, text, name, variables):
        file = self.scene.home / "output"
        file.write_text("")
        done = self.scene.sh(text, **self.variables, **variables, GITHUB_OUTPUT=str(file))
        pairs = dict(line.split("=", 1) for line in file.read_text().splitlines())
        self.known |= {f"steps.{name}.outputs.{key}": value for key, value in pairs.items()}
        return done

    def action(self, given, name):
        """Our own composite action, from its file: inputs with their defaults, steps with their variables, outputs."""
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        assert given.keys() <= action["inputs"].keys()
        known = {f"inputs.{key}": given.get(key, about.get("default", "")) for key, about in action["inputs"].items()}
        inner, out = Runner.__new__(Runner), ""
        inner.scene, inner.known, inner.variables = self.scene, {**self.known, **known}, self.variables
        good = True
        for step in action["runs"]["steps"]:
            assert step["shell"] == "bash"
            variables = {key: filled(value, inner.known) for key, value in step.get("env", {}).items()}
            variables["GITHUB_ACTION_PATH"] = str(ROOT)
            if step["name"].startswith("Install"):
                self.installed(variables)
                continue
            done = inner.run(step["run"], step.get("id"), variables)
            out += done.stdout
            good = good and done.returncode == 0
        for key, about in action["outputs"].items():
            wanted = re.fullmatch(r"\$\{\{ (.*) \}\}", about["value"])[1]
            self.known[f"steps.{name}.outputs.{key}"] = inner.known.get(wanted, "")
        return good, out

    def installed(self, variables):
        """What the first step leaves: an environment of its own with lintfoot in it. tests/test_packaging.py installs for real."""
        home = Path(variables["HOME_OF_LINTFOOT"], "bin")
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(self.scene.environment["PATH"].partition(os.pathsep)[0], "lintfoot"), home)
        if not (home / "python").exists():
            (home / "python").symlink_to(sys.executable)


def github(number):
    block = yaml.safe_load(section("GitHub")["yaml"][number])
    (job,) = block["jobs"].values()
    return block, job


def annotations(out):
    return [line for line in out.splitlines() if line.startswith("::")]


def test_github_annotations(scene):
    block, job = github(0)
    assert block["permissions"] == {}
    assert block[True] == ["push", "pull_request"]  # YAML 1.1 reads `on` as a truth value, GitHub does not
    failed, out = Runner(scene).job(job)
    assert failed
    assert len(annotations(out)) == 4
    assert "file=deploy/a b.py," in out
    assert "LF503" in (scene.home / "summary.md").read_text()


def test_github_annotations_of_a_clean_repository(scene):
    scene.clean()
    assert Runner(scene).job(github(0)[1]) == (False, "")


def test_the_action_on_a_push(scene):
    runner = Runner(scene)
    failed, out = runner.job(github(1)[1])
    assert failed
    assert {line.split("file=")[1].partition(",")[0] for line in annotations(out)} == {"deploy/a b.py"}
    assert runner.uploads == [["LF201", "LF503"]]
    assert runner.known["steps.lintfoot.outputs.findings"] == "2"


def test_the_action_on_a_pull_request(scene):
    """Only what the branch changed is reported; the upload is made all the same, so that old alerts are closed."""
    scene.sh("git switch -q -c origin/main 2>/dev/null; git switch -q -c topic")
    runner = Runner(scene, **{"github.event_name": "pull_request", "github.base_ref": "main"})
    assert runner.job(github(1)[1]) == (False, "")
    assert runner.uploads == [[]]
    (scene.work / "scripts" / "ok.py").write_text(CLEAN + "requests.post(B)\n")
    failed, out = Runner.job(runner, github(1)[1])
    assert failed
    (line,) = annotations(out)
    assert line.startswith("::error file=scripts/ok.py,line=3,")
    assert runner.uploads == [[], ["LF201"]]


def test_the_action_with_a_baseline(scene):
    (scene.work / "pyproject.toml").write_text("[tool.lintfoot]\n")
    scene.sh("lintfoot baseline -q")
    runner = Runner(scene)
    good, out = runner.action({"baseline": "lintfoot-baseline.toml"}, "lintfoot")
    assert (good, out) == (True, "")
    (scene.work / "new.py").write_text(GUILTY)
    good, out = runner.action(
        {"baseline": "lintfoot-baseline.toml", "fail-on": "never", "format": "concise"}, "lintfoot"
    )
    assert good
    assert [line.partition(":")[0] for line in out.splitlines()] == ["new.py"] * 2


def test_fifty_findings_are_ten_annotations_and_a_whole_summary(scene):
    (scene.work / "deploy" / "a b.py").write_text("import requests\n" + "requests.get(A)\n" * 50)
    _, out = Runner(scene).job(github(1)[1])
    kinds = [line.partition(" ")[0] for line in annotations(out)]
    assert kinds == ["::error"] * 10 + ["::notice"]
    assert "40 more findings not shown here" in out
    assert (scene.home / "summary.md").read_text().count("| error |") == 50


def test_sarif_without_the_action(scene):
    runner = Runner(scene)
    failed, out = runner.job(github(2)[1])
    assert not failed  # the upload decides
    assert len(annotations(out)) == 4
    assert runner.uploads == [["LF201", "LF503"] * 2]


# --- GitLab -----------------------------------------------------------------------------------------------------------


def gitlab(scene, number):
    block = yaml.safe_load(section("GitLab")["yaml"][number])
    job = block.get("lintfoot", block)
    lines = [*job.get("before_script", []), *job["script"]]
    return job, scene.sh("\n".join(lines), CI_PROJECT_DIR=str(scene.work), GITLAB_CI="true")


def test_gitlab_job(scene):
    job, done = gitlab(scene, 0)
    assert job["image"].startswith("python:3.")
    assert done.returncode == 1
    scene.clean()
    assert gitlab(scene, 0)[1].returncode == 0


def test_gitlab_code_quality(scene):
    job, done = gitlab(scene, 1)
    assert done.returncode == 1
    assert job["artifacts"]["when"] == "always"
    found = json.loads((scene.work / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [
        (one["check_name"].partition("-")[0], one["location"]["path"])
        for one in found
        if "a b" in one["location"]["path"]
    ] == [
        ("LF201", "deploy/a b.py"),
        ("LF503", "deploy/a b.py"),
    ]
    assert len({one["fingerprint"] for one in found}) == len(found) == 4
    assert {one["severity"] for one in found} <= {"info", "minor", "major", "critical", "blocker"}


def test_gitlab_sarif_is_left_by_a_job_that_succeeds(scene):
    job, done = gitlab(scene, 2)
    assert done.returncode == 0
    assert len(is_sarif(scene.work / job["artifacts"]["reports"]["sarif"])) == 4


# --- the others -------------------------------------------------------------------------------------------------------


def test_azure(scene):
    staging = scene.home / "staging"
    staging.mkdir()
    block = yaml.safe_load(section("Azure Pipelines")["yaml"][0])
    codes, published = [], []
    for step in block["steps"]:
        if "script" in step:
            codes.append(scene.sh(step["script"].replace("$(Build.ArtifactStagingDirectory)", str(staging))).returncode)
        else:
            assert step["condition"] == "always()"
            assert step["inputs"]["ArtifactName"] == "CodeAnalysisLogs"
            published = sorted(staging.iterdir())
    assert codes == [0, 1]
    assert [len(is_sarif(path)) for path in published] == [4]


def test_azures_issues_name_files_that_are_there(scene):
    text = section("Azure Pipelines")
    assert text
    done = scene.sh("lintfoot check --format azure --output junit:lintfoot.xml --output azure")
    places = re.findall(r"(?m)^##vso\[task\.logissue type=\w+;sourcepath=([^;]*);linenumber=\d+;", done.stdout)
    assert len(places) == 4
    assert all(Path(place).is_file() for place in places)
    assert (scene.work / "lintfoot.xml").read_text().count("<failure") == 4


def test_jenkins(scene):
    (text,) = section("Jenkins")["groovy"]
    lines = re.findall(r"(?m)^\s*sh '(.*)'$", text)
    assert len(lines) == 2
    assert [scene.sh(line).returncode for line in lines] == [0, 0]
    (report,) = re.findall(r"sarif\(pattern: '(.*?)'\)", text)
    assert len(is_sarif(scene.work / report)) == 4


def test_reviewdog(scene):
    (line,) = section("reviewdog")["sh"]
    done = scene.sh(line)
    assert (done.returncode, done.stdout) == (0, "['-f=rdjson', '-reporter=github-pr-review'] 4\n")


@pytest.mark.parametrize("command", re.findall(r"`(lintfoot check [^`]*)`", PAGE))
def test_every_command_in_the_text_runs(scene, command):
    assert scene.sh(command).returncode in (0, 1)
