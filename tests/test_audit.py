"""The command `audit`: which repositories, whose settings count, how it ends."""

import subprocess
import sys

import pytest

from lintfoot.arguments import AUDIT_FORMATS
from lintfoot.audit.targets import targets
from lintfoot.audit.views import VIEWS

BAD = "import requests\n\nrequests.get('https://example.com/state')\n"


def run(folder, *words, code=None):
    done = subprocess.run(
        [sys.executable, "-m", "lintfoot", "audit", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    if code is not None:
        assert done.returncode == code, done.stdout + done.stderr
    return done


def test_the_command_line_names_the_forms_that_there_are():
    assert set(AUDIT_FORMATS) == set(VIEWS)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["infra"], ["infra"]),
        (["infra", "infra/"], ["infra"]),
        (["infra.git"], ["infra"]),
        (["infra/.git"], ["infra"]),
        (["a/infra", "b/infra"], ["a/infra", "b/infra"]),
        (["a/infra", "a/tools"], ["infra", "tools"]),
        (["infra", "infra.git"], ["infra", "infra.git"]),
    ],
)
def test_names_tell_repositories_apart(tmp_path, words, names):
    assert [target.name for target in targets(words, tmp_path)] == names


def test_a_folder_is_audited_whatever_its_settings_say(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.lintfoot]\nselect = []\nexclude = ['*']\n")
    (tmp_path / "fetch.py").write_text(BAD)
    done = run(tmp_path, code=1)
    assert "1 file scanned" in done.stdout


def test_one_that_is_not_there_does_not_stop_the_rest(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "fetch.py").write_text(BAD)
    done = run(tmp_path, "gone", "here", code=2)
    assert "gone: no such folder" in done.stderr
    assert "here: fetch.py" in done.stdout


def test_repositories_from_a_file(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "fetch.py").write_text(BAD)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "all.txt").write_text("# ours\n\n../here\n")
    done = run(tmp_path, "--repos", "lists/all.txt", code=1)
    assert "Audit of" in done.stdout
    assert "here\n" in done.stdout


def test_findings_need_not_fail(tmp_path):
    (tmp_path / "fetch.py").write_text(BAD)
    run(tmp_path, "--exit-zero", code=0)
    run(tmp_path, "--fail-on", "never", code=0)
