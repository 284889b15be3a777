"""What users of linters asked of runs: several reports from one analysis, no network, batches that change nothing, the same bytes twice."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from checkout import committed

from lintfoot import cli, work

GUILTY = "import requests\nfrom lib.net import session\nrequests.get(A)\nsession.get(B)\n"
LIB = "import requests\nsession = requests.Session()\n"
BARE = "try:\n    go()\nexcept:\n    pass\n"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.lintfoot]\n")
    files = {"lib/__init__.py": "", "lib/net.py": LIB, **{f"ops/s{number}.py": GUILTY for number in range(10)}}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main([*arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_three_reports_one_analysis(tree, run, monkeypatch):
    """`--output` may stand several times, and no file is looked at twice for that."""
    looked = []
    check = work.check_bytes
    monkeypatch.setattr(
        work, "check_bytes", lambda here, called, data: looked.append(called.file) or check(here, called, data)
    )
    outputs = ("--output", "sarif:a.sarif", "--output", "json:b.json", "--output", "junit:c.xml", "--format", "concise")
    code, out, _ = run("check", "--no-cache", "--jobs", "1", *outputs)
    assert code == 1
    assert len(looked) == len(set(looked)) == 12
    assert out.count("\n") == 20
    assert len(json.loads((tree / "a.sarif").read_text())["runs"][0]["results"]) == 20
    assert len(json.loads((tree / "b.json").read_text())["findings"]) == 20
    assert (tree / "c.xml").read_text().count("<failure") == 20


@pytest.mark.parametrize("size", [1, 3, 10])
def test_batches_change_nothing(tree, run, size):
    """A hook runner may hand its files over in any number of calls."""
    names = sorted(f"ops/{file.name}" for file in (tree / "ops").iterdir())
    whole = run("check", "--no-cache", "--format", "concise", *names)[1].splitlines()
    assert len(whole) == 20
    parts = [names[at : at + size] for at in range(0, len(names), size)]
    said = [run("check", "--no-cache", "--format", "concise", *part)[1].splitlines() for part in parts]
    assert [line for lines in said for line in lines] == whole


NO_NETWORK = """
import runpy, sys
def heard(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__",) or event in ("urllib.Request", "http.client.connect"):
        sys.stderr.write(f"NETWORK {event}\\n")
        sys.exit(99)
sys.addaudithook(heard)
sys.argv = ["lintfoot", *sys.argv[1:]]
runpy.run_module("lintfoot", run_name="__main__")
"""


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--no-cache", "--output", "sarif:x.sarif"],
        ["check", "--jobs", "2"],
        ["check", "--fix", "--unsafe-fixes"],
        ["baseline"],
        ["suppress", "--rule", "LF201", "--reason", "old"],
        ["init"],
        ["explain", "LF201"],
        ["rules"],
        ["config"],
        ["--version"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("tree")
def test_nothing_goes_over_the_network(words):
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode != 99, done.stderr
    assert "Traceback" not in done.stderr


FORMS = ("sarif", "json", "gitlab", "junit", "rdjson", "markdown")


@pytest.mark.skipif(not shutil.which("git"), reason="no git")
def test_two_clones_say_the_same_to_the_byte(tree, tmp_path):
    """No time, no host, no user and no folder of this machine is in a report."""
    committed(tree)
    texts = []
    for name in ("one", "two"):
        clone = tmp_path / name / "deep" / "work"
        subprocess.run(["git", "clone", "-q", str(tree), str(clone)], check=True, capture_output=True)
        environment = {**os.environ, "HOME": str(tmp_path / name), "USER": name, "PYTHONHASHSEED": str(len(texts))}
        outputs = [word for form in FORMS for word in ("--output", f"{form}:{form}.out")]
        done = subprocess.run(
            [sys.executable, "-m", "lintfoot", "check", *outputs],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        texts.append([done.stdout, *((clone / f"{form}.out").read_text() for form in FORMS)])
    assert texts[0] == texts[1]
    assert not any(re.search(re.escape(str(tmp_path)), text) for text in texts[0])


@pytest.mark.parametrize("names", [["-x.py"], ["--fix.py", "-x.py"]])
def test_names_that_look_like_flags(tree, run, names):
    for name in names:
        (tree / name).write_text(BARE)
    code, out, err = run("check", "--no-cache", "--format", "concise", "--", *names)
    assert (code, err) == (1, "")
    assert [line.partition(":")[0] for line in out.splitlines()] == names
    assert (tree / names[0]).read_text() == BARE


def test_a_clean_batch_says_nothing_on_standard_error(tree, run):
    for file in (tree / "ops").iterdir():
        file.write_text("x = 1\n")
    assert run("check", "--no-cache", "--quiet") == (0, "", "")
    code, out, err = run("check", "--no-cache")
    assert (code, err, out.count("\n")) == (0, "", 1)
