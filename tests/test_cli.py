import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from verbs import the_book

import lintfoot
from lintfoot import arguments
from lintfoot.atomic import write
from lintfoot.checking import exit_code
from lintfoot.cli import main
from lintfoot.config import Config
from lintfoot.findings import Bug, Finding, Note, Result, Severity, Span
from lintfoot.outputs import planned
from lintfoot.settings import Color, FailOn, Format
from lintfoot.tables import Problems
from lintfoot.terminal import colored

PLACE = Span(1, 1, 1, 5)


def finding(severity="error", code="LF201", name="request-without-timeout", path="a.py"):
    return Finding(code, name, Severity(severity), path, PLACE, "it waits", fingerprint="0" * 32)


FOUND = Result((finding(),), scanned=1)
CLEAN = Result((), scanned=1)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty repository to stand in, and no variables from outside."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("LINTFOOT_", "GITHUB_")) or name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CI"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def analysis(monkeypatch):
    """Stand in for the analysis: `analysis(result)` says what it finds; the configurations it was given are kept."""
    seen = []

    def plan(result):
        def check(config, *, stdin=None, progress=None, heard=None):
            del progress, heard
            seen.append((config, stdin))
            if isinstance(result, BaseException):
                raise result
            return result

        module = types.ModuleType("lintfoot.run")
        module.check = check
        monkeypatch.setitem(sys.modules, "lintfoot.run", module)
        monkeypatch.setattr(lintfoot, "run", module, raising=False)
        return seen

    return plan


def told(capsys):
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


# --- exit codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "flags", "code"),
    [
        (CLEAN, [], 0),
        (FOUND, [], 1),
        (FOUND, ["--fail-on", "never"], 0),
        (FOUND, ["--exit-zero"], 0),
        (Result((finding("warning"),), scanned=1), [], 1),
        (Result((finding("warning"),), scanned=1), ["--fail-on", "error"], 0),
        (Result((finding("note"),), scanned=1), [], 0),
        (Result((finding("note"),), scanned=1), ["--fail-on", "note"], 1),
        (Result((finding(code="LF000", name="unparsable-file"),), failed=1), [], 1),
        (Result((), scanned=1, bugs=(Bug("a.py", "trace"),)), [], 3),
        (Result((finding(),), scanned=1, bugs=(Bug("a.py", "trace"),)), ["--exit-zero"], 3),
        (Result((finding(),), scanned=1, notes=(Note("", Severity.ERROR, "s.py:3:1: wrong"),)), ["--exit-zero"], 2),
        (Result(()), [], 0),
        (Result(()), ["docs"], 2),
        (Result(()), ["docs", "--exit-zero"], 2),
        (Result(()), ["docs", "--allow-empty"], 0),
        (Result((), skipped=1), ["excluded.py"], 0),
    ],
)
def test_the_exit_code_is_the_same_for_every_format(analysis, result, flags, code):
    analysis(result)
    assert {main(["check", "--format", form.value, *flags]) for form in Format} == {code}


def test_exit_zero_never_hides_wrong_usage(analysis, capsys):
    analysis(FOUND)
    assert main(["check", "--exit-zero", "--fail-on", "often"]) == 2
    analysis(Problems([]))
    assert main(["check", "--exit-zero"]) == 2
    capsys.readouterr()


def test_every_level_that_fails():
    for level, codes in {"error": "100", "warning": "110", "note": "111", "never": "000"}.items():
        config = Config(fail_on=FailOn(level))
        results = [Result((finding(severity),), scanned=1) for severity in Severity]
        assert "".join(str(exit_code(result, config)) for result in results) == codes


def test_a_bug_inside_is_a_report_without_any_source(analysis, capsys):
    analysis(ValueError("password = 'hunter2'"))
    assert main(["check"]) == 3
    out, err = told(capsys)
    assert out == []
    assert err[0] == f"lintfoot {lintfoot.__version__} failed: this is a bug. Please report these lines:"
    assert err[1].strip() == "ValueError"
    assert "hunter2" not in "".join(err)


def test_bugs_and_notes_go_to_standard_error(analysis, capsys):
    notes = (Note("b.py", Severity.WARNING, "cut off"), Note("c.py", Severity.NOTE, "skipped"))
    analysis(Result((), scanned=2, notes=notes, bugs=(Bug("a\x1b.py", "one\ntwo"),)))
    assert main(["check", "--quiet"]) == 3
    out, err = told(capsys)
    assert out == []
    assert err[0] == "b.py: warning: cut off"
    assert err[1].startswith("a\\x1b.py: lintfoot failed inside")
    assert err[2:] == ["    one", "    two"]
    main(["check", "--verbose"])
    assert "c.py: note: skipped" in told(capsys)[1]


