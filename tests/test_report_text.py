import json
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace

import pytest
from report_samples import BOOK, EMPTY, PLAIN, many, sample

from lintfoot.findings import FrameLine, Mark, Related, Result, Severity, Silence, Span
from lintfoot.reports import REPORTS
from lintfoot.reports.counts import counted, summary
from lintfoot.reports.layout import cells, wrapped

CONTRACT = """\
deploy/rollout.py:41:13: error[LF201 request-without-timeout] \
`session.get` waits for ever: requests has no default timeout
    |
 38 | session = requests.Session()
    |           ------------------ this Session has no timeout of its own
 41 |     reply = session.get(url)
    |             ^^^^^^^^^^^^^^^^ add `timeout=(connect, read)`
    |
    = help: session.get(url, timeout=(3.05, 30))
"""


def one(code):
    return next(finding for finding in sample().findings if finding.code == code)


def text(*findings, **changes):
    return REPORTS["text"](Result(tuple(findings), scanned=1), BOOK, replace(PLAIN, **changes))


def framed(line, *marks, **changes):
    """The rows of a frame that shows one line."""
    finding = replace(one("LF201"), frame=(FrameLine(41, line, marks),), help="")
    rows = text(finding, quiet=True, **changes).split("\n")[:-2]
    return rows[rows.index("    |") + 1 :]


def test_a_finding_looks_as_promised():
    assert text(one("LF201"), quiet=True) == CONTRACT + "\n"


def test_concise_is_the_first_line_alone():
    first_lines = [
        line for line in REPORTS["text"](sample(), BOOK, PLAIN).splitlines() if re.search(r":\d+:\d+: ", line)
    ]
    assert REPORTS["concise"](sample(), BOOK, PLAIN).splitlines() == first_lines


@pytest.mark.parametrize("form", ["text", "concise"])
def test_first_lines_are_whole_in_a_pipe(form):
    finding = replace(one("LF201"), path="d/" * 300 + "x.py", message="word " * 200 + "end")
    first = REPORTS[form](Result((finding,)), BOOK, PLAIN).splitlines()[0]
    assert first == f"{finding.path}:41:13: error[LF201 request-without-timeout] {finding.message}"


def test_concise_is_never_wrapped():
    finding = replace(one("LF201"), message="word " * 200 + "end")
    assert REPORTS["concise"](Result((finding,)), BOOK, replace(PLAIN, width=80, color=True)).count("\n") == 1


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_a_terminal_is_never_overrun(width):
    long = replace(
        one("LF201"),
        path="x.py",
        message="every word of this message is short but there are many of them " * 3,
        help="call(" + ", ".join(f"argument_{n}={n}" for n in range(20)) + ")",
        frame=(
            FrameLine(
                1, "x = f(" + "a, " * 200 + ")", (Mark(300, 320, "a label that is rather long for a line " * 3, True),)
            ),
            FrameLine(2, "漢" * 300, (Mark(150, 160, "wide", False), Mark(1, 2, "", False))),
            FrameLine(3, "\t" * 30 + "x", (Mark(31, 32, "tabs", True),)),
        ),
    )
    lines = text(long, *sample().findings, width=width).splitlines()
    long_words = re.compile(rf"\S{{{width - 30}}}|:\d+:\d+: ")  # broken, a path could not be copied
    assert [line for line in lines if cells(line) > width and not long_words.search(line)] == []
    assert [line for line in lines if cells(line) > width >= 80] == []


def test_a_clean_run():
    assert text() == "0 findings, 0 suppressed, 0 baselined; 1 file scanned, 0 skipped, 0 failed\n"
    assert text(quiet=True) == ""
    assert REPORTS["concise"](EMPTY, BOOK, PLAIN) == ""


def test_the_summary_counts_everything_once():
    counts = counted(sample())
    assert (counts.scanned, counts.skipped, counts.failed) == (12, 1, 1)
    assert (counts.findings, counts.suppressed, counts.baselined) == (5, 1, 1)
    assert REPORTS["text"](sample(), BOOK, PLAIN).splitlines()[-1] == summary(sample())
    assert json.loads(REPORTS["json"](sample(), BOOK, PLAIN))["summary"]["baselined"] == 1


