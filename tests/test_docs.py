"""Docs in step: what they show is what is printed, what they tell to type works, every rule has its page."""

import ast
import fcntl
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
import textwrap
import tomllib
from pathlib import Path

import pytest
import yaml

from lintfoot import arguments, book, explain
from lintfoot.explain import BASE_URL

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
OWN = book.load([book.own_folder()])
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]

FENCED = re.compile(r"(?ms)^(?P<indent> *)(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)(?P=fence)$")
MADE = re.compile(r"(?ms)^<!-- made by `(?P<command>lintfoot [^`]+)` on 80 columns -->\n```text\n(?P<text>.*?)^```$")


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return [textwrap.dedent(match["text"]) for match in FENCED.finditer(text) if match["language"] == language]


def every(language):
    found = [(page.name, number, text) for page in PAGES for number, text in enumerate(blocks(page, language))]
    return [pytest.param(text, id=f"{name}-{number}") for name, number, text in found]


# --- the README -------------------------------------------------------------------------------------------------------


def commands():
    return [text.strip() for text in blocks(ROOT / "README.md", "sh")]


def test_the_readme_has_two_commands_and_ci_runs_both():
    assert len(commands()) == 2
    gate = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert [command for command in commands() if command not in gate] == []


def test_the_first_command_shows_every_danger_of_the_card():
    program, *words = shlex.split(commands()[0].rpartition("&&")[2])
    assert program == ".venv/bin/lintfoot"
    shown = lintfoot(*words)
    found = set(re.findall(r"\[(LF\d+) ", shown))
    assert {rule.code for rule in OWN.rules if rule.default is book.Default.CARD} <= found


def test_the_script_that_the_readme_shows_is_one_of_the_examples():
    (script,) = blocks(ROOT / "README.md", "python")
    assert script == (ROOT / "examples" / "wait_for_host.py").read_text(encoding="utf-8")


def test_the_readme_is_one_screen():
    assert len(README.splitlines()) < 100


# --- what the docs show -----------------------------------------------------------------------------------------------


def lintfoot(*words):
    """What a command prints on a terminal of 80 columns, without colour."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINTFOOT_", "COLUMNS"))}
    child = subprocess.Popen(
        [sys.executable, "-m", "lintfoot", *words],
        cwd=ROOT,
        env={**kept, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "CI": "1"},
        stdout=secondary,
        stderr=subprocess.PIPE,
    )
    os.close(secondary)
    text = b"".join(iter(lambda: _read(primary), b"")).decode().replace("\r\n", "\n")
    os.close(primary)
    _, errors = child.communicate(timeout=60)
    assert child.returncode in (0, 1), errors.decode()
    return text


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.parametrize(
    "page", [page for page in PAGES if MADE.search(page.read_text("utf-8"))], ids=lambda page: page.name
)
def test_what_is_shown_is_what_is_printed(page):
    for match in MADE.finditer(page.read_text(encoding="utf-8")):
        command = match["command"]
        assert match["text"] == lintfoot(*shlex.split(command)[1:]), f"paste what `{command}` prints into {page.name}"


def typed():
    """Every `$ lintfoot …` of the docs."""
    lines = [line for page in PAGES for text in blocks(page, "console") for line in text.splitlines()]
    return sorted({line for line in lines if re.match(r"\$ (\S*/)?lintfoot ", line)})


@pytest.mark.parametrize("line", typed())
def test_what_the_docs_tell_to_type_is_understood(line):
    words = shlex.split(line.removeprefix("$ "), comments=True)[1:]
    if words != ["--version"]:
        asked = arguments.parse(words)
        assert asked.problems == ()


@pytest.mark.parametrize("text", every("python"))
def test_python_in_the_docs_parses(text):
    ast.parse(text)


@pytest.mark.parametrize("text", every("toml"))
def test_toml_in_the_docs_parses(text):
    tomllib.loads(text)


@pytest.mark.parametrize("text", every("yaml"))
def test_yaml_in_the_docs_parses(text):
    assert yaml.safe_load(text)


def test_rules_named_in_the_docs_exist():
    for page in PAGES:
        named = set(re.findall(r"\bLF\d{3}\b", page.read_text(encoding="utf-8"))) - {"LF123"}
        assert named <= OWN.by_code.keys(), page.name


# --- the reference ----------------------------------------------------------------------------------------------------

REGENERATE = "run: lintfoot rules --pages docs/rules"


@pytest.mark.parametrize(("name", "text"), [*explain.pages(OWN)], ids=lambda value: value if len(value) < 20 else "")
def test_every_rule_has_its_page(name, text):
    file = DOCS / "rules" / name
    assert file.is_file(), REGENERATE
    assert file.read_text(encoding="utf-8") == text, REGENERATE


def test_no_page_is_left_of_a_rule_that_is_gone():
    assert {file.name for file in (DOCS / "rules").iterdir()} == {name for name, _ in explain.pages(OWN)}


def test_every_name_leads_to_its_page():
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    wanted = {f"rules/{rule.name}.md": f"rules/{rule.code}.md" for rule in OWN.rules}
    lines = "\n".join(f'"{name}" = "{page}"' for name, page in wanted.items())
    assert site["plugins"]["redirects"]["redirect_maps"] == wanted, f"zensical.toml should say:\n{lines}"


def test_every_room_is_in_how_it_works():
    text = (DOCS / "how-it-works.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (ROOT / "lintfoot").glob("[a-z]*") if path.suffix == ".py" or path.is_dir()}
    assert sorted(room for room in rooms if f"`{room}`" not in text) == []


# --- the site ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(DOCS, folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_the_address_in_reports_is_that_of_the_page(site):
    assert tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["site_url"] == BASE_URL
    for rule in OWN.rules:
        inside = explain.rule_url(rule).removeprefix(BASE_URL)
        page = site / inside / "index.html"
        assert page.is_file(), inside
        assert f"{rule.code} {rule.name}" in page.read_text(encoding="utf-8")
        assert f"../{rule.code}/" in (site / "rules" / rule.name / "index.html").read_text(encoding="utf-8")


def test_the_site_loads_nothing_from_outside(site):
    loads = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=\"?((?:https?:)?//[^\s\">]+)")
    for page in site.rglob("*.html"):
        outside = [one for one in loads.findall(page.read_text(encoding="utf-8")) if not one.startswith(BASE_URL)]
        assert outside == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet
