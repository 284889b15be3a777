"""What a start costs: which modules it brings along, and pages that are ready without being read."""

import json
import marshal
import os
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lintfoot
from lintfoot import book, directives, judge, keeping, libraries, library_pages, regexes, shelf, shelved, stamps
from lintfoot.answers import answer
from lintfoot.findings import Confidence, Edit, Finding, Fix, FrameLine, Mark, Related, Safety, Severity, Silence, Span
from lintfoot.gates import VISITORS
from lintfoot.gates.gate import Later
from lintfoot.packing import Misfit, pack, unpack
from lintfoot.sight import Sight
from lintfoot.tables import Folder, Problems
from lintfoot.visitors.base import visitor_of

HEAVY = {"libcst", "rich", "tomlkit", "pathspec", "libcst.matchers", "concurrent.futures", "multiprocessing"}
UNREAD = {"tomllib", "subprocess", "tempfile", "hashlib", "shutil", "importlib.resources", "importlib.metadata"}
PAGE = """\
code = "ZZ{number}"
name = "{name}"
default = "on"
severity = "warning"
summary = "{summary}"
why = "It hurts."
remedy = "Do not."
[[calls]]
call = "zz.{name}"
[[examples]]
title = "bad"
bad = "import zz\\nzz.{name}()"
"""


def loaded(folder, *arguments):
    """The exit code, and the modules in memory when a command has run in a process of its own."""
    text = (
        "import json, sys\nfrom lintfoot.cli import main\n"
        f"code = main({[*map(str, arguments)]!r})\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=folder)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, set(modules)


@pytest.fixture
def ready(tmp_path):
    """A folder to run in, with the pages kept."""
    shelf.Shelf([book.own_folder()]).ready()
    return tmp_path


@pytest.mark.parametrize("words", ["--version", "--help", "check --help", "explain LF101", "rules", "config", "init"])
def test_what_reads_no_script_loads_no_parser(ready, words):
    code, modules = loaded(ready, *words.split())
    assert code == 0
    assert not HEAVY & modules


def test_an_empty_folder_needs_nothing_heavy(ready):
    code, modules = loaded(ready, "check", ".")
    assert code == 2
    assert not HEAVY & modules


def test_a_file_that_no_gate_lets_through_needs_no_visitor(ready):
    (ready / "clean.py").write_text("print(40 + 2)  # noqa\n")
    code, modules = loaded(ready, "check", "--isolated", "--no-cache", "clean.py")
    assert code == 0
    assert not (HEAVY | {"lintfoot.suppress", "argparse"}) & modules
    assert judge.MARKER == directives.MARKER
    assert not [one for one in modules if one.startswith("lintfoot.visitors")]


def test_the_gates_know_no_tree(ready):
    text = (
        "import sys\nfrom pkgutil import iter_modules\nfrom importlib import import_module\n"
        "import lintfoot.gates, lintfoot.visit\n"
        "for one in iter_modules(lintfoot.gates.__path__):\n    import_module(f'lintfoot.gates.{one.name}')\n"
        "assert 'libcst' not in sys.modules and 'lintfoot.visitors' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", text], check=True, cwd=ready)


@pytest.mark.parametrize("gate", VISITORS, ids=lambda gate: gate.visitor)
def test_a_gate_and_its_visitor_know_each_other(gate):
    assert visitor_of(gate).gate is gate


def test_what_gates_bring_in_late_is_there():
    late = [one for gate in VISITORS for one in (gate.places, gate.hidden) if isinstance(one, Later)]
    assert len(late) > 5
    assert all(callable(one.found) for one in late)


def test_every_pattern_can_be_compiled():
    """They are compiled late: what is wrong with one would only be told where it is used."""
    rooms = [
        import_module(one.name) for one in walk_packages(lintfoot.__path__, "lintfoot.") if "__main__" not in one.name
    ]
    found = [one for room in rooms for one in vars(room).values() if type(one).__name__ == "_Regex"]
    assert len(found) > 200
    for one in found:
        assert one.groups >= 0
    assert not [room.__name__ for room in rooms for one in vars(room).values() if isinstance(one, re.Pattern)]