def test_interrupted(analysis, capsys):
    analysis(KeyboardInterrupt())
    assert main(["check"]) == 130
    assert told(capsys) == ([], ["lintfoot: interrupted"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], 'lintfoot: unknown command "chek" (did you mean "check"?)'),
        (["deploy.py"], 'lintfoot: unknown command "deploy.py"; to check a path: lintfoot check "deploy.py"'),
        (["check", "--selct=LF2"], '--selct: unknown option (did you mean "--select"?)'),
        (["check", "--sel", "LF2"], '--sel: unknown option (did you mean "--select"?)'),
        (["check", "--output-format=json"], '--output-format: unknown option (did you mean "--format"?)'),
        (["check", "-f", "json"], '-f: unknown option (did you mean "--format"?)'),
        (["check", "--disable=W0718"], '--disable: unknown option (did you mean "--ignore"?)'),
        (["rules", "--exit-zero"], "--exit-zero: unknown option"),
        (["--select", "LF2", "check"], "--select: belongs after the command"),
        (["check", "--select"], "lintfoot check: argument --select: expected one argument"),
        (["explain", "LF2O1"], 'lintfoot explain: unknown rule "LF2O1" (did you mean "LF201"?)'),
        (
            ["rules", "--format", "jsn"],
            '--format: must be one of table, markdown, json, not "jsn" (did you mean "json"?)',
        ),
        (["config", "nowhere.py"], "nowhere.py: cannot be read: No such file or directory"),
        (["config", "a", "b"], 'lintfoot config: "b" is one too many'),
        (["init", "--now"], "--now: unknown option"),
        (["explain"], "lintfoot explain: RULE is missing"),
        (["check", "--isolated", "--config", "x"], "--isolated: reads no configuration file, and --config names one"),
        (
            ["check", "\x1b[2J", "--fail-on", "\x1b[2J"],
            '--fail-on: must be one of error, warning, note, never, not "\\x1b[2J"',
        ),
        (["check", "--config", "##vso[x]"], "\\x23#vso[x]: cannot be read: No such file or directory"),
        (["check", "--config", "::x::"], "\\x3a:x::: cannot be read: No such file or directory"),
    ],
)
def test_wrong_usage_is_one_line_and_2(capsys, arguments, message):
    assert main(arguments) == 2
    assert told(capsys) == ([], [message])


def test_flags_files_variables_and_rules_are_told_together(capsys, folder, monkeypatch):
    (folder / "pyproject.toml").write_text('[tool.lintfoot]\nselect = ["LF20l"]\nrules = ["nowhere"]\nfail-on = 3\n')
    monkeypatch.setenv("LINTFOOT_FORMAT", "xml")
    monkeypatch.setenv("LINTFOOT_SELCT", "LF2")
    assert main(["check", "--no-quite", "--output", "no/where.sarif"]) == 2
    assert told(capsys) == (
        [],
        [
            'warning: LINTFOOT_SELCT: no setting has this variable (did you mean "LINTFOOT_SELECT"?)',
            '--no-quite: unknown option (did you mean "--no-quiet"?)',
            '--output: no such folder: "no"',
            'LINTFOOT_FORMAT: must be one of text, concise, json, sarif, github, gitlab, azure, junit, rdjson, markdown, not "xml"',
            'pyproject.toml:3:10: no such folder: "nowhere"',
            'pyproject.toml:4:1: "fail-on" must be one of error, warning, note, never, not 3',
        ],
    )


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), max_size=4))
def test_no_command_line_is_a_bug(arguments):
    if arguments[:1] != ["check"] and "init" not in arguments:
        assert main(arguments) in (0, 2)


# --- what is read and what is written ---------------------------------------------------------------------------------


def test_paths_flags_and_standard_input_reach_the_analysis(analysis, capsys, monkeypatch):
    seen = analysis(CLEAN)
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=types.SimpleNamespace(read=lambda: b"x = 1\n")))
    main(["check", "--select", "LF2", "a.py", "-", "--stdin-filename", "b.py", "--", "-c.py"])
    config, stdin = seen[0]
    assert (config.paths, config.named, stdin) == (("a.py", "-", "-c.py"), True, b"x = 1\n")
    assert (config.select, config.stdin_filename) == (("LF2",), "b.py")
    main(["check"])
    assert (seen[1][0].paths, seen[1][0].named, seen[1][1]) == ((".",), False, None)
    capsys.readouterr()


def test_standard_output_carries_one_format_and_files_the_others(analysis, capsys, folder):
    analysis(FOUND)
    assert main(["check", "--output", "sarif:r.sarif", "--output", "json:r.json", "--format", "concise"]) == 1
    out, err = told(capsys)
    assert (len(out), err) == (1, [])
    assert out[0].startswith("a.py:1:1: error[LF201")
    assert json.loads((folder / "r.sarif").read_text())["version"] == "2.1.0"
    assert "LF201" in (folder / "r.json").read_text()


