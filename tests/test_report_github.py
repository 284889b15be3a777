import re
from collections import Counter
from dataclasses import replace

import pytest
from report_samples import BOOK, EMPTY, PLAIN, many, sample

from lintfoot.findings import Result, Severity, Source, Span
from lintfoot.reports import REPORTS
from lintfoot.reports.github import append_job_summary, job_summary


def commands(result, **changes):
    return REPORTS["github"](result, BOOK, replace(PLAIN, **changes)).splitlines()


def unescaped(text):
    """What the runner makes of a value (actions/runner, ActionCommand.cs): in this order, the percent sign last."""
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def parsed(line):
    info, _, data = line.removeprefix("::").partition("::")
    kind, _, rest = info.partition(" ")
    return (
        kind,
        {key: unescaped(value) for key, value in (pair.split("=", 1) for pair in rest.split(","))},
        unescaped(data),
    )


def kinds(lines):
    return Counter(parsed(line)[0] for line in lines)


def found(number, **changes):
    base = next(finding for finding in sample().findings if finding.code == "LF201")
    return tuple(replace(base, span=Span(at + 1, 1, at + 1, 2), **changes) for at in range(number))


def test_a_hostile_name_comes_back_as_it_was():
    by_file = {
        properties["file"]: (kind, properties, data) for kind, properties, data in map(parsed, commands(sample()))
    }
    kind, properties, data = by_file["ops/a,b:c%d.py"]
    assert (kind, properties["title"]) == ("warning", "LF101 shell-true")
    assert data == "`{}`[0](x) is 100%25 built from data"


def test_columns_only_within_one_line():
    by_code = {parsed(line)[1]["title"][:5]: parsed(line)[1] for line in commands(sample())}
    assert (by_code["LF201"]["col"], by_code["LF201"]["endColumn"]) == ("13", "29")
    assert (by_code["LF101"]["line"], by_code["LF101"]["endLine"]) == ("3", "4")
    assert not {"col", "endColumn"} & set(by_code["LF101"])


def test_the_worst_come_first():
    assert [parsed(line)[0] for line in commands(sample())] == ["error", "error", "warning", "warning", "notice"]


@pytest.mark.parametrize(
    ("errors", "warnings", "notes", "shown", "left"),
    [
        (10, 10, 10, {"error": 10, "warning": 10, "notice": 10}, 0),
        (11, 0, 0, {"error": 10, "notice": 1}, 1),
        (0, 0, 11, {"notice": 10}, 2),
        (11, 10, 10, {"error": 10, "warning": 10, "notice": 10}, 2),
        (40, 5, 5, {"error": 10, "warning": 5, "notice": 6}, 30),
        (0, 0, 0, {}, 0),
    ],
)
def test_no_more_than_the_runner_takes(errors, warnings, notes, shown, left):
    groups = zip((errors, warnings, notes), Severity, strict=True)
    result = Result(tuple(one for number, severity in groups for one in found(number, severity=severity)))
    lines = commands(result)
    assert kinds(lines) == shown
    last = lines[-1] if left else "::notice title=lintfoot::0 more findings not shown here"
    assert parsed(last)[2].split(" ")[0] == str(left)
    assert "not shown here" in last


@pytest.mark.parametrize(
    ("root", "workspace", "expected"),
    [
        ("", "", "ops/deploy/rollout.py"),
        ("/w/r", "", "ops/deploy/rollout.py"),
        ("/w/r", "/w/r", "ops/deploy/rollout.py"),
        ("/w/r", "/w/r/", "ops/deploy/rollout.py"),
        ("/w/r/checkout", "/w/r", "checkout/ops/deploy/rollout.py"),
        ("/w/r", "/w/r/ops", "deploy/rollout.py"),
        ("/elsewhere", "/w/r", "/elsewhere/ops/deploy/rollout.py"),
        ("/w/r2", "/w/r", "/w/r2/ops/deploy/rollout.py"),
    ],
)
def test_files_are_named_from_the_workspace(root, workspace, expected):
    files = [parsed(line)[1]["file"] for line in commands(sample(), root=root, workspace=workspace)]
    assert files[0] == expected
    assert files[1] == "/usr/lib/o ld.py"


def test_long_messages_are_cut():
    (line,) = commands(Result(found(1, message="x" * 9_000)))
    assert len(parsed(line)[2]) == 4_000


def test_silenced_findings_are_no_annotations():
    assert len(commands(sample(), include_suppressed=True)) == 5


def test_a_clean_run_is_silent():
    assert commands(EMPTY) == []


def test_the_summary_is_one_table():
    lines = job_summary(sample(), BOOK, PLAIN).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert len(rows) == 2 + 5
    assert [row.split(" ")[1] for row in rows[2:]] == ["error", "error", "warning", "warning", "note"]


def test_hostile_names_are_text_in_the_summary():
    text = job_summary(sample(), BOOK, PLAIN)
    assert "<script>" not in text
    assert "&#60;script&#62;alert(1)&#60;/script&#62;.py" in text
    assert "&#64;all &#35;1" in text


def test_an_odd_backtick_stays_a_backtick():
    assert "a &#96;b |" in job_summary(Result(found(1, message="a `b")), BOOK, PLAIN)
    assert "a <code>b</code> &#96;c |" in job_summary(Result(found(1, message="a `b` `c")), BOOK, PLAIN)


def test_a_clean_summary_has_no_table():
    assert job_summary(EMPTY, BOOK, PLAIN) == (
        "### lintfoot\n\n0 findings, 0 suppressed, 0 baselined; 3 files scanned, 0 skipped, 0 failed\n\n\n"
    )


def test_the_summary_stays_below_a_mebibyte(tmp_path):
    result = many(30_000)
    text = job_summary(result, BOOK, PLAIN)
    assert len(text.encode()) < 1024 * 1024
    shown = text.count("\n| ") - 2
    assert f"… and {30_000 - shown} more" in text
    assert shown > 1_000
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * 1_000_000)
    append_job_summary(file, result, BOOK, PLAIN)
    written = file.read_bytes()
    assert written.startswith(b"x" * 1_000_000 + b"### lintfoot")
    assert len(written) < 1024 * 1024


def test_a_full_summary_is_left_alone(tmp_path):
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * (1024 * 1024 - 20))
    append_job_summary(file, sample(), BOOK, PLAIN)
    assert file.stat().st_size == 1024 * 1024 - 20


def test_a_summary_is_appended(tmp_path):
    file = tmp_path / "summary.md"
    for _ in range(2):
        append_job_summary(file, sample(), BOOK, PLAIN)
    assert file.read_text(encoding="utf-8") == job_summary(sample(), BOOK, PLAIN) * 2


def test_a_strange_address_cannot_leave_its_parentheses():
    rule = replace(BOOK.by_code["ACME101"], references=("https://x.example/a) <b> [c](d)",))
    book = type(BOOK)([rule])
    (row,) = [line for line in job_summary(sample(), book, PLAIN).splitlines() if "ACME101" in line]
    assert "(https://x.example/a%29%20%3Cb%3E%20%5Bc%5D%28d%29)" in row


def test_a_path_without_source_stays_what_it_is():
    assert (
        parsed(commands(Result(found(1), sources={"other.py": Source("other.py", "x/other.py")}))[0])[1]["file"]
        == "deploy/rollout.py"
    )
