"""The rules of audits: LF905, LF906, LF907, on repositories."""

import time

import pytest
from repositories import audited, checkout, codes, commit, example, lay
from verbs import the_book

from lintfoot.audit import jobs, starters
from lintfoot.audit.modules import Files

EXAMPLES = [(rule, one) for rule in the_book().rules if rule.default == "audit" for one in rule.examples]
SMALL = {"select": ("audit",), "rule": ("LF905.lines=10", "LF905.branches=2")}


@pytest.mark.parametrize(
    ("rule", "one"), EXAMPLES, ids=lambda value: getattr(value, "title", getattr(value, "code", ""))
)
def test_a_bad_example_is_reported_and_a_good_one_is_silent(tmp_path, rule, one):
    """An example shows files of a repository; the good one is laid over the bad one."""
    lay(tmp_path, example(one.bad))
    assert {code for _, code in codes(audited(tmp_path, **SMALL))} == {rule.code}
    lay(tmp_path, example(one.good))
    assert codes(audited(tmp_path, **SMALL)) == []


def body(count=60, *, guard=True, name="work", handled=False):
    """A script of some length: `count` times four lines with two branches."""
    lines = ["import subprocess", "import sys", "", f"def {name}(hosts):"]
    for number in range(count):
        lines += [
            f"    if hosts[{number}] == 'db-{number}':",
            f"        subprocess.run(['ssh', hosts[{number}]], check=True, timeout=9)",
            f"    elif hosts[{number}] is None:",
            "        print('no host')",
        ]
    if handled:
        lines += ["    try:", "        print(hosts[0])", "    except IndexError:", "        sys.exit('no hosts')"]
    lines += ["", "def main():", f"    {name}(sys.argv)", ""]
    lines += ["if __name__ == '__main__':", "    main()"] if guard else []
    return "\n".join(lines) + "\n"


CRON = {"cron.d/jobs": "MAILTO=ops\n*/5 * * * * root /opt/tools/rollout.py --all >/dev/null\n"}
RUN_BY = {
    "github": {
        ".github/workflows/go.yml": "jobs:\n  go:\n    steps:\n      - run: |\n          pip install x\n          python tools/rollout.py\n"
    },
    "gitlab": {".gitlab-ci.yml": "deploy:\n  script:\n    - ./tools/rollout.py --all\n"},
    "jenkins": {"Jenkinsfile": "stage('x') { steps { sh 'python3 tools/rollout.py' } }\n"},
    "circle": {".circleci/config.yml": "jobs:\n  x:\n    steps:\n      - run: python3 -u tools/rollout.py\n"},
    "azure": {"azure-pipelines.yml": "steps:\n- script: python tools/rollout.py\n"},
    "cron": CRON,
    "daily": {"cron.daily/rollout": "#!/bin/sh\nexec /usr/bin/python3 /opt/tools/rollout.py\n"},
    "systemd": {
        "units/rollout.service": "[Service]\nExecStart=-/usr/bin/python3 /opt/infra/tools/rollout.py --watch\n"
    },
    "make": {"Makefile": "PYTHON ?= python3\n\nall:\n\t@$(PYTHON) tools/rollout.py\n"},
    "just": {"justfile": "go:\n    ./tools/rollout.py\n"},
    "docker": {"Dockerfile": 'FROM python:3\nCOPY tools /app/tools\nENTRYPOINT ["python", "/app/tools/rollout.py"]\n'},
    "compose": {"docker-compose.yml": "services:\n  x:\n    command: ['python', 'tools/rollout.py']\n"},
    "cronjob": {
        "k8s/x.yaml": "kind: CronJob\nspec:\n  containers:\n    - name: x\n      command:\n        - python\n        - /app/tools/rollout.py\n"
    },
    "ansible": {"play.yml": "- hosts: all\n  tasks:\n    - cron:\n        job: /opt/tools/rollout.py\n"},
    "module": {"Makefile": "all:\n\tpython -m tools.rollout\n"},
    "uv": {"Makefile": "all:\n\tuv run --with rich tools/rollout.py\n"},
    "tox": {"tox.ini": "[testenv]\ncommands = python tools/rollout.py\n"},
    "flock": {"crontab": "@daily flock -n /tmp/x python3 /srv/tools/rollout.py\n"},
}