def test_a_plain_file_takes_the_report_away_from_standard_output(analysis, capsys, folder):
    analysis(FOUND)
    main(["check", "--output", "out.txt", "--color", "always"])
    assert told(capsys) == ([], [])
    text = (folder / "out.txt").read_text()
    assert "error[LF201" in text
    assert "\x1b" not in text


def test_quiet_and_clean_is_silent(analysis, capsys):
    analysis(CLEAN)
    assert main(["check", "--quiet"]) == 0
    assert told(capsys) == ([], [])


def test_a_report_that_is_cut_says_so_on_standard_error(analysis, capsys, folder):
    analysis(Result(tuple(finding(path=f"{at}.py") for at in range(4))))
    arguments = ["check", "--sarif-max-results", "3", "--output", "sarif:x.sarif", "--output", "concise"]
    assert main(arguments) == 1
    lines, errors = told(capsys)
    assert len(lines) == 4
    assert errors == ["warning: SARIF: 1 of 4 results are left out; the worst are in the report."]
    assert len(json.loads((folder / "x.sarif").read_text())["runs"][0]["results"]) == 3


@pytest.mark.parametrize("flag", ["-q", "--quiet"])
def test_letters_are_the_same_as_words(analysis, capsys, flag):
    seen = analysis(CLEAN)
    assert main(["check", flag]) == 0
    assert main(["check", "-v"]) == 0
    assert [(config.quiet, config.verbose) for config, _ in seen] == [(True, False), (False, True)]
    assert len(told(capsys)[0]) == 1


def test_the_job_summary_of_github(analysis, capsys, folder, monkeypatch):
    analysis(FOUND)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    main(["check", "--format", "github"])
    assert "LF201" in (folder / "summary.md").read_text()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder))
    assert main(["check", "--format", "github"]) == 1
    assert "the job's summary cannot be written" in capsys.readouterr().err


def outputs(*texts, form="text"):
    return [
        (one.format.value, one.file and one.file.name) for one in planned(Config(output=texts, format=Format(form)))
    ]


@pytest.mark.parametrize(
    ("texts", "planned_outputs"),
    [
        ([], [("text", None)]),
        (["-"], [("text", None)]),
        (["out.txt"], [("text", "out.txt")]),
        (["sarif:out.sarif"], [("text", None), ("sarif", "out.sarif")]),
        (["github"], [("github", None)]),
        (["github:-", "sarif:x"], [("github", None), ("sarif", "x")]),
        (["./sarif"], [("text", "sarif")]),
        (["c:x"], [("text", "c:x")]),
        (["json:a:b"], [("text", None), ("json", "a:b")]),
        (["x", "sarif:y"], [("text", "x"), ("sarif", "y")]),
    ],
)
def test_where_reports_go(texts, planned_outputs):
    assert outputs(*texts) == planned_outputs


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["srif:x"], 'unknown format "srif" (did you mean "sarif"?); known are text, concise, json, sarif, github'),
        (["github", "json:-"], "standard output cannot hold both github and json"),
        (["sarif:x", "json:./x"], "cannot hold both sarif and json"),
        (["no/x"], 'no such folder: "no"'),
        (["json:.git"], '".git" is a folder'),
        (["a\0b"], "a file name cannot hold a NUL"),
    ],
)
def test_outputs_that_cannot_be(texts, message):
    with pytest.raises(Problems, match=re.escape(message)):
        planned(Config(output=tuple(texts)))


def test_outputs_of_a_file_are_relative_to_it(folder, capsys, analysis, monkeypatch):
    analysis(FOUND)
    (folder / "pyproject.toml").write_text('[tool.lintfoot]\noutput = ["sarif:r.sarif"]\n')
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    main(["check"])
    assert (folder / "r.sarif").is_file()
    capsys.readouterr()


def test_a_file_is_written_whole_with_the_right_mode(folder):
    mask = os.umask(0o027)
    try:
        write(folder / "new", b"1")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o640
    (folder / "old").write_bytes(b"0")
    (folder / "old").chmod(0o604)
    (folder / "link").symlink_to("old")
    write(folder / "link", b"2")
    assert (folder / "link").is_symlink()
    assert ((folder / "old").read_bytes(), stat.S_IMODE((folder / "old").stat().st_mode)) == (b"2", 0o604)
    assert sorted(path.name for path in folder.iterdir()) == [".git", "link", "new", "old"]
    write(Path(os.devnull), b"3")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_failed_write_leaves_nothing_behind(folder, monkeypatch):
    (folder / "old").write_bytes(b"0")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        write(folder / "old", b"1")
    assert [path.name for path in folder.iterdir() if path.name != ".git"] == ["old"]
    assert (folder / "old").read_bytes() == b"0"