def test_pages_that_are_kept_are_not_read(ready):
    old = [path for path in Path(shelf.__file__).parent.glob("*.py") if time.time() - path.stat().st_ctime < 5]
    if old:
        time.sleep(5)  # whoever has just edited lintfoot
        shelf.Shelf([book.own_folder()]).ready()
    _, modules = loaded(ready, "explain", "LF101")
    assert not UNREAD - {"shutil"} & modules


# the shelf


@pytest.fixture
def pages(tmp_path):
    """A folder with one page of one's own, old enough to be trusted."""
    folder = tmp_path / "lint"
    folder.mkdir()
    write(folder, 101, "first", "One.")
    return folder


def write(folder, number, name, summary):
    (folder / f"ZZ{number}-{name}.toml").write_text(PAGE.format(number=number, name=name, summary=summary))


@pytest.fixture
def patient(monkeypatch):
    """Everything counts as old: tests need not wait for that."""
    monkeypatch.setattr(stamps, "SETTLED", -(10**18))


def on(folder):
    return shelf.Shelf([book.own_folder(), Folder(folder, "lint")])


@pytest.mark.usefixtures("patient")
def test_what_is_kept_is_what_the_pages_say(pages):
    first, again = on(pages), on(pages)
    first.ready()
    again = on(pages)
    assert again._kept is not None
    assert again.book.rules == first.book.rules == book.load(first.folders).rules
    read = library_pages.load(first.folders)
    assert again.models.libraries == read.libraries
    assert again.models.formats.formats == read.formats.formats
    assert again.models.functions == read.functions


@pytest.mark.usefixtures("patient")
def test_an_edited_page_is_seen(pages):
    on(pages).ready()
    write(pages, 101, "first", "Two.")
    assert on(pages).book.by_code["ZZ101"].summary == "Two."


def test_an_edit_of_the_same_length_in_the_same_moment_is_seen(pages):
    """Without patience: a page that was written just now is never kept."""
    on(pages).ready()
    about = (pages / "ZZ101-first.toml").stat()
    write(pages, 101, "first", "Six.")
    os.utime(pages / "ZZ101-first.toml", ns=(about.st_atime_ns, about.st_mtime_ns))
    assert on(pages)._kept is None
    assert on(pages).book.by_code["ZZ101"].summary == "Six."


@pytest.mark.usefixtures("patient")
def test_a_new_page_and_a_page_that_is_gone_are_seen(pages):
    on(pages).ready()
    write(pages, 102, "second", "New.")
    assert "ZZ102" in on(pages).book.by_code
    (pages / "ZZ101-first.toml").unlink()
    assert "ZZ101" not in on(pages).book.by_code


@pytest.mark.usefixtures("patient")
def test_an_edited_model_is_seen(pages):
    (pages / "libraries").mkdir()
    model = pages / "libraries" / "zz.toml"
    model.write_text('imports = ["zz"]\n[[functions]]\nnames = ["zz.get"]\nrole = "request"\n')
    on(pages).ready()
    assert on(pages).models.function("zz.get").role == ("request",)
    model.write_text('imports = ["zz"]\n[[functions]]\nnames = ["zz.get"]\nrole = "process"\n')
    assert on(pages).models.function("zz.get").role == ("process",)


@pytest.mark.usefixtures("patient")
def test_what_is_wrong_is_told_every_time_and_never_kept(pages):
    (pages / "ZZ101-first.toml").write_text("code = 1\n")
    for _ in range(2):
        with pytest.raises(Problems):
            on(pages).ready()
    (pages / "ZZ101-first.toml").unlink()
    (pages / "libraries").mkdir()
    (pages / "libraries" / "zz.toml").write_text("imports = 1\n")
    for _ in range(2):
        with pytest.raises(Problems):
            on(pages).ready()


@pytest.mark.usefixtures("patient")
def test_the_shelf_of_a_process_sees_edits(pages):
    folders = [book.own_folder(), Folder(pages, "lint")]
    assert shelf.shelf(folders) is shelf.shelf(folders)
    write(pages, 101, "first", "Later.")
    assert shelf.shelf(folders).book.by_code["ZZ101"].summary == "Later."


@pytest.mark.usefixtures("patient")
def test_nothing_is_kept_where_there_is_no_folder_of_ones_own(pages, monkeypatch):
    monkeypatch.setattr(keeping, "home", lambda: None)
    on(pages).ready()
    assert on(pages)._kept is None
    assert on(pages).book.by_code["ZZ101"].summary == "One."


@pytest.mark.usefixtures("patient")
def test_a_kept_file_that_fits_no_record_is_read_anew(pages):
    on(pages).ready()
    assert keeping.save(on(pages)._file, {"state": on(pages).state, "rules": (("x",),), "models": b""}) == ""
    assert on(pages).book.by_code["ZZ101"].summary == "One."


@pytest.mark.usefixtures("patient")
def test_a_library_is_unpacked_when_it_is_asked_for(pages):
    on(pages).ready()
    models, read = on(pages).models, library_pages.load([book.own_folder()])
    closed = [one for one in models.libraries if type(one) is shelved.Shelved]
    assert len(closed) == len(read.libraries)
    assert [(one.name, one.imports, one.aliases, one.source) for one in closed] == [
        (one.name, one.imports, one.aliases, one.source) for one in read.libraries
    ]
    assert closed[0].functions == read.libraries[0].functions
    assert closed[0].attributes == read.libraries[0].attributes
    assert [type(one) for one in closed[:2]] == [libraries.Library, shelved.Shelved]
    assert read.libraries[1] == closed[1]
    assert type(closed[1]) is libraries.Library
    near = libraries.Models(models.libraries, tops=models.known._tops).known
    assert {name: near.function(name) for name in read.functions} == read.functions
    assert near.function("requests.no_such") is near.function("") is None
    assert models.library_of == read.library_of
    assert models.aliases == read.aliases


@pytest.mark.usefixtures("patient")
def test_what_was_worked_out_of_pages_is_kept_with_them(pages):
    on(pages).ready()
    first = on(pages)
    rules = first.book.rules[:2]
    assert answer(first.models, "how many", rules, lambda: (1, "one")) == (1, "one")
    first.keep_answers()
    again = on(pages)
    asked = again.book.rules[:2]
    assert answer(again.models, "how many", asked, lambda: pytest.fail("known")) == (1, "one")
    assert answer(again.models, "how many", asked[:1], lambda: 2) == 2  # of other rules
    assert answer(again.models, "how many", first.book.rules[:2], lambda: 3) == 3  # of another book
    assert not first.models.answers.grown
    write(pages, 101, "first", "Two.")
    on(pages).ready()
    edited = on(pages)
    assert answer(edited.models, "how many", edited.book.rules[:2], lambda: 4) == 4


@pytest.mark.usefixtures("patient")
def test_what_processes_of_one_run_worked_out_is_kept_together(pages):
    """Also of the run that was the first to read the pages."""
    first, second = on(pages), on(pages)
    for number, one in enumerate((first, second)):
        one.ready()
        answer(one.models, f"how many {number}", (), lambda number=number: number)
    first.keep_answers()
    second.keep_answers()
    for number in (0, 1):
        assert answer(on(pages).models, f"how many {number}", (), lambda: pytest.fail("known")) == number


@pytest.mark.usefixtures("patient")
def test_answers_of_pages_that_were_edited_meanwhile_are_not_kept(pages):
    on(pages).ready()
    first = on(pages)
    answer(first.models, "how many", (), lambda: 1)
    write(pages, 102, "second", "New.")
    first.keep_answers()
    (pages / "ZZ102-second.toml").unlink()
    assert answer(on(pages).models, "how many", (), lambda: 2) == 2


@pytest.mark.parametrize("select", ["default", "card", "all"])
@pytest.mark.usefixtures("ready")
def test_what_gates_ask_is_the_same_when_it_was_kept(select):
    held = shelf.Shelf([book.own_folder()])
    if held._kept is None:
        pytest.skip("lintfoot was edited within the last seconds: nothing is kept")
    rules = {
        one.code: one
        for one in held.book.rules
        if select == "all"
        or one.default is book.Default.CARD
        or (select == "default" and one.default is book.Default.ON)
    }
    sights = []
    for models in (library_pages.load([book.own_folder()]), held.models, shelf.Shelf([book.own_folder()]).models):
        sight = Sight("import os\nimport requests\nrequests.get(1)\n", "a.py", rules, models)
        words = [frozenset(sight.gate(gate)) for gate in VISITORS]
        lines = [gate.places(sight) for gate in VISITORS]
        sights.append((words, [None if one is None else frozenset(one) for one in lines]))
        held.keep_answers()
    assert sights[0] == sights[1] == sights[2]


def test_a_file_without_findings_opens_few_models(ready):
    text = (
        "import sys\nfrom lintfoot import shelved\nfrom lintfoot.cli import main\n"
        "made = []\nopened = shelved.Shelved._opened\n"
        "shelved.Shelved._opened = lambda one: made.append(one.name) or opened(one)\n"
        "main(['check', '--isolated', '--no-cache', 'clean.py'])\nmade.clear()\n"
        "from lintfoot import shelf, sight\nshelf._shelves.clear()\n"
        "main(['check', '--isolated', '--no-cache', 'clean.py'])\n"
        "print(len(made), file=sys.stderr)\n"
    )
    (ready / "clean.py").write_text("import os\nimport sys\nprint(os.getcwd(), sys.argv[1:])\n")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=ready)
    if shelf.Shelf([book.own_folder()])._kept is not None:
        assert int(done.stderr.splitlines()[-1]) < 12


# what is kept


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A file that was kept by a user with a folder of his own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(keeping, "_caches", lambda: str(tmp_path / "caches"))
    for one in (keeping.home, keeping.key):
        one.cache_clear()
    file = tmp_path / "x.kept"
    assert keeping.save(str(file), VALUE) == ""
    yield file
    for one in (keeping.home, keeping.key):
        one.cache_clear()


VALUE = {"a": (1, "two", None, b"3"), "b": ({"c": True},)}


def test_what_was_kept_comes_back(kept):
    assert keeping.load(str(kept)) == VALUE


@pytest.mark.parametrize("length", [0, 1, 15, 16, 47, 48, 49, 60])
def test_a_file_cut_short_is_none(kept, length):
    kept.write_bytes(kept.read_bytes()[:length])
    assert keeping.load(str(kept)) is None


@given(st.data())
def test_no_changed_bit_is_taken(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "key", lambda: b"k" * 32)
        whole = sealed(VALUE)
        at = data.draw(st.integers(0, len(whole) * 8 - 1))
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        patch.setattr(keeping, "_read", lambda *_: bytes(changed))
        assert keeping.load("x.kept") is None


def sealed(value):
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "write", lambda _, data: made.append(data) or "")
        assert keeping.save("x.kept", value) == ""
    return made[0]


@given(st.binary(max_size=200))
def test_bytes_of_somebody_else_are_never_unmarshalled(noise):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "key", lambda: b"k" * 32)
        patch.setattr(keeping, "_read", lambda *_: b"lintfoot kept 1\n" + noise)
        patch.setattr(keeping.marshal, "loads", lambda _: pytest.fail("unmarshalled"))
        assert keeping.load("x.kept") is None


def test_a_seal_holds_for_one_name_and_one_key(kept, tmp_path):
    other = tmp_path / "y.kept"
    other.write_bytes(kept.read_bytes())
    assert keeping.load(str(other)) is None
    (tmp_path / "caches" / "lintfoot" / "key").write_bytes(b"x" * 32)
    keeping.key.cache_clear()
    assert keeping.load(str(kept)) is None


@pytest.mark.usefixtures("kept")
def test_the_key_is_read_by_nobody_else(tmp_path):
    assert (tmp_path / "caches" / "lintfoot" / "key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "caches" / "lintfoot").stat().st_mode & 0o077 == 0


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path, monkeypatch):
    (tmp_path / "lintfoot").mkdir()
    (tmp_path / "lintfoot").chmod(0o777)
    monkeypatch.setattr(keeping, "_caches", lambda: str(tmp_path))
    assert keeping.home.__wrapped__() is None


def test_a_huge_file_is_not_read(kept, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST", 20)
    assert keeping.load(str(kept)) is None


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(kept, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.os, "write", full)
    assert keeping.save(str(kept), {"new": True}) == "no space left on device"
    monkeypatch.undo()
    assert sorted(one.name for one in kept.parent.iterdir()) == ["caches", "x.kept"]


@pytest.mark.usefixtures("kept")
def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert keeping.save(str(tmp_path / "no" / "x.kept"), VALUE) == "no such file or directory"


# records as plain data

SPAN = Span(1, 2, 3, 4)
FINDING = Finding(
    code="LF101",
    name="shell-true",
    severity=Severity.ERROR,
    path="a.py",
    span=SPAN,
    message="…",
    related=(Related(SPAN, "here"),),
    fix=Fix("mend", Safety.UNSAFE, (Edit(SPAN, "x"),)),
    confidence=Confidence.LOW,
    statement=SPAN,
    frame=(FrameLine(1, "text", (Mark(1, 2, "", primary=True),)),),
    silenced_by=Silence("inSource", "noqa", 3),
)


def test_a_record_comes_back_as_it_was():
    assert unpack(Finding, pack(FINDING)) == FINDING
    assert unpack(tuple[Finding, ...], pack((FINDING, FINDING))) == (FINDING, FINDING)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(PLAIN)
def test_data_that_is_no_record_is_refused(data):
    with pytest.raises(Misfit):
        unpack(Finding, data)


@given(st.integers(0, 15), PLAIN)
def test_a_field_of_another_type_is_refused(at, data):
    packed = list(pack(FINDING))
    packed[at] = data
    try:
        made = unpack(Finding, tuple(packed))
    except Misfit:
        return
    assert pack(made) == tuple(packed)  # it fits after all


def test_what_cannot_be_packed_is_told():
    with pytest.raises(Misfit):
        pack({"a": object()})


def test_every_pattern_is_the_same_when_it_was_kept(monkeypatch):
    rooms = [
        import_module(one.name) for one in walk_packages(lintfoot.__path__, "lintfoot.") if "__main__" not in one.name
    ]
    keys = {
        (one.pattern, int(one.flags)) for room in rooms for one in vars(room).values() if type(one).__name__ == "_Regex"
    }
    monkeypatch.setattr(regexes, "_kept", regexes._Kept())
    made = {key: regexes._kept.compiled(key) for key in keys}
    rows = marshal.loads(marshal.dumps(regexes.grown()))
    assert rows.keys() == keys
    assert regexes.grown() is None
    regexes.begin(lambda: rows)
    for key, one in made.items():
        again = regexes._kept.compiled(key)
        assert again is not one
        assert (again, again.groupindex, again.groups) == (one, one.groupindex, one.groups)
    assert regexes.grown() is None


def test_patterns_that_another_process_kept_meanwhile_stay(monkeypatch):
    monkeypatch.setattr(regexes, "_kept", regexes._Kept())
    kept = {}
    regexes.begin(lambda: kept)
    assert regexes.regex("a+b").search("caab")[0] == "aab"
    kept = {("c+d", 0): (0, b"", 0, {}, (None,))}
    assert regexes.grown().keys() == {("a+b", 0), ("c+d", 0)}


@pytest.mark.parametrize(
    "row",
    [
        None,
        3,
        (),
        (0, b"", 0, {}, (None,)),
        (0, b"\1\2\3", 0, {}, ()),
        (32, b"\xff" * 40, 0, {}, (None,)),
        ("", "", "", "", ""),
    ],
)
def test_what_is_no_pattern_is_compiled_anew(monkeypatch, row):
    monkeypatch.setattr(regexes, "_kept", regexes._Kept())
    for kept in (row, {("a+b", 0): row}):
        regexes.begin(lambda kept=kept: kept)
        assert regexes.regex("a+b").search("caab")[0] == "aab"