@pytest.mark.parametrize("files", RUN_BY.values(), ids=RUN_BY)
def test_whoever_runs_it_is_seen(tmp_path, files):
    lay(tmp_path, {**files, "tools/rollout.py": body()})
    found = audited(tmp_path, select=("LF905",))
    assert codes(found) == [("tools/rollout.py", "LF905")]
    (script,) = [one for one in found.scripts if one.path == "tools/rollout.py"]
    assert script.started_by[0].path == next(iter(files))


RUNS = """
cd /opt/tools && ./rollout.py --all
uv run rollout.py
uv run --with rich tools/rollout.py
poetry run python -m tools.rollout
docker run --rm -v /x:/y image:1 python /app/tools/rollout.py
ssh host 'python3 /opt/tools/rollout.py --all'
kubectl exec pod -- python /app/tools/rollout.py
bash -lc "python tools/rollout.py"
sudo -u deploy /opt/tools/rollout.py
python "$HERE/rollout.py"
"$(dirname "$0")/rollout.py" --x
"${SCRIPT_DIR}/rollout.py" --x
exec {{ venv }}/bin/python {{ app_dir }}/tools/rollout.py
PYTHONPATH=. python tools/rollout.py
while true; do python tools/rollout.py; sleep 5; done
if python tools/rollout.py; then echo; fi
! ./tools/rollout.py
python -W ignore -u tools/rollout.py
/usr/bin/env python3 tools/rollout.py
time ./tools/rollout.py
nohup python3.12 tools/rollout.py &
ls | xargs -n1 python tools/rollout.py
chronic /opt/tools/rollout.py
flock -n /run/x.lock nice -n 5 /usr/bin/python3 /opt/tools/rollout.py
coverage run -m tools.rollout
python -m coverage run tools/rollout.py
$(PYTHON) tools/rollout.py
${PYTHON} tools/rollout.py
$PY tools/rollout.py
{{ ansible_python.executable }} tools/rollout.py
conda run -n ops python tools/rollout.py
docker compose run test python tools/rollout.py
watch -n 5 python tools/rollout.py
OUT=$(python tools/rollout.py --list)
%h/tools/rollout.py
C:/Python/python.exe tools/rollout.py
"""
RUNS_NOT = """
cat tools/rollout.py
git diff tools/rollout.py
pytest tools/rollout.py
python -m py_compile tools/rollout.py
python -m black tools/rollout.py
cp tools/rollout.py /usr/local/bin/
scp tools/rollout.py host:
sed -i s/x/y/ tools/rollout.py
echo python tools/rollout.py
install -m755 tools/rollout.py /usr/bin/rollout
export SCRIPT=tools/rollout.py
SCRIPT=tools/rollout.py
python other.py tools/rollout.py
uv run ruff check tools/rollout.py
poetry run mypy tools/rollout.py
python -c 'print(1)' tools/rollout.py
./tools/rollout.pyc
./tools/rollout.py.bak
python tools/old/rollout.py
./old/rollout.py
python rollout
[ -f tools/rollout.py ]
"""


@pytest.mark.parametrize("line", RUNS.strip().splitlines())
def test_command_lines_that_run_a_script(line):
    assert starters.run_by(line, "jobs/nightly", Files.of(["tools/rollout.py", "tools/__init__.py"])) == {
        "tools/rollout.py"
    }


@pytest.mark.parametrize("line", RUNS_NOT.strip().splitlines())
def test_command_lines_that_do_not(line):
    assert starters.run_by(line, "jobs/nightly", Files.of(["tools/rollout.py", "other/x.py"])) == set()


NOT_RUN = {
    "linted": {"Makefile": "lint:\n\truff check tools/rollout.py\n\tchmod +x tools/rollout.py\n"},
    "copied": {"Dockerfile": "FROM x\nCOPY tools/rollout.py /app/\nCMD ['sleep', '9']\n"},
    "listed": {".github/workflows/x.yml": "on:\n  push:\n    paths:\n      - tools/rollout.py\n"},
    "named": {
        ".github/workflows/x.yml": "jobs:\n  x:\n    steps:\n      - name: python tools/rollout.py\n        run: true\n"
    },
    "commented": {"crontab": "# */5 * * * * python3 /opt/tools/rollout.py\n"},
    "another": {"crontab": "*/5 * * * * python3 /opt/tools/old_rollout.py\n"},
    "spoken of": {"README.md": "Run `python tools/rollout.py`.\n"},
    "tested for": {"run.sh": "#!/bin/sh\nif [ -f tools/rollout.py ]; then echo there; fi\n"},
}