def test_a_report_that_cannot_be_written_is_told(analysis, capsys, folder):
    analysis(FOUND)
    (folder / "full").symlink_to("/dev/full")
    assert main(["check", "--output", "full"]) == 2
    assert "full: cannot be written: No space left on device" in told(capsys)[1][0]


# --- colour -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "answer"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"CLICOLOR": "1"}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
    ],
)
def test_who_decides_on_colour(choice, environment, terminal, answer):
    assert colored(Color(choice), environment, terminal=terminal) is answer


def test_only_text_is_ever_coloured(analysis, capsys):
    analysis(FOUND)
    for form in Format:
        main(["check", "--format", form.value, "--color", "always"])
        assert ("\x1b[" in capsys.readouterr().out) == (form is Format.TEXT)


# --- the other commands -----------------------------------------------------------------------------------------------


def test_version_and_help(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"lintfoot {lintfoot.__version__}\n"
    for command in ([], ["check"], ["explain"], ["rules"], ["config"], ["init"]):
        assert main([*command, "--help"]) == 0
        assert capsys.readouterr().out.startswith("usage: lintfoot")
    assert main([]) == 2
    assert "exit codes:" in capsys.readouterr().err


def test_explain_by_code_name_and_twin(capsys):
    pages = []
    for word in ("LF201", "request-without-timeout", "S113", "lf201"):
        assert main(["explain", word]) == 0
        pages.append(capsys.readouterr().out)
    assert len(set(pages)) == 1
    assert pages[0].startswith("LF201 request-without-timeout\n")
    main(["explain", "--markdown", "LF201", "LF000"])
    assert re.findall("(?m)^# LF.*", capsys.readouterr().out) == [
        "# LF201 request-without-timeout",
        "# LF000 unparsable-file",
    ]


def test_rules_lists_all_or_those_selected(capsys):
    main(["rules"])
    everything = told(capsys)[0]
    assert everything[0].startswith("code")
    assert everything[1].startswith("LF000")
    main(["rules", "--select", "LF2", "--ignore", "LF202", "--format", "json"])
    assert json.loads(capsys.readouterr().out)[0]["code"] == "LF201"
    main(["rules", "--select", "LF201", "--markdown"])
    assert len(told(capsys)[0]) == 3


def codes(*defaults, family=""):
    """The codes of the book by what they are by default, of one family or of all."""
    chosen = (rule for rule in the_book().rules if not defaults or rule.default in defaults)
    return {rule.code for rule in chosen if rule.code.startswith(family)}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("--select card", codes("card")),
        ("--select on", codes("card", "on")),
        ("--select opt", codes("opt")),
        ("--select ALL", codes("card", "on", "opt")),
        ("--select LF6", codes(family="LF6")),
        ("--select lf8,LF901", codes(family="LF8") | {"LF901"}),
        ("--select tls-verify-disabled", {"LF301"}),
        ("--select LF5 --ignore broad-except", codes(family="LF5") - {"LF503"}),
        ("--select LF2,LF201 --ignore LF2", {"LF201"}),
        ("--extend-select opt --ignore LF1", codes("card", "on", "opt") - codes(family="LF1")),
        ("--extend-ignore card", codes("on")),
        ("--ignore on --extend-select no-dry-run", {"LF902"}),
    ],
)
def test_rules_show_what_a_selection_switches_on(capsys, flags, expected):
    assert main(["rules", "--isolated", "--format", "json", *flags.split()]) == 0
    assert {rule["code"] for rule in json.loads(capsys.readouterr().out)} == expected


def test_rules_know_what_the_project_selected_where_a_flag_adjusts_it(capsys, folder):
    (folder / "pyproject.toml").write_text('[tool.lintfoot]\nselect = ["LF8"]\n')
    main(["rules", "--extend-ignore", "LF803", "--format", "json"])
    shown = {rule["code"] for rule in json.loads(capsys.readouterr().out)}
    assert shown == codes(family="LF8") - {"LF803"}


def test_rules_tell_a_word_that_selects_nothing(capsys):
    assert main(["rules", "--isolated", "--select", "LF77"]) == 2
    assert "unknown rule" in capsys.readouterr().err
    assert main(["rules", "--isolated", "--select", "S602"]) == 2
    assert "LF101" in capsys.readouterr().err


