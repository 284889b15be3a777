"""`lintfoot init` takes over what other linters' settings say about twins, and nothing else."""

import tomllib

import pytest

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