def test_quiet_leaves_out_the_summary_alone():
    loud, quiet = (REPORTS["text"](sample(), BOOK, replace(PLAIN, quiet=quiet)) for quiet in (False, True))
    assert loud.startswith(quiet)
    assert "scanned" not in quiet


def test_errors_come_first_within_a_file():
    places = [
        ("b.py", 1, "note"),
        ("b.py", 2, "error"),
        ("a.py", 9, "warning"),
        ("b.py", 3, "error"),
        ("a.py", 10, "error"),
    ]
    findings = [replace(one("LF201"), path=p, span=Span(n, 1, n, 2), severity=Severity(s)) for p, n, s in places]
    lines = REPORTS["concise"](Result(tuple(findings)), BOOK, PLAIN).splitlines()
    assert [line.split(" ")[:2] for line in lines] == [
        ["a.py:10:1:", "error[LF201"],
        ["a.py:9:1:", "warning[LF201"],
        ["b.py:2:1:", "error[LF201"],
        ["b.py:3:1:", "error[LF201"],
        ["b.py:1:1:", "note[LF201"],
    ]


def test_statistics_count_by_rule():
    lines = REPORTS["text"](many(10), BOOK, replace(PLAIN, statistics=True)).splitlines()
    at = lines.index("3  ACME101 no-raw-client")
    assert lines[at : at + 4] == [
        "3  ACME101 no-raw-client",
        "3  LF502 bare-except",
        "2  LF101 shell-true",
        "2  LF201 request-without-timeout",
    ]


def test_silenced_findings_are_listed_on_request():
    shown = REPORTS["text"](sample(), BOOK, replace(PLAIN, include_suppressed=True))
    assert "deploy/rollout.py:50:5: suppressed[LF201 request-without-timeout]" in shown
    assert "= suppressed: by comment on line 50: the proxy cuts idle connections\n" in shown
    assert "rollout.py:50" not in REPORTS["text"](sample(), BOOK, PLAIN)
    assert "rollout.py:60:5: suppressed[" in REPORTS["concise"](sample(), BOOK, replace(PLAIN, include_suppressed=True))


def test_a_per_file_ignore_is_no_baseline():
    silenced = replace(one("LF201"), silenced_by=Silence("external", "per-file-ignores"))
    counts = counted(Result((), (silenced,)))
    assert (counts.suppressed, counts.baselined) == (1, 0)


def test_related_places_are_named_where_no_frame_shows_them():
    finding = replace(one("LF201"), frame=(), related=(Related(Span(3, 1, 3, 2), "made here"),))
    assert text(finding, quiet=True).splitlines()[1:3] == [
        "    = line 3: made here",
        "    = help: session.get(url, timeout=(3.05, 30))",
    ]


@pytest.mark.parametrize(
    ("line", "mark", "drawn", "bar"),
    [
        ("\tf(x)", (2, 6), "    f(x)", "    ^^^^"),
        ("a\tf(x)", (3, 7), "a   f(x)", "    ^^^^"),
        ("漢字 = f(x)", (6, 10), "漢字 = f(x)", "       ^^^^"),
        ("漢字 = f(x)", (1, 3), "漢字 = f(x)", "^^^^"),
        ("e\u0301 = f(x)", (6, 10), "e\u0301 = f(x)", "    ^^^^"),
        ("'\x1b[31m', f(x)", (10, 14), r"'\x1b[31m', f(x)", "            ^^^^"),
        ("'\x1b[31m', f(x)", (2, 3), r"'\x1b[31m', f(x)", " ^^^^"),
        ("##[x] f(x)", (7, 11), r"\x23#[x] f(x)", "         ^^^^"),
        ("f(x)", (5, 5), "f(x)", "    ^"),
        ("f(x)", (9, 99), "f(x)", "    ^"),
        ("f(x)", (0, 0), "f(x)", "^"),
        ("f(x)\r\n", (1, 5), "f(x)", "^^^^"),
        ("🚀 = f(x)", (5, 9), "🚀 = f(x)", "     ^^^^"),
    ],
)
def test_carets_stand_below_what_they_mark(line, mark, drawn, bar):
    assert framed(line, Mark(*mark, "", primary=True)) == [f" 41 | {drawn}", f"    | {bar}"]