def test_rules_are_written_as_pages(capsys, folder):
    (folder / "book").mkdir()
    (folder / "book" / "notes.md").write_text("mine")
    assert main(["rules", "--pages", "book", "--select", "LF201,LF301"]) == 0
    assert told(capsys) == (["book: wrote index.md and 2 pages"], [])
    assert sorted(path.name for path in (folder / "book").iterdir()) == ["LF201.md", "LF301.md", "index.md", "notes.md"]
    assert "| [LF301](LF301.md) | tls-verify-disabled |" in (folder / "book" / "index.md").read_text()
    main(["explain", "--markdown", "LF201"])
    assert (folder / "book" / "LF201.md").read_text() == capsys.readouterr().out
    assert main(["rules", "--pages", "book/notes.md"]) == 2
    assert "notes.md" in capsys.readouterr().err


def test_config_shows_values_and_origins(capsys, folder, monkeypatch):
    (folder / "pyproject.toml").write_text(
        '[tool.lintfoot]\nfail-on = "error"\n[tool.lintfoot.severity]\nLF201 = "note"\n'
    )
    monkeypatch.setenv("LINTFOOT_QUIET", "on")
    assert main(["config", "--ignore", "LF2"]) == 0
    out, err = told(capsys)
    lines = [re.sub(" +", " ", line) for line in out]
    assert err == []
    assert f"# configuration file: {folder / 'pyproject.toml'}" in lines
    assert 'fail-on = "error" # pyproject.toml:2' in lines
    assert 'severity.LF201 = "note" # pyproject.toml:4' in lines
    assert "quiet = true # LINTFOOT_QUIET" in lines
    assert 'ignore = ["LF2"] # --ignore' in lines
    assert "verbose = false # default" in lines
    values = tomllib.loads("\n".join(out))["tool"]["lintfoot"]
    assert values["severity"] == {"LF201": "note"}


def test_config_of_a_script(capsys, folder):
    (folder / "s.py").write_text("# /// script\n# [tool.lintfoot]\n# select = ['LF201']\n# ///\n")
    (folder / "pyproject.toml").write_text('[tool.lintfoot.per-file-ignores]\n"s.*" = ["LF000"]\n')
    assert main(["config", "--json", "s.py"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["settings"]["select"] == {"value": ["LF201"], "origin": "s.py:3"}
    assert document["rules"] == ["LF201"]  # LF000 is ignored for it
    (folder / "s.py").write_text("# /// script\n# [tool.lintfoot]\n# select = ['LF20l']\n# ///\n")
    assert main(["config", "s.py"]) == 2
    assert 's.py:3:13: unknown rule "LF20l"' in capsys.readouterr().err


def test_config_prints_schema_and_reference(capsys):
    main(["config", "--schema"])
    assert json.loads(capsys.readouterr().out)["properties"]["fail-on"]["enum"][0] == "error"
    main(["config", "--markdown"])
    assert "#### `fail-on`" in capsys.readouterr().out


# --- init -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        None,
        b"",
        b"[project]\nname = 'x'\n",
        b"[project]\nname = 'x'",
        b"[project]\r\nname = 'x'\r\n",
        b"# only a remark   \n",
        "[tool.ruff]   # größer\nselect = [ 'A',\n  'B' ]\n\n\n".encode(),
        b"tool.ruff.line-length = 3\n",
    ],
)
def test_init_adds_a_table_and_touches_nothing_else(folder, capsys, before):
    file = folder / "pyproject.toml"
    if before is not None:
        file.write_bytes(before)
    assert main(["init"]) == 0
    after = file.read_bytes()
    assert after.startswith(before or b"")
    assert tomllib.loads(after.decode())["tool"]["lintfoot"] == {}
    assert (b"\r\n" in after) == (b"\r\n" in (before or b""))
    assert re.search(rb"[^\r]\n", after) is None or b"\r" not in after
    assert main(["config"]) == 0
    assert main(["init"]) == 2
    assert "has a [tool.lintfoot] table already" in capsys.readouterr().err
    assert file.read_bytes() == after


@pytest.mark.parametrize("before", [b"[project\n", b"tool = { ruff = {} }\n", b"tool = 3\n", b"\xff\n"])
def test_init_leaves_alone_what_it_cannot_add_to(folder, capsys, before):
    (folder / "pyproject.toml").write_bytes(before)
    assert main(["init"]) == 2
    assert len(told(capsys)[1]) == 1
    assert (folder / "pyproject.toml").read_bytes() == before


def test_what_init_suggests_is_right(folder, capsys):
    main(["init"])
    file = folder / "pyproject.toml"
    text = file.read_text().replace("# All", "## All")
    file.write_text(re.sub(r"(?m)^# ", "", text))
    assert main(["config"]) == 0
    assert told(capsys)[1] == []


def test_init_finds_the_file_of_the_project(folder, capsys, monkeypatch):
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    main(["init"])
    assert "lintfoot" in (folder / "pyproject.toml").read_text()
    assert list((folder / "sub").iterdir()) == []
    capsys.readouterr()


