"""Settings that do nothing any more are told, by runs that can tell."""

import pytest

from lintfoot import cli

GUILTY = "try:\n    go()\nexcept:\n    pass\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Write settings and scripts, check, and give back what was told on standard error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def call(settings, *arguments, files=("ops/a.py", "tests/a/b/test_x.py")):
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(GUILTY)
        (tmp_path / "pyproject.toml").write_text(f"[tool.lintfoot]\n{settings}\n")
        code = cli.main(["check", "--no-cache", *arguments])
        assert code in (0, 1)
        return capsys.readouterr().err.splitlines()

    return call


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('per-file-ignores = { "tests/**" = ["LF502"] }', []),
        (
            'per-file-ignores = { "test/**" = ["LF502"] }',
            ['2:23: per-file-ignores: "test/**" matches no script'],
        ),
        (
            'per-file-ignores = { "tests/**" = ["LF502", "LF401"] }',
            ['2:45: per-file-ignores: LF401 is never found in "tests/**"'],
        ),
        ('per-file-ignores = { "!ops/*" = ["LF5"] }', []),
        (
            'extend-per-file-ignores = { "ops/*" = ["mutable-default"] }',
            ['2:40: extend-per-file-ignores: mutable-default is never found in "ops/*"'],
        ),
        ('per-file-ignores = { "tests/**" = ["LF502"], "**/test_*.py" = ["LF502"] }', []),
        ('per-file-ignores = { "tests/**" = ["LF104"] }', []),  # it does not run: nothing is known of it
        ('extend-exclude = ["tests/"]', []),
        ('extend-exclude = ["ops/*.py"]', []),
        ('extend-exclude = ["vendor/"]', ['2:19: extend-exclude: "vendor/" leaves out no script']),
        ('extend-exclude = ["tests/", "old*.py"]', ['2:29: extend-exclude: "old*.py" leaves out no script']),
        ('exclude = ["tests/", "!tests/a/"]', []),
        ('ignore = ["LF503"]', []),
        ('ignore = ["LF104"]', ["2:11: ignore: LF104 is off anyway"]),
        ('extend-ignore = ["opt"]', ["2:18: extend-ignore: opt is off anyway"]),
        ('extend-select = ["opt"]\nignore = ["LF104"]', []),
        ('select = ["LF5"]\nignore = ["LF502", "LF201"]', ["3:20: ignore: LF201 is off anyway"]),
    ],
)
def test_what_does_nothing_is_told_with_its_place(run, settings, told):
    assert run(settings, "--verbose") == [f"warning: pyproject.toml:{words}" for words in told], settings
    assert run(settings) == [f"warning: pyproject.toml:{words}" for words in told if " no script" in words], settings


@pytest.mark.parametrize(
    "arguments",
    [["ops/a.py"], ["ops"], ["--select", "LF502"], ["--ignore", "LF503"], ["--min-confidence", "high"]],
)
def test_a_run_over_less_says_nothing(run, arguments):
    assert run('ignore = ["LF104"]\nper-file-ignores = { "x/*" = ["LF502"] }', "-v", *arguments) == []


def test_a_folder_below_can_tell_nothing_of_the_project(run, monkeypatch, tmp_path):
    (tmp_path / "ops").mkdir()
    monkeypatch.chdir(tmp_path / "ops")
    assert run('extend-exclude = ["x/"]') == []
    (line,) = run('extend-exclude = ["x/"]', "..")
    assert line.endswith('extend-exclude: "x/" leaves out no script')


def test_a_warning_is_no_failure(run):
    assert run('per-file-ignores = { "**" = ["LF502"] }\nextend-exclude = ["x/"]') != []


def test_variables_and_flags_are_nobodys_settings(run, monkeypatch):
    monkeypatch.setenv("LINTFOOT_EXTEND_EXCLUDE", "x/")
    assert run("", "--per-file-ignores", "y/*:LF502") == []


def test_an_unreadable_file_can_be_ignored_by_its_pattern(run, tmp_path, capsys):
    """Templates with braces in them are no Python, and nobody's mistake."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.py").write_text("import {{ name }}\n")
    assert run('per-file-ignores = { "templates/*" = ["LF000"], "*" = ["LF502"] }') == []
    assert cli.main(["check", "--no-cache"]) == 0
    assert capsys.readouterr().out == "0 findings, 3 suppressed, 0 baselined; 2 files scanned, 0 skipped, 1 failed\n"
