"""`lintfoot init` takes over what other linters' settings say about twins, and nothing else."""

import subprocess
import sys
import tomllib

import pytest
import yaml

from lintfoot import cli
from lintfoot.inheriting import inherited
from tests import verbs


def taken(folder, **files):
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    found = inherited(folder, verbs.the_book())
    return {
        "ignored": sorted(found.ignored),
        "by_file": {pattern: sorted(codes) for pattern, codes in found.by_file.items()},
        "excluded": sorted(found.excluded),
    }


def only(**said):
    return {"ignored": [], "by_file": {}, "excluded": []} | said


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('[tool.ruff.lint]\nignore = ["S602", "D100", "E501"]\n', only(ignored=["LF101"])),
        ('[tool.ruff]\nignore = ["S113"]\nextend-exclude = ["vendor"]\n', only(ignored=["LF201"], excluded=["vendor"])),
        (
            '[tool.ruff.lint.per-file-ignores]\n"tests/**" = ["S105", "S106", "B006"]\n"x.py" = ["D1"]\n',
            only(by_file={"tests/**": ["LF401", "LF501"]}),
        ),
        ('[tool.ruff.lint]\nignore = ["BLE"]\n', only(ignored=["LF503"])),
        ('[tool.ruff.lint]\nignore = ["B"]\n', only(ignored=["LF501"])),
        (
            '[tool.bandit]\nskips = ["B602", "B101"]\nexclude_dirs = ["./tests"]\n',
            only(ignored=["LF101"], excluded=["tests"]),
        ),
        (
            '[tool.pylint."messages control"]\ndisable = ["broad-except", "W0702", "line-too-long"]\n',
            only(ignored=["LF502", "LF503"]),
        ),
        ('[tool.ruff]\nlint = 3\n[tool.bandit]\nskips = "B602"\n', only(ignored=["LF101"])),
    ],
)
def test_of_pyproject(table, expected, tmp_path):
    assert taken(tmp_path, pyproject_toml=table) == expected


def test_of_other_files(tmp_path):
    (tmp_path / ".pylintrc").write_text(
        "[MESSAGES CONTROL]\ndisable=\n    missing-docstring,\n    dangerous-default-value\n"
    )
    (tmp_path / ".bandit").write_text("[bandit]\nskips: B501\nexclude: /tests,build\n")
    (tmp_path / "ruff.toml").write_text('[lint]\nextend-ignore = ["E722"]\n')
    assert taken(tmp_path) == only(ignored=["LF301", "LF501", "LF502"], excluded=["/tests", "build"])


@pytest.mark.parametrize("text", ["[", "\x00", "[tool.ruff\n", "tool = 3\n"])
def test_a_broken_file_says_nothing(text, tmp_path):
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / ".pylintrc").write_text(text)
    (tmp_path / ".bandit").write_bytes(b"\xff\xfe")
    assert taken(tmp_path) == only()


def test_init_writes_them_and_they_hold(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = '[tool.ruff.lint]\nignore = ["S602"]\n\n[tool.ruff.lint.per-file-ignores]\n"tests/**" = ["S105"]\n'
    (tmp_path / "pyproject.toml").write_text(before)
    assert cli.main(["init"]) == 0
    assert 'extend-ignore = ["LF101"]' in capsys.readouterr().out
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith(before)
    table = tomllib.loads(text)["tool"]["lintfoot"]
    assert table == {"extend-ignore": ["LF101"], "per-file-ignores": {"tests/**": ["LF401"]}}
    (tmp_path / "a.py").write_text("import os\nos.system(x)\n")
    assert cli.main(["check"]) == 0


@pytest.mark.parametrize(
    "table",
    [
        '[tool.pylint]\ndisable = ["C", "R", "broad-except"]\n',
        '[tool.pylint.format]\ndisable = "broad-exception-caught"\n',
        '[tool.pylint.main]\ndisable = ["W0718"]\n',
    ],
)
def test_pylint_takes_its_options_from_any_table(table, tmp_path):
    assert taken(tmp_path, pyproject_toml=table) == only(ignored=["LF503"])


@pytest.mark.parametrize("name", [".pylintrc", "pylintrc"])
def test_pylint_takes_its_options_from_any_section(name, tmp_path):
    (tmp_path / name).write_text("[BASIC]\ndisable=bare-except,  # old\n    W0102\n")
    assert taken(tmp_path) == only(ignored=["LF501", "LF502"])


def test_only_pylints_own_sections_of_shared_files_count(tmp_path):
    (tmp_path / "setup.cfg").write_text("[other]\ndisable=bare-except\n[pylint.messages control]\ndisable=W0102\n")
    (tmp_path / ".pylintrc.toml").write_text('[tool.pylint.main]\ndisable = ["eval-used", "bare-except"]\n')
    assert taken(tmp_path) == only(ignored=["LF501", "LF502"])


@pytest.mark.parametrize("words", ["all", "W", "R,C", "refactoring"])
def test_what_speaks_of_everything_speaks_of_nothing_here(words, tmp_path):
    (tmp_path / ".pylintrc").write_text(f"[MESSAGES CONTROL]\ndisable={words}\nenable=E\n")
    assert taken(tmp_path) == only()


@pytest.mark.parametrize(
    "text",
    [
        "skips: ['B602', \"B101\"]\nexclude_dirs: [tests, './docs']\n",
        "# ours\nexclude_dirs:\n  - tests  # slow\n  - ./docs\nskips:\n# shell\n- B602\n\n- 'B101'\nassert_used:\n  skips: ['*_test.py']\n",
        "---\nskips: [B602,\n  B101]\nexclude_dirs:  # two\n- tests\n- docs",
    ],
)
@pytest.mark.parametrize("name", ["bandit.yaml", "bandit.yml", ".bandit.yml"])
def test_bandits_yaml(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    assert yaml.safe_load(text)["skips"] == ["B602", "B101"]
    assert taken(tmp_path) == only(ignored=["LF101"], excluded=["docs", "tests"])


TREE = """tests/a.py tests/sub/b.py x/migrations/c.py x/y/migrations/d/e.py migrations/f.py src/g.py src/deep/h.py
test_i.py src/test_j.py src/tests/k.py""".split()


@pytest.mark.parametrize(
    "pattern",
    """tests/* tests/** tests/*.py tests/**.py tests/**/*.py */migrations/* **/migrations/** test_*.py *.py tests tests/
    src/**.py !src/**.py **/test_* ./tests/* src/?.py {src,tests}/* src/[gh].py tests/a.py */test_j.py src/*/h.py""".split(),
)
def test_patterns_mean_what_they_mean_to_ruff(pattern, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("import subprocess\nsubprocess.run(x, shell=True, check=True)\n")
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.ruff.lint]\nselect = ["S602"]\n[tool.ruff.lint.per-file-ignores]\n"{pattern}" = ["S602"]\n'
    )
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "."]
    told = subprocess.run(ruff, capture_output=True, text=True, check=False, timeout=60).stdout
    theirs = {line.partition(":")[0] for line in told.splitlines() if "S602" in line}
    assert theirs <= set(TREE)
    assert cli.main(["init"]) == 0
    capsys.readouterr()
    cli.main(["check", "--no-cache", "--format", "concise", "--select", "LF101"])
    ours = {line.partition(":")[0] for line in capsys.readouterr().out.splitlines()}
    assert ours == theirs