@pytest.mark.parametrize("files", NOT_RUN.values(), ids=NOT_RUN)
def test_what_is_only_mentioned_is_not_run(tmp_path, files):
    lay(tmp_path, {**files, "tools/rollout.py": body()})
    assert codes(audited(tmp_path, select=("LF905",))) == []


INNOCENT = {
    "a vendored library": {"vendor/rollout.py": body()},
    "a test": {"tests/test_rollout.py": body()},
    "generated": {"tools/rollout.py": "# Generated by protoc. DO NOT EDIT.\n" + body()},
    "a package's front": {"tools/__init__.py": body()},
    "setup.py": {"setup.py": body(), "Makefile": "all:\n\tpython setup.py bdist\n"},
    "a table": {"tools/rollout.py": "PORTS = {\n" + "".join(f"    'p{n}': {n},\n" for n in range(500)) + "}\n"},
    "short": {"tools/rollout.py": body(5)},
    "straight": {"tools/rollout.py": "import sys\n" + "print(sys.argv)\n" * 400},
    "a module": {
        "tools/rollout.py": body(guard=False),
        "cron.d/jobs": "",
        "tools/main.py": "import rollout\n\nrollout.main()\n",
    },
    "an example": {"examples/rollout.py": body(), "Makefile": "all:\n\tpython examples/rollout.py\n"},
    "tested by import": {"tools/rollout.py": body(), "tests/test_all.py": "from tools import rollout\n"},
    "tested by name": {"tools/rollout.py": body(), "tests/test_all.py": "import x\n\nx.run(['tools/rollout.py'])\n"},
    "tested by its test's name": {"tools/rollout.py": body(), "tests/test_rollout.py": "import os\n"},
    "tested by patches": {"tools/rollout.py": body(), "tests/test_x.py": "patch('tools.rollout.subprocess.run')\n"},
    "Python 2": {"tools/rollout.py": body() + "print 'x'\n"},
}


@pytest.mark.parametrize("files", INNOCENT.values(), ids=INNOCENT)
def test_what_bears_no_load_is_left_alone(tmp_path, files):
    lay(tmp_path, {**CRON, **files})
    assert not [path for path, code in codes(audited(tmp_path, select=("LF905",))) if code == "LF905"]


@pytest.mark.parametrize(
    "name", ["run.sh", "x.yml", ".gitlab-ci.yml", "Jenkinsfile", "Makefile", "crontab", "Dockerfile", "tox.ini"]
)
@pytest.mark.parametrize(
    "text",
    [
        "# " * 450_000 + "'",
        "run: a\\\n" * 100_000,
        "\\\n" * 400_000,
        "{{" * 400_000,
        "a: " * 300_000,
        "run: |\n" + " x\\\n" * 200_000,
    ],
    ids=["comments", "continued", "nothing", "templates", "keys", "block"],
)
def test_files_that_want_to_take_for_ever_do_not(name, text):
    started = time.process_time()
    for line in jobs.lines(name, text):
        starters.run_by(line.text, name, Files.of(["tools/rollout.py"]))
    assert time.process_time() - started < 10


def test_it_explains_itself_in_one_sentence(tmp_path):
    root = checkout(tmp_path / "infra", {**CRON, "tools/rollout.py": body()})
    for number in range(12):
        commit(root, day=f"2026-04-{number + 1:02}", **{"tools/rollout.py": body() + f"# {number}\n"})
    (found,) = audited(root, select=("LF905",)).findings
    assert found.message == (
        "much hangs on this script: 247 lines of code with 121 branches, run by cron (cron.d/jobs:2), "
        "changed 13 times by First alone since 2026-03; no test touches it, and it handles no error"
    )
    assert found.help == (
        "first, decide what happens when a step fails half-way, and who hears of it, beginning with `work` (line 4, 120 branches)"
    )
    assert found.severity == "warning"


def test_a_script_that_handles_errors_needs_a_test_first(tmp_path):
    lay(tmp_path, {**CRON, "tools/rollout.py": body(handled=True)})
    (found,) = audited(tmp_path, select=("LF905",)).findings
    assert found.help == "first, write a test for `work` (line 4, 121 branches), with what it reaches outside replaced"


