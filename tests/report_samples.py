"""Hand-made results for the tests of reports, and the texts pinned for them.

`python tests/report_samples.py --write` writes tests/pinned/ anew; read the difference before you commit it.
"""

import sys
from dataclasses import replace
from pathlib import Path

from lintfoot import explain
from lintfoot.book import Book, Default, Example, Option, OptionKind, Rule
from lintfoot.findings import (
    Bug,
    Confidence,
    Edit,
    Finding,
    Fix,
    FrameLine,
    Mark,
    Note,
    Related,
    Result,
    Safety,
    Severity,
    Silence,
    Source,
    Span,
)
from lintfoot.reports import REPORTS, Options

PINNED = Path(__file__).with_name("pinned")

BOOK = Book(
    (
        Rule(
            code="LF000",
            name="unparsable-file",
            default=Default.ON,
            severity=Severity.ERROR,
            summary="A file that could not be checked",
            why="The one broken file would pass for clean.",
            remedy="Mend the syntax.",
            twins=("E999",),
            examples=(Example("Python 2 print", "print 'x'", "print('x')"),),
        ),
        Rule(
            code="LF101",
            name="shell-true",
            default=Default.CARD,
            severity=Severity.ERROR,
            summary="A command string handed to a shell.",
            why="A name with a blank or a semicolon in it becomes a second command.",
            remedy="Pass a list.",
            cwe=(78,),
            twins=("S602", "B602"),
            score=8.1,
            examples=(Example("built from data", 'run(f"rm {x}", shell=True)', 'run(["rm", x])'),),
        ),
        Rule(
            code="LF201",
            name="request-without-timeout",
            default=Default.CARD,
            severity=Severity.ERROR,
            summary="A network call that can hang for ever.",
            why="The peer accepts and then says nothing.\nThe script waits.\n\nCron starts the next one: soon forty.",
            remedy="Give a timeout:\n\n- for one call, `timeout=(3.05, 30)`\n- for a Session, an adapter",
            cwe=(400, 1088),
            twins=("S113",),
            references=("https://requests.readthedocs.io/en/latest/user/advanced/#timeouts",),
            accepts=("a `Session` that got its timeout\nby an adapter",),
            score=5.0,
            options={"max_wait": Option(OptionKind.NUMBER, 60, "the longest finite timeout in seconds")},
            examples=(
                Example(
                    "plain call",
                    "requests.get(url)",
                    "requests.get(url, timeout=9)",
                    "requests.get(url, timeout=(3, 30))",
                ),
            ),
        ),
        Rule(
            code="LF502",
            name="bare-except",
            default=Default.OPT,
            severity=Severity.NOTE,
            summary="`except:` | everything",
            why="",
            remedy="Name the exception.",
            examples=(Example("", "try:\n\tf()\nexcept:\n\tpass\n"),),
        ),
        Rule(
            code="ACME101",
            name="no-raw-client",
            default=Default.ON,
            severity=Severity.WARNING,
            summary="The house client is there for a reason",
            why="It sets \x1b[31mtimeouts\x1b[0m.",
            remedy="Use `acme.http`.",
            references=("see the wiki", "https://wiki.acme.example/http"),
            examples=(Example("", "x = {'a': '```'}"),),
        ),
    )
)


def sample() -> Result:
    """One of everything: related places, repairs, hostile names, wide text, tabs, silenced findings, failures."""
    findings = (
        Finding(
            "LF201",
            "request-without-timeout",
            Severity.ERROR,
            "deploy/rollout.py",
            Span(41, 13, 41, 29),
            "`session.get` waits for ever: requests has no default timeout",
            label="add `timeout=(connect, read)`",
            help="session.get(url, timeout=(3.05, 30))",
            related=(Related(Span(38, 11, 38, 29), "this Session has no timeout of its own"),),
            fix=Fix("add a timeout", Safety.UNSAFE, (Edit(Span(41, 28, 41, 28), ", timeout=(3.05, 30)"),)),
            scope="main.fetch",
            fingerprint="0" * 31 + "1",
            frame=(
                FrameLine(
                    38, "session = requests.Session()", (Mark(11, 29, "this Session has no timeout of its own", False),)
                ),
                FrameLine(41, "    reply = session.get(url)", (Mark(13, 29, "add `timeout=(connect, read)`", True),)),
            ),
        ),
        Finding(
            "LF101",
            "shell-true",
            Severity.WARNING,
            "a,b:c%d.py",
            Span(3, 2, 4, 9),
            "`{}`[0](x) is 100%25 built from data",
            related=(
                Related(Span(1, 1, 1, 4), "`cmd[0]` is built here"),
                Related(Span(2, 1, 2, 4), ""),
            ),
            fix=Fix("pass a list", Safety.SAFE, (Edit(Span(4, 1, 4, 9), '\t["rm", x]'), Edit(Span(3, 2, 3, 4), ""))),
            confidence=Confidence.MEDIUM,
            fingerprint="0" * 31 + "2",
            frame=(
                FrameLine(3, "\trun(\tcmd,  # ##vso[task.setvariable variable=PATH]x", (Mark(2, 11, "here", True),)),
            ),
        ),
        Finding(
            "ACME101",
            "no-raw-client",
            Severity.WARNING,
            "::error::x.py",
            Span(7, 12, 7, 15),
            "::error:: \x1b[31mred\x1b[0m\r\n##[group]x \u202egnp.exe",
            fingerprint="0" * 31 + "3",
            frame=(
                FrameLine(
                    7, "größe = '🚀漢', get(\x1b[31m)", (Mark(15, 18, "wide: 漢\x1b[0m", True), Mark(9, 13, "", False))
                ),
            ),
        ),
        Finding(
            "LF502",
            "bare-except",
            Severity.NOTE,
            "<script>alert(1)</script>.py",
            Span(2, 1, 2, 8),
            "a bare `except:` | takes *everything* @all #1",
            help="except OSError:\n    raise",
            fingerprint="0" * 31 + "4",
            frame=(FrameLine(2, "except:", (Mark(1, 8, "", True),)),),
        ),
        Finding(
            "LF000",
            "unparsable-file",
            Severity.ERROR,
            "lib/old.py",
            Span(1, 7, 1, 8),
            "this is no Python 3: invalid syntax",
            fingerprint="0" * 31 + "5",
        ),
    )
    silenced = (
        replace(
            findings[0],
            span=Span(50, 5, 50, 21),
            frame=(),
            fix=None,
            related=(),
            fingerprint="0" * 31 + "6",
            silenced_by=Silence("inSource", "comment", 50, "the proxy cuts idle connections"),
        ),
        replace(
            findings[0],
            span=Span(60, 5, 60, 21),
            fingerprint="0" * 31 + "7",
            silenced_by=Silence("external", "baseline"),
        ),
    )
    sources = {
        "deploy/rollout.py": Source(
            "deploy/rollout.py", "ops/deploy/rollout.py", hashes={41: "39fa2ee980eb94b0:1", 50: "39fa2ee980eb94b0:2"}
        ),
        "a,b:c%d.py": Source("a,b:c%d.py", "ops/a,b:c%d.py", hashes={3: "54703d4cd895b18:1"}, encoding="latin-1"),
        "::error::x.py": Source("::error::x.py", "ops/::error::x.py", wide={7: ((3, 2), (4, 2), (10, 4), (11, 3))}),
        "<script>alert(1)</script>.py": Source("<script>alert(1)</script>.py", "ops/<script>alert(1)</script>.py"),
        "lib/old.py": Source("lib/old.py", "/usr/lib/o ld.py", encoding="x-unknown"),
    }
    return Result(
        tuple(sorted(findings, key=lambda finding: finding.place)),
        silenced,
        scanned=12,
        skipped=1,
        failed=1,
        notes=(
            Note("data/huge.py", Severity.WARNING, "larger than 10 MB: not checked"),
            Note("", Severity.NOTE, "no git here"),
        ),
        bugs=(Bug("deploy/odd.py", "Traceback …\nKeyError"),),
        sources=sources,
    )


def many(count: int) -> Result:
    """As many findings as asked for, the worst ones last."""
    base = sample().findings
    pick = [finding for finding in base if finding.code != "LF000"]
    levels = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
    findings = tuple(
        replace(
            pick[number % len(pick)],
            path=f"p/{number // 50:04}.py",
            span=Span(number % 50 + 1, 1, number % 50 + 1, 9),
            severity=levels[number * 3 // count],
            fingerprint=f"{number:032x}",
        )
        for number in range(count)
    )
    paths = dict.fromkeys(finding.path for finding in findings)
    return Result(findings, scanned=len(paths), sources={path: Source(path, path) for path in paths})


EMPTY = Result((), scanned=3)
PLAIN = Options(version="0.1.0")
FULL = replace(PLAIN, include_suppressed=True, baseline=True, sarif_category="nightly", verbose=True, statistics=True)
CI = replace(PLAIN, root="/home/runner/work/r/r", workspace="/home/runner/work/r/r/ops")

CASES = {
    "text.txt": ("text", PLAIN),
    "text-80-columns.txt": ("text", replace(PLAIN, width=80)),
    "text-colour.txt": ("text", replace(PLAIN, color=True, width=100)),
    "text-full.txt": ("text", FULL),
    "concise.txt": ("concise", PLAIN),
    "report.json": ("json", PLAIN),
    "report-full.json": ("json", FULL),
    "report.sarif": ("sarif", PLAIN),
    "report-full.sarif": ("sarif", FULL),
    "github.txt": ("github", PLAIN),
    "github-subfolder.txt": ("github", CI),
    "gitlab.json": ("gitlab", CI),
    "azure.txt": ("azure", CI),
    "junit.xml": ("junit", PLAIN),
    "rdjson.json": ("rdjson", CI),
}


def pinned() -> dict[str, str]:
    """Every text that is pinned, by file name."""
    from lintfoot.reports.github import job_summary

    texts = {name: REPORTS[form](sample(), BOOK, options) for name, (form, options) in CASES.items()}
    texts |= {f"empty-{form}.txt": render(EMPTY, BOOK, PLAIN) for form, render in REPORTS.items()}
    texts["job-summary.md"] = job_summary(sample(), BOOK, PLAIN)
    for rule in BOOK.rules:
        texts[f"explain-{rule.code}.txt"] = explain.text(rule)
        texts[f"explain-{rule.code}.md"] = explain.markdown(rule)
    for form in ("table", "markdown", "json"):
        texts[f"catalogue-{form}.txt"] = explain.catalogue(BOOK, form)
    return texts


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    PINNED.mkdir(exist_ok=True)
    for name, text in pinned().items():
        (PINNED / name).write_text(text, encoding="utf-8", newline="")