def test_an_empty_line_leaves_no_blank_at_its_end():
    assert framed("") == [" 41 |"]


def test_a_row_for_each_mark_the_primary_one_first():
    rows = framed(
        "f(a, b)", Mark(3, 4, "made", primary=False), Mark(6, 7, "", primary=False), Mark(1, 8, "call", primary=True)
    )
    assert rows == [" 41 | f(a, b)", "    | ^^^^^^^ call", "    |   - made", "    |      -"]


def test_long_lines_are_cropped_round_the_mark():
    line = "f(" + "a, " * 100 + "SECOND, " + "b, " * 100 + ")"
    start = line.index("SECOND") + 1
    shown, bar = framed(line, Mark(start, start + 6, "", primary=True), width=40)
    assert cells(shown) <= 40
    assert shown.startswith(" 41 | …")
    assert shown.endswith("…")
    assert shown[bar.index("^") : bar.rindex("^") + 1] == "SECOND"


@pytest.mark.parametrize("at", [1, 10, 150, 280, 296])
def test_a_cropped_line_keeps_its_mark_wherever_it_stands(at):
    line = "".join(chr(97 + n % 26) for n in range(300))
    shown, bar = framed(line, Mark(at, at + 5, "", primary=True), width=50)
    assert shown[bar.index("^") : bar.rindex("^") + 1] == line[at - 1 : at + 4]
    assert cells(shown) <= 50


def test_a_line_of_a_megabyte_does_not_bury_the_log():
    shown, bar = framed("x" * 1_000_000, Mark(500_000, 500_001, "", primary=True))
    assert len(shown) < 600
    assert shown[bar.index("^")] == "x"


def test_labels_without_room_go_below():
    rows = framed(
        " " * 60 + "f(x)", Mark(61, 65, "a label of a good many words that does not fit there", primary=True), width=80
    )
    assert rows[1] == "    | " + " " * 60 + "^^^^"
    assert (
        " ".join(row.removeprefix("    | ").strip() for row in rows[2:])
        == "a label of a good many words that does not fit there"
    )


def test_widths_of_cells():
    assert [cells(word) for word in ("abc", "漢字", "e\u0301", "🚀", "\uff46")] == [3, 4, 1, 2, 2]


@pytest.mark.parametrize("word", ["漢字", "ﬀ", "é", "🚀🚀", "\uff57\uff49", "e\u0301"])
def test_widths_agree_with_rich(word):
    from rich.cells import cell_len

    assert cells(word) == cell_len(word), [unicodedata.name(char) for char in word]


def test_wrapping_keeps_every_word():
    words = "the quick brown fox jumps over an extraordinarily-long-word-that-stays-whole and on"
    lines = list(wrapped(words, 20, taken=15, indent=4))
    assert " ".join(filter(None, lines)) == words
    assert all(len(line) <= 16 or " " not in line for line in lines)
    assert list(wrapped(words, 0)) == [words]


def test_text_is_fast():
    result = many(30_000)
    begun = time.perf_counter()
    for color in (False, True):
        REPORTS["text"](result, BOOK, replace(PLAIN, width=80, color=color))
    assert time.perf_counter() - begun < 60


@pytest.mark.parametrize("form", ["", "concise", "json", "sarif", "github", "text"])
def test_only_coloured_text_pays_for_rich(form):
    script = f"""
import sys, lintfoot.reports
assert not {{"rich", "libcst", "importlib.metadata"}} & set(sys.modules)
if {form!r}:
    from report_samples import BOOK, PLAIN, sample
    lintfoot.reports.REPORTS[{form!r}](sample(), BOOK, PLAIN)
assert not {{"rich", "libcst", "tomlkit", "concurrent.futures"}} & set(sys.modules), "imported"
"""
    subprocess.run([sys.executable, "-c", script], cwd=__file__.rpartition("/")[0], check=True, timeout=60)
