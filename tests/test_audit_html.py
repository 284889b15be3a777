"""The page of an audit, as far as that can be told without a browser: what it holds, what it must not hold, how it is coloured."""

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise

import pytest
from audit_samples import BOOK, HOSTILE, compared, empty, finding, hostile, large, single, small
from hypothesis import given
from hypothesis import strategies as st

from lintfoot.audit.ranking import ranked
from lintfoot.audit.records import Audit, Repository, Script
from lintfoot.audit.views import VIEWS
from lintfoot.audit.views.pieces import line
from lintfoot.audit.views.treemap import Box, squarified
from lintfoot.findings import FrameLine, Mark
from lintfoot.reports import Options

SAMPLES = {"small": small, "single": single, "empty": empty, "compared": compared, "hostile": hostile}
EVERY = pytest.mark.parametrize("name", SAMPLES)
VOID = {"meta", "link", "br", "input", "rect"}


@cache
def page(name):
    return VIEWS["html"](SAMPLES[name](), BOOK, Options())


class Reader(HTMLParser):
    """Elements in order, as (name, attributes), with its text; every element is closed where it should be."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)


def everything(name):
    return re.sub(r"\s+", " ", "".join(Reader(page(name)).texts))


# --- what it holds ----------------------------------------------------------------------------------------------------


def test_the_first_screen_says_how_bad_it_is_and_where_to_begin():
    text = page("small")
    heading = re.sub(r"<[^>]*>", "", re.search(r"(?s)<h1>(.*?)</h1>", text)[1])
    assert heading == "2 of 9 scripts are at high risk. Begin with ops/rollout.py in deploy."
    assert (
        text.index("<h1>") < text.index('<dl class="totals">') < text.index('id="first-h"') < text.index('id="map-h"')
    )
    assert "1 of 3 repositories could not be audited" in everything("small")


def test_every_finding_is_there_with_its_frame_and_its_rule_once():
    audit = small()
    elements = Reader(page("small")).elements
    findings = [attrs for tag, attrs in elements if tag == "li" and "f" in attrs.get("class", "").split()]
    assert len(findings) == sum(len(one.findings) for one in audit.repositories)
    assert [attrs["id"] for attrs in findings] == [f"f{number + 1}" for number in range(len(findings))]
    chapters = [attrs["id"] for tag, attrs in elements if tag == "article"]
    assert chapters == sorted({f"rule-{one.code}" for repository in audit.repositories for one in repository.findings})
    text = page("small")
    assert text.count("What the shell did, Python") == 1
    assert "<mark>session.get(url)</mark>" in text
    assert "<u>requests.Session()</u>" in text
    assert "<code>session.get(url, timeout=(3.05, 30))</code>" in text


def test_all_that_an_audit_knows_is_shown():
    text = everything("compared")
    for words in (
        "Since 2026-08-01",
        "ops/gone.py:3",
        "was lib/waiting.py:19",
        "First audited now: tools",
        "No longer audited: attic",
        "silenced by comment: the command is a constant",
        "# noqa: BLE001",
        "none given",
        "this is no Python 3: invalid syntax",
        "larger than 10 MB: not checked",
        "lintfoot itself failed on ops/odd.py",
        "not audited: git cannot read it",
        "No history was there, so nothing is known of changes and authors: tools.",
        "420 lines · run by cron (etc/cron.d/nightly)",
        "changed 41 times, last on 2026-11-01 · by Ada, Grace",
        "medium confidence",
    ):
        assert words in text, words


def test_nothing_found_is_said_plainly():
    text = everything("empty")
    assert "Nothing was found." in text
    assert "Every script could be read." in text
    assert "Nothing is silenced there." in text


@EVERY
def test_every_link_leads_somewhere(name):
    elements = Reader(page(name)).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in elements:
        target = attrs.get("href", "")
        assert not target.startswith("#") or target[1:] in ids, target
        for word in (attrs.get("aria-labelledby") or "").split():
            assert word in ids, word


# --- what it must not hold --------------------------------------------------------------------------------------------


@EVERY
def test_nothing_comes_from_outside(name):
    for tag, attrs in Reader(page(name)).elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "audio", "video", "source", "use", "image"), tag
        assert "src" not in attrs
        assert not [one for one in attrs if one.startswith("on")], attrs
        assert "style" not in attrs, "the policy would refuse it"
        if tag == "link":
            assert attrs == {"rel": "icon", "href": "data:,"}
        elif "href" in attrs:
            assert attrs["href"].startswith(("#", "https://")), attrs
    assert "url(" not in resource("audit.css")
    assert "@import" not in resource("audit.css")


@EVERY
def test_the_policy_lets_in_one_style_and_one_script(name):
    text = page(name)
    (policy,) = [
        attrs["content"] for _, attrs in Reader(text).elements if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"(?s)<style>(.*?)</style>", text)
    (script,) = re.findall(r"(?s)<script>(.*?)</script>", text)
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": hashed(style),
        "script-src": hashed(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def resource(name):
    return (resources.files("lintfoot.audit.views") / "templates" / name).read_text(encoding="utf-8")


def test_hostile_names_are_shown_letter_by_letter():
    text = page("hostile")
    assert HOSTILE not in text
    tags = {tag for tag, _ in Reader(text).elements}
    assert "img" not in tags
    assert tags == {tag for tag, _ in Reader(page("compared")).elements} - {"noscript"} | {"noscript"}
    assert "&lt;/script&gt;&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;" in text
    assert "{{ 7*7 }} ${7} &amp;amp; &lt;img" in text
    assert text.replace("\n", "").isprintable()
    text.encode("utf-8")


@st.composite
def hostile_audits(draw):
    text = st.text(
        st.one_of(st.characters(), st.sampled_from("<>&\"'`\x00\x1b\x85\u2028\u202e\u200f\ud800{}%#")), max_size=12
    )
    path = f"x/{draw(text)}"
    marks = (Mark(draw(st.integers(0, 9)), draw(st.integers(0, 14)), draw(text), primary=draw(st.booleans())),)
    frame = (FrameLine(3, draw(text), marks),)
    one = finding("LF101", path, 3, draw(text), help=draw(text), frame=frame)
    script = Script(path, 9, 1, handled=True)
    repository = Repository(
        draw(text), draw(text), findings=(one,), silenced=(one,), scripts=(script,), revision=draw(text)
    )
    return ranked(Audit((repository, Repository(draw(text), "", failed=draw(text) or "x")), "2026-11-21", "0"), BOOK)


@given(hostile_audits())
def test_whatever_it_is_called_it_is_text(audit):
    text = VIEWS["html"](audit, BOOK, Options())
    plain = page("small")
    assert text.replace("\n", "").isprintable()
    known = {tag for tag, _ in Reader(plain).elements} | {"em"}
    assert {tag for tag, _ in Reader(text).elements} <= known


@given(
    st.text(max_size=400), st.lists(st.tuples(st.integers(-3, 420), st.integers(-3, 420), st.booleans()), max_size=3)
)
def test_a_line_is_cut_into_all_its_letters(text, marks):
    text = text.replace("\r", "").replace("\n", "")
    shown = line(FrameLine(1, text, tuple(Mark(start, end, "", primary) for start, end, primary in marks)))
    assert all(part.isprintable() for part, _ in shown.pieces)
    if text.isascii() and text.isprintable() and len(text) < 240:
        assert "".join(part for part, _ in shown.pieces) == text


def test_a_long_line_keeps_what_is_marked():
    shown = line(FrameLine(1, "a" * 5_000 + "bad()" + "b" * 5_000, (Mark(5_001, 5_006, "here", primary=True),)))
    assert ("bad()", "mark") in shown.pieces
    assert sum(len(part) for part, _ in shown.pieces) < 300


# --- how it is put together -------------------------------------------------------------------------------------------


@EVERY
def test_headings_go_down_one_step_at_a_time(name):
    levels = [int(tag[1]) for tag, _ in Reader(page(name)).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@EVERY
def test_landmarks_and_names(name):
    elements = Reader(page(name)).elements
    tags = [tag for tag, _ in elements]
    assert [tags.count(tag) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert dict(elements)["html"] == {"lang": "en"}
    for tag, attrs in elements:
        if tag == "section":
            assert "aria-labelledby" in attrs
        if tag in ("nav", "form") or attrs.get("role") in ("group", "region"):
            assert "aria-label" in attrs or "aria-labelledby" in attrs, attrs
        if tag == "svg":
            assert "aria-label" in attrs or attrs.get("aria-hidden") == "true"
        if tag == "th":
            assert attrs["scope"] in ("col", "row")


def themes():
    """The colours of the light, the dark and the printed page."""
    css = resource("audit.css")
    light, dark, paper = (
        dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block)) for block in re.findall(r":root\{(.*?)\}", css, re.DOTALL)
    )
    return {"light": light, "dark": light | dark, "print": light | paper}


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_reckoning_of_contrast():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_everything_can_be_read(theme):
    colours = themes()[theme]
    texts = [(text, ground) for text in ("ink", "quiet", "accent") for ground in ("paper", "soft", "tint")]
    for text, ground in [*texts, *((f"t{level}", f"r{level}") for level in range(5))]:
        assert contrast(colours[text], colours[ground]) >= 4.5, f"{text} on {ground}"
    for mark in ("accent", "ink", "quiet", "be"):
        assert contrast(colours[mark], colours["paper"]) >= 3, f"{mark} as a shape"


# --- large ones -------------------------------------------------------------------------------------------------------


def test_a_thousandth_of_a_megabyte_a_finding():
    text = VIEWS["html"](large(4_000), BOOK, Options())
    assert len(text.encode()) < 4_000 * 1_000, "20,000 findings must stay below 20 MB"


def test_the_map_of_many_scripts_has_few_tiles():
    text = VIEWS["html"](large(14_000, 3), BOOK, Options())
    wide, narrow = re.findall(r'(?s)<svg class="map [ws]".*?</svg>\n', text)
    assert wide.count("<rect") <= 600 + 3
    assert narrow.count("<rect") <= 60 + 3
    assert re.search(r"\d+ more scripts: risk \d+ on average, none above \d+", wide)


@given(st.lists(st.floats(0.5, 1_000), min_size=1, max_size=40), st.floats(40, 2_000), st.floats(40, 2_000))
def test_rectangles_fill_the_box_by_weight(weights, width, height):
    placed = squarified(list(enumerate(weights)), Box(0, 0, width, height))
    assert sorted(item for item, _ in placed) == list(range(len(weights)))
    scale = width * height / sum(weights)
    for item, box in placed:
        assert box.width * box.height == pytest.approx(weights[item] * scale, rel=1e-3)
        assert -1e-6 <= box.x <= box.x + box.width <= width * (1 + 1e-6)
        assert -1e-6 <= box.y <= box.y + box.height <= height * (1 + 1e-6)
    boxes = [box for _, box in placed]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert across <= width * 1e-6 or down <= height * 1e-6


def test_two_audits_of_the_same_give_the_same_page():
    assert VIEWS["html"](replace(small()), BOOK, Options()) == page("small")


# --- where Jinja is missing -------------------------------------------------------------------------------------------


def test_without_jinja_one_line_says_what_to_install(tmp_path):
    (tmp_path / "a.py").write_text("import os\n")
    text = "import sys; sys.modules['jinja2'] = None; from lintfoot.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", text, "audit", "--format", "html", "."]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'lintfoot[html]'" in done.stderr