# --- as a process -----------------------------------------------------------------------------------------------------

FAKE = """
import signal, sys, types, time, lintfoot
from lintfoot.findings import *
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without
run = types.ModuleType("lintfoot.run")
def check(config, *, stdin=None, progress=None, heard=None):
{body}
run.check = check
sys.modules["lintfoot.run"] = lintfoot.run = run
import lintfoot.progress
lintfoot.progress.PATIENCE = 0.01
from lintfoot.cli import main
sys.exit(main(sys.argv[1:]))
"""


def process(body, *arguments, **more):
    text = FAKE.format(body="\n".join(f"    {line}" for line in body.splitlines()))
    return subprocess.Popen([sys.executable, "-c", text, *arguments], **more)


MANY = """\
one = Finding("LF201", "request-without-timeout", Severity.ERROR, "a.py", Span(1, 1, 1, 2), "m", fingerprint="0" * 32)
return Result((one,) * 20000, scanned=1)"""
SLOW = """\
for done in range(20):
    time.sleep(0.01)
    progress and progress(done + 1, 20)
return Result((), scanned=20)"""


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["explain", "LF201"], ["rules"], ["config"], ["check", "--help"]]
)
def test_light_commands_load_neither_libcst_nor_rich(arguments):
    text = f"""
import sys
from lintfoot.cli import main
main({arguments!r})
heavy = {{"libcst", "rich", "tomlkit", "pathspec", "importlib.metadata", "concurrent.futures"}} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    for form in ("concise", "json"):
        child = process(MANY, "check", "--format", form, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
        child.stderr.close()
        assert child.wait(30) == 1


def test_a_signal_ends_it_with_130():
    child = process(
        "print('ready', flush=True)\ntime.sleep(30)", "check", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout.readline() == b"ready\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err) == (130, b"", b"lintfoot: interrupted\n")


def test_a_terminal_that_knows_ascii_only():
    body = 'return Result((Finding("LF201", "n", Severity.ERROR, "é.py", Span(1, 1, 1, 2), "m …"),), scanned=1)'
    child = process(
        body,
        "check",
        "--format=concise",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    out, err = child.communicate(timeout=30)
    assert (out, err) == (b"\\xe9.py:1:1: error[LF201 n] m \\u2026\n", b"")
    done = subprocess.run(
        [sys.executable, "-m", "lintfoot", "check", "--help"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")


def on_terminal(*arguments, **environment):
    """What a check that lasts writes to a terminal on standard error."""
    primary, secondary = pty.openpty()
    child = process(
        SLOW,
        "check",
        *arguments,
        stdout=subprocess.PIPE,
        stderr=secondary,
        env={**{k: v for k, v in os.environ.items() if k not in ("CI", "TERM")}, "TERM": "xterm", **environment},
    )
    os.close(secondary)
    out, _ = child.communicate(timeout=30)
    written = b""
    while chunk := _chunk(primary):
        written += chunk
    os.close(primary)
    assert child.returncode == 0
    assert b"20 files scanned" in out or "--quiet" in arguments
    return written


def _chunk(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other end is closed
        return b""


def test_a_bar_shows_on_a_terminal_when_work_lasts():
    shown = on_terminal()
    assert b"Checking" in shown
    assert b"/20" in shown
    assert shown.rstrip().endswith(b"\x1b[2K")  # wiped away at the end
    assert b"\x1b[38" in shown or b"\x1b[1" in shown or b"\x1b[3" in shown
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9](;|m)", on_terminal(NO_COLOR="1"))


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--no-progress"], {}),
        (["--quiet"], {}),
        ([], {"TERM": "dumb"}),
        ([], {"CI": "true"}),
        ([], {"LINTFOOT_PROGRESS": "0"}),
    ],
)
def test_no_bar_where_nobody_wants_it(arguments, environment):
    assert on_terminal(*arguments, **environment) == b""


def test_no_bar_in_a_pipe_and_rich_is_not_loaded():
    body = SLOW.replace("return", "print('rich' in sys.modules, progress)\nreturn")
    child = process(body, "check", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = child.communicate(timeout=30)
    assert (out.splitlines()[0], err) == (b"False None", b"")


def test_as_a_module():
    done = subprocess.run([sys.executable, "-m", "lintfoot", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"lintfoot {lintfoot.__version__}\n")


# --- the real analysis ------------------------------------------------------------------------------------------------

GUILTY = 'import requests\n\nrequests.get("https://example.org/health")\n'
INNOCENT = 'import requests\n\nrequests.get("https://example.org/health", timeout=5)\n'
OWN = "# /// script\n# [tool.lintfoot]\n# {}\n# ///\n"
FIRST = "guilty.py:3:1: error[LF201 request-without-timeout]"


def checked(capsys, *arguments):
    """Exit code, lines on standard output, lines on standard error."""
    code = main(["check", "--format", "concise", *arguments])
    return (code, *told(capsys))


@pytest.fixture
def scripts(folder):
    (folder / "guilty.py").write_text(GUILTY)
    (folder / "innocent.py").write_text(INNOCENT)
    (folder / "empty").mkdir()
    return folder


def test_findings_are_1_and_none_are_0(scripts, capsys):
    code, out, err = checked(capsys)
    assert (code, len(out), err) == (1, 1, [])
    assert out[0].startswith(FIRST)
    assert checked(capsys, "innocent.py") == (0, [], [])
    assert checked(capsys, "--exit-zero", "guilty.py")[0] == 0
    assert checked(capsys, "--fail-on", "never", "guilty.py")[0] == 0
    assert (scripts / "guilty.py").read_text() == GUILTY


def test_what_cannot_be_parsed_is_a_finding_beside_the_others(scripts, capsys):
    (scripts / "old.py").write_text("print 'x'\n")
    code, out, err = checked(capsys, "--select", "LF201")
    assert (code, err) == (1, [])
    assert [line.split("[")[1][:5] for line in out] == ["LF201", "LF000"]
    assert checked(capsys, "--ignore", "LF000", "old.py")[0] == 0


def test_paths_that_are_not_there_or_hold_nothing(scripts, capsys, monkeypatch):
    assert checked(capsys, "guilty.py", "gone.py", "lost/") == (
        2,
        [],
        ["gone.py: no such file or folder", "lost/: no such file or folder"],
    )
    assert checked(capsys, "empty")[:2] == (2, [])
    assert checked(capsys, "empty", "--allow-empty") == (0, [], [])
    assert checked(capsys, "empty", "innocent.py") == (0, [], [])
    monkeypatch.chdir(scripts / "empty")
    assert checked(capsys) == (0, [], [])


@pytest.mark.usefixtures("scripts")
def test_a_named_file_that_is_excluded(capsys):
    note = "guilty.py: warning: skipped: excluded (`--no-force-exclude` checks it)"
    assert checked(capsys, "guilty.py", "--extend-exclude", "guilty.py") == (0, [], [note])
    assert checked(capsys, "guilty.py", "--extend-exclude", "guilty.py", "--force-exclude") == (0, [], [])
    assert checked(capsys, "guilty.py", "--extend-exclude", "guilty.py", "--no-force-exclude")[0] == 1
    assert "guilty.py" in checked(capsys, "guilty.py", "--extend-exclude", "guilty.py", "--verbose")[2][0]
    assert main(["check", "--show-files", "--extend-exclude", "guilty.py"]) == 0
    assert told(capsys) == (["innocent.py"], [])


def test_standard_input_has_a_name(capsys, monkeypatch):
    for name in ("", "deploy/x.py"):
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=types.SimpleNamespace(read=GUILTY.encode)))
        code, out, _ = checked(capsys, "-", *(["--stdin-filename", name] if name else []))
        assert code == 1
        assert out[0].startswith(f"{name or '<stdin>'}:3:1: ")
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=types.SimpleNamespace(read=GUILTY.encode)))
    assert checked(capsys, "-", "--stdin-filename", "t/x.py", "--per-file-ignores", "t/*:LF2") == (0, [], [])


def test_per_file_ignores_are_counted(scripts, capsys):
    (scripts / "pyproject.toml").write_text('[tool.lintfoot.per-file-ignores]\n"guilty.*" = ["LF201"]\n')
    assert main(["check"]) == 0
    assert told(capsys)[0] == ["0 findings, 1 suppressed, 0 baselined; 2 files scanned, 0 skipped, 0 failed"]


def test_severity_changes_what_fails(scripts, capsys):
    (scripts / "pyproject.toml").write_text('[tool.lintfoot.rule.request-without-timeout]\nseverity = "note"\n')
    code, out, _ = checked(capsys)
    assert (code, len(out)) == (0, 1)
    assert out[0].startswith("guilty.py:3:1: note[LF201")
    assert checked(capsys, "--severity", "LF2=warning")[0] == 1


def test_a_script_speaks_for_itself_alone(scripts, capsys):
    (scripts / "own.py").write_text(OWN.format("ignore = ['LF201']") + GUILTY)
    code, out, err = checked(capsys)
    assert (code, len(out), err) == (1, 1, [])
    assert out[0].startswith(FIRST)
    assert len(checked(capsys, "--select", "LF201")[1]) == 2  # the command line is stronger
    assert len(checked(capsys, "--isolated")[1]) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ignroe = []", 'own.py:3:3: unknown key "ignroe" (did you mean "ignore"?)'),
        ("select = ['LF2O1']", 'own.py:3:13: unknown rule "LF2O1" (did you mean "LF201"?)'),
    ],
)
def test_wrong_settings_of_a_script_do_not_stop_the_others(scripts, capsys, line, message):
    (scripts / "own.py").write_text(OWN.format(line) + GUILTY)
    code, out, err = checked(capsys, "--exit-zero")
    assert (code, len(out), err) == (2, 1, [message])
    assert out[0].startswith(FIRST)


def test_own_rules_of_a_project(scripts, capsys):
    (scripts / "lint").mkdir()
    page = """\
