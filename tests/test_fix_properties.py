"""Repairs over scripts of odd make: done twice they are done once, and nothing around them is lost or changed."""

import ast
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintfoot.comments import layout
from lintfoot.findings import Safety
from tests.test_fix import CODES, mended

# One guilty piece for each rule with a repair: what has to be imported, and statements in which `@` marks where noise may stand.
GUILTY = {
    "LF101": ("import subprocess", "subprocess.run(@'systemctl restart nginx',@ shell=True,@ check=True@)"),
    "LF102": ("import subprocess", "subprocess.run(@f'rm -r {PATH}'.split(),@ check=True@)"),
    "LF103": ("import subprocess", "subprocess.run(@['sync'],@ capture_output=True@)"),
    "LF201": ("import requests", "reply = requests.get(@URL,@ headers=HEADERS@)"),
    "LF301": ("import requests", "reply = requests.get(@URL,@ timeout=5,@ verify=False@)"),
    "LF302": ("import urllib3", "urllib3.disable_warnings(@)"),
    "LF303": (
        "import paramiko",
        "client = paramiko.SSHClient()\nclient.set_missing_host_key_policy(@paramiko.AutoAddPolicy()@)",
    ),
    "LF401": ("import json", "DB_PASSWORD = (@'kestrel-77'@)"),
    "LF403": ("import boto3", "client = boto3.client(@'s3',@ aws_access_key_id=KEY,@ aws_secret_access_key=SECRET@)"),
    "LF501": ("import json", "def plan(hosts=[],@ *,@ options={}@):\n    hosts.append(options)\n    return hosts"),
    "LF502": ("import json", "try:\n    sweep(@)\nexcept:\n    stop(@)"),
    "LF504": ("import json", "try:\n    sweep(@)\n    sweep(@)\nexcept OSError:\n    pass"),
    "LF506": ("import json", "for line in open(@PATH@):\n    use(@line@)"),
    "LF601": ("import backoff", "@backoff.on_exception(backoff.expo, OSError)\ndef publish():\n    send(@)"),
    "LF603": ("import urllib3", "retry = urllib3.Retry(@5,@ backoff_factor=1,@ allowed_methods=None@)"),
    "LF604": ("import urllib3", "retry = urllib3.Retry(@5,@ backoff_factor=1,@ respect_retry_after_header=False@)"),
    "LF702": ("import tempfile", "path = tempfile.mktemp(@suffix='.conf'@)"),
    "LF704": ("import os", "os.makedirs(@PATH@)"),
    "LF705": ("import yaml", "data = yaml.load(@TEXT,@ Loader=yaml.Loader@)"),
    "LF706": ("import os", "os.chmod(@PATH,@ 0o777@)"),
    "LF803": ("import jinja2", "environment = jinja2.Environment(@autoescape=False@)"),
    "LF804": (
        "from concurrent.futures import ThreadPoolExecutor",
        "pool = ThreadPoolExecutor(@max_workers=len(HOSTS)@)",
    ),
    "LF901": ("#!/usr/bin/env python", "print(@1@)"),
    "LF903": ("import logging", "logging.basicConfig(@level='INFO'@)"),
}
INSIDE = st.sampled_from(["", "", " ", "\n", "  # why\n", "\n\n    # a line of its own\n    "])
BEHIND = st.sampled_from(
    ["", "", "  # why", " # noqa: X1", "  # type: ignore", "  # lintfoot: ignore[LF999X]", ";", "; x = 1  # two"]
)
BETWEEN = st.sampled_from(
    ["", "", "\n", "# a comment\n", "\n\n# a block\n# of two\n\n", "x = '''\n  text # no comment\n'''\n", "pass\n"]
)
AROUND = st.sampled_from(
    ["{}", "def f(self):\n{}", "class C:\n    async def f(self):\n{}", "if True:\n{}", "@wraps(f)\n@other\ndef g(*a, **k):\n    '''Doc.'''\n{}",
     "try:\n    import zlib\nexcept ImportError:\n    zlib = None\n{}", "with lock:\n    for _ in range(3):\n{}"]
)  # fmt: skip
MISSING = set(CODES) - set(GUILTY)


def filled(piece, noise):
    """The piece with noise at its marks; a comment in brackets always ends its line."""
    return re.sub(r"(?m)(?<!^)@", lambda _: next(noise), piece)


@st.composite
def scripts(draw, code):
    head, piece = GUILTY[code]
    noise = iter(draw(st.lists(INSIDE, min_size=12, max_size=12)))
    around = draw(AROUND)
    text = filled(piece, noise)
    behind = draw(BEHIND)
    if "\n" not in piece or not behind.startswith(";"):
        text += behind
    text = draw(BETWEEN) + text + "\n" + draw(BETWEEN)
    depth = (
        max(len(re.findall(r"(?m)^ *(?:def|class|async def|if|with|for)\b", around)), 0) if "try" not in around else 0
    )
    if depth:
        text = "".join(f"{'    ' * depth}{line}" if line.strip() else line for line in text.splitlines(keepends=True))
    body = around.replace("{}", text)
    script = f"{head}\n{draw(BETWEEN)}{body}\n{draw(BETWEEN)}"
    if draw(st.booleans()):
        script = re.sub(r"(?m)^(?: {4})+", lambda found: "\t" * (len(found[0]) // 4), script)
    return script, draw(st.sampled_from(["\n", "\r\n"]))


def comments(text):
    return Counter(one.text.strip() for one in layout(text).comments if not one.text.startswith("#!"))


def test_every_repair_is_tried():
    assert {"LF202", "LF304", "LF602"} >= MISSING, "of these the shape is fixed, and test_repairs.py has them"


@pytest.mark.parametrize("code", sorted(GUILTY.keys() & set(CODES)))
def test_nothing_around_a_repair_is_lost(code):
    seen = []

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(scripts(code))
    def check(made):
        text, newline = made
        try:
            ast.parse(text)
        except SyntaxError:
            return
        text = text.replace("\n", newline)
        done = mended(text, code, newline=newline)
        seen.append(bool(done.applied))
        assert comments(done.text) == comments(text)
        ast.parse(done.text)
        assert newline == "\n" or not re.search(r"(?<!\r)\n", done.text)
        again = mended(done.text, code, newline=newline)
        assert again.text == done.text
        assert not again.applied
        strings = Counter(re.findall(r"'''.*?'''", text, re.DOTALL))
        assert strings <= Counter(re.findall(r"'''.*?'''", done.text, re.DOTALL))
        assert done.applied or done.text == text

    check()
    assert any(seen)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_many_rules_in_one_script(data):
    """Repairs that meet in one file wait for one another, and in the end all of them are done."""
    chosen = data.draw(
        st.lists(
            st.sampled_from(["LF101", "LF201", "LF301", "LF401", "LF501", "LF502", "LF506"]), min_size=2, max_size=5
        )
    )
    heads = list(dict.fromkeys(GUILTY[code][0] for code in chosen))
    pieces = [GUILTY[code][1].replace("@", "") for code in chosen]
    text = "\n".join([*heads, *pieces]) + "\n"
    codes = sorted(set(chosen))
    done = mended(text, *codes)
    assert not done.refused
    assert mended(done.text, *codes).text == done.text
    ast.parse(done.text)
    names = [name.name for node in ast.parse(done.text).body if isinstance(node, ast.Import) for name in node.names]
    assert len(names) == len(set(names))
    safe = mended(text, *codes, levels=(Safety.SAFE,))
    assert all(one.code == "LF506" for one in safe.applied)
