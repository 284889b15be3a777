"""Nothing that stands in a file reaches a terminal or a build log as a command."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import BOOK, FULL, PLAIN, sample

from lintfoot.findings import FrameLine, Mark, Related, Result, Severity, Source
from lintfoot.reports import REPORTS
from lintfoot.reports.github import job_summary
from lintfoot.reports.safety import at_start, hooks, in_json, shown, unhooked, whole_line

IGNORED_BY_THE_RUNNER = "\ufe0f"  # a variation selector: printable, and skipped when the runner compares texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("##vso[task.setvariable variable=PATH]x", r"\x23#vso[task.setvariable variable=PATH]x"),
        ("say ##[command] twice ##[x]", r"say \x23#[command] twice \x23#[x]"),
        ("###[x]", r"#\x23#[x]"),
        (f"#{IGNORED_BY_THE_RUNNER}#[x]", rf"\x23{IGNORED_BY_THE_RUNNER}#[x]"),
        ("##VSO[x]", r"\x23#VSO[x]"),
        ("## version [1]", "## version [1]"),
        ("a[0] # b", "a[0] # b"),
        ("\x1b[2J\u202e\u200b", r"\x1b[2J\u202e\u200b"),
        ("\udc80", r"\udc80"),
    ],
)
def test_shown(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("   ::stop-commands::t", r"   \x3a:stop-commands::t"),
        (
            f"{IGNORED_BY_THE_RUNNER}:{IGNORED_BY_THE_RUNNER}:error::",
            rf"{IGNORED_BY_THE_RUNNER}\x3a{IGNORED_BY_THE_RUNNER}:error::",
        ),
        ("a ::error::", "a ::error::"),
        (":a:", ":a:"),
    ],
)
def test_at_start(text, expected):
    assert at_start(text) == expected


def test_a_line_of_its_own():
    assert whole_line("  ::error::\x1b[0m##[x]") == r"  \x3a:error::\x1b[0m\x23#[x]"


def test_json_readers_get_the_same_text():
    text = {"a\\##[": ["##vso[x]", "####[", "\\##vso["]}
    broken = in_json(json.dumps(text))
    assert json.loads(broken) == text
    assert not re.search(r"##(\[|vso\[)", broken)


@given(st.text(alphabet="#[]vsoVSO: \\\ufe0fé"))
def test_no_command_survives(text):
    seen = unhooked(text)
    compared = re.sub("[^ -~]", "", seen)
    assert not re.search(r"##(\[|vso\[)", compared, re.IGNORECASE)
    assert hooks(seen) == []
    assert not re.sub("[^ -~]", "", at_start(text)).lstrip().startswith("::")


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("#[]vso:%,|`<>&{}()\x1b\x07\x85\x9b\r\n\t\u202e\u2028\u200b\ufe0f漢🚀é\udc80 ")),
        st.characters(),
    ),
    max_size=40,
)
COMMANDS = st.sampled_from(
    ["", "::error::x", "  ::add-mask::x", "##vso[task.x]", "##[group]", "\x1b[31m", "](1)", "{0}"]
)


@st.composite
def hostile_results(draw):
    def text():
        return draw(COMMANDS) + draw(HOSTILE) + draw(COMMANDS)

    base = sample()
    finding = base.findings[draw(st.integers(0, len(base.findings) - 1))]
    path = text().replace("\0", "") or "x"
    start = draw(st.integers(1, 30))
    frame = FrameLine(7, text(), (Mark(start, start + draw(st.integers(0, 20)), text(), primary=True),))
    related = (Related(finding.span, text()),) if draw(st.booleans()) else ()
    changed = replace(finding, path=path, message=text(), help=text(), label=text(), frame=(frame,), related=related)
    return Result((changed,), sources={path: Source(path, path)})


@settings(max_examples=150, deadline=None)
@given(hostile_results(), st.sampled_from([0, 20, 40, 80]))
def test_no_report_carries_commands_or_escapes(result, width):
    for form, render in REPORTS.items():
        for options in (replace(PLAIN, width=width), replace(FULL, width=width)):
            text = render(result, BOOK, options)
            for line in text.split("\n"):
                line = line.removeprefix("##vso[task.logissue type=") if form == "azure" else line  # noqa: PLW2901
                assert line.isprintable(), (form, line)
                bare = re.sub("[^ -~]", "", line)
                assert not re.search(r"##(\[|vso\[)", bare, re.IGNORECASE), (form, line)
                if form != "github":
                    assert not bare.lstrip().startswith("::"), (form, line)


@settings(max_examples=100, deadline=None)
@given(hostile_results())
def test_github_commands_stay_one_for_each_finding(result):
    (line,) = REPORTS["github"](result, BOOK, PLAIN).splitlines()
    properties, mark, _ = line.removeprefix("::").partition("::")
    kind, _, rest = properties.partition(" ")
    assert kind in ("error", "warning", "notice")
    pairs = dict(item.split("=", 1) for item in rest.split(","))
    assert set(pairs) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    assert len(rest.split(",")) == len(pairs)
    assert ":" not in pairs["file"]
    assert mark == "::"


@settings(max_examples=100, deadline=None)
@given(hostile_results())
def test_the_summary_shows_markup_as_text(result):
    text = job_summary(result, BOOK, PLAIN)
    (row,) = (line for line in text.splitlines() if line.startswith(("| error", "| warning", "| note")))
    plain = re.sub(r"</?code>|\[[A-Z0-9]+ [a-z-]+\]\([^()\s]*\)", "", row)
    assert not re.search(r"[<>`*\[\]@\\]", plain)
    assert plain.count("|") == 5


def test_colour_writes_its_own_escapes_and_no_others():
    text = REPORTS["text"](sample(), BOOK, replace(PLAIN, color=True))
    assert "\x1b[1;31merror\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == REPORTS["text"](sample(), BOOK, PLAIN)
    assert re.sub(r"\x1b\[(0|1|1;3[136]|3[24]|1;32)m", "", text).replace("\n", "").isprintable()


def test_severities_are_all_coloured():
    result = Result(tuple(replace(sample().findings[0], severity=severity) for severity in Severity))
    text = REPORTS["text"](result, BOOK, replace(PLAIN, color=True))
    for code, word in (("1;31", "error"), ("1;33", "warning"), ("1;36", "note")):
        assert f"\x1b[{code}m{word}\x1b[0m" in text
