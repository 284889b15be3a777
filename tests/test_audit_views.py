"""What shows an audit: the summary for a terminal, Markdown for a ticket, SARIF with a run for each repository."""

import json
import re
from dataclasses import replace

import pytest
from audit_samples import BOOK, compared, empty, finding, hostile, large, single, small
from sarif_conformance import faults

from lintfoot.audit.ranking import ranked
from lintfoot.audit.records import Audit, Repository
from lintfoot.audit.views import VIEWS
from lintfoot.reports import Options
from lintfoot.reports.layout import cells

SAMPLES = {"small": small, "single": single, "empty": empty, "compared": compared, "hostile": hostile}
EVERY = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def shown(form, audit, **options):
    return VIEWS[form](audit, BOOK, Options(version="0.1.0", **options))


# --- the terminal -----------------------------------------------------------------------------------------------------


def test_the_summary_names_what_somebody_must_know():
    text = shown("text", compared(), width=80)
    for words in (
        "Since 2026-08-01 (audit-2026-08.json): 2 new, 1 gone, 1 moved",
        "first audited now: tools",
        "no longer audited: attic",
        "  84  deploy: ops/rollout.py\n",
        "mirror  not audited: git cannot read it: not a git repository",
        "  LF1 processes  22  ==",
        "Silenced in the repositories: 3 (counted above)",
        "deploy: LF101 by comment: the command is a constant",
        "deploy: LF503 by # noqa: BLE001, without a reason",
        "Could not be read: 1 file\n  deploy: lib/old.py: this is no Python 3: invalid syntax",
        "2 of 9 scripts at high risk, 1 at medium;",
    ):
        assert words in text


def test_one_repository_needs_no_table_and_no_names():
    text = shown("text", single(), width=80)
    assert text.startswith("Audit of 2026-11-21: tools\n")
    assert "Repositories" not in text
    assert "  34  bin/sync\n" in text


def test_nothing_wrong_is_said_in_one_line():
    assert shown("text", empty()) == (
        "Audit of 2026-11-21: clean\n\n"
        "0 errors, 0 warnings, 0 notes; 0 of 0 scripts at high risk, 0 at medium; 3 files scanned, 0 unreadable, 0 silenced\n"
    )
    assert shown("text", empty(), quiet=True) == ""


def test_quiet_says_what_to_fix_first_and_no_more():
    text = shown("text", small(), quiet=True)
    assert text.startswith("Fix first")
    assert "Silenced" not in text


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("sample", [small, compared, single, empty])
def test_the_summary_keeps_to_its_columns(sample, width):
    for line in shown("text", sample(), width=width).splitlines():
        longest = max(cells(word) for word in line.split(" "))  # a path stays whole
        assert cells(line) <= max(width, 48 if re.search(r"\d  +\d|scripts  errors", line) else longest + 10), line


@EVERY
def test_a_pipe_gets_no_colours_and_a_terminal_the_same_words(sample):
    plain = shown("text", sample())
    assert plain.replace("\n", "").isprintable()
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown("text", sample(), color=True)) == plain


def test_colours_are_those_of_the_report_of_a_check():
    text = shown("text", small(), color=True)
    assert "\x1b[1;31m  84  \x1b[0m" in text
    assert "\x1b[1;33m  34  \x1b[0m" in text


def test_a_large_audit_is_still_one_page():
    text = shown("text", large(2_000), width=80)
    assert len(text.splitlines()) < 150
    assert re.search(r"(?m)^  and \d+ groups more$", text)


# --- the ticket -------------------------------------------------------------------------------------------------------


def test_the_ticket_begins_with_what_to_fix_first():
    text = shown("markdown", compared())
    assert "**2 of 9 scripts at high risk**" in text
    assert "**2 new**, 1 gone, 1 moved" in text
    first = text.index("- [ ] <code>deploy&#58; ops/rollout.py</code> (risk 84)")
    headings = re.findall("(?m)^## (.*)$", text)
    assert headings == ["Fix first", "Repositories", "Findings by rule", "Silenced in the repositories", "Could not be read", "Findings, the worst first"]  # fmt: skip
    assert first < text.index("## Repositories")
    assert "| <code>mirror</code> | not audited&#58; git cannot read it" in text
    assert "[LF101 shell-true](https://lintfoot.readthedocs.io/rules/LF101/)" in text


def test_a_ticket_is_never_longer_than_a_ticket_may_be():
    long = "x" * 4_000
    scripts = [finding("LF101", f"{long}/{number}.py", 3, long) for number in range(300)]
    worst = ranked(Audit((Repository(long, long, findings=tuple(scripts), scanned=300),), "2026-11-21", "0"), BOOK)
    for audit in (worst, large(3_000), replace(worst, repositories=worst.repositories * 20)):
        text = shown("markdown", audit)
        assert len(text) <= 65_536
        assert re.search(r"(?m)^… and \d+ more$", text)


def test_nothing_hostile_is_markup_in_a_ticket():
    for line in shown("markdown", hostile()).splitlines():
        plain = re.sub(
            r"</?code>|\[[A-Z0-9]+ [a-z-]+\]\([^()\s]*\)|^- \[ \] |&#\d+;|\*\*\d+[a-z ]*\d*[a-z ]*\*\*", "", line
        )
        assert not re.search(r"[<>`\[\]@\\]", plain), line
        assert line.isprintable()


def test_a_row_of_the_ticket_is_a_row():
    rows = [line for line in shown("markdown", hostile()).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} <= {5, 6, 7}


# --- SARIF ------------------------------------------------------------------------------------------------------------


@EVERY
def test_every_run_is_what_readers_want(sample):
    log = json.loads(shown("sarif", sample()))
    assert len(log["runs"]) == len(sample().repositories)
    for run in log["runs"]:
        assert faults(json.dumps({**log, "runs": [run]}, separators=(",", ":"))) == []


def test_runs_have_categories_that_differ():
    names = [run["automationDetails"]["id"] for run in json.loads(shown("sarif", small()))["runs"]]
    assert names == ["lintfoot-audit/deploy/", "lintfoot-audit/tools/", "lintfoot-audit/mirror/"]
    (alone,) = json.loads(shown("sarif", single(), sarif_category="nightly"))["runs"]
    assert alone["automationDetails"]["id"] == "nightly/"
    same = Audit(
        (Repository("a b", "1"), Repository("a-b", "2"), Repository("a?b", "3"), Repository("//", "4")),
        "2026-11-21",
        "0",
    )
    names = [run["automationDetails"]["id"] for run in json.loads(shown("sarif", same))["runs"]]
    assert len(set(names)) == 4


def test_a_repository_that_failed_has_a_run_that_says_so():
    run = json.loads(shown("sarif", small()))["runs"][2]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "not audited: git cannot read it" in json.dumps(invocation)


def test_what_is_silenced_there_is_a_result_here():
    run = json.loads(shown("sarif", small()))["runs"][0]
    assert len(run["results"]) == len(small().repositories[0].findings)
    assert not any("suppressions" in result for result in run["results"])
