"""A repository that wants to drive the pipeline which checks it: every command and every format, from the disk to the log."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from lintfoot import cli
from lintfoot.settings import Format

NAMES = [
    "::error::x.py",
    "a\n::add-mask::y.py",
    "##vso[task.setvariable variable=PATH]z.py",
    "##[command]q.py",
    "\x1b[31mr.py",
    "<img src=x onerror=alert(1)>.py",
    "[a](http:evil) `b` |c|.py",
    "%0A::error::,file=s:t.py",
    "\u202eyp.\u2028exe.py",
    "]]>&amp;<!--.py",
]
COMMENT = "# ::error::a ##vso[task.x]b ##[c] \x1b]0;d\x07 <script>e</script> | `f` [g](h) %0A::warning::i"
GUILTY = f"""\
import requests
def ask(
    host=[],  {COMMENT}
):
    host.append("::stop-commands::x \x1b[2J")
    return requests.get("##vso[task.y]" + host[0], verify=False)  {COMMENT}
# lintfoot: ignore[##vso[x] -- ::error::
handle = open("::error::").read()
"""
OWN = {
    "github": re.compile(r"::(error|warning|notice) (file=[^:]*|title=lintfoot)::.*"),
    "azure": re.compile(r"##vso\[task\.logissue [^\]]*\](?!.*##(\[|vso)).*"),
}


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    made = 0
    for name in NAMES:
        try:
            (tmp_path / name).write_text(GUILTY)
        except OSError:  # a file system that cannot hold it
            continue
        made += 1
    (tmp_path / "##vso[b]\n::error::broken.py").write_text("def f(:  ::error::\n")
    assert made > 5

    def call(*arguments):
        code = cli.main([*arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def obeyed(text, form=""):
    """The lines of a log that a build service or a terminal would act on."""
    for line in text.split("\n"):
        if form in OWN and OWN[form].fullmatch(line):
            continue
        bare = re.sub("[^ -~]", "", line)
        if bare.lstrip().startswith("::") or re.search(r"##(\[|vso\[)", bare, re.IGNORECASE) or not line.isprintable():
            yield line


@pytest.mark.parametrize("form", [one.value for one in Format])
def test_no_report_obeys(form, run, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    code, out, err = run("check", "--no-cache", "--format", form, "--statistics", "--verbose")
    assert code == 1
    assert list(obeyed(out, form)) == []
    assert list(obeyed(err)) == []
    match form:
        case "json" | "sarif" | "gitlab" | "rdjson":
            json.loads(out)
        case "junit":
            ET.fromstring(out)
        case "markdown" | "github":
            text = out if form == "markdown" else (tmp_path / "summary.md").read_text()
            assert not re.search(r"<(?!/?code>)|(?<!\])\(http:evil\)", text)
        case _:
            assert "LF201" in out


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--diff", "--fix", "--unsafe-fixes"],
        ["check", "--fix", "--unsafe-fixes"],
        ["check", "--show-files"],
        ["check", "--show-suppressed", "--since", "##vso[x]\n::error::y"],
        ["check", "::error::\n##[x]"],
        ["check", "--select", "::error::\n##[x]"],
        ["check", "--output", "::error::/\n##[x]"],
        ["check", "--baseline", "::error::\n##[x]"],
        ["baseline"],
        ["suppress", "--rule", "LF201", "--reason", "old"],
        ["suppress", "--rule", "::error::", "--reason", "::error::\x1b[2J"],
        ["explain", "::error::\n##[x]"],
        ["::error::\n##[x]"],
        ["check", "--::error::\x1b"],
        ["config", "::error::x.py"],
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode()[:40],
)
def test_no_command_obeys(words, run):
    _, out, err = run(*words)
    assert list(obeyed(out)) == []
    assert list(obeyed(err)) == []
    assert "Traceback" not in err


def test_settings_of_the_repository_obey_nothing_either(run, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lintfoot]\nselect = ["::error::\\n##[x]"]\n"##vso[k]" = 1\n[tool.lintfoot.per-file-ignores]\n"::error::" = ["##[y]"]\n'
    )
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert list(obeyed(err)) == []
