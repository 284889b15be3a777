"""LF505, LF506 and LF701 to LF707: the cases behind the fixtures, over every opener, mode and way to write a setting."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verbs import findings, reports, silent

from lintfoot.gates.files import OPENERS
from lintfoot.visitors.file_paths import DATA, GUESSED
from lintfoot.visitors.permissions import _mode_opens
from lintfoot.visitors.temp_files import foreseen

# --- LF506: every opener, every end ------------------------------------------------------------------------------------

CALLS = {
    "builtins.open": ("", "open(path)"),
    "bz2.BZ2File": ("import bz2", "bz2.BZ2File(path)"),
    "bz2.open": ("import bz2", "bz2.open(path)"),
    "codecs.open": ("import codecs", "codecs.open(path)"),
    "gzip.GzipFile": ("from gzip import GzipFile", "GzipFile(path)"),
    "gzip.open": ("import gzip as gz", "gz.open(path)"),
    "lzma.LZMAFile": ("import lzma", "lzma.LZMAFile(filename=path)"),
    "lzma.open": ("import lzma", "lzma.open(path)"),
    "pathlib.Path.open": ("from pathlib import Path", "Path(path).open()"),
    "tarfile.TarFile": ("import tarfile", "tarfile.TarFile(path)"),
    "tarfile.open": ("import tarfile", "tarfile.open(path, 'r:gz')"),
    "zipfile.ZipFile": ("import zipfile", "zipfile.ZipFile(path)"),
}


def test_every_opener_is_tried_here():
    assert set(CALLS) == OPENERS


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_opener_is_followed(name):
    module, call = CALLS[name]
    head = f"{module}\ndef work(path, other):\n    "
    for leak in (f"return {call}.read()", f"x = {call}\n    x.read()", f"for line in {call}:\n        print(line)"):
        reports(head + leak, "LF506")
    for end in (
        f"return {call}",
        f"with {call} as x:\n        x.read()",
        f"x = {call}\n    with x:\n        x.read()",
        f"x = {call}\n    try:\n        return x.read()\n    finally:\n        x.close()",
        f"x = {call}\n    x.read()\n    x.close()",
        f"other(x={call})",
        f"x = {call}\n    other.append(x)",
        f"{call}.close()",
        f"other.x = {call}",
    ):
        silent(head + end, "LF506")


BETWEEN = {
    "return other": True,
    "if other:\n        return None": True,
    "for y in other:\n        if y:\n            return y": True,
    "try:\n        other()\n    except ValueError:\n        pass\n    if other:\n        return 1": True,
    "x = open(other)": True,
    "raise ValueError(other)": False,
    "if other:\n        raise ValueError(other)": False,
    "if other:\n        x.close()\n        return None": False,
    "if x is None:\n        return None": False,
    "for y in other:\n        if y:\n            break": False,
    "def inner():\n        return 1": False,
    "other = [y for y in x]": False,
}


@pytest.mark.parametrize("between", BETWEEN)
def test_what_stands_between_open_and_close_decides(between):
    code = f"def work(path, other):\n    x = open(path)\n    {between}\n    x.close()\n"
    assert len(findings(code, "LF506")) == int(BETWEEN[between])


def test_the_early_return_is_shown():
    (one,) = reports("def work(p):\n    f = open(p)\n    if p:\n        return 1\n    f.close()\n", "LF506")
    assert [note.span.line for note in one.related] == [4]


# --- LF706: modes ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 0o7777))
@settings(max_examples=150, deadline=None)
def test_octal_modes_are_judged_by_the_write_bit_for_others(mode):
    found = findings(f"import os\nos.chmod('x', {mode:#o})\n", "LF706")
    assert bool(found) is bool(mode & 0o002 and not mode & 0o1000)


@pytest.mark.parametrize(
    "mode", [400, 440, 444, 600, 640, 644, 660, 664, 700, 750, 755, 770, 775, 777, 666, 4755, 2775]
)
def test_decimal_slips_are_told_as_such(mode):
    (one,) = reports(f"from os import chmod as c\nimport os\nos.chmod('x', {mode})\n", "LF706")
    assert "decimal" in one.message
    assert one.help == f"0o{mode}"
    if not mode % 10 & 2:
        silent(f"import os\nos.chmod('x', 0o{mode})\n", "LF706")


@pytest.mark.parametrize("mode", [0o755, 0o644, 0o600, 0o640, 0o775, 0o700])
def test_decimals_that_mean_what_they_say_are_no_slips(mode):
    silent(f"import os\nos.chmod('x', {mode})\n", "LF706")


@pytest.mark.parametrize("mask", range(0o100))
def test_a_umask_must_take_the_write_bit_of_others(mask):
    found = findings(f"import os\nos.umask({mask:#o})\n", "LF706")
    assert bool(found) is not bool(mask & 0o002)


@pytest.mark.parametrize(
    "mode", ["777", "0777", "666", "a+w", "o+w", "ugo+rwX", "u=rw,o=rw", "a=rwx", "g-w,o+rw", "o-w,a+w", "4777", "002"]
)
def test_modes_in_the_words_of_chmod_that_open(mode):
    assert _mode_opens(mode)


@pytest.mark.parametrize(
    "mode",
    [
        "755",
        "1777",
        "+w",
        "u+w",
        "g+w",
        "o-w",
        "a-w",
        "a+rX",
        "a+w,o-w",
        "o=r",
        "u=rwx,go=rx",
        "--reference=x",
        "",
        "+t,a+w",
    ],
)
def test_modes_in_the_words_of_chmod_that_do_not(mode):
    assert not _mode_opens(mode)


# --- LF702: names that can be foreseen ---------------------------------------------------------------------------------


@given(st.text(alphabet=f"ab/.{DATA}{GUESSED}", max_size=12))
@settings(max_examples=200, deadline=None)
def test_only_whole_names_in_shared_folders_can_be_foreseen(text):
    told = foreseen(f"/tmp/{text}")
    assert not (told and DATA in text)
    assert not foreseen(f"/srv/{text}") or ".." in text
    if set(text) <= set("ab") and text:
        assert told == f"`/tmp/{text}`"


PATHS = {
    "'/tmp/x'": True,
    "'/var/tmp/x/y'": True,
    "b'/tmp/x'": True,
    "os.path.join('/tmp', 'x')": True,
    "os.path.join(tempfile.gettempdir(), 'x')": True,
    "'/tmp/' + 'x'": True,
    "'/tmp/%s' % 'x'": True,
    "'/tmp/{}'.format('x')": True,
    "f'/tmp/{os.getpid()}'": True,
    "str(pathlib.Path('/tmp') / 'x')": True,
    "pathlib.Path('/tmp').joinpath('x')": True,
    "pathlib.Path('/tmp/x').resolve()": True,
    "os.environ.get('OUT', '/tmp/x')": True,
    "os.path.expanduser('/tmp/x')": True,
    "'/srv/../tmp/x'": True,
    "f'/tmp/{uuid.uuid4()}'": False,
    "os.path.join(tempfile.mkdtemp(), 'x')": False,
    "os.path.join('/tmp', name)": False,
    "f'/tmp/{name}'": False,
    "'/tmpfs/x'": False,
    "'tmp/x'": False,
    "'/srv/tmp/x'": False,
    "os.environ['OUT']": False,
}


@pytest.mark.parametrize("path", PATHS)
def test_what_a_path_spells_is_known_through_its_parts(path):
    head = "import os, pathlib, tempfile, uuid\ndef work(name):\n"
    for body in (
        f"    open({path}, 'w').close()\n",
        f"    where = {path}\n    with open(where, mode='ab') as x:\n        x.write(b'')\n",
    ):
        assert bool(findings(head + body, "LF702")) is PATHS[path], body
    silent(f"{head}    open({path}).close()\n", "LF702")


# --- LF705: loaders ----------------------------------------------------------------------------------------------------

LOADERS = {
    "yaml.Loader": "error",
    "yaml.UnsafeLoader": "error",
    "yaml.CLoader": "error",
    "yaml.loader.Loader": "error",
    "yaml.cyaml.CLoader": "error",
    "yaml.FullLoader": "warning",
    "yaml.SafeLoader": "",
    "yaml.CSafeLoader": "",
    "yaml.BaseLoader": "",
    "yaml.loader.SafeLoader": "",
    "yaml.cyaml.CSafeLoader": "",
}


@pytest.mark.parametrize("loader", LOADERS)
def test_loaders_by_every_path(loader):
    module, _, name = loader.rpartition(".")
    for code in (
        f"import yaml\nyaml.load(x, Loader={loader})\n",
        f"import yaml\nyaml.load_all(x, {loader})\n",
        f"from {module} import {name}\nfrom yaml import load\nload(x, {name})\n",
        f"import yaml\nclass Mine({loader}):\n    pass\nyaml.load(x, Loader=Mine)\n",
    ):
        assert [one.severity for one in findings(code, "LF705")] == ([LOADERS[loader]] if LOADERS[loader] else []), code


# --- LF707: every pair of sources --------------------------------------------------------------------------------------

HEAD = """
import argparse, json, os
parser = argparse.ArgumentParser()
parser.add_argument("--url")
args = parser.parse_args()
site = json.load(open("site.json"))
"""
SOURCES = {"args.url": 0, "os.environ.get('URL')": 1, "os.getenv('URL')": 1, "site.get('url')": 2, "site['url']": 2}


@pytest.mark.parametrize("first", SOURCES)
@pytest.mark.parametrize("second", SOURCES)
def test_only_a_flag_that_comes_second_is_upside_down(first, second):
    wrong = SOURCES[second] == 0 and SOURCES[first] > 0
    assert bool(findings(f"{HEAD}url = {first} or {second}\n", "LF707")) is wrong
    assert bool(findings(f"{HEAD}url = {first}\nif not url:\n    url = {second}\n", "LF707")) is wrong


@pytest.mark.parametrize(
    "wrong", ["os.environ.get('URL') or args.url", "os.getenv('URL', args.url)", "site.get('url') or args.url"]
)
def test_what_the_help_says_clears_the_finding(wrong):
    (one,) = reports(f"{HEAD}url = {wrong}\n", "LF707")
    silent(f"{HEAD}url = {one.help}\n", "LF707")


def test_namespaces_that_go_in_circles_end():
    code = "import argparse\nclass A:\n    def f(self):\n        self.a = self.b\n        self.b = self.a\n        x = self.a.url or self.b\n"
    silent(code, "LF707")


# --- LF505 and LF704: what clears ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["X.append(1)", "X[0] = 1", "X += [1]", "del X[0]", "X.sort()", "X.clear()"])
def test_a_list_of_the_modules_is_state_and_a_local_is_none(change):
    declared = "    global X\n" if "+=" in change else ""
    reports(f"X = []\ndef f():\n{declared}    {change}\n", "LF505")
    silent(f"X = []\ndef f():\n    X = []\n    {change}\n", "LF505")
    silent(f"X = []\ndef f(X):\n    {change}\n", "LF505")
    silent(f"X = []\n{change}\n", "LF505")


STEPS = {
    "os.mkdir(p)": "os.makedirs(p, exist_ok=True)",
    "os.makedirs(p)": "os.makedirs(p, exist_ok=True)",
    "Path(p).mkdir()": "Path(p).mkdir(exist_ok=True)",
    "os.remove(p)": "Path(p).unlink(missing_ok=True)",
    "Path(p).unlink()": "Path(p).unlink(missing_ok=True)",
    "shutil.rmtree(p)": "shutil.rmtree(p, ignore_errors=True)",
    "shutil.copytree(q, p)": "shutil.copytree(q, p, dirs_exist_ok=True)",
}


@pytest.mark.parametrize("step", STEPS)
def test_steps_and_their_cures(step):
    head = "import os, shutil\nfrom pathlib import Path\ndef work(p, q):\n"
    reports(f"{head}    {step}\n", "LF704")
    silent(f"{head}    {STEPS[step]}\n", "LF704")
    silent(f"{head}    if os.path.exists(p):\n        {step}\n", "LF704")
    silent(f"{head}    try:\n        {step}\n    except OSError:\n        print('was there')\n", "LF704")
    reports(f"{head}    try:\n        {step}\n    except ValueError:\n        print('was there')\n", "LF704")