code = "OPS001"
name = "banned-call"
default = "on"
severity = "warning"
summary = "s"
why = "w"
remedy = "r"
[[examples]]
title = "t"
bad = "import shutil\\nshutil.rmtree('/')\\n"
[[calls]]
call = ["shutil.rmtree"]
message = "{call} deletes without asking"
"""
    (scripts / "lint" / "OPS001-banned-call.toml").write_text(page)
    (scripts / "pyproject.toml").write_text('[tool.lintfoot]\nrules = ["lint"]\n')
    (scripts / "guilty.py").write_text('import shutil\nshutil.rmtree("x")\n')
    code, out, err = checked(capsys)
    assert (code, err) == (1, [])
    assert out == ["guilty.py:2:1: warning[OPS001 banned-call] shutil.rmtree deletes without asking"]


@pytest.mark.usefixtures("scripts")
def test_a_run_for_machines_loads_no_terminal_library():
    text = """
import sys
from lintfoot.cli import main
code = main(["check", "--format", "json", "guilty.py"])
heavy = {"rich", "tomlkit", "importlib.metadata", "concurrent.futures", "libcst.matchers"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or code)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["findings"][0]["code"] == "LF201"


def test_hostile_names_never_reach_the_terminal(scripts, capsys):
    (scripts / "a\x1b[2Jb.py").write_text(GUILTY)
    (scripts / "::error::x.py").write_text(GUILTY)
    for form in Format:
        assert main(["check", "--format", form.value, "--verbose"]) == 1
        out, err = capsys.readouterr()
        assert "\x1b" not in out + err
        assert form is Format.GITHUB or not re.search(r"(?m)^\s*::", out + err)