def test_often_changed_is_enough_where_nobody_is_seen_to_run_it(tmp_path):
    root = checkout(tmp_path / "infra", {"tools/rollout.py": body()})
    for number in range(30):
        commit(root, **{"tools/rollout.py": body() + f"# {number}\n"})
    assert codes(audited(root, select=("LF905",))) == [("tools/rollout.py", "LF905")]


def test_its_limits_can_be_set(tmp_path):
    lay(tmp_path, {**CRON, "tools/rollout.py": body(60)})
    assert not codes(audited(tmp_path, select=("LF905",), rule=("load-bearing-script.lines=400",)))


def test_a_comment_silences_it_and_is_listed(tmp_path):
    text = "# lintfoot: ignore-file[LF905] -- replaced in June\n" + body()
    lay(tmp_path, {**CRON, "tools/rollout.py": text})
    found = audited(tmp_path, select=("LF0", "LF905"))
    assert [(one.code, one.silenced_by.reason) for one in found.silenced] == [("LF905", "replaced in June")]
    assert codes(found) == [("tools/rollout.py", "LF905")]
    trusted = audited(tmp_path, trusted=True, select=("LF0", "LF905"))
    assert codes(trusted) == []
    assert len(trusted.silenced) == 1


CIRCLES = {
    "two": ({"a.py": "import b\n", "b.py": "import a\n"}, 1),
    "three": ({"a.py": "import b\n", "b.py": "from c import x\n", "c.py": "import a\nx = 1\n"}, 1),
    "in a function": ({"a.py": "import b\n", "b.py": "def f():\n    import a\n"}, 0),
    "for types": (
        {"a.py": "import b\n", "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n"},
        0,
    ),
    "a package's front": ({"p/__init__.py": "from p.a import x\n", "p/a.py": "from p import y\nx = 1\n"}, 0),
    "a package's modules": ({"p/__init__.py": "", "p/a.py": "from . import b\n", "p/b.py": "from .a import x\n"}, 1),
    "one way": ({"a.py": "import b\n", "b.py": "import os\n"}, 0),
    "a script called like the standard library": ({"json.py": "import a\n", "a.py": "import json\n"}, 0),
    "tests": ({"tests/a.py": "import b\n", "tests/b.py": "import a\n"}, 0),
}


@pytest.mark.parametrize(("files", "count"), CIRCLES.values(), ids=CIRCLES)
def test_circles(tmp_path, files, count):
    lay(tmp_path, files)
    assert len(codes(audited(tmp_path, select=("LF906",)))) == count


LOGIN = "TOKEN = None\nSEEN = []\nLIMIT = 3\n\ndef login():\n    global TOKEN\n    TOKEN = 1\n    SEEN.append(1)\n"
BORROWED = {
    "a copy": ("from login import TOKEN\n", 1),
    "a copy by another name": ("from login import TOKEN as token\n", 1),
    "read there": ("import login\n\nprint(login.TOKEN)\n", 1),
    "a list": ("from login import SEEN\n", 1),
    "set": ("import login\n\nlogin.LIMIT = 5\n", 1),
    "a constant": ("from login import LIMIT\n", 0),
    "something else with a method of that name": ("from ports import SCHEMA\n", 0),
    "filled while it loads": ("from ports import PORTS\n", 0),
    "a function": ("from login import login\n", 0),
    "another object of that name": ("import client as login\n\nprint(login.TOKEN)\n", 0),
}


@pytest.mark.parametrize(("text", "count"), BORROWED.values(), ids=BORROWED)
def test_state_of_others(tmp_path, text, count):
    ports = "PORTS = []\n\ndef fill():\n    PORTS.append(22)\n\nfill()\n\n"
    ports += "SCHEMA = Schema()\n\ndef wide():\n    return SCHEMA.extend({})\n"
    lay(tmp_path, {"login.py": LOGIN, "ports.py": ports, "use.py": text})
    assert len(codes(audited(tmp_path, select=("LF907",)))) == count


def test_tests_may_set_what_they_like(tmp_path):
    lay(tmp_path, {"login.py": LOGIN, "tests/test_use.py": "import login\n\nlogin.LIMIT = 5\n"})
    assert codes(audited(tmp_path, select=("LF907",))) == []


def test_a_check_never_speaks_of_them(tmp_path):
    from lintfoot import api

    lay(tmp_path, {"a.py": "import b\n", "b.py": "import a  # lintfoot: ignore[LF906]\n"})
    assert api.check([tmp_path], isolated=True, select=("LF9", "LF0"), cache=False).findings == ()