WORDS = st.sampled_from(
    "--quiet -q -v -qv -vq --no-cache --color --color=never --no-quiet --format json -o -ox x --jobs 2 --nope -z -j2 -1 - "
    "--isolated --output --output= --no-isolated --no-color --rule --config=x --quiet=x --prune -h".split()
)


@given(st.sampled_from(["check", "baseline", "suppress", "rules"]), st.lists(WORDS, max_size=6))
@example("check", ["--output", "-", "--no-cache", "x", "--output=", "--isolated"])
def test_plain_words_are_read_as_argparse_reads_them(command, words):
    plain = arguments._plain(command, words)
    assert plain or command == "rules" or not all(word in ("--quiet", "--no-cache", "x", "json") for word in words)
    if plain:
        given, rest = arguments._parsed(command, words)
        assert plain == (
            {name: value for name, value in given.items() if value not in (None, False) or name in plain[0]},
            rest,
        )


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["-qh"], ["x", "--help", "--quiet"]])
def test_help_shows_every_setting_whatever_else_is_given(words, capsys):
    assert main(["check", *words]) == 0
    assert "--fail-on-stale" in capsys.readouterr().out


# the end of the process


def left(text):
    """What a process prints, and the code that it leaves with, when `text` has run before `cli.leave(7)`."""
    text = f"import atexit, os, sys, threading, time\nfrom lintfoot.cli import leave\n{text}\nleave(7)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_what_was_printed_is_out_when_the_process_has_gone():
    assert left("print('x' * 100_000); sys.stderr.write('y')") == (7, "x" * 100_000 + "\n", "y")


def test_what_was_to_be_done_at_the_end_is_done():
    assert left("atexit.register(print, 'swept')") == (7, "swept\n", "")


def test_nobody_waits_for_objects_to_be_freed():
    assert left("class A:\n    def __del__(self): print('freed')\na = A()") == (7, "", "")


@pytest.mark.parametrize(
    "text",
    [
        "sys.settrace(lambda *_: None)",
        "sys.setprofile(lambda *_: None)",
        "threading.Thread(target=time.sleep, args=(0.1,)).start()",
    ],
)
def test_whoever_watches_or_is_not_done_keeps_the_long_way(text):
    assert left(f"{text}\ntry:\n    leave(7)\nexcept SystemExit:\n    print('at length')") == (7, "at length\n", "")


def test_a_stream_that_takes_nothing_more_is_told_by_python():
    code, _, told = left("sys.stdout = open('/dev/full', 'w')\nprint('x')")
    assert (code, "No space left" in told) == (120, True)
